/* What can be read from the learning engine and written into it: programs, traces, numbers for tests. */
#include "core/memory.h"
#include "loihi/learning.h"

#include <math.h>
#include <string.h>

static const char *const given_names[N_GIVEN] = {"rand_x_decay",   "rand_x_impulse",       "rand_y_decay",
                                                 "rand_y_impulse", "rand_y_impulse_multi", "rand_w"};
static const char *const trace_names[] = {"x1", "x2", "y1", "y2", "y3"};

/* Index of a name; `n`: it is none of them. */
static uint32_t
find(const char *const *names, uint32_t n, const char *name)
{
    uint32_t i;

    for (i = 0; i < n && strcmp(names[i], name) != 0; i++) {
    }
    return i;
}

static neuro_status_t
set_given(neuro_loihi_learning_t *learning, uint32_t kind, const double *values, uint64_t n)
{
    double *copy = n > 0 ? neuro_alloc((size_t) n, sizeof *copy) : NULL;

    if (n > 0 && copy == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (n > 0) {
        memcpy(copy, values, (size_t) n * sizeof *copy);
    }
    neuro_release(learning->given[kind]);
    learning->given[kind] = copy;
    learning->n_given[kind] = n;
    return NEURO_OK;
}

/* Traces between two steps. Before the first run there are none: they begin at 0. */
static neuro_status_t
set_trace(neuro_projection_t *projection, neuro_loihi_learning_t *learning, uint32_t k, const double *values,
          uint64_t n)
{
    neuro_error_t *error = &projection->network->error;
    const bool is_reward = k == 5, is_axon = k < 2;
    const uint64_t wanted = is_axon ? learning->n_rows : learning->cells.n;
    const double low = is_reward ? -TRACE_TOP - 1 : 0;
    uint64_t i;
    uint32_t p;

    if (learning->parts == NULL) {
        return neuro_fail(error, NEURO_ERR_STATE,
                          "traces of projection %u are made when the network first runs; run 0 steps before",
                          projection->id);
    }
    if (n != wanted) {
        return neuro_fail(error, NEURO_ERR_SHAPE, "%llu values for the %llu traces of projection %u",
                          (unsigned long long) n, (unsigned long long) wanted, projection->id);
    }
    for (i = 0; i < n; i++) {
        if (!(values[i] >= low && values[i] <= TRACE_TOP && values[i] == floor(values[i]))) {
            return neuro_fail(error, NEURO_ERR_RANGE,
                              "value %llu of a trace of projection %u is %g; it must be whole, in %g..%d",
                              (unsigned long long) i, projection->id, values[i], low, TRACE_TOP);
        }
    }
    for (i = 0; i < n; i++) {
        if (is_reward) {
            learning->reward[i] = (int16_t) values[i];
        } else if (!is_axon) {
            learning->cells.value[k - 2][i] = (uint8_t) values[i];
        }
        for (p = 0; is_axon && p < learning->n_parts; p++) {
            learning->parts[p].x.value[k][i] = (uint8_t) values[i];
        }
    }
    return NEURO_OK;
}

neuro_status_t
neuro_loihi_learning_set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_projection_t *projection = owner;
    neuro_loihi_learning_t *learning = neuro_loihi_learning_own(projection);
    const uint32_t kind = find(given_names, N_GIVEN, name), trace = find(trace_names, 5, name);

    if (learning == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (strcmp(name, "program") == 0) {
        return neuro_loihi_program_read(&learning->program, values, n, &projection->network->error);
    }
    if (kind < N_GIVEN) {
        return set_given(learning, kind, values, n);
    }
    if (trace < 5 || strcmp(name, "r1") == 0) {
        return set_trace(projection, learning, trace, values, n);
    }
    return neuro_fail(
        &projection->network->error, NEURO_ERR_NAME,
        "synapse kernel \"learning\" has no table \"%s\"; it has program, x1, x2, y1, y2, y3, r1 "
        "and the rand_* of the tests",
        name);
}

neuro_status_t
neuro_loihi_learning_get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    neuro_projection_t *projection = owner;
    const neuro_loihi_learning_t *learning = projection->own;
    const uint32_t k = find(trace_names, 5, name);
    uint64_t i;

    if (k == 5 && strcmp(name, "r1") != 0) {
        return neuro_fail(
            &projection->network->error, NEURO_ERR_NAME,
            "synapse kernel \"learning\" shows no table \"%s\"; it shows x1, x2, y1, y2, y3, r1", name);
    }
    if (learning == NULL || learning->parts == NULL) {
        return neuro_fail(&projection->network->error, NEURO_ERR_STATE,
                          "traces of projection %u are made when the network first runs", projection->id);
    }
    *n = k < 2 ? learning->n_rows : learning->cells.n;
    for (i = 0; values != NULL && i < *n; i++) {
        values[i] = k < 2    ? learning->parts[0].x.value[k][i]
                    : k == 5 ? learning->reward[i]
                             : learning->cells.value[k - 2][i];
    }
    return NEURO_OK;
}
