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

/* Distributions, named and parametrised as PyNN's RandomDistribution; p holds the parameters in PyNN's
 * order. */
typedef enum {
    NEURO_DISTRIBUTION_BINOMIAL = 0,               /* n (integer, 0 .. 2^53), p (0 .. 1) */
    NEURO_DISTRIBUTION_GAMMA,                      /* k (shape >= 0), theta (scale >= 0) */
    NEURO_DISTRIBUTION_EXPONENTIAL,                /* beta (mean >= 0) */
    NEURO_DISTRIBUTION_LOGNORMAL,                  /* mu, sigma >= 0 of the logarithm */
    NEURO_DISTRIBUTION_NORMAL,                     /* mu, sigma >= 0 */
    NEURO_DISTRIBUTION_NORMAL_CLIPPED,             /* mu, sigma >= 0, low <= high: redrawn outside */
    NEURO_DISTRIBUTION_NORMAL_CLIPPED_TO_BOUNDARY, /* the same; values outside become low or high */
    NEURO_DISTRIBUTION_POISSON,                    /* lambda (0 .. 1e15) */
    NEURO_DISTRIBUTION_UNIFORM,                    /* low, high; high - low finite */
    NEURO_DISTRIBUTION_UNIFORM_INT,                /* integers low < high, |.| <= 2^53: low .. high - 1 */
    NEURO_DISTRIBUTION_VONMISES                    /* mu (any; the result is in [-pi, pi]), kappa >= 0 */
} neuro_distribution_kind_t;

typedef struct {
    neuro_distribution_kind_t kind;
    double p[4];
} neuro_distribution_t;

/* Redraws of a clipped normal before it counts as impossible; PyNN gives up after as many. */
enum { NEURO_DISTRIBUTION_MAX_REDRAWS = 1000 };

/* Look up a name and check the parameters. NEURO_ERR_NAME: no such distribution; NEURO_ERR_SHAPE: it takes
 * another number of parameters; NEURO_ERR_VALUE: a parameter is not finite (the bounds low and high of a
 * clipped normal may be infinite) or out of its range. */
NEURO_MUST_CHECK neuro_status_t neuro_distribution_init(neuro_distribution_t *distribution, const char *name,
                                                        const double *parameters, uint32_t n_parameters);
/* One draw. NaN, and never anything else than NaN, says that a clipped normal found no value between its
 * bounds in 1 + NEURO_DISTRIBUTION_MAX_REDRAWS draws, or that the parameters are not those of
 * neuro_distribution_init. */
double neuro_draw(const neuro_distribution_t *distribution, neuro_stream_t *stream);
/* n draws, the same values as n calls of neuro_draw. Returns how many there are: n, or less if one failed,
 * and then the rest of out is NaN. */
size_t neuro_draw_many(const neuro_distribution_t *distribution, neuro_stream_t *stream, size_t n,
                       double *out);

/* The x below which a standard normal number lies with probability u, 0 < u < 1; -inf at 0, inf at 1.
 * Relative error about 1e-15. */
double neuro_normal_quantile(double u);
/* Number of successes in n trials; n <= 2^53, p is cut to 0 .. 1. */
uint64_t neuro_binomial(neuro_stream_t *stream, uint64_t n, double p);
/* Failures before the next success of trials that fail with probability q, given log_miss = log(q) <= 0
 * (for success probability p: neuro_log1p(-p)). At most 2^62, which also stands for "never" (log_miss =
 * 0). Two words. */
uint64_t neuro_geometric_skip(neuro_stream_t *stream, double log_miss);
/* n skips at once: the same numbers as n calls, in less time. */
void neuro_geometric_skips(neuro_stream_t *stream, double log_miss, size_t n, uint64_t *out);
/* k different numbers out of 0 .. n - 1, every choice with the same probability, in ascending order. out:
 * k words. NEURO_ERR_VALUE if k > n. Allocates nothing. */
NEURO_MUST_CHECK neuro_status_t neuro_sample_without_replacement(neuro_stream_t *stream, uint32_t n,
                                                                 uint32_t k, uint32_t *out);
/* Put n numbers into random order (Fisher and Yates). */
void neuro_shuffle(neuro_stream_t *stream, uint32_t n, uint32_t *values);

#endif
