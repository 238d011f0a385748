/* Bodies of cells with receptors of choice, written once for every real type: included with REAL, EXP, ABS,
 * EXP2M1, IS_SIXTH_ORDER, ORDER, the tolerances and NAME defined. Membrane: leaky, or adaptive exponential
 * (adexp_body.h).
 *
 * Cells are done in chunks. Each receptor adds its share to sums of the chunk, the membrane moves, the
 * receptors move. */

#include "exact/body_begin.h"

#define CHUNK 64 /* cells, so that the sums stay in the first-level cache */
#define RECEPTOR_STATE(own_variables, variable)                                                              \
    (NEURO_DATA(block->population, (own_variables) + r * RECEPTOR_N_VARIABLES + (variable), REAL) + first)
/* A constant of receptor r in cell `first` + i; i is 0 where one value serves all. */
#define RECEPTOR_CONSTANT(name, own_constants, n_constants, constant)                                        \
    const REAL *restrict name##_all =                                                                        \
        NEURO_CONSTANT(block->population, (own_constants) + r * (n_constants) + (constant), REAL) +          \
        s * first;                                                                                           \
    const REAL name##_one = name##_all[0]
#define SHIFTED_CONSTANT(name, constant, stride)                                                             \
    const REAL *restrict name##_all = NEURO_CONSTANT(block->population, constant, REAL) + (stride) *first;   \
    const REAL name##_one = name##_all[0]

/* The receptors' own step, and what arrives. */
ALWAYS_INLINE void
NAME(receive)(const neuro_block_t *block, const size_t s, uint32_t own_variables, uint32_t own_constants,
              uint32_t n_constants)
{
    const uint32_t n = block->count, first = block->first;
    uint32_t r, i;

    for (r = 0; r < block->population->n_receptors; r++) {
        REAL *restrict g = RECEPTOR_STATE(own_variables, RECEPTOR_G);
        REAL *restrict rise = RECEPTOR_STATE(own_variables, RECEPTOR_RISE);
        REAL *restrict in = RING(r);
        RECEPTOR_CONSTANT(decay, own_constants, n_constants, R_DECAY);
        RECEPTOR_CONSTANT(from_rise, own_constants, n_constants, R_FROM_RISE);
        RECEPTOR_CONSTANT(rise_decay, own_constants, n_constants, R_RISE_DECAY);
        RECEPTOR_CONSTANT(rise_from_weight, own_constants, n_constants, R_RISE_FROM_WEIGHT);

        if (block->population->receptor_kinds[r] <= RECEPTOR_COND_EXP) {
            INDEPENDENT
            for (i = 0; i < n; i++) {
                g[i] = g[i] * OF(decay) + in[i];
                in[i] = 0;
            }
        } else {
            INDEPENDENT
            for (i = 0; i < n; i++) {
                g[i] = g[i] * OF(decay) + rise[i] * OF(from_rise);
                rise[i] = rise[i] * OF(rise_decay) + in[i] * OF(rise_from_weight);
                in[i] = 0;
            }
        }
    }
}

/* ---- leaky ----------------------------------------------------------------------------------- */

typedef struct {
    REAL a[3][CHUNK],
        b[3][CHUNK];     /* mean, slope, curve of conductances; of what they drive and of currents */
    REAL current[CHUNK]; /* v after the step, from currents alone */
} NAME(lif_sums_t);

ALWAYS_INLINE void
NAME(lif_conductance)(const neuro_block_t *block, const size_t s, uint32_t r, uint32_t first, uint32_t n,
                      const bool has_rise, NAME(lif_sums_t) * sums)
{
    const REAL *restrict v = NEURO_DATA(block->population, LIF_V, REAL) + first;
    const REAL *restrict g = RECEPTOR_STATE(LIF_N_VARIABLES, RECEPTOR_G);
    const REAL *restrict rise = RECEPTOR_STATE(LIF_N_VARIABLES, RECEPTOR_RISE);
    RECEPTOR_CONSTANT(e_syn, L_N_CONSTANTS, R_N_LIF, R_E_SYN);
    RECEPTOR_CONSTANT(mean, L_N_CONSTANTS, R_N_LIF, R_MEAN);
    RECEPTOR_CONSTANT(slope, L_N_CONSTANTS, R_N_LIF, R_SLOPE);
    RECEPTOR_CONSTANT(curve, L_N_CONSTANTS, R_N_LIF, R_CURVE);
    RECEPTOR_CONSTANT(rise_mean, L_N_CONSTANTS, R_N_LIF, R_RISE_MEAN);
    RECEPTOR_CONSTANT(rise_slope, L_N_CONSTANTS, R_N_LIF, R_RISE_SLOPE);
    RECEPTOR_CONSTANT(rise_curve, L_N_CONSTANTS, R_N_LIF, R_RISE_CURVE);
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL to = OF(e_syn) - v[i];
        REAL g_0 = g[i] * OF(mean), g_1 = g[i] * OF(slope), g_2 = g[i] * OF(curve);

        if (has_rise) {
            g_0 += rise[i] * OF(rise_mean);
            g_1 += rise[i] * OF(rise_slope);
            g_2 += rise[i] * OF(rise_curve);
        }
        sums->a[0][i] += g_0;
        sums->a[1][i] += g_1;
        sums->a[2][i] += g_2;
        sums->b[0][i] += g_0 * to;
        sums->b[1][i] += g_1 * to;
        sums->b[2][i] += g_2 * to;
    }
}

ALWAYS_INLINE void
NAME(lif_current)(const neuro_block_t *block, const size_t s, uint32_t r, uint32_t first, uint32_t n,
                  NAME(lif_sums_t) * sums)
{
    const REAL *restrict g = RECEPTOR_STATE(LIF_N_VARIABLES, RECEPTOR_G);
    RECEPTOR_CONSTANT(mean, L_N_CONSTANTS, R_N_LIF, R_MEAN);
    RECEPTOR_CONSTANT(slope, L_N_CONSTANTS, R_N_LIF, R_SLOPE);
    RECEPTOR_CONSTANT(curve, L_N_CONSTANTS, R_N_LIF, R_CURVE);
    RECEPTOR_CONSTANT(v_from_current, L_N_CONSTANTS, R_N_LIF, R_V_FROM_CURRENT);
    uint32_t i;

    INDEPENDENT
    for (i = 0; i < n; i++) {
        sums->b[0][i] += g[i] * OF(mean);
        sums->b[1][i] += g[i] * OF(slope);
        sums->b[2][i] += g[i] * OF(curve);
        sums->current[i] += g[i] * OF(v_from_current);
    }
}

/* The membrane: exact where all receptors are currents, a Magnus step with conductances. */
ALWAYS_INLINE void
NAME(lif_chunk)(const neuro_block_t *block, const size_t s, const size_t sb, uint32_t first, uint32_t n,
                REAL *flag)
{
    const neuro_population_t *population = block->population;
    REAL *restrict v = NEURO_DATA(population, LIF_V, REAL) + first;
    REAL *restrict refractory = NEURO_DATA(population, LIF_REFRACTORY, REAL) + first;
    SHIFTED_CONSTANT(bias, L_BIAS, sb);
    SHIFTED_CONSTANT(leak, L_LEAK, s);
    SHIFTED_CONSTANT(from_bias, L_FROM_BIAS, s);
    SHIFTED_CONSTANT(v_from_v, L_V_FROM_V, s);
    SHIFTED_CONSTANT(v_from_bias, L_V_FROM_BIAS, s);
    SHIFTED_CONSTANT(v_from_rest, L_V_FROM_REST, s);
    SHIFTED_CONSTANT(v_rest, L_V_REST, s);
    SHIFTED_CONSTANT(v_reset, L_V_RESET, s);
    SHIFTED_CONSTANT(v_thresh, L_V_THRESH, s);
    SHIFTED_CONSTANT(hold, L_REFRACTORY, s);
    NAME(lif_sums_t) sums = {{{0}}, {{0}}, {0}};
    bool is_linear = true;
    uint32_t r, i;

    for (r = 0; r < population->n_receptors; r++) {
        const uint8_t kind = population->receptor_kinds[r];

        is_linear = is_linear && kind == RECEPTOR_CURR_EXP;
        if (kind == RECEPTOR_CURR_EXP) {
            NAME(lif_current)(block, s, r, first, n, &sums);
        } else if (kind == RECEPTOR_COND_EXP) {
            NAME(lif_conductance)(block, s, r, first, n, false, &sums);
        } else {
            NAME(lif_conductance)(block, s, r, first, n, true, &sums);
        }
    }
    if (is_linear) {
        INDEPENDENT
        for (i = 0; i < n; i++) {
            const REAL drive = BIAS * OF(v_from_bias) + OF(v_from_rest);
            const REAL v_next = (v[i] * OF(v_from_v) + drive) + sums.current[i];

            FIRE_OR_HOLD(v_next, OF(v_thresh));
        }
        return;
    }
    INDEPENDENT
    for (i = 0; i < n; i++) {
        const REAL leaks = (OF(v_rest) - v[i]) * OF(leak) + BIAS * OF(from_bias);
        const REAL v_next = NAME(magnus)(v[i], OF(leak) + sums.a[0][i], leaks + sums.b[0][i], sums.a[1][i],
                                         sums.b[1][i], sums.a[2][i], sums.b[2][i]);

        FIRE_OR_HOLD(v_next, OF(v_thresh));
    }
}

ALWAYS_INLINE void
NAME(lif)(const neuro_block_t *block, const size_t s, const size_t sb)
{
    REAL flag[MOST_CELLS];
    uint32_t at;

    for (at = 0; at < block->count; at += CHUNK) {
        const uint32_t n = block->count - at < CHUNK ? block->count - at : CHUNK;

        NAME(lif_chunk)(block, s, sb, block->first + at, n, flag + at);
    }
    NAME(receive)(block, s, LIF_N_VARIABLES, L_N_CONSTANTS, R_N_LIF);
    NAME(write_flags)(block, flag);
}

#include "exact/adexp_body.h"

COMBINATIONS(lif)
COMBINATIONS(adexp)

#undef CHUNK
#undef RECEPTOR_STATE
#undef RECEPTOR_CONSTANT
#undef SHIFTED_CONSTANT

#include "exact/body_end.h"
