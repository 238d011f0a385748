/* Packets of sources whose synapses learn under rewards and punishments, and these. */
#include "spinnaker/modulated.h"
#include "spinnaker/plastic.h"
#include "spinnaker/spinnaker.h"

/* Synapses [begin, end) of one row, after the packet `previous`. */
static inline __attribute__((always_inline)) void
learn_row(const neuro_spinnaker_rows_t *row, const neuro_spinnaker_rule_t *rule,
          neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence, uint64_t begin, uint64_t end,
          const neuro_spinnaker_packet_t *previous, const neuro_spinnaker_packet_t *packet, uint32_t lateness,
          neuro_spinnaker_plastic_counts_t *counts)
{
    uint16_t *eligibilities = row->rows->columns[COLUMN_ELIGIBILITY].data;
    uint64_t k;

    for (k = begin; k < end; k++) {
        const uint32_t target = neuro_rows_target(row->rows, k);
        const uint32_t delay = neuro_spinnaker_delay_code(rule, neuro_spinnaker_delay(row, k));
        neuro_spinnaker_modulated_t synapse = {
            .weight = neuro_shift_left_wrap_i32(row->weights[k], rule->shift),
            .eligibility = neuro_shift_left_wrap_i32(eligibilities[k], rule->shift)};

        neuro_spinnaker_modulated_update(rule, timing, dependence, &synapse, &rule->post->histories[target],
                                         previous, packet, rule->has_delay ? delay : 0);
        if (timing == TIMING_VOGELS && synapse.eligibility < 0) {
            neuro_spinnaker_note_wraps(row->post, target / rule->post->cells_per_core, 0, 1);
        }
        row->weights[k] = neuro_spinnaker_store_weight(rule, synapse.weight);
        eligibilities[k] = neuro_spinnaker_store_weight(rule, synapse.eligibility);
        neuro_spinnaker_deliver(row, target, delay, row->weights[k], lateness, counts);
    }
    counts->n_updates += end - begin;
}

#include "spinnaker/plastic_body.h"

NEURO_SPINNAKER_PLASTIC_SWEEP(pair_additive, TIMING_PAIR, WEIGHT_ADDITIVE)
NEURO_SPINNAKER_PLASTIC_SWEEP(pair_multiplicative, TIMING_PAIR, WEIGHT_MULTIPLICATIVE)
NEURO_SPINNAKER_PLASTIC_SWEEP(vogels_additive, TIMING_VOGELS, WEIGHT_ADDITIVE)

neuro_sweep_function_t
neuro_spinnaker_modulated_sweep(neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence,
                                bool is_lossy)
{
    if (timing == TIMING_VOGELS) {
        return is_lossy ? lossy_vogels_additive : sweep_vogels_additive;
    }
    if (dependence == WEIGHT_ADDITIVE) {
        return is_lossy ? lossy_pair_additive : sweep_pair_additive;
    }
    return is_lossy ? lossy_pair_multiplicative : sweep_pair_multiplicative;
}

/* ---- rewards and punishments ----------------------------------------------------------------- */

typedef struct {
    neuro_spinnaker_post_t *post;
    neuro_spinnaker_rows_t row;
    neuro_step_t step;
    bool is_punishment;
    uint64_t n_events, n_dropped;
} modulator_sweep_t;

/* A reward or punishment: an event in the histories of its targets, at once, whatever the delay. Weights are
 * concentrations, one = 2048. */
static void
reward_row(modulator_sweep_t *sweep, uint64_t begin, uint64_t end)
{
    const neuro_spinnaker_post_t *post = sweep->post;
    uint64_t k;

    for (k = begin; k < end; k++) {
        neuro_spinnaker_history_t *history = &post->histories[neuro_rows_target(sweep->row.rows, k)];
        const neuro_step_t since = sweep->step - history->steps[history->last];
        const int32_t left = neuro_spinnaker_multiply_stdp(history->seconds[history->last],
                                                           neuro_spinnaker_look_up(&post->d, since));
        const int32_t amount = sweep->row.weights[k * sweep->row.weight_stride];

        sweep->n_dropped += neuro_spinnaker_append(
            history, sweep->step,
            neuro_wrap_i16(neuro_spinnaker_multiply_stdp(history->traces[history->last],
                                                         neuro_spinnaker_look_up(&post->minus, since))),
            neuro_wrap_i16(sweep->is_punishment ? left - amount : left + amount), true);
    }
    sweep->n_events += end - begin;
}

static modulator_sweep_t
begin_modulation(const neuro_sweep_t *sweep)
{
    return (modulator_sweep_t){.post = ((neuro_spinnaker_cells_t *) sweep->projection->post->own)->post,
                               .row = neuro_spinnaker_rows(sweep, true),
                               .step = sweep->step,
                               .is_punishment = sweep->projection->kernel == &neuro_spinnaker_punishment};
}

static void
end_modulation(const neuro_sweep_t *sweep, const modulator_sweep_t *sweeping)
{
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += sweeping->n_events;
    sweep->counters->value[NEURO_COUNT_HISTORY_DROPS] += sweeping->n_dropped;
}

void
neuro_spinnaker_modulator_sweep(const neuro_sweep_t *sweep)
{
    modulator_sweep_t sweeping = begin_modulation(sweep);
    uint64_t begin, end;
    size_t i;

    if (sweeping.post == NULL || !sweeping.post->is_modulated) {
        return;
    }
    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(sweeping.row.rows, sweep->shift * sweeping.row.rows->n_pre + sweep->source[i],
                          sweep->part, &begin, &end);
        reward_row(&sweeping, begin, end);
    }
    end_modulation(sweep, &sweeping);
}

static void
take_reward(void *sweeping, const neuro_spinnaker_taken_t *taken)
{
    reward_row(sweeping, taken->begin, taken->end);
}

void
neuro_spinnaker_lossy_modulator_sweep(const neuro_sweep_t *sweep)
{
    modulator_sweep_t sweeping = begin_modulation(sweep);

    if (sweeping.post != NULL && sweeping.post->is_modulated) {
        neuro_spinnaker_take_packets(sweep, NEURO_SPINNAKER_STATIC_EVENT, take_reward, &sweeping);
        end_modulation(sweep, &sweeping);
    }
}
