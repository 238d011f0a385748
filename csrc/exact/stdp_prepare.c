/* What a plastic projection keeps of spikes and traces: checked, made, spread over the parts, forgotten. */
#include "core/memory.h"
#include "exact/modulated.h"
#include "exact/stdp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const neuro_stdp_kernels_t neuro_stdp_kernels_base;
#ifdef NEURO_X86
extern const neuro_stdp_kernels_t neuro_stdp_kernels_v2, neuro_stdp_kernels_v3, neuro_stdp_kernels_v4;
static const neuro_stdp_kernels_t *const variants[NEURO_N_ISA] = {
    &neuro_stdp_kernels_base, &neuro_stdp_kernels_v2, &neuro_stdp_kernels_v3, &neuro_stdp_kernels_v4};
#else
static const neuro_stdp_kernels_t *const variants[NEURO_N_ISA] = {
    &neuro_stdp_kernels_base, &neuro_stdp_kernels_base, &neuro_stdp_kernels_base, &neuro_stdp_kernels_base};
#endif

/* Spikes that a target's ring holds beyond those within the longest delay. */
enum { HISTORY_MARGIN = 16 };

static neuro_status_t
check_range(neuro_projection_t *projection, uint32_t rule, bool is_positive)
{
    const double value = projection->rules[rule];

    if (!isfinite(value) || (is_positive && value <= 0.0)) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "%s = %g; it must be finite%s",
                          projection->kernel->rules[rule].name, value, is_positive ? " and above 0" : "");
    }
    return NEURO_OK;
}

neuro_status_t
neuro_stdp_check(neuro_projection_t *projection)
{
    const neuro_stdp_form_t *form = neuro_stdp_form(projection->kernel);
    const double *rules = projection->rules;
    const double share = rules[projection->kernel->dendritic_rule];
    neuro_status_t status = NEURO_OK;
    uint32_t r;

    for (r = 0; r < projection->kernel->n_rules && status == NEURO_OK; r++) {
        status = check_range(projection, r, r < form->n_taus);
    }
    if (status != NEURO_OK) {
        return status;
    }
    if (rules[form->w_min] > rules[form->w_min + 1]) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "w_min = %g is above w_max = %g",
                          rules[form->w_min], rules[form->w_min + 1]);
    }
    if (share < 0.0 || share > 1.0) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                          "dendritic_delay_fraction = %g; it is a share of the delay, 0..1", share);
    }
    return NEURO_OK;
}

static void
forget(neuro_stdp_t *stdp, uint32_t n_post)
{
    size_t i;

    for (i = 0; i < n_post; i++) {
        stdp->n_spikes[i] = 0;
        stdp->n_pending[i] = 0;
        stdp->last_spike[i] = -1;
        stdp->spike_before[i] = -1;
        stdp->last_trace[i] = 0.0;
        stdp->trace_before[i] = 0.0;
        stdp->now[i] = 0.0;
    }
    if (stdp->now_single != NULL) {
        memset(stdp->now_single, 0, n_post * sizeof *stdp->now_single);
    }
    for (i = 0; i < (size_t) stdp->n_parts * stdp->n_rows; i++) {
        stdp->pre_trace[i] = 0.0;
        stdp->pre_step[i] = -1;
        if (stdp->pre_slow != NULL) {
            stdp->pre_slow[i] = 0.0;
        }
        if (stdp->pre_before != NULL) {
            stdp->pre_before[i] = -1;
        }
        if (stdp->pre_earlier != NULL) {
            stdp->pre_earlier[i] = 0.0;
        }
        if (stdp->pre_slow_earlier != NULL) {
            stdp->pre_slow_earlier[i] = 0.0;
        }
    }
    for (i = 0; i < stdp->n_parts; i++) {
        stdp->parts[i].flushed = -1;
        stdp->parts[i].last = INT32_MIN;
        stdp->parts[i].now_of_y = -1;
        stdp->parts[i].n_log = 0;
    }
}

void
neuro_stdp_reset(neuro_projection_t *projection)
{
    if (projection->own != NULL) {
        forget(projection->own, projection->rows.n_post);
        neuro_stdp_forget_own(projection);
    }
}

static void
release_parts(neuro_stdp_part_t *parts, uint32_t n_parts)
{
    uint32_t part;

    for (part = 0; parts != NULL && part < n_parts; part++) {
        neuro_release(parts[part].log);
    }
    neuro_release(parts);
}

static void
release_row_traces(neuro_stdp_t *stdp)
{
    neuro_release(stdp->part_first);
    neuro_release(stdp->pre_trace);
    neuro_release(stdp->pre_step);
    neuro_release(stdp->pre_slow);
    neuro_release(stdp->pre_before);
    neuro_release(stdp->pre_earlier);
    neuro_release(stdp->pre_slow_earlier);
    release_parts(stdp->parts, stdp->n_parts);
}

static void
release(neuro_stdp_t *stdp)
{
    if (stdp == NULL) {
        return;
    }
    neuro_release(stdp->plus.values);
    neuro_release(stdp->minus.values);
    neuro_release(stdp->slow_post.values);
    neuro_release(stdp->slow_pre.values);
    neuro_release(stdp->n_spikes);
    neuro_release(stdp->n_pending);
    neuro_release(stdp->last_spike);
    neuro_release(stdp->spike_before);
    neuro_release(stdp->last_trace);
    neuro_release(stdp->trace_before);
    neuro_release(stdp->step);
    neuro_release(stdp->trace);
    neuro_release(stdp->weight_of);
    neuro_release(stdp->now);
    neuro_release(stdp->now_single);
    neuro_release(stdp->news);
    release_row_traces(stdp);
    neuro_release(stdp);
}

void
neuro_stdp_free(neuro_projection_t *projection)
{
    release(projection->own);
    projection->own = NULL;
}

/* Spikes that the ring of a target must hold: a power of two. */
static uint32_t
needed_depth(const neuro_projection_t *projection)
{
    const uint32_t needed =
        (projection->sweeps_before_arrival ? 0 : projection->max_ring_delay) + HISTORY_MARGIN;
    uint32_t depth = 1;

    while (depth < needed) {
        depth *= 2;
    }
    return depth;
}

/* Longer rings, when delays have become longer; what they hold is kept. */
static neuro_status_t
deepen(neuro_stdp_t *stdp, uint32_t n_post, uint32_t depth)
{
    int32_t *step = neuro_alloc((size_t) n_post * depth, sizeof *step);
    double *trace = neuro_alloc((size_t) n_post * depth, sizeof *trace);
    const bool has_slow = stdp->weight_of != NULL;
    double *weight_of = has_slow ? neuro_alloc((size_t) n_post * depth, sizeof *weight_of) : NULL;
    uint32_t t, k;

    if (step == NULL || trace == NULL || (has_slow && weight_of == NULL)) {
        neuro_release(step);
        neuro_release(trace);
        neuro_release(weight_of);
        return NEURO_ERR_MEMORY;
    }
    for (t = 0; t < n_post; t++) {
        const uint32_t n = stdp->n_spikes[t];

        for (k = n > stdp->depth ? n - stdp->depth : 0; k < n; k++) {
            const size_t to = (size_t) t * depth + (k & (depth - 1));
            const size_t from = (size_t) t * stdp->depth + (k & (stdp->depth - 1));

            step[to] = stdp->step[from];
            trace[to] = stdp->trace[from];
            if (weight_of != NULL) {
                weight_of[to] = stdp->weight_of[from];
            }
        }
    }
    neuro_release(stdp->step);
    neuro_release(stdp->trace);
    neuro_release(stdp->weight_of);
    stdp->step = step;
    stdp->trace = trace;
    stdp->weight_of = weight_of;
    stdp->depth = depth;
    return NEURO_OK;
}

static neuro_stdp_t *
create(const neuro_projection_t *projection)
{
    const uint32_t n_post = projection->rows.n_post;
    neuro_stdp_t *stdp = neuro_alloc(1, sizeof *stdp);
    bool has_slow;

    if (stdp == NULL) {
        return NULL;
    }
    stdp->timing = neuro_stdp_form(projection->kernel)->timing;
    stdp->is_set_to_one = stdp->timing == STDP_LATEST || stdp->timing == STDP_NEAREST;
    has_slow = stdp->timing == STDP_LATEST || stdp->timing == STDP_TRIPLETS;
    stdp->is_single = projection->network->real == NEURO_F32;
    stdp->n_rows = neuro_rows_count(&projection->rows);
    stdp->depth = needed_depth(projection);
    stdp->n_spikes = neuro_alloc(n_post, sizeof *stdp->n_spikes);
    stdp->n_pending = neuro_alloc(n_post, sizeof *stdp->n_pending);
    stdp->last_spike = neuro_alloc(n_post, sizeof *stdp->last_spike);
    stdp->spike_before = neuro_alloc(n_post, sizeof *stdp->spike_before);
    stdp->last_trace = neuro_alloc(n_post, sizeof *stdp->last_trace);
    stdp->trace_before = neuro_alloc(n_post, sizeof *stdp->trace_before);
    stdp->step = neuro_alloc((size_t) n_post * stdp->depth, sizeof *stdp->step);
    stdp->trace = neuro_alloc((size_t) n_post * stdp->depth, sizeof *stdp->trace);
    stdp->now = neuro_alloc(n_post, sizeof *stdp->now);
    stdp->news = neuro_alloc(n_post, sizeof *stdp->news);
    if (has_slow) {
        stdp->weight_of = neuro_alloc((size_t) n_post * stdp->depth, sizeof *stdp->weight_of);
    }
    if (stdp->is_single && projection->rows.layout == NEURO_DENSE) {
        stdp->now_single = neuro_alloc(n_post, sizeof *stdp->now_single);
        if (stdp->now_single == NULL) {
            release(stdp);
            return NULL;
        }
    }
    if (stdp->n_spikes == NULL || stdp->n_pending == NULL || stdp->last_spike == NULL ||
        stdp->spike_before == NULL || stdp->last_trace == NULL || stdp->trace_before == NULL ||
        stdp->step == NULL || stdp->trace == NULL || stdp->now == NULL || stdp->news == NULL ||
        (has_slow && stdp->weight_of == NULL)) {
        release(stdp);
        return NULL;
    }
    forget(stdp, n_post);
    return stdp;
}

static int
by_step(const void *a, const void *b)
{
    const neuro_stdp_event_t *one = a, *other = b;

    return (one->step > other->step) - (one->step < other->step);
}

/* A log for targets first..end - 1 with the last spike of each. */
static bool
start_log(const neuro_stdp_t *stdp, neuro_stdp_part_t *part, uint32_t first, uint32_t end)
{
    uint32_t t;

    part->log_size = 2 * (end - first);
    part->log = neuro_alloc(part->log_size, sizeof *part->log);
    if (part->log == NULL) {
        return false;
    }
    for (t = first; t < end; t++) {
        if (stdp->last_spike[t] >= 0) {
            part->log[part->n_log].step = stdp->last_spike[t];
            part->log[part->n_log].target = t;
            part->n_log++;
        }
    }
    qsort(part->log, part->n_log, sizeof *part->log, by_step);
    return true;
}

/* What is known of the rows, for this number of parts: part 0's knowledge, or at first nothing. */
static bool
set_row_traces(neuro_stdp_t *stdp, const neuro_stdp_t *before, bool is_late)
{
    const bool has_slow = stdp->timing == STDP_TRIPLETS, has_before = stdp->timing == STDP_NEAREST;
    const bool has_earlier = is_late && (has_slow || stdp->timing == STDP_ALL_PAIRS);
    const size_t n = (size_t) stdp->n_parts * stdp->n_rows;
    size_t r;

    stdp->pre_trace = neuro_alloc(n, sizeof *stdp->pre_trace);
    stdp->pre_step = neuro_alloc(n, sizeof *stdp->pre_step);
    stdp->pre_slow = has_slow ? neuro_alloc(n, sizeof *stdp->pre_slow) : NULL;
    stdp->pre_slow_earlier = has_slow ? neuro_alloc(n, sizeof *stdp->pre_slow_earlier) : NULL;
    stdp->pre_before = has_before ? neuro_alloc(n, sizeof *stdp->pre_before) : NULL;
    stdp->pre_earlier = has_earlier ? neuro_alloc(n, sizeof *stdp->pre_earlier) : NULL;
    if (stdp->pre_trace == NULL || stdp->pre_step == NULL ||
        (has_slow && (stdp->pre_slow == NULL || stdp->pre_slow_earlier == NULL)) ||
        (has_before && stdp->pre_before == NULL) || (has_earlier && stdp->pre_earlier == NULL)) {
        return false;
    }
    for (r = 0; r < n; r++) {
        const bool is_known = before->pre_step != NULL;
        const size_t row = r % stdp->n_rows;

        stdp->pre_step[r] = is_known ? before->pre_step[row] : -1;
        stdp->pre_trace[r] = is_known ? before->pre_trace[row] : 0.0;
        if (has_slow) {
            stdp->pre_slow[r] = is_known ? before->pre_slow[row] : 0.0;
            stdp->pre_slow_earlier[r] = is_known ? before->pre_slow_earlier[row] : 0.0;
        }
        if (has_before) {
            stdp->pre_before[r] = is_known ? before->pre_before[row] : -1;
        }
        if (has_earlier) {
            stdp->pre_earlier[r] = is_known ? before->pre_earlier[row] : 0.0;
        }
    }
    return true;
}

/* Row traces and bookkeeping for this number of parts. */
static neuro_status_t
set_parts(neuro_projection_t *projection, neuro_stdp_t *stdp)
{
    const neuro_rows_t *rows = &projection->rows;
    const bool is_new = stdp->parts == NULL;
    const neuro_step_t now = projection->network->step - 1;
    neuro_stdp_t next = *stdp;
    bool is_complete;
    uint32_t part, t;

    next.n_parts = rows->n_parts;
    next.part_first = neuro_alloc((size_t) next.n_parts + 1, sizeof *next.part_first);
    next.parts = neuro_alloc(next.n_parts, sizeof *next.parts);
    is_complete = set_row_traces(&next, stdp, projection->sweeps_before_arrival) && next.part_first != NULL &&
                  next.parts != NULL;
    for (part = 0; is_complete && part < next.n_parts; part++) {
        is_complete = start_log(stdp, &next.parts[part], rows->part_first[part], rows->part_first[part + 1]);
    }
    if (!is_complete) {
        release_row_traces(&next);
        return NEURO_ERR_MEMORY;
    }
    if (!is_new) {
        neuro_stdp_settle_rows(projection, now);
    }
    memcpy(next.part_first, rows->part_first, ((size_t) next.n_parts + 1) * sizeof *next.part_first);
    for (part = 0; part < next.n_parts; part++) {
        neuro_stdp_part_t *own = &next.parts[part];

        own->flushed = is_new ? -1 : now;
        own->last = INT32_MIN;
        own->now_of_y = -1;
        for (t = next.part_first[part]; t < next.part_first[part + 1]; t++) {
            own->last = stdp->last_spike[t] > own->last ? stdp->last_spike[t] : own->last;
        }
    }
    release_row_traces(stdp);
    *stdp = next;
    return NEURO_OK;
}

neuro_status_t
neuro_stdp_prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const double dt = projection->network->dt_ms;
    const neuro_stdp_sweeps_t *sweeps =
        projection->network->real == NEURO_F64 ? &variants[isa]->f64 : &variants[isa]->f32;
    neuro_stdp_t *stdp = projection->own;
    neuro_status_t status = NEURO_OK;
    double rate;
    uint32_t part;

    if (neuro_modulated_is(projection)) {
        return neuro_modulated_take_over(projection, isa);
    }
    if (stdp != NULL && stdp->n_rows != neuro_rows_count(&projection->rows)) {
        neuro_stdp_free(projection);
        stdp = NULL;
    }
    if (stdp == NULL) {
        stdp = create(projection);
        if (stdp == NULL) {
            return NEURO_ERR_MEMORY;
        }
        projection->own = stdp;
    }
    if (stdp->depth < needed_depth(projection)) {
        status = deepen(stdp, projection->rows.n_post, needed_depth(projection));
        if (status != NEURO_OK) {
            return status;
        }
    }
    if (stdp->parts == NULL || stdp->n_parts != projection->rows.n_parts) {
        status = set_parts(projection, stdp);
    }
    neuro_stdp_form(projection->kernel)->fill(stdp, projection->rules);
    if (status == NEURO_OK) {
        status = neuro_stdp_tabulate(&stdp->plus, stdp->tau_plus, dt);
    }
    if (status == NEURO_OK) {
        rate = stdp->minus.rate;
        status = neuro_stdp_tabulate(&stdp->minus, stdp->tau_minus, dt);
        for (part = 0; stdp->minus.rate != rate && part < stdp->n_parts; part++) {
            stdp->parts[part].now_of_y = -1;
        }
    }
    if (status == NEURO_OK) {
        status = neuro_stdp_tabulate(&stdp->slow_post, stdp->tau_slow_post, dt);
    }
    if (status == NEURO_OK) {
        status = neuro_stdp_tabulate(&stdp->slow_pre, stdp->tau_slow_pre, dt);
    }
    projection->sweep = projection->capacity > 0 ? neuro_stdp_sweep_own : sweeps->sweep[stdp->dependence];
    return status;
}
