/* Spikes that carry a number: each cell's number of the last steps, for the sweeps that deliver them.
 *
 * A kernel of graded spikes has such a store as its own data (or as the head of it) and writes it in every
 * update; where a cell is silent its number is 0. */
#ifndef NEURO_LOIHI_GRADED_H
#define NEURO_LOIHI_GRADED_H

#include "engine/network.h"

typedef struct {
    int32_t *payloads; /* [slot][cell]; slots as in the population's queue */
    uint32_t n_slots;
} neuro_loihi_graded_t;

NEURO_MUST_CHECK neuro_status_t neuro_loihi_graded_init(neuro_population_t *population);
NEURO_MUST_CHECK neuro_status_t neuro_loihi_graded_make_room(neuro_population_t *population);
void neuro_loihi_graded_free(neuro_population_t *population);
void neuro_loihi_graded_reset(neuro_population_t *population);

/* For descriptors of kernels whose own data is such a store. */
#define NEURO_LOIHI_GRADED_FUNCTIONS                                                                         \
    .init = neuro_loihi_graded_init, .make_room = neuro_loihi_graded_make_room,                              \
    .free = neuro_loihi_graded_free, .reset = neuro_loihi_graded_reset

/* Keep the numbers of a block's cells of the present step (one a cell of the block). */
void neuro_loihi_keep_payloads(const neuro_block_t *block, const int32_t *payloads);

/* Whether the spikes of a population carry numbers. */
static inline bool
neuro_loihi_is_graded(const neuro_population_t *population)
{
    return population->kernel->make_room == neuro_loihi_graded_make_room;
}

/* What the spikes that a population emitted in a step carry, one number a cell; NULL: they carry none. */
static inline const int32_t *
neuro_loihi_payloads(const neuro_population_t *population, neuro_step_t step)
{
    const neuro_loihi_graded_t *graded = population->own;

    if (!neuro_loihi_is_graded(population)) {
        return NULL;
    }
    return graded->payloads + ((size_t) step & (graded->n_slots - 1)) * population->n_cells;
}

#endif
