/* Projections whose synapses come and go: adding, finding, and what a reset restores. */
#include "core/memory.h"
#include "engine/network.h"

static void
release(neuro_connectivity_t *initial)
{
    uint32_t c;

    if (initial == NULL) {
        return;
    }
    neuro_release(initial->pre);
    neuro_release(initial->post);
    for (c = 0; c < NEURO_MAX_COLUMNS; c++) {
        neuro_release(initial->columns[c]);
    }
    neuro_release(initial);
}

void
neuro_projection_forget_initial(neuro_projection_t *projection)
{
    release(projection->initial);
    projection->initial = NULL;
}

neuro_status_t
neuro_projection_keep_initial(neuro_projection_t *projection)
{
    const neuro_rows_t *rows = &projection->rows;
    neuro_connectivity_t *initial = neuro_alloc(1, sizeof *initial);
    uint64_t begin, end, i, k = 0;
    uint32_t row, c;

    if (initial == NULL) {
        return NEURO_ERR_MEMORY;
    }
    initial->n = rows->n_synapses;
    initial->pre = neuro_alloc((size_t) initial->n, sizeof *initial->pre);
    initial->post = neuro_alloc((size_t) initial->n, sizeof *initial->post);
    if (initial->pre == NULL || initial->post == NULL) {
        goto fail;
    }
    for (c = 0; c < rows->n_columns; c++) {
        initial->columns[c] = neuro_alloc((size_t) initial->n, sizeof *initial->columns[c]);
        if (initial->columns[c] == NULL) {
            goto fail;
        }
    }
    neuro_rows_pairs(rows, initial->pre, initial->post);
    for (row = 0; row < neuro_rows_count(rows); row++) {
        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++, k++) {
            for (c = 0; c < rows->n_columns; c++) {
                initial->columns[c][k] = neuro_column_get(&rows->columns[c], i);
            }
            initial->columns[NEURO_DELAY][k] += (double) rows->shifts[row / rows->n_pre];
        }
    }
    neuro_projection_forget_initial(projection);
    projection->initial = initial;
    return NEURO_OK;
fail:
    release(initial);
    return NEURO_ERR_MEMORY;
}

neuro_status_t
neuro_projection_restore_initial(neuro_projection_t *projection)
{
    const neuro_connectivity_t *initial = projection->initial;
    neuro_rows_t *rows = &projection->rows;
    uint64_t *order = neuro_alloc((size_t) initial->n, sizeof *order);
    double *sorted = neuro_alloc((size_t) initial->n, sizeof *sorted);
    const int32_t no_shift = 0;
    neuro_status_t status = NEURO_ERR_MEMORY;
    uint64_t i;
    uint32_t c;

    projection->is_ready = false;
    projection->is_split = false;
    projection->network->is_ready = false;
    if (order != NULL && sorted != NULL) {
        neuro_rows_clear(rows);
        status = neuro_rows_set_shifts(rows, 1, &no_shift, NULL);
    }
    if (status == NEURO_OK) {
        rows->columns[NEURO_DELAY].type = NEURO_U16;
        status = neuro_rows_from_pairs(rows, initial->n, initial->pre, initial->post, order);
    }
    for (c = 0; c < rows->n_columns && status == NEURO_OK; c++) {
        for (i = 0; i < initial->n; i++) { /* a column that came later begins as the kernel says */
            sorted[order[i]] = initial->columns[c] != NULL ? initial->columns[c][i]
                                                           : projection->kernel->columns[c - 2].default_value;
        }
        status = neuro_column_set(rows, c, sorted, initial->n, true);
    }
    neuro_release(order);
    neuro_release(sorted);
    return status == NEURO_OK ? status
                              : neuro_fail(&projection->network->error, status,
                                           "no memory to restore the %llu first synapses of projection %u",
                                           (unsigned long long) initial->n, projection->id);
}

bool
neuro_projection_find(const neuro_projection_t *projection, uint32_t pre, uint32_t post, uint32_t *row,
                      uint64_t *synapse)
{
    const neuro_rows_t *rows = &projection->rows;

    for (*row = pre; *row < neuro_rows_count(rows); *row += rows->n_pre) {
        if (neuro_rows_find(rows, *row, post, synapse)) {
            return true;
        }
    }
    return false;
}

bool
neuro_projection_add(neuro_projection_t *projection, uint32_t pre, uint32_t post, double weight,
                     uint32_t delay_steps)
{
    const neuro_synapse_kernel_t *kernel = projection->kernel;
    neuro_rows_t *rows = &projection->rows;
    neuro_column_t *columns = rows->columns;
    const int32_t axonal = neuro_projection_axonal_share(projection, delay_steps);
    uint64_t synapse;
    uint32_t row = pre, c;

    while (rows->shifts[row / rows->n_pre] != axonal) { /* there is one for each delay that may come */
        row += rows->n_pre;
    }
    if (!neuro_rows_insert(rows, row, post, &synapse)) {
        projection->tallies.of_thread[0].counters.value[NEURO_COUNT_FULL_ROWS]++;
        return false;
    }
    neuro_value_set(columns[NEURO_WEIGHT].data, columns[NEURO_WEIGHT].type, (size_t) synapse, weight);
    if (!columns[NEURO_DELAY].is_scalar) {
        neuro_value_set(columns[NEURO_DELAY].data, columns[NEURO_DELAY].type, (size_t) synapse,
                        (double) delay_steps - (double) axonal);
    }
    for (c = 0; c < kernel->n_columns; c++) {
        neuro_value_set(columns[2 + c].data, columns[2 + c].type, (size_t) synapse,
                        kernel->columns[c].default_value);
    }
    if (kernel->begin != NULL) {
        kernel->begin(projection, row, synapse, projection->network->step - 1);
    }
    return true;
}
