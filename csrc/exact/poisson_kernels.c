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
    while (n < POISSON_MOST && neuro_poisson_word(cumulative) < UINT32_MAX &&
           word >= neuro_poisson_word(cumulative)) {
        n++;
        share *= mean / (double) n;
        cumulative += share;
    }
    return n;
}

/* Cells first..end - 1 of the block, of rates of their own. */
static inline void
draw(const neuro_poisson_t *own, const neuro_block_t *block, uint32_t first, uint32_t end)
{
    const neuro_population_t *population = block->population;
    const uint32_t *restrict threshold = own->threshold + block->first;
    uint8_t *restrict spiked = block->spiked;
    uint32_t words[MOST_CELLS];
    uint32_t i, j;

    neuro_philox_block(population->seed, NEURO_PURPOSE_POISSON, population->stream, block->first + first,
                       (uint64_t) block->step, end - first, words);
    for (i = first; i < end; i++) {
        spiked[i] = words[i - first] >= threshold[i];
    }
    for (i = first; i < end; i += 8) { /* few fire: look at eight at once */
        uint64_t eight = 1;

        if (i + 8 <= end) {
            memcpy(&eight, spiked + i, sizeof eight);
        }
        for (j = i; eight != 0 && j < end && j < i + 8; j++) {
            if (spiked[j]) {
                spiked[j] = count(own, block->first + j, block->step, words[j - first]);
            }
        }
    }
}

/* Only the intervals of cells that may fire. */
static void
draw_intervals(const neuro_poisson_t *own, const neuro_block_t *block)
{
    const uint32_t block_end = block->first + block->count;
    uint32_t low = 0, high = own->n_intervals;

    memset(block->spiked, 0, block->count);
    while (low < high) { /* the first that ends behind the block's begin */
        const uint32_t middle = low + (high - low) / 2;

        if (own->intervals[middle].end > block->first) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    for (; low < own->n_intervals && own->intervals[low].begin < block_end; low++) {
        const uint32_t begin = own->intervals[low].begin, end = own->intervals[low].end;

        draw(own, block, begin > block->first ? begin - block->first : 0,
             (end < block_end ? end : block_end) - block->first);
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

    if (!own->is_uniform) {
        draw_intervals(own, block);
        return;
    }
    memset(spiked, 0, n);
    if (own->n_table == 0 || block->step < own->first[0] || block->step >= own->end[0]) {
        return;
    }
    neuro_philox_block(population->seed, NEURO_PURPOSE_POISSON, population->stream, block->first,
                       (uint64_t) block->step, n, words);
    for (j = 0; j < own->n_table; j++) {
        const uint32_t threshold = own->table[j];

        for (i = 0; i < n; i++) {
            spiked[i] = (uint8_t) (spiked[i] + (words[i] >= threshold));
        }
    }
}

extern const neuro_block_function_t NEURO_VARIANT(neuro_poisson_update);
const neuro_block_function_t NEURO_VARIANT(neuro_poisson_update) = update;
