/* The adaptive exponential membrane (Brette and Gerstner 2005), a part of composed_body.h.
 *
 * One step is a Taylor series: with x = v - v(0), conductances a(t), what they and the currents drive b(t),
 * the adaptation w and the exponential term e, all times step / cm or the like,
 *
 *     dx = b - a x - w + e,    dw = rate (A x - w),    de = slope e dx,
 *
 * each coefficient follows from those before it by products of series, and one exponential a step is enough.
 * Where the last terms are not small (on the upstroke, in strong inputs), or a spike or the end of
 * refractoriness lies within the step, the cell is done apart, in parts that are as long as the series
 * allows. */

typedef struct {
    REAL x[ORDER + 1], w[ORDER + 1]; /* w: times step / cm */
    REAL growth; /* slope times the first coefficient of x: e-folds of the upstroke in a step */
} NAME(adexp_series_t);

/* a: ORDER - 1 coefficients, b: ORDER; from the state v - v_rest = above_rest, w and e. from_v: A times rate.
 */
ALWAYS_INLINE void
NAME(adexp_expand)(NAME(adexp_series_t) * series, const REAL *a, const REAL *b, REAL above_rest, REAL w_0,
                   REAL e_0, REAL slope, REAL rate, REAL from_v)
{
    REAL *x = series->x, *w = series->w;
    REAL e[ORDER], p[ORDER], q[ORDER]; /* p: dx; q: times slope */

#define NEXT(k, loss, grown, moved)                                                                          \
    w[k] = (from_v * (moved) -rate * w[(k) -1]) * (REAL) (1.0 / (k));                                        \
    e[k] = (grown) * (REAL) (1.0 / (k));                                                                     \
    p[k] = (b[k] - (loss)) + (e[k] - w[k]);                                                                  \
    q[k] = p[k] * slope;                                                                                     \
    x[(k) + 1] = p[k] * (REAL) (1.0 / ((k) + 1))

    x[0] = 0;
    w[0] = w_0;
    e[0] = e_0;
    p[0] = b[0] + (e_0 - w_0);
    q[0] = p[0] * slope;
    x[1] = p[0];
    series->growth = q[0];
    NEXT(1, a[0] * x[1], e[0] * q[0], above_rest);
    NEXT(2, a[0] * x[2] + a[1] * x[1], e[0] * q[1] + e[1] * q[0], x[1]);
    NEXT(3, (a[0] * x[3] + a[1] * x[2]) + a[2] * x[1], (e[0] * q[2] + e[1] * q[1]) + e[2] * q[0], x[2]);
    NEXT(4, (a[0] * x[4] + a[1] * x[3]) + (a[2] * x[2] + a[3] * x[1]),
         (e[0] * q[3] + e[1] * q[2]) + (e[2] * q[1] + e[3] * q[0]), x[3]);
#if ORDER > 5
    NEXT(5, ((a[0] * x[5] + a[1] * x[4]) + (a[2] * x[3] + a[3] * x[2])) + a[4] * x[1],
         ((e[0] * q[4] + e[1] * q[3]) + (e[2] * q[2] + e[3] * q[1])) + e[4] * q[0], x[4]);
    NEXT(6, ((a[0] * x[6] + a[1] * x[5]) + (a[2] * x[4] + a[3] * x[3])) + (a[4] * x[2] + a[5] * x[1]),
         ((e[0] * q[5] + e[1] * q[4]) + (e[2] * q[3] + e[3] * q[2])) + (e[4] * q[1] + e[5] * q[0]), x[5]);
    NEXT(7,
         ((a[0] * x[7] + a[1] * x[6]) + (a[2] * x[5] + a[3] * x[4])) +
             ((a[4] * x[3] + a[5] * x[2]) + a[6] * x[1]),
         ((e[0] * q[6] + e[1] * q[5]) + (e[2] * q[4] + e[3] * q[3])) +
             ((e[4] * q[2] + e[5] * q[1]) + e[6] * q[0]),
         x[6]);
#endif
    w[ORDER] = (from_v * x[ORDER - 1] - rate * w[ORDER - 1]) * (REAL) (1.0 / ORDER);
#undef NEXT
}

/* A series without its first term, in the part `f` of a step; the smallest terms first. */
ALWAYS_INLINE REAL
NAME(adexp_sum)(const REAL *x, REAL f)
{
    REAL sum = x[ORDER];

#if ORDER > 5
    sum = sum * f + x[7];
    sum = sum * f + x[6];
    sum = sum * f + x[5];
#endif
    sum = sum * f + x[4];
    sum = sum * f + x[3];
    sum = sum * f + x[2];
    return (sum * f + x[1]) * f;
}

/* Whether the series may stop after its last term in the part `f` of a step. An error on the upstroke is one
 * of time. */
ALWAYS_INLINE bool
NAME(adexp_is_short)(const NAME(adexp_series_t) * series, REAL f)
{
    const REAL f_2 = f * f, f_4 = f_2 * f_2, before = ORDER > 5 ? f_4 * f_2 * f : f_4;
    const REAL last =
        (ABS(series->x[ORDER]) + ABS(series->w[ORDER])) * f + ABS(series->x[ORDER - 1]) * (REAL) 0.0625;

    return last * before <= TOLERANCE + TOLERANCE_OF_TIME * ABS(series->x[1]);
}

/* The share of one receptor in the series of the cells [first, first + n). */
typedef struct {
    REAL a[ORDER][CHUNK], b[ORDER][CHUNK];
} NAME(adexp_sums_t);

ALWAYS_INLINE void
NAME(adexp_receptor)(const neuro_block_t *block, const size_t s, uint32_t r, uint32_t first, uint32_t n,
                     const bool is_current, const bool has_rise, NAME(adexp_sums_t) * sums)
{
    const REAL *restrict v = NEURO_DATA(block->population, ADEXP_V, REAL) + first;
    const REAL *restrict g = RECEPTOR_STATE(ADEXP_N_VARIABLES, RECEPTOR_G);
    const REAL *restrict rise = RECEPTOR_STATE(ADEXP_N_VARIABLES, RECEPTOR_RISE);
    RECEPTOR_CONSTANT(e_syn, X_N_CONSTANTS, R_N_ADEXP, R_E_SYN);
    RECEPTOR_CONSTANT(rate, X_N_CONSTANTS, R_N_ADEXP, R_RATE);
    RECEPTOR_CONSTANT(rise_rate, X_N_CONSTANTS, R_N_ADEXP, R_RISE_RATE);
    SHIFTED_CONSTANT(from_current, X_FROM_CURRENT, s);
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL to = is_current ? 1 : OF(e_syn) - v[i];
        const REAL loss = -OF(rate), rise_loss = -OF(rise_rate);
        REAL term = g[i] * OF(from_current), rising = has_rise ? rise[i] * OF(from_current) : 0;

#define ADD(k)                                                                                               \
    if (!is_current) {                                                                                       \
        sums->a[k][i] += term;                                                                               \
    }                                                                                                        \
    sums->b[k][i] += term * to;                                                                              \
    term = (has_rise ? rising + loss * term : loss * term) * (REAL) (1.0 / ((k) + 1));                       \
    rising = rise_loss * rising * (REAL) (1.0 / ((k) + 1))
        ADD(0);
        ADD(1);
        ADD(2);
        ADD(3);
        ADD(4);
#if ORDER > 5
        ADD(5);
        ADD(6);
        ADD(7);
#endif
#undef ADD
    }
}

/* What a cell that is done apart needs of its parameters. */
typedef struct {
    REAL bias, leak, from_current, to_current, v_rest, v_reset, v_thresh, v_spike, e_scale, slope, hold,
        w_rate, a, b;
} NAME(adexp_cell_t);

/* The coefficients of the receptors of cell `cell` at the moment `at` of the step, from 0 to 1. */
static void
NAME(adexp_receptors_at)(const neuro_population_t *population, uint32_t cell, double at, REAL v,
                         REAL from_current, REAL *a, REAL *b)
{
    uint32_t r, k;

    for (r = 0; r < population->n_receptors; r++) {
        const uint8_t kind = population->receptor_kinds[r];
        const uint32_t variable = ADEXP_N_VARIABLES + r * RECEPTOR_N_VARIABLES;
        const neuro_constant_t *constants = population->constants + X_N_CONSTANTS + r * R_N_ADEXP;
        const uint32_t c = constants[0].is_scalar ? 0 : cell;
        const REAL *all[R_N_ADEXP];
        double decay, rate, rise_rate, g, y;
        REAL term, rising, to;

        for (k = 0; k < R_N_ADEXP; k++) {
            all[k] = constants[k].data;
        }
        rate = (double) all[R_RATE][c];
        rise_rate = (double) all[R_RISE_RATE][c];
        decay = neuro_exp(-rate * at);
        g = (double) NEURO_DATA(population, variable + RECEPTOR_G, REAL)[cell] * decay;
        y = 0.0;
        if (kind >= RECEPTOR_COND_ALPHA) {
            y = (double) NEURO_DATA(population, variable + RECEPTOR_RISE, REAL)[cell];
            g += y * at * neuro_exact_two_decays(rate * at, rise_rate * at);
            y *= neuro_exp(-rise_rate * at);
        }
        term = (REAL) g * from_current;
        rising = (REAL) y * from_current;
        to = kind == RECEPTOR_CURR_EXP ? 1 : all[R_E_SYN][c] - v;
        for (k = 0; k < ORDER; k++) {
            a[k] += kind == RECEPTOR_CURR_EXP ? 0 : term;
            b[k] += term * to;
            term = (rising - (REAL) rate * term) / (REAL) (k + 1);
            rising = -(REAL) rise_rate * rising / (REAL) (k + 1);
        }
    }
}

/* One step of a cell, in parts. A spike is when v passes v_spike; v is reset and held from then on. Returns
 * whether it fires: once a step, a second spike waits for the next. */
static bool
NAME(adexp_apart)(const neuro_population_t *population, uint32_t cell, const NAME(adexp_cell_t) * c, REAL *v,
                  REAL *w, REAL *refractory)
{
    const int most_parts = 2000;
    const REAL stiff = 500, pole = (REAL) (sizeof(REAL) == 8 ? 1e8 : 1e4);
    const REAL w_held = c->a * (c->v_reset - c->v_rest);
    bool fires = false;
    REAL at = 0;
    int n, turn;

    if (*refractory > 0) { /* ends within the step */
        at = *refractory;
        *w = w_held + (*w - w_held) * EXP(-c->w_rate * at);
        *v = c->v_reset;
        *refractory = 0;
    }
    for (n = 0; at < 1; n++) {
        const REAL left = 1 - at;
        const REAL from_v = c->w_rate * c->a * c->from_current;
        REAL a[ORDER] = {c->leak}, b[ORDER] = {(c->v_rest - *v) * c->leak + c->bias * c->from_current};
        NAME(adexp_series_t) series;
        REAL f = left, reached;

        if (*v >= c->v_spike) {
            if (fires) {
                *v = c->v_spike;
                break;
            }
            fires = true;
            *v = c->v_reset;
            *w += c->b;
            if (c->hold > 0) {
                *w = w_held + (*w - w_held) * EXP(-c->w_rate * left);
                *refractory = c->hold - left;
                break;
            }
            continue;
        }
        NAME(adexp_receptors_at)(population, cell, (double) at, *v, c->from_current, a, b);
        NAME(adexp_expand)
        (&series, a, b, *v - c->v_rest, *w * c->from_current, c->e_scale * EXP((*v - c->v_thresh) * c->slope),
         c->slope, c->w_rate, from_v);
        if (series.growth > pole) { /* it spikes within the last digits of this moment */
            *v = c->v_spike;
            at = at + 1 / series.growth < 1 ? at + 1 / series.growth : 1;
            if (at < 1) {
                continue;
            }
            break;
        }
        if (a[0] + c->w_rate > stiff || n >= most_parts) { /* v and w follow at once what drives them */
            const REAL w_end = c->a * (*v - c->v_rest);

            f = left < (REAL) 0.0625 ? left : (REAL) 0.0625;
            reached = *v + series.x[1] * (1 - EXP(-a[0] * f)) / a[0];
            *w = w_end + (*w - w_end) * EXP(-c->w_rate * f);
        } else {
            while (!NAME(adexp_is_short)(&series, f) && f > (REAL) 1e-5) {
                f *= (REAL) 0.75;
            }
            reached = *v + NAME(adexp_sum)(series.x, f);
            if (reached >= c->v_spike) {
                REAL low = 0, high = f;

                for (turn = 0; turn < 60; turn++) {
                    const REAL middle = (REAL) 0.5 * (low + high);

                    if (*v + NAME(adexp_sum)(series.x, middle) < c->v_spike) {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                f = high;
                reached = c->v_spike;
            }
            *w += NAME(adexp_sum)(series.w, f) * c->to_current;
        }
        *v = reached;
        at = f < left ? at + f : 1;
    }
    return fires;
}

ALWAYS_INLINE void
NAME(adexp_chunk)(const neuro_block_t *block, const size_t s, const size_t sb, uint32_t first, uint32_t n,
                  uint8_t *spiked)
{
    const neuro_population_t *population = block->population;
    REAL *restrict v = NEURO_DATA(population, ADEXP_V, REAL) + first;
    REAL *restrict w = NEURO_DATA(population, ADEXP_W, REAL) + first;
    REAL *restrict refractory = NEURO_DATA(population, ADEXP_REFRACTORY, REAL) + first;
    SHIFTED_CONSTANT(bias, X_BIAS, sb);
    SHIFTED_CONSTANT(leak, X_LEAK, s);
    SHIFTED_CONSTANT(from_current, X_FROM_CURRENT, s);
    SHIFTED_CONSTANT(to_current, X_TO_CURRENT, s);
    SHIFTED_CONSTANT(v_rest, X_V_REST, s);
    SHIFTED_CONSTANT(v_reset, X_V_RESET, s);
    SHIFTED_CONSTANT(v_thresh, X_V_THRESH, s);
    SHIFTED_CONSTANT(v_spike, X_V_SPIKE, s);
    SHIFTED_CONSTANT(v_grid, X_V_GRID, s);
    SHIFTED_CONSTANT(e_scale, X_GROWTH, s);
    SHIFTED_CONSTANT(slope, X_SLOPE, s);
    SHIFTED_CONSTANT(hold, X_REFRACTORY, s);
    SHIFTED_CONSTANT(w_rate, X_W_RATE, s);
    SHIFTED_CONSTANT(w_decay, X_W_DECAY, s);
    SHIFTED_CONSTANT(adaptation, X_A, s);
    SHIFTED_CONSTANT(jump, X_B, s);
    NAME(adexp_sums_t) sums = {{{0}}, {{0}}};
    REAL v_before[CHUNK], w_before[CHUNK], apart[CHUNK], fired[CHUNK];
    uint32_t r, i;

    for (r = 0; r < population->n_receptors; r++) {
        switch (population->receptor_kinds[r]) {
        case RECEPTOR_CURR_EXP:
            NAME(adexp_receptor)(block, s, r, first, n, true, false, &sums);
            break;
        case RECEPTOR_COND_EXP:
            NAME(adexp_receptor)(block, s, r, first, n, false, false, &sums);
            break;
        default:
            NAME(adexp_receptor)(block, s, r, first, n, false, true, &sums);
        }
    }
    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL v_0 = v[i], w_0 = w[i], above_rest = v_0 - OF(v_rest);
        const REAL w_held = OF(adaptation) * (OF(v_reset) - OF(v_rest));
        const bool is_held = refractory[i] >= 1, is_ending = refractory[i] > 0 && refractory[i] < 1;
        REAL a[ORDER], b[ORDER], reached;
        NAME(adexp_series_t) series;

        a[0] = OF(leak) + sums.a[0][i];
        b[0] = (BIAS * OF(from_current) - above_rest * OF(leak)) + sums.b[0][i];
        a[1] = sums.a[1][i];
        b[1] = sums.b[1][i];
        a[2] = sums.a[2][i];
        b[2] = sums.b[2][i];
        a[3] = sums.a[3][i];
        b[3] = sums.b[3][i];
        a[4] = sums.a[4][i];
        b[4] = sums.b[4][i];
#if ORDER > 5
        a[5] = sums.a[5][i];
        b[5] = sums.b[5][i];
        a[6] = sums.a[6][i];
        b[6] = sums.b[6][i];
        a[7] = sums.a[7][i];
        b[7] = sums.b[7][i];
#endif
        NAME(adexp_expand)
        (&series, a, b, above_rest, w_0 * OF(from_current),
         OF(e_scale) * EXP((v_0 - OF(v_thresh)) * OF(slope)), OF(slope), OF(w_rate),
         OF(w_rate) * OF(adaptation) * OF(from_current));
        reached = v_0 + NAME(adexp_sum)(series.x, 1);
        v_before[i] = v_0;
        w_before[i] = w_0;
        apart[i] = !is_held && (is_ending || !(v_0 < OF(v_spike) && reached < OF(v_spike)) ||
                                !NAME(adexp_is_short)(&series, 1))
                       ? (REAL) 1
                       : (REAL) 0;
        v[i] = is_held ? OF(v_reset) : reached;
        w[i] = is_held ? w_held + (w_0 - w_held) * OF(w_decay)
                       : w_0 + NAME(adexp_sum)(series.w, 1) * OF(to_current);
        fired[i] = !is_held && reached >= OF(v_grid) ? (REAL) 1 : (REAL) 0;
        refractory[i] = is_held ? refractory[i] - 1 : refractory[i];
    }
    for (i = 0; i < n; i++) {
        if (apart[i] > 0) {
            const NAME(adexp_cell_t)
                cell = {BIAS,        OF(leak),     OF(from_current), OF(to_current), OF(v_rest),
                        OF(v_reset), OF(v_thresh), OF(v_spike),      OF(e_scale),    OF(slope),
                        OF(hold),    OF(w_rate),   OF(adaptation),   OF(jump)};

            v[i] = v_before[i];
            w[i] = w_before[i];
            spiked[i] = NAME(adexp_apart)(population, first + i, &cell, &v[i], &w[i], &refractory[i]);
            fired[i] = v[i] >= OF(v_grid) ? (REAL) 1 : (REAL) 0;
        } else {
            spiked[i] = 0;
        }
        if (fired[i] > 0) {
            v[i] = OF(v_reset);
            w[i] += OF(jump);
            refractory[i] = OF(hold);
            spiked[i] = 1;
        }
    }
}

ALWAYS_INLINE void
NAME(adexp)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    uint32_t at;

    for (at = 0; at < block->count; at += CHUNK) {
        const uint32_t n = block->count - at < CHUNK ? block->count - at : CHUNK;

        NAME(adexp_chunk)(block, s, sb, block->first + at, n, block->spiked + at);
    }
    NAME(receive)(block, s, ADEXP_N_VARIABLES, X_N_CONSTANTS, R_N_ADEXP);
}
