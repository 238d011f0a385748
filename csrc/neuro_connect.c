#include "neuro.h"

#include "core/memory.h"
#include "engine/connect.h"
#include "neuro_find.h"

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
            status = neuro_projection_set_column(network, id, names[c], given[c], 1);
        } else if (n_given[c] == n && n > 0) {
            for (i = 0; i < n; i++) {
                sorted[order[i]] = given[c][i];
            }
            status = neuro_projection_set_column(network, id, names[c], sorted, n);
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
