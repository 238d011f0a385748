/* Rows with room: synapses that come and go during a run. */
#include "core/memory.h"
#include "core/synapses.h"

#include <string.h>

/* Copy the rows' values from one array to another in which row r begins at to_start[r]. */
static void
copy_rows(const neuro_rows_t *rows, const void *from, char *to, const uint64_t *to_start, size_t size)
{
    uint64_t begin, end;
    uint32_t row;

    for (row = 0; row < neuro_rows_count(rows); row++) {
        neuro_rows_range(rows, row, &begin, &end);
        memcpy(to + to_start[row] * size, (const char *) from + begin * size, (size_t) (end - begin) * size);
    }
}

neuro_status_t
neuro_rows_spread(neuro_rows_t *rows, uint64_t capacity)
{
    const uint32_t n_rows = neuro_rows_count(rows);
    const size_t target_size = neuro_type_size(rows->target_type);
    neuro_status_t status = NEURO_ERR_MEMORY;
    uint64_t *start = neuro_alloc((size_t) n_rows + 1, sizeof *start);
    uint64_t *ends = neuro_alloc(n_rows, sizeof *ends);
    char *target = NULL;
    void *data[NEURO_MAX_COLUMNS] = {NULL};
    size_t n_places = 0;
    uint64_t begin, end, i;
    uint32_t row, c;

    if (start == NULL || ends == NULL || neuro_product_overflows((size_t) capacity, n_rows, &n_places)) {
        goto fail;
    }
    for (row = 0; row < n_rows; row++) {
        neuro_rows_range(rows, row, &begin, &end);
        if (end - begin > capacity) {
            status = NEURO_ERR_SHAPE;
            goto fail;
        }
        start[row] = row * capacity;
        ends[row] = start[row] + (end - begin);
    }
    start[n_rows] = n_rows * capacity;
    target = neuro_alloc(n_places, target_size);
    if (target == NULL) {
        goto fail;
    }
    for (c = 0; c < rows->n_columns; c++) {
        if (!rows->columns[c].is_scalar) {
            data[c] = neuro_alloc(n_places, neuro_type_size(rows->columns[c].type));
            if (data[c] == NULL) {
                goto fail;
            }
        }
    }
    for (c = 0; c < rows->n_columns; c++) {
        if (data[c] != NULL) {
            copy_rows(rows, rows->columns[c].data, data[c], start, neuro_type_size(rows->columns[c].type));
            neuro_release(rows->columns[c].data);
            rows->columns[c].data = data[c];
        }
    }
    if (rows->layout == NEURO_SPARSE) {
        copy_rows(rows, rows->target, target, start, target_size);
    } else {
        for (row = 0; row < n_rows; row++) {
            for (i = 0; i < rows->n_post; i++) {
                neuro_value_set(target, rows->target_type, (size_t) (start[row] + i), (double) i);
            }
        }
    }
    neuro_release(rows->target);
    neuro_release(rows->start);
    rows->layout = NEURO_SPARSE;
    rows->target = target;
    rows->start = start;
    rows->end = ends;
    rows->capacity = capacity;
    return NEURO_OK;
fail:
    neuro_release(start);
    neuro_release(ends);
    neuro_release(target);
    for (c = 0; c < NEURO_MAX_COLUMNS; c++) {
        neuro_release(data[c]);
    }
    return status;
}

/* Move values within an array. */
static void
move_values(void *data, size_t size, uint64_t to, uint64_t from, uint64_t n)
{
    memmove((char *) data + to * size, (char *) data + from * size, (size_t) n * size);
}

/* Move synapses, with all that belongs to them. */
static void
move_synapses(neuro_rows_t *rows, uint64_t to, uint64_t from, uint64_t n)
{
    uint32_t c;

    move_values(rows->target, neuro_type_size(rows->target_type), to, from, n);
    for (c = 0; c < rows->n_columns; c++) {
        if (!rows->columns[c].is_scalar) {
            move_values(rows->columns[c].data, neuro_type_size(rows->columns[c].type), to, from, n);
        }
    }
}

void
neuro_rows_compact(neuro_rows_t *rows)
{
    const uint32_t n_rows = neuro_rows_count(rows);
    uint64_t at = 0;
    uint32_t row;

    if (rows->capacity == 0) {
        return;
    }
    for (row = 0; row < n_rows; row++) {
        const uint64_t begin = rows->start[row], n = rows->end[row] - begin;

        move_synapses(rows, at, begin, n);
        rows->start[row] = at;
        at += n;
    }
    rows->start[n_rows] = at;
    neuro_release(rows->end);
    rows->end = rows->start + 1;
    rows->capacity = 0;
}

/* First position of a row whose target is above `target` (is_behind) or not below it. */
static uint64_t
bound(const neuro_rows_t *rows, uint32_t row, uint32_t target, bool is_behind)
{
    uint64_t low = rows->start[row], high = rows->end[row];

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        const uint32_t there = neuro_rows_target(rows, middle);

        if (there < target || (is_behind && there == target)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The parts behind a target begin one place later (by 1) or earlier (by -1). */
static void
shift_splits(neuro_rows_t *rows, uint32_t row, uint32_t target, int64_t by)
{
    const size_t n_rows = neuro_rows_count(rows);
    uint32_t part;

    for (part = 1; part < rows->n_parts; part++) {
        if (rows->part_first[part] > target) {
            uint64_t *split = &rows->split[(part - 1) * n_rows + row];

            *split = by > 0 ? *split + 1 : *split - 1;
        }
    }
}

bool
neuro_rows_insert(neuro_rows_t *rows, uint32_t row, uint32_t target, uint64_t *position)
{
    const uint64_t at = bound(rows, row, target, true);

    if (rows->end[row] - rows->start[row] >= rows->capacity) {
        return false;
    }
    move_synapses(rows, at + 1, at, rows->end[row] - at);
    neuro_rows_set_target(rows, at, target);
    rows->end[row]++;
    rows->n_synapses++;
    shift_splits(rows, row, target, 1);
    *position = at;
    return true;
}

void
neuro_rows_remove(neuro_rows_t *rows, uint32_t row, uint64_t position)
{
    const uint32_t target = neuro_rows_target(rows, position);

    move_synapses(rows, position, position + 1, rows->end[row] - position - 1);
    rows->end[row]--;
    rows->n_synapses--;
    shift_splits(rows, row, target, -1);
}

bool
neuro_rows_find(const neuro_rows_t *rows, uint32_t row, uint32_t target, uint64_t *position)
{
    *position = bound(rows, row, target, false);
    return *position < rows->end[row] && neuro_rows_target(rows, *position) == target;
}
