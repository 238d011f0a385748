/* SpikeSourcePoisson of the machine: sources of a core draw from one generator, in index order.
 *
 * Source: spike_source_poisson.c of sPyNNaker (October 2023). */
#ifndef NEURO_SPINNAKER_POISSON_H
#define NEURO_SPINNAKER_POISSON_H

#include "engine/kernels.h"

/* Sources of a core unless told otherwise. Source: the host. */
enum { NEURO_SPINNAKER_POISSON_PER_CORE = 500 };

extern const neuro_neuron_kernel_t neuro_spinnaker_poisson;

#endif
