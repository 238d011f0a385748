/* The recurrent rule: windows of random length are opened by spikes; a spike of the other side inside one
 * moves an accumulator, and only when that is at its limit the weight changes. One generator a core, never
 * seeded.
 *
 * Sources: timing_recurrent_dual_fsm_impl.h, timing_recurrent_pre_stochastic_impl.h,
 * timing_recurrent_common.h. */
#include "spinnaker/plastic.h"

enum { STATE_IDLE, STATE_PRE_OPEN, STATE_POST_OPEN };

/* Bits that the state-based synapse keeps of its window and its accumulator. */
enum { WINDOW_MASK = 0x3FF, ACCUMULATOR_BITS = 4 };

/* One synapse while it learns. */
typedef struct {
    int32_t weight, accumulator;
    uint32_t state, window;
} synapse_t;

static inline uint16_t
draw_window(neuro_spinnaker_generator_t *generator, const uint16_t *windows)
{
    return windows[neuro_spinnaker_draw(generator) & (NEURO_SPINNAKER_WINDOWS - 1)];
}

static inline __attribute__((always_inline)) void
count_up(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_weight_t dependence, synapse_t *synapse)
{
    if (synapse->accumulator < rule->accumulator_max) {
        synapse->accumulator++;
    } else {
        synapse->accumulator = 0;
        synapse->weight =
            neuro_spinnaker_potentiate(rule, dependence, synapse->weight, NEURO_SPINNAKER_STDP_ONE, 0);
    }
}

static inline __attribute__((always_inline)) void
count_down(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_weight_t dependence, synapse_t *synapse)
{
    if (synapse->accumulator > rule->accumulator_min) {
        synapse->accumulator--;
    } else {
        synapse->accumulator = 0;
        synapse->weight =
            neuro_spinnaker_depress(rule, dependence, synapse->weight, NEURO_SPINNAKER_STDP_ONE, 0);
    }
}

/* A post-synaptic event, seen `since_pre` steps after the last packet and `since_post` after the event before
 * (of which the delay is not taken off). */
static inline __attribute__((always_inline)) void
see_post(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_weight_t dependence, synapse_t *synapse,
         neuro_spinnaker_generator_t *generator, neuro_step_t since_pre, neuro_step_t since_post)
{
    switch (synapse->state) {
    case STATE_IDLE:
        synapse->state = STATE_POST_OPEN;
        synapse->window = draw_window(generator, rule->post->post_windows);
        break;
    case STATE_POST_OPEN:
        if (since_post < (neuro_step_t) synapse->window) {
            synapse->state = STATE_IDLE;
        } else {
            synapse->window = draw_window(generator, rule->post->post_windows);
        }
        break;
    default:
        if (since_pre == 0) {
            synapse->state = STATE_IDLE;
        } else if (since_pre < (neuro_step_t) synapse->window) {
            count_up(rule, dependence, synapse);
            synapse->state = STATE_IDLE;
        } else {
            synapse->state = STATE_POST_OPEN;
            synapse->window = draw_window(generator, rule->post->post_windows);
        }
        break;
    }
}

static inline __attribute__((always_inline)) void
see_pre(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_weight_t dependence, synapse_t *synapse,
        neuro_spinnaker_generator_t *generator, neuro_step_t since_pre, neuro_step_t since_post)
{
    switch (synapse->state) {
    case STATE_IDLE:
        synapse->state = STATE_PRE_OPEN;
        synapse->window = draw_window(generator, rule->post->pre_windows);
        break;
    case STATE_PRE_OPEN:
        if (since_pre < (neuro_step_t) synapse->window) {
            synapse->state = STATE_IDLE;
        } else {
            synapse->window = draw_window(generator, rule->post->pre_windows);
        }
        break;
    default:
        if (since_post < (neuro_step_t) synapse->window) {
            count_down(rule, dependence, synapse);
            synapse->state = STATE_IDLE;
        } else {
            synapse->state = STATE_PRE_OPEN;
            synapse->window = draw_window(generator, rule->post->pre_windows);
        }
        break;
    }
}

/* The events in (previous, now]; `window`: that of the last packet (windows on both sides). */
static inline __attribute__((always_inline)) void
update(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
       neuro_spinnaker_weight_t dependence, synapse_t *synapse, const neuro_spinnaker_history_t *history,
       neuro_spinnaker_generator_t *generator, neuro_step_t previous, neuro_step_t now, uint32_t delay,
       uint16_t window)
{
    const neuro_step_t begin = previous > delay ? previous - delay : 0;
    const neuro_step_t end = now > delay ? now - delay : 0;
    uint32_t entry, last;

    neuro_spinnaker_window(history, begin, end, &entry, &last);
    while (entry < last) {
        const neuro_step_t seen = history->steps[++entry] + delay, since_pre = seen - previous;

        if (timing == TIMING_RECURRENT_STATES) {
            see_post(rule, dependence, synapse, generator, since_pre, seen - history->steps[entry - 1]);
        } else if (since_pre > 0 && since_pre < (neuro_step_t) window) {
            count_up(rule, dependence, synapse);
        }
    }
    if (entry > 0) {
        const neuro_step_t since_post = now - (history->steps[entry] + (neuro_step_t) delay);

        if (timing == TIMING_RECURRENT_STATES) {
            see_pre(rule, dependence, synapse, generator, now - previous, since_post);
        } else if (since_post < (neuro_step_t) (uint16_t) history->traces[entry]) {
            count_down(rule, dependence, synapse);
        }
    }
}

/* Synapses [begin, end) of row `number`, after a packet at `previous`. */
static inline __attribute__((always_inline)) void
learn_row(const neuro_spinnaker_rows_t *row, const neuro_spinnaker_rule_t *rule,
          const neuro_spinnaker_learning_t *learning, neuro_spinnaker_timing_t timing,
          neuro_spinnaker_weight_t dependence, uint32_t number, uint64_t begin, uint64_t end,
          neuro_step_t previous, neuro_step_t now, uint32_t lateness,
          neuro_spinnaker_plastic_counts_t *counts)
{
    const bool has_states = timing == TIMING_RECURRENT_STATES;
    neuro_spinnaker_post_t *post = learning->post;
    int16_t *accumulators = row->rows->columns[COLUMN_ACCUMULATOR].data;
    uint8_t *states = has_states ? row->rows->columns[COLUMN_STATE].data : NULL;
    uint16_t *windows = has_states ? row->rows->columns[COLUMN_WINDOW].data : NULL;
    uint32_t core = UINT32_MAX;
    uint16_t window = 0;
    uint64_t k;

    for (k = begin; k < end; k++) {
        const uint32_t target = neuro_rows_target(row->rows, k);
        const uint32_t delay = neuro_spinnaker_delay_code(rule, neuro_spinnaker_delay(row, k));
        synapse_t synapse = {.weight = neuro_shift_left_wrap_i32(row->weights[k], rule->shift),
                             .accumulator = accumulators[k],
                             .state = has_states ? states[k] : 0,
                             .window = has_states ? windows[k] : 0};

        if (target / post->cells_per_core != core) { /* the part of the row that is another core's row */
            core = target / post->cells_per_core;
            if (!has_states) {
                uint16_t *kept = &learning->windows[(size_t) core * learning->n_rows + number];

                window = *kept;
                *kept = draw_window(&post->generators[core], post->pre_windows);
            }
        }
        update(rule, timing, dependence, &synapse, &post->histories[target], &post->generators[core],
               previous, now, rule->has_delay ? delay : 0, window);
        row->weights[k] = neuro_spinnaker_store_weight(rule, synapse.weight);
        accumulators[k] = neuro_wrap_i16(synapse.accumulator);
        if (has_states) {
            accumulators[k] = neuro_wrap_i16(
                neuro_shift_down_i32(neuro_shift_left_wrap_i32(synapse.accumulator, 32 - ACCUMULATOR_BITS),
                                     32 - ACCUMULATOR_BITS));
            states[k] = (uint8_t) synapse.state;
            windows[k] = (uint16_t) (synapse.window & WINDOW_MASK);
        }
        neuro_spinnaker_deliver(row, target, delay, row->weights[k], lateness, counts);
    }
    counts->n_updates += end - begin;
}

static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_spinnaker_learning_t *learning = projection->own;
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, true);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, learning->post);
    neuro_spinnaker_packet_t *packets = learning->packets + (size_t) sweep->part * learning->n_rows;
    neuro_spinnaker_plastic_counts_t counts = {0};
    uint64_t begin, end;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t number = sweep->shift * row.rows->n_pre + sweep->source[i];

        neuro_rows_bounds(row.rows, number, sweep->part, &begin, &end);
        learn_row(&row, &rule, learning, timing, dependence, number, begin, end, packets[number].step,
                  sweep->step, 0, &counts);
        packets[number].step = sweep->step;
        packets[number].is_there = true;
    }
    neuro_spinnaker_count_plastic(sweep->counters, &counts);
}

static inline __attribute__((always_inline)) void
take_row(neuro_spinnaker_plastic_t *sweep, const neuro_spinnaker_taken_t *taken,
         neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    neuro_spinnaker_packet_t *packet = neuro_spinnaker_last_packet(sweep, taken);
    const neuro_step_t previous = packet->step;
    const uint64_t n_over = sweep->counts.n_over;

    learn_row(&sweep->row, &sweep->rule, sweep->learning, timing, dependence, taken->row, taken->begin,
              taken->end, previous, sweep->step, taken->lateness, &sweep->counts);
    packet->step = sweep->step;
    packet->is_there = true;
    neuro_spinnaker_end_packet(sweep, taken, previous, n_over);
}

NEURO_SPINNAKER_PLASTIC_SWEEP(windows_additive, TIMING_RECURRENT_WINDOWS, WEIGHT_ADDITIVE)
NEURO_SPINNAKER_PLASTIC_SWEEP(windows_multiplicative, TIMING_RECURRENT_WINDOWS, WEIGHT_MULTIPLICATIVE)
NEURO_SPINNAKER_PLASTIC_SWEEP(states_additive, TIMING_RECURRENT_STATES, WEIGHT_ADDITIVE)
NEURO_SPINNAKER_PLASTIC_SWEEP(states_multiplicative, TIMING_RECURRENT_STATES, WEIGHT_MULTIPLICATIVE)

neuro_sweep_function_t
neuro_spinnaker_recurrent_sweep(neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence,
                                bool is_lossy)
{
    const bool is_additive = dependence == WEIGHT_ADDITIVE;

    if (timing == TIMING_RECURRENT_WINDOWS) {
        return is_additive ? (is_lossy ? lossy_windows_additive : sweep_windows_additive)
                           : (is_lossy ? lossy_windows_multiplicative : sweep_windows_multiplicative);
    }
    return is_additive ? (is_lossy ? lossy_states_additive : sweep_states_additive)
                       : (is_lossy ? lossy_states_multiplicative : sweep_states_multiplicative);
}
