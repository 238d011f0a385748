#include "run.h"

#include "core/cpu.h"
#include "core/flags.h"
#include "core/memory.h"
#include "engine/rest.h"
#include "engine/rewire.h"

#include <string.h>
#include <time.h>

/* Cells that are moved together: their state stays in the first-level cache over a stretch of steps. */
enum { BLOCK = NEURO_REST_CELLS };

typedef struct {
    neuro_step_t first;
    uint32_t n_steps; /* 0: the run ends */
    bool acts_first;  /* actions wait to be done before it, when all threads have delivered */
    uint32_t n_timed; /* 0: the clock is not read; otherwise the stretches that this one's time stands for */
} stretch_t;

/* Reading the clock twice a stretch would cost as much as a small net's step: every so many stretches only,
 * as many as fit into CLOCK_SECONDS, at most CLOCK_MOST. */
#define CLOCK_SECONDS 1e-3
enum { CLOCK_MOST = 64 };

typedef struct {
    neuro_network_t *network;
    neuro_step_t begin, end; /* steps [begin, end) */
    double deadline;
    double clock;         /* read last, in seconds */
    uint32_t until_clock; /* stretches until it is read again */
    uint32_t n_timed;     /* stretches from one reading to the next */
    double seconds_update,
        seconds_deliver; /* of the stretches that were timed, each for all that it stands for */
    stretch_t next;
    neuro_status_t status; /* written by thread 0 or inside a barrier */
    bool *is_failed;       /* one a thread */
} run_t;

static double
wall_seconds(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* ---- a stretch of steps of a thread's own cells ---------------------------------------------- */

/* Append cell `index` as often as it fired. Returns false when memory is short. */
static bool
append(neuro_list_t *list, uint32_t index, uint32_t times)
{
    if (times > 0 && !neuro_list_reserve(list, times)) {
        return false;
    }
    for (; times > 0; times--) {
        list->index[list->count++] = index;
    }
    return true;
}

/* The cells of a block that fired, from their flags. */
static bool
collect(const neuro_block_t *block, neuro_list_t *list)
{
    const uint8_t *spiked = block->spiked;
    uint64_t fired;
    uint32_t i = 0, j;

    for (; i + NEURO_FLAGS <= block->count; i += NEURO_FLAGS) {
        for (fired = neuro_flags_set(spiked + i); fired != 0; fired &= fired - 1) {
            j = i + (uint32_t) __builtin_ctzll(fired);
            if (!append(list, block->first + j, spiked[j])) {
                return false;
            }
        }
    }
    for (; i < block->count; i++) {
        if (!append(list, block->first + i, spiked[i])) {
            return false;
        }
    }
    return true;
}

/* The same, of a kernel that lists them itself. */
static bool
take_fired(const neuro_fired_t *fired, neuro_list_t *list)
{
    if (fired->n > 0) {
        if (!neuro_list_reserve(list, fired->n)) {
            return false;
        }
        memcpy(list->index + list->count, fired->cell, fired->n * sizeof *list->index);
        list->count += fired->n;
    }
    return true;
}

static void
record_block(neuro_population_t *population, neuro_step_t step, uint32_t first, uint32_t count)
{
    uint32_t v;

    for (v = 0; v < population->n_variables; v++) {
        neuro_recorder_t *recorder = &population->recorders[v];

        if (neuro_recorder_is_due(recorder, step)) {
            neuro_recorder_sample(recorder, step, population->variables[v].data,
                                  population->variables[v].is_scalar, first, count);
        }
    }
}

/* UPDATE of one block in one step: spikes to the list or the counts. */
static bool
update_block(neuro_block_t *block, uint8_t *flags)
{
    neuro_population_t *population = block->population;
    neuro_list_t *list = neuro_queue_list(&population->queue, block->step, block->thread);
    const size_t before = list->count;
    uint64_t n_spikes = 0;
    const bool is_initial = population->network->platform->plan.has_initial_step && block->step == 0;
    bool is_done = true;

    if (population->kernel->emit != NULL) {
        is_done = population->kernel->emit(block, list);
    } else if (population->update != NULL && !is_initial) {
        if (population->needs_counts) {
            const size_t slot = (size_t) block->step & (size_t) (population->queue.n_slots - 1);

            block->spiked = population->counts + slot * population->n_cells + block->first;
        } else {
            block->spiked = flags;
        }
        if (!neuro_rest_update(block)) {
            block->counters->value[NEURO_COUNT_CELLS_SKIPPED] += block->count;
            return true;
        }
        block->counters->value[NEURO_COUNT_CELL_UPDATES] += block->count;
        if (population->kernel->lists_spikes) {
            is_done = take_fired(block->fired, list);
        } else if (population->needs_list) {
            is_done = collect(block, list);
        } else {
            uint32_t i;

            for (i = 0; i < block->count; i++) {
                n_spikes += block->spiked[i];
            }
        }
    }
    n_spikes += list->count - before;
    if (n_spikes > 0) {
        block->counters->value[NEURO_COUNT_SPIKES] += n_spikes;
        neuro_timeline_add(&population->tallies.of_thread[block->thread].timeline, block->step, n_spikes);
    }
    return is_done;
}

/* INPUT, RECORD and UPDATE of one block in one step, in the plan's order. */
static bool
move_block(neuro_block_t *block, uint8_t *flags)
{
    neuro_population_t *population = block->population;
    const neuro_plan_t *plan = &population->network->platform->plan;
    uint32_t phase;

    for (phase = 0; phase < plan->n_phases; phase++) {
        switch (plan->phases[phase]) {
        case NEURO_PHASE_INPUT:
            if (population->kernel->input != NULL) {
                population->kernel->input(block);
            }
            break;
        case NEURO_PHASE_RECORD:
            if (population->has_recorders) {
                record_block(population, block->step, block->first, block->count);
            }
            break;
        case NEURO_PHASE_UPDATE:
            if (!update_block(block, flags)) {
                return false;
            }
            break;
        case NEURO_PHASE_LEARN:
        case NEURO_PHASE_DELIVER:
        case NEURO_PHASE_EPOCH:
            break;
        }
    }
    return true;
}

/* One population's slice over the stretch: block by block, so that a block's state stays in the cache; step
 * by step when currents are injected, because they are summed for the whole slice. */
static bool
move_slice(neuro_population_t *population, uint32_t thread, const stretch_t *stretch, uint8_t *flags)
{
    const bool has_initial_step = population->network->platform->plan.has_initial_step;
    const uint32_t first = population->slices[thread], end = population->slices[thread + 1];
    const neuro_step_t last = stretch->first + stretch->n_steps;
    neuro_step_t step, step_until;
    neuro_fired_t fired;
    neuro_block_t block = {.population = population,
                           .thread = thread,
                           .fired = &fired,
                           .counters = &population->tallies.of_thread[thread].counters};

    for (step = stretch->first; step < last; step++) {
        neuro_queue_list(&population->queue, step, thread)->count = 0;
    }
    if (first == end) {
        return true;
    }
    for (step = stretch->first; step < last; step = step_until) {
        step_until = population->n_currents > 0 ? step + 1 : last;
        if (population->n_currents > 0 && !(has_initial_step && step == 0)) {
            neuro_population_inject(population, thread, first, end, step);
        }
        for (block.first = first; block.first < end; block.first += block.count) {
            block.count = end - block.first < BLOCK ? end - block.first : BLOCK;
            for (block.step = step; block.step < step_until; block.step++) {
                if (!move_block(&block, flags)) {
                    return false;
                }
            }
        }
    }
    return true;
}

static bool
record_spikes(neuro_population_t *population, uint32_t thread, const stretch_t *stretch)
{
    const neuro_step_t label = population->network->platform->plan.spike_label;
    neuro_step_t step;

    for (step = stretch->first; step < stretch->first + stretch->n_steps; step++) {
        const neuro_list_t *list = neuro_queue_list(&population->queue, step, thread);

        if (list->count > 0 &&
            !neuro_spike_record_append(&population->spike_records[thread], list->index, list->count,
                                       population->spike_mask, step + label)) {
            return false;
        }
    }
    return true;
}

/* ---- exchange -------------------------------------------------------------------------------- */

/* Add the counts of one step of a multiple source straight to the ring: one weight and one delay, cell i to
 * cell i. */
static void
deliver_counts(const neuro_projection_t *projection, uint32_t part, neuro_step_t step,
               neuro_counters_t *counters)
{
    const neuro_population_t *pre = projection->pre;
    const neuro_column_t *weight = &projection->rows.columns[NEURO_WEIGHT];
    const neuro_ring_t *ring = &projection->post->ring;
    const uint32_t delay = projection->min_ring_delay + projection->network->platform->plan.latency;
    const size_t slot = (size_t) step & (size_t) (pre->queue.n_slots - 1);
    const uint8_t *counts = pre->counts + slot * pre->n_cells;
    const size_t offset = neuro_ring_offset(ring, step + delay, projection->receptor);
    const uint32_t begin = projection->rows.part_first[part], end = projection->rows.part_first[part + 1];
    uint64_t n = 0;
    uint32_t i;

    if (ring->type == NEURO_F64) {
        double *restrict to = (double *) ring->data + offset;
        const double *w = weight->data;

        if (weight->is_scalar) {
            const double one = w[0];

            for (i = begin; i < end; i++) {
                to[i] += one * (double) counts[i];
                n += counts[i];
            }
        } else {
            for (i = begin; i < end; i++) {
                to[i] += w[i] * (double) counts[i];
                n += counts[i];
            }
        }
    } else {
        float *restrict to = (float *) ring->data + offset;
        const float *w = weight->data;

        for (i = begin; i < end; i++) {
            to[i] += (weight->is_scalar ? w[0] : w[i]) * (float) counts[i];
            n += counts[i];
        }
    }
    counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n;
}

/* DELIVER: sweep the rows of all virtual sources that fire in `step`. */
static void
deliver(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    const neuro_queue_t *queue = &projection->pre->queue;
    neuro_sweep_t sweep = {.projection = projection, .part = part, .step = step, .counters = counters};
    const neuro_step_t until =
        step + projection->max_ring_delay + projection->network->platform->plan.latency;
    uint32_t thread;

    if (projection->rows.n_synapses == 0 && !projection->kernel->has_own_rows) {
        return;
    }
    if (projection->is_one_to_one && projection->pre->needs_counts) {
        if (!(projection->network->platform->plan.has_initial_step && step == 0)) {
            neuro_rest_expect(projection->post, part, until);
            deliver_counts(projection, part, step, counters);
        }
        return;
    }
    for (sweep.shift = 0; sweep.shift < projection->rows.n_shifts; sweep.shift++) {
        const neuro_step_t emitted = step - projection->rows.shifts[sweep.shift];

        if (emitted < 0) {
            continue;
        }
        for (thread = 0; thread < queue->n_threads; thread++) {
            const neuro_list_t *list = neuro_queue_list(queue, emitted, thread);

            if (list->count > 0) {
                sweep.source = list->index;
                sweep.n = list->count;
                neuro_rest_expect(projection->post, part, until);
                projection->sweep(&sweep);
            }
        }
    }
}

/* DELIVER, and when sums saturated. */
static void
deliver_and_watch(neuro_projection_t *projection, uint32_t part, neuro_step_t step)
{
    neuro_tally_t *tally = &projection->tallies.of_thread[part];
    const uint64_t *value = tally->counters.value;
    const uint64_t before = value[NEURO_COUNT_SATURATIONS] + value[NEURO_COUNT_PLASTIC_SATURATIONS];
    uint64_t after;

    deliver(projection, part, step, &tally->counters);
    after = value[NEURO_COUNT_SATURATIONS] + value[NEURO_COUNT_PLASTIC_SATURATIONS];
    if (after != before) {
        neuro_timeline_add(&tally->timeline, step, after - before);
    }
}

/* LEARN, DELIVER and EPOCH of the stretch: the step outermost, so that every sum has one order. */
static void
exchange(neuro_network_t *network, uint32_t part, const stretch_t *stretch)
{
    const neuro_plan_t *plan = &network->platform->plan;
    neuro_step_t step;
    uint32_t phase, p;

    for (step = stretch->first; step < stretch->first + stretch->n_steps; step++) {
        for (phase = 0; phase < plan->n_phases; phase++) {
            for (p = 0; p < network->n_projections; p++) {
                neuro_projection_t *projection = network->projections[p];
                neuro_counters_t *counters = &projection->tallies.of_thread[part].counters;

                if (plan->phases[phase] == NEURO_PHASE_LEARN && projection->kernel->learn != NULL) {
                    projection->kernel->learn(projection, part, step, counters);
                } else if (plan->phases[phase] == NEURO_PHASE_DELIVER) {
                    deliver_and_watch(projection, part, step);
                } else if (plan->phases[phase] == NEURO_PHASE_EPOCH && projection->kernel->epoch != NULL) {
                    projection->kernel->epoch(projection, part, step, counters);
                }
            }
        }
    }
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* Whether there is time left; now and then only, and then the stretch is timed too. */
static bool
look_at_clock(run_t *run)
{
    double now, each;

    run->next.n_timed = 0;
    if (run->until_clock > 0) {
        run->until_clock--;
        return true;
    }
    now = wall_seconds();
    each = (now - run->clock) / (double) run->n_timed;
    run->n_timed = each * CLOCK_MOST < CLOCK_SECONDS ? CLOCK_MOST
                   : each < CLOCK_SECONDS            ? (uint32_t) (CLOCK_SECONDS / each)
                                                     : 1;
    run->clock = now;
    run->until_clock = run->n_timed - 1;
    run->next.n_timed = run->n_timed;
    return now <= run->deadline;
}

/* Choose the next stretch: as long as causality allows, ending before the next action and at the end of the
 * run. */
static void
plan_next(void *argument)
{
    run_t *run = argument;
    neuro_network_t *network = run->network;
    neuro_step_t first = run->next.first + run->next.n_steps;
    neuro_step_t last = first + network->stretch;
    uint64_t action = network->next_action;
    neuro_step_t rewires;
    uint32_t thread;

    network->step = first;
    for (thread = 0; thread < neuro_pool_size(network->pool); thread++) {
        if (run->is_failed[thread]) {
            run->status = NEURO_ERR_MEMORY;
        }
    }
    run->next.first = first;
    run->next.n_steps = 0;
    run->next.acts_first = false;
    if (run->status != NEURO_OK || first >= run->end || !look_at_clock(run)) {
        return;
    }
    run->next.acts_first = (action < network->n_actions && network->actions[action].step <= first) ||
                           neuro_rewire_is_due(network);
    rewires = neuro_rewire_next(network, first);
    last = rewires < last ? rewires : last;
    while (action < network->n_actions && network->actions[action].step <= first) {
        action++;
    }
    if (action < network->n_actions && network->actions[action].step < last) {
        last = network->actions[action].step;
    }
    if (first == 0 && network->platform->plan.has_initial_step) {
        last = 1;
    }
    last = last < run->end ? last : run->end;
    run->next.n_steps = (uint32_t) (last - first);
}

/* Every action and every rewiring that is due when the steps up to the next stretch have passed. */
static void
act(void *argument)
{
    run_t *run = argument;
    neuro_network_t *network = run->network;

    while (network->next_action < network->n_actions &&
           network->actions[network->next_action].step <= run->next.first && run->status == NEURO_OK) {
        run->status = neuro_network_act(network, &network->actions[network->next_action]);
        network->next_action++;
    }
    if (run->status == NEURO_OK) {
        run->status = neuro_rewire(network);
    }
}

static void
run_thread(void *argument, uint32_t thread)
{
    run_t *run = argument;
    neuro_network_t *network = run->network;
    uint8_t flags[BLOCK];
    double seconds_update = 0.0, seconds_deliver = 0.0, before = 0.0, between = 0.0;
    const uint64_t float_mode = neuro_float_mode_without_subnormals();
    stretch_t stretch = run->next;
    uint32_t p;

    while (stretch.n_steps > 0) {
        bool is_done = true;
        const uint32_t n_timed = thread == 0 ? stretch.n_timed : 0;

        if (n_timed > 0) {
            before = wall_seconds();
        }
        for (p = 0; p < network->n_populations; p++) {
            is_done = move_slice(network->populations[p], thread, &stretch, flags) && is_done;
        }
        for (p = 0; p < network->n_populations; p++) {
            if (network->populations[p]->records_spikes) {
                is_done = record_spikes(network->populations[p], thread, &stretch) && is_done;
            }
        }
        run->is_failed[thread] = !is_done;
        if (n_timed > 0) {
            between = wall_seconds();
        }
        neuro_pool_barrier(network->pool, plan_next, run);
        exchange(network, thread, &stretch);
        stretch = run->next;
        if (stretch.acts_first && stretch.n_steps > 0) {
            neuro_pool_barrier(network->pool, act, run);
        }
        if (n_timed > 0) {
            seconds_update += (between - before) * (double) n_timed;
            seconds_deliver += (wall_seconds() - between) * (double) n_timed;
        }
    }
    if (thread == 0) {
        run->seconds_update = seconds_update;
        run->seconds_deliver = seconds_deliver;
    }
    neuro_float_mode_restore(float_mode);
}

neuro_status_t
neuro_run(neuro_network_t *network, neuro_step_t n_steps, double max_seconds, neuro_step_t *steps_done)
{
    const double start = wall_seconds();
    run_t run = {.network = network,
                 .begin = network->step,
                 .end = network->step + n_steps,
                 .deadline = start + max_seconds,
                 .clock = start,
                 .n_timed = 1};
    double seconds;
    uint64_t float_mode;
    neuro_status_t status;

    *steps_done = 0;
    neuro_network_sample_present(network);
    status = neuro_network_reserve_samples(network, run.end);
    if (status != NEURO_OK || n_steps <= 0) {
        return status;
    }
    run.is_failed = neuro_alloc(neuro_pool_size(network->pool), sizeof *run.is_failed);
    if (run.is_failed == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory to start a run");
    }
    run.next.first = network->step;
    plan_next(&run);
    float_mode = neuro_float_mode_without_subnormals();
    if (run.next.acts_first) {
        act(&run);
    }
    if (run.status == NEURO_OK) {
        neuro_pool_run(network->pool, run_thread, &run);
    }
    if (run.status == NEURO_OK) { /* due at the step that was reached */
        act(&run);
    }
    neuro_float_mode_restore(float_mode);
    neuro_network_count_samples(network);
    neuro_release(run.is_failed);
    *steps_done = network->step - run.begin;
    seconds = wall_seconds() - start;
    network->seconds_total += seconds;
    if (run.seconds_update + run.seconds_deliver > 0.0) {
        const double share = run.seconds_update / (run.seconds_update + run.seconds_deliver);

        network->seconds_update += share * seconds;
        network->seconds_deliver += (1.0 - share) * seconds;
    }
    if (run.status == NEURO_ERR_MEMORY) {
        return neuro_fail(&network->error, run.status,
                          "memory ran out in the run at step %lld; spikes were lost",
                          (long long) network->step);
    }
    return run.status;
}
