/* A step of synapses that come and go: attempts to rewire them, and packets that arrive at the rows. */
#include "spinnaker/modulated.h"
#include "spinnaker/plastic.h"
#include "spinnaker/rewiring.h"

void
neuro_spinnaker_rewiring_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                               neuro_counters_t *counters)
{
    neuro_spinnaker_rewiring_t *rewiring = neuro_spinnaker_rewiring_of(projection);

    if (projection->kernel->is_plastic) {
        neuro_spinnaker_stdp_learn(projection, part, step, counters);
    }
    if (rewiring != NULL && rewiring->partners[0] == projection) {
        if (!rewiring->is_random) {
            neuro_spinnaker_note_arrivals(rewiring, part, step);
        }
        neuro_spinnaker_rewire(rewiring, part, projection->rows.part_first, step, counters);
    }
}

/* What a packet does to a plastic synapse. */
static inline __attribute__((always_inline)) void
update(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
       neuro_spinnaker_weight_t dependence, bool is_modulated, neuro_spinnaker_synapse_t *synapse,
       const neuro_spinnaker_packet_t *previous, const neuro_spinnaker_packet_t *packet, uint32_t delay)
{
    const neuro_spinnaker_history_t *history = &rule->post->histories[synapse->target];
    neuro_spinnaker_modulated_t modulated;
    uint64_t n_wrapped = 0; /* only Vogels' rule lets weights fall below 0 */

    if (!is_modulated) {
        synapse->weight = neuro_spinnaker_update_weight(rule, timing, dependence, synapse->weight, history,
                                                        previous, packet, delay, &n_wrapped);
        return;
    }
    modulated = (neuro_spinnaker_modulated_t){
        .weight = neuro_shift_left_wrap_i32(synapse->weight, rule->shift),
        .eligibility = neuro_shift_left_wrap_i32(synapse->eligibility, rule->shift)};
    neuro_spinnaker_modulated_update(rule, timing, dependence, &modulated, history, previous, packet, delay);
    synapse->weight = neuro_spinnaker_store_weight(rule, modulated.weight);
    synapse->eligibility = neuro_spinnaker_store_weight(rule, modulated.eligibility);
}

/* The synapses of a row of one core; `packet`: the row's, of plastic kernels. */
static inline __attribute__((always_inline)) void
sweep_row(const neuro_spinnaker_rows_t *into, const neuro_spinnaker_rule_t *rule,
          const neuro_spinnaker_row_t *row, bool is_plastic, neuro_spinnaker_timing_t timing,
          neuro_spinnaker_weight_t dependence, bool is_modulated, const neuro_spinnaker_packet_t *previous,
          const neuro_spinnaker_packet_t *packet, uint32_t lateness, neuro_spinnaker_plastic_counts_t *counts)
{
    uint32_t k;

    for (k = 0; k < row->n; k++) {
        neuro_spinnaker_synapse_t *synapse = &row->synapses[k];

        if (is_plastic) {
            const uint32_t delay = neuro_spinnaker_delay_code(rule, synapse->delay);

            update(rule, timing, dependence, is_modulated, synapse, previous, packet,
                   rule->has_delay ? delay : 0);
            neuro_spinnaker_deliver(into, synapse->target, delay, synapse->weight, lateness, counts);
        } else if (synapse->delay > lateness) {
            neuro_spinnaker_add(into, synapse->target, synapse->delay, synapse->weight, &counts->n_saturated);
        } else {
            counts->n_over++;
        }
    }
    counts->n_updates += row->n;
}

static void
count(neuro_counters_t *counters, const neuro_spinnaker_plastic_counts_t *counts, bool is_plastic)
{
    if (is_plastic) {
        neuro_spinnaker_count_plastic(counters, counts);
    } else {
        counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += counts->n_updates;
        counters->value[NEURO_COUNT_SATURATIONS] += counts->n_saturated;
    }
}

static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, bool is_plastic, neuro_spinnaker_timing_t timing,
           neuro_spinnaker_weight_t dependence, bool is_modulated)
{
    const neuro_projection_t *projection = sweep->projection;
    neuro_spinnaker_partner_t *own = projection->own;
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    const neuro_spinnaker_rows_t into = neuro_spinnaker_rows(sweep, is_plastic);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, own->learning.post);
    const uint32_t *part_first = projection->rows.part_first + sweep->part;
    neuro_spinnaker_plastic_counts_t counts = {0};
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t source = sweep->source[i];
        neuro_spinnaker_packet_t previous = {0}, *packet = NULL;
        uint32_t core, n_wrapped = 0;

        if (is_plastic) {
            packet = &own->learning.packets[(size_t) sweep->part * own->learning.n_rows + source];
            previous = *packet;
            n_wrapped = neuro_spinnaker_note_packet(&rule, timing, packet, sweep->step);
        }
        for (core = part_first[0] / cells->cells_per_core;
             core < own->n_cores && core * cells->cells_per_core < part_first[1]; core++) {
            const neuro_spinnaker_row_t *row = &own->rows[(size_t) core * projection->pre->n_cells + source];

            sweep_row(&into, &rule, row, is_plastic, timing, dependence, is_modulated, &previous, packet, 0,
                      &counts);
            if (n_wrapped > 0 && row->n > 0) {
                neuro_spinnaker_note_wraps(projection->post, core, n_wrapped, 0);
            }
        }
    }
    count(sweep->counters, &counts, is_plastic);
}

/* The same where cores lose packets: every one comes to all cores of the part. */
static inline __attribute__((always_inline)) void
sweep_lossy(const neuro_sweep_t *sweep, bool is_plastic, neuro_spinnaker_timing_t timing,
            neuro_spinnaker_weight_t dependence, bool is_modulated)
{
    const neuro_projection_t *projection = sweep->projection;
    neuro_spinnaker_partner_t *own = projection->own;
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    const neuro_spinnaker_rows_t into = neuro_spinnaker_rows(sweep, is_plastic);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, own->learning.post);
    const uint32_t *part_first = projection->rows.part_first + sweep->part;
    neuro_spinnaker_plastic_counts_t counts = {0};
    uint32_t core, k;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t source = sweep->source[i];

        for (core = part_first[0] / cells->cells_per_core;
             core < own->n_cores && core * cells->cells_per_core < part_first[1]; core++) {
            const neuro_spinnaker_row_t *row = &own->rows[(size_t) core * projection->pre->n_cells + source];
            const uint64_t n_over = counts.n_over;
            const int lateness = neuro_spinnaker_take_packet(sweep, core, source, row->n,
                                                             is_plastic ? NEURO_SPINNAKER_PLASTIC_EVENT
                                                                        : NEURO_SPINNAKER_STATIC_EVENT);
            neuro_spinnaker_packet_t previous = {0}, *packet = NULL;
            uint64_t n_events = 0;

            if (lateness == NEURO_SPINNAKER_LOST) {
                continue;
            }
            if (is_plastic) {
                packet = &own->learning.packets[(size_t) core * own->learning.n_rows + source];
                previous = *packet;
                neuro_spinnaker_note_wraps(projection->post, core,
                                           neuro_spinnaker_note_packet(&rule, timing, packet, sweep->step),
                                           0);
            }
            sweep_row(&into, &rule, row, is_plastic, timing, dependence, is_modulated, &previous, packet,
                      (uint32_t) lateness, &counts);
            for (k = 0; is_plastic && k < row->n; k++) {
                const uint32_t delay = neuro_spinnaker_delay_code(&rule, row->synapses[k].delay);

                n_events +=
                    neuro_spinnaker_events_seen(&rule.post->histories[row->synapses[k].target], previous.step,
                                                sweep->step, rule.has_delay ? delay : 0);
            }
            neuro_spinnaker_note_taken(projection->post, core, counts.n_over - n_over, n_events);
        }
    }
    count(sweep->counters, &counts, is_plastic);
}

#define SWEEP(id, plastic, timing, dependence, modulated)                                                    \
    void neuro_spinnaker_sweep_##id(const neuro_sweep_t *sweep)                                              \
    {                                                                                                        \
        sweep_rows(sweep, plastic, timing, dependence, modulated);                                           \
    }                                                                                                        \
    void neuro_spinnaker_lossy_sweep_##id(const neuro_sweep_t *sweep)                                        \
    {                                                                                                        \
        sweep_lossy(sweep, plastic, timing, dependence, modulated);                                          \
    }
NEURO_SPINNAKER_STRUCTURAL_KERNELS(SWEEP)
