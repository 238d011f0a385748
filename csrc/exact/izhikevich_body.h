/* Bodies of the Izhikevich cells with synapses, written once for every real type: included with REAL, EXP,
 * EXP2M1, IS_SIXTH_ORDER and NAME defined. */

#include "exact/body_begin.h"

/* What a cell's equations hold in a step. */
typedef struct {
    REAL a, b, bias, e_rev_e, e_rev_i;
    REAL per_tau[3]; /* of the decay: excitatory, excitatory2, inhibitory */
    bool is_cond;
} NAME(equation_t);

/* dv/dt = 0.04 v^2 + 5 v + 140 - u + i, with i in nA as it stands (Izhikevich 2003; the scale is that of
 * SpiNNaker's cells). */
ALWAYS_INLINE REAL
NAME(dv)(const NAME(equation_t) * e, REAL v, REAL u, REAL exc, REAL inh)
{
    const REAL synaptic = e->is_cond ? exc * (e->e_rev_e - v) + inh * (e->e_rev_i - v) : exc + inh;

    return (((REAL) 0.04 * v + 5) * v + (140 - u)) + (e->bias + synaptic);
}

/* One Runge-Kutta step of width h; exc and inh at its beginning, middle and end. */
ALWAYS_INLINE void
NAME(move)(const NAME(equation_t) * e, REAL *v, REAL *u, REAL h, const REAL *exc, const REAL *inh)
{
    const REAL v0 = *v, u0 = *u, half = (REAL) 0.5 * h;
    const REAL v1 = NAME(dv)(e, v0, u0, exc[0], inh[0]), u1 = e->a * (e->b * v0 - u0);
    const REAL va = v0 + half * v1, ua = u0 + half * u1;
    const REAL v2 = NAME(dv)(e, va, ua, exc[1], inh[1]), u2 = e->a * (e->b * va - ua);
    const REAL vb = v0 + half * v2, ub = u0 + half * u2;
    const REAL v3 = NAME(dv)(e, vb, ub, exc[1], inh[1]), u3 = e->a * (e->b * vb - ub);
    const REAL vc = v0 + h * v3, uc = u0 + h * u3;
    const REAL v4 = NAME(dv)(e, vc, uc, exc[2], inh[2]), u4 = e->a * (e->b * vc - uc);

    *v = v0 + h * ((v1 + 2 * v2) + (2 * v3 + v4)) * (REAL) (1.0 / 6.0);
    *u = u0 + h * ((u1 + 2 * u2) + (2 * u3 + u4)) * (REAL) (1.0 / 6.0);
}

/* The same from a time `since` after the beginning of the step, where the synapses had the values `start`. */
static void
NAME(move_from)(const NAME(equation_t) * e, REAL *v, REAL *u, REAL since, REAL h, const REAL *start)
{
    REAL exc[3], inh[3];
    int k;

    for (k = 0; k < 3; k++) {
        const REAL time = since + (REAL) 0.5 * (REAL) k * h;

        exc[k] = start[0] * EXP(-time * e->per_tau[0]) + start[1] * EXP(-time * e->per_tau[1]);
        inh[k] = start[2] * EXP(-time * e->per_tau[2]);
    }
    NAME(move)(e, v, u, h, exc, inh);
}

/* A step on the upstroke, where v grows as a pole: in parts of at most 12.5 us. When v passes 30 mV, the
 * moment is found, v is reset there, and the step goes on. Returns whether it did. */
static bool
NAME(upstroke)(const NAME(equation_t) * e, REAL *v, REAL *u, REAL h, const REAL *start, REAL c, REAL d)
{
    const int n_parts = (int) (h * 80 + (REAL) 0.999);
    const REAL part = h / (REAL) n_parts;
    bool fires = false;
    int k, turn;

    for (k = 0; k < n_parts; k++) {
        const REAL v0 = *v, u0 = *u, since = (REAL) k * part;
        REAL low = 0, high = v0 >= 30 ? 0 : part; /* 0: an input jumped over the threshold before this step */

        NAME(move_from)(e, v, u, since, part, start);
        if (*v < 30) {
            continue;
        }
        if (fires) { /* one spike a step: the next one waits at the threshold */
            *v = 30;
            break;
        }
        for (turn = 0; turn < 40 && high > low; turn++) {
            const REAL middle = (REAL) 0.5 * (low + high);

            *v = v0;
            *u = u0;
            NAME(move_from)(e, v, u, since, middle, start);
            if (*v < 30) {
                low = middle;
            } else {
                high = middle;
            }
        }
        *v = v0;
        *u = u0;
        NAME(move_from)(e, v, u, since, high, start);
        *v = c;
        *u += d;
        NAME(move_from)(e, v, u, since + high, part - high, start);
        fires = true;
    }
    return fires;
}

ALWAYS_INLINE void
NAME(izhikevich)(const neuro_block_t *block, const size_t s, const size_t sb, const bool is_cond,
                 const bool has_exc2)
{
    REAL *restrict v = STATE(Y_V), *restrict u = STATE(Y_U);
    REAL *restrict exc = STATE(Y_EXC), *restrict inh = STATE(Y_INH);
    REAL *restrict exc2 = has_exc2 ? STATE(Y_EXC2) : NULL;
    REAL *restrict in_exc = RING(0), *restrict in_exc2 = has_exc2 ? RING(1) : NULL;
    REAL *restrict in_inh = RING(has_exc2 ? 2 : 1);
    CONSTANT_OF(bias, Q_BIAS, sb);
    CONSTANT(a, Q_A);
    CONSTANT(b, Q_B);
    CONSTANT(c, Q_C);
    CONSTANT(d, Q_D);
    CONSTANT(h, Q_STEP);
    CONSTANT(per_tau_exc, Q_PER_TAU_EXC);
    CONSTANT(per_tau_inh, Q_PER_TAU_INH);
    CONSTANT(half_exc, Q_HALF_EXC);
    CONSTANT(half_inh, Q_HALF_INH);
    CONSTANT(decay_exc, Q_DECAY_EXC);
    CONSTANT(decay_inh, Q_DECAY_INH);
    CONSTANT(e_rev_e, is_cond ? Q_E_REV_E : Q_BIAS);
    CONSTANT(e_rev_i, is_cond ? Q_E_REV_I : Q_BIAS);
    CONSTANT(per_tau_exc2, has_exc2 ? Q_PER_TAU_EXC2 : Q_BIAS);
    CONSTANT(half_exc2, has_exc2 ? Q_HALF_EXC2 : Q_BIAS);
    CONSTANT(decay_exc2, has_exc2 ? Q_DECAY_EXC2 : Q_BIAS);
    const REAL steep =
        -55; /* mV; below, errors of a step of 0.1 ms grow to less than 1e-4 mV up to the spike */
    uint8_t *restrict spiked = block->spiked;
    const uint32_t n = block->count;
    REAL v_before[MOST_CELLS], u_before[MOST_CELLS];
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const NAME(equation_t) equation = {.a = OF(a),
                                           .b = OF(b),
                                           .bias = BIAS,
                                           .e_rev_e = is_cond ? OF(e_rev_e) : 0,
                                           .e_rev_i = is_cond ? OF(e_rev_i) : 0,
                                           .is_cond = is_cond};
        const REAL second = has_exc2 ? exc2[i] : 0;
        const REAL exc_at[3] = {exc[i] + second,
                                exc[i] * OF(half_exc) + (has_exc2 ? second * OF(half_exc2) : 0),
                                exc[i] * OF(decay_exc) + (has_exc2 ? second * OF(decay_exc2) : 0)};
        const REAL inh_at[3] = {inh[i], inh[i] * OF(half_inh), inh[i] * OF(decay_inh)};
        REAL v_next = v[i], u_next = u[i];

        v_before[i] = v_next;
        u_before[i] = u_next;
        NAME(move)(&equation, &v_next, &u_next, OF(h), exc_at, inh_at);
        v[i] = v_next;
        u[i] = u_next;
        spiked[i] = !(v_before[i] < steep && v_next < steep);
    }
    for (i = 0; i < n; i++) {
        if (spiked[i]) {
            const NAME(equation_t)
                equation = {.a = OF(a),
                            .b = OF(b),
                            .bias = BIAS,
                            .e_rev_e = is_cond ? OF(e_rev_e) : 0,
                            .e_rev_i = is_cond ? OF(e_rev_i) : 0,
                            .per_tau = {OF(per_tau_exc), has_exc2 ? OF(per_tau_exc2) : 0, OF(per_tau_inh)},
                            .is_cond = is_cond};
            const REAL start[3] = {exc[i], has_exc2 ? exc2[i] : 0, inh[i]};

            v[i] = v_before[i];
            u[i] = u_before[i];
            spiked[i] = NAME(upstroke)(&equation, &v[i], &u[i], OF(h), start, OF(c), OF(d));
        }
        exc[i] = exc[i] * OF(decay_exc) + in_exc[i];
        inh[i] = inh[i] * OF(decay_inh) + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
        if (has_exc2) {
            exc2[i] = exc2[i] * OF(decay_exc2) + in_exc2[i];
            in_exc2[i] = 0;
        }
    }
}

ALWAYS_INLINE void
NAME(curr)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(izhikevich)(block, s, sb, false, false);
}

ALWAYS_INLINE void
NAME(cond)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(izhikevich)(block, s, sb, true, false);
}

ALWAYS_INLINE void
NAME(cond_dual)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(izhikevich)(block, s, sb, true, true);
}

COMBINATIONS(curr)
COMBINATIONS(cond)
COMBINATIONS(cond_dual)

#include "exact/body_end.h"
