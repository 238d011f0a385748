/* Random numbers with an identity: the same value on any thread, rank, processor and in any order of
 * evaluation.
 *
 * A stream is named by (seed, purpose, object, element); its draws are numbered. Every sampler uses this
 * file and math.h alone, so a seed gives the same bits everywhere (compile with -ffp-contract=off). How
 * names become keys and counters, and the block form for one word per element and step, is in
 * random_inline.h. */
#ifndef NEURO_CORE_RANDOM_H
#define NEURO_CORE_RANDOM_H

#include "core/status.h"

#include <stddef.h>
#include <stdint.h>

/* What a number is for. Values are part of a stream's name: append only. */
typedef enum {
    NEURO_PURPOSE_CONNECTIVITY = 0,
    NEURO_PURPOSE_WEIGHT = 1,
    NEURO_PURPOSE_DELAY = 2,
    NEURO_PURPOSE_PARAMETER = 3,
    NEURO_PURPOSE_INITIAL_VALUE = 4,
    NEURO_PURPOSE_POISSON = 5,
    NEURO_PURPOSE_SYNAPSE = 6,
    NEURO_PURPOSE_OTHER = 7,
    NEURO_PURPOSE_CURRENT = 8,  /* current sources */
    NEURO_PURPOSE_SPIKING = 9,  /* cells and sources that fire at random */
    NEURO_PURPOSE_REWIRING = 10 /* synapses that are formed and eliminated */
} neuro_purpose_t;

/* A sequence of draws. `position` counts the 32-bit words taken; key, context and position are its whole
 * state, the words are those of the call that position lies in. */
typedef struct {
    uint64_t key;
    uint64_t context;
    uint64_t position;
    uint32_t words[4];
} neuro_stream_t;

/* The stream of one element of one object, at its first draw. element < 2^63 (the top bit is ignored). */
void neuro_stream_init(neuro_stream_t *stream, uint64_t seed, neuro_purpose_t purpose, uint32_t object,
                       uint64_t element);
/* Go to a position: the next word is number `position` of the stream, counted from 0. */
void neuro_stream_seek(neuro_stream_t *stream, uint64_t position);
/* The next word, and the next n words at once (same words). */
uint32_t neuro_stream_u32(neuro_stream_t *stream);
void neuro_stream_fill(neuro_stream_t *stream, size_t n, uint32_t *out);
/* Two words as one, the first is the low half. */
uint64_t neuro_stream_u64(neuro_stream_t *stream);
/* Uniform in [0, 1): multiples of 2^-53. Two words. */
double neuro_stream_double(neuro_stream_t *stream);
/* Uniform in (0, 1): odd multiples of 2^-53, never an end. Two words. */
double neuro_stream_double_open(neuro_stream_t *stream);
/* Uniform integer in 0 .. n - 1 without bias; 0 if n is 0. One word or more for n <= 2^32, else two or
 * more. */
uint64_t neuro_stream_below(neuro_stream_t *stream, uint64_t n);

/* The next n of trials that fail with probability q: each number counts the failures before a success, given
 * log_miss = log(q) <= 0 (for success probability p: neuro_log1p(-p)). At most 2^62, which also stands for
 * "never" (log_miss = 0). Two words each. */
void neuro_geometric_skips(neuro_stream_t *stream, double log_miss, size_t n, uint64_t *out);
/* k different numbers out of 0 .. n - 1, every choice with the same probability, in ascending order. out:
 * k words. NEURO_ERR_VALUE if k > n. Allocates nothing. */
NEURO_MUST_CHECK neuro_status_t neuro_sample_without_replacement(neuro_stream_t *stream, uint32_t n,
                                                                 uint32_t k, uint32_t *out);

#endif
