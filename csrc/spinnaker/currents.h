/* Current sources of the machine. Each core has its own copy of every source; its neurons call their sources
 * one after the other, in index order, and step and noisy sources remember across calls.
 *
 * Source: current_source_*.h of sPyNNaker (October 2023). */
#ifndef NEURO_SPINNAKER_CURRENTS_H
#define NEURO_SPINNAKER_CURRENTS_H

#include "core/status.h"
#include "core/types.h"
#include "spinnaker/generator.h"

#include <stdbool.h>

typedef enum {
    NEURO_SPINNAKER_DC,
    NEURO_SPINNAKER_AC,
    NEURO_SPINNAKER_STEP,
    NEURO_SPINNAKER_NOISY,
    NEURO_SPINNAKER_N_CURRENTS
} neuro_spinnaker_current_kind_t;

typedef struct {
    neuro_step_t start, stop; /* active in start <= t < stop */
    int32_t amplitude;        /* of a noisy source: the standard deviation */
    int32_t offset;           /* of a noisy source: the mean */
    int32_t frequency, phase;
    neuro_spinnaker_generator_t seed;
    uint32_t first_entry, n_entries; /* of a step source */
} neuro_spinnaker_current_t;

/* What a core remembers of a source. */
typedef struct {
    neuro_spinnaker_generator_t generator;
    uint32_t next; /* entry */
    int32_t value;
} neuro_spinnaker_current_state_t;

typedef struct {
    uint32_t cell, kind, number;
} neuro_spinnaker_call_t;

typedef struct {
    uint32_t n_sources[NEURO_SPINNAKER_N_CURRENTS];
    neuro_spinnaker_current_t *sources[NEURO_SPINNAKER_N_CURRENTS];
    /* entries of all step sources */
    uint32_t n_entries;
    neuro_step_t *entry_steps;
    int32_t *entry_values;
    uint64_t n_calls;
    neuro_spinnaker_call_t *calls;                                       /* by cell, then as given */
    neuro_spinnaker_current_state_t *states[NEURO_SPINNAKER_N_CURRENTS]; /* [core][source] */
    uint32_t n_cores;
} neuro_spinnaker_currents_t;

void neuro_spinnaker_currents_free(neuro_spinnaker_currents_t *currents);
/* Replace the sources of one kind by rows of numbers; forgets what the cores remember.
 *   dc: amplitude, start, stop;  ac: start, stop, amplitude, offset, frequency, phase;
 *   noisy: mean, stdev, start, stop, x, y, z, c;  step: n, n times, n amplitudes. Ticks whole, the others
 * s16.15. */
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_currents_set(neuro_spinnaker_currents_t *currents,
                                                             neuro_error_t *error,
                                                             neuro_spinnaker_current_kind_t kind,
                                                             uint32_t n_cores, const double *values,
                                                             uint64_t n);
/* Which cell calls which sources: triples of cell, kind, number, in the order of the calls of a cell. */
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_currents_connect(neuro_spinnaker_currents_t *currents,
                                                                 neuro_error_t *error, uint32_t n_cells,
                                                                 const double *values, uint64_t n);
/* Memory for the states of n_cores, all as at the start. */
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_currents_restart(neuro_spinnaker_currents_t *currents,
                                                                 uint32_t n_cores);
/* Sums of the cells [first, first + count) in `step`. quirks: of each cell, with a stride of 0 or 1. */
void neuro_spinnaker_currents_sum(neuro_spinnaker_currents_t *currents, uint32_t cells_per_core,
                                  uint32_t first, uint32_t count, neuro_step_t step, const int32_t *quirks,
                                  size_t quirk_stride, int32_t *sums);

#endif
