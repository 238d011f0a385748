#include "core/synapses.h"

#include "core/memory.h"

#include <string.h>

static void
set_start(neuro_rows_t *rows, uint64_t *start)
{
    rows->start = start;
    rows->end = start != NULL ? start + 1 : NULL;
}

neuro_status_t
neuro_rows_init(neuro_rows_t *rows, uint32_t n_pre, uint32_t n_post, uint32_t n_columns,
                const neuro_type_t *types)
{
    uint32_t c;

    memset(rows, 0, sizeof *rows);
    rows->n_pre = n_pre;
    rows->n_post = n_post;
    rows->n_shifts = 1;
    rows->layout = NEURO_SPARSE;
    rows->target_type = n_post <= 65536 ? NEURO_U16 : NEURO_U32;
    rows->n_columns = n_columns;
    rows->shifts = neuro_alloc(1, sizeof *rows->shifts);
    set_start(rows, neuro_alloc((size_t) n_pre + 1, sizeof *rows->start));
    rows->target = neuro_alloc(0, 1);
    rows->part_first = neuro_alloc(2, sizeof *rows->part_first);
    if (rows->shifts == NULL || rows->start == NULL || rows->target == NULL || rows->part_first == NULL) {
        goto fail;
    }
    rows->n_parts = 1;
    rows->part_first[1] = n_post;
    for (c = 0; c < n_columns; c++) {
        rows->columns[c].type = types[c];
        rows->columns[c].is_scalar = true;
        rows->columns[c].data = neuro_alloc(1, sizeof(double));
        if (rows->columns[c].data == NULL) {
            goto fail;
        }
    }
    return NEURO_OK;
fail:
    neuro_rows_free(rows);
    return NEURO_ERR_MEMORY;
}

void
neuro_rows_free(neuro_rows_t *rows)
{
    uint32_t c;

    neuro_release(rows->shifts);
    if (rows->capacity > 0) {
        neuro_release(rows->end);
    }
    neuro_release(rows->start);
    neuro_release(rows->target);
    neuro_release(rows->part_first);
    neuro_release(rows->split);
    for (c = 0; c < NEURO_MAX_COLUMNS; c++) {
        neuro_release(rows->columns[c].data);
    }
    memset(rows, 0, sizeof *rows);
}

void
neuro_rows_clear(neuro_rows_t *rows)
{
    uint32_t c;

    neuro_rows_compact(rows);
    memset(rows->start, 0, ((size_t) neuro_rows_count(rows) + 1) * sizeof *rows->start);
    rows->n_synapses = 0;
    for (c = 0; c < rows->n_columns; c++) {
        rows->columns[c].is_scalar = true;
    }
}

size_t
neuro_rows_bytes(const neuro_rows_t *rows)
{
    const size_t n_rows = neuro_rows_count(rows);
    size_t bytes = 0;
    uint32_t c;

    if (rows->layout == NEURO_SPARSE) {
        bytes += (n_rows + 1) * sizeof *rows->start + (rows->capacity > 0 ? n_rows * sizeof *rows->end : 0);
        bytes += (size_t) neuro_rows_places(rows) * neuro_type_size(rows->target_type);
        bytes += (rows->n_parts - 1) * n_rows * sizeof *rows->split;
    }
    for (c = 0; c < rows->n_columns; c++) {
        const neuro_column_t *column = &rows->columns[c];

        bytes += (column->is_scalar ? 1 : (size_t) neuro_rows_places(rows)) * neuro_type_size(column->type);
    }
    return bytes;
}

static void
release_all(void *const *blocks, uint32_t n)
{
    uint32_t i;

    for (i = 0; i < n; i++) {
        neuro_release(blocks[i]);
    }
}

/* Every column back to one value, 0. */
static neuro_status_t
fold_columns(neuro_rows_t *rows)
{
    void *data[NEURO_MAX_COLUMNS];
    uint32_t c;

    for (c = 0; c < rows->n_columns; c++) {
        data[c] = neuro_alloc(1, sizeof(double));
        if (data[c] == NULL) {
            release_all(data, c);
            return NEURO_ERR_MEMORY;
        }
    }
    for (c = 0; c < rows->n_columns; c++) {
        neuro_release(rows->columns[c].data);
        rows->columns[c].data = data[c];
        rows->columns[c].is_scalar = true;
    }
    return NEURO_OK;
}

neuro_status_t
neuro_rows_make_dense(neuro_rows_t *rows)
{
    const neuro_status_t status = fold_columns(rows);

    if (status != NEURO_OK) {
        return status;
    }
    neuro_release(rows->start);
    neuro_release(rows->target);
    set_start(rows, NULL);
    rows->target = NULL;
    rows->layout = NEURO_DENSE;
    rows->n_synapses = (uint64_t) rows->n_pre * rows->n_post;
    return NEURO_OK;
}

neuro_status_t
neuro_rows_make_sparse(neuro_rows_t *rows, const uint64_t *lengths)
{
    uint64_t *start = neuro_alloc((size_t) rows->n_pre + 1, sizeof *start);
    uint64_t n = 0;
    uint32_t i;
    void *target;

    if (start == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < rows->n_pre; i++) {
        start[i] = n;
        n += lengths[i];
    }
    start[rows->n_pre] = n;
    target = neuro_alloc((size_t) n, neuro_type_size(rows->target_type));
    if (target == NULL || fold_columns(rows) != NEURO_OK) {
        neuro_release(start);
        neuro_release(target);
        return NEURO_ERR_MEMORY;
    }
    neuro_release(rows->start);
    neuro_release(rows->target);
    set_start(rows, start);
    rows->target = target;
    rows->layout = NEURO_SPARSE;
    rows->n_synapses = n;
    return NEURO_OK;
}

void
neuro_rows_set_target(neuro_rows_t *rows, uint64_t synapse, uint32_t target)
{
    if (rows->target_type == NEURO_U16) {
        ((uint16_t *) rows->target)[synapse] = (uint16_t) target;
    } else {
        ((uint32_t *) rows->target)[synapse] = target;
    }
}

uint32_t
neuro_rows_target(const neuro_rows_t *rows, uint64_t synapse)
{
    if (rows->layout == NEURO_DENSE) {
        return (uint32_t) (synapse % rows->n_post);
    }
    if (rows->target_type == NEURO_U16) {
        return ((const uint16_t *) rows->target)[synapse];
    }
    return ((const uint32_t *) rows->target)[synapse];
}

/* Stable counting sort: order[k] = the k-th item by key; keys below n_keys. */
static neuro_status_t
sort_by_key(uint64_t n, const uint32_t *key, const uint64_t *input, uint32_t n_keys, uint64_t *order)
{
    uint64_t *next = neuro_alloc((size_t) n_keys + 1, sizeof *next);
    uint64_t i, item;
    uint32_t k;

    if (next == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n; i++) {
        next[key[i] + 1]++;
    }
    for (k = 0; k < n_keys; k++) {
        next[k + 1] += next[k];
    }
    for (i = 0; i < n; i++) {
        item = input != NULL ? input[i] : i;
        order[next[key[item]]++] = item;
    }
    neuro_release(next);
    return NEURO_OK;
}

neuro_status_t
neuro_rows_from_pairs(neuro_rows_t *rows, uint64_t n, const uint32_t *pre, const uint32_t *post,
                      uint64_t *order)
{
    uint64_t *by_target = neuro_alloc((size_t) n, sizeof *by_target);
    uint64_t *by_source = neuro_alloc((size_t) n, sizeof *by_source);
    uint64_t *lengths = neuro_alloc(rows->n_pre, sizeof *lengths);
    neuro_status_t status = NEURO_ERR_MEMORY;
    uint64_t i;

    if (by_target == NULL || by_source == NULL || lengths == NULL) {
        goto out;
    }
    status = sort_by_key(n, post, NULL, rows->n_post, by_target);
    if (status != NEURO_OK) {
        goto out;
    }
    status = sort_by_key(n, pre, by_target, rows->n_pre, by_source);
    if (status != NEURO_OK) {
        goto out;
    }
    for (i = 0; i < n; i++) {
        lengths[pre[i]]++;
    }
    status = neuro_rows_make_sparse(rows, lengths);
    if (status != NEURO_OK) {
        goto out;
    }
    for (i = 0; i < n; i++) {
        neuro_rows_set_target(rows, i, post[by_source[i]]);
        if (order != NULL) {
            order[by_source[i]] = i;
        }
    }
out:
    neuro_release(by_target);
    neuro_release(by_source);
    neuro_release(lengths);
    return status;
}

void
neuro_rows_pairs(const neuro_rows_t *rows, uint32_t *pre, uint32_t *post)
{
    const uint32_t n_rows = neuro_rows_count(rows);
    uint32_t row;
    uint64_t begin, end, i, k = 0;

    for (row = 0; row < n_rows; row++) {
        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++) {
            pre[k] = row % rows->n_pre;
            post[k++] = neuro_rows_target(rows, i);
        }
    }
}

neuro_status_t
neuro_rows_order_by_target(const neuro_rows_t *rows, int64_t *order)
{
    const size_t n = (size_t) rows->n_synapses;
    uint32_t *pre = neuro_alloc(n, sizeof *pre);
    uint32_t *post = neuro_alloc(n, sizeof *post);
    uint64_t *by_source = neuro_alloc(n, sizeof *by_source);
    neuro_status_t status = NEURO_ERR_MEMORY;

    if (pre != NULL && post != NULL && by_source != NULL) {
        neuro_rows_pairs(rows, pre, post);
        status = sort_by_key(rows->n_synapses, pre, NULL, rows->n_pre, by_source);
        if (status == NEURO_OK) {
            status = sort_by_key(rows->n_synapses, post, by_source, rows->n_post, (uint64_t *) order);
        }
    }
    neuro_release(pre);
    neuro_release(post);
    neuro_release(by_source);
    return status;
}

/* The values of spread rows, which never fold: synapses that are still to come have values of their own. */
static neuro_status_t
set_spread(neuro_rows_t *rows, uint32_t column_number, const double *values, uint64_t n)
{
    const neuro_column_t *column = &rows->columns[column_number];
    const neuro_status_t status = neuro_column_expand(rows, column_number);
    uint64_t begin, end, i, k = 0;
    uint32_t row;

    for (row = 0; row < neuro_rows_count(rows) && status == NEURO_OK && n > 0; row++) {
        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++, k++) {
            neuro_value_set(column->data, column->type, (size_t) i, values[n == 1 ? 0 : k]);
        }
    }
    return status;
}

neuro_status_t
neuro_column_set(neuro_rows_t *rows, uint32_t column_number, const double *values, uint64_t n, bool may_fold)
{
    neuro_column_t *column = &rows->columns[column_number];
    bool is_equal = true;
    void *data;
    uint64_t i;

    if (neuro_type_misfit(column->type, values, n) < n) {
        return NEURO_ERR_RANGE;
    }
    if (rows->capacity > 0) {
        return set_spread(rows, column_number, values, n);
    }
    for (i = 1; i < n && is_equal && may_fold; i++) {
        is_equal = values[i] == values[0];
    }
    if (n <= 1 || (is_equal && may_fold)) {
        n = n == 0 ? 0 : 1;
    }
    if (n == 1 ? column->is_scalar : (!column->is_scalar && n == rows->n_synapses)) {
        data = column->data;
    } else {
        data = neuro_alloc(n > 1 ? (size_t) n : 1, sizeof(double) > neuro_type_size(column->type) && n > 1
                                                       ? neuro_type_size(column->type)
                                                       : sizeof(double));
        if (data == NULL) {
            return NEURO_ERR_MEMORY;
        }
        neuro_release(column->data);
        column->data = data;
    }
    for (i = 0; i < n; i++) {
        neuro_value_set(data, column->type, (size_t) i, values[i]);
    }
    column->is_scalar = n <= 1;
    return NEURO_OK;
}

neuro_status_t
neuro_column_expand(neuro_rows_t *rows, uint32_t column_number)
{
    neuro_column_t *column = &rows->columns[column_number];
    const size_t size = neuro_type_size(column->type);
    char *data;
    uint64_t i;

    if (!column->is_scalar) {
        return NEURO_OK;
    }
    data = neuro_alloc((size_t) neuro_rows_places(rows), size);
    if (data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < neuro_rows_places(rows); i++) {
        memcpy(data + i * size, column->data, size);
    }
    neuro_release(column->data);
    column->data = data;
    column->is_scalar = false;
    return NEURO_OK;
}

/* Values in another order: new[k] = old[order[k]]; NULL when memory is short. */
static void *
permuted(const void *old, neuro_type_t type, uint64_t n, const uint64_t *order)
{
    const size_t size = neuro_type_size(type);
    char *data = neuro_alloc((size_t) n, size);
    uint64_t i;

    for (i = 0; data != NULL && i < n; i++) {
        memcpy(data + i * size, (const char *) old + order[i] * size, size);
    }
    return data;
}

neuro_status_t
neuro_rows_set_shifts(neuro_rows_t *rows, uint32_t n_shifts, const int32_t *shifts, const uint16_t *shift_of)
{
    const size_t n = (size_t) rows->n_synapses;
    uint32_t *key = NULL, *pre = NULL, *post = NULL;
    uint64_t *order = NULL, *by_target = NULL, *start = NULL;
    int32_t *copy = neuro_alloc(n_shifts, sizeof *copy);
    neuro_status_t status = NEURO_ERR_MEMORY;
    void *target = NULL, *data[NEURO_MAX_COLUMNS] = {NULL};
    uint64_t i;
    uint32_t c;

    if (copy == NULL) {
        return NEURO_ERR_MEMORY;
    }
    memcpy(copy, shifts, n_shifts * sizeof *copy);
    if (n_shifts == 1 && rows->n_shifts == 1) {
        neuro_release(rows->shifts);
        rows->shifts = copy;
        return NEURO_OK;
    }
    key = neuro_alloc(n, sizeof *key);
    pre = neuro_alloc(n, sizeof *pre);
    post = neuro_alloc(n, sizeof *post);
    order = neuro_alloc(n, sizeof *order);
    by_target = neuro_alloc(n, sizeof *by_target);
    start = neuro_alloc((size_t) n_shifts * rows->n_pre + 1, sizeof *start);
    if (key == NULL || pre == NULL || post == NULL || order == NULL || by_target == NULL || start == NULL) {
        goto out;
    }
    neuro_rows_pairs(rows, pre, post);
    for (i = 0; i < n; i++) {
        key[i] = (n_shifts > 1 ? (uint32_t) shift_of[i] : 0) * rows->n_pre + pre[i];
        start[key[i] + 1]++;
    }
    for (i = 0; i < (uint64_t) n_shifts * rows->n_pre; i++) {
        start[i + 1] += start[i];
    }
    status = sort_by_key(n, post, NULL, rows->n_post, by_target);
    if (status == NEURO_OK) {
        status = sort_by_key(n, key, by_target, n_shifts * rows->n_pre, order);
    }
    if (status != NEURO_OK) {
        goto out;
    }
    status = NEURO_ERR_MEMORY;
    target = neuro_alloc(n, neuro_type_size(rows->target_type));
    if (target == NULL) {
        goto out;
    }
    for (c = 0; c < rows->n_columns; c++) {
        if (!rows->columns[c].is_scalar) {
            data[c] = permuted(rows->columns[c].data, rows->columns[c].type, n, order);
            if (data[c] == NULL) {
                release_all(data, c);
                goto out;
            }
        }
    }
    for (c = 0; c < rows->n_columns; c++) {
        if (data[c] != NULL) {
            neuro_release(rows->columns[c].data);
            rows->columns[c].data = data[c];
        }
    }
    neuro_release(rows->start);
    neuro_release(rows->shifts);
    neuro_release(rows->target);
    rows->layout = NEURO_SPARSE;
    rows->target = target;
    set_start(rows, start);
    rows->shifts = copy;
    rows->n_shifts = n_shifts;
    for (i = 0; i < n; i++) {
        neuro_rows_set_target(rows, i, post[order[i]]);
    }
    target = NULL;
    start = NULL;
    copy = NULL;
    status = NEURO_OK;
out:
    neuro_release(target);
    neuro_release(key);
    neuro_release(pre);
    neuro_release(post);
    neuro_release(order);
    neuro_release(by_target);
    neuro_release(start);
    neuro_release(copy);
    return status;
}

/* First position in a row whose target is not below `target`. */
static uint64_t
lower_bound(const neuro_rows_t *rows, uint32_t row, uint32_t target)
{
    uint64_t low = rows->start[row], high = rows->end[row];

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;

        if (neuro_rows_target(rows, middle) < target) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

neuro_status_t
neuro_rows_set_parts(neuro_rows_t *rows, uint32_t n_parts, const uint32_t *first)
{
    const uint32_t n_rows = neuro_rows_count(rows);
    uint32_t *part_first = neuro_alloc((size_t) n_parts + 1, sizeof *part_first);
    uint64_t *split = NULL;
    uint32_t part, row;

    if (part_first == NULL) {
        return NEURO_ERR_MEMORY;
    }
    memcpy(part_first, first, ((size_t) n_parts + 1) * sizeof *first);
    if (rows->layout == NEURO_SPARSE && n_parts > 1) {
        split = neuro_alloc((size_t) (n_parts - 1) * n_rows, sizeof *split);
        if (split == NULL) {
            neuro_release(part_first);
            return NEURO_ERR_MEMORY;
        }
        for (part = 1; part < n_parts; part++) {
            for (row = 0; row < n_rows; row++) {
                split[(size_t) (part - 1) * n_rows + row] = lower_bound(rows, row, first[part]);
            }
        }
    }
    neuro_release(rows->part_first);
    neuro_release(rows->split);
    rows->part_first = part_first;
    rows->split = split;
    rows->n_parts = n_parts;
    return NEURO_OK;
}
