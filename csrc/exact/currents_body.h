/* Bodies of the cells with further currents, written once for every real type: included with REAL, EXP2M1,
 * IS_SIXTH_ORDER and NAME defined. */

#include "exact/body_begin.h"

/* Exponential currents, integrated exactly (Rotter and Diesmann 1999). */
ALWAYS_INLINE void
NAME(currents)(const neuro_block_t *block, const size_t s, const size_t sb, const bool has_exc2,
               const bool is_coincident, const bool has_ca2)
{
    REAL *restrict v = STATE(K_V);
    REAL *restrict exc = STATE(K_ISYN_EXC), *restrict inh = STATE(K_ISYN_INH);
    REAL *restrict refractory = STATE(K_REFRACTORY);
    REAL *restrict exc2 = has_exc2 ? STATE(K_ISYN_EXC2) : NULL;
    REAL *restrict drive_exc = has_exc2 ? STATE(K_GSYN_EXC) : NULL;
    REAL *restrict factor = is_coincident ? STATE(K_MULTIPLICATOR) : NULL;
    REAL *restrict old = is_coincident ? STATE(K_EXC2_OLD) : NULL;
    REAL *restrict ca2 = has_ca2 ? STATE(K_I_CA2) : NULL;
    REAL *restrict in_exc = RING(0), *restrict in_exc2 = has_exc2 ? RING(1) : NULL;
    REAL *restrict in_inh = RING(has_exc2 ? 2 : 1);
    CONSTANT_OF(bias, D_BIAS, sb);
    CONSTANT(v_from_v, D_V_FROM_V);
    CONSTANT(v_from_bias, D_V_FROM_BIAS);
    CONSTANT(rest, D_V_REST);
    CONSTANT(v_reset, D_V_RESET);
    CONSTANT(threshold, D_V_THRESH);
    CONSTANT(hold, D_REFRACTORY);
    CONSTANT(v_from_exc, D_V_FROM_EXC);
    CONSTANT(v_from_inh, D_V_FROM_INH);
    CONSTANT(decay_exc, D_DECAY_EXC);
    CONSTANT(decay_inh, D_DECAY_INH);
    CONSTANT(v_from_exc2, has_exc2 ? D_V_FROM_EXC2 : D_BIAS);
    CONSTANT(decay_exc2, has_exc2 ? D_DECAY_EXC2 : D_BIAS);
    CONSTANT(scaling, is_coincident ? D_SCALING : D_BIAS);
    CONSTANT(v_from_ca2, has_ca2 ? D_V_FROM_CA2 : D_BIAS);
    CONSTANT(decay_ca2, has_ca2 ? D_DECAY_CA2 : D_BIAS);
    CONSTANT(i_alpha, has_ca2 ? D_I_ALPHA : D_BIAS);
    /* nA: an input counts from here on; less than this is none (the finest current of the machine that has
     * this cell) */
    const REAL least = (REAL) 1e-3, none = (REAL) 0x1p-15;
    REAL flag[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL drive = BIAS * OF(v_from_bias) + OF(rest);
        REAL synaptic = inh[i] * OF(v_from_inh), v_next;

        if (is_coincident) {
            synaptic = exc2[i] * (factor[i] * OF(scaling)) * OF(v_from_exc2) + synaptic;
        } else if (has_exc2) {
            synaptic = (exc[i] * OF(v_from_exc) + exc2[i] * OF(v_from_exc2)) + synaptic;
        } else {
            synaptic = exc[i] * OF(v_from_exc) + synaptic;
        }
        if (has_ca2) {
            synaptic = synaptic - ca2[i] * OF(v_from_ca2);
        }
        v_next = (v[i] * OF(v_from_v) + drive) + synaptic;
        exc[i] = exc[i] * OF(decay_exc) + in_exc[i];
        inh[i] = inh[i] * OF(decay_inh) + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
        if (has_exc2) {
            exc2[i] = exc2[i] * OF(decay_exc2) + in_exc2[i];
            in_exc2[i] = 0;
            drive_exc[i] = exc[i] + exc2[i];
        }
        if (is_coincident) {
            const bool begins = exc2[i] >= least && factor[i] == 0 && old[i] < none;

            factor[i] = begins ? exc[i] : exc2[i] < least ? 0 : factor[i];
            old[i] = exc2[i];
            drive_exc[i] = exc2[i] * (factor[i] * OF(scaling));
        }
        FIRE_OR_HOLD(v_next, OF(threshold));
        if (has_ca2) {
            const REAL ca2_now = ca2[i] * OF(decay_ca2);

            ca2[i] = fires ? ca2_now + OF(i_alpha) : ca2_now;
        }
    }
    NAME(write_flags)(block, flag);
}

/* Charges that arrive at once; those that a refractory cell receives are lost. */
ALWAYS_INLINE void
NAME(charge)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL *restrict v = STATE(K_V);
    REAL *restrict exc = STATE(K_ISYN_EXC), *restrict inh = STATE(K_ISYN_INH);
    REAL *restrict refractory = STATE(K_REFRACTORY);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, D_BIAS, sb);
    CONSTANT(v_from_v, D_V_FROM_V);
    CONSTANT(v_from_bias, D_V_FROM_BIAS);
    CONSTANT(rest, D_V_REST);
    CONSTANT(v_reset, D_V_RESET);
    CONSTANT(threshold, D_V_THRESH);
    CONSTANT(hold, D_REFRACTORY);
    CONSTANT(v_from_charge, D_V_FROM_CHARGE);
    REAL flag[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL drive = BIAS * OF(v_from_bias) + OF(rest);
        const REAL v_next = (v[i] * OF(v_from_v) + drive) + (in_exc[i] + in_inh[i]) * OF(v_from_charge);

        exc[i] = in_exc[i];
        inh[i] = in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
        FIRE_OR_HOLD(v_next, OF(threshold));
    }
    NAME(write_flags)(block, flag);
}

ALWAYS_INLINE void
NAME(dual)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(currents)(block, s, sb, true, false, false);
}

ALWAYS_INLINE void
NAME(coincident)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(currents)(block, s, sb, true, true, false);
}

ALWAYS_INLINE void
NAME(ca2)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(currents)(block, s, sb, false, false, true);
}

COMBINATIONS(charge)
COMBINATIONS(dual)
COMBINATIONS(coincident)
COMBINATIONS(ca2)

#include "exact/body_end.h"
