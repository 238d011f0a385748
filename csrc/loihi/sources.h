/* Sources of Loihi: random trains, and spikes that carry given numbers. */
#ifndef NEURO_LOIHI_SOURCES_H
#define NEURO_LOIHI_SOURCES_H

#include "engine/kernels.h"

/* At most one spike a cell and step: the chance of one is that of one or more of a Poisson process. */
extern const neuro_neuron_kernel_t neuro_loihi_spike_source_poisson;

/* Cell i sends number k of its list "payloads" in step k; 0 is silence, and so is the time behind the end. */
extern const neuro_neuron_kernel_t neuro_loihi_graded_source;

#endif
