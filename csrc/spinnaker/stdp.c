#include "spinnaker/stdp.h"

#include "spinnaker/cells.h"
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"
#include "spinnaker/stdp_kernels_list.h"

#include <string.h>

/* Amplitudes of 0.01, as PyNN has them, and bounds of 0 and 1. */
const neuro_rule_spec_t neuro_spinnaker_stdp_rules[N_STDP_RULES] = {
    [RULE_TAU_PLUS] = {"tau_plus", 20.0},
    [RULE_TAU_MINUS] = {"tau_minus", 20.0},
    [RULE_TAU_X] = {"tau_x", 100.0},
    [RULE_TAU_Y] = {"tau_y", 100.0},
    [RULE_TAU_C] = {"tau_c", 1000.0},
    [RULE_TAU_D] = {"tau_d", 200.0},
    [RULE_A_PLUS] = {"A_plus", 328.0},
    [RULE_A_MINUS] = {"A_minus", 328.0},
    [RULE_A3_PLUS] = {"A3_plus", 328.0},
    [RULE_A3_MINUS] = {"A3_minus", 328.0},
    [RULE_W_MIN] = {"w_min", 0.0},
    [RULE_W_MAX] = {"w_max", 32768.0},
    [RULE_ALPHA] = {"alpha", 0.0},
    [RULE_ACCUMULATOR_DEPRESSION] = {"accumulator_depression", -5.0},
    [RULE_ACCUMULATOR_POTENTIATION] = {"accumulator_potentiation", 5.0},
    [RULE_MODULATION_CONSTANT] = {"modulation_constant", -5461333.0},
    [RULE_MODULATION_W_MIN] = {"modulation_w_min", 0.0},
    [RULE_MODULATION_W_MAX] = {"modulation_w_max", 32768.0},
    [RULE_SHIFT] = {"ring_buffer_left_shift", 0.0},
    [RULE_SLOTS] = {"delay_slots", 0.0},
    [RULE_BACKPROP] = {"backprop_delay", 1.0},
    [RULE_QUIRKS] = {"quirks", -1.0},
    [RULE_MU_PLUS] = {"mu_plus", 0.5},
    [RULE_MU_MINUS] = {"mu_minus", 0.5},
};

/* ---- events ---------------------------------------------------------------------------------- */

bool
neuro_spinnaker_append(neuro_spinnaker_history_t *history, neuro_step_t step, int16_t trace, int16_t second,
                       bool is_modulation)
{
    const bool is_full = history->last == NEURO_SPINNAKER_HISTORY - 1;
    const size_t n = NEURO_SPINNAKER_HISTORY - 2;

    if (is_full) {
        memmove(history->traces + 1, history->traces + 2, n * sizeof history->traces[0]);
        memmove(history->seconds + 1, history->seconds + 2, n * sizeof history->seconds[0]);
        memmove(history->steps + 1, history->steps + 2, n * sizeof history->steps[0]);
        history->flags = history->flags >> 1 & ~1u;
    } else {
        history->last++;
    }
    history->traces[history->last] = trace;
    history->seconds[history->last] = second;
    history->steps[history->last] = step;
    history->flags &= ~(1u << history->last);
    history->flags |= (uint32_t) is_modulation << history->last;
    return is_full;
}

/* A spike of a cell. Sources: timing_add_post_spike() of the rules. */
static bool
add_spike(neuro_spinnaker_post_t *post, uint32_t cell, neuro_step_t step, uint32_t quirks,
          uint32_t *n_wrapped)
{
    neuro_spinnaker_history_t *history = &post->histories[cell];
    const uint32_t wraps = quirks & NEURO_QUIRK_TRACE_WRAP;
    const neuro_step_t before = history->steps[history->last], since = step - before;
    int16_t trace = 0, second = 0;

    switch (post->timing) {
    case TIMING_PAIR:
    case TIMING_VOGELS:
        trace =
            neuro_spinnaker_add_event(&post->minus, history->traces[history->last], since, wraps, n_wrapped);
        break;
    case TIMING_TRIPLET: /* the slow trace is that just before the spike */
        trace =
            neuro_spinnaker_add_event(&post->minus, history->traces[history->last], since, wraps, n_wrapped);
        second = history->seconds[history->last];
        second = before == 0 ? second : neuro_spinnaker_add_one(second, wraps, n_wrapped);
        second =
            neuro_wrap_i16(neuro_spinnaker_multiply_stdp(second, neuro_spinnaker_look_up(&post->y, since)));
        break;
    case TIMING_SET_TO_ONE: /* the second trace just before the spike; of the first none is needed */
        second = history->last == 0 ? 0 : neuro_spinnaker_look_up(&post->y, since);
        break;
    case TIMING_RECURRENT_WINDOWS:
        trace = (int16_t)
                    post->post_windows[neuro_spinnaker_draw(&post->generators[cell / post->cells_per_core]) &
                                       (NEURO_SPINNAKER_WINDOWS - 1)];
        break;
    case TIMING_NEAREST:
    case TIMING_RECURRENT_STATES:
        break;
    }
    if (post->is_modulated) {
        second = neuro_wrap_i16(neuro_spinnaker_multiply_stdp(history->seconds[history->last],
                                                              neuro_spinnaker_look_up(&post->d, since)));
    }
    return neuro_spinnaker_append(history, step, trace, second, false);
}

void
neuro_spinnaker_stdp_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                           neuro_counters_t *counters)
{
    const neuro_spinnaker_learning_t *learning = projection->own;
    const neuro_list_t *list = neuro_queue_list(&projection->post->queue, step, part);
    size_t i;

    if (learning->post->leader != projection) {
        return;
    }
    for (i = 0; i < list->count; i++) {
        uint32_t n_wrapped = 0;

        counters->value[NEURO_COUNT_HISTORY_DROPS] +=
            add_spike(learning->post, list->index[i], step,
                      (uint32_t) (int32_t) projection->rules[RULE_QUIRKS], &n_wrapped);
        if (n_wrapped > 0) {
            neuro_spinnaker_note_wraps(projection->post, list->index[i] / learning->post->cells_per_core,
                                       n_wrapped, 0);
        }
    }
}

/* Sources: timing_add_pre_spike() of the rules. */
uint32_t
neuro_spinnaker_note_packet(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
                            neuro_spinnaker_packet_t *packet, neuro_step_t now)
{
    const neuro_step_t since = now - packet->step;
    const uint32_t wraps = rule->quirks & NEURO_QUIRK_TRACE_WRAP;
    uint32_t n_wrapped = 0;

    if (timing == TIMING_TRIPLET) {
        const int16_t second =
            packet->step == 0 ? 0 : neuro_spinnaker_add_one(packet->second, wraps, &n_wrapped);

        packet->second = neuro_wrap_i16(
            neuro_spinnaker_multiply_stdp(second, neuro_spinnaker_look_up(&rule->post->x, since)));
    }
    if (timing != TIMING_NEAREST && timing != TIMING_SET_TO_ONE) {
        packet->trace = neuro_spinnaker_add_event(&rule->post->plus, packet->trace, since, wraps, &n_wrapped);
    }
    packet->step = now;
    packet->is_there = true;
    return n_wrapped;
}

neuro_spinnaker_rule_t
neuro_spinnaker_rule(const double *given, neuro_spinnaker_post_t *post)
{
    const uint32_t quirks = neuro_bits_to_u32((int32_t) given[RULE_QUIRKS]);

    return (neuro_spinnaker_rule_t){
        .a_plus = (int32_t) given[RULE_A_PLUS],
        .a_minus = (int32_t) given[RULE_A_MINUS],
        .a3_plus = (int32_t) given[RULE_A3_PLUS],
        .a3_minus = (int32_t) given[RULE_A3_MINUS],
        .w_min = (int32_t) given[RULE_W_MIN],
        .w_max = (int32_t) given[RULE_W_MAX],
        .alpha = (int32_t) given[RULE_ALPHA],
        .accumulator_min = (int32_t) given[RULE_ACCUMULATOR_DEPRESSION],
        .accumulator_max = (int32_t) given[RULE_ACCUMULATOR_POTENTIATION],
        .modulation = (int32_t) given[RULE_MODULATION_CONSTANT],
        .modulation_min = (int32_t) given[RULE_MODULATION_W_MIN],
        .modulation_max = (int32_t) given[RULE_MODULATION_W_MAX],
        .shift = (uint32_t) given[RULE_SHIFT],
        .slots = (quirks & NEURO_QUIRK_PLASTIC_CODE_0) != 0 ? (uint32_t) given[RULE_SLOTS] : 0,
        .quirks = quirks,
        .has_delay = given[RULE_BACKPROP] != 0.0,
        .post = post};
}

/* ---- descriptors ----------------------------------------------------------------------------- */

static const neuro_column_spec_t recurrent_columns[] = {
    {"accumulator", NEURO_I16, 0.0, true}, {"state", NEURO_U8, 0.0, true}, {"window", NEURO_U16, 0.0, true}};
static const neuro_column_spec_t modulated_columns[] = {{"eligibility", NEURO_U16, 0.0, true}};

static uint32_t
axonal_steps(const neuro_projection_t *projection, uint32_t total)
{
    return neuro_spinnaker_extension_steps(total, projection->rules[RULE_SLOTS]);
}

#define STDP_KERNEL(id, timing, dependence, sweep_of, columns_of, n_columns_of, modulated)                   \
    static neuro_status_t prepare_##id(neuro_projection_t *projection, neuro_isa_t isa)                      \
    {                                                                                                        \
        (void) isa;                                                                                          \
        projection->sweep = sweep_of(timing, dependence, neuro_spinnaker_loses_packets(projection->post));   \
        return neuro_spinnaker_stdp_prepare(projection, timing, dependence, modulated);                      \
    }                                                                                                        \
    const neuro_synapse_kernel_t neuro_spinnaker_##id = {                                                    \
        .name = #id,                                                                                         \
        .weight_type = NEURO_U16,                                                                            \
        .is_plastic = true,                                                                                  \
        .n_rules = N_STDP_RULES,                                                                             \
        .rules = neuro_spinnaker_stdp_rules,                                                                 \
        .n_columns = n_columns_of,                                                                           \
        .columns = columns_of,                                                                               \
        .dendritic_rule = -1,                                                                                \
        .axonal_steps = axonal_steps,                                                                        \
        .check = neuro_spinnaker_stdp_check,                                                                 \
        .prepare = prepare_##id,                                                                             \
        .free = neuro_spinnaker_stdp_release,                                                                \
        .reset = neuro_spinnaker_stdp_reset,                                                                 \
        .learn = neuro_spinnaker_stdp_learn,                                                                 \
        .set_table = neuro_spinnaker_stdp_set_table,                                                         \
        .get_table = neuro_spinnaker_stdp_get_table,                                                         \
    };
NEURO_SPINNAKER_STDP_KERNELS(STDP_KERNEL)

/* Modulators: static rows whose packets are events. */
static neuro_status_t
prepare_modulator(neuro_projection_t *projection, neuro_isa_t isa)
{
    (void) isa;
    projection->sweep = neuro_spinnaker_loses_packets(projection->post)
                            ? neuro_spinnaker_lossy_modulator_sweep
                            : neuro_spinnaker_modulator_sweep;
    return NEURO_OK;
}

const neuro_synapse_kernel_t neuro_spinnaker_reward = {
    .name = "reward", .weight_type = NEURO_U16, .dendritic_rule = -1, .prepare = prepare_modulator};
const neuro_synapse_kernel_t neuro_spinnaker_punishment = {
    .name = "punishment", .weight_type = NEURO_U16, .dendritic_rule = -1, .prepare = prepare_modulator};
