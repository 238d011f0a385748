/* Plasticity under a modulator (Izhikevich 2007, Cerebral Cortex 17:2443).
 *
 * A pair rule changes a synapse's eligibility c instead of its weight; c decays with tau_c. A modulator D at
 * each target decays with tau_d and jumps by the weight of every spike of a neuromodulation projection (down
 * for a punishment). The weight moves by the integral of c D, which between events is known in closed form.
 *
 * A synapse sees changes of D as it sees spikes of the target, after the dendritic share of its delay. */
#ifndef NEURO_EXACT_MODULATED_H
#define NEURO_EXACT_MODULATED_H

#include "engine/network.h"

/* Whether the targets have a modulator. */
bool neuro_modulated_has_sources(const neuro_projection_t *projection);
/* And the projection learns under it. */
bool neuro_modulated_is(const neuro_projection_t *projection);
/* Turn a projection that has not run into one whose rule is modulated, and prepare it. */
NEURO_MUST_CHECK neuro_status_t neuro_modulated_take_over(neuro_projection_t *projection, neuro_isa_t isa);

/* The kernel that learns under a modulator as this one does without; NULL: none (stdp_rules.c). */
const neuro_synapse_kernel_t *neuro_modulated_kernel(const neuro_synapse_kernel_t *kernel, bool is_rewired);

/* The functions of such kernels. */
NEURO_MUST_CHECK neuro_status_t neuro_modulated_prepare(neuro_projection_t *projection, neuro_isa_t isa);
void neuro_modulated_free(neuro_projection_t *projection);
void neuro_modulated_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                           neuro_counters_t *counters);

#endif
