/* Plasticity whose numbers differ between synapses: each keeps the traces that it sees itself.
 *
 * The rules are those of stdp.h, of all pairs, of the nearest, or of triplets, and so is the order of events.
 * The numbers of the rule are columns of the rows, under the names and in the order of the kernel's rules. A
 * synapse holds the traces of both sides just before the latest step in which it saw events of that side. */
#ifndef NEURO_EXACT_VARIED_H
#define NEURO_EXACT_VARIED_H

#include "engine/network.h"

/* The kernel whose numbers are columns; NULL: none (stdp_rules.c). */
const neuro_synapse_kernel_t *neuro_varied_kernel(const neuro_synapse_kernel_t *kernel);
/* Turn a projection that has not learnt into one of that kernel; the columns hold its rules. */
NEURO_MUST_CHECK neuro_status_t neuro_varied_take_over(neuro_projection_t *projection);

/* The functions of such kernels. */
NEURO_MUST_CHECK neuro_status_t neuro_varied_check(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_varied_prepare(neuro_projection_t *projection, neuro_isa_t isa);
void neuro_varied_free(neuro_projection_t *projection);

#endif
