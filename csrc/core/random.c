#include "core/random.h"

#include <stdbool.h>
#include <string.h>

#include "core/math_inline.h"
#include "core/random_inline.h"

#define STREAM_CONTEXT (UINT64_C(1) << 63)

/* ---------------------------------------------------------------- streams */

void
neuro_stream_init(neuro_stream_t *stream, uint64_t seed, neuro_purpose_t purpose, uint32_t object,
                  uint64_t element)
{
    stream->key = neuro_philox_key(seed, purpose, object);
    stream->context = element | STREAM_CONTEXT;
    neuro_stream_seek(stream, 0);
}

void
neuro_stream_seek(neuro_stream_t *stream, uint64_t position)
{
    stream->position = position;
    neuro_philox_call(stream->key, position / 4, stream->context, stream->words);
}

uint32_t
neuro_stream_u32(neuro_stream_t *stream)
{
    const uint32_t word = stream->words[stream->position % 4];

    stream->position++;
    if (stream->position % 4 == 0) {
        neuro_philox_call(stream->key, stream->position / 4, stream->context, stream->words);
    }
    return word;
}

void
neuro_stream_fill(neuro_stream_t *stream, size_t n, uint32_t *out)
{
    size_t n_calls;

    while (n > 0 && stream->position % 4 != 0) {
        *out++ = neuro_stream_u32(stream);
        n--;
    }
    n_calls = n / 4;
    if (n_calls > 0) {
        neuro_philox_run(stream->key, stream->position / 4, stream->context, n_calls, out);
        neuro_stream_seek(stream, stream->position + 4 * n_calls);
        out += 4 * n_calls;
        n %= 4;
    }
    while (n > 0) {
        *out++ = neuro_stream_u32(stream);
        n--;
    }
}

uint64_t
neuro_stream_u64(neuro_stream_t *stream)
{
    const uint64_t at = stream->position % 4;
    const uint64_t low = stream->words[at];

    if (at < 2) {
        stream->position += 2;
        return (uint64_t) stream->words[at + 1] << 32 | low;
    }
    (void) neuro_stream_u32(stream);
    return (uint64_t) neuro_stream_u32(stream) << 32 | low;
}

/* The two mappings of 64 bits to the unit interval. */
static double
unit_from_bits(uint64_t bits)
{
    return (double) (bits >> 11) * 0x1p-53;
}

static double
open_unit_from_bits(uint64_t bits)
{
    /* 1 + k 2^-52 from the bits; what follows is not rounded and needs no conversion of integers */
    return (neuro_double_of_bits(UINT64_C(0x3ff0000000000000) | bits >> 12) - 1.0) + 0x1p-53;
}

double
neuro_stream_double(neuro_stream_t *stream)
{
    return unit_from_bits(neuro_stream_u64(stream));
}

double
neuro_stream_double_open(neuro_stream_t *stream)
{
    return open_unit_from_bits(neuro_stream_u64(stream));
}

/* Up to 2^32: multiply and reject the few low halves that would be too many (Lemire, "Fast random integer
 * generation in an interval", 2019). Above: cut to the bits of n - 1 and reject what is too large, at most
 * every second. */
uint64_t
neuro_stream_below(neuro_stream_t *stream, uint64_t n)
{
    uint64_t product;
    uint64_t value;
    uint64_t mask;
    uint32_t threshold;
    unsigned shift;

    if (n <= 1) {
        return 0;
    }
    if (n <= UINT32_MAX) {
        product = neuro_stream_u32(stream) * n;
        if ((uint32_t) product < (uint32_t) n) {
            threshold = (0U - (uint32_t) n) % (uint32_t) n;
            while ((uint32_t) product < threshold) {
                product = neuro_stream_u32(stream) * n;
            }
        }
        return product >> 32;
    }
    if (n == UINT64_C(1) << 32) {
        return neuro_stream_u32(stream);
    }
    mask = n - 1;
    for (shift = 1; shift < 64; shift *= 2) {
        mask |= mask >> shift;
    }
    do {
        value = neuro_stream_u64(stream) & mask;
    } while (value >= n);
    return value;
}

/* ---------------------------------------------------------------- skips */

static uint64_t
whole_skip(double skip)
{
    return skip >= 0.0 && skip < 0x1p62 ? (uint64_t) (int64_t) skip : UINT64_C(1) << 62;
}

void
neuro_geometric_skips(neuro_stream_t *stream, double log_miss, size_t n, uint64_t *out)
{
    enum { CHUNK = 64 };
    uint32_t words[2 * CHUNK];
    double skips[CHUNK];
    size_t count;
    size_t i;

    for (; n > 0; n -= count) {
        count = n < CHUNK ? n : CHUNK;
        neuro_stream_fill(stream, 2 * count, words);
        for (i = 0; i < count; i++) {
            const uint64_t bits = (uint64_t) words[2 * i + 1] << 32 | words[2 * i];

            skips[i] = neuro_log_inline(open_unit_from_bits(bits)) / log_miss;
        }
        for (i = 0; i < count; i++) {
            out[i] = whole_skip(skips[i]);
        }
        out += count;
    }
}

/* ---------------------------------------------------------------- choosing */

/* Ascending order in place: by the highest bit, then each half by the next one; short pieces by insertion.
 * The time is bounded by 32 passes whatever the values are. */
static void
sort_words(uint32_t *values, size_t n, uint32_t bit)
{
    size_t low = 0;
    size_t high = n;
    size_t i;
    size_t j;

    if (n <= 24) {
        for (i = 1; i < n; i++) {
            const uint32_t value = values[i];

            for (j = i; j > 0 && values[j - 1] > value; j--) {
                values[j] = values[j - 1];
            }
            values[j] = value;
        }
        return;
    }
    while (low < high) {
        if ((values[low] & bit) == 0) {
            low++;
        } else {
            const uint32_t value = values[low];

            high--;
            values[low] = values[high];
            values[high] = value;
        }
    }
    if (bit > 1) {
        sort_words(values, low, bit >> 1);
        sort_words(values + low, n - low, bit >> 1);
    }
}

/* n up to SMALL: Floyd's algorithm (Bentley and Floyd, "A sample of brilliance", 1987) on a bit for each
 * number; the rarer side of chosen and not chosen is drawn. Reading the bits in order sorts. */
enum { SMALL = 65536 };

static void
sample_small(neuro_stream_t *stream, uint32_t n, uint32_t k, uint32_t *out)
{
    uint64_t chosen[SMALL / 64];
    const uint32_t n_words = (n + 63) / 64;
    const bool is_inverted = k > n / 2;
    const uint32_t n_marks = is_inverted ? n - k : k;
    uint32_t written = 0;
    uint32_t i;

    memset(chosen, 0, n_words * sizeof *chosen);
    for (i = n - n_marks; i < n; i++) {
        uint32_t number = (uint32_t) neuro_stream_below(stream, (uint64_t) i + 1);

        if ((chosen[number / 64] >> (number % 64) & 1) != 0) {
            number = i;
        }
        chosen[number / 64] |= UINT64_C(1) << (number % 64);
    }
    for (i = 0; i < n_words; i++) {
        uint64_t bits = is_inverted ? ~chosen[i] : chosen[i];
        uint32_t number = i * 64;

        for (; bits != 0 && written < k; bits >>= 1, number++) {
            if ((bits & 1) != 0) {
                out[written++] = number;
            }
        }
    }
}

/* Many of many: pass over the numbers and take each with probability (still wanted)/(still to come)
 * (Knuth, The Art of Computer Programming 2, algorithm S). */
static void
sample_by_passing(neuro_stream_t *stream, uint32_t n, uint32_t k, uint32_t *out)
{
    uint32_t written = 0;
    uint32_t number;

    for (number = 0; written < k; number++) {
        if (neuro_stream_below(stream, (uint64_t) n - number) < k - written) {
            out[written++] = number;
        }
    }
}

/* Few of many: the first k different ones of a sequence of independent numbers. In rounds: draw as many as
 * are missing, sort, drop what is there twice; so never one too many is drawn. */
static void
sample_few(neuro_stream_t *stream, uint32_t n, uint32_t k, uint32_t *out)
{
    uint32_t written = 0;
    uint32_t last;
    uint32_t i;

    while (written < k) {
        for (i = written; i < k; i++) {
            out[i] = (uint32_t) neuro_stream_below(stream, n);
        }
        sort_words(out, k, UINT32_C(1) << 31);
        last = out[0];
        written = 1;
        for (i = 1; i < k; i++) {
            if (out[i] != last) {
                last = out[i];
                out[written++] = last;
            }
        }
    }
}

neuro_status_t
neuro_sample_without_replacement(neuro_stream_t *stream, uint32_t n, uint32_t k, uint32_t *out)
{
    if (k > n) {
        return NEURO_ERR_VALUE;
    }
    if (k == 0) {
        return NEURO_OK;
    }
    if (n <= SMALL) {
        sample_small(stream, n, k, out);
    } else if (k > n / 8) {
        sample_by_passing(stream, n, k, out);
    } else {
        sample_few(stream, n, k, out);
    }
    return NEURO_OK;
}
