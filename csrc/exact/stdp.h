/* Spike-timing-dependent plasticity of the exact platform, lazily: a synapse is touched when its source fires.
 *
 * Every target keeps a ring of its last spikes. When a row is swept for a pre-synaptic event at step s, each of its
 * synapses first applies the post-synaptic events that it has seen since the row's last event, in order of time, then
 * the event itself. Post-synaptic spike e is seen by a synapse at e + d, where d is the share of its delay that lies
 * behind the synapse. Traces of both sides are of all pairs, or set to one by the latest spike.
 *
 * Order at equal times: a post-synaptic event that the synapse sees at s comes before the pre-synaptic one (it was
 * emitted before); with d = 0 it comes after (it may be caused by it). Equal times do not pair.
 *
 * Nothing that is done early (a full ring, weights that are set) changes a result: events are applied one by one with
 * the traces that belong to them, whenever that happens. */
#ifndef NEURO_EXACT_STDP_H
#define NEURO_EXACT_STDP_H

#include "engine/network.h"

typedef enum {
    STDP_ADDITIVE,
    STDP_MULTIPLICATIVE,
    STDP_ADDITIVE_MULTIPLICATIVE, /* additive potentiation, multiplicative depression */
    STDP_GUTIG,
    STDP_N_DEPENDENCES
} neuro_dependence_t;

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
    /* The part's spikes in order, at least the last of every target: who fired lately is found without a look at all. */
    neuro_stdp_event_t *log;
    uint32_t n_log, log_size;
} neuro_stdp_part_t;

typedef struct {
    neuro_dependence_t dependence;
    bool is_set_to_one;
    bool is_single; /* weights are float32: rounded after every change, so that the moment of a change does not matter */
    double w_min, w_max, mu_plus, mu_minus;
    double potentiation, depression; /* A_plus, A_minus */
    double step_up, step_down;       /* the additive changes of strength 1 */
    double tau_plus, tau_minus, tau_factor; /* of the tables below */
    neuro_decay_t plus, minus, factor;
    /* post-synaptic spikes: [target][depth] */
    uint32_t depth; /* a power of two */
    uint32_t *n_spikes;  /* of a target, since the start; wraps */
    uint32_t *n_pending; /* of these, how many a synapse may still have to apply */
    int32_t *last_spike; /* -1: none */
    /* the latest two spikes again, side by side for all targets: most sweeps need no more, and stay in the cache */
    int32_t *spike_before; /* the one before the last; -1: none */
    double *last_trace, *trace_before;
    int32_t *step;       /* [target][depth] */
    double *trace;       /* after the spike */
    double *weight_of;   /* set to one: the slow trace before the spike; otherwise NULL (1) */
    double *now;         /* the trace of every target at a step */
    float *now_single;   /* the same for dense rows of float32; otherwise NULL */
    uint32_t *news;      /* a flush's list of targets */
    /* rows: [part][row] */
    uint32_t n_rows, n_parts;
    uint32_t *part_first;
    double *pre_trace;
    int32_t *pre_step; /* -1: none */
    neuro_stdp_part_t *parts;
} neuro_stdp_t;

/* Weight after a potentiation or depression of strength x; changes are clipped one by one. */
typedef struct {
    neuro_sweep_function_t sweep[STDP_N_DEPENDENCES];
} neuro_stdp_sweeps_t;

typedef struct {
    neuro_stdp_sweeps_t f64, f32;
} neuro_stdp_kernels_t;

double neuro_stdp_decay_slow(const neuro_decay_t *decay, int64_t steps);

static inline double
neuro_stdp_decay(const neuro_decay_t *decay, int64_t steps)
{
    if (steps < (int64_t) decay->n) {
        return decay->values[steps];
    }
    return decay->ends_in_zero ? 0.0 : neuro_stdp_decay_slow(decay, steps);
}

double neuro_stdp_power(double base, double exponent);

static inline __attribute__((always_inline)) double
neuro_stdp_potentiate(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, double w, double x)
{
    switch (dependence) {
    case STDP_ADDITIVE:
    case STDP_ADDITIVE_MULTIPLICATIVE:
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
        w -= stdp->step_down * y;
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

/* Apply to w the spikes of `target` with low < step <= high; the row's last event was at pre_step with pre_trace, and
 * a spike of step e is seen at e + d. is_late: pre-synaptic events come before post-synaptic ones of equal time. */
static inline __attribute__((always_inline)) double
neuro_stdp_catch_up(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, double w, uint32_t target,
    int64_t low, int64_t high, int64_t d, int64_t pre_step, double pre_trace, bool is_late)
{
    const uint32_t mask = stdp->depth - 1;
    const int32_t *step = stdp->step + (size_t) target * stdp->depth;
    const double *factor = stdp->weight_of != NULL ? stdp->weight_of + (size_t) target * stdp->depth : NULL;
    const uint32_t n = stdp->n_spikes[target];
    const uint32_t oldest = n > stdp->depth ? n - stdp->depth : 0;
    uint32_t k = n;

    while (k > oldest && step[(k - 1) & mask] > low) {
        k--;
    }
    for (; k < n && step[k & mask] <= high; k++) {
        const int64_t since = step[k & mask] + d - pre_step;
        double x;

        if (is_late && since == 0) { /* does not pair with the event of the same time */
            x = stdp->is_set_to_one ? 0.0 : pre_trace - 1.0;
        }
        else {
            x = pre_trace * neuro_stdp_decay(&stdp->plus, since);
        }
        if (factor != NULL) {
            x *= factor[k & mask];
        }
        w = neuro_stdp_potentiate(stdp, dependence, w, x);
        w = stdp->is_single ? (double) (float) w : w;
    }
    return w;
}

/* The same, short where one spike is all there is. */
static inline __attribute__((always_inline)) double
neuro_stdp_catch_up_short(const neuro_stdp_t *stdp, const neuro_dependence_t dependence, double w, uint32_t target,
    int64_t low, int64_t high, int64_t d, int64_t pre_step, double pre_trace, bool is_late)
{
    const int64_t since = stdp->last_spike[target] + d - pre_step;

    if (stdp->spike_before[target] > low || stdp->weight_of != NULL || (is_late && since == 0)) {
        return neuro_stdp_catch_up(stdp, dependence, w, target, low, high, d, pre_step, pre_trace, is_late);
    }
    if (stdp->last_spike[target] <= high) {
        w = neuro_stdp_potentiate(stdp, dependence, w, pre_trace * neuro_stdp_decay(&stdp->plus, since));
        w = stdp->is_single ? (double) (float) w : w;
    }
    return w;
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
    return stdp->trace[(size_t) target * stdp->depth + (k & mask)]
        * neuro_stdp_decay(&stdp->minus, step - steps[k & mask]);
}

static inline __attribute__((always_inline)) double
neuro_stdp_post_trace(const neuro_stdp_t *stdp, uint32_t target, int64_t step)
{
    if (stdp->last_spike[target] < step) {
        return stdp->last_spike[target] < 0
            ? 0.0
            : stdp->last_trace[target] * neuro_stdp_decay(&stdp->minus, step - stdp->last_spike[target]);
    }
    if (stdp->spike_before[target] < step) {
        return stdp->spike_before[target] < 0
            ? 0.0
            : stdp->trace_before[target] * neuro_stdp_decay(&stdp->minus, step - stdp->spike_before[target]);
    }
    return neuro_stdp_old_post_trace(stdp, target, step);
}

#endif
