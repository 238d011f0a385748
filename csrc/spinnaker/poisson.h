/* SpikeSourcePoisson of the machine: sources of a core draw from one generator, in index order.
 *
 * Source: spike_source_poisson.c of sPyNNaker (October 2023). */
#ifndef NEURO_SPINNAKER_POISSON_H
#define NEURO_SPINNAKER_POISSON_H

#include "core/cpu.h"
#include "engine/kernels.h"
#include "spinnaker/generator.h"

/* Sources of a core unless told otherwise. Source: the host. */
enum { NEURO_SPINNAKER_POISSON_PER_CORE = 500 };

/* A core whose sources are all fast and active: first <= source < end. */
typedef struct {
    neuro_spinnaker_generator_t *generator;
    uint32_t first, end;
} neuro_spinnaker_fast_core_t;

/* The spikes of all sources of some cores in a step; e^-mean is above 0. */
#define NEURO_SPINNAKER_COUNT_FAST(name)                                                                     \
    void name(const neuro_spinnaker_fast_core_t *cores, uint32_t n_cores, const uint32_t *exp_minus_mean,    \
              uint32_t *counts)
NEURO_VARIANT_DECLARE(NEURO_SPINNAKER_COUNT_FAST, neuro_spinnaker_count_fast);
typedef NEURO_SPINNAKER_COUNT_FAST((*neuro_spinnaker_count_fast_t));

extern const neuro_neuron_kernel_t neuro_spinnaker_poisson;

#endif
