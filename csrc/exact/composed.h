/* Variables and constants of cells whose receptors are chosen, by index; shared by their tables and their
 * kernels. */
#ifndef NEURO_EXACT_COMPOSED_H
#define NEURO_EXACT_COMPOSED_H

#include "exact/combinations.h"

/* Every receptor is dg/dt = y - g / tau_syn, where y decays with a time constant of its own: a weight jumps
 * g, or y so that the peak of g is the weight. */
enum { RECEPTOR_CURR_EXP, RECEPTOR_COND_EXP, RECEPTOR_COND_ALPHA, RECEPTOR_COND_BETA, RECEPTOR_N_KINDS };

enum {
    RECEPTOR_E_SYN,
    RECEPTOR_TAU_SYN, /* of the decay */
    RECEPTOR_TAU_RISE,
    RECEPTOR_G,    /* conductance, or current, uS or nA */
    RECEPTOR_RISE, /* y, a step */
    RECEPTOR_N_VARIABLES
};

enum {
    R_E_SYN,
    R_DECAY,
    R_FROM_RISE,
    R_RISE_DECAY,
    R_RISE_FROM_WEIGHT,
    R_N_COMMON,
    /* adaptive exponential: steps over time constants */
    R_RATE = R_N_COMMON,
    R_RISE_RATE,
    R_N_ADEXP,
    /* leaky: the Magnus coefficients of g and y (body_begin.h), and v after a step of a current */
    R_MEAN = R_N_COMMON,
    R_SLOPE,
    R_CURVE,
    R_RISE_MEAN,
    R_RISE_SLOPE,
    R_RISE_CURVE,
    R_V_FROM_CURRENT,
    R_N_LIF
};

enum {
    LIF_V_REST,
    LIF_CM,
    LIF_TAU_M,
    LIF_TAU_REFRAC,
    LIF_I_OFFSET,
    LIF_V_RESET,
    LIF_V_THRESH,
    LIF_V,
    LIF_REFRACTORY, /* steps left */
    LIF_N_VARIABLES
};

enum {
    L_BIAS,
    L_LEAK,      /* step / tau_m */
    L_FROM_BIAS, /* step / cm */
    L_V_FROM_V,
    L_V_FROM_BIAS,
    L_V_FROM_REST,
    L_V_REST,
    L_V_RESET,
    L_V_THRESH,
    L_REFRACTORY,
    L_N_CONSTANTS
};

enum {
    ADEXP_V_REST,
    ADEXP_CM,
    ADEXP_TAU_M,
    ADEXP_TAU_REFRAC,
    ADEXP_I_OFFSET,
    ADEXP_V_RESET,
    ADEXP_V_THRESH,
    ADEXP_V_SPIKE,
    ADEXP_DELTA_T,
    ADEXP_A,
    ADEXP_B,
    ADEXP_TAU_W,
    ADEXP_V,
    ADEXP_W,
    ADEXP_REFRACTORY, /* steps left, not always whole */
    ADEXP_N_VARIABLES
};

enum {
    X_BIAS,
    X_LEAK,         /* step / tau_m */
    X_FROM_CURRENT, /* step / cm */
    X_TO_CURRENT,   /* and back */
    X_V_REST,
    X_V_RESET,
    X_V_THRESH,
    X_V_SPIKE, /* a spike in continuous time; infinite where delta_T is 0 */
    X_V_GRID,  /* a spike at a grid point; v_thresh where delta_T is 0, otherwise infinite */
    X_GROWTH,  /* step delta_T / tau_m */
    X_SLOPE,   /* 1 / delta_T; 0 where that is 0 */
    X_REFRACTORY,
    X_W_RATE, /* step / tau_w */
    X_W_DECAY,
    X_A, /* uS */
    X_B,
    X_N_CONSTANTS
};

enum { COMPOSED_LIF, COMPOSED_ADEXP, COMPOSED_N };

#endif
