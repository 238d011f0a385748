/* The SpiNNaker machine as sPyNNaker 7.4 programs it: s16.15 neurons, sums of 16 bits, deferred plasticity.
 *
 * In a step: the ring's slot of this step enters the synaptic currents; the recorder samples (v still of the
 * step before); neurons move and fire; post-synaptic events are noted; then the spikes' packets are
 * processed, and a synapse of d steps adds to the slot of d steps later. */
#ifndef NEURO_SPINNAKER_SPINNAKER_H
#define NEURO_SPINNAKER_SPINNAKER_H

#include "engine/kernels.h"
#include "spinnaker/stdp_kernels_list.h"

const neuro_platform_t *neuro_platform_spinnaker(void);

/* functions.c */
enum { NEURO_SPINNAKER_N_FUNCTIONS = 17 };
extern const neuro_platform_function_t neuro_spinnaker_functions[NEURO_SPINNAKER_N_FUNCTIONS];

/* static.c */
extern const neuro_synapse_kernel_t neuro_spinnaker_static;

/* short_term.c */
extern const neuro_synapse_kernel_t neuro_spinnaker_tsodyks_markram;

/* stochastic.c */
extern const neuro_synapse_kernel_t neuro_spinnaker_simple_stochastic;
extern const neuro_synapse_kernel_t neuro_spinnaker_stochastic_tsodyks_markram;
extern const neuro_synapse_kernel_t neuro_spinnaker_multi_quantal;

/* rewiring.c */
#define NEURO_SPINNAKER_DECLARE_STRUCTURAL(id, plastic, timing, dependence, modulated)                       \
    extern const neuro_synapse_kernel_t neuro_spinnaker_##id;
NEURO_SPINNAKER_STRUCTURAL_KERNELS(NEURO_SPINNAKER_DECLARE_STRUCTURAL)

/* stdp.c */
#define NEURO_SPINNAKER_DECLARE(id, timing, dependence, sweep, columns, n_columns, modulated)                \
    extern const neuro_synapse_kernel_t neuro_spinnaker_##id;
NEURO_SPINNAKER_STDP_KERNELS(NEURO_SPINNAKER_DECLARE)
extern const neuro_synapse_kernel_t neuro_spinnaker_reward, neuro_spinnaker_punishment;

#endif
