#include "core/memory.h"
#include "engine/network.h"

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
    if (neuro_projection_splits_delays(projection->kernel) && !rows->columns[NEURO_DELAY].is_scalar) {
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
        if (status == NEURO_OK) {
            status = neuro_projection_prepare_delays(projection);
        }
        if (status != NEURO_OK) {
            return status;
        }
        projection->is_one_to_one = projection->capacity == 0 && is_identity(projection);
        if (projection->capacity > 0) {
            status = make_capacity(projection);
        } else if (kernel->is_plastic) {
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
