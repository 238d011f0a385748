#include "core/fixed.h"
#include "engine/network.h"
#include "engine/vector.h"
#include "loihi/graded.h"
#include "loihi/sigma_delta.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE const int32_t *
constant(const neuro_block_t *block, uint32_t number, size_t stride)
{
    return NEURO_CONSTANT(block->population, number, int32_t) + block->first * stride;
}

INLINE int32_t *
state(const neuro_block_t *block, uint32_t number)
{
    return NEURO_DATA(block->population, number, int32_t) + block->first;
}

INLINE int32_t *
inputs(const neuro_block_t *block, uint32_t receptor)
{
    const neuro_ring_t *ring = &block->population->ring;

    return (int32_t *) ring->data + neuro_ring_offset(ring, block->step, receptor) + block->first;
}

/* |x| where 2^31 is no number: -2^31 stays, as in numpy. */
INLINE int32_t
magnitude(int32_t x)
{
    return x < 0 ? neuro_subtract_wrap_i32(0, x) : x;
}

/* What was computed becomes the block's spikes. */
INLINE void
send(const neuro_block_t *block, const int32_t *payload)
{
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        block->spiked[i] = payload[i] != 0;
    }
    neuro_loihi_keep_payloads(block, payload);
}

/* A change of the activation is sent when it, or the sum of those that were not, reaches the threshold. */
INLINE void
update_delta(const neuro_block_t *block, size_t stride, bool has_sigma)
{
    int32_t *restrict ring = inputs(block, 0);
    int32_t *restrict payload = state(block, GRADED_PAYLOAD);
    int32_t *restrict sigma = state(block, SD_SIGMA);
    int32_t *restrict act = state(block, SD_ACT);
    int32_t *restrict residue = state(block, SD_RESIDUE);
    int32_t *restrict error = state(block, SD_ERROR);
    const int32_t *restrict vth = constant(block, SD_C_VTH, stride);
    const int32_t *restrict bias = constant(block, SD_C_BIAS, stride);
    const int32_t *restrict shift = constant(block, SD_C_SHIFT, stride);
    const int32_t *restrict state_exp = constant(block, SD_C_STATE_EXP, stride);
    const int32_t *restrict is_summed = constant(block, SD_C_CUM_ERROR, stride);
    const int32_t *restrict act_mode = constant(block, SD_C_ACT_MODE, stride);
    const int32_t *restrict is_exact = constant(block, SD_C_EXACT, stride);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        const size_t k = i * stride;
        const uint32_t down = (uint32_t) state_exp[k];
        int32_t now, delta, compared, sent, output;

        if (has_sigma) {
            sigma[i] = neuro_add_wrap_i32(sigma[i], ring[i]);
            now = neuro_add_wrap_i32(sigma[i], bias[k]);
            now = act_mode[k] != 0 && now < 0 ? 0 : now;
        } else {
            now = neuro_shift_left_wrap_i32(ring[i], (uint32_t) shift[k]);
        }
        delta = neuro_subtract_wrap_i32(now, act[i]);
        delta = has_sigma && is_exact[k] ? delta : neuro_add_wrap_i32(delta, residue[i]);
        error[i] = is_summed[k] ? neuro_add_wrap_i32(error[i], delta) : 0;
        compared = is_summed[k] ? error[i] : delta;
        sent = magnitude(compared) >= vth[k] ? delta : 0;
        error[i] = sent != 0 ? 0 : error[i];
        output = neuro_shift_down_i32(sent, down);
        if (has_sigma && is_exact[k]) {
            act[i] = neuro_add_wrap_i32(act[i], neuro_shift_left_wrap_i32(output, down));
        } else {
            residue[i] = neuro_subtract_wrap_i32(delta, sent);
            act[i] = now;
        }
        payload[i] = output;
    }
    memset(ring, 0, block->count * sizeof *ring);
    send(block, payload);
}

INLINE void
update_sigma(const neuro_block_t *block)
{
    int32_t *restrict ring = inputs(block, 0);
    int32_t *restrict payload = state(block, GRADED_PAYLOAD);
    int32_t *restrict sigma = state(block, SIGMA_SIGMA);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        payload[i] = sigma[i] = neuro_add_wrap_i32(sigma[i], ring[i]);
    }
    memset(ring, 0, block->count * sizeof *ring);
    send(block, payload);
}

enum { EITHER_SIGN, POSITIVE };

INLINE void
update_vec(const neuro_block_t *block, size_t stride, int kind)
{
    int32_t *restrict ring = inputs(block, 0);
    int32_t *restrict payload = state(block, GRADED_PAYLOAD);
    const int32_t *restrict vth = constant(block, VEC_C_VTH, stride);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        payload[i] = (kind == POSITIVE ? ring[i] : magnitude(ring[i])) > vth[i * stride] ? ring[i] : 0;
    }
    memset(ring, 0, block->count * sizeof *ring);
    send(block, payload);
}

INLINE void
update_prod(const neuro_block_t *block, size_t stride)
{
    int32_t *restrict first = inputs(block, 0), *restrict second = inputs(block, 1);
    int32_t *restrict payload = state(block, GRADED_PAYLOAD);
    const int32_t *restrict vth = constant(block, VEC_C_VTH, stride);
    const int32_t *restrict down = constant(block, VEC_C_EXP, stride);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        const size_t k = i * stride;
        const int32_t product =
            neuro_wrap_i32(neuro_shift_down_i64((int64_t) first[i] * second[i], (uint32_t) down[k]));

        payload[i] = magnitude(product) > vth[k] ? product : 0;
    }
    memset(first, 0, block->count * sizeof *first);
    memset(second, 0, block->count * sizeof *second);
    send(block, payload);
}

#define UPDATE_delta(block, stride)           update_delta(block, stride, false)
#define UPDATE_sigma_delta(block, stride)     update_delta(block, stride, true)
#define UPDATE_sigma(block, stride)           update_sigma(block)
#define UPDATE_graded_vec(block, stride)      update_vec(block, stride, EITHER_SIGN)
#define UPDATE_graded_relu_vec(block, stride) update_vec(block, stride, POSITIVE)
#define UPDATE_prod_neuron(block, stride)     update_prod(block, stride)

#define DEFINE(name)                                                                                         \
    void NEURO_VARIANT(neuro_loihi_##name##_update_equal)(const neuro_block_t *block)                        \
    {                                                                                                        \
        UPDATE_##name(block, 0);                                                                             \
    }                                                                                                        \
    void NEURO_VARIANT(neuro_loihi_##name##_update_each)(const neuro_block_t *block)                         \
    {                                                                                                        \
        UPDATE_##name(block, 1);                                                                             \
    }
SIGMA_DELTA_KERNELS(DEFINE)
