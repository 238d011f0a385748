/* Leaky integrate-and-fire cells with exponential conductances that adapt or fire at random, by index. */
#ifndef NEURO_EXACT_ADAPTING_H
#define NEURO_EXACT_ADAPTING_H

#include "exact/combinations.h"

/* Spike-frequency adaptation and relative refractoriness by two conductances that a spike opens. */
enum {
    GSFA_V_REST,
    GSFA_CM,
    GSFA_TAU_M,
    GSFA_TAU_REFRAC,
    GSFA_I_OFFSET,
    GSFA_V_RESET,
    GSFA_V_THRESH,
    GSFA_TAU_SYN_E,
    GSFA_TAU_SYN_I,
    GSFA_E_REV_E,
    GSFA_E_REV_I,
    GSFA_TAU_SFA,
    GSFA_E_REV_SFA,
    GSFA_Q_SFA,
    GSFA_TAU_RR,
    GSFA_E_REV_RR,
    GSFA_Q_RR,
    GSFA_V,
    GSFA_GSYN_EXC,
    GSFA_GSYN_INH,
    GSFA_G_S, /* nS, as q_sfa */
    GSFA_G_R,
    GSFA_REFRACTORY,
    GSFA_N
};

/* What a conductance gives to the step's three Magnus coefficients: three constants from each of *_MEAN on.
 */
enum {
    S_BIAS,
    S_LEAK,
    S_FROM_BIAS,
    S_V_REST,
    S_V_RESET,
    S_V_THRESH,
    S_REFRACTORY,
    S_E_REV_E,
    S_E_REV_I,
    S_E_REV_SFA,
    S_E_REV_RR,
    S_Q_SFA,
    S_Q_RR,
    S_DECAY_EXC,
    S_DECAY_INH,
    S_DECAY_SFA,
    S_DECAY_RR,
    S_EXC_MEAN,
    S_INH_MEAN = S_EXC_MEAN + 3,
    S_SFA_MEAN = S_INH_MEAN + 3,
    S_RR_MEAN = S_SFA_MEAN + 3,
    S_N = S_RR_MEAN + 3
};

/* Generalised integrate and fire: a current and a threshold that spikes move, each a sum of terms that decay,
 * and a hazard of firing; without terms, escape noise at a fixed threshold. */
enum { GIF_TERMS = 6 };
enum {
    GIF_V_REST,
    GIF_CM,
    GIF_TAU_M,
    GIF_TAU_REFRAC,
    GIF_I_OFFSET,
    GIF_V_RESET,
    GIF_TAU_SYN_E,
    GIF_TAU_SYN_I,
    GIF_E_REV_E,
    GIF_E_REV_I,
    GIF_DELTA_V,
    GIF_V_T_STAR,
    GIF_LAMBDA0,
    GIF_V,
    GIF_GSYN_EXC,
    GIF_GSYN_INH,
    GIF_REFRACTORY,
    GIF_N_COMMON,
    GIF_I_ETA = GIF_N_COMMON, /* sums of the terms */
    GIF_V_T,
    GIF_STARTED, /* whether the initial sums have been shared out among the terms */
    GIF_ETA,
    GIF_GAMMA = GIF_ETA + GIF_TERMS,
    GIF_TAU_ETA = GIF_GAMMA + GIF_TERMS,
    GIF_A_ETA = GIF_TAU_ETA + GIF_TERMS,
    GIF_TAU_GAMMA = GIF_A_ETA + GIF_TERMS,
    GIF_A_GAMMA = GIF_TAU_GAMMA + GIF_TERMS,
    GIF_N = GIF_A_GAMMA + GIF_TERMS
};

enum {
    F_BIAS,
    F_LEAK,
    F_FROM_BIAS,
    F_V_REST,
    F_V_RESET,
    F_REFRACTORY,
    F_E_REV_E,
    F_E_REV_I,
    F_DECAY_EXC,
    F_DECAY_INH,
    F_EXC_MEAN,
    F_INH_MEAN = F_EXC_MEAN + 3,
    F_V_T_STAR = F_INH_MEAN + 3,
    F_PER_DELTA_V,
    F_LOG_RATE, /* of lambda0 times the step */
    F_N_COMMON,
    F_SHARE_ETA = F_N_COMMON, /* a term's share of the initial sum */
    F_SHARE_GAMMA,
    F_FIRST_TERM,
    /* in each term, from F_FIRST_TERM on; the decay of one that is not used is 0 */
    F_ETA_MEAN = 0,
    F_DECAY_ETA = 3,
    F_A_ETA,
    F_DECAY_GAMMA,
    F_A_GAMMA,
    F_OF_A_TERM,
    F_N = F_FIRST_TERM + GIF_TERMS * F_OF_A_TERM
};

enum { ADAPTING_GSFA, ADAPTING_GIF, ADAPTING_ESCAPE, ADAPTING_N };

#endif
