#include "engine/normalize.h"

#include "core/memory.h"
#include "engine/network.h"

#include <math.h>

neuro_status_t
neuro_projection_normalize(neuro_projection_t *projection, double total)
{
    neuro_rows_t *rows = &projection->rows;
    double *sums = neuro_alloc(rows->n_post, sizeof *sums);
    const bool was_scalar = rows->columns[NEURO_WEIGHT].is_scalar;
    static const neuro_normalize_kernels_t *const variants[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(&neuro_normalize_kernels);
    neuro_column_t *weight;
    uint64_t begin, end, i;
    uint32_t row, j;

    if (sums == NULL || neuro_column_expand(rows, NEURO_WEIGHT) != NEURO_OK) {
        neuro_release(sums);
        return NEURO_ERR_MEMORY;
    }
    if (projection->kernel->settle != NULL && projection->is_ready) {
        projection->kernel->settle(projection, projection->network->step - 1);
    }
    weight = &rows->columns[NEURO_WEIGHT];
    if (rows->layout == NEURO_DENSE && weight->type == NEURO_F64) {
        variants[projection->network->isa]->f64(weight->data, rows->n_pre, rows->n_post, total, sums);
    } else if (rows->layout == NEURO_DENSE && weight->type == NEURO_F32) {
        variants[projection->network->isa]->f32(weight->data, rows->n_pre, rows->n_post, total, sums);
    } else {
        for (row = 0; row < neuro_rows_count(rows); row++) {
            neuro_rows_range(rows, row, &begin, &end);
            for (i = begin; i < end; i++) {
                sums[neuro_rows_target(rows, i)] += neuro_column_get(weight, i);
            }
        }
        for (j = 0; j < rows->n_post; j++) {
            sums[j] = sums[j] != 0.0 ? total / sums[j] : 1.0;
        }
        for (row = 0; !neuro_type_holds(weight->type, INFINITY) && row < neuro_rows_count(rows); row++) {
            neuro_rows_range(rows, row, &begin, &end);
            for (i = begin; i < end; i++) {
                const double scaled = neuro_column_get(weight, i) * sums[neuro_rows_target(rows, i)];

                if (!neuro_type_holds(weight->type, scaled)) {
                    neuro_release(sums);
                    return neuro_fail(
                        &projection->network->error, NEURO_ERR_RANGE,
                        "a total of %g makes a weight of projection %u %g, which its type cannot hold", total,
                        projection->id, scaled);
                }
            }
        }
        for (row = 0; row < neuro_rows_count(rows); row++) {
            neuro_rows_range(rows, row, &begin, &end);
            for (i = begin; i < end; i++) {
                neuro_value_set(weight->data, weight->type, (size_t) i,
                                neuro_column_get(weight, i) * sums[neuro_rows_target(rows, i)]);
            }
        }
    }
    neuro_release(sums);
    if (projection->is_ready && (was_scalar || !projection->kernel->is_plastic)) {
        return projection->kernel->prepare(projection, projection->network->isa);
    }
    return NEURO_OK;
}
