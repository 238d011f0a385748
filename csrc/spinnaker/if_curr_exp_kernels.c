#include "engine/network.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/if_curr_exp.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* First value of a constant for the block: a constant with one value for all cells is not advanced. */
INLINE const int32_t *
constant(const neuro_block_t *block, uint32_t number, size_t stride)
{
    return NEURO_CONSTANT(block->population, number, int32_t) + block->first * stride;
}

/* Take the ring's slot of this step into one receptor's current and clear it. The current enters with its
 * mean over one step. Source: synapse_types_exponential_impl.h, exp_add_input(); the shift: neuron.c. */
INLINE void
take_input(const neuro_block_t *block, uint32_t receptor, uint32_t variable, uint32_t shift_constant,
           uint32_t init_constant, size_t stride)
{
    neuro_population_t *population = block->population;
    uint16_t *restrict ring = (uint16_t *) population->ring.data +
                              neuro_ring_offset(&population->ring, block->step, receptor) + block->first;
    int32_t *restrict current = NEURO_DATA(population, variable, int32_t) + block->first;
    const int32_t *restrict shift = constant(block, shift_constant, stride);
    const int32_t *restrict init = constant(block, init_constant, stride);
    uint32_t i;

    for (i = 0; i < block->count; i++) {
        const int32_t input = neuro_shift_left_wrap_i32(ring[i], neuro_bits_to_u32(shift[i * stride]));

        current[i] = neuro_add_wrap_i32(
            current[i], neuro_multiply_fraction_down_i32(input, neuro_bits_to_u32(init[i * stride])));
    }
    memset(ring, 0, block->count * sizeof *ring);
}

INLINE void
input(const neuro_block_t *block, size_t stride)
{
    take_input(block, IF_CURR_EXP_EXCITATORY, IF_CURR_EXP_GSYN_EXC, IF_CURR_EXP_C_SHIFT_E,
               IF_CURR_EXP_C_INIT_E, stride);
    take_input(block, IF_CURR_EXP_INHIBITORY, IF_CURR_EXP_GSYN_INH, IF_CURR_EXP_C_SHIFT_I,
               IF_CURR_EXP_C_INIT_I, stride);
}

/* One step. The threshold is tested in the refractory period too, where v is held.
 * Source: neuron_model_lif_impl.h, neuron_model_state_update() and lif_neuron_closed_form(). */
INLINE void
update(const neuro_block_t *block, size_t stride, size_t offset_stride)
{
    neuro_population_t *population = block->population;
    int32_t *restrict v = NEURO_DATA(population, IF_CURR_EXP_V, int32_t) + block->first;
    int32_t *restrict exc = NEURO_DATA(population, IF_CURR_EXP_GSYN_EXC, int32_t) + block->first;
    int32_t *restrict inh = NEURO_DATA(population, IF_CURR_EXP_GSYN_INH, int32_t) + block->first;
    int32_t *restrict timer = NEURO_DATA(population, IF_CURR_EXP_REFRACT_TIMER, int32_t) + block->first;
    uint8_t *restrict spiked = block->spiked;
    const int32_t *restrict v_rest = constant(block, IF_CURR_EXP_C_V_REST, stride);
    const int32_t *restrict v_reset = constant(block, IF_CURR_EXP_C_V_RESET, stride);
    const int32_t *restrict v_thresh = constant(block, IF_CURR_EXP_C_V_THRESH, stride);
    const int32_t *restrict resistance = constant(block, IF_CURR_EXP_C_RESISTANCE, stride);
    const int32_t *restrict decay_m = constant(block, IF_CURR_EXP_C_DECAY_M, stride);
    const int32_t *restrict refract_steps = constant(block, IF_CURR_EXP_C_REFRACT_STEPS, stride);
    const int32_t *restrict decay_exc = constant(block, IF_CURR_EXP_C_DECAY_E, stride);
    const int32_t *restrict decay_inh = constant(block, IF_CURR_EXP_C_DECAY_I, stride);
    const int32_t *restrict i_offset = constant(block, IF_CURR_EXP_C_I_OFFSET, offset_stride);
    uint32_t i;

    for (i = 0; i < block->count; i++) {
        const size_t k = i * stride;
        const int32_t current =
            neuro_add_wrap_i32(neuro_subtract_wrap_i32(exc[i], inh[i]), i_offset[i * offset_stride]);
        const int32_t goal = neuro_add_wrap_i32(neuro_spinnaker_multiply(current, resistance[k]), v_rest[k]);
        const int32_t distance = neuro_subtract_wrap_i32(goal, v[i]);
        const int32_t moved = neuro_subtract_wrap_i32(goal, neuro_spinnaker_multiply(decay_m[k], distance));
        const bool is_free = timer[i] <= 0;
        const int32_t now = is_free ? moved : v[i];
        const bool fires = now >= v_thresh[k];

        v[i] = fires ? v_reset[k] : now;
        timer[i] = fires ? refract_steps[k] : timer[i] - !is_free;
        spiked[i] = fires;
        exc[i] = neuro_multiply_fraction_down_i32(exc[i], neuro_bits_to_u32(decay_exc[k]));
        inh[i] = neuro_multiply_fraction_down_i32(inh[i], neuro_bits_to_u32(decay_inh[k]));
    }
}

void
NEURO_VARIANT(neuro_spinnaker_if_curr_exp_update_equal)(const neuro_block_t *block)
{
    update(block, 0, 0);
}

void
NEURO_VARIANT(neuro_spinnaker_if_curr_exp_update_offsets)(const neuro_block_t *block)
{
    update(block, 0, 1);
}

void
NEURO_VARIANT(neuro_spinnaker_if_curr_exp_update_each)(const neuro_block_t *block)
{
    update(block, 1, 1);
}

void
NEURO_VARIANT(neuro_spinnaker_if_curr_exp_input_equal)(const neuro_block_t *block)
{
    input(block, 0);
}

void
NEURO_VARIANT(neuro_spinnaker_if_curr_exp_input_each)(const neuro_block_t *block)
{
    input(block, 1);
}
