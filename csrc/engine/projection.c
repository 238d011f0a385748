#include "core/memory.h"
#include "engine/network.h"
#include "engine/normalize.h"

#include <math.h>
#include <string.h>

static const neuro_synapse_kernel_t *
find_kernel(const neuro_platform_t *platform, const char *name)
{
    uint32_t i;

    for (i = 0; i < platform->n_synapses; i++) {
        if (strcmp(platform->synapses[i]->name, name) == 0) {
            return platform->synapses[i];
        }
    }
    return NULL;
}

neuro_status_t
neuro_projection_create(neuro_network_t *network, neuro_population_t *pre, neuro_population_t *post,
                        uint32_t receptor, const char *kernel_name, neuro_projection_t **out)
{
    const neuro_synapse_kernel_t *kernel = find_kernel(network->platform, kernel_name);
    neuro_type_t types[NEURO_MAX_COLUMNS];
    neuro_projection_t *projection;
    neuro_status_t status;
    uint32_t i;

    *out = NULL;
    if (kernel == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_NAME, "platform \"%s\" has no synapse kernel \"%s\"",
                          network->platform->name, kernel_name);
    }
    if (receptor >= post->n_receptors) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE,
                          "receptor %u of kernel \"%s\", which has %u receptors", receptor,
                          post->kernel->name, post->n_receptors);
    }
    projection = neuro_alloc(1, sizeof *projection);
    if (projection == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for a projection");
    }
    projection->network = network;
    projection->pre = pre;
    projection->post = post;
    projection->receptor = receptor;
    projection->kernel = kernel;
    projection->sign = 1.0;
    for (i = 0; i < kernel->n_rules; i++) {
        projection->rules[i] = kernel->rules[i].default_value;
    }
    types[NEURO_WEIGHT] = kernel->weight_type == NEURO_REAL ? network->real : kernel->weight_type;
    types[NEURO_DELAY] = NEURO_U16;
    for (i = 0; i < kernel->n_columns; i++) {
        types[2 + i] = kernel->columns[i].type == NEURO_REAL ? network->real : kernel->columns[i].type;
    }
    projection->initial_weight.is_scalar = true;
    status = neuro_tallies_reserve(&projection->tallies, 1);
    if (status == NEURO_OK) {
        status =
            neuro_rows_init(&projection->rows, pre->n_cells, post->n_cells, 2 + kernel->n_columns, types);
    }
    if (status != NEURO_OK) {
        neuro_tallies_free(&projection->tallies);
        neuro_release(projection);
        return neuro_fail(&network->error, status, "no memory for the %u rows of a projection", pre->n_cells);
    }
    *out = projection;
    return NEURO_OK;
}

/* Columns behind weight and delay as the kernel has them, all at their defaults. */
static neuro_status_t
change_columns(neuro_rows_t *rows, const neuro_synapse_kernel_t *kernel, neuro_type_t real)
{
    neuro_column_t fresh[NEURO_MAX_COLUMNS] = {{0}};
    uint32_t c;

    for (c = 0; c < kernel->n_columns; c++) {
        const neuro_column_spec_t *spec = &kernel->columns[c];

        fresh[c] = (neuro_column_t){.type = spec->type == NEURO_REAL ? real : spec->type,
                                    .is_scalar = true,
                                    .data = neuro_alloc(1, sizeof(double))};
        if (fresh[c].data == NULL) {
            while (c > 0) {
                neuro_release(fresh[--c].data);
            }
            return NEURO_ERR_MEMORY;
        }
        neuro_value_set(fresh[c].data, fresh[c].type, 0, spec->default_value);
    }
    for (c = 2; c < NEURO_MAX_COLUMNS; c++) {
        neuro_release(rows->columns[c].data);
        rows->columns[c] = fresh[c - 2];
    }
    rows->n_columns = 2 + kernel->n_columns;
    return NEURO_OK;
}

neuro_status_t
neuro_projection_change_kernel(neuro_projection_t *projection, const char *kernel_name)
{
    neuro_network_t *network = projection->network;
    const neuro_synapse_kernel_t *kernel = find_kernel(network->platform, kernel_name);
    uint32_t i;

    if (kernel == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_NAME, "platform \"%s\" has no synapse kernel \"%s\"",
                          network->platform->name, kernel_name);
    }
    if (network->step > 0 || projection->own != NULL || projection->capacity > 0) {
        return neuro_fail(&network->error, NEURO_ERR_STATE,
                          "projection %u cannot take kernel \"%s\" any more: it has been prepared for a run",
                          projection->id, kernel_name);
    }
    if (kernel->weight_type != projection->kernel->weight_type) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE,
                          "projection %u cannot take kernel \"%s\", whose weights are of another type than "
                          "those of \"%s\"",
                          projection->id, kernel_name, projection->kernel->name);
    }
    if (change_columns(&projection->rows, kernel, network->real) != NEURO_OK) {
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for another kernel of projection %u",
                          projection->id);
    }
    projection->kernel = kernel;
    projection->is_ready = false;
    network->is_ready = false;
    for (i = 0; i < kernel->n_rules; i++) {
        projection->rules[i] = kernel->rules[i].default_value;
    }
    return NEURO_OK;
}

void
neuro_projection_free(neuro_projection_t *projection)
{
    if (projection == NULL) {
        return;
    }
    if (projection->kernel->free != NULL) {
        projection->kernel->free(projection);
    }
    neuro_rows_free(&projection->rows);
    neuro_release(projection->initial_weight.data);
    neuro_projection_forget_initial(projection);
    neuro_tallies_free(&projection->tallies);
    neuro_release(projection);
}

neuro_status_t
neuro_projection_connected(neuro_projection_t *projection)
{
    const double one_step = 1.0;
    neuro_status_t status;
    uint32_t c;

    status = neuro_column_set(&projection->rows, NEURO_DELAY, &one_step, 1, true);
    for (c = 0; c < projection->kernel->n_columns && status == NEURO_OK; c++) {
        status = neuro_column_set(&projection->rows, 2 + c, &projection->kernel->columns[c].default_value, 1,
                                  true);
    }
    projection->is_connected = true;
    projection->is_split = false;
    projection->is_ready = false;
    projection->network->is_ready = false;
    return status;
}

void
neuro_projection_disconnect(neuro_projection_t *projection)
{
    neuro_rows_clear(&projection->rows);
    projection->is_connected = false;
    projection->is_ready = false;
}

double
neuro_projection_least_bytes(const neuro_projection_t *projection, double n_synapses, bool is_dense)
{
    const neuro_rows_t *rows = &projection->rows;
    double bytes = 0.0;

    if (!is_dense) {
        bytes += (double) neuro_type_size(rows->target_type) * n_synapses + 8.0 * (double) rows->n_pre;
    }
    if (projection->kernel->is_plastic) {
        bytes += (double) neuro_type_size(rows->columns[NEURO_WEIGHT].type) * n_synapses;
    }
    return bytes;
}

neuro_status_t
neuro_projection_check_room(const neuro_projection_t *projection, double n_synapses, double bytes)
{
    const double worth_asking = 0x1p20;
    double available;

    if (bytes < worth_asking) {
        return NEURO_OK;
    }
    available = (double) neuro_memory_available();
    if (bytes <= available) {
        return NEURO_OK;
    }
    return neuro_fail(&projection->network->error, NEURO_ERR_MEMORY,
                      "projection %u (population %u to population %u, %.4g synapses) needs %.4g GB of "
                      "memory, and there are %.4g GB",
                      projection->id, projection->pre->id, projection->post->id, n_synapses, bytes * 1e-9,
                      available * 1e-9);
}

static bool
splits_delays(const neuro_synapse_kernel_t *kernel)
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

/* Row i holds exactly target i, with one delay. */
static bool
is_identity(const neuro_projection_t *projection)
{
    const neuro_rows_t *rows = &projection->rows;
    uint32_t i;

    if (rows->layout != NEURO_SPARSE || rows->n_shifts != 1 || rows->shifts[0] != 0 ||
        projection->kernel->is_plastic || projection->kernel->n_columns > 0 ||
        !rows->columns[NEURO_DELAY].is_scalar || rows->n_pre != rows->n_post ||
        rows->n_synapses != rows->n_pre) {
        return false;
    }
    for (i = 0; i < rows->n_pre; i++) {
        if (rows->start[i] != i || neuro_rows_target(rows, i) != i) {
            return false;
        }
    }
    return true;
}

static neuro_status_t
keep_initial_weight(neuro_projection_t *projection)
{
    const neuro_column_t *weight = &projection->rows.columns[NEURO_WEIGHT];
    neuro_column_t *initial = &projection->initial_weight;
    const size_t n = weight->is_scalar ? 1 : (size_t) projection->rows.n_synapses;
    void *data = neuro_alloc(n, neuro_type_size(weight->type));

    if (data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    memcpy(data, weight->data, n * neuro_type_size(weight->type));
    neuro_release(initial->data);
    initial->data = data;
    initial->type = weight->type;
    initial->is_scalar = weight->is_scalar;
    return NEURO_OK;
}

/* What the first run takes beyond what there is: a weight for each plastic synapse, and room to sort rows by
 * delay. */
static double
bytes_to_prepare(const neuro_projection_t *projection)
{
    const neuro_rows_t *rows = &projection->rows;
    const double n = (double) rows->n_synapses;
    double bytes = 0.0;

    if (projection->capacity > 0) {
        bytes += (double) projection->capacity * (double) neuro_rows_count(rows) *
                 (double) (neuro_type_size(rows->target_type) + 2 * sizeof(double));
    }
    if (projection->kernel->is_plastic && rows->columns[NEURO_WEIGHT].is_scalar) {
        bytes += n * (double) neuro_type_size(rows->columns[NEURO_WEIGHT].type);
    }
    if (projection->kernel->is_plastic && !rows->columns[NEURO_WEIGHT].is_scalar) {
        bytes += projection->initial_weight.data == NULL
                     ? n * (double) neuro_type_size(rows->columns[NEURO_WEIGHT].type)
                     : 0.0;
    }
    if (splits_delays(projection->kernel) && !rows->columns[NEURO_DELAY].is_scalar) {
        bytes += n * (2.0 + 8.0 + 3.0 * 4.0 + 2.0 * 8.0);
    }
    return bytes;
}

/* Room in the rows, and a value of its own for every synapse that is still to come. */
static neuro_status_t
make_capacity(neuro_projection_t *projection)
{
    neuro_rows_t *rows = &projection->rows;
    neuro_status_t status = NEURO_OK;
    uint32_t c;

    if (projection->min_ring_delay != projection->max_ring_delay) {
        status = neuro_column_expand(rows, NEURO_DELAY);
    }
    for (c = 0; c < rows->n_columns && status == NEURO_OK; c++) {
        if (c != NEURO_DELAY) {
            status = neuro_column_expand(rows, c);
        }
    }
    if (status == NEURO_OK) {
        status = neuro_rows_spread(rows, projection->capacity);
    }
    if (status == NEURO_ERR_SHAPE) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                          "a cell of population %u has more synapses in projection %u than the %llu that its "
                          "row has room for",
                          projection->pre->id, projection->id, (unsigned long long) projection->capacity);
    }
    return status;
}

/* Bring projections that rewire into the form that all others have before their first run. */
static neuro_status_t
take_capacity(neuro_projection_t *projection)
{
    neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *delay = &rows->columns[NEURO_DELAY];

    neuro_rows_compact(rows);
    if (rows->n_synapses == 0 && delay->is_scalar && !projection->is_split) {
        neuro_value_set(delay->data, delay->type, 0, (double) projection->low_delay);
    }
    return projection->initial == NULL ? neuro_projection_keep_initial(projection) : NEURO_OK;
}

neuro_status_t
neuro_projection_prepare(neuro_projection_t *projection)
{
    const neuro_synapse_kernel_t *kernel = projection->kernel;
    neuro_status_t status = NEURO_OK;

    if (!projection->is_ready) {
        status = neuro_projection_check_room(projection, (double) projection->rows.n_synapses,
                                             bytes_to_prepare(projection));
        if (status != NEURO_OK) {
            return status;
        }
        if (kernel->check != NULL) {
            status = kernel->check(projection);
        }
        if (status == NEURO_OK && projection->capacity > 0) {
            status = take_capacity(projection);
        }
        if (status == NEURO_OK && splits_delays(kernel) && !projection->is_split) {
            status = split_delays(projection);
            projection->is_split = status == NEURO_OK;
        }
        if (status == NEURO_OK) {
            status = fold_delays(projection);
        }
        if (status != NEURO_OK) {
            return status;
        }
        delay_range(projection, &projection->min_ring_delay, &projection->max_ring_delay);
        status = pack_delays(projection);
        projection->is_one_to_one = projection->capacity == 0 && is_identity(projection);
        if (status == NEURO_OK && projection->capacity > 0) {
            status = make_capacity(projection);
        } else if (status == NEURO_OK && kernel->is_plastic) {
            if (projection->initial_weight.data == NULL) {
                status = keep_initial_weight(projection);
            }
            if (status == NEURO_OK) {
                status = neuro_column_expand(&projection->rows, NEURO_WEIGHT);
            }
        }
        if (status != NEURO_OK) {
            return status;
        }
    }
    status = neuro_rows_set_parts(&projection->rows, neuro_pool_size(projection->network->pool),
                                  projection->post->slices);
    if (status == NEURO_OK) {
        status = kernel->prepare(projection, projection->network->isa);
    }
    projection->is_ready = status == NEURO_OK;
    return status;
}

neuro_status_t
neuro_projection_reset(neuro_projection_t *projection)
{
    neuro_column_t *weight = &projection->rows.columns[NEURO_WEIGHT];
    const neuro_column_t *initial = &projection->initial_weight;
    const size_t size = neuro_type_size(weight->type);
    neuro_status_t status = NEURO_OK;
    uint64_t i;

    if (projection->initial != NULL) {
        status = neuro_projection_restore_initial(projection);
    } else if (projection->kernel->is_plastic && initial->data != NULL) {
        for (i = 0; i < projection->rows.n_synapses; i++) {
            memcpy((char *) weight->data + i * size,
                   (const char *) initial->data + (initial->is_scalar ? 0 : i) * size, size);
        }
    }
    if (projection->kernel->reset != NULL) {
        projection->kernel->reset(projection);
    }
    return status;
}

size_t
neuro_projection_bytes(const neuro_projection_t *projection)
{
    size_t bytes =
        sizeof *projection + neuro_rows_bytes(&projection->rows) + neuro_tallies_bytes(&projection->tallies);

    if (projection->initial_weight.data != NULL) {
        bytes += (projection->initial_weight.is_scalar ? 1 : (size_t) projection->rows.n_synapses) *
                 neuro_type_size(projection->initial_weight.type);
    }
    return bytes;
}

neuro_status_t
neuro_projection_normalize(neuro_projection_t *projection, double total)
{
    neuro_rows_t *rows = &projection->rows;
    double *sums = neuro_alloc(rows->n_post, sizeof *sums);
    const bool was_scalar = rows->columns[NEURO_WEIGHT].is_scalar;
    static const neuro_normalize_kernels_t *const variants[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(&neuro_normalize_kernels);
    neuro_column_t *weight;
    uint64_t begin, end, i;
    uint32_t row, j;

    if (sums == NULL || neuro_column_expand(rows, NEURO_WEIGHT) != NEURO_OK) {
        neuro_release(sums);
        return NEURO_ERR_MEMORY;
    }
    if (projection->kernel->settle != NULL && projection->is_ready) {
        projection->kernel->settle(projection, projection->network->step - 1);
    }
    weight = &rows->columns[NEURO_WEIGHT];
    if (rows->layout == NEURO_DENSE && weight->type == NEURO_F64) {
        variants[projection->network->isa]->f64(weight->data, rows->n_pre, rows->n_post, total, sums);
    } else if (rows->layout == NEURO_DENSE && weight->type == NEURO_F32) {
        variants[projection->network->isa]->f32(weight->data, rows->n_pre, rows->n_post, total, sums);
    } else {
        for (row = 0; row < neuro_rows_count(rows); row++) {
            neuro_rows_range(rows, row, &begin, &end);
            for (i = begin; i < end; i++) {
                sums[neuro_rows_target(rows, i)] += neuro_column_get(weight, i);
            }
        }
        for (j = 0; j < rows->n_post; j++) {
            sums[j] = sums[j] != 0.0 ? total / sums[j] : 1.0;
        }
        for (row = 0; !neuro_type_holds(weight->type, INFINITY) && row < neuro_rows_count(rows); row++) {
            neuro_rows_range(rows, row, &begin, &end);
            for (i = begin; i < end; i++) {
                const double scaled = neuro_column_get(weight, i) * sums[neuro_rows_target(rows, i)];

                if (!neuro_type_holds(weight->type, scaled)) {
                    neuro_release(sums);
                    return neuro_fail(
                        &projection->network->error, NEURO_ERR_RANGE,
                        "a total of %g makes a weight of projection %u %g, which its type cannot hold", total,
                        projection->id, scaled);
                }
            }
        }
        for (row = 0; row < neuro_rows_count(rows); row++) {
            neuro_rows_range(rows, row, &begin, &end);
            for (i = begin; i < end; i++) {
                neuro_value_set(weight->data, weight->type, (size_t) i,
                                neuro_column_get(weight, i) * sums[neuro_rows_target(rows, i)]);
            }
        }
    }
    neuro_release(sums);
    if (was_scalar && projection->is_ready) {
        return projection->kernel->prepare(projection, projection->network->isa);
    }
    return NEURO_OK;
}
