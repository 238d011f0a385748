/* Intel Loihi: integer compartments and synapses, in the arithmetic of the machine and of the public
 * emulators where they disagree.
 *
 * In a step: compartments take what arrives, move and fire; the recorder samples; then the spikes are added
 * to the sums of 1 + d steps later, where d is the delay of the synapse (0 and more). */
#ifndef NEURO_LOIHI_LOIHI_H
#define NEURO_LOIHI_LOIHI_H

#include "engine/kernels.h"

const neuro_platform_t *neuro_platform_loihi(void);

/* static.c */
extern const neuro_synapse_kernel_t neuro_loihi_static;
extern const neuro_synapse_kernel_t neuro_loihi_static_wide;

#endif
