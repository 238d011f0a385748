/* What was counted of one population or projection: one tally a thread, so that threads share no line. */
#ifndef NEURO_ENGINE_TALLY_H
#define NEURO_ENGINE_TALLY_H

#include "core/timeline.h"
#include "engine/kernels.h"

typedef struct {
    neuro_counters_t counters;
    neuro_timeline_t timeline; /* of a population: spikes; of a projection: sums that a ring could not hold */
} neuro_tally_t;

/* Zeroed: none. Those of threads that are no longer there are kept. */
typedef struct {
    uint32_t n;
    neuro_tally_t *of_thread;
} neuro_tallies_t;

/* At least one a thread; NEURO_ERR_MEMORY leaves them as they were. */
NEURO_MUST_CHECK neuro_status_t neuro_tallies_reserve(neuro_tallies_t *tallies, uint32_t n_threads);
void neuro_tallies_free(neuro_tallies_t *tallies);
size_t neuro_tallies_bytes(const neuro_tallies_t *tallies);
/* Add the sums over threads to `sums`. */
void neuro_tallies_add(const neuro_tallies_t *tallies, neuro_counters_t *sums);
/* The timelines of all threads as one. */
void neuro_tallies_timeline(const neuro_tallies_t *tallies, neuro_timeline_t *timeline);

#endif
