/* Elementary functions against values computed with 1400 bits (written as double + remainder), against the
 * 80-bit library where there is one, and at the special cases of C11 annex F. */
#include "core/math.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/math_inline.h"

typedef struct {
    double x;
    double nearest;
    double remainder;
} value_t;

typedef struct {
    double x;
    double y;
    double nearest;
    double remainder;
} power_t;

static const value_t exp_values[] = {
    {0x1.0000000000000p+0, 0x1.5bf0a8b145769p+1, 0x1.4d57ee2b1013ap-53},
    {-0x1.0000000000000p+0, 0x1.78b56362cef38p-2, -0x1.ca8a4270fadf5p-57},
    {0x1.0000000000000p-1, 0x1.a61298e1e069cp+0, -0x1.b4690082a4906p-55},
    {-0x1.999999999999ap-4, 0x1.cf46d99d52b3ap-1, 0x1.d255100c4c1e2p-55},
    {0x1.4000000000000p+3, 0x1.5829dcf950560p+14, -0x1.83e055cfea4bbp-40},
    {0x1.9000000000000p+6, 0x1.3494a9b171bf5p+144, -0x1.4cf76bdb3376fp+90},
    {0x1.62c0000000000p+9, 0x1.81e9b4b52d0c9p+1023, -0x1.40367ff946b15p+964},
    {-0x1.6200000000000p+9, 0x1.7c8ab2288c9abp-1022, 0x0.0p+0},
    {-0x1.6800000000000p+9, 0x0.0000993b4dc95p-1022, 0x0.0p+0},
    {-0x1.7400000000000p+9, 0x0.0000000000002p-1022, -0x0.0p+0},
    {0x1.0000000000000p-30, 0x1.0000000400000p+0, 0x1.0000000155555p-61},
    {0x1.62e42fefa39efp-2, 0x1.6a09e667f3bccp+0, 0x1.f68d3de197eeap-54},
};

static const value_t expm1_values[] = {
    {0x1.0000000000000p+0, 0x1.b7e151628aed3p+0, -0x1.655023a9dfd8cp-54},
    {-0x1.0000000000000p+0, -0x1.43a54e4e98864p-1, -0x1.ca8a4270fadf5p-57},
    {0x1.4f8b588e368f1p-17, 0x1.4f8bc681cdfb6p-17, -0x1.7835766a354c2p-72},
    {-0x1.4f8b588e368f1p-17, -0x1.4f8aea9acf2c9p-17, -0x1.d0b5369fadd35p-71},
    {0x1.62eb1c432ca58p-2, 0x1.a831641af1de4p-2, 0x1.f736045a854d8p-56},
    {-0x1.62eb1c432ca58p-2, -0x1.2bf1186530eb9p-2, 0x1.20c67cd56aaf5p-57},
    {-0x1.4000000000000p+4, -0x1.ffffffee4b79bp-1, 0x1.7cdc99b9812d1p-55},
    {0x1.e000000000000p+4, 0x1.370470aec26edp+43, -0x1.85e0eff0462d6p-11},
    {0x1.56e1fc2f8f359p-997, 0x1.56e1fc2f8f359p-997, 0x0.0p+0},
};

static const value_t log_values[] = {
    {0x1.0000000000000p+1, 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56},
    {0x1.0000000000000p-1, -0x1.62e42fefa39efp-1, -0x1.abc9e3b39803fp-56},
    {0x1.4000000000000p+3, 0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53},
    {0x1.000001ad7f29bp+0, 0x1.ad7f2847b6492p-24, 0x1.d7f4a57fcf3ddp-80},
    {0x1.fffffca501acbp-1, -0x1.ad7f2b1049b9fp-24, -0x1.abda442e82e0dp-78},
    {0x1.fffffffffffffp-1, -0x1.0000000000000p-53, -0x1.0000000000000p-107},
    {0x1.7e43c8800759cp+996, 0x1.5963447f87fb5p+9, 0x1.abccc0710fcd4p-46},
    {0x1.56e1fc2f8f359p-997, -0x1.5963447f87fb5p+9, -0x1.aa670d35324e6p-46},
    {0x0.0000000000001p-1022, -0x1.74385446d71c3p+9, -0x1.8e569fa8ee781p-45},
    {0x1.6a0902de00d1bp-1, -0x1.62e6b3842a25ep-2, 0x1.ab287f524a622p-56},
    {0x1.6a0f9096bb98cp+0, 0x1.62f4358c03e8ap-2, -0x1.b878a7a023b0dp-56},
};

static const value_t log1p_values[] = {
    {0x1.0000000000000p+0, 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56},
    {-0x1.0000000000000p-1, -0x1.62e42fefa39efp-1, -0x1.abc9e3b39803fp-56},
    {0x1.b7cdfd9d7bdbbp-34, 0x1.b7cdfd9d1d693p-34, -0x1.0c8b7f5fd9a85p-88},
    {-0x1.b7cdfd9d7bdbbp-34, -0x1.b7cdfd9dda4e3p-34, -0x1.0c9904e7d8f02p-88},
    {0x1.999999999999ap-2, 0x1.588c2d9133490p-2, -0x1.115a67a6d2606p-58},
    {0x1.ae147ae147ae1p-2, 0x1.6712984ec8f15p-2, 0x1.9653f7a34f026p-56},
    {-0x1.3333333333333p-2, -0x1.6d3c324e13f4ep-2, -0x1.f0207d9d4c9c1p-56},
    {0x1.6345785d8a000p+56, 0x1.3926cd770aa67p+5, -0x1.24c52513a8ea7p-50},
    {-0x1.fffffca501acbp-1, -0x1.01e3b8440ed2fp+4, 0x1.6bde82aeb18ecp-51},
};

static const value_t sin_values[] = {
    {0x1.0000000000000p-1, 0x1.eaee8744b05f0p-2, -0x1.789b43c9b027dp-58},
    {0x1.0000000000000p+0, 0x1.aed548f090ceep-1, 0x1.06374f484e288p-59},
    {-0x1.0000000000000p+1, -0x1.d18f6ead1b446p-1, 0x1.02a3dbf3bffb2p-56},
    {0x1.8000000000000p+1, 0x1.210386db6d55bp-3, 0x1.3c7205d08d063p-57},
    {0x1.6000000000000p+4, -0x1.220a29f6eb9f4p-7, 0x1.504b8bc40d505p-62},
    {0x1.86a0000000000p+16, 0x1.24daa9c527e96p-5, 0x1.c767d8e3e1ca8p-60},
    {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53, -0x1.f1976b7ed8fbdp-109},
    {0x1.6ac5b262ca1ffp+849, 0x1.0000000000000p+0, -0x1.2b089ea1e692bp-123},
    {0x1.1ccf385ebc8a0p+1023, 0x1.d0472b6b4d936p-2, 0x1.720bb33650e53p-56},
    {0x1.fffffffffffffp+1023, 0x1.452fc98b34e97p-8, -0x1.27bb193d960dfp-62},
};

static const value_t cos_values[] = {
    {0x1.0000000000000p-1, 0x1.c1528065b7d50p-1, -0x1.892111312e828p-55},
    {0x1.0000000000000p+0, 0x1.14a280fb5068cp-1, -0x1.b71edcc9344bcp-55},
    {-0x1.0000000000000p+1, -0x1.aa22657537205p-2, 0x1.6f3341d4d1235p-56},
    {0x1.8000000000000p+1, -0x1.fae04be85e5d2p-1, -0x1.83effc17efb54p-55},
    {0x1.6000000000000p+3, 0x1.220ae41ee2fdfp-8, 0x1.7f17841b97bf3p-62},
    {0x1.86a0000000000p+16, -0x1.ffac3841b3da7p-1, -0x1.b085bf2c1a978p-56},
    {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110},
    {0x1.6ac5b262ca1ffp+849, -0x1.14ae72e6ba22fp-61, 0x1.73eef1477d90ep-118},
    {0x1.1ccf385ebc8a0p+1023, -0x1.c859a523ff229p-1, 0x1.a45df05fd0687p-55},
};

static const power_t pow_values[] = {
    {0x1.0000000000000p+1, 0x1.0000000000000p-1, 0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54},
    {0x1.4000000000000p+3, -0x1.8000000000000p+1, 0x1.0624dd2f1a9fcp-10, -0x1.89374bc6a7efap-66},
    {0x1.ccccccccccccdp-1, 0x1.9000000000000p+6, 0x1.bda056ed49410p-16, -0x1.8d729476656abp-70},
    {0x1.000001ad7f29bp+0, 0x1.dcd6500000000p+29, 0x1.349445c228792p+144, -0x1.24a322a01718bp+90},
    {0x1.0000000000000p-1, 0x1.0c80000000000p+10, 0x0.0000000000001p-1022, 0x0.0p+0},
    {0x1.8000000000000p+0, 0x1.a900000000000p+10, 0x1.5a63b3b6d05e3p+994, 0x1.fa4816100472ap+939},
    {-0x1.8000000000000p+1, 0x1.4000000000000p+2, -0x1.e600000000000p+7, 0x0.0p+0},
    {0x1.c000000000000p+2, 0x1.2c80000000000p+8, 0x1.86c39b4d1bad7p+843, 0x1.788390e6f4133p+789},
    {0x1.fffffffffffffp-1, 0x1.6345785d8a000p+56, 0x1.f9f4adc9092b5p-17, 0x1.7a3bd8555cad6p-72},
};

enum { N_RANDOM = 200000, N_LANES = 4099 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Distance of doubles at the size of x. */
static double
ulp_of(double x)
{
    int exponent;

    (void) frexp(x, &exponent);
    return exponent < -1021 ? 0x1p-1074 : ldexp(1.0, exponent - 53);
}

/* Error of a result in ulps of the true value nearest + remainder. */
static double
error_of(double result, double nearest, double remainder)
{
    return fabs((result - nearest) - remainder) / ulp_of(nearest);
}

static bool
same_bits(double a, double b)
{
    return neuro_bits_of_double(a) == neuro_bits_of_double(b);
}

/* Random numbers for arguments: splitmix64, uniform in [low, high). */
static double
argument(uint64_t *state, double low, double high)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return low + (high - low) * ((double) (z >> 11) * 0x1p-53);
}

static void
check_table(const char *name, double (*function)(double), const value_t *values, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        const double error = error_of(function(values[i].x), values[i].nearest, values[i].remainder);

        if (!(error < 1.0)) {
            printf("%s(%a): error %.3f ulp\n", name, values[i].x, error);
        }
        CHECK_BELOW(error, 1.0);
    }
}

static void
test_tabled_values_are_within_one_ulp(void)
{
    size_t i;

    check_table("exp", neuro_exp, exp_values, COUNT(exp_values));
    check_table("expm1", neuro_expm1, expm1_values, COUNT(expm1_values));
    check_table("log", neuro_log, log_values, COUNT(log_values));
    check_table("log1p", neuro_log1p, log1p_values, COUNT(log1p_values));
    check_table("sin", neuro_sin, sin_values, COUNT(sin_values));
    check_table("cos", neuro_cos, cos_values, COUNT(cos_values));
    for (i = 0; i < COUNT(pow_values); i++) {
        const double result = neuro_pow(pow_values[i].x, pow_values[i].y);

        CHECK_BELOW(error_of(result, pow_values[i].nearest, pow_values[i].remainder), 1.0);
    }
}

#if LDBL_MANT_DIG >= 64
static double
error_against(double result, long double truth)
{
    /* in long double, where half an ulp of a subnormal number exists */
    return (double) (fabsl((long double) result - truth) / (long double) ulp_of((double) truth));
}

/* Largest error over random arguments in [low, high); `spread` raises two to the argument first. */
static double
worst_error(double (*function)(double), long double (*truth)(long double), double low, double high,
            bool spread)
{
    uint64_t state = 1;
    double worst = 0.0;
    int i;

    for (i = 0; i < N_RANDOM; i++) {
        double x = argument(&state, low, high);
        double error;

        if (spread) {
            x = exp2(x);
            x = i % 2 == 1 && function != neuro_log ? -x : x;
        }
        if (function == neuro_log1p && x <= -1.0) {
            continue;
        }
        error = error_against(function(x), truth((long double) x));
        worst = error > worst ? error : worst;
    }
    return worst;
}

static void
test_random_arguments_are_within_one_ulp(void)
{
    uint64_t state = 7;
    double worst = 0.0;
    int i;

    CHECK_BELOW(worst_error(neuro_exp, expl, -1.0, 1.0, false), 0.75);
    CHECK_BELOW(worst_error(neuro_exp, expl, -708.0, 709.7, false), 0.75);
    CHECK_BELOW(worst_error(neuro_exp, expl, -745.0, -708.0, false), 1.0);
    CHECK_BELOW(worst_error(neuro_exp, expl, -60.0, 9.0, true), 0.75);
    CHECK_BELOW(worst_error(neuro_expm1, expm1l, -1.5, 1.5, false), 1.0);
    CHECK_BELOW(worst_error(neuro_expm1, expm1l, -50.0, 709.7, false), 1.0);
    CHECK_BELOW(worst_error(neuro_expm1, expm1l, -60.0, 5.0, true), 1.0);
    CHECK_BELOW(worst_error(neuro_log, logl, 0.5, 2.0, false), 0.75);
    CHECK_BELOW(worst_error(neuro_log, logl, 0.99, 1.01, false), 0.75);
    CHECK_BELOW(worst_error(neuro_log, logl, -1074.0, 1023.9, true), 0.75);
    CHECK_BELOW(worst_error(neuro_log1p, log1pl, -0.999, 2.0, false), 0.75);
    CHECK_BELOW(worst_error(neuro_log1p, log1pl, -60.0, 200.0, true), 0.75);
    CHECK_BELOW(worst_error(neuro_sin, sinl, -1.0, 1.0, false), 0.85);
    CHECK_BELOW(worst_error(neuro_sin, sinl, -1000.0, 1000.0, false), 0.85);
    CHECK_BELOW(worst_error(neuro_sin, sinl, -60.0, 1023.9, true), 0.85);
    CHECK_BELOW(worst_error(neuro_cos, cosl, -1.0, 1.0, false), 0.85);
    CHECK_BELOW(worst_error(neuro_cos, cosl, -1000.0, 1000.0, false), 0.85);
    CHECK_BELOW(worst_error(neuro_cos, cosl, -60.0, 1023.9, true), 0.85);
    for (i = 0; i < N_RANDOM; i++) {
        const double x = exp2(argument(&state, -20.0, 20.0));
        /* where the library's own power is still good to 2^-60 */
        const double y = argument(&state, -12.0, 12.0);
        const double error = error_against(neuro_pow(x, y), powl((long double) x, (long double) y));

        worst = error > worst ? error : worst;
    }
    CHECK_BELOW(worst, 0.75);
}
#endif

static void
test_special_cases_of_one_argument(void)
{
    const double inf = (double) INFINITY;
    const double nan_value = (double) NAN;

    CHECK(neuro_exp(0.0) == 1.0 && neuro_exp(-0.0) == 1.0);
    CHECK(neuro_exp(inf) == inf && neuro_exp(-inf) == 0.0 && isnan(neuro_exp(nan_value)));
    CHECK(neuro_exp(0x1.62e42fefa39efp+9) < inf && neuro_exp(0x1.62e42fefa39f0p+9) == inf);
    CHECK(neuro_exp(-745.13) == 0x1p-1074 && neuro_exp(-745.14) == 0.0);
    CHECK(neuro_exp(0x1p-1074) == 1.0 && neuro_exp(DBL_MAX) == inf && neuro_exp(-DBL_MAX) == 0.0);
    CHECK(same_bits(neuro_expm1(0.0), 0.0) && same_bits(neuro_expm1(-0.0), -0.0));
    CHECK(neuro_expm1(inf) == inf && neuro_expm1(-inf) == -1.0 && isnan(neuro_expm1(nan_value)));
    CHECK(same_bits(neuro_expm1(-0x1p-1074), -0x1p-1074));
    CHECK(same_bits(neuro_log(1.0), 0.0) && neuro_log(0.0) == -inf && neuro_log(-0.0) == -inf);
    CHECK(neuro_log(inf) == inf && isnan(neuro_log(-1.0)) && isnan(neuro_log(-inf)));
    CHECK(isnan(neuro_log(nan_value)));
    CHECK(same_bits(neuro_log1p(0.0), 0.0) && same_bits(neuro_log1p(-0.0), -0.0));
    CHECK(neuro_log1p(-1.0) == -inf && neuro_log1p(inf) == inf && isnan(neuro_log1p(-1.5)));
    CHECK(isnan(neuro_log1p(nan_value)) && same_bits(neuro_log1p(0x1p-1074), 0x1p-1074));
    CHECK_BELOW(fabs(neuro_log1p(DBL_MAX) - 0x1.62e42fefa39efp+9), 0x1p-43);
    CHECK(same_bits(neuro_sin(0.0), 0.0) && same_bits(neuro_sin(-0.0), -0.0) && neuro_cos(0.0) == 1.0);
    CHECK(isnan(neuro_sin(inf)) && isnan(neuro_sin(-inf)) && isnan(neuro_sin(nan_value)));
    CHECK(isnan(neuro_cos(inf)) && isnan(neuro_cos(-inf)) && isnan(neuro_cos(nan_value)));
    CHECK(same_bits(neuro_sin(-0x1p-1074), -0x1p-1074));
    CHECK(same_bits(neuro_sqrt(2.0), 0x1.6a09e667f3bcdp+0) && neuro_sqrt(inf) == inf);
    CHECK(isnan(neuro_sqrt(-1.0)));
}

static void
test_special_cases_of_the_power(void)
{
    const double inf = (double) INFINITY;
    const double nan_value = (double) NAN;

    CHECK(neuro_pow(nan_value, 0.0) == 1.0 && neuro_pow(1.0, nan_value) == 1.0);
    CHECK(isnan(neuro_pow(nan_value, 1.0)) && isnan(neuro_pow(2.0, nan_value)));
    CHECK(same_bits(neuro_pow(0.0, 3.0), 0.0) && same_bits(neuro_pow(-0.0, 3.0), -0.0));
    CHECK(same_bits(neuro_pow(-0.0, 2.0), 0.0) && same_bits(neuro_pow(-0.0, 0.5), 0.0));
    CHECK(neuro_pow(0.0, -3.0) == inf && neuro_pow(-0.0, -3.0) == -inf && neuro_pow(-0.0, -2.0) == inf);
    CHECK(neuro_pow(-0.0, -0.5) == inf && neuro_pow(0.0, -inf) == inf && neuro_pow(0.0, inf) == 0.0);
    CHECK(neuro_pow(-1.0, inf) == 1.0 && neuro_pow(-1.0, -inf) == 1.0);
    CHECK(neuro_pow(0.5, inf) == 0.0 && neuro_pow(0.5, -inf) == inf);
    CHECK(neuro_pow(-2.0, inf) == inf && neuro_pow(2.0, -inf) == 0.0);
    CHECK(neuro_pow(inf, 2.0) == inf && same_bits(neuro_pow(inf, -1.0), 0.0));
    CHECK(neuro_pow(-inf, 3.0) == -inf && same_bits(neuro_pow(-inf, -3.0), -0.0));
    CHECK(neuro_pow(-inf, 2.0) == inf && same_bits(neuro_pow(-inf, -2.5), 0.0));
    CHECK(isnan(neuro_pow(-2.0, 0.5)) && neuro_pow(-2.0, 3.0) == -8.0 && neuro_pow(-2.0, -2.0) == 0.25);
    CHECK(neuro_pow(-1.0, 0x1.fffffffffffffp+52) == -1.0 && neuro_pow(-1.0, 0x1p53) == 1.0);
    CHECK(neuro_pow(10.0, 22.0) == 1e22 && neuro_pow(3.0, 33.0) == 5559060566555523.0);
    CHECK(neuro_pow(2.0, 1023.0) == 0x1p1023 && neuro_pow(2.0, 1024.0) == inf);
    CHECK(neuro_pow(-2.0, 1025.0) == -inf);
    CHECK(neuro_pow(2.0, -1074.0) == 0x1p-1074 && neuro_pow(2.0, -1076.0) == 0.0);
    CHECK(neuro_pow(0x1p-1074, -0.5) == 0x1p537 && neuro_pow(0x1p-1074, 2.0) == 0.0);
    CHECK(neuro_pow(1.5, 1e300) == inf && neuro_pow(0.5, 1e300) == 0.0 && neuro_pow(1.5, 1e-300) == 1.0);
}

/* Decays to the base 2, against libm's expm1: accuracy, also near 0, and the bound below. */
static void
test_decays_keep_their_bounds(void)
{
    const double ln2 = 0.6931471805599453;
    uint64_t state = 5;
    double worst = 0.0, worst_single = 0.0, worst_near = 0.0;
    int i;

    for (i = 0; i < N_RANDOM; i++) {
        const double x = argument(&state, -1020.0, 10.0);
        const double near = argument(&state, -0.01, 0.0);
        const float y = (float) argument(&state, -125.0, 10.0);

        worst = fmax(worst, fabs(neuro_exp2m1_decay_inline(x) / expm1(x * ln2) - 1.0));
        worst_near = fmax(worst_near, fabs(neuro_exp2m1_decay_inline(near) / expm1(near * ln2) - 1.0));
        worst_single =
            fmax(worst_single, fabs((double) neuro_exp2m1f_decay_inline(y) / expm1((double) y * ln2) - 1.0));
    }
    CHECK_BELOW(worst, 8e-12);
    CHECK_BELOW(worst_near, 8e-12);
    CHECK_BELOW(worst_single, 9e-7);
    CHECK(neuro_exp2m1_decay_inline(0.0) == 0.0 && neuro_exp2m1f_decay_inline(0.0f) == 0.0f);
    CHECK(neuro_exp2m1_decay_inline(-1e-300) == -1e-300 * ln2);
    CHECK(neuro_exp2m1_decay_inline(-2000.0) == neuro_exp2m1_decay_inline(-1020.0));
    CHECK(neuro_exp2m1f_decay_inline(-300.0f) == neuro_exp2m1f_decay_inline(-125.0f));
}

/* The inlined functions: accuracy, ends of the range. */
static void
test_inlined_functions_keep_their_bounds(void)
{
    const double inf = (double) INFINITY;
    uint64_t state = 3;
    double worst_exp = 0.0;
    double worst_expf = 0.0;
    double worst_log = 0.0;
    int i;

    for (i = 0; i < N_RANDOM; i++) {
        const double x = argument(&state, -708.0, 709.78);
        const float y = (float) argument(&state, -87.0, 88.7);
        const double near = argument(&state, -1.0, 1.0);
        const double z = exp2(argument(&state, -1021.9, 1023.9));
        const double w = argument(&state, 0.5, 2.0);

        worst_exp = fmax(worst_exp, fabs(neuro_exp_inline(x) / neuro_exp(x) - 1.0));
        worst_exp = fmax(worst_exp, fabs(neuro_exp_inline(near) / neuro_exp(near) - 1.0));
        worst_expf = fmax(worst_expf, fabs((double) neuro_expf_inline(y) / neuro_exp((double) y) - 1.0));
        worst_expf =
            fmax(worst_expf,
                 fabs((double) neuro_expf_inline((float) near) / neuro_exp((double) (float) near) - 1.0));
        worst_log = fmax(worst_log, fabs(neuro_log_inline(z) / neuro_log(z) - 1.0));
        worst_log = fmax(worst_log, fabs(neuro_log_inline(w) / neuro_log(w) - 1.0));
    }
    CHECK_BELOW(worst_exp, 1.5e-12);
    CHECK_BELOW(worst_expf, 3e-7);
    CHECK_BELOW(worst_log, 1e-15);
    CHECK(neuro_exp_inline(0.0) == 1.0 && neuro_exp_inline(-0.0) == 1.0);
    CHECK(neuro_exp_inline(-708.0) > DBL_MIN && neuro_exp_inline(-708.1) == 0.0);
    CHECK(neuro_exp_inline(-inf) == 0.0 && neuro_exp_inline(-DBL_MAX) == 0.0);
    CHECK(neuro_exp_inline(709.78) < inf && neuro_exp_inline(709.79) == inf);
    CHECK(neuro_exp_inline(DBL_MAX) == inf);
    CHECK(neuro_exp_inline(inf) == inf && isnan(neuro_exp_inline((double) NAN)));
    CHECK(neuro_expf_inline(0.0f) == 1.0f && neuro_expf_inline(-87.0f) > FLT_MIN);
    CHECK(neuro_expf_inline(-87.01f) == 0.0f && neuro_expf_inline(-INFINITY) == 0.0f);
    CHECK(neuro_expf_inline(88.72f) < INFINITY && neuro_expf_inline(88.73f) == INFINITY);
    CHECK(neuro_expf_inline(INFINITY) == INFINITY && isnan(neuro_expf_inline(NAN)));
    CHECK(same_bits(neuro_log_inline(1.0), 0.0) && same_bits(neuro_log_inline(2.0), 0x1.62e42fefa39efp-1));
}

/* The same loops compiled for several instruction sets; each becomes vectors where the compiler makes any. */
#define DEFINE_LOOPS(suffix, attributes)                                                                     \
    attributes static void exp_loop_##suffix(const double *x, double *y, int n)                              \
    {                                                                                                        \
        int i;                                                                                               \
        for (i = 0; i < n; i++) {                                                                            \
            y[i] = neuro_exp_inline(x[i]);                                                                   \
        }                                                                                                    \
    }                                                                                                        \
    attributes static void expf_loop_##suffix(const float *x, float *y, int n)                               \
    {                                                                                                        \
        int i;                                                                                               \
        for (i = 0; i < n; i++) {                                                                            \
            y[i] = neuro_expf_inline(x[i]);                                                                  \
        }                                                                                                    \
    }                                                                                                        \
    attributes static void log_loop_##suffix(const double *x, double *y, int n)                              \
    {                                                                                                        \
        int i;                                                                                               \
        for (i = 0; i < n; i++) {                                                                            \
            y[i] = neuro_log_inline(x[i]);                                                                   \
        }                                                                                                    \
    }

DEFINE_LOOPS(base, __attribute__((noinline)))
#if defined(__x86_64__) && defined(__GNUC__)
#define HAS_TARGETS 1
DEFINE_LOOPS(v3, __attribute__((noinline, target("avx2,fma,bmi,bmi2"))))
DEFINE_LOOPS(v4, __attribute__((noinline, target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,fma"))))
#endif

/* One element at a time; the volatile index keeps the compiler from joining elements. */
static void
check_loops(void (*exp_loop)(const double *, double *, int), void (*expf_loop)(const float *, float *, int),
            void (*log_loop)(const double *, double *, int))
{
    static double x[N_LANES];
    static double y[N_LANES];
    static double logs[N_LANES];
    static double positive[N_LANES];
    static float xf[N_LANES];
    static float yf[N_LANES];
    uint64_t state = 11;
    volatile int i;
    int different = 0;

    for (i = 0; i < N_LANES; i++) {
        x[i] = argument(&state, -760.0, 760.0);
        if (i % 2 == 1) {
            x[i] /= 100.0;
        }
        xf[i] = (float) (x[i] / 8.0);
        positive[i] = exp2(x[i]);
    }
    x[5] = (double) NAN;
    x[6] = (double) INFINITY;
    x[7] = -(double) INFINITY;
    exp_loop(x, y, N_LANES);
    expf_loop(xf, yf, N_LANES);
    log_loop(positive, logs, N_LANES);
    for (i = 0; i < N_LANES; i++) {
        different += i != 5 && !same_bits(y[i], neuro_exp_inline(x[i]));
        different += neuro_bits_of_float(yf[i]) != neuro_bits_of_float(neuro_expf_inline(xf[i]));
        different += !same_bits(logs[i], neuro_log_inline(positive[i]));
    }
    CHECK(isnan(y[5]));
    CHECK(different == 0);
}

static void
test_every_instruction_set_gives_the_same_bits(void)
{
    check_loops(exp_loop_base, expf_loop_base, log_loop_base);
#ifdef HAS_TARGETS
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
        check_loops(exp_loop_v3, expf_loop_v3, log_loop_v3);
    }
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
        check_loops(exp_loop_v4, expf_loop_v4, log_loop_v4);
    }
#endif
}

int
main(void)
{
    test_tabled_values_are_within_one_ulp();
#if LDBL_MANT_DIG >= 64
    test_random_arguments_are_within_one_ulp();
#endif
    test_special_cases_of_one_argument();
    test_special_cases_of_the_power();
    test_decays_keep_their_bounds();
    test_inlined_functions_keep_their_bounds();
    test_every_instruction_set_gives_the_same_bits();
    return check_result();
}
