/* Plastic synapses that come and go during a run.
 *
 * Such a synapse begins without a past: only spikes that it sees after it came make pairs. The traces of its
 * row and its target hold older spikes too; what is left of these is a multiple of what there was when the
 * synapse came (born, pre_before, post_before), and is subtracted. A synapse that was there from the start
 * has nothing to subtract. */
#include "exact/stdp.h"

/* Share of a trace that is the synapse's own. */
static double
own_trace(double trace, double before, const neuro_decay_t *decay, int64_t since)
{
    const double own = before > 0.0 ? trace - before * neuro_stdp_decay(decay, since > 0 ? since : 0) : trace;

    return own > 0.0 ? own : 0.0;
}

static size_t
trace_number(const neuro_stdp_t *stdp, uint32_t row, uint32_t target)
{
    uint32_t part = 0;

    while (target >= stdp->part_first[part + 1]) {
        part++;
    }
    return (size_t) part * stdp->n_rows + row;
}

static int64_t
behind(const neuro_projection_t *projection, uint64_t synapse)
{
    return projection->sweeps_before_arrival
               ? 0
               : (int64_t) neuro_column_get(&projection->rows.columns[NEURO_DELAY], synapse);
}

double
neuro_stdp_catch_up_own(const neuro_projection_t *projection, uint64_t synapse, double w, uint32_t target,
                        int64_t low, int64_t high, int64_t d, size_t r)
{
    const neuro_stdp_t *stdp = projection->own;
    const neuro_column_t *columns = projection->rows.columns;
    const bool is_late = projection->sweeps_before_arrival;
    const int64_t born = (int64_t) neuro_column_get(&columns[STDP_BORN], synapse);
    const double before = neuro_column_get(&columns[STDP_PRE_BEFORE], synapse);
    const int64_t pre_step = stdp->pre_step[r];
    const double pre_trace = stdp->pre_trace[r];
    const uint32_t mask = stdp->depth - 1;
    const int32_t *step = stdp->step + (size_t) target * stdp->depth;
    const uint32_t n = stdp->n_spikes[target];
    const uint32_t oldest = n > stdp->depth ? n - stdp->depth : 0;
    uint32_t k = n;

    if (born >= 0 && pre_step <= born + is_late) { /* no event of the source since the synapse came */
        return w;
    }
    low = low > born - d ? low : born - d;
    while (k > oldest && step[(k - 1) & mask] > low) {
        k--;
    }
    for (; k < n && step[k & mask] <= high; k++) {
        const int64_t seen = step[k & mask] + d;
        /* events of one time do not pair when the pre-synaptic one comes first */
        const double trace = is_late && seen == pre_step
                                 ? stdp->pre_earlier[r]
                                 : pre_trace * neuro_stdp_decay(&stdp->plus, seen - pre_step);

        w = neuro_stdp_potentiate(stdp, stdp->dependence, w,
                                  own_trace(trace, before, &stdp->plus, seen - born - is_late));
        w = stdp->is_single ? (double) (float) w : w;
    }
    return w;
}

void
neuro_stdp_sweep_own(const neuro_sweep_t *sweep)
{
    neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *columns = rows->columns;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    const bool is_late = projection->sweeps_before_arrival;
    neuro_stdp_t *stdp = projection->own;
    const int64_t flushed = stdp->parts[sweep->part].flushed;
    const int64_t now = sweep->step + is_late; /* the event's time at the synapse */
    uint64_t begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        const uint32_t row = sweep->shift * rows->n_pre + sweep->source[k];
        const size_t r = (size_t) sweep->part * stdp->n_rows + row;
        const int64_t pre_step = stdp->pre_step[r];
        const double pre_trace = stdp->pre_trace[r];
        const int64_t applied = pre_step - is_late > flushed ? pre_step - is_late : flushed;

        neuro_rows_bounds(rows, row, sweep->part, &begin, &end);
        for (i = begin; i < end; i++) {
            const uint32_t t = neuro_rows_target(rows, i);
            const int64_t d = behind(projection, i);
            const neuro_step_t arrival = base + (neuro_step_t) neuro_column_get(&columns[NEURO_DELAY], i);
            const size_t place = neuro_ring_offset(ring, arrival, projection->receptor) + t;
            const int64_t born = (int64_t) neuro_column_get(&columns[STDP_BORN], i);
            double w = neuro_column_get(&columns[NEURO_WEIGHT], i), y;

            if (pre_trace > 0.0 && stdp->last_spike[t] > applied - d) {
                w = neuro_stdp_catch_up_own(projection, i, w, t, applied - d, now - is_late - d, d, r);
            }
            y = own_trace(neuro_stdp_post_trace(stdp, t, now - d),
                          neuro_column_get(&columns[STDP_POST_BEFORE], i), &stdp->minus, now - born - 1);
            w = neuro_stdp_depress(stdp, stdp->dependence, w, y);
            if (ring->type == NEURO_F32) {
                ((float *) columns[NEURO_WEIGHT].data)[i] = (float) w;
                ((float *) ring->data)[place] += (float) (projection->sign * w);
            } else {
                ((double *) columns[NEURO_WEIGHT].data)[i] = w;
                ((double *) ring->data)[place] += projection->sign * w;
            }
        }
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
        sweep->counters->value[NEURO_COUNT_PLASTIC_UPDATES] += end - begin;
        neuro_stdp_note_pre(stdp, r, now);
    }
}

void
neuro_stdp_begin_own(neuro_projection_t *projection, uint32_t row, uint64_t synapse, neuro_step_t now)
{
    const neuro_stdp_t *stdp = projection->own;
    const neuro_column_t *columns = projection->rows.columns;
    const uint32_t target = neuro_rows_target(&projection->rows, synapse);
    const bool is_late = projection->sweeps_before_arrival;
    const size_t r = trace_number(stdp, row, target);
    const int64_t d = behind(projection, synapse);
    const double pre =
        stdp->pre_step[r] < 0
            ? 0.0
            : stdp->pre_trace[r] * neuro_stdp_decay(&stdp->plus, now + is_late - stdp->pre_step[r]);

    if (now < 0) { /* before the first step: there from the start */
        return;
    }
    neuro_value_set(columns[STDP_BORN].data, columns[STDP_BORN].type, (size_t) synapse, (double) now);
    neuro_value_set(columns[STDP_PRE_BEFORE].data, columns[STDP_PRE_BEFORE].type, (size_t) synapse, pre);
    neuro_value_set(columns[STDP_POST_BEFORE].data, columns[STDP_POST_BEFORE].type, (size_t) synapse,
                    neuro_stdp_post_trace(stdp, target, now - d + 1));
}

void
neuro_stdp_forget_own(neuro_projection_t *projection)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *columns = rows->columns;
    uint64_t i;

    for (i = 0; rows->capacity > 0 && i < neuro_rows_places(rows); i++) {
        neuro_value_set(columns[STDP_BORN].data, columns[STDP_BORN].type, (size_t) i, -1.0);
        neuro_value_set(columns[STDP_PRE_BEFORE].data, columns[STDP_PRE_BEFORE].type, (size_t) i, 0.0);
        neuro_value_set(columns[STDP_POST_BEFORE].data, columns[STDP_POST_BEFORE].type, (size_t) i, 0.0);
    }
}

double
neuro_stdp_view_own(const neuro_projection_t *projection, uint32_t row, uint64_t synapse, neuro_step_t now)
{
    const neuro_stdp_t *stdp = projection->own;
    const uint32_t target = neuro_rows_target(&projection->rows, synapse);
    const size_t r = trace_number(stdp, row, target);
    const bool is_late = projection->sweeps_before_arrival;
    const int64_t d = behind(projection, synapse);
    const int64_t flushed = stdp->parts[r / stdp->n_rows].flushed;
    int64_t applied = (int64_t) stdp->pre_step[r] - is_late;
    const double w = neuro_column_get(&projection->rows.columns[NEURO_WEIGHT], synapse);

    applied = applied > flushed ? applied : flushed;
    if (!(stdp->pre_trace[r] > 0.0) || stdp->last_spike[target] <= applied - d) {
        return w;
    }
    return neuro_stdp_catch_up_own(projection, synapse, w, target, applied - d, now - d, d, r);
}
