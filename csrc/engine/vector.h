/* What keeps a kernel's loop over a block of cells vectorised. */
#ifndef NEURO_ENGINE_VECTOR_H
#define NEURO_ENGINE_VECTOR_H

#include "engine/kernels.h"

/* Before a loop: the arrays of a population do not overlap, and the compiler need not look. */
#define NEURO_PRAGMA(words) _Pragma(#words)
#ifdef __clang__
#define NEURO_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define NEURO_INDEPENDENT _Pragma("GCC ivdep")
#endif

/* Before a loop: n of its rounds are written one behind the other. */
#ifdef __clang__
#define NEURO_UNROLL(n) NEURO_PRAGMA(clang loop unroll_count(n))
#else
#define NEURO_UNROLL(n) NEURO_PRAGMA(GCC unroll n)
#endif

/* Whether each cell of a block has fired. Flags in the width of the states keep the update's loop vectorised;
 * a second, short loop makes bytes of them. */
static inline __attribute__((always_inline)) void
neuro_write_flags_i32(const neuro_block_t *block, const int32_t *restrict flags)
{
    uint8_t *restrict spiked = block->spiked;
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        spiked[i] = (uint8_t) flags[i];
    }
}

#endif
