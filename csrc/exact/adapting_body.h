/* Bodies of the cells that adapt or fire at random, written once for every real type: included with REAL,
 * EXP, EXP2M1, IS_SIXTH_ORDER and NAME defined. */

#include "exact/body_begin.h"

/* Muller, Buesing, Schemmel and Meier 2007, Neural Computation 19:2958. */
ALWAYS_INLINE void
NAME(gsfa)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL *restrict v = STATE(GSFA_V);
    REAL *restrict exc = STATE(GSFA_GSYN_EXC), *restrict inh = STATE(GSFA_GSYN_INH);
    REAL *restrict sfa = STATE(GSFA_G_S), *restrict rr = STATE(GSFA_G_R);
    REAL *restrict refractory = STATE(GSFA_REFRACTORY);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, S_BIAS, sb);
    CONSTANT(leak, S_LEAK);
    CONSTANT(from_bias, S_FROM_BIAS);
    CONSTANT(v_rest, S_V_REST);
    CONSTANT(v_reset, S_V_RESET);
    CONSTANT(v_thresh, S_V_THRESH);
    CONSTANT(hold, S_REFRACTORY);
    CONSTANT(e_rev_e, S_E_REV_E);
    CONSTANT(e_rev_i, S_E_REV_I);
    CONSTANT(e_rev_sfa, S_E_REV_SFA);
    CONSTANT(e_rev_rr, S_E_REV_RR);
    CONSTANT(q_sfa, S_Q_SFA);
    CONSTANT(q_rr, S_Q_RR);
    CONSTANT(decay_exc, S_DECAY_EXC);
    CONSTANT(decay_inh, S_DECAY_INH);
    CONSTANT(decay_sfa, S_DECAY_SFA);
    CONSTANT(decay_rr, S_DECAY_RR);
    CONSTANT(exc_mean, S_EXC_MEAN);
    CONSTANT(exc_slope, S_EXC_MEAN + 1);
    CONSTANT(exc_curve, S_EXC_MEAN + 2);
    CONSTANT(inh_mean, S_INH_MEAN);
    CONSTANT(inh_slope, S_INH_MEAN + 1);
    CONSTANT(inh_curve, S_INH_MEAN + 2);
    CONSTANT(sfa_mean, S_SFA_MEAN);
    CONSTANT(sfa_slope, S_SFA_MEAN + 1);
    CONSTANT(sfa_curve, S_SFA_MEAN + 2);
    CONSTANT(rr_mean, S_RR_MEAN);
    CONSTANT(rr_slope, S_RR_MEAN + 1);
    CONSTANT(rr_curve, S_RR_MEAN + 2);
    REAL flag[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL to_exc = OF(e_rev_e) - v[i], to_inh = OF(e_rev_i) - v[i];
        const REAL to_sfa = OF(e_rev_sfa) - v[i], to_rr = OF(e_rev_rr) - v[i];
        const REAL leaks = (OF(v_rest) - v[i]) * OF(leak) + BIAS * OF(from_bias);
        const REAL exc_0 = exc[i] * OF(exc_mean), inh_0 = inh[i] * OF(inh_mean);
        const REAL exc_1 = exc[i] * OF(exc_slope), inh_1 = inh[i] * OF(inh_slope);
        const REAL exc_2 = exc[i] * OF(exc_curve), inh_2 = inh[i] * OF(inh_curve);
        const REAL sfa_0 = sfa[i] * OF(sfa_mean), rr_0 = rr[i] * OF(rr_mean);
        const REAL sfa_1 = sfa[i] * OF(sfa_slope), rr_1 = rr[i] * OF(rr_slope);
        const REAL sfa_2 = sfa[i] * OF(sfa_curve), rr_2 = rr[i] * OF(rr_curve);
        const REAL v_next =
            NAME(magnus)(v[i], OF(leak) + ((exc_0 + inh_0) + (sfa_0 + rr_0)),
                         leaks + ((exc_0 * to_exc + inh_0 * to_inh) + (sfa_0 * to_sfa + rr_0 * to_rr)),
                         (exc_1 + inh_1) + (sfa_1 + rr_1),
                         (exc_1 * to_exc + inh_1 * to_inh) + (sfa_1 * to_sfa + rr_1 * to_rr),
                         (exc_2 + inh_2) + (sfa_2 + rr_2),
                         (exc_2 * to_exc + inh_2 * to_inh) + (sfa_2 * to_sfa + rr_2 * to_rr));
        const REAL sfa_now = sfa[i] * OF(decay_sfa), rr_now = rr[i] * OF(decay_rr);
        FIRE_OR_HOLD(v_next, OF(v_thresh));

        exc[i] = exc[i] * OF(decay_exc) + in_exc[i];
        inh[i] = inh[i] * OF(decay_inh) + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
        sfa[i] = fires ? sfa_now + OF(q_sfa) : sfa_now;
        rr[i] = fires ? rr_now + OF(q_rr) : rr_now;
    }
    NAME(write_flags)(block, flag);
}

/* The sums over the terms of the spike-triggered current (its three Magnus coefficients in the step, and its
 * value at the end of it) and of the moving threshold; the terms move by one step. */
typedef struct {
    REAL mean[MOST_CELLS], slope[MOST_CELLS], curve[MOST_CELLS], eta[MOST_CELLS], gamma[MOST_CELLS];
} NAME(sums_t);

#define TERM(k, offset) (F_FIRST_TERM + (uint32_t) (k) *F_OF_A_TERM + (offset))
/* Terms that no cell uses are left out where the compiler's loop knows it: their constants are one number. */
#define IS_USED(k)                                                                                           \
    (s || *NEURO_CONSTANT(block->population, TERM(k, F_DECAY_ETA), REAL) > 0 ||                              \
     *NEURO_CONSTANT(block->population, TERM(k, F_DECAY_GAMMA), REAL) > 0)

ALWAYS_INLINE void
NAME(move_terms)(const neuro_block_t *block, const size_t s, NAME(sums_t) * sums)
{
    REAL *restrict started = STATE(GIF_STARTED);
    const REAL *restrict i_eta = STATE(GIF_I_ETA), *restrict v_t = STATE(GIF_V_T);
    REAL *restrict sum_mean = sums->mean, *restrict sum_slope = sums->slope,
                   *restrict sum_curve = sums->curve;
    REAL *restrict sum_eta = sums->eta, *restrict sum_gamma = sums->gamma;
    CONSTANT(v_t_star, F_V_T_STAR);
    CONSTANT(share_eta, F_SHARE_ETA);
    CONSTANT(share_gamma, F_SHARE_GAMMA);
    const uint32_t n = block->count;
    uint32_t i;
    int k;

    for (i = 0; i < n; i++) {
        sum_mean[i] = sum_slope[i] = sum_curve[i] = sum_eta[i] = sum_gamma[i] = 0;
    }
    for (k = 0; k < GIF_TERMS; k++) {
        REAL *restrict eta = STATE(GIF_ETA + k), *restrict gamma = STATE(GIF_GAMMA + k);
        CONSTANT(mean, TERM(k, F_ETA_MEAN));
        CONSTANT(slope, TERM(k, F_ETA_MEAN + 1));
        CONSTANT(curve, TERM(k, F_ETA_MEAN + 2));
        CONSTANT(decay_eta, TERM(k, F_DECAY_ETA));
        CONSTANT(decay_gamma, TERM(k, F_DECAY_GAMMA));

        if (!IS_USED(k)) {
            continue;
        }
        INDEPENDENT
        for (i = 0; i < n; i++) {
            const REAL first_eta = OF(decay_eta) > 0 ? i_eta[i] * OF(share_eta) : 0;
            const REAL first_gamma = OF(decay_gamma) > 0 ? (v_t[i] - OF(v_t_star)) * OF(share_gamma) : 0;
            const REAL eta_now = started[i] > 0 ? eta[i] : first_eta;
            const REAL gamma_now = started[i] > 0 ? gamma[i] : first_gamma;

            sum_mean[i] += eta_now * OF(mean);
            sum_slope[i] += eta_now * OF(slope);
            sum_curve[i] += eta_now * OF(curve);
            eta[i] = eta_now * OF(decay_eta);
            gamma[i] = gamma_now * OF(decay_gamma);
            sum_eta[i] += eta[i];
            sum_gamma[i] += gamma[i];
        }
    }
    for (i = 0; i < n; i++) {
        started[i] = 1;
    }
}

/* What a spike adds to the terms, and their sums. */
ALWAYS_INLINE void
NAME(kick_terms)(const neuro_block_t *block, const size_t s, NAME(sums_t) * sums, const REAL *restrict flag)
{
    REAL *restrict i_eta = STATE(GIF_I_ETA), *restrict v_t = STATE(GIF_V_T);
    REAL *restrict sum_eta = sums->eta, *restrict sum_gamma = sums->gamma;
    CONSTANT(v_t_star, F_V_T_STAR);
    const uint32_t n = block->count;
    uint32_t i;
    int k;

    for (k = 0; k < GIF_TERMS; k++) {
        REAL *restrict eta = STATE(GIF_ETA + k), *restrict gamma = STATE(GIF_GAMMA + k);
        CONSTANT(a_eta, TERM(k, F_A_ETA));
        CONSTANT(a_gamma, TERM(k, F_A_GAMMA));

        if (!IS_USED(k)) {
            continue;
        }
        INDEPENDENT
        for (i = 0; i < n; i++) {
            const REAL more_eta = flag[i] * OF(a_eta), more_gamma = flag[i] * OF(a_gamma);

            eta[i] += more_eta;
            gamma[i] += more_gamma;
            sum_eta[i] += more_eta;
            sum_gamma[i] += more_gamma;
        }
    }
    INDEPENDENT
    for (i = 0; i < n; i++) {
        i_eta[i] = sum_eta[i];
        v_t[i] = OF(v_t_star) + sum_gamma[i];
    }
}

/* Firing at random with a hazard lambda0 exp((v - v_t) / delta_v), tested once a step at its end (Mensi et
 * al. 2012, Journal of Neurophysiology 107:1756; Pozzorini et al. 2015, PLoS Computational Biology
 * 11:e1004275). */
ALWAYS_INLINE void
NAME(hazard)(const neuro_block_t *block, const size_t s, const size_t sb, const bool has_terms)
{
    REAL *restrict v = STATE(GIF_V);
    REAL *restrict exc = STATE(GIF_GSYN_EXC), *restrict inh = STATE(GIF_GSYN_INH);
    REAL *restrict refractory = STATE(GIF_REFRACTORY);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, F_BIAS, sb);
    CONSTANT(leak, F_LEAK);
    CONSTANT(from_bias, F_FROM_BIAS);
    CONSTANT(v_rest, F_V_REST);
    CONSTANT(v_reset, F_V_RESET);
    CONSTANT(hold, F_REFRACTORY);
    CONSTANT(e_rev_e, F_E_REV_E);
    CONSTANT(e_rev_i, F_E_REV_I);
    CONSTANT(decay_exc, F_DECAY_EXC);
    CONSTANT(decay_inh, F_DECAY_INH);
    CONSTANT(exc_mean, F_EXC_MEAN);
    CONSTANT(exc_slope, F_EXC_MEAN + 1);
    CONSTANT(exc_curve, F_EXC_MEAN + 2);
    CONSTANT(inh_mean, F_INH_MEAN);
    CONSTANT(inh_slope, F_INH_MEAN + 1);
    CONSTANT(inh_curve, F_INH_MEAN + 2);
    CONSTANT(v_t_star, F_V_T_STAR);
    CONSTANT(per_delta_v, F_PER_DELTA_V);
    CONSTANT(log_rate, F_LOG_RATE);
    const REAL log2_e = (REAL) 1.4426950408889634, most = 60;
    NAME(sums_t) sums;
    REAL flag[MOST_CELLS];
    uint32_t words[MOST_CELLS];
    const uint32_t n = block->count;
    uint32_t i;

    if (has_terms) {
        NAME(move_terms)(block, s, &sums);
    }
    neuro_philox_block(block->population->seed, NEURO_PURPOSE_SPIKING, block->population->stream,
                       block->first, (uint64_t) block->step, n, words);
    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL to_exc = OF(e_rev_e) - v[i], to_inh = OF(e_rev_i) - v[i];
        const REAL leaks = (OF(v_rest) - v[i]) * OF(leak) + BIAS * OF(from_bias);
        const REAL exc_0 = exc[i] * OF(exc_mean), inh_0 = inh[i] * OF(inh_mean);
        const REAL exc_1 = exc[i] * OF(exc_slope), inh_1 = inh[i] * OF(inh_slope);
        const REAL exc_2 = exc[i] * OF(exc_curve), inh_2 = inh[i] * OF(inh_curve);
        const REAL eta_0 = has_terms ? sums.mean[i] : 0, eta_1 = has_terms ? sums.slope[i] : 0;
        const REAL eta_2 = has_terms ? sums.curve[i] : 0;
        const REAL v_next = NAME(magnus)(v[i], OF(leak) + (exc_0 + inh_0),
                                         leaks + ((exc_0 * to_exc + inh_0 * to_inh) - eta_0), exc_1 + inh_1,
                                         (exc_1 * to_exc + inh_1 * to_inh) - eta_1, exc_2 + inh_2,
                                         (exc_2 * to_exc + inh_2 * to_inh) - eta_2);
        const REAL left = refractory[i];
        const REAL v_held = left > 0 ? OF(v_reset) : v_next;
        const REAL above = has_terms ? v_held - (OF(v_t_star) + sums.gamma[i]) : v_held - OF(v_t_star);
        const REAL log_mean = above * OF(per_delta_v) + OF(log_rate);
        const REAL mean = EXP(log_mean < most ? log_mean : most);
        /* 31 bits: a signed number, which processors convert faster */
        const REAL uniform = ((REAL) (int32_t) (words[i] >> 1) + (REAL) 0.5) * (REAL) 0x1p-31;
        const bool fires = !(left > 0) && uniform < -EXP2M1(mean * -log2_e);

        exc[i] = exc[i] * OF(decay_exc) + in_exc[i];
        inh[i] = inh[i] * OF(decay_inh) + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
        v[i] = fires ? OF(v_reset) : v_held;
        refractory[i] = fires ? OF(hold) : (left > 0 ? left - 1 : 0);
        flag[i] = fires ? (REAL) 1 : (REAL) 0;
    }
    if (has_terms) {
        NAME(kick_terms)(block, s, &sums, flag);
    }
    NAME(write_flags)(block, flag);
}

ALWAYS_INLINE void
NAME(gif)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(hazard)(block, s, sb, true);
}

ALWAYS_INLINE void
NAME(escape)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    NAME(hazard)(block, s, sb, false);
}

COMBINATIONS(gsfa)
COMBINATIONS(gif)
COMBINATIONS(escape)

#undef TERM
#undef IS_USED
#include "exact/body_end.h"
