/* What every body of the platform's neurons needs, written once for every real type: included at the top of a
 * body, with REAL, EXP2M1, IS_SIXTH_ORDER and NAME defined; body_end.h takes the macros away again.
 *
 * `s` is the stride of the constants in their arrays: 1, or 0 where one value serves all cells; `sb` that of
 * the current. Both are known to the compiler, so that scalars stay in registers. */

#include "engine/vector.h"

#define STATE(variable) (NEURO_DATA(block->population, variable, REAL) + block->first)
/* A constant under a name: loaded once before the loop where it is the same for all cells; OF(name) is that
 * of cell i. */
#define CONSTANT_OF(name, constant, stride)                                                                  \
    const REAL *restrict name##_all =                                                                        \
        NEURO_CONSTANT(block->population, constant, REAL) + (stride) *block->first;                          \
    const REAL name##_one = name##_all[0]
#define CONSTANT(name, constant) CONSTANT_OF(name, constant, s)
#define OF(name)                 (s ? name##_all[i] : name##_one)
#define BIAS                     (sb ? bias_all[i] : bias_one)
#define RING(receptor)                                                                                       \
    ((REAL *) block->population->ring.data +                                                                 \
     neuro_ring_offset(&block->population->ring, block->step, receptor) + block->first)
#define MOST_CELLS    NEURO_MOST_CELLS
#define INDEPENDENT   NEURO_INDEPENDENT

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The membrane after the step, in refractoriness, at threshold; then the flag. */
#define FIRE_OR_HOLD(v_next, threshold)                                                                      \
    const REAL left = refractory[i];                                                                         \
    const REAL v_held = left > 0 ? OF(v_reset) : (v_next);                                                   \
    const bool fires = !(left > 0) && v_held >= (threshold);                                                 \
    v[i] = fires ? OF(v_reset) : v_held;                                                                     \
    refractory[i] = fires ? OF(hold) : (left > 0 ? left - 1 : 0);                                            \
    flag[i] = fires ? (REAL) 1 : (REAL) 0

/* Flags in the width of the state keep the update's loop vectorised; a second, short loop makes bytes of
 * them. */
ALWAYS_INLINE void
NAME(write_flags)(const neuro_block_t *block, const REAL *flag)
{
    uint8_t *restrict spiked = block->spiked;
    const uint32_t n = block->count;
    uint32_t i;

    for (i = 0; i < n; i++) {
        spiked[i] = flag[i] > 0;
    }
}

/* One step of conductances. With w = v - v(0), dw/dt = b(t) - a(t) w is linear in w, and its step is that of
 * constant a and b, the exponents of a Magnus expansion (Blanes, Casas, Oteo and Ros 2009, Physics Reports
 * 470, section 5: sixth order, of which the fourth is a part). For such an equation a commutator [(a1, b1),
 * (a2, b2)] is the number a2 b1 - a1 b2. The three coefficients of a and b in a step (_mean, _slope, _curve;
 * the last over 12) are sums over the conductances, whose decay is known in closed form (derive.h); where
 * they do not change within the step nothing is approximated. a_mean must not be 0. */
ALWAYS_INLINE REAL
NAME(magnus)(const REAL v, const REAL a_mean, const REAL b_mean, const REAL a_slope, const REAL b_slope,
             const REAL a_curve, const REAL b_curve)
{
    const REAL log2_e = (REAL) 1.4426950408889634;
    REAL drive;

    if (IS_SIXTH_ORDER) {
        const REAL a_1 = a_mean - a_curve, b_1 = b_mean - b_curve;
        const REAL first = a_slope * b_1 - a_1 * b_slope;
        const REAL second = (a_1 * (24 * b_curve + first) - 24 * a_curve * b_1) * (REAL) (1.0 / 60.0);

        drive = b_mean + ((20 * a_1 + 12 * a_curve) * (b_slope + second) +
                          a_slope * (first - (20 * b_1 + 12 * b_curve))) *
                             (REAL) (1.0 / 240.0);
    } else {
        drive = b_mean - (a_slope * b_mean - a_mean * b_slope) * (REAL) (1.0 / 12.0);
    }
    return v - drive * EXP2M1(a_mean * -log2_e) / a_mean;
}

#define COMBINATIONS(kernel)                                                                                 \
    static void NAME(kernel##_uniform)(const neuro_block_t *block)                                           \
    {                                                                                                        \
        NAME(kernel)(block, 0, 0);                                                                           \
    }                                                                                                        \
    static void NAME(kernel##_biased)(const neuro_block_t *block)                                            \
    {                                                                                                        \
        NAME(kernel)(block, 0, 1);                                                                           \
    }                                                                                                        \
    static void NAME(kernel##_general)(const neuro_block_t *block)                                           \
    {                                                                                                        \
        NAME(kernel)(block, 1, 1);                                                                           \
    }
