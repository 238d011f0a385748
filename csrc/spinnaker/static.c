/* Static synapses. Source: synapses.c, process_fixed_synapses(). A delay of exactly as many steps as the
 * machine's ring has slots is stored there as 0 and works, because the slot has been read before the packets
 * come. */
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"

/* Targets of 16 bits in sparse rows, delays of 8 bits, one weight a synapse. */
static void
sweep_packed(const neuro_sweep_t *sweep)
{
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep);
    const uint16_t *target = row.rows->target;
    const uint8_t *delay = row.delays;
    uint64_t n_saturated = 0, n_events = 0, begin, end, k;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(row.rows, sweep->shift * row.rows->n_pre + sweep->source[i], sweep->part, &begin,
                          &end);
        for (k = begin; k < end; k++) {
            neuro_spinnaker_add(&row, target[k], delay[k], row.weights[k], &n_saturated);
        }
        n_events += end - begin;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
}

static void
sweep_any(const neuro_sweep_t *sweep)
{
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep);
    uint64_t n_saturated = 0, n_events = 0, begin, end, k;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(row.rows, sweep->shift * row.rows->n_pre + sweep->source[i], sweep->part, &begin,
                          &end);
        for (k = begin; k < end; k++) {
            neuro_spinnaker_add(&row, neuro_rows_target(row.rows, k), neuro_spinnaker_delay(&row, k),
                                row.weights[k * row.weight_stride], &n_saturated);
        }
        n_events += end - begin;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
}

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *delay = &rows->columns[NEURO_DELAY];
    const bool is_packed = rows->layout == NEURO_SPARSE && rows->target_type == NEURO_U16 &&
                           !rows->columns[NEURO_WEIGHT].is_scalar && !delay->is_scalar &&
                           delay->type == NEURO_U8;

    (void) isa;
    projection->sweep = is_packed ? sweep_packed : sweep_any;
    return NEURO_OK;
}

const neuro_synapse_kernel_t neuro_spinnaker_static = {
    .name = "static",
    .weight_type = NEURO_U16,
    .dendritic_rule = -1,
    .prepare = prepare,
};
