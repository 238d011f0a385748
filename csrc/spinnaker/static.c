/* Static synapses. Source: synapses.c, process_fixed_synapses(). A delay of exactly as many steps as the
 * machine's ring has slots is stored there as 0 and works, because the slot has been read before the packets
 * come. */
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"

/* Targets of 16 bits in sparse rows, delays of 8 bits, one weight a synapse. */
static void
sweep_packed(const neuro_sweep_t *sweep)
{
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, false);
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
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, false);
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

/* Steps that the machine's ring can hold; 0: no limit. Longer delays go through delay extensions. */
static const neuro_rule_spec_t rules[] = {{"delay_slots", 0.0}};

static neuro_status_t
check(neuro_projection_t *projection)
{
    if (!(projection->rules[0] >= 0.0 && projection->rules[0] <= 16384.0)) {
        return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                          "rule \"delay_slots\" of projection %u is %g; it must be 0 to 16384 steps",
                          projection->id, projection->rules[0]);
    }
    return neuro_spinnaker_check_slots(projection, projection->rules[0]);
}

static uint32_t
axonal_steps(const neuro_projection_t *projection, uint32_t total)
{
    return neuro_spinnaker_extension_steps(total, projection->rules[0]);
}

const neuro_synapse_kernel_t neuro_spinnaker_static = {
    .name = "static",
    .weight_type = NEURO_U16,
    .n_rules = sizeof rules / sizeof rules[0],
    .rules = rules,
    .dendritic_rule = -1,
    .axonal_steps = axonal_steps,
    .check = check,
    .prepare = prepare,
};
