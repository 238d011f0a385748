#include "core/math.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/math_inline.h"

/* ln2 in three parts: k * LN2_HIGH has no rounding error for |k| < 2^21. */
#define LN2_HIGH       0x1.62e42feep-1
#define LN2_LOW        0x1.a39ef35793c76p-33
#define LN2_LOWEST     0x1.cc01f97b57a08p-87
#define LOG2_E         0x1.71547652b82fep+0
#define PI_OVER_2_HIGH 0x1.921fb54442d18p+0
#define PI_OVER_2_LOW  0x1.1a62633145c07p-54
#define PI_OVER_4      0x1.921fb54442d18p-1

/* An unevaluated sum high + low with |low| at most half an ulp of high: some 106 bits. */
typedef struct {
    double high;
    double low;
} pair_t;

/* a + b without error; needs |a| >= |b| or a == 0 (Dekker 1971). */
static pair_t
fast_sum(double a, double b)
{
    pair_t sum;

    sum.high = a + b;
    sum.low = b - (sum.high - a);
    return sum;
}

/* a + b without error, any order (Knuth, The Art of Computer Programming 2, 4.2.2). */
static pair_t
two_sum(double a, double b)
{
    pair_t sum;
    double part;

    sum.high = a + b;
    part = sum.high - a;
    sum.low = (a - (sum.high - part)) + (b - part);
    return sum;
}

/* a * b without error if nothing over- or underflows (Dekker 1971: halves of 26 bits). */
static pair_t
two_product(double a, double b)
{
    const double splitter = 0x1p27 + 1.0;
    double t;
    double a_high;
    double a_low;
    double b_high;
    double b_low;
    pair_t product;

    t = splitter * a;
    a_high = t - (t - a);
    a_low = a - a_high;
    t = splitter * b;
    b_high = t - (t - b);
    b_low = b - b_high;
    product.high = a * b;
    product.low = ((a_high * b_high - product.high) + a_high * b_low + a_low * b_high) + a_low * b_low;
    return product;
}

static pair_t
add_pairs(pair_t a, pair_t b)
{
    pair_t sum = two_sum(a.high, b.high);

    return fast_sum(sum.high, sum.low + (a.low + b.low));
}

static pair_t
multiply_pairs(pair_t a, pair_t b)
{
    pair_t product = two_product(a.high, b.high);

    return fast_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/* 2^k for -1022 <= k <= 1023. */
static double
power_of_two(int k)
{
    return neuro_double_of_bits((uint64_t) (k + 1023) << 52);
}

/* value * 2^k, rounded once; 0.5 <= |value| <= 2 and -1100 <= k <= 1100. */
static double
scale(double value, int k)
{
    if (k > 1000) {
        return value * power_of_two(k - 500) * power_of_two(500);
    }
    if (k < -1000) {
        return value * power_of_two(k + 200) * power_of_two(-200);
    }
    return value * power_of_two(k);
}

/* high + low = k ln2 + r with |r| <= 0.3466 (a hair more); |high| < 1100. Returns k. */
static int
reduce_by_ln2(double high, double low, pair_t *r)
{
    const double magic = 0x1.8p52;
    const double k = (high * LOG2_E + magic) - magic;

    *r = two_sum(high - k * LN2_HIGH, low - k * LN2_LOW);
    return (int) k;
}

/* e^r - 1 - r.high for a reduced r: Taylor series, its remainder below 2e-20. */
static double
exp_tail(pair_t r)
{
    const double x = r.high;
    double p = 1.0 / 1307674368000.0;

    p = p * x + 1.0 / 87178291200.0;
    p = p * x + 1.0 / 6227020800.0;
    p = p * x + 1.0 / 479001600.0;
    p = p * x + 1.0 / 39916800.0;
    p = p * x + 1.0 / 3628800.0;
    p = p * x + 1.0 / 362880.0;
    p = p * x + 1.0 / 40320.0;
    p = p * x + 1.0 / 5040.0;
    p = p * x + 1.0 / 720.0;
    p = p * x + 1.0 / 120.0;
    p = p * x + 1.0 / 24.0;
    p = p * x + 1.0 / 6.0;
    p = p * x + 0.5;
    return x * x * p + (r.low + r.low * x);
}

/* e^(high + low) for |high| < 1000. */
static double
exp_of_sum(double high, double low)
{
    pair_t r;
    const int k = reduce_by_ln2(high, low, &r);
    const pair_t sum = fast_sum(1.0, r.high);

    return scale(sum.high + (sum.low + exp_tail(r)), k);
}

double
neuro_exp(double x)
{
    if (x != x) {
        return x;
    }
    if (x > 710.0) {
        return (double) INFINITY;
    }
    if (x < -746.0) {
        return 0.0;
    }
    return exp_of_sum(x, 0.0);
}

double
neuro_expm1(double x)
{
    pair_t r;
    pair_t power;
    pair_t sum;
    double factor;
    int k;

    if (x != x) {
        return x;
    }
    if (x > -0x1p-54 && x < 0x1p-54) {
        return x;
    }
    if (x > 40.0) {
        return neuro_exp(x);
    }
    if (x < -40.0) {
        return -1.0;
    }
    k = reduce_by_ln2(x, 0.0, &r);
    power = fast_sum(r.high, exp_tail(r));
    factor = power_of_two(k);
    /* 2^k (1 + power) - 1; for |k| <= 58 the difference 2^k - 1 needs a pair as well. */
    sum = two_sum(factor, -1.0);
    power.high *= factor;
    power.low *= factor;
    sum = add_pairs(sum, power);
    return sum.high + sum.low;
}

/* Positive finite x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); f has no error. Returns k. */
static int
split_by_two(double x, double *f)
{
    const uint64_t sqrt_half = UINT64_C(0x3fe6a09e667f3bcd);
    uint64_t bits;
    int k = -1023;

    if (x < DBL_MIN) {
        x *= 0x1p54;
        k -= 54;
    }
    bits = neuro_bits_of_double(x) + (UINT64_C(0x3ff0000000000000) - sqrt_half);
    *f = neuro_double_of_bits((bits & UINT64_C(0x000fffffffffffff)) + sqrt_half) - 1.0;
    return k + (int) (bits >> 52);
}

/* k ln2 + log(1 + f + correction) for f from split_by_two and a correction below an ulp of 1. With s =
 * f/(2 + f): log(1 + f) = 2 artanh(s) = f - f^2/2 + s (f^2/2 + R), R = 2 s^2/3 + 2 s^4/5 + ...; f - f^2/2
 * is kept as a pair, so only the small last term is rounded. Remainder of the series below 1e-18. */
static double
log_of_parts(int k, double f, double correction)
{
    const double s = f / (2.0 + f);
    const double z = s * s;
    const pair_t half_square = two_product(0.5 * f, f);
    const pair_t head = fast_sum(f, -half_square.high);
    pair_t sum;
    double p = 2.0 / 23.0;
    double low;

    p = p * z + 2.0 / 21.0;
    p = p * z + 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    p = p * z + 2.0 / 3.0;
    low = (head.low - half_square.low) + s * (half_square.high + z * p) + correction / (1.0 + f);
    sum = two_sum((double) k * LN2_HIGH, head.high);
    return sum.high + (sum.low + (low + (double) k * LN2_LOW));
}

double
neuro_log(double x)
{
    double f;
    int k;

    if (x != x || x == (double) INFINITY) {
        return x;
    }
    if (x <= 0.0) {
        return x == 0.0 ? -(double) INFINITY : (double) NAN;
    }
    k = split_by_two(x, &f);
    return log_of_parts(k, f, 0.0);
}

double
neuro_log1p(double x)
{
    pair_t sum;
    double f;
    int k;

    if (x != x || x == (double) INFINITY) {
        return x;
    }
    if (x <= -1.0) {
        return x == -1.0 ? -(double) INFINITY : (double) NAN;
    }
    if (x > -0x1p-54 && x < 0x1p-54) {
        return x;
    }
    if (x > -0.29 && x < 0.41) {
        return log_of_parts(0, x, 0.0);
    }
    if (x > 0x1p60) {
        return neuro_log(x);
    }
    sum = two_sum(1.0, x);
    k = split_by_two(sum.high, &f);
    return log_of_parts(k, f, sum.low * power_of_two(-k));
}

/* log(x) as a pair for positive finite x, relative error below 2^-68. */
static pair_t
log_as_pair(double x)
{
    static const pair_t one_third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
    static const pair_t one_fifth = {0x1.999999999999ap-3, -0x1.999999999999ap-57};
    double f;
    const int k = split_by_two(x, &f);
    const pair_t divisor = two_sum(2.0, f);
    pair_t s;
    pair_t z;
    pair_t series;
    pair_t product;
    double t = 1.0 / 27.0;

    s.high = f / divisor.high;
    product = two_product(s.high, divisor.high);
    s.low = (((f - product.high) - product.low) - s.high * divisor.low) / divisor.high;
    z = multiply_pairs(s, s);
    t = t * z.high + 1.0 / 25.0;
    t = t * z.high + 1.0 / 23.0;
    t = t * z.high + 1.0 / 21.0;
    t = t * z.high + 1.0 / 19.0;
    t = t * z.high + 1.0 / 17.0;
    t = t * z.high + 1.0 / 15.0;
    t = t * z.high + 1.0 / 13.0;
    t = t * z.high + 1.0 / 11.0;
    t = t * z.high + 1.0 / 9.0;
    t = t * z.high + 1.0 / 7.0;
    /* 2 s (1 + z (1/3 + z (1/5 + z t))), the first two coefficients and all sums as pairs */
    series = add_pairs(one_fifth, two_product(z.high, t));
    series = add_pairs(one_third, multiply_pairs(z, series));
    series = multiply_pairs(z, series);
    s.high *= 2.0;
    s.low *= 2.0;
    s = add_pairs(s, multiply_pairs(s, series));
    if (k != 0) {
        product = two_product((double) k, LN2_LOW);
        product.low += (double) k * LN2_LOWEST;
        s = add_pairs(product, s);
        product.high = (double) k * LN2_HIGH;
        product.low = 0.0;
        s = add_pairs(product, s);
    }
    return s;
}

/* 0: y is no integer; 1: an odd one; 2: an even one. */
static int
integer_parity(double y)
{
    const uint64_t bits = neuro_bits_of_double(y);
    const int exponent = (int) ((bits >> 52) & 0x7ff) - 1023;
    uint64_t mantissa;

    if (y == 0.0 || exponent > 52) {
        return 2;
    }
    if (exponent < 0) {
        return 0;
    }
    mantissa = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x0010000000000000);
    if ((mantissa & ((UINT64_C(1) << (52 - exponent)) - 1)) != 0) {
        return 0;
    }
    return ((mantissa >> (52 - exponent)) & 1) != 0 ? 1 : 2;
}

/* x^y for 0 < x < inf, x != 1 and finite y != 0. */
static double
positive_power(double x, double y)
{
    const pair_t logarithm = log_as_pair(x);
    pair_t product;

    /* |log x| >= 2^-53, so beyond these limits the result over- or underflows or is 1; inside, no product
     * does. */
    if (y > 0x1p64 || y < -0x1p64) {
        return (y > 0.0) == (logarithm.high > 0.0) ? (double) INFINITY : 0.0;
    }
    if (y > -0x1p-65 && y < 0x1p-65) {
        return 1.0;
    }
    product = two_product(logarithm.high, y);
    product = fast_sum(product.high, product.low + logarithm.low * y);
    if (product.high > 710.0) {
        return (double) INFINITY;
    }
    if (product.high < -746.0) {
        return 0.0;
    }
    return exp_of_sum(product.high, product.low);
}

double
neuro_pow(double x, double y)
{
    const bool x_is_negative = (neuro_bits_of_double(x) >> 63) != 0;
    const double magnitude = x_is_negative ? -x : x;
    double result;
    int parity;

    if (y == 0.0 || x == 1.0) {
        return 1.0;
    }
    if (x != x || y != y) {
        return x + y;
    }
    if (y == (double) INFINITY || y == -(double) INFINITY) {
        if (magnitude == 1.0) {
            return 1.0;
        }
        return (magnitude > 1.0) == (y > 0.0) ? (double) INFINITY : 0.0;
    }
    parity = x_is_negative ? integer_parity(y) : 2;
    if (magnitude == 0.0) {
        result = y < 0.0 ? (double) INFINITY : 0.0;
    } else if (magnitude == (double) INFINITY) {
        result = y < 0.0 ? 0.0 : (double) INFINITY;
    } else if (parity == 0) {
        return (double) NAN;
    } else if (magnitude == 1.0) {
        result = 1.0;
    } else {
        result = positive_power(magnitude, y);
    }
    return parity == 1 ? -result : result;
}

/* The first 1280 bits of 2/pi after the binary point. */
static const uint32_t two_over_pi[40] = {
    0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561,
    0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484,
    0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f,
    0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b,
    0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab, 0xf0cfbc20, 0x9af4361d,
};

/* x = (n + q) pi/2 with integer n, |q| <= 1/2; r = q pi/2 as a pair; returns n modulo 4. Finite |x| >=
 * pi/4. Payne and Hanek 1983: of the product of x's mantissa and 2/pi only the bits below weight 4 matter.
 * 224 bits of 2/pi leave 138 bits behind the point; no double comes closer than 2^-62 to a multiple of
 * pi/2. */
static unsigned
reduce_by_half_pi(double x, pair_t *r)
{
    const uint64_t bits = neuro_bits_of_double(x);
    const int exponent = (int) ((bits >> 52) & 0x7ff) - 1075;
    const uint64_t mantissa = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x0010000000000000);
    const uint64_t factor_low = mantissa & UINT32_MAX;
    const uint64_t factor_high = mantissa >> 32;
    const unsigned first = exponent >= 2 ? (unsigned) (exponent - 2) / 32 : 0;
    /* places to shift the 288-bit product to the left so that two integer bits stand before the fraction */
    const unsigned shift = (unsigned) (62 + exponent) - 32 * first;
    uint32_t product[9] = {0}; /* least significant first */
    uint32_t limbs[13];
    uint32_t flip;
    uint64_t carry = 0;
    uint64_t top;
    uint64_t next;
    uint64_t below;
    unsigned quadrant;
    unsigned lead;
    unsigned i;
    int place;
    pair_t q;
    static const pair_t half_pi = {PI_OVER_2_HIGH, PI_OVER_2_LOW};

    for (i = 0; i < 7; i++) {
        carry += factor_low * two_over_pi[first + 6 - i];
        product[i] = (uint32_t) carry;
        carry >>= 32;
    }
    product[7] = (uint32_t) carry;
    carry = 0;
    for (i = 0; i < 7; i++) {
        carry += factor_high * two_over_pi[first + 6 - i] + product[i + 1];
        product[i + 1] = (uint32_t) carry;
        carry >>= 32;
    }
    product[8] = (uint32_t) carry;

    /* limbs: the shifted product, most significant first, zeros behind */
    for (i = 0; i < 13; i++) {
        const unsigned from = i + shift / 32; /* counted from the top */
        const uint32_t upper = from < 9 ? product[8 - from] : 0;
        const uint32_t lower = from + 1 < 9 ? product[7 - from] : 0;
        const uint64_t both = (uint64_t) upper << 32 | lower;

        limbs[i] = (uint32_t) (both >> (32 - shift % 32));
    }
    quadrant = limbs[0] >> 30;
    flip = (limbs[0] & UINT32_C(0x20000000)) != 0 ? UINT32_MAX : 0;
    if (flip != 0) {
        quadrant++;
    }
    for (i = 0; i < 9; i++) {
        limbs[i] ^= flip;
    }
    limbs[0] &= UINT32_C(0x3fffffff);

    /* leading one at the top of three 64-bit words; place = weight of the top bit */
    for (lead = 0; lead < 6 && limbs[lead] == 0; lead++) {
    }
    top = (uint64_t) limbs[lead] << 32 | limbs[lead + 1];
    next = (uint64_t) limbs[lead + 2] << 32 | limbs[lead + 3];
    below = (uint64_t) limbs[lead + 4] << 32 | limbs[lead + 5];
    place = 1 - 32 * (int) lead;
    for (i = 32; i >= 1; i /= 2) {
        if (top >> (64 - i) == 0) {
            top = top << i | next >> (64 - i);
            next = next << i | below >> (64 - i);
            below <<= i;
            place -= (int) i;
        }
    }
    q.high = (double) (top >> 11) * power_of_two(place - 52);
    q.low = (double) ((top << 42 | next >> 22) & UINT64_C(0x001fffffffffffff)) * power_of_two(place - 105);
    q = fast_sum(q.high, q.low);
    *r = multiply_pairs(q, half_pi);
    if ((flip != 0) != (x < 0.0)) {
        r->high = -r->high;
        r->low = -r->low;
    }
    return (x < 0.0 ? 4 - quadrant : quadrant) & 3;
}

/* Sine of a reduced angle, |r| <= pi/4. Remainder of the series below 1e-19. */
static double
sin_reduced(pair_t r)
{
    const double x = r.high;
    const double z = x * x;
    double p = 1.0 / 355687428096000.0;

    p = p * z - 1.0 / 1307674368000.0;
    p = p * z + 1.0 / 6227020800.0;
    p = p * z - 1.0 / 39916800.0;
    p = p * z + 1.0 / 362880.0;
    p = p * z - 1.0 / 5040.0;
    p = p * z + 1.0 / 120.0;
    p = p * z - 1.0 / 6.0;
    return x + (x * (z * p) + r.low * (1.0 - 0.5 * z));
}

/* Cosine of a reduced angle, |r| <= pi/4: 1 - r^2/2 as a pair, the rest as a series. */
static double
cos_reduced(pair_t r)
{
    const double x = r.high;
    const double z = x * x;
    const pair_t half_square = two_product(0.5 * x, x);
    const pair_t head = fast_sum(1.0, -half_square.high);
    double p = -1.0 / 6402373705728000.0;

    p = p * z + 1.0 / 20922789888000.0;
    p = p * z - 1.0 / 87178291200.0;
    p = p * z + 1.0 / 479001600.0;
    p = p * z - 1.0 / 3628800.0;
    p = p * z + 1.0 / 40320.0;
    p = p * z - 1.0 / 720.0;
    p = p * z + 1.0 / 24.0;
    return head.high + ((head.low - half_square.low) + (z * z * p - x * r.low));
}

/* Sine of x + quadrants * pi/2. */
static double
sine_shifted(double x, unsigned quadrants)
{
    pair_t r = {x, 0.0};
    double value;

    if (!(x - x == 0.0)) {
        return x - x;
    }
    if (!(x <= PI_OVER_4 && x >= -PI_OVER_4)) {
        quadrants += reduce_by_half_pi(x, &r);
    }
    value = (quadrants & 1) != 0 ? cos_reduced(r) : sin_reduced(r);
    return (quadrants & 2) != 0 ? -value : value;
}

double
neuro_sin(double x)
{
    if (x < 0x1p-27 && x > -0x1p-27) {
        return x;
    }
    return sine_shifted(x, 0);
}

double
neuro_cos(double x)
{
    if (x < 0x1p-27 && x > -0x1p-27) {
        return 1.0;
    }
    return sine_shifted(x, 1);
}
