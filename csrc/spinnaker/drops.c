#include "spinnaker/drops.h"

#include "core/memory.h"
#include "spinnaker/rows.h"

/* Source: the 4-bit colour of a packet's key tells lateness up to here. */
enum { LARGEST_LATENESS = 15, LOST = -1 };

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
    drops->budget = values[0];
    drops->cell = values[1];
    drops->spike = values[2];
    drops->row = values[3];
    drops->event = values[4];
    drops->queue = (uint32_t) values[5];
    drops->loses_late = values[6] != 0.0;
    neuro_spinnaker_drops_reset(drops, n_cores);
    return drops;
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

/* A packet with a row of n synapses comes to a core of n_cells: steps by which it is late, or LOST. */
static int
take_packet(const neuro_spinnaker_drops_t *drops, uint32_t core, uint32_t n_cells, neuro_step_t step,
            uint64_t n)
{
    neuro_spinnaker_core_time_t *time = &drops->cores[core];
    const double left = drops->budget - drops->cell * (double) n_cells;
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
            return LOST;
        }
        time->n_waiting++;
        time->n_late++;
        if (drops->loses_late) {
            return LOST;
        }
        lateness =
            time->used < available * LARGEST_LATENESS ? (int) (time->used / available) : LARGEST_LATENESS;
    }
    time->used += drops->spike + drops->row + drops->event * (double) n;
    return lateness;
}

/* Add synapses [begin, end) of one core, which come `lateness` steps late: not those whose slot is over. */
static uint64_t
add_row(const neuro_spinnaker_rows_t *row, uint64_t begin, uint64_t end, uint32_t lateness,
        uint64_t *n_saturated)
{
    uint64_t n_skipped = 0, k;

    for (k = begin; k < end; k++) {
        const uint32_t delay = neuro_spinnaker_delay(row, k);

        if (delay > lateness) {
            neuro_spinnaker_add(row, neuro_rows_target(row->rows, k), delay,
                                row->weights[k * row->weight_stride], n_saturated);
        } else {
            n_skipped++;
        }
    }
    return n_skipped;
}

void
neuro_spinnaker_sweep_lossy(const neuro_sweep_t *sweep)
{
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, false);
    const neuro_rows_t *rows = row.rows;
    const neuro_spinnaker_cells_t *cells = row.post->own;
    const uint32_t row_base = sweep->shift * rows->n_pre, n_post = row.post->n_cells;
    uint64_t n_saturated = 0, n_events = 0, begin, end, next;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        neuro_rows_bounds(rows, row_base + sweep->source[i], sweep->part, &begin, &end);
        for (; begin < end; begin = next) {
            const uint32_t core = neuro_rows_target(rows, begin) / cells->cells_per_core;
            const uint32_t first = core * cells->cells_per_core;
            const uint32_t n_cells =
                n_post - first < cells->cells_per_core ? n_post - first : cells->cells_per_core;
            int lateness;

            for (next = begin + 1; next < end && neuro_rows_target(rows, next) < first + n_cells; next++) {
            }
            lateness = take_packet(cells->drops, core, n_cells, sweep->step, next - begin);
            if (lateness != LOST) {
                cells->drops->cores[core].n_skipped +=
                    add_row(&row, begin, next, (uint32_t) lateness, &n_saturated);
                n_events += next - begin;
            }
        }
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
}
