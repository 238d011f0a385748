/* Weights of a dense matrix, one row a source, to one sum a target. */
#ifndef NEURO_ENGINE_NORMALIZE_H
#define NEURO_ENGINE_NORMALIZE_H

#include "core/cpu.h"

#include <stdint.h>

/* Multiply each column so that it adds up to `total`; columns of sum 0 stay. `sums` has n_columns zeros. */
typedef struct {
    void (*f64)(double *weights, uint32_t n_rows, uint32_t n_columns, double total, double *sums);
    void (*f32)(float *weights, uint32_t n_rows, uint32_t n_columns, double total, double *sums);
} neuro_normalize_kernels_t;

#define NEURO_NORMALIZE_DECLARE(name) extern const neuro_normalize_kernels_t name
NEURO_VARIANT_DECLARE(NEURO_NORMALIZE_DECLARE, neuro_normalize_kernels);

#endif
