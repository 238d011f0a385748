#include "engine/tally.h"

#include "core/memory.h"

#include <string.h>

neuro_status_t
neuro_tallies_reserve(neuro_tallies_t *tallies, uint32_t n_threads)
{
    neuro_tally_t *grown;

    if (tallies->n >= n_threads) {
        return NEURO_OK;
    }
    grown = neuro_grow(tallies->of_thread, tallies->n, n_threads, sizeof *grown);
    if (grown == NULL) {
        return NEURO_ERR_MEMORY;
    }
    tallies->of_thread = grown;
    tallies->n = n_threads;
    return NEURO_OK;
}

void
neuro_tallies_free(neuro_tallies_t *tallies)
{
    neuro_release(tallies->of_thread);
    memset(tallies, 0, sizeof *tallies);
}

size_t
neuro_tallies_bytes(const neuro_tallies_t *tallies)
{
    return tallies->n * sizeof *tallies->of_thread;
}

void
neuro_tallies_add(const neuro_tallies_t *tallies, neuro_counters_t *sums)
{
    uint32_t i, c;

    for (i = 0; i < tallies->n; i++) {
        for (c = 0; c < NEURO_N_COUNTERS; c++) {
            sums->value[c] += tallies->of_thread[i].counters.value[c];
        }
    }
}

void
neuro_tallies_timeline(const neuro_tallies_t *tallies, neuro_timeline_t *timeline)
{
    uint32_t i;

    memset(timeline, 0, sizeof *timeline);
    for (i = 0; i < tallies->n; i++) {
        neuro_timeline_merge(timeline, &tallies->of_thread[i].timeline);
    }
}
