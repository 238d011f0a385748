/* The Hodgkin-Huxley cell with the rates of Traub and Miles (1991), written once for every real type:
 * included with REAL, EXP, AROUND_ZERO, what body_begin.h needs and NAME defined.
 *
 * A step is done in equal parts, each one Runge-Kutta step of fourth order, in which conductances are exact.
 * Cells whose rates are too fast for these parts are done apart, in more of them. */

#include "exact/body_begin.h"

typedef struct {
    REAL v, m, h, n;
} NAME(hh_t);

/* What the derivatives need besides the state: conductances over cm, / ms; the current over cm, mV / ms. */
typedef struct {
    REAL na, k, leak, v_offset, e_na, e_k, e_leak, e_exc, e_inh, current;
} NAME(hh_cell_t);

typedef struct {
    REAL alpha_m, beta_m, alpha_h, beta_h, alpha_n, beta_n; /* / ms */
} NAME(hh_rates_t);

/* The rates at u = v - v_offset, mV. y / (exp(y) - 1) is a series around 0; beyond 150 mV the rates are those
 * at 150. */
ALWAYS_INLINE
NAME(hh_rates_t) NAME(hh_rates)(REAL above_offset)
{
    const REAL bound = 150, near = AROUND_ZERO;
    const REAL above = above_offset > -bound ? above_offset : -bound, u = above < bound ? above : bound;
    const REAL by_40 = EXP(u * (REAL) -0.025), by_20 = by_40 * by_40, by_10 = by_20 * by_20,
               by_5 = by_10 * by_10;
    const REAL y_am = (13 - u) * (REAL) 0.25,
               e_am = (REAL) 25.790339917193062 * (by_5 * by_20);                     /* exp(13 / 4) */
    const REAL y_bm = (40 - u) * (REAL) 0.2, e_bm = (REAL) 2980.9579870417283 * by_5; /* exp(8) */
    const REAL y_an = (15 - u) * (REAL) 0.2, e_an = (REAL) 20.085536923187668 * by_5; /* exp(3) */
    const REAL off_am = ABS(y_am), off_bm = ABS(y_bm), off_an = ABS(y_an);
    const REAL d_am = off_am < near ? 1 : e_am - 1, d_bm = off_bm < near ? 1 : e_bm - 1;
    const REAL d_an = off_an < near ? 1 : e_an - 1;
    /* two divisions for four quotients */
    const REAL first = 1 / (d_am * d_bm), second = 1 / (d_an * (1 + e_bm));
    NAME(hh_rates_t) rates;

#define AROUND(y) (1 + (y) * ((REAL) -0.5 + (y) * ((REAL) (1.0 / 12.0) - (y) * (y) * (REAL) (1.0 / 720.0))))
    rates.alpha_m = (REAL) 1.28 * (off_am < near ? AROUND(y_am) : y_am * first * d_bm);
    rates.beta_m = (REAL) 1.4 * (off_bm < near ? AROUND(y_bm) + y_bm : y_bm * e_bm * first * d_am);
    rates.alpha_n = (REAL) 0.16 * (off_an < near ? AROUND(y_an) : y_an * second * (1 + e_bm));
    rates.beta_n = (REAL) 0.6420127083438707 * by_40;                          /* exp(1 / 4) / 2 */
    rates.alpha_h = (REAL) 0.3291372076528678 * EXP(u * (REAL) (-1.0 / 18.0)); /* 0.128 exp(17 / 18) */
    rates.beta_h = 4 * second * d_an;
#undef AROUND
    return rates;
}

/* The derivatives of a state; single numbers, which a compiler keeps in vectors. */
ALWAYS_INLINE void
NAME(hh_slope)(REAL v, REAL m, REAL h, REAL n, const NAME(hh_cell_t) * c, REAL exc, REAL inh, REAL *dv,
               REAL *dm, REAL *dh, REAL *dn)
{
    const NAME(hh_rates_t) r = NAME(hh_rates)(v - c->v_offset);
    const REAL n_2 = n * n, na = c->na * (m * m) * (m * h), k = c->k * (n_2 * n_2);

    *dv = ((c->leak * (c->e_leak - v) + na * (c->e_na - v)) + (k * (c->e_k - v) + exc * (c->e_exc - v))) +
          (inh * (c->e_inh - v) + c->current);
    *dm = r.alpha_m - (r.alpha_m + r.beta_m) * m;
    *dh = r.alpha_h - (r.alpha_h + r.beta_h) * h;
    *dn = r.alpha_n - (r.alpha_n + r.beta_n) * n;
}

/* One Runge-Kutta step; exc and inh at its beginning, middle and end. */
ALWAYS_INLINE void
NAME(hh_part)(REAL *v_of, REAL *m_of, REAL *h_of, REAL *n_of, const NAME(hh_cell_t) * c, REAL part,
              REAL exc_0, REAL exc_1, REAL exc_2, REAL inh_0, REAL inh_1, REAL inh_2)
{
    const REAL v = *v_of, m = *m_of, h = *h_of, n = *n_of, half = (REAL) 0.5 * part;
    const REAL sixth = part * (REAL) (1.0 / 6.0);
    REAL v_1, m_1, h_1, n_1, v_2, m_2, h_2, n_2, v_3, m_3, h_3, n_3, v_4, m_4, h_4, n_4;

    NAME(hh_slope)(v, m, h, n, c, exc_0, inh_0, &v_1, &m_1, &h_1, &n_1);
    NAME(hh_slope)
    (v + half * v_1, m + half * m_1, h + half * h_1, n + half * n_1, c, exc_1, inh_1, &v_2, &m_2, &h_2, &n_2);
    NAME(hh_slope)
    (v + half * v_2, m + half * m_2, h + half * h_2, n + half * n_2, c, exc_1, inh_1, &v_3, &m_3, &h_3, &n_3);
    NAME(hh_slope)
    (v + part * v_3, m + part * m_3, h + part * h_3, n + part * n_3, c, exc_2, inh_2, &v_4, &m_4, &h_4, &n_4);
    *v_of = v + sixth * ((v_1 + v_4) + 2 * (v_2 + v_3));
    *m_of = m + sixth * ((m_1 + m_4) + 2 * (m_2 + m_3));
    *h_of = h + sixth * ((h_1 + h_4) + 2 * (h_2 + h_3));
    *n_of = n + sixth * ((n_1 + n_4) + 2 * (n_2 + n_3));
}

/* An upper bound of how fast anything changes, / ms. */
ALWAYS_INLINE REAL
NAME(hh_fastest)(REAL v, const NAME(hh_cell_t) * c, REAL exc, REAL inh)
{
    const NAME(hh_rates_t) r = NAME(hh_rates)(v - c->v_offset);
    const REAL membrane = (c->na + c->k) + (c->leak + (exc + inh));
    const REAL m = r.alpha_m + r.beta_m, h = r.alpha_h + r.beta_h, n = r.alpha_n + r.beta_n;
    const REAL gates = m > h ? (m > n ? m : n) : (h > n ? h : n);

    return membrane > gates ? membrane : gates;
}

/* One exponential Euler step, stable however fast the rates. */
static NAME(hh_t)
    NAME(hh_part_of_stiff)(NAME(hh_t) s, const NAME(hh_cell_t) * c, REAL part, REAL exc, REAL inh)
{
    const NAME(hh_rates_t) r = NAME(hh_rates)(s.v - c->v_offset);
    NAME(hh_t) d;
    const REAL n_2 = s.n * s.n;
    const REAL v_rate = c->na * (s.m * s.m) * (s.m * s.h) + c->k * n_2 * n_2 + (c->leak + (exc + inh));
    const REAL m = r.alpha_m + r.beta_m, h = r.alpha_h + r.beta_h, n = r.alpha_n + r.beta_n;
    const REAL log2_e = (REAL) 1.4426950408889634;

    NAME(hh_slope)(s.v, s.m, s.h, s.n, c, exc, inh, &d.v, &d.m, &d.h, &d.n);
    s.v += v_rate > 0 ? -EXP2M1(-log2_e * v_rate * part) / v_rate * d.v : part * d.v;
    s.m += -EXP2M1(-log2_e * m * part) / m * d.m;
    s.h += -EXP2M1(-log2_e * h * part) / h * d.h;
    s.n += -EXP2M1(-log2_e * n * part) / n * d.n;
    return s;
}

/* A step in as many parts as the rates ask for. */
static NAME(hh_t) NAME(hh_apart)(NAME(hh_t) s, const NAME(hh_cell_t) * c, REAL step, REAL exc, REAL inh,
                                 REAL rate_exc, REAL rate_inh)
{
    const REAL wanted = NAME(hh_fastest)(s.v, c, exc, inh) * step;
    const bool is_stiff = !(wanted < 2000);
    const int n_parts = is_stiff ? 500 : (int) wanted + 1;
    const REAL part = step / (REAL) n_parts;
    int k, j;

    for (k = 0; k < n_parts; k++) {
        REAL g_exc[3], g_inh[3];

        for (j = 0; j < 3; j++) {
            const REAL at = ((REAL) k + (REAL) 0.5 * (REAL) j) * part;

            g_exc[j] = exc * EXP(-rate_exc * at);
            g_inh[j] = inh * EXP(-rate_inh * at);
        }
        if (is_stiff) {
            s = NAME(hh_part_of_stiff)(s, c, part, g_exc[1], g_inh[1]);
        } else {
            NAME(hh_part)
            (&s.v, &s.m, &s.h, &s.n, c, part, g_exc[0], g_exc[1], g_exc[2], g_inh[0], g_inh[1], g_inh[2]);
        }
    }
    return s;
}

ALWAYS_INLINE void
NAME(hodgkin_huxley)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL *restrict v = STATE(HH_V), *restrict m = STATE(HH_M), *restrict h = STATE(HH_H),
                   *restrict n = STATE(HH_N);
    REAL *restrict exc = STATE(HH_GSYN_EXC), *restrict inh = STATE(HH_GSYN_INH);
    REAL *restrict in_exc = RING(0), *restrict in_inh = RING(1);
    CONSTANT_OF(bias, Y_BIAS, sb);
    CONSTANT(per_cm, Y_PER_CM);
    CONSTANT(na, Y_NA);
    CONSTANT(k, Y_K);
    CONSTANT(leak, Y_LEAK);
    CONSTANT(v_offset, Y_V_OFFSET);
    CONSTANT(e_na, Y_E_NA);
    CONSTANT(e_k, Y_E_K);
    CONSTANT(e_leak, Y_E_LEAK);
    CONSTANT(e_exc, Y_E_EXC);
    CONSTANT(e_inh, Y_E_INH);
    CONSTANT(decay_exc, Y_DECAY_EXC);
    CONSTANT(decay_inh, Y_DECAY_INH);
    CONSTANT(half_exc, Y_HALF_EXC);
    CONSTANT(half_inh, Y_HALF_INH);
    CONSTANT(rate_exc, Y_RATE_EXC);
    CONSTANT(rate_inh, Y_RATE_INH);
    CONSTANT(step, Y_STEP);
    const REAL parts = NEURO_CONSTANT(block->population, Y_PARTS, REAL)[0];
    const REAL fast = (REAL) 2.5; /* in a part; the method is stable up to 2.78 */
    const REAL width = 1 / parts;
    const int n_parts = (int) parts;
    const uint32_t n_cells = block->count;
    REAL before[4][MOST_CELLS], now_exc[MOST_CELLS], now_inh[MOST_CELLS], apart[MOST_CELLS];
    uint8_t *restrict spiked = block->spiked;
    uint32_t i;
    int part;

#define CELL                                                                                                 \
    const NAME(hh_cell_t) cell = {                                                                           \
        OF(na),                                                                                              \
        OF(k),                                                                                               \
        OF(leak),                                                                                            \
        OF(v_offset),                                                                                        \
        OF(e_na),                                                                                            \
        OF(e_k),                                                                                             \
        OF(e_leak),                                                                                          \
        OF(e_exc),                                                                                           \
        OF(e_inh),                                                                                           \
        BIAS * OF(per_cm)                                                                                    \
    }
    for (i = 0; i < n_cells; i++) {
        before[0][i] = v[i];
        before[1][i] = m[i];
        before[2][i] = h[i];
        before[3][i] = n[i];
    }
    INDEPENDENT
    for (i = 0; i < n_cells; i++) {
        CELL;
        const REAL e = exc[i] * OF(per_cm), inhibition = inh[i] * OF(per_cm);
        const REAL fastest = NAME(hh_fastest)(v[i], &cell, e, inhibition);

        now_exc[i] = e;
        now_inh[i] = inhibition;
        apart[i] = fastest * OF(step) < fast * parts ? (REAL) 0 : (REAL) 1;
    }
    for (part = 0; part < n_parts; part++) {
        INDEPENDENT
        for (i = 0; i < n_cells; i++) {
            CELL;
            const REAL exc_0 = now_exc[i], exc_1 = exc_0 * OF(half_exc), exc_2 = exc_1 * OF(half_exc);
            const REAL inh_0 = now_inh[i], inh_1 = inh_0 * OF(half_inh), inh_2 = inh_1 * OF(half_inh);
            REAL v_now = v[i], m_now = m[i], h_now = h[i], n_now = n[i];

            NAME(hh_part)
            (&v_now, &m_now, &h_now, &n_now, &cell, OF(step) * width, exc_0, exc_1, exc_2, inh_0, inh_1,
             inh_2);
            v[i] = v_now;
            m[i] = m_now;
            h[i] = h_now;
            n[i] = n_now;
            now_exc[i] = exc_2;
            now_inh[i] = inh_2;
        }
    }
    for (i = 0; i < n_cells; i++) {
        if (apart[i] > 0) {
            const NAME(hh_t) state = {before[0][i], before[1][i], before[2][i], before[3][i]};
            CELL;
            const NAME(hh_t) next = NAME(hh_apart)(state, &cell, OF(step), exc[i] * OF(per_cm),
                                                   inh[i] * OF(per_cm), OF(rate_exc), OF(rate_inh));

            v[i] = next.v;
            m[i] = next.m;
            h[i] = next.h;
            n[i] = next.n;
        }
        spiked[i] = before[0][i] < 0 && v[i] >= 0;
    }
#undef CELL
    INDEPENDENT
    for (i = 0; i < n_cells; i++) {
        exc[i] = exc[i] * OF(decay_exc) + in_exc[i];
        inh[i] = inh[i] * OF(decay_inh) + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
    }
}

COMBINATIONS(hodgkin_huxley)

#include "exact/body_end.h"
