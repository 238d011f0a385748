/* Packets that a core has no time for. A model of our own: the machine's code says what happens to them, not
 * how long anything takes.
 *
 * A core has a number of cycles in each step for what comes in. Packets are taken in the order of delivery:
 * projections as they were made, sources ascending. One that cannot be begun in its step is late; more late
 * packets than the queue holds find no place in it. What is late is lost, or taken in later steps. */
#ifndef NEURO_SPINNAKER_DROPS_H
#define NEURO_SPINNAKER_DROPS_H

#include "engine/network.h"

enum { NEURO_SPINNAKER_DROPS_NUMBERS = 7, NEURO_SPINNAKER_DROPS_COLUMNS = 7 };

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
    double budget, cell, spike, row, event; /* cycles: of a step; for a cell, a packet, a row, a synapse */
    neuro_spinnaker_core_time_t *cores;
} neuro_spinnaker_drops_t;

/* From a table of NEURO_SPINNAKER_DROPS_NUMBERS: budget, cell, spike, row, event, queue, whether late packets
 * are lost. NULL without memory. */
neuro_spinnaker_drops_t *neuro_spinnaker_drops_from(const double *values, uint32_t n_cores);
void neuro_spinnaker_drops_free(neuro_spinnaker_drops_t *drops);
/* Nothing is under way; counts stay. */
void neuro_spinnaker_drops_reset(neuro_spinnaker_drops_t *drops, uint32_t n_cores);
/* NEURO_SPINNAKER_DROPS_COLUMNS numbers for each core: packets, overflows, late, skipped synapses, steps with
 * late packets, first and last of these (-1: none). */
void neuro_spinnaker_drops_write(const neuro_spinnaker_drops_t *drops, uint32_t n_cores, double *values);

/* Static rows onto a population whose cores lose packets. */
void neuro_spinnaker_sweep_lossy(const neuro_sweep_t *sweep);

#endif
