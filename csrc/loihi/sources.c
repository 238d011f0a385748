#include "loihi/sources.h"

#include "core/math.h"
#include "core/memory.h"
#include "core/random_inline.h"
#include "loihi/graded.h"

#include <string.h>

/* ---- random trains --------------------------------------------------------------------------- */

enum { POISSON_RATE, POISSON_START, POISSON_DURATION, POISSON_N };
enum {
    POISSON_C_BELOW, /* fires where the word is smaller */
    POISSON_C_FIRST, /* active in these steps: first <= step < end */
    POISSON_C_END,
    POISSON_N_CONSTANTS
};
enum { MOST_CELLS = 512 };

static const neuro_variable_spec_t poisson_variables[POISSON_N] = {
    [POISSON_RATE] = {"rate", NEURO_PARAMETER, NEURO_F64, 1.0},
    [POISSON_START] = {"start", NEURO_PARAMETER, NEURO_F64, 0.0},
    [POISSON_DURATION] = {"duration", NEURO_PARAMETER, NEURO_F64, 1e10},
};

/* The step nearest to a time (halves go up). */
static double
nearest_step(double time_ms, double dt_ms)
{
    const double steps = time_ms / dt_ms + 0.5;

    return steps >= 9e15 ? 9e15 : steps < 0.0 ? 0.0 : (double) (int64_t) steps;
}

static void
derive_poisson(const double *parameters, double dt_ms, double *constants)
{
    const double start = parameters[POISSON_START];

    constants[POISSON_C_BELOW] = (1.0 - neuro_exp(-parameters[POISSON_RATE] * dt_ms * 1e-3)) * 0x1p32;
    constants[POISSON_C_FIRST] = nearest_step(start, dt_ms);
    constants[POISSON_C_END] = nearest_step(start + parameters[POISSON_DURATION], dt_ms);
}

static void
update_poisson(const neuro_block_t *block)
{
    const neuro_population_t *population = block->population;
    const double *constants[POISSON_N_CONSTANTS];
    size_t stride[POISSON_N_CONSTANTS];
    const double step = (double) block->step;
    uint32_t words[MOST_CELLS];
    uint32_t c, i;

    for (c = 0; c < POISSON_N_CONSTANTS; c++) {
        stride[c] = !population->constants[c].is_scalar;
        constants[c] = NEURO_CONSTANT(population, c, double) + block->first * stride[c];
    }
    neuro_philox_block(population->network->seed, NEURO_PURPOSE_POISSON, population->id, block->first,
                       (uint64_t) block->step, block->count, words);
    for (i = 0; i < block->count; i++) {
        block->spiked[i] = (double) words[i] < constants[POISSON_C_BELOW][i * stride[POISSON_C_BELOW]] &&
                           step >= constants[POISSON_C_FIRST][i * stride[POISSON_C_FIRST]] &&
                           step < constants[POISSON_C_END][i * stride[POISSON_C_END]];
    }
}

static neuro_status_t
select_poisson(neuro_population_t *population, neuro_isa_t isa)
{
    const neuro_variable_t *rate = &population->variables[POISSON_RATE];
    uint32_t i;

    (void) isa;
    for (i = 0; i < (rate->is_scalar ? 1 : population->n_cells); i++) {
        if (!(((const double *) rate->data)[i] >= 0.0)) {
            return neuro_fail(&population->network->error, NEURO_ERR_VALUE,
                              "rate %g Hz of cell %u of a Poisson source; it must be at least 0",
                              ((const double *) rate->data)[i], i);
        }
    }
    population->update = update_poisson;
    return NEURO_OK;
}

const neuro_neuron_kernel_t neuro_loihi_spike_source_poisson = {
    .name = "spike_source_poisson",
    .n_variables = POISSON_N,
    .variables = poisson_variables,
    .ring_type = NEURO_I32,
    .n_constants = POISSON_N_CONSTANTS,
    .constant_type = NEURO_F64,
    .derive = derive_poisson,
    .current_constant = -1,
    .select = select_poisson,
};

/* ---- given numbers --------------------------------------------------------------------------- */

typedef struct {
    neuro_loihi_graded_t graded; /* the head: what neuro_loihi_payloads reads */
    uint64_t *offsets;           /* n_cells + 1; NULL: nothing is sent */
    int32_t *values;
} lists_t;

static const neuro_variable_spec_t source_variables[] = {{"payload", NEURO_STATE, NEURO_I32, 0.0}};
static const char *const source_lists[] = {"payloads"};

static neuro_status_t
init_source(neuro_population_t *population)
{
    population->own = neuro_alloc(1, sizeof(lists_t));
    return population->own == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
}

static void
free_source(neuro_population_t *population)
{
    lists_t *own = population->own;

    if (own != NULL) {
        neuro_release(own->offsets);
        neuro_release(own->values);
    }
    neuro_loihi_graded_free(population);
}

static neuro_status_t
set_payloads(neuro_population_t *population, uint32_t list, const uint64_t *offsets, const double *values)
{
    const uint64_t n_values = offsets[population->n_cells],
                   misfit = neuro_type_misfit(NEURO_I32, values, n_values);
    lists_t *own = population->own;
    uint64_t *new_offsets;
    int32_t *new_values;
    uint64_t i;

    (void) list;
    for (i = 0; i < n_values && misfit == n_values && values[i] == (double) (int32_t) values[i]; i++) {
    }
    if (misfit < n_values || i < n_values) {
        return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                          "a payload of population %u is %g; payloads are whole numbers of 32 bits",
                          population->id, values[misfit < n_values ? misfit : i]);
    }
    new_offsets = neuro_alloc((size_t) population->n_cells + 1, sizeof *new_offsets);
    new_values = neuro_alloc((size_t) n_values, sizeof *new_values);
    if (new_offsets == NULL || new_values == NULL) {
        neuro_release(new_offsets);
        neuro_release(new_values);
        return NEURO_ERR_MEMORY;
    }
    memcpy(new_offsets, offsets, ((size_t) population->n_cells + 1) * sizeof *new_offsets);
    for (i = 0; i < n_values; i++) {
        new_values[i] = (int32_t) values[i];
    }
    neuro_release(own->offsets);
    neuro_release(own->values);
    own->offsets = new_offsets;
    own->values = new_values;
    return NEURO_OK;
}

static void
update_source(const neuro_block_t *block)
{
    const lists_t *own = block->population->own;
    int32_t *payload = NEURO_DATA(block->population, 0, int32_t) + block->first;
    uint32_t i;

    for (i = 0; i < block->count; i++) {
        const uint64_t *offset = own->offsets == NULL ? NULL : own->offsets + block->first + i;

        payload[i] = offset != NULL && (uint64_t) block->step < offset[1] - offset[0]
                         ? own->values[offset[0] + (uint64_t) block->step]
                         : 0;
        block->spiked[i] = payload[i] != 0;
    }
    neuro_loihi_keep_payloads(block, payload);
}

static neuro_status_t
select_source(neuro_population_t *population, neuro_isa_t isa)
{
    (void) isa;
    population->update = update_source;
    return NEURO_OK;
}

const neuro_neuron_kernel_t neuro_loihi_graded_source = {
    .name = "graded_source",
    .n_variables = 1,
    .variables = source_variables,
    .ring_type = NEURO_I32,
    .constant_type = NEURO_I32,
    .current_constant = -1,
    .n_lists = 1,
    .lists = source_lists,
    .set_list = set_payloads,
    .init = init_source,
    .make_room = neuro_loihi_graded_make_room,
    .free = free_source,
    .reset = neuro_loihi_graded_reset,
    .select = select_source,
};
