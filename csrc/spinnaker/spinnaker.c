#include "spinnaker/spinnaker.h"

#include "engine/spike_source.h"
#include "spinnaker/delay_extension.h"
#include "spinnaker/neurons.h"
#include "spinnaker/poisson.h"

#define NEURON(name, NAME, synapse, input, receptors, izk, semd, ca2, stoc)                                  \
    &neuro_spinnaker_neurons[NEURO_SPINNAKER_MODEL_##NAME],

static const neuro_neuron_kernel_t *const neurons[] = {
    NEURO_SPINNAKER_MODELS(NEURON) & neuro_spinnaker_poisson, &neuro_spinnaker_delay_extension,
    &neuro_spike_source_kernel};

#define SYNAPSE(id, timing, dependence, sweep, columns, n_columns, modulated) &neuro_spinnaker_##id,

#define STRUCTURAL(id, plastic, timing, dependence, modulated)                &neuro_spinnaker_##id,

static const neuro_synapse_kernel_t *const synapses[] = {
    NEURO_SPINNAKER_STDP_KERNELS(SYNAPSE) NEURO_SPINNAKER_STRUCTURAL_KERNELS(STRUCTURAL) &
        neuro_spinnaker_reward,
    &neuro_spinnaker_punishment,
    &neuro_spinnaker_tsodyks_markram,
    &neuro_spinnaker_simple_stochastic,
    &neuro_spinnaker_stochastic_tsodyks_markram,
    &neuro_spinnaker_multi_quantal,
    &neuro_spinnaker_static};

/* Source: neuron.c and c_main.c of the combined core (sPyNNaker 7.4.1 with the C code of October 2023). */
static const neuro_platform_t platform = {
    .name = "spinnaker",
    .plan =
        {
            .n_phases = 5,
            .phases = {NEURO_PHASE_INPUT, NEURO_PHASE_RECORD, NEURO_PHASE_UPDATE, NEURO_PHASE_LEARN,
                       NEURO_PHASE_DELIVER},
            .has_initial_step = false,
            .record_label = 0,
            .spike_label = 0,
            .latency = 0,
            .max_stretch = 1, /* histories of 15 events forget in the order of the steps */
        },
    .n_neurons = sizeof neurons / sizeof neurons[0],
    .neurons = neurons,
    .n_synapses = sizeof synapses / sizeof synapses[0],
    .synapses = synapses,
    .n_functions = NEURO_SPINNAKER_N_FUNCTIONS,
    .functions = neuro_spinnaker_functions,
};

const neuro_platform_t *
neuro_platform_spinnaker(void)
{
    return &platform;
}
