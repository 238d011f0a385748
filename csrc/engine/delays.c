/* How the delays of a projection are kept: a part before the sweep of a row, a part in the ring. */
#include "core/memory.h"
#include "engine/network.h"

#include <string.h>

bool
neuro_projection_splits_delays(const neuro_synapse_kernel_t *kernel)
{
    return kernel->dendritic_rule >= 0 || kernel->axonal_steps != NULL;
}

int32_t
neuro_projection_axonal_share(const neuro_projection_t *projection, uint32_t total)
{
    const neuro_synapse_kernel_t *kernel = projection->kernel;
    double share;
    int32_t axonal;

    if (kernel->axonal_steps != NULL) {
        return (int32_t) kernel->axonal_steps(projection, total);
    }
    if (kernel->dendritic_rule < 0) {
        return 0;
    }
    share = projection->rules[kernel->dendritic_rule];
    if (share <= 0.0) {
        return (int32_t) total - 1; /* swept one step before the arrival, with one step in the ring */
    }
    axonal = (int32_t) ((double) total * (1.0 - share) + 0.5);
    return axonal < (int32_t) total ? axonal : (int32_t) total - 1;
}

/* Smallest and largest value of the delay column, also of synapses that may come. The rows are not spread. */
static void
delay_range(const neuro_projection_t *projection, uint32_t *low, uint32_t *high)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *column = &rows->columns[NEURO_DELAY];
    const uint64_t n = column->is_scalar ? (rows->n_synapses > 0) : rows->n_synapses;
    uint32_t total;
    uint64_t i;

    *low = UINT32_MAX;
    *high = 0;
    for (i = 0; i < n; i++) {
        const uint32_t delay = (uint32_t) neuro_value_get(column->data, column->type, (size_t) i);

        *low = delay < *low ? delay : *low;
        *high = delay > *high ? delay : *high;
    }
    for (total = projection->low_delay; projection->capacity > 0 && total <= projection->high_delay;
         total++) {
        const uint32_t delay = projection->is_split
                                   ? total - (uint32_t) neuro_projection_axonal_share(projection, total)
                                   : total;

        *low = delay < *low ? delay : *low;
        *high = delay > *high ? delay : *high;
    }
}

/* Sort the rows by shift; the initial weights travel with their synapses. */
static neuro_status_t
set_shifts(neuro_projection_t *projection, uint32_t n_shifts, const int32_t *shifts, const uint16_t *shift_of)
{
    neuro_rows_t *rows = &projection->rows;
    const bool has_initial = projection->initial_weight.data != NULL && !projection->initial_weight.is_scalar;
    neuro_status_t status;

    if (has_initial) {
        rows->columns[rows->n_columns++] = projection->initial_weight;
    }
    status = neuro_rows_set_shifts(rows, n_shifts, shifts, shift_of);
    if (has_initial) {
        projection->initial_weight = rows->columns[--rows->n_columns];
        memset(&rows->columns[rows->n_columns], 0, sizeof rows->columns[0]);
    }
    return status;
}

/* Split the delays into the part before the sweep (a shift of the row) and the part in the ring. */
static neuro_status_t
split_delays(neuro_projection_t *projection)
{
    neuro_rows_t *rows = &projection->rows;
    neuro_column_t *column = &rows->columns[NEURO_DELAY];
    uint16_t *shift_of = NULL, *shift_index = NULL;
    int32_t *shifts = NULL;
    uint32_t low, high, n_shifts = 0, total, row;
    neuro_status_t status = NEURO_ERR_MEMORY;
    uint64_t begin, end, i;

    delay_range(projection, &low, &high);
    projection->sweeps_before_arrival = projection->kernel->dendritic_rule >= 0 &&
                                        projection->rules[projection->kernel->dendritic_rule] <= 0.0;
    if (rows->n_synapses == 0 && projection->capacity == 0) {
        return NEURO_OK;
    }
    if (column->is_scalar && low != high && neuro_column_expand(rows, NEURO_DELAY) != NEURO_OK) {
        return NEURO_ERR_MEMORY;
    }
    if (column->is_scalar) {
        const int32_t axonal = neuro_projection_axonal_share(projection, low);

        status = set_shifts(projection, 1, &axonal, NULL);
        if (status == NEURO_OK) {
            neuro_value_set(column->data, column->type, 0, (double) low - (double) axonal);
        }
        return status;
    }
    shift_index = neuro_alloc((size_t) high + 1, sizeof *shift_index);
    shifts = neuro_alloc((size_t) high + 1, sizeof *shifts);
    shift_of = neuro_alloc((size_t) rows->n_synapses, sizeof *shift_of);
    if (shift_index == NULL || shifts == NULL || shift_of == NULL) {
        goto out;
    }
    for (i = 0; i < rows->n_synapses; i++) {
        shift_index[neuro_projection_axonal_share(projection, (uint32_t) neuro_column_get(column, i))] = 1;
    }
    for (total = projection->low_delay; projection->capacity > 0 && total <= projection->high_delay;
         total++) {
        shift_index[neuro_projection_axonal_share(projection, total)] = 1;
    }
    for (total = 0; total <= high; total++) {
        if (shift_index[total]) {
            shifts[n_shifts] = (int32_t) total;
            shift_index[total] = (uint16_t) n_shifts++;
        }
    }
    for (i = 0; i < rows->n_synapses; i++) {
        shift_of[i] =
            shift_index[neuro_projection_axonal_share(projection, (uint32_t) neuro_column_get(column, i))];
    }
    status = set_shifts(projection, n_shifts, shifts, shift_of);
    if (status != NEURO_OK) {
        goto out;
    }
    for (row = 0; row < neuro_rows_count(rows); row++) { /* in place: nothing may fail from here on */
        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++) {
            neuro_value_set(column->data, column->type, (size_t) i,
                            neuro_column_get(column, i) - (double) rows->shifts[row / rows->n_pre]);
        }
    }
out:
    neuro_release(shift_index);
    neuro_release(shifts);
    neuro_release(shift_of);
    return status;
}

/* One value where all delays in the ring are equal. */
static neuro_status_t
fold_delays(neuro_projection_t *projection)
{
    neuro_rows_t *rows = &projection->rows;
    uint32_t low, high;
    double one;

    delay_range(projection, &low, &high);
    if (rows->columns[NEURO_DELAY].is_scalar || low != high) {
        return NEURO_OK;
    }
    one = (double) low;
    return neuro_column_set(rows, NEURO_DELAY, &one, 1, true);
}

neuro_status_t
neuro_projection_set_delays(neuro_projection_t *projection, const double *steps, uint64_t n)
{
    const int32_t no_shift = 0;
    neuro_rows_t *rows = &projection->rows;
    neuro_column_t *column = &rows->columns[NEURO_DELAY];
    const neuro_column_t before = *column;
    neuro_status_t status;

    if (projection->capacity > 0) { /* given back when the next run begins */
        neuro_rows_compact(rows);
        projection->is_ready = false;
    }
    column->data = neuro_alloc(1, sizeof(double));
    column->type = NEURO_U16;
    column->is_scalar = true;
    status = column->data == NULL ? NEURO_ERR_MEMORY : neuro_column_set(rows, NEURO_DELAY, steps, n, true);
    if (status == NEURO_OK) {
        status = set_shifts(projection, 1, &no_shift, NULL);
    }
    if (status != NEURO_OK) {
        neuro_release(column->data);
        *column = before;
        return status;
    }
    neuro_release(before.data);
    projection->is_split = false;
    projection->is_ready = false;
    return NEURO_OK;
}

/* One byte a delay where that is enough. */
static neuro_status_t
pack_delays(neuro_projection_t *projection)
{
    neuro_column_t *column = &projection->rows.columns[NEURO_DELAY];
    uint8_t *packed;
    uint64_t i;

    if (column->is_scalar || column->type == NEURO_U8 || projection->max_ring_delay > 255) {
        return NEURO_OK;
    }
    packed = neuro_alloc((size_t) projection->rows.n_synapses, 1);
    if (packed == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < projection->rows.n_synapses; i++) {
        packed[i] = (uint8_t) ((const uint16_t *) column->data)[i];
    }
    neuro_release(column->data);
    column->data = packed;
    column->type = NEURO_U8;
    return NEURO_OK;
}

neuro_status_t
neuro_projection_prepare_delays(neuro_projection_t *projection)
{
    neuro_status_t status = NEURO_OK;

    if (neuro_projection_splits_delays(projection->kernel) && !projection->is_split) {
        status = split_delays(projection);
        projection->is_split = status == NEURO_OK;
    }
    if (status == NEURO_OK) {
        status = fold_delays(projection);
    }
    if (status == NEURO_OK) {
        delay_range(projection, &projection->min_ring_delay, &projection->max_ring_delay);
        status = pack_delays(projection);
    }
    return status;
}
