/* The Hodgkin-Huxley cell with the rates of Traub and Miles (1991), written once for every real type:
 * included with REAL, EXP, POWERS, HAS_RANGE, AROUND_ZERO, what body_begin.h needs and NAME defined.
 *
 * A step is done in equal parts, each one Runge-Kutta step of fifth order (Lawson 1966, SIAM Journal on
 * Numerical Analysis 3:593; stable up to a rate of 5.6 in a part), in which conductances are exact. Cells
 * whose rates are too fast for these parts are done apart, in more of them. */

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
    REAL by_40, by_18; /* exp(-u / 40), exp(-u / 18) */
    POWERS(u, &by_40, &by_18);
    const REAL by_20 = by_40 * by_40, by_10 = by_20 * by_20, by_5 = by_10 * by_10;
    const REAL y_am = (13 - u) * (REAL) 0.25,
               e_am = (REAL) 25.790339917193062 * (by_5 * by_20);                     /* exp(13 / 4) */
    const REAL y_bm = (40 - u) * (REAL) 0.2, e_bm = (REAL) 2980.9579870417283 * by_5; /* exp(8) */
    const REAL y_an = (15 - u) * (REAL) 0.2, e_an = (REAL) 20.085536923187668 * by_5; /* exp(3) */
    const REAL off_am = ABS(y_am), off_bm = ABS(y_bm), off_an = ABS(y_an);
    const REAL d_am = off_am < near ? 1 : e_am - 1, d_bm = off_bm < near ? 1 : e_bm - 1;
    const REAL d_an = off_an < near ? 1 : e_an - 1;
    const REAL d_m = d_am * d_bm, d_nh = d_an * (1 + e_bm);
#if HAS_RANGE /* one division for four quotients: the product stays below 1e66 */
    const REAL both = 1 / (d_m * d_nh), first = both * d_nh, second = both * d_m;
#else
    const REAL first = 1 / d_m, second = 1 / d_nh;
#endif
    NAME(hh_rates_t) rates;

#define AROUND(y) (1 + (y) * ((REAL) -0.5 + (y) *AROUND_NEXT(y)))
    rates.alpha_m = (REAL) 1.28 * (off_am < near ? AROUND(y_am) : y_am * first * d_bm);
    rates.beta_m = (REAL) 1.4 * (off_bm < near ? AROUND(y_bm) + y_bm : y_bm * e_bm * first * d_am);
    rates.alpha_n = (REAL) 0.16 * (off_an < near ? AROUND(y_an) : y_an * second * (1 + e_bm));
    rates.beta_n = (REAL) 0.6420127083438707 * by_40;  /* exp(1 / 4) / 2 */
    rates.alpha_h = (REAL) 0.3291372076528678 * by_18; /* 0.128 exp(17 / 18) */
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

/* The state of each stage, and the next one, from the slopes of the stages before: x plus what moves it. */
#define STAGE_2(x, a)    ((x) + part * ((REAL) 0.2 * (a)))
#define STAGE_3(x, a, b) ((x) + part * ((REAL) 0.075 * (a) + (REAL) 0.225 * (b)))
#define STAGE_4(x, a, b, c)                                                                                  \
    ((x) + part * (((REAL) (44.0 / 45) * (a) - (REAL) (56.0 / 15) * (b)) + (REAL) (32.0 / 9) * (c)))
#define STAGE_5(x, a, b, c, d)                                                                               \
    ((x) + part * (((REAL) (19372.0 / 6561) * (a) - (REAL) (25360.0 / 2187) * (b)) +                         \
                   ((REAL) (64448.0 / 6561) * (c) - (REAL) (212.0 / 729) * (d))))
#define STAGE_6(x, a, b, c, d, e)                                                                            \
    ((x) + part * ((((REAL) (9017.0 / 3168) * (a) - (REAL) (355.0 / 33) * (b)) +                             \
                    ((REAL) (46732.0 / 5247) * (c) + (REAL) (49.0 / 176) * (d))) -                           \
                   (REAL) (5103.0 / 18656) * (e)))
#define NEXT(x, a, c, d, e, f)                                                                               \
    ((x) + part * ((((REAL) (35.0 / 384) * (a) + (REAL) (500.0 / 1113) * (c)) +                              \
                    ((REAL) (125.0 / 192) * (d) - (REAL) (2187.0 / 6784) * (e))) +                           \
                   (REAL) (11.0 / 84) * (f)))
/* When the stages are, as shares of the part: 0, 1/5, 3/10, 4/5, 8/9, 1. */
enum { NAME(HH_STAGES) = 6 };

/* One Runge-Kutta step of one cell; exc and inh at each stage. Slopes of x are x_1 to x_6. */
static void
NAME(hh_part)(NAME(hh_t) * s, const NAME(hh_cell_t) * c, REAL part, const REAL *exc, const REAL *inh)
{
    NAME(hh_t) k[NAME(HH_STAGES)];

#define SLOPE(number, v_at, m_at, h_at, n_at)                                                                \
    NAME(hh_slope)                                                                                           \
    (v_at, m_at, h_at, n_at, c, exc[(number) -1], inh[(number) -1], &k[(number) -1].v, &k[(number) -1].m,    \
     &k[(number) -1].h, &k[(number) -1].n)
#define AT(x) s->x
    SLOPE(1, AT(v), AT(m), AT(h), AT(n));
#undef AT
#define AT(x) STAGE_2(s->x, k[0].x)
    SLOPE(2, AT(v), AT(m), AT(h), AT(n));
#undef AT
#define AT(x) STAGE_3(s->x, k[0].x, k[1].x)
    SLOPE(3, AT(v), AT(m), AT(h), AT(n));
#undef AT
#define AT(x) STAGE_4(s->x, k[0].x, k[1].x, k[2].x)
    SLOPE(4, AT(v), AT(m), AT(h), AT(n));
#undef AT
#define AT(x) STAGE_5(s->x, k[0].x, k[1].x, k[2].x, k[3].x)
    SLOPE(5, AT(v), AT(m), AT(h), AT(n));
#undef AT
#define AT(x) STAGE_6(s->x, k[0].x, k[1].x, k[2].x, k[3].x, k[4].x)
    SLOPE(6, AT(v), AT(m), AT(h), AT(n));
#undef AT
#define AT(x) NEXT(s->x, k[0].x, k[2].x, k[3].x, k[4].x, k[5].x)
    *s = (NAME(hh_t)){AT(v), AT(m), AT(h), AT(n)};
#undef AT
#undef SLOPE
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
        static const REAL when[NAME(HH_STAGES)] = {0,          (REAL) 0.2,       (REAL) 0.3,
                                                   (REAL) 0.8, (REAL) (8.0 / 9), 1};
        REAL g_exc[NAME(HH_STAGES)], g_inh[NAME(HH_STAGES)];

        for (j = 0; j < NAME(HH_STAGES); j++) {
            const REAL at = ((REAL) k + (is_stiff ? (REAL) 0.5 : when[j])) * part;

            g_exc[j] = exc * EXP(-rate_exc * at);
            g_inh[j] = inh * EXP(-rate_inh * at);
        }
        if (is_stiff) {
            s = NAME(hh_part_of_stiff)(s, c, part, g_exc[0], g_inh[0]);
        } else {
            NAME(hh_part)(&s, c, part, g_exc, g_inh);
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
    CONSTANT(tenth_exc, Y_TENTH_EXC);
    CONSTANT(tenth_inh, Y_TENTH_INH);
    CONSTANT(ninths_exc, Y_NINTHS_EXC);
    CONSTANT(ninths_inh, Y_NINTHS_INH);
    CONSTANT(rate_exc, Y_RATE_EXC);
    CONSTANT(rate_inh, Y_RATE_INH);
    CONSTANT(step, Y_STEP);
    const REAL parts = NEURO_CONSTANT(block->population, Y_PARTS, REAL)[0];
    const REAL fast = (REAL) 3.0; /* in a part */
    const REAL width = 1 / parts;
    const int n_parts = (int) parts;
    const uint32_t n_cells = block->count;
    REAL slope[NAME(HH_STAGES)][4][MOST_CELLS];
    REAL before[4][MOST_CELLS], now_exc[MOST_CELLS], now_inh[MOST_CELLS], apart[MOST_CELLS];
    uint8_t *restrict spiked = block->spiked;
    uint32_t i;
    int number;

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
#define K(number, x) slope[(number) -1][x][i]
#define STAGE(number, left_exc, left_inh)                                                                    \
    INDEPENDENT                                                                                              \
    for (i = 0; i < n_cells; i++) {                                                                          \
        CELL;                                                                                                \
        const REAL part = OF(step) * width, d_exc = OF(tenth_exc), d_inh = OF(tenth_inh);                    \
        const REAL d_exc_2 = d_exc * d_exc, d_inh_2 = d_inh * d_inh;                                         \
                                                                                                             \
        (void) part, (void) d_exc_2, (void) d_inh_2;                                                         \
        NAME(hh_slope)                                                                                       \
        (AT(v, 0), AT(m, 1), AT(h, 2), AT(n, 3), &cell, now_exc[i] * (left_exc), now_inh[i] * (left_inh),    \
         &K(number, 0), &K(number, 1), &K(number, 2), &K(number, 3));                                        \
    }
#define FOURTH(d) ((d) * (d) * ((d) * (d)))
    for (number = 0; number < n_parts; number++) {
#define AT(x, c) x[i]
        STAGE(1, 1, 1)
#undef AT
#define AT(x, c) STAGE_2(x[i], K(1, c))
        STAGE(2, d_exc_2, d_inh_2)
#undef AT
#define AT(x, c) STAGE_3(x[i], K(1, c), K(2, c))
        STAGE(3, d_exc_2 * d_exc, d_inh_2 * d_inh)
#undef AT
#define AT(x, c) STAGE_4(x[i], K(1, c), K(2, c), K(3, c))
        STAGE(4, FOURTH(d_exc_2), FOURTH(d_inh_2))
#undef AT
#define AT(x, c) STAGE_5(x[i], K(1, c), K(2, c), K(3, c), K(4, c))
        STAGE(5, OF(ninths_exc), OF(ninths_inh))
#undef AT
#define AT(x, c) STAGE_6(x[i], K(1, c), K(2, c), K(3, c), K(4, c), K(5, c))
        STAGE(6, FOURTH(d_exc_2) * d_exc_2, FOURTH(d_inh_2) * d_inh_2)
#undef AT
#define AT(x, c) NEXT(x[i], K(1, c), K(3, c), K(4, c), K(5, c), K(6, c))
        INDEPENDENT
        for (i = 0; i < n_cells; i++) {
            const REAL part = OF(step) * width;
            const REAL d_exc_2 = OF(tenth_exc) * OF(tenth_exc), d_inh_2 = OF(tenth_inh) * OF(tenth_inh);

            v[i] = AT(v, 0);
            m[i] = AT(m, 1);
            h[i] = AT(h, 2);
            n[i] = AT(n, 3);
            now_exc[i] *= FOURTH(d_exc_2) * d_exc_2;
            now_inh[i] *= FOURTH(d_inh_2) * d_inh_2;
        }
#undef AT
    }
#undef FOURTH
#undef STAGE
#undef K
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

#undef STAGE_2
#undef STAGE_3
#undef STAGE_4
#undef STAGE_5
#undef STAGE_6
#undef NEXT

#include "exact/body_end.h"
