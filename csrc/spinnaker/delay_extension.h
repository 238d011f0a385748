/* A delay extension of the machine: it counts a source's spikes and sends them again, a ring's length later
 * for each stage.
 *
 * A network needs no such population: projections with the rule "delay_slots" keep their rows by stages, and
 * spikes come at once. This one is for packets that come late or with a count, and is a population of
 * n_stages * n_atoms cells of which cell stage * n_atoms + neuron fires as often as the packet says. Its
 * packets are a table.
 *
 * Source: delay_extension.c of sPyNNaker (October 2023). */
#ifndef NEURO_SPINNAKER_DELAY_EXTENSION_H
#define NEURO_SPINNAKER_DELAY_EXTENSION_H

#include "engine/kernels.h"

extern const neuro_neuron_kernel_t neuro_spinnaker_delay_extension;

#endif
