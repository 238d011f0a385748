/* Rows with room: spreading, inserting, removing, compacting, and what cannot be. */
#include "check.h"
#include "core/memory.h"
#include "core/synapses.h"

#include <stdlib.h>
#include <string.h>

enum { N_PRE = 5, N_POST = 12, CAPACITY = 7 };

/* Rows of 0, 1, .. 4 synapses onto the targets 0, 3, 6, 9; weights 10 * source + target, one delay. */
static void
make(neuro_rows_t *rows)
{
    static const neuro_type_t types[2] = {NEURO_F64, NEURO_U16};
    uint32_t pre[10], post[10], i, j, n = 0;
    double weights[10];
    const double delay = 3.0;

    for (i = 0; i < N_PRE; i++) {
        for (j = 0; j < i; j++) {
            pre[n] = i;
            post[n] = 3 * j;
            weights[n++] = 10.0 * i + 3.0 * j;
        }
    }
    CHECK(neuro_rows_init(rows, N_PRE, N_POST, 2, types) == NEURO_OK);
    CHECK(neuro_rows_from_pairs(rows, n, pre, post, NULL) == NEURO_OK);
    CHECK(neuro_column_set(rows, NEURO_WEIGHT, weights, n, true) == NEURO_OK);
    CHECK(neuro_column_set(rows, NEURO_DELAY, &delay, 1, true) == NEURO_OK);
}

static void
cut(neuro_rows_t *rows)
{
    static const uint32_t first[4] = {0, 4, 7, N_POST};

    CHECK(neuro_rows_set_parts(rows, 3, first) == NEURO_OK);
}

/* Ascending targets, parts that tile the row and hold their targets, numbers that agree. */
static void
check_whole(const neuro_rows_t *rows)
{
    uint64_t begin, end, from, to, i, n = 0;
    uint32_t row, part;

    for (row = 0; row < N_PRE; row++) {
        neuro_rows_range(rows, row, &begin, &end);
        CHECK(end >= begin && (rows->capacity == 0 || end - begin <= rows->capacity));
        n += end - begin;
        for (i = begin; i + 1 < end; i++) {
            CHECK(neuro_rows_target(rows, i) <= neuro_rows_target(rows, i + 1));
        }
        for (part = 0; part < rows->n_parts; part++) {
            neuro_rows_bounds(rows, row, part, &from, &to);
            CHECK(from == begin && to <= end);
            for (i = from; i < to; i++) {
                CHECK(neuro_rows_target(rows, i) >= rows->part_first[part]);
                CHECK(neuro_rows_target(rows, i) < rows->part_first[part + 1]);
            }
            begin = to;
        }
        CHECK(begin == end);
    }
    CHECK(n == rows->n_synapses);
}

static void
test_spreading_and_compacting_keep_every_synapse(void)
{
    neuro_rows_t plain, rows;
    uint32_t pre[2][10], post[2][10];
    uint64_t i;

    make(&plain);
    make(&rows);
    CHECK(neuro_rows_spread(&rows, CAPACITY) == NEURO_OK);
    cut(&rows);
    check_whole(&rows);
    CHECK(neuro_rows_places(&rows) == N_PRE * CAPACITY && rows.n_synapses == 10);
    CHECK(neuro_rows_bytes(&rows) > neuro_rows_bytes(&plain));
    neuro_rows_pairs(&plain, pre[0], post[0]);
    neuro_rows_pairs(&rows, pre[1], post[1]);
    CHECK(memcmp(pre[0], pre[1], sizeof pre[0]) == 0 && memcmp(post[0], post[1], sizeof post[0]) == 0);
    neuro_rows_compact(&rows);
    cut(&rows);
    check_whole(&rows);
    for (i = 0; i < 10; i++) {
        CHECK(neuro_column_get(&rows.columns[NEURO_WEIGHT], i) ==
              neuro_column_get(&plain.columns[NEURO_WEIGHT], i));
        CHECK(neuro_column_get(&rows.columns[NEURO_DELAY], i) == 3.0);
    }
    neuro_rows_free(&plain);
    neuro_rows_free(&rows);
}

static void
test_a_dense_matrix_gets_room_too(void)
{
    static const neuro_type_t types[2] = {NEURO_F64, NEURO_U16};
    neuro_rows_t rows;
    double weights[6] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
    uint64_t position;

    CHECK(neuro_rows_init(&rows, 2, 3, 2, types) == NEURO_OK);
    CHECK(neuro_rows_make_dense(&rows) == NEURO_OK);
    CHECK(neuro_column_set(&rows, NEURO_WEIGHT, weights, 6, true) == NEURO_OK);
    CHECK(neuro_rows_spread(&rows, 2) == NEURO_ERR_SHAPE);
    CHECK(rows.layout == NEURO_DENSE && rows.capacity == 0);
    CHECK(neuro_rows_spread(&rows, 4) == NEURO_OK);
    CHECK(rows.layout == NEURO_SPARSE && rows.n_synapses == 6);
    CHECK(neuro_rows_find(&rows, 1, 2, &position) && position == 6);
    CHECK(neuro_column_get(&rows.columns[NEURO_WEIGHT], position) == 5.0);
    neuro_rows_free(&rows);
}

/* A thousand changes at random, beside a list that is kept sorted by hand. */
static void
test_rows_follow_a_list(void)
{
    uint32_t list_target[N_PRE][CAPACITY], length[N_PRE], row, k, target;
    double list_weight[N_PRE][CAPACITY];
    uint64_t position, begin, end, i;
    uint32_t state = 12345;
    neuro_rows_t rows;
    int change, n_full = 0, n_gone = 0;

    make(&rows);
    CHECK(neuro_rows_spread(&rows, CAPACITY) == NEURO_OK);
    cut(&rows);
    for (row = 0; row < N_PRE; row++) {
        neuro_rows_range(&rows, row, &begin, &end);
        length[row] = (uint32_t) (end - begin);
        for (i = begin; i < end; i++) {
            list_target[row][i - begin] = neuro_rows_target(&rows, i);
            list_weight[row][i - begin] = neuro_column_get(&rows.columns[NEURO_WEIGHT], i);
        }
    }
    for (change = 0; change < 1000; change++) {
        state = state * 1664525U + 1013904223U;
        row = (state >> 8) % N_PRE;
        target = (state >> 16) % N_POST;
        if ((state >> 28) % 2 == 0) {
            const bool fits = neuro_rows_insert(&rows, row, target, &position);

            CHECK(fits == (length[row] < CAPACITY));
            n_full += !fits;
            if (fits) {
                neuro_value_set(rows.columns[NEURO_WEIGHT].data, NEURO_F64, (size_t) position,
                                (double) change);
                for (k = length[row]; k > 0 && list_target[row][k - 1] > target; k--) {
                    list_target[row][k] = list_target[row][k - 1];
                    list_weight[row][k] = list_weight[row][k - 1];
                }
                list_target[row][k] = target;
                list_weight[row][k] = (double) change;
                length[row]++;
            }
        } else {
            const bool is_there = neuro_rows_find(&rows, row, target, &position);

            for (k = 0; k < length[row] && list_target[row][k] != target; k++) {
            }
            CHECK(is_there == (k < length[row]));
            if (is_there) {
                CHECK(position == rows.start[row] + k);
                neuro_rows_remove(&rows, row, position);
                n_gone++;
                for (length[row]--; k < length[row]; k++) {
                    list_target[row][k] = list_target[row][k + 1];
                    list_weight[row][k] = list_weight[row][k + 1];
                }
            }
        }
        check_whole(&rows);
    }
    CHECK(n_full > 20 && n_gone > 100);
    for (row = 0; row < N_PRE; row++) {
        neuro_rows_range(&rows, row, &begin, &end);
        CHECK(end - begin == length[row]);
        for (i = begin; i < end; i++) {
            CHECK(neuro_rows_target(&rows, i) == list_target[row][i - begin]);
            CHECK(neuro_column_get(&rows.columns[NEURO_WEIGHT], i) == list_weight[row][i - begin]);
        }
    }
    neuro_rows_clear(&rows);
    CHECK(rows.n_synapses == 0 && rows.capacity == 0);
    neuro_rows_free(&rows);
}

static void
test_memory_that_runs_out_changes_nothing(void)
{
    neuro_status_t status = NEURO_ERR_MEMORY;
    neuro_rows_t rows;
    size_t n;

    make(&rows);
    for (n = 1; status == NEURO_ERR_MEMORY && n < 20; n++) {
        neuro_memory_fail_at(n);
        status = neuro_rows_spread(&rows, CAPACITY);
        neuro_memory_fail_at(0);
        CHECK(rows.n_synapses == 10 && (rows.capacity == 0) == (status != NEURO_OK));
    }
    CHECK(status == NEURO_OK && n > 4);
    neuro_rows_free(&rows);
}

int
main(void)
{
    test_spreading_and_compacting_keep_every_synapse();
    test_a_dense_matrix_gets_room_too();
    test_rows_follow_a_list();
    test_memory_that_runs_out_changes_nothing();
    return check_result();
}
