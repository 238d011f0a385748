#include "neuro.h"

#include "core/memory.h"
#include "engine/connect.h"
#include "neuro_find.h"

#include <string.h>

neuro_status_t
neuro_network_add_projection(neuro_network_t *network, uint32_t pre, uint32_t post, uint32_t receptor,
                             const char *kernel, uint32_t *id)
{
    neuro_population_t *source = NULL, *target = NULL;
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_population(network, pre, &source);

    if (status == NEURO_OK) {
        status = neuro_find_population(network, post, &target);
    }
    if (status != NEURO_OK) {
        return status;
    }
    if (network->n_projections == network->projection_capacity) {
        const uint32_t capacity = 2 * network->projection_capacity + 16;
        neuro_projection_t **grown =
            neuro_grow(network->projections, network->n_projections, capacity, sizeof *grown);

        if (grown == NULL) {
            return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for another projection");
        }
        network->projections = grown;
        network->projection_capacity = capacity;
    }
    status = neuro_projection_create(network, source, target, receptor, kernel, &projection);
    if (status != NEURO_OK) {
        return status;
    }
    projection->id = network->n_projections;
    projection->seed = network->seed;
    projection->stream = projection->id;
    network->projections[network->n_projections++] = projection;
    network->is_ready = false;
    *id = projection->id;
    return NEURO_OK;
}

neuro_status_t
neuro_projection_n_synapses(neuro_network_t *network, uint32_t id, uint64_t *n)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status == NEURO_OK) {
        *n = projection->rows.n_synapses;
    }
    return status;
}

neuro_status_t
neuro_projection_pairs(neuro_network_t *network, uint32_t id, uint32_t *pre, uint32_t *post)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status == NEURO_OK) {
        neuro_rows_pairs(&projection->rows, pre, post);
    }
    return status;
}

neuro_status_t
neuro_projection_order(neuro_network_t *network, uint32_t id, int64_t *order)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status == NEURO_OK) {
        status = neuro_rows_order_by_target(&projection->rows, order);
        if (status != NEURO_OK) {
            return neuro_fail(&network->error, status, "no memory to sort %llu synapses by target",
                              (unsigned long long) projection->rows.n_synapses);
        }
    }
    return status;
}

neuro_status_t
neuro_projection_get_column(neuro_network_t *network, uint32_t id, const char *name, bool *is_scalar,
                            double *values)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);
    const neuro_rows_t *rows;
    uint32_t number, row;
    uint64_t begin, end, i, k = 0;

    if (status == NEURO_OK) {
        status = neuro_find_column(network, projection, name, &number);
    }
    if (status != NEURO_OK) {
        return status;
    }
    rows = &projection->rows;
    *is_scalar = rows->columns[number].is_scalar && !(number == NEURO_DELAY && rows->n_shifts > 1);
    if (values == NULL) {
        return NEURO_OK;
    }
    if (number == NEURO_WEIGHT && projection->kernel->view_weights != NULL && projection->is_ready) {
        projection->kernel->view_weights(projection, network->step - 1, values);
        return NEURO_OK;
    }
    if (*is_scalar) {
        if (rows->n_synapses > 0) {
            values[0] = neuro_column_get(&rows->columns[number], 0) +
                        (number == NEURO_DELAY ? (double) rows->shifts[0] : 0.0);
        }
        return NEURO_OK;
    }
    for (row = 0; row < neuro_rows_count(rows); row++) {
        const double shift = number == NEURO_DELAY ? (double) rows->shifts[row / rows->n_pre] : 0.0;

        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++) {
            values[k++] = neuro_column_get(&rows->columns[number], i) + shift;
        }
    }
    return NEURO_OK;
}

static neuro_status_t
set_column(neuro_network_t *network, neuro_projection_t *projection, const char *name, const double *values,
           uint64_t n)
{
    neuro_rows_t *rows = &projection->rows;
    neuro_status_t status;
    uint32_t number;
    uint64_t i;

    status = neuro_find_column(network, projection, name, &number);
    if (status != NEURO_OK) {
        return status;
    }
    if (n != 1 && n != rows->n_synapses) {
        return neuro_fail(&network->error, NEURO_ERR_SHAPE, "%llu values of \"%s\" for %llu synapses",
                          (unsigned long long) n, name, (unsigned long long) rows->n_synapses);
    }
    if (n > 1 && rows->columns[number].is_scalar) {
        status = neuro_projection_check_room(
            projection, (double) n, (double) n * (double) neuro_type_size(rows->columns[number].type));
        if (status != NEURO_OK) {
            return status;
        }
    }
    for (i = 0; number == NEURO_DELAY && i < n; i++) {
        if (!(values[i] + (double) network->platform->plan.latency >= 1.0 && values[i] <= 65535.0)) {
            return neuro_fail(&network->error, NEURO_ERR_VALUE,
                              "delay of %g steps; the platform holds %u to 65535 steps", values[i],
                              1 - (network->platform->plan.latency > 0));
        }
    }
    if (number == NEURO_DELAY) {
        if (projection->kernel->settle != NULL && projection->is_ready) {
            projection->kernel->settle(projection, network->step - 1);
        }
        status = neuro_projection_set_delays(projection, values, n);
    } else {
        if (projection->kernel->settle != NULL && projection->is_ready) {
            projection->kernel->settle(projection, network->step - 1);
        }
        status = neuro_column_set(rows, number, values, n,
                                  !projection->kernel->is_plastic || number != NEURO_WEIGHT);
        if (status == NEURO_OK && number == NEURO_WEIGHT && projection->kernel->is_plastic &&
            projection->is_ready) {
            status = neuro_column_expand(rows, NEURO_WEIGHT);
        }
        if (number == NEURO_WEIGHT && network->step == 0 && projection->initial_weight.data != NULL) {
            neuro_release(projection->initial_weight.data);
            projection->initial_weight.data = NULL;
            projection->is_ready = false;
        }
    }
    if (status == NEURO_OK && network->step == 0 && projection->initial != NULL) {
        neuro_projection_forget_initial(projection);
        projection->is_ready = false;
    }
    network->is_ready = false;
    if (status == NEURO_ERR_MEMORY) {
        return neuro_fail(&network->error, status, "no memory for \"%s\" of %llu synapses", name,
                          (unsigned long long) rows->n_synapses);
    }
    if (status == NEURO_ERR_RANGE) {
        double low, high;

        neuro_type_range(rows->columns[number].type, &low, &high);
        return neuro_fail(&network->error, status,
                          "%g for \"%s\" of a synapse; it is a whole number of %.17g..%.17g",
                          values[neuro_type_misfit(rows->columns[number].type, values, n)], name, low, high);
    }
    return status;
}

neuro_status_t
neuro_projection_set_column(neuro_network_t *network, uint32_t id, const char *name, const double *values,
                            uint64_t n)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    return status != NEURO_OK ? status : set_column(network, projection, name, values, n);
}

neuro_status_t
neuro_projection_draw_column(neuro_network_t *network, uint32_t id, const char *name,
                             const char *distribution, const double *parameters, uint32_t n_parameters,
                             double scale)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);
    double *values;
    uint32_t column;

    if (status == NEURO_OK) {
        status = neuro_find_column(network, projection, name, &column);
    }
    if (status != NEURO_OK) {
        return status;
    }
    status =
        neuro_projection_check_room(projection, (double) projection->rows.n_synapses,
                                    (8.0 + (double) neuro_type_size(projection->rows.columns[column].type)) *
                                        (double) projection->rows.n_synapses);
    if (status != NEURO_OK) {
        return status;
    }
    values = neuro_alloc((size_t) projection->rows.n_synapses, sizeof *values);
    if (values == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory to draw \"%s\" of %llu synapses",
                          name, (unsigned long long) projection->rows.n_synapses);
    }
    status = neuro_draw_rows(projection, column, distribution, parameters, n_parameters, scale, values);
    if (status == NEURO_OK && projection->rows.n_synapses > 0) {
        status = set_column(network, projection, name, values, projection->rows.n_synapses);
    }
    neuro_release(values);
    return status;
}

static neuro_status_t
find_rule(neuro_network_t *network, uint32_t id, const char *name, neuro_projection_t **projection,
          uint32_t *rule)
{
    neuro_status_t status = neuro_find_projection(network, id, projection);
    uint32_t r;

    *rule = 0;
    if (status != NEURO_OK) {
        return status;
    }
    for (r = 0; r < (*projection)->kernel->n_rules; r++) {
        if (strcmp((*projection)->kernel->rules[r].name, name) == 0) {
            *rule = r;
            return NEURO_OK;
        }
    }
    return neuro_fail(&network->error, NEURO_ERR_NAME, "synapse kernel \"%s\" has no rule \"%s\"",
                      (*projection)->kernel->name, name);
}

neuro_status_t
neuro_projection_set_rule(neuro_network_t *network, uint32_t id, const char *name, double value)
{
    neuro_projection_t *projection;
    uint32_t rule;
    neuro_status_t status = find_rule(network, id, name, &projection, &rule);
    double before;

    if (status != NEURO_OK) {
        return status;
    }
    if (neuro_is_column(projection, name)) {
        return neuro_fail(&network->error, NEURO_ERR_STATE,
                          "\"%s\" of projection %u is a value of each synapse; set it there", name, id);
    }
    before = projection->rules[rule];
    if (before == value) {
        return NEURO_OK;
    }
    if (projection->kernel->dendritic_rule == (int32_t) rule && projection->is_ready) {
        return neuro_fail(&network->error, NEURO_ERR_STATE,
                          "\"%s\" of projection %u cannot change after the first run", name, id);
    }
    if (projection->kernel->settle != NULL && projection->is_ready) {
        projection->kernel->settle(projection, network->step - 1);
    }
    projection->rules[rule] = value;
    if (projection->kernel->check != NULL) {
        status = projection->kernel->check(projection);
        if (status != NEURO_OK) {
            projection->rules[rule] = before;
            return status;
        }
    }
    network->is_ready = false;
    return NEURO_OK;
}

neuro_status_t
neuro_projection_vary(neuro_network_t *network, uint32_t id)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status != NEURO_OK) {
        return status;
    }
    if (projection->kernel->vary == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_STATE,
                          "the rule of projection %u is the same for all synapses: kernel \"%s\"", id,
                          projection->kernel->name);
    }
    return projection->kernel->vary(projection);
}

neuro_status_t
neuro_projection_get_rule(neuro_network_t *network, uint32_t id, const char *name, double *value)
{
    neuro_projection_t *projection;
    uint32_t rule;
    neuro_status_t status = find_rule(network, id, name, &projection, &rule);

    if (status == NEURO_OK) {
        *value = projection->rules[rule];
    }
    return status;
}

neuro_status_t
neuro_projection_set_kernel(neuro_network_t *network, uint32_t id, const char *kernel)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    return status == NEURO_OK ? neuro_projection_change_kernel(projection, kernel) : status;
}

neuro_status_t
neuro_projection_set_sign(neuro_network_t *network, uint32_t id, int sign)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status != NEURO_OK) {
        return status;
    }
    if (sign != 1 && (sign != -1 || !projection->kernel->has_sign)) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE,
                          "sign %d of projection %u, whose kernel \"%s\" has only 1%s", sign, id,
                          projection->kernel->name, projection->kernel->has_sign ? " and -1" : "");
    }
    projection->sign = sign;
    return NEURO_OK;
}

neuro_status_t
neuro_projection_set_seed(neuro_network_t *network, uint32_t id, uint64_t seed, uint32_t number)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status != NEURO_OK) {
        return status;
    }
    if (number >= NEURO_OWN_STREAM) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "stream %u of projection %u; there are %u",
                          number, id, NEURO_OWN_STREAM);
    }
    projection->seed = seed;
    projection->stream = NEURO_OWN_STREAM + number;
    return NEURO_OK;
}

neuro_status_t
neuro_projection_scale_to(neuro_network_t *network, uint32_t id, double total)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status == NEURO_OK) {
        status = neuro_projection_normalize(projection, total);
        if (status == NEURO_ERR_MEMORY) {
            return neuro_fail(&network->error, status, "no memory to normalise the weights of %llu synapses",
                              (unsigned long long) projection->rows.n_synapses);
        }
    }
    return status;
}

neuro_status_t
neuro_projection_bytes_held(neuro_network_t *network, uint32_t id, size_t *bytes)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status == NEURO_OK) {
        *bytes = neuro_projection_bytes(projection);
    }
    return status;
}
