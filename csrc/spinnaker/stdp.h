/* Plasticity of the machine, deferred: a synapse learns when a packet of its source arrives, from the
 * post-synaptic events since the last one. Weights in the rows are of 16 bits; in the update they are s16.15,
 * shifted like the sums that they enter. All delays are dendritic.
 *
 * Sources: synapse_dynamics_stdp_common.h, post_events.h, timing_*_impl.h, weight_*_impl.h of sPyNNaker
 * (October 2023), tables as the host of 7.4.1 writes them. */
#ifndef NEURO_SPINNAKER_STDP_H
#define NEURO_SPINNAKER_STDP_H

#include "engine/network.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/generator.h"
#include "spinnaker/quirks.h"

/* ---- rules ----------------------------------------------------------------------------------- */

/* Numbers of a projection; which of them a kernel reads depends on its rule. */
enum {
    RULE_TAU_PLUS,               /* ms; Vogels: tau, of both sides */
    RULE_TAU_MINUS,              /* ms */
    RULE_TAU_X,                  /* ms, triplet */
    RULE_TAU_Y,                  /* ms, triplet; set to one: of the second post-synaptic trace */
    RULE_TAU_C,                  /* ms, neuromodulation */
    RULE_TAU_D,                  /* ms, neuromodulation */
    RULE_A_PLUS,                 /* s16.15 */
    RULE_A_MINUS,                /* s16.15 */
    RULE_A3_PLUS,                /* s16.15, triplet */
    RULE_A3_MINUS,               /* s16.15, triplet */
    RULE_W_MIN,                  /* s16.15 */
    RULE_W_MAX,                  /* s16.15 */
    RULE_ALPHA,                  /* 1 / 2048, Vogels */
    RULE_ACCUMULATOR_DEPRESSION, /* limits as written for the core: the user's + 1 and - 1 */
    RULE_ACCUMULATOR_POTENTIATION,
    RULE_MODULATION_CONSTANT, /* s16.15, neuromodulation: -1 / (1 / tau_c + 1 / tau_d) */
    RULE_MODULATION_W_MIN,    /* s16.15 */
    RULE_MODULATION_W_MAX,    /* s16.15 */
    RULE_SHIFT,               /* left shift of the receptor's sums */
    RULE_SLOTS,               /* steps that the machine's ring can hold; 0: no limit */
    RULE_BACKPROP,            /* 0: learning takes no notice of the delay */
    RULE_QUIRKS,
    RULE_MU_PLUS, /* exponents, Guetig's dependence */
    RULE_MU_MINUS,
    N_STDP_RULES
};

typedef enum {
    TIMING_PAIR,
    TIMING_NEAREST,
    TIMING_VOGELS,
    TIMING_TRIPLET,
    TIMING_SET_TO_ONE,        /* an extension: traces are 1 after a spike (Diehl and Cook 2015) */
    TIMING_RECURRENT_WINDOWS, /* "dual_fsm": windows of both sides are drawn when their spike comes */
    TIMING_RECURRENT_STATES   /* "pre_stochastic": each synapse has a state and draws its windows */
} neuro_spinnaker_timing_t;

typedef enum {
    WEIGHT_ADDITIVE,
    WEIGHT_MULTIPLICATIVE,
    WEIGHT_ADDITIVE_TRIPLET,
    /* extensions */
    WEIGHT_MIXED, /* additive potentiation, multiplicative depression (van Rossum et al. 2000) */
    WEIGHT_GUTIG  /* steps by powers of the distance to the bound (Guetig et al. 2003) */
} neuro_spinnaker_weight_t;

/* Columns behind weight and delay, of those kernels that have them. */
enum { COLUMN_ELIGIBILITY = 2, COLUMN_ACCUMULATOR = 2, COLUMN_STATE = 3, COLUMN_WINDOW = 4 };

/* ---- look-up tables -------------------------------------------------------------------------- */

/* Exponential decay by whole steps / 2^shift, in units of 1 / 2048; nothing behind the end. */
typedef struct {
    int16_t *values;
    uint32_t n, shift;
} neuro_spinnaker_table_t;

/* `steps` below 0 are beyond the end too: the machine's times are unsigned. */
static inline int16_t
neuro_spinnaker_look_up(const neuro_spinnaker_table_t *table, neuro_step_t steps)
{
    return steps >= 0 && steps >> table->shift < (neuro_step_t) table->n
               ? table->values[steps >> table->shift]
               : 0;
}

/* s^mu for s = 0, 1/256 .. 1, cut to 2^-15. */
enum { NEURO_SPINNAKER_POWERS = 257 };

/* The same in between, on straight lines; s is s16.15, 0 to 1. */
static inline int32_t
neuro_spinnaker_power(const int32_t *powers, int32_t s)
{
    enum { BITS = 7 };
    const int32_t index = neuro_shift_down_i32(s, BITS), rest = s & ((1 << BITS) - 1);
    const int32_t low = powers[index], high = powers[index + (rest > 0)];

    return low + neuro_shift_down_i32((high - low) * rest, BITS);
}

/* ---- events ---------------------------------------------------------------------------------- */

enum { NEURO_SPINNAKER_HISTORY = 16, NEURO_SPINNAKER_WINDOWS = 2048 };

/* Post-synaptic events of one cell. Entry 0 is none, but stands for "long ago"; when 15 are there, the oldest
 * goes. */
typedef struct {
    uint32_t last;                           /* index of the last entry */
    uint32_t flags;                          /* bit i: entry i is a reward or punishment */
    int16_t traces[NEURO_SPINNAKER_HISTORY]; /* or the window that was drawn */
    int16_t
        seconds[NEURO_SPINNAKER_HISTORY]; /* triplet: the slow trace; neuromodulation: the concentration */
    neuro_step_t steps[NEURO_SPINNAKER_HISTORY];
} neuro_spinnaker_history_t;

/* The last packet of a row. */
typedef struct {
    neuro_step_t step;
    int16_t trace, second;
    bool is_there; /* there was one */
} neuro_spinnaker_packet_t;

/* What all plastic synapses onto a population share. */
typedef struct {
    const neuro_projection_t *leader; /* notes the population's spikes for all */
    double rules[N_STDP_RULES];       /* of the leader: the machine has one rule for a population */
    bool is_modulated;
    neuro_spinnaker_timing_t timing;
    neuro_spinnaker_weight_t dependence;
    uint32_t n_cells, cells_per_core, n_cores;
    neuro_spinnaker_history_t *histories;    /* one a cell */
    neuro_spinnaker_generator_t *generators; /* one a core */
    neuro_spinnaker_table_t plus, minus, x, y, c, d;
    uint16_t *pre_windows, *post_windows; /* recurrent: 2048 each */
    int32_t power_plus[NEURO_SPINNAKER_POWERS], power_minus[NEURO_SPINNAKER_POWERS];
} neuro_spinnaker_post_t;

/* A projection's own. */
typedef struct {
    neuro_spinnaker_post_t *post;
    /* [part][row]: every part sees all packets; or [core][row] where cores lose some */
    neuro_spinnaker_packet_t *packets;
    uint16_t *windows; /* [core][row], recurrent: those drawn for the last packet */
    uint32_t n_copies, n_rows;
    bool is_per_core;
} neuro_spinnaker_learning_t;

/* Numbers of the rule, ready for use. */
typedef struct {
    int32_t a_plus, a_minus, a3_plus, a3_minus, w_min, w_max, alpha;
    int32_t accumulator_min, accumulator_max;
    int32_t modulation, modulation_min, modulation_max;
    uint32_t shift, slots, quirks;
    bool has_delay;
    neuro_spinnaker_post_t *post;
} neuro_spinnaker_rule_t;

neuro_spinnaker_rule_t neuro_spinnaker_rule(const double *rules, neuro_spinnaker_post_t *post);

/* ---- traces ---------------------------------------------------------------------------------- */

/* A trace with one more event. Wraps above 16, as the quirk says, which is counted. */
static inline int16_t
neuro_spinnaker_add_one(int32_t trace, uint32_t wraps, uint32_t *n_wrapped)
{
    const int32_t sum = trace + NEURO_SPINNAKER_STDP_ONE;

    if (__builtin_expect(sum > INT16_MAX, 0)) {
        *n_wrapped += wraps != 0;
        return wraps != 0 ? neuro_wrap_i16(sum) : INT16_MAX;
    }
    return (int16_t) sum;
}

/* A trace after `steps` steps, with one more event. */
static inline int16_t
neuro_spinnaker_add_event(const neuro_spinnaker_table_t *table, int16_t trace, neuro_step_t steps,
                          uint32_t wraps, uint32_t *n_wrapped)
{
    return neuro_spinnaker_add_one(
        neuro_spinnaker_multiply_stdp(trace, neuro_spinnaker_look_up(table, steps)), wraps, n_wrapped);
}

/* Append an entry; true when the oldest was forgotten for it. */
bool neuro_spinnaker_append(neuro_spinnaker_history_t *history, neuro_step_t step, int16_t trace,
                            int16_t second, bool is_modulation);

/* The traces of a row after a packet at `now`; how many of them wrapped. */
uint32_t neuro_spinnaker_note_packet(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
                                     neuro_spinnaker_packet_t *packet, neuro_step_t now);

/* Entries of a history with begin < step <= end: after *before, up to *last. *before 0: no event until
 * `begin`. */
static inline void
neuro_spinnaker_window(const neuro_spinnaker_history_t *history, neuro_step_t begin, neuro_step_t end,
                       uint32_t *before, uint32_t *last)
{
    uint32_t entry;

    *last = history->last;
    for (entry = history->last; entry > 0 && history->steps[entry] > begin; entry--) {
        *last = history->steps[entry] > end ? entry - 1 : *last;
    }
    *before = entry;
}

/* ---- weights --------------------------------------------------------------------------------- */

/* An amplitude times an STDP number. */
static inline int32_t
neuro_spinnaker_amplify(int32_t amplitude, int32_t x)
{
    return neuro_spinnaker_multiply(
        amplitude, neuro_shift_left_wrap_i32(x, NEURO_SPINNAKER_FRACTION_BITS - NEURO_SPINNAKER_STDP_BITS));
}

/* An amplitude times a power of the distance to a bound, of the distance between both. */
static inline int32_t
neuro_spinnaker_scale_by_power(const neuro_spinnaker_rule_t *rule, const int32_t *powers, int32_t amplitude,
                               int32_t distance)
{
    const int32_t range = neuro_subtract_wrap_i32(rule->w_max, rule->w_min);
    const int32_t share = range > 0 ? neuro_spinnaker_divide(neuro_clip_i32(distance, 0, range), range) : 0;

    return neuro_spinnaker_multiply(amplitude, neuro_spinnaker_power(powers, share));
}

/* Only the bound in the direction of the change is held. */
static inline __attribute__((always_inline)) int32_t
neuro_spinnaker_potentiate(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_weight_t dependence,
                           int32_t weight, int32_t x, int32_t x3)
{
    int32_t raised;

    if (dependence == WEIGHT_MULTIPLICATIVE) {
        return neuro_add_wrap_i32(
            weight,
            neuro_spinnaker_amplify(
                neuro_spinnaker_multiply(neuro_subtract_wrap_i32(rule->w_max, weight), rule->a_plus), x));
    }
    if (dependence == WEIGHT_GUTIG) {
        const int32_t scaled = neuro_spinnaker_scale_by_power(rule, rule->post->power_plus, rule->a_plus,
                                                              neuro_subtract_wrap_i32(rule->w_max, weight));

        raised = neuro_add_wrap_i32(weight, neuro_spinnaker_amplify(scaled, x));
        return raised < rule->w_max ? raised : rule->w_max;
    }
    raised = neuro_add_wrap_i32(weight, neuro_spinnaker_amplify(rule->a_plus, x));
    if (dependence == WEIGHT_ADDITIVE_TRIPLET) {
        raised = neuro_add_wrap_i32(raised, neuro_spinnaker_amplify(rule->a3_plus, x3));
    }
    return raised < rule->w_max ? raised : rule->w_max;
}

static inline __attribute__((always_inline)) int32_t
neuro_spinnaker_depress(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_weight_t dependence,
                        int32_t weight, int32_t x, int32_t x3)
{
    int32_t lowered;

    if (dependence == WEIGHT_MULTIPLICATIVE) {
        return neuro_subtract_wrap_i32(
            weight,
            neuro_spinnaker_amplify(
                neuro_spinnaker_multiply(neuro_subtract_wrap_i32(weight, rule->w_min), rule->a_minus), x));
    }
    if (dependence == WEIGHT_MIXED || dependence == WEIGHT_GUTIG) {
        const int32_t distance = neuro_subtract_wrap_i32(weight, rule->w_min);
        const int32_t scaled =
            dependence == WEIGHT_MIXED
                ? neuro_spinnaker_multiply(distance, rule->a_minus)
                : neuro_spinnaker_scale_by_power(rule, rule->post->power_minus, rule->a_minus, distance);

        lowered = neuro_subtract_wrap_i32(weight, neuro_spinnaker_amplify(scaled, x));
        return lowered > rule->w_min ? lowered : rule->w_min;
    }
    lowered = neuro_subtract_wrap_i32(weight, neuro_spinnaker_amplify(rule->a_minus, x));
    if (dependence == WEIGHT_ADDITIVE_TRIPLET) {
        lowered = neuro_subtract_wrap_i32(lowered, neuro_spinnaker_amplify(rule->a3_minus, x3));
    }
    return lowered > rule->w_min ? lowered : rule->w_min;
}

/* Back to 16 bits: what is below 2^shift is lost, and what is beyond them wraps. */
static inline uint16_t
neuro_spinnaker_store_weight(const neuro_spinnaker_rule_t *rule, int32_t weight)
{
    return neuro_wrap_u16(neuro_shift_down_i32(weight, rule->shift));
}

/* Delay as the machine stores it: as many steps as the ring has slots are 0. */
static inline uint32_t
neuro_spinnaker_delay_code(const neuro_spinnaker_rule_t *rule, uint32_t steps)
{
    return rule->slots > 0 && steps == rule->slots ? 0 : steps;
}

/* ---- one event on one synapse: pair, nearest, Vogels, triplet, set to one --------------------- */

/* Entry `entry` seen `delay` steps later, after the row's packet `previous`. */
static inline __attribute__((always_inline)) int32_t
neuro_spinnaker_apply_post(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
                           neuro_spinnaker_weight_t dependence, int32_t weight,
                           const neuro_spinnaker_history_t *history, uint32_t entry,
                           const neuro_spinnaker_packet_t *previous, uint32_t delay)
{
    const neuro_step_t seen = history->steps[entry] + delay, since_pre = seen - previous->step;
    const int16_t decay = neuro_spinnaker_look_up(&rule->post->plus, since_pre);
    int32_t x;

    if (timing == TIMING_VOGELS) {
        x = neuro_spinnaker_multiply_stdp(previous->trace, decay);
        return neuro_spinnaker_potentiate(rule, dependence, weight, x, 0);
    }
    if (since_pre <= 0) {
        return weight;
    }
    if (timing == TIMING_SET_TO_ONE) {
        if (!previous->is_there) {
            return weight;
        }
        x = neuro_spinnaker_multiply_stdp(decay, history->seconds[entry]);
        return neuro_spinnaker_potentiate(rule, dependence, weight, x, 0);
    }
    if (timing == TIMING_NEAREST) {
        /* only the first event after the packet; before any packet there is one at step 0 */
        if (!previous->is_there && (rule->quirks & NEURO_QUIRK_GHOST_SPIKE) == 0) {
            return weight;
        }
        x = seen - history->steps[entry - 1] < since_pre ? 0 : decay;
        return neuro_spinnaker_potentiate(rule, dependence, weight, x, 0);
    }
    x = neuro_spinnaker_multiply_stdp(previous->trace, decay);
    return neuro_spinnaker_potentiate(
        rule, dependence, weight, x,
        timing == TIMING_TRIPLET ? neuro_spinnaker_multiply_stdp(x, history->seconds[entry]) : 0);
}

/* A packet at `now`; `entry` is the last event before it; `packet` has the row's traces after it. */
static inline __attribute__((always_inline)) int32_t
neuro_spinnaker_apply_pre(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
                          neuro_spinnaker_weight_t dependence, int32_t weight,
                          const neuro_spinnaker_history_t *history, uint32_t entry,
                          const neuro_spinnaker_packet_t *packet, neuro_step_t now, uint32_t delay)
{
    const int16_t decay =
        neuro_spinnaker_look_up(&rule->post->minus, now - (history->steps[entry] + (neuro_step_t) delay));
    const bool is_last_only = timing == TIMING_NEAREST || timing == TIMING_SET_TO_ONE;
    const int32_t x = is_last_only ? decay : neuro_spinnaker_multiply_stdp(history->traces[entry], decay);

    if (timing == TIMING_VOGELS) {
        weight = neuro_spinnaker_potentiate(rule, dependence, weight, x - rule->alpha, 0);
        /* potentiation by a negative number: the lower bound is not looked at */
        return (rule->quirks & NEURO_QUIRK_WEIGHT_WRAP) == 0 && weight < rule->w_min ? rule->w_min : weight;
    }
    return neuro_spinnaker_depress(rule, dependence, weight, x,
                                   timing == TIMING_TRIPLET ? neuro_spinnaker_multiply_stdp(x, packet->second)
                                                            : 0);
}

/* The weight after the events in (previous packet, now], seen `delay` steps later than they happened. Counts
 * those of Vogels' rule that fell below 0. */
static inline __attribute__((always_inline)) uint16_t
neuro_spinnaker_update_weight(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
                              neuro_spinnaker_weight_t dependence, uint16_t raw,
                              const neuro_spinnaker_history_t *history,
                              const neuro_spinnaker_packet_t *previous,
                              const neuro_spinnaker_packet_t *packet, uint32_t delay, uint64_t *n_wrapped)
{
    const neuro_step_t begin = previous->step > delay ? previous->step - delay : 0;
    const neuro_step_t end = packet->step > delay ? packet->step - delay : 0;
    int32_t weight = neuro_shift_left_wrap_i32(raw, rule->shift);
    uint32_t entry, last;

    neuro_spinnaker_window(history, begin, end, &entry, &last);
    while (entry < last) {
        entry++;
        weight =
            neuro_spinnaker_apply_post(rule, timing, dependence, weight, history, entry, previous, delay);
    }
    if (entry > 0) {
        weight = neuro_spinnaker_apply_pre(rule, timing, dependence, weight, history, entry, packet,
                                           packet->step, delay);
    }
    if (timing == TIMING_VOGELS) {
        *n_wrapped += weight < 0;
    }
    return neuro_spinnaker_store_weight(rule, weight);
}

/* ---- what the kernels' files share ----------------------------------------------------------- */

/* stdp.c */
extern const neuro_rule_spec_t neuro_spinnaker_stdp_rules[N_STDP_RULES];
void neuro_spinnaker_stdp_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                                neuro_counters_t *counters);

/* stdp_prepare.c. `projection->own` begins with a neuro_spinnaker_learning_t, which prepare makes if there is
 * none. */
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_stdp_check(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_stdp_prepare(neuro_projection_t *projection,
                                                             neuro_spinnaker_timing_t timing,
                                                             neuro_spinnaker_weight_t dependence,
                                                             bool is_modulated);
void neuro_spinnaker_stdp_reset(neuro_projection_t *projection);
void neuro_spinnaker_stdp_release(neuro_projection_t *projection);
/* What the population's plastic synapses share, made when first needed. NULL: no memory. */
neuro_spinnaker_post_t *neuro_spinnaker_stdp_post(neuro_projection_t *projection);

/* stdp_tables.c */
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_stdp_fill_tables(neuro_spinnaker_post_t *post,
                                                                 const double *given, double dt_ms);
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_stdp_set_table(void *owner, const char *name,
                                                               const double *values, uint64_t n);
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_stdp_get_table(void *owner, const char *name, double *values,
                                                               uint64_t *n);

/* stdp_sweeps.c, stdp_recurrent.c, stdp_modulated.c; is_lossy: the cores lose packets */
neuro_sweep_function_t neuro_spinnaker_stdp_sweep(neuro_spinnaker_timing_t timing,
                                                  neuro_spinnaker_weight_t dependence, bool is_lossy);
neuro_sweep_function_t neuro_spinnaker_recurrent_sweep(neuro_spinnaker_timing_t timing,
                                                       neuro_spinnaker_weight_t dependence, bool is_lossy);
neuro_sweep_function_t neuro_spinnaker_modulated_sweep(neuro_spinnaker_timing_t timing,
                                                       neuro_spinnaker_weight_t dependence, bool is_lossy);
void neuro_spinnaker_modulator_sweep(const neuro_sweep_t *sweep);
void neuro_spinnaker_lossy_modulator_sweep(const neuro_sweep_t *sweep);

#endif
