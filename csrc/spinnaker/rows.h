/* Rows of synapses as the packet handlers read them: 16-bit weights into saturating 16-bit sums. */
#ifndef NEURO_SPINNAKER_ROWS_H
#define NEURO_SPINNAKER_ROWS_H

#include "core/fixed.h"
#include "engine/network.h"
#include "spinnaker/cells.h"

/* Columns of a projection, ready for a sweep over any layout. */
typedef struct {
    const neuro_rows_t *rows;
    uint16_t *weights;
    const void *delays;
    size_t weight_stride, delay_stride; /* 0 where all are equal */
    bool has_short_delays;              /* of 8 bits */
    uint16_t *ring;                     /* the receptor's stripe of slot 0 */
    size_t slot_stride;
    uint32_t slot_mask;
    uint32_t now; /* slot of a delay of 0 */
    neuro_population_t *post;
    neuro_step_t step;
    bool is_plastic;
} neuro_spinnaker_rows_t;

static inline neuro_spinnaker_rows_t
neuro_spinnaker_rows(const neuro_sweep_t *sweep, bool is_plastic)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *weight = &rows->columns[NEURO_WEIGHT], *delay = &rows->columns[NEURO_DELAY];
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t now = sweep->step + projection->network->platform->plan.latency;

    return (neuro_spinnaker_rows_t){.rows = rows,
                                    .weights = weight->data,
                                    .delays = delay->data,
                                    .weight_stride = !weight->is_scalar,
                                    .delay_stride = !delay->is_scalar,
                                    .has_short_delays = delay->type == NEURO_U8,
                                    .ring = (uint16_t *) ring->data + projection->receptor * ring->stride,
                                    .slot_stride = ring->n_receptors * ring->stride,
                                    .slot_mask = ring->n_slots - 1,
                                    .now = (uint32_t) ((uint64_t) now & (ring->n_slots - 1)),
                                    .post = projection->post,
                                    .step = sweep->step,
                                    .is_plastic = is_plastic};
}

static inline uint32_t
neuro_spinnaker_delay(const neuro_spinnaker_rows_t *row, uint64_t synapse)
{
    const size_t k = (size_t) synapse * row->delay_stride;

    return row->has_short_delays ? ((const uint8_t *) row->delays)[k] : ((const uint16_t *) row->delays)[k];
}

static inline void
neuro_spinnaker_add(const neuro_spinnaker_rows_t *row, uint32_t target, uint32_t delay, uint16_t weight,
                    uint64_t *n_saturated)
{
    uint16_t *cell = row->ring + ((row->now + delay) & row->slot_mask) * row->slot_stride + target;
    uint64_t is_saturated = 0;

    *cell = neuro_add_saturate_u16(*cell, weight, &is_saturated);
    if (__builtin_expect(is_saturated != 0, 0)) {
        neuro_spinnaker_note_saturation(row->post, target, row->step, row->is_plastic);
        ++*n_saturated;
    }
}

/* What a sweep of plastic rows counts. */
typedef struct {
    uint64_t n_updates, n_saturated;
    uint64_t n_skipped; /* synapses whose delay is stored as 0 */
    uint64_t n_over;    /* synapses of late packets whose slot is over */
} neuro_spinnaker_plastic_counts_t;

/* A plastic weight with a delay of 0 steps is never delivered, and none whose slot is over. */
static inline void
neuro_spinnaker_deliver(const neuro_spinnaker_rows_t *row, uint32_t target, uint32_t delay, uint16_t weight,
                        uint32_t lateness, neuro_spinnaker_plastic_counts_t *counts)
{
    if (delay > lateness) {
        neuro_spinnaker_add(row, target, delay, weight, &counts->n_saturated);
    } else if (delay == 0) {
        counts->n_skipped++;
    } else {
        counts->n_over++;
    }
}

static inline void
neuro_spinnaker_count_plastic(neuro_counters_t *counters, const neuro_spinnaker_plastic_counts_t *counts)
{
    counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += counts->n_updates - counts->n_skipped;
    counters->value[NEURO_COUNT_PLASTIC_UPDATES] += counts->n_updates;
    counters->value[NEURO_COUNT_PLASTIC_SATURATIONS] += counts->n_saturated;
    counters->value[NEURO_COUNT_SKIPPED_SYNAPSES] += counts->n_skipped;
}

/* Steps of a delay that the delay extensions take over: as many whole rings as it is longer than. */
static inline uint32_t
neuro_spinnaker_extension_steps(uint32_t delay, double slots)
{
    const uint32_t n = (uint32_t) slots;

    return n > 0 && delay > 0 ? (delay - 1) / n * n : 0;
}

/* Once the delays are split into stages and rings, the number of slots stays. */
static inline neuro_status_t
neuro_spinnaker_check_slots(neuro_projection_t *projection, double slots)
{
    const neuro_rows_t *rows = &projection->rows;
    const uint32_t n = (uint32_t) slots, longest = (uint32_t) rows->shifts[rows->n_shifts - 1];

    if (!projection->is_split || !projection->is_ready || rows->n_synapses == 0) {
        return NEURO_OK;
    }
    if (n > 0 ? longest % n == 0 && projection->max_ring_delay <= n : longest == 0) {
        return NEURO_OK;
    }
    return neuro_fail(
        &projection->network->error, NEURO_ERR_STATE,
        "\"delay_slots\" of projection %u cannot become %u: its delays have been split into rings and "
        "stages of delay extensions by the first run",
        projection->id, n);
}

#endif
