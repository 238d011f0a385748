/* Delivery of the exact platform's static synapses: a row's weights are added to the ring. Included with REAL
 * and NAME defined. The kind of target, delay and weight is known to the compiler in each combination. */

static inline __attribute__((always_inline)) void
NAME(sweep)(const neuro_sweep_t *sweep, const int target_kind, const int delay_kind, const bool is_one_weight)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_column_t *delay_column = &rows->columns[NEURO_DELAY];
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    const uint32_t row_base = sweep->shift * rows->n_pre;
    const REAL *weight = rows->columns[NEURO_WEIGHT].data;
    const uint16_t *target_16 = rows->target;
    const uint32_t *target_32 = rows->target;
    const uint8_t *delay_8 = delay_column->data;
    const uint16_t *delay_16 = delay_column->data;
    const size_t slot_size = ring->n_receptors * ring->stride;
    const uint64_t mask = ring->n_slots - 1;
    REAL *data = (REAL *) ring->data + projection->receptor * ring->stride;
    REAL *one_slot = data + (((uint64_t) base + projection->min_ring_delay) & mask) * slot_size;
    const REAL one_weight = weight[0];
    uint64_t begin, end, n_events = 0, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        neuro_rows_bounds(rows, row_base + sweep->source[k], sweep->part, &begin, &end);
        if (target_kind != TARGET_DENSE) {
            neuro_rows_ask(rows, row_base, sweep->source + k, sweep->n - k, sweep->part,
                           target_kind == TARGET_16 ? sizeof *target_16 : sizeof *target_32,
                           is_one_weight ? 0 : sizeof *weight);
        }
        n_events += end - begin;
        if (target_kind == TARGET_DENSE) {
            REAL *restrict to = one_slot + rows->part_first[sweep->part];
            const REAL *restrict w = weight + begin;
            const uint64_t n = end - begin;

            for (i = 0; i < n; i++) {
                to[i] += is_one_weight ? one_weight : w[i];
            }
            continue;
        }
        for (i = begin; i < end; i++) {
            const uint32_t target = target_kind == TARGET_16 ? target_16[i] : target_32[i];
            const uint64_t slot = delay_kind == DELAY_ONE
                                      ? 0
                                      : (uint64_t) base + (delay_kind == DELAY_8 ? delay_8[i] : delay_16[i]);
            REAL *to = delay_kind == DELAY_ONE ? one_slot : data + (slot & mask) * slot_size;

            to[target] += is_one_weight ? one_weight : weight[i];
        }
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
}

#define SWEEP(name, target_kind, delay_kind, is_one_weight)                                                  \
    static void NAME(name)(const neuro_sweep_t *sweep)                                                       \
    {                                                                                                        \
        NAME(sweep)(sweep, target_kind, delay_kind, is_one_weight);                                          \
    }
SWEEP(sweep_16_one_one, TARGET_16, DELAY_ONE, true)
SWEEP(sweep_16_one_many, TARGET_16, DELAY_ONE, false)
SWEEP(sweep_16_8_one, TARGET_16, DELAY_8, true)
SWEEP(sweep_16_8_many, TARGET_16, DELAY_8, false)
SWEEP(sweep_32_one_one, TARGET_32, DELAY_ONE, true)
SWEEP(sweep_32_one_many, TARGET_32, DELAY_ONE, false)
SWEEP(sweep_32_8_one, TARGET_32, DELAY_8, true)
SWEEP(sweep_32_8_many, TARGET_32, DELAY_8, false)
SWEEP(sweep_dense_one, TARGET_DENSE, DELAY_ONE, true)
SWEEP(sweep_dense_many, TARGET_DENSE, DELAY_ONE, false)
#undef SWEEP

/* Whatever is not on the list: dense with several delays, delays of two bytes. */
static void
NAME(sweep_general)(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    uint64_t begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        neuro_rows_bounds(rows, sweep->shift * rows->n_pre + sweep->source[k], sweep->part, &begin, &end);
        for (i = begin; i < end; i++) {
            const neuro_step_t step = base + (neuro_step_t) neuro_column_get(&rows->columns[NEURO_DELAY], i);
            const size_t offset = neuro_ring_offset(ring, step, projection->receptor);

            ((REAL *) ring->data)[offset + neuro_rows_target(rows, i)] +=
                (REAL) neuro_column_get(&rows->columns[NEURO_WEIGHT], i);
        }
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
    }
}
