/* Sources with stored spike trains; every platform offers them.
 *
 * The trains are kept as one list sorted by step, then cell; a cell may stand several times in a step. */
#ifndef NEURO_ENGINE_SPIKE_SOURCE_H
#define NEURO_ENGINE_SPIKE_SOURCE_H

#include "engine/kernels.h"

/* Named "spike_source_array": no variable, no receptor. */
extern const neuro_neuron_kernel_t neuro_spike_source_kernel;

/* Replace all trains: cell i fires in steps[offsets[i]] .. steps[offsets[i + 1]) (ascending). */
NEURO_MUST_CHECK neuro_status_t neuro_spike_source_set(neuro_population_t *population,
                                                       const uint64_t *offsets, const neuro_step_t *steps);

/* Add a packed batch: any order; steps that are over are dropped. */
NEURO_MUST_CHECK neuro_status_t neuro_spike_source_add(neuro_population_t *population, uint64_t n,
                                                       const neuro_step_t *steps, const uint32_t *cells);

#endif
