#include "loihi/sigma_delta.h"

#include "core/fixed.h"
#include "engine/network.h"
#include "loihi/graded.h"

/* Parameters and their ranges; states have none. Exponents of more bits would leave nothing of a number of 24
 * bits. */
typedef struct {
    uint32_t variable;
    int32_t low, high;
} range_t;

enum { MOST_EXP = 23, MOST_VALUE = (1 << 23) - 1 };

#define SD_STATES                                                                                            \
    [GRADED_PAYLOAD] = {"payload", NEURO_STATE, NEURO_I32, 0.0},                                             \
    [SD_SIGMA] = {"sigma", NEURO_STATE, NEURO_I32, 0.0}, [SD_ACT] = {"act", NEURO_STATE, NEURO_I32, 0.0},    \
    [SD_RESIDUE] = {"residue", NEURO_STATE, NEURO_I32, 0.0},                                                 \
    [SD_ERROR] = {"error", NEURO_STATE, NEURO_I32, 0.0}

/* Defaults are Lava's. */
static const neuro_variable_spec_t sigma_delta_variables[SD_N_VARIABLES] = {
    SD_STATES,
    [SD_VTH] = {"vth", NEURO_PARAMETER, NEURO_I32, 1.0},
    [SD_BIAS] = {"bias", NEURO_PARAMETER, NEURO_I32, 0.0},
    [SD_SPIKE_EXP] = {"spike_exp", NEURO_PARAMETER, NEURO_I32, 0.0},
    [SD_STATE_EXP] = {"state_exp", NEURO_PARAMETER, NEURO_I32, 0.0},
    [SD_CUM_ERROR] = {"cum_error", NEURO_PARAMETER, NEURO_I32, 0.0},
    [SD_ACT_MODE] = {"act_mode", NEURO_PARAMETER, NEURO_I32, 0.0},
    [SD_EXACT] = {"exact", NEURO_PARAMETER, NEURO_I32, 0.0},
};
static const range_t sigma_delta_ranges[] = {
    {SD_VTH, 0, MOST_VALUE},
    {SD_BIAS, -MOST_VALUE, MOST_VALUE},
    {SD_SPIKE_EXP, 0, MOST_EXP},
    {SD_STATE_EXP, 0, 7},
    {SD_CUM_ERROR, 0, 1},
    {SD_ACT_MODE, 0, 1},
    {SD_EXACT, 0, 1},
};

/* A delta encoder has the same variables less those of its sum. */
#define delta_variables sigma_delta_variables
#define delta_ranges    sigma_delta_ranges

static const neuro_variable_spec_t sigma_variables[SIGMA_N_VARIABLES] = {
    [GRADED_PAYLOAD] = {"payload", NEURO_STATE, NEURO_I32, 0.0},
    [SIGMA_SIGMA] = {"sigma", NEURO_STATE, NEURO_I32, 0.0},
};
static const range_t sigma_ranges[] = {{0, INT32_MIN, INT32_MAX}};

static const neuro_variable_spec_t graded_vec_variables[VEC_N_VARIABLES] = {
    [GRADED_PAYLOAD] = {"payload", NEURO_STATE, NEURO_I32, 0.0},
    [VEC_VTH] = {"vth", NEURO_PARAMETER, NEURO_I32, 1.0},
};
static const range_t graded_vec_ranges[] = {{VEC_VTH, 0, MOST_VALUE}};
#define graded_relu_vec_variables graded_vec_variables
#define graded_relu_vec_ranges    graded_vec_ranges

static const neuro_variable_spec_t prod_neuron_variables[PROD_N_VARIABLES] = {
    [GRADED_PAYLOAD] = {"payload", NEURO_STATE, NEURO_I32, 0.0},
    [VEC_VTH] = {"vth", NEURO_PARAMETER, NEURO_I32, 1.0},
    [PROD_EXP] = {"exp", NEURO_PARAMETER, NEURO_I32, 0.0},
};
static const range_t prod_neuron_ranges[] = {{VEC_VTH, 0, MOST_VALUE}, {PROD_EXP, 0, MOST_EXP}};

static void
derive_sigma_delta(const double *parameters, double dt_ms, double *constants)
{
    const uint32_t shift = (uint32_t) parameters[SD_SPIKE_EXP] + (uint32_t) parameters[SD_STATE_EXP];

    (void) dt_ms;
    constants[SD_C_VTH] = neuro_shift_left_wrap_i32((int32_t) parameters[SD_VTH], shift);
    constants[SD_C_BIAS] = neuro_shift_left_wrap_i32((int32_t) parameters[SD_BIAS], shift);
    constants[SD_C_SHIFT] = shift;
    constants[SD_C_STATE_EXP] = parameters[SD_STATE_EXP];
    constants[SD_C_CUM_ERROR] = parameters[SD_CUM_ERROR];
    constants[SD_C_ACT_MODE] = parameters[SD_ACT_MODE];
    constants[SD_C_EXACT] = parameters[SD_EXACT];
}
#define derive_delta derive_sigma_delta

static void
derive_prod_neuron(const double *parameters, double dt_ms, double *constants)
{
    (void) dt_ms;
    constants[VEC_C_VTH] = parameters[VEC_VTH];
    constants[VEC_C_EXP] = parameters[PROD_EXP];
}

static void
derive_graded_vec(const double *parameters, double dt_ms, double *constants)
{
    (void) dt_ms;
    constants[VEC_C_VTH] = parameters[VEC_VTH];
}
#define derive_graded_relu_vec derive_graded_vec
#define derive_sigma           NULL

static neuro_status_t
check(neuro_population_t *population, const range_t *ranges, size_t n_ranges)
{
    size_t r;

    for (r = 0; r < n_ranges; r++) {
        const neuro_variable_t *variable = &population->variables[ranges[r].variable];
        const uint32_t n = variable->is_scalar ? 1 : population->n_cells;
        uint32_t i;

        for (i = 0; i < n && variable->spec->role == NEURO_PARAMETER; i++) {
            const double value = neuro_value_get(variable->data, variable->type, i);

            if (!(value >= ranges[r].low && value <= ranges[r].high)) {
                return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                                  "\"%s\" of cell %u of population %u is %g; kernel \"%s\" takes %d..%d",
                                  variable->spec->name, i, population->id, value, population->kernel->name,
                                  ranges[r].low, ranges[r].high);
            }
        }
    }
    return NEURO_OK;
}

static neuro_status_t
choose(neuro_population_t *population, neuro_block_function_t equal, neuro_block_function_t each)
{
    neuro_status_t status = NEURO_OK;
    bool is_equal = true;
    uint32_t c;

    for (c = 0; c < population->n_constants; c++) {
        is_equal = is_equal && population->constants[c].is_scalar;
    }
    for (c = 0; c < population->n_constants && !is_equal && status == NEURO_OK; c++) {
        status = neuro_population_spread(population, c);
    }
    population->update = is_equal ? equal : each;
    return status;
}

#define N_CONSTANTS_delta           SD_N_CONSTANTS
#define N_CONSTANTS_sigma_delta     SD_N_CONSTANTS
#define N_CONSTANTS_sigma           0
#define N_CONSTANTS_graded_vec      1
#define N_CONSTANTS_graded_relu_vec 1
#define N_CONSTANTS_prod_neuron     VEC_N_CONSTANTS
#define N_INPUTS_delta              1
#define N_INPUTS_sigma_delta        1
#define N_INPUTS_sigma              1
#define N_INPUTS_graded_vec         1
#define N_INPUTS_graded_relu_vec    1
#define N_INPUTS_prod_neuron        2

#define DEFINE(id)                                                                                           \
    static neuro_status_t choose_##id(neuro_population_t *population, neuro_isa_t isa)                       \
    {                                                                                                        \
        static const neuro_block_function_t equal[NEURO_N_ISA] =                                             \
            NEURO_VARIANT_TABLE(neuro_loihi_##id##_update_equal);                                            \
        static const neuro_block_function_t each[NEURO_N_ISA] =                                              \
            NEURO_VARIANT_TABLE(neuro_loihi_##id##_update_each);                                             \
        const neuro_status_t status =                                                                        \
            check(population, id##_ranges, sizeof id##_ranges / sizeof id##_ranges[0]);                      \
                                                                                                             \
        return status != NEURO_OK ? status : choose(population, equal[isa], each[isa]);                      \
    }                                                                                                        \
    const neuro_neuron_kernel_t neuro_loihi_##id = {                                                         \
        .name = #id,                                                                                         \
        .n_variables = sizeof id##_variables / sizeof id##_variables[0],                                     \
        .variables = id##_variables,                                                                         \
        .n_receptors = N_INPUTS_##id,                                                                        \
        .ring_type = NEURO_I32,                                                                              \
        .n_constants = N_CONSTANTS_##id,                                                                     \
        .constant_type = NEURO_I32,                                                                          \
        .derive = derive_##id,                                                                               \
        .current_constant = -1,                                                                              \
        .select = choose_##id,                                                                               \
        NEURO_LOIHI_GRADED_FUNCTIONS,                                                                        \
    };
SIGMA_DELTA_KERNELS(DEFINE)
