#include "core/lanes.h"
#include "engine/network.h"
#include "engine/vector.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/cells.h"
#include "spinnaker/models.h"
#include "spinnaker/quirks.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))
/* First value of a constant for the block: a constant with one value for all cells is not advanced. */
INLINE const int32_t *
constant(const neuro_block_t *block, uint32_t number, size_t stride)
{
    return NEURO_CONSTANT(block->population, number, int32_t) + block->first * stride;
}

/* First value of a variable for the block; NULL if the model has none in that role. */
INLINE int32_t *
variable(const neuro_block_t *block, const neuro_spinnaker_model_t *model, uint32_t role)
{
    const uint32_t place = model->layout[role];

    return place == 0 ? NULL : NEURO_DATA(block->population, place - 1, int32_t) + block->first;
}

/* ---- input ----------------------------------------------------------------------------------- */

/* Constants and variables of receptor E, E2 or I, numbered as on the machine. */
INLINE uint32_t
of_receptor(const neuro_spinnaker_model_t *model, uint32_t receptor, uint32_t excitatory, uint32_t second,
            uint32_t inhibitory)
{
    return receptor == 0 ? excitatory : receptor + 1 < model->n_receptors ? second : inhibitory;
}

/* The variable that holds a receptor's sum, which decays; it is what is recorded where nothing else is. */
INLINE int32_t *
synapse(const neuro_block_t *block, const neuro_spinnaker_model_t *model, uint32_t receptor)
{
    const uint32_t own = of_receptor(model, receptor, ROLE_SYN_E, ROLE_SYN_E2, ROLE_SYN_I);
    const uint32_t recorded = receptor == 0 ? ROLE_GSYN_EXC : ROLE_GSYN_INH;

    return variable(block, model, model->layout[own] != 0 ? own : recorded);
}

/* Source: synapse_types_alpha_impl.h, synapse_types_add_neuron_input(). */
INLINE void
take_alpha(const neuro_block_t *block, const neuro_spinnaker_model_t *model, uint32_t receptor,
           const uint16_t *restrict ring, size_t stride)
{
    int32_t *restrict lin = variable(block, model, receptor == 0 ? ROLE_LIN_E : ROLE_LIN_I);
    int32_t *restrict exponential = variable(block, model, receptor == 0 ? ROLE_EXP_E : ROLE_EXP_I);
    int32_t *restrict q = variable(block, model, receptor == 0 ? ROLE_Q_E : ROLE_Q_I);
    const int32_t *shift = constant(block, receptor == 0 ? CONSTANT_SHIFT_E : CONSTANT_SHIFT_I, stride);
    const int32_t *rate = constant(block, receptor == 0 ? CONSTANT_INIT_E : CONSTANT_INIT_I, stride);
    const int32_t *decay = constant(block, receptor == 0 ? CONSTANT_DECAY_E : CONSTANT_DECAY_I, stride);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        const size_t k = i * stride;
        const int32_t input = neuro_shift_left_wrap_i32(ring[i], neuro_bits_to_u32(shift[k]));

        if (input > 0) {
            q[i] = input;
            exponential[i] = neuro_add_wrap_i32(
                neuro_multiply_fraction_down_i32(exponential[i], neuro_bits_to_u32(decay[k])),
                NEURO_SPINNAKER_ONE);
            lin[i] = neuro_spinnaker_multiply(
                neuro_add_wrap_i32(lin[i], neuro_spinnaker_multiply(input, rate[k])),
                neuro_subtract_wrap_i32(NEURO_SPINNAKER_ONE,
                                        neuro_spinnaker_divide(NEURO_SPINNAKER_ONE, exponential[i])));
        }
    }
}

/* Take the ring's slot of this step and clear it. An exponential current enters with its mean over one step.
 * Sources: synapse_types_exponential_impl.h, exp_add_input(); synapse_types_delta_impl.h; the shift:
 * neuron.c. */
INLINE void
take(const neuro_block_t *block, const neuro_spinnaker_model_t *model, uint32_t receptor, size_t stride)
{
    neuro_population_t *population = block->population;
    uint16_t *restrict ring = (uint16_t *) population->ring.data +
                              neuro_ring_offset(&population->ring, block->step, receptor) + block->first;
    int32_t *restrict sum = synapse(block, model, receptor);
    const int32_t *restrict shift = constant(
        block, of_receptor(model, receptor, CONSTANT_SHIFT_E, CONSTANT_SHIFT_E2, CONSTANT_SHIFT_I), stride);
    const int32_t *restrict init = constant(
        block, of_receptor(model, receptor, CONSTANT_INIT_E, CONSTANT_INIT_E2, CONSTANT_INIT_I), stride);
    const uint32_t n = block->count;
    uint32_t i;

    if (model->synapse == SYNAPSE_ALPHA) {
        take_alpha(block, model, receptor, ring, stride);
    } else {
        i = 0;
#if NEURO_LANES > 0
        if (model->synapse == SYNAPSE_EXPONENTIAL && stride == 0) {
            const neuro_lanes_t share = NEURO_LANES_SET(init[0]);

            for (; i + NEURO_LANES <= n; i += NEURO_LANES) {
                const neuro_lanes_t arrived = NEURO_LANES_SHIFT(NEURO_LANES_LOAD_U16(ring + i), shift[0]);

                NEURO_LANES_STORE(sum + i,
                                  NEURO_LANES_ADD(NEURO_LANES_LOAD(sum + i),
                                                  neuro_lanes_multiply_fraction_down(arrived, share)));
            }
        }
#endif
        NEURO_INDEPENDENT
        for (; i < n; i++) {
            const int32_t input = neuro_shift_left_wrap_i32(ring[i], neuro_bits_to_u32(shift[i * stride]));

            sum[i] = neuro_add_wrap_i32(
                sum[i], model->synapse == SYNAPSE_DELTA
                            ? input
                            : neuro_multiply_fraction_down_i32(input, neuro_bits_to_u32(init[i * stride])));
        }
    }
    memset(ring, 0, block->count * sizeof *ring);
}

/* What is recorded, where it is not the sum itself. Conductances are kept 1024 times larger.
 * Sources: input_type_conductance.h, synapse_types_alpha_impl.h,
 * synapse_types_dual_excitatory_exponential_impl.h. */
INLINE void
show(const neuro_block_t *block, const neuro_spinnaker_model_t *model)
{
    const uint32_t down = model->input == INPUT_CONDUCTANCE ? 10 : 0;
    int32_t *restrict gsyn_exc = variable(block, model, ROLE_GSYN_EXC);
    int32_t *restrict gsyn_inh = variable(block, model, ROLE_GSYN_INH);
    const int32_t *restrict first = variable(block, model, ROLE_SYN_E);
    const int32_t *restrict second = variable(block, model, ROLE_SYN_E2);
    const int32_t *restrict inhibitory = variable(block, model, ROLE_SYN_I);
    const uint32_t n = block->count;
    uint32_t i;

    if (model->synapse == SYNAPSE_ALPHA) {
        const int32_t *restrict lin_exc = variable(block, model, ROLE_LIN_E);
        const int32_t *restrict exp_exc = variable(block, model, ROLE_EXP_E);
        const int32_t *restrict lin_inh = variable(block, model, ROLE_LIN_I);
        const int32_t *restrict exp_inh = variable(block, model, ROLE_EXP_I);

        NEURO_INDEPENDENT
        for (i = 0; i < n; i++) {
            gsyn_exc[i] = neuro_spinnaker_multiply(lin_exc[i], exp_exc[i]);
            gsyn_inh[i] = neuro_spinnaker_multiply(lin_inh[i], exp_inh[i]);
        }
        return;
    }
    if (first != NULL) {
        NEURO_INDEPENDENT
        for (i = 0; i < n; i++) {
            gsyn_exc[i] = neuro_shift_down_i32(first[i], down);
        }
    }
    if (second != NULL && !model->is_semd) {
        NEURO_INDEPENDENT
        for (i = 0; i < n; i++) {
            gsyn_exc[i] = neuro_add_wrap_i32(gsyn_exc[i], neuro_shift_down_i32(second[i], down));
        }
    }
    if (inhibitory != NULL) {
        NEURO_INDEPENDENT
        for (i = 0; i < n; i++) {
            gsyn_inh[i] = neuro_shift_down_i32(inhibitory[i], down);
        }
    }
}

/* Motion detection: the second excitatory input counts as often as the first one was there before it.
 * Source: synapse_types_semd_impl.h, products as the compiler orders them. */
INLINE void
detect_motion(const neuro_block_t *block, const neuro_spinnaker_model_t *model, size_t stride)
{
    enum { NOTHING = 32 }; /* 0.001 */
    int32_t *restrict gsyn_exc = variable(block, model, ROLE_GSYN_EXC);
    int32_t *restrict multiplicator = variable(block, model, ROLE_MULTIPLICATOR);
    int32_t *restrict before = variable(block, model, ROLE_EXC2_OLD);
    const int32_t *restrict first = variable(block, model, ROLE_SYN_E);
    const int32_t *restrict second = variable(block, model, ROLE_SYN_E2);
    const int32_t *restrict scaling = constant(block, CONSTANT_SCALING_FACTOR, stride);
    const int32_t *restrict quirks = constant(block, CONSTANT_QUIRKS, stride);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        const int32_t now = second[i], k = scaling[i * stride];
        const bool is_there = now >= NOTHING;
        const bool begins = is_there && multiplicator[i] == 0 && before[i] == 0;
        const int32_t m = begins ? first[i] : is_there ? multiplicator[i] : 0;
        const int32_t compiled = neuro_spinnaker_multiply(neuro_spinnaker_multiply(now, k), m);
        const int32_t written = neuro_spinnaker_multiply(neuro_spinnaker_multiply(now, m), k);

        multiplicator[i] = m;
        before[i] = now;
        gsyn_exc[i] = (quirks[i * stride] & NEURO_QUIRK_PRODUCT_ORDER) != 0 ? compiled : written;
    }
}

INLINE void
input(const neuro_block_t *block, const neuro_spinnaker_model_t *model, size_t stride)
{
    take(block, model, 0, stride);
    take(block, model, 1, stride);
    if (model->n_receptors == 3) {
        take(block, model, 2, stride);
    }
    show(block, model);
    if (model->is_semd) {
        detect_motion(block, model, stride);
    }
}

/* ---- update ---------------------------------------------------------------------------------- */

/* The synaptic input as a current, with v of before the update.
 * Sources: input_type_current.h, input_type_conductance.h, input_type_delta.h. */
INLINE int32_t
synaptic_current(const neuro_spinnaker_model_t *model, int32_t first, int32_t second, int32_t inhibitory,
                 int32_t v, int32_t e_rev_exc, int32_t e_rev_inh, int32_t steps_per_ms)
{
    if (model->input == INPUT_CONDUCTANCE) {
        const int32_t to_exc = neuro_subtract_wrap_i32(e_rev_exc, v),
                      to_inh = neuro_subtract_wrap_i32(e_rev_inh, v);
        int32_t sum = neuro_spinnaker_multiply(first, to_exc);

        if (model->n_receptors == 3) {
            sum = neuro_add_wrap_i32(sum, neuro_spinnaker_multiply(second, to_exc));
        }
        return neuro_subtract_wrap_i32(
            sum, neuro_spinnaker_multiply(neuro_subtract_wrap_i32(0, inhibitory), to_inh));
    }
    if (model->input == INPUT_DELTA) {
        return neuro_subtract_wrap_i32(neuro_spinnaker_multiply(first, steps_per_ms),
                                       neuro_spinnaker_multiply(inhibitory, steps_per_ms));
    }
    return neuro_subtract_wrap_i32(first, inhibitory);
}

/* Whether a stochastic threshold is crossed. The exponent's sign is wrong on the machine: the probability is
 * negative, hence huge, from a little below the threshold on. Source: threshold_type_maass_stochastic.h */
INLINE bool
is_crossed(int32_t above, int32_t du_inverse, int32_t tau_inverse, int32_t timestep_tenth, uint32_t draw,
           int32_t quirks)
{
    enum { MOST = 26214, CERTAIN = 5 * NEURO_SPINNAKER_ONE }; /* 0.8 */
    const int32_t x = neuro_spinnaker_multiply(above, du_inverse);
    int32_t probability = MOST;

    if (x < CERTAIN) {
        const int32_t exponent = neuro_spinnaker_multiply(
            neuro_spinnaker_exp(x), neuro_spinnaker_multiply(tau_inverse, timestep_tenth));
        const int32_t survival = neuro_spinnaker_exp(
            (quirks & NEURO_QUIRK_STOC_SIGN) != 0 ? exponent : neuro_subtract_wrap_i32(0, exponent));

        probability = neuro_spinnaker_multiply(neuro_subtract_wrap_i32(NEURO_SPINNAKER_ONE, survival), MOST);
    }
    return neuro_bits_to_u32(neuro_shift_left_wrap_i32(probability, 1)) >> 1 >= (draw & 0xFFFF) >> 1;
}

/* Where the sums of two receptors are the currents that the update reads, it lets them decay in passing. */
INLINE bool
decays_in_update(const neuro_spinnaker_model_t *model)
{
    return !model->is_izhikevich && model->synapse == SYNAPSE_EXPONENTIAL && model->input == INPUT_CURRENT &&
           model->n_receptors == 2;
}

/* Decay of the inputs at the end of a step. */
INLINE void
decay_synapses(const neuro_block_t *block, const neuro_spinnaker_model_t *model, uint32_t receptor,
               size_t stride)
{
    int32_t *restrict sum = synapse(block, model, receptor);
    const int32_t *restrict decay = constant(
        block, of_receptor(model, receptor, CONSTANT_DECAY_E, CONSTANT_DECAY_E2, CONSTANT_DECAY_I), stride);
    const uint32_t n = block->count;
    uint32_t i;

    if (model->synapse == SYNAPSE_DELTA) {
        memset(sum, 0, block->count * sizeof *sum);
    } else if (model->synapse == SYNAPSE_ALPHA) {
        int32_t *restrict lin = variable(block, model, receptor == 0 ? ROLE_LIN_E : ROLE_LIN_I);
        int32_t *restrict exponential = variable(block, model, receptor == 0 ? ROLE_EXP_E : ROLE_EXP_I);
        const int32_t *restrict q = variable(block, model, receptor == 0 ? ROLE_Q_E : ROLE_Q_I);
        const int32_t *restrict rate =
            constant(block, receptor == 0 ? CONSTANT_INIT_E : CONSTANT_INIT_I, stride);

        NEURO_INDEPENDENT
        for (i = 0; i < n; i++) {
            lin[i] = neuro_add_wrap_i32(lin[i], neuro_spinnaker_multiply(q[i], rate[i * stride]));
            exponential[i] =
                neuro_multiply_fraction_down_i32(exponential[i], neuro_bits_to_u32(decay[i * stride]));
        }
    } else {
        NEURO_INDEPENDENT
        for (i = 0; i < n; i++) {
            sum[i] = neuro_multiply_fraction_down_i32(sum[i], neuro_bits_to_u32(decay[i * stride]));
        }
    }
}

#if NEURO_LANES > 0
/* update_lif() for cells with two exponential currents and one value of all constants but i_offset, as many
 * as fill whole vectors; returns their number. */
INLINE uint32_t
update_currents_in_lanes(const neuro_block_t *block, const neuro_spinnaker_model_t *model,
                         size_t offset_stride, const int32_t *restrict injected, int32_t *restrict flags)
{
#define ALL_CELLS(number) NEURO_LANES_SET(*constant(block, number, 0))
#define MULTIPLY(a, b)    neuro_lanes_multiply_down_wrap(a, b, NEURO_SPINNAKER_FRACTION_BITS)
    int32_t *restrict v = variable(block, model, ROLE_V);
    int32_t *restrict timer = variable(block, model, ROLE_REFRACT_TIMER);
    int32_t *restrict i_ca2 = variable(block, model, ROLE_I_CA2);
    int32_t *restrict excitatory = variable(block, model, ROLE_GSYN_EXC);
    int32_t *restrict inhibitory = variable(block, model, ROLE_GSYN_INH);
    const int32_t *restrict i_offset = constant(block, CONSTANT_I_OFFSET, offset_stride);
    const neuro_lanes_t v_rest = ALL_CELLS(CONSTANT_V_REST), v_reset = ALL_CELLS(CONSTANT_V_RESET),
                        v_thresh = ALL_CELLS(CONSTANT_V_THRESH), resistance = ALL_CELLS(CONSTANT_RESISTANCE),
                        decay_m = ALL_CELLS(CONSTANT_DECAY_M), hold = ALL_CELLS(CONSTANT_REFRACT_STEPS),
                        decay_exc = ALL_CELLS(CONSTANT_DECAY_E), decay_inh = ALL_CELLS(CONSTANT_DECAY_I),
                        decay_ca2 = ALL_CELLS(CONSTANT_DECAY_CA2), i_alpha = ALL_CELLS(CONSTANT_I_ALPHA),
                        offset = NEURO_LANES_SET(i_offset[0]), zero = NEURO_LANES_SET(0),
                        one = NEURO_LANES_SET(1);
    const uint32_t n = block->count / NEURO_LANES * NEURO_LANES;
    uint32_t i;

    for (i = 0; i < n; i += NEURO_LANES) {
        const neuro_lanes_t exc = NEURO_LANES_LOAD(excitatory + i), inh = NEURO_LANES_LOAD(inhibitory + i);
        const neuro_lanes_t before = NEURO_LANES_LOAD(v + i), left = NEURO_LANES_LOAD(timer + i);
        const neuro_mask_t is_held = NEURO_LANES_ABOVE(left, zero);
        neuro_lanes_t current = NEURO_LANES_SUBTRACT(exc, inh), ca2 = zero, goal, moved, now;
        neuro_mask_t is_below;

        current = NEURO_LANES_ADD(current, offset_stride != 0 ? NEURO_LANES_LOAD(i_offset + i) : offset);
        if (injected != NULL) {
            current = NEURO_LANES_ADD(current, NEURO_LANES_LOAD(injected + i));
        }
        if (model->has_ca2) {
            ca2 = MULTIPLY(NEURO_LANES_LOAD(i_ca2 + i), decay_ca2);
            current = NEURO_LANES_SUBTRACT(current, ca2);
        }
        goal = NEURO_LANES_ADD(MULTIPLY(current, resistance), v_rest);
        moved = NEURO_LANES_SUBTRACT(goal, MULTIPLY(NEURO_LANES_SUBTRACT(goal, before), decay_m));
        now = NEURO_LANES_CHOOSE(is_held, before, moved);
        is_below = NEURO_LANES_ABOVE(v_thresh, now);
        NEURO_LANES_STORE(v + i, NEURO_LANES_CHOOSE(is_below, now, v_reset));
        NEURO_LANES_STORE(
            timer + i,
            NEURO_LANES_CHOOSE(is_below, NEURO_LANES_CHOOSE(is_held, NEURO_LANES_SUBTRACT(left, one), left),
                               hold));
        if (model->has_ca2) {
            NEURO_LANES_STORE(i_ca2 + i, NEURO_LANES_CHOOSE(is_below, ca2, NEURO_LANES_ADD(ca2, i_alpha)));
        }
        NEURO_LANES_STORE(flags + i, NEURO_LANES_CHOOSE(is_below, zero, one));
        NEURO_LANES_STORE(excitatory + i, neuro_lanes_multiply_fraction_down(exc, decay_exc));
        NEURO_LANES_STORE(inhibitory + i, neuro_lanes_multiply_fraction_down(inh, decay_inh));
    }
    return n;
#undef ALL_CELLS
#undef MULTIPLY
}
#endif

/* One step of integrate-and-fire cells. The threshold is tested in the refractory period too, where v is
 * held. Sources: neuron_model_lif_impl.h, neuron_model_state_update() and lif_neuron_closed_form();
 * additional_input_ca2_adaptive_impl.h. */
INLINE void
update_lif(const neuro_block_t *block, const neuro_spinnaker_model_t *model, size_t stride,
           size_t offset_stride, const int32_t *restrict injected)
{
    int32_t *restrict v = variable(block, model, ROLE_V);
    int32_t *restrict timer = variable(block, model, ROLE_REFRACT_TIMER);
    int32_t *restrict i_ca2 = variable(block, model, ROLE_I_CA2);
    int32_t flags[NEURO_MOST_CELLS];
    const bool is_single = model->input == INPUT_CURRENT; /* inputs in the recorded sums alone */
    int32_t *first = variable(
        block, model,
        is_single || model->input == INPUT_DELTA || model->n_receptors == 2 ? ROLE_GSYN_EXC : ROLE_SYN_E);
    int32_t *inhibitory = variable(block, model, ROLE_GSYN_INH);
    const bool decays_here = decays_in_update(model), has_theta = model->layout[ROLE_THETA] != 0;
    const int32_t *restrict decay_exc = constant(block, CONSTANT_DECAY_E, stride);
    const int32_t *restrict decay_inh = constant(block, CONSTANT_DECAY_I, stride);
    const int32_t *restrict v_rest = constant(block, CONSTANT_V_REST, stride);
    const int32_t *restrict v_reset = constant(block, CONSTANT_V_RESET, stride);
    const int32_t *restrict v_thresh = constant(block, CONSTANT_V_THRESH, stride);
    const int32_t *restrict resistance = constant(block, CONSTANT_RESISTANCE, stride);
    const int32_t *restrict decay_m = constant(block, CONSTANT_DECAY_M, stride);
    const int32_t *restrict refract_steps = constant(block, CONSTANT_REFRACT_STEPS, stride);
    const int32_t *restrict e_rev_exc = constant(block, CONSTANT_E_REV_E, stride);
    const int32_t *restrict e_rev_inh = constant(block, CONSTANT_E_REV_I, stride);
    const int32_t *restrict steps_per_ms = constant(block, CONSTANT_STEPS_PER_MS, stride);
    const int32_t *restrict decay_ca2 = constant(block, CONSTANT_DECAY_CA2, stride);
    const int32_t *restrict i_alpha = constant(block, CONSTANT_I_ALPHA, stride);
    const int32_t *restrict du_inverse = constant(block, CONSTANT_DU_INVERSE, stride);
    const int32_t *restrict tau_inverse = constant(block, CONSTANT_TAU_INVERSE, stride);
    const int32_t *restrict timestep_tenth = constant(block, CONSTANT_TIMESTEP_TENTH, stride);
    const int32_t *restrict quirks = constant(block, CONSTANT_QUIRKS, stride);
    const int32_t *restrict theta_plus = constant(block, CONSTANT_THETA_PLUS, stride);
    const int32_t *restrict theta_loss = constant(block, CONSTANT_THETA_LOSS, stride);
    int32_t *restrict theta = variable(block, model, ROLE_THETA);
    int32_t *restrict theta_rest = variable(block, model, ROLE_THETA_REST);
    const int32_t *restrict i_offset = constant(block, CONSTANT_I_OFFSET, offset_stride);
    const neuro_spinnaker_cells_t *cells = block->population->own;
    const uint32_t n = block->count;
    uint32_t i = 0;

#if NEURO_LANES > 0
    if (decays_here && stride == 0) {
        i = update_currents_in_lanes(block, model, offset_stride, injected, flags);
    }
#endif
    NEURO_INDEPENDENT
    for (; i < n; i++) {
        const size_t k = i * stride;
        int32_t current = synaptic_current(model, first[i], 0, inhibitory[i], v[i], e_rev_exc[k],
                                           e_rev_inh[k], steps_per_ms[k]);
        /* read whether they are needed or not: a load under a condition is none for a vector */
        const int32_t reset = v_reset[k], rest_of_hold = refract_steps[k], before = v[i], left = timer[i];
        int32_t goal, moved, now;
        int32_t is_free, fires;

        current = neuro_add_wrap_i32(current, i_offset[i * offset_stride]);
        if (injected != NULL) {
            current = neuro_add_wrap_i32(current, injected[i]);
        }
        if (model->has_ca2) {
            i_ca2[i] = neuro_spinnaker_multiply(i_ca2[i], decay_ca2[k]);
            current = neuro_subtract_wrap_i32(current, i_ca2[i]);
        }
        goal = neuro_add_wrap_i32(neuro_spinnaker_multiply(current, resistance[k]), v_rest[k]);
        moved = neuro_subtract_wrap_i32(
            goal, neuro_spinnaker_multiply(decay_m[k], neuro_subtract_wrap_i32(goal, before)));
        is_free = left <= 0;
        now = is_free ? moved : before;
        if (model->is_stochastic) {
            fires = is_crossed(
                neuro_subtract_wrap_i32(now, v_thresh[k]), du_inverse[k], tau_inverse[k], timestep_tenth[k],
                neuro_spinnaker_draw(&cells->thresholds[(block->first + i) / cells->cells_per_core]),
                quirks[k]);
        } else if (has_theta) {
            neuro_spinnaker_lose(&theta[i], &theta_rest[i], neuro_bits_to_u32(theta_loss[k]));
            fires = now >= neuro_add_wrap_i32(v_thresh[k], theta[i]);
            theta[i] = neuro_add_wrap_i32(theta[i], fires ? theta_plus[k] : 0);
        } else {
            fires = now >= v_thresh[k];
        }
        v[i] = fires ? reset : now;
        timer[i] = fires ? rest_of_hold : left - !is_free;
        if (model->has_ca2) {
            const int32_t jump = i_alpha[k];

            i_ca2[i] = neuro_add_wrap_i32(i_ca2[i], fires ? jump : 0);
        }
        flags[i] = fires;
        if (decays_here) {
            first[i] = neuro_multiply_fraction_down_i32(first[i], neuro_bits_to_u32(decay_exc[k]));
            inhibitory[i] = neuro_multiply_fraction_down_i32(inhibitory[i], neuro_bits_to_u32(decay_inh[k]));
        }
    }
    neuro_write_flags_i32(block, flags);
}

/* One step of Izhikevich cells: second-order Runge-Kutta, the first step after a spike 1.85 times as long.
 * Products in the compiler's order: h (b v - u) a is (b v - u) (a h) there. Source: neuron_model_izh_impl.h,
 * rk2_kernel_midpoint() and neuron_model_state_update(). */
INLINE void
update_izhikevich(const neuro_block_t *block, const neuro_spinnaker_model_t *model, size_t stride,
                  size_t offset_stride, const int32_t *restrict injected)
{
    enum {
        SQUARE = 1311, /* 0.040008545 */
        LINEAR = 5 * NEURO_SPINNAKER_ONE,
        CONSTANT = 140 * NEURO_SPINNAKER_ONE,
        HALF = NEURO_SPINNAKER_ONE / 2,
        AFTER_SPIKE = 60620 /* 1.85 */
    };
    int32_t *restrict v_of = variable(block, model, ROLE_V);
    int32_t *restrict u_of = variable(block, model, ROLE_U);
    int32_t *restrict h_of = variable(block, model, ROLE_THIS_H);
    int32_t flags[NEURO_MOST_CELLS];
    const bool is_dual = model->n_receptors == 3;
    const int32_t *restrict first = variable(block, model, is_dual ? ROLE_SYN_E : ROLE_GSYN_EXC);
    const int32_t *restrict second = variable(block, model, ROLE_SYN_E2);
    const int32_t *restrict inhibitory = variable(block, model, ROLE_GSYN_INH);
    const int32_t *restrict a = constant(block, CONSTANT_A, stride);
    const int32_t *restrict b = constant(block, CONSTANT_B, stride);
    const int32_t *restrict c = constant(block, CONSTANT_C, stride);
    const int32_t *restrict d = constant(block, CONSTANT_D, stride);
    const int32_t *restrict v_thresh = constant(block, CONSTANT_V_THRESH, stride);
    const int32_t *restrict timestep = constant(block, CONSTANT_TIMESTEP, stride);
    const int32_t *restrict e_rev_exc = constant(block, CONSTANT_E_REV_E, stride);
    const int32_t *restrict e_rev_inh = constant(block, CONSTANT_E_REV_I, stride);
    const int32_t *restrict quirks = constant(block, CONSTANT_QUIRKS, stride);
    const int32_t *restrict i_offset = constant(block, CONSTANT_I_OFFSET, offset_stride);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        const size_t k = i * stride;
        const int32_t v = v_of[i], u = u_of[i], h = h_of[i];
        const int32_t exc = is_dual ? neuro_shift_down_i32(first[i], 10) : first[i];
        const int32_t exc2 = is_dual ? neuro_shift_down_i32(second[i], 10) : 0;
        int32_t current = synaptic_current(model, exc, exc2, inhibitory[i], v, e_rev_exc[k], e_rev_inh[k], 0);
        /* read whether they are needed or not: a load under a condition is none for a vector */
        const int32_t v_after = c[k], u_jump = d[k], h_next = timestep[k], rate = a[k], coupling = b[k];
        int32_t pre, alpha, eta, ah, recovery, beta, slope, next_v, next_u;
        int32_t fires;

        current = neuro_add_wrap_i32(current, i_offset[i * offset_stride]);
        if (injected != NULL) {
            current = neuro_add_wrap_i32(current, injected[i]);
        }
        pre = neuro_subtract_wrap_i32(neuro_add_wrap_i32(CONSTANT, current), u);
        alpha = neuro_add_wrap_i32(
            pre,
            neuro_spinnaker_multiply(neuro_add_wrap_i32(LINEAR, neuro_spinnaker_multiply(SQUARE, v)), v));
        eta = neuro_add_wrap_i32(v, neuro_spinnaker_multiply(neuro_spinnaker_multiply(h, alpha), HALF));
        ah = neuro_spinnaker_multiply(rate, h);
        recovery = neuro_subtract_wrap_i32(neuro_spinnaker_multiply(coupling, v), u);
        beta = (quirks[k] & NEURO_QUIRK_PRODUCT_ORDER) != 0
                   ? neuro_spinnaker_multiply(neuro_spinnaker_multiply(recovery, ah), HALF)
                   : neuro_spinnaker_multiply(
                         neuro_spinnaker_multiply(neuro_spinnaker_multiply(h, recovery), rate), HALF);
        slope = neuro_add_wrap_i32(
            neuro_subtract_wrap_i32(pre, beta),
            neuro_spinnaker_multiply(neuro_add_wrap_i32(LINEAR, neuro_spinnaker_multiply(SQUARE, eta)), eta));
        next_v = neuro_add_wrap_i32(v, neuro_spinnaker_multiply(h, slope));
        next_u = neuro_add_wrap_i32(
            u, neuro_spinnaker_multiply(
                   ah, neuro_subtract_wrap_i32(
                           neuro_subtract_wrap_i32(neuro_spinnaker_multiply(coupling, eta), u), beta)));
        fires = next_v >= v_thresh[k];
        v_of[i] = fires ? v_after : next_v;
        u_of[i] = fires ? neuro_add_wrap_i32(next_u, u_jump) : next_u;
        h_of[i] = fires ? neuro_spinnaker_multiply(h_next, AFTER_SPIKE) : h_next;
        flags[i] = fires;
    }
    neuro_write_flags_i32(block, flags);
}

INLINE void
update(const neuro_block_t *block, const neuro_spinnaker_model_t *model, size_t stride, size_t offset_stride,
       bool is_injected)
{
    const neuro_spinnaker_cells_t *cells = block->population->own;
    const int32_t *injected = is_injected ? cells->injected + block->first : NULL;

    if (model->is_izhikevich) {
        update_izhikevich(block, model, stride, offset_stride, injected);
    } else {
        update_lif(block, model, stride, offset_stride, injected);
    }
    if (!decays_in_update(model)) {
        decay_synapses(block, model, 0, stride);
        decay_synapses(block, model, 1, stride);
    }
    if (model->n_receptors == 3) {
        decay_synapses(block, model, 2, stride);
    }
}

/* ---- the functions of each model ------------------------------------------------------------- */

#define MODEL_FUNCTIONS(name, NAME, synapse, input_type, receptors, izk, semd, ca2, stoc)                    \
    static void name##_input_equal(const neuro_block_t *block)                                               \
    {                                                                                                        \
        input(block, &name##_model, 0);                                                                      \
    }                                                                                                        \
    static void name##_input_each(const neuro_block_t *block)                                                \
    {                                                                                                        \
        input(block, &name##_model, 1);                                                                      \
    }                                                                                                        \
    static void name##_update_equal(const neuro_block_t *block)                                              \
    {                                                                                                        \
        update(block, &name##_model, 0, 0, false);                                                           \
    }                                                                                                        \
    static void name##_update_offsets(const neuro_block_t *block)                                            \
    {                                                                                                        \
        update(block, &name##_model, 0, 1, false);                                                           \
    }                                                                                                        \
    static void name##_update_injected(const neuro_block_t *block)                                           \
    {                                                                                                        \
        update(block, &name##_model, 0, 1, true);                                                            \
    }                                                                                                        \
    static void name##_update_each(const neuro_block_t *block)                                               \
    {                                                                                                        \
        update(block, &name##_model, 1, 1, true);                                                            \
    }
NEURO_SPINNAKER_MODELS(MODEL_FUNCTIONS)

#define MODEL_ENTRY(name, NAME, synapse, input_type, receptors, izk, semd, ca2, stoc)                        \
    [NEURO_SPINNAKER_MODEL_##NAME] = {name##_input_equal,    name##_input_each,      name##_update_equal,    \
                                      name##_update_offsets, name##_update_injected, name##_update_each},

const neuro_spinnaker_functions_t NEURO_VARIANT(neuro_spinnaker_functions_of)[NEURO_SPINNAKER_N_MODELS] = {
    NEURO_SPINNAKER_MODELS(MODEL_ENTRY)};
