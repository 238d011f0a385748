#include "loihi/cuba.h"

#include "core/fixed.h"
#include "engine/network.h"
#include "loihi/graded.h"

/* What a parameter may be. Sources: Davies et al. 2018 and the registers that nengo-loihi and Lava name; Lava
 * takes negative exponents of the bias too. */
static const struct {
    int32_t low, high;
} ranges[CUBA_N_COMMON] = {
    [CUBA_DU] = {0, 4096},
    [CUBA_DV] = {0, 4096},
    [CUBA_DU_OFFSET] = {0, 1},
    [CUBA_DV_OFFSET] = {0, 1},
    [CUBA_BIAS_MANT] = {-(1 << 23), (1 << 23) - 1},
    [CUBA_BIAS_EXP] = {-31, 18},
    [CUBA_VTH] = {0, (1 << 24) - 1},
    [CUBA_REFRACTORY] = {1, 64},
    [CUBA_VMIN_EXP] = {0, 23},
    [CUBA_VMAX_EXP] = {0, 7},
    [CUBA_INPUT_EXP] = {0, 6},
};

/* The machine's reset values. The threshold's mantissa is Lava's default; a decay of 4096 less the offset
 * forgets at once. */
#define COMMON(type)                                                                                         \
    [CUBA_DU] = {"du", NEURO_PARAMETER, NEURO_I32, 0.0},                                                     \
    [CUBA_DV] = {"dv", NEURO_PARAMETER, NEURO_I32, 0.0},                                                     \
    [CUBA_DU_OFFSET] = {"du_offset", NEURO_PARAMETER, NEURO_I32, 1.0},                                       \
    [CUBA_DV_OFFSET] = {"dv_offset", NEURO_PARAMETER, NEURO_I32, 0.0},                                       \
    [CUBA_BIAS_MANT] = {"bias_mant", NEURO_PARAMETER, NEURO_I32, 0.0},                                       \
    [CUBA_BIAS_EXP] = {"bias_exp", NEURO_PARAMETER, NEURO_I32, 0.0},                                         \
    [CUBA_VTH] = {"vth", NEURO_PARAMETER, NEURO_I32, 10.0},                                                  \
    [CUBA_REFRACTORY] = {"refractory", NEURO_PARAMETER, NEURO_I32, 1.0},                                     \
    [CUBA_VMIN_EXP] = {"vmin_exp", NEURO_PARAMETER, NEURO_I32, 23.0},                                        \
    [CUBA_VMAX_EXP] = {"vmax_exp", NEURO_PARAMETER, NEURO_I32, 7.0},                                         \
    [CUBA_U] = {"u", NEURO_STATE, type, 0.0}, [CUBA_V] = {"v", NEURO_STATE, type, 0.0},                      \
    [CUBA_REFRACTORY_LEFT] = {"refractory_left", NEURO_INTERNAL, NEURO_I32, 0.0},                            \
    [CUBA_INPUT_EXP] = {"input_exp", NEURO_PARAMETER, NEURO_I32, CUBA_WEIGHT_EXP}

static const neuro_variable_spec_t variables_CUBA_PLAIN_int32_t[] = {COMMON(NEURO_I32)};
static const neuro_variable_spec_t variables_CUBA_PLAIN_int64_t[] = {COMMON(NEURO_I64)};
static const neuro_variable_spec_t variables_CUBA_TERNARY_int32_t[] = {
    COMMON(NEURO_I32),
    [CUBA_VTH_LOW] = {"vth_low", NEURO_PARAMETER, NEURO_I32, -10.0},
    [CUBA_PAYLOAD] = {"payload", NEURO_STATE, NEURO_I32, 0.0},
};
static const neuro_variable_spec_t variables_CUBA_RESETTING_int32_t[] = {
    COMMON(NEURO_I32),
    [CUBA_RESET_INTERVAL] = {"reset_interval", NEURO_PARAMETER, NEURO_I32, 0.0},
    [CUBA_RESET_OFFSET] = {"reset_offset", NEURO_PARAMETER, NEURO_I32, 0.0},
};
static const neuro_variable_spec_t variables_CUBA_NOISY_int32_t[] = {
    COMMON(NEURO_I32),
    [CUBA_NOISE_EXP] = {"noise_exp", NEURO_PARAMETER, NEURO_I32, 1.0},
    [CUBA_NOISE_OFFSET] = {"noise_offset", NEURO_PARAMETER, NEURO_I32, 0.0},
    [CUBA_NOISE_AT_MEMBRANE] = {"noise_at_membrane", NEURO_PARAMETER, NEURO_I32, 0.0},
};

static void
derive_common(const double *parameters, double *constants)
{
    const int32_t mantissa = (int32_t) parameters[CUBA_BIAS_MANT],
                  exponent = (int32_t) parameters[CUBA_BIAS_EXP];
    const double vmin = parameters[CUBA_VMIN_EXP], vmax = parameters[CUBA_VMAX_EXP];

    constants[CUBA_C_KEEP_U] = (1 << CUBA_DECAY_BITS) - (parameters[CUBA_DU] + parameters[CUBA_DU_OFFSET]);
    constants[CUBA_C_KEEP_V] = (1 << CUBA_DECAY_BITS) - (parameters[CUBA_DV] + parameters[CUBA_DV_OFFSET]);
    constants[CUBA_C_BIAS] =
        exponent >= 0 ? neuro_shift_left_wrap_i32(mantissa, exponent < 31 ? (uint32_t) exponent : 31)
                      : neuro_shift_down_i32(mantissa, exponent > -31 ? (uint32_t) -exponent : 31);
    constants[CUBA_C_THRESHOLD] = parameters[CUBA_VTH] * (1 << CUBA_WEIGHT_EXP);
    /* the step of the spike is the first of the refractory ones */
    constants[CUBA_C_REFRACTORY] = parameters[CUBA_REFRACTORY] - 1.0;
    constants[CUBA_C_VMIN] = 1.0 - (double) (1 << (uint32_t) vmin);
    constants[CUBA_C_VMAX] = (double) (1 << (9 + 2 * (uint32_t) vmax)) - 1.0;
    constants[CUBA_C_INPUT_EXP] = parameters[CUBA_INPUT_EXP];
}

static void
derive_CUBA_PLAIN(const double *parameters, double dt_ms, double *constants)
{
    (void) dt_ms;
    derive_common(parameters, constants);
}

static void
derive_CUBA_TERNARY(const double *parameters, double dt_ms, double *constants)
{
    (void) dt_ms;
    derive_common(parameters, constants);
    constants[CUBA_C_VARIANT_0] = parameters[CUBA_VTH_LOW] * (1 << CUBA_WEIGHT_EXP);
}

static void
derive_CUBA_RESETTING(const double *parameters, double dt_ms, double *constants)
{
    (void) dt_ms;
    derive_common(parameters, constants);
    constants[CUBA_C_VARIANT_0] = parameters[CUBA_RESET_INTERVAL];
    constants[CUBA_C_VARIANT_1] = parameters[CUBA_RESET_OFFSET];
}

static void
derive_CUBA_NOISY(const double *parameters, double dt_ms, double *constants)
{
    (void) dt_ms;
    derive_common(parameters, constants);
    constants[CUBA_C_VARIANT_0] = parameters[CUBA_NOISE_EXP];
    constants[CUBA_C_VARIANT_1] = parameters[CUBA_NOISE_OFFSET];
    constants[CUBA_C_VARIANT_2] = parameters[CUBA_NOISE_AT_MEMBRANE];
}

/* Whether all cells' values of a variable lie in a range. */
static neuro_status_t
check_range(neuro_population_t *population, uint32_t number, int32_t low, int32_t high)
{
    const neuro_variable_t *variable = &population->variables[number];
    const uint32_t n = variable->is_scalar ? 1 : population->n_cells;
    uint32_t i;

    for (i = 0; i < n; i++) {
        const double value = neuro_value_get(variable->data, variable->type, i);

        if (!(value >= low && value <= high)) {
            return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                              "\"%s\" of cell %u of population %u is %g; kernel \"%s\" takes %d..%d",
                              variable->spec->name, i, population->id, value, population->kernel->name, low,
                              high);
        }
    }
    return NEURO_OK;
}

/* A decay and its offset take away at most everything. */
static neuro_status_t
check_decay(neuro_population_t *population, uint32_t keep, const char *name)
{
    const neuro_constant_t *constant = &population->constants[keep];
    const uint32_t n = constant->is_scalar ? 1 : population->n_cells;
    uint32_t i;

    for (i = 0; i < n; i++) {
        if (((const int32_t *) constant->data)[i] < 0) {
            return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                              "\"%s\" and \"%s_offset\" of cell %u of population %u sum to more than 4096",
                              name, name, i, population->id);
        }
    }
    return NEURO_OK;
}

static neuro_status_t
check(neuro_population_t *population, int arithmetic, int ability)
{
    neuro_status_t status = NEURO_OK;
    uint32_t number;

    for (number = CUBA_DU; number <= CUBA_INPUT_EXP && status == NEURO_OK; number++) {
        status = check_range(population, number, ranges[number].low, ranges[number].high);
    }
    if (status == NEURO_OK) {
        status = check_decay(population, CUBA_C_KEEP_U, "du");
    }
    if (status == NEURO_OK) {
        status = check_decay(population, CUBA_C_KEEP_V, "dv");
    }
    if (status == NEURO_OK && arithmetic != CUBA_MACHINE) { /* Lava's limits are fixed, the other has none */
        status = check_range(population, CUBA_VMIN_EXP, 23, 23);
    }
    if (status == NEURO_OK && arithmetic != CUBA_MACHINE) {
        status = check_range(population, CUBA_VMAX_EXP, 7, 7);
    }
    if (status == NEURO_OK && ability == CUBA_TERNARY) {
        status = check_range(population, CUBA_VTH_LOW, -(1 << 24), 0);
    }
    if (status == NEURO_OK && ability == CUBA_RESETTING) {
        status = check_range(population, CUBA_RESET_INTERVAL, 0, INT32_MAX);
    }
    if (status == NEURO_OK && ability == CUBA_NOISY) {
        status = check_range(population, CUBA_NOISE_EXP, 1, 23);
        if (status == NEURO_OK) {
            status = check_range(population, CUBA_NOISE_OFFSET, -64, 63);
        }
    }
    return status;
}

/* Whether no cell is refractory, nor any will be after a spike. */
static bool
is_never_held(const neuro_population_t *population)
{
    const neuro_constant_t *held = &population->constants[CUBA_C_REFRACTORY];
    const int32_t *left = NEURO_DATA(population, CUBA_REFRACTORY_LEFT, int32_t);
    uint32_t i;

    if (!held->is_scalar || ((const int32_t *) held->data)[0] != 0) {
        return false;
    }
    for (i = 0; i < population->n_cells; i++) {
        if (left[i] != 0) {
            return false;
        }
    }
    return true;
}

static neuro_status_t
choose(neuro_population_t *population, neuro_block_function_t equal, neuro_block_function_t unheld,
       neuro_block_function_t each, int arithmetic, int ability)
{
    neuro_status_t status = check(population, arithmetic, ability);
    bool is_equal = true;
    uint32_t c;

    for (c = 0; c < CUBA_N_CONSTANTS; c++) {
        is_equal = is_equal && population->constants[c].is_scalar;
    }
    for (c = 0; c < CUBA_N_CONSTANTS && !is_equal && status == NEURO_OK; c++) {
        status = neuro_population_spread(population, c);
    }
    population->update = !is_equal ? each : is_never_held(population) ? unheld : equal;
    return status;
}

/* Only ternary compartments keep what their spikes carry. */
#define OWN_CUBA_PLAIN     .can_rest = true
#define OWN_CUBA_RESETTING .can_rest = false
#define OWN_CUBA_NOISY     .can_rest = false
#define OWN_CUBA_TERNARY   NEURO_LOIHI_GRADED_FUNCTIONS

#define DEFINE(id, arithmetic, ability, type, c_type)                                                        \
    static neuro_status_t choose_##id(neuro_population_t *population, neuro_isa_t isa)                       \
    {                                                                                                        \
        static const neuro_block_function_t equal[NEURO_N_ISA] =                                             \
            NEURO_VARIANT_TABLE(neuro_loihi_##id##_update_equal);                                            \
        static const neuro_block_function_t unheld[NEURO_N_ISA] =                                            \
            NEURO_VARIANT_TABLE(neuro_loihi_##id##_update_unheld);                                           \
        static const neuro_block_function_t each[NEURO_N_ISA] =                                              \
            NEURO_VARIANT_TABLE(neuro_loihi_##id##_update_each);                                             \
                                                                                                             \
        return choose(population, equal[isa], unheld[isa], each[isa], arithmetic, ability);                  \
    }                                                                                                        \
    const neuro_neuron_kernel_t neuro_loihi_##id = {                                                         \
        .name = #id,                                                                                         \
        .n_variables = sizeof variables_##ability##_##c_type / sizeof variables_##ability##_##c_type[0],     \
        .variables = variables_##ability##_##c_type,                                                         \
        .n_receptors = 1,                                                                                    \
        .ring_type = NEURO_I32,                                                                              \
        .n_constants = CUBA_N_CONSTANTS,                                                                     \
        .constant_type = NEURO_I32,                                                                          \
        .derive = derive_##ability,                                                                          \
        .current_constant = CUBA_C_BIAS,                                                                     \
        .select = choose_##id,                                                                               \
        .lists_spikes = true,                                                                                \
        OWN_##ability,                                                                                       \
    };
CUBA_KERNELS(DEFINE)

/* What PyNN's cells are given, in its units; kept as it was given. */
#define OF_PYNN                                                                                              \
    {"tau_m", NEURO_PARAMETER, NEURO_F64, 20.0}, {"cm", NEURO_PARAMETER, NEURO_F64, 1.0},                    \
        {"v_rest", NEURO_PARAMETER, NEURO_F64, -65.0}, {"v_reset", NEURO_PARAMETER, NEURO_F64, -65.0},       \
        {"v_thresh", NEURO_PARAMETER, NEURO_F64, -50.0}, {"tau_refrac", NEURO_PARAMETER, NEURO_F64, 0.1},    \
        {"tau_syn_E", NEURO_PARAMETER, NEURO_F64, 5.0}, {"tau_syn_I", NEURO_PARAMETER, NEURO_F64, 5.0},      \
    {                                                                                                        \
        "i_offset", NEURO_PARAMETER, NEURO_F64, 0.0                                                          \
    }

#define DEFINE_HOSTED(id, like, arithmetic, type)                                                            \
    static const neuro_variable_spec_t variables_##id[] = {COMMON(type), OF_PYNN};                           \
    const neuro_neuron_kernel_t neuro_loihi_##id = {                                                         \
        .name = #id,                                                                                         \
        .n_variables = sizeof variables_##id / sizeof variables_##id[0],                                     \
        .variables = variables_##id,                                                                         \
        .n_receptors = 1,                                                                                    \
        .ring_type = NEURO_I32,                                                                              \
        .n_constants = CUBA_N_CONSTANTS,                                                                     \
        .constant_type = NEURO_I32,                                                                          \
        .derive = derive_CUBA_PLAIN,                                                                         \
        .current_constant = CUBA_C_BIAS,                                                                     \
        .select = choose_##like,                                                                             \
        .lists_spikes = true,                                                                                \
        .can_rest = true,                                                                                    \
    };
CUBA_HOSTED_KERNELS(DEFINE_HOSTED)
