#include "engine/normalize.h"

#include <stddef.h>

/* Row by row: each sum is taken in the order of the rows, whatever the vectors' width. */
#define NORMALIZE(name, real)                                                                                \
    static void name(real *restrict weights, uint32_t n_rows, uint32_t n_columns, double total,              \
                     double *restrict sums)                                                                  \
    {                                                                                                        \
        uint32_t row, j;                                                                                     \
                                                                                                             \
        for (row = 0; row < n_rows; row++) {                                                                 \
            const real *restrict w = weights + (size_t) row * n_columns;                                     \
                                                                                                             \
            for (j = 0; j < n_columns; j++) {                                                                \
                sums[j] += (double) w[j];                                                                    \
            }                                                                                                \
        }                                                                                                    \
        for (j = 0; j < n_columns; j++) {                                                                    \
            sums[j] = sums[j] != 0.0 ? total / sums[j] : 1.0;                                                \
        }                                                                                                    \
        for (row = 0; row < n_rows; row++) {                                                                 \
            real *restrict w = weights + (size_t) row * n_columns;                                           \
                                                                                                             \
            for (j = 0; j < n_columns; j++) {                                                                \
                w[j] = (real) ((double) w[j] * sums[j]);                                                     \
            }                                                                                                \
        }                                                                                                    \
    }
NORMALIZE(normalize_f64, double)
NORMALIZE(normalize_f32, float)

const neuro_normalize_kernels_t NEURO_VARIANT(neuro_normalize_kernels) = {normalize_f64, normalize_f32};
