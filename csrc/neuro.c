#include "neuro.h"

#include "core/distributions.h"
#include "core/math.h"
#include "core/memory.h"
#include "core/random.h"
#include "engine/rewire.h"
#include "exact/exact.h"
#include "loihi/loihi.h"
#include "run.h"
#include "spinnaker/spinnaker.h"

#include <math.h>
#include <string.h>

/* ---- platforms ------------------------------------------------------------------------------- */

static const neuro_platform_t *
find_platform(const char *name)
{
    const neuro_platform_t *const all[] = {neuro_platform_exact(), neuro_platform_spinnaker(),
                                           neuro_platform_loihi()};
    size_t i;

    for (i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    return NULL;
}

neuro_status_t
neuro_platform_function(const char *platform, const char *name, size_t n, const double *inputs,
                        uint32_t *n_inputs, double *outputs, uint32_t *n_outputs)
{
    const neuro_platform_t *found = find_platform(platform);
    const neuro_platform_function_t *function = NULL;
    uint32_t f;
    size_t i;

    for (f = 0; found != NULL && f < found->n_functions; f++) {
        function = strcmp(found->functions[f].name, name) == 0 ? &found->functions[f] : function;
    }
    if (function == NULL) {
        return NEURO_ERR_NAME;
    }
    *n_inputs = function->n_inputs;
    *n_outputs = function->n_outputs;
    for (i = 0; inputs != NULL && i < n; i++) {
        function->apply(inputs + i * function->n_inputs, outputs + i * function->n_outputs);
    }
    return NEURO_OK;
}

/* So that no sum of steps overflows; seven million years of 0.1 ms. */
#define MOST_STEPS (INT64_C(1) << 61)

/* Steps of simulated time <-> the engine's steps. */
static neuro_step_t
engine_step(const neuro_network_t *network, int64_t elapsed)
{
    return elapsed + network->platform->plan.has_initial_step;
}

/* ---- network --------------------------------------------------------------------------------- */

neuro_status_t
neuro_network_create(neuro_network_t **out, const char *platform, double dt_ms, uint64_t seed, bool is_single,
                     uint32_t n_threads, const char *isa)
{
    neuro_network_t *network = neuro_alloc(1, sizeof *network);

    *out = network;
    if (network == NULL) {
        return NEURO_ERR_MEMORY;
    }
    network->platform = find_platform(platform);
    if (network->platform == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_NAME, "the engine has no platform \"%s\"", platform);
    }
    if (!(dt_ms > 0.0) || !isfinite(dt_ms)) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "dt is %g ms; it must be finite and above 0",
                          dt_ms);
    }
    network->isa = isa[0] == '\0' ? neuro_isa_best() : neuro_isa_from_name(isa);
    if (network->isa == NEURO_N_ISA || network->isa > neuro_isa_best()) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE,
                          "instruction set \"%s\"; known are base, v2, v3, v4, and this CPU has %s at best",
                          isa, neuro_isa_name(neuro_isa_best()));
    }
    network->dt_ms = dt_ms;
    network->seed = seed;
    network->real = is_single ? NEURO_F32 : NEURO_F64;
    network->threads_wanted = n_threads;
    return NEURO_OK;
}

void
neuro_network_free(neuro_network_t *network)
{
    uint32_t i;

    if (network == NULL) {
        return;
    }
    for (i = 0; i < network->n_projections; i++) {
        neuro_projection_free(network->projections[i]);
    }
    for (i = 0; i < network->n_populations; i++) {
        neuro_population_free(network->populations[i]);
    }
    for (i = 0; i < network->n_rewirings; i++) {
        neuro_rewiring_free(network->rewirings[i]);
    }
    neuro_pool_free(network->pool);
    neuro_release(network->projections);
    neuro_release(network->rewirings);
    neuro_release(network->populations);
    neuro_release(network->actions);
    neuro_release(network->marks);
    neuro_release(network);
}

const char *
neuro_error_detail(const neuro_network_t *network)
{
    return network != NULL ? network->error.detail : "not enough memory for a network";
}

int64_t
neuro_network_step(const neuro_network_t *network)
{
    return neuro_network_elapsed(network);
}

uint32_t
neuro_network_threads(const neuro_network_t *network)
{
    return network->pool != NULL ? neuro_pool_size(network->pool) : 0;
}

const char *
neuro_network_isa(const neuro_network_t *network)
{
    return neuro_isa_name(network->isa);
}

const char *
neuro_best_isa(void)
{
    return neuro_isa_name(neuro_isa_best());
}

size_t
neuro_bytes_available(void)
{
    return neuro_memory_available();
}

neuro_status_t
neuro_network_run(neuro_network_t *network, int64_t n_steps, double max_seconds, int64_t *steps_done)
{
    const int64_t before = neuro_network_elapsed(network);
    neuro_status_t status;
    neuro_step_t done;

    *steps_done = 0;
    if (n_steps > MOST_STEPS - before) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "a run of %lld steps; a network lives for %lld",
                          (long long) n_steps, (long long) MOST_STEPS);
    }
    status = neuro_network_prepare(network);
    if (status != NEURO_OK) {
        return status;
    }
    if (network->step == 0 && network->platform->plan.has_initial_step) {
        n_steps++;
    }
    status = neuro_run(network, n_steps, max_seconds, &done);
    *steps_done = neuro_network_elapsed(network) - before;
    return status;
}

neuro_status_t
neuro_network_reset(neuro_network_t *network)
{
    neuro_status_t status = NEURO_OK;
    uint32_t i, v;

    for (i = 0; i < network->n_populations; i++) {
        neuro_population_t *population = network->populations[i];

        neuro_population_reset(population);
        neuro_population_forget_changes(population);
        for (v = 0; v < population->n_variables; v++) {
            neuro_recorder_clear(&population->recorders[v]);
        }
        for (v = 0; v < population->n_spike_records; v++) {
            population->spike_records[v].count = 0;
        }
    }
    for (i = 0; i < network->n_projections && status == NEURO_OK; i++) {
        status = neuro_projection_reset(network->projections[i]);
    }
    for (i = 0; i < network->n_rewirings && status == NEURO_OK; i++) {
        status = neuro_rewiring_reset(network->rewirings[i]);
    }
    network->step = 0;
    network->next_action = 0;
    network->n_marks = 0;
    return status;
}

uint32_t
neuro_network_n_counters(void)
{
    return NEURO_N_COUNTERS;
}

const char *
neuro_network_counter_name(uint32_t counter)
{
    return neuro_counter_name((neuro_counter_t) counter);
}

void
neuro_network_counters(const neuro_network_t *network, uint64_t *values)
{
    const neuro_counters_t total = neuro_network_total(network);

    memcpy(values, total.value, sizeof total.value);
}

void
neuro_network_seconds(const neuro_network_t *network, double *total, double *update, double *deliver)
{
    *total = network->seconds_total;
    *update = network->seconds_update;
    *deliver = network->seconds_deliver;
}

void
neuro_network_bytes(const neuro_network_t *network, size_t *populations, size_t *projections)
{
    uint32_t i;

    *populations = 0;
    *projections = 0;
    for (i = 0; i < network->n_populations; i++) {
        *populations += neuro_population_bytes(network->populations[i]);
    }
    for (i = 0; i < network->n_projections; i++) {
        *projections += neuro_projection_bytes(network->projections[i]);
    }
}

/* ---- actions --------------------------------------------------------------------------------- */

neuro_status_t
neuro_network_schedule(neuro_network_t *network, int64_t step, int kind, int64_t target, double value)
{
    neuro_action_t action = {.target = target, .value = value};
    neuro_step_t when;
    uint64_t i;

    if (kind < 0 || kind > (int) NEURO_ACTION_MARK) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "action of kind %d; known are 0, 1, 2", kind);
    }
    action.kind = (neuro_action_kind_t) kind;
    if (step >= MOST_STEPS) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "an action at step %lld; at most %lld",
                          (long long) step, (long long) MOST_STEPS);
    }
    if (step < neuro_network_elapsed(network)) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE,
                          "an action at step %lld, but %lld steps have passed", (long long) step,
                          (long long) neuro_network_elapsed(network));
    }
    if ((action.kind == NEURO_ACTION_RESET_STATE && target >= (int64_t) network->n_populations) ||
        (action.kind == NEURO_ACTION_NORMALIZE_WEIGHTS &&
         (target < 0 || target >= (int64_t) network->n_projections))) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "an action on number %lld, which does not exist",
                          (long long) target);
    }
    if (network->n_actions == network->action_capacity) {
        const uint64_t capacity = 2 * network->action_capacity + 256;
        neuro_action_t *grown =
            neuro_grow(network->actions, (size_t) network->n_actions, (size_t) capacity, sizeof *grown);

        if (grown == NULL) {
            return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for another action");
        }
        network->actions = grown;
        network->action_capacity = capacity;
    }
    when = engine_step(network, step);
    action.step = when;
    for (i = network->n_actions; i > network->next_action && network->actions[i - 1].step > when; i--) {
        network->actions[i] = network->actions[i - 1];
    }
    network->actions[i] = action;
    network->n_actions++;
    return NEURO_OK;
}

uint64_t
neuro_network_n_marks(const neuro_network_t *network)
{
    return network->n_marks;
}

neuro_status_t
neuro_network_mark(neuro_network_t *network, uint64_t number, int64_t *label, int64_t *step,
                   uint64_t *counters)
{
    uint32_t c;

    if (number >= network->n_marks) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "mark %llu of %llu", (unsigned long long) number,
                          (unsigned long long) network->n_marks);
    }
    *label = network->marks[number].label;
    *step = network->marks[number].step - network->platform->plan.has_initial_step;
    for (c = 0; c < NEURO_N_COUNTERS; c++) {
        counters[c] = network->marks[number].counters.value[c];
    }
    return NEURO_OK;
}

/* ---- functions ------------------------------------------------------------------------------- */

void
neuro_apply(neuro_function_t function, size_t n, const double *x, const double *y, double *out)
{
    size_t i;

    for (i = 0; i < n; i++) {
        switch (function) {
        case NEURO_FUNCTION_EXP:
            out[i] = neuro_exp(x[i]);
            break;
        case NEURO_FUNCTION_LOG:
            out[i] = neuro_log(x[i]);
            break;
        case NEURO_FUNCTION_SIN:
            out[i] = neuro_sin(x[i]);
            break;
        case NEURO_FUNCTION_COS:
            out[i] = neuro_cos(x[i]);
            break;
        case NEURO_FUNCTION_SQRT:
            out[i] = neuro_sqrt(x[i]);
            break;
        case NEURO_FUNCTION_POW:
            out[i] = neuro_pow(x[i], y[i]);
            break;
        }
    }
}

neuro_status_t
neuro_draw_values(const char *name, const double *parameters, uint32_t n_parameters, uint64_t seed,
                  const char *purpose_name, uint32_t object, uint64_t first, uint64_t n, double *out)
{
    static const struct {
        const char *name;
        neuro_purpose_t purpose;
    } purposes[] = {
        {"parameter", NEURO_PURPOSE_PARAMETER},
        {"initial_value", NEURO_PURPOSE_INITIAL_VALUE},
        {"connectivity", NEURO_PURPOSE_CONNECTIVITY},
        {"weight", NEURO_PURPOSE_WEIGHT},
        {"delay", NEURO_PURPOSE_DELAY},
        {"other", NEURO_PURPOSE_OTHER},
    };
    neuro_distribution_t distribution;
    neuro_stream_t stream;
    neuro_status_t status = neuro_distribution_init(&distribution, name, parameters, n_parameters);
    size_t p = 0;
    uint64_t i;

    if (status != NEURO_OK) {
        return status;
    }
    while (p < sizeof purposes / sizeof purposes[0] && strcmp(purposes[p].name, purpose_name) != 0) {
        p++;
    }
    if (p == sizeof purposes / sizeof purposes[0]) {
        return NEURO_ERR_NAME;
    }
    for (i = 0; i < n; i++) {
        neuro_stream_init(&stream, seed, purposes[p].purpose, object, first + i);
        out[i] = neuro_draw(&distribution, &stream);
        if (!(out[i] == out[i])) {
            return NEURO_ERR_VALUE;
        }
    }
    return NEURO_OK;
}
