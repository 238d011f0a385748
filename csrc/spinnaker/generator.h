/* The machine's random numbers: Marsaglia's KISS64 and the variates that the sources make of it.
 *
 * Source: spinn_common's random.c (mars_kiss64_seed), stdfix-exp.h and the Poisson source of sPyNNaker
 * (October 2023). */
#ifndef NEURO_SPINNAKER_GENERATOR_H
#define NEURO_SPINNAKER_GENERATOR_H

#include "core/fixed.h"

typedef struct {
    uint32_t x, y, z, c;
} neuro_spinnaker_generator_t;

enum { NEURO_SPINNAKER_SEED_WORDS = 4 };

/* 32 random bits. */
static inline uint32_t
neuro_spinnaker_draw(neuro_spinnaker_generator_t *generator)
{
    uint64_t product;

    generator->x = 314527869u * generator->x + 1234567u;
    generator->y ^= generator->y << 5;
    generator->y ^= generator->y >> 7;
    generator->y ^= generator->y << 22;
    product = UINT64_C(4294584393) * generator->z + generator->c;
    generator->c = (uint32_t) (product >> 32);
    generator->z = (uint32_t) product;
    return generator->x + generator->y + generator->z;
}

/* A whole number below n. */
static inline uint32_t
neuro_spinnaker_draw_below(neuro_spinnaker_generator_t *generator, uint32_t n)
{
    return (uint32_t) (((uint64_t) n * neuro_spinnaker_draw(generator)) >> 32);
}

/* A seed with the words that must not be there changed to those that may, as the core does with seeds that it
 * is given. */
neuro_spinnaker_generator_t neuro_spinnaker_seed(neuro_spinnaker_generator_t given);

/* From and to four numbers, x, y, z, c. */
neuro_spinnaker_generator_t neuro_spinnaker_generator_from(const double *words);
void neuro_spinnaker_generator_to(const neuro_spinnaker_generator_t *generator, double *words);

/* An exponential variate of mean 1, s16.15. Von Neumann's comparisons of uniform numbers. */
int32_t neuro_spinnaker_draw_exponential(neuro_spinnaker_generator_t *generator);

/* A Poisson count; exp_minus_mean: e^-mean as a fraction of 32 bits. */
uint32_t neuro_spinnaker_draw_poisson(neuro_spinnaker_generator_t *generator, uint32_t exp_minus_mean);

#endif
