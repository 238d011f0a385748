/* From flags to bits to the list of cells that fired, for kernels that list their spikes. */
#ifndef NEURO_ENGINE_FIRED_H
#define NEURO_ENGINE_FIRED_H

#include "core/lanes.h"
#include "engine/kernels.h"

#include <string.h>

/* Bits of a block's cells in words. */
enum { NEURO_CELL_WORDS = NEURO_MOST_CELLS / 64 };

/* A bit for each flag that is not 0; words past the last flag are cleared. */
static inline __attribute__((always_inline)) void
neuro_bits_of_flags_i32(const int32_t *restrict flags, uint32_t n, uint64_t bits[NEURO_CELL_WORDS])
{
    uint32_t i = 0;

    memset(bits, 0, NEURO_CELL_WORDS * sizeof *bits);
#if NEURO_LANES > 0
    for (; i + NEURO_LANES <= n; i += NEURO_LANES) {
        const neuro_lanes_t flag = NEURO_LANES_ABS(NEURO_LANES_LOAD(flags + i));

        bits[i / 64] |= (uint64_t) NEURO_LANES_BITS(NEURO_LANES_ABOVE(flag, NEURO_LANES_SET(0))) << (i % 64);
    }
#endif
    for (; i < n; i++) {
        bits[i / 64] |= (uint64_t) (flags[i] != 0) << (i % 64);
    }
}

/* The cells of a block that fired, from their bits, for kernels that list them. Most words hold few: four
 * cells are written whether there are so many or not. */
static inline __attribute__((always_inline)) void
neuro_list_fired(const neuro_block_t *block, const uint64_t bits[NEURO_CELL_WORDS])
{
    enum { AT_ONCE = 4 };
    const uint64_t last = UINT64_C(1) << 63;
    neuro_fired_t *fired = block->fired;
    uint32_t *cell = fired->cell;
    uint32_t i, j, n = 0;

    for (i = 0; 64 * i < block->count; i++) {
        const uint32_t first = block->first + 64 * i;
        const uint32_t count = (uint32_t) __builtin_popcountll(bits[i]);
        uint64_t word = bits[i];

        for (j = 0; j < AT_ONCE; j++) {
            cell[n + j] = first + (uint32_t) __builtin_ctzll(word | last);
            word &= word - 1;
        }
        for (; j < count; j++) {
            cell[n + j] = first + (uint32_t) __builtin_ctzll(word | last);
            word &= word - 1;
        }
        n += count;
    }
    fired->n = n;
}

#endif
