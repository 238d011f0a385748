/* A step of synapses that come and go: packets arrive at the rows, and are remembered for the attempts. */
#include "core/memory.h"
#include "spinnaker/cells.h"
#include "spinnaker/rewiring.h"
#include "spinnaker/rows.h"

#include <string.h>

/* Where a spike stands in the order of its tick; the last place when it is not told. */
static uint64_t
rank(const neuro_spinnaker_rewiring_t *rewiring, neuro_step_t step, const uint32_t *spike)
{
    uint64_t i;

    for (i = 0; i < rewiring->n_order; i++) {
        const double *row = rewiring->order + 3 * i;

        if (row[0] == (double) step && row[1] == spike[0] && row[2] == spike[1]) {
            break;
        }
    }
    return i;
}

/* Bring the spikes of a tick into the order of their arrival, where that is known. */
static void
sort_arrivals(const neuro_spinnaker_rewiring_t *rewiring, const neuro_list_t *list, neuro_step_t step)
{
    size_t i, k;

    for (i = 1; rewiring->n_order > 0 && i < list->count / 2; i++) {
        for (k = i; k > 0; k--) {
            uint32_t *before = list->index + 2 * (k - 1), *here = before + 2;
            const uint32_t kept[2] = {here[0], here[1]};

            if (rank(rewiring, step, before) <= rank(rewiring, step, here)) {
                break;
            }
            memcpy(here, before, sizeof kept);
            memcpy(before, kept, sizeof kept);
        }
    }
}

void
neuro_spinnaker_rewiring_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                               neuro_counters_t *counters)
{
    neuro_spinnaker_rewiring_t *rewiring = neuro_spinnaker_rewiring_of(projection);

    if (projection->kernel->is_plastic) {
        neuro_spinnaker_stdp_learn(projection, part, step, counters);
    }
    if (rewiring != NULL && rewiring->partners[0] == projection) {
        const neuro_list_t *list = &rewiring->arrivals[part].lists[(step + 1) & 1];

        if (rewiring->arrivals[part].ticks[(step + 1) & 1] == step - 1) {
            sort_arrivals(rewiring, list, step - 1);
        }
        neuro_spinnaker_rewire(rewiring, part, projection->rows.part_first, step);
    }
}

/* A spike is remembered until the same parity's next tick with spikes. */
static void
remember(neuro_spinnaker_rewiring_t *rewiring, uint32_t part, neuro_step_t step, uint32_t partner,
         uint32_t source)
{
    neuro_spinnaker_arrivals_t *arrivals = &rewiring->arrivals[part];
    neuro_list_t *list = &arrivals->lists[step & 1];

    if (arrivals->ticks[step & 1] != step) {
        arrivals->ticks[step & 1] = step;
        list->count = 0;
    }
    if (neuro_list_reserve(list, 2)) {
        list->index[list->count++] = partner;
        list->index[list->count++] = source;
    }
}

static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, bool is_plastic, neuro_spinnaker_weight_t dependence)
{
    const neuro_projection_t *projection = sweep->projection;
    neuro_spinnaker_partner_t *own = projection->own;
    neuro_spinnaker_rewiring_t *rewiring =
        own->is_registered ? neuro_spinnaker_rewiring_of(projection) : NULL;
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    const neuro_spinnaker_rows_t into = neuro_spinnaker_rows(sweep, is_plastic);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, own->learning.post);
    const uint32_t *part_first = projection->rows.part_first + sweep->part;
    uint64_t n_saturated = 0, n_events = 0, n_skipped = 0;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t source = sweep->source[i];
        neuro_spinnaker_packet_t previous = {0}, *packet = NULL;
        uint32_t core, k;

        if (rewiring != NULL) {
            remember(rewiring, sweep->part, sweep->step, own->number, source);
        }
        if (is_plastic) {
            packet = &own->learning.packets[(size_t) sweep->part * own->learning.n_rows + source];
            previous = *packet;
            neuro_spinnaker_note_packet(&rule, TIMING_PAIR, packet, sweep->step);
        }
        for (core = part_first[0] / cells->cells_per_core;
             core < own->n_cores && core * cells->cells_per_core < part_first[1]; core++) {
            const neuro_spinnaker_row_t *row = &own->rows[(size_t) core * projection->pre->n_cells + source];

            for (k = 0; k < row->n; k++) {
                neuro_spinnaker_synapse_t *synapse = &row->synapses[k];

                if (is_plastic) {
                    const uint32_t delay = neuro_spinnaker_delay_code(&rule, synapse->delay);

                    synapse->weight =
                        neuro_spinnaker_update_weight(&rule, TIMING_PAIR, dependence, synapse->weight,
                                                      &rule.post->histories[synapse->target], &previous,
                                                      packet, rule.has_delay ? delay : 0);
                    neuro_spinnaker_deliver(&into, synapse->target, delay, synapse->weight, &n_saturated,
                                            &n_skipped);
                } else {
                    neuro_spinnaker_add(&into, synapse->target, synapse->delay, synapse->weight,
                                        &n_saturated);
                }
            }
            n_events += row->n;
        }
    }
    if (is_plastic) {
        neuro_spinnaker_count_plastic(sweep->counters, n_events, n_saturated, n_skipped);
    } else {
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
        sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
    }
}

void
neuro_spinnaker_structural_sweep_static(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, false, WEIGHT_ADDITIVE);
}

void
neuro_spinnaker_structural_sweep_additive(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, true, WEIGHT_ADDITIVE);
}

void
neuro_spinnaker_structural_sweep_multiplicative(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, true, WEIGHT_MULTIPLICATIVE);
}
