/* Rows of synapses: sorting, columns, shifts and parts. */
#include "check.h"
#include "core/memory.h"
#include "core/synapses.h"

#include <string.h>

/* Pairs in the order given; storage is by source, then target, repeats as given: 0-1 0-2 0-2 1-0 2-0 2-1. */
enum { N_PRE = 3, N_POST = 3, N = 6 };
static const uint32_t given_pre[N] = {2, 0, 1, 0, 2, 0};
static const uint32_t given_post[N] = {1, 2, 0, 1, 0, 2};
static const uint32_t stored_pre[N] = {0, 0, 0, 1, 2, 2};
static const uint32_t stored_post[N] = {1, 2, 2, 0, 0, 1};
static const uint64_t place[N] = {5, 1, 3, 0, 4, 2}; /* of each given pair */

static void
make(neuro_rows_t *rows)
{
    static const neuro_type_t types[2] = {NEURO_F64, NEURO_U16};
    uint64_t order[N];
    double weights[N];
    uint32_t i;

    CHECK(neuro_rows_init(rows, N_PRE, N_POST, 2, types) == NEURO_OK);
    CHECK(neuro_rows_from_pairs(rows, N, given_pre, given_post, order) == NEURO_OK);
    for (i = 0; i < N; i++) {
        CHECK(order[i] == place[i]);
        weights[i] = (double) i;
    }
    CHECK(neuro_column_set(rows, NEURO_WEIGHT, weights, N, true) == NEURO_OK);
}

static void
test_pairs_are_sorted_by_source_then_target(void)
{
    static const int64_t by_target[N] = {3, 4, 0, 5, 1, 2};
    uint32_t pre[N], post[N], i;
    int64_t order[N];
    neuro_rows_t rows;

    make(&rows);
    CHECK(rows.n_synapses == N && rows.layout == NEURO_SPARSE && rows.target_type == NEURO_U16);
    neuro_rows_pairs(&rows, pre, post);
    CHECK(memcmp(pre, stored_pre, sizeof pre) == 0 && memcmp(post, stored_post, sizeof post) == 0);
    CHECK(neuro_rows_order_by_target(&rows, order) == NEURO_OK);
    for (i = 0; i < N; i++) {
        CHECK(order[i] == by_target[i]);
    }
    neuro_rows_free(&rows);
}

static void
test_targets_beyond_16_bits_are_held(void)
{
    static const neuro_type_t types[2] = {NEURO_F64, NEURO_U16};
    static const uint32_t pre[2] = {0, 0}, post[2] = {65536, 65535};
    neuro_rows_t rows;

    CHECK(neuro_rows_init(&rows, 1, 65537, 2, types) == NEURO_OK);
    CHECK(rows.target_type == NEURO_U32);
    CHECK(neuro_rows_from_pairs(&rows, 2, pre, post, NULL) == NEURO_OK);
    CHECK(neuro_rows_target(&rows, 0) == 65535 && neuro_rows_target(&rows, 1) == 65536);
    neuro_rows_free(&rows);
}

static void
test_equal_values_are_held_once(void)
{
    static const double equal[N] = {2.5, 2.5, 2.5, 2.5, 2.5, 2.5};
    neuro_rows_t rows;
    uint64_t i;

    make(&rows);
    CHECK(!rows.columns[NEURO_WEIGHT].is_scalar && rows.columns[NEURO_DELAY].is_scalar);
    CHECK(neuro_column_set(&rows, NEURO_WEIGHT, equal, N, true) == NEURO_OK);
    CHECK(rows.columns[NEURO_WEIGHT].is_scalar && neuro_column_get(&rows.columns[NEURO_WEIGHT], 4) == 2.5);
    CHECK(neuro_column_expand(&rows, NEURO_WEIGHT) == NEURO_OK);
    CHECK(!rows.columns[NEURO_WEIGHT].is_scalar);
    for (i = 0; i < N; i++) {
        CHECK(((const double *) rows.columns[NEURO_WEIGHT].data)[i] == 2.5);
    }
    CHECK(neuro_column_set(&rows, NEURO_WEIGHT, equal, N, false) == NEURO_OK);
    CHECK(!rows.columns[NEURO_WEIGHT].is_scalar);
    neuro_rows_free(&rows);
}

static void
test_dense_rows_hold_every_target(void)
{
    static const neuro_type_t types[2] = {NEURO_F32, NEURO_U16};
    uint32_t pre[6], post[6], i;
    uint64_t begin, end;
    neuro_rows_t rows;

    CHECK(neuro_rows_init(&rows, 2, 3, 2, types) == NEURO_OK);
    CHECK(neuro_rows_make_dense(&rows) == NEURO_OK);
    CHECK(rows.n_synapses == 6 && rows.layout == NEURO_DENSE);
    neuro_rows_pairs(&rows, pre, post);
    for (i = 0; i < 6; i++) {
        CHECK(pre[i] == i / 3 && post[i] == i % 3 && neuro_rows_target(&rows, i) == i % 3);
    }
    neuro_rows_bounds(&rows, 1, 0, &begin, &end);
    CHECK(begin == 3 && end == 6);
    neuro_rows_free(&rows);
}

/* Every part of every row is an interval of the row, and the parts join without gap; targets lie in the part.
 */
static void
check_parts(const neuro_rows_t *rows, uint32_t n_parts, const uint32_t *first)
{
    uint32_t row, part;
    uint64_t at = 0, i;

    for (row = 0; row < neuro_rows_count(rows); row++) {
        for (part = 0; part < n_parts; part++) {
            uint64_t begin, end;

            neuro_rows_bounds(rows, row, part, &begin, &end);
            CHECK(begin == at && end >= begin);
            for (i = begin; i < end; i++) {
                const uint32_t target = neuro_rows_target(rows, i);

                CHECK(target >= first[part] && target < first[part + 1]);
            }
            at = end;
        }
    }
    CHECK(at == rows->n_synapses);
}

static void
test_parts_cut_every_row(void)
{
    static const uint32_t two[3] = {0, 2, 3}, three[4] = {0, 1, 1, 3}, one[2] = {0, 3};
    neuro_rows_t rows;

    make(&rows);
    CHECK(neuro_rows_set_parts(&rows, 2, two) == NEURO_OK);
    check_parts(&rows, 2, two);
    CHECK(neuro_rows_set_parts(&rows, 3, three) == NEURO_OK); /* one part has no target */
    check_parts(&rows, 3, three);
    CHECK(neuro_rows_set_parts(&rows, 1, one) == NEURO_OK);
    check_parts(&rows, 1, one);
    neuro_rows_free(&rows);
}

/* Synapses with shift 4 go to rows 3..5; those with shift 1 to rows 0..2. Weights travel along. */
static void
check_shifts(bool is_dense)
{
    static const neuro_type_t types[2] = {NEURO_F64, NEURO_U16};
    static const int32_t shifts[2] = {1, 4}, back[1] = {0};
    static const uint16_t shift_of[9] = {1, 0, 1, 0, 0, 1, 0, 1, 0};
    static const uint32_t one[2] = {0, 3};
    double weights[9];
    uint32_t pre[9], post[9], before_pre[9], before_post[9];
    uint64_t i, n;
    uint32_t row;
    neuro_rows_t rows;

    if (is_dense) {
        CHECK(neuro_rows_init(&rows, 3, 3, 2, types) == NEURO_OK);
        CHECK(neuro_rows_make_dense(&rows) == NEURO_OK);
    } else {
        make(&rows);
    }
    n = rows.n_synapses;
    for (i = 0; i < n; i++) {
        weights[i] = (double) i;
    }
    CHECK(neuro_column_set(&rows, NEURO_WEIGHT, weights, n, false) == NEURO_OK);
    neuro_rows_pairs(&rows, before_pre, before_post);
    CHECK(neuro_rows_set_shifts(&rows, 2, shifts, shift_of) == NEURO_OK);
    CHECK(rows.layout == NEURO_SPARSE && rows.n_shifts == 2 && neuro_rows_count(&rows) == 6);
    CHECK(neuro_rows_set_parts(&rows, 1, one) == NEURO_OK);
    check_parts(&rows, 1, one);
    neuro_rows_pairs(&rows, pre, post);
    for (row = 0; row < 6; row++) {
        for (i = rows.start[row]; i < rows.start[row + 1]; i++) {
            const size_t was = (size_t) neuro_column_get(&rows.columns[NEURO_WEIGHT], i);

            CHECK(shift_of[was] == row / 3 && before_pre[was] == row % 3 && before_post[was] == post[i]);
            CHECK(pre[i] == row % 3);
            CHECK(i == rows.start[row] || post[i] >= post[i - 1]);
        }
    }
    CHECK(neuro_rows_set_shifts(&rows, 1, back, NULL) == NEURO_OK); /* and all in one row of a source again */
    neuro_rows_pairs(&rows, pre, post);
    CHECK(memcmp(pre, before_pre, n * sizeof *pre) == 0 && memcmp(post, before_post, n * sizeof *post) == 0);
    neuro_rows_free(&rows);
}

static void
test_shifts_sort_synapses_into_rows_of_virtual_sources(void)
{
    check_shifts(false);
    check_shifts(true);
}

static void
test_rows_that_cannot_be_rebuilt_are_as_before(void)
{
    static const int32_t shifts[2] = {0, 1};
    static const uint16_t shift_of[N] = {0, 1, 0, 1, 0, 1};
    static const uint64_t lengths[N_PRE] = {1, 1, 1};
    uint32_t pre[N], post[N];
    neuro_status_t status = NEURO_ERR_MEMORY;
    neuro_rows_t rows;
    size_t n;
    int kind;

    for (kind = 0; kind < 3; kind++) {
        status = NEURO_ERR_MEMORY;
        for (n = 1; status == NEURO_ERR_MEMORY; n++) {
            make(&rows);
            neuro_memory_fail_at(n);
            status = kind == 0   ? neuro_rows_set_shifts(&rows, 2, shifts, shift_of)
                     : kind == 1 ? neuro_rows_from_pairs(&rows, 2, given_pre, given_post, NULL)
                                 : neuro_rows_make_sparse(&rows, lengths);
            neuro_memory_fail_at(0);
            if (status == NEURO_ERR_MEMORY) {
                neuro_rows_pairs(&rows, pre, post);
                CHECK(rows.n_synapses == N && memcmp(pre, stored_pre, sizeof pre) == 0);
                CHECK(memcmp(post, stored_post, sizeof post) == 0);
                CHECK(neuro_column_get(&rows.columns[NEURO_WEIGHT], 3) == 3.0);
            }
            neuro_rows_free(&rows);
        }
        CHECK(status == NEURO_OK && n > 2);
    }
}

int
main(void)
{
    test_pairs_are_sorted_by_source_then_target();
    test_targets_beyond_16_bits_are_held();
    test_equal_values_are_held_once();
    test_dense_rows_hold_every_target();
    test_parts_cut_every_row();
    test_shifts_sort_synapses_into_rows_of_virtual_sources();
    test_rows_that_cannot_be_rebuilt_are_as_before();
    return check_result();
}
