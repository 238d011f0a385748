/* A step of compartments in vectors of 32-bit numbers (core/lanes.h), where nothing leaves its range.
 *
 * No wrap is computed: cells whose input, current or drive would wrap, or whose states were set beyond 24
 * bits, are told apart by a test, and the caller moves them one by one. What is left is the same for all
 * flavours that have 24-bit states. */
#ifndef NEURO_LOIHI_CUBA_LANES_H
#define NEURO_LOIHI_CUBA_LANES_H

#include "core/lanes.h"
#include "loihi/cuba.h"

#if NEURO_LANES > 0

/* What a vector of cells is moved with. Shares are held in either half of each number, for products of 16
 * bits. */
typedef struct {
    neuro_lanes_t keep_u_low, keep_u_high, keep_v_low, keep_v_high, bias, threshold, held, vmin, vmax;
    neuro_lanes_t half_input; /* inputs before their exponent are -half .. half - 1 ... */
    neuro_lanes_t beyond;     /* ... these bits of input + half are 0 */
    neuro_lanes_t half_current, beyond_state;
} cuba_lanes_t;

/* New values; nothing is stored before `outside` is known to be 0. */
typedef struct {
    neuro_lanes_t u, v, refractory, outside;
    neuro_mask_t fires;
} cuba_moved_t;

/* floor(|x| keep / 4096) of |x| below 2^27: its low 12 bits and the others, each times the share. */
static inline __attribute__((always_inline)) neuro_lanes_t
cuba_lanes_decayed(neuro_lanes_t magnitude, neuro_lanes_t keep_low, neuro_lanes_t keep_high)
{
    const neuro_lanes_t apart = NEURO_LANES_LEFT(magnitude, 16 - CUBA_DECAY_BITS);

    return NEURO_LANES_ADD(NEURO_LANES_PAIRS_16(apart, keep_high), NEURO_LANES_HIGH_16(apart, keep_low));
}

/* One step of a vector of cells. `input`: what arrived, shifted already; `arrived`: before that. */
static inline __attribute__((always_inline)) cuba_moved_t
cuba_lanes_move(const cuba_lanes_t *with, neuro_lanes_t u, neuro_lanes_t v, neuro_lanes_t left,
                neuro_lanes_t arrived, neuro_lanes_t input, bool has_bias, bool has_refractory,
                bool drive_is_limited)
{
    const neuro_lanes_t zero = NEURO_LANES_SET(0);
    const neuro_lanes_t size_u = NEURO_LANES_ABS(u), size_v = NEURO_LANES_ABS(v);
    const neuro_lanes_t now_u =
        NEURO_LANES_ADD_LIKE(input, cuba_lanes_decayed(size_u, with->keep_u_low, with->keep_u_high), u);
    const neuro_lanes_t drive = has_bias ? NEURO_LANES_ADD(now_u, with->bias) : now_u;
    neuro_lanes_t moved =
        NEURO_LANES_ADD_LIKE(drive, cuba_lanes_decayed(size_v, with->keep_v_low, with->keep_v_high), v);
    neuro_lanes_t outside =
        NEURO_LANES_OR(NEURO_LANES_OR(size_u, size_v), NEURO_LANES_ADD(now_u, with->half_current));
    cuba_moved_t result;

    if (has_bias && drive_is_limited) {
        outside = NEURO_LANES_OR(outside, NEURO_LANES_ADD(drive, with->half_current));
    }
    result.outside =
        NEURO_LANES_OR(NEURO_LANES_AND(outside, with->beyond_state),
                       NEURO_LANES_AND(NEURO_LANES_ADD(arrived, with->half_input), with->beyond));
    moved = NEURO_LANES_MIN(NEURO_LANES_MAX(moved, with->vmin), with->vmax);
    if (has_refractory) {
        moved = NEURO_LANES_CLEAR(NEURO_LANES_ABOVE(left, zero), moved);
    }
    result.fires = NEURO_LANES_ABOVE(moved, with->threshold);
    result.u = now_u;
    result.v = NEURO_LANES_CLEAR(result.fires, moved);
    result.refractory =
        has_refractory
            ? NEURO_LANES_CHOOSE(result.fires, with->held,
                                 NEURO_LANES_MAX(NEURO_LANES_SUBTRACT(left, NEURO_LANES_SET(1)), zero))
            : left;
    return result;
}

#endif
#endif
