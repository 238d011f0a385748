/* Synapses of fixed weight: a mantissa each, and one exponent for the projection.
 *
 * What an exponent does is one of the points where the public emulators disagree (static.h). With a negative
 * one Lava shifts, rounding down, the sum over all synapses with one delay whose sources fired in the same
 * step; so such a projection adds up apart and passes its sums on when the step's spikes are all in. Sources:
 * lava.proc.dense.models, AbstractPyDenseModelBitAcc and AbstractPyDelayDenseModelBitAcc; brian2-loihi,
 * synapses.py; nengo-loihi, discretize.py. */
#include "loihi/static.h"

#include "core/fixed.h"
#include "core/memory.h"
#include "loihi/graded.h"
#include "loihi/loihi.h"

#include <string.h>

NEURO_VARIANT_DECLARE(extern NEURO_LOIHI_ADDS, neuro_loihi_adds);

enum { RULE_WEIGHT_EXP, RULE_SHIFT, N_RULES };
/* So few rows take no longer synapse by synapse than as rows of a matrix. */
enum { FEW_ROWS = 2 };

static const neuro_rule_spec_t rules[N_RULES] = {
    [RULE_WEIGHT_EXP] = {"weight_exp", 0.0}, [RULE_SHIFT] = {"shift", NEURO_LOIHI_SHIFT_DOWN}};

int32_t
neuro_loihi_shifted(neuro_loihi_shift_t shift, int32_t exponent, int32_t weight)
{
    int32_t shifted;

    if (exponent >= 0) {
        shifted = neuro_shift_left_wrap_i32(weight, (uint32_t) exponent);
    } else if (shift == NEURO_LOIHI_SHIFT_NEAREST) {
        const uint32_t n = (uint32_t) -exponent;
        const int32_t is_odd = neuro_shift_down_i32(weight, n) & 1;

        shifted = neuro_shift_down_i32(weight + (1 << (n - 1)) - 1 + is_odd, n);
    } else {
        shifted = neuro_shift_down_i32(weight, (uint32_t) -exponent);
    }
    return shift == NEURO_LOIHI_SHIFT_SUM
               ? shifted
               : neuro_clip_i32(shifted, -NEURO_LOIHI_MOST_WEIGHT, NEURO_LOIHI_MOST_WEIGHT);
}

static neuro_loihi_destination_t
ring_destination(const neuro_loihi_delivery_t *delivery, const neuro_projection_t *projection,
                 neuro_step_t step)
{
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t now = step + projection->network->platform->plan.latency;

    return (neuro_loihi_destination_t){.data = (int32_t *) ring->data + projection->receptor * ring->stride,
                                       .stride = ring->n_receptors * ring->stride,
                                       .first = (uint32_t) ((uint64_t) now & (ring->n_slots - 1)),
                                       .mask = ring->n_slots - 1,
                                       .shift = delivery->shift,
                                       .exponent = delivery->exponent,
                                       .weights = delivery->weights,
                                       .matrix = &delivery->matrix};
}

void
neuro_loihi_deliver(const neuro_loihi_delivery_t *delivery, const neuro_sweep_t *sweep)
{
    const neuro_loihi_destination_t apart = {
        .data = delivery->sums,
        .stride = sweep->projection->post->n_cells,
        .first = 0,
        .mask = UINT32_MAX,
        .shift = NEURO_LOIHI_SHIFT_SUM,
        .exponent = 0,
        .matrix = &delivery->matrix,
        .is_dirty =
            delivery->sums == NULL ? NULL : delivery->is_dirty + (size_t) sweep->part * delivery->n_delays};
    const neuro_loihi_destination_t direct = ring_destination(delivery, sweep->projection, sweep->step);

    (sweep->n > FEW_ROWS ? delivery->add_many : delivery->add)(sweep,
                                                               delivery->sums == NULL ? &direct : &apart);
}

static void
sweep_rows(const neuro_sweep_t *sweep)
{
    neuro_loihi_deliver(sweep->projection->own, sweep);
}

/* Shift the sums of the step that ends and pass them to the ring. */
void
neuro_loihi_delivery_end(const neuro_loihi_delivery_t *delivery, const neuro_projection_t *projection,
                         uint32_t part, neuro_step_t step)
{
    neuro_loihi_destination_t to;
    uint32_t first, end, shift, delay, i;

    if (delivery->sums == NULL) {
        return;
    }
    first = projection->rows.part_first[part];
    end = projection->rows.part_first[part + 1];
    to = ring_destination(delivery, projection, step);
    shift = (uint32_t) -delivery->exponent;
    for (delay = 0; delay < delivery->n_delays; delay++) {
        int32_t *from = delivery->sums + (size_t) delay * projection->post->n_cells;
        int32_t *ring = to.data + ((to.first + delay) & to.mask) * to.stride;
        uint8_t *is_dirty = &delivery->is_dirty[(size_t) part * delivery->n_delays + delay];

        for (i = first; *is_dirty && i < end; i++) {
            ring[i] = neuro_add_wrap_i32(ring[i], neuro_shift_down_i32(from[i], shift));
            from[i] = 0;
        }
        *is_dirty = 0;
    }
}

static void
end_step(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    (void) counters;
    if (projection->own != NULL) {
        neuro_loihi_delivery_end(projection->own, projection, part, step);
    }
}

static neuro_status_t
check_rule(neuro_projection_t *projection, uint32_t rule, int32_t low, int32_t high)
{
    const double value = projection->rules[rule];

    if (!(value >= low && value <= high && value == (double) (int32_t) value)) {
        return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                          "rule \"%s\" of projection %u is %g; it must be a whole number in %d..%d",
                          rules[rule].name, projection->id, value, low, high);
    }
    return NEURO_OK;
}

static neuro_status_t
check(neuro_projection_t *projection)
{
    const neuro_status_t status = check_rule(projection, RULE_WEIGHT_EXP, -8, 7);

    return status != NEURO_OK
               ? status
               : check_rule(projection, RULE_SHIFT, NEURO_LOIHI_SHIFT_SUM, NEURO_LOIHI_SHIFT_NEAREST);
}

void
neuro_loihi_delivery_free(neuro_loihi_delivery_t *delivery)
{
    neuro_release(delivery->sums);
    neuro_release(delivery->is_dirty);
    neuro_release(delivery->weights);
    neuro_loihi_matrix_free(&delivery->matrix);
    memset(delivery, 0, sizeof *delivery);
}

static void
release(neuro_projection_t *projection)
{
    if (projection->own != NULL) {
        neuro_loihi_delivery_free(projection->own);
        neuro_release(projection->own);
        projection->own = NULL;
    }
}

static neuro_loihi_add_t
choose_add(const neuro_projection_t *projection, const neuro_loihi_delivery_t *own, neuro_isa_t isa)
{
#ifdef NEURO_X86
    static const neuro_loihi_adds_t *const variants[NEURO_N_ISA] = {
        &neuro_loihi_adds_base, &neuro_loihi_adds_v2, &neuro_loihi_adds_v3, &neuro_loihi_adds_v4};
#else
    static const neuro_loihi_adds_t *const variants[NEURO_N_ISA] = {
        &neuro_loihi_adds_base, &neuro_loihi_adds_base, &neuro_loihi_adds_base, &neuro_loihi_adds_base};
#endif
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *weight = &rows->columns[NEURO_WEIGHT], *delay = &rows->columns[NEURO_DELAY];
    const int target = rows->layout == NEURO_DENSE      ? TARGET_DENSE
                       : rows->target_type == NEURO_U16 ? TARGET_16
                                                        : TARGET_32;
    const int scale = own->sums != NULL || own->exponent == 0 || own->weights != NULL ? SCALE_NONE
                      : own->shift == NEURO_LOIHI_SHIFT_SUM                           ? SCALE_LEFT
                                                                                      : SCALE_DOWN;
    neuro_loihi_add_t listed = NULL;

    if (weight->type == NEURO_I16 && (delay->is_scalar || delay->type == NEURO_U8) &&
        (own->weights != NULL || !(own->shift == NEURO_LOIHI_SHIFT_NEAREST && own->exponent < 0)) &&
        (own->sums == NULL || delay->is_scalar)) {
        listed = variants[isa]->listed[neuro_loihi_is_graded(projection->pre)][target]
                                      [delay->is_scalar ? DELAY_ONE : DELAY_8][weight->is_scalar][scale];
    }
    return listed != NULL ? listed : variants[isa]->general;
}

neuro_status_t
neuro_loihi_delivery_prepare(neuro_loihi_delivery_t *delivery, const neuro_projection_t *projection,
                             neuro_loihi_shift_t shift, int32_t exponent, neuro_isa_t isa)
{
    neuro_loihi_delivery_free(delivery);
    delivery->shift = shift;
    delivery->exponent = exponent;
    if (shift == NEURO_LOIHI_SHIFT_SUM && exponent < 0 && projection->rows.n_synapses > 0) {
        delivery->n_delays = projection->max_ring_delay + 1;
        delivery->n_parts = projection->rows.n_parts;
        delivery->sums =
            neuro_alloc((size_t) delivery->n_delays * projection->post->n_cells, sizeof *delivery->sums);
        delivery->is_dirty = neuro_alloc((size_t) delivery->n_parts * delivery->n_delays, 1);
        if (delivery->sums == NULL || delivery->is_dirty == NULL) {
            return NEURO_ERR_MEMORY;
        }
    }
    delivery->add = choose_add(projection, delivery, isa);
    delivery->add_many = delivery->add;
    return NEURO_OK;
}

/* Keep what each weight adds, where that is not the weight itself and fits as many bits. Short of memory,
 * each is shifted whenever it is added. */
static void
keep_added(neuro_loihi_delivery_t *delivery, const neuro_rows_t *rows)
{
    const neuro_column_t *weight = &rows->columns[NEURO_WEIGHT];
    const neuro_loihi_shift_t shift = delivery->shift;
    const int32_t exponent = delivery->exponent;
    const int16_t *own = weight->data;
    const uint64_t n = weight->is_scalar ? 1 : rows->n_synapses;
    int16_t *weights;
    int32_t misfit = 0;
    uint64_t i;

    if (weight->type != NEURO_I16 || delivery->sums != NULL || exponent == 0 || rows->capacity > 0 ||
        rows->n_synapses == 0) {
        return;
    }
    weights = neuro_alloc_unset((size_t) n, sizeof *weights);
    for (i = 0; weights != NULL && i < n; i++) {
        const int32_t value = neuro_loihi_shifted(shift, exponent, own[i]);

        weights[i] = neuro_wrap_i16(value);
        misfit |= weights[i] ^ value;
    }
    if (misfit != 0) {
        neuro_release(weights);
        weights = NULL;
    }
    delivery->weights = weights;
}

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    static const neuro_loihi_add_t add_matrix[NEURO_N_ISA] = NEURO_VARIANT_TABLE(neuro_loihi_add_matrix);
    neuro_loihi_delivery_t *own;
    neuro_status_t status;
    const bool is_wide = projection->rows.columns[NEURO_WEIGHT].type == NEURO_I32;

    if (projection->own == NULL) {
        projection->own = neuro_alloc(1, sizeof(neuro_loihi_delivery_t));
    }
    if (projection->own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    own = projection->own;
    projection->sweep = sweep_rows;
    status = neuro_loihi_delivery_prepare(own, projection,
                                          is_wide ? NEURO_LOIHI_SHIFT_SUM
                                                  : (neuro_loihi_shift_t) projection->rules[RULE_SHIFT],
                                          is_wide ? 0 : (int32_t) projection->rules[RULE_WEIGHT_EXP], isa);
    if (status == NEURO_OK) {
        keep_added(own, &projection->rows);
        own->add_many = own->add = choose_add(projection, own, isa);
    }
    if (status == NEURO_OK && !neuro_loihi_is_graded(projection->pre) && !is_wide &&
        (own->weights != NULL || own->exponent == 0 || own->sums != NULL)) {
        neuro_loihi_matrix_make(&own->matrix, &projection->rows,
                                own->weights != NULL ? own->weights
                                                     : projection->rows.columns[NEURO_WEIGHT].data);
        own->add_many = own->matrix.weights != NULL ? add_matrix[isa] : own->add;
    }
    return status;
}

const neuro_synapse_kernel_t neuro_loihi_static = {
    .name = "static",
    .weight_type = NEURO_I16,
    .n_rules = N_RULES,
    .rules = rules,
    .dendritic_rule = -1,
    .check = check,
    .prepare = prepare,
    .free = release,
    .epoch = end_step,
};

/* Weights in the units of the ring, without an exponent. */
const neuro_synapse_kernel_t neuro_loihi_static_wide = {
    .name = "static_wide",
    .weight_type = NEURO_I32,
    .dendritic_rule = -1,
    .prepare = prepare,
    .free = release,
};
