#include "loihi/loihi.h"

#include "engine/spike_source.h"
#include "loihi/cuba.h"
#include "loihi/learning.h"
#include "loihi/sigma_delta.h"
#include "loihi/sources.h"

#define CUBA(name, arithmetic, ability, type, c_type) &neuro_loihi_##name,
#define HOSTED(name, like, arithmetic, type)          &neuro_loihi_##name,
#define GRADED(name)                                  &neuro_loihi_##name,

static const neuro_neuron_kernel_t *const neurons[] = {
    CUBA_KERNELS(CUBA) CUBA_HOSTED_KERNELS(HOSTED) SIGMA_DELTA_KERNELS(GRADED) & neuro_loihi_graded_source,
    &neuro_loihi_spike_source_poisson, &neuro_spike_source_kernel};

static const neuro_synapse_kernel_t *const synapses[] = {&neuro_loihi_static, &neuro_loihi_static_wide,
                                                         &neuro_loihi_learning, &neuro_loihi_reinforcement};

/* Source: a step of Lava ends with a barrier; a spike of step t enters a current in step t + 1 + delay. */
static const neuro_platform_t platform = {
    .name = "loihi",
    .plan =
        {
            .n_phases = 4,
            .phases = {NEURO_PHASE_UPDATE, NEURO_PHASE_RECORD, NEURO_PHASE_DELIVER, NEURO_PHASE_EPOCH},
            .has_initial_step = false,
            .record_label = 0,
            .spike_label = 0,
            .latency = 1,
            .max_stretch = 64,
        },
    .n_neurons = sizeof neurons / sizeof neurons[0],
    .neurons = neurons,
    .n_synapses = sizeof synapses / sizeof synapses[0],
    .synapses = synapses,
};

const neuro_platform_t *
neuro_platform_loihi(void)
{
    return &platform;
}
