/* Synapses as rows by source.
 *
 * A row belongs to a virtual source: a cell and one of the projection's shifts (steps between the cell's
 * spike and the sweep of the row: an axonal delay, a delay stage). Row number = shift * n_pre + cell. Within
 * a row the synapses are sorted by target; repeated pairs keep their order of insertion. Two layouts: sparse:
 * start[row] .. start[row + 1] into the columns, and a target column (16 bits where they suffice); dense:
 * every row holds all targets, no indices: synapse = row * n_post + target. Values of the synapses are
 * columns (structure of arrays); a column in which all are equal holds one value. Rows that are spread have
 * room for `capacity` synapses each, so that synapses come and go without allocation (core/slots.c); the
 * others lie one behind the other. Outside of this room the synapses are numbered in storage order, row after
 * row, without the gaps. Threads own intervals of targets ("parts"); a part of a row is an interval of the
 * row, found through `split`. */
#ifndef NEURO_CORE_SYNAPSES_H
#define NEURO_CORE_SYNAPSES_H

#include "core/status.h"
#include "core/types.h"

#include <stdbool.h>

typedef enum { NEURO_SPARSE, NEURO_DENSE } neuro_layout_t;

enum { NEURO_WEIGHT = 0, NEURO_DELAY = 1, NEURO_MAX_COLUMNS = 18 };

typedef struct {
    neuro_type_t type;
    bool is_scalar;
    void *data; /* one value or one a synapse */
} neuro_column_t;

typedef struct {
    uint32_t n_pre, n_post;
    uint32_t n_shifts;
    int32_t *shifts; /* steps, ascending */
    uint64_t n_synapses;
    neuro_layout_t layout;
    uint64_t *start;   /* sparse: n_shifts * n_pre + 1 */
    uint64_t *end;     /* sparse: start + 1, or, of spread rows, an array of its own */
    uint64_t capacity; /* of a spread row; 0: the rows are not spread */
    neuro_type_t target_type;
    void *target; /* sparse: U16 or U32 */
    uint32_t n_columns;
    neuro_column_t columns[NEURO_MAX_COLUMNS]; /* weight, delay (steps in the ring), the kernel's own */
    /* parts */
    uint32_t n_parts;
    uint32_t *part_first; /* n_parts + 1 targets */
    uint64_t *split;      /* sparse: (n_parts - 1) * n_rows first positions of parts 1, 2, ... */
} neuro_rows_t;

/* Empty rows: no synapse. Column types are given by the caller (delay: U16 until it is packed). */
NEURO_MUST_CHECK neuro_status_t neuro_rows_init(neuro_rows_t *rows, uint32_t n_pre, uint32_t n_post,
                                                uint32_t n_columns, const neuro_type_t *types);
void neuro_rows_free(neuro_rows_t *rows);
/* Sparse rows without synapses again; needs no memory. */
void neuro_rows_clear(neuro_rows_t *rows);
size_t neuro_rows_bytes(const neuro_rows_t *rows);

static inline uint32_t
neuro_rows_count(const neuro_rows_t *rows)
{
    return rows->n_shifts * rows->n_pre;
}

/* Places for a value of a synapse in a column that is not scalar. */
static inline uint64_t
neuro_rows_places(const neuro_rows_t *rows)
{
    return rows->capacity > 0 ? rows->capacity * neuro_rows_count(rows) : rows->n_synapses;
}

/* Make the rows dense: all to all, no indices. All columns become scalar 0. */
NEURO_MUST_CHECK neuro_status_t neuro_rows_make_dense(neuro_rows_t *rows);

/* Make room for rows of the given lengths (n_pre values, sparse, one shift); targets are then written by the
 * caller through neuro_rows_set_target, ascending within each row. All columns become scalar 0. */
NEURO_MUST_CHECK neuro_status_t neuro_rows_make_sparse(neuro_rows_t *rows, const uint64_t *lengths);
void neuro_rows_set_target(neuro_rows_t *rows, uint64_t synapse, uint32_t target);
uint32_t neuro_rows_target(const neuro_rows_t *rows, uint64_t synapse);

/* Sparse rows from pairs in any order (repeats allowed); order[i], if not NULL, receives the position in
 * storage of pair i. */
NEURO_MUST_CHECK neuro_status_t neuro_rows_from_pairs(neuro_rows_t *rows, uint64_t n, const uint32_t *pre,
                                                      const uint32_t *post, uint64_t *order);

/* Both ends of every synapse in storage order, numbered without gaps. */
void neuro_rows_pairs(const neuro_rows_t *rows, uint32_t *pre, uint32_t *post);

/* Positions in storage, sorted by target, then source, repeats in order of insertion. */
NEURO_MUST_CHECK neuro_status_t neuro_rows_order_by_target(const neuro_rows_t *rows, int64_t *order);

/* Set a column: n = 1 (all equal) or n = n_synapses, storage order. A column given as an array of equal
 * values is stored as one value if `may_fold`. NEURO_ERR_RANGE: a value that the column's type cannot hold;
 * nothing has changed. */
NEURO_MUST_CHECK neuro_status_t neuro_column_set(neuro_rows_t *rows, uint32_t column, const double *values,
                                                 uint64_t n, bool may_fold);
/* Turn a scalar column into one value a synapse (for kernels that change it). */
NEURO_MUST_CHECK neuro_status_t neuro_column_expand(neuro_rows_t *rows, uint32_t column);
static inline double
neuro_column_get(const neuro_column_t *column, uint64_t synapse)
{
    return neuro_value_get(column->data, column->type, column->is_scalar ? 0 : (size_t) synapse);
}

/* Sort the synapses into rows by (shift, source): shift_of[synapse] is an index into shifts[n_shifts]. */
NEURO_MUST_CHECK neuro_status_t neuro_rows_set_shifts(neuro_rows_t *rows, uint32_t n_shifts,
                                                      const int32_t *shifts, const uint16_t *shift_of);

/* slots.c. Rows that are not spread, or are dense, get room for `capacity` synapses each; NEURO_ERR_SHAPE
 * when one has more. To be followed by neuro_rows_set_parts. */
NEURO_MUST_CHECK neuro_status_t neuro_rows_spread(neuro_rows_t *rows, uint64_t capacity);
/* Back to rows one behind the other, in place; needs no memory. To be followed by neuro_rows_set_parts. */
void neuro_rows_compact(neuro_rows_t *rows);
/* Make place for a synapse behind those onto the same target and give its position; false when the row is
 * full. The values of columns that are not scalar are then to be written. */
bool neuro_rows_insert(neuro_rows_t *rows, uint32_t row, uint32_t target, uint64_t *position);
void neuro_rows_remove(neuro_rows_t *rows, uint32_t row, uint64_t position);
/* The first synapse of a sparse row onto a target; false when there is none. */
bool neuro_rows_find(const neuro_rows_t *rows, uint32_t row, uint32_t target, uint64_t *position);

/* Cut the targets into parts: first[0] = 0 .. first[n_parts] = n_post, ascending. */
NEURO_MUST_CHECK neuro_status_t neuro_rows_set_parts(neuro_rows_t *rows, uint32_t n_parts,
                                                     const uint32_t *first);

/* The synapses of a row that belong to a part. */
static inline void
neuro_rows_bounds(const neuro_rows_t *rows, uint32_t row, uint32_t part, uint64_t *begin, uint64_t *end)
{
    if (rows->layout == NEURO_DENSE) {
        const uint64_t base = (uint64_t) row * rows->n_post;

        *begin = base + rows->part_first[part];
        *end = base + rows->part_first[part + 1];
    } else {
        const uint64_t n_rows = neuro_rows_count(rows);

        *begin = part == 0 ? rows->start[row] : rows->split[(part - 1) * n_rows + row];
        *end = part + 1 == rows->n_parts ? rows->end[row] : rows->split[part * n_rows + row];
    }
}

/* Sparse rows of `n` sources are swept one after the other, source[0] now: ask the memory for the targets
 * (and the weights, unless weight_size is 0) of a row that comes later, which it needs longer for than a row
 * takes, and for the bounds of a still later one. The rest of a long row is fetched as it is read. */
static inline void
neuro_rows_ask(const neuro_rows_t *rows, uint32_t row_base, const uint32_t *source, size_t n, uint32_t part,
               size_t target_size, size_t weight_size)
{
    enum { AHEAD = 2, LINES = 3, LINE = 64 };
    const uint64_t *first =
        part == 0 ? rows->start : rows->split + (size_t) (part - 1) * neuro_rows_count(rows);

    if (n > AHEAD) {
        const uint64_t later = first[row_base + source[AHEAD]];
        const char *target = (const char *) rows->target + later * target_size;
        size_t i;

        for (i = 0; i < LINES; i++) {
            __builtin_prefetch(target + i * LINE);
        }
        if (weight_size > 0) {
            __builtin_prefetch((const char *) rows->columns[NEURO_WEIGHT].data + later * weight_size);
        }
        if (n > 2 * AHEAD) {
            __builtin_prefetch(&first[row_base + source[2 * AHEAD]]);
        }
    }
}

/* All synapses of a row. */
static inline void
neuro_rows_range(const neuro_rows_t *rows, uint32_t row, uint64_t *begin, uint64_t *end)
{
    if (rows->layout == NEURO_DENSE) {
        *begin = (uint64_t) row * rows->n_post;
        *end = *begin + rows->n_post;
    } else {
        *begin = rows->start[row];
        *end = rows->end[row];
    }
}

#endif
