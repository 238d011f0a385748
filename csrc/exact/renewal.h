/* Random spike sources with a memory of their last spike, or with rates that change at given times.
 *
 * A source spends its hazard in continuous time; a step stands for the interval that it ends, and the spikes
 * of that interval have its time. Intervals are therefore exact but for the grid. */
#ifndef NEURO_EXACT_RENEWAL_H
#define NEURO_EXACT_RENEWAL_H

#include "engine/network.h"

/* Poisson with dead time, gamma: parameters; the same state. */
enum {
    RENEWAL_RATE,
    RENEWAL_MEMORY,
    RENEWAL_START,
    RENEWAL_DURATION,
    RENEWAL_REMAINING,
    RENEWAL_DEAD,
    RENEWAL_DRAWN,
    RENEWAL_N
};
/* Inhomogeneous gamma. */
enum { INH_START, INH_DURATION, INH_REMAINING, INH_AGE, INH_DRAWN, INH_N };
enum { INH_A, INH_B, INH_BINS, RENEWAL_MOST_LISTS };
/* Poisson of given rates in given windows. */
enum { VARIABLE_RATES, VARIABLE_STARTS, VARIABLE_DURATIONS };

/* Spikes of one cell in one step, at most. */
enum { RENEWAL_MOST = 250 };

typedef struct {
    uint64_t *offsets; /* n_cells + 1 */
    double *values;
} neuro_renewal_list_t;

typedef struct {
    neuro_renewal_list_t lists[RENEWAL_MOST_LISTS];
    /* one a cell */
    double *hazard;       /* spent a ms when not dead */
    double *shape;        /* of the gamma distribution of what is spent between two spikes; 1: exponential */
    double *dead_time;    /* ms after a spike */
    int64_t *first, *end; /* steps in which the cell is active: first <= step < end */
    /* what holds from a step on; bins of cell i: bin_first[i]..bin_first[i + 1] - 1 */
    uint64_t *bin_first;
    uint64_t *bin; /* of each cell: the present one, or its first if that is still to come */
    int64_t *bin_step;
    double *bin_a, *bin_b; /* a and b in ms; or mean number a step and the probability of none */
    double *bin_log_gamma;
} neuro_renewal_t;

/* Draws after a cell has spent what remained: its spikes in this step. */
uint8_t neuro_renewal_fire(neuro_population_t *population, uint32_t cell);
uint8_t neuro_renewal_fire_inhomogeneous(neuro_population_t *population, uint32_t cell);

/* The present bin of a cell at a step; false when none has begun. Steps ascend between two resets. */
static inline bool
neuro_renewal_find_bin(neuro_renewal_t *own, uint32_t cell, neuro_step_t step)
{
    const uint64_t end = own->bin_first[cell + 1];
    uint64_t bin = own->bin[cell];

    while (bin + 1 < end && own->bin_step[bin + 1] <= step) {
        bin++;
    }
    own->bin[cell] = bin;
    return bin < end && own->bin_step[bin] <= step;
}

typedef struct {
    neuro_block_function_t renewal, inhomogeneous, variable;
} neuro_renewal_updates_t;

#endif
