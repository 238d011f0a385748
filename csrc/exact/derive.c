#include "exact/derive.h"

#include "core/math.h"

double
neuro_exact_refractory_steps(double tau_refrac, double dt)
{
    const double exact = tau_refrac / dt;
    const double whole = (double) (int64_t) exact;

    return exact - whole > 1e-9 * (whole + 1.0) ? whole + 1.0 : whole;
}

double
neuro_exact_mean_decay(double x)
{
    if (x > -1e-5 && x < 1e-5) {
        return 1.0 - x / 2.0 + x * x / 6.0;
    }
    return -neuro_expm1(-x) / x;
}

double
neuro_exact_two_decays(double x, double y)
{
    return y > x ? neuro_exp(-x) * neuro_exact_mean_decay(y - x)
                 : neuro_exp(-y) * neuro_exact_mean_decay(x - y);
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
    return h / cm * neuro_exp(-h / tau_m) * neuro_exact_mean_decay(h * (1.0 / tau - 1.0 / tau_m));
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

void
neuro_exact_rise_coefficients(double h, double tau, double tau_rise, double cm, double *c)
{
    const double difference = 1.0 / tau_rise - 1.0 / tau;
    const double x = difference * h;
    double term = 1.0, part[3], other[3];
    uint32_t n, k;

    if (x > -0.5 && x < 0.5) { /* exp(-t / tau) times the series of (1 - exp(-t difference)) / difference */
        c[0] = c[1] = c[2] = 0.0;
        for (n = 1; n <= 16; n++) {
            neuro_exact_coefficients(n, h, tau, cm, part);
            for (k = 0; k < 3; k++) {
                c[k] += term * part[k];
            }
            term *= -difference / (double) (n + 1);
        }
        return;
    }
    neuro_exact_coefficients(0, h, tau, cm, part);
    neuro_exact_coefficients(0, h, tau_rise, cm, other);
    for (k = 0; k < 3; k++) {
        c[k] = (part[k] - other[k]) / difference;
    }
}

double
neuro_exact_leak(double h, double tau_m)
{
    const double smallest = 1e-30;

    return h / tau_m > smallest ? h / tau_m : smallest;
}
