/* The named distributions: fit, moments, ends and refusals. */
#include "core/distributions.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/math.h"
#include "fit.h"

/* Kolmogorov-Smirnov: 2 exp(-2 c^2) = 1e-4. */
#define KS_LIMIT 2.2253
#define PI       3.14159265358979323846

static int
compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *) a;
    const double right = *(const double *) b;

    return (left > right) - (left < right);
}

typedef double cdf_t(double x, const double *p);

/* sqrt(n) times the largest distance of the empirical distribution (Kolmogorov-Smirnov). Sorts the values. */
static double
ks_distance(double *values, size_t n, cdf_t *cdf, const double *p)
{
    double largest = 0.0;
    size_t i;

    qsort(values, n, sizeof *values, compare_doubles);
    for (i = 0; i < n; i++) {
        const double f = cdf(values[i], p);

        largest = fmax(largest, fmax(f - (double) i / (double) n, (double) (i + 1) / (double) n - f));
    }
    return sqrt((double) n) * largest;
}

static neuro_distribution_t
distribution_of(const char *name, double a, double b, double c, double d, uint32_t n)
{
    const double p[4] = {a, b, c, d};
    neuro_distribution_t distribution = {NEURO_DISTRIBUTION_UNIFORM, {0.0, 0.0, 0.0, 0.0}};

    CHECK(neuro_distribution_init(&distribution, name, p, n) == NEURO_OK);
    return distribution;
}

static void
draw_all(const neuro_distribution_t *distribution, neuro_stream_t *stream, double *values)
{
    size_t i;

    for (i = 0; i < N_DRAWS; i++) {
        values[i] = neuro_draw(distribution, stream);
    }
}

/* Test of fit for a continuous distribution; n values of a stream of their own. */
static double
fit(const neuro_distribution_t *distribution, cdf_t *cdf, uint32_t object)
{
    static double values[N_DRAWS];
    neuro_stream_t stream;

    neuro_stream_init(&stream, 2024, NEURO_PURPOSE_OTHER, object, 0);
    draw_all(distribution, &stream, values);
    return ks_distance(values, N_DRAWS, cdf, distribution->p);
}

/* ---------------------------------------------------------------- distributions */

/* Quantiles computed with 200 bits. */
static void
test_normal_quantile_agrees_with_tabled_values(void)
{
    static const double known[][2] = {
        {0x1.b7cdfd9d7bdbbp-34, -0x1.97203597a2155p+2}, {0x1.0624dd2f1a9fcp-10, -0x1.8b8cbb7204471p+1},
        {0x1.999999999999ap-6, -0x1.f5c0331eeff85p+0},  {0x1.1eb851eb851ecp-4, -0x1.79cd70d9c27f2p+0},
        {0x1.999999999999ap-3, -0x1.aee8fa73a1333p-1},  {0x1.0000035afe535p-1, 0x1.0d25ac5f0e9c8p-22},
        {0x1.ccccccccccccdp-1, 0x1.4813c36e26d33p+0},   {0x1.f333333333333p-1, 0x1.f5c0331eeff83p+0},
        {0x1.ffffde7210be9p-1, 0x1.30381a97985efp+2},   {0x1.0000000000000p-53, -0x1.06b48528cea52p+3},
    };
    size_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        CHECK_BELOW(fabs(neuro_normal_quantile(known[i][0]) / known[i][1] - 1.0), 2e-15);
    }
    CHECK(neuro_normal_quantile(0.5) == 0.0);
    CHECK(isinf(neuro_normal_quantile(0.0)) && isinf(neuro_normal_quantile(1.0)));
}

static double
uniform_cdf(double x, const double *p)
{
    return (x - p[0]) / (p[1] - p[0]);
}

static double
exponential_cdf(double x, const double *p)
{
    return -expm1(-x / p[0]);
}

static double
normal_cdf(double x, const double *p)
{
    return 0.5 * erfc((p[0] - x) / p[1] / sqrt(2.0));
}

static double
lognormal_cdf(double x, const double *p)
{
    return normal_cdf(log(x), p);
}

static double
clipped_cdf(double x, const double *p)
{
    const double low = normal_cdf(p[2], p);

    return (normal_cdf(x, p) - low) / (normal_cdf(p[3], p) - low);
}

/* Regularised lower incomplete gamma function by its series. */
static double
gamma_cdf(double x, const double *p)
{
    const double z = x / p[1];
    double term = 1.0 / p[0];
    double sum = term;
    double k = p[0];

    while (term > 1e-17 * sum) {
        k += 1.0;
        term *= z / k;
        sum += term;
    }
    return sum * exp(p[0] * log(z) - z - lgamma(p[0]));
}

/* By Simpson's rule from -pi; mu is 0. */
static double
vonmises_cdf(double x, const double *p)
{
    enum { N_STEPS = 4096 };
    static double table[N_STEPS + 1];
    static double kappa = -1.0;
    const double h = 2.0 * PI / N_STEPS;
    double place;
    int i;

    if (kappa != p[1]) {
        kappa = p[1];
        table[0] = 0.0;
        for (i = 0; i < N_STEPS; i++) {
            const double left = -PI + i * h;

            table[i + 1] = table[i] + h / 6.0 *
                                          (exp(kappa * (cos(left) - 1.0)) +
                                           4.0 * exp(kappa * (cos(left + h / 2.0) - 1.0)) +
                                           exp(kappa * (cos(left + h) - 1.0)));
        }
    }
    place = (x + PI) / h;
    i = place >= N_STEPS ? N_STEPS - 1 : (int) place;
    return (table[i] + (place - i) * (table[i + 1] - table[i])) / table[N_STEPS];
}

static void
test_continuous_distributions_fit(void)
{
    const double inf = (double) INFINITY;
    neuro_distribution_t d;

    d = distribution_of("uniform", -70.0, -50.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, uniform_cdf, 0), KS_LIMIT);
    d = distribution_of("exponential", 2.5, 0.0, 0.0, 0.0, 1);
    CHECK_BELOW(fit(&d, exponential_cdf, 1), KS_LIMIT);
    d = distribution_of("normal", 0.5, 0.1, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, normal_cdf, 2), KS_LIMIT);
    d = distribution_of("lognormal", -1.0, 0.7, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, lognormal_cdf, 3), KS_LIMIT);
    d = distribution_of("normal_clipped", 1.0, 2.0, 0.0, 3.0, 4);
    CHECK_BELOW(fit(&d, clipped_cdf, 4), KS_LIMIT);
    d = distribution_of("normal_clipped", 0.0, 1.0, 1.5, inf, 4);
    CHECK_BELOW(fit(&d, clipped_cdf, 5), KS_LIMIT);
    d = distribution_of("gamma", 3.0, 0.5, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, gamma_cdf, 6), KS_LIMIT);
    d = distribution_of("gamma", 0.5, 5.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, gamma_cdf, 7), KS_LIMIT);
    d = distribution_of("gamma", 40.5, 1.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, gamma_cdf, 8), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 0.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 9), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 0.5, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 10), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 4.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 11), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 50.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 12), KS_LIMIT);
}

/* Mean and variance of N_DRAWS values; `fourth` is the fourth central moment over the squared variance. */
static void
check_moments(const neuro_distribution_t *distribution, uint32_t object, double mean, double variance,
              double fourth)
{
    static double values[N_DRAWS];
    neuro_stream_t stream;
    double sum = 0.0;
    double squares = 0.0;
    size_t i;

    neuro_stream_init(&stream, 77, NEURO_PURPOSE_OTHER, object, 5);
    draw_all(distribution, &stream, values);
    for (i = 0; i < N_DRAWS; i++) {
        sum += values[i] - mean;
        squares += (values[i] - mean) * (values[i] - mean);
    }
    CHECK_BELOW(fabs(sum) / sqrt(N_DRAWS * variance), TWO_SIDED_LIMIT);
    CHECK_BELOW(fabs(squares / N_DRAWS / variance - 1.0) / sqrt((fourth - 1.0) / N_DRAWS), TWO_SIDED_LIMIT);
}

/* Where no density is at hand, and far from the parameters above. */
static void
test_moments_are_right_over_wide_parameters(void)
{
    neuro_distribution_t d;

    d = distribution_of("gamma", 1e6, 2.0, 0.0, 0.0, 2);
    check_moments(&d, 0, 2e6, 4e6, 3.0 + 6.0 / 1e6);
    d = distribution_of("poisson", 1e9, 0.0, 0.0, 0.0, 1);
    check_moments(&d, 1, 1e9, 1e9, 3.0);
    d = distribution_of("poisson", 1e13, 0.0, 0.0, 0.0, 1);
    check_moments(&d, 2, 1e13, 1e13, 3.0);
    d = distribution_of("binomial", 1e12, 0.3, 0.0, 0.0, 2);
    check_moments(&d, 3, 3e11, 2.1e11, 3.0);
    d = distribution_of("binomial", 1e12, 1e-12, 0.0, 0.0, 2);
    check_moments(&d, 4, 1.0, 1.0, 4.0);
    d = distribution_of("uniform_int", -1e15, 1e15, 0.0, 0.0, 2);
    check_moments(&d, 5, -0.5, 4e30 / 12.0, 1.8);
    d = distribution_of("vonmises", 0.0, 1e8, 0.0, 0.0, 2);
    check_moments(&d, 6, 0.0, 1e-8, 3.0);
}

/* Test of fit for a distribution on integers from `low` with the given probabilities. */
static double
fit_integers(const neuro_distribution_t *distribution, uint32_t object, double low, const double *probability,
             size_t n)
{
    double *counts = calloc(n + 1, sizeof *counts);
    double *expected = calloc(n + 1, sizeof *expected);
    neuro_stream_t stream;
    double deviate = (double) INFINITY;
    double rest = 1.0;
    size_t i;

    CHECK(counts != NULL && expected != NULL);
    if (counts != NULL && expected != NULL) {
        neuro_stream_init(&stream, 31, NEURO_PURPOSE_OTHER, object, 0);
        for (i = 0; i < N_DRAWS; i++) {
            const double place = neuro_draw(distribution, &stream) - low;

            CHECK(place >= 0.0 && place == floor(place));
            counts[place < (double) n ? (size_t) place : n] += 1.0;
        }
        for (i = 0; i < n; i++) {
            expected[i] = N_DRAWS * probability[i];
            rest -= probability[i];
        }
        expected[n] = N_DRAWS * fmax(rest, 0.0);
        deviate = chi_square_deviate(counts, expected, n + 1);
    }
    free(counts);
    free(expected);
    return deviate;
}

static void
test_discrete_distributions_fit(void)
{
    static const double means[6] = {0.05, 3.0, 9.9, 10.1, 50.0, 900.0};
    static const double trials[8][2] = {{1, 0.3},   {20, 0.1},     {40, 0.5},   {100, 0.95},
                                        {60, 0.49}, {1000, 0.011}, {1000, 0.7}, {1000, 0.5}};
    static double probability[2000];
    neuro_distribution_t d;
    size_t i;
    size_t k;

    for (i = 0; i < 6; i++) {
        for (k = 0; k < 2000; k++) {
            probability[k] = exp((double) k * log(means[i]) - means[i] - lgamma((double) k + 1.0));
        }
        d = distribution_of("poisson", means[i], 0.0, 0.0, 0.0, 1);
        CHECK_BELOW(fit_integers(&d, (uint32_t) i, 0.0, probability, 2000), ONE_SIDED_LIMIT);
    }
    for (i = 0; i < 8; i++) {
        const double n = trials[i][0];
        const double p = trials[i][1];

        for (k = 0; k <= (size_t) n; k++) {
            const double left = n - (double) k;

            probability[k] = exp(lgamma(n + 1.0) - lgamma((double) k + 1.0) - lgamma(left + 1.0) +
                                 (double) k * log(p) + left * log1p(-p));
        }
        d = distribution_of("binomial", n, p, 0.0, 0.0, 2);
        CHECK_BELOW(fit_integers(&d, 20 + (uint32_t) i, 0.0, probability, (size_t) n + 1), ONE_SIDED_LIMIT);
    }
    for (k = 0; k < 7; k++) {
        probability[k] = 1.0 / 7.0;
    }
    d = distribution_of("uniform_int", -3.0, 4.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit_integers(&d, 40, -3.0, probability, 7), ONE_SIDED_LIMIT);
}

static void
test_boundaries_and_degenerate_parameters(void)
{
    const double inf = (double) INFINITY;
    neuro_distribution_t d;
    neuro_stream_t stream;
    int low = 0;
    int high = 0;
    int i;

    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 0, 0);
    d = distribution_of("normal_clipped_to_boundary", 0.0, 1.0, -1.0, 0.5, 4);
    for (i = 0; i < N_DRAWS; i++) {
        const double value = neuro_draw(&d, &stream);

        CHECK(value >= -1.0 && value <= 0.5);
        low += value == -1.0;
        high += value == 0.5;
    }
    /* P(x < -1) = 0.158655, P(x > 0.5) = 0.308538 */
    CHECK_BELOW(fabs(low - 15865.5) / sqrt(15865.5 * 0.841345), TWO_SIDED_LIMIT);
    CHECK_BELOW(fabs(high - 30853.8) / sqrt(30853.8 * 0.691462), TWO_SIDED_LIMIT);
    d = distribution_of("normal", 3.0, 0.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 3.0);
    d = distribution_of("normal_clipped", 3.0, 0.0, -inf, inf, 4);
    CHECK(neuro_draw(&d, &stream) == 3.0);
    d = distribution_of("gamma", 0.0, 2.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("exponential", 0.0, 0.0, 0.0, 0.0, 1);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("poisson", 0.0, 0.0, 0.0, 0.0, 1);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("binomial", 9.0, 1.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 9.0);
    d = distribution_of("binomial", 9.0, 0.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("binomial", 0.0, 0.5, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("uniform", 4.0, 4.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 4.0);
    d = distribution_of("uniform_int", 4.0, 5.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 4.0);
    /* means beyond the circle come back into it */
    d = distribution_of("vonmises", 10.0, 1e6, 0.0, 0.0, 2);
    CHECK_BELOW(fabs(neuro_draw(&d, &stream) - (10.0 - 4.0 * PI)), 0.01);
    d = distribution_of("vonmises", -1e300, 2.0, 0.0, 0.0, 2);
    CHECK_BELOW(fabs(neuro_draw(&d, &stream)), PI + 1e-15);
}

static void
test_impossible_clipping_ends(void)
{
    const neuro_distribution_t d = distribution_of("normal_clipped", 0.0, 1.0, 50.0, 60.0, 4);
    const neuro_distribution_t rare = distribution_of("normal_clipped", 0.0, 1.0, 3.2, 60.0, 4);
    neuro_stream_t stream;
    int n_found = 0;
    int i;

    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 0, 0);
    CHECK(isnan(neuro_draw(&d, &stream)));
    CHECK(stream.position == 2 * (NEURO_DISTRIBUTION_MAX_REDRAWS + 1));
    /* 1001 draws beyond 3.2 (probability 0.00069) succeed every second time */
    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 1, 0);
    for (i = 0; i < 50; i++) {
        const double value = neuro_draw(&rare, &stream);

        CHECK(isnan(value) || value >= 3.2);
        n_found += !isnan(value);
    }
    CHECK(n_found > 10 && n_found < 40);
}

static void
test_bad_parameters_are_refused(void)
{
    static const struct {
        const char *name;
        double p[4];
        uint32_t n;
        neuro_status_t status;
    } cases[] = {
        {"gauss", {0, 1, 0, 0}, 2, NEURO_ERR_NAME},
        {"normal", {0, 1, 0, 0}, 1, NEURO_ERR_SHAPE},
        {"normal", {0, -1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"normal", {(double) NAN, 1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"normal_clipped", {0, 1, 2, 1}, 4, NEURO_ERR_VALUE},
        {"normal_clipped", {0, 1, (double) NAN, 1}, 4, NEURO_ERR_VALUE},
        {"normal_clipped_to_boundary", {0, 1, 2, 1}, 4, NEURO_ERR_VALUE},
        {"lognormal", {0, -1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"gamma", {-1, 1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"gamma", {1, -1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"exponential", {-1, 0, 0, 0}, 1, NEURO_ERR_VALUE},
        {"poisson", {-1, 0, 0, 0}, 1, NEURO_ERR_VALUE},
        {"poisson", {2e15, 0, 0, 0}, 1, NEURO_ERR_VALUE},
        {"binomial", {2.5, 0.5, 0, 0}, 2, NEURO_ERR_VALUE},
        {"binomial", {-2, 0.5, 0, 0}, 2, NEURO_ERR_VALUE},
        {"binomial", {2, 1.5, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform", {-1.7e308, 1.7e308, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform", {0, (double) INFINITY, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform_int", {1, 1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform_int", {0.5, 3, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform_int", {0, 1e300, 0, 0}, 2, NEURO_ERR_VALUE},
        {"vonmises", {0, -1, 0, 0}, 2, NEURO_ERR_VALUE},
    };
    const neuro_distribution_t unchecked = {NEURO_DISTRIBUTION_GAMMA, {(double) NAN, 1.0, 0.0, 0.0}};
    neuro_stream_t stream;
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        neuro_distribution_t d = {NEURO_DISTRIBUTION_POISSON, {123.0, 0.0, 0.0, 0.0}};

        CHECK(neuro_distribution_init(&d, cases[i].name, cases[i].p, cases[i].n) == cases[i].status);
        CHECK(d.kind == NEURO_DISTRIBUTION_POISSON && d.p[0] == 123.0);
    }
    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 0, 0);
    CHECK(isnan(neuro_draw(&unchecked, &stream)));
}

int
main(void)
{
    test_normal_quantile_agrees_with_tabled_values();
    test_continuous_distributions_fit();
    test_moments_are_right_over_wide_parameters();
    test_discrete_distributions_fit();
    test_boundaries_and_degenerate_parameters();
    test_impossible_clipping_ends();
    test_bad_parameters_are_refused();
    return check_result();
}
