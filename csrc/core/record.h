/* Recorders: samples of a variable, and spikes. They grow in blocks; what they hold is read through copies.
 */
#ifndef NEURO_CORE_RECORD_H
#define NEURO_CORE_RECORD_H

#include "core/status.h"
#include "core/types.h"

#include <stdbool.h>

/* One variable of selected cells of a population, every `interval` steps. Row-major: sample, then cell. */
typedef struct {
    uint32_t *cells; /* ascending */
    uint32_t n_cells;
    neuro_type_t type;
    neuro_step_t interval;
    neuro_step_t first_step; /* step of sample 0; -1: none yet */
    void *data;
    size_t n_samples, capacity;
} neuro_recorder_t;

NEURO_MUST_CHECK neuro_status_t neuro_recorder_select(neuro_recorder_t *recorder, neuro_type_t type,
                                                      const uint32_t *cells, uint32_t n_cells,
                                                      neuro_step_t interval);
void neuro_recorder_free(neuro_recorder_t *recorder);
/* Drop the samples, keep the selection. */
void neuro_recorder_clear(neuro_recorder_t *recorder);
/* Bytes that neuro_recorder_reserve would take; 0 when there is room. */
double neuro_recorder_bytes_needed(const neuro_recorder_t *recorder, neuro_step_t last);
/* Room for the samples of the steps up to `last`. */
NEURO_MUST_CHECK neuro_status_t neuro_recorder_reserve(neuro_recorder_t *recorder, neuro_step_t last);
/* True when `step` is a sample. */
static inline bool
neuro_recorder_is_due(const neuro_recorder_t *recorder, neuro_step_t step)
{
    return recorder->n_cells > 0 &&
           (recorder->interval == 1 || (step - recorder->first_step) % recorder->interval == 0);
}
/* Copy the values of cells [first, first + count) at `step`; `values` is the whole population's array (or one
 * value if is_scalar). Threads write disjoint cells. */
void neuro_recorder_sample(neuro_recorder_t *recorder, neuro_step_t step, const void *values, bool is_scalar,
                           uint32_t first, uint32_t count);

/* Spikes of one thread's cells in the order of time, then index. */
typedef struct {
    uint32_t *index;
    neuro_step_t *step;
    size_t count, capacity;
} neuro_spike_record_t;

void neuro_spike_record_free(neuro_spike_record_t *record);
/* Append the cells of a list that `mask` selects (NULL: all). False when memory is short. */
bool neuro_spike_record_append(neuro_spike_record_t *record, const uint32_t *index, size_t n,
                               const uint8_t *mask, neuro_step_t step);

#endif
