/* Rules over whole rows and columns: factor by factor, a chunk of synapses at a time. */
#include "core/fixed.h"
#include "core/random_inline.h"
#include "loihi/learning.h"
#include "loihi/learning_operands.h"

enum { TOP = (1 << ACCUMULATOR_BITS) - 1, BOTTOM = -(1 << ACCUMULATOR_BITS) - 1, LOWEST_TAG = -257 };

/* ---- Lava's arithmetic ----------------------------------------------------------------------- */

INLINE int32_t
accumulate(int32_t total, int32_t product, uint32_t down, uint32_t left)
{
    const int32_t scaled = neuro_shift_left_wrap_i32(neuro_shift_down_i32(product, down), left);

    return neuro_clip_i32(total + neuro_clip_i32(scaled, BOTTOM, TOP), BOTTOM, TOP);
}

/* One product onto the accumulators. */
static void
add_product(const chunk_t *chunk, const neuro_loihi_product_t *product, int32_t *restrict total)
{
    const uint32_t left = (uint32_t) (product->exponent + FRACTION_BITS), n = chunk->n;
    const neuro_loihi_learning_t *learning = chunk->visit->learning;
    int32_t values[LEARN_CHUNK], room[LEARN_CHUNK], scalar = product->mantissa;
    const int32_t *more;
    bool is_vector = false;
    uint32_t f, i;

    if (product->gate == GATE_Y0 && chunk->is_row) {
        is_vector = fetch_fired(chunk, false, values);
    }
    for (f = 0; f < product->n_factors; f++) {
        const neuro_loihi_factor_t *factor = &product->factors[f];
        const bool is_wide = learning->graded != GRADED_NONE && factor->variable == FACTOR_X1;
        /* within its limits anyway */
        const bool is_plain = factor->constant == 0 && !factor->is_sign && !is_wide;

        if (!fetch(chunk, factor, product->gate, false, room, &more)) {
            scalar = multiply(scalar, adjust(factor, room[0]));
        } else if (!is_vector && is_plain) {
            for (i = 0; i < n; i++) {
                values[i] = more[i];
            }
            is_vector = true;
        } else if (is_plain) {
            for (i = 0; i < n; i++) {
                values[i] = multiply(values[i], more[i]);
            }
        } else {
            for (i = 0; i < n; i++) {
                values[i] = multiply(is_vector ? values[i] : 1, adjust(factor, more[i]));
            }
            is_vector = true;
        }
    }
    if (is_vector) {
        for (i = 0; i < n; i++) {
            total[i] = accumulate(total[i], multiply(values[i], scalar), product->down, left);
        }
    } else {
        for (i = 0; i < n; i++) {
            total[i] = accumulate(total[i], scalar, product->down, left);
        }
    }
}

/* The words of places that do not follow each other: the same as neuro_philox_block gives. */
static void
draw_scattered(uint64_t key, const uint32_t *positions, uint64_t step, uint32_t n, uint32_t *out)
{
    uint64_t index[NEURO_PHILOX_GROUP] = {0};
    uint32_t words[4 * NEURO_PHILOX_GROUP];
    uint32_t first, i;

    for (first = 0; first < n; first += NEURO_PHILOX_GROUP) {
        const uint32_t count = n - first < NEURO_PHILOX_GROUP ? n - first : NEURO_PHILOX_GROUP;

        for (i = 0; i < count; i++) {
            index[i] = positions[first + i] / 4;
        }
        neuro_philox_scattered(key, index, step, words);
        for (i = 0; i < count; i++) {
            out[first + i] = words[4 * i + positions[first + i] % 4];
        }
    }
}

/* One random word for each synapse, named by its place in storage and the step. */
static void
draw(chunk_t *chunk)
{
    const neuro_projection_t *projection = chunk->visit->projection;
    const uint64_t seed = projection->network->seed, step = (uint64_t) chunk->visit->step;

    if (chunk->has_words) {
        return;
    }
    chunk->has_words = true;
    if (chunk->is_row) {
        neuro_philox_block(seed, NEURO_PURPOSE_SYNAPSE, projection->id, chunk->first, step, chunk->n,
                           chunk->words);
    } else {
        draw_scattered(neuro_philox_key(seed, NEURO_PURPOSE_SYNAPSE, projection->id), chunk->positions, step,
                       chunk->n, chunk->words);
    }
}

/* Whole numbers from accumulators; each variable takes bits of its own of the random word. */
static void
round_totals(chunk_t *chunk, neuro_loihi_target_t target, int32_t *restrict total)
{
    const uint32_t shift = 25 - FRACTION_BITS * (uint32_t) target, n = chunk->n;
    const int32_t mask = (1 << FRACTION_BITS) - 1;
    int32_t any = 0;
    double number = 0.0;
    uint32_t i;

    for (i = 0; i < n; i++) {
        any |= total[i] & mask;
    }
    if (any == 0) {
        for (i = 0; i < n; i++) {
            total[i] = neuro_shift_down_i32(total[i], FRACTION_BITS);
        }
    } else if (neuro_loihi_given(chunk->visit->learning, GIVEN_W, chunk->visit->step, &number)) {
        for (i = 0; i < n; i++) {
            total[i] = neuro_shift_down_i32(total[i], FRACTION_BITS) +
                       (number < (double) (total[i] & mask) / (1 << FRACTION_BITS));
        }
    } else {
        draw(chunk);
        for (i = 0; i < n; i++) {
            const int32_t random = (int32_t) (chunk->words[i] >> shift & (uint32_t) mask);

            total[i] = neuro_shift_down_i32(total[i], FRACTION_BITS) + (random < (total[i] & mask));
        }
    }
}

static void
weight_range(const neuro_projection_t *projection, int32_t *low, int32_t *high)
{
    const int32_t mode = (int32_t) projection->rules[LEARN_SIGN_MODE];

    *low = mode == SIGN_MIXED ? -256 : mode == SIGN_EXCITATORY ? 0 : -255;
    *high = mode == SIGN_INHIBITORY ? 0 : 255;
}

static void
store(const chunk_t *chunk, neuro_loihi_target_t target, const int32_t *values)
{
    int16_t *data = chunk->visit->projection->rows
                        .columns[target == TARGET_WEIGHT ? NEURO_WEIGHT
                                 : target == TARGET_TAG  ? COLUMN_TAG
                                                         : COLUMN_DELAY_VARIABLE]
                        .data;
    uint8_t *travels = chunk->visit->learning->travels;
    uint32_t i;

    if (chunk->is_row) {
        data += chunk->first;
        for (i = 0; i < chunk->n; i++) {
            data[i] = (int16_t) values[i];
        }
    } else {
        for (i = 0; i < chunk->n; i++) {
            data[chunk->positions[i]] = (int16_t) values[i];
        }
    }
    if (target == TARGET_DELAY_VARIABLE && travels != NULL) {
        for (i = 0; i < chunk->n; i++) {
            travels[position(chunk, i)] = (uint8_t) values[i];
        }
    }
}

static void
update_variable(chunk_t *chunk, neuro_loihi_target_t target)
{
    const neuro_loihi_visit_t *visit = chunk->visit;
    const neuro_loihi_program_t *program = &visit->learning->program;
    const uint32_t n = chunk->n;
    int32_t total[LEARN_CHUNK], low = -257, high = 255;
    int32_t lowest = BOTTOM, highest = TOP, least = 0;
    bool has_product = false, is_first = true;
    uint32_t p, i;

    for (i = 0; i < n; i++) {
        total[i] = chunk->old[target][i] * (1 << FRACTION_BITS);
    }
    for (p = 0; p < program->n_products; p++) {
        if (program->products[p].target != target) {
            continue;
        }
        if (counts(chunk, &program->products[p])) {
            add_product(chunk, &program->products[p], total);
            has_product = true;
        } else if (is_first) { /* a tag of -257 is beyond the accumulator until a product has been added */
            for (i = 0; i < n; i++) {
                total[i] = neuro_clip_i32(total[i], BOTTOM, TOP);
            }
        }
        is_first = false;
    }
    if (!has_product && target != TARGET_TAG) {
        return;
    }
    if (target == TARGET_WEIGHT) {
        weight_range(visit->projection, &low, &high);
        lowest = low == 0 ? 0 : lowest;
        highest = high == 0 ? 0 : highest;
    } else if (target == TARGET_DELAY_VARIABLE) {
        low = lowest = 0;
        high = visit->learning->travels != NULL ? MOST_DELAY : high;
    }
    for (i = 0; i < n; i++) {
        total[i] = neuro_clip_i32(total[i], lowest, highest);
    }
    round_totals(chunk, target, total);
    for (i = 0; i < n; i++) {
        total[i] = neuro_clip_i32(total[i], low, high);
        least = total[i] < least ? total[i] : least;
    }
    visit->part->has_odd_tag = visit->part->has_odd_tag || (target == TARGET_TAG && least == LOWEST_TAG);
    store(chunk, target, total);
}

/* ---- brian2-loihi's arithmetic --------------------------------------------------------------- */

enum { SCALE_BITS = 15 };

/* The sum of the products in 2^-15, exactly. `at_start`: as brian2-loihi has it when it draws the rounding,
 * before the step's events, in whole numbers: no spike has come, and products with a power of 2 below 1 are
 * 0. */
static void
sum_products(const chunk_t *chunk, bool at_start, int64_t *restrict sum)
{
    const neuro_loihi_program_t *program = &chunk->visit->learning->program;
    int32_t room[LEARN_CHUNK], fired[LEARN_CHUNK];
    uint32_t p, f, i;

    for (i = 0; i < chunk->n; i++) {
        sum[i] = 0;
    }
    for (p = 0; p < program->n_products; p++) {
        const neuro_loihi_product_t *product = &program->products[p];
        const bool is_left_out = at_start && (product->gate != GATE_EPOCH || product->has_fraction);
        int64_t values[LEARN_CHUNK];
        bool is_each = false;

        if (is_left_out || !counts(chunk, product)) {
            continue;
        }
        if (product->gate == GATE_Y0 && chunk->is_row) {
            is_each = fetch_fired(chunk, false, fired);
        }
        for (i = 0; i < chunk->n; i++) {
            values[i] = is_each ? fired[i] : 1;
        }
        for (f = 0; f < product->n_factors; f++) {
            const neuro_loihi_factor_t *factor = &product->factors[f];
            const int32_t constant = factor->variable == FACTOR_EPOCH ? 0 : factor->constant;
            const bool is_spike = factor->variable == FACTOR_X0 || factor->variable == FACTOR_Y0;
            const int32_t *more;
            const bool is_vector = fetch(chunk, factor, product->gate, at_start, room, &more);

            for (i = 0; i < chunk->n; i++) {
                const int32_t value = (at_start && is_spike ? 0 : more[is_vector ? i : 0]) + constant;

                values[i] *= factor->is_sign ? (value > 0) - (value < 0) : value;
            }
        }
        for (i = 0; i < chunk->n; i++) {
            sum[i] += values[i] * product->mantissa * (INT64_C(1) << (product->exponent + SCALE_BITS));
        }
    }
}

INLINE int64_t
away_from_zero(int64_t sum)
{
    const int64_t size = ((sum < 0 ? -sum : sum) + (1 << SCALE_BITS) - 1) >> SCALE_BITS;

    return sum < 0 ? -size : size;
}

/* The change is rounded away from zero to a whole number, then toward zero to a multiple of the weights'
 * step; only what does not depend on this step's events is rounded stochastically. */
static void
update_weight_brian2loihi(chunk_t *chunk)
{
    const neuro_projection_t *projection = chunk->visit->projection;
    const bool is_mixed = projection->rules[LEARN_SIGN_MODE] == SIGN_MIXED;
    const uint32_t n_bits = 8 - (uint32_t) projection->rules[LEARN_WEIGHT_BITS] + is_mixed;
    const int64_t step = INT64_C(1) << n_bits;
    int32_t values[LEARN_CHUNK], low, high;
    int64_t now[LEARN_CHUNK], before[LEARN_CHUNK];
    double number = 0.0;
    const bool is_given = neuro_loihi_given(chunk->visit->learning, GIVEN_W, chunk->visit->step, &number);
    uint32_t i;

    sum_products(chunk, false, now);
    sum_products(chunk, true, before);
    if (!is_given && n_bits > 0) {
        draw(chunk);
    }
    weight_range(projection, &low, &high);
    low = low == -255 ? -256 : low;
    high = is_mixed ? 254 : high;
    for (i = 0; i < chunk->n; i++) {
        const int64_t change = away_from_zero(now[i]), early = away_from_zero(before[i]);
        const int64_t left = (early < 0 ? -early : early) & (step - 1);
        const bool is_up =
            left > 0 && (is_given ? (double) left / (double) step > number
                                  : (int64_t) ((uint64_t) chunk->words[i] * (uint64_t) step >> 32) < left);
        const int64_t size = (change < 0 ? -change : change) >> n_bits;
        const int64_t whole = (change < 0 ? -size : size) + (is_up ? (early < 0 ? -1 : 1) : 0);
        const int64_t moved = chunk->old[TARGET_WEIGHT][i] + whole * step;

        values[i] = (int32_t) (moved < low ? low : moved > high ? high : moved);
    }
    store(chunk, TARGET_WEIGHT, values);
}

/* ---- rows and columns ------------------------------------------------------------------------ */

static void
load(chunk_t *chunk, neuro_loihi_target_t target, uint32_t column)
{
    const neuro_column_t *values = &chunk->visit->projection->rows.columns[column];
    const int16_t *data = values->data;
    uint32_t i;

    if (values->is_scalar) {
        for (i = 0; i < chunk->n; i++) {
            chunk->old[target][i] = data[0];
        }
    } else if (chunk->is_row) {
        for (i = 0; i < chunk->n; i++) {
            chunk->old[target][i] = data[chunk->first + i];
        }
    } else {
        for (i = 0; i < chunk->n; i++) {
            chunk->old[target][i] = data[chunk->positions[i]];
        }
    }
}

static void
update(chunk_t *chunk)
{
    const neuro_loihi_learning_t *learning = chunk->visit->learning;
    const neuro_loihi_program_t *program = &learning->program;

    chunk->has_words = false;
    if (program->has_target[TARGET_WEIGHT] || program->has_factor[FACTOR_W]) {
        load(chunk, TARGET_WEIGHT, NEURO_WEIGHT);
    }
    if (program->has_target[TARGET_TAG] || program->has_factor[FACTOR_T]) {
        load(chunk, TARGET_TAG, COLUMN_TAG);
    }
    if (program->has_target[TARGET_DELAY_VARIABLE] || program->has_factor[FACTOR_D]) {
        load(chunk, TARGET_DELAY_VARIABLE, COLUMN_DELAY_VARIABLE);
    }
    chunk->visit->counters->value[NEURO_COUNT_PLASTIC_UPDATES] += chunk->n;
    if (learning->flavour == FLAVOUR_BRIAN2LOIHI) {
        update_weight_brian2loihi(chunk);
        return;
    }
    if (program->has_target[TARGET_WEIGHT]) {
        update_variable(chunk, TARGET_WEIGHT);
    }
    if (program->has_target[TARGET_TAG]) {
        update_variable(chunk, TARGET_TAG);
    }
    if (program->has_target[TARGET_DELAY_VARIABLE]) {
        update_variable(chunk, TARGET_DELAY_VARIABLE);
    }
}

/* The part's synapses of a row. */
static void
learn_row(const neuro_loihi_visit_t *visit, uint32_t row)
{
    const neuro_rows_t *rows = &visit->projection->rows;
    chunk_t chunk;
    uint64_t begin, end, at;
    uint32_t i;

    chunk.visit = visit;
    chunk.is_row = true;
    chunk.row = row;
    neuro_rows_bounds(rows, row, visit->number, &begin, &end);
    for (at = begin; at < end; at += chunk.n) {
        chunk.n = end - at < LEARN_CHUNK ? (uint32_t) (end - at) : LEARN_CHUNK;
        chunk.first = at;
        if (rows->layout == NEURO_DENSE) {
            const uint32_t first = (uint32_t) (at - (uint64_t) row * rows->n_post);

            for (i = 0; i < chunk.n; i++) {
                chunk.targets[i] = first + i;
            }
        } else if (rows->target_type == NEURO_U16) {
            const uint16_t *targets = (const uint16_t *) rows->target + at;

            for (i = 0; i < chunk.n; i++) {
                chunk.targets[i] = targets[i];
            }
        } else {
            const uint32_t *targets = (const uint32_t *) rows->target + at;

            for (i = 0; i < chunk.n; i++) {
                chunk.targets[i] = targets[i];
            }
        }
        update(&chunk);
    }
}

/* The synapses onto a cell, but those from axons that fired where their rows have been gone through. */
static void
learn_column(const neuro_loihi_visit_t *visit, uint32_t target)
{
    const neuro_loihi_learning_t *learning = visit->learning;
    const neuro_rows_t *rows = &visit->projection->rows;
    const uint8_t *spike = visit->part->x.spike;
    const bool leaves_out = learning->program.has_gate[GATE_X0];
    const bool is_dense = rows->layout == NEURO_DENSE;
    const uint64_t end = is_dense ? rows->n_pre : learning->column_start[target + 1];
    const int16_t *weights = rows->columns[NEURO_WEIGHT].data;
    uint64_t at = is_dense ? 0 : learning->column_start[target];
    uint32_t from[LEARN_CHUNK], where[LEARN_CHUNK];
    chunk_t chunk;

    chunk.visit = visit;
    chunk.is_row = false;
    chunk.target = target;
    chunk.rows = from;
    chunk.positions = where;
    while (at < end) {
        for (chunk.n = 0; at < end && chunk.n < LEARN_CHUNK; at++) {
            const uint32_t row = is_dense ? (uint32_t) at : learning->column_row[at];

            from[chunk.n] = row;
            where[chunk.n] = is_dense ? row * rows->n_post + target : learning->column_position[at];
            __builtin_prefetch(&weights[where[chunk.n]], 1);
            chunk.n += !(leaves_out && spike[row] > 0);
        }
        if (chunk.n > 0) {
            update(&chunk);
        }
    }
}

const neuro_loihi_learn_t NEURO_VARIANT(neuro_loihi_learn) = {.row = learn_row, .column = learn_column};
