/* Pair-based plasticity, deferred: a synapse learns when a packet of its source arrives, from the
 * post-synaptic events since the last one. Weights in the rows are of 16 bits; in the update they are s16.15,
 * shifted like the sums that they enter. All delays are dendritic.
 *
 * Source: synapse_dynamics_stdp_common.h, post_events.h, timing_pair_impl.h, weight_additive_one_term_impl.c
 * and weight_multiplicative_impl.c of sPyNNaker (October 2023), tables as the host of 7.4.1 writes them. */
#include "core/math.h"
#include "core/memory.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"

#include <string.h>

enum {
    RULE_TAU_PLUS,  /* ms */
    RULE_TAU_MINUS, /* ms */
    RULE_A_PLUS,    /* s16.15 */
    RULE_A_MINUS,   /* s16.15 */
    RULE_W_MIN,     /* s16.15 */
    RULE_W_MAX,     /* s16.15 */
    RULE_SHIFT,     /* left shift of the receptor's sums */
    RULE_SLOTS,     /* steps that the machine's ring can hold; 0: no limit */
    RULE_BACKPROP,  /* 0: learning takes no notice of the delay */
    N_RULES
};

/* Amplitudes of 0.01, as PyNN has them, and bounds of 0 and 1. */
static const neuro_rule_spec_t rules[N_RULES] = {
    [RULE_TAU_PLUS] = {"tau_plus", 20.0},
    [RULE_TAU_MINUS] = {"tau_minus", 20.0},
    [RULE_A_PLUS] = {"A_plus", 328.0},
    [RULE_A_MINUS] = {"A_minus", 328.0},
    [RULE_W_MIN] = {"w_min", 0.0},
    [RULE_W_MAX] = {"w_max", 32768.0},
    [RULE_SHIFT] = {"ring_buffer_left_shift", 0.0},
    [RULE_SLOTS] = {"delay_slots", 0.0},
    [RULE_BACKPROP] = {"backprop_delay", 1.0},
};

/* ---- look-up tables
 * --------------------------------------------------------------------------------------------- */

/* Exponential decay by whole steps, in units of 1 / 2048; nothing behind the end. */
typedef struct {
    int16_t *values;
    uint32_t n;
} table_t;

/* Source: get_exp_lut_array() of the host. */
static neuro_status_t
fill_table(table_t *table, double tau_ms, double dt_ms)
{
    const double rate = dt_ms / tau_ms;
    const double pairs = neuro_log((double) NEURO_SPINNAKER_STDP_ONE) / rate / 2.0;
    uint32_t n = 2 * (uint32_t) pairs, i;
    int16_t *values;

    n += (double) n < 2.0 * pairs ? 2 : 0;
    values = neuro_alloc(n, sizeof *values);
    if (values == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n; i++) {
        values[i] = (int16_t) (neuro_exp((double) i * -rate) * NEURO_SPINNAKER_STDP_ONE);
    }
    neuro_release(table->values);
    table->values = values;
    table->n = n;
    return NEURO_OK;
}

/* `steps` below 0 are beyond the end too: the machine's times are unsigned. */
static inline int16_t
look_up(const table_t *table, neuro_step_t steps)
{
    return steps >= 0 && steps < (neuro_step_t) table->n ? table->values[steps] : 0;
}

static inline int16_t
multiply(int16_t a, int16_t b)
{
    return neuro_wrap_i16(neuro_multiply_down_i16(a, b, NEURO_SPINNAKER_STDP_BITS));
}

/* A trace after `steps` steps, with one more event; wraps. */
static inline int16_t
add_event(const table_t *table, int16_t trace, neuro_step_t steps)
{
    return neuro_wrap_i16(multiply(trace, look_up(table, steps)) + NEURO_SPINNAKER_STDP_ONE);
}

/* ---- events
 * ----------------------------------------------------------------------------------------------------- */

enum { HISTORY = 16 };

/* Post-synaptic events of one cell. Entry 0 is none, but stands for "long ago"; when 15 are there, the oldest
 * goes. */
typedef struct {
    uint32_t last; /* index of the last entry */
    int16_t traces[HISTORY];
    neuro_step_t steps[HISTORY];
} history_t;

/* The last packet of a row. */
typedef struct {
    neuro_step_t step;
    int16_t trace;
} packet_t;

typedef struct {
    table_t plus, minus;
    history_t *histories; /* one a target */
    packet_t *packets;    /* [part][row]: every part sees all packets */
    uint32_t n_parts, n_rows;
} learning_t;

static bool
add_post_event(history_t *history, const table_t *minus, neuro_step_t step)
{
    const uint32_t last = history->last;
    const int16_t trace = add_event(minus, history->traces[last], step - history->steps[last]);
    const bool is_full = last == HISTORY - 1;

    if (is_full) {
        memmove(history->traces + 1, history->traces + 2, (HISTORY - 2) * sizeof history->traces[0]);
        memmove(history->steps + 1, history->steps + 2, (HISTORY - 2) * sizeof history->steps[0]);
    } else {
        history->last = last + 1;
    }
    history->traces[history->last] = trace;
    history->steps[history->last] = step;
    return is_full;
}

static void
learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    learning_t *learning = projection->own;
    const neuro_list_t *list = neuro_queue_list(&projection->post->queue, step, part);
    size_t i;

    for (i = 0; i < list->count; i++) {
        counters->value[NEURO_COUNT_HISTORY_DROPS] +=
            add_post_event(&learning->histories[list->index[i]], &learning->minus, step);
    }
}

/* ---- the update of one synapse
 * ---------------------------------------------------------------------------------- */

typedef struct {
    int32_t a_plus, a_minus, w_min, w_max;
    uint32_t shift;
    const table_t *plus, *minus;
} rule_t;

/* An amplitude times an STDP number. */
static inline int32_t
amplify(int32_t amplitude, int16_t x)
{
    return neuro_spinnaker_multiply(
        amplitude, neuro_shift_left_wrap_i32(x, NEURO_SPINNAKER_FRACTION_BITS - NEURO_SPINNAKER_STDP_BITS));
}

static inline int32_t
potentiate(const rule_t *rule, bool is_additive, int32_t weight, int16_t x)
{
    if (is_additive) {
        const int32_t raised = neuro_add_wrap_i32(weight, amplify(rule->a_plus, x));

        return raised < rule->w_max ? raised : rule->w_max;
    }
    return neuro_add_wrap_i32(
        weight,
        amplify(neuro_spinnaker_multiply(neuro_subtract_wrap_i32(rule->w_max, weight), rule->a_plus), x));
}

static inline int32_t
depress(const rule_t *rule, bool is_additive, int32_t weight, int16_t x)
{
    if (is_additive) {
        const int32_t lowered = neuro_subtract_wrap_i32(weight, amplify(rule->a_minus, x));

        return lowered > rule->w_min ? lowered : rule->w_min;
    }
    return neuro_subtract_wrap_i32(
        weight,
        amplify(neuro_spinnaker_multiply(neuro_subtract_wrap_i32(weight, rule->w_min), rule->a_minus), x));
}

/* The weight after the events in (previous packet, now], seen `delay` steps later than they happened. */
static inline uint16_t
update_weight(const rule_t *rule, bool is_additive, uint16_t raw, const history_t *history,
              const packet_t *previous, neuro_step_t now, uint32_t delay)
{
    const neuro_step_t begin = previous->step > delay ? previous->step - delay : 0;
    const neuro_step_t end = now > delay ? now - delay : 0;
    int32_t weight = neuro_shift_left_wrap_i32(raw, rule->shift);
    uint32_t last = history->last, entry;

    for (entry = last; entry > 0 && history->steps[entry] > begin; entry--) {
        last = history->steps[entry] > end ? entry - 1 : last;
    }
    /* `entry` is the last event until `begin` (0: none), `last` the last one until `end` */
    while (entry < last) {
        const neuro_step_t since_pre = history->steps[++entry] + delay - previous->step;

        if (since_pre > 0) {
            weight = potentiate(rule, is_additive, weight,
                                multiply(previous->trace, look_up(rule->plus, since_pre)));
        }
    }
    if (entry > 0) {
        const neuro_step_t since_post = now - (history->steps[entry] + delay);

        weight = depress(rule, is_additive, weight,
                         multiply(history->traces[entry], look_up(rule->minus, since_post)));
    }
    return neuro_wrap_u16(neuro_shift_down_i32(weight, rule->shift));
}

/* The packets of the sources of one step. A delay that the machine stores as 0 (as many steps as its ring has
 * slots) is learned with as 0, and its weight is never delivered: the code compares it with the packet's
 * lateness. */
static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, bool is_additive)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep);
    const double *given = projection->rules;
    learning_t *learning = projection->own;
    packet_t *packets = learning->packets + (size_t) sweep->part * learning->n_rows;
    const uint32_t slots = (uint32_t) given[RULE_SLOTS];
    const bool has_delay = given[RULE_BACKPROP] != 0.0;
    const rule_t rule = {.a_plus = (int32_t) given[RULE_A_PLUS],
                         .a_minus = (int32_t) given[RULE_A_MINUS],
                         .w_min = (int32_t) given[RULE_W_MIN],
                         .w_max = (int32_t) given[RULE_W_MAX],
                         .shift = (uint32_t) given[RULE_SHIFT],
                         .plus = &learning->plus,
                         .minus = &learning->minus};
    uint64_t n_saturated = 0, n_updates = 0, n_skipped = 0, begin, end, k;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t number = sweep->shift * row.rows->n_pre + sweep->source[i];
        packet_t *packet = &packets[number];

        neuro_rows_bounds(row.rows, number, sweep->part, &begin, &end);
        for (k = begin; k < end; k++) {
            const uint32_t target = neuro_rows_target(row.rows, k);
            const uint32_t steps = neuro_spinnaker_delay(&row, k);
            const uint32_t delay = slots > 0 && steps == slots ? 0 : steps;
            const uint16_t weight =
                update_weight(&rule, is_additive, row.weights[k], &learning->histories[target], packet,
                              sweep->step, has_delay ? delay : 0);

            row.weights[k] = weight;
            if (delay > 0) {
                neuro_spinnaker_add(&row, target, delay, weight, &n_saturated);
            } else {
                n_skipped++;
            }
        }
        n_updates += end - begin;
        packet->trace = add_event(&learning->plus, packet->trace, sweep->step - packet->step);
        packet->step = sweep->step;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_updates - n_skipped;
    sweep->counters->value[NEURO_COUNT_PLASTIC_UPDATES] += n_updates;
    sweep->counters->value[NEURO_COUNT_PLASTIC_SATURATIONS] += n_saturated;
    sweep->counters->value[NEURO_COUNT_SKIPPED_SYNAPSES] += n_skipped;
}

static void
sweep_additive(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, true);
}

static void
sweep_multiplicative(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, false);
}

/* ---- descriptor
 * ------------------------------------------------------------------------------------------------- */

static neuro_status_t
check(neuro_projection_t *projection)
{
    const double *given = projection->rules;
    neuro_error_t *error = &projection->network->error;
    uint32_t i;

    for (i = 0; i < N_RULES; i++) {
        const bool is_time = i == RULE_TAU_PLUS || i == RULE_TAU_MINUS;
        const double low = i == RULE_SHIFT || i == RULE_SLOTS || i == RULE_BACKPROP ? 0.0 : INT32_MIN;
        const double high = i == RULE_SHIFT      ? 16.0
                            : i == RULE_SLOTS    ? 16384.0
                            : i == RULE_BACKPROP ? 1.0
                                                 : INT32_MAX;

        if (is_time && !(given[i] > 0.0 && given[i] <= 1e6)) {
            return neuro_fail(error, NEURO_ERR_RANGE,
                              "rule \"%s\" is %g ms; it must be above 0 and at most 1e6 ms", rules[i].name,
                              given[i]);
        }
        if (!is_time && !(given[i] >= low && given[i] <= high && given[i] == (double) (int64_t) given[i])) {
            return neuro_fail(error, NEURO_ERR_RANGE,
                              "rule \"%s\" is %g; it must be a whole number in %.0f..%.0f", rules[i].name,
                              given[i], low, high);
        }
    }
    return NEURO_OK;
}

/* One copy of the packets for each part; all copies are alike. */
static neuro_status_t
share_packets(learning_t *learning, uint32_t n_rows, uint32_t n_parts)
{
    packet_t *packets;
    uint32_t part;

    if (learning->packets != NULL && learning->n_parts == n_parts && learning->n_rows == n_rows) {
        return NEURO_OK;
    }
    packets = neuro_alloc((size_t) n_parts * n_rows, sizeof *packets);
    if (packets == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (part = 0; part < n_parts && learning->n_rows == n_rows; part++) {
        memcpy(packets + (size_t) part * n_rows, learning->packets, n_rows * sizeof *packets);
    }
    neuro_release(learning->packets);
    learning->packets = packets;
    learning->n_parts = n_parts;
    learning->n_rows = n_rows;
    return NEURO_OK;
}

static neuro_status_t
prepare(neuro_projection_t *projection)
{
    learning_t *learning = projection->own;
    const double *given = projection->rules, dt_ms = projection->network->dt_ms;
    neuro_status_t status;

    if (learning == NULL) {
        learning = neuro_alloc(1, sizeof *learning);
        if (learning == NULL) {
            return NEURO_ERR_MEMORY;
        }
        projection->own = learning;
    }
    if (learning->histories == NULL) {
        learning->histories = neuro_alloc(projection->rows.n_post, sizeof *learning->histories);
        if (learning->histories == NULL) {
            return NEURO_ERR_MEMORY;
        }
    }
    status = fill_table(&learning->plus, given[RULE_TAU_PLUS], dt_ms);
    if (status == NEURO_OK) {
        status = fill_table(&learning->minus, given[RULE_TAU_MINUS], dt_ms);
    }
    if (status == NEURO_OK) {
        status = share_packets(learning, neuro_rows_count(&projection->rows), projection->rows.n_parts);
    }
    return status;
}

static neuro_status_t
prepare_additive(neuro_projection_t *projection, neuro_isa_t isa)
{
    (void) isa;
    projection->sweep = sweep_additive;
    return prepare(projection);
}

static neuro_status_t
prepare_multiplicative(neuro_projection_t *projection, neuro_isa_t isa)
{
    (void) isa;
    projection->sweep = sweep_multiplicative;
    return prepare(projection);
}

static void
release(neuro_projection_t *projection)
{
    learning_t *learning = projection->own;

    if (learning != NULL) {
        neuro_release(learning->plus.values);
        neuro_release(learning->minus.values);
        neuro_release(learning->histories);
        neuro_release(learning->packets);
        neuro_release(learning);
    }
}

static void
reset(neuro_projection_t *projection)
{
    learning_t *learning = projection->own;

    if (learning != NULL && learning->packets != NULL) {
        memset(learning->histories, 0, projection->rows.n_post * sizeof *learning->histories);
        memset(learning->packets, 0,
               (size_t) learning->n_parts * learning->n_rows * sizeof *learning->packets);
    }
}

const neuro_synapse_kernel_t neuro_spinnaker_stdp_pair_additive = {
    .name = "stdp_pair_additive",
    .weight_type = NEURO_U16,
    .is_plastic = true,
    .n_rules = N_RULES,
    .rules = rules,
    .dendritic_rule = -1,
    .check = check,
    .prepare = prepare_additive,
    .free = release,
    .reset = reset,
    .learn = learn,
};

const neuro_synapse_kernel_t neuro_spinnaker_stdp_pair_multiplicative = {
    .name = "stdp_pair_multiplicative",
    .weight_type = NEURO_U16,
    .is_plastic = true,
    .n_rules = N_RULES,
    .rules = rules,
    .dendritic_rule = -1,
    .check = check,
    .prepare = prepare_multiplicative,
    .free = release,
    .reset = reset,
    .learn = learn,
};
