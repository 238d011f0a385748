#include "engine/spike_source.h"

#include "core/memory.h"
#include "engine/network.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    neuro_step_t step;
    uint32_t cell;
} event_t;

typedef struct {
    event_t *events; /* by step, then cell */
    uint64_t n;
} trains_t;

static neuro_status_t
init(neuro_population_t *population)
{
    population->own = neuro_alloc(1, sizeof(trains_t));
    return population->own == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
}

static void
free_trains(neuro_population_t *population)
{
    trains_t *trains = population->own;

    if (trains != NULL) {
        neuro_release(trains->events);
        neuro_release(trains);
    }
}

/* First event that is not before (step, cell). */
static uint64_t
lower_bound(const trains_t *trains, neuro_step_t step, uint32_t cell)
{
    uint64_t low = 0, high = trains->n;

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        const event_t *event = &trains->events[middle];

        if (event->step < step || (event->step == step && event->cell < cell)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool
emit(const neuro_block_t *block, neuro_list_t *list)
{
    const trains_t *trains = block->population->own;
    const uint32_t end = block->first + block->count;
    uint64_t i;

    if (trains->n == 0 || trains->events[trains->n - 1].step < block->step) {
        return true;
    }
    for (i = lower_bound(trains, block->step, block->first);
         i < trains->n && trains->events[i].step == block->step && trains->events[i].cell < end; i++) {
        if (!neuro_list_reserve(list, 1)) {
            return false;
        }
        list->index[list->count++] = trains->events[i].cell;
    }
    return true;
}

static int
compare(const void *a, const void *b)
{
    const event_t *left = a, *right = b;

    if (left->step != right->step) {
        return left->step < right->step ? -1 : 1;
    }
    return (left->cell > right->cell) - (left->cell < right->cell);
}

/* Take over `events` of `n`, sorted here. */
static void
replace(trains_t *trains, event_t *events, uint64_t n)
{
    qsort(events, (size_t) n, sizeof *events, compare);
    neuro_release(trains->events);
    trains->events = events;
    trains->n = n;
}

neuro_status_t
neuro_spike_source_set(neuro_population_t *population, const uint64_t *offsets, const neuro_step_t *steps)
{
    const uint64_t n = offsets[population->n_cells];
    event_t *events = neuro_alloc((size_t) n, sizeof *events);
    uint32_t cell;
    uint64_t i;

    if (events == NULL) {
        return neuro_fail(&population->network->error, NEURO_ERR_MEMORY, "no memory for %llu spike times",
                          (unsigned long long) n);
    }
    for (cell = 0; cell < population->n_cells; cell++) {
        for (i = offsets[cell]; i < offsets[cell + 1]; i++) {
            events[i].step = steps[i];
            events[i].cell = cell;
        }
    }
    replace(population->own, events, n);
    return NEURO_OK;
}

neuro_status_t
neuro_spike_source_add(neuro_population_t *population, uint64_t n, const neuro_step_t *steps,
                       const uint32_t *cells)
{
    trains_t *trains = population->own;
    const neuro_step_t now = population->network->step;
    const uint64_t first = lower_bound(trains, now, 0);
    event_t *events = neuro_alloc((size_t) (trains->n - first + n), sizeof *events);
    uint64_t i, kept = trains->n - first;

    if (events == NULL) {
        return neuro_fail(&population->network->error, NEURO_ERR_MEMORY, "no memory for %llu more spikes",
                          (unsigned long long) n);
    }
    for (i = 0; i < n; i++) {
        if (cells[i] >= population->n_cells) {
            neuro_release(events);
            return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                              "spike of cell %u of a source of %u cells", cells[i], population->n_cells);
        }
    }
    if (kept > 0) {
        memcpy(events, trains->events + first, (size_t) kept * sizeof *events);
    }
    for (i = 0; i < n; i++) {
        if (steps[i] >= now) {
            events[kept].step = steps[i];
            events[kept].cell = cells[i];
            kept++;
        }
    }
    replace(trains, events, kept);
    return NEURO_OK;
}

const neuro_neuron_kernel_t neuro_spike_source_kernel = {
    .name = "spike_source_array",
    .ring_type = NEURO_U8,
    .constant_type = NEURO_F64,
    .current_constant = -1,
    .init = init,
    .free = free_trains,
    .emit = emit,
};
