/* Plastic synapses with a state of their own, lazily: for rules that are more than traces (neuromodulation,
 * windows).
 *
 * As in stdp.h a synapse is touched when its source fires; it then applies, in order of time, the
 * post-synaptic events that it has seen since, and the event itself. What an event does is the rule's:
 * functions that are given the synapse and the event. Whatever is done early (a full history, weights that
 * are set) changes no result, because events are applied one by one with the values that belong to them.
 *
 * Order at equal times: as in stdp.h; events of equal time do not pair. */
#ifndef NEURO_EXACT_EVENTFUL_H
#define NEURO_EXACT_EVENTFUL_H

#include "engine/network.h"
#include "exact/stdp.h"

/* Something that happened at a target. */
typedef struct {
    int32_t step;
    bool is_spike;
    double value; /* after the event: a trace, or a window */
    double level; /* after the event: the modulator */
} neuro_post_event_t;

/* What the events of a row left behind. */
typedef struct {
    int32_t last, before; /* steps; -1: none */
    double last_value, before_value;
} neuro_row_past_t;

enum { NEURO_SITE_STATES = 4 };

/* A synapse while events are applied to it. */
typedef struct {
    uint64_t synapse;
    int64_t d; /* steps between a spike of the target and its being seen */
    const neuro_row_past_t *row;
    double w;
    double state[NEURO_SITE_STATES];
    int64_t born;  /* what was seen in this step and before does not concern it */
    int64_t clock; /* step up to which time has passed for the synapse */
    double level;  /* the modulator at that step */
} neuro_site_t;

typedef struct neuro_eventful neuro_eventful_t;

typedef struct {
    uint32_t n_states, first_column; /* states are columns of the rows, 0 at first */
    uint32_t born_column;            /* of synapses that come during a run: when, or -1; 0: there is none */
    /* The value and the level after an event at a target; `previous` may be NULL. */
    void (*note)(const neuro_eventful_t *own, uint32_t target, const neuro_post_event_t *previous,
                 double amount, neuro_post_event_t *event);
    /* A row's event: its value. */
    double (*note_row)(const neuro_eventful_t *own, uint32_t row, const neuro_row_past_t *past, int64_t now);
    /* Time passes; NULL: nothing happens between events. */
    void (*advance)(const neuro_eventful_t *own, neuro_site_t *site, int64_t to);
    /* The synapse sees a post-synaptic event; `previous` is the latest spike of an earlier step, or NULL. */
    void (*post)(const neuro_eventful_t *own, neuro_site_t *site, const neuro_post_event_t *event,
                 const neuro_post_event_t *previous);
    /* It sees a pre-synaptic one; `previous` is the latest event that it saw at an earlier step, `spike` the
     * latest spike, which may be of this step; NULL where there is none. */
    void (*pre)(const neuro_eventful_t *own, neuro_site_t *site, int64_t now,
                const neuro_post_event_t *previous, const neuro_post_event_t *spike);
} neuro_eventful_rule_t;

struct neuro_eventful {
    const neuro_eventful_rule_t *rule;
    bool is_made; /* all that is allocated here is there */
    bool is_single, is_late;
    uint64_t key; /* of the projection's random words */
    double dt_ms;
    neuro_stdp_t numbers; /* bounds and steps, and the tables of traces */
    /* [target][depth] */
    uint32_t depth; /* a power of two */
    uint32_t *n_events, *n_pending;
    neuro_post_event_t *events;
    /* [part][row] */
    uint32_t n_rows, n_parts;
    uint32_t *part_first;
    neuro_row_past_t *rows;
    int64_t *flushed, *settled; /* [part] */
};

/* Make or renew the common part (allocated by the caller, `size` bytes and zeroed when new). */
NEURO_MUST_CHECK neuro_status_t neuro_eventful_prepare(neuro_projection_t *projection, neuro_eventful_t *own,
                                                       const neuro_eventful_rule_t *rule);
void neuro_eventful_release(neuro_eventful_t *own);
void neuro_eventful_reset(neuro_projection_t *projection);
/* An event at a target; events of one step become one. */
void neuro_eventful_add(neuro_projection_t *projection, uint32_t part, uint32_t target, neuro_step_t step,
                        bool is_spike, double amount);
void neuro_eventful_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                          neuro_counters_t *counters);
void neuro_eventful_sweep(const neuro_sweep_t *sweep);
void neuro_eventful_view(const neuro_projection_t *projection, neuro_step_t now, double *weights);
/* One weight, and the start of a synapse that has come, for rules with a column for it. */
double neuro_eventful_view_one(const neuro_projection_t *projection, uint32_t row, uint64_t synapse,
                               neuro_step_t now);
void neuro_eventful_begin(neuro_projection_t *projection, uint32_t row, uint64_t synapse, neuro_step_t now);
void neuro_eventful_settle(neuro_projection_t *projection, neuro_step_t now);

/* Traces that a synapse keeps itself: states of the site, with the value just before the latest step in which
 * it saw events of that side. Of the row's last step, `last_value` is the number of events. */
static inline bool
neuro_site_has_row_event(const neuro_eventful_t *own, const neuro_site_t *site, int64_t step)
{
    return step >= 0 && step > site->born + own->is_late;
}

static inline const neuro_post_event_t *
neuro_site_own_event(const neuro_site_t *site, const neuro_post_event_t *event)
{
    return event != NULL && event->step + site->d > site->born ? event : NULL;
}

static inline double
neuro_eventful_count_row(const neuro_row_past_t *past, int64_t now)
{
    return past->last == now ? past->last_value + 1.0 : 1.0;
}

static inline double
neuro_eventful_rounded(const neuro_eventful_t *own, double w)
{
    return own->is_single ? (double) (float) w : w;
}

#endif
