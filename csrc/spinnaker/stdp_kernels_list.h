/* The plastic kernels: K(id, timing, dependence, function that finds the sweep, further columns, their
 * number, whether modulated). */
#ifndef NEURO_SPINNAKER_STDP_KERNELS_LIST_H
#define NEURO_SPINNAKER_STDP_KERNELS_LIST_H

#define NEURO_SPINNAKER_STDP_KERNELS(K)                                                                      \
    K(stdp_pair_additive, TIMING_PAIR, WEIGHT_ADDITIVE, neuro_spinnaker_stdp_sweep, NULL, 0, false)          \
    K(stdp_pair_multiplicative, TIMING_PAIR, WEIGHT_MULTIPLICATIVE, neuro_spinnaker_stdp_sweep, NULL, 0,     \
      false)                                                                                                 \
    K(stdp_nearest_additive, TIMING_NEAREST, WEIGHT_ADDITIVE, neuro_spinnaker_stdp_sweep, NULL, 0, false)    \
    K(stdp_nearest_multiplicative, TIMING_NEAREST, WEIGHT_MULTIPLICATIVE, neuro_spinnaker_stdp_sweep, NULL,  \
      0, false)                                                                                              \
    K(stdp_vogels_additive, TIMING_VOGELS, WEIGHT_ADDITIVE, neuro_spinnaker_stdp_sweep, NULL, 0, false)      \
    K(stdp_triplet_additive, TIMING_TRIPLET, WEIGHT_ADDITIVE_TRIPLET, neuro_spinnaker_stdp_sweep, NULL, 0,   \
      false)                                                                                                 \
    K(stdp_pair_mixed, TIMING_PAIR, WEIGHT_MIXED, neuro_spinnaker_stdp_sweep, NULL, 0, false)                \
    K(stdp_pair_gutig, TIMING_PAIR, WEIGHT_GUTIG, neuro_spinnaker_stdp_sweep, NULL, 0, false)                \
    K(stdp_nearest_mixed, TIMING_NEAREST, WEIGHT_MIXED, neuro_spinnaker_stdp_sweep, NULL, 0, false)          \
    K(stdp_nearest_gutig, TIMING_NEAREST, WEIGHT_GUTIG, neuro_spinnaker_stdp_sweep, NULL, 0, false)          \
    K(stdp_set_to_one_additive, TIMING_SET_TO_ONE, WEIGHT_ADDITIVE, neuro_spinnaker_stdp_sweep, NULL, 0,     \
      false)                                                                                                 \
    K(recurrent_dual_fsm_additive, TIMING_RECURRENT_WINDOWS, WEIGHT_ADDITIVE,                                \
      neuro_spinnaker_recurrent_sweep, recurrent_columns, 1, false)                                          \
    K(recurrent_dual_fsm_multiplicative, TIMING_RECURRENT_WINDOWS, WEIGHT_MULTIPLICATIVE,                    \
      neuro_spinnaker_recurrent_sweep, recurrent_columns, 1, false)                                          \
    K(recurrent_pre_stochastic_additive, TIMING_RECURRENT_STATES, WEIGHT_ADDITIVE,                           \
      neuro_spinnaker_recurrent_sweep, recurrent_columns, 3, false)                                          \
    K(recurrent_pre_stochastic_multiplicative, TIMING_RECURRENT_STATES, WEIGHT_MULTIPLICATIVE,               \
      neuro_spinnaker_recurrent_sweep, recurrent_columns, 3, false)                                          \
    K(modulated_pair_additive, TIMING_PAIR, WEIGHT_ADDITIVE, neuro_spinnaker_modulated_sweep,                \
      modulated_columns, 1, true)                                                                            \
    K(modulated_pair_multiplicative, TIMING_PAIR, WEIGHT_MULTIPLICATIVE, neuro_spinnaker_modulated_sweep,    \
      modulated_columns, 1, true)                                                                            \
    K(modulated_vogels_additive, TIMING_VOGELS, WEIGHT_ADDITIVE, neuro_spinnaker_modulated_sweep,            \
      modulated_columns, 1, true)

/* The same with synapses that come and go: K(id, whether plastic, timing, dependence, whether modulated).
 * Builds of the machine (makefiles/synapse_only): static, pair additive, nearest additive, and pair additive
 * under neuromodulation; the multiplicative one is an extension. */
#define NEURO_SPINNAKER_STRUCTURAL_KERNELS(K)                                                                \
    K(structural_static, false, TIMING_PAIR, WEIGHT_ADDITIVE, false)                                         \
    K(structural_pair_additive, true, TIMING_PAIR, WEIGHT_ADDITIVE, false)                                   \
    K(structural_pair_multiplicative, true, TIMING_PAIR, WEIGHT_MULTIPLICATIVE, false)                       \
    K(structural_nearest_additive, true, TIMING_NEAREST, WEIGHT_ADDITIVE, false)                             \
    K(structural_modulated_pair_additive, true, TIMING_PAIR, WEIGHT_ADDITIVE, true)

#endif
