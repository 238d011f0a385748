#include "exact/stochastic.h"

#include "core/memory.h"
#include "core/random_inline.h"
#include "exact/exact.h"

#include <string.h>

static const neuro_stochastic_kernels_t *const variants[NEURO_N_ISA] =
    NEURO_VARIANT_TABLE(&neuro_stochastic_kernels);

static bool
has_sites(const neuro_projection_t *projection)
{
    return projection->kernel != &neuro_exact_simple_stochastic;
}

/* Values of one column within low..high (high < 0: no limit), whole if asked. */
static neuro_status_t
check_column(neuro_projection_t *projection, uint32_t c, double low, double high, bool is_whole,
             const char *demand)
{
    const neuro_rows_t *rows = &projection->rows;
    const uint64_t n = rows->columns[c].is_scalar ? (rows->n_synapses > 0) : rows->n_synapses;
    uint64_t i;

    for (i = 0; i < n; i++) {
        const double value = neuro_column_get(&rows->columns[c], i);

        if (!(value >= low && (high < 0.0 || value <= high)) ||
            (is_whole && value != (double) (uint64_t) value)) {
            return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "%s = %g; it must be %s",
                              projection->kernel->columns[c - 2].name, value, demand);
        }
    }
    return NEURO_OK;
}

static neuro_status_t
check(neuro_projection_t *projection)
{
    neuro_status_t status;

    if (!has_sites(projection)) {
        return check_column(projection, SIMPLE_P, 0.0, 1.0, false, "within 0..1");
    }
    status = check_column(projection, QUANTAL_U, 0.0, 1.0, false, "within 0..1");
    if (status == NEURO_OK) {
        status = check_column(projection, QUANTAL_TAU_REC, 0.0, -1.0, false, "a time of at least 0 ms");
    }
    if (status == NEURO_OK) {
        status = check_column(projection, QUANTAL_TAU_FACIL, 0.0, -1.0, false, "a time of at least 0 ms");
    }
    if (status == NEURO_OK) {
        status = check_column(projection, QUANTAL_FIRST_U, 0.0, 1.0, false, "within 0..1");
    }
    if (status == NEURO_OK) {
        status = check_column(projection, QUANTAL_FIRST_FULL, 0.0, NEURO_MOST_SITES, true,
                              "a whole number within 0..255");
    }
    if (status == NEURO_OK && projection->kernel == &neuro_exact_multi_quantal) {
        status =
            check_column(projection, QUANTAL_N, 1.0, NEURO_MOST_SITES, true, "a whole number within 1..255");
    }
    return status;
}

static size_t
n_of_u(const neuro_projection_t *projection, const neuro_stochastic_t *own)
{
    return own->is_by_row ? (size_t) own->n_parts * own->n_rows : (size_t) projection->rows.n_synapses;
}

static uint8_t
n_sites_of(const neuro_projection_t *projection, const neuro_stochastic_t *own, uint64_t synapse)
{
    return own->is_single_site ? 1
                               : (uint8_t) neuro_column_get(&projection->rows.columns[QUANTAL_N], synapse);
}

/* As at time 0, in this step. */
static void
start(neuro_projection_t *projection, neuro_step_t step)
{
    neuro_stochastic_t *own = projection->own;
    const neuro_column_t *columns = projection->rows.columns;
    size_t i;

    if (own == NULL || !has_sites(projection)) {
        return;
    }
    for (i = 0; i < n_of_u(projection, own); i++) {
        own->u[i] = neuro_column_get(&columns[QUANTAL_FIRST_U], own->is_by_row ? 0 : i);
    }
    for (i = 0; i < (size_t) projection->rows.n_synapses; i++) {
        const uint8_t n_sites = n_sites_of(projection, own, i);
        const uint8_t n_full = (uint8_t) neuro_column_get(&columns[QUANTAL_FIRST_FULL], i);

        own->n_empty[i] = n_full < n_sites ? (uint8_t) (n_sites - n_full) : 0;
    }
    for (i = 0; i < (size_t) own->n_parts * own->n_rows; i++) {
        own->last_event[i] = step;
    }
}

static void
reset(neuro_projection_t *projection)
{
    start(projection, 0);
}

static void
release(neuro_stochastic_t *own)
{
    if (own != NULL) {
        neuro_release(own->last_event);
        neuro_release(own->u);
        neuro_release(own->n_empty);
        neuro_release(own);
    }
}

static void
free_own(neuro_projection_t *projection)
{
    release(projection->own);
    projection->own = NULL;
}

/* What was known of the rows; every part of a row has the same history. */
static void
take_over(const neuro_projection_t *projection, neuro_stochastic_t *own, const neuro_stochastic_t *before)
{
    const neuro_rows_t *rows = &projection->rows;
    uint32_t part, row;
    uint64_t i;

    memcpy(own->n_empty, before->n_empty, (size_t) rows->n_synapses);
    for (part = 0; part < own->n_parts; part++) {
        memcpy(own->last_event + (size_t) part * own->n_rows, before->last_event,
               own->n_rows * sizeof *own->last_event);
    }
    for (row = 0; row < own->n_rows; row++) {
        const uint64_t begin = rows->layout == NEURO_DENSE ? (uint64_t) row * rows->n_post : rows->start[row];
        const uint64_t end = rows->layout == NEURO_DENSE ? begin + rows->n_post : rows->start[row + 1];

        if (own->is_by_row) {
            for (part = 0; part < own->n_parts; part++) {
                own->u[(size_t) part * own->n_rows + row] = before->is_by_row ? before->u[row]
                                                            : begin < end     ? before->u[begin]
                                                                              : 0.0;
            }
            continue;
        }
        for (i = begin; i < end; i++) {
            own->u[i] = before->is_by_row ? before->u[row] : before->u[i];
        }
    }
    for (i = 0; !own->is_single_site && i < rows->n_synapses; i++) { /* the sites may have become fewer */
        const uint8_t n_sites = n_sites_of(projection, own, i);

        own->n_empty[i] = own->n_empty[i] < n_sites ? own->n_empty[i] : n_sites;
    }
}

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const neuro_rows_t *rows = &projection->rows;
    const int real = projection->network->real == NEURO_F64 ? 0 : 1;
    neuro_stochastic_t *before = projection->own;
    neuro_stochastic_t *own;
    const neuro_status_t status = check(projection);

    if (status != NEURO_OK) {
        return status;
    }
    own = neuro_alloc(1, sizeof *own);
    if (own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    own->key = neuro_philox_key(projection->network->seed, NEURO_PURPOSE_SYNAPSE, projection->id);
    own->n_rows = neuro_rows_count(rows);
    own->n_parts = rows->n_parts;
    projection->sweep = variants[isa]->simple[real];
    if (has_sites(projection)) {
        own->is_by_row = rows->columns[QUANTAL_U].is_scalar && rows->columns[QUANTAL_TAU_FACIL].is_scalar &&
                         rows->columns[QUANTAL_FIRST_U].is_scalar;
        own->is_single_site = projection->kernel != &neuro_exact_multi_quantal;
        own->last_event = neuro_alloc((size_t) own->n_parts * own->n_rows, sizeof *own->last_event);
        own->u = neuro_alloc(n_of_u(projection, own), sizeof *own->u);
        own->n_empty = neuro_alloc((size_t) rows->n_synapses, 1);
        if (own->last_event == NULL || own->u == NULL || own->n_empty == NULL) {
            release(own);
            return NEURO_ERR_MEMORY;
        }
        projection->sweep = variants[isa]->quantal[real];
    }
    projection->own = own;
    start(projection, projection->network->step > 0 ? projection->network->step - 1 : 0);
    if (has_sites(projection) && before != NULL && before->n_rows == own->n_rows &&
        projection->network->step > 0) {
        take_over(projection, own, before);
    }
    release(before);
    return NEURO_OK;
}

static const neuro_column_spec_t simple_columns[] = {
    {"p", NEURO_F64, 0.5, true},
};

/* PyNN's defaults. */
static const neuro_column_spec_t single_columns[] = {
    {"U", NEURO_F64, 0.5, true},
    {"tau_rec", NEURO_F64, 100.0, true},
    {"tau_facil", NEURO_F64, 0.0, true},
    /* at time 0 */
    {"u", NEURO_F64, 0.0, true},
    {"R", NEURO_F64, 1.0, true},
};

static const neuro_column_spec_t quantal_columns[] = {
    {"U", NEURO_F64, 0.5, true},
    {"tau_rec", NEURO_F64, 800.0, true},
    {"tau_facil", NEURO_F64, 0.0, true},
    /* at time 0; more full sites than there are: all of them */
    {"u", NEURO_F64, 0.0, true},
    {"a", NEURO_F64, NEURO_MOST_SITES, true},
    {"n", NEURO_F64, 1.0, true},
};

#define KERNEL(its_name, its_columns)                                                                        \
    {                                                                                                        \
        .name = its_name, .weight_type = NEURO_REAL,                                                         \
        .n_columns = sizeof its_columns / sizeof its_columns[0], .columns = its_columns,                     \
        .dendritic_rule = -1, .prepare = prepare, .free = free_own, .reset = reset,                          \
    }

const neuro_synapse_kernel_t neuro_exact_simple_stochastic = KERNEL("simple_stochastic", simple_columns);
const neuro_synapse_kernel_t neuro_exact_stochastic_tsodyks_markram =
    KERNEL("stochastic_tsodyks_markram", single_columns);
const neuro_synapse_kernel_t neuro_exact_multi_quantal = KERNEL("multi_quantal", quantal_columns);
