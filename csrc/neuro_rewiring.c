#include "neuro.h"

#include "core/memory.h"
#include "engine/rewire.h"
#include "neuro_find.h"

#include <math.h>
#include <string.h>

neuro_status_t
neuro_projection_make_rewirable(neuro_network_t *network, uint32_t id, uint64_t capacity, uint32_t low_delay,
                                uint32_t high_delay)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status != NEURO_OK) {
        return status;
    }
    if (!projection->kernel->can_rewire) {
        return neuro_fail(
            &network->error, NEURO_ERR_STATE,
            "the synapses of kernel \"%s\" (projection %u) stay where they are; they cannot be rewired",
            projection->kernel->name, id);
    }
    if (projection->capacity > 0 || !projection->is_connected) {
        return neuro_fail(&network->error, NEURO_ERR_STATE, "projection %u %s", id,
                          projection->capacity > 0 ? "can be rewired already"
                                                   : "must be connected before it can be rewired");
    }
    if (capacity == 0 || capacity > UINT32_MAX) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE,
                          "room for %llu synapses in a row; it must be 1..4294967295",
                          (unsigned long long) capacity);
    }
    if (low_delay > high_delay || low_delay + network->platform->plan.latency < 1 || high_delay > 65535) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE,
                          "delays of %u..%u steps; they must ascend and be within %u..65535", low_delay,
                          high_delay, 1 - (network->platform->plan.latency > 0));
    }
    projection->capacity = capacity;
    projection->low_delay = low_delay;
    projection->high_delay = high_delay;
    projection->is_ready = false;
    network->is_ready = false;
    return NEURO_OK;
}

/* A projection whose synapses the caller may add and remove, prepared for a run. */
static neuro_status_t
find_rewirable(neuro_network_t *network, uint32_t id, neuro_projection_t **projection)
{
    neuro_status_t status = neuro_find_projection(network, id, projection);

    if (status == NEURO_OK && ((*projection)->capacity == 0 || (*projection)->is_rewired)) {
        return neuro_fail(&network->error, NEURO_ERR_STATE, "projection %u %s", id,
                          (*projection)->is_rewired ? "is rewired by the network itself"
                                                    : "has no room in its rows");
    }
    return status != NEURO_OK ? status : neuro_network_prepare(network);
}

/* What a reset restores includes changes before the first step. */
static void
changed(neuro_network_t *network, neuro_projection_t *projection)
{
    if (network->step == 0) {
        neuro_projection_forget_initial(projection);
        projection->is_ready = false;
        network->is_ready = false;
    }
}

static neuro_status_t
check_pairs(neuro_network_t *network, const neuro_projection_t *projection, uint64_t n, const uint32_t *pre,
            const uint32_t *post)
{
    uint64_t i;

    for (i = 0; i < n; i++) {
        if (pre[i] >= projection->pre->n_cells || post[i] >= projection->post->n_cells) {
            return neuro_fail(&network->error, NEURO_ERR_RANGE,
                              "synapse %llu joins cell %u to cell %u; the populations have %u and %u cells",
                              (unsigned long long) i, pre[i], post[i], projection->pre->n_cells,
                              projection->post->n_cells);
        }
    }
    return NEURO_OK;
}

neuro_status_t
neuro_projection_add_synapses(neuro_network_t *network, uint32_t id, uint64_t n, const uint32_t *pre,
                              const uint32_t *post, const double *weights, const uint32_t *delays,
                              uint64_t *n_refused)
{
    neuro_projection_t *projection;
    neuro_status_t status = find_rewirable(network, id, &projection);
    uint64_t i;

    *n_refused = 0;
    if (status == NEURO_OK) {
        status = check_pairs(network, projection, n, pre, post);
    }
    for (i = 0; i < n && status == NEURO_OK; i++) {
        if (delays[i] < projection->low_delay || delays[i] > projection->high_delay) {
            return neuro_fail(&network->error, NEURO_ERR_VALUE,
                              "delay of %u steps of a new synapse of projection %u, which takes %u to %u",
                              delays[i], id, projection->low_delay, projection->high_delay);
        }
    }
    for (i = 0; i < n && status == NEURO_OK; i++) {
        *n_refused += !neuro_projection_add(projection, pre[i], post[i], weights[i], delays[i]);
    }
    if (status == NEURO_OK) {
        changed(network, projection);
    }
    return status;
}

neuro_status_t
neuro_projection_remove_synapses(neuro_network_t *network, uint32_t id, uint64_t n, const uint32_t *pre,
                                 const uint32_t *post, uint64_t *n_missing)
{
    neuro_projection_t *projection;
    neuro_status_t status = find_rewirable(network, id, &projection);
    uint64_t synapse, i;
    uint32_t row;

    *n_missing = 0;
    if (status == NEURO_OK) {
        status = check_pairs(network, projection, n, pre, post);
    }
    for (i = 0; i < n && status == NEURO_OK; i++) {
        if (neuro_projection_find(projection, pre[i], post[i], &row, &synapse)) {
            neuro_rows_remove(&projection->rows, row, synapse);
        } else {
            ++*n_missing;
        }
    }
    if (status == NEURO_OK) {
        changed(network, projection);
    }
    return status;
}

neuro_status_t
neuro_network_add_rewiring(neuro_network_t *network, uint32_t post, uint64_t seed, uint32_t n_rules,
                           const char *const *names, const double *values, uint32_t *id)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, post, &population);
    double rules[REWIRE_N_RULES];
    neuro_rewiring_t **grown;
    uint32_t i, r;

    for (r = 0; r < REWIRE_N_RULES; r++) {
        rules[r] = NAN; /* refused if nobody gives it */
    }
    for (i = 0; i < n_rules && status == NEURO_OK; i++) {
        for (r = 0; r < REWIRE_N_RULES && strcmp(neuro_rewire_rule_names[r], names[i]) != 0; r++) {
        }
        if (r == REWIRE_N_RULES) {
            return neuro_fail(&network->error, NEURO_ERR_NAME, "a rewiring has no rule \"%s\"", names[i]);
        }
        rules[r] = values[i];
    }
    if (status != NEURO_OK) {
        return status;
    }
    grown = neuro_grow(network->rewirings, network->n_rewirings, (size_t) network->n_rewirings + 1,
                       sizeof *grown);
    if (grown != NULL) {
        network->rewirings = grown;
        network->error.detail[0] = '\0';
        status = neuro_rewiring_create(network, population, seed, rules, &grown[network->n_rewirings]);
    }
    if (grown == NULL || (status == NEURO_ERR_MEMORY && network->error.detail[0] == '\0')) {
        return neuro_fail(&network->error, NEURO_ERR_MEMORY,
                          "no memory for the slots of %u cells that are rewired", population->n_cells);
    }
    if (status == NEURO_OK) {
        grown[network->n_rewirings]->id = network->n_rewirings;
        *id = network->n_rewirings++;
    }
    return status;
}

neuro_status_t
neuro_rewiring_add_projection(neuro_network_t *network, uint32_t rewiring, uint32_t id)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status != NEURO_OK) {
        return status;
    }
    if (rewiring >= network->n_rewirings) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "rewiring %u of %u", rewiring,
                          network->n_rewirings);
    }
    status = neuro_rewiring_add(network->rewirings[rewiring], projection);
    return status != NEURO_ERR_MEMORY
               ? status
               : neuro_fail(&network->error, status, "no memory for another projection that is rewired");
}

static neuro_status_t
find_rewiring(neuro_network_t *network, uint32_t id, neuro_rewiring_t **rewiring)
{
    if (id >= network->n_rewirings) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "rewiring %u of %u", id, network->n_rewirings);
    }
    *rewiring = network->rewirings[id];
    return NEURO_OK;
}

neuro_status_t
neuro_rewiring_log(neuro_network_t *network, uint32_t id, bool is_logged)
{
    neuro_rewiring_t *rewiring = NULL;
    neuro_status_t status = find_rewiring(network, id, &rewiring);

    if (status == NEURO_OK) {
        rewiring->is_logged = is_logged;
        rewiring->n_events = 0;
    }
    return status;
}

neuro_status_t
neuro_rewiring_events(neuro_network_t *network, uint32_t id, uint64_t *n, int64_t *steps,
                      uint32_t *projections, uint32_t *pre, uint32_t *post, uint8_t *formed)
{
    neuro_rewiring_t *rewiring = NULL;
    neuro_status_t status = find_rewiring(network, id, &rewiring);
    uint64_t i;

    if (status != NEURO_OK) {
        return status;
    }
    *n = rewiring->n_events;
    for (i = 0; steps != NULL && i < rewiring->n_events; i++) {
        const neuro_rewire_event_t *event = &rewiring->events[i];

        steps[i] = event->step;
        projections[i] = rewiring->members[event->member]->id;
        pre[i] = event->pre;
        post[i] = event->post;
        formed[i] = event->is_formed;
    }
    return NEURO_OK;
}
