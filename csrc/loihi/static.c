/* Synapses of fixed weight: a mantissa each, and one exponent for the projection.
 *
 * A positive exponent shifts the weights to the left. With a negative one Lava shifts, rounding down, the sum
 * over all synapses with one delay whose sources fired in the same step; so such a projection adds up apart
 * and passes its sums on when the step's spikes are all in. Source: lava.proc.dense.models,
 * AbstractPyDenseModelBitAcc and AbstractPyDelayDenseModelBitAcc. */
#include "core/fixed.h"
#include "core/memory.h"
#include "engine/network.h"
#include "loihi/loihi.h"

#include <string.h>

enum { RULE_WEIGHT_EXP, N_RULES };

static const neuro_rule_spec_t rules[N_RULES] = {[RULE_WEIGHT_EXP] = {"weight_exp", 0.0}};

/* Sums of one step that still have to be shifted. */
typedef struct {
    int32_t *sums;     /* [delay][target] */
    uint8_t *is_dirty; /* [part][delay] */
    uint32_t n_delays, n_parts;
} sums_t;

/* Where a delay of 0 goes, and how far apart the delays are. */
typedef struct {
    int32_t *data;
    size_t stride;
    uint32_t first, mask; /* of the slot */
    uint32_t shift;       /* of the weights, to the left */
} destination_t;

static inline __attribute__((always_inline)) void
add_rows(const neuro_sweep_t *sweep, const destination_t *to, uint8_t *is_dirty)
{
    const neuro_rows_t *rows = &sweep->projection->rows;
    const neuro_column_t *weight = &rows->columns[NEURO_WEIGHT], *delay = &rows->columns[NEURO_DELAY];
    const size_t weight_stride = !weight->is_scalar, delay_stride = !delay->is_scalar;
    const int16_t *weights = weight->data;
    const bool has_short_delays = delay->type == NEURO_U8;
    uint64_t n_events = 0, begin, end, k;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(rows, sweep->shift * rows->n_pre + sweep->source[i], sweep->part, &begin, &end);
        for (k = begin; k < end; k++) {
            const uint32_t steps = has_short_delays ? ((const uint8_t *) delay->data)[k * delay_stride]
                                                    : ((const uint16_t *) delay->data)[k * delay_stride];
            int32_t *cell =
                to->data + ((to->first + steps) & to->mask) * to->stride + neuro_rows_target(rows, k);

            *cell =
                neuro_add_wrap_i32(*cell, neuro_shift_left_wrap_i32(weights[k * weight_stride], to->shift));
            if (is_dirty != NULL) {
                is_dirty[steps] = 1;
            }
        }
        n_events += end - begin;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
}

static destination_t
ring_destination(const neuro_projection_t *projection, neuro_step_t step, uint32_t shift)
{
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t now = step + projection->network->platform->plan.latency;

    return (destination_t){.data = (int32_t *) ring->data + projection->receptor * ring->stride,
                           .stride = ring->n_receptors * ring->stride,
                           .first = (uint32_t) ((uint64_t) now & (ring->n_slots - 1)),
                           .mask = ring->n_slots - 1,
                           .shift = shift};
}

static void
sweep_direct(const neuro_sweep_t *sweep)
{
    const destination_t to = ring_destination(sweep->projection, sweep->step,
                                              (uint32_t) sweep->projection->rules[RULE_WEIGHT_EXP]);

    add_rows(sweep, &to, NULL);
}

static void
sweep_apart(const neuro_sweep_t *sweep)
{
    const sums_t *sums = sweep->projection->own;
    const destination_t to = {.data = sums->sums,
                              .stride = sweep->projection->post->n_cells,
                              .first = 0,
                              .mask = UINT32_MAX,
                              .shift = 0};

    add_rows(sweep, &to, sums->is_dirty + (size_t) sweep->part * sums->n_delays);
}

/* Shift the sums of the step that ends and pass them to the ring. */
static void
pass_sums(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    sums_t *sums = projection->own;
    const uint32_t first = projection->rows.part_first[part], end = projection->rows.part_first[part + 1];
    const destination_t to = ring_destination(projection, step, 0);
    const uint32_t shift = (uint32_t) -projection->rules[RULE_WEIGHT_EXP];
    uint32_t delay, i;

    (void) counters;
    if (projection->sweep != sweep_apart) {
        return;
    }
    for (delay = 0; delay < sums->n_delays; delay++) {
        int32_t *from = sums->sums + (size_t) delay * projection->post->n_cells;
        int32_t *ring = to.data + ((to.first + delay) & to.mask) * to.stride;
        uint8_t *is_dirty = &sums->is_dirty[(size_t) part * sums->n_delays + delay];

        for (i = first; *is_dirty && i < end; i++) {
            ring[i] = neuro_add_wrap_i32(ring[i], neuro_shift_down_i32(from[i], shift));
            from[i] = 0;
        }
        *is_dirty = 0;
    }
}

static neuro_status_t
check(neuro_projection_t *projection)
{
    const double exponent = projection->rules[RULE_WEIGHT_EXP];

    if (!(exponent >= -8.0 && exponent <= 7.0 && exponent == (double) (int32_t) exponent)) {
        return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                          "rule \"weight_exp\" is %g; it must be a whole number in -8..7", exponent);
    }
    return NEURO_OK;
}

static void
release(neuro_projection_t *projection)
{
    sums_t *sums = projection->own;

    if (sums != NULL) {
        neuro_release(sums->sums);
        neuro_release(sums->is_dirty);
        neuro_release(sums);
        projection->own = NULL;
    }
}

/* Between two steps all sums have been passed on, so that nothing is lost when they are allocated anew. */
static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    sums_t *sums;

    (void) isa;
    release(projection);
    projection->sweep = sweep_direct;
    if (projection->rules[RULE_WEIGHT_EXP] >= 0.0 || projection->rows.n_synapses == 0) {
        return NEURO_OK;
    }
    sums = neuro_alloc(1, sizeof *sums);
    if (sums == NULL) {
        return NEURO_ERR_MEMORY;
    }
    projection->own = sums;
    sums->n_delays = projection->max_ring_delay + 1;
    sums->n_parts = projection->rows.n_parts;
    sums->sums = neuro_alloc((size_t) sums->n_delays * projection->post->n_cells, sizeof *sums->sums);
    sums->is_dirty = neuro_alloc((size_t) sums->n_parts * sums->n_delays, sizeof *sums->is_dirty);
    if (sums->sums == NULL || sums->is_dirty == NULL) {
        return NEURO_ERR_MEMORY;
    }
    projection->sweep = sweep_apart;
    return NEURO_OK;
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
    .epoch = pass_sums,
};
