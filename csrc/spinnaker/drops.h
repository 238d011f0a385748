/* Packets that a core has no time for. A model of our own: the machine's code says what happens to them, not
 * how long anything takes.
 *
 * A core has a number of cycles in each step for what comes in. Packets are taken in the order of delivery:
 * projections as they were made, sources ascending. One that cannot be begun in its step is late; more late
 * packets than the queue holds find no place in it. What is late is lost, or taken in later steps. */
#ifndef NEURO_SPINNAKER_DROPS_H
#define NEURO_SPINNAKER_DROPS_H

#include "engine/network.h"

enum { NEURO_SPINNAKER_DROPS_NUMBERS = 11, NEURO_SPINNAKER_DROPS_COLUMNS = 7, NEURO_SPINNAKER_LOST = -1 };

/* What a packet does to each of its synapses. */
typedef enum {
    NEURO_SPINNAKER_STATIC_EVENT,
    NEURO_SPINNAKER_PLASTIC_EVENT,
    NEURO_SPINNAKER_SHORT_TERM_EVENT,
    NEURO_SPINNAKER_N_EVENTS
} neuro_spinnaker_event_t;

/* One core. */
typedef struct {
    neuro_step_t step; /* to which `used` and `n_waiting` belong; -1: none yet */
    double used;       /* cycles that the packets of this step, and late ones of before, take */
    uint32_t n_waiting;
    bool has_late;
    uint64_t n_packets, n_overflows, n_late;
    uint64_t n_skipped;       /* synapses of late packets whose slot was over */
    uint64_t n_steps;         /* with late packets */
    neuro_step_t first, last; /* of these */
} neuro_spinnaker_core_time_t;

typedef struct {
    bool loses_late;
    uint32_t queue;
    double budget, cell, spike, row;         /* cycles: of a step; for a cell, a packet, a row, */
    double short_term_row;                   /* a row with short-term plasticity */
    double events[NEURO_SPINNAKER_N_EVENTS]; /* a synapse of each kind */
    double post_event;                       /* each post-synaptic event that a plastic synapse sees */
    neuro_spinnaker_core_time_t *cores;
} neuro_spinnaker_drops_t;

/* From a table of NEURO_SPINNAKER_DROPS_NUMBERS: budget, cell, spike, row, events, short_term_row,
 * post_event, queue, whether late packets are lost. NULL without memory. */
neuro_spinnaker_drops_t *neuro_spinnaker_drops_from(const double *values, uint32_t n_cores);
/* Other numbers; what is under way and counted stays. */
void neuro_spinnaker_drops_set(neuro_spinnaker_drops_t *drops, const double *values);
void neuro_spinnaker_drops_free(neuro_spinnaker_drops_t *drops);
/* Nothing is under way; counts stay. */
void neuro_spinnaker_drops_reset(neuro_spinnaker_drops_t *drops, uint32_t n_cores);
/* NEURO_SPINNAKER_DROPS_COLUMNS numbers for each core: packets, overflows, late, skipped synapses, steps with
 * late packets, first and last of these (-1: none). */
void neuro_spinnaker_drops_write(const neuro_spinnaker_drops_t *drops, uint32_t n_cores, double *values);

/* A packet of a row with n synapses there comes to a core: steps by which it is late, or
 * NEURO_SPINNAKER_LOST. */
int neuro_spinnaker_take_packet(const neuro_sweep_t *sweep, uint32_t core, uint32_t row, uint64_t n,
                                neuro_spinnaker_event_t kind);
/* What a packet that was taken met on its core: synapses whose slot is over, post-synaptic events. */
void neuro_spinnaker_note_taken(neuro_population_t *post, uint32_t core, uint64_t n_skipped,
                                uint64_t n_post_events);

/* A packet that was taken: its synapses [begin, end) onto one core. */
typedef struct {
    uint32_t core, row; /* row: of the projection, stage by stage */
    uint64_t begin, end;
    uint32_t lateness;
} neuro_spinnaker_taken_t;

/* Calls `take` for every packet of a sweep that is not lost, core by core. */
typedef void (*neuro_spinnaker_take_t)(void *sweeping, const neuro_spinnaker_taken_t *taken);
void neuro_spinnaker_take_packets(const neuro_sweep_t *sweep, neuro_spinnaker_event_t kind,
                                  neuro_spinnaker_take_t take, void *sweeping);

/* Static rows onto a population whose cores lose packets. */
void neuro_spinnaker_sweep_lossy(const neuro_sweep_t *sweep);

#endif
