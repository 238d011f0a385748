/* Philox 4x32-10, the counter-based generator under every random number of the engine, for inner loops.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A call turns
 * a 64-bit key and a 128-bit counter into four words; calls are independent, so any thread computes any
 * part.
 *
 * How identities become key and counter (fixed: saved networks depend on it):
 *   key      mix(mix(seed) xor (purpose << 32 | object)), low word first. mix is a bijection of 64 bits,
 *            so under one seed two different (purpose, object) never share a key; keys of different seeds
 *            meet by chance, 2^-64 a pair.
 *   counter  words 0, 1: index (low, high); words 2, 3: context (low, high).
 *   blocks   index = element / 4, context = step, step < 2^63; word element % 4 of the result belongs to
 *            the element.
 *   streams  index = draw / 4, context = 2^63 + element, element < 2^63; the draws of one element in
 *            order.
 * The top bit of the context keeps blocks and streams of one key apart.
 *
 * The header is compiled into each file that needs it, so that every instruction set gets its own vectors;
 * all of them give the same words. */
#ifndef NEURO_CORE_RANDOM_INLINE_H
#define NEURO_CORE_RANDOM_INLINE_H

#include "core/random.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#define NEURO_PHILOX_MULTIPLIER_0 UINT32_C(0xD2511F53)
#define NEURO_PHILOX_MULTIPLIER_1 UINT32_C(0xCD9E8D57)
#define NEURO_PHILOX_WEYL_0       UINT32_C(0x9E3779B9)
#define NEURO_PHILOX_WEYL_1       UINT32_C(0xBB67AE85)
enum { NEURO_PHILOX_ROUNDS = 10 };

/* A bijection of 64 bits that changes half of the bits when one changes (the output step of splitmix64:
 * Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). */
static inline uint64_t
neuro_mix64(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

/* The key of one (seed, purpose, object). */
static inline uint64_t
neuro_philox_key(uint64_t seed, neuro_purpose_t purpose, uint32_t object)
{
    return neuro_mix64(neuro_mix64(seed) ^ ((uint64_t) purpose << 32 | object));
}

/* One call: the four words at (index, context) under a key. */
static inline void
neuro_philox_call(uint64_t key, uint64_t index, uint64_t context, uint32_t out[4])
{
    uint32_t word_0 = (uint32_t) index;
    uint32_t word_1 = (uint32_t) (index >> 32);
    uint32_t word_2 = (uint32_t) context;
    uint32_t word_3 = (uint32_t) (context >> 32);
    uint32_t key_0 = (uint32_t) key;
    uint32_t key_1 = (uint32_t) (key >> 32);
    int round;

    for (round = 0; round < NEURO_PHILOX_ROUNDS; round++) {
        const uint64_t product_0 = (uint64_t) word_0 * NEURO_PHILOX_MULTIPLIER_0;
        const uint64_t product_1 = (uint64_t) word_2 * NEURO_PHILOX_MULTIPLIER_1;

        word_0 = (uint32_t) (product_1 >> 32) ^ word_1 ^ key_0;
        word_1 = (uint32_t) product_1;
        word_2 = (uint32_t) (product_0 >> 32) ^ word_3 ^ key_1;
        word_3 = (uint32_t) product_0;
        key_0 += NEURO_PHILOX_WEYL_0;
        key_1 += NEURO_PHILOX_WEYL_1;
    }
    out[0] = word_0;
    out[1] = word_1;
    out[2] = word_2;
    out[3] = word_3;
}

/* NEURO_PHILOX_GROUP calls at consecutive indices, index first. Vector lanes are 64 bits wide and hold one
 * 32-bit word each; the upper halves are rubbish that the 32 x 32 bit multiplication does not see. Two
 * vectors of calls run side by side to hide its latency. */
#if defined(__AVX512F__)
enum { NEURO_PHILOX_LANES = 8 };
typedef __m512i neuro_words_t;
#define NEURO_WORDS_SET(x)          _mm512_set1_epi64((long long) (x))
#define NEURO_WORDS_COUNT()         _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0)
#define NEURO_WORDS_ADD(a, b)       _mm512_add_epi64(a, b)
#define NEURO_WORDS_MULTIPLY(a, b)  _mm512_mul_epu32(a, b)
#define NEURO_WORDS_HIGH(a)         _mm512_srli_epi64(a, 32)
#define NEURO_WORDS_XOR(a, b)       _mm512_xor_si512(a, b)
#define NEURO_WORDS_JOIN(low, high) _mm512_mask_blend_epi32(0xaaaa, low, _mm512_slli_epi64(high, 32))
#elif defined(__AVX2__)
enum { NEURO_PHILOX_LANES = 4 };
typedef __m256i neuro_words_t;
#define NEURO_WORDS_SET(x)          _mm256_set1_epi64x((long long) (x))
#define NEURO_WORDS_COUNT()         _mm256_set_epi64x(3, 2, 1, 0)
#define NEURO_WORDS_ADD(a, b)       _mm256_add_epi64(a, b)
#define NEURO_WORDS_MULTIPLY(a, b)  _mm256_mul_epu32(a, b)
#define NEURO_WORDS_HIGH(a)         _mm256_srli_epi64(a, 32)
#define NEURO_WORDS_XOR(a, b)       _mm256_xor_si256(a, b)
#define NEURO_WORDS_JOIN(low, high) _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xaa)
#endif

#if defined(__AVX512F__) || defined(__AVX2__)
enum { NEURO_PHILOX_GROUP = 2 * NEURO_PHILOX_LANES };

/* Words 0, 1 and words 2, 3 of each call, stored call after call. */
static inline void
neuro_philox_store(neuro_words_t words_01, neuro_words_t words_23, uint32_t *out)
{
#if defined(__AVX512F__)
    const __m512i first = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
    const __m512i second = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);

    _mm512_storeu_si512((void *) out, _mm512_permutex2var_epi64(words_01, first, words_23));
    _mm512_storeu_si512((void *) (out + 16), _mm512_permutex2var_epi64(words_01, second, words_23));
#else
    const __m256i even = _mm256_unpacklo_epi64(words_01, words_23);
    const __m256i odd = _mm256_unpackhi_epi64(words_01, words_23);

    _mm256_storeu_si256((__m256i *) (void *) out, _mm256_permute2x128_si256(even, odd, 0x20));
    _mm256_storeu_si256((__m256i *) (void *) (out + 8), _mm256_permute2x128_si256(even, odd, 0x31));
#endif
}

/* Calls at the indices of two vectors. */
static inline void
neuro_philox_vectors(uint64_t key, neuro_words_t a_0, neuro_words_t b_0, uint64_t context, uint32_t *out)
{
    const neuro_words_t multiplier_0 = NEURO_WORDS_SET(NEURO_PHILOX_MULTIPLIER_0);
    const neuro_words_t multiplier_1 = NEURO_WORDS_SET(NEURO_PHILOX_MULTIPLIER_1);
    neuro_words_t a_1 = NEURO_WORDS_HIGH(a_0);
    neuro_words_t b_1 = NEURO_WORDS_HIGH(b_0);
    neuro_words_t a_2 = NEURO_WORDS_SET(context);
    neuro_words_t b_2 = a_2;
    neuro_words_t a_3 = NEURO_WORDS_HIGH(a_2);
    neuro_words_t b_3 = a_3;
    uint32_t key_0 = (uint32_t) key;
    uint32_t key_1 = (uint32_t) (key >> 32);
    int round;

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC unroll 10
#endif
    for (round = 0; round < NEURO_PHILOX_ROUNDS; round++) {
        const neuro_words_t keys_0 = NEURO_WORDS_SET(key_0);
        const neuro_words_t keys_1 = NEURO_WORDS_SET(key_1);
        const neuro_words_t a_product_0 = NEURO_WORDS_MULTIPLY(a_0, multiplier_0);
        const neuro_words_t a_product_1 = NEURO_WORDS_MULTIPLY(a_2, multiplier_1);
        const neuro_words_t b_product_0 = NEURO_WORDS_MULTIPLY(b_0, multiplier_0);
        const neuro_words_t b_product_1 = NEURO_WORDS_MULTIPLY(b_2, multiplier_1);

        a_0 = NEURO_WORDS_XOR(NEURO_WORDS_XOR(NEURO_WORDS_HIGH(a_product_1), a_1), keys_0);
        a_2 = NEURO_WORDS_XOR(NEURO_WORDS_XOR(NEURO_WORDS_HIGH(a_product_0), a_3), keys_1);
        a_1 = a_product_1;
        a_3 = a_product_0;
        b_0 = NEURO_WORDS_XOR(NEURO_WORDS_XOR(NEURO_WORDS_HIGH(b_product_1), b_1), keys_0);
        b_2 = NEURO_WORDS_XOR(NEURO_WORDS_XOR(NEURO_WORDS_HIGH(b_product_0), b_3), keys_1);
        b_1 = b_product_1;
        b_3 = b_product_0;
        key_0 += NEURO_PHILOX_WEYL_0;
        key_1 += NEURO_PHILOX_WEYL_1;
    }
    neuro_philox_store(NEURO_WORDS_JOIN(a_0, a_1), NEURO_WORDS_JOIN(a_2, a_3), out);
    neuro_philox_store(NEURO_WORDS_JOIN(b_0, b_1), NEURO_WORDS_JOIN(b_2, b_3), out + 4 * NEURO_PHILOX_LANES);
}

static inline void
neuro_philox_group(uint64_t key, uint64_t index, uint64_t context, uint32_t *out)
{
    const neuro_words_t first = NEURO_WORDS_ADD(NEURO_WORDS_SET(index), NEURO_WORDS_COUNT());

    neuro_philox_vectors(key, first, NEURO_WORDS_ADD(first, NEURO_WORDS_SET(NEURO_PHILOX_LANES)), context,
                         out);
}

/* The same at NEURO_PHILOX_GROUP indices in any order. */
static inline void
neuro_philox_scattered(uint64_t key, const uint64_t *index, uint64_t context, uint32_t *out)
{
    neuro_words_t words[2];

    memcpy(words, index, sizeof words);
    neuro_philox_vectors(key, words[0], words[1], context, out);
}
#else
/* Plain C: the compiler vectorises the loop over calls as far as the target allows. */
enum { NEURO_PHILOX_GROUP = 8 };

static inline void
neuro_philox_group(uint64_t key, uint64_t index, uint64_t context, uint32_t *out)
{
    uint64_t i;

    for (i = 0; i < NEURO_PHILOX_GROUP; i++) {
        neuro_philox_call(key, index + i, context, out + 4 * i);
    }
}

static inline void
neuro_philox_scattered(uint64_t key, const uint64_t *index, uint64_t context, uint32_t *out)
{
    uint64_t i;

    for (i = 0; i < NEURO_PHILOX_GROUP; i++) {
        neuro_philox_call(key, index[i], context, out + 4 * i);
    }
}
#endif

/* n_calls calls at consecutive indices; out: 4 n_calls words. */
static inline void
neuro_philox_run(uint64_t key, uint64_t index, uint64_t context, size_t n_calls, uint32_t *out)
{
    while (n_calls >= NEURO_PHILOX_GROUP) {
        neuro_philox_group(key, index, context, out);
        index += NEURO_PHILOX_GROUP;
        out += 4 * NEURO_PHILOX_GROUP;
        n_calls -= NEURO_PHILOX_GROUP;
    }
    if (n_calls >= 3) {
        uint32_t group[4 * NEURO_PHILOX_GROUP];

        neuro_philox_group(key, index, context, group);
        memcpy(out, group, 4 * n_calls * sizeof *out);
        return;
    }
    for (; n_calls > 0; n_calls--) {
        neuro_philox_call(key, index++, context, out);
        out += 4;
    }
}

/* One word for each of n consecutive elements at a step: out[i] belongs to element first_element + i and
 * depends on (seed, purpose, object, element, step) alone, whatever first_element and n are. step < 2^63. */
static inline void
neuro_philox_block(uint64_t seed, neuro_purpose_t purpose, uint32_t object, uint64_t first_element,
                   uint64_t step, uint32_t n, uint32_t *out)
{
    const uint64_t key = neuro_philox_key(seed, purpose, object);
    const uint32_t head = (uint32_t) (first_element % 4);
    uint64_t index = first_element / 4;
    uint32_t words[4];
    size_t left = n;

    if (head != 0 && left > 0) {
        const size_t taken = left < 4 - head ? left : 4 - head;

        neuro_philox_call(key, index++, step, words);
        memcpy(out, words + head, taken * sizeof *out);
        out += taken;
        left -= taken;
    }
    neuro_philox_run(key, index, step, left / 4, out);
    if (left % 4 != 0) {
        neuro_philox_call(key, index + left / 4, step, words);
        memcpy(out + left / 4 * 4, words, left % 4 * sizeof *out);
    }
}

#endif
