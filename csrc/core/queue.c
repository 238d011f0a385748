#include "core/queue.h"

#include "core/memory.h"

#include <string.h>

bool
neuro_list_reserve(neuro_list_t *list, size_t extra)
{
    size_t capacity = list->capacity > 0 ? list->capacity : 16;
    uint32_t *grown;

    while (capacity < list->count + extra) {
        capacity *= 2;
    }
    if (capacity == list->capacity) {
        return true;
    }
    grown = neuro_grow(list->index, list->count, capacity, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    list->index = grown;
    list->capacity = capacity;
    return true;
}

neuro_status_t
neuro_queue_reserve(neuro_queue_t *queue, uint32_t n_slots, uint32_t n_threads, neuro_step_t now)
{
    neuro_queue_t wider = {0};
    uint32_t power = queue->n_slots > 0 ? queue->n_slots : 1;
    uint32_t slot, thread;

    while (power < n_slots) {
        power *= 2;
    }
    if (power == queue->n_slots && n_threads == queue->n_threads) {
        return NEURO_OK;
    }
    wider.n_slots = power;
    wider.n_threads = n_threads;
    wider.lists = neuro_alloc((size_t) power * n_threads, sizeof *wider.lists);
    if (wider.lists == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (slot = 0; slot < queue->n_slots; slot++) {
        const neuro_step_t step = now - (neuro_step_t) slot;
        neuro_list_t *to = neuro_queue_list(&wider, step, 0);

        for (thread = 0; thread < queue->n_threads; thread++) {
            const neuro_list_t *from = neuro_queue_list(queue, step, thread);

            if (from->count == 0) {
                continue;
            }
            if (!neuro_list_reserve(to, from->count)) {
                neuro_queue_free(&wider);
                return NEURO_ERR_MEMORY;
            }
            memcpy(to->index + to->count, from->index, from->count * sizeof *to->index);
            to->count += from->count;
        }
    }
    neuro_queue_free(queue);
    *queue = wider;
    return NEURO_OK;
}

void
neuro_queue_free(neuro_queue_t *queue)
{
    size_t i, n = (size_t) queue->n_slots * queue->n_threads;

    for (i = 0; i < n; i++) {
        neuro_release(queue->lists[i].index);
    }
    neuro_release(queue->lists);
    memset(queue, 0, sizeof *queue);
}

void
neuro_queue_clear(neuro_queue_t *queue)
{
    size_t i, n = (size_t) queue->n_slots * queue->n_threads;

    for (i = 0; i < n; i++) {
        queue->lists[i].count = 0;
    }
}

size_t
neuro_queue_bytes(const neuro_queue_t *queue)
{
    size_t i, bytes, n = (size_t) queue->n_slots * queue->n_threads;

    bytes = n * sizeof *queue->lists;
    for (i = 0; i < n; i++) {
        bytes += queue->lists[i].capacity * sizeof(uint32_t);
    }
    return bytes;
}
