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

/* A projection that has no synapses yet, and ends with NULL replaced. */
static neuro_status_t
begin_connect(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends,
              neuro_projection_t **projection, neuro_pick_t *pick)
{
    neuro_status_t status = neuro_find_projection(network, id, projection);
    uint32_t i;

    if (status != NEURO_OK) {
        return status;
    }
    if ((*projection)->is_connected) {
        return neuro_fail(&network->error, NEURO_ERR_STATE, "projection %u is connected already", id);
    }
    network->error.detail[0] = '\0';
    if (ends == NULL) {
        return NEURO_OK;
    }
    pick->pre = ends->pre;
    pick->post = ends->post;
    pick->n_pre = ends->pre != NULL ? ends->n_pre : (*projection)->pre->n_cells;
    pick->n_post = ends->post != NULL ? ends->n_post : (*projection)->post->n_cells;
    pick->allow_self = ends->allow_self || (*projection)->pre != (*projection)->post;
    for (i = 0; ends->pre != NULL && i < ends->n_pre; i++) {
        if (ends->pre[i] >= (*projection)->pre->n_cells || (i > 0 && ends->pre[i] <= ends->pre[i - 1])) {
            return neuro_fail(&network->error, NEURO_ERR_RANGE, "source indices must ascend and be below %u",
                              (*projection)->pre->n_cells);
        }
    }
    for (i = 0; ends->post != NULL && i < ends->n_post; i++) {
        if (ends->post[i] >= (*projection)->post->n_cells || (i > 0 && ends->post[i] <= ends->post[i - 1])) {
            return neuro_fail(&network->error, NEURO_ERR_RANGE, "target indices must ascend and be below %u",
                              (*projection)->post->n_cells);
        }
    }
    return NEURO_OK;
}

static neuro_status_t
end_connect(neuro_network_t *network, neuro_projection_t *projection, neuro_status_t status)
{
    if (status == NEURO_OK) {
        status = neuro_projection_connected(projection);
    } else if (projection->rows.layout == NEURO_SPARSE) {
        neuro_projection_disconnect(projection);
    }
    if (status == NEURO_ERR_MEMORY && network->error.detail[0] == '\0') {
        return neuro_fail(&network->error, status, "projection %u does not fit into memory; %.3g GB are left",
                          projection->id, (double) neuro_memory_available() * 1e-9);
    }
    return status;
}

static neuro_status_t set_column(neuro_network_t *network, neuro_projection_t *projection, const char *name,
                                 const double *values, uint64_t n);

neuro_status_t
neuro_connect_pairs(neuro_network_t *network, uint32_t id, uint64_t n, const uint32_t *pre,
                    const uint32_t *post, const double *weights, uint64_t n_weights, const double *delays,
                    uint64_t n_delays)
{
    neuro_projection_t *projection;
    neuro_status_t status = begin_connect(network, id, NULL, &projection, NULL);
    const double *const given[2] = {weights, delays};
    const uint64_t n_given[2] = {n_weights, n_delays};
    const char *const names[2] = {"weight", "delay"};
    uint64_t *order = NULL;
    double *sorted = NULL;
    uint64_t i;
    int c;

    if (status != NEURO_OK) {
        return status;
    }
    for (i = 0; i < n; i++) {
        if (pre[i] >= projection->pre->n_cells || post[i] >= projection->post->n_cells) {
            return neuro_fail(
                &network->error, NEURO_ERR_RANGE,
                "connection %llu joins cell %u to cell %u; the populations have %u and %u cells",
                (unsigned long long) i, pre[i], post[i], projection->pre->n_cells, projection->post->n_cells);
        }
    }
    /* four columns of numbers to sort them, and what the synapses take; a weight and a delay each where they
     * differ */
    status = neuro_projection_check_room(projection, (double) n,
                                         neuro_projection_least_bytes(projection, (double) n, false) +
                                             (32.0 +
                                              (n_weights > 1 && !projection->kernel->is_plastic ? 8.0 : 0.0) +
                                              (n_delays > 1 ? 2.0 : 0.0)) *
                                                 (double) n);
    if (status != NEURO_OK) {
        return status;
    }
    order = neuro_alloc((size_t) n, sizeof *order);
    sorted = neuro_alloc((size_t) n, sizeof *sorted);
    status = order != NULL && sorted != NULL ? neuro_rows_from_pairs(&projection->rows, n, pre, post, order)
                                             : NEURO_ERR_MEMORY;
    status = end_connect(network, projection, status);
    for (c = 0; c < 2 && status == NEURO_OK; c++) {
        if (n_given[c] == 1) {
            status = set_column(network, projection, names[c], given[c], 1);
        } else if (n_given[c] == n && n > 0) {
            for (i = 0; i < n; i++) {
                sorted[order[i]] = given[c][i];
            }
            status = set_column(network, projection, names[c], sorted, n);
        } else if (n_given[c] != 0) {
            status =
                neuro_fail(&network->error, NEURO_ERR_SHAPE, "%llu values of \"%s\" for %llu connections",
                           (unsigned long long) n_given[c], names[c], (unsigned long long) n);
        }
    }
    if (status != NEURO_OK) {
        neuro_projection_disconnect(projection);
    }
    neuro_release(order);
    neuro_release(sorted);
    return status;
}

neuro_status_t
neuro_connect_all_to_all(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends)
{
    neuro_projection_t *projection;
    neuro_pick_t pick;
    neuro_status_t status = begin_connect(network, id, ends, &projection, &pick);

    return status != NEURO_OK ? status : end_connect(network, projection, neuro_pick_all(projection, &pick));
}

neuro_status_t
neuro_connect_one_to_one(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends)
{
    neuro_projection_t *projection;
    neuro_pick_t pick;
    neuro_status_t status = begin_connect(network, id, ends, &projection, &pick);

    return status != NEURO_OK ? status
                              : end_connect(network, projection, neuro_pick_one_to_one(projection, &pick));
}

neuro_status_t
neuro_connect_fixed_probability(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends,
                                double probability)
{
    neuro_projection_t *projection;
    neuro_pick_t pick;
    neuro_status_t status = begin_connect(network, id, ends, &projection, &pick);

    if (status != NEURO_OK) {
        return status;
    }
    if (!(probability >= 0.0 && probability <= 1.0)) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "probability %g is not within 0..1", probability);
    }
    return end_connect(network, projection, neuro_pick_bernoulli(projection, &pick, probability));
}

neuro_status_t
neuro_connect_fixed_number_post(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends, uint32_t n,
                                bool with_replacement)
{
    neuro_projection_t *projection;
    neuro_pick_t pick;
    neuro_status_t status = begin_connect(network, id, ends, &projection, &pick);

    if (status != NEURO_OK) {
        return status;
    }
    if (!with_replacement && n > pick.n_post) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "%u different targets out of %u cells", n,
                          pick.n_post);
    }
    return end_connect(network, projection, neuro_pick_number_post(projection, &pick, n, with_replacement));
}

neuro_status_t
neuro_connect_fixed_number_pre(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends, uint32_t n,
                               bool with_replacement)
{
    neuro_projection_t *projection;
    neuro_pick_t pick;
    neuro_status_t status = begin_connect(network, id, ends, &projection, &pick);

    if (status != NEURO_OK) {
        return status;
    }
    if (!with_replacement && n > pick.n_pre) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "%u different sources out of %u cells", n,
                          pick.n_pre);
    }
    return end_connect(network, projection, neuro_pick_number_pre(projection, &pick, n, with_replacement));
}

neuro_status_t
neuro_connect_fixed_total_number(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends, uint64_t n,
                                 bool with_replacement)
{
    neuro_projection_t *projection;
    neuro_pick_t pick;
    neuro_status_t status = begin_connect(network, id, ends, &projection, &pick);

    if (status != NEURO_OK) {
        return status;
    }
    if (!with_replacement && n > (uint64_t) pick.n_pre * pick.n_post) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "%llu different pairs out of %u x %u",
                          (unsigned long long) n, pick.n_pre, pick.n_post);
    }
    return end_connect(network, projection, neuro_pick_total_number(projection, &pick, n, with_replacement));
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
