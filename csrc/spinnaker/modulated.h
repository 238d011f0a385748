/* Neuromodulation (Izhikevich 2007): the rule moves an eligibility, and a concentration that rewards raise
 * and punishments lower turns eligibility into weight.
 *
 * Source: synapse_dynamics_stdp_izhikevich_neuromodulation.c, products as the compiler orders them. */
#ifndef NEURO_SPINNAKER_MODULATED_H
#define NEURO_SPINNAKER_MODULATED_H

#include "spinnaker/stdp.h"

/* One synapse while it learns. */
typedef struct {
    int32_t weight, eligibility;
    int16_t dopamine; /* at `since` */
    neuro_step_t since;
} neuro_spinnaker_modulated_t;

/* Change of weight from `since` on, while eligibility and concentration decayed by these factors. */
static inline int32_t
neuro_spinnaker_modulated_change(const neuro_spinnaker_rule_t *rule,
                                 const neuro_spinnaker_modulated_t *synapse, int16_t decay_c, int16_t decay_d)
{
    const int32_t both = neuro_spinnaker_multiply_stdp(decay_c, decay_d) - NEURO_SPINNAKER_STDP_ONE;

    if ((rule->quirks & NEURO_QUIRK_PRODUCT_ORDER) != 0) {
        return neuro_spinnaker_amplify(
            neuro_spinnaker_amplify(neuro_spinnaker_multiply(synapse->eligibility, rule->modulation),
                                    synapse->dopamine),
            neuro_wrap_i16(both));
    }
    return neuro_spinnaker_multiply(
        neuro_spinnaker_amplify(neuro_spinnaker_amplify(synapse->eligibility, synapse->dopamine),
                                neuro_wrap_i16(both)),
        rule->modulation);
}

/* What happens until `time`: the weight follows, the eligibility decays. */
static inline void
neuro_spinnaker_pass_time(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_modulated_t *synapse,
                          neuro_step_t time)
{
    const int16_t decay_c = neuro_spinnaker_look_up(&rule->post->c, time - synapse->since);

    if (synapse->dopamine != 0) {
        const int16_t decay_d = neuro_spinnaker_look_up(&rule->post->d, time - synapse->since);

        synapse->weight = neuro_add_wrap_i32(
            synapse->weight, neuro_spinnaker_modulated_change(rule, synapse, decay_c, decay_d));
    }
    synapse->eligibility = neuro_spinnaker_amplify(synapse->eligibility, decay_c);
    synapse->since = time;
}

static inline __attribute__((always_inline)) void
neuro_spinnaker_modulated_update(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
                                 neuro_spinnaker_weight_t dependence, neuro_spinnaker_modulated_t *synapse,
                                 const neuro_spinnaker_history_t *history,
                                 const neuro_spinnaker_packet_t *previous,
                                 const neuro_spinnaker_packet_t *packet, uint32_t delay)
{
    const neuro_step_t begin = previous->step > delay ? previous->step - delay : 0;
    const neuro_step_t end = packet->step > delay ? packet->step - delay : 0;
    uint32_t entry, last, flags;

    neuro_spinnaker_window(history, begin, end, &entry, &last);
    synapse->since = previous->step;
    synapse->dopamine = 0;
    if (entry > 0) {
        synapse->dopamine = neuro_wrap_i16(neuro_spinnaker_multiply_stdp(
            history->seconds[entry],
            neuro_spinnaker_look_up(&rule->post->d, previous->step - history->steps[entry])));
    }
    /* the kinds of the window's events, or, as on the machine, of as many events at the end of the history */
    flags = (rule->quirks & NEURO_QUIRK_FLAGS_SHIFTED) != 0
                ? history->flags >> (history->last + 1 - (last - entry))
                : history->flags >> (entry + 1);
    while (entry < last) {
        const bool is_modulation = (flags & 1) != 0;

        entry++;
        flags >>= 1;
        neuro_spinnaker_pass_time(rule, synapse, history->steps[entry] + delay);
        if (!is_modulation) {
            synapse->eligibility = neuro_spinnaker_apply_post(rule, timing, dependence, synapse->eligibility,
                                                              history, entry, previous, delay);
        }
        synapse->dopamine = history->seconds[entry];
    }
    if (entry > 0) {
        neuro_spinnaker_pass_time(rule, synapse, packet->step);
        synapse->eligibility = neuro_spinnaker_apply_pre(rule, timing, dependence, synapse->eligibility,
                                                         history, entry, packet, packet->step, delay);
    }
    synapse->weight = neuro_clip_i32(synapse->weight, rule->modulation_min, rule->modulation_max);
}

#endif
