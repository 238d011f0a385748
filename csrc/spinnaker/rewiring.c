#include "spinnaker/rewiring.h"

#include "core/memory.h"
#include "spinnaker/cells.h"
#include "spinnaker/spinnaker.h"

#include <string.h>

/* Synapses of one source onto one core, at most. */
enum { LONGEST_ROW = 255 };

/* ---- owners ---------------------------------------------------------------------------------- */

static void
free_rewiring(void *given)
{
    neuro_spinnaker_rewiring_t *rewiring = given;
    uint32_t i;

    for (i = 0; rewiring->cores != NULL && i < rewiring->n_cores; i++) {
        neuro_release(rewiring->cores[i].events);
        neuro_release(rewiring->cores[i].attempts);
        neuro_release(rewiring->cores[i].arrivals.lists[0].index);
        neuro_release(rewiring->cores[i].arrivals.lists[1].index);
        neuro_release(rewiring->cores[i].arrivals.taken.index);
    }
    neuro_release(rewiring->cores);
    neuro_release(rewiring->local_seeds);
    neuro_release(rewiring->table);
    neuro_release(rewiring->first_table);
    neuro_release(rewiring->order);
    neuro_release(rewiring);
}

neuro_spinnaker_rewiring_t *
neuro_spinnaker_rewiring_of(const neuro_projection_t *projection)
{
    return ((neuro_spinnaker_cells_t *) projection->post->own)->rewiring;
}

neuro_spinnaker_partner_t *
neuro_spinnaker_partner_of(neuro_projection_t *projection, bool registers)
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

void
neuro_spinnaker_rewiring_restart(neuro_spinnaker_rewiring_t *rewiring)
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
        rewiring->cores[i].arrivals.ticks[0] = rewiring->cores[i].arrivals.ticks[1] = 0;
        rewiring->cores[i].arrivals.lists[0].count = rewiring->cores[i].arrivals.lists[1].count = 0;
        rewiring->cores[i].arrivals.taken.count = 0;
    }
}

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
    neuro_spinnaker_rewiring_t *rewiring = neuro_spinnaker_rewiring_of(projection);
    neuro_error_t *error = &projection->network->error;
    uint32_t i, vertex;
    size_t place;

    for (i = 0; i < rewiring->n_partners; i++) {
        const uint32_t n_pre = rewiring->partners[i]->pre->n_cells;
        const double whole[2] = {n_pre, 0.0};
        neuro_spinnaker_partner_t *own = rewiring->partners[i]->own;
        uint32_t first = 0;

        if (own->n_vertices == 0 && neuro_spinnaker_read_vertices(own, whole, 2) != NEURO_OK) {
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
        neuro_spinnaker_rewiring_restart(rewiring);
    }
    return NEURO_OK;
}

/* ---- preparation ----------------------------------------------------------------------------- */

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence,
        bool is_modulated)
{
    neuro_spinnaker_partner_t *own = neuro_spinnaker_partner_of(projection, false);
    neuro_status_t status = own == NULL ? NEURO_ERR_MEMORY : NEURO_OK;

    if (status == NEURO_OK && projection->kernel->is_plastic) {
        own->is_modulated = is_modulated;
        status = neuro_spinnaker_stdp_prepare(projection, timing, dependence, is_modulated);
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

static void
reset(neuro_projection_t *projection)
{
    const neuro_spinnaker_partner_t *own = projection->own;
    neuro_spinnaker_rewiring_t *rewiring = neuro_spinnaker_rewiring_of(projection);

    if (own == NULL || own->rows == NULL) {
        return;
    }
    neuro_spinnaker_stdp_reset(projection);
    copy_rows(projection);
    if (rewiring != NULL && rewiring->partners[0] == projection) {
        neuro_spinnaker_rewiring_restart(rewiring);
    }
}

/* ---- descriptors ----------------------------------------------------------------------------- */

#define STRUCTURAL_KERNEL(id, plastic, timing, dependence, modulated)                                        \
    static neuro_status_t prepare_##id(neuro_projection_t *projection, neuro_isa_t isa)                      \
    {                                                                                                        \
        (void) isa;                                                                                          \
        projection->sweep = neuro_spinnaker_loses_packets(projection->post)                                  \
                                ? neuro_spinnaker_lossy_sweep_##id                                           \
                                : neuro_spinnaker_sweep_##id;                                                \
        return prepare(projection, timing, dependence, modulated);                                           \
    }                                                                                                        \
    const neuro_synapse_kernel_t neuro_spinnaker_##id = {                                                    \
        .name = #id,                                                                                         \
        .weight_type = NEURO_U16,                                                                            \
        .is_plastic = plastic,                                                                               \
        .n_rules = N_STDP_RULES,                                                                             \
        .rules = neuro_spinnaker_stdp_rules,                                                                 \
        .dendritic_rule = -1,                                                                                \
        .check = neuro_spinnaker_stdp_check,                                                                 \
        .prepare = prepare_##id,                                                                             \
        .free = release,                                                                                     \
        .reset = reset,                                                                                      \
        .learn = neuro_spinnaker_rewiring_learn,                                                             \
        .has_own_rows = true,                                                                                \
        .set_table = neuro_spinnaker_rewiring_set_table,                                                     \
        .get_table = neuro_spinnaker_rewiring_get_table,                                                     \
    };
NEURO_SPINNAKER_STRUCTURAL_KERNELS(STRUCTURAL_KERNEL)
