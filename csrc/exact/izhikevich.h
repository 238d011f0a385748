/* Izhikevich cells with synapses that decay exponentially, by index. */
#ifndef NEURO_EXACT_IZHIKEVICH_H
#define NEURO_EXACT_IZHIKEVICH_H

#include "exact/combinations.h"

enum {
    Y_A,
    Y_B,
    Y_C,
    Y_D,
    Y_I_OFFSET,
    Y_TAU_SYN_E,
    Y_TAU_SYN_I,
    Y_V,
    Y_U,
    Y_EXC, /* current, nA, or conductance, uS */
    Y_INH,
    Y_N_CURR,
    Y_E_REV_E = Y_N_CURR,
    Y_E_REV_I,
    Y_N_COND,
    Y_TAU_SYN_E2 = Y_N_COND,
    Y_EXC2,
    Y_N_DUAL
};

enum {
    Q_BIAS,
    Q_A,
    Q_B,
    Q_C,
    Q_D,
    Q_STEP,
    Q_PER_TAU_EXC,
    Q_PER_TAU_INH,
    Q_HALF_EXC, /* decay over half a step, over a step */
    Q_HALF_INH,
    Q_DECAY_EXC,
    Q_DECAY_INH,
    Q_N_CURR,
    Q_E_REV_E = Q_N_CURR,
    Q_E_REV_I,
    Q_N_COND,
    Q_PER_TAU_EXC2 = Q_N_COND,
    Q_HALF_EXC2,
    Q_DECAY_EXC2,
    Q_N_DUAL
};

enum { IZHIKEVICH_CURR, IZHIKEVICH_COND, IZHIKEVICH_COND_DUAL, IZHIKEVICH_N };

#endif
