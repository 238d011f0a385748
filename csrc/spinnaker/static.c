/* Static synapses. Source: synapses.c, process_fixed_synapses(). A delay of exactly as many steps as the
 * machine's ring has slots is stored there as 0 and works, because the slot has been read before the packets
 * come. */
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"

typedef enum { TARGET_16, TARGET_DENSE, TARGET_ANY } target_kind_t;
typedef enum { DELAY_ONE, DELAY_8, DELAY_ANY } delay_kind_t;

#define ALWAYS_INLINE static inline __attribute__((always_inline))

static __attribute__((noinline, cold)) void
add_one(const neuro_spinnaker_rows_t *row, uint16_t *slot, uint32_t target, uint16_t weight,
        uint64_t *n_saturated)
{
    uint64_t is_saturated = 0;

    slot[target] = neuro_add_saturate_u16(slot[target], weight, &is_saturated);
    if (is_saturated != 0) {
        neuro_spinnaker_note_saturation(row->post, target, row->step, false);
        ++*n_saturated;
    }
}

/* The carry of a 16-bit sum says that it saturates. */
ALWAYS_INLINE void
add(const neuro_spinnaker_rows_t *row, uint16_t *slot, uint32_t target, uint16_t weight,
    uint64_t *n_saturated)
{
    uint16_t sum;

    if (__builtin_expect(__builtin_add_overflow(slot[target], weight, &sum), 0)) {
        add_one(row, slot, target, weight, n_saturated);
    } else {
        slot[target] = sum;
    }
}

/* Neighbouring cells, one weight after the other (stride 1) or the same (0). Where one sum is too large all
 * are added again one by one, which notes the cell. */
ALWAYS_INLINE void
add_dense(const neuro_spinnaker_rows_t *row, uint16_t *slot, uint32_t first, uint32_t n,
          const uint16_t *restrict weight, size_t stride, uint64_t *n_saturated)
{
    uint16_t *restrict to = slot + first;
    uint32_t largest = 0, i;

    for (i = 0; i < n; i++) {
        const uint32_t sum = (uint32_t) to[i] + weight[i * stride];

        largest |= sum;
    }
    if (largest > UINT16_MAX) {
        for (i = 0; i < n; i++) {
            add_one(row, slot, first + i, weight[i * stride], n_saturated);
        }
        return;
    }
    for (i = 0; i < n; i++) {
        to[i] = (uint16_t) (to[i] + weight[i * stride]);
    }
}

/* The kinds are known to the compiler in each combination of the list below. */
ALWAYS_INLINE void
sweep_rows(const neuro_sweep_t *sweep, const target_kind_t target_kind, const delay_kind_t delay_kind,
           const bool is_one_weight)
{
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, false);
    const neuro_rows_t *rows = row.rows;
    const uint32_t row_base = sweep->shift * rows->n_pre;
    const uint16_t *target_16 = rows->target;
    const uint8_t *delay_8 = row.delays;
    /* copies: the compiler must take a sum that is written for part of what a pointer reaches */
    const uint16_t *weights = row.weights;
    const uint16_t one_weight = weights[0];
    const uint32_t now = row.now, mask = row.slot_mask;
    const size_t slot_stride = row.slot_stride, weight_stride = row.weight_stride;
    uint16_t *const ring = row.ring;
    uint16_t *one_slot =
        row.ring + ((row.now + neuro_spinnaker_delay(&row, 0)) & row.slot_mask) * row.slot_stride;
    uint64_t n_saturated = 0, n_events = 0, begin, end, k;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(rows, row_base + sweep->source[i], sweep->part, &begin, &end);
        if (target_kind == TARGET_16) {
            neuro_rows_ask(rows, row_base, sweep->source + i, sweep->n - i, sweep->part, sizeof *target_16,
                           is_one_weight ? 0 : sizeof *weights);
        }
        n_events += end - begin;
        if (target_kind == TARGET_DENSE) {
            add_dense(&row, one_slot, rows->part_first[sweep->part], (uint32_t) (end - begin),
                      is_one_weight ? weights : weights + begin, !is_one_weight, &n_saturated);
            continue;
        }
#pragma GCC unroll 4
        for (k = begin; k < end; k++) {
            const uint32_t target = target_kind == TARGET_16 ? target_16[k] : neuro_rows_target(rows, k);
            const uint32_t delay = delay_kind == DELAY_8     ? delay_8[k]
                                   : delay_kind == DELAY_ANY ? neuro_spinnaker_delay(&row, k)
                                                             : 0;
            uint16_t *slot = delay_kind == DELAY_ONE ? one_slot : ring + ((now + delay) & mask) * slot_stride;
            const uint16_t weight = is_one_weight ? one_weight : weights[k * weight_stride];

            add(&row, slot, target, weight, &n_saturated);
        }
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
}

/* Rows that hold a good part of the targets, each once, with one weight and one delay: as long as the largest
 * sum leaves room for a weight from every row, nothing can saturate and nothing is tested. */
static void
sweep_filled(const neuro_sweep_t *sweep)
{
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, false);
    const neuro_rows_t *rows = row.rows;
    const uint32_t row_base = sweep->shift * rows->n_pre;
    const uint32_t from = rows->part_first[sweep->part], until = rows->part_first[sweep->part + 1];
    const uint16_t *target = rows->target;
    const uint16_t weight = row.weights[0];
    uint16_t *slot =
        row.ring + ((row.now + neuro_spinnaker_delay(&row, 0)) & row.slot_mask) * row.slot_stride;
    uint64_t n_saturated = 0, n_events = 0, begin, end, k;
    uint32_t n_free = weight > 0 ? 0 : UINT32_MAX; /* rows that the sums have room for */
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(rows, row_base + sweep->source[i], sweep->part, &begin, &end);
        neuro_rows_ask(rows, row_base, sweep->source + i, sweep->n - i, sweep->part, sizeof *target, 0);
        n_events += end - begin;
        if (n_free == 0) {
            uint16_t largest = 0;
            uint32_t j;

            for (j = from; j < until; j++) {
                largest = slot[j] > largest ? slot[j] : largest;
            }
            n_free = (uint32_t) (UINT16_MAX - largest) / weight;
        }
        if (n_free > 0) {
            n_free--;
            for (k = begin; k < end; k++) {
                slot[target[k]] = (uint16_t) (slot[target[k]] + weight);
            }
            continue;
        }
        for (k = begin; k < end; k++) {
            add(&row, slot, target[k], weight, &n_saturated);
        }
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
}

/* Whether no row holds a target twice, and a row holds at least one target of FILLED. */
static bool
are_rows_filled(const neuro_rows_t *rows)
{
    enum { FILLED = 16 };
    const uint64_t n_rows = neuro_rows_count(rows);
    const uint16_t *target = rows->target;
    uint64_t row, begin, end, k;

    if (rows->layout != NEURO_SPARSE || rows->target_type != NEURO_U16 ||
        rows->n_synapses * FILLED < n_rows * rows->n_post) {
        return false;
    }
    for (row = 0; row < n_rows; row++) {
        neuro_rows_range(rows, (uint32_t) row, &begin, &end);
        for (k = begin + 1; k < end; k++) {
            if (target[k] == target[k - 1]) {
                return false;
            }
        }
    }
    return true;
}

/* Row i holds target i alone; a source that fires several times in a step stands there as often. */
static void
sweep_one_to_one(const neuro_sweep_t *sweep)
{
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, false);
    const uint32_t first = row.rows->part_first[sweep->part];
    const uint32_t n_own = row.rows->part_first[sweep->part + 1] - first;
    const uint16_t *weights = row.weights;
    const size_t weight_stride = row.weight_stride;
    uint16_t *slot =
        row.ring + ((row.now + neuro_spinnaker_delay(&row, 0)) & row.slot_mask) * row.slot_stride;
    uint64_t n_saturated = 0, n_events = 0;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t target = sweep->source[i];

        if (target - first < n_own) {
            add(&row, slot, target, weights[target * weight_stride], &n_saturated);
            n_events++;
        }
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
}

#define SWEEP(name, target_kind, delay_kind, is_one_weight)                                                  \
    static void name(const neuro_sweep_t *sweep)                                                             \
    {                                                                                                        \
        sweep_rows(sweep, target_kind, delay_kind, is_one_weight);                                           \
    }
SWEEP(sweep_16_one_one, TARGET_16, DELAY_ONE, true)
SWEEP(sweep_16_one_many, TARGET_16, DELAY_ONE, false)
SWEEP(sweep_16_8_one, TARGET_16, DELAY_8, true)
SWEEP(sweep_16_8_many, TARGET_16, DELAY_8, false)
SWEEP(sweep_dense_one, TARGET_DENSE, DELAY_ONE, true)
SWEEP(sweep_dense_many, TARGET_DENSE, DELAY_ONE, false)
/* Whatever is not on the list. */
SWEEP(sweep_any, TARGET_ANY, DELAY_ANY, false)
#undef SWEEP

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *delay = &rows->columns[NEURO_DELAY];
    const bool is_one = rows->columns[NEURO_WEIGHT].is_scalar;

    (void) isa;
    if (((const neuro_spinnaker_cells_t *) projection->post->own)->drops != NULL) {
        projection->sweep = neuro_spinnaker_sweep_lossy;
    } else if (projection->is_one_to_one) {
        projection->sweep = sweep_one_to_one;
    } else if (rows->layout == NEURO_DENSE) {
        projection->sweep = !delay->is_scalar ? sweep_any : is_one ? sweep_dense_one : sweep_dense_many;
    } else if (rows->target_type != NEURO_U16 || (!delay->is_scalar && delay->type != NEURO_U8)) {
        projection->sweep = sweep_any;
    } else if (delay->is_scalar) {
        projection->sweep = !is_one                 ? sweep_16_one_many
                            : are_rows_filled(rows) ? sweep_filled
                                                    : sweep_16_one_one;
    } else {
        projection->sweep = is_one ? sweep_16_8_one : sweep_16_8_many;
    }
    return NEURO_OK;
}

/* Steps that the machine's ring can hold; 0: no limit. Longer delays go through delay extensions. */
static const neuro_rule_spec_t rules[] = {{"delay_slots", 0.0}};

static neuro_status_t
check(neuro_projection_t *projection)
{
    if (!(projection->rules[0] >= 0.0 && projection->rules[0] <= 16384.0)) {
        return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                          "rule \"delay_slots\" of projection %u is %g; it must be 0 to 16384 steps",
                          projection->id, projection->rules[0]);
    }
    return neuro_spinnaker_check_slots(projection, projection->rules[0]);
}

static uint32_t
axonal_steps(const neuro_projection_t *projection, uint32_t total)
{
    return neuro_spinnaker_extension_steps(total, projection->rules[0]);
}

const neuro_synapse_kernel_t neuro_spinnaker_static = {
    .name = "static",
    .weight_type = NEURO_U16,
    .n_rules = sizeof rules / sizeof rules[0],
    .rules = rules,
    .dendritic_rule = -1,
    .axonal_steps = axonal_steps,
    .check = check,
    .prepare = prepare,
};
