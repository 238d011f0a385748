#include "loihi/matrix.h"

#include "core/fixed.h"
#include "core/memory.h"

#include <string.h>

/* A matrix is worth its bytes at one synapse for so many of them, and where it needs no more memory than the
 * synapses do, at ever larger sizes. Measured: a byte in the second-level cache takes 0.03 of the time of a
 * synapse in a row, farther away 0.1. */
enum { BYTES_A_SYNAPSE_NEAR = 16, BYTES_A_SYNAPSE = 4, FEWEST_TARGETS = 64 };
enum { MOST_BYTES_NEAR = 2 << 20, MOST_BYTES = 16 << 20 };

/* The largest power of two, as a shift, that divides all n numbers. */
static uint32_t
common_shift(const int16_t *added, uint64_t n)
{
    uint32_t any = 0;
    uint64_t i;

    for (i = 0; i < n; i++) {
        any |= neuro_bits_to_u32(added[i]);
    }
    return any == 0 ? 0 : (uint32_t) __builtin_ctz(any);
}

/* Write every weight into its place; false when a sum does not fit a byte. */
static bool
fill(const neuro_loihi_matrix_t *matrix, const neuro_rows_t *rows, const int16_t *added)
{
    const uint64_t stride = !rows->columns[NEURO_WEIGHT].is_scalar;
    int32_t misfit = 0;
    uint64_t begin, end, i;
    uint32_t row;

    for (row = 0; misfit == 0 && row < neuro_rows_count(rows); row++) {
        int8_t *to = matrix->weights + row * matrix->stride;

        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++) {
            int8_t *cell = to + (rows->layout == NEURO_DENSE ? i - begin : neuro_rows_target(rows, i));
            const int32_t sum = *cell + neuro_shift_down_i32(added[i * stride], matrix->shift);

            *cell = (int8_t) neuro_wrap_i16(sum);
            misfit |= *cell ^ sum;
        }
    }
    return misfit == 0;
}

void
neuro_loihi_matrix_make(neuro_loihi_matrix_t *matrix, const neuro_rows_t *rows, const int16_t *added)
{
    const uint64_t n = rows->columns[NEURO_WEIGHT].is_scalar ? 1 : rows->n_synapses;
    const size_t stride = ((size_t) rows->n_post + NEURO_LINE - 1) / NEURO_LINE * NEURO_LINE;
    size_t n_bytes;

    neuro_loihi_matrix_free(matrix);
    if (rows->n_post < FEWEST_TARGETS || rows->columns[NEURO_WEIGHT].type != NEURO_I16 ||
        !rows->columns[NEURO_DELAY].is_scalar || rows->capacity > 0 || rows->n_synapses == 0 ||
        neuro_product_overflows(stride, neuro_rows_count(rows), &n_bytes) || n_bytes > MOST_BYTES ||
        n_bytes / (n_bytes > MOST_BYTES_NEAR ? BYTES_A_SYNAPSE : BYTES_A_SYNAPSE_NEAR) > rows->n_synapses) {
        return;
    }
    matrix->stride = stride;
    matrix->shift = common_shift(added, n);
    matrix->weights = neuro_alloc(n_bytes + NEURO_LOIHI_MATRIX_SLACK, 1);
    if (matrix->weights != NULL && !fill(matrix, rows, added)) {
        neuro_loihi_matrix_free(matrix);
    }
}

void
neuro_loihi_matrix_free(neuro_loihi_matrix_t *matrix)
{
    neuro_release(matrix->weights);
    memset(matrix, 0, sizeof *matrix);
}
