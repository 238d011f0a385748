/* How many of something happened when: a histogram over steps whose bins grow wider as time goes on. */
#ifndef NEURO_CORE_TIMELINE_H
#define NEURO_CORE_TIMELINE_H

#include "core/types.h"

enum { NEURO_TIMELINE_BINS = 128 };

/* A bin is 2^shift steps, bin 0 begins with step 0. Zeroed: empty. */
typedef struct {
    uint64_t n;          /* in all */
    int64_t first, last; /* steps; of nothing when n is 0 */
    uint32_t shift;
    uint64_t bins[NEURO_TIMELINE_BINS];
} neuro_timeline_t;

/* Make the bins so wide that `step` falls into one of them. */
void neuro_timeline_widen(neuro_timeline_t *timeline, neuro_step_t step);

/* Add all that `other` holds. */
void neuro_timeline_merge(neuro_timeline_t *timeline, const neuro_timeline_t *other);

/* `n` more in `step`, at least 0. */
static inline void
neuro_timeline_add(neuro_timeline_t *timeline, neuro_step_t step, uint64_t n)
{
    if ((uint64_t) step >> timeline->shift >= NEURO_TIMELINE_BINS) {
        neuro_timeline_widen(timeline, step);
    }
    timeline->bins[(uint64_t) step >> timeline->shift] += n;
    timeline->first = timeline->n == 0 || step < timeline->first ? step : timeline->first;
    timeline->last = timeline->n == 0 || step > timeline->last ? step : timeline->last;
    timeline->n += n;
}

#endif
