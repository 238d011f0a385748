/* What is left after the time between two packets of a row, for synapses that remember the last one. */
#ifndef NEURO_SPINNAKER_SHORT_TERM_H
#define NEURO_SPINNAKER_SHORT_TERM_H

#include "engine/network.h"
#include "spinnaker/arithmetic.h"

#define NEURO_SPINNAKER_MOST_ELAPSED (UINT64_C(1) << 48) /* some hundred days */

/* A step in s16.15 ms. */
static inline uint64_t
neuro_spinnaker_timestep(const neuro_projection_t *projection)
{
    return (uint64_t) neuro_round_half_even(projection->network->dt_ms * NEURO_SPINNAKER_ONE);
}

/* Steps, at least 0, as ms: s16.15 with more bits before the point. */
static inline uint64_t
neuro_spinnaker_elapsed(uint64_t timestep, neuro_step_t steps)
{
    return (uint64_t) (steps < INT32_MAX ? steps : INT32_MAX) * timestep;
}

/* elapsed / tau as s16.15, cut, at most the largest number; that for tau = 0. */
static inline int32_t
neuro_spinnaker_exponent_of(uint64_t elapsed, int32_t tau)
{
    const uint64_t known = elapsed < NEURO_SPINNAKER_MOST_ELAPSED ? elapsed : NEURO_SPINNAKER_MOST_ELAPSED;
    const uint64_t quotient = tau > 0 ? (known << NEURO_SPINNAKER_FRACTION_BITS) / (uint64_t) tau : INT32_MAX;

    return quotient > INT32_MAX ? INT32_MAX : (int32_t) quotient;
}

/* e^-x as a fraction of 32 bits; all of them for x = 0. */
static inline uint32_t
neuro_spinnaker_left_after(int32_t x)
{
    return x == 0 ? UINT32_MAX : neuro_spinnaker_exp_fraction(-x);
}

#endif
