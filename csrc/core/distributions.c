#include "core/distributions.h"

#include <stdbool.h>
#include <string.h>

#include "core/math.h"

#define PI        0x1.921fb54442d18p+1
#define TWO_PI    0x1.921fb54442d18p+2
#define TWO_TO_53 9007199254740992.0

/* ---------------------------------------------------------------- helpers */

static double
floor_of(double x)
{
    double whole;

    if (!(x > -0x1p52 && x < 0x1p52)) {
        return x;
    }
    whole = (double) (int64_t) x;
    return whole > x ? whole - 1.0 : whole;
}

static double
square(double x)
{
    return x * x;
}

/* Polynomial with coefficients from the constant upwards. */
static double
polynomial(const double *coefficients, int n, double x)
{
    double value = coefficients[n - 1];
    int i;

    for (i = n - 2; i >= 0; i--) {
        value = value * x + coefficients[i];
    }
    return value;
}

/* Coefficients: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
 * Statistics 37 (1988), routine PPND16. */
double
neuro_normal_quantile(double u)
{
    static const double center_above[8] = {
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double center_below[8] = {1.0,
                                           4.2313330701600911252e1,
                                           6.8718700749205790830e2,
                                           5.3941960214247511077e3,
                                           2.1213794301586595867e4,
                                           3.9307895800092710610e4,
                                           2.8729085735721942674e4,
                                           5.2264952788528545610e3};
    static const double middle_above[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                           5.76949722146069140550e0,  3.64784832476320460504e0,
                                           1.27045825245236838258e0,  2.41780725177450611770e-1,
                                           2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double middle_below[8] = {1.0,
                                           2.05319162663775882187e0,
                                           1.67638483018380384940e0,
                                           6.89767334985100004550e-1,
                                           1.48103976427480074590e-1,
                                           1.51986665636164571966e-2,
                                           5.47593808499534494600e-4,
                                           1.05075007164441684324e-9};
    static const double tail_above[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                         1.78482653991729133580e0,  2.96560571828504891230e-1,
                                         2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                         2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double tail_below[8] = {1.0,
                                         5.99832206555887937690e-1,
                                         1.36929880922735805310e-1,
                                         1.48753612908506148525e-2,
                                         7.86869131145613259100e-4,
                                         1.84631831751005468180e-5,
                                         1.42151175831644588870e-7,
                                         2.04426310338993978564e-15};
    const double q = u - 0.5;
    double r;
    double x;

    if (q <= 0.425 && q >= -0.425) {
        r = 0.180625 - q * q;
        return q * polynomial(center_above, 8, r) / polynomial(center_below, 8, r);
    }
    r = neuro_sqrt(-neuro_log(q < 0.0 ? u : 1.0 - u));
    if (r == (double) INFINITY) {
        x = r;
    } else if (r <= 5.0) {
        r -= 1.6;
        x = polynomial(middle_above, 8, r) / polynomial(middle_below, 8, r);
    } else {
        r -= 5.0;
        x = polynomial(tail_above, 8, r) / polynomial(tail_below, 8, r);
    }
    return q < 0.0 ? -x : x;
}

/* ---------------------------------------------------------------- discrete samplers */

/* log(n!) - log(sqrt(2 pi n) (n/e)^n), the error of Stirling's formula, for integers n >= 0.
 * True values up to 15, then Stirling's series (remainder below 1e-16). */
static double
stirling_error(double n)
{
    static const double known[16] = {0.0,
                                     0x1.4c071bcda0a5bp-4,
                                     0x1.52a9b923ea649p-5,
                                     0x1.c579a268d80b3p-6,
                                     0x1.54a2662fd78a9p-6,
                                     0x1.10b4e513fcbedp-6,
                                     0x1.c6b167bebdf36p-7,
                                     0x1.85d4d612e4a86p-7,
                                     0x1.552805e7b3076p-7,
                                     0x1.2f4871b12ab64p-7,
                                     0x1.10f9d4c0743a7p-7,
                                     0x1.f0593088014f8p-8,
                                     0x1.c7018733aa9c6p-8,
                                     0x1.a40514700f36cp-8,
                                     0x1.86076c002d4a7p-8,
                                     0x1.6c08f6f194a10p-8};
    double r;

    if (n < 15.5) {
        return known[(int) n];
    }
    r = 1.0 / (n * n);
    return (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / n;
}

/* x log(x/mean) + mean - x without cancellation. Saddle-point form of the probabilities below: Loader,
 * "Fast and accurate computation of binomial probabilities" (2000). */
static double
deviance(double x, double mean)
{
    const double distance = x - mean;
    double v;
    double power;
    double sum;
    int j;

    if (distance * distance >= 0.01 * square(x + mean)) {
        return x * neuro_log(x / mean) - distance;
    }
    v = distance / (x + mean);
    sum = distance * v;
    power = 2.0 * x * v;
    v *= v;
    /* |v| < 0.01: ten terms leave less than 1e-20 of the sum */
    for (j = 1; j <= 10; j++) {
        power *= v;
        sum += power / (double) (2 * j + 1);
    }
    return sum;
}

static double
log_poisson_probability(double k, double mean)
{
    if (k == 0.0) {
        return -mean;
    }
    return -stirling_error(k) - deviance(k, mean) - 0.5 * neuro_log(TWO_PI * k);
}

static double
log_binomial_probability(double k, double n, double p)
{
    if (k == 0.0) {
        return n * neuro_log1p(-p);
    }
    if (k == n) {
        return n * neuro_log(p);
    }
    return stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n * p) -
           deviance(n - k, n * (1.0 - p)) - 0.5 * neuro_log(TWO_PI * k * ((n - k) / n));
}

/* Poisson number. Below a mean of 10 by inversion, above by the transformed rejection PTRS of Hoermann,
 * "The transformed rejection method for generating Poisson random variables" (1993). Inversion stops at
 * 200, where the probability of more is below 1e-150. */
static double
poisson(neuro_stream_t *stream, double mean)
{
    double a;
    double b;
    double inverse_alpha;
    double v_r;
    double u;
    double v;
    double us;
    double k;
    double probability;

    if (mean < 10.0) {
        u = neuro_stream_double(stream);
        probability = neuro_exp(-mean);
        for (k = 0.0; u >= probability && k < 200.0;) {
            u -= probability;
            k += 1.0;
            probability *= mean / k;
        }
        return k;
    }
    b = 0.931 + 2.53 * neuro_sqrt(mean);
    a = -0.059 + 0.02483 * b;
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    v_r = 0.9277 - 3.6224 / (b - 2.0);
    for (;;) {
        u = neuro_stream_double_open(stream) - 0.5;
        v = neuro_stream_double_open(stream);
        us = 0.5 - (u < 0.0 ? -u : u);
        k = (2.0 * a / us + b) * u + mean + 0.43;
        if (!(k >= 0.0 && k < TWO_TO_53)) {
            continue;
        }
        k = floor_of(k);
        if (us >= 0.07 && v <= v_r) {
            return k;
        }
        if (us < 0.013 && v > us) {
            continue;
        }
        if (neuro_log(v * inverse_alpha / (a / (us * us) + b)) <= log_poisson_probability(k, mean)) {
            return k;
        }
    }
}

/* Binomial number for p <= 1/2. Below a mean of 10 by inversion, above by the transformed rejection BTRS of
 * Hoermann, "The generation of binomial random variates" (1993). */
static double
binomial_half(neuro_stream_t *stream, double n, double p)
{
    const double odds = p / (1.0 - p);
    double spread;
    double a;
    double b;
    double alpha;
    double v_r;
    double log_mode;
    double u;
    double v;
    double us;
    double k;
    double probability;

    if (n * p < 10.0) {
        u = neuro_stream_double(stream);
        probability = neuro_exp(n * neuro_log1p(-p));
        for (k = 0.0; u >= probability && k < n && k < 200.0;) {
            u -= probability;
            k += 1.0;
            probability *= (n - k + 1.0) / k * odds;
        }
        return k;
    }
    spread = neuro_sqrt(n * p * (1.0 - p));
    b = 1.15 + 2.53 * spread;
    a = -0.0873 + 0.0248 * b + 0.01 * p;
    alpha = (2.83 + 5.1 / b) * spread;
    v_r = 0.92 - 4.2 / b;
    log_mode = log_binomial_probability(floor_of((n + 1.0) * p), n, p);
    for (;;) {
        u = neuro_stream_double_open(stream) - 0.5;
        v = neuro_stream_double_open(stream);
        us = 0.5 - (u < 0.0 ? -u : u);
        k = (2.0 * a / us + b) * u + n * p + 0.5;
        if (!(k >= 0.0 && k < n + 1.0)) {
            continue;
        }
        k = floor_of(k);
        if (us >= 0.07 && v <= v_r) {
            return k;
        }
        if (neuro_log(v * alpha / (a / (us * us) + b)) <= log_binomial_probability(k, n, p) - log_mode) {
            return k;
        }
    }
}

uint64_t
neuro_binomial(neuro_stream_t *stream, uint64_t n, double p)
{
    if (n == 0 || !(p > 0.0)) {
        return 0;
    }
    if (p >= 1.0) {
        return n;
    }
    if (p > 0.5) {
        return n - (uint64_t) binomial_half(stream, (double) n, 1.0 - p);
    }
    return (uint64_t) binomial_half(stream, (double) n, p);
}

/* ---------------------------------------------------------------- continuous samplers */

static double
normal(neuro_stream_t *stream)
{
    return neuro_normal_quantile(neuro_stream_double_open(stream));
}

/* Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
static double
gamma_of_shape(neuro_stream_t *stream, double shape)
{
    double boost = 1.0;
    double d;
    double c;
    double x;
    double u;
    double v;

    if (shape == 0.0) {
        return 0.0;
    }
    if (shape < 1.0) {
        boost = neuro_exp(neuro_log(neuro_stream_double_open(stream)) / shape);
        shape += 1.0;
    }
    d = shape - 1.0 / 3.0;
    c = 1.0 / neuro_sqrt(9.0 * d);
    for (;;) {
        x = normal(stream);
        v = 1.0 + c * x;
        if (v <= 0.0) {
            continue;
        }
        v = v * v * v;
        u = neuro_stream_double_open(stream);
        if (u < 1.0 - 0.0331 * square(x * x) || neuro_log(u) < 0.5 * x * x + d * (1.0 - v + neuro_log(v))) {
            return boost * d * v;
        }
    }
}

/* x brought into [-pi, pi]. */
static double
wrap_angle(double x)
{
    if (x > PI || x < -PI) {
        x -= TWO_PI * floor_of((x + PI) / TWO_PI);
    }
    return x > PI ? PI : x < -PI ? -PI : x;
}

/* Ratio of uniforms: Barabesi, "Generating von Mises variates by the ratio-of-uniforms method" (1995). A
 * kappa below 1e-8 is taken as 0, as numpy does, but for the whole circle the mean does not matter. */
static double
vonmises(neuro_stream_t *stream, double mu, double kappa)
{
    const double s = kappa > 1.3 ? 1.0 / neuro_sqrt(kappa) : PI * neuro_exp(-kappa);
    double u;
    double angle;

    if (kappa < 1e-8) {
        return PI * (2.0 * neuro_stream_double(stream) - 1.0);
    }
    for (;;) {
        u = neuro_stream_double_open(stream);
        angle = s * (2.0 * neuro_stream_double_open(stream) - 1.0) / u;
        if (angle > PI || angle < -PI) {
            continue;
        }
        if (kappa * angle * angle < 4.0 - 4.0 * u ||
            -kappa * square(neuro_sin(0.5 * angle)) >= neuro_log(u)) {
            return wrap_angle(wrap_angle(mu) + angle);
        }
    }
}

static double
normal_clipped(neuro_stream_t *stream, const double *p)
{
    double value;
    int i;

    for (i = 0; i <= NEURO_DISTRIBUTION_MAX_REDRAWS; i++) {
        value = p[0] + p[1] * normal(stream);
        if (value >= p[2] && value <= p[3]) {
            return value;
        }
    }
    return (double) NAN;
}

static double
clip(double value, double low, double high)
{
    value = value > high ? high : value;
    return value < low ? low : value;
}

/* ---------------------------------------------------------------- distributions by name */

typedef struct {
    const char *name;
    neuro_distribution_kind_t kind;
    uint32_t n_parameters;
} description_t;

static const description_t descriptions[] = {
    {"binomial", NEURO_DISTRIBUTION_BINOMIAL, 2},
    {"gamma", NEURO_DISTRIBUTION_GAMMA, 2},
    {"exponential", NEURO_DISTRIBUTION_EXPONENTIAL, 1},
    {"lognormal", NEURO_DISTRIBUTION_LOGNORMAL, 2},
    {"normal", NEURO_DISTRIBUTION_NORMAL, 2},
    {"normal_clipped", NEURO_DISTRIBUTION_NORMAL_CLIPPED, 4},
    {"normal_clipped_to_boundary", NEURO_DISTRIBUTION_NORMAL_CLIPPED_TO_BOUNDARY, 4},
    {"poisson", NEURO_DISTRIBUTION_POISSON, 1},
    {"uniform", NEURO_DISTRIBUTION_UNIFORM, 2},
    {"uniform_int", NEURO_DISTRIBUTION_UNIFORM_INT, 2},
    {"vonmises", NEURO_DISTRIBUTION_VONMISES, 2},
};

static bool
is_finite(double x)
{
    return x - x == 0.0;
}

static bool
is_whole(double x)
{
    return x >= -TWO_TO_53 && x <= TWO_TO_53 && (double) (int64_t) x == x;
}

static bool
parameters_are_valid(const neuro_distribution_t *distribution)
{
    const double *p = distribution->p;

    if (!is_finite(p[0]) || !is_finite(p[1])) {
        return false;
    }
    switch (distribution->kind) {
    case NEURO_DISTRIBUTION_BINOMIAL:
        return is_whole(p[0]) && p[0] >= 0.0 && p[1] >= 0.0 && p[1] <= 1.0;
    case NEURO_DISTRIBUTION_GAMMA:
        return p[0] >= 0.0 && p[1] >= 0.0;
    case NEURO_DISTRIBUTION_EXPONENTIAL:
        return p[0] >= 0.0;
    case NEURO_DISTRIBUTION_LOGNORMAL:
    case NEURO_DISTRIBUTION_NORMAL:
    case NEURO_DISTRIBUTION_VONMISES:
        return p[1] >= 0.0;
    case NEURO_DISTRIBUTION_NORMAL_CLIPPED:
    case NEURO_DISTRIBUTION_NORMAL_CLIPPED_TO_BOUNDARY:
        return p[1] >= 0.0 && p[2] <= p[3];
    case NEURO_DISTRIBUTION_POISSON:
        return p[0] >= 0.0 && p[0] <= 1e15;
    case NEURO_DISTRIBUTION_UNIFORM:
        return is_finite(p[1] - p[0]);
    case NEURO_DISTRIBUTION_UNIFORM_INT:
        return is_whole(p[0]) && is_whole(p[1]) && p[0] < p[1];
    }
    return false;
}

neuro_status_t
neuro_distribution_init(neuro_distribution_t *distribution, const char *name, const double *parameters,
                        uint32_t n_parameters)
{
    neuro_distribution_t made = {NEURO_DISTRIBUTION_UNIFORM, {0.0, 0.0, 0.0, 0.0}};
    const size_t n = sizeof descriptions / sizeof descriptions[0];
    size_t i;

    for (i = 0; i < n && strcmp(descriptions[i].name, name) != 0; i++) {
    }
    if (i == n) {
        return NEURO_ERR_NAME;
    }
    if (descriptions[i].n_parameters != n_parameters) {
        return NEURO_ERR_SHAPE;
    }
    made.kind = descriptions[i].kind;
    memcpy(made.p, parameters, n_parameters * sizeof *parameters);
    if (!parameters_are_valid(&made)) {
        return NEURO_ERR_VALUE;
    }
    *distribution = made;
    return NEURO_OK;
}

double
neuro_draw(const neuro_distribution_t *distribution, neuro_stream_t *stream)
{
    const double *p = distribution->p;

    if (!parameters_are_valid(distribution)) {
        return (double) NAN;
    }
    switch (distribution->kind) {
    case NEURO_DISTRIBUTION_BINOMIAL:
        return (double) neuro_binomial(stream, (uint64_t) p[0], p[1]);
    case NEURO_DISTRIBUTION_GAMMA:
        return p[1] * gamma_of_shape(stream, p[0]);
    case NEURO_DISTRIBUTION_EXPONENTIAL:
        return p[0] * -neuro_log(neuro_stream_double_open(stream));
    case NEURO_DISTRIBUTION_LOGNORMAL:
        return neuro_exp(p[0] + p[1] * normal(stream));
    case NEURO_DISTRIBUTION_NORMAL:
        return p[0] + p[1] * normal(stream);
    case NEURO_DISTRIBUTION_NORMAL_CLIPPED:
        return normal_clipped(stream, p);
    case NEURO_DISTRIBUTION_NORMAL_CLIPPED_TO_BOUNDARY:
        return clip(p[0] + p[1] * normal(stream), p[2], p[3]);
    case NEURO_DISTRIBUTION_POISSON:
        return poisson(stream, p[0]);
    case NEURO_DISTRIBUTION_UNIFORM:
        return p[0] + (p[1] - p[0]) * neuro_stream_double(stream);
    case NEURO_DISTRIBUTION_UNIFORM_INT:
        return p[0] + (double) neuro_stream_below(stream, (uint64_t) (p[1] - p[0]));
    case NEURO_DISTRIBUTION_VONMISES:
        return vonmises(stream, p[0], p[1]);
    }
    return (double) NAN;
}
