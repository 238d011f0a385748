/* The sweeps of the exact platform's static synapses, compiled for each combination of storage. */
#ifndef NEURO_EXACT_SYNAPSES_H
#define NEURO_EXACT_SYNAPSES_H

#include "engine/network.h"

enum { TARGET_16, TARGET_32, TARGET_DENSE, TARGET_N };
enum { DELAY_ONE, DELAY_8, DELAY_16, DELAY_N };

typedef struct {
    /* [kind of target][kind of delay][one weight]; NULL: not on the list */
    neuro_sweep_function_t listed[TARGET_N][DELAY_N][2];
    neuro_sweep_function_t general;
} neuro_exact_static_t;

typedef struct {
    neuro_exact_static_t f64, f32;
} neuro_exact_statics_t;

/* How a projection's rows are stored. */
static inline int
neuro_target_kind(const neuro_rows_t *rows)
{
    return rows->layout == NEURO_DENSE      ? TARGET_DENSE
           : rows->target_type == NEURO_U16 ? TARGET_16
                                            : TARGET_32;
}

static inline int
neuro_delay_kind(const neuro_rows_t *rows)
{
    const neuro_column_t *delay = &rows->columns[NEURO_DELAY];

    return delay->is_scalar ? DELAY_ONE : delay->type == NEURO_U8 ? DELAY_8 : DELAY_16;
}

#endif
