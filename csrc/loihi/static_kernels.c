#include "core/cpu.h"
#include "core/fixed.h"
#include "engine/vector.h"
#include "loihi/graded.h"
#include "loihi/static.h"

#define INLINE static inline __attribute__((always_inline))

INLINE int32_t
scaled(int32_t weight, int scale, uint32_t left, uint32_t down)
{
    const int32_t shifted = neuro_shift_left_wrap_i32(weight, left);

    if (scale == SCALE_NONE) {
        return weight;
    }
    if (scale == SCALE_LEFT) {
        return shifted;
    }
    return neuro_clip_i32(neuro_shift_down_i32(shifted, down), -NEURO_LOIHI_MOST_WEIGHT,
                          NEURO_LOIHI_MOST_WEIGHT);
}

/* A weight times the number of the spike, its low 32 bits. */
#define CARRIED(weight)                                                                                      \
    (payload_kind == PAYLOAD_INT ? neuro_bits_to_i32(neuro_bits_to_u32(weight) * payload) : (weight))

/* Rows between the one that is swept and the one that is asked for from memory, and how much of it is: what
 * a hundred synapses take of 16 bits each. */
enum { AHEAD = 2, AHEAD_BYTES = 256 };

INLINE void
ask_for(const char *data, size_t n_bytes)
{
    size_t at;

    for (at = 0; at < n_bytes; at += 64) {
        __builtin_prefetch(data + at);
    }
}

/* Rows of 16-bit weights; how they are stored is known to the compiler. */
INLINE void
add_rows(const neuro_sweep_t *sweep, const neuro_loihi_destination_t *to, int payload_kind, int target_kind,
         int delay_kind, int weight_kind, int scale)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const uint32_t row_base = sweep->shift * rows->n_pre;
    const uint32_t left = to->exponent > 0 ? (uint32_t) to->exponent : 0;
    const uint32_t down = to->exponent < 0 ? (uint32_t) -to->exponent : 0;
    const int16_t *weight = to->weights != NULL ? to->weights : rows->columns[NEURO_WEIGHT].data;
    const uint16_t *target_16 = rows->target;
    const uint32_t *target_32 = rows->target;
    const uint8_t *delay_8 = rows->columns[NEURO_DELAY].data;
    const uint32_t one_delay = projection->min_ring_delay;
    const int32_t one_weight = weight_kind == WEIGHT_ONE ? scaled(weight[0], scale, left, down) : 0;
    const int32_t *payloads =
        payload_kind == PAYLOAD_INT
            ? neuro_loihi_payloads(projection->pre, sweep->step - rows->shifts[sweep->shift])
            : NULL;
    int32_t *one_slot = to->data + ((to->first + one_delay) & to->mask) * to->stride;
    uint64_t n_events = 0, begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        const uint32_t payload =
            payload_kind == PAYLOAD_INT ? neuro_bits_to_u32(payloads[sweep->source[k]]) : 1u;

        neuro_rows_bounds(rows, row_base + sweep->source[k], sweep->part, &begin, &end);
        if (k + AHEAD < sweep->n && target_kind != TARGET_DENSE) {
            const uint64_t later = rows->start[row_base + sweep->source[k + AHEAD]];
            const size_t size = target_kind == TARGET_16 ? sizeof *target_16 : sizeof *target_32;

            ask_for((const char *) rows->target + later * size, AHEAD_BYTES * size / sizeof *target_16);
            if (weight_kind == WEIGHT_MANY) {
                ask_for((const char *) &weight[later], AHEAD_BYTES);
            }
            if (delay_kind == DELAY_8) {
                ask_for((const char *) &delay_8[later], AHEAD_BYTES / 2);
            }
        }
        n_events += end - begin;
        if (target_kind == TARGET_DENSE) {
            int32_t *restrict cells = one_slot + rows->part_first[sweep->part];
            const int16_t *restrict w = weight + begin;
            const uint64_t n = end - begin;

            for (i = 0; i < n; i++) {
                cells[i] = neuro_add_wrap_i32(
                    cells[i],
                    CARRIED(weight_kind == WEIGHT_ONE ? one_weight : scaled(w[i], scale, left, down)));
            }
            continue;
        }
        NEURO_UNROLL(4)
        for (i = begin; i < end; i++) {
            const uint32_t target = target_kind == TARGET_16 ? target_16[i] : target_32[i];
            int32_t *slot = delay_kind == DELAY_ONE
                                ? one_slot
                                : to->data + ((to->first + delay_8[i]) & to->mask) * to->stride;

            slot[target] = neuro_add_wrap_i32(
                slot[target],
                CARRIED(weight_kind == WEIGHT_ONE ? one_weight : scaled(weight[i], scale, left, down)));
        }
    }
    if (to->is_dirty != NULL && n_events > 0) { /* one delay */
        to->is_dirty[one_delay] = 1;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
}

#define ADD(name, payload_kind, target_kind, delay_kind, weight_kind, scale)                                 \
    static void name(const neuro_sweep_t *sweep, const neuro_loihi_destination_t *to)                        \
    {                                                                                                        \
        add_rows(sweep, to, payload_kind, target_kind, delay_kind, weight_kind, scale);                      \
    }
#define ADDS(name, payload_kind, target_kind, delay_kind)                                                    \
    ADD(name##_many_none, payload_kind, target_kind, delay_kind, WEIGHT_MANY, SCALE_NONE)                    \
    ADD(name##_many_left, payload_kind, target_kind, delay_kind, WEIGHT_MANY, SCALE_LEFT)                    \
    ADD(name##_many_down, payload_kind, target_kind, delay_kind, WEIGHT_MANY, SCALE_DOWN)                    \
    ADD(name##_one_none, payload_kind, target_kind, delay_kind, WEIGHT_ONE, SCALE_NONE)                      \
    ADD(name##_one_left, payload_kind, target_kind, delay_kind, WEIGHT_ONE, SCALE_LEFT)                      \
    ADD(name##_one_down, payload_kind, target_kind, delay_kind, WEIGHT_ONE, SCALE_DOWN)
#define ALL_ADDS(name, payload_kind)                                                                         \
    ADDS(name##_16_one, payload_kind, TARGET_16, DELAY_ONE)                                                  \
    ADDS(name##_16_8, payload_kind, TARGET_16, DELAY_8)                                                      \
    ADDS(name##_32_one, payload_kind, TARGET_32, DELAY_ONE)                                                  \
    ADDS(name##_32_8, payload_kind, TARGET_32, DELAY_8)                                                      \
    ADDS(name##_dense, payload_kind, TARGET_DENSE, DELAY_ONE)
ALL_ADDS(add, PAYLOAD_NONE)
ALL_ADDS(carry, PAYLOAD_INT)

/* Whatever is not on the list: wide weights, dense rows with several delays, weights rounded to the nearest.
 */
static void
add_general(const neuro_sweep_t *sweep, const neuro_loihi_destination_t *to)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *weight = &rows->columns[NEURO_WEIGHT], *delay = &rows->columns[NEURO_DELAY];
    const size_t weight_stride = !weight->is_scalar, delay_stride = !delay->is_scalar;
    const bool is_wide = weight->type == NEURO_I32, has_short_delays = delay->type == NEURO_U8;
    const int32_t *payloads = neuro_loihi_payloads(projection->pre, sweep->step - rows->shifts[sweep->shift]);
    uint64_t begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        const int32_t payload = payloads == NULL ? 1 : payloads[sweep->source[k]];

        neuro_rows_bounds(rows, sweep->shift * rows->n_pre + sweep->source[k], sweep->part, &begin, &end);
        for (i = begin; i < end; i++) {
            const int32_t own = is_wide ? ((const int32_t *) weight->data)[i * weight_stride]
                                        : ((const int16_t *) weight->data)[i * weight_stride];
            const uint32_t steps = has_short_delays ? ((const uint8_t *) delay->data)[i * delay_stride]
                                                    : ((const uint16_t *) delay->data)[i * delay_stride];
            int32_t *cell =
                to->data + ((to->first + steps) & to->mask) * to->stride + neuro_rows_target(rows, i);
            const int32_t value = is_wide ? own : neuro_loihi_shifted(to->shift, to->exponent, own);

            *cell = neuro_add_wrap_i32(*cell, neuro_wrap_i32((int64_t) value * payload));
            if (to->is_dirty != NULL) {
                to->is_dirty[steps] = 1;
            }
        }
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
    }
}

#define LISTED(name)                                                                                         \
    {                                                                                                        \
        [WEIGHT_MANY] = {name##_many_none, name##_many_left, name##_many_down}, [WEIGHT_ONE] = {             \
            name##_one_none,                                                                                 \
            name##_one_left,                                                                                 \
            name##_one_down                                                                                  \
        }                                                                                                    \
    }

#define ALL_LISTED(name)                                                                                     \
    {                                                                                                        \
        [TARGET_16] = {[DELAY_ONE] = LISTED(name##_16_one), [DELAY_8] = LISTED(name##_16_8)},                \
        [TARGET_32] = {[DELAY_ONE] = LISTED(name##_32_one), [DELAY_8] = LISTED(name##_32_8)},                \
        [TARGET_DENSE] = {                                                                                   \
            [DELAY_ONE] = LISTED(name##_dense)                                                               \
        }                                                                                                    \
    }

extern NEURO_LOIHI_ADDS(NEURO_VARIANT(neuro_loihi_adds));
NEURO_LOIHI_ADDS(NEURO_VARIANT(neuro_loihi_adds)) = {
    .listed = {[PAYLOAD_NONE] = ALL_LISTED(add), [PAYLOAD_INT] = ALL_LISTED(carry)},
    .general = add_general,
};
