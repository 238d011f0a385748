/* Packets of sources whose synapses learn under rewards and punishments, and these. */
#include "spinnaker/cells.h"
#include "spinnaker/modulated.h"
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"
#include "spinnaker/stdp.h"

static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_spinnaker_learning_t *learning = projection->own;
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, true);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, learning->post);
    neuro_spinnaker_packet_t *packets = learning->packets + (size_t) sweep->part * learning->n_rows;
    uint16_t *eligibilities = row.rows->columns[COLUMN_ELIGIBILITY].data;
    uint64_t n_saturated = 0, n_updates = 0, n_skipped = 0, begin, end, k;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t number = sweep->shift * row.rows->n_pre + sweep->source[i];
        const neuro_spinnaker_packet_t previous = packets[number];

        neuro_spinnaker_note_packet(&rule, timing, &packets[number], sweep->step);
        neuro_rows_bounds(row.rows, number, sweep->part, &begin, &end);
        for (k = begin; k < end; k++) {
            const uint32_t target = neuro_rows_target(row.rows, k);
            const uint32_t delay = neuro_spinnaker_delay_code(&rule, neuro_spinnaker_delay(&row, k));
            neuro_spinnaker_modulated_t synapse = {
                .weight = neuro_shift_left_wrap_i32(row.weights[k], rule.shift),
                .eligibility = neuro_shift_left_wrap_i32(eligibilities[k], rule.shift)};

            neuro_spinnaker_modulated_update(&rule, timing, dependence, &synapse,
                                             &learning->post->histories[target], &previous, &packets[number],
                                             rule.has_delay ? delay : 0);
            row.weights[k] = neuro_spinnaker_store_weight(&rule, synapse.weight);
            eligibilities[k] = neuro_spinnaker_store_weight(&rule, synapse.eligibility);
            neuro_spinnaker_deliver(&row, target, delay, row.weights[k], &n_saturated, &n_skipped);
        }
        n_updates += end - begin;
    }
    neuro_spinnaker_count_plastic(sweep->counters, n_updates, n_saturated, n_skipped);
}

#define SWEEP(name, timing, dependence)                                                                      \
    static void name(const neuro_sweep_t *sweep)                                                             \
    {                                                                                                        \
        sweep_rows(sweep, timing, dependence);                                                               \
    }
SWEEP(sweep_pair_additive, TIMING_PAIR, WEIGHT_ADDITIVE)
SWEEP(sweep_pair_multiplicative, TIMING_PAIR, WEIGHT_MULTIPLICATIVE)
SWEEP(sweep_vogels_additive, TIMING_VOGELS, WEIGHT_ADDITIVE)

neuro_sweep_function_t
neuro_spinnaker_modulated_sweep(neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    return timing == TIMING_VOGELS         ? sweep_vogels_additive
           : dependence == WEIGHT_ADDITIVE ? sweep_pair_additive
                                           : sweep_pair_multiplicative;
}

/* A reward or punishment: an event in the histories of its targets, at once, whatever the delay. Weights are
 * concentrations, one = 2048. */
void
neuro_spinnaker_modulator_sweep(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    neuro_spinnaker_post_t *post = cells->post;
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, true);
    const bool is_punishment = projection->kernel == &neuro_spinnaker_punishment;
    uint64_t n_events = 0, n_dropped = 0, begin, end, k;
    size_t i;

    if (post == NULL || !post->is_modulated) {
        return;
    }
    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(row.rows, sweep->shift * row.rows->n_pre + sweep->source[i], sweep->part, &begin,
                          &end);
        for (k = begin; k < end; k++) {
            neuro_spinnaker_history_t *history = &post->histories[neuro_rows_target(row.rows, k)];
            const neuro_step_t since = sweep->step - history->steps[history->last];
            const int32_t left = neuro_spinnaker_multiply_stdp(history->seconds[history->last],
                                                               neuro_spinnaker_look_up(&post->d, since));
            const int32_t amount = row.weights[k * row.weight_stride];

            n_dropped += neuro_spinnaker_append(
                history, sweep->step,
                neuro_wrap_i16(neuro_spinnaker_multiply_stdp(history->traces[history->last],
                                                             neuro_spinnaker_look_up(&post->minus, since))),
                neuro_wrap_i16(is_punishment ? left - amount : left + amount), true);
        }
        n_events += end - begin;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
    sweep->counters->value[NEURO_COUNT_HISTORY_DROPS] += n_dropped;
}
