/* Operands of rules for a chunk of synapses of one row or one column; compiled into learning_kernels.c. */
#ifndef NEURO_LOIHI_LEARNING_OPERANDS_H
#define NEURO_LOIHI_LEARNING_OPERANDS_H

#include "core/fixed.h"
#include "loihi/learning.h"

#define INLINE static inline __attribute__((always_inline))

/* Some synapses of one row (onto several cells) or of one column (from several axons). */
typedef struct {
    const neuro_loihi_visit_t *visit;
    bool is_row;
    uint32_t n, row, target;
    uint64_t first;                /* of a row: position in storage of the first synapse */
    const uint32_t *rows;          /* of a column */
    const uint32_t *positions;     /* of a column */
    uint32_t targets[LEARN_CHUNK]; /* of a row */
    int32_t old[N_TARGETS][LEARN_CHUNK];
    uint32_t words[LEARN_CHUNK];
    bool has_words;
} chunk_t;

INLINE size_t
position(const chunk_t *chunk, uint32_t i)
{
    return chunk->is_row ? (size_t) chunk->first + i : chunk->positions[i];
}

/* One value for all synapses in out[0] (false), or one each (true). */
INLINE bool
gather_u8(const chunk_t *chunk, const uint8_t *table, bool is_of_axon, int32_t *restrict out)
{
    uint32_t i;

    if (is_of_axon == chunk->is_row) {
        out[0] = table[is_of_axon ? chunk->row : chunk->target];
        return false;
    }
    for (i = 0; i < chunk->n; i++) {
        out[i] = table[is_of_axon ? chunk->rows[i] : chunk->targets[i]];
    }
    return true;
}

/* A trace at the step of the epoch that belongs to the gate: of the axon's spike, of the cell's, its end. */
static bool
fetch_trace(const chunk_t *chunk, const neuro_loihi_traces_t *traces, uint32_t k, bool is_of_axon,
            neuro_loihi_gate_t gate, bool at_start, int32_t *restrict out)
{
    const neuro_loihi_learning_t *learning = chunk->visit->learning;
    const uint8_t *spike = gate == GATE_X0 ? chunk->visit->part->x.spike : learning->cells.spike;
    const size_t n = traces->n;
    uint32_t i;

    if (gate == GATE_EPOCH || at_start || learning->n_epoch == 1) {
        return gather_u8(chunk, traces->history[k] + (at_start ? 0 : learning->n_epoch) * n, is_of_axon, out);
    }
    if (chunk->is_row == (gate == GATE_X0)) { /* one spike's step for all */
        const uint32_t when = spike[chunk->is_row ? chunk->row : chunk->target];

        return gather_u8(chunk, traces->history[k] + when * n, is_of_axon, out);
    }
    for (i = 0; i < chunk->n; i++) {
        const uint32_t other = chunk->is_row ? chunk->targets[i] : chunk->rows[i];
        const uint32_t whose =
            is_of_axon == chunk->is_row ? (is_of_axon ? chunk->row : chunk->target) : other;

        out[i] = traces->history[k][spike[other] * n + whose];
    }
    return true;
}

static bool
fetch_fired(const chunk_t *chunk, bool is_of_axon, int32_t *restrict out)
{
    const uint8_t *spike = is_of_axon ? chunk->visit->part->x.spike : chunk->visit->learning->cells.spike;
    const bool is_vector = gather_u8(chunk, spike, is_of_axon, out);
    uint32_t i;

    for (i = 0; i < (is_vector ? chunk->n : 1); i++) {
        out[i] = out[i] != 0;
    }
    return is_vector;
}

static bool
fetch_reward(const chunk_t *chunk, bool is_amount, int32_t *restrict out)
{
    const neuro_loihi_learning_t *learning = chunk->visit->learning;
    const uint32_t n = chunk->is_row ? chunk->n : 1;
    uint32_t i;

    for (i = 0; i < n; i++) {
        const uint32_t target = chunk->is_row ? chunk->targets[i] : chunk->target;

        out[i] = is_amount ? learning->reward[target] : learning->is_rewarded[target];
    }
    return chunk->is_row;
}

/* A factor's values: true and one each in *values (which may be `out`), or false and one for all in out[0].
 */
static bool
fetch(const chunk_t *chunk, const neuro_loihi_factor_t *factor, neuro_loihi_gate_t gate, bool at_start,
      int32_t *restrict out, const int32_t **values)
{
    const neuro_loihi_traces_t *axons = &chunk->visit->part->x, *cells = &chunk->visit->learning->cells;

    *values = out;
    switch (factor->variable) {
    case FACTOR_X0:
        return fetch_fired(chunk, true, out);
    case FACTOR_Y0:
        return fetch_fired(chunk, false, out);
    case FACTOR_X1:
    case FACTOR_X2:
        return fetch_trace(chunk, axons, factor->variable - FACTOR_X1, true, gate, at_start, out);
    case FACTOR_Y1:
    case FACTOR_Y2:
    case FACTOR_Y3:
        return fetch_trace(chunk, cells, factor->variable - FACTOR_Y1, false, gate, at_start, out);
    case FACTOR_W:
    case FACTOR_T:
    case FACTOR_D:
        *values = chunk->old[factor->variable - FACTOR_W];
        return true;
    case FACTOR_R0:
    case FACTOR_R1:
        return fetch_reward(chunk, factor->variable == FACTOR_R1, out);
    default:
        out[0] = neuro_loihi_is_period(chunk->visit, (uint32_t) factor->constant);
        return false;
    }
}

/* (value + constant), its sign, the limits. */
INLINE int32_t
adjust(const neuro_loihi_factor_t *factor, int32_t value)
{
    const int32_t sum = value + (factor->variable == FACTOR_EPOCH ? 0 : factor->constant);

    return neuro_clip_i32(factor->is_sign ? (sum > 0) - (sum < 0) : sum, -factor->limit, factor->limit - 1);
}

INLINE int32_t
multiply(int32_t a, int32_t b)
{
    return neuro_wrap_i32((int64_t) a * b);
}

/* Whether a product can be anything but 0 in this chunk. */
static bool
counts(const chunk_t *chunk, const neuro_loihi_product_t *product)
{
    const neuro_loihi_visit_t *visit = chunk->visit;

    switch (product->gate) {
    case GATE_X0: /* columns leave out the axons that fired, if any product has this gate */
        return chunk->is_row && visit->part->x.spike[chunk->row] > 0;
    case GATE_Y0:
        return visit->has_cell_fired;
    default:
        return neuro_loihi_is_period(visit, product->period);
    }
}

#endif
