/* IF_curr_exp of sPyNNaker: leaky integrate and fire, exponential synaptic currents, all in s16.15. */
#ifndef NEURO_SPINNAKER_IF_CURR_EXP_H
#define NEURO_SPINNAKER_IF_CURR_EXP_H

#include "core/cpu.h"
#include "engine/kernels.h"

enum {
    IF_CURR_EXP_V_REST,
    IF_CURR_EXP_CM,
    IF_CURR_EXP_TAU_M,
    IF_CURR_EXP_TAU_REFRAC,
    IF_CURR_EXP_TAU_SYN_E,
    IF_CURR_EXP_TAU_SYN_I,
    IF_CURR_EXP_I_OFFSET,
    IF_CURR_EXP_V_RESET,
    IF_CURR_EXP_V_THRESH,
    IF_CURR_EXP_SHIFT_E,
    IF_CURR_EXP_SHIFT_I,
    IF_CURR_EXP_V,
    IF_CURR_EXP_GSYN_EXC,
    IF_CURR_EXP_GSYN_INH,
    IF_CURR_EXP_REFRACT_TIMER,
    IF_CURR_EXP_N_VARIABLES
};

/* Constants; the unsigned fractions are kept as the same 32 bits. */
enum {
    IF_CURR_EXP_C_V_REST,
    IF_CURR_EXP_C_V_RESET,
    IF_CURR_EXP_C_V_THRESH,
    IF_CURR_EXP_C_RESISTANCE,
    IF_CURR_EXP_C_DECAY_M,
    IF_CURR_EXP_C_REFRACT_STEPS,
    IF_CURR_EXP_C_DECAY_E, /* fraction */
    IF_CURR_EXP_C_DECAY_I, /* fraction */
    IF_CURR_EXP_C_INIT_E,  /* fraction */
    IF_CURR_EXP_C_INIT_I,  /* fraction */
    IF_CURR_EXP_C_SHIFT_E,
    IF_CURR_EXP_C_SHIFT_I,
    IF_CURR_EXP_C_I_OFFSET,
    IF_CURR_EXP_N_CONSTANTS
};

/* Receptors */
enum { IF_CURR_EXP_EXCITATORY, IF_CURR_EXP_INHIBITORY, IF_CURR_EXP_N_RECEPTORS };

extern const neuro_neuron_kernel_t neuro_spinnaker_if_curr_exp;

#define IF_CURR_EXP_FUNCTION(name) void name(const neuro_block_t *block)
/* One value of every constant for all cells; the same but for i_offset; one value a cell of all. */
NEURO_VARIANT_DECLARE(IF_CURR_EXP_FUNCTION, neuro_spinnaker_if_curr_exp_update_equal);
NEURO_VARIANT_DECLARE(IF_CURR_EXP_FUNCTION, neuro_spinnaker_if_curr_exp_update_offsets);
NEURO_VARIANT_DECLARE(IF_CURR_EXP_FUNCTION, neuro_spinnaker_if_curr_exp_update_each);
/* One value of the input's constants for all cells, or one a cell. */
NEURO_VARIANT_DECLARE(IF_CURR_EXP_FUNCTION, neuro_spinnaker_if_curr_exp_input_equal);
NEURO_VARIANT_DECLARE(IF_CURR_EXP_FUNCTION, neuro_spinnaker_if_curr_exp_input_each);

#endif
