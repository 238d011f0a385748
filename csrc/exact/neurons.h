/* Variables and constants of the exact platform's neurons, by index; shared by their tables and their
 * kernels. */
#ifndef NEURO_EXACT_NEURONS_H
#define NEURO_EXACT_NEURONS_H

#include "exact/combinations.h"

/* Leaky integrate and fire with current-based synapses (exponential, alpha, delta). */
enum {
    CURR_V_REST,
    CURR_CM,
    CURR_TAU_M,
    CURR_TAU_REFRAC,
    CURR_I_OFFSET,
    CURR_V_RESET,
    CURR_V_THRESH,
    CURR_V,
    CURR_REFRACTORY, /* steps left */
    CURR_N_COMMON,
    CURR_TAU_SYN_E = CURR_N_COMMON,
    CURR_TAU_SYN_I,
    CURR_ISYN_EXC,
    CURR_ISYN_INH,
    CURR_RISE_EXC, /* alpha: the rising part */
    CURR_RISE_INH
};

enum {
    C_BIAS, /* injected and offset current, nA */
    C_V_FROM_V,
    C_V_FROM_BIAS,
    C_V_REST, /* v_rest's share of a step */
    C_V_RESET,
    C_V_THRESH,
    C_REFRACTORY, /* steps */
    C_N_COMMON,
    C_V_FROM_EXC = C_N_COMMON,
    C_V_FROM_INH,
    C_DECAY_EXC,
    C_DECAY_INH,
    C_N_CURR_EXP,
    C_V_FROM_RISE_EXC = C_N_CURR_EXP,
    C_V_FROM_RISE_INH,
    C_EXC_FROM_RISE,
    C_INH_FROM_RISE,
    C_RISE_FROM_WEIGHT_EXC, /* e / tau: the peak of the alpha function is the weight */
    C_RISE_FROM_WEIGHT_INH,
    C_N_CURR_ALPHA
};

/* Leaky integrate and fire with conductance-based synapses (exponential, alpha, adaptive threshold). */
enum {
    COND_V_REST,
    COND_CM,
    COND_TAU_M,
    COND_TAU_REFRAC,
    COND_I_OFFSET,
    COND_V_RESET,
    COND_V_THRESH,
    COND_TAU_SYN_E,
    COND_TAU_SYN_I,
    COND_E_REV_E,
    COND_E_REV_I,
    COND_V,
    COND_GSYN_EXC,
    COND_GSYN_INH,
    COND_REFRACTORY,
    COND_N_COMMON,
    COND_RISE_EXC = COND_N_COMMON,
    COND_RISE_INH,
    COND_N_ALPHA,
    COND_THETA = COND_N_COMMON,
    COND_THETA_PLUS,
    COND_TAU_THETA,
    COND_N_ADAPTIVE
};

/* _MEAN, _SLOPE, _CURVE: what a unit of conductance gives to the step's three Magnus coefficients
 * (neurons_body.h). */
enum {
    G_BIAS,
    G_LEAK,      /* step / tau_m */
    G_FROM_BIAS, /* step / cm */
    G_V_REST,
    G_V_RESET,
    G_V_THRESH,
    G_REFRACTORY,
    G_E_REV_E,
    G_E_REV_I,
    G_DECAY_EXC,
    G_DECAY_INH,
    G_EXC_MEAN,
    G_EXC_SLOPE,
    G_EXC_CURVE,
    G_INH_MEAN,
    G_INH_SLOPE,
    G_INH_CURVE,
    G_N_COND_EXP,
    G_DECAY_THETA = G_N_COND_EXP,
    G_THETA_PLUS,
    G_N_COND_ADAPTIVE,
    G_RISE_EXC_MEAN = G_N_COND_EXP, /* of a conductance that rises by a unit a ms */
    G_RISE_EXC_SLOPE,
    G_RISE_EXC_CURVE,
    G_RISE_INH_MEAN,
    G_RISE_INH_SLOPE,
    G_RISE_INH_CURVE,
    G_STEP,
    G_RISE_FROM_WEIGHT_EXC,
    G_RISE_FROM_WEIGHT_INH,
    G_N_COND_ALPHA
};

enum { IZH_A, IZH_B, IZH_C, IZH_D, IZH_I_OFFSET, IZH_V, IZH_U, IZH_N };
enum { Z_BIAS, Z_A, Z_B, Z_C, Z_D, Z_STEP, Z_N };

enum {
    EXACT_CURR_EXP,
    EXACT_CURR_ALPHA,
    EXACT_CURR_DELTA,
    EXACT_COND_EXP,
    EXACT_COND_ALPHA,
    EXACT_COND_ADAPTIVE,
    EXACT_IZHIKEVICH,
    EXACT_N_NEURONS
};

#endif
