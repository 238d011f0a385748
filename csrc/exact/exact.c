#include "exact/exact.h"

#include "engine/spike_source.h"

static const neuro_neuron_kernel_t *const neurons[] = {
    &neuro_exact_lif_curr_exp,
    &neuro_exact_lif_curr_alpha,
    &neuro_exact_lif_curr_delta,
    &neuro_exact_lif_cond_exp,
    &neuro_exact_lif_cond_alpha,
    &neuro_exact_lif_cond_exp_adaptive,
    &neuro_exact_lif_cond_exp_facets,
    &neuro_exact_lif_cond_exp_gsfa,
    &neuro_exact_lif_cond_exp_stochastic,
    &neuro_exact_gif_cond_exp,
    &neuro_exact_lif_curr_charge,
    &neuro_exact_lif_curr_dual_exp,
    &neuro_exact_lif_curr_exp_coincident,
    &neuro_exact_lif_curr_exp_ca2,
    &neuro_exact_izhikevich,
    &neuro_exact_izhikevich_curr_exp,
    &neuro_exact_izhikevich_cond_exp,
    &neuro_exact_izhikevich_cond_dual_exp,
    &neuro_exact_hodgkin_huxley,
    &neuro_exact_composed_lif,
    &neuro_exact_composed_adexp,
    &neuro_exact_spike_source_poisson,
    &neuro_exact_spike_source_poisson_refractory,
    &neuro_exact_spike_source_poisson_variable,
    &neuro_exact_spike_source_gamma,
    &neuro_exact_spike_source_inh_gamma,
    &neuro_spike_source_kernel,
};

static const neuro_synapse_kernel_t *const synapses[] = {
    &neuro_exact_static,
    &neuro_exact_tsodyks_markram,
    &neuro_exact_simple_stochastic,
    &neuro_exact_stochastic_tsodyks_markram,
    &neuro_exact_multi_quantal,
    &neuro_exact_stdp,
    &neuro_exact_stdp_nearest,
    &neuro_exact_stdp_set_to_one,
    &neuro_exact_stdp_vogels,
    &neuro_exact_stdp_vogels_alpha,
    &neuro_exact_stdp_triplet,
    &neuro_exact_stdp_recurrent,
    &neuro_exact_neuromodulation,
};

static const neuro_platform_t platform = {
    .name = "exact",
    .plan =
        {
            .n_phases = 4,
            .phases = {NEURO_PHASE_UPDATE, NEURO_PHASE_RECORD, NEURO_PHASE_LEARN, NEURO_PHASE_DELIVER},
            .has_initial_step = true,
            .max_stretch = 64,
        },
    .n_neurons = sizeof neurons / sizeof neurons[0],
    .neurons = neurons,
    .n_synapses = sizeof synapses / sizeof synapses[0],
    .synapses = synapses,
};

const neuro_platform_t *
neuro_platform_exact(void)
{
    return &platform;
}
