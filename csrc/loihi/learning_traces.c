/* Traces: impulses, decay with stochastic rounding, and the history of an epoch. */
#include "core/fixed.h"
#include "core/math.h"
#include "core/memory.h"
#include "core/random_inline.h"
#include "loihi/learning.h"

#include <math.h>
#include <string.h>

/* Random words of an axon or a cell in a step: four, from one call. Words 0..2 round the traces' decay, the
 * bytes of word 3 their impulses. The synapses' words (learning_kernels.c) have class 0. */
enum { CLASS_BITS = 40, CLASS_AXON = 1, CLASS_CELL, CLASS_AXON_AGAIN, CLASS_CELL_AGAIN };

static uint64_t
key_of(const neuro_projection_t *projection)
{
    return neuro_philox_key(projection->network->seed, NEURO_PURPOSE_SYNAPSE, projection->id);
}

void
neuro_loihi_trace_fill(neuro_loihi_trace_t *trace, double impulse, double tau, bool is_linear)
{
    const double keep = tau > 0.0 ? (is_linear ? 1.0 - 1.0 / tau : neuro_exp(-1.0 / tau)) : 0.0;
    uint32_t value;

    trace->whole = (uint32_t) impulse;
    trace->fraction = (uint32_t) neuro_round_half_even((impulse - (double) trace->whole) * 256.0);
    for (value = 0; value < TRACE_VALUES; value++) {
        const double left = (double) value * keep, whole = floor(left);

        trace->kept[value] = (uint8_t) whole;
        trace->share[value] = left - whole;
        trace->threshold[value] = (uint32_t) ((left - whole) * 4294967296.0);
    }
}

neuro_status_t
neuro_loihi_traces_make(neuro_loihi_traces_t *traces, uint32_t n, uint32_t n_traces, uint32_t n_epoch)
{
    uint32_t k;

    traces->n = n;
    traces->n_traces = n_traces;
    traces->spike = neuro_alloc(n, 1);
    if (traces->spike == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (k = 0; k < n_traces; k++) {
        traces->value[k] = neuro_alloc(n, 1);
        traces->history[k] = neuro_alloc((size_t) (n_epoch + 1), n);
        if (traces->value[k] == NULL || traces->history[k] == NULL) {
            return NEURO_ERR_MEMORY;
        }
    }
    return NEURO_OK;
}

void
neuro_loihi_traces_free(neuro_loihi_traces_t *traces)
{
    uint32_t k;

    for (k = 0; k < MOST_TRACES; k++) {
        neuro_release(traces->value[k]);
        neuro_release(traces->history[k]);
    }
    neuro_release(traces->spike);
    memset(traces, 0, sizeof *traces);
}

/* ---- spikes ---------------------------------------------------------------------------------- */

/* Lava compares 7 bits with the 8 of the fraction; so half and more always count. */
static bool
rounds_up(const neuro_loihi_learning_t *learning, const neuro_loihi_trace_t *trace, uint32_t byte)
{
    return (learning->flavour == FLAVOUR_LAVA ? byte & 127u : byte) < trace->fraction;
}

static uint8_t
add_impulse(uint32_t value, const neuro_loihi_trace_t *trace, bool is_up)
{
    const uint32_t sum = value + trace->whole + (uint32_t) is_up;

    return (uint8_t) (sum < TRACE_TOP ? sum : TRACE_TOP);
}

/* What a graded spike does at once; false: the spike does not count for x0. Half of its number is added, to
 * the nearest, half to even, in 8 bits. Source: Lava, GradedSpikeCfg. */
static bool
grade(const neuro_loihi_learning_t *learning, uint8_t *x1, int32_t payload)
{
    const uint8_t half = (uint8_t) neuro_round_half_even((double) payload / 2.0);
    const uint8_t sum = (uint8_t) (*x1 + half);

    switch (learning->graded) {
    case GRADED_OVERWRITE:
        *x1 = half;
        break;
    case GRADED_SATURATE:
        *x1 = sum < TRACE_TOP ? sum : TRACE_TOP;
        break;
    case GRADED_OVERFLOW:
        *x1 = sum > TRACE_TOP ? (uint8_t) (sum - TRACE_TOP) : sum;
        return sum > TRACE_TOP;
    default:
        break;
    }
    return true;
}

bool
neuro_loihi_axon_fires(const neuro_projection_t *projection, neuro_loihi_part_t *part, uint32_t row,
                       uint32_t within, neuro_step_t step, int32_t payload)
{
    const neuro_loihi_learning_t *learning = projection->own;
    const bool is_first = part->x.spike[row] == 0;
    uint32_t words[4], k;

    if (!grade(learning, &part->x.value[0][row], payload)) {
        return false;
    }
    if (!is_first) {
        neuro_philox_call(key_of(projection), (uint64_t) CLASS_AXON_AGAIN << CLASS_BITS | row,
                          (uint64_t) step, words);
        for (k = learning->graded == GRADED_NONE ? 0 : 1; k < 2; k++) {
            const neuro_loihi_trace_t *trace = &learning->x[k];
            const bool is_up = learning->flavour == FLAVOUR_LAVA
                                   ? trace->fraction > 0
                                   : rounds_up(learning, trace, words[3] >> 8 * k & 255u);

            part->x.value[k][row] = add_impulse(part->x.value[k][row], trace, is_up);
        }
    }
    part->x.spike[row] = (uint8_t) within;
    return is_first;
}

bool
neuro_loihi_cell_fires(const neuro_projection_t *projection, uint32_t cell, uint32_t within,
                       neuro_step_t step)
{
    const neuro_loihi_learning_t *learning = projection->own;
    const neuro_loihi_traces_t *cells = &learning->cells;
    const bool is_first = cells->spike[cell] == 0;
    uint32_t words[4], k;
    double number;

    if (!is_first) {
        const bool is_given = neuro_loihi_given(learning, GIVEN_Y_IMPULSE_MULTI, step, &number);

        neuro_philox_call(key_of(projection), (uint64_t) CLASS_CELL_AGAIN << CLASS_BITS | cell,
                          (uint64_t) step, words);
        for (k = 0; k < 3; k++) {
            const neuro_loihi_trace_t *trace = &learning->y[k];

            cells->value[k][cell] =
                add_impulse(cells->value[k][cell], trace,
                            is_given ? number < (double) trace->fraction
                                     : rounds_up(learning, trace, words[3] >> 8 * k & 255u));
        }
    }
    cells->spike[cell] = (uint8_t) within;
    return is_first;
}

/* ---- an epoch -------------------------------------------------------------------------------- */

typedef struct {
    const neuro_loihi_learning_t *learning;
    const neuro_loihi_trace_t *traces;
    uint64_t key, first_index;
    double decay, impulse; /* given */
    bool has_decay, has_impulse, is_graded;
} close_t;

static bool
is_silent(const neuro_loihi_traces_t *traces, uint32_t first, uint32_t n)
{
    uint32_t any = 0, k, i;

    for (i = 0; i < n; i++) {
        any |= traces->spike[first + i];
        for (k = 0; k < traces->n_traces; k++) {
            any |= traces->value[k][first + i];
        }
    }
    return any == 0;
}

/* One trace of a chunk in one step: decay, then the impulse. */
static void
move(const close_t *close, const neuro_loihi_traces_t *traces, uint32_t k, uint32_t first, uint32_t n,
     uint32_t within, const uint32_t (*words)[4])
{
    const neuro_loihi_trace_t *trace = &close->traces[k];
    const uint8_t *from = traces->history[k] + (size_t) (within - 1) * traces->n + first;
    uint8_t *to = traces->history[k] + (size_t) within * traces->n + first;
    const bool has_impulse = !(close->is_graded && k == 0);
    uint32_t i;

    for (i = 0; i < n; i++) {
        const uint8_t value = from[i];
        const bool is_up =
            close->has_decay ? close->decay < trace->share[value] : words[i][k] < trace->threshold[value];

        to[i] = (uint8_t) (trace->kept[value] + is_up);
        if (traces->spike[first + i] == within && !has_impulse) {
            to[i] = to[i] < TRACE_TOP ? to[i] : TRACE_TOP; /* an impulse of 0 limits too */
        } else if (traces->spike[first + i] == within) {
            to[i] = add_impulse(to[i], trace,
                                close->has_impulse
                                    ? close->impulse < (double) trace->fraction
                                    : rounds_up(close->learning, trace, words[i][3] >> 8 * k & 255u));
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
        const uint8_t now = traces->spike[i] > 0 ? add_impulse(before, trace, false) : before;
        const bool is_up = close->has_decay ? close->decay < trace->share[before]
                                            : words[i - first][k] < trace->threshold[before];

        traces->history[k][i] = before;
        traces->history[k][traces->n + i] = now;
        traces->value[k][i] = (uint8_t) (trace->kept[now] + is_up);
    }
}

static void
close_chunk(const close_t *close, const neuro_loihi_traces_t *traces, uint32_t first, uint32_t n,
            neuro_step_t step)
{
    const uint32_t n_epoch = close->learning->n_epoch;
    uint32_t words[TRACE_CHUNK][4], k, within;

    for (within = 0; is_silent(traces, first, n) && within <= n_epoch; within++) {
        for (k = 0; k < traces->n_traces; k++) {
            memset(traces->history[k] + (size_t) within * traces->n + first, 0, n);
        }
    }
    if (within > 0) {
        return;
    }
    for (k = 0; k < traces->n_traces; k++) {
        memcpy(traces->history[k] + first, traces->value[k] + first, n);
    }
    for (within = 1; within <= n_epoch; within++) {
        if (!close->has_decay || !close->has_impulse) {
            neuro_philox_run(close->key, close->first_index + first,
                             (uint64_t) (step - (neuro_step_t) (n_epoch - within)), n, words[0]);
        }
        for (k = 0; k < traces->n_traces; k++) {
            if (close->learning->flavour == FLAVOUR_BRIAN2LOIHI) {
                move_brian2loihi(close, traces, k, first, n, (const uint32_t(*)[4]) words);
            } else {
                move(close, traces, k, first, n, within, (const uint32_t(*)[4]) words);
            }
        }
    }
    for (k = 0; close->learning->flavour != FLAVOUR_BRIAN2LOIHI && k < traces->n_traces; k++) {
        memcpy(traces->value[k] + first, traces->history[k] + (size_t) n_epoch * traces->n + first, n);
    }
}

void
neuro_loihi_traces_close(const neuro_projection_t *projection, neuro_loihi_traces_t *traces, bool is_post,
                         uint32_t first, uint32_t end, neuro_step_t step)
{
    const neuro_loihi_learning_t *learning = projection->own;
    close_t close = {.learning = learning,
                     .traces = is_post ? learning->y : learning->x,
                     .key = key_of(projection),
                     .first_index = (uint64_t) (is_post ? CLASS_CELL : CLASS_AXON) << CLASS_BITS,
                     .is_graded = !is_post && learning->graded != GRADED_NONE};

    close.has_decay =
        neuro_loihi_given(learning, is_post ? GIVEN_Y_DECAY : GIVEN_X_DECAY, step, &close.decay);
    close.has_impulse =
        neuro_loihi_given(learning, is_post ? GIVEN_Y_IMPULSE : GIVEN_X_IMPULSE, step, &close.impulse);
    for (; first < end; first += TRACE_CHUNK) {
        close_chunk(&close, traces, first, end - first < TRACE_CHUNK ? end - first : TRACE_CHUNK, step);
    }
}
