/* Structural plasticity: synapses onto a population are eliminated and formed at random, at a given rate.
 *
 * Every target cell has s_max slots. An attempt takes a target and one of its slots at random. An empty slot
 * may get a synapse: a source is selected (any, or one that fired in the step before), and it is joined with
 * a probability that falls with the distance on a grid. The synapse of a used slot is eliminated with a
 * probability that depends on its weight. Attempts are made between two steps, when all threads have
 * delivered; each draws from a stream of its own, (seed, rewiring, number of the rewiring, number of the
 * attempt): they depend neither on threads nor on slices of a run.
 *
 * Source of the procedure: Bogdan, Rowley, Rhodes and Furber (2018), Frontiers in Neuroscience 12:434, in the
 * form that sPyNNaker 7.4 gives it (topographic_map_impl.c and what it includes). */
#ifndef NEURO_ENGINE_REWIRE_H
#define NEURO_ENGINE_REWIRE_H

#include "engine/network.h"

/* Rules of a rewiring; numbers that count are whole. */
enum {
    REWIRE_RATE,   /* attempts a second */
    REWIRE_S_MAX,  /* slots of a target */
    REWIRE_BUFFER, /* 0: any source; otherwise one of the first so many spikes of the step before */
    REWIRE_GRID_X, /* places of the grid: cell i of a population stands at (i / grid_y, i % grid_y) */
    REWIRE_GRID_Y,
    REWIRE_P_FORWARD, /* probability of formation at distance 0, and its width, from another population */
    REWIRE_SIGMA_FORWARD,
    REWIRE_P_LATERAL, /* the same within the population */
    REWIRE_SIGMA_LATERAL,
    REWIRE_THRESHOLD,   /* magnitude of a weight from which on it counts as potentiated */
    REWIRE_P_DEPRESSED, /* probability of elimination below the threshold */
    REWIRE_P_POTENTIATED,
    REWIRE_WEIGHT,    /* of new synapses */
    REWIRE_LOW_DELAY, /* steps; each of low .. high with the same probability */
    REWIRE_HIGH_DELAY,
    REWIRE_REPEATS, /* 1: a pair may have several synapses */
    REWIRE_N_RULES
};

extern const char *const neuro_rewire_rule_names[REWIRE_N_RULES];

typedef struct {
    uint32_t member; /* UINT32_MAX: empty */
    uint32_t cell;
} neuro_slot_t;

/* A synapse that was formed or eliminated. */
typedef struct {
    neuro_step_t step; /* of simulated time that have passed */
    uint32_t member, pre, post;
    bool is_formed;
} neuro_rewire_event_t;

struct neuro_rewiring {
    neuro_network_t *network;
    uint32_t id;
    neuro_population_t *post;
    uint64_t seed;
    double rules[REWIRE_N_RULES];
    uint32_t n_members, member_capacity;
    neuro_projection_t **members; /* projections onto `post`, each with room in its rows */
    neuro_slot_t *slots;          /* [target][s_max] */
    uint64_t n_attempts;
    bool is_logged; /* events are kept */
    uint64_t n_events, event_capacity;
    neuro_rewire_event_t *events;
};

/* Rules in the order of their enum, checked. */
NEURO_MUST_CHECK neuro_status_t neuro_rewiring_create(neuro_network_t *network, neuro_population_t *post,
                                                      uint64_t seed, const double *rules,
                                                      neuro_rewiring_t **out);
void neuro_rewiring_free(neuro_rewiring_t *rewiring);
/* A projection that can rewire, with its first synapses, which fill slots from the last on; an error when a
 * target has too many. */
NEURO_MUST_CHECK neuro_status_t neuro_rewiring_add(neuro_rewiring_t *rewiring,
                                                   neuro_projection_t *projection);
/* Back to the start: slots as the projections' synapses say. */
NEURO_MUST_CHECK neuro_status_t neuro_rewiring_reset(neuro_rewiring_t *rewiring);

/* Whether attempts are due before the network's present step. */
bool neuro_rewire_is_due(const neuro_network_t *network);
/* The first step after `step` before which attempts are due; INT64_MAX: none. */
neuro_step_t neuro_rewire_next(const neuro_network_t *network, neuro_step_t step);
/* Make the attempts that are due; an error when there is no memory to keep their events. */
NEURO_MUST_CHECK neuro_status_t neuro_rewire(neuro_network_t *network);

#endif
