#include "spinnaker/neurons.h"

#include "core/math.h"
#include "core/memory.h"
#include "engine/network.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/cells.h"
#include "spinnaker/models.h"
#include "spinnaker/quirks.h"

#include <string.h>

/* ---- variables: raw values of the host's defaults (0.1 rounds to 3277) ----------------------- */

#define RAW(x)                 ((x) *32768.0)
#define PARAMETER(name, value) {name, NEURO_PARAMETER, NEURO_I32, value},
#define STATE(name, value)     {name, NEURO_STATE, NEURO_I32, value},

#define SPEC_V_REST            PARAMETER("v_rest", RAW(-65.0))
#define SPEC_CM                PARAMETER("cm", RAW(1.0))
#define SPEC_TAU_M             PARAMETER("tau_m", RAW(20.0))
#define SPEC_TAU_REFRAC        PARAMETER("tau_refrac", 3277.0)
#define SPEC_V_RESET           PARAMETER("v_reset", RAW(-65.0))
#define SPEC_V_THRESH          PARAMETER("v_thresh", RAW(-50.0))
#define SPEC_I_OFFSET          PARAMETER("i_offset", 0.0)
#define SPEC_TAU_SYN_E         PARAMETER("tau_syn_E", RAW(5.0))
#define SPEC_TAU_SYN_E2        PARAMETER("tau_syn_E2", RAW(5.0))
#define SPEC_TAU_SYN_I         PARAMETER("tau_syn_I", RAW(5.0))
#define SPEC_TAU_ALPHA_E       PARAMETER("tau_syn_E", RAW(0.5))
#define SPEC_TAU_ALPHA_I       PARAMETER("tau_syn_I", RAW(0.5))
#define SPEC_E_REV_E           PARAMETER("e_rev_E", 0.0)
#define SPEC_E_REV_I           PARAMETER("e_rev_I", RAW(-70.0))
#define SPEC_TAU_CA2           PARAMETER("tau_ca2", RAW(50.0))
#define SPEC_I_ALPHA           PARAMETER("i_alpha", 3277.0)
#define SPEC_SCALING_FACTOR    PARAMETER("scaling_factor", RAW(1.0))
#define SPEC_DU_TH             PARAMETER("du_th", RAW(0.5))
#define SPEC_TAU_TH            PARAMETER("tau_th", RAW(20.0))
#define SPEC_THETA_PLUS        PARAMETER("theta_plus", 1638.0)
#define SPEC_TAU_THETA         {"tau_theta", NEURO_PARAMETER, NEURO_F64, 1e7},
#define SPEC_A                 PARAMETER("a", 655.0)
#define SPEC_B                 PARAMETER("b", 6554.0)
#define SPEC_C                 PARAMETER("c", RAW(-65.0))
#define SPEC_D                 PARAMETER("d", RAW(2.0))
#define SPEC_SHIFT_E           PARAMETER("ring_buffer_left_shift_E", 0.0)
#define SPEC_SHIFT_E2          PARAMETER("ring_buffer_left_shift_E2", 0.0)
#define SPEC_SHIFT_I           PARAMETER("ring_buffer_left_shift_I", 0.0)
#define SPEC_QUIRKS            PARAMETER("quirks", -1.0)
#define SPEC_V                 STATE("v", RAW(-65.0))
#define SPEC_V_IZK             STATE("v", RAW(-70.0))
#define SPEC_U                 STATE("u", RAW(-14.0))
#define SPEC_REFRACT_TIMER     STATE("refract_timer", 0.0)
#define SPEC_THIS_H            STATE("this_h", 0.0)
#define SPEC_GSYN_EXC          STATE("gsyn_exc", 0.0)
#define SPEC_GSYN_INH          STATE("gsyn_inh", 0.0)
#define SPEC_SYN_E             STATE("syn_exc", 0.0)
#define SPEC_SYN_E2            STATE("syn_exc2", 0.0)
#define SPEC_SYN_I             STATE("syn_inh", 0.0)
#define SPEC_LIN_E             STATE("lin_exc", 0.0)
#define SPEC_EXP_E             STATE("exp_exc", 0.0)
#define SPEC_Q_E               STATE("q_exc", 0.0)
#define SPEC_LIN_I             STATE("lin_inh", 0.0)
#define SPEC_EXP_I             STATE("exp_inh", 0.0)
#define SPEC_Q_I               STATE("q_inh", 0.0)
#define SPEC_I_CA2             STATE("i_ca2", 0.0)
#define SPEC_MULTIPLICATOR     STATE("multiplicator", 0.0)
#define SPEC_EXC2_OLD          STATE("exc2_old", 0.0)
#define SPEC_THETA             STATE("theta", 0.0)
#define SPEC_THETA_REST        {"theta_rest", NEURO_INTERNAL, NEURO_I32, 0.0},

#define AS_SPEC(T, NAME)       SPEC_##NAME
#define MODEL_VARIABLES(name, NAME, synapse, input, receptors, izk, semd, ca2, stoc)                         \
    static const neuro_variable_spec_t name##_variables[] = {NAME(AS_SPEC, )};
NEURO_SPINNAKER_MODELS(MODEL_VARIABLES)

/* As the core's structures call them; receptors exc, exc2, inh are E, E2, I. */
static const char *const constant_names[N_CONSTANTS] = {
    [CONSTANT_V_REST] = "v_rest",
    [CONSTANT_V_RESET] = "v_reset",
    [CONSTANT_V_THRESH] = "v_thresh",
    [CONSTANT_I_OFFSET] = "i_offset",
    [CONSTANT_RESISTANCE] = "R_membrane",
    [CONSTANT_DECAY_M] = "exp_TC",
    [CONSTANT_REFRACT_STEPS] = "T_refract",
    [CONSTANT_DECAY_E] = "decay_E",
    [CONSTANT_DECAY_E2] = "decay_E2",
    [CONSTANT_DECAY_I] = "decay_I",
    [CONSTANT_INIT_E] = "init_E",
    [CONSTANT_INIT_E2] = "init_E2",
    [CONSTANT_INIT_I] = "init_I",
    [CONSTANT_SHIFT_E] = "left_shift_E",
    [CONSTANT_SHIFT_E2] = "left_shift_E2",
    [CONSTANT_SHIFT_I] = "left_shift_I",
    [CONSTANT_E_REV_E] = "e_rev_E",
    [CONSTANT_E_REV_I] = "e_rev_I",
    [CONSTANT_DECAY_CA2] = "exp_tau_ca2",
    [CONSTANT_I_ALPHA] = "i_alpha",
    [CONSTANT_SCALING_FACTOR] = "scaling_factor",
    [CONSTANT_DU_INVERSE] = "du_th_inverse",
    [CONSTANT_TAU_INVERSE] = "tau_th_inverse",
    [CONSTANT_TIMESTEP_TENTH] = "timestep_div_10",
    [CONSTANT_A] = "a",
    [CONSTANT_B] = "b",
    [CONSTANT_C] = "c",
    [CONSTANT_D] = "d",
    [CONSTANT_TIMESTEP] = "reset_h",
    [CONSTANT_STEPS_PER_MS] = "scale_factor",
    [CONSTANT_QUIRKS] = "quirks",
    [CONSTANT_THETA_PLUS] = "theta_plus",
    [CONSTANT_THETA_LOSS] = "theta_loss",
};

bool
neuro_spinnaker_find_constant(const char *name, uint32_t *constant)
{
    for (*constant = 0; *constant < N_CONSTANTS; (*constant)++) {
        if (strcmp(constant_names[*constant], name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what the core computes when it is loaded ------------------------------------------------ */

/* A parameter of one cell; 0 where the model has none. */
static int32_t
parameter(const neuro_spinnaker_model_t *model, const double *parameters, uint32_t role)
{
    return model->layout[role] > 0 ? (int32_t) parameters[model->layout[role] - 1] : 0;
}

/* e^-(dt / tau) as a fraction. */
static uint32_t
decay_fraction(int32_t timestep, int32_t tau, int32_t quirks)
{
    const int32_t exponent = neuro_subtract_wrap_i32(0, neuro_spinnaker_divide(timestep, tau));

    if (exponent == 0 && (quirks & NEURO_QUIRK_EXP_0) == 0) {
        return UINT32_MAX;
    }
    return neuro_spinnaker_exp_fraction(exponent);
}

/* The two numbers of one receptor. Source: synapse_types_exponential_impl.h, decay_and_init();
 * synapse_types_alpha_impl.h, synapse_types_initialise(). */
static void
derive_synapse(const neuro_spinnaker_model_t *model, int32_t tau, int32_t timestep, int32_t quirks,
               double *decay, double *init)
{
    const uint32_t fraction = decay_fraction(timestep, tau, quirks);

    *decay = neuro_bits_to_i32(fraction);
    if (model->synapse == SYNAPSE_ALPHA) {
        const int32_t rate = neuro_spinnaker_divide(timestep, neuro_spinnaker_multiply(tau, tau));

        *init = (quirks & NEURO_QUIRK_ALPHA_MODULO) != 0
                    ? neuro_spinnaker_from_fraction(neuro_spinnaker_to_fraction(rate))
                    : rate;
        return;
    }
    if (fraction == UINT32_MAX) { /* no decay: the mean over a step is the whole */
        *init = neuro_bits_to_i32(UINT32_MAX);
        return;
    }
    *init = neuro_bits_to_i32(
        neuro_spinnaker_multiply_to_fraction(neuro_spinnaker_divide(tau, timestep), UINT32_MAX - fraction));
}

/* The fraction of 32 bits that an adaptive threshold loses in a step, nearest. The host writes it: time
 * constants of hours are no s16.15 numbers, and what they leave of a step is too near to 1. */
static uint32_t
loss_fraction(double dt_ms, double tau_ms)
{
    const double loss = (double) neuro_round_half_even(neuro_expm1(-dt_ms / tau_ms) * -4294967296.0);

    return loss < (double) UINT32_MAX ? (uint32_t) loss : UINT32_MAX;
}

/* Sources: neuron_model_lif_impl.h, neuron_model_izh_impl.h, input_type_delta.h,
 * additional_input_ca2_adaptive_impl.h, threshold_type_maass_stochastic.h: the functions that initialise
 * them. */
static void
derive(const neuro_spinnaker_model_t *model, const double *parameters, double dt_ms, double *constants)
{
    static const uint8_t copied[][2] = {{CONSTANT_V_REST, ROLE_V_REST},
                                        {CONSTANT_V_RESET, ROLE_V_RESET},
                                        {CONSTANT_V_THRESH, ROLE_V_THRESH},
                                        {CONSTANT_I_OFFSET, ROLE_I_OFFSET},
                                        {CONSTANT_SHIFT_E, ROLE_SHIFT_E},
                                        {CONSTANT_SHIFT_E2, ROLE_SHIFT_E2},
                                        {CONSTANT_SHIFT_I, ROLE_SHIFT_I},
                                        {CONSTANT_E_REV_E, ROLE_E_REV_E},
                                        {CONSTANT_E_REV_I, ROLE_E_REV_I},
                                        {CONSTANT_I_ALPHA, ROLE_I_ALPHA},
                                        {CONSTANT_A, ROLE_A},
                                        {CONSTANT_B, ROLE_B},
                                        {CONSTANT_C, ROLE_C},
                                        {CONSTANT_D, ROLE_D},
                                        {CONSTANT_QUIRKS, ROLE_QUIRKS},
                                        {CONSTANT_THETA_PLUS, ROLE_THETA_PLUS},
                                        {CONSTANT_SCALING_FACTOR, ROLE_SCALING_FACTOR}};
    const int32_t timestep = neuro_wrap_i32(neuro_round_half_even(dt_ms * NEURO_SPINNAKER_ONE));
    const int32_t quirks = parameter(model, parameters, ROLE_QUIRKS);
    uint32_t i;

    memset(constants, 0, N_CONSTANTS * sizeof *constants);
    for (i = 0; i < sizeof copied / sizeof copied[0]; i++) {
        constants[copied[i][0]] = parameter(model, parameters, copied[i][1]);
    }
    constants[CONSTANT_TIMESTEP] = timestep;
    if (model->is_izhikevich) {
        constants[CONSTANT_V_THRESH] = RAW(30.0);
    } else {
        const int32_t tau_m = parameter(model, parameters, ROLE_TAU_M);
        const int32_t refractory = parameter(model, parameters, ROLE_TAU_REFRAC);

        constants[CONSTANT_RESISTANCE] = neuro_spinnaker_divide(tau_m, parameter(model, parameters, ROLE_CM));
        constants[CONSTANT_DECAY_M] =
            neuro_spinnaker_exp(neuro_subtract_wrap_i32(0, neuro_spinnaker_divide(timestep, tau_m)));
        constants[CONSTANT_REFRACT_STEPS] =
            neuro_spinnaker_ceiling(neuro_spinnaker_divide(refractory, timestep));
    }
    if (model->synapse == SYNAPSE_DELTA) {
        constants[CONSTANT_STEPS_PER_MS] = neuro_spinnaker_divide(NEURO_SPINNAKER_ONE, timestep);
    } else {
        derive_synapse(model, parameter(model, parameters, ROLE_TAU_SYN_E), timestep, quirks,
                       &constants[CONSTANT_DECAY_E], &constants[CONSTANT_INIT_E]);
        derive_synapse(model, parameter(model, parameters, ROLE_TAU_SYN_I), timestep, quirks,
                       &constants[CONSTANT_DECAY_I], &constants[CONSTANT_INIT_I]);
        if (model->n_receptors == 3) {
            derive_synapse(model, parameter(model, parameters, ROLE_TAU_SYN_E2), timestep, quirks,
                           &constants[CONSTANT_DECAY_E2], &constants[CONSTANT_INIT_E2]);
        }
    }
    if (model->has_ca2) {
        const int32_t tau = parameter(model, parameters, ROLE_TAU_CA2);

        constants[CONSTANT_DECAY_CA2] =
            neuro_spinnaker_exp(neuro_subtract_wrap_i32(0, neuro_spinnaker_divide(timestep, tau)));
    }
    if (model->layout[ROLE_TAU_THETA] != 0) {
        constants[CONSTANT_THETA_LOSS] =
            neuro_bits_to_i32(loss_fraction(dt_ms, parameters[model->layout[ROLE_TAU_THETA] - 1]));
    }
    if (model->is_stochastic) {
        constants[CONSTANT_DU_INVERSE] =
            neuro_spinnaker_divide(NEURO_SPINNAKER_ONE, parameter(model, parameters, ROLE_DU_TH));
        constants[CONSTANT_TAU_INVERSE] =
            neuro_spinnaker_divide(NEURO_SPINNAKER_ONE, parameter(model, parameters, ROLE_TAU_TH));
        constants[CONSTANT_TIMESTEP_TENTH] = neuro_spinnaker_divide(timestep, 10 * NEURO_SPINNAKER_ONE);
    }
}

#define MODEL_DERIVE(name, NAME, synapse, input, receptors, izk, semd, ca2, stoc)                            \
    static void derive_##name(const double *parameters, double dt_ms, double *constants)                     \
    {                                                                                                        \
        derive(&name##_model, parameters, dt_ms, constants);                                                 \
    }
NEURO_SPINNAKER_MODELS(MODEL_DERIVE)

#define MODEL_ADDRESS(name, NAME, synapse, input, receptors, izk, semd, ca2, stoc) &name##_model,

const neuro_spinnaker_model_t *
neuro_spinnaker_model_of(const neuro_neuron_kernel_t *kernel)
{
    static const neuro_spinnaker_model_t *const models[NEURO_SPINNAKER_N_MODELS] = {
        NEURO_SPINNAKER_MODELS(MODEL_ADDRESS)};

    return models[kernel - neuro_spinnaker_neurons];
}

/* The first step of an Izhikevich cell is a whole one. */
void
neuro_spinnaker_start_states(neuro_population_t *population)
{
    const uint8_t *layout = neuro_spinnaker_model_of(population->kernel)->layout;
    const double timestep = (double) neuro_round_half_even(population->network->dt_ms * NEURO_SPINNAKER_ONE);
    neuro_variable_t *variable;
    uint32_t i;

    if (layout[ROLE_THIS_H] == 0) {
        return;
    }
    variable = &population->variables[layout[ROLE_THIS_H] - 1];
    for (i = 0; i < population->n_cells; i++) {
        neuro_value_set(variable->data, variable->type, i, timestep);
        neuro_value_set(variable->initial, variable->type, i, timestep);
    }
}

/* ---- which functions a population gets ------------------------------------------------------- */

/* The current sources of a block's cells, then their update. */
static void
update_with_currents(const neuro_block_t *block)
{
    const neuro_population_t *population = block->population;
    neuro_spinnaker_cells_t *cells = population->own;
    const neuro_constant_t *quirks = &population->constants[CONSTANT_QUIRKS];

    neuro_spinnaker_currents_sum(&cells->currents, cells->cells_per_core, block->first, block->count,
                                 block->step, quirks->data, !quirks->is_scalar,
                                 cells->injected + block->first);
    cells->update(block);
}

static void
take_input(const neuro_block_t *block)
{
    const neuro_spinnaker_cells_t *cells = block->population->own;

    cells->input(block);
}

static neuro_status_t
spread(neuro_population_t *population, bool is_each)
{
    neuro_spinnaker_cells_t *cells = population->own;
    neuro_status_t status = neuro_population_spread(population, CONSTANT_I_OFFSET);
    uint32_t c;

    for (c = 0; is_each && c < N_CONSTANTS && status == NEURO_OK; c++) {
        status = neuro_population_spread(population, c);
    }
    if (status == NEURO_OK && cells->injected == NULL) {
        cells->injected = neuro_alloc(population->n_cells, sizeof *cells->injected);
        status = cells->injected == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
    }
    return status;
}

static neuro_status_t
choose(neuro_population_t *population, neuro_isa_t isa)
{
    static const neuro_spinnaker_functions_t *const variants[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_spinnaker_functions_of);
    const neuro_spinnaker_functions_t *functions =
        &variants[isa][population->kernel - neuro_spinnaker_neurons];
    neuro_spinnaker_cells_t *cells = population->own;
    const bool has_currents = cells->currents.n_calls > 0;
    bool is_each = false;
    neuro_status_t status;
    uint32_t c;

    for (c = 0; c < N_CONSTANTS; c++) {
        is_each = is_each || (c != CONSTANT_I_OFFSET && !population->constants[c].is_scalar);
    }
    cells->input = is_each ? functions->input_each : functions->input_equal;
    if (!is_each && !has_currents) {
        population->update = population->constants[CONSTANT_I_OFFSET].is_scalar ? functions->update_equal
                                                                                : functions->update_offsets;
        return NEURO_OK;
    }
    status = spread(population, is_each);
    if (status != NEURO_OK) {
        return status;
    }
    cells->update = is_each ? functions->update_each : functions->update_injected;
    if (!has_currents) {
        memset(cells->injected, 0, population->n_cells * sizeof *cells->injected);
    }
    population->update = has_currents ? update_with_currents : cells->update;
    return NEURO_OK;
}

#define MODEL_KERNEL(model_name, NAME, synapse, input_type, receptors, izk, semd, ca2, stoc)                 \
    [NEURO_SPINNAKER_MODEL_##NAME] = {                                                                       \
        .name = #model_name,                                                                                 \
        .n_variables = sizeof model_name##_variables / sizeof model_name##_variables[0],                     \
        .variables = model_name##_variables,                                                                 \
        .n_receptors = receptors,                                                                            \
        .ring_type = NEURO_U16,                                                                              \
        .n_constants = N_CONSTANTS,                                                                          \
        .constant_type = NEURO_I32,                                                                          \
        .derive = derive_##model_name,                                                                       \
        .current_constant = -1,                                                                              \
        .select = choose,                                                                                    \
        .init = neuro_spinnaker_cells_init,                                                                  \
        .free = neuro_spinnaker_cells_free,                                                                  \
        .reset = neuro_spinnaker_cells_reset,                                                                \
        .input = take_input,                                                                                 \
        .set_table = neuro_spinnaker_cells_set_table,                                                        \
        .get_table = neuro_spinnaker_cells_get_table,                                                        \
    },

const neuro_neuron_kernel_t neuro_spinnaker_neurons[NEURO_SPINNAKER_N_MODELS] = {
    NEURO_SPINNAKER_MODELS(MODEL_KERNEL)};
