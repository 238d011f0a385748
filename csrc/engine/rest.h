/* Blocks at rest: cells that an update leaves bit for bit as they are, and that receive nothing, need no
 * update.
 *
 * A kernel whose update lists its spikes says itself, in every step, which blocks have come to rest. Of the
 * others: at every NEURO_REST_PERIOD-th step a block without input is compared before and after its update.
 * If nothing changed and no cell fired, it is at rest, and later steps are left out until something arrives
 * or something of it is set. So that states which decay come to an end, values below 1e-150 (single
 * precision: 1e-30) become 0 at these same steps, in every cell: results depend neither on the blocks nor on
 * what is left out. */
#ifndef NEURO_ENGINE_REST_H
#define NEURO_ENGINE_REST_H

#include "engine/network.h"

enum {
    NEURO_REST_PERIOD = 64, /* steps */
    NEURO_REST_GRAIN = 64,  /* blocks begin at multiples of this many cells */
    NEURO_REST_CELLS = 512, /* of a block, at most */
    NEURO_REST_LINE = 8     /* steps in a line of the cache */
};

/* Make room for the marks of a population whose kernel can rest, and clear them. */
NEURO_MUST_CHECK neuro_status_t neuro_rest_prepare(neuro_population_t *population, uint32_t n_threads);

/* Rows are swept that reach a thread's cells up to step `until`. */
static inline void
neuro_rest_expect(neuro_population_t *population, uint32_t thread, neuro_step_t until)
{
    if (population->expects_until != NULL && population->expects_until[thread * NEURO_REST_LINE] < until) {
        population->expects_until[thread * NEURO_REST_LINE] = until;
    }
}

/* The cells [first, end) may have been changed from outside. */
void neuro_rest_forget(neuro_population_t *population, uint32_t first, uint32_t end);

/* Whether a block that was at rest receives nothing in its step; if it does, it is no longer at rest. */
bool neuro_rest_is_kept(const neuro_block_t *block);

/* Update a block, and see whether it comes to rest. */
void neuro_rest_watch(const neuro_block_t *block);

/* Update a block unless it is at rest; returns whether it was updated. */
static inline bool
neuro_rest_update(const neuro_block_t *block)
{
    const neuro_population_t *population = block->population;

    if (population->at_rest != NULL) {
        if (population->at_rest[block->first / NEURO_REST_GRAIN] && neuro_rest_is_kept(block)) {
            return false;
        }
        if (population->kernel->lists_spikes) {
            population->update(block);
            population->at_rest[block->first / NEURO_REST_GRAIN] = block->fired->rests;
            return true;
        }
        if (block->step % NEURO_REST_PERIOD == 0) {
            neuro_rest_watch(block);
            return true;
        }
    }
    population->update(block);
    return true;
}

#endif
