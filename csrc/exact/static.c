#include "exact/exact.h"
#include "exact/synapses.h"

extern const neuro_exact_statics_t neuro_exact_statics_base;
#ifdef NEURO_X86
extern const neuro_exact_statics_t neuro_exact_statics_v2, neuro_exact_statics_v3, neuro_exact_statics_v4;
static const neuro_exact_statics_t *const variants[NEURO_N_ISA] = {
    &neuro_exact_statics_base, &neuro_exact_statics_v2, &neuro_exact_statics_v3, &neuro_exact_statics_v4};
#else
static const neuro_exact_statics_t *const variants[NEURO_N_ISA] = {
    &neuro_exact_statics_base, &neuro_exact_statics_base, &neuro_exact_statics_base,
    &neuro_exact_statics_base};
#endif

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_exact_static_t *all =
        projection->network->real == NEURO_F64 ? &variants[isa]->f64 : &variants[isa]->f32;
    const bool is_one_weight = rows->columns[NEURO_WEIGHT].is_scalar;
    const neuro_sweep_function_t listed =
        all->listed[neuro_target_kind(rows)][neuro_delay_kind(rows)][is_one_weight];

    projection->sweep = listed != NULL ? listed : all->general;
    return NEURO_OK;
}

const neuro_synapse_kernel_t neuro_exact_static = {
    .name = "static",
    .weight_type = NEURO_REAL,
    .dendritic_rule = -1,
    .prepare = prepare,
    .can_rewire = true,
};
