/* Rows of synapses as the packet handlers read them: 16-bit weights into saturating 16-bit sums. */
#ifndef NEURO_SPINNAKER_ROWS_H
#define NEURO_SPINNAKER_ROWS_H

#include "core/fixed.h"
#include "engine/network.h"

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
} neuro_spinnaker_rows_t;

static inline neuro_spinnaker_rows_t
neuro_spinnaker_rows(const neuro_sweep_t *sweep)
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
                                    .now = (uint32_t) ((uint64_t) now & (ring->n_slots - 1))};
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

    *cell = neuro_add_saturate_u16(*cell, weight, n_saturated);
}

#endif
