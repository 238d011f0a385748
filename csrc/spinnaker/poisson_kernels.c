#include "spinnaker/poisson.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>

/* Without optimisation gcc's gathers and scatters are macros, which take their masks for signed numbers. */
#pragma GCC diagnostic ignored "-Wsign-conversion"

enum { LANES = 16 };

/* 64-bit products of the even numbers; the odd numbers in the even places; vectors of 32 bits from the low or
 * the high halves of the products of both. */
#define ODD(x)             _mm512_srli_epi64(x, 32)
#define LOW(even, odd)     _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32))
#define HIGH(even, odd)    _mm512_mask_blend_epi32(0xAAAA, ODD(even), odd)
#define XOR_LEFT(x, n)     _mm512_xor_si512(x, _mm512_slli_epi32(x, n))
#define XOR_RIGHT(x, n)    _mm512_xor_si512(x, _mm512_srli_epi32(x, n))
#define EVEN_PRODUCT(a, b) _mm512_mul_epu32(a, b)

/* The sources of up to 16 cores, each core in a lane of its own. A lane that has counted its source goes on
 * to the next; one that has no more gives its generator back and draws on in vain. */
static void
count_lanes(const neuro_spinnaker_fast_core_t *cores, uint32_t n_cores, const uint32_t *exp_minus_mean,
            uint32_t *counts)
{
    const __m512i one = _mm512_set1_epi32(1), most = _mm512_set1_epi32(-1), none = _mm512_setzero_si512();
    const __m512i factor = _mm512_set1_epi64(INT64_C(4294584393)), low = _mm512_set1_epi64(0xFFFFFFFF);
    uint32_t words[6][LANES] = {{0}}, k;
    __m512i x, y, z, c, cell, end, limit, product = most, count = none;
    __mmask16 is_busy = (__mmask16) ((1u << n_cores) - 1);

    for (k = 0; k < n_cores; k++) {
        words[0][k] = cores[k].generator->x;
        words[1][k] = cores[k].generator->y;
        words[2][k] = cores[k].generator->z;
        words[3][k] = cores[k].generator->c;
        words[4][k] = cores[k].first;
        words[5][k] = cores[k].end;
    }
    x = _mm512_loadu_si512(words[0]);
    y = _mm512_loadu_si512(words[1]);
    z = _mm512_loadu_si512(words[2]);
    c = _mm512_loadu_si512(words[3]);
    cell = _mm512_loadu_si512(words[4]);
    end = _mm512_loadu_si512(words[5]);
    limit = _mm512_mask_i32gather_epi32(none, is_busy, cell, exp_minus_mean, 4);
    while (is_busy != 0) {
        __m512i even, odd, draw;
        __mmask16 is_counted, is_over;

        x = _mm512_add_epi32(_mm512_mullo_epi32(x, _mm512_set1_epi32(314527869)), _mm512_set1_epi32(1234567));
        y = XOR_LEFT(y, 5);
        y = XOR_RIGHT(y, 7);
        y = XOR_LEFT(y, 22);
        even = _mm512_add_epi64(EVEN_PRODUCT(z, factor), _mm512_and_si512(c, low));
        odd = _mm512_add_epi64(EVEN_PRODUCT(ODD(z), factor), ODD(c));
        z = LOW(even, odd);
        c = HIGH(even, odd);
        draw = _mm512_add_epi32(_mm512_add_epi32(x, y), z);
        product = HIGH(EVEN_PRODUCT(product, draw), EVEN_PRODUCT(ODD(product), ODD(draw)));
        is_counted = _mm512_mask_cmple_epu32_mask(is_busy, product, limit);
        _mm512_mask_i32scatter_epi32(counts, is_counted, cell, count, 4);
        count = _mm512_maskz_add_epi32((__mmask16) ~is_counted, count, one);
        product = _mm512_mask_blend_epi32(is_counted, product, most);
        cell = _mm512_mask_add_epi32(cell, is_counted, cell, one);
        is_over = _mm512_mask_cmpeq_epi32_mask(is_counted, cell, end);
        if (is_over != 0) {
            _mm512_storeu_si512(words[0], x);
            _mm512_storeu_si512(words[1], y);
            _mm512_storeu_si512(words[2], z);
            _mm512_storeu_si512(words[3], c);
            for (k = 0; k < n_cores; k++) {
                if ((is_over >> k & 1) != 0) {
                    *cores[k].generator = (neuro_spinnaker_generator_t){
                        .x = words[0][k], .y = words[1][k], .z = words[2][k], .c = words[3][k]};
                }
            }
            is_busy &= (__mmask16) ~is_over;
            is_counted &= is_busy;
        }
        limit = _mm512_mask_i32gather_epi32(limit, is_counted, cell, exp_minus_mean, 4);
    }
}
#endif

void
NEURO_VARIANT(neuro_spinnaker_count_fast)(const neuro_spinnaker_fast_core_t *cores, uint32_t n_cores,
                                          const uint32_t *exp_minus_mean, uint32_t *counts)
{
    uint32_t core = 0, cell;

#if defined(__AVX512F__) && defined(__AVX512DQ__)
    for (; core < n_cores; core += LANES) {
        count_lanes(cores + core, n_cores - core < LANES ? n_cores - core : LANES, exp_minus_mean, counts);
    }
#endif
    for (; core < n_cores; core++) {
        for (cell = cores[core].first; cell < cores[core].end; cell++) {
            counts[cell] = neuro_spinnaker_draw_poisson(cores[core].generator, exp_minus_mean[cell]);
        }
    }
}
