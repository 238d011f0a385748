/* Integer and fixed-point operations with named rounding and named overflow.
 *
 * `down` is toward minus infinity, `toward_zero` cuts the magnitude, `half_even` takes the nearest and the
 * even one of two equally near. `wrap` keeps the low bits (two's complement), `saturate` stops at the limit.
 * Code that imitates a machine calls these and never shifts or narrows a signed value itself. */
#ifndef NEURO_CORE_FIXED_H
#define NEURO_CORE_FIXED_H

#include <stdint.h>

/* What C leaves to the compiler and all compilers of the project do alike. */
_Static_assert((-3 >> 1) == -2, "a shift of a negative number to the right rounds down");
_Static_assert((int32_t) 0xFFFFFFFEu == -2, "a cast to a signed type keeps the low bits");

/* ---- narrowing ------------------------------------------------------------------------------- */

static inline int32_t
neuro_wrap_i32(int64_t x)
{
    return (int32_t) (uint32_t) (uint64_t) x;
}

static inline int16_t
neuro_wrap_i16(int32_t x)
{
    return (int16_t) (uint16_t) (uint32_t) x;
}

static inline uint16_t
neuro_wrap_u16(int32_t x)
{
    return (uint16_t) (uint32_t) x;
}

/* The same 32 bits read as a signed number, and back. */
static inline int32_t
neuro_bits_to_i32(uint32_t x)
{
    return (int32_t) x;
}

static inline uint32_t
neuro_bits_to_u32(int32_t x)
{
    return (uint32_t) x;
}

static inline int32_t
neuro_clip_i32(int32_t x, int32_t low, int32_t high)
{
    const int32_t raised = x < low ? low : x;

    return raised > high ? high : raised;
}

/* ---- shifts ---------------------------------------------------------------------------------- */

/* floor(x / 2^n), n in 0..31 */
static inline int32_t
neuro_shift_down_i32(int32_t x, uint32_t n)
{
    return x >> n;
}

/* floor(x / 2^n), n in 0..63 */
static inline int64_t
neuro_shift_down_i64(int64_t x, uint32_t n)
{
    return x >> n;
}

/* The low 32 bits of x * 2^n, n in 0..31 */
static inline int32_t
neuro_shift_left_wrap_i32(int32_t x, uint32_t n)
{
    return (int32_t) ((uint32_t) x << n);
}

/* ---- sums ------------------------------------------------------------------------------------ */

static inline int32_t
neuro_add_wrap_i32(int32_t a, int32_t b)
{
    return (int32_t) ((uint32_t) a + (uint32_t) b);
}

static inline int32_t
neuro_subtract_wrap_i32(int32_t a, int32_t b)
{
    return (int32_t) ((uint32_t) a - (uint32_t) b);
}

/* a + b, at most 65535; *n_saturated counts the sums that were larger. */
static inline uint16_t
neuro_add_saturate_u16(uint16_t a, uint16_t b, uint64_t *n_saturated)
{
    const uint32_t sum = (uint32_t) a + b;

    *n_saturated += sum >> 16;
    return sum > UINT16_MAX ? UINT16_MAX : (uint16_t) sum;
}

/* ---- products -------------------------------------------------------------------------------- */

/* The low 32 bits of floor(a * b / 2^n), n in 0..32: the product of two fixed-point numbers with n fraction
 * bits. (The bits of a floor shift by at most 32 are those of an unsigned shift, which narrower vector units
 * have.) */
static inline int32_t
neuro_multiply_down_wrap_i32(int32_t a, int32_t b, uint32_t n)
{
    return (int32_t) (uint32_t) ((uint64_t) ((int64_t) a * b) >> n);
}

/* floor(x * d / 2^32): x times an unsigned fraction d of 32 bits; always fits. */
static inline int32_t
neuro_multiply_fraction_down_i32(int32_t x, uint32_t d)
{
    /* The upper half of a signed product, which vector units have; d read as signed is 2^32 too small from
     * 2^31 on. */
    const int32_t as_signed = neuro_bits_to_i32(d);
    const int32_t upper = (int32_t) (uint32_t) ((uint64_t) ((int64_t) x * as_signed) >> 32);

    return neuro_add_wrap_i32(upper, as_signed < 0 ? x : 0);
}

/* floor(a * b / 2^n), n in 0..31, for 16-bit operands. */
static inline int32_t
neuro_multiply_down_i16(int16_t a, int16_t b, uint32_t n)
{
    return ((int32_t) a * b) >> n;
}

/* sgn(x) * floor(|x| * m / 2^n) for 0 <= m <= 2^n, n in 0..31: a share of x, its magnitude cut. */
static inline int32_t
neuro_multiply_toward_zero_i32(int32_t x, int32_t m, uint32_t n)
{
    const int64_t product = (int64_t) x * m;
    const uint64_t magnitude = (uint64_t) (product < 0 ? -product : product) >> n;

    return product < 0 ? (int32_t) (0u - (uint32_t) magnitude) : (int32_t) (uint32_t) magnitude;
}

/* ---- floating to whole numbers --------------------------------------------------------------- */

/* Nearest whole number, the even one of two; |x| < 2^62. */
static inline int64_t
neuro_round_half_even(double x)
{
    int64_t whole = (int64_t) x; /* toward zero */
    double rest;

    whole -= (double) whole > x; /* now down */
    rest = x - (double) whole;   /* no rounding here; in [0, 1) */
    return whole + (rest > 0.5 || (rest == 0.5 && (whole & 1) != 0));
}

#endif
