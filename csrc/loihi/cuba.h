/* The current-based compartment of Loihi, as Lava's bit-accurate model of it computes. */
#ifndef NEURO_LOIHI_CUBA_H
#define NEURO_LOIHI_CUBA_H

#include "core/cpu.h"
#include "engine/kernels.h"

enum { CUBA_DU, CUBA_DV, CUBA_BIAS_MANT, CUBA_BIAS_EXP, CUBA_VTH, CUBA_U, CUBA_V, CUBA_N_VARIABLES };

enum {
    CUBA_C_KEEP_U, /* share of the current that a step leaves, in 1 / 4096 */
    CUBA_C_KEEP_V, /* the same of the voltage */
    CUBA_C_BIAS,
    CUBA_C_THRESHOLD,
    CUBA_N_CONSTANTS
};

enum { CUBA_DECAY_BITS = 12, CUBA_INPUT_BITS = 6, CUBA_STATE_BITS = 24 };

extern const neuro_neuron_kernel_t neuro_loihi_cuba;

#define CUBA_FUNCTION(name) void name(const neuro_block_t *block)
/* One value of every constant for all cells; one value a cell of every constant. */
NEURO_VARIANT_DECLARE(CUBA_FUNCTION, neuro_loihi_cuba_update_equal);
NEURO_VARIANT_DECLARE(CUBA_FUNCTION, neuro_loihi_cuba_update_each);

#endif
