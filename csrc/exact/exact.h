/* The exact platform: double (or single) precision on the grid of the time step.
 *
 * Convention (the one that NEST keeps on the grid): step k moves the state from (k - 1) dt to k dt, adds the
 * spikes that arrive at k dt, tests the threshold, and stamps a spike with k dt. */
#ifndef NEURO_EXACT_EXACT_H
#define NEURO_EXACT_EXACT_H

#include "engine/kernels.h"

const neuro_platform_t *neuro_platform_exact(void);

/* neurons.c */
extern const neuro_neuron_kernel_t neuro_exact_lif_curr_exp;
extern const neuro_neuron_kernel_t neuro_exact_lif_curr_alpha;
extern const neuro_neuron_kernel_t neuro_exact_lif_curr_delta;
extern const neuro_neuron_kernel_t neuro_exact_lif_cond_exp;
extern const neuro_neuron_kernel_t neuro_exact_lif_cond_alpha;
extern const neuro_neuron_kernel_t neuro_exact_lif_cond_exp_adaptive;
extern const neuro_neuron_kernel_t neuro_exact_lif_cond_exp_facets;
extern const neuro_neuron_kernel_t neuro_exact_izhikevich;
/* adapting.c */
extern const neuro_neuron_kernel_t neuro_exact_lif_cond_exp_gsfa;
extern const neuro_neuron_kernel_t neuro_exact_gif_cond_exp;
extern const neuro_neuron_kernel_t neuro_exact_lif_cond_exp_stochastic;
/* hodgkin_huxley.c */
extern const neuro_neuron_kernel_t neuro_exact_hodgkin_huxley;
/* composed.c */
extern const neuro_neuron_kernel_t neuro_exact_composed_lif;
extern const neuro_neuron_kernel_t neuro_exact_composed_adexp;
/* poisson.c */
extern const neuro_neuron_kernel_t neuro_exact_spike_source_poisson;
/* currents.c */
extern const neuro_neuron_kernel_t neuro_exact_lif_curr_charge;
extern const neuro_neuron_kernel_t neuro_exact_lif_curr_dual_exp;
extern const neuro_neuron_kernel_t neuro_exact_lif_curr_exp_coincident;
extern const neuro_neuron_kernel_t neuro_exact_lif_curr_exp_ca2;
/* izhikevich.c */
extern const neuro_neuron_kernel_t neuro_exact_izhikevich_curr_exp;
extern const neuro_neuron_kernel_t neuro_exact_izhikevich_cond_exp;
extern const neuro_neuron_kernel_t neuro_exact_izhikevich_cond_dual_exp;
/* renewal.c */
extern const neuro_neuron_kernel_t neuro_exact_spike_source_poisson_refractory;
extern const neuro_neuron_kernel_t neuro_exact_spike_source_gamma;
extern const neuro_neuron_kernel_t neuro_exact_spike_source_inh_gamma;
extern const neuro_neuron_kernel_t neuro_exact_spike_source_poisson_variable;
/* static.c, tsodyks_markram.c, stochastic.c, stdp_rules.c */
extern const neuro_synapse_kernel_t neuro_exact_static;
extern const neuro_synapse_kernel_t neuro_exact_tsodyks_markram;
extern const neuro_synapse_kernel_t neuro_exact_simple_stochastic;
extern const neuro_synapse_kernel_t neuro_exact_stochastic_tsodyks_markram;
extern const neuro_synapse_kernel_t neuro_exact_multi_quantal;
extern const neuro_synapse_kernel_t neuro_exact_stdp;
extern const neuro_synapse_kernel_t neuro_exact_stdp_nearest;
extern const neuro_synapse_kernel_t neuro_exact_stdp_set_to_one;
extern const neuro_synapse_kernel_t neuro_exact_stdp_vogels;
extern const neuro_synapse_kernel_t neuro_exact_stdp_vogels_alpha;
extern const neuro_synapse_kernel_t neuro_exact_stdp_triplet;
/* modulated.c, recurrent.c */
extern const neuro_synapse_kernel_t neuro_exact_neuromodulation;
extern const neuro_synapse_kernel_t neuro_exact_stdp_recurrent;

#endif
