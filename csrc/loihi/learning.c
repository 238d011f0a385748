/* The learning engine's kernel: when spikes are noted, when rules are evaluated, and what a run needs. */
#include "loihi/learning.h"

#include "core/fixed.h"
#include "core/memory.h"
#include "loihi/graded.h"
#include "loihi/loihi.h"

/* Columns between the one that is gone through and the one whose index is asked for from memory. */
enum { AHEAD = 2 };

/* ---- spikes ---------------------------------------------------------------------------------- */

/* Lava, and ours: traces take a spike in the step in which it is emitted, and it travels with the old weight.
 */
static void
sweep(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_loihi_learning_t *learning = projection->own;
    neuro_loihi_part_t *part = &learning->parts[sweep->part];
    const int32_t *payloads = neuro_loihi_payloads(projection->pre, sweep->step);
    const uint32_t within = (uint32_t) (sweep->step % learning->n_epoch) + 1;
    size_t k;

    neuro_loihi_deliver(&learning->delivery, sweep);
    for (k = 0; k < sweep->n; k++) {
        if (k > 0 && sweep->source[k] == sweep->source[k - 1]) {
            continue;
        }
        if (neuro_loihi_axon_fires(projection, part, sweep->source[k], within, sweep->step,
                                   payloads == NULL ? 1 : payloads[sweep->source[k]])) {
            part->fired[part->n_fired++] = sweep->source[k];
        }
    }
}

/* brian2-loihi: a spike reaches traces and cells when its delay is over, with the weight of then. */
static void
sweep_brian2loihi(const neuro_sweep_t *sweep)
{
    const neuro_loihi_learning_t *learning = sweep->projection->own;
    neuro_loihi_part_t *part = &learning->parts[sweep->part];
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        if (k == 0 || sweep->source[k] != sweep->source[k - 1]) {
            part->fired[part->n_fired++] = sweep->source[k];
        }
    }
}

neuro_sweep_function_t
neuro_loihi_learning_sweep(const neuro_loihi_learning_t *learning)
{
    return learning->flavour == FLAVOUR_BRIAN2LOIHI ? sweep_brian2loihi : sweep;
}

/* ---- a step's end ---------------------------------------------------------------------------- */

/* Cells of the part that fired in this step. */
static void
note_cells(neuro_projection_t *projection, uint32_t number, neuro_step_t step)
{
    const neuro_loihi_learning_t *learning = projection->own;
    neuro_loihi_part_t *part = &learning->parts[number];
    const neuro_list_t *list = neuro_queue_list(&projection->post->queue, step, number);
    const uint32_t within = (uint32_t) (step % learning->n_epoch) + 1;
    size_t i;

    for (i = 0; i < list->count; i++) {
        if (i > 0 && list->index[i] == list->index[i - 1]) {
            continue;
        }
        if (learning->flavour == FLAVOUR_BRIAN2LOIHI ||
            neuro_loihi_cell_fires(projection, list->index[i], within, step)) {
            part->cells_fired[part->n_cells_fired++] = list->index[i];
        }
    }
}

/* Reward that arrives in this step at the part's cells. */
static void
note_reward(neuro_projection_t *projection, uint32_t number, neuro_step_t step)
{
    const neuro_loihi_learning_t *learning = projection->own;
    const neuro_network_t *network = projection->network;
    const neuro_rows_t *rows = &projection->rows;
    uint32_t p, i;

    for (p = 0; p < network->n_projections; p++) {
        const int32_t *arriving = network->projections[p]->post == projection->post
                                      ? neuro_loihi_reward_arriving(network->projections[p], number, step)
                                      : NULL;

        for (i = rows->part_first[number]; arriving != NULL && i < rows->part_first[number + 1]; i++) {
            if (arriving[i] != 0) {
                learning->reward[i] =
                    (int16_t) neuro_clip_i32(learning->reward[i] + arriving[i], -TRACE_TOP - 1, TRACE_TOP);
                learning->is_rewarded[i] = 1;
            }
        }
    }
}

/* The reward trace after an epoch: toward zero, so that it reaches it. */
static void
decay_reward(neuro_projection_t *projection, uint32_t number)
{
    const neuro_loihi_learning_t *learning = projection->own;
    const neuro_rows_t *rows = &projection->rows;
    uint32_t i;

    for (i = rows->part_first[number]; i < rows->part_first[number + 1]; i++) {
        const int32_t now = learning->reward[i], size = now < 0 ? -now : now;

        learning->reward[i] = (int16_t) (now < 0 ? -learning->r1.kept[size] : learning->r1.kept[size]);
        learning->is_rewarded[i] = 0;
    }
}

static bool
has_reward(const neuro_loihi_learning_t *learning)
{
    return learning->program.has_factor[FACTOR_R0] || learning->program.has_factor[FACTOR_R1];
}

/* Evaluate the rules for all synapses that they can change. */
static void
evaluate(const neuro_loihi_visit_t *visit)
{
    const neuro_loihi_learning_t *learning = visit->learning;
    const neuro_loihi_program_t *program = &learning->program;
    neuro_loihi_part_t *part = visit->part;
    bool is_everywhere = part->has_odd_tag;
    uint32_t p, i;

    for (p = 0; p < program->n_products; p++) {
        const neuro_loihi_product_t *product = &program->products[p];

        is_everywhere =
            is_everywhere || (product->gate == GATE_EPOCH && neuro_loihi_is_period(visit, product->period));
    }
    part->has_odd_tag = false;
    if (is_everywhere) {
        for (i = 0; i < learning->n_rows; i++) {
            learning->learn->row(visit, i);
        }
        return;
    }
    for (i = 0; program->has_gate[GATE_X0] && i < part->n_fired; i++) {
        learning->learn->row(visit, part->fired[i]);
    }
    for (i = 0; program->has_gate[GATE_Y0] && i < part->n_cells_fired; i++) {
        if (i + AHEAD < part->n_cells_fired && learning->column_start != NULL) {
            const uint64_t *later = &learning->column_start[part->cells_fired[i + AHEAD]];
            uint64_t at;

            for (at = later[0]; at < later[1]; at += NEURO_LINE / sizeof *learning->column_row) {
                __builtin_prefetch(&learning->column_row[at]);
                __builtin_prefetch(&learning->column_position[at]);
            }
        }
        learning->learn->column(visit, part->cells_fired[i]);
    }
}

static void
end_epoch(neuro_projection_t *projection, uint32_t number, neuro_step_t step, uint64_t epoch,
          neuro_counters_t *counters)
{
    neuro_loihi_learning_t *learning = projection->own;
    neuro_loihi_part_t *part = &learning->parts[number];
    const neuro_loihi_visit_t visit = {.projection = projection,
                                       .learning = learning,
                                       .part = part,
                                       .number = number,
                                       .step = step,
                                       .epoch = epoch,
                                       .has_cell_fired = part->n_cells_fired > 0,
                                       .counters = counters};
    uint32_t i;

    learning->close(projection, &part->x, false, 0, learning->n_rows, step);
    learning->close(projection, &learning->cells, true, projection->rows.part_first[number],
                    projection->rows.part_first[number + 1], step);
    evaluate(&visit);
    for (i = 0; i < part->n_fired; i++) {
        part->x.spike[part->fired[i]] = 0;
    }
    for (i = 0; i < part->n_cells_fired; i++) {
        learning->cells.spike[part->cells_fired[i]] = 0;
    }
    part->n_fired = 0;
    part->n_cells_fired = 0;
}

static void
end_step(neuro_projection_t *projection, uint32_t number, neuro_step_t step, neuro_counters_t *counters)
{
    const neuro_loihi_learning_t *learning = projection->own;

    neuro_loihi_axons_settle(learning, &learning->parts[number], (uint32_t) (step % learning->n_epoch) + 1);
    note_cells(projection, number, step);
    if (has_reward(learning)) {
        note_reward(projection, number, step);
    }
    if ((step + 1) % learning->n_epoch == 0) {
        end_epoch(projection, number, step, (uint64_t) (step + 1) / learning->n_epoch, counters);
        if (has_reward(learning)) {
            decay_reward(projection, number);
        }
    }
}

static void
swap_lists(uint32_t **a, uint32_t *n_a, uint32_t **b, uint32_t *n_b)
{
    uint32_t *list = *a;
    const uint32_t n = *n_a;

    *a = *b;
    *n_a = *n_b;
    *b = list;
    *n_b = n;
}

/* Rows that fired in this step for those that wait in a slot. */
static void
exchange(neuro_loihi_part_t *part, uint32_t slot)
{
    uint32_t *waiting = part->waiting + (size_t) slot * part->x.n;
    const uint32_t n_waiting = part->n_waiting[slot];
    const uint32_t most = part->n_fired > n_waiting ? part->n_fired : n_waiting;
    uint32_t i;

    for (i = 0; i < most; i++) {
        const uint32_t row = waiting[i];

        waiting[i] = part->fired[i];
        part->fired[i] = row;
    }
    part->n_waiting[slot] = part->n_fired;
    part->n_fired = n_waiting;
}

/* brian2-loihi sets x0 (y0) only where a trace of the axons (the cells) is defined. */
static bool
has_trace(const neuro_loihi_trace_t *traces, uint32_t n)
{
    bool has = false;
    uint32_t k;

    for (k = 0; k < n; k++) {
        has = has || traces[k].is_defined;
    }
    return has;
}

/* Learn from the spikes of the step before, then send those of this one with the new weights. */
static void
end_step_brian2loihi(neuro_projection_t *projection, uint32_t number, neuro_step_t step,
                     neuro_counters_t *counters)
{
    neuro_loihi_learning_t *learning = projection->own;
    neuro_loihi_part_t *part = &learning->parts[number];
    neuro_sweep_t delivery = {.projection = projection, .part = number, .step = step, .counters = counters};
    uint32_t i;

    note_cells(projection, number, step);
    if (learning->late > 0) { /* those of `late` steps ago take the place of those of this one */
        exchange(part, (uint32_t) (step % learning->late));
    }
    swap_lists(&part->fired, &part->n_fired, &part->fired_before, &part->n_fired_before);
    swap_lists(&part->cells_fired, &part->n_cells_fired, &part->cells_fired_before,
               &part->n_cells_fired_before);
    part->n_fired = has_trace(learning->x, 2) ? part->n_fired : 0;
    part->n_cells_fired = has_trace(learning->y, 3) ? part->n_cells_fired : 0;
    for (i = 0; i < part->n_fired; i++) {
        part->x.spike[part->fired[i]] = 1;
    }
    for (i = 0; i < part->n_cells_fired; i++) {
        learning->cells.spike[part->cells_fired[i]] = 1;
    }
    end_epoch(projection, number, step, (uint64_t) step, counters);
    delivery.source = part->fired_before;
    delivery.n = part->n_fired_before;
    neuro_loihi_deliver(&learning->delivery, &delivery);
}

static void
epoch(neuro_projection_t *projection, uint32_t number, neuro_step_t step, neuro_counters_t *counters)
{
    const neuro_loihi_learning_t *learning = projection->own;

    if (learning == NULL || learning->parts == NULL) {
        return;
    }
    if (learning->flavour == FLAVOUR_BRIAN2LOIHI) {
        end_step_brian2loihi(projection, number, step, counters);
    } else {
        end_step(projection, number, step, counters);
    }
    neuro_loihi_delivery_end(&learning->delivery, projection, number, step);
}

/* ---- the kernel ---------------------------------------------------------------------------------- */

static const neuro_column_spec_t columns[] = {{"tag", NEURO_I16, 0.0, true},
                                              {"delay_variable", NEURO_I16, 0.0, true}};

const neuro_synapse_kernel_t neuro_loihi_learning = {
    .name = "learning",
    .weight_type = NEURO_I16,
    .is_plastic = true,
    .n_rules = LEARN_N,
    .rules = neuro_loihi_learning_rules,
    .n_columns = sizeof columns / sizeof columns[0],
    .columns = columns,
    .dendritic_rule = -1,
    .check = neuro_loihi_learning_check,
    .prepare = neuro_loihi_learning_prepare,
    .free = neuro_loihi_learning_release,
    .reset = neuro_loihi_learning_reset,
    .epoch = epoch,
    .set_table = neuro_loihi_learning_set_table,
    .get_table = neuro_loihi_learning_get_table,
};
