/* Variables and constants of the Hodgkin-Huxley cell, by index; shared by its table and its kernel. */
#ifndef NEURO_EXACT_HODGKIN_HUXLEY_H
#define NEURO_EXACT_HODGKIN_HUXLEY_H

#include "exact/combinations.h"

enum {
    HH_GBAR_NA,
    HH_GBAR_K,
    HH_G_LEAK,
    HH_CM,
    HH_V_OFFSET,
    HH_E_REV_NA,
    HH_E_REV_K,
    HH_E_REV_LEAK,
    HH_E_REV_E,
    HH_E_REV_I,
    HH_TAU_SYN_E,
    HH_TAU_SYN_I,
    HH_I_OFFSET,
    HH_V,
    HH_M,
    HH_H,
    HH_N,
    HH_GSYN_EXC,
    HH_GSYN_INH,
    HH_N_VARIABLES
};

/* Conductances and currents are divided by cm. */
enum {
    Y_BIAS, /* nA */
    Y_PER_CM,
    Y_NA,
    Y_K,
    Y_LEAK,
    Y_V_OFFSET,
    Y_E_NA,
    Y_E_K,
    Y_E_LEAK,
    Y_E_EXC,
    Y_E_INH,
    Y_DECAY_EXC,
    Y_DECAY_INH,
    Y_TENTH_EXC, /* decay in a tenth of a part of a step */
    Y_TENTH_INH,
    Y_NINTHS_EXC, /* in eight ninths of it */
    Y_NINTHS_INH,
    Y_RATE_EXC, /* / ms */
    Y_RATE_INH,
    Y_STEP,  /* ms */
    Y_PARTS, /* of a step */
    Y_N
};

enum { HODGKIN_HUXLEY, HODGKIN_HUXLEY_N };

#endif
