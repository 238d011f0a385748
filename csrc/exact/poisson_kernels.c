#include "exact/poisson.h"

#include "core/random_inline.h"

#include <string.h>

enum { MOST_CELLS = 512 };

/* Spikes of a cell of its own rate in a step, for a word at or above its threshold. */
static uint8_t
count(const neuro_poisson_t *own, uint32_t cell, neuro_step_t step, uint32_t word)
{
    const double mean = own->mean[cell];
    double share = own->p_none[cell], cumulative = share;
    uint8_t n = 0;

    if (step < own->first[cell] || step >= own->end[cell]) {
        return 0;
    }
    while (n < POISSON_MOST && neuro_poisson_word(cumulative) < UINT32_MAX && word >= neuro_poisson_word(cumulative)) {
        n++;
        share *= mean / (double) n;
        cumulative += share;
    }
    return n;
}

/* The spikes of the block's cells first..end - 1 of which the flag says that there are any. */
static inline void
count_all(
    const neuro_poisson_t *own, const neuro_block_t *block, uint32_t first, uint32_t end, const uint32_t *words)
{
    uint32_t i;

    for (i = first; i < end; i++) {
        if (block->spiked[i]) {
            block->spiked[i] = count(own, block->first + i, block->step, words[i]);
        }
    }
}

static void
update(const neuro_block_t *block)
{
    const neuro_population_t *population = block->population;
    const neuro_poisson_t *own = population->own;
    const uint32_t n = block->count;
    uint8_t *restrict spiked = block->spiked;
    uint32_t words[MOST_CELLS];
    uint32_t i, j;

    if (own->is_uniform
        && (own->n_table == 0 || block->step < own->first[0] || block->step >= own->end[0])) {
        memset(spiked, 0, n);
        return;
    }
    neuro_philox_block(population->network->seed, NEURO_PURPOSE_POISSON, population->id, block->first,
        (uint64_t) block->step, n, words);
    if (own->is_uniform) {
        for (i = 0; i < n; i++) {
            spiked[i] = 0;
        }
        for (j = 0; j < own->n_table; j++) {
            const uint32_t threshold = own->table[j];

            for (i = 0; i < n; i++) {
                spiked[i] = (uint8_t) (spiked[i] + (words[i] >= threshold));
            }
        }
        return;
    }
    {
        const uint32_t *restrict threshold = own->threshold + block->first;

        for (i = 0; i < n; i++) {
            spiked[i] = words[i] >= threshold[i];
        }
    }
    for (i = 0; i + 8 <= n; i += 8) { /* few fire: look at eight at once */
        uint64_t eight;

        memcpy(&eight, spiked + i, sizeof eight);
        if (eight != 0) {
            count_all(own, block, i, i + 8, words);
        }
    }
    count_all(own, block, i, n, words);
}

extern const neuro_block_function_t NEURO_VARIANT(neuro_poisson_update);
const neuro_block_function_t NEURO_VARIANT(neuro_poisson_update) = update;
