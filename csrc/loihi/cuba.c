#include "loihi/cuba.h"

#include "core/fixed.h"
#include "engine/network.h"

/* Widths of the registers: du, dv 12 bits, bias mantissa 13 bits signed, exponent 3 bits (Lava: also
 * negative), threshold mantissa 17 bits. Defaults are Lava's, with a threshold of 10. */
static const neuro_variable_spec_t variables[CUBA_N_VARIABLES] = {
    [CUBA_DU] = {"du", NEURO_PARAMETER, NEURO_I32, 0.0},
    [CUBA_DV] = {"dv", NEURO_PARAMETER, NEURO_I32, 0.0},
    [CUBA_BIAS_MANT] = {"bias_mant", NEURO_PARAMETER, NEURO_I32, 0.0},
    [CUBA_BIAS_EXP] = {"bias_exp", NEURO_PARAMETER, NEURO_I32, 0.0},
    [CUBA_VTH] = {"vth", NEURO_PARAMETER, NEURO_I32, 10.0},
    [CUBA_U] = {"u", NEURO_STATE, NEURO_I32, 0.0},
    [CUBA_V] = {"v", NEURO_STATE, NEURO_I32, 0.0},
};

/* The current decays by one part in 4096 more than its register says, the voltage does not. */
static void
derive(const double *parameters, double dt_ms, double *constants)
{
    const int32_t mantissa = (int32_t) parameters[CUBA_BIAS_MANT],
                  exponent = (int32_t) parameters[CUBA_BIAS_EXP];

    (void) dt_ms;
    constants[CUBA_C_KEEP_U] = (1 << CUBA_DECAY_BITS) - (parameters[CUBA_DU] + 1.0);
    constants[CUBA_C_KEEP_V] = (1 << CUBA_DECAY_BITS) - parameters[CUBA_DV];
    constants[CUBA_C_BIAS] =
        exponent >= 0 ? neuro_shift_left_wrap_i32(mantissa, exponent < 31 ? (uint32_t) exponent : 31)
                      : neuro_shift_down_i32(mantissa, exponent > -31 ? (uint32_t) -exponent : 31);
    constants[CUBA_C_THRESHOLD] = neuro_shift_left_wrap_i32((int32_t) parameters[CUBA_VTH], CUBA_INPUT_BITS);
}

static neuro_status_t
choose(neuro_population_t *population, neuro_isa_t isa)
{
    static const neuro_block_function_t equal[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_loihi_cuba_update_equal);
    static const neuro_block_function_t each[NEURO_N_ISA] = NEURO_VARIANT_TABLE(neuro_loihi_cuba_update_each);
    neuro_status_t status = NEURO_OK;
    bool is_equal = true;
    uint32_t c;

    for (c = 0; c < CUBA_N_CONSTANTS; c++) {
        is_equal = is_equal && population->constants[c].is_scalar;
    }
    for (c = 0; c < CUBA_N_CONSTANTS && !is_equal && status == NEURO_OK; c++) {
        status = neuro_population_spread(population, c);
    }
    population->update = (is_equal ? equal : each)[isa];
    return status;
}

const neuro_neuron_kernel_t neuro_loihi_cuba = {
    .name = "cuba",
    .n_variables = CUBA_N_VARIABLES,
    .variables = variables,
    .n_receptors = 1,
    .ring_type = NEURO_I32,
    .n_constants = CUBA_N_CONSTANTS,
    .constant_type = NEURO_I32,
    .derive = derive,
    .current_constant = -1,
    .select = choose,
};
