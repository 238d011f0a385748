/* Tests of fit for the C test programs of random numbers.
 *
 * Statistics use fixed seeds. Each of some 170 tests of fit fails below a probability of 1e-4 under the right
 * distribution: a new seed would fail somewhere by chance once in 60 times, a given seed always or never. */
#ifndef NEURO_TESTS_FIT_H
#define NEURO_TESTS_FIT_H

#include <math.h>
#include <stddef.h>

enum { N_DRAWS = 100000 };

/* Standard normal quantile at 1 - 1e-4, one-sided for chi-square, and at 1 - 0.5e-4 for two sides. */
#define ONE_SIDED_LIMIT 3.719
#define TWO_SIDED_LIMIT 3.891

/* Chi-square of counts against expected counts; cells are joined until each expects 10. Returns the normal
 * deviate of Wilson and Hilferty. */
static inline double
chi_square_deviate(const double *counts, const double *expected, size_t n)
{
    double chi = 0.0;
    double count = 0.0;
    double wanted = 0.0;
    double left = 0.0;
    double degrees = -1.0;
    size_t i;

    for (i = 0; i < n; i++) {
        left += expected[i];
    }
    for (i = 0; i < n; i++) {
        count += counts[i];
        wanted += expected[i];
        left -= expected[i];
        if ((wanted >= 10.0 && left >= 10.0) || i + 1 == n) {
            if (wanted > 0.0) {
                chi += (count - wanted) * (count - wanted) / wanted;
                degrees += 1.0;
            }
            count = 0.0;
            wanted = 0.0;
        }
    }
    return (cbrt(chi / degrees) - (1.0 - 2.0 / (9.0 * degrees))) / sqrt(2.0 / (9.0 * degrees));
}

#endif
