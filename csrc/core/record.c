#include "core/record.h"

#include "core/memory.h"

#include <string.h>

neuro_status_t
neuro_recorder_select(neuro_recorder_t *recorder, neuro_type_t type, const uint32_t *cells, uint32_t n_cells,
                      neuro_step_t interval)
{
    uint32_t *copy = neuro_alloc(n_cells, sizeof *copy);

    if (copy == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (n_cells > 0) {
        memcpy(copy, cells, n_cells * sizeof *copy);
    }
    neuro_recorder_free(recorder);
    recorder->cells = copy;
    recorder->n_cells = n_cells;
    recorder->type = type;
    recorder->interval = interval;
    recorder->first_step = -1;
    return NEURO_OK;
}

void
neuro_recorder_free(neuro_recorder_t *recorder)
{
    neuro_release(recorder->cells);
    neuro_release(recorder->data);
    memset(recorder, 0, sizeof *recorder);
}

void
neuro_recorder_clear(neuro_recorder_t *recorder)
{
    neuro_release(recorder->data);
    recorder->data = NULL;
    recorder->n_samples = 0;
    recorder->capacity = 0;
    recorder->first_step = -1;
}

/* Samples that there must be room for to go on to the step `last`; 0 when there is room. */
static size_t
capacity_needed(const neuro_recorder_t *recorder, neuro_step_t last)
{
    const size_t grown = recorder->capacity + recorder->capacity / 2;
    size_t needed;

    if (recorder->n_cells == 0 || last < recorder->first_step) {
        return 0;
    }
    needed = (size_t) ((last - recorder->first_step) / recorder->interval) + 1;
    if (needed <= recorder->capacity) {
        return 0;
    }
    return grown > needed ? grown : needed;
}

double
neuro_recorder_bytes_needed(const neuro_recorder_t *recorder, neuro_step_t last)
{
    return (double) capacity_needed(recorder, last) * recorder->n_cells *
           (double) neuro_type_size(recorder->type);
}

neuro_status_t
neuro_recorder_reserve(neuro_recorder_t *recorder, neuro_step_t last)
{
    const size_t row = (size_t) recorder->n_cells * neuro_type_size(recorder->type);
    const size_t capacity = capacity_needed(recorder, last);
    void *data;

    if (capacity == 0) {
        return NEURO_OK;
    }
    data = neuro_alloc_unset(capacity, row); /* the pages come as samples are written */
    if (data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (recorder->n_samples > 0) {
        memcpy(data, recorder->data, recorder->n_samples * row);
    }
    neuro_release(recorder->data);
    recorder->data = data;
    recorder->capacity = capacity;
    return NEURO_OK;
}

/* First position in `cells` that is not below `cell`. */
static uint32_t
lower_bound(const uint32_t *cells, uint32_t n, uint32_t cell)
{
    uint32_t low = 0, high = n;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (cells[middle] < cell) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void
neuro_recorder_sample(neuro_recorder_t *recorder, neuro_step_t step, const void *values, bool is_scalar,
                      uint32_t first, uint32_t count)
{
    const size_t sample = (size_t) ((step - recorder->first_step) / recorder->interval);
    const size_t size = neuro_type_size(recorder->type);
    const uint32_t begin = lower_bound(recorder->cells, recorder->n_cells, first);
    const uint32_t end = lower_bound(recorder->cells, recorder->n_cells, first + count);
    char *out = (char *) recorder->data + (sample * recorder->n_cells + begin) * size;
    uint32_t i;

    if (begin == end) {
        return;
    }
    if (!is_scalar && recorder->cells[end - 1] - recorder->cells[begin] == end - 1 - begin) {
        memcpy(out, (const char *) values + recorder->cells[begin] * size, (end - begin) * size);
        return;
    }
    for (i = begin; i < end; i++) {
        memcpy(out, (const char *) values + (is_scalar ? 0 : recorder->cells[i] * size), size);
        out += size;
    }
}

void
neuro_spike_record_free(neuro_spike_record_t *record)
{
    neuro_release(record->index);
    neuro_release(record->step);
    memset(record, 0, sizeof *record);
}

bool
neuro_spike_record_append(neuro_spike_record_t *record, const uint32_t *index, size_t n, const uint8_t *mask,
                          neuro_step_t step)
{
    size_t i;

    if (record->count + n > record->capacity) {
        const size_t capacity = 2 * (record->count + n) + 256;
        uint32_t *grown_index = neuro_alloc_unset(capacity, sizeof *grown_index);
        neuro_step_t *grown_step = neuro_alloc_unset(capacity, sizeof *grown_step);

        if (grown_index == NULL || grown_step == NULL) {
            neuro_release(grown_index);
            neuro_release(grown_step);
            return false;
        }
        if (record->count > 0) {
            memcpy(grown_index, record->index, record->count * sizeof *grown_index);
            memcpy(grown_step, record->step, record->count * sizeof *grown_step);
        }
        neuro_release(record->index);
        neuro_release(record->step);
        record->index = grown_index;
        record->step = grown_step;
        record->capacity = capacity;
    }
    for (i = 0; i < n; i++) {
        if (mask == NULL || mask[index[i]]) {
            record->index[record->count] = index[i];
            record->step[record->count] = step;
            record->count++;
        }
    }
    return true;
}
