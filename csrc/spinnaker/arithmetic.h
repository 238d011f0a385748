/* Fixed-point arithmetic of the SpiNNaker software: s16.15 numbers, unsigned fractions of 32 bits, STDP
 * numbers.
 *
 * Source: the run-time library of GCC for the ARM and spinn_common (October 2023), as sPyNNaker's C code uses
 * them. */
#ifndef NEURO_SPINNAKER_ARITHMETIC_H
#define NEURO_SPINNAKER_ARITHMETIC_H

#include "core/fixed.h"

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

#endif
