/* Bodies of the exact platform's neurons, written once for every real type: included with REAL, EXP2M1,
 * IS_SIXTH_ORDER and NAME defined. */

#include "exact/body_begin.h"

ALWAYS_INLINE void
NAME(curr_exp)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL *restrict v = STATE(CURR_V);
    REAL *restrict exc = STATE(CURR_ISYN_EXC), *restrict inh = STATE(CURR_ISYN_INH);
    REAL *restrict refractory = STATE(CURR_REFRACTORY);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, C_BIAS, sb);
    CONSTANT(v_from_v, C_V_FROM_V);
    CONSTANT(v_from_bias, C_V_FROM_BIAS);
    CONSTANT(v_from_exc, C_V_FROM_EXC);
    CONSTANT(v_from_inh, C_V_FROM_INH);
    CONSTANT(decay_exc, C_DECAY_EXC);
    CONSTANT(decay_inh, C_DECAY_INH);
    CONSTANT(rest, C_V_REST);
    CONSTANT(v_reset, C_V_RESET);
    CONSTANT(threshold, C_V_THRESH);
    CONSTANT(hold, C_REFRACTORY);
    REAL flag[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL drive = BIAS * OF(v_from_bias) + OF(rest);
        const REAL v_next =
            (v[i] * OF(v_from_v) + drive) + (exc[i] * OF(v_from_exc) + inh[i] * OF(v_from_inh));

        exc[i] = exc[i] * OF(decay_exc) + in_exc[i];
        inh[i] = inh[i] * OF(decay_inh) + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
        FIRE_OR_HOLD(v_next, OF(threshold));
    }
    NAME(write_flags)(block, flag);
}

ALWAYS_INLINE void
NAME(curr_alpha)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL *restrict v = STATE(CURR_V);
    REAL *restrict exc = STATE(CURR_ISYN_EXC), *restrict inh = STATE(CURR_ISYN_INH);
    REAL *restrict rise_exc = STATE(CURR_RISE_EXC), *restrict rise_inh = STATE(CURR_RISE_INH);
    REAL *restrict refractory = STATE(CURR_REFRACTORY);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, C_BIAS, sb);
    CONSTANT(v_from_v, C_V_FROM_V);
    CONSTANT(v_from_bias, C_V_FROM_BIAS);
    CONSTANT(v_from_exc, C_V_FROM_EXC);
    CONSTANT(v_from_inh, C_V_FROM_INH);
    CONSTANT(v_from_rise_exc, C_V_FROM_RISE_EXC);
    CONSTANT(v_from_rise_inh, C_V_FROM_RISE_INH);
    CONSTANT(exc_from_rise, C_EXC_FROM_RISE);
    CONSTANT(inh_from_rise, C_INH_FROM_RISE);
    CONSTANT(rise_exc_from, C_RISE_FROM_WEIGHT_EXC);
    CONSTANT(rise_inh_from, C_RISE_FROM_WEIGHT_INH);
    CONSTANT(decay_exc, C_DECAY_EXC);
    CONSTANT(decay_inh, C_DECAY_INH);
    CONSTANT(rest, C_V_REST);
    CONSTANT(v_reset, C_V_RESET);
    CONSTANT(threshold, C_V_THRESH);
    CONSTANT(hold, C_REFRACTORY);
    REAL flag[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL drive = BIAS * OF(v_from_bias) + OF(rest);
        const REAL from_exc = exc[i] * OF(v_from_exc) + rise_exc[i] * OF(v_from_rise_exc);
        const REAL from_inh = inh[i] * OF(v_from_inh) + rise_inh[i] * OF(v_from_rise_inh);
        const REAL v_next = (v[i] * OF(v_from_v) + drive) + (from_exc + from_inh);

        exc[i] = exc[i] * OF(decay_exc) + rise_exc[i] * OF(exc_from_rise);
        inh[i] = inh[i] * OF(decay_inh) + rise_inh[i] * OF(inh_from_rise);
        rise_exc[i] = rise_exc[i] * OF(decay_exc) + in_exc[i] * OF(rise_exc_from);
        rise_inh[i] = rise_inh[i] * OF(decay_inh) + in_inh[i] * OF(rise_inh_from);
        in_exc[i] = 0;
        in_inh[i] = 0;
        FIRE_OR_HOLD(v_next, OF(threshold));
    }
    NAME(write_flags)(block, flag);
}

ALWAYS_INLINE void
NAME(curr_delta)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL *restrict v = STATE(CURR_V);
    REAL *restrict refractory = STATE(CURR_REFRACTORY);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, C_BIAS, sb);
    CONSTANT(v_from_v, C_V_FROM_V);
    CONSTANT(v_from_bias, C_V_FROM_BIAS);
    CONSTANT(rest, C_V_REST);
    CONSTANT(v_reset, C_V_RESET);
    CONSTANT(threshold, C_V_THRESH);
    CONSTANT(hold, C_REFRACTORY);
    REAL flag[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL drive = BIAS * OF(v_from_bias) + OF(rest);
        const REAL v_next = (v[i] * OF(v_from_v) + drive) + (in_exc[i] + in_inh[i]);

        in_exc[i] = 0;
        in_inh[i] = 0;
        FIRE_OR_HOLD(v_next, OF(threshold));
    }
    NAME(write_flags)(block, flag);
}

/* Conductances of exponential or alpha shape: a Magnus step (body_begin.h). */
ALWAYS_INLINE void
NAME(cond)(const neuro_block_t *block, const size_t s, const size_t sb, const bool is_alpha,
           const bool is_adaptive)
{
    REAL *restrict v = STATE(COND_V);
    REAL *restrict exc = STATE(COND_GSYN_EXC), *restrict inh = STATE(COND_GSYN_INH);
    REAL *restrict refractory = STATE(COND_REFRACTORY);
    REAL *restrict rise_exc = is_alpha ? STATE(COND_RISE_EXC) : NULL;
    REAL *restrict rise_inh = is_alpha ? STATE(COND_RISE_INH) : NULL;
    REAL *restrict theta = is_adaptive ? STATE(COND_THETA) : NULL;
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, G_BIAS, sb);
    CONSTANT(leak, G_LEAK);
    CONSTANT(from_bias, G_FROM_BIAS);
    CONSTANT(v_rest, G_V_REST);
    CONSTANT(v_reset, G_V_RESET);
    CONSTANT(v_thresh, G_V_THRESH);
    CONSTANT(hold, G_REFRACTORY);
    CONSTANT(e_rev_e, G_E_REV_E);
    CONSTANT(e_rev_i, G_E_REV_I);
    CONSTANT(decay_exc, G_DECAY_EXC);
    CONSTANT(decay_inh, G_DECAY_INH);
    CONSTANT(exc_mean, G_EXC_MEAN);
    CONSTANT(exc_slope, G_EXC_SLOPE);
    CONSTANT(exc_curve, G_EXC_CURVE);
    CONSTANT(inh_mean, G_INH_MEAN);
    CONSTANT(inh_slope, G_INH_SLOPE);
    CONSTANT(inh_curve, G_INH_CURVE);
    CONSTANT(rise_exc_mean, is_alpha ? G_RISE_EXC_MEAN : G_BIAS);
    CONSTANT(rise_exc_slope, is_alpha ? G_RISE_EXC_SLOPE : G_BIAS);
    CONSTANT(rise_exc_curve, is_alpha ? G_RISE_EXC_CURVE : G_BIAS);
    CONSTANT(rise_inh_mean, is_alpha ? G_RISE_INH_MEAN : G_BIAS);
    CONSTANT(rise_inh_slope, is_alpha ? G_RISE_INH_SLOPE : G_BIAS);
    CONSTANT(rise_inh_curve, is_alpha ? G_RISE_INH_CURVE : G_BIAS);
    CONSTANT(step, is_alpha ? G_STEP : G_BIAS);
    CONSTANT(rise_from_weight_exc, is_alpha ? G_RISE_FROM_WEIGHT_EXC : G_BIAS);
    CONSTANT(rise_from_weight_inh, is_alpha ? G_RISE_FROM_WEIGHT_INH : G_BIAS);
    CONSTANT(decay_theta, is_adaptive ? G_DECAY_THETA : G_BIAS);
    CONSTANT(theta_plus, is_adaptive ? G_THETA_PLUS : G_BIAS);
    REAL flag[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL to_exc = OF(e_rev_e) - v[i], to_inh = OF(e_rev_i) - v[i];
        const REAL leaks = (OF(v_rest) - v[i]) * OF(leak) + BIAS * OF(from_bias);
        REAL exc_0 = exc[i] * OF(exc_mean), inh_0 = inh[i] * OF(inh_mean);
        REAL exc_1 = exc[i] * OF(exc_slope), inh_1 = inh[i] * OF(inh_slope);
        REAL exc_2 = exc[i] * OF(exc_curve), inh_2 = inh[i] * OF(inh_curve);
        REAL v_next;

        if (is_alpha) {
            exc_0 += rise_exc[i] * OF(rise_exc_mean);
            inh_0 += rise_inh[i] * OF(rise_inh_mean);
            exc_1 += rise_exc[i] * OF(rise_exc_slope);
            inh_1 += rise_inh[i] * OF(rise_inh_slope);
            exc_2 += rise_exc[i] * OF(rise_exc_curve);
            inh_2 += rise_inh[i] * OF(rise_inh_curve);
        }
        v_next = NAME(magnus)(v[i], OF(leak) + (exc_0 + inh_0), leaks + (exc_0 * to_exc + inh_0 * to_inh),
                              exc_1 + inh_1, exc_1 * to_exc + inh_1 * to_inh, exc_2 + inh_2,
                              exc_2 * to_exc + inh_2 * to_inh);
        if (is_alpha) {
            exc[i] = (exc[i] + rise_exc[i] * OF(step)) * OF(decay_exc);
            inh[i] = (inh[i] + rise_inh[i] * OF(step)) * OF(decay_inh);
            rise_exc[i] = rise_exc[i] * OF(decay_exc) + in_exc[i] * OF(rise_from_weight_exc);
            rise_inh[i] = rise_inh[i] * OF(decay_inh) + in_inh[i] * OF(rise_from_weight_inh);
        } else {
            exc[i] = exc[i] * OF(decay_exc) + in_exc[i];
            inh[i] = inh[i] * OF(decay_inh) + in_inh[i];
        }
        in_exc[i] = 0;
        in_inh[i] = 0;
        if (is_adaptive) {
            const REAL theta_now = theta[i] * OF(decay_theta);
            const REAL threshold = OF(v_thresh) + theta_now;
            FIRE_OR_HOLD(v_next, threshold);

            theta[i] = fires ? theta_now + OF(theta_plus) : theta_now;
        } else {
            FIRE_OR_HOLD(v_next, OF(v_thresh));
        }
    }
    NAME(write_flags)(block, flag);
}

/* dv/dt = 0.04 v^2 + 5 v + 140 - u + I, du/dt = a (b v - u) (Izhikevich 2003), one Runge-Kutta step of width
 * h. */
ALWAYS_INLINE void
NAME(izhikevich_step)(REAL *v, REAL *u, REAL h, REAL a, REAL b, REAL current)
{
    const REAL v0 = *v, u0 = *u;
    const REAL v1 = ((REAL) 0.04 * v0 + 5) * v0 + 140 - u0 + current, u1 = a * (b * v0 - u0);
    const REAL va = v0 + (REAL) 0.5 * h * v1, ua = u0 + (REAL) 0.5 * h * u1;
    const REAL v2 = ((REAL) 0.04 * va + 5) * va + 140 - ua + current, u2 = a * (b * va - ua);
    const REAL vb = v0 + (REAL) 0.5 * h * v2, ub = u0 + (REAL) 0.5 * h * u2;
    const REAL v3 = ((REAL) 0.04 * vb + 5) * vb + 140 - ub + current, u3 = a * (b * vb - ub);
    const REAL vc = v0 + h * v3, uc = u0 + h * u3;
    const REAL v4 = ((REAL) 0.04 * vc + 5) * vc + 140 - uc + current, u4 = a * (b * vc - uc);

    *v = v0 + h * ((v1 + 2 * v2) + (2 * v3 + v4)) * (REAL) (1.0 / 6.0);
    *u = u0 + h * ((u1 + 2 * u2) + (2 * u3 + u4)) * (REAL) (1.0 / 6.0);
}

/* A step on the upstroke, where v grows as a pole: in parts of at most 12.5 us. When v passes 30 mV, the
 * moment is found, v is reset there, and the step goes on. Returns whether it did. */
static bool
NAME(izhikevich_upstroke)(REAL *v, REAL *u, REAL h, REAL a, REAL b, REAL current, REAL c, REAL d)
{
    const int n_parts = (int) (h * 80 + (REAL) 0.999);
    const REAL part = h / (REAL) n_parts;
    bool fires = false;
    int k, turn;

    for (k = 0; k < n_parts; k++) {
        const REAL v0 = *v, u0 = *u;
        REAL low = 0, high = v0 >= 30 ? 0 : part; /* 0: an input jumped over the threshold before this step */

        NAME(izhikevich_step)(v, u, part, a, b, current);
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
            NAME(izhikevich_step)(v, u, middle, a, b, current);
            if (*v < 30) {
                low = middle;
            } else {
                high = middle;
            }
        }
        *v = v0;
        *u = u0;
        NAME(izhikevich_step)(v, u, high, a, b, current);
        *v = c;
        *u += d;
        NAME(izhikevich_step)(v, u, part - high, a, b, current);
        fires = true;
    }
    return fires;
}

ALWAYS_INLINE void
NAME(izhikevich)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL *restrict v = STATE(IZH_V), *restrict u = STATE(IZH_U);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, Z_BIAS, sb);
    CONSTANT(a, Z_A);
    CONSTANT(b, Z_B);
    CONSTANT(c, Z_C);
    CONSTANT(d, Z_D);
    CONSTANT(h, Z_STEP);
    const REAL upstroke =
        -55; /* mV; below, errors of a step of 0.1 ms grow to less than 1e-4 mV up to the spike */
    uint8_t *restrict spiked = block->spiked;
    const uint32_t n = block->count;
    REAL v_before[MOST_CELLS], u_before[MOST_CELLS];
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        REAL v_next = v[i], u_next = u[i];

        v_before[i] = v_next;
        u_before[i] = u_next;
        NAME(izhikevich_step)(&v_next, &u_next, OF(h), OF(a), OF(b), 1000 * BIAS);
        v[i] = v_next;
        u[i] = u_next;
        spiked[i] = !(v_before[i] < upstroke && v_next < upstroke);
    }
    for (i = 0; i < n; i++) {
        if (spiked[i]) {
            v[i] = v_before[i];
            u[i] = u_before[i];
            spiked[i] =
                NAME(izhikevich_upstroke)(&v[i], &u[i], OF(h), OF(a), OF(b), 1000 * BIAS, OF(c), OF(d));
        }
        v[i] += in_exc[i] + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
        if (!spiked[i] && v[i] >= 30) { /* an input that arrives now counts now */
            v[i] = OF(c);
            u[i] += OF(d);
            spiked[i] = 1;
        }
    }
}

ALWAYS_INLINE void
NAME(cond_exp)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(cond)(block, s, sb, false, false);
}

ALWAYS_INLINE void
NAME(cond_alpha)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(cond)(block, s, sb, true, false);
}

ALWAYS_INLINE void
NAME(cond_adaptive)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(cond)(block, s, sb, false, true);
}

COMBINATIONS(curr_exp)
COMBINATIONS(curr_alpha)
COMBINATIONS(curr_delta)
COMBINATIONS(cond_exp)
COMBINATIONS(cond_alpha)
COMBINATIONS(cond_adaptive)
COMBINATIONS(izhikevich)

#include "exact/body_end.h"
