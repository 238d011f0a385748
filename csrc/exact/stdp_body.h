/* Sweeps of plastic rows. Included with REAL and NAME defined. */

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define INDEPENDENT   NEURO_INDEPENDENT

/* The post-synaptic traces of all targets of the part at step q, one by one where few have a trace: those
 * that the log says fired lately, and those that did when this was done last. Returns false when they are
 * many. */
static bool
NAME(trace_few)(neuro_stdp_t *stdp, uint32_t part, neuro_step_t q)
{
    const neuro_stdp_part_t *own = &stdp->parts[part];
    const uint32_t n = stdp->part_first[part + 1] - stdp->part_first[part];
    const neuro_step_t oldest =
        own->now_of_y - (neuro_step_t) stdp->minus.n; /* before it, traces were 0 already */
    uint32_t k = own->n_log;

    if (!stdp->minus.ends_in_zero || own->now_of_y < 0 || q < own->now_of_y) {
        return false;
    }
    while (k > 0 && own->log[k - 1].step >= oldest) {
        const uint32_t t = own->log[k - 1].target;

        if (own->n_log - k > n / 8) {
            return false;
        }
        stdp->now[t] = neuro_stdp_post_trace(stdp, t, q);
        if (stdp->now_single != NULL) {
            stdp->now_single[t] = (float) stdp->now[t];
        }
        k--;
    }
    return true;
}

/* The same for rows that share one delay. */
static void
NAME(trace_all)(neuro_stdp_t *stdp, uint32_t part, neuro_step_t q)
{
    const uint32_t first = stdp->part_first[part], n = stdp->part_first[part + 1] - first;
    const double *restrict values = stdp->minus.values;
    const double *restrict trace = stdp->last_trace + first;
    const int32_t *restrict last = stdp->last_spike + first;
    double *restrict now = stdp->now + first;
    const uint32_t end = stdp->minus.n;
    const int32_t step = (int32_t) q;
    uint32_t t;

    if (stdp->parts[part].now_of_y == q) {
        return;
    }
    if (NAME(trace_few)(stdp, part, q)) {
        stdp->parts[part].now_of_y = q;
        return;
    }
    INDEPENDENT
    for (t = 0; t < n; t++) { /* the rule: all spikes are older than q; no spike yet: the trace is 0 */
        const uint32_t since = (uint32_t) (step - last[t]); /* a later spike wraps to a large number */

        now[t] = trace[t] * values[since < end ? since : end];
    }
    if (stdp->parts[part].last >= q || !stdp->minus.ends_in_zero) {
        for (t = 0; t < n; t++) {
            if (last[t] >= step || (!stdp->minus.ends_in_zero && (uint32_t) (step - last[t]) >= end)) {
                now[t] = neuro_stdp_post_trace(stdp, first + t, q);
            }
        }
    }
    if (stdp->now_single != NULL) {
        float *restrict single = stdp->now_single + first;

        for (t = 0; t < n; t++) {
            single[t] = (float) now[t];
        }
    }
    stdp->parts[part].now_of_y = q;
}

/* Depression in the arithmetic of the weights, for a dense row's vector loop. */
ALWAYS_INLINE REAL
NAME(depress)(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, REAL w, REAL y,
              const double strength)
{
    if (dependence == STDP_ADDITIVE) {
        const REAL w_min = (REAL) stdp->w_min;

        w -= (REAL) stdp->step_down * y;
        return w > w_min ? w : w_min;
    }
    return (REAL) neuro_stdp_depress(stdp, dependence, (double) w,
                                     dependence == STDP_TRIPLET ? (double) y * strength : (double) y);
}

ALWAYS_INLINE void
NAME(sweep_row)(const neuro_sweep_t *sweep, neuro_stdp_t *stdp, const neuro_dependence_t dependence,
                uint32_t row, const int target_kind, const int delay_kind, const bool has_traces)
{
    neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    const bool is_late = projection->sweeps_before_arrival;
    const size_t r = (size_t) sweep->part * stdp->n_rows + row;
    const int64_t now = sweep->step + is_late; /* the event's time at the synapse */
    const neuro_stdp_pre_t pre = neuro_stdp_pre(stdp, r);
    const double strength = neuro_stdp_strength(stdp, r, now);
    const int64_t applied = pre.step - is_late > stdp->parts[sweep->part].flushed
                                ? pre.step - is_late
                                : stdp->parts[sweep->part].flushed;
    const bool may_potentiate =
        pre.trace > 0.0 && stdp->parts[sweep->part].last > applied - (int64_t) projection->max_ring_delay;
    const uint16_t *target_16 = rows->target;
    const uint32_t *target_32 = rows->target;
    const neuro_column_t *delay = &rows->columns[NEURO_DELAY];
    REAL *weight = rows->columns[NEURO_WEIGHT].data;
    REAL *data = (REAL *) ring->data;
    const REAL sign = (REAL) projection->sign;
    REAL *one_slot = data + neuro_ring_offset(ring, base + projection->min_ring_delay, projection->receptor);
    const int64_t one_d = is_late ? 0 : (int64_t) projection->min_ring_delay;
    uint64_t begin, end, i;

    neuro_rows_bounds(rows, row, sweep->part, &begin, &end);
    for (i = begin; i < end; i++) {
        const uint32_t t = target_kind == TARGET_16 ? target_16[i]
                           : target_kind == TARGET_32
                               ? target_32[i]
                               : rows->part_first[sweep->part] + (uint32_t) (i - begin);
        const int64_t in_ring = delay_kind == DELAY_ONE
                                    ? (int64_t) projection->min_ring_delay
                                    : (int64_t) neuro_value_get(delay->data, delay->type, i);
        const int64_t d = delay_kind == DELAY_ONE ? one_d : is_late ? 0 : in_ring;
        double w = (double) weight[i], y;

        if (may_potentiate && stdp->last_spike[t] > applied - d) {
            w = neuro_stdp_catch_up_short(stdp, dependence, w, t, applied - d, now - is_late - d, d, pre,
                                          is_late);
        }
        y = has_traces ? stdp->now[t] : neuro_stdp_post_trace(stdp, t, now - d);
        y = dependence == STDP_TRIPLET ? y * strength : y;
        w = neuro_stdp_depress(stdp, dependence, w, y);
        weight[i] = (REAL) w;
        if (delay_kind == DELAY_ONE) {
            one_slot[t] += sign * weight[i];
        } else {
            data[neuro_ring_offset(ring, base + in_ring, projection->receptor) + t] += sign * weight[i];
        }
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
    sweep->counters->value[NEURO_COUNT_PLASTIC_UPDATES] += end - begin;
    neuro_stdp_note_pre(stdp, r, now);
}

/* A row of a dense matrix with one delay: the few targets with news first, then all in one vector loop. */
ALWAYS_INLINE void
NAME(sweep_dense_row)(const neuro_sweep_t *sweep, neuro_stdp_t *stdp, const neuro_dependence_t dependence,
                      uint32_t row)
{
    neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    const bool is_late = projection->sweeps_before_arrival;
    const size_t r = (size_t) sweep->part * stdp->n_rows + row;
    const int64_t now = sweep->step + is_late;
    const neuro_stdp_pre_t pre = neuro_stdp_pre(stdp, r);
    const double strength = neuro_stdp_strength(stdp, r, now);
    const neuro_stdp_part_t *part = &stdp->parts[sweep->part];
    const int64_t d = is_late ? 0 : (int64_t) projection->min_ring_delay;
    const int64_t applied = pre.step - is_late > part->flushed ? pre.step - is_late : part->flushed;
    const uint32_t first = rows->part_first[sweep->part], n = rows->part_first[sweep->part + 1] - first;
    REAL *restrict w = (REAL *) rows->columns[NEURO_WEIGHT].data + (size_t) row * rows->n_post + first;
    REAL *restrict slot = (REAL *) ring->data +
                          neuro_ring_offset(ring, base + projection->min_ring_delay, projection->receptor) +
                          first;
    const REAL *restrict y = (stdp->now_single != NULL ? (const REAL *) (const void *) stdp->now_single
                                                       : (const REAL *) (const void *) stdp->now) +
                             first;
    const REAL sign = (REAL) projection->sign;
    uint32_t k, t;

    if (pre.trace >
        0.0) { /* those with news, from the latest on; of a target's spikes the last one brings all */
        for (k = part->n_log; k > 0 && part->log[k - 1].step > applied - d; k--) {
            t = part->log[k - 1].target;
            if (part->log[k - 1].step == stdp->last_spike[t]) {
                w[t - first] =
                    (REAL) neuro_stdp_catch_up_short(stdp, dependence, (double) w[t - first], t, applied - d,
                                                     now - is_late - d, d, pre, is_late);
            }
        }
    }
    INDEPENDENT
    for (t = 0; t < n; t++) {
        const REAL next = NAME(depress)(stdp, dependence, w[t], y[t], strength);

        w[t] = next;
        slot[t] += sign * next;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n;
    sweep->counters->value[NEURO_COUNT_PLASTIC_UPDATES] += n;
    neuro_stdp_note_pre(stdp, r, now);
}

ALWAYS_INLINE void
NAME(sweep)(const neuro_sweep_t *sweep, const neuro_dependence_t dependence)
{
    neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    neuro_stdp_t *stdp = projection->own;
    const int target_kind = neuro_target_kind(rows);
    const bool is_one_delay = rows->columns[NEURO_DELAY].is_scalar;
    const uint32_t n_targets = rows->part_first[sweep->part + 1] - rows->part_first[sweep->part];
    const uint64_t mean_row = rows->n_synapses / stdp->n_rows / rows->n_parts;
    const bool has_traces = is_one_delay && (target_kind == TARGET_DENSE || sweep->n * mean_row > n_targets);
    size_t k;

    if (has_traces) {
        NAME(trace_all)
        (stdp, sweep->part,
         sweep->step + projection->sweeps_before_arrival -
             (projection->sweeps_before_arrival ? 0 : (neuro_step_t) projection->min_ring_delay));
    }
    for (k = 0; k < sweep->n; k++) {
        const uint32_t row = sweep->shift * rows->n_pre + sweep->source[k];

        if (target_kind == TARGET_DENSE && is_one_delay) {
            NAME(sweep_dense_row)(sweep, stdp, dependence, row);
        } else if (target_kind == TARGET_16 && is_one_delay && has_traces) {
            NAME(sweep_row)(sweep, stdp, dependence, row, TARGET_16, DELAY_ONE, true);
        } else if (target_kind == TARGET_16 && is_one_delay) {
            NAME(sweep_row)(sweep, stdp, dependence, row, TARGET_16, DELAY_ONE, false);
        } else if (is_one_delay) {
            NAME(sweep_row)(sweep, stdp, dependence, row, TARGET_32, DELAY_ONE, has_traces);
        } else if (target_kind == TARGET_16) {
            NAME(sweep_row)(sweep, stdp, dependence, row, TARGET_16, DELAY_8, false);
        } else {
            NAME(sweep_row)(sweep, stdp, dependence, row, target_kind, DELAY_8, false);
        }
    }
}

static void
NAME(sweep_additive)(const neuro_sweep_t *sweep)
{
    NAME(sweep)(sweep, STDP_ADDITIVE);
}

static void
NAME(sweep_multiplicative)(const neuro_sweep_t *sweep)
{
    NAME(sweep)(sweep, STDP_MULTIPLICATIVE);
}

static void
NAME(sweep_additive_multiplicative)(const neuro_sweep_t *sweep)
{
    NAME(sweep)(sweep, STDP_ADDITIVE_MULTIPLICATIVE);
}

static void
NAME(sweep_gutig)(const neuro_sweep_t *sweep)
{
    NAME(sweep)(sweep, STDP_GUTIG);
}

static void
NAME(sweep_symmetric)(const neuro_sweep_t *sweep)
{
    NAME(sweep)(sweep, STDP_SYMMETRIC);
}

static void
NAME(sweep_triplet)(const neuro_sweep_t *sweep)
{
    NAME(sweep)(sweep, STDP_TRIPLET);
}

#undef ALWAYS_INLINE
#undef INDEPENDENT
