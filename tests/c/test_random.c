/* Philox against its published vectors, the naming of streams, uniform numbers, skips and samples. */
#include "core/random.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/math.h"
#include "core/random_inline.h"
#include "fit.h"

/* ---------------------------------------------------------------- generator */

/* Known answers for philox4x32 with 10 rounds, from the file kat_vectors of the Random123 distribution. */
static void
test_philox_gives_the_published_words(void)
{
    static const struct {
        uint64_t key;
        uint64_t index;
        uint64_t context;
        uint32_t words[4];
    } known[3] = {
        {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {UINT64_C(0x299f31d0a4093822),
         UINT64_C(0x85a308d3243f6a88),
         UINT64_C(0x0370734413198a2e),
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    uint32_t words[4];
    uint32_t many[4 * 40];
    size_t i;

    for (i = 0; i < 3; i++) {
        neuro_philox_call(known[i].key, known[i].index, known[i].context, words);
        CHECK(memcmp(words, known[i].words, sizeof words) == 0);
        neuro_philox_run(known[i].key, known[i].index, known[i].context, 40, many);
        CHECK(memcmp(many, known[i].words, sizeof words) == 0);
    }
}

static void
test_runs_of_calls_equal_single_calls(void)
{
    /* the first start lets the low half of the index overflow inside a vector */
    static const uint64_t starts[3] = {UINT64_C(0x1fffffff9), 0, UINT64_C(0xfffffffffffffffa)};
    uint32_t many[4 * 70];
    uint32_t words[4];
    size_t start;
    size_t n;
    size_t i;

    for (start = 0; start < 3; start++) {
        for (n = 0; n <= 70; n++) {
            int different = 0;

            neuro_philox_run(77, starts[start], UINT64_C(0x123456789abcdef), n, many);
            for (i = 0; i < n; i++) {
                neuro_philox_call(77, starts[start] + i, UINT64_C(0x123456789abcdef), words);
                different += memcmp(words, many + 4 * i, sizeof words) != 0;
            }
            CHECK(different == 0);
        }
    }
}

/* word i belongs to first + i, whatever part of the population a block covers */
static void
test_block_words_do_not_depend_on_the_block(void)
{
    enum { N = 300 };
    static const uint64_t base = UINT64_C(0x3fffffff0);
    uint32_t whole[N];
    uint32_t part[N];
    uint32_t words[4];
    uint32_t first;
    uint32_t n;
    uint32_t i;

    neuro_philox_block(5, NEURO_PURPOSE_POISSON, 3, base, 1000, N, whole);
    for (i = 0; i < N; i++) {
        const uint64_t element = base + i;

        neuro_philox_call(neuro_philox_key(5, NEURO_PURPOSE_POISSON, 3), element / 4, 1000, words);
        CHECK(whole[i] == words[element % 4]);
    }
    for (first = 0; first < 40; first++) {
        for (n = 0; n <= N - first; n += 1 + n / 5) {
            memset(part, 0xa5, sizeof part);
            neuro_philox_block(5, NEURO_PURPOSE_POISSON, 3, base + first, 1000, n, part);
            CHECK(memcmp(part, whole + first, n * sizeof *part) == 0);
            CHECK(n == N || part[n] == 0xa5a5a5a5);
        }
    }
}

static int
compare_u64(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *) a;
    const uint64_t right = *(const uint64_t *) b;

    return (left > right) - (left < right);
}

static void
test_different_names_give_different_streams(void)
{
    enum { N_PURPOSES = 8, N_OBJECTS = 200, N_SEEDS = 5, N_KEYS = N_PURPOSES * N_OBJECTS * N_SEEDS };
    static uint64_t keys[N_KEYS];
    neuro_stream_t a;
    neuro_stream_t b;
    uint32_t words[4];
    size_t n = 0;
    size_t i;
    int purpose;
    uint32_t object;
    uint64_t seed;

    for (seed = 0; seed < N_SEEDS; seed++) {
        for (purpose = 0; purpose < N_PURPOSES; purpose++) {
            for (object = 0; object < N_OBJECTS; object++) {
                keys[n++] = neuro_philox_key(seed, (neuro_purpose_t) purpose, object);
            }
        }
    }
    qsort(keys, N_KEYS, sizeof *keys, compare_u64);
    for (i = 1; i < N_KEYS; i++) {
        CHECK(keys[i] != keys[i - 1]);
    }
    neuro_stream_init(&a, 1, NEURO_PURPOSE_WEIGHT, 2, 3);
    neuro_stream_init(&b, 1, NEURO_PURPOSE_WEIGHT, 2, 4);
    CHECK(neuro_stream_u64(&a) != neuro_stream_u64(&b));
    /* a block at the same element and step 0 does not repeat the stream */
    neuro_stream_init(&a, 1, NEURO_PURPOSE_WEIGHT, 2, 0);
    neuro_philox_block(1, NEURO_PURPOSE_WEIGHT, 2, 0, 0, 4, words);
    CHECK(memcmp(words, a.words, sizeof words) != 0);
}

static void
test_a_stream_is_the_same_however_it_is_read(void)
{
    enum { N = 400 };
    neuro_stream_t stream;
    uint32_t one_by_one[N];
    uint32_t filled[N];
    uint64_t position;
    size_t n;
    size_t i;

    neuro_stream_init(&stream, 9, NEURO_PURPOSE_DELAY, 1, UINT64_C(1) << 40);
    for (i = 0; i < N; i++) {
        one_by_one[i] = neuro_stream_u32(&stream);
    }
    CHECK(stream.position == N);
    for (position = 0; position < 9; position++) {
        for (n = 0; n + position <= N; n += 1 + n / 7) {
            neuro_stream_seek(&stream, position);
            neuro_stream_fill(&stream, n, filled);
            CHECK(memcmp(filled, one_by_one + position, n * sizeof *filled) == 0);
            CHECK(stream.position == position + n);
            CHECK(position + n == N || neuro_stream_u32(&stream) == one_by_one[position + n]);
        }
    }
    neuro_stream_seek(&stream, 5);
    CHECK(neuro_stream_u64(&stream) == ((uint64_t) one_by_one[6] << 32 | one_by_one[5]));
}

/* ---------------------------------------------------------------- uniform numbers */

static void
test_words_and_bits_are_even(void)
{
    enum { N_CELLS = 256, N_WORDS = 1 << 20 };
    static uint32_t words[N_WORDS];
    double counts[N_CELLS];
    double expected[N_CELLS];
    double pairs[N_CELLS];
    double ones[32];
    neuro_stream_t stream;
    size_t i;
    int bit;

    for (i = 0; i < N_CELLS; i++) {
        counts[i] = 0.0;
        pairs[i] = 0.0;
        expected[i] = (double) N_WORDS / N_CELLS;
    }
    memset(ones, 0, sizeof ones);
    /* one word from each of many elements: neighbours must be independent, too */
    neuro_philox_block(42, NEURO_PURPOSE_POISSON, 0, 1, 7, N_WORDS, words);
    for (i = 0; i < N_WORDS; i++) {
        counts[words[i] >> 24] += 1.0;
        pairs[(words[i] >> 28) << 4 | words[(i + 1) % N_WORDS] >> 28] += 1.0;
        for (bit = 0; bit < 32; bit++) {
            ones[bit] += words[i] >> bit & 1;
        }
    }
    CHECK_BELOW(chi_square_deviate(counts, expected, N_CELLS), ONE_SIDED_LIMIT);
    CHECK_BELOW(chi_square_deviate(pairs, expected, N_CELLS), ONE_SIDED_LIMIT);
    for (bit = 0; bit < 32; bit++) {
        CHECK_BELOW(fabs(ones[bit] - N_WORDS / 2.0) / sqrt(N_WORDS / 4.0), TWO_SIDED_LIMIT);
    }
    /* the same element at consecutive steps */
    memset(counts, 0, sizeof counts);
    for (i = 0; i < N_DRAWS; i++) {
        neuro_philox_block(42, NEURO_PURPOSE_POISSON, 0, 6, i, 1, words);
        counts[words[0] >> 24] += 1.0;
        expected[i % N_CELLS] = (double) N_DRAWS / N_CELLS;
    }
    CHECK_BELOW(chi_square_deviate(counts, expected, N_CELLS), ONE_SIDED_LIMIT);
    /* the mappings to the unit interval, by hand */
    neuro_stream_init(&stream, 3, NEURO_PURPOSE_OTHER, 0, 0);
    stream.words[0] = UINT32_MAX;
    stream.words[1] = UINT32_MAX;
    stream.words[2] = 0;
    stream.words[3] = 0;
    CHECK(neuro_stream_double(&stream) == 1.0 - 0x1p-53);
    CHECK(neuro_stream_double_open(&stream) == 0x1p-53);
    neuro_stream_seek(&stream, 0);
    stream.words[0] = UINT32_MAX;
    stream.words[1] = UINT32_MAX;
    CHECK(neuro_stream_double_open(&stream) == 1.0 - 0x1p-53);
}

static void
test_integers_below_a_bound_are_even(void)
{
    static const uint64_t bounds[4] = {2, 7, 1000, 3};
    static double counts[1000];
    static double expected[1000];
    neuro_stream_t stream;
    size_t b;
    size_t i;
    double mean = 0.0;

    neuro_stream_init(&stream, 8, NEURO_PURPOSE_OTHER, 1, 0);
    CHECK(neuro_stream_below(&stream, 0) == 0 && neuro_stream_below(&stream, 1) == 0);
    CHECK(stream.position == 0);
    for (b = 0; b < 4; b++) {
        for (i = 0; i < bounds[b]; i++) {
            counts[i] = 0.0;
            expected[i] = N_DRAWS / (double) bounds[b];
        }
        for (i = 0; i < N_DRAWS; i++) {
            const uint64_t value = neuro_stream_below(&stream, bounds[b]);

            CHECK(value < bounds[b]);
            counts[value % bounds[b]] += 1.0;
        }
        CHECK_BELOW(chi_square_deviate(counts, expected, bounds[b]), ONE_SIDED_LIMIT);
    }
    /* a bound that rejects a third of the 32-bit products, and one above 32 bits: thirds are even */
    for (b = 0; b < 2; b++) {
        const uint64_t bound = b == 0 ? UINT64_C(3221225472) : UINT64_C(3) << 40;

        memset(counts, 0, 3 * sizeof *counts);
        for (i = 0; i < N_DRAWS; i++) {
            const uint64_t value = neuro_stream_below(&stream, bound);

            CHECK(value < bound);
            counts[value / (bound / 3) % 3] += 1.0;
        }
        for (i = 0; i < 3; i++) {
            expected[i] = N_DRAWS / 3.0;
        }
        CHECK_BELOW(chi_square_deviate(counts, expected, 3), ONE_SIDED_LIMIT);
    }
    for (i = 0; i < N_DRAWS; i++) {
        mean += (double) neuro_stream_below(&stream, UINT64_C(1) << 32) * 0x1p-32 / N_DRAWS;
    }
    CHECK_BELOW(fabs(mean - 0.5) / sqrt(1.0 / 12.0 / N_DRAWS), TWO_SIDED_LIMIT);
}

/* ---------------------------------------------------------------- skips and samples */

static uint64_t
next_skip(neuro_stream_t *stream, double log_miss)
{
    uint64_t skip;

    neuro_geometric_skips(stream, log_miss, 1, &skip);
    return skip;
}

static void
test_geometric_skips_fit(void)
{
    static const double chances[4] = {0.9, 0.5, 0.1, 0.003};
    static double counts[4001];
    static double expected[4001];
    neuro_stream_t stream;
    size_t c;
    size_t i;

    for (c = 0; c < 4; c++) {
        const double p = chances[c];
        const double log_miss = neuro_log1p(-p);

        neuro_stream_init(&stream, 55, NEURO_PURPOSE_CONNECTIVITY, 0, c);
        memset(counts, 0, sizeof counts);
        for (i = 0; i < N_DRAWS; i++) {
            const uint64_t skip = next_skip(&stream, log_miss);

            counts[skip < 4000 ? skip : 4000] += 1.0;
        }
        for (i = 0; i < 4000; i++) {
            expected[i] = N_DRAWS * p * exp((double) i * log_miss);
        }
        expected[4000] = N_DRAWS * exp(4000.0 * log_miss);
        CHECK_BELOW(chi_square_deviate(counts, expected, 4001), ONE_SIDED_LIMIT);
    }
    /* certain success, certain failure, hardly ever */
    CHECK(next_skip(&stream, neuro_log1p(-1.0)) == 0);
    CHECK(next_skip(&stream, neuro_log1p(-0.0)) == UINT64_C(1) << 62);
    CHECK(next_skip(&stream, -1e-300) == UINT64_C(1) << 62);
    CHECK(next_skip(&stream, 0.0) == UINT64_C(1) << 62);
}

static void
test_many_skips_equal_single_skips(void)
{
    enum { N = 200 };
    static const double log_misses[4] = {-1e-7, -0.02, -3.0, -0.0};
    uint64_t skips[N];
    neuro_stream_t many;
    neuro_stream_t single;
    size_t c;
    size_t n;
    size_t i;

    for (c = 0; c < 4; c++) {
        for (n = 0; n <= N; n += 1 + n / 3) {
            int different = 0;

            neuro_stream_init(&many, 2, NEURO_PURPOSE_CONNECTIVITY, 5, c);
            neuro_stream_seek(&many, c);
            single = many;
            neuro_geometric_skips(&many, log_misses[c], n, skips);
            for (i = 0; i < n; i++) {
                different += skips[i] != next_skip(&single, log_misses[c]);
            }
            CHECK(different == 0);
            CHECK(many.position == single.position);
        }
    }
}

static void
check_sample(neuro_stream_t *stream, uint32_t n, uint32_t k, uint32_t *out)
{
    int wrong = 0;
    uint32_t i;

    CHECK(neuro_sample_without_replacement(stream, n, k, out) == NEURO_OK);
    for (i = 0; i < k; i++) {
        wrong += out[i] >= n || (i > 0 && out[i] <= out[i - 1]);
    }
    CHECK(wrong == 0);
}

static void
test_samples_are_ascending_and_complete(void)
{
    enum { MOST = 70000 };
    static const uint32_t sizes[][2] = {{1, 1},          {5, 0},         {5, 5},          {64, 63},
                                        {65, 64},        {1000, 10},     {1000, 500},     {1000, 501},
                                        {1000, 999},     {65536, 1},     {65536, 40000},  {65537, 100},
                                        {65537, 60000},  {70000, 70000}, {UINT32_MAX, 1}, {UINT32_MAX, 50000},
                                        {1000000, 65000}};
    uint32_t *out = malloc(MOST * sizeof *out);
    neuro_stream_t stream;
    size_t i;

    CHECK(out != NULL);
    if (out == NULL) {
        return;
    }
    neuro_stream_init(&stream, 12, NEURO_PURPOSE_CONNECTIVITY, 0, 0);
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_sample(&stream, sizes[i][0], sizes[i][1], out);
    }
    CHECK(neuro_sample_without_replacement(&stream, 5, 6, out) == NEURO_ERR_VALUE);
    CHECK(neuro_sample_without_replacement(&stream, 0, 0, out) == NEURO_OK);
    free(out);
}

/* All 20 ways to take 3 of 6, and the shuffles of 4. */
static void
test_every_choice_has_the_same_probability(void)
{
    double counts[64];
    double expected[64];
    neuro_stream_t stream;
    uint32_t chosen[3];
    size_t i;

    memset(counts, 0, sizeof counts);
    memset(expected, 0, sizeof expected);
    neuro_stream_init(&stream, 13, NEURO_PURPOSE_CONNECTIVITY, 0, 0);
    for (i = 0; i < N_DRAWS; i++) {
        CHECK(neuro_sample_without_replacement(&stream, 6, 3, chosen) == NEURO_OK);
        counts[1U << chosen[0] | 1U << chosen[1] | 1U << chosen[2]] += 1.0;
    }
    for (i = 0; i < 64; i++) {
        size_t n_bits = 0;
        size_t bit;

        for (bit = 0; bit < 6; bit++) {
            n_bits += i >> bit & 1;
        }
        expected[i] = n_bits == 3 ? N_DRAWS / 20.0 : 0.0;
        CHECK(n_bits == 3 || counts[i] == 0.0);
    }
    CHECK_BELOW(chi_square_deviate(counts, expected, 64), ONE_SIDED_LIMIT);
}

/* Each of the three methods, and the inverted one: where the chosen numbers lie. */
static void
test_large_samples_are_even(void)
{
    static const uint32_t sizes[4][2] = {{60000, 300}, {60000, 59700}, {80000, 20000}, {800000, 300}};
    enum { N_CELLS = 20, N_SAMPLES = 200 };
    uint32_t *out = malloc(60000 * sizeof *out);
    neuro_stream_t stream;
    size_t c;
    size_t s;
    size_t i;

    CHECK(out != NULL);
    for (c = 0; c < 4 && out != NULL; c++) {
        const uint32_t n = sizes[c][0];
        const uint32_t k = sizes[c][1];
        double counts[N_CELLS];
        double expected[N_CELLS];

        memset(counts, 0, sizeof counts);
        neuro_stream_init(&stream, 14, NEURO_PURPOSE_CONNECTIVITY, 0, c);
        for (s = 0; s < N_SAMPLES; s++) {
            check_sample(&stream, n, k, out);
            for (i = 0; i < k; i++) {
                counts[(uint64_t) out[i] * N_CELLS / n] += 1.0;
            }
        }
        /* without replacement the counts spread less than multinomial ones, by the factor (n - k)/(n - 1) */
        for (i = 0; i < N_CELLS; i++) {
            const double mean = (double) N_SAMPLES * k / N_CELLS;

            expected[i] = mean;
            counts[i] = mean + (counts[i] - mean) / sqrt((double) (n - k) / (n - 1));
            CHECK_BELOW(fabs(counts[i] - mean) / sqrt(mean * (1.0 - 1.0 / N_CELLS)), TWO_SIDED_LIMIT);
        }
        CHECK_BELOW(chi_square_deviate(counts, expected, N_CELLS), ONE_SIDED_LIMIT);
    }
    free(out);
}

int
main(void)
{
    test_philox_gives_the_published_words();
    test_runs_of_calls_equal_single_calls();
    test_block_words_do_not_depend_on_the_block();
    test_different_names_give_different_streams();
    test_a_stream_is_the_same_however_it_is_read();
    test_words_and_bits_are_even();
    test_integers_below_a_bound_are_even();
    test_geometric_skips_fit();
    test_many_skips_equal_single_skips();
    test_samples_are_ascending_and_complete();
    test_every_choice_has_the_same_probability();
    test_large_samples_are_even();
    return check_result();
}
