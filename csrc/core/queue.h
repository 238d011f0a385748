/* Spikes in flight: for each of the last steps, the cells that fired, in ascending order.
 *
 * Every thread writes the lists of its own cells; read one after the other they are sorted. A cell that fires
 * m times in a step stands m times in the list. */
#ifndef NEURO_CORE_QUEUE_H
#define NEURO_CORE_QUEUE_H

#include "core/status.h"
#include "core/types.h"

#include <stdbool.h>

typedef struct {
    uint32_t *index;
    size_t count, capacity;
} neuro_list_t;

typedef struct {
    neuro_list_t *lists; /* [slot][thread] */
    uint32_t n_slots;    /* a power of two */
    uint32_t n_threads;
} neuro_queue_t;

/* Room for `n_slots` steps (rounded up to a power of two). What is in flight around `now` keeps its step; a
 * change of n_threads keeps the order. */
NEURO_MUST_CHECK neuro_status_t neuro_queue_reserve(neuro_queue_t *queue, uint32_t n_slots,
                                                    uint32_t n_threads, neuro_step_t now);
void neuro_queue_free(neuro_queue_t *queue);
void neuro_queue_clear(neuro_queue_t *queue);
size_t neuro_queue_bytes(const neuro_queue_t *queue);

static inline neuro_list_t *
neuro_queue_list(const neuro_queue_t *queue, neuro_step_t step, uint32_t thread)
{
    const size_t slot = (size_t) step & (size_t) (queue->n_slots - 1);

    return &queue->lists[slot * queue->n_threads + thread];
}

/* Grow until `extra` more items fit. False when memory is short; the list is as before. */
bool neuro_list_reserve(neuro_list_t *list, size_t extra);

#endif
