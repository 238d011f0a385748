/* What a run of the learning engine needs: traces and lists of each part, synapses by target. */
#include "core/memory.h"
#include "loihi/learning.h"

#include <string.h>

const neuro_rule_spec_t neuro_loihi_learning_rules[LEARN_N] = {
    [LEARN_WEIGHT_EXP] = {"weight_exp", 0.0},
    [LEARN_SHIFT] = {"shift", NEURO_LOIHI_SHIFT_DOWN},
    [LEARN_FLAVOUR] = {"flavour", FLAVOUR_LOIHI},
    [LEARN_EPOCH] = {"t_epoch", 1.0},
    [LEARN_SIGN_MODE] = {"sign_mode", SIGN_MIXED},
    [LEARN_WEIGHT_BITS] = {"num_weight_bits", 8.0},
    [LEARN_GRADED] = {"graded_spike_cfg", GRADED_NONE},
    [LEARN_IS_LINEAR] = {"linear_decay", 0.0},
    [LEARN_R1_TAU] = {"r1_tau", 0.0},
    [LEARN_HOLDS_CELLS] = {"three_factor", 0.0},
    [LEARN_IS_DELAY] = {"delay_is_variable", 0.0},
    [LEARN_IMPULSE] = {"x1_impulse", 0.0},
    [LEARN_IMPULSE + 1] = {"x2_impulse", 0.0},
    [LEARN_IMPULSE + 2] = {"y1_impulse", 0.0},
    [LEARN_IMPULSE + 3] = {"y2_impulse", 0.0},
    [LEARN_IMPULSE + 4] = {"y3_impulse", 0.0},
    [LEARN_TAU] = {"x1_tau", 0.0},
    [LEARN_TAU + 1] = {"x2_tau", 0.0},
    [LEARN_TAU + 2] = {"y1_tau", 0.0},
    [LEARN_TAU + 3] = {"y2_tau", 0.0},
    [LEARN_TAU + 4] = {"y3_tau", 0.0},
};

/* The projection's own data, made when first needed. NULL: no memory. */
neuro_loihi_learning_t *
neuro_loihi_learning_own(neuro_projection_t *projection)
{
    if (projection->own == NULL) {
        projection->own = neuro_alloc(1, sizeof(neuro_loihi_learning_t));
    }
    return projection->own;
}

static void
free_part(neuro_loihi_part_t *part)
{
    neuro_loihi_traces_free(&part->x);
    neuro_release(part->fired);
    neuro_release(part->fired_before);
    neuro_release(part->cells_fired);
    neuro_release(part->cells_fired_before);
    neuro_release(part->waiting);
    neuro_release(part->n_waiting);
}

static void
free_parts(neuro_loihi_learning_t *learning)
{
    uint32_t p;

    for (p = 0; learning->parts != NULL && p < learning->n_parts; p++) {
        free_part(&learning->parts[p]);
    }
    neuro_release(learning->parts);
    learning->parts = NULL;
}

/* What a part knows about axons, from another: all know the same. */
static void
copy_axons(neuro_loihi_part_t *to, const neuro_loihi_part_t *from, const neuro_loihi_learning_t *learning)
{
    const uint32_t n_epoch = learning->n_epoch;
    uint32_t k;

    for (k = 0; k < 2; k++) {
        memcpy(to->x.value[k], from->x.value[k], from->x.n);
        memcpy(to->x.history[k], from->x.history[k], (size_t) (n_epoch + 1) * from->x.n);
    }
    memcpy(to->x.spike, from->x.spike, from->x.n);
    memcpy(to->fired, from->fired, from->n_fired * sizeof *to->fired);
    memcpy(to->fired_before, from->fired_before, from->n_fired_before * sizeof *to->fired_before);
    to->n_fired = from->n_fired;
    to->n_fired_before = from->n_fired_before;
    if (learning->late > 0) {
        memcpy(to->waiting, from->waiting, (size_t) learning->late * from->x.n * sizeof *to->waiting);
        memcpy(to->n_waiting, from->n_waiting, learning->late * sizeof *to->n_waiting);
    }
}

/* Cells that fired go to the parts that own them now. */
static void
deal_cells(const neuro_rows_t *rows, neuro_loihi_part_t *parts, const neuro_loihi_part_t *from)
{
    uint32_t i, p;

    for (i = 0; i < from->n_cells_fired + from->n_cells_fired_before; i++) {
        const bool is_before = i >= from->n_cells_fired;
        const uint32_t cell =
            is_before ? from->cells_fired_before[i - from->n_cells_fired] : from->cells_fired[i];

        for (p = 0; cell >= rows->part_first[p + 1]; p++) {
        }
        if (is_before) {
            parts[p].cells_fired_before[parts[p].n_cells_fired_before++] = cell;
        } else {
            parts[p].cells_fired[parts[p].n_cells_fired++] = cell;
        }
    }
}

static neuro_status_t
make_parts(neuro_projection_t *projection, neuro_loihi_learning_t *learning)
{
    const neuro_rows_t *rows = &projection->rows;
    const uint32_t n_parts = rows->n_parts, n_rows = neuro_rows_count(rows), n_post = rows->n_post;
    neuro_loihi_part_t *parts = neuro_alloc(n_parts, sizeof *parts);
    neuro_status_t status = parts == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
    uint32_t p;

    for (p = 0; p < n_parts && status == NEURO_OK; p++) {
        neuro_loihi_part_t *part = &parts[p];

        status = neuro_loihi_traces_make(&part->x, n_rows, 2, learning->n_epoch);
        part->fired = neuro_alloc(n_rows, sizeof *part->fired);
        part->fired_before = neuro_alloc(n_rows, sizeof *part->fired);
        part->cells_fired = neuro_alloc(n_post, sizeof *part->cells_fired);
        part->cells_fired_before = neuro_alloc(n_post, sizeof *part->cells_fired);
        if (learning->late > 0) {
            part->waiting = neuro_alloc((size_t) learning->late * n_rows, sizeof *part->waiting);
            part->n_waiting = neuro_alloc(learning->late, sizeof *part->n_waiting);
        }
        if ((learning->late > 0 && (part->waiting == NULL || part->n_waiting == NULL)) ||
            part->fired == NULL || part->fired_before == NULL || part->cells_fired == NULL ||
            part->cells_fired_before == NULL) {
            status = NEURO_ERR_MEMORY;
        }
    }
    if (status != NEURO_OK) {
        for (p = 0; parts != NULL && p < n_parts; p++) {
            free_part(&parts[p]);
        }
        neuro_release(parts);
        return status;
    }
    for (p = 0; p < n_parts && learning->parts != NULL; p++) {
        copy_axons(&parts[p], &learning->parts[0], learning);
    }
    for (p = 0; p < learning->n_parts && learning->parts != NULL; p++) {
        deal_cells(rows, parts, &learning->parts[p]);
        parts[0].has_odd_tag = parts[0].has_odd_tag || learning->parts[p].has_odd_tag;
    }
    for (p = 1; p < n_parts; p++) {
        parts[p].has_odd_tag = parts[0].has_odd_tag;
    }
    free_parts(learning);
    learning->parts = parts;
    learning->n_parts = n_parts;
    learning->n_rows = n_rows;
    return NEURO_OK;
}

/* Positions in storage by target, for rules gated by y0. */
static neuro_status_t
index_columns(neuro_projection_t *projection, neuro_loihi_learning_t *learning)
{
    const neuro_rows_t *rows = &projection->rows;
    uint64_t *start, begin, end, i;
    uint32_t *row_of, *position_of, row, target;

    if (!learning->program.has_gate[GATE_Y0] || rows->layout == NEURO_DENSE ||
        (learning->indexed == rows->target && learning->n_indexed == rows->n_synapses)) {
        return NEURO_OK;
    }
    start = neuro_alloc((size_t) rows->n_post + 2, sizeof *start);
    row_of = neuro_alloc((size_t) rows->n_synapses, sizeof *row_of);
    position_of = neuro_alloc((size_t) rows->n_synapses, sizeof *position_of);
    if (start == NULL || row_of == NULL || position_of == NULL) {
        neuro_release(start);
        neuro_release(row_of);
        neuro_release(position_of);
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < rows->n_synapses; i++) {
        start[neuro_rows_target(rows, i) + 2]++;
    }
    for (target = 0; target < rows->n_post; target++) {
        start[target + 2] += start[target + 1];
    }
    for (row = 0; row < neuro_rows_count(rows); row++) {
        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++) {
            const uint64_t at = start[neuro_rows_target(rows, i) + 1]++;

            row_of[at] = row;
            position_of[at] = (uint32_t) i;
        }
    }
    neuro_release(learning->column_start);
    neuro_release(learning->column_row);
    neuro_release(learning->column_position);
    learning->column_start = start;
    learning->column_row = row_of;
    learning->column_position = position_of;
    learning->indexed = rows->target;
    learning->n_indexed = rows->n_synapses;
    return NEURO_OK;
}

/* The variable d as the delay that spikes travel by: one byte a synapse, and the same in d's own column. The
 * machine's field holds 0..62; rings and queues are made for all of them. */
static neuro_status_t
prepare_travel(neuro_projection_t *projection, neuro_loihi_learning_t *learning)
{
    const neuro_loihi_program_t *program = &learning->program;
    const uint64_t n = projection->rows.n_synapses;
    neuro_column_t *delay = &projection->rows.columns[NEURO_DELAY];
    uint8_t *bytes;
    uint64_t i;

    learning->travels = NULL;
    if (projection->rules[LEARN_IS_DELAY] != 1.0 || n == 0 ||
        !(program->has_target[TARGET_DELAY_VARIABLE] || program->has_factor[FACTOR_D])) {
        return NEURO_OK;
    }
    if (neuro_column_expand(&projection->rows, COLUMN_DELAY_VARIABLE) != NEURO_OK) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n; i++) {
        neuro_value_set(projection->rows.columns[COLUMN_DELAY_VARIABLE].data, NEURO_I16, (size_t) i,
                        neuro_column_get(delay, i));
    }
    if (!program->has_target[TARGET_DELAY_VARIABLE]) {
        return NEURO_OK;
    }
    if (delay->is_scalar || delay->type != NEURO_U8) {
        bytes = neuro_alloc((size_t) n, 1);
        if (bytes == NULL) {
            return NEURO_ERR_MEMORY;
        }
        for (i = 0; i < n; i++) {
            bytes[i] = (uint8_t) neuro_column_get(delay, i);
        }
        neuro_release(delay->data);
        delay->data = bytes;
        delay->type = NEURO_U8;
        delay->is_scalar = false;
    }
    learning->travels = delay->data;
    projection->min_ring_delay = 0;
    projection->max_ring_delay = MOST_DELAY;
    return NEURO_OK;
}

/* brian2-loihi: spikes wait for their delay before they are sent, so that all of it is behind them then. */
static neuro_status_t
prepare_late(neuro_projection_t *projection, neuro_loihi_learning_t *learning)
{
    const neuro_column_t *delay = &projection->rows.columns[NEURO_DELAY];
    const uint32_t late = learning->flavour == FLAVOUR_BRIAN2LOIHI && projection->rows.n_synapses > 0
                              ? (uint32_t) neuro_column_get(delay, 0)
                              : 0;

    if (late != learning->late) {
        if (learning->parts != NULL && projection->network->step > 0) {
            return neuro_fail(&projection->network->error, NEURO_ERR_STATE,
                              "the delay of projection %u changes from %u to %u steps while its spikes are "
                              "under way; change it before the first run, or after a reset",
                              projection->id, learning->late, late);
        }
        free_parts(learning);
        learning->late = late;
    }
    if (learning->flavour == FLAVOUR_BRIAN2LOIHI) {
        projection->min_ring_delay = 0;
    }
    return NEURO_OK;
}

/* One value a synapse of a variable that changes; what a reset restores is kept. */
static neuro_status_t
prepare_column(neuro_projection_t *projection, uint32_t number, bool is_changed, int16_t **first)
{
    const neuro_column_t *column = &projection->rows.columns[number];
    const size_t n = (size_t) projection->rows.n_synapses;
    neuro_status_t status;

    if (!is_changed) {
        return NEURO_OK;
    }
    status = neuro_column_expand(&projection->rows, number);
    if (status == NEURO_OK && *first == NULL) {
        *first = neuro_alloc(n, sizeof **first);
        if (*first == NULL) {
            return NEURO_ERR_MEMORY;
        }
    } else if (projection->network->step > 0) {
        return status;
    }
    if (status == NEURO_OK) {
        memcpy(*first, column->data, n * sizeof **first);
    }
    return status;
}

neuro_status_t
neuro_loihi_learning_prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
#ifdef NEURO_X86
    static const neuro_loihi_learn_t *const variants[NEURO_N_ISA] = {
        &neuro_loihi_learn_base, &neuro_loihi_learn_v2, &neuro_loihi_learn_v3, &neuro_loihi_learn_v4};
#else
    static const neuro_loihi_learn_t *const variants[NEURO_N_ISA] = {
        &neuro_loihi_learn_base, &neuro_loihi_learn_base, &neuro_loihi_learn_base, &neuro_loihi_learn_base};
#endif
    static NEURO_LOIHI_CLOSE_FUNCTION((*const closing[NEURO_N_ISA])) =
        NEURO_VARIANT_TABLE(neuro_loihi_traces_close);
    neuro_loihi_learning_t *learning = neuro_loihi_learning_own(projection);
    const double *given = projection->rules;
    const uint32_t n_epoch = (uint32_t) given[LEARN_EPOCH], n_post = projection->rows.n_post;
    const bool is_new = learning == NULL || learning->cells.n != n_post || learning->n_epoch != n_epoch ||
                        learning->n_rows != neuro_rows_count(&projection->rows);
    neuro_status_t status = NEURO_OK;
    uint32_t k;

    if (learning == NULL) {
        return NEURO_ERR_MEMORY;
    }
    learning->learn = variants[isa];
    learning->close = closing[isa];
    learning->flavour = (uint32_t) given[LEARN_FLAVOUR];
    learning->graded = (uint32_t) given[LEARN_GRADED];
    learning->holds_cells = given[LEARN_HOLDS_CELLS] == 1.0;
    projection->sweep = neuro_loihi_learning_sweep(learning);
    for (k = 0; k < 5; k++) {
        neuro_loihi_trace_fill(k < 2 ? &learning->x[k] : &learning->y[k - 2], given[LEARN_IMPULSE + k],
                               given[LEARN_TAU + k], learning->flavour, given[LEARN_IS_LINEAR] == 1.0);
    }
    neuro_loihi_trace_fill(&learning->r1, 0.0, given[LEARN_R1_TAU] / n_epoch, FLAVOUR_LOIHI, false);
    if (is_new) {
        free_parts(learning);
        neuro_loihi_traces_free(&learning->cells);
        neuro_release(learning->reward);
        neuro_release(learning->is_rewarded);
        learning->n_epoch = n_epoch;
        learning->reward = neuro_alloc(n_post, sizeof *learning->reward);
        learning->is_rewarded = neuro_alloc(n_post, 1);
        status = neuro_loihi_traces_make(&learning->cells, n_post, 3, n_epoch);
        if (status != NEURO_OK || learning->reward == NULL || learning->is_rewarded == NULL) {
            learning->n_epoch = 0;
            return NEURO_ERR_MEMORY;
        }
    }
    status = prepare_late(projection, learning);
    if (status == NEURO_OK) {
        status = prepare_travel(projection, learning);
    }
    if (status == NEURO_OK) {
        status = make_parts(projection, learning);
    }
    if (status == NEURO_OK) {
        status = neuro_loihi_delivery_prepare(&learning->delivery, projection,
                                              (neuro_loihi_shift_t) given[LEARN_SHIFT],
                                              (int32_t) given[LEARN_WEIGHT_EXP], isa);
    }
    if (status == NEURO_OK) {
        status = index_columns(projection, learning);
    }
    if (status == NEURO_OK) {
        status = prepare_column(projection, COLUMN_TAG, learning->program.has_target[TARGET_TAG],
                                &learning->first_tag);
    }
    if (status == NEURO_OK) {
        status = prepare_column(projection, COLUMN_DELAY_VARIABLE,
                                learning->program.has_target[TARGET_DELAY_VARIABLE], &learning->first_delay);
    }
    return status;
}

void
neuro_loihi_learning_release(neuro_projection_t *projection)
{
    neuro_loihi_learning_t *learning = projection->own;
    uint32_t k;

    if (learning == NULL) {
        return;
    }
    free_parts(learning);
    neuro_loihi_delivery_free(&learning->delivery);
    neuro_loihi_traces_free(&learning->cells);
    for (k = 0; k < N_GIVEN; k++) {
        neuro_release(learning->given[k]);
    }
    neuro_release(learning->reward);
    neuro_release(learning->is_rewarded);
    neuro_release(learning->column_start);
    neuro_release(learning->column_row);
    neuro_release(learning->column_position);
    neuro_release(learning->first_tag);
    neuro_release(learning->first_delay);
    neuro_release(learning);
    projection->own = NULL;
}

static void
clear_traces(neuro_loihi_traces_t *traces)
{
    uint32_t k;

    for (k = 0; k < traces->n_traces; k++) {
        memset(traces->value[k], 0, traces->n);
    }
    memset(traces->spike, 0, traces->n);
}

void
neuro_loihi_learning_reset(neuro_projection_t *projection)
{
    neuro_loihi_learning_t *learning = projection->own;
    const size_t n = (size_t) projection->rows.n_synapses * sizeof(int16_t);
    const neuro_column_t *delay = &projection->rows.columns[NEURO_DELAY];
    uint64_t i;
    uint32_t p;

    if (learning == NULL || learning->parts == NULL) {
        return;
    }
    for (p = 0; p < learning->n_parts; p++) {
        neuro_loihi_part_t *part = &learning->parts[p];

        clear_traces(&part->x);
        part->n_fired = part->n_fired_before = part->n_cells_fired = part->n_cells_fired_before = 0;
        part->has_odd_tag = false;
        if (learning->late > 0) {
            memset(part->n_waiting, 0, learning->late * sizeof *part->n_waiting);
        }
    }
    clear_traces(&learning->cells);
    memset(learning->reward, 0, learning->cells.n * sizeof *learning->reward);
    memset(learning->is_rewarded, 0, learning->cells.n);
    if (learning->first_tag != NULL) {
        memcpy(projection->rows.columns[COLUMN_TAG].data, learning->first_tag, n);
    }
    if (learning->first_delay != NULL) {
        memcpy(projection->rows.columns[COLUMN_DELAY_VARIABLE].data, learning->first_delay, n);
    }
    if (delay->is_scalar || delay->data != learning->travels) { /* set anew, and not by a rule */
        learning->travels = NULL;
    }
    for (i = 0; learning->travels != NULL && i < projection->rows.n_synapses; i++) {
        learning->travels[i] = (uint8_t) learning->first_delay[i];
    }
}
