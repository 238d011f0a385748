/* Fixed-point arithmetic of the SpiNNaker software: s16.15 numbers, unsigned fractions of 32 bits, STDP
 * numbers.
 *
 * Source: the run-time library of GCC for the ARM and spinn_common (October 2023), as sPyNNaker's C code uses
 * them. */
#ifndef NEURO_SPINNAKER_ARITHMETIC_H
#define NEURO_SPINNAKER_ARITHMETIC_H

#include "core/fixed.h"

#include <stdbool.h>

enum {
    NEURO_SPINNAKER_FRACTION_BITS = 15, /* s16.15 ("accum") */
    NEURO_SPINNAKER_ONE = 1 << 15,
    NEURO_SPINNAKER_STDP_BITS = 11, /* traces and look-up tables of plasticity */
    NEURO_SPINNAKER_STDP_ONE = 1 << 11
};

/* a * b of s16.15 numbers: rounds down, wraps. */
static inline int32_t
neuro_spinnaker_multiply(int32_t a, int32_t b)
{
    return neuro_multiply_down_wrap_i32(a, b, NEURO_SPINNAKER_FRACTION_BITS);
}

/* a / b of s16.15 numbers. The machine divides the operands' bits as unsigned 64-bit numbers: right for
 * positive ones, and imitated for the others. 0 for b = 0, where the machine's result is undefined. */
int32_t neuro_spinnaker_divide(int32_t a, int32_t b);

/* Smallest whole number not below x. */
int32_t neuro_spinnaker_ceiling(int32_t x);

/* e^x, cut to s16.15, and saturating there; x s16.15. */
int32_t neuro_spinnaker_exp(int32_t x);

/* e^x, cut to an unsigned fraction of 32 bits; the whole part is lost, so that e^0 is 0. */
uint32_t neuro_spinnaker_exp_fraction(int32_t x);

/* The 15 fraction bits of x as a fraction of 32 bits: whole and sign are lost. And back, cut. */
static inline uint32_t
neuro_spinnaker_to_fraction(int32_t x)
{
    return neuro_bits_to_u32(neuro_shift_left_wrap_i32(x, 17));
}

static inline int32_t
neuro_spinnaker_from_fraction(uint32_t x)
{
    return (int32_t) (x >> 17);
}

/* x * d as a fraction of 32 bits: x s16.15 and not negative, d a fraction; the whole part is lost. */
static inline uint32_t
neuro_spinnaker_multiply_to_fraction(int32_t x, uint32_t d)
{
    return (uint32_t) (((uint64_t) neuro_bits_to_u32(x) * d) >> NEURO_SPINNAKER_FRACTION_BITS);
}

/* a * b of the low 16 bits of STDP numbers: rounds down; the result has more than 16 bits. */
static inline int32_t
neuro_spinnaker_multiply_stdp(int32_t a, int32_t b)
{
    return neuro_multiply_down_i16(neuro_wrap_i16(a), neuro_wrap_i16(b), NEURO_SPINNAKER_STDP_BITS);
}

/* x loses a fraction of 32 bits of itself. It has 32 bits more behind those of s16.15, without which a small
 * loss would always be the last bit. */
static inline void
neuro_spinnaker_lose(int32_t *x, int32_t *rest, uint32_t fraction)
{
    const uint64_t lower = neuro_bits_to_u32(*rest);
    const uint64_t all = (uint64_t) neuro_bits_to_u32(*x) << 32 | lower;
    const uint64_t loss = (uint64_t) ((int64_t) *x * fraction) + (lower * fraction >> 32);
    const uint64_t left = all - loss;

    *x = neuro_bits_to_i32((uint32_t) (left >> 32));
    *rest = neuro_bits_to_i32((uint32_t) left);
}

/* Square root of an s16.15 number that is not negative, cut. */
int32_t neuro_spinnaker_sqrt(int32_t x);

/* sin(x), x in radians. Where the result rounds to +1 in the octant below pi/2 the machine gives -1 (`wraps`;
 * otherwise the largest number below 1). x above some -1.8e4. */
int32_t neuro_spinnaker_sin(int32_t x, bool wraps);

/* Inverse of the normal distribution's cumulative function at (u + 2^31) / 2^32, u read as signed: u = 0
 * gives 0. */
int32_t neuro_spinnaker_norm_inv(uint32_t u);

#endif
