/* Traces: how they are made, and what spikes do to them. */
#include "core/fixed.h"
#include "core/math.h"
#include "core/memory.h"
#include "core/random_inline.h"
#include "loihi/learning_traces.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number as it is written with 15 digits. */
static double
fifteen_digits(double value)
{
    char text[32];

    snprintf(text, sizeof text, "%.15g", value);
    return strtod(text, NULL);
}

/* brian2-loihi writes the whole part's factor as text of 15 digits, the fraction's in full: so sympy prints
 * its state updater, and 60 * (1 - 1 / 60) is 58 there and no fraction, never 59. */
void
neuro_loihi_trace_fill(neuro_loihi_trace_t *trace, double impulse, double tau, uint32_t flavour,
                       bool is_linear)
{
    const bool is_brian2loihi = flavour == FLAVOUR_BRIAN2LOIHI;
    const double keep =
        tau > 0.0 ? (is_linear || is_brian2loihi ? 1.0 - 1.0 / tau : neuro_exp(-1.0 / tau)) : 0.0;
    const double keep_whole = is_brian2loihi ? fifteen_digits(keep) : keep;
    uint32_t value;

    trace->whole = (uint32_t) impulse;
    trace->has_share = false;
    trace->is_defined = impulse > 0.0 && tau > 0.0;
    trace->fraction = (uint32_t) neuro_round_half_even((impulse - (double) trace->whole) * 256.0);
    for (value = 0; value < TRACE_VALUES; value++) {
        const double left = (double) value * keep, whole = floor(left);

        trace->kept[value] = (uint8_t) floor((double) value * keep_whole);
        trace->share[value] = left - whole;
        trace->threshold[value] = (uint32_t) ((left - whole) * 4294967296.0);
        trace->has_share = trace->has_share || left > whole;
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

/* What a graded spike does at once; false: the spike does not count for x0. Half of its number is added, to
 * the nearest, half to even, in 8 bits. Source: Lava, GradedSpikeCfg. */
static bool
grade(const neuro_loihi_learning_t *learning, uint8_t *x1, int32_t payload)
{
    const uint8_t half = (uint8_t) (int64_t) neuro_round_half_even((double) payload / 2.0);
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
        neuro_philox_call(neuro_loihi_key(projection), (uint64_t) CLASS_AXON_AGAIN << CLASS_BITS | row,
                          (uint64_t) step, words);
        for (k = learning->graded == GRADED_NONE ? 0 : 1; k < 2; k++) {
            const neuro_loihi_trace_t *trace = &learning->x[k];
            const bool is_up = learning->flavour == FLAVOUR_LAVA
                                   ? trace->fraction > 0
                                   : neuro_loihi_rounds_up(learning, trace, words[3] >> 8 * k & 255u);

            part->x.value[k][row] = neuro_loihi_add_impulse(part->x.value[k][row], trace, is_up);
        }
    }
    part->x.spike[row] = (uint8_t) within;
    return is_first;
}

void
neuro_loihi_axons_settle(const neuro_loihi_learning_t *learning, const neuro_loihi_part_t *part,
                         uint32_t within)
{
    uint32_t i;

    for (i = 0; learning->graded == GRADED_OVERFLOW && i < part->n_fired; i++) {
        const uint32_t row = part->fired[i];

        if (part->x.value[0][row] == TRACE_PAST && part->x.spike[row] < within) {
            part->x.value[0][row] = TRACE_PAST - TRACE_TOP;
        }
    }
}

bool
neuro_loihi_cell_fires(const neuro_projection_t *projection, uint32_t cell, uint32_t within,
                       neuro_step_t step)
{
    const neuro_loihi_learning_t *learning = projection->own;
    const neuro_loihi_traces_t *cells = &learning->cells;
    const bool is_first = cells->spike[cell] == 0;
    uint32_t words[4], k;
    double number = 0.0;

    if (!is_first && !learning->holds_cells) {
        const bool is_given = neuro_loihi_given(learning, GIVEN_Y_IMPULSE_MULTI, step, &number);

        neuro_philox_call(neuro_loihi_key(projection), (uint64_t) CLASS_CELL_AGAIN << CLASS_BITS | cell,
                          (uint64_t) step, words);
        for (k = 0; k < 3; k++) {
            const neuro_loihi_trace_t *trace = &learning->y[k];

            cells->value[k][cell] = neuro_loihi_add_impulse(
                cells->value[k][cell], trace,
                is_given ? number < (double) trace->fraction
                         : neuro_loihi_rounds_up(learning, trace, words[3] >> 8 * k & 255u));
        }
    }
    cells->spike[cell] = (uint8_t) within;
    return is_first;
}
