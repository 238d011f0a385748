/* The packets of the sources of one step: pair, nearest pair, Vogels', triplet and set-to-one rules. A delay
 * that the machine stores as 0 is learned with as 0, and its weight is never delivered: the code compares it
 * with the packet's lateness. */
#include "spinnaker/plastic.h"

/* Synapses [begin, end) of one row, after the packet `previous`. */
static inline __attribute__((always_inline)) void
learn_row(const neuro_spinnaker_rows_t *row, const neuro_spinnaker_rule_t *rule,
          neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence, uint64_t begin, uint64_t end,
          const neuro_spinnaker_packet_t *previous, const neuro_spinnaker_packet_t *packet, uint32_t lateness,
          neuro_spinnaker_plastic_counts_t *counts)
{
    uint64_t n_wrapped = 0, k;

    for (k = begin; k < end; k++) {
        const uint32_t target = neuro_rows_target(row->rows, k);
        const uint32_t delay = neuro_spinnaker_delay_code(rule, neuro_spinnaker_delay(row, k));
        const uint16_t weight = neuro_spinnaker_update_weight(
            rule, timing, dependence, row->weights[k], &rule->post->histories[target], previous, packet,
            rule->has_delay ? delay : 0, &n_wrapped);

        if (timing == TIMING_VOGELS && n_wrapped > 0) {
            neuro_spinnaker_note_wraps(row->post, target / rule->post->cells_per_core, 0, n_wrapped);
            n_wrapped = 0;
        }
        row->weights[k] = weight;
        neuro_spinnaker_deliver(row, target, delay, weight, lateness, counts);
    }
    counts->n_updates += end - begin;
}

#include "spinnaker/plastic_body.h"

/* The rules: R(name, timing, dependence). */
#define RULES(R)                                                                                             \
    R(pair_additive, TIMING_PAIR, WEIGHT_ADDITIVE)                                                           \
    R(pair_multiplicative, TIMING_PAIR, WEIGHT_MULTIPLICATIVE)                                               \
    R(pair_mixed, TIMING_PAIR, WEIGHT_MIXED)                                                                 \
    R(pair_gutig, TIMING_PAIR, WEIGHT_GUTIG)                                                                 \
    R(nearest_additive, TIMING_NEAREST, WEIGHT_ADDITIVE)                                                     \
    R(nearest_multiplicative, TIMING_NEAREST, WEIGHT_MULTIPLICATIVE)                                         \
    R(nearest_mixed, TIMING_NEAREST, WEIGHT_MIXED)                                                           \
    R(nearest_gutig, TIMING_NEAREST, WEIGHT_GUTIG)                                                           \
    R(vogels_additive, TIMING_VOGELS, WEIGHT_ADDITIVE)                                                       \
    R(triplet, TIMING_TRIPLET, WEIGHT_ADDITIVE_TRIPLET)                                                      \
    R(set_to_one, TIMING_SET_TO_ONE, WEIGHT_ADDITIVE)

RULES(NEURO_SPINNAKER_PLASTIC_SWEEP)

neuro_sweep_function_t
neuro_spinnaker_stdp_sweep(neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence,
                           bool is_lossy)
{
#define CHOICE(name, of_timing, of_dependence)                                                               \
    if (timing == of_timing && dependence == of_dependence) {                                                \
        return is_lossy ? lossy_##name : sweep_##name;                                                       \
    }
    RULES(CHOICE)
#undef CHOICE
    return NULL; /* the list of kernels has no other */
}
