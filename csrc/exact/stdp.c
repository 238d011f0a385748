#include "exact/stdp.h"

/* Apply what the part's synapses have seen up to `now`. With weights == NULL in place, otherwise into a copy.
 */
static void
catch_up_all(const neuro_projection_t *projection, const neuro_stdp_t *stdp, int64_t now, double *weights)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *delay = &rows->columns[NEURO_DELAY];
    const neuro_column_t *column = &rows->columns[NEURO_WEIGHT];
    const bool is_late = projection->sweeps_before_arrival;
    uint32_t row, part = 0;
    uint64_t begin, end, i, k = 0;

    for (row = 0; row < stdp->n_rows; row++) {
        neuro_rows_range(rows, row, &begin, &end);
        part = 0;
        for (i = begin; i < end; i++) {
            const uint32_t t = neuro_rows_target(rows, i);
            double w = neuro_column_get(column, i);
            int64_t d, applied;
            size_t r;

            while (t >= stdp->part_first[part + 1]) {
                part++;
            }
            r = (size_t) part * stdp->n_rows + row;
            d = is_late ? 0 : (int64_t) neuro_column_get(delay, i);
            applied = (int64_t) stdp->pre_step[r] - is_late;
            applied = applied > stdp->parts[part].flushed ? applied : stdp->parts[part].flushed;
            if (stdp->pre_trace[r] > 0.0 && stdp->last_spike[t] > applied - d) {
                w = projection->capacity > 0
                        ? neuro_stdp_catch_up_own(projection, i, w, t, applied - d, now - d, d, r)
                        : neuro_stdp_catch_up(stdp, stdp->dependence, w, t, applied - d, now - d, d,
                                              neuro_stdp_pre(stdp, r), is_late);
            }
            if (weights != NULL) {
                weights[k++] = w;
            } else {
                neuro_value_set(column->data, column->type, (size_t) i, w);
            }
        }
    }
}

/* One synapse in place: r is its row's number among the traces. */
static inline void
catch_up_one(const neuro_projection_t *projection, const neuro_stdp_t *stdp, uint64_t synapse, uint32_t t,
             int64_t applied, int64_t now, size_t r)
{
    const neuro_column_t *column = &projection->rows.columns[NEURO_WEIGHT];
    const bool is_late = projection->sweeps_before_arrival;
    const int64_t d =
        is_late ? 0 : (int64_t) neuro_column_get(&projection->rows.columns[NEURO_DELAY], synapse);

    if (stdp->last_spike[t] > applied - d && projection->capacity > 0) {
        neuro_value_set(column->data, column->type, (size_t) synapse,
                        neuro_stdp_catch_up_own(projection, synapse, neuro_column_get(column, synapse), t,
                                                applied - d, now - d, d, r));
    } else if (stdp->last_spike[t] > applied - d) {
        neuro_value_set(column->data, column->type, (size_t) synapse,
                        neuro_stdp_catch_up(stdp, stdp->dependence, neuro_column_get(column, synapse), t,
                                            applied - d, now - d, d, neuro_stdp_pre(stdp, r), is_late));
    }
}

/* The same for one part only, of which few targets may have news. */
static void
flush_part(neuro_projection_t *projection, neuro_stdp_t *stdp, uint32_t part, int64_t now)
{
    const neuro_rows_t *rows = &projection->rows;
    const bool is_late = projection->sweeps_before_arrival;
    const int64_t longest = is_late ? 0 : (int64_t) projection->max_ring_delay;
    const int64_t flushed = stdp->parts[part].flushed;
    uint64_t begin, end, i;
    uint32_t row, t;

    if (stdp->parts[part].last > flushed - longest) {
        uint32_t n_news = 0, k;

        for (t = stdp->part_first[part]; t < stdp->part_first[part + 1]; t++) {
            if (stdp->last_spike[t] > flushed - longest) {
                stdp->news[stdp->part_first[part] + n_news++] = t;
            }
        }
        for (row = 0; row < stdp->n_rows; row++) {
            const size_t r = (size_t) part * stdp->n_rows + row;
            const int64_t before = (int64_t) stdp->pre_step[r] - is_late;
            const int64_t applied = before > flushed ? before : flushed;

            if (!(stdp->pre_trace[r] > 0.0) || stdp->parts[part].last <= applied - longest) {
                continue;
            }
            if (rows->layout == NEURO_DENSE) { /* only the columns of targets with news */
                for (k = 0; k < n_news; k++) {
                    t = stdp->news[stdp->part_first[part] + k];
                    catch_up_one(projection, stdp, (uint64_t) row * rows->n_post + t, t, applied, now, r);
                }
                continue;
            }
            neuro_rows_bounds(rows, row, part, &begin, &end);
            for (i = begin; i < end; i++) {
                catch_up_one(projection, stdp, i, neuro_rows_target(rows, i), applied, now, r);
            }
        }
    }
    stdp->parts[part].flushed = now;
    for (t = stdp->part_first[part]; t < stdp->part_first[part + 1]; t++) {
        const int32_t *step = stdp->step + (size_t) t * stdp->depth;
        const uint32_t n = stdp->n_spikes[t];
        const uint32_t oldest = n > stdp->depth ? n - stdp->depth : 0;
        uint32_t k = n;

        while (k > oldest && step[(k - 1) & (stdp->depth - 1)] > now - longest) {
            k--;
        }
        stdp->n_pending[t] = n - k;
    }
}

void
neuro_stdp_settle(neuro_projection_t *projection, neuro_step_t now)
{
    neuro_stdp_t *stdp = projection->own;
    uint32_t part;

    for (part = 0; stdp != NULL && part < stdp->n_parts; part++) {
        if (stdp->parts[part].flushed < now) {
            flush_part(projection, stdp, part, now);
        }
    }
}

void
neuro_stdp_settle_rows(neuro_projection_t *projection, neuro_step_t now)
{
    catch_up_all(projection, projection->own, now, NULL);
}

void
neuro_stdp_view_weights(const neuro_projection_t *projection, neuro_step_t now, double *weights)
{
    catch_up_all(projection, projection->own, now, weights);
}

/* Note a spike in the part's log; when that is full, keep only the last spike of every target. */
static void
log_spike(neuro_stdp_t *stdp, neuro_stdp_part_t *part, uint32_t target, int32_t step)
{
    uint32_t k, n = 0;

    if (part->n_log == part->log_size) {
        for (k = 0; k < part->n_log; k++) {
            if (stdp->last_spike[part->log[k].target] == part->log[k].step) {
                part->log[n++] = part->log[k];
            }
        }
        part->n_log = n;
    }
    part->log[part->n_log].step = step;
    part->log[part->n_log].target = target;
    part->n_log++;
}

void
neuro_stdp_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    neuro_stdp_t *stdp = projection->own;
    const neuro_list_t *list = neuro_queue_list(&projection->post->queue, step, part);
    const uint32_t mask = stdp->depth - 1;
    size_t k;

    (void) counters;
    for (k = 0; k < list->count; k++) {
        const uint32_t t = list->index[k];
        const size_t base = (size_t) t * stdp->depth;
        uint32_t n;
        double trace = 0.0;

        if (stdp->n_pending[t] + 1 >= stdp->depth) {
            flush_part(projection, stdp, part, step - 1);
        }
        n = stdp->n_spikes[t];
        if (stdp->weight_of != NULL) {
            const double after = stdp->is_set_to_one ? 1.0 : stdp->weight_of[base + ((n - 1) & mask)] + 1.0;

            stdp->weight_of[base + (n & mask)] =
                stdp->last_spike[t] < 0
                    ? 0.0
                    : after * neuro_stdp_decay(&stdp->slow_post, step - stdp->last_spike[t]);
        }
        if (!stdp->is_set_to_one && stdp->last_spike[t] >= 0) {
            trace = stdp->trace[base + ((n - 1) & mask)] *
                    neuro_stdp_decay(&stdp->minus, step - stdp->last_spike[t]);
        }
        stdp->spike_before[t] = stdp->last_spike[t];
        stdp->trace_before[t] = stdp->last_trace[t];
        stdp->last_trace[t] = trace + 1.0;
        stdp->trace[base + (n & mask)] = trace + 1.0;
        stdp->step[base + (n & mask)] = (int32_t) step;
        stdp->last_spike[t] = (int32_t) step;
        stdp->n_spikes[t]++;
        stdp->n_pending[t]++;
        stdp->parts[part].last = step;
        log_spike(stdp, &stdp->parts[part], t, (int32_t) step);
    }
}
