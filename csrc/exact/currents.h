/* Leaky integrate-and-fire cells with further currents: a second excitatory receptor, coincidence of two
 * receptors, an adaptation current, and charges that arrive at once; by index. */
#ifndef NEURO_EXACT_CURRENTS_H
#define NEURO_EXACT_CURRENTS_H

#include "exact/combinations.h"

enum {
    K_V_REST,
    K_CM,
    K_TAU_M,
    K_TAU_REFRAC,
    K_I_OFFSET,
    K_V_RESET,
    K_V_THRESH,
    K_V,
    K_REFRACTORY,
    K_ISYN_EXC,
    K_ISYN_INH,
    K_N_CHARGE,
    K_TAU_SYN_E = K_N_CHARGE,
    K_TAU_SYN_I,
    K_N_COMMON,
    /* two excitatory receptors */
    K_TAU_SYN_E2 = K_N_COMMON,
    K_ISYN_EXC2,
    K_GSYN_EXC, /* what drives the cell: the sum, or the product */
    K_N_DUAL,
    K_SCALING = K_N_DUAL, /* coincidence */
    K_MULTIPLICATOR,
    K_EXC2_OLD,
    K_N_COINCIDENT,
    /* adaptation */
    K_TAU_CA2 = K_N_COMMON,
    K_I_ALPHA,
    K_I_CA2,
    K_N_CA2
};

enum {
    D_BIAS,
    D_V_FROM_V,
    D_V_FROM_BIAS,
    D_V_REST,
    D_V_RESET,
    D_V_THRESH,
    D_REFRACTORY,
    D_N_COMMON,
    D_V_FROM_CHARGE = D_N_COMMON,
    D_N_CHARGE,
    D_V_FROM_EXC = D_N_COMMON,
    D_V_FROM_INH,
    D_DECAY_EXC,
    D_DECAY_INH,
    D_N_EXP,
    D_V_FROM_EXC2 = D_N_EXP,
    D_DECAY_EXC2,
    D_N_DUAL,
    D_SCALING = D_N_DUAL,
    D_N_COINCIDENT,
    D_V_FROM_CA2 = D_N_EXP,
    D_DECAY_CA2,
    D_I_ALPHA,
    D_N_CA2
};

enum { CURRENTS_CHARGE, CURRENTS_DUAL, CURRENTS_COINCIDENT, CURRENTS_CA2, CURRENTS_N };

#endif
