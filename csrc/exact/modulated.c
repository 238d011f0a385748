#include "exact/modulated.h"

#include "core/math.h"
#include "core/memory.h"
#include "exact/eventful.h"
#include "exact/exact.h"

#include <math.h>
#include <string.h>

/* Rules of neuromodulation; sign: 1 reward, -1 punishment. */
enum { M_TAU_C, M_TAU_D, M_W_MIN, M_W_MAX, M_SIGN, M_N };
/* Column of the eligibility, behind those of the kernels without a modulator. */
enum { COLUMN_ELIGIBILITY = STDP_POST_BEFORE + 1 };

/* ---- what is released where ------------------------------------------------------------------ */

typedef struct {
    uint32_t n_slots; /* a power of two */
    double *amount;   /* [slot][target]: arrives in a step */
    uint32_t n_parts;
    int64_t *until; /* [part]: latest step in which anything arrives; -1: none */
} release_t;

static void
release_sweep(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    release_t *own = projection->own;
    uint64_t begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        neuro_rows_bounds(rows, sweep->shift * rows->n_pre + sweep->source[k], sweep->part, &begin, &end);
        for (i = begin; i < end; i++) {
            const int64_t step = base + (int64_t) neuro_column_get(&rows->columns[NEURO_DELAY], i);
            const size_t slot = (size_t) step & (own->n_slots - 1);

            own->amount[slot * rows->n_post + neuro_rows_target(rows, i)] +=
                projection->rules[M_SIGN] * neuro_column_get(&rows->columns[NEURO_WEIGHT], i);
            own->until[sweep->part] = step > own->until[sweep->part] ? step : own->until[sweep->part];
        }
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
    }
}

/* What arrived in the step before has been seen by all. */
static void
release_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    const neuro_rows_t *rows = &projection->rows;
    const uint32_t first = rows->part_first[part], n = rows->part_first[part + 1] - first;
    release_t *own = projection->own;

    (void) counters;
    if (step > 0 && step - 1 <= own->until[part]) {
        memset(own->amount + ((size_t) (step - 1) & (own->n_slots - 1)) * rows->n_post + first, 0,
               n * sizeof *own->amount);
    }
}

static void
release_reset(neuro_projection_t *projection)
{
    release_t *own = projection->own;
    uint32_t part;

    if (own != NULL) {
        memset(own->amount, 0, (size_t) own->n_slots * projection->rows.n_post * sizeof *own->amount);
        for (part = 0; part < own->n_parts; part++) {
            own->until[part] = -1;
        }
    }
}

static void
release_free(neuro_projection_t *projection)
{
    release_t *own = projection->own;

    if (own != NULL) {
        neuro_release(own->amount);
        neuro_release(own->until);
        neuro_release(own);
    }
    projection->own = NULL;
}

static neuro_status_t
release_check(neuro_projection_t *projection)
{
    const double *rules = projection->rules;
    uint32_t r;

    for (r = 0; r < M_N; r++) {
        if (!isfinite(rules[r]) || (r <= M_TAU_D && rules[r] <= 0.0)) {
            return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "%s = %g; it must be finite%s",
                              projection->kernel->rules[r].name, rules[r],
                              r <= M_TAU_D ? " and above 0" : "");
        }
    }
    if (rules[M_W_MIN] > rules[M_W_MAX]) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "w_min = %g is above w_max = %g",
                          rules[M_W_MIN], rules[M_W_MAX]);
    }
    return NEURO_OK;
}

/* Slots for the longest delay, the present step and the one before; what is under way is kept. */
static neuro_status_t
release_prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const uint32_t n_post = projection->rows.n_post, n_parts = projection->rows.n_parts;
    const neuro_step_t now = projection->network->step;
    release_t *own = projection->own;
    const release_t before = own != NULL ? *own : (release_t){0};
    release_t next = {.n_slots = 4, .n_parts = n_parts};
    neuro_step_t step;
    uint32_t part;

    (void) isa;
    while (next.n_slots < projection->max_ring_delay + 2 || next.n_slots < before.n_slots) {
        next.n_slots *= 2;
    }
    next.amount = neuro_alloc((size_t) next.n_slots * n_post, sizeof *next.amount);
    next.until = neuro_alloc(n_parts, sizeof *next.until);
    own = own != NULL ? own : neuro_alloc(1, sizeof *own);
    if (next.amount == NULL || next.until == NULL || own == NULL) {
        neuro_release(next.amount);
        neuro_release(next.until);
        if (projection->own == NULL) {
            neuro_release(own);
        }
        return NEURO_ERR_MEMORY;
    }
    for (part = 0; part < n_parts; part++) {
        next.until[part] = before.amount != NULL ? now + before.n_slots : -1;
    }
    for (step = now; before.amount != NULL && step < now + (neuro_step_t) before.n_slots - 1; step++) {
        memcpy(next.amount + ((size_t) step & (next.n_slots - 1)) * n_post,
               before.amount + ((size_t) step & (before.n_slots - 1)) * n_post, n_post * sizeof *next.amount);
    }
    neuro_release(before.amount);
    neuro_release(before.until);
    *own = next;
    projection->own = own;
    projection->sweep = release_sweep;
    return NEURO_OK;
}

static bool
is_modulated_kernel(const neuro_synapse_kernel_t *kernel)
{
    return kernel->prepare == neuro_modulated_prepare;
}

/* Before its rules change: those that they rule. */
static void
release_settle(neuro_projection_t *projection, neuro_step_t now)
{
    const neuro_network_t *network = projection->network;
    uint32_t i;

    for (i = 0; i < network->n_projections; i++) {
        neuro_projection_t *other = network->projections[i];

        if (other->post == projection->post && other->is_ready && is_modulated_kernel(other->kernel)) {
            other->kernel->settle(other, now);
        }
    }
}

/* Defaults of sPyNNaker 7.4.1. */
static const neuro_rule_spec_t release_rules[] = {
    [M_TAU_C] = {"tau_c", 1000.0}, [M_TAU_D] = {"tau_d", 200.0}, [M_W_MIN] = {"w_min", 0.0},
    [M_W_MAX] = {"w_max", 1.0},    [M_SIGN] = {"sign", 1.0},
};

const neuro_synapse_kernel_t neuro_exact_neuromodulation = {
    .name = "neuromodulation",
    .weight_type = NEURO_REAL,
    .n_rules = M_N,
    .rules = release_rules,
    .dendritic_rule = -1,
    .check = release_check,
    .prepare = release_prepare,
    .free = release_free,
    .reset = release_reset,
    .learn = release_learn,
    .settle = release_settle,
};

/* ---- modulated synapses ---------------------------------------------------------------------- */

typedef struct {
    neuro_eventful_t base;
    uint32_t n_sources;
    const neuro_projection_t **sources; /* the neuromodulation of the targets */
    double w_min, w_max;
    double tau; /* ms: 1 / (1 / tau_c + 1 / tau_d) */
} modulated_t;

static void
note(const neuro_eventful_t *own, uint32_t target, const neuro_post_event_t *previous, double amount,
     neuro_post_event_t *event)
{
    const int64_t since = previous != NULL ? event->step - previous->step : 0;

    (void) target;
    event->value = previous != NULL ? previous->value * neuro_stdp_decay(&own->numbers.minus, since) : 0.0;
    event->level =
        previous != NULL ? previous->level * neuro_stdp_decay(&own->numbers.slow_post, since) : 0.0;
    event->value += event->is_spike ? 1.0 : 0.0;
    event->level += amount;
}

static double
note_row(const neuro_eventful_t *own, uint32_t row, const neuro_row_past_t *past, int64_t now)
{
    (void) row;
    return past->last < 0 ? 1.0
                          : past->last_value * neuro_stdp_decay(&own->numbers.plus, now - past->last) + 1.0;
}

/* The eligibility is the last state. */
static double *
eligibility_of(const neuro_eventful_t *own, neuro_site_t *site)
{
    return &site->state[own->rule->n_states - 1];
}

static void
advance(const neuro_eventful_t *own, neuro_site_t *site, int64_t to)
{
    const modulated_t *modulated = (const modulated_t *) (const void *) own;
    const int64_t since = to - site->clock;
    double *eligibility = eligibility_of(own, site);

    if (since <= 0) {
        return;
    }
    if (*eligibility != 0.0 && site->level != 0.0) {
        const double share = -neuro_expm1(-(double) since * own->dt_ms / modulated->tau);

        site->w += *eligibility * site->level * modulated->tau * share;
        site->w = site->w > modulated->w_min ? site->w : modulated->w_min;
        site->w = site->w < modulated->w_max ? site->w : modulated->w_max;
        site->w = neuro_eventful_rounded(own, site->w);
    }
    *eligibility *= neuro_stdp_decay(&own->numbers.slow_pre, since);
    site->level *= neuro_stdp_decay(&own->numbers.slow_post, since);
    site->clock = to;
}

static void
post(const neuro_eventful_t *own, neuro_site_t *site, const neuro_post_event_t *event,
     const neuro_post_event_t *previous)
{
    const neuro_row_past_t *row = site->row;
    const int64_t since = event->step + site->d - row->last;
    double x = 0.0;

    (void) previous;
    if (row->last >= 0 && own->is_late && since == 0) { /* events of one time do not pair */
        x = row->before < 0
                ? 0.0
                : row->before_value * neuro_stdp_decay(&own->numbers.plus, row->last - row->before);
    } else if (row->last >= 0) {
        x = row->last_value * neuro_stdp_decay(&own->numbers.plus, since);
    }
    site->state[0] = neuro_stdp_potentiate(&own->numbers, own->numbers.dependence, site->state[0], x);
}

static void
pre(const neuro_eventful_t *own, neuro_site_t *site, int64_t now, const neuro_post_event_t *previous,
    const neuro_post_event_t *spike)
{
    double y = 0.0;

    (void) spike;
    if (previous != NULL) {
        y = previous->value * neuro_stdp_decay(&own->numbers.minus, now - site->d - previous->step);
    }
    site->state[0] = neuro_stdp_depress(&own->numbers, own->numbers.dependence, site->state[0], y);
}

static const neuro_eventful_rule_t rule = {
    .n_states = 1,
    .first_column = COLUMN_ELIGIBILITY,
    .note = note,
    .note_row = note_row,
    .advance = advance,
    .post = post,
    .pre = pre,
};

/* Synapses that come and go keep the traces that they see themselves. */
enum { OWN_PRE, OWN_POST };

static double
note_row_of_own(const neuro_eventful_t *own, uint32_t row, const neuro_row_past_t *past, int64_t now)
{
    (void) own;
    (void) row;
    return neuro_eventful_count_row(past, now);
}

/* The pre-synaptic trace `since` steps after the row's last events. */
static double
own_trace_of_row(const neuro_eventful_t *own, const neuro_site_t *site, int64_t since)
{
    return neuro_site_has_row_event(own, site, site->row->last)
               ? (site->state[OWN_PRE] + site->row->last_value) * neuro_stdp_decay(&own->numbers.plus, since)
               : 0.0;
}

static void
post_of_own(const neuro_eventful_t *own, neuro_site_t *site, const neuro_post_event_t *event,
            const neuro_post_event_t *previous)
{
    const int64_t since = event->step + site->d - site->row->last;
    const double x = own->is_late && since == 0 ? site->state[OWN_PRE] : own_trace_of_row(own, site, since);
    double *eligibility = eligibility_of(own, site);

    previous = neuro_site_own_event(site, previous);
    site->state[OWN_POST] = previous == NULL
                                ? 0.0
                                : (site->state[OWN_POST] + 1.0) *
                                      neuro_stdp_decay(&own->numbers.minus, event->step - previous->step);
    *eligibility = neuro_stdp_potentiate(&own->numbers, own->numbers.dependence, *eligibility, x);
}

static void
pre_of_own(const neuro_eventful_t *own, neuro_site_t *site, int64_t now, const neuro_post_event_t *previous,
           const neuro_post_event_t *spike)
{
    double *eligibility = eligibility_of(own, site);
    double y = 0.0;

    (void) previous; /* may be a release */
    spike = neuro_site_own_event(site, spike);
    if (spike != NULL && spike->step + site->d < now) {
        y = (site->state[OWN_POST] + 1.0) *
            neuro_stdp_decay(&own->numbers.minus, now - site->d - spike->step);
    } else if (spike != NULL) { /* the state is that before a spike of this very time */
        y = site->state[OWN_POST];
    }
    if (site->row->last != now) {
        site->state[OWN_PRE] = own_trace_of_row(own, site, now - site->row->last);
    }
    *eligibility = neuro_stdp_depress(&own->numbers, own->numbers.dependence, *eligibility, y);
}

static const neuro_eventful_rule_t rule_of_own = {
    .n_states = 3,
    .first_column = STDP_PRE_BEFORE,
    .born_column = STDP_BORN,
    .note = note,
    .note_row = note_row_of_own,
    .advance = advance,
    .post = post_of_own,
    .pre = pre_of_own,
};

void
neuro_modulated_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                      neuro_counters_t *counters)
{
    const modulated_t *own = projection->own;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_list_t *list = neuro_queue_list(&projection->post->queue, step, part);
    bool is_quiet = true;
    uint32_t s, t;
    size_t k = 0;

    for (s = 0; s < own->n_sources; s++) {
        is_quiet = is_quiet && step > ((const release_t *) own->sources[s]->own)->until[part];
    }
    if (is_quiet) {
        neuro_eventful_learn(projection, part, step, counters);
        return;
    }
    for (t = rows->part_first[part]; t < rows->part_first[part + 1]; t++) {
        const bool is_spike = k < list->count && list->index[k] == t;
        double amount = 0.0;

        while (k < list->count && list->index[k] == t) {
            k++;
        }
        for (s = 0; s < own->n_sources; s++) {
            const release_t *source = own->sources[s]->own;

            amount += source->amount[((size_t) step & (source->n_slots - 1)) * rows->n_post + t];
        }
        if (is_spike || amount != 0.0) {
            neuro_eventful_add(projection, part, t, step, is_spike, amount);
        }
    }
}

void
neuro_modulated_free(neuro_projection_t *projection)
{
    modulated_t *own = projection->own;

    if (own != NULL) {
        neuro_eventful_release(&own->base);
        neuro_release(own->sources);
        neuro_release(own);
    }
    projection->own = NULL;
}

static bool
is_source(const neuro_projection_t *projection, const neuro_projection_t *other)
{
    return other->kernel == &neuro_exact_neuromodulation && other->post == projection->post;
}

bool
neuro_modulated_has_sources(const neuro_projection_t *projection)
{
    const neuro_network_t *network = projection->network;
    uint32_t i;

    for (i = 0; i < network->n_projections; i++) {
        if (is_source(projection, network->projections[i])) {
            return true;
        }
    }
    return false;
}

bool
neuro_modulated_is(const neuro_projection_t *projection)
{
    return neuro_modulated_kernel(projection->kernel, projection->capacity > 0) != NULL &&
           neuro_modulated_has_sources(projection);
}

/* The neuromodulation of the targets, which must be of one mind. */
static neuro_status_t
find_sources(neuro_projection_t *projection, modulated_t *own)
{
    const neuro_network_t *network = projection->network;
    const neuro_projection_t **sources = neuro_alloc(network->n_projections, sizeof *sources);
    uint32_t i, r, n = 0;

    if (sources == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < network->n_projections; i++) {
        if (is_source(projection, network->projections[i])) {
            sources[n++] = network->projections[i];
        }
        for (r = 0; n > 1 && sources[n - 1] == network->projections[i] && r < M_SIGN; r++) {
            if (sources[0]->rules[r] != sources[n - 1]->rules[r]) {
                const double first = sources[0]->rules[r], last = sources[n - 1]->rules[r];

                neuro_release(sources);
                return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                                  "%s = %g and %g in two neuromodulation projections onto population %u; all "
                                  "of one population "
                                  "must agree",
                                  release_rules[r].name, first, last, projection->post->id);
            }
        }
    }
    neuro_release(own->sources);
    own->sources = sources;
    own->n_sources = n;
    return NEURO_OK;
}

neuro_status_t
neuro_modulated_prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const double dt = projection->network->dt_ms;
    modulated_t *own = projection->own;
    neuro_stdp_t *numbers;
    neuro_status_t status;

    (void) isa;
    if (own != NULL && own->base.n_rows != neuro_rows_count(&projection->rows)) {
        neuro_modulated_free(projection);
        own = NULL;
    }
    if (own == NULL) {
        own = neuro_alloc(1, sizeof *own);
        if (own == NULL) {
            return NEURO_ERR_MEMORY;
        }
        projection->own = own;
    }
    status = find_sources(projection, own);
    if (status == NEURO_OK) {
        const double *rules = own->sources[0]->rules;

        numbers = &own->base.numbers;
        own->w_min = rules[M_W_MIN];
        own->w_max = rules[M_W_MAX];
        own->tau = 1.0 / (1.0 / rules[M_TAU_C] + 1.0 / rules[M_TAU_D]);
        /* before the tables change: what is pending belongs to the old ones, and was settled by whoever
         * changed them */
        status =
            neuro_eventful_prepare(projection, &own->base, projection->capacity > 0 ? &rule_of_own : &rule);
        neuro_stdp_form(projection->kernel)->fill(numbers, projection->rules);
        numbers->tau_slow_pre = rules[M_TAU_C];
        numbers->tau_slow_post = rules[M_TAU_D];
        status = status == NEURO_OK ? neuro_stdp_tabulate(&numbers->plus, numbers->tau_plus, dt) : status;
        status = status == NEURO_OK ? neuro_stdp_tabulate(&numbers->minus, numbers->tau_minus, dt) : status;
        status =
            status == NEURO_OK ? neuro_stdp_tabulate(&numbers->slow_pre, numbers->tau_slow_pre, dt) : status;
        status = status == NEURO_OK ? neuro_stdp_tabulate(&numbers->slow_post, numbers->tau_slow_post, dt)
                                    : status;
    }
    return status;
}

neuro_status_t
neuro_modulated_take_over(neuro_projection_t *projection, neuro_isa_t isa)
{
    const neuro_synapse_kernel_t *kernel =
        neuro_modulated_kernel(projection->kernel, projection->capacity > 0);
    neuro_column_t *column = &projection->rows.columns[projection->rows.n_columns];

    if (projection->own != NULL && projection->network->step > 0) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                          "projection %u has learnt without the modulator of population %u; connect "
                          "neuromodulation before the first run",
                          projection->id, projection->post->id);
    }
    column->data = neuro_alloc(1, sizeof(double));
    if (column->data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    column->type = NEURO_F64;
    column->is_scalar = true;
    projection->rows.n_columns++;
    projection->kernel->free(projection);
    projection->kernel = kernel;
    return kernel->prepare(projection, isa);
}
