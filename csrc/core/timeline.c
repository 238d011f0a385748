#include "core/timeline.h"

void
neuro_timeline_widen(neuro_timeline_t *timeline, neuro_step_t step)
{
    uint32_t i;

    while ((uint64_t) step >> timeline->shift >= NEURO_TIMELINE_BINS) {
        for (i = 0; i < NEURO_TIMELINE_BINS / 2; i++) {
            timeline->bins[i] = timeline->bins[2 * i] + timeline->bins[2 * i + 1];
        }
        for (; i < NEURO_TIMELINE_BINS; i++) {
            timeline->bins[i] = 0;
        }
        timeline->shift++;
    }
}

void
neuro_timeline_merge(neuro_timeline_t *timeline, const neuro_timeline_t *other)
{
    uint32_t i;

    if (other->n == 0) {
        return;
    }
    while (timeline->shift < other->shift) {
        neuro_timeline_widen(timeline, (neuro_step_t) NEURO_TIMELINE_BINS << timeline->shift);
    }
    for (i = 0; i < NEURO_TIMELINE_BINS; i++) {
        timeline->bins[(uint64_t) i << other->shift >> timeline->shift] += other->bins[i];
    }
    timeline->first = timeline->n == 0 || other->first < timeline->first ? other->first : timeline->first;
    timeline->last = timeline->n == 0 || other->last > timeline->last ? other->last : timeline->last;
    timeline->n += other->n;
}
