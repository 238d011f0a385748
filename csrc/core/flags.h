/* Flags of one byte each, looked at a line at a time. */
#ifndef NEURO_CORE_FLAGS_H
#define NEURO_CORE_FLAGS_H

#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { NEURO_FLAGS = 64 };

/* Bit i says that flag i of NEURO_FLAGS is not 0. */
static inline uint64_t
neuro_flags_set(const uint8_t *flags)
{
    uint64_t is_set = 0;
    int i;

#ifdef __SSE2__
    for (i = 0; i < NEURO_FLAGS; i += 16) {
        const __m128i some = _mm_loadu_si128((const __m128i *) (flags + i));
        const int silent = _mm_movemask_epi8(_mm_cmpeq_epi8(some, _mm_setzero_si128()));

        is_set |= (uint64_t) (uint16_t) ~silent << i;
    }
#else
    for (i = 0; i < NEURO_FLAGS; i++) {
        is_set |= (uint64_t) (flags[i] != 0) << i;
    }
#endif
    return is_set;
}

#endif
