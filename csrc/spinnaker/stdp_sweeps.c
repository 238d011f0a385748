/* The packets of the sources of one step: pair, nearest pair, Vogels', triplet and set-to-one
 * rules. A delay that the
 * machine stores as 0 is learned with as 0, and its weight is never delivered: the code compares it with the
 * packet's lateness. */
#include "spinnaker/rows.h"
#include "spinnaker/stdp.h"

static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_spinnaker_learning_t *learning = projection->own;
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, true);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, learning->post);
    neuro_spinnaker_packet_t *packets = learning->packets + (size_t) sweep->part * learning->n_rows;
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
            const uint16_t weight = neuro_spinnaker_update_weight(
                &rule, timing, dependence, row.weights[k], &learning->post->histories[target], &previous,
                &packets[number], rule.has_delay ? delay : 0);

            row.weights[k] = weight;
            neuro_spinnaker_deliver(&row, target, delay, weight, &n_saturated, &n_skipped);
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
SWEEP(sweep_nearest_additive, TIMING_NEAREST, WEIGHT_ADDITIVE)
SWEEP(sweep_nearest_multiplicative, TIMING_NEAREST, WEIGHT_MULTIPLICATIVE)
SWEEP(sweep_vogels_additive, TIMING_VOGELS, WEIGHT_ADDITIVE)
SWEEP(sweep_triplet, TIMING_TRIPLET, WEIGHT_ADDITIVE_TRIPLET)
SWEEP(sweep_set_to_one, TIMING_SET_TO_ONE, WEIGHT_ADDITIVE)
SWEEP(sweep_pair_mixed, TIMING_PAIR, WEIGHT_MIXED)
SWEEP(sweep_pair_gutig, TIMING_PAIR, WEIGHT_GUTIG)
SWEEP(sweep_nearest_mixed, TIMING_NEAREST, WEIGHT_MIXED)
SWEEP(sweep_nearest_gutig, TIMING_NEAREST, WEIGHT_GUTIG)

neuro_sweep_function_t
neuro_spinnaker_stdp_sweep(neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    static const neuro_sweep_function_t of_pairs[] = {[WEIGHT_ADDITIVE] = sweep_pair_additive,
                                                      [WEIGHT_MULTIPLICATIVE] = sweep_pair_multiplicative,
                                                      [WEIGHT_MIXED] = sweep_pair_mixed,
                                                      [WEIGHT_GUTIG] = sweep_pair_gutig};
    static const neuro_sweep_function_t of_nearest[] = {[WEIGHT_ADDITIVE] = sweep_nearest_additive,
                                                        [WEIGHT_MULTIPLICATIVE] =
                                                            sweep_nearest_multiplicative,
                                                        [WEIGHT_MIXED] = sweep_nearest_mixed,
                                                        [WEIGHT_GUTIG] = sweep_nearest_gutig};

    return timing == TIMING_PAIR      ? of_pairs[dependence]
           : timing == TIMING_NEAREST ? of_nearest[dependence]
           : timing == TIMING_VOGELS  ? sweep_vogels_additive
           : timing == TIMING_TRIPLET ? sweep_triplet
                                      : sweep_set_to_one;
}
