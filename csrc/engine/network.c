#include "engine/network.h"

#include "core/memory.h"
#include "engine/rest.h"

/* Sizes above which a network gets more than one thread by default: below, two threads were measured slower
 * than one (short rows, shared lines at the borders of the parts). */
enum { CELLS_FOR_THREADS = 10000, SYNAPSES_FOR_THREADS = 1000000, MOST_DEFAULT_THREADS = 8 };
/* Slices end at multiples of this many cells, so that threads share no line, unless the kernel wants
 * otherwise. */
enum { SLICE_GRAIN = 64 };
/* Longest stretch of steps without exchange; bounds the queues of nets without projections. */
enum { MOST_STRETCH = 64 };

static const char *const counter_names[NEURO_N_COUNTERS] = {
    "spikes",        "synaptic_events", "plastic_updates",     "cell_updates",
    "cells_skipped", "saturations",     "plastic_saturations", "skipped_synapses",
    "history_drops", "synapses_formed", "synapses_eliminated", "full_rows"};

const char *
neuro_counter_name(neuro_counter_t counter)
{
    return counter < NEURO_N_COUNTERS ? counter_names[counter] : "unknown";
}

static uint32_t
choose_threads(const neuro_network_t *network)
{
    uint64_t n_cells = 0, n_synapses = 0;
    uint32_t i, n = neuro_processors();

    if (network->threads_wanted > 0) {
        return network->threads_wanted;
    }
    for (i = 0; i < network->n_populations; i++) {
        n_cells += network->populations[i]->n_cells;
    }
    for (i = 0; i < network->n_projections; i++) {
        n_synapses += network->projections[i]->rows.n_synapses;
    }
    if (n_cells < CELLS_FOR_THREADS && n_synapses < SYNAPSES_FOR_THREADS) {
        return 1;
    }
    return n < MOST_DEFAULT_THREADS ? n : MOST_DEFAULT_THREADS;
}

static neuro_status_t
start_threads(neuro_network_t *network, uint32_t n)
{
    if (network->pool != NULL && neuro_pool_size(network->pool) == n) {
        return NEURO_OK;
    }
    neuro_pool_free(network->pool);
    network->pool = NULL;
    return neuro_pool_create(&network->pool, n);
}

static neuro_status_t
cut_slices(neuro_population_t *population, uint32_t n_threads)
{
    const uint64_t grain = population->grain > 0 ? population->grain : SLICE_GRAIN;
    const uint64_t n_grains = (population->n_cells + grain - 1) / grain;
    uint32_t *slices = neuro_alloc((size_t) n_threads + 1, sizeof *slices);
    neuro_step_t *next_change = neuro_alloc(n_threads, sizeof *next_change);
    uint32_t thread;

    if (slices == NULL || next_change == NULL) {
        neuro_release(slices);
        neuro_release(next_change);
        return NEURO_ERR_MEMORY;
    }
    for (thread = 0; thread < n_threads; thread++) {
        const uint64_t first = n_grains * thread / n_threads * grain;

        slices[thread] = first < population->n_cells ? (uint32_t) first : population->n_cells;
        next_change[thread] = -1;
    }
    slices[n_threads] = population->n_cells;
    neuro_release(population->slices);
    neuro_release(population->next_change);
    population->slices = slices;
    population->next_change = next_change;
    if (population->n_spike_records < n_threads) {
        neuro_spike_record_t *records =
            neuro_grow(population->spike_records, population->n_spike_records, n_threads, sizeof *records);

        if (records == NULL) {
            return NEURO_ERR_MEMORY;
        }
        population->spike_records = records;
        population->n_spike_records = n_threads;
    }
    if (neuro_tallies_reserve(&population->tallies, n_threads) != NEURO_OK) {
        return NEURO_ERR_MEMORY;
    }
    return neuro_rest_prepare(population, n_threads);
}

neuro_counters_t
neuro_network_total(const neuro_network_t *network)
{
    neuro_counters_t total = {{0}};
    uint32_t i;

    for (i = 0; i < network->n_populations; i++) {
        neuro_tallies_add(&network->populations[i]->tallies, &total);
    }
    for (i = 0; i < network->n_projections; i++) {
        neuro_tallies_add(&network->projections[i]->tallies, &total);
    }
    return total;
}

uint32_t
neuro_network_stretch(const neuro_network_t *network)
{
    const neuro_plan_t *plan = &network->platform->plan;
    uint32_t stretch = MOST_STRETCH, i;

    stretch = plan->max_stretch < stretch ? plan->max_stretch : stretch;
    for (i = 0; i < network->n_projections; i++) {
        const neuro_projection_t *projection = network->projections[i];

        if (projection->rows.n_synapses > 0 || projection->capacity > 0) {
            const uint32_t delay = projection->min_ring_delay + plan->latency;

            stretch = delay < stretch ? delay : stretch;
        }
    }
    return stretch > 0 ? stretch : 1;
}

/* Whether the counts of a multiple source are added to the ring directly: floating weights, as they are. */
static bool
takes_counts(const neuro_projection_t *projection)
{
    const neuro_type_t type = projection->post->ring.type;

    return projection->is_one_to_one && projection->pre->kernel->is_multiple &&
           (type == NEURO_F64 || type == NEURO_F32) && projection->rows.columns[NEURO_WEIGHT].type == type;
}

/* Rings, queues and counts long enough for every delay, and what each population must keep for its readers.
 */
static neuro_status_t
make_room(neuro_network_t *network)
{
    const uint32_t n_threads = neuro_pool_size(network->pool);
    uint32_t i, p;

    for (i = 0; i < network->n_populations; i++) {
        neuro_population_t *population = network->populations[i];
        uint32_t longest_delay = 0, longest_shift = 0, old_slots = population->queue.n_slots;
        bool is_target = false;
        neuro_status_t status = NEURO_OK;

        population->needs_list = population->records_spikes;
        population->needs_counts = false;
        for (p = 0; p < network->n_projections; p++) {
            const neuro_projection_t *projection = network->projections[p];
            const neuro_rows_t *rows = &projection->rows;

            if (projection->post == population) {
                is_target = true;
                longest_delay =
                    projection->max_ring_delay > longest_delay ? projection->max_ring_delay : longest_delay;
                population->needs_list = population->needs_list || projection->kernel->is_plastic;
            }
            if (projection->pre == population) {
                const uint32_t shift = (uint32_t) rows->shifts[rows->n_shifts - 1];

                longest_shift = shift > longest_shift ? shift : longest_shift;
                if (takes_counts(projection)) {
                    population->needs_counts = true;
                } else {
                    population->needs_list = true;
                }
            }
        }
        population->needs_list = population->needs_list || !population->needs_counts;
        if (is_target || population->n_receptors > 0) {
            status = neuro_ring_reserve(
                &population->ring, population->ring.type, population->n_receptors, population->n_cells,
                longest_delay + network->platform->plan.latency + network->stretch + 1, network->step);
        }
        if (status == NEURO_OK) {
            status = neuro_queue_reserve(&population->queue, longest_shift + 2 * network->stretch + 1,
                                         n_threads, network->step - 1);
        }
        if (status == NEURO_OK && population->kernel->make_room != NULL) {
            status = population->kernel->make_room(population);
        }
        if (status == NEURO_OK && population->needs_counts &&
            (population->counts == NULL || old_slots != population->queue.n_slots)) {
            neuro_release(population->counts);
            population->counts = neuro_alloc((size_t) population->queue.n_slots, population->n_cells);
            status = population->counts == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
        }
        if (status != NEURO_OK) {
            return status;
        }
    }
    return NEURO_OK;
}

neuro_status_t
neuro_network_prepare(neuro_network_t *network)
{
    neuro_status_t status;
    uint32_t i;

    if (network->is_ready) {
        return NEURO_OK;
    }
    status = start_threads(network, choose_threads(network));
    for (i = 0; i < network->n_populations && status == NEURO_OK; i++) {
        status = cut_slices(network->populations[i], neuro_pool_size(network->pool));
    }
    for (i = 0; i < network->n_projections && status == NEURO_OK; i++) {
        network->error.detail[0] = '\0';
        status = neuro_tallies_reserve(&network->projections[i]->tallies, neuro_pool_size(network->pool));
        if (status == NEURO_OK) {
            status = neuro_projection_prepare(network->projections[i]);
        }
        if (status == NEURO_ERR_MEMORY && network->error.detail[0] != '\0') {
            return status;
        }
        if (status == NEURO_ERR_MEMORY) {
            return neuro_fail(&network->error, status,
                              "projection %u with %llu synapses does not fit into memory; %.3g GB are left",
                              i, (unsigned long long) network->projections[i]->rows.n_synapses,
                              (double) neuro_memory_available() * 1e-9);
        }
    }
    network->stretch = neuro_network_stretch(network);
    for (i = 0; i < network->n_populations && status == NEURO_OK; i++) {
        status = neuro_population_prepare(network->populations[i]);
    }
    if (status == NEURO_OK) {
        status = make_room(network);
    }
    if (status == NEURO_ERR_MEMORY) {
        return neuro_fail(&network->error, status, "the state of the network does not fit into memory");
    }
    network->is_ready = status == NEURO_OK;
    return status;
}

void
neuro_network_reset_state(neuro_network_t *network, int64_t number)
{
    uint32_t i;

    for (i = 0; i < network->n_populations; i++) {
        if (number < 0 || number == (int64_t) i) {
            neuro_population_reset(network->populations[i]);
        }
    }
    for (i = 0; i < network->n_projections; i++) {
        neuro_projection_t *projection = network->projections[i];

        if (projection->kernel->reset != NULL && (number < 0 || number == (int64_t) projection->post->id)) {
            if (projection->kernel->settle != NULL && projection->is_ready) {
                projection->kernel->settle(projection, network->step - 1);
            }
            projection->kernel->reset(projection);
        }
    }
}

neuro_status_t
neuro_network_act(neuro_network_t *network, const neuro_action_t *action)
{
    neuro_mark_t *mark;

    switch (action->kind) {
    case NEURO_ACTION_RESET_STATE:
        neuro_network_reset_state(network, action->target);
        break;
    case NEURO_ACTION_NORMALIZE_WEIGHTS:
        return neuro_projection_normalize(network->projections[action->target], action->value);
    case NEURO_ACTION_MARK:
        if (network->n_marks == network->mark_capacity) {
            const uint64_t capacity = 2 * network->mark_capacity + 64;
            neuro_mark_t *marks =
                neuro_grow(network->marks, (size_t) network->n_marks, (size_t) capacity, sizeof *marks);

            if (marks == NULL) {
                return NEURO_ERR_MEMORY;
            }
            network->marks = marks;
            network->mark_capacity = capacity;
        }
        mark = &network->marks[network->n_marks++];
        mark->label = action->target;
        mark->step = action->step;
        mark->counters = neuro_network_total(network);
        break;
    }
    return NEURO_OK;
}
