/* Random numbers of named distributions, drawn from the streams of random.h. */
#ifndef NEURO_CORE_DISTRIBUTIONS_H
#define NEURO_CORE_DISTRIBUTIONS_H

#include "core/random.h"
#include "core/status.h"

#include <stdint.h>

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

/* The x below which a standard normal number lies with probability u, 0 < u < 1; -inf at 0, inf at 1.
 * Relative error about 1e-15. */
double neuro_normal_quantile(double u);
/* Number of successes in n trials; n <= 2^53, p is cut to 0 .. 1. */
uint64_t neuro_binomial(neuro_stream_t *stream, uint64_t n, double p);

#endif
