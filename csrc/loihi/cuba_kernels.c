#include "core/fixed.h"
#include "engine/network.h"
#include "loihi/cuba.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { LIMIT = 1 << (CUBA_STATE_BITS - 1) };

INLINE const int32_t *
constant(const neuro_block_t *block, uint32_t number, size_t stride)
{
    return NEURO_CONSTANT(block->population, number, int32_t) + block->first * stride;
}

/* One turn around the range of 24 bits, with Lava's limits: 2^23 stays, -2^23 becomes 2^23. */
INLINE int64_t
wrap_current(int64_t u)
{
    if (u > LIMIT) {
        u -= 2 * LIMIT;
    }
    return u <= -LIMIT ? u + 2 * LIMIT : u;
}

/* One step. Source: lava.proc.lif.models, AbstractPyLifModelFixed.subthr_dynamics() and PyLifModelBitAcc. */
INLINE void
update(const neuro_block_t *block, size_t stride)
{
    neuro_population_t *population = block->population;
    int32_t *restrict ring = (int32_t *) population->ring.data +
                             neuro_ring_offset(&population->ring, block->step, 0) + block->first;
    int32_t *restrict u = NEURO_DATA(population, CUBA_U, int32_t) + block->first;
    int32_t *restrict v = NEURO_DATA(population, CUBA_V, int32_t) + block->first;
    uint8_t *restrict spiked = block->spiked;
    const int32_t *restrict keep_u = constant(block, CUBA_C_KEEP_U, stride);
    const int32_t *restrict keep_v = constant(block, CUBA_C_KEEP_V, stride);
    const int32_t *restrict bias = constant(block, CUBA_C_BIAS, stride);
    const int32_t *restrict threshold = constant(block, CUBA_C_THRESHOLD, stride);
    uint32_t i;

    for (i = 0; i < block->count; i++) {
        const size_t k = i * stride;
        const int64_t input = (int64_t) ring[i] * (1 << CUBA_INPUT_BITS);
        const int32_t now_u = neuro_wrap_i32(
            wrap_current(neuro_multiply_toward_zero_i32(u[i], keep_u[k], CUBA_DECAY_BITS) + input));
        const int32_t moved = neuro_add_wrap_i32(
            neuro_add_wrap_i32(neuro_multiply_toward_zero_i32(v[i], keep_v[k], CUBA_DECAY_BITS), now_u),
            bias[k]);
        const int32_t now_v = neuro_clip_i32(moved, 1 - LIMIT, LIMIT - 1);
        const bool fires = now_v > threshold[k];

        u[i] = now_u;
        v[i] = fires ? 0 : now_v;
        spiked[i] = fires;
    }
    memset(ring, 0, block->count * sizeof *ring);
}

void
NEURO_VARIANT(neuro_loihi_cuba_update_equal)(const neuro_block_t *block)
{
    update(block, 0);
}

void
NEURO_VARIANT(neuro_loihi_cuba_update_each)(const neuro_block_t *block)
{
    update(block, 1);
}
