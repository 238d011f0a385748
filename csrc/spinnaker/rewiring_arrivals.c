/* Spikes of the tick before, among which a last-neuron selection finds its partners.
 *
 * A core notes the source of every row of synapses that it works through, whichever projection the row
 * belongs to; a spike whose source is none of the rewired projections' cannot become a partner, but takes a
 * place. Projections come in the order of their making, sources ascending.
 *
 * Sources: process_current_row() of spike_processing_fast.c, partner_spike_received() of
 * last_neuron_selection_impl.h, sp_structs_find_by_spike() of sp_structs.h. Rows without synapses are not
 * read (connectivity bit fields), but for those of rewired projections, which may get some. */
#include "spinnaker/cells.h"
#include "spinnaker/rewiring.h"
#include "spinnaker/rows.h"

#include <string.h>

/* A spike is remembered until the same parity's next tick with spikes. */
static void
remember(neuro_spinnaker_rewirer_t *core, neuro_step_t step, uint32_t partner, uint32_t source)
{
    neuro_spinnaker_arrivals_t *arrivals = &core->arrivals;
    neuro_list_t *list = &arrivals->lists[step & 1];

    if (arrivals->ticks[step & 1] != step) {
        arrivals->ticks[step & 1] = step;
        list->count = 0;
    }
    if (neuro_list_reserve(list, 2)) {
        list->index[list->count++] = partner;
        list->index[list->count++] = source;
    }
}

/* The first partner with these sources. Keys of delay extensions are none of theirs. */
static uint32_t
partner_with(const neuro_spinnaker_rewiring_t *rewiring, const neuro_population_t *pre, int32_t shift)
{
    uint32_t i;

    for (i = 0; shift == 0 && i < rewiring->n_partners; i++) {
        if (rewiring->partners[i]->pre == pre) {
            return i;
        }
    }
    return NEURO_SPINNAKER_STRANGER;
}

/* One spike, on those cores of the part that have a row for it. */
static void
note_spike(neuro_spinnaker_rewiring_t *rewiring, const neuro_projection_t *projection, uint32_t part,
           uint32_t row, neuro_step_t step, uint32_t partner, uint32_t source)
{
    const neuro_rows_t *rows = &projection->rows;
    uint32_t core = rows->part_first[part] / rewiring->cells_per_core, last = UINT32_MAX;
    uint64_t begin, end, k;

    if (projection->kernel->has_own_rows || rows->layout == NEURO_DENSE) {
        for (; core < rewiring->n_cores && core * rewiring->cells_per_core < rows->part_first[part + 1];
             core++) {
            remember(&rewiring->cores[core], step, partner, source);
        }
        return;
    }
    neuro_rows_bounds(rows, row, part, &begin, &end);
    for (k = begin; k < end; k++) { /* targets ascend */
        core = neuro_rows_target(rows, k) / rewiring->cells_per_core;
        if (core != last) {
            remember(&rewiring->cores[core], step, partner, source);
            last = core;
        }
    }
}

/* Where a spike stands in the order of its tick; the last place when it is not told. */
static uint64_t
rank(const neuro_spinnaker_rewiring_t *rewiring, neuro_step_t step, const uint32_t *spike)
{
    uint64_t i;

    for (i = 0; i < rewiring->n_order; i++) {
        const double *row = rewiring->order + 3 * i;

        if (row[0] == (double) step && row[1] == spike[0] && row[2] == spike[1]) {
            break;
        }
    }
    return i;
}

/* Bring the spikes of a tick into the order of their arrival, where that is known. */
static void
sort_arrivals(const neuro_spinnaker_rewiring_t *rewiring, const neuro_list_t *list, neuro_step_t step)
{
    size_t i, k;

    for (i = 1; i < list->count / 2; i++) {
        for (k = i; k > 0; k--) {
            uint32_t *before = list->index + 2 * (k - 1), *here = before + 2;
            const uint32_t kept[2] = {here[0], here[1]};

            if (rank(rewiring, step, before) <= rank(rewiring, step, here)) {
                break;
            }
            memcpy(here, before, sizeof kept);
            memcpy(before, kept, sizeof kept);
        }
    }
}

/* The queues of spikes still hold those whose packets came in the step before. */
static void
note_projection(neuro_spinnaker_rewiring_t *rewiring, const neuro_projection_t *projection, uint32_t part,
                neuro_step_t step)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_queue_t *queue = &projection->pre->queue;
    uint32_t shift, thread;
    size_t i;

    for (shift = 0; shift < rows->n_shifts; shift++) {
        const neuro_step_t emitted = step - rows->shifts[shift];
        const uint32_t partner = partner_with(rewiring, projection->pre, rows->shifts[shift]);

        for (thread = 0; emitted >= 0 && thread < queue->n_threads; thread++) {
            const neuro_list_t *list = neuro_queue_list(queue, emitted, thread);

            for (i = 0; i < list->count; i++) {
                const uint32_t source = list->index[i];

                note_spike(rewiring, projection, part, shift * rows->n_pre + source, step, partner, source);
            }
        }
    }
}

void
neuro_spinnaker_note_taken_arrival(const neuro_projection_t *projection, uint32_t core, uint32_t row,
                                   neuro_step_t step)
{
    const neuro_spinnaker_rewiring_t *rewiring = neuro_spinnaker_rewiring_of(projection);
    const neuro_rows_t *rows = &projection->rows;
    neuro_list_t *taken;

    if (rewiring == NULL || rewiring->is_random || rewiring->cores == NULL) {
        return;
    }
    taken = &rewiring->cores[core].arrivals.taken;
    if (neuro_list_reserve(taken, 3)) {
        taken->index[taken->count++] = (uint32_t) step; /* compared modulo 2^32 */
        taken->index[taken->count++] =
            partner_with(rewiring, projection->pre, rows->shifts[row / rows->n_pre]);
        taken->index[taken->count++] = row % rows->n_pre;
    }
}

/* The packets that a core has taken before `step`. */
static void
remember_taken(neuro_spinnaker_rewirer_t *core, neuro_step_t step)
{
    neuro_list_t *taken = &core->arrivals.taken;
    size_t i;

    for (i = 0; i < taken->count; i += 3) {
        const uint32_t ago = (uint32_t) step - taken->index[i];

        if (ago == 0 || ago > UINT32_MAX / 2) {
            break;
        }
        remember(core, step - ago, taken->index[i + 1], taken->index[i + 2]);
    }
    if (i > 0) {
        memmove(taken->index, taken->index + i, (taken->count - i) * sizeof *taken->index);
        taken->count -= i;
    }
}

void
neuro_spinnaker_note_arrivals(neuro_spinnaker_rewiring_t *rewiring, uint32_t part, neuro_step_t step)
{
    const neuro_network_t *network = rewiring->partners[0]->network;
    const neuro_population_t *post = rewiring->partners[0]->post;
    const uint32_t *part_first = rewiring->partners[0]->rows.part_first + part;
    const bool is_lossy = neuro_spinnaker_loses_packets(post);
    const neuro_step_t before = step - 1;
    uint32_t i, core;

    for (i = 0; !is_lossy && before >= 0 && i < network->n_projections; i++) {
        if (network->projections[i]->post == post) {
            note_projection(rewiring, network->projections[i], part, before);
        }
    }
    for (core = part_first[0] / rewiring->cells_per_core;
         is_lossy && core < rewiring->n_cores && core * rewiring->cells_per_core < part_first[1]; core++) {
        remember_taken(&rewiring->cores[core], step);
    }
    for (core = part_first[0] / rewiring->cells_per_core;
         rewiring->n_order > 0 && core < rewiring->n_cores && core * rewiring->cells_per_core < part_first[1];
         core++) {
        const neuro_spinnaker_arrivals_t *arrivals = &rewiring->cores[core].arrivals;

        if (arrivals->ticks[before & 1] == before) {
            sort_arrivals(rewiring, &arrivals->lists[before & 1], before);
        }
    }
}
