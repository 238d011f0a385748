/* Spike-timing-dependent plasticity of the exact platform, lazily: a synapse is touched when its source
 * fires.
 *
 * Every target keeps a ring of its last spikes. When a row is swept for a pre-synaptic event at step s, each
 * of its synapses first applies the post-synaptic events that it has seen since the row's last event, in
 * order of time, then the event itself. Post-synaptic spike e is seen by a synapse at e + d, where d is the
 * share of its delay that lies behind the synapse. Traces of both sides are of all pairs, or set to one by
 * the latest spike; a second, slower trace of each side may weigh them (triplets).
 *
 * Order at equal times: a post-synaptic event that the synapse sees at s comes before the pre-synaptic one
 * (it was emitted before); with d = 0 it comes after (it may be caused by it). Equal times do not pair.
 *
 * Nothing that is done early (a full ring, weights that are set) changes a result: events are applied one by
 * one with the traces that belong to them, whenever that happens. */
#ifndef NEURO_EXACT_STDP_H
#define NEURO_EXACT_STDP_H

#include "engine/network.h"

typedef enum {
    STDP_ADDITIVE,
    STDP_MULTIPLICATIVE,
    STDP_ADDITIVE_MULTIPLICATIVE, /* additive potentiation, multiplicative depression */
    STDP_GUTIG,
    STDP_SYMMETRIC, /* every change is a step times (trace less an offset), clipped at both bounds (Vogels et
                       al. 2011) */
    STDP_TRIPLET,   /* additive, each trace weighed with the slow trace of its own side (Pfister and Gerstner
                       2006) */
    STDP_N_DEPENDENCES
} neuro_dependence_t;

/* Which earlier spikes an event pairs with. */
typedef enum {
    STDP_ALL_PAIRS,
    STDP_LATEST, /* the latest of the other side; post-synaptic events also weighed by their own slow trace */
    STDP_NEAREST, /* the latest of the other side; a pre-synaptic spike only with the first post-synaptic one
                     after it */
    STDP_TRIPLETS /* all pairs, with slow traces of both sides */
} neuro_timing_t;

/* A decaying exponential at whole steps. */
typedef struct {
    double rate; /* per step */
    uint32_t n;
    bool ends_in_zero; /* after n steps less than 1e-18 is left, which is taken for nothing */
    double *values;    /* n + 1; the last is 0 */
} neuro_decay_t;

typedef struct {
    int32_t step;
    uint32_t target;
} neuro_stdp_event_t;

typedef struct {
    neuro_step_t flushed;  /* events that were seen up to here are in the weights */
    neuro_step_t last;     /* latest spike of any target of the part */
    neuro_step_t now_of_y; /* step for which `now` holds the post-synaptic traces; -1: none */
    /* The part's spikes in order, at least the last of every target: who fired lately is found without a look
     * at all. */
    neuro_stdp_event_t *log;
    uint32_t n_log, log_size;
} neuro_stdp_part_t;

typedef struct {
    neuro_dependence_t dependence;
    neuro_timing_t timing;
    bool is_set_to_one; /* traces are 1 after a spike, not one more than before */
    bool is_single; /* weights are float32: rounded after every change, so that the moment of a change does
                       not matter */
    double w_min, w_max, mu_plus, mu_minus;
    double potentiation, depression; /* A_plus, A_minus */
    double step_up, step_down;       /* the additive changes of strength 1 */
    double offset;                   /* symmetric: what a pre-synaptic event takes from the trace */
    double pair_up, pair_down, triplet_up, triplet_down;     /* triplets: A2+, A2-, A3+, A3- */
    double tau_plus, tau_minus, tau_slow_post, tau_slow_pre; /* ms, of the tables below; 0: not used */
    neuro_decay_t plus, minus, slow_post, slow_pre;
    /* post-synaptic spikes: [target][depth] */
    uint32_t depth;      /* a power of two */
    uint32_t *n_spikes;  /* of a target, since the start; wraps */
    uint32_t *n_pending; /* of these, how many a synapse may still have to apply */
    int32_t *last_spike; /* -1: none */
    /* the latest two spikes again, side by side for all targets: most sweeps need no more, and stay in the
     * cache */
    int32_t *spike_before; /* the one before the last; -1: none */
    double *last_trace, *trace_before;
    int32_t *step;     /* [target][depth] */
    double *trace;     /* after the spike */
    double *weight_of; /* the slow post-synaptic trace before the spike, where there is one; otherwise NULL */
    double *now;       /* the trace of every target at a step */
    float *now_single; /* the same for dense rows of float32; otherwise NULL */
    uint32_t *news;    /* a flush's list of targets */
    /* rows: [part][row] */
    uint32_t n_rows, n_parts;
    uint32_t *part_first;
    double *pre_trace;
    int32_t *pre_step;   /* -1: none */
    double *pre_slow;    /* triplets: the slow trace after the last event; otherwise NULL */
    int32_t *pre_before; /* nearest: the event before the last; -1: none; otherwise NULL */
    /* the traces just before the events of the last step, where something asks for them; otherwise NULL */
    double *pre_earlier;      /* rows swept before arrival, all pairs and triplets */
    double *pre_slow_earlier; /* triplets */
    neuro_stdp_part_t *parts;
} neuro_stdp_t;

/* Weight after a potentiation or depression of strength x; changes are clipped one by one. */
typedef struct {
    neuro_sweep_function_t sweep[STDP_N_DEPENDENCES];
} neuro_stdp_sweeps_t;

typedef struct {
    neuro_stdp_sweeps_t f64, f32;
} neuro_stdp_kernels_t;

/* stdp_decay.c */
double neuro_stdp_decay_slow(const neuro_decay_t *decay, int64_t steps);

static inline double
neuro_stdp_decay(const neuro_decay_t *decay, int64_t steps)
{
    if (steps < (int64_t) decay->n) {
        return decay->values[steps];
    }
    return decay->ends_in_zero ? 0.0 : neuro_stdp_decay_slow(decay, steps);
}

/* Make a table for a time constant, unless it is made or not used (0). */
NEURO_MUST_CHECK neuro_status_t neuro_stdp_tabulate(neuro_decay_t *decay, double tau_ms, double dt_ms);

/* What such a table holds, without one. */
double neuro_stdp_decay_of(double tau_ms, double dt_ms, int64_t steps);

double neuro_stdp_power(double base, double exponent);

static inline __attribute__((always_inline)) double
neuro_stdp_potentiate(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, double w, double x)
{
    switch (dependence) {
    case STDP_ADDITIVE:
    case STDP_ADDITIVE_MULTIPLICATIVE:
    case STDP_SYMMETRIC:
    case STDP_TRIPLET:
        w += stdp->step_up * x;
        break;
    case STDP_MULTIPLICATIVE:
        w += stdp->potentiation * (stdp->w_max - w) * x;
        break;
    case STDP_GUTIG: {
        const double range = stdp->w_max - stdp->w_min;

        w += stdp->potentiation * range * neuro_stdp_power((stdp->w_max - w) / range, stdp->mu_plus) * x;
        break;
    }
    case STDP_N_DEPENDENCES:
        break;
    }
    return w < stdp->w_max ? w : stdp->w_max;
}

static inline __attribute__((always_inline)) double
neuro_stdp_depress(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, double w, double y)
{
    switch (dependence) {
    case STDP_ADDITIVE:
    case STDP_TRIPLET:
        w -= stdp->step_down * y;
        break;
    case STDP_SYMMETRIC:
        w += stdp->step_up * (y - stdp->offset);
        w = w < stdp->w_max ? w : stdp->w_max;
        break;
    case STDP_MULTIPLICATIVE:
    case STDP_ADDITIVE_MULTIPLICATIVE:
        w -= stdp->depression * (w - stdp->w_min) * y;
        break;
    case STDP_GUTIG: {
        const double range = stdp->w_max - stdp->w_min;

        w -= stdp->depression * range * neuro_stdp_power((w - stdp->w_min) / range, stdp->mu_minus) * y;
        break;
    }
    case STDP_N_DEPENDENCES:
        break;
    }
    return w > stdp->w_min ? w : stdp->w_min;
}

/* What a row's last pre-synaptic event left behind. */
typedef struct {
    int64_t step;
    double trace;
    int64_t before; /* nearest: the event before the last; otherwise not used */
    double earlier; /* the trace without the events of the last step, where something asks for it */
} neuro_stdp_pre_t;

static inline neuro_stdp_pre_t
neuro_stdp_pre(const neuro_stdp_t *stdp, size_t r)
{
    const neuro_stdp_pre_t pre = {stdp->pre_step[r], stdp->pre_trace[r],
                                  stdp->pre_before != NULL ? stdp->pre_before[r] : -1,
                                  stdp->pre_earlier != NULL ? stdp->pre_earlier[r] : 0.0};

    return pre;
}

/* The pre-synaptic trace that a post-synaptic event finds, `since` steps after the row's last event. The
 * event before it was seen at `previous` (INT64_MIN: none). An event at the time of the last pre-synaptic
 * ones does not pair with them. */
static inline double
neuro_stdp_pre_trace(const neuro_stdp_t *stdp, neuro_stdp_pre_t pre, int64_t since, int64_t previous,
                     bool is_late)
{
    const bool is_equal = is_late && since == 0;

    switch (stdp->timing) {
    case STDP_LATEST:
        return is_equal ? 0.0 : pre.trace * neuro_stdp_decay(&stdp->plus, since);
    case STDP_NEAREST: {
        const int64_t partner = is_equal ? pre.before : pre.step;

        if (partner < 0 || previous > partner) {
            return 0.0;
        }
        return neuro_stdp_decay(&stdp->plus, pre.step + since - partner);
    }
    case STDP_ALL_PAIRS:
    case STDP_TRIPLETS:
        break;
    }
    return is_equal ? pre.earlier : pre.trace * neuro_stdp_decay(&stdp->plus, since);
}

/* Apply to w the spikes of `target` with low < step <= high; a spike of step e is seen at e + d. is_late:
 * pre-synaptic events come before post-synaptic ones of equal time. */
static inline __attribute__((always_inline)) double
neuro_stdp_catch_up(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, double w, uint32_t target,
                    int64_t low, int64_t high, int64_t d, neuro_stdp_pre_t pre, bool is_late)
{
    const uint32_t mask = stdp->depth - 1;
    const int32_t *step = stdp->step + (size_t) target * stdp->depth;
    const double *slow = stdp->weight_of != NULL ? stdp->weight_of + (size_t) target * stdp->depth : NULL;
    const uint32_t n = stdp->n_spikes[target];
    const uint32_t oldest = n > stdp->depth ? n - stdp->depth : 0;
    uint32_t k = n;

    while (k > oldest && step[(k - 1) & mask] > low) {
        k--;
    }
    for (; k < n && step[k & mask] <= high; k++) {
        const int64_t previous = k > oldest ? step[(k - 1) & mask] + d : INT64_MIN;
        double x = neuro_stdp_pre_trace(stdp, pre, step[k & mask] + d - pre.step, previous, is_late);

        if (dependence == STDP_TRIPLET) {
            x *= stdp->pair_up + stdp->triplet_up * slow[k & mask];
        } else if (slow != NULL) {
            x *= slow[k & mask];
        }
        w = neuro_stdp_potentiate(stdp, dependence, w, x);
        w = stdp->is_single ? (double) (float) w : w;
    }
    return w;
}

/* The same, short where one spike is all there is. */
static inline __attribute__((always_inline)) double
neuro_stdp_catch_up_short(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, double w,
                          uint32_t target, int64_t low, int64_t high, int64_t d, neuro_stdp_pre_t pre,
                          bool is_late)
{
    const int64_t since = stdp->last_spike[target] + d - pre.step;

    if (stdp->spike_before[target] > low || stdp->timing != STDP_ALL_PAIRS || (is_late && since == 0)) {
        return neuro_stdp_catch_up(stdp, dependence, w, target, low, high, d, pre, is_late);
    }
    if (stdp->last_spike[target] <= high) {
        w = neuro_stdp_potentiate(stdp, dependence, w, pre.trace * neuro_stdp_decay(&stdp->plus, since));
        w = stdp->is_single ? (double) (float) w : w;
    }
    return w;
}

/* What the post-synaptic traces are multiplied with at an event of a row at step `now`: 1 but for triplets.
 * The slow trace is that of the earlier steps. */
static inline double
neuro_stdp_strength(const neuro_stdp_t *stdp, size_t r, int64_t now)
{
    double slow = 0.0;

    if (stdp->pre_slow == NULL) {
        return 1.0;
    }
    if (stdp->pre_step[r] == now) {
        slow = stdp->pre_slow_earlier[r];
    } else if (stdp->pre_step[r] >= 0) {
        slow = stdp->pre_slow[r] * neuro_stdp_decay(&stdp->slow_pre, now - stdp->pre_step[r]);
    }
    return stdp->pair_down + stdp->triplet_down * slow;
}

/* Note a row's event at step `now`. */
static inline void
neuro_stdp_note_pre(neuro_stdp_t *stdp, size_t r, int64_t now)
{
    const int32_t before = stdp->pre_step[r];
    const double trace = stdp->pre_trace[r] * neuro_stdp_decay(&stdp->plus, now - before);

    if (stdp->pre_earlier != NULL && before != now) {
        stdp->pre_earlier[r] = trace;
    }
    stdp->pre_trace[r] = stdp->is_set_to_one ? 1.0 : trace + 1.0;
    if (stdp->pre_slow != NULL) {
        const double slow =
            before < 0 ? 0.0 : stdp->pre_slow[r] * neuro_stdp_decay(&stdp->slow_pre, now - before);

        if (before != now) {
            stdp->pre_slow_earlier[r] = slow;
        }
        stdp->pre_slow[r] = slow + 1.0;
    }
    if (stdp->pre_before != NULL && before != now) {
        stdp->pre_before[r] = before;
    }
    stdp->pre_step[r] = (int32_t) now;
}

/* Post-synaptic trace of a target just before `step` (spikes at `step` do not count), from its ring. */
static inline double
neuro_stdp_old_post_trace(const neuro_stdp_t *stdp, uint32_t target, int64_t step)
{
    const uint32_t mask = stdp->depth - 1;
    const int32_t *steps = stdp->step + (size_t) target * stdp->depth;
    const uint32_t n = stdp->n_spikes[target];
    const uint32_t oldest = n > stdp->depth ? n - stdp->depth : 0;
    uint32_t k = n;

    while (k > oldest && steps[(k - 1) & mask] >= step) {
        k--;
    }
    if (k == oldest) {
        return 0.0;
    }
    k--;
    return stdp->trace[(size_t) target * stdp->depth + (k & mask)] *
           neuro_stdp_decay(&stdp->minus, step - steps[k & mask]);
}

static inline __attribute__((always_inline)) double
neuro_stdp_post_trace(const neuro_stdp_t *stdp, uint32_t target, int64_t step)
{
    if (stdp->last_spike[target] < step) {
        return stdp->last_spike[target] < 0
                   ? 0.0
                   : stdp->last_trace[target] *
                         neuro_stdp_decay(&stdp->minus, step - stdp->last_spike[target]);
    }
    if (stdp->spike_before[target] < step) {
        return stdp->spike_before[target] < 0
                   ? 0.0
                   : stdp->trace_before[target] *
                         neuro_stdp_decay(&stdp->minus, step - stdp->spike_before[target]);
    }
    return neuro_stdp_old_post_trace(stdp, target, step);
}

/* What distinguishes the kernels that share this engine (stdp_rules.c). */
typedef struct {
    const neuro_synapse_kernel_t *kernel;
    neuro_timing_t timing;
    uint32_t n_taus; /* the first rules: time constants, above 0 */
    uint32_t w_min;  /* the rule after it is w_max */
    void (*fill)(neuro_stdp_t *stdp,
                 const double *rules); /* time constants, bounds and steps from the rules */
    uint32_t
        n_varied; /* of kernels whose numbers differ between synapses: the first rules, which are columns */
} neuro_stdp_form_t;

const neuro_stdp_form_t *neuro_stdp_form(const neuro_synapse_kernel_t *kernel);

/* The functions of such a kernel: stdp_prepare.c */
NEURO_MUST_CHECK neuro_status_t neuro_stdp_check(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_stdp_prepare(neuro_projection_t *projection, neuro_isa_t isa);
void neuro_stdp_free(neuro_projection_t *projection);
void neuro_stdp_reset(neuro_projection_t *projection);

/* stdp.c */
void neuro_stdp_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                      neuro_counters_t *counters);
void neuro_stdp_view_weights(const neuro_projection_t *projection, neuro_step_t now, double *weights);
void neuro_stdp_settle(neuro_projection_t *projection, neuro_step_t now);
/* The same by rows, when the parts are about to change. */
void neuro_stdp_settle_rows(neuro_projection_t *projection, neuro_step_t now);

/* stdp_own.c: rows in which synapses come and go. Traces are those of the row and of the target, less what
 * was left of them when the synapse came: it sees the spikes since then alone. `r`: number of the row and
 * part among the traces. */
enum { STDP_BORN = 2, STDP_PRE_BEFORE, STDP_POST_BEFORE }; /* columns */
double neuro_stdp_catch_up_own(const neuro_projection_t *projection, uint64_t synapse, double w,
                               uint32_t target, int64_t low, int64_t high, int64_t d, size_t r);
void neuro_stdp_sweep_own(const neuro_sweep_t *sweep);
void neuro_stdp_begin_own(neuro_projection_t *projection, uint32_t row, uint64_t synapse, neuro_step_t now);
/* All traces are forgotten: there is nothing left to subtract. */
void neuro_stdp_forget_own(neuro_projection_t *projection);
double neuro_stdp_view_own(const neuro_projection_t *projection, uint32_t row, uint64_t synapse,
                           neuro_step_t now);

#endif
