/* Vectors of 32-bit integers, for kernels whose products of fixed-point numbers the compiler's own vectors do
 * badly: one even and one odd half of 64-bit products each. NEURO_LANES is how many numbers a vector holds, 0
 * where the instruction set (or the machine) has no such product; kernels then compute cell by cell.
 *
 * Every operation is that of the same name in core/fixed.h. */
#ifndef NEURO_CORE_LANES_H
#define NEURO_CORE_LANES_H

#include <stdint.h>

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__)
#include <immintrin.h>

#define NEURO_LANES 16
typedef __m512i neuro_lanes_t;
typedef __mmask16 neuro_mask_t;

#define NEURO_LANES_LOAD(p)            _mm512_loadu_si512(p)
#define NEURO_LANES_LOAD_U16(p)        _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *) (p)))
#define NEURO_LANES_STORE(p, x)        _mm512_storeu_si512(p, x)
#define NEURO_LANES_SET(x)             _mm512_set1_epi32(x)
#define NEURO_LANES_ADD(a, b)          _mm512_add_epi32(a, b)
#define NEURO_LANES_SUBTRACT(a, b)     _mm512_sub_epi32(a, b)
#define NEURO_LANES_AND(a, b)          _mm512_and_si512(a, b)
#define NEURO_LANES_SHIFT(x, n)        _mm512_sll_epi32(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_SIGN(x)            _mm512_srai_epi32(x, 31)
#define NEURO_LANES_ABOVE(a, b)        _mm512_cmpgt_epi32_mask(a, b)
/* a where the mask is set, b elsewhere */
#define NEURO_LANES_CHOOSE(mask, a, b) _mm512_mask_blend_epi32(mask, b, a)
#define NEURO_LANES_PRODUCT(a, b)      _mm512_mul_epi32(a, b) /* of the even numbers: 64 bits */
#define NEURO_LANES_ODD(x)             _mm512_srli_epi64(x, 32)
#define NEURO_LANES_RIGHT_64(x, n)     _mm512_srl_epi64(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_LEFT_64(x, n)      _mm512_sll_epi64(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_JOIN(even, odd)    _mm512_mask_blend_epi32(0xAAAA, even, odd)
#define NEURO_LANES_OR(a, b)           _mm512_or_si512(a, b)
#define NEURO_LANES_LEFT(x, n)         _mm512_slli_epi32(x, n)
#define NEURO_LANES_LEFT_EACH(x, n)    _mm512_sllv_epi32(x, n)
#define NEURO_LANES_RIGHT_EACH(x, n)   _mm512_srlv_epi32(x, n)
#define NEURO_LANES_ABS(x)             _mm512_abs_epi32(x)
#define NEURO_LANES_MIN(a, b)          _mm512_min_epi32(a, b)
#define NEURO_LANES_MAX(a, b)          _mm512_max_epi32(a, b)
#define NEURO_LANES_HIGH_16(a, b)      _mm512_mulhi_epu16(a, b)
#define NEURO_LANES_PAIRS_16(a, b)     _mm512_madd_epi16(a, b)
/* a + b where x is at least 0, a - b elsewhere; b is 0 where x is */
#define NEURO_LANES_ADD_LIKE(a, b, x)                                                                        \
    _mm512_mask_sub_epi32(_mm512_add_epi32(a, b), _mm512_movepi32_mask(x), a, b)
/* 0 where the mask is set */
#define NEURO_LANES_CLEAR(mask, x) _mm512_maskz_mov_epi32((__mmask16) ~(mask), x)
/* a bit for each number whose mask is set */
#define NEURO_LANES_BITS(mask)     ((uint32_t) (mask))
/* whether any bit is set */
#define NEURO_LANES_ANY(x)         (_mm512_test_epi32_mask(x, x) != 0)

#elif defined(__AVX2__)
#include <immintrin.h>

#define NEURO_LANES                    8
typedef __m256i neuro_lanes_t;
typedef __m256i neuro_mask_t;

#define NEURO_LANES_LOAD(p)            _mm256_loadu_si256((const __m256i *) (p))
#define NEURO_LANES_LOAD_U16(p)        _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *) (p)))
#define NEURO_LANES_STORE(p, x)        _mm256_storeu_si256((__m256i *) (p), x)
#define NEURO_LANES_SET(x)             _mm256_set1_epi32(x)
#define NEURO_LANES_ADD(a, b)          _mm256_add_epi32(a, b)
#define NEURO_LANES_SUBTRACT(a, b)     _mm256_sub_epi32(a, b)
#define NEURO_LANES_AND(a, b)          _mm256_and_si256(a, b)
#define NEURO_LANES_SHIFT(x, n)        _mm256_sll_epi32(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_SIGN(x)            _mm256_srai_epi32(x, 31)
#define NEURO_LANES_ABOVE(a, b)        _mm256_cmpgt_epi32(a, b)
#define NEURO_LANES_CHOOSE(mask, a, b) _mm256_blendv_epi8(b, a, mask)
#define NEURO_LANES_PRODUCT(a, b)      _mm256_mul_epi32(a, b)
#define NEURO_LANES_ODD(x)             _mm256_srli_epi64(x, 32)
#define NEURO_LANES_RIGHT_64(x, n)     _mm256_srl_epi64(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_LEFT_64(x, n)      _mm256_sll_epi64(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_JOIN(even, odd)    _mm256_blend_epi32(even, odd, 0xAA)
#define NEURO_LANES_OR(a, b)           _mm256_or_si256(a, b)
#define NEURO_LANES_LEFT(x, n)         _mm256_slli_epi32(x, n)
#define NEURO_LANES_LEFT_EACH(x, n)    _mm256_sllv_epi32(x, n)
#define NEURO_LANES_RIGHT_EACH(x, n)   _mm256_srlv_epi32(x, n)
#define NEURO_LANES_ABS(x)             _mm256_abs_epi32(x)
#define NEURO_LANES_MIN(a, b)          _mm256_min_epi32(a, b)
#define NEURO_LANES_MAX(a, b)          _mm256_max_epi32(a, b)
#define NEURO_LANES_HIGH_16(a, b)      _mm256_mulhi_epu16(a, b)
#define NEURO_LANES_PAIRS_16(a, b)     _mm256_madd_epi16(a, b)
#define NEURO_LANES_ADD_LIKE(a, b, x)  _mm256_add_epi32(a, _mm256_sign_epi32(b, x))
#define NEURO_LANES_CLEAR(mask, x)     _mm256_andnot_si256(mask, x)
#define NEURO_LANES_BITS(mask)         ((uint32_t) _mm256_movemask_ps(_mm256_castsi256_ps(mask)))
#define NEURO_LANES_ANY(x)             (!_mm256_testz_si256(x, x))

#elif defined(__SSE4_1__)
#include <smmintrin.h>

#define NEURO_LANES                    4
typedef __m128i neuro_lanes_t;
typedef __m128i neuro_mask_t;

#define NEURO_LANES_LOAD(p)            _mm_loadu_si128((const __m128i *) (p))
#define NEURO_LANES_LOAD_U16(p)        _mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i *) (p)))
#define NEURO_LANES_STORE(p, x)        _mm_storeu_si128((__m128i *) (p), x)
#define NEURO_LANES_SET(x)             _mm_set1_epi32(x)
#define NEURO_LANES_ADD(a, b)          _mm_add_epi32(a, b)
#define NEURO_LANES_SUBTRACT(a, b)     _mm_sub_epi32(a, b)
#define NEURO_LANES_AND(a, b)          _mm_and_si128(a, b)
#define NEURO_LANES_SHIFT(x, n)        _mm_sll_epi32(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_SIGN(x)            _mm_srai_epi32(x, 31)
#define NEURO_LANES_ABOVE(a, b)        _mm_cmpgt_epi32(a, b)
#define NEURO_LANES_CHOOSE(mask, a, b) _mm_blendv_epi8(b, a, mask)
#define NEURO_LANES_PRODUCT(a, b)      _mm_mul_epi32(a, b)
#define NEURO_LANES_ODD(x)             _mm_srli_epi64(x, 32)
#define NEURO_LANES_RIGHT_64(x, n)     _mm_srl_epi64(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_LEFT_64(x, n)      _mm_sll_epi64(x, _mm_cvtsi32_si128(n))
#define NEURO_LANES_JOIN(even, odd)    _mm_blend_epi16(even, odd, 0xCC)
#define NEURO_LANES_OR(a, b)           _mm_or_si128(a, b)
#define NEURO_LANES_LEFT(x, n)         _mm_slli_epi32(x, n)
#define NEURO_LANES_ABS(x)             _mm_abs_epi32(x)
#define NEURO_LANES_MIN(a, b)          _mm_min_epi32(a, b)
#define NEURO_LANES_MAX(a, b)          _mm_max_epi32(a, b)
#define NEURO_LANES_HIGH_16(a, b)      _mm_mulhi_epu16(a, b)
#define NEURO_LANES_PAIRS_16(a, b)     _mm_madd_epi16(a, b)
#define NEURO_LANES_ADD_LIKE(a, b, x)  _mm_add_epi32(a, _mm_sign_epi32(b, x))
#define NEURO_LANES_CLEAR(mask, x)     _mm_andnot_si128(mask, x)
#define NEURO_LANES_BITS(mask)         ((uint32_t) _mm_movemask_ps(_mm_castsi128_ps(mask)))
#define NEURO_LANES_ANY(x)             (!_mm_testz_si128(x, x))

#else
#define NEURO_LANES 0
#endif

#if NEURO_LANES > 0
/* neuro_multiply_down_wrap_i32, n in 1..31 */
static inline neuro_lanes_t
neuro_lanes_multiply_down_wrap(neuro_lanes_t a, neuro_lanes_t b, int n)
{
    const neuro_lanes_t even = NEURO_LANES_PRODUCT(a, b);
    const neuro_lanes_t odd = NEURO_LANES_PRODUCT(NEURO_LANES_ODD(a), NEURO_LANES_ODD(b));

    return NEURO_LANES_JOIN(NEURO_LANES_RIGHT_64(even, n), NEURO_LANES_LEFT_64(odd, 32 - n));
}

/* neuro_multiply_fraction_down_i32; d holds the bits of the fractions */
static inline neuro_lanes_t
neuro_lanes_multiply_fraction_down(neuro_lanes_t x, neuro_lanes_t d)
{
    const neuro_lanes_t even = NEURO_LANES_PRODUCT(x, d);
    const neuro_lanes_t odd = NEURO_LANES_PRODUCT(NEURO_LANES_ODD(x), NEURO_LANES_ODD(d));
    const neuro_lanes_t upper = NEURO_LANES_JOIN(NEURO_LANES_ODD(even), odd);

    return NEURO_LANES_ADD(upper, NEURO_LANES_AND(x, NEURO_LANES_SIGN(d)));
}
#endif

#endif
