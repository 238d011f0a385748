#include "spinnaker/if_curr_exp.h"

#include "engine/network.h"
#include "spinnaker/arithmetic.h"

/* Raw values of the defaults: those of PyNN, in s16.15 (0.1 rounds to 3277). */
#define RAW(x) ((x) * 32768.0)

static const neuro_variable_spec_t variables[IF_CURR_EXP_N_VARIABLES] = {
    [IF_CURR_EXP_V_REST] = {"v_rest", NEURO_PARAMETER, NEURO_I32, RAW(-65.0)},
    [IF_CURR_EXP_CM] = {"cm", NEURO_PARAMETER, NEURO_I32, RAW(1.0)},
    [IF_CURR_EXP_TAU_M] = {"tau_m", NEURO_PARAMETER, NEURO_I32, RAW(20.0)},
    [IF_CURR_EXP_TAU_REFRAC] = {"tau_refrac", NEURO_PARAMETER, NEURO_I32, 3277.0},
    [IF_CURR_EXP_TAU_SYN_E] = {"tau_syn_E", NEURO_PARAMETER, NEURO_I32, RAW(5.0)},
    [IF_CURR_EXP_TAU_SYN_I] = {"tau_syn_I", NEURO_PARAMETER, NEURO_I32, RAW(5.0)},
    [IF_CURR_EXP_I_OFFSET] = {"i_offset", NEURO_PARAMETER, NEURO_I32, 0.0},
    [IF_CURR_EXP_V_RESET] = {"v_reset", NEURO_PARAMETER, NEURO_I32, RAW(-65.0)},
    [IF_CURR_EXP_V_THRESH] = {"v_thresh", NEURO_PARAMETER, NEURO_I32, RAW(-50.0)},
    [IF_CURR_EXP_SHIFT_E] = {"ring_buffer_left_shift_E", NEURO_PARAMETER, NEURO_I32, 0.0},
    [IF_CURR_EXP_SHIFT_I] = {"ring_buffer_left_shift_I", NEURO_PARAMETER, NEURO_I32, 0.0},
    [IF_CURR_EXP_V] = {"v", NEURO_STATE, NEURO_I32, RAW(-65.0)},
    [IF_CURR_EXP_GSYN_EXC] = {"gsyn_exc", NEURO_STATE, NEURO_I32, 0.0},
    [IF_CURR_EXP_GSYN_INH] = {"gsyn_inh", NEURO_STATE, NEURO_I32, 0.0},
    [IF_CURR_EXP_REFRACT_TIMER] = {"refract_timer", NEURO_STATE, NEURO_I32, 0.0},
};

/* The two fractions of one exponential synapse.
 * Source: synapse_types_exponential_impl.h, decay_and_init(). */
static void
derive_synapse(int32_t tau, int32_t timestep, double *decay, double *init)
{
    const uint32_t fraction =
        neuro_spinnaker_exp_fraction(neuro_subtract_wrap_i32(0, neuro_spinnaker_divide(timestep, tau)));
    const uint64_t steps = (uint32_t) neuro_spinnaker_divide(tau, timestep);
    const uint32_t mean = (uint32_t) ((steps * (UINT32_MAX - fraction)) >> NEURO_SPINNAKER_FRACTION_BITS);

    *decay = (double) neuro_bits_to_i32(fraction);
    *init = (double) neuro_bits_to_i32(mean);
}

/* What the core computes when it is loaded. Source: neuron_model_lif_impl.h, neuron_model_initialise(). */
static void
derive(const double *parameters, double dt_ms, double *constants)
{
    const int32_t timestep = neuro_wrap_i32(neuro_round_half_even(dt_ms * NEURO_SPINNAKER_ONE));
    const int32_t tau_m = (int32_t) parameters[IF_CURR_EXP_TAU_M];
    const int32_t refractory = neuro_spinnaker_divide((int32_t) parameters[IF_CURR_EXP_TAU_REFRAC], timestep);

    constants[IF_CURR_EXP_C_V_REST] = parameters[IF_CURR_EXP_V_REST];
    constants[IF_CURR_EXP_C_V_RESET] = parameters[IF_CURR_EXP_V_RESET];
    constants[IF_CURR_EXP_C_V_THRESH] = parameters[IF_CURR_EXP_V_THRESH];
    constants[IF_CURR_EXP_C_I_OFFSET] = parameters[IF_CURR_EXP_I_OFFSET];
    constants[IF_CURR_EXP_C_SHIFT_E] = parameters[IF_CURR_EXP_SHIFT_E];
    constants[IF_CURR_EXP_C_SHIFT_I] = parameters[IF_CURR_EXP_SHIFT_I];
    constants[IF_CURR_EXP_C_RESISTANCE] = neuro_spinnaker_divide(tau_m, (int32_t) parameters[IF_CURR_EXP_CM]);
    constants[IF_CURR_EXP_C_DECAY_M] =
        neuro_spinnaker_exp(neuro_subtract_wrap_i32(0, neuro_spinnaker_divide(timestep, tau_m)));
    constants[IF_CURR_EXP_C_REFRACT_STEPS] = neuro_spinnaker_ceiling(refractory);
    derive_synapse((int32_t) parameters[IF_CURR_EXP_TAU_SYN_E], timestep, &constants[IF_CURR_EXP_C_DECAY_E],
                   &constants[IF_CURR_EXP_C_INIT_E]);
    derive_synapse((int32_t) parameters[IF_CURR_EXP_TAU_SYN_I], timestep, &constants[IF_CURR_EXP_C_DECAY_I],
                   &constants[IF_CURR_EXP_C_INIT_I]);
}

/* Constants that the two functions read with one stride: all but the current. */
static bool
is_equal_but_offset(const neuro_population_t *population)
{
    uint32_t c;

    for (c = 0; c < IF_CURR_EXP_N_CONSTANTS; c++) {
        if (c != IF_CURR_EXP_C_I_OFFSET && !population->constants[c].is_scalar) {
            return false;
        }
    }
    return true;
}

static neuro_status_t
choose(neuro_population_t *population, neuro_isa_t isa)
{
    static const neuro_block_function_t equal[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_spinnaker_if_curr_exp_update_equal);
    static const neuro_block_function_t offsets[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_spinnaker_if_curr_exp_update_offsets);
    static const neuro_block_function_t each[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_spinnaker_if_curr_exp_update_each);
    neuro_status_t status = NEURO_OK;
    uint32_t c;

    if (is_equal_but_offset(population)) {
        population->update =
            population->constants[IF_CURR_EXP_C_I_OFFSET].is_scalar ? equal[isa] : offsets[isa];
        return NEURO_OK;
    }
    for (c = 0; c < IF_CURR_EXP_N_CONSTANTS && status == NEURO_OK; c++) {
        status = neuro_population_spread(population, c);
    }
    population->update = each[isa];
    return status;
}

static void
take_input(const neuro_block_t *block)
{
    static const neuro_block_function_t equal[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_spinnaker_if_curr_exp_input_equal);
    static const neuro_block_function_t each[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_spinnaker_if_curr_exp_input_each);
    const neuro_population_t *population = block->population;
    const bool is_equal = population->constants[IF_CURR_EXP_C_INIT_E].is_scalar;

    (is_equal ? equal : each)[population->network->isa](block);
}

const neuro_neuron_kernel_t neuro_spinnaker_if_curr_exp = {
    .name = "if_curr_exp",
    .n_variables = IF_CURR_EXP_N_VARIABLES,
    .variables = variables,
    .n_receptors = IF_CURR_EXP_N_RECEPTORS,
    .ring_type = NEURO_U16,
    .n_constants = IF_CURR_EXP_N_CONSTANTS,
    .constant_type = NEURO_I32,
    .derive = derive,
    .current_constant = -1,
    .select = choose,
    .input = take_input,
};
