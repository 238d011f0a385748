#include "spinnaker/drops.h"

#include "core/memory.h"
#include "spinnaker/rewiring.h"
#include "spinnaker/rows.h"

/* Source: the 4-bit colour of a packet's key tells lateness up to here. */
enum { LARGEST_LATENESS = 15 };

neuro_spinnaker_drops_t *
neuro_spinnaker_drops_from(const double *values, uint32_t n_cores)
{
    neuro_spinnaker_drops_t *drops = neuro_alloc(1, sizeof *drops);

    if (drops == NULL) {
        return NULL;
    }
    drops->cores = neuro_alloc(n_cores, sizeof *drops->cores);
    if (drops->cores == NULL) {
        neuro_release(drops);
        return NULL;
    }
    neuro_spinnaker_drops_set(drops, values);
    neuro_spinnaker_drops_reset(drops, n_cores);
    return drops;
}

void
neuro_spinnaker_drops_set(neuro_spinnaker_drops_t *drops, const double *values)
{
    drops->budget = values[0];
    drops->cell = values[1];
    drops->spike = values[2];
    drops->row = values[3];
    drops->events[NEURO_SPINNAKER_STATIC_EVENT] = values[4];
    drops->events[NEURO_SPINNAKER_PLASTIC_EVENT] = values[5];
    drops->events[NEURO_SPINNAKER_SHORT_TERM_EVENT] = values[6];
    drops->short_term_row = values[7];
    drops->post_event = values[8];
    drops->queue = (uint32_t) values[9];
    drops->loses_late = values[10] != 0.0;
}

void
neuro_spinnaker_drops_free(neuro_spinnaker_drops_t *drops)
{
    if (drops != NULL) {
        neuro_release(drops->cores);
        neuro_release(drops);
    }
}

void
neuro_spinnaker_drops_reset(neuro_spinnaker_drops_t *drops, uint32_t n_cores)
{
    uint32_t core;

    for (core = 0; core < n_cores; core++) {
        drops->cores[core].step = -1;
        drops->cores[core].used = 0.0;
        drops->cores[core].n_waiting = 0;
    }
}

void
neuro_spinnaker_drops_write(const neuro_spinnaker_drops_t *drops, uint32_t n_cores, double *values)
{
    uint32_t core;

    for (core = 0; core < n_cores; core++) {
        const neuro_spinnaker_core_time_t *time = &drops->cores[core];
        double *row = values + (size_t) NEURO_SPINNAKER_DROPS_COLUMNS * core;

        row[0] = (double) time->n_packets;
        row[1] = (double) time->n_overflows;
        row[2] = (double) time->n_late;
        row[3] = (double) time->n_skipped;
        row[4] = (double) time->n_steps;
        row[5] = time->n_steps > 0 ? (double) time->first : -1.0;
        row[6] = time->n_steps > 0 ? (double) time->last : -1.0;
    }
}

/* The core has come to `step`: what was not done before is left over, unless it was lost. */
static void
begin_step(const neuro_spinnaker_drops_t *drops, neuro_spinnaker_core_time_t *time, neuro_step_t step,
           double available)
{
    const double done = available * (double) (step - time->step);

    time->used = drops->loses_late || time->step < 0 || time->used < done ? 0.0 : time->used - done;
    time->n_waiting = 0;
    time->has_late = false;
    time->step = step;
}

static uint32_t
cells_of_core(const neuro_population_t *post, const neuro_spinnaker_cells_t *cells, uint32_t core)
{
    const uint32_t left = post->n_cells - core * cells->cells_per_core;

    return left < cells->cells_per_core ? left : cells->cells_per_core;
}

int
neuro_spinnaker_take_packet(const neuro_sweep_t *sweep, uint32_t core, uint32_t row, uint64_t n,
                            neuro_spinnaker_event_t kind)
{
    const neuro_step_t step = sweep->step;
    const neuro_population_t *post = sweep->projection->post;
    const neuro_spinnaker_cells_t *cells = post->own;
    const neuro_spinnaker_drops_t *drops = cells->drops;
    neuro_spinnaker_core_time_t *time = &drops->cores[core];
    const double left = drops->budget - drops->cell * (double) cells_of_core(post, cells, core);
    const double available = left > 0.0 ? left : 0.0;
    int lateness = 0;

    if (time->step != step) {
        begin_step(drops, time, step, available);
    }
    time->n_packets++;
    if (time->used >= available) {
        if (!time->has_late) {
            time->has_late = true;
            time->first = time->n_steps == 0 ? step : time->first;
            time->last = step;
            time->n_steps++;
        }
        if (time->n_waiting == drops->queue) {
            time->n_overflows++;
            return NEURO_SPINNAKER_LOST;
        }
        time->n_waiting++;
        time->n_late++;
        if (drops->loses_late) {
            return NEURO_SPINNAKER_LOST;
        }
        lateness =
            time->used < available * LARGEST_LATENESS ? (int) (time->used / available) : LARGEST_LATENESS;
    }
    time->used += drops->spike + drops->events[kind] * (double) n +
                  (kind == NEURO_SPINNAKER_SHORT_TERM_EVENT ? drops->short_term_row : drops->row);
    neuro_spinnaker_note_taken_arrival(sweep->projection, core, row, step + lateness);
    return lateness;
}

void
neuro_spinnaker_note_taken(neuro_population_t *post, uint32_t core, uint64_t n_skipped,
                           uint64_t n_post_events)
{
    const neuro_spinnaker_drops_t *drops = ((const neuro_spinnaker_cells_t *) post->own)->drops;

    drops->cores[core].n_skipped += n_skipped;
    drops->cores[core].used += drops->post_event * (double) n_post_events;
}

void
neuro_spinnaker_take_packets(const neuro_sweep_t *sweep, neuro_spinnaker_event_t kind,
                             neuro_spinnaker_take_t take, void *sweeping)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const uint32_t cells_per_core = ((const neuro_spinnaker_cells_t *) projection->post->own)->cells_per_core;
    uint64_t begin, end, next;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t number = sweep->shift * rows->n_pre + sweep->source[i];

        neuro_rows_bounds(rows, number, sweep->part, &begin, &end);
        for (; begin < end; begin = next) {
            const uint32_t core = neuro_rows_target(rows, begin) / cells_per_core;
            int lateness;

            for (next = begin + 1; next < end && neuro_rows_target(rows, next) / cells_per_core == core;
                 next++) {
            }
            lateness = neuro_spinnaker_take_packet(sweep, core, number, next - begin, kind);
            if (lateness != NEURO_SPINNAKER_LOST) {
                take(sweeping, &(neuro_spinnaker_taken_t){.core = core,
                                                          .row = number,
                                                          .begin = begin,
                                                          .end = next,
                                                          .lateness = (uint32_t) lateness});
            }
        }
    }
}

/* ---- static rows ----------------------------------------------------------------------------- */

typedef struct {
    neuro_spinnaker_rows_t row;
    uint64_t n_saturated, n_events;
} static_sweep_t;

/* Add the synapses of one core: not those whose slot is over. */
static void
add_row(void *sweeping, const neuro_spinnaker_taken_t *taken)
{
    static_sweep_t *sweep = sweeping;
    const neuro_spinnaker_rows_t *row = &sweep->row;
    uint64_t n_skipped = 0, k;

    for (k = taken->begin; k < taken->end; k++) {
        const uint32_t delay = neuro_spinnaker_delay(row, k);

        if (delay > taken->lateness) {
            neuro_spinnaker_add(row, neuro_rows_target(row->rows, k), delay,
                                row->weights[k * row->weight_stride], &sweep->n_saturated);
        } else {
            n_skipped++;
        }
    }
    sweep->n_events += taken->end - taken->begin;
    neuro_spinnaker_note_taken(row->post, taken->core, n_skipped, 0);
}

void
neuro_spinnaker_sweep_lossy(const neuro_sweep_t *sweep)
{
    static_sweep_t sweeping = {.row = neuro_spinnaker_rows(sweep, false)};

    neuro_spinnaker_take_packets(sweep, NEURO_SPINNAKER_STATIC_EVENT, add_row, &sweeping);
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += sweeping.n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += sweeping.n_saturated;
}
