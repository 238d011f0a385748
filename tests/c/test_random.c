/* Philox against its published vectors, the naming of streams, and the distributions.
 *
 * Statistics use fixed seeds. Each of some 170 tests of fit fails below a probability of 1e-4 under the right
 * distribution: a new seed would fail somewhere by chance once in 60 times, a given seed always or never. */
#include "core/random.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/math.h"
#include "core/random_inline.h"

enum { N_DRAWS = 100000 };

/* Kolmogorov-Smirnov: 2 exp(-2 c^2) = 1e-4. */
#define KS_LIMIT        2.2253
/* Standard normal quantile at 1 - 1e-4, one-sided for chi-square, and at 1 - 0.5e-4 for two sides. */
#define ONE_SIDED_LIMIT 3.719
#define TWO_SIDED_LIMIT 3.891
#define PI              3.14159265358979323846

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

/* ---------------------------------------------------------------- tools of the statistics */

/* Chi-square of counts against expected counts; cells are joined until each expects 10. Returns the normal
 * deviate of Wilson and Hilferty. */
static double
chi_square_deviate(const double *counts, const double *expected, size_t n)
{
    double chi = 0.0;
    double count = 0.0;
    double wanted = 0.0;
    double left = 0.0;
    double degrees = -1.0;
    size_t i;

    for (i = 0; i < n; i++) {
        left += expected[i];
    }
    for (i = 0; i < n; i++) {
        count += counts[i];
        wanted += expected[i];
        left -= expected[i];
        if ((wanted >= 10.0 && left >= 10.0) || i + 1 == n) {
            if (wanted > 0.0) {
                chi += (count - wanted) * (count - wanted) / wanted;
                degrees += 1.0;
            }
            count = 0.0;
            wanted = 0.0;
        }
    }
    return (cbrt(chi / degrees) - (1.0 - 2.0 / (9.0 * degrees))) / sqrt(2.0 / (9.0 * degrees));
}

static int
compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *) a;
    const double right = *(const double *) b;

    return (left > right) - (left < right);
}

typedef double cdf_t(double x, const double *p);

/* sqrt(n) times the largest distance of the empirical distribution (Kolmogorov-Smirnov). Sorts the values. */
static double
ks_distance(double *values, size_t n, cdf_t *cdf, const double *p)
{
    double largest = 0.0;
    size_t i;

    qsort(values, n, sizeof *values, compare_doubles);
    for (i = 0; i < n; i++) {
        const double f = cdf(values[i], p);

        largest = fmax(largest, fmax(f - (double) i / (double) n, (double) (i + 1) / (double) n - f));
    }
    return sqrt((double) n) * largest;
}

static neuro_distribution_t
distribution_of(const char *name, double a, double b, double c, double d, uint32_t n)
{
    const double p[4] = {a, b, c, d};
    neuro_distribution_t distribution = {NEURO_DISTRIBUTION_UNIFORM, {0.0, 0.0, 0.0, 0.0}};

    CHECK(neuro_distribution_init(&distribution, name, p, n) == NEURO_OK);
    return distribution;
}

/* Test of fit for a continuous distribution; n values of a stream of their own. */
static double
fit(const neuro_distribution_t *distribution, cdf_t *cdf, uint32_t object)
{
    static double values[N_DRAWS];
    neuro_stream_t stream;

    neuro_stream_init(&stream, 2024, NEURO_PURPOSE_OTHER, object, 0);
    CHECK(neuro_draw_many(distribution, &stream, N_DRAWS, values) == N_DRAWS);
    return ks_distance(values, N_DRAWS, cdf, distribution->p);
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

/* ---------------------------------------------------------------- distributions */

/* Quantiles computed with 200 bits. */
static void
test_normal_quantile_agrees_with_tabled_values(void)
{
    static const double known[][2] = {
        {0x1.b7cdfd9d7bdbbp-34, -0x1.97203597a2155p+2}, {0x1.0624dd2f1a9fcp-10, -0x1.8b8cbb7204471p+1},
        {0x1.999999999999ap-6, -0x1.f5c0331eeff85p+0},  {0x1.1eb851eb851ecp-4, -0x1.79cd70d9c27f2p+0},
        {0x1.999999999999ap-3, -0x1.aee8fa73a1333p-1},  {0x1.0000035afe535p-1, 0x1.0d25ac5f0e9c8p-22},
        {0x1.ccccccccccccdp-1, 0x1.4813c36e26d33p+0},   {0x1.f333333333333p-1, 0x1.f5c0331eeff83p+0},
        {0x1.ffffde7210be9p-1, 0x1.30381a97985efp+2},   {0x1.0000000000000p-53, -0x1.06b48528cea52p+3},
    };
    size_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        CHECK_BELOW(fabs(neuro_normal_quantile(known[i][0]) / known[i][1] - 1.0), 2e-15);
    }
    CHECK(neuro_normal_quantile(0.5) == 0.0);
    CHECK(isinf(neuro_normal_quantile(0.0)) && isinf(neuro_normal_quantile(1.0)));
}

static double
uniform_cdf(double x, const double *p)
{
    return (x - p[0]) / (p[1] - p[0]);
}

static double
exponential_cdf(double x, const double *p)
{
    return -expm1(-x / p[0]);
}

static double
normal_cdf(double x, const double *p)
{
    return 0.5 * erfc((p[0] - x) / p[1] / sqrt(2.0));
}

static double
lognormal_cdf(double x, const double *p)
{
    return normal_cdf(log(x), p);
}

static double
clipped_cdf(double x, const double *p)
{
    const double low = normal_cdf(p[2], p);

    return (normal_cdf(x, p) - low) / (normal_cdf(p[3], p) - low);
}

/* Regularised lower incomplete gamma function by its series. */
static double
gamma_cdf(double x, const double *p)
{
    const double z = x / p[1];
    double term = 1.0 / p[0];
    double sum = term;
    double k = p[0];

    while (term > 1e-17 * sum) {
        k += 1.0;
        term *= z / k;
        sum += term;
    }
    return sum * exp(p[0] * log(z) - z - lgamma(p[0]));
}

/* By Simpson's rule from -pi; mu is 0. */
static double
vonmises_cdf(double x, const double *p)
{
    enum { N_STEPS = 4096 };
    static double table[N_STEPS + 1];
    static double kappa = -1.0;
    const double h = 2.0 * PI / N_STEPS;
    double place;
    int i;

    if (kappa != p[1]) {
        kappa = p[1];
        table[0] = 0.0;
        for (i = 0; i < N_STEPS; i++) {
            const double left = -PI + i * h;

            table[i + 1] = table[i] + h / 6.0 *
                                          (exp(kappa * (cos(left) - 1.0)) +
                                           4.0 * exp(kappa * (cos(left + h / 2.0) - 1.0)) +
                                           exp(kappa * (cos(left + h) - 1.0)));
        }
    }
    place = (x + PI) / h;
    i = place >= N_STEPS ? N_STEPS - 1 : (int) place;
    return (table[i] + (place - i) * (table[i + 1] - table[i])) / table[N_STEPS];
}

static void
test_continuous_distributions_fit(void)
{
    const double inf = (double) INFINITY;
    neuro_distribution_t d;

    d = distribution_of("uniform", -70.0, -50.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, uniform_cdf, 0), KS_LIMIT);
    d = distribution_of("exponential", 2.5, 0.0, 0.0, 0.0, 1);
    CHECK_BELOW(fit(&d, exponential_cdf, 1), KS_LIMIT);
    d = distribution_of("normal", 0.5, 0.1, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, normal_cdf, 2), KS_LIMIT);
    d = distribution_of("lognormal", -1.0, 0.7, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, lognormal_cdf, 3), KS_LIMIT);
    d = distribution_of("normal_clipped", 1.0, 2.0, 0.0, 3.0, 4);
    CHECK_BELOW(fit(&d, clipped_cdf, 4), KS_LIMIT);
    d = distribution_of("normal_clipped", 0.0, 1.0, 1.5, inf, 4);
    CHECK_BELOW(fit(&d, clipped_cdf, 5), KS_LIMIT);
    d = distribution_of("gamma", 3.0, 0.5, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, gamma_cdf, 6), KS_LIMIT);
    d = distribution_of("gamma", 0.5, 5.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, gamma_cdf, 7), KS_LIMIT);
    d = distribution_of("gamma", 40.5, 1.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, gamma_cdf, 8), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 0.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 9), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 0.5, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 10), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 4.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 11), KS_LIMIT);
    d = distribution_of("vonmises", 0.0, 50.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit(&d, vonmises_cdf, 12), KS_LIMIT);
}

/* Mean and variance of N_DRAWS values; `fourth` is the fourth central moment over the squared variance. */
static void
check_moments(const neuro_distribution_t *distribution, uint32_t object, double mean, double variance,
              double fourth)
{
    static double values[N_DRAWS];
    neuro_stream_t stream;
    double sum = 0.0;
    double squares = 0.0;
    size_t i;

    neuro_stream_init(&stream, 77, NEURO_PURPOSE_OTHER, object, 5);
    CHECK(neuro_draw_many(distribution, &stream, N_DRAWS, values) == N_DRAWS);
    for (i = 0; i < N_DRAWS; i++) {
        sum += values[i] - mean;
        squares += (values[i] - mean) * (values[i] - mean);
    }
    CHECK_BELOW(fabs(sum) / sqrt(N_DRAWS * variance), TWO_SIDED_LIMIT);
    CHECK_BELOW(fabs(squares / N_DRAWS / variance - 1.0) / sqrt((fourth - 1.0) / N_DRAWS), TWO_SIDED_LIMIT);
}

/* Where no density is at hand, and far from the parameters above. */
static void
test_moments_are_right_over_wide_parameters(void)
{
    neuro_distribution_t d;

    d = distribution_of("gamma", 1e6, 2.0, 0.0, 0.0, 2);
    check_moments(&d, 0, 2e6, 4e6, 3.0 + 6.0 / 1e6);
    d = distribution_of("poisson", 1e9, 0.0, 0.0, 0.0, 1);
    check_moments(&d, 1, 1e9, 1e9, 3.0);
    d = distribution_of("poisson", 1e13, 0.0, 0.0, 0.0, 1);
    check_moments(&d, 2, 1e13, 1e13, 3.0);
    d = distribution_of("binomial", 1e12, 0.3, 0.0, 0.0, 2);
    check_moments(&d, 3, 3e11, 2.1e11, 3.0);
    d = distribution_of("binomial", 1e12, 1e-12, 0.0, 0.0, 2);
    check_moments(&d, 4, 1.0, 1.0, 4.0);
    d = distribution_of("uniform_int", -1e15, 1e15, 0.0, 0.0, 2);
    check_moments(&d, 5, -0.5, 4e30 / 12.0, 1.8);
    d = distribution_of("vonmises", 0.0, 1e8, 0.0, 0.0, 2);
    check_moments(&d, 6, 0.0, 1e-8, 3.0);
}

/* Test of fit for a distribution on integers from `low` with the given probabilities. */
static double
fit_integers(const neuro_distribution_t *distribution, uint32_t object, double low, const double *probability,
             size_t n)
{
    double *counts = calloc(n + 1, sizeof *counts);
    double *expected = calloc(n + 1, sizeof *expected);
    neuro_stream_t stream;
    double deviate = (double) INFINITY;
    double rest = 1.0;
    size_t i;

    CHECK(counts != NULL && expected != NULL);
    if (counts != NULL && expected != NULL) {
        neuro_stream_init(&stream, 31, NEURO_PURPOSE_OTHER, object, 0);
        for (i = 0; i < N_DRAWS; i++) {
            const double place = neuro_draw(distribution, &stream) - low;

            CHECK(place >= 0.0 && place == floor(place));
            counts[place < (double) n ? (size_t) place : n] += 1.0;
        }
        for (i = 0; i < n; i++) {
            expected[i] = N_DRAWS * probability[i];
            rest -= probability[i];
        }
        expected[n] = N_DRAWS * fmax(rest, 0.0);
        deviate = chi_square_deviate(counts, expected, n + 1);
    }
    free(counts);
    free(expected);
    return deviate;
}

static void
test_discrete_distributions_fit(void)
{
    static const double means[6] = {0.05, 3.0, 9.9, 10.1, 50.0, 900.0};
    static const double trials[8][2] = {{1, 0.3},   {20, 0.1},     {40, 0.5},   {100, 0.95},
                                        {60, 0.49}, {1000, 0.011}, {1000, 0.7}, {1000, 0.5}};
    static double probability[2000];
    neuro_distribution_t d;
    size_t i;
    size_t k;

    for (i = 0; i < 6; i++) {
        for (k = 0; k < 2000; k++) {
            probability[k] = exp((double) k * log(means[i]) - means[i] - lgamma((double) k + 1.0));
        }
        d = distribution_of("poisson", means[i], 0.0, 0.0, 0.0, 1);
        CHECK_BELOW(fit_integers(&d, (uint32_t) i, 0.0, probability, 2000), ONE_SIDED_LIMIT);
    }
    for (i = 0; i < 8; i++) {
        const double n = trials[i][0];
        const double p = trials[i][1];

        for (k = 0; k <= (size_t) n; k++) {
            const double left = n - (double) k;

            probability[k] = exp(lgamma(n + 1.0) - lgamma((double) k + 1.0) - lgamma(left + 1.0) +
                                 (double) k * log(p) + left * log1p(-p));
        }
        d = distribution_of("binomial", n, p, 0.0, 0.0, 2);
        CHECK_BELOW(fit_integers(&d, 20 + (uint32_t) i, 0.0, probability, (size_t) n + 1), ONE_SIDED_LIMIT);
    }
    for (k = 0; k < 7; k++) {
        probability[k] = 1.0 / 7.0;
    }
    d = distribution_of("uniform_int", -3.0, 4.0, 0.0, 0.0, 2);
    CHECK_BELOW(fit_integers(&d, 40, -3.0, probability, 7), ONE_SIDED_LIMIT);
}

static void
test_boundaries_and_degenerate_parameters(void)
{
    const double inf = (double) INFINITY;
    neuro_distribution_t d;
    neuro_stream_t stream;
    int low = 0;
    int high = 0;
    int i;

    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 0, 0);
    d = distribution_of("normal_clipped_to_boundary", 0.0, 1.0, -1.0, 0.5, 4);
    for (i = 0; i < N_DRAWS; i++) {
        const double value = neuro_draw(&d, &stream);

        CHECK(value >= -1.0 && value <= 0.5);
        low += value == -1.0;
        high += value == 0.5;
    }
    /* P(x < -1) = 0.158655, P(x > 0.5) = 0.308538 */
    CHECK_BELOW(fabs(low - 15865.5) / sqrt(15865.5 * 0.841345), TWO_SIDED_LIMIT);
    CHECK_BELOW(fabs(high - 30853.8) / sqrt(30853.8 * 0.691462), TWO_SIDED_LIMIT);
    d = distribution_of("normal", 3.0, 0.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 3.0);
    d = distribution_of("normal_clipped", 3.0, 0.0, -inf, inf, 4);
    CHECK(neuro_draw(&d, &stream) == 3.0);
    d = distribution_of("gamma", 0.0, 2.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("exponential", 0.0, 0.0, 0.0, 0.0, 1);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("poisson", 0.0, 0.0, 0.0, 0.0, 1);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("binomial", 9.0, 1.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 9.0);
    d = distribution_of("binomial", 9.0, 0.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("binomial", 0.0, 0.5, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 0.0);
    d = distribution_of("uniform", 4.0, 4.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 4.0);
    d = distribution_of("uniform_int", 4.0, 5.0, 0.0, 0.0, 2);
    CHECK(neuro_draw(&d, &stream) == 4.0);
    /* means beyond the circle come back into it */
    d = distribution_of("vonmises", 10.0, 1e6, 0.0, 0.0, 2);
    CHECK_BELOW(fabs(neuro_draw(&d, &stream) - (10.0 - 4.0 * PI)), 0.01);
    d = distribution_of("vonmises", -1e300, 2.0, 0.0, 0.0, 2);
    CHECK_BELOW(fabs(neuro_draw(&d, &stream)), PI + 1e-15);
}

static void
test_impossible_clipping_ends(void)
{
    const neuro_distribution_t d = distribution_of("normal_clipped", 0.0, 1.0, 50.0, 60.0, 4);
    const neuro_distribution_t rare = distribution_of("normal_clipped", 0.0, 1.0, 3.2, 60.0, 4);
    double values[50];
    neuro_stream_t stream;
    neuro_stream_t again;
    size_t n;
    size_t i;

    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 0, 0);
    CHECK(isnan(neuro_draw(&d, &stream)));
    CHECK(stream.position == 2 * (NEURO_DISTRIBUTION_MAX_REDRAWS + 1));
    CHECK(neuro_draw_many(&d, &stream, 50, values) == 0 && isnan(values[0]) && isnan(values[49]));
    /* 1001 draws beyond 3.2 (probability 0.00069) succeed every second time */
    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 1, 0);
    again = stream;
    n = neuro_draw_many(&rare, &stream, 50, values);
    CHECK(n < 50);
    for (i = 0; i < n; i++) {
        CHECK(values[i] >= 3.2 && values[i] == neuro_draw(&rare, &again));
    }
    CHECK(isnan(neuro_draw(&rare, &again)));
    for (; i < 50; i++) {
        CHECK(isnan(values[i]));
    }
}

static void
test_bad_parameters_are_refused(void)
{
    static const struct {
        const char *name;
        double p[4];
        uint32_t n;
        neuro_status_t status;
    } cases[] = {
        {"gauss", {0, 1, 0, 0}, 2, NEURO_ERR_NAME},
        {"normal", {0, 1, 0, 0}, 1, NEURO_ERR_SHAPE},
        {"normal", {0, -1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"normal", {(double) NAN, 1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"normal_clipped", {0, 1, 2, 1}, 4, NEURO_ERR_VALUE},
        {"normal_clipped", {0, 1, (double) NAN, 1}, 4, NEURO_ERR_VALUE},
        {"normal_clipped_to_boundary", {0, 1, 2, 1}, 4, NEURO_ERR_VALUE},
        {"lognormal", {0, -1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"gamma", {-1, 1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"gamma", {1, -1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"exponential", {-1, 0, 0, 0}, 1, NEURO_ERR_VALUE},
        {"poisson", {-1, 0, 0, 0}, 1, NEURO_ERR_VALUE},
        {"poisson", {2e15, 0, 0, 0}, 1, NEURO_ERR_VALUE},
        {"binomial", {2.5, 0.5, 0, 0}, 2, NEURO_ERR_VALUE},
        {"binomial", {-2, 0.5, 0, 0}, 2, NEURO_ERR_VALUE},
        {"binomial", {2, 1.5, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform", {-1.7e308, 1.7e308, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform", {0, (double) INFINITY, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform_int", {1, 1, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform_int", {0.5, 3, 0, 0}, 2, NEURO_ERR_VALUE},
        {"uniform_int", {0, 1e300, 0, 0}, 2, NEURO_ERR_VALUE},
        {"vonmises", {0, -1, 0, 0}, 2, NEURO_ERR_VALUE},
    };
    const neuro_distribution_t unchecked = {NEURO_DISTRIBUTION_GAMMA, {(double) NAN, 1.0, 0.0, 0.0}};
    neuro_stream_t stream;
    double value = 0.0;
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        neuro_distribution_t d = {NEURO_DISTRIBUTION_POISSON, {123.0, 0.0, 0.0, 0.0}};

        CHECK(neuro_distribution_init(&d, cases[i].name, cases[i].p, cases[i].n) == cases[i].status);
        CHECK(d.kind == NEURO_DISTRIBUTION_POISSON && d.p[0] == 123.0);
    }
    neuro_stream_init(&stream, 6, NEURO_PURPOSE_OTHER, 0, 0);
    CHECK(isnan(neuro_draw(&unchecked, &stream)));
    CHECK(neuro_draw_many(&unchecked, &stream, 1, &value) == 0 && isnan(value));
}

static void
test_many_draws_equal_single_draws(void)
{
    static const struct {
        const char *name;
        double p[4];
        uint32_t n;
    } cases[11] = {
        {"binomial", {500, 0.4, 0, 0}, 2},
        {"gamma", {0.7, 2, 0, 0}, 2},
        {"exponential", {2, 0, 0, 0}, 1},
        {"lognormal", {0, 1, 0, 0}, 2},
        {"normal", {1, 2, 0, 0}, 2},
        {"normal_clipped", {1, 2, 0, 3}, 4},
        {"normal_clipped_to_boundary", {1, 2, 0, 3}, 4},
        {"poisson", {30, 0, 0, 0}, 1},
        {"uniform", {-1, 3, 0, 0}, 2},
        {"uniform_int", {0, 10, 0, 0}, 2},
        {"vonmises", {1, 2, 0, 0}, 2},
    };
    enum { N = 307 };
    double values[N];
    neuro_stream_t many;
    neuro_stream_t single;
    size_t c;
    size_t i;

    for (c = 0; c < 11; c++) {
        neuro_distribution_t d;
        int different = 0;

        CHECK(neuro_distribution_init(&d, cases[c].name, cases[c].p, cases[c].n) == NEURO_OK);
        neuro_stream_init(&many, 1, NEURO_PURPOSE_PARAMETER, 2, c);
        (void) neuro_stream_u32(&many);
        single = many;
        CHECK(neuro_draw_many(&d, &many, N, values) == N);
        for (i = 0; i < N; i++) {
            different += values[i] != neuro_draw(&d, &single);
        }
        CHECK(different == 0);
        CHECK(many.position == single.position);
    }
}

/* ---------------------------------------------------------------- skips and samples */

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
            const uint64_t skip = neuro_geometric_skip(&stream, log_miss);

            counts[skip < 4000 ? skip : 4000] += 1.0;
        }
        for (i = 0; i < 4000; i++) {
            expected[i] = N_DRAWS * p * exp((double) i * log_miss);
        }
        expected[4000] = N_DRAWS * exp(4000.0 * log_miss);
        CHECK_BELOW(chi_square_deviate(counts, expected, 4001), ONE_SIDED_LIMIT);
    }
    /* certain success, certain failure, hardly ever */
    CHECK(neuro_geometric_skip(&stream, neuro_log1p(-1.0)) == 0);
    CHECK(neuro_geometric_skip(&stream, neuro_log1p(-0.0)) == UINT64_C(1) << 62);
    CHECK(neuro_geometric_skip(&stream, -1e-300) == UINT64_C(1) << 62);
    CHECK(neuro_geometric_skip(&stream, 0.0) == UINT64_C(1) << 62);
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
                different += skips[i] != neuro_geometric_skip(&single, log_misses[c]);
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
    double counts[256];
    double expected[256];
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
    memset(counts, 0, sizeof counts);
    memset(expected, 0, sizeof expected);
    for (i = 0; i < N_DRAWS; i++) {
        uint32_t order[4] = {0, 1, 2, 3};

        neuro_shuffle(&stream, 4, order);
        CHECK((1U << order[0] | 1U << order[1] | 1U << order[2] | 1U << order[3]) == 15);
        counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]] += 1.0;
    }
    for (i = 0; i < 256; i++) {
        const unsigned seen = 1U << (i >> 6) | 1U << (i >> 4 & 3) | 1U << (i >> 2 & 3) | 1U << (i & 3);

        expected[i] = seen == 15 ? N_DRAWS / 24.0 : 0.0;
    }
    CHECK_BELOW(chi_square_deviate(counts, expected, 256), ONE_SIDED_LIMIT);
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
    test_normal_quantile_agrees_with_tabled_values();
    test_continuous_distributions_fit();
    test_moments_are_right_over_wide_parameters();
    test_discrete_distributions_fit();
    test_boundaries_and_degenerate_parameters();
    test_impossible_clipping_ends();
    test_bad_parameters_are_refused();
    test_many_draws_equal_single_draws();
    test_geometric_skips_fit();
    test_many_skips_equal_single_skips();
    test_samples_are_ascending_and_complete();
    test_every_choice_has_the_same_probability();
    test_large_samples_are_even();
    return check_result();
}
