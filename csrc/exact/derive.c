#include "exact/derive.h"

#include "core/math.h"

double
neuro_exact_refractory_steps(double tau_refrac, double dt)
{
    const double exact = tau_refrac / dt;
    const double whole = (double) (int64_t) exact;

    return exact - whole > 1e-9 * (whole + 1.0) ? whole + 1.0 : whole;
}

/* (1 - exp(-x)) / x, also at and around 0. */
static double
mean_decay(double x)
{
    if (x > -1e-5 && x < 1e-5) {
        return 1.0 - x / 2.0 + x * x / 6.0;
    }
    return -neuro_expm1(-x) / x;
}

/* Integral of u exp(-x u) over u in 0..1, also at and around 0. */
static double
mean_rising_decay(double x)
{
    double term = 1.0, sum = 0.0;
    int k;

    if (x > -0.5 && x < 0.5) { /* sum over k of (-x)^k / (k! (k + 2)) */
        for (k = 0; k < 18; k++) {
            sum += term / (double) (k + 2);
            term *= -x / (double) (k + 1);
        }
        return sum;
    }
    return (1.0 - (1.0 + x) * neuro_exp(-x)) / (x * x);
}

double
neuro_exact_v_from_current(double h, double tau_m, double cm, double tau)
{
    return h / cm * neuro_exp(-h / tau_m) * mean_decay(h * (1.0 / tau - 1.0 / tau_m));
}

double
neuro_exact_v_from_rise(double h, double tau_m, double cm, double tau)
{
    return h * h / cm * neuro_exp(-h / tau_m) * mean_rising_decay(h * (1.0 / tau - 1.0 / tau_m));
}

/* Integral of t^n exp(-t / tau) from 0 to h. */
static double
moment(uint32_t n, double h, double tau)
{
    const double x = h / tau;
    double power = h, sum = 0.0, term = 1.0;
    uint32_t k;

    if (x > 1.0) { /* by parts */
        const double rest = neuro_exp(-x);
        double integral = tau * (1.0 - rest);

        for (k = 1; k <= n; k++) {
            integral = tau * ((double) k * integral - power * rest);
            power *= h;
        }
        return integral;
    }
    for (k = 0; k < n; k++) {
        power *= h;
    }
    for (k = 0; k < 20; k++) { /* the exponential's series, 1/20! = 4e-19 */
        sum += term / (double) (n + 1 + k);
        term *= -x / (double) (k + 1);
    }
    return power * sum;
}

void
neuro_exact_coefficients(uint32_t n, double h, double tau, double cm, double *c)
{
    const double zeroth = moment(n, h, tau), first = moment(n + 1, h, tau), second = moment(n + 2, h, tau);
    const double central_first = first / h - 0.5 * zeroth;
    const double central_second = second / (h * h) - first / h + 0.25 * zeroth;

    c[0] = zeroth / cm;
    c[1] = 12.0 * central_first / cm;
    c[2] = 15.0 * (12.0 * central_second - zeroth) / 12.0 / cm;
}

double
neuro_exact_leak(double h, double tau_m)
{
    const double smallest = 1e-30;

    return h / tau_m > smallest ? h / tau_m : smallest;
}
