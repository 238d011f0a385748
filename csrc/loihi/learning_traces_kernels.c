/* An epoch of traces, gone through at its end: histories, then the traces after it. */
#include "loihi/learning_traces.h"

#include <string.h>

typedef struct {
    const neuro_loihi_learning_t *learning;
    const neuro_loihi_trace_t *traces;
    uint64_t key, first_index;
    double decay, impulse; /* given */
    bool has_decay, has_impulse, is_graded, is_held;
} close_t;

/* Whether trace k of a chunk is 0 and stays 0 in this epoch. */
static bool
is_silent(const close_t *close, const neuro_loihi_traces_t *traces, uint32_t k, uint32_t first, uint32_t n)
{
    const bool has_impulse = close->traces[k].whole > 0 || close->traces[k].fraction > 0;
    const uint8_t *restrict value = traces->value[k] + first, *restrict spike = traces->spike + first;
    uint32_t any = 0, i;

    for (i = 0; i < n; i++) {
        any |= value[i];
    }
    for (i = 0; has_impulse && i < n; i++) {
        any |= spike[i];
    }
    return any == 0;
}

/* One trace of a chunk in one step: decay, then the impulse. */
static void
move(const close_t *close, const neuro_loihi_traces_t *traces, uint32_t k, uint32_t first, uint32_t n,
     uint32_t within, const uint32_t (*words)[4])
{
    const neuro_loihi_trace_t *trace = &close->traces[k];
    const uint8_t *restrict from = traces->history[k] + (size_t) (within - 1) * traces->n + first;
    uint8_t *restrict to = traces->history[k] + (size_t) within * traces->n + first;
    const uint8_t *restrict spike = traces->spike + first;
    const bool has_impulse = !(close->is_graded && k == 0);
    uint32_t any = 0, i;

    for (i = 0; i < n; i++) {
        any |= spike[i] == within;
    }
    if (close->has_decay) {
        for (i = 0; i < n; i++) {
            to[i] = (uint8_t) (trace->kept[from[i]] + (close->decay < trace->share[from[i]]));
        }
    } else if (!trace->has_share) {
        for (i = 0; i < n; i++) {
            to[i] = trace->kept[from[i]];
        }
    } else {
        for (i = 0; i < n; i++) {
            to[i] = (uint8_t) (trace->kept[from[i]] + (words[i][k] < trace->threshold[from[i]]));
        }
    }
    for (i = 0; any != 0 && i < n; i++) {
        if (spike[i] != within) {
            continue;
        }
        if (!has_impulse) {
            to[i] = to[i] < TRACE_TOP ? to[i] : TRACE_TOP; /* an impulse of 0 limits too */
        } else {
            to[i] = neuro_loihi_add_impulse(
                to[i], trace,
                trace->fraction > 0 &&
                    (close->has_impulse
                         ? close->impulse < (double) trace->fraction
                         : neuro_loihi_rounds_up(close->learning, trace, words[i][3] >> 8 * k & 255u)));
        }
    }
}

/* brian2-loihi: impulses come first, and whether a trace is rounded up was decided before them. Its histories
 * hold the traces before and after the impulse. */
static void
move_brian2loihi(const close_t *close, const neuro_loihi_traces_t *traces, uint32_t k, uint32_t first,
                 uint32_t n, const uint32_t (*words)[4])
{
    const neuro_loihi_trace_t *trace = &close->traces[k];
    uint32_t i;

    for (i = first; i < first + n; i++) {
        const uint8_t before = traces->value[k][i];
        const uint8_t now = traces->spike[i] > 0 ? neuro_loihi_add_impulse(before, trace, false) : before;
        const bool is_up =
            trace->has_share && (close->has_decay ? close->decay < trace->share[before]
                                                  : words[i - first][k] < trace->threshold[before]);

        traces->history[k][i] = before;
        traces->history[k][traces->n + i] = now;
        traces->value[k][i] = (uint8_t) (trace->kept[now] + is_up);
    }
}

/* Whether a trace that moves needs random words. */
static bool
needs_words(const close_t *close, uint32_t k)
{
    const neuro_loihi_trace_t *trace = &close->traces[k];

    return (trace->has_share && !close->has_decay) || (trace->fraction > 0 && !close->has_impulse);
}

static void
close_chunk(const close_t *close, const neuro_loihi_traces_t *traces, uint32_t first, uint32_t n,
            neuro_step_t step)
{
    const uint32_t n_epoch = close->learning->n_epoch;
    const bool is_brian2loihi = close->learning->flavour == FLAVOUR_BRIAN2LOIHI;
    uint32_t words[TRACE_CHUNK][4], moving[MOST_TRACES], n_moving = 0, k, m, within;
    bool draws = false;

    for (k = 0; k < traces->n_traces; k++) {
        if (!is_silent(close, traces, k, first, n)) {
            moving[n_moving++] = k;
            draws = draws || needs_words(close, k);
            memcpy(traces->history[k] + first, traces->value[k] + first, n);
            continue;
        }
        for (within = 0; within <= n_epoch; within++) {
            memset(traces->history[k] + (size_t) within * traces->n + first, 0, n);
        }
    }
    for (within = 1; n_moving > 0 && within <= n_epoch; within++) {
        if (draws) {
            neuro_philox_run(close->key, close->first_index + first,
                             (uint64_t) (step - (neuro_step_t) (n_epoch - within)), n, words[0]);
        }
        for (m = 0; m < n_moving; m++) {
            if (is_brian2loihi) {
                move_brian2loihi(close, traces, moving[m], first, n, (const uint32_t(*)[4]) words);
            } else {
                move(close, traces, moving[m], first, n, within, (const uint32_t(*)[4]) words);
            }
        }
    }
    for (m = 0; !is_brian2loihi && !close->is_held && m < n_moving; m++) {
        k = moving[m];
        memcpy(traces->value[k] + first, traces->history[k] + (size_t) n_epoch * traces->n + first, n);
    }
}

void
NEURO_VARIANT(neuro_loihi_traces_close)(const neuro_projection_t *projection, neuro_loihi_traces_t *traces,
                                        bool is_post, uint32_t first, uint32_t end, neuro_step_t step)
{
    const neuro_loihi_learning_t *learning = projection->own;
    close_t close = {.learning = learning,
                     .traces = is_post ? learning->y : learning->x,
                     .key = neuro_loihi_key(projection),
                     .first_index = (uint64_t) (is_post ? CLASS_CELL : CLASS_AXON) << CLASS_BITS,
                     .is_graded = !is_post && learning->graded != GRADED_NONE,
                     .is_held = is_post && learning->holds_cells};

    close.has_decay =
        neuro_loihi_given(learning, is_post ? GIVEN_Y_DECAY : GIVEN_X_DECAY, step, &close.decay);
    close.has_impulse =
        neuro_loihi_given(learning, is_post ? GIVEN_Y_IMPULSE : GIVEN_X_IMPULSE, step, &close.impulse);
    for (; first < end; first += TRACE_CHUNK) {
        close_chunk(&close, traces, first, end - first < TRACE_CHUNK ? end - first : TRACE_CHUNK, step);
    }
}
