/* Elementary functions for inner loops: branch-free, without tables, so that a compiler vectorises them.
 *
 * Only + - * / on IEEE 754 numbers and integer operations on their bits are used. Compiled with
 * -ffp-contract=off, every function returns the same bits on every CPU, in a scalar call and in a vector
 * lane. gcc needs -fno-trapping-math to turn the selections into blends. Rounding mode: to nearest.
 *
 * They trade the last digits for speed; math.h has the versions that are right within one unit in the last
 * place. */
#ifndef NEURO_CORE_MATH_INLINE_H
#define NEURO_CORE_MATH_INLINE_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Excess precision (x87) would change the bits. */
_Static_assert(FLT_EVAL_METHOD == 0, "float arithmetic must be done in the declared type");

static inline uint64_t
neuro_bits_of_double(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double
neuro_double_of_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t
neuro_bits_of_float(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float
neuro_float_of_bits(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* e^x with a relative error below 1.5e-12 for -708 <= x <= 709.78. x below -708 gives 0, above 709.78
 * infinity, NaN gives NaN; exactly 1 at 0.
 *
 * x = k ln2 + r: adding 1.5 * 2^52 rounds x/ln2 to the integer k and leaves k in the low bits of the sum,
 * from where a shift by 52 brings it to the exponent. One product with ln2 is enough at this precision
 * (error < 1e-13). e^r on |r| <= ln2/2: polynomial of degree 8 with least relative error (1.1e-12) and
 * value 1 at 0. */
static inline double
neuro_exp_inline(double x)
{
    const double magic = 0x1.8p52;
    const double shifted = x * 0x1.71547652b82fep+0 + magic;
    const double r = x - (shifted - magic) * 0x1.62e42fefa39efp-1;
    double p = 0x1.a4275c294fa23p-16;

    p = p * r + 0x1.a1c7568e126a5p-13;
    p = p * r + 0x1.6c14240ec11e0p-10;
    p = p * r + 0x1.11106aa79037cp-7;
    p = p * r + 0x1.55555661fcb33p-5;
    p = p * r + 0x1.555555b5063cbp-3;
    p = p * r + 0x1.ffffffff95209p-2;
    p = p * r + 0x1.ffffffffc4a24p-1;
    p = p * r + 1.0;
    p = neuro_double_of_bits(neuro_bits_of_double(p) + (neuro_bits_of_double(shifted) << 52));
    p = x < -708.0 ? 0.0 : p;
    return x <= 709.78 ? p : x + (double) INFINITY;
}

/* 2^x - 1 for decays, with a relative error below 8e-12 (that of rounding as x goes to 0): x at most 1000;
 * anything below -1020 gives 2^-1020 - 1, nothing else is tested. 2^r - 1 on |r| <= 1/2 is r times the
 * polynomial of degree 7 that has the least relative error and the value ln2 at 0; the caller's constants
 * hold the factor 1/ln2. */
static inline double
neuro_exp2m1_decay_inline(double x)
{
    const double magic = 0x1.8p52;
    const double bounded = x > -1020.0 ? x : -1020.0;
    const double shifted = bounded + magic;
    const double r = bounded - (shifted - magic);
    const double scale =
        neuro_double_of_bits(UINT64_C(0x3ff0000000000000) + (neuro_bits_of_double(shifted) << 52));
    /* in pairs (Estrin): two products more than Horner's scheme, and half its latency */
    const double r2 = r * r;
    const double low = (0x1.62e42fefa39efp-1 + 0x1.ebfbdff858ad9p-3 * r) +
                       (0x1.c6b08d9834220p-5 + 0x1.3b2ab6a1547c6p-7 * r) * r2;
    const double high = (0x1.5d8784ff93243p-10 + 0x1.4309a59aa05a3p-13 * r) +
                        (0x1.00b7e6b7c467cp-16 + 0x1.62ad14393e077p-20 * r) * r2;

    return (low + high * (r2 * r2)) * r * scale + (scale - 1.0);
}

/* e^x in single precision with a relative error below 3e-7 for -87 <= x <= 88.72. x below -87 gives 0,
 * above 88.72 infinity, NaN gives NaN; exactly 1 at 0.
 *
 * As above; ln2 in two parts (355/512 times k is not rounded), polynomial of degree 5 with least relative
 * error, its constant term set to 1. */
static inline float
neuro_expf_inline(float x)
{
    const float magic = 0x1.8p23f;
    const float shifted = x * 0x1.715476p+0f + magic;
    const float k = shifted - magic;
    const float r = (x - k * 0x1.63p-1f) + k * 0x1.bd0106p-13f;
    float p = 0x1.0fe5c8p-7f;

    p = p * r + 0x1.575eeep-5f;
    p = p * r + 0x1.555a18p-3f;
    p = p * r + 0x1.fffd1ap-2f;
    p = p * r + 0x1.fffff6p-1f;
    p = p * r + 1.0f;
    p = neuro_float_of_bits(neuro_bits_of_float(p) + (neuro_bits_of_float(shifted) << 23));
    p = x < -87.0f ? 0.0f : p;
    return x <= 88.72f ? p : x + INFINITY;
}

/* 2^x - 1 for decays in single precision, with a relative error below 9e-7: x at most 120; anything below
 * -125 gives 2^-125 - 1, nothing else is tested. As above with a polynomial of degree 4. */
static inline float
neuro_exp2m1f_decay_inline(float x)
{
    const float magic = 0x1.8p23f;
    const float bounded = x > -125.0f ? x : -125.0f;
    const float shifted = bounded + magic;
    const float r = bounded - (shifted - magic);
    const float scale = neuro_float_of_bits(UINT32_C(0x3f800000) + (neuro_bits_of_float(shifted) << 23));
    const float r2 = r * r;
    const float low = (0x1.62e430p-1f + 0x1.ebfa5ep-3f * r) + (0x1.c6b1b4p-5f + 0x1.3cb96ap-7f * r) * r2;

    return (low + 0x1.5dbae0p-10f * (r2 * r2)) * r * scale + (scale - 1.0f);
}

/* Natural logarithm of a positive, normal, finite x; relative error below 1e-15. Other arguments give a
 * meaningless number (never a trap): callers that can meet them use neuro_log.
 *
 * x = 2^k m with sqrt(1/2) <= m < sqrt(2); log m = 2 artanh(s), s = (m - 1)/(m + 1), by an odd polynomial. */
static inline double
neuro_log_inline(double x)
{
    const uint64_t sqrt_half = UINT64_C(0x3fe6a09e667f3bcd);
    const uint64_t biased = neuro_bits_of_double(x) + (UINT64_C(0x3ff0000000000000) - sqrt_half);
    /* 2^52 + exponent as a double, minus 2^52 and the bias: integer to double without a conversion. */
    const double k = neuro_double_of_bits(UINT64_C(0x4330000000000000) | (biased >> 52)) - (0x1p52 + 1023.0);
    const double f = neuro_double_of_bits((biased & UINT64_C(0x000fffffffffffff)) + sqrt_half) - 1.0;
    const double s = f / (2.0 + f);
    const double z = s * s;
    double p = 0x1.2f0634b5c7dbap-3;

    p = p * z + 0x1.39a1a6ef5f648p-3;
    p = p * z + 0x1.74663fa29af47p-3;
    p = p * z + 0x1.c71c520604c45p-3;
    p = p * z + 0x1.24924941f5011p-2;
    p = p * z + 0x1.999999997fd76p-2;
    p = p * z + 0x1.5555555555592p-1;
    p = s * z * p + k * 0x1.a39ef35793c76p-33;
    return (p + 2.0 * s) + k * 0x1.62e42feep-1;
}

#endif
