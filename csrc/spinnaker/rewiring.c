#include "spinnaker/rewiring.h"

#include "core/memory.h"
#include "spinnaker/cells.h"
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"

#include <string.h>

/* Synapses of one source onto one core, at most. */
enum { LONGEST_ROW = 255, REWIRING_NUMBERS = 14, PARTNER_NUMBERS = 8 };

/* ---- owners
 * ---------------------------------------------------------------------------------------------------------
 */

static void
free_rewiring(void *given)
{
    neuro_spinnaker_rewiring_t *rewiring = given;
    uint32_t i;

    for (i = 0; rewiring->cores != NULL && i < rewiring->n_cores; i++) {
        neuro_release(rewiring->cores[i].events);
        neuro_release(rewiring->cores[i].attempts);
    }
    for (i = 0; i < rewiring->n_parts; i++) {
        neuro_release(rewiring->arrivals[i].lists[0].index);
        neuro_release(rewiring->arrivals[i].lists[1].index);
    }
    neuro_release(rewiring->arrivals);
    neuro_release(rewiring->cores);
    neuro_release(rewiring->local_seeds);
    neuro_release(rewiring->table);
    neuro_release(rewiring->first_table);
    neuro_release(rewiring->order);
    neuro_release(rewiring);
}

static neuro_spinnaker_rewiring_t *
rewiring_of(const neuro_projection_t *projection)
{
    return ((neuro_spinnaker_cells_t *) projection->post->own)->rewiring;
}

/* The projection's own, and a place in its population's table. NULL: no memory, or too many. */
static neuro_spinnaker_partner_t *
own_of(neuro_projection_t *projection, bool registers)
{
    neuro_spinnaker_cells_t *cells = projection->post->own;
    neuro_spinnaker_partner_t *own = projection->own;
    neuro_spinnaker_rewiring_t *rewiring = cells->rewiring;

    if (own == NULL) {
        own = projection->own = neuro_alloc(1, sizeof *own);
    }
    if (own == NULL || !registers || own->is_registered) {
        return own;
    }
    if (rewiring == NULL) {
        rewiring = neuro_alloc(1, sizeof *rewiring);
        if (rewiring == NULL) {
            return NULL;
        }
        rewiring->n_cells = projection->post->n_cells;
        cells->rewiring = rewiring;
        cells->free_rewiring = free_rewiring;
    }
    if (rewiring->n_partners == NEURO_SPINNAKER_MOST_PARTNERS) {
        return NULL;
    }
    own->is_registered = true;
    own->number = rewiring->n_partners;
    rewiring->partners[rewiring->n_partners++] = projection;
    return own;
}

static void
free_rows(neuro_spinnaker_partner_t *own, uint32_t n_pre)
{
    size_t i;

    for (i = 0; own->rows != NULL && i < (size_t) own->n_cores * n_pre; i++) {
        neuro_release(own->rows[i].synapses);
    }
    neuro_release(own->rows);
    own->rows = NULL;
}

static void
release(neuro_projection_t *projection)
{
    neuro_spinnaker_partner_t *own = projection->own;

    if (own != NULL) {
        free_rows(own, projection->pre->n_cells);
        neuro_release(own->vertex_atoms);
        neuro_release(own->vertex_first);
        neuro_release(own->forward);
        neuro_release(own->lateral);
        neuro_spinnaker_stdp_release(projection);
    }
}

/* ---- the first rows -------------------------------------------------------------------------- */

static void
copy_rows(neuro_projection_t *projection)
{
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *weights = projection->kernel->is_plastic && projection->initial_weight.data != NULL
                                        ? &projection->initial_weight
                                        : &rows->columns[NEURO_WEIGHT];
    neuro_spinnaker_partner_t *own = projection->own;
    uint64_t begin, end, k;
    uint32_t pre;
    size_t i;

    for (i = 0; i < (size_t) own->n_cores * rows->n_pre; i++) {
        own->rows[i].n = 0;
    }
    for (pre = 0; pre < rows->n_pre; pre++) {
        neuro_rows_range(rows, pre, &begin, &end);
        for (k = begin; k < end; k++) {
            const uint32_t target = neuro_rows_target(rows, k);
            neuro_spinnaker_row_t *row =
                &own->rows[(size_t) (target / cells->cells_per_core) * rows->n_pre + pre];

            row->synapses[row->n++] = (neuro_spinnaker_synapse_t){
                .target = target,
                .weight = (uint16_t) neuro_column_get(weights, k),
                .delay = (uint16_t) neuro_column_get(&rows->columns[NEURO_DELAY], k)};
        }
    }
}

static neuro_status_t
make_rows(neuro_projection_t *projection)
{
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    const neuro_spinnaker_rewiring_t *rewiring = cells->rewiring;
    const neuro_rows_t *rows = &projection->rows;
    neuro_spinnaker_partner_t *own = projection->own;
    const uint32_t least = rewiring == NULL || !own->is_registered ? 0
                           : rewiring->has_quirk_rows              ? rewiring->n_places
                                                                   : LONGEST_ROW;
    uint64_t begin, end, k;
    uint32_t pre;
    size_t i;

    if (own->rows != NULL) {
        return NEURO_OK;
    }
    own->n_cores = cells->n_cores;
    own->rows = neuro_alloc((size_t) own->n_cores * rows->n_pre, sizeof *own->rows);
    if (own->rows == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (pre = 0; pre < rows->n_pre; pre++) {
        neuro_rows_range(rows, pre, &begin, &end);
        for (k = begin; k < end; k++) {
            own->rows[(size_t) (neuro_rows_target(rows, k) / cells->cells_per_core) * rows->n_pre + pre]
                .capacity++;
        }
    }
    for (i = 0; i < (size_t) own->n_cores * rows->n_pre; i++) {
        neuro_spinnaker_row_t *row = &own->rows[i];

        row->capacity = row->capacity > least ? row->capacity : least;
        row->synapses = neuro_alloc(row->capacity, sizeof *row->synapses);
        if (row->synapses == NULL) {
            free_rows(own, rows->n_pre);
            return NEURO_ERR_MEMORY;
        }
    }
    copy_rows(projection);
    return NEURO_OK;
}

/* ---- what the projections share -------------------------------------------------------------- */

static void
restart(neuro_spinnaker_rewiring_t *rewiring)
{
    uint32_t i;

    if (rewiring->table != NULL) {
        memcpy(rewiring->table, rewiring->first_table,
               (size_t) rewiring->n_cells * rewiring->n_places * sizeof *rewiring->table);
    }
    for (i = 0; rewiring->cores != NULL && i < rewiring->n_cores; i++) {
        rewiring->cores[i].shared = rewiring->shared_seed;
        rewiring->cores[i].local =
            i < rewiring->n_local_seeds ? rewiring->local_seeds[i] : rewiring->shared_seed;
        rewiring->cores[i].n_events = rewiring->cores[i].n_attempts = 0;
    }
    for (i = 0; i < rewiring->n_parts; i++) {
        rewiring->arrivals[i].lists[0].count = rewiring->arrivals[i].lists[1].count = 0;
    }
}

static neuro_status_t read_vertices(neuro_spinnaker_partner_t *own, const double *values, uint64_t n);

/* Whether a place's synapse can be: its source is one of a partner's. */
static bool
is_possible(const neuro_spinnaker_rewiring_t *rewiring, const neuro_spinnaker_entry_t *entry)
{
    const neuro_spinnaker_partner_t *partner;

    if (entry->partner < 0) {
        return true;
    }
    if ((uint32_t) entry->partner >= rewiring->n_partners) {
        return false;
    }
    partner = rewiring->partners[entry->partner]->own;
    return entry->vertex < partner->n_vertices && entry->neuron < partner->vertex_atoms[entry->vertex];
}

/* One vertex for all sources unless told otherwise; vertices and places within their bounds. */
static neuro_status_t
check_partners(neuro_projection_t *projection)
{
    neuro_spinnaker_rewiring_t *rewiring = rewiring_of(projection);
    neuro_error_t *error = &projection->network->error;
    uint32_t i, vertex;
    size_t place;

    for (i = 0; i < rewiring->n_partners; i++) {
        const uint32_t n_pre = rewiring->partners[i]->pre->n_cells;
        const double whole[2] = {n_pre, 0.0};
        neuro_spinnaker_partner_t *own = rewiring->partners[i]->own;
        uint32_t first = 0;

        if (own->n_vertices == 0 && read_vertices(own, whole, 2) != NEURO_OK) {
            return NEURO_ERR_MEMORY;
        }
        for (vertex = 0; vertex < own->n_vertices; vertex++) {
            if (own->vertex_first[vertex] != first || own->vertex_atoms[vertex] > n_pre - first) {
                return neuro_fail(
                    error, NEURO_ERR_RANGE,
                    "vertex %u of projection %u has cells %u to %u; they begin at %u, and the population has "
                    "%u",
                    vertex, rewiring->partners[i]->id, own->vertex_first[vertex],
                    own->vertex_first[vertex] + own->vertex_atoms[vertex], first, n_pre);
            }
            first += own->vertex_atoms[vertex];
        }
        own->total = own->total == 0 ? first : own->total;
    }
    for (place = 0; place < (size_t) rewiring->n_cells * rewiring->n_places; place++) {
        if (!is_possible(rewiring, &rewiring->first_table[place])) {
            return neuro_fail(
                error, NEURO_ERR_RANGE,
                "place %llu of \"post_to_pre\": partner %d, vertex %u, neuron %u; there is no such source",
                (unsigned long long) place, (int) rewiring->first_table[place].partner,
                rewiring->first_table[place].vertex, rewiring->first_table[place].neuron);
        }
    }
    return NEURO_OK;
}

static neuro_status_t
prepare_rewiring(neuro_projection_t *projection)
{
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    neuro_spinnaker_rewiring_t *rewiring = cells->rewiring;
    const uint32_t n_parts = projection->rows.n_parts;
    neuro_spinnaker_arrivals_t *arrivals;
    uint32_t part, parity;

    if (rewiring->n_places == 0 || rewiring->table == NULL) {
        return neuro_fail(
            &projection->network->error, NEURO_ERR_STATE,
            "projection %u is rewired, but the tables \"rewiring\" and \"post_to_pre\" of population %u are "
            "missing",
            projection->id, projection->post->id);
    }
    if (rewiring->cores == NULL) {
        rewiring->n_cores = cells->n_cores;
        rewiring->cells_per_core = cells->cells_per_core;
        rewiring->cores = neuro_alloc(rewiring->n_cores, sizeof *rewiring->cores);
        if (rewiring->cores == NULL) {
            return NEURO_ERR_MEMORY;
        }
        restart(rewiring);
    }
    if (rewiring->n_parts == n_parts) {
        return NEURO_OK;
    }
    arrivals = neuro_alloc(n_parts, sizeof *arrivals);
    if (arrivals == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (part = 0; part < n_parts && rewiring->n_parts > 0; part++) { /* all parts' are alike */
        for (parity = 0; parity < 2; parity++) {
            const neuro_list_t *old = &rewiring->arrivals[0].lists[parity];

            arrivals[part].ticks[parity] = rewiring->arrivals[0].ticks[parity];
            if (neuro_list_reserve(&arrivals[part].lists[parity], old->count + 1)) {
                memcpy(arrivals[part].lists[parity].index, old->index, old->count * sizeof *old->index);
                arrivals[part].lists[parity].count = old->count;
            }
        }
    }
    for (part = 0; part < rewiring->n_parts; part++) {
        neuro_release(rewiring->arrivals[part].lists[0].index);
        neuro_release(rewiring->arrivals[part].lists[1].index);
    }
    neuro_release(rewiring->arrivals);
    rewiring->arrivals = arrivals;
    rewiring->n_parts = n_parts;
    return NEURO_OK;
}

/* ---- a step ---------------------------------------------------------------------------------- */

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

    for (i = 1; rewiring->n_order > 0 && i < list->count / 2; i++) {
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

static void
learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    neuro_spinnaker_rewiring_t *rewiring = rewiring_of(projection);

    if (projection->kernel->is_plastic) {
        neuro_spinnaker_stdp_learn(projection, part, step, counters);
    }
    if (rewiring != NULL && rewiring->partners[0] == projection) {
        const neuro_list_t *list = &rewiring->arrivals[part].lists[(step + 1) & 1];

        if (rewiring->arrivals[part].ticks[(step + 1) & 1] == step - 1) {
            sort_arrivals(rewiring, list, step - 1);
        }
        neuro_spinnaker_rewire(rewiring, part, projection->rows.part_first, step);
    }
}

/* A spike is remembered until the same parity's next tick with spikes. */
static void
remember(neuro_spinnaker_rewiring_t *rewiring, uint32_t part, neuro_step_t step, uint32_t partner,
         uint32_t source)
{
    neuro_spinnaker_arrivals_t *arrivals = &rewiring->arrivals[part];
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

static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, bool is_plastic, neuro_spinnaker_weight_t dependence)
{
    const neuro_projection_t *projection = sweep->projection;
    neuro_spinnaker_partner_t *own = projection->own;
    neuro_spinnaker_rewiring_t *rewiring = own->is_registered ? rewiring_of(projection) : NULL;
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    const neuro_spinnaker_rows_t into = neuro_spinnaker_rows(sweep, is_plastic);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, own->learning.post);
    const uint32_t *part_first = projection->rows.part_first + sweep->part;
    uint64_t n_saturated = 0, n_events = 0, n_skipped = 0;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t source = sweep->source[i];
        neuro_spinnaker_packet_t previous = {0}, *packet = NULL;
        uint32_t core, k;

        if (rewiring != NULL) {
            remember(rewiring, sweep->part, sweep->step, own->number, source);
        }
        if (is_plastic) {
            packet = &own->learning.packets[(size_t) sweep->part * own->learning.n_rows + source];
            previous = *packet;
            neuro_spinnaker_note_packet(&rule, TIMING_PAIR, packet, sweep->step);
        }
        for (core = part_first[0] / cells->cells_per_core;
             core < own->n_cores && core * cells->cells_per_core < part_first[1]; core++) {
            const neuro_spinnaker_row_t *row = &own->rows[(size_t) core * projection->pre->n_cells + source];

            for (k = 0; k < row->n; k++) {
                neuro_spinnaker_synapse_t *synapse = &row->synapses[k];

                if (is_plastic) {
                    const uint32_t delay = neuro_spinnaker_delay_code(&rule, synapse->delay);

                    synapse->weight =
                        neuro_spinnaker_update_weight(&rule, TIMING_PAIR, dependence, synapse->weight,
                                                      &rule.post->histories[synapse->target], &previous,
                                                      packet, rule.has_delay ? delay : 0);
                    neuro_spinnaker_deliver(&into, synapse->target, delay, synapse->weight, &n_saturated,
                                            &n_skipped);
                } else {
                    neuro_spinnaker_add(&into, synapse->target, synapse->delay, synapse->weight,
                                        &n_saturated);
                }
            }
            n_events += row->n;
        }
    }
    if (is_plastic) {
        neuro_spinnaker_count_plastic(sweep->counters, n_events, n_saturated, n_skipped);
    } else {
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
        sweep->counters->value[NEURO_COUNT_SATURATIONS] += n_saturated;
    }
}

static void
sweep_static(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, false, WEIGHT_ADDITIVE);
}

static void
sweep_additive(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, true, WEIGHT_ADDITIVE);
}

static void
sweep_multiplicative(const neuro_sweep_t *sweep)
{
    sweep_rows(sweep, true, WEIGHT_MULTIPLICATIVE);
}

/* ---- preparation ----------------------------------------------------------------------------- */

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_sweep_function_t sweep)
{
    neuro_spinnaker_partner_t *own = own_of(projection, false);
    neuro_status_t status = own == NULL ? NEURO_ERR_MEMORY : NEURO_OK;

    projection->sweep = sweep;
    if (status == NEURO_OK && projection->kernel->is_plastic) {
        status = neuro_spinnaker_stdp_prepare(projection, TIMING_PAIR, false);
    }
    if (status == NEURO_OK && own->is_registered) {
        status = prepare_rewiring(projection);
        if (status == NEURO_OK) {
            status = check_partners(projection);
        }
        projection->max_ring_delay =
            projection->max_ring_delay > own->delay_high ? projection->max_ring_delay : own->delay_high;
    }
    return status == NEURO_OK ? make_rows(projection) : status;
}

static neuro_status_t
prepare_static(neuro_projection_t *projection, neuro_isa_t isa)
{
    (void) isa;
    return prepare(projection, sweep_static);
}

static neuro_status_t
prepare_additive(neuro_projection_t *projection, neuro_isa_t isa)
{
    (void) isa;
    return prepare(projection, sweep_additive);
}

static neuro_status_t
prepare_multiplicative(neuro_projection_t *projection, neuro_isa_t isa)
{
    (void) isa;
    return prepare(projection, sweep_multiplicative);
}

static void
reset(neuro_projection_t *projection)
{
    const neuro_spinnaker_partner_t *own = projection->own;
    neuro_spinnaker_rewiring_t *rewiring = rewiring_of(projection);

    if (own == NULL || own->rows == NULL) {
        return;
    }
    neuro_spinnaker_stdp_reset(projection);
    copy_rows(projection);
    if (rewiring != NULL && rewiring->partners[0] == projection) {
        restart(rewiring);
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

static neuro_status_t
fail_table(neuro_projection_t *projection, const char *name, uint64_t n)
{
    return neuro_fail(
        &projection->network->error, NEURO_ERR_NAME,
        "synapse kernel \"%s\" has or takes no table \"%s\" of %llu numbers; it takes rewiring (%d), partner "
        "(%d), vertices, forward_chances, lateral_chances, post_to_pre, seeds and order, and has synapses, "
        "events, attempts and post_to_pre",
        projection->kernel->name, name, (unsigned long long) n, REWIRING_NUMBERS, PARTNER_NUMBERS);
}

static void
read_rewiring(neuro_spinnaker_rewiring_t *rewiring, const double *values)
{
    const uint32_t quirks = neuro_bits_to_u32((int32_t) values[13]);

    rewiring->grid_x = (uint32_t) values[0];
    rewiring->grid_y = (uint32_t) values[1];
    rewiring->reciprocal_x = (uint32_t) values[2];
    rewiring->reciprocal_y = (uint32_t) values[3];
    rewiring->is_fast = values[4] != 0.0;
    rewiring->rate = (uint32_t) values[5];
    rewiring->n_places = (uint32_t) values[6];
    rewiring->n_atoms = (uint32_t) values[7];
    rewiring->first_atom = (uint32_t) values[8];
    rewiring->has_replacement = values[9] != 0.0;
    rewiring->is_random = values[10] != 0.0;
    rewiring->buffer_size = (uint32_t) values[11];
    rewiring->logs_attempts = values[12] != 0.0;
    rewiring->has_quirk_rows = (quirks & NEURO_QUIRK_ROW_LIMIT) != 0;
    rewiring->has_quirk_delay = (quirks & NEURO_QUIRK_DELAY_END) != 0;
}

static void
read_partner(neuro_spinnaker_partner_t *own, const double *values)
{
    own->is_lateral = values[0] != 0.0;
    own->delay_low = (uint32_t) values[1];
    own->delay_high = (uint32_t) values[2];
    own->total = (uint32_t) values[3];
    own->weight = (uint32_t) values[4];
    own->chance_depressed = (uint32_t) values[5];
    own->chance_potentiated = (uint32_t) values[6];
    own->threshold = (uint32_t) values[7];
}

/* Columns of pairs. */
static neuro_status_t
read_vertices(neuro_spinnaker_partner_t *own, const double *values, uint64_t n)
{
    uint32_t *atoms = neuro_alloc((size_t) n / 2, sizeof *atoms);
    uint32_t *first = neuro_alloc((size_t) n / 2, sizeof *first);
    uint64_t i;

    if (atoms == NULL || first == NULL) {
        neuro_release(atoms);
        neuro_release(first);
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n / 2; i++) {
        atoms[i] = (uint32_t) values[2 * i];
        first[i] = (uint32_t) values[2 * i + 1];
    }
    neuro_release(own->vertex_atoms);
    neuro_release(own->vertex_first);
    own->vertex_atoms = atoms;
    own->vertex_first = first;
    own->n_vertices = (uint32_t) (n / 2);
    return NEURO_OK;
}

static neuro_status_t
read_chances(uint16_t **chances, uint32_t *n_chances, const double *values, uint64_t n)
{
    uint16_t *read = neuro_alloc((size_t) n, sizeof *read);
    uint64_t i;

    if (read == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n; i++) {
        read[i] = (uint16_t) values[i];
    }
    neuro_release(*chances);
    *chances = read;
    *n_chances = (uint32_t) n;
    return NEURO_OK;
}

/* partner (-1: empty), vertex, neuron of every place of every cell. */
static neuro_status_t
read_places(neuro_spinnaker_rewiring_t *rewiring, const double *values, uint64_t n)
{
    const size_t n_places = (size_t) (n / 3);
    neuro_spinnaker_entry_t *first = neuro_alloc(n_places, sizeof *first);
    neuro_spinnaker_entry_t *table = neuro_alloc(n_places, sizeof *table);
    size_t i;

    if (first == NULL || table == NULL) {
        neuro_release(first);
        neuro_release(table);
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n_places; i++) {
        first[i] = (neuro_spinnaker_entry_t){.partner = (int32_t) values[3 * i],
                                             .vertex = (uint32_t) values[3 * i + 1],
                                             .neuron = (uint32_t) values[3 * i + 2]};
    }
    memcpy(table, first, n_places * sizeof *table);
    neuro_release(rewiring->first_table);
    neuro_release(rewiring->table);
    rewiring->first_table = first;
    rewiring->table = table;
    return NEURO_OK;
}

/* The shared seed, then one for each core. */
static neuro_status_t
read_seeds(neuro_spinnaker_rewiring_t *rewiring, const double *values, uint64_t n)
{
    const uint32_t n_local = (uint32_t) (n / NEURO_SPINNAKER_SEED_WORDS) - 1;
    neuro_spinnaker_generator_t *local = neuro_alloc(n_local, sizeof *local);
    uint32_t i;

    if (local == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n_local; i++) {
        local[i] = neuro_spinnaker_generator_from(values + NEURO_SPINNAKER_SEED_WORDS * (i + 1));
    }
    neuro_release(rewiring->local_seeds);
    rewiring->local_seeds = local;
    rewiring->n_local_seeds = n_local;
    rewiring->shared_seed = neuro_spinnaker_generator_from(values);
    restart(rewiring);
    return NEURO_OK;
}

static neuro_status_t
set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_projection_t *projection = owner;
    neuro_spinnaker_partner_t *own = own_of(projection, true);
    neuro_spinnaker_rewiring_t *rewiring;
    double *order;

    if (own == NULL) {
        return neuro_fail(&projection->network->error, NEURO_ERR_MEMORY,
                          "no memory for table \"%s\", or more than %d rewired projections", name,
                          NEURO_SPINNAKER_MOST_PARTNERS);
    }
    rewiring = rewiring_of(projection);
    if (strcmp(name, "rewiring") == 0 && n == REWIRING_NUMBERS && values[5] >= 1.0 && values[6] >= 1.0) {
        read_rewiring(rewiring, values);
        return NEURO_OK;
    }
    if (strcmp(name, "partner") == 0 && n == PARTNER_NUMBERS && values[1] >= 1.0 && values[2] >= values[1]) {
        read_partner(own, values);
        return NEURO_OK;
    }
    if (strcmp(name, "vertices") == 0 && n >= 2 && n % 2 == 0) {
        return read_vertices(own, values, n);
    }
    if (strcmp(name, "forward_chances") == 0) {
        return read_chances(&own->forward, &own->n_forward, values, n);
    }
    if (strcmp(name, "lateral_chances") == 0) {
        return read_chances(&own->lateral, &own->n_lateral, values, n);
    }
    if (strcmp(name, "post_to_pre") == 0 && rewiring->n_places > 0 &&
        n == 3 * (uint64_t) rewiring->n_cells * rewiring->n_places) {
        return read_places(rewiring, values, n);
    }
    if (strcmp(name, "seeds") == 0 && n >= 2 * NEURO_SPINNAKER_SEED_WORDS &&
        n % NEURO_SPINNAKER_SEED_WORDS == 0) {
        return read_seeds(rewiring, values, n);
    }
    if (strcmp(name, "order") == 0 && n % 3 == 0) {
        order = neuro_alloc((size_t) n, sizeof *order);
        if (order == NULL) {
            return NEURO_ERR_MEMORY;
        }
        memcpy(order, values, (size_t) n * sizeof *order);
        neuro_release(rewiring->order);
        rewiring->order = order;
        rewiring->n_order = n / 3;
        return NEURO_OK;
    }
    return fail_table(projection, name, n);
}

/* source, cell, weight, delay of every synapse, core by core and row by row, in the machine's order. */
static void
write_synapses(const neuro_projection_t *projection, double *values, uint64_t *n)
{
    const neuro_spinnaker_partner_t *own = projection->own;
    const uint32_t n_pre = projection->pre->n_cells;
    uint64_t at = 0;
    size_t i;
    uint32_t k;

    for (i = 0; own->rows != NULL && i < (size_t) own->n_cores * n_pre; i++) {
        for (k = 0; k < own->rows[i].n; k++, at += 4) {
            if (values != NULL) {
                values[at] = (double) (i % n_pre);
                values[at + 1] = own->rows[i].synapses[k].target;
                values[at + 2] = own->rows[i].synapses[k].weight;
                values[at + 3] = own->rows[i].synapses[k].delay;
            }
        }
    }
    *n = at;
}

/* Events: step, 1 formed or 0 removed, cell, partner, source. Attempts: step, partner or -1, source, success.
 */
static void
write_notes(const neuro_spinnaker_rewiring_t *rewiring, bool is_event, double *values, uint64_t *n)
{
    uint64_t at = 0, i;
    uint32_t core;

    for (core = 0; rewiring->cores != NULL && core < rewiring->n_cores; core++) {
        const neuro_spinnaker_rewirer_t *rewirer = &rewiring->cores[core];
        const neuro_spinnaker_note_t *notes = is_event ? rewirer->events : rewirer->attempts;

        for (i = 0; i < (is_event ? rewirer->n_events : rewirer->n_attempts); i++, at += is_event ? 5 : 4) {
            if (values == NULL) {
                continue;
            }
            values[at] = (double) notes[i].step;
            if (is_event) {
                values[at + 1] = notes[i].is_formed;
                values[at + 2] = notes[i].post;
                values[at + 3] = notes[i].partner;
                values[at + 4] = notes[i].pre;
            } else {
                values[at + 1] = notes[i].partner;
                values[at + 2] = notes[i].pre;
                values[at + 3] = notes[i].is_formed;
            }
        }
    }
    *n = at;
}

static neuro_status_t
get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    neuro_projection_t *projection = owner;
    const neuro_spinnaker_rewiring_t *rewiring = rewiring_of(projection);
    size_t i;

    if (strcmp(name, "synapses") == 0 && projection->own != NULL) {
        write_synapses(projection, values, n);
        return NEURO_OK;
    }
    if (rewiring != NULL && (strcmp(name, "events") == 0 || strcmp(name, "attempts") == 0)) {
        write_notes(rewiring, name[0] == 'e', values, n);
        return NEURO_OK;
    }
    if (rewiring != NULL && strcmp(name, "post_to_pre") == 0 && rewiring->table != NULL) {
        *n = 3 * (uint64_t) rewiring->n_cells * rewiring->n_places;
        for (i = 0; values != NULL && i < *n / 3; i++) {
            values[3 * i] = rewiring->table[i].partner;
            values[3 * i + 1] = rewiring->table[i].vertex;
            values[3 * i + 2] = rewiring->table[i].neuron;
        }
        return NEURO_OK;
    }
    return fail_table(projection, name, 0);
}

/* ---- descriptors ----------------------------------------------------------------------------- */

#define STRUCTURAL_KERNEL(id, plastic, prepare_of)                                                           \
    const neuro_synapse_kernel_t neuro_spinnaker_##id = {                                                    \
        .name = #id,                                                                                         \
        .weight_type = NEURO_U16,                                                                            \
        .is_plastic = plastic,                                                                               \
        .n_rules = N_STDP_RULES,                                                                             \
        .rules = neuro_spinnaker_stdp_rules,                                                                 \
        .dendritic_rule = -1,                                                                                \
        .check = neuro_spinnaker_stdp_check,                                                                 \
        .prepare = prepare_of,                                                                               \
        .free = release,                                                                                     \
        .reset = reset,                                                                                      \
        .learn = learn,                                                                                      \
        .has_own_rows = true,                                                                                \
        .set_table = set_table,                                                                              \
        .get_table = get_table,                                                                              \
    };
STRUCTURAL_KERNEL(structural_static, false, prepare_static)
STRUCTURAL_KERNEL(structural_pair_additive, true, prepare_additive)
STRUCTURAL_KERNEL(structural_pair_multiplicative, true, prepare_multiplicative)
