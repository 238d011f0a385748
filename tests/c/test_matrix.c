/* Loihi's dense rows as bytes: which rows are kept so, and what the bytes are. */
#include "check.h"
#include "core/synapses.h"
#include "loihi/matrix.h"

enum { N_PRE = 3, N_POST = 100, N = 30 };

/* Every tenth target of each source, the first twice from source 0: N + 1 synapses. */
static void
make_rows(neuro_rows_t *rows, const double *weights)
{
    static const neuro_type_t types[] = {NEURO_I16, NEURO_U16};
    uint32_t pre[N + 1], post[N + 1], i;

    for (i = 0; i < N; i++) {
        pre[i] = i / 10;
        post[i] = 10 * (i % 10);
    }
    pre[N] = 0;
    post[N] = 0;
    CHECK(neuro_rows_init(rows, N_PRE, N_POST, 2, types) == NEURO_OK);
    CHECK(neuro_rows_from_pairs(rows, N + 1, pre, post, NULL) == NEURO_OK);
    CHECK(neuro_column_set(rows, NEURO_WEIGHT, weights, N + 1, false) == NEURO_OK);
}

static void
test_weights_stand_where_their_targets_are_and_repeats_are_summed(void)
{
    double weights[N + 1];
    neuro_loihi_matrix_t matrix = {0};
    neuro_rows_t rows;
    uint32_t i;

    for (i = 0; i <= N; i++) {
        weights[i] = 8.0 * (double) i - 100.0; /* in storage order: the two of the first pair come first */
    }
    make_rows(&rows, weights);
    neuro_loihi_matrix_make(&matrix, &rows, rows.columns[NEURO_WEIGHT].data);
    CHECK(matrix.weights != NULL);
    if (matrix.weights != NULL) {
        CHECK(matrix.shift == 2); /* 4 divides 8 i - 100, and 8 does not */
        CHECK(matrix.stride == 128);
        CHECK(matrix.weights[0] == (-100 - 92) / 4);
        CHECK(matrix.weights[1] == 0);
        CHECK(matrix.weights[10] == (16 - 100) / 4);
        CHECK(matrix.weights[2 * 128 + 90] == (8 * N - 100) / 4);
    }
    neuro_loihi_matrix_free(&matrix);
    neuro_rows_free(&rows);
}

static void
test_rows_are_left_as_they_are_where_a_sum_does_not_fit_a_byte(void)
{
    double weights[N + 1];
    neuro_loihi_matrix_t matrix = {0};
    neuro_rows_t rows;
    uint32_t i;

    for (i = 0; i <= N; i++) {
        weights[i] = i < 2 ? 64.0 : 1.0; /* 128 together */
    }
    make_rows(&rows, weights);
    neuro_loihi_matrix_make(&matrix, &rows, rows.columns[NEURO_WEIGHT].data);
    CHECK(matrix.weights == NULL);
    weights[0] = 63.0;
    CHECK(neuro_column_set(&rows, NEURO_WEIGHT, weights, N + 1, false) == NEURO_OK);
    neuro_loihi_matrix_make(&matrix, &rows, rows.columns[NEURO_WEIGHT].data);
    CHECK(matrix.weights != NULL && matrix.weights[0] == 127);
    neuro_loihi_matrix_free(&matrix);
    neuro_rows_free(&rows);
}

static void
test_sparse_rows_are_left_as_they_are(void)
{
    static const neuro_type_t types[] = {NEURO_I16, NEURO_U16};
    const uint32_t pre[] = {0, 1, 2}, post[] = {5, 6, 7};
    neuro_loihi_matrix_t matrix = {0};
    neuro_rows_t rows;

    CHECK(neuro_rows_init(&rows, N_PRE, N_POST, 2, types) == NEURO_OK);
    CHECK(neuro_rows_from_pairs(&rows, 3, pre, post, NULL) == NEURO_OK);
    neuro_loihi_matrix_make(&matrix, &rows, rows.columns[NEURO_WEIGHT].data);
    CHECK(matrix.weights == NULL);
    neuro_rows_free(&rows);
}

int
main(void)
{
    test_weights_stand_where_their_targets_are_and_repeats_are_summed();
    test_rows_are_left_as_they_are_where_a_sum_does_not_fit_a_byte();
    test_sparse_rows_are_left_as_they_are();
    return check_result();
}
