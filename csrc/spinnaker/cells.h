/* What a population of neurons on the machine has beside its variables: cores, current sources, generators,
 * counts of saturated sums, and what the plastic synapses onto it share.
 *
 * Cells of one core are neighbours, and a core belongs to one thread: what a core's neurons do one after the
 * other (draws, shared current sources) has one order for any number of threads. */
#ifndef NEURO_SPINNAKER_CELLS_H
#define NEURO_SPINNAKER_CELLS_H

#include "engine/network.h"
#include "spinnaker/currents.h"
#include "spinnaker/drops.h"
#include "spinnaker/generator.h"

/* Neurons of a core unless told otherwise. Source: the host's limit for all models. */
enum { NEURO_SPINNAKER_CELLS_PER_CORE = 256 };

/* Sums of one core's ring that did not fit 16 bits, and other numbers that did not fit theirs. */
typedef struct {
    uint64_t n_static, n_plastic;
    uint64_t n_steps; /* in which there were any */
    neuro_step_t first, last, worst;
    uint64_t n_last, n_worst;     /* of these steps */
    uint64_t n_traces, n_weights; /* of plasticity, that wrapped */
} neuro_spinnaker_saturation_t;

typedef struct {
    uint32_t cells_per_core, n_cores;
    neuro_block_function_t input, update;       /* of the model, chosen */
    neuro_spinnaker_generator_t threshold_seed; /* of stochastic thresholds: every core's */
    neuro_spinnaker_generator_t *thresholds;    /* one a core; NULL for other models */
    neuro_spinnaker_currents_t currents;
    int32_t *injected; /* one a cell; NULL while nothing reads it */
    neuro_spinnaker_saturation_t *saturations;
    neuro_spinnaker_drops_t *drops; /* NULL: no packet is lost */
    /* owned by the projections' kernels */
    void *post;
    void (*free_post)(void *post);
    void *rewiring;
    void (*free_rewiring)(void *rewiring);
} neuro_spinnaker_cells_t;

NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_cells_init(neuro_population_t *population);
void neuro_spinnaker_cells_free(neuro_population_t *population);
void neuro_spinnaker_cells_reset(neuro_population_t *population);
/* Tables of all neuron kernels: see docs/platforms/spinnaker.md. */
neuro_status_t neuro_spinnaker_cells_set_table(void *owner, const char *name, const double *values,
                                               uint64_t n);
neuro_status_t neuro_spinnaker_cells_get_table(void *owner, const char *name, double *values, uint64_t *n);

/* A population's cells_per_core as given by a table: at least 1. Makes slices end at cores. */
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_set_cores(neuro_population_t *population,
                                                          uint32_t *cells_per_core, uint32_t *n_cores,
                                                          const double *values, uint64_t n);

/* Traces and weights of plasticity that wrapped on a core. */
static inline void
neuro_spinnaker_note_wraps(neuro_population_t *population, uint32_t core, uint64_t n_traces,
                           uint64_t n_weights)
{
    neuro_spinnaker_saturation_t *saturation =
        &((neuro_spinnaker_cells_t *) population->own)->saturations[core];

    saturation->n_traces += n_traces;
    saturation->n_weights += n_weights;
}

/* Whether cores of the population lose packets (drops.h). */
static inline bool
neuro_spinnaker_loses_packets(const neuro_population_t *population)
{
    return ((const neuro_spinnaker_cells_t *) population->own)->drops != NULL;
}

/* A sum of `cell` did not fit in the slot that is filled in `step`. */
void neuro_spinnaker_note_saturation(neuro_population_t *population, uint32_t cell, neuro_step_t step,
                                     bool is_plastic);

#endif
