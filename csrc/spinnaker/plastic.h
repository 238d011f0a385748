/* Sweeps of plastic rows where cores lose packets: what they share. A packet that never comes leaves the row
 * as it was, trace and all, on its own core only. One that is taken late is learned with as of its own step.
 */
#ifndef NEURO_SPINNAKER_PLASTIC_H
#define NEURO_SPINNAKER_PLASTIC_H

#include "spinnaker/drops.h"
#include "spinnaker/rows.h"
#include "spinnaker/stdp.h"

typedef struct {
    const neuro_spinnaker_learning_t *learning;
    neuro_spinnaker_rows_t row;
    neuro_spinnaker_rule_t rule;
    neuro_step_t step;
    neuro_spinnaker_plastic_counts_t counts;
} neuro_spinnaker_plastic_t;

/* The row's last packet on the core that took this one. */
static inline neuro_spinnaker_packet_t *
neuro_spinnaker_last_packet(const neuro_spinnaker_plastic_t *sweep, const neuro_spinnaker_taken_t *taken)
{
    return &sweep->learning->packets[(size_t) taken->core * sweep->learning->n_rows + taken->row];
}

/* Post-synaptic events that a synapse of this delay has seen since the last packet. */
static inline uint32_t
neuro_spinnaker_events_seen(const neuro_spinnaker_history_t *history, neuro_step_t previous, neuro_step_t now,
                            uint32_t delay)
{
    const neuro_step_t begin = previous > delay ? previous - delay : 0;
    const neuro_step_t end = now > delay ? now - delay : 0;
    uint32_t entry, last;

    neuro_spinnaker_window(history, begin, end, &entry, &last);
    return last > entry ? last - entry : 0;
}

/* After the synapses of `taken`: what they met on the core. `n_over_before`: of the counts, before them. */
static inline void
neuro_spinnaker_end_packet(const neuro_spinnaker_plastic_t *sweep, const neuro_spinnaker_taken_t *taken,
                           neuro_step_t previous, uint64_t n_over_before)
{
    uint64_t n_events = 0, k;

    for (k = taken->begin; k < taken->end; k++) {
        const uint32_t delay =
            neuro_spinnaker_delay_code(&sweep->rule, neuro_spinnaker_delay(&sweep->row, k));

        n_events += neuro_spinnaker_events_seen(
            &sweep->learning->post->histories[neuro_rows_target(sweep->row.rows, k)], previous, sweep->step,
            sweep->rule.has_delay ? delay : 0);
    }
    neuro_spinnaker_note_taken(sweep->row.post, taken->core, sweep->counts.n_over - n_over_before, n_events);
}

static inline void
neuro_spinnaker_sweep_plastic_lossy(const neuro_sweep_t *sweep, neuro_spinnaker_take_t take)
{
    const neuro_projection_t *projection = sweep->projection;
    neuro_spinnaker_plastic_t sweeping = {
        .learning = projection->own, .row = neuro_spinnaker_rows(sweep, true), .step = sweep->step};

    sweeping.rule = neuro_spinnaker_rule(projection->rules, sweeping.learning->post);
    neuro_spinnaker_take_packets(sweep, NEURO_SPINNAKER_PLASTIC_EVENT, take, &sweeping);
    neuro_spinnaker_count_plastic(sweep->counters, &sweeping.counts);
}

/* n traces of a row wrapped on each core that has synapses in [begin, end). */
static inline void
neuro_spinnaker_note_row_wraps(const neuro_spinnaker_rows_t *row, uint64_t begin, uint64_t end,
                               uint32_t cells_per_core, uint32_t n)
{
    uint32_t core = UINT32_MAX;
    uint64_t k;

    for (k = begin; k < end; k++) {
        const uint32_t next = neuro_rows_target(row->rows, k) / cells_per_core;

        if (next != core) {
            neuro_spinnaker_note_wraps(row->post, next, n, 0);
        }
        core = next;
    }
}

/* The two sweeps of a rule, sweep_<name> and lossy_<name>, of a file's sweep_rows() and take_row(). */
#define NEURO_SPINNAKER_PLASTIC_SWEEP(name, timing, dependence)                                              \
    static void sweep_##name(const neuro_sweep_t *sweep)                                                     \
    {                                                                                                        \
        sweep_rows(sweep, timing, dependence);                                                               \
    }                                                                                                        \
    static void take_##name(void *sweeping, const neuro_spinnaker_taken_t *taken)                            \
    {                                                                                                        \
        take_row(sweeping, taken, timing, dependence);                                                       \
    }                                                                                                        \
    static void lossy_##name(const neuro_sweep_t *sweep)                                                     \
    {                                                                                                        \
        neuro_spinnaker_sweep_plastic_lossy(sweep, take_##name);                                             \
    }

#endif
