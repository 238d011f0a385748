/* What a rewired projection is told and tells, by name. */
#include "spinnaker/rewiring.h"

#include "core/memory.h"

#include <string.h>

enum { REWIRING_NUMBERS = 14, PARTNER_NUMBERS = 8 };

static neuro_status_t
fail_table(neuro_projection_t *projection, const char *name, uint64_t n)
{
    return neuro_fail(
        &projection->network->error, NEURO_ERR_NAME,
        "synapse kernel \"%s\" has or takes no table \"%s\" of %llu numbers; it takes rewiring (%d), partner "
        "(%d), vertices, forward_chances, lateral_chances, post_to_pre, seeds, keeps_events and order, and "
        "has "
        "synapses, eligibilities, events, attempts and post_to_pre",
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
    rewiring->has_quirk_eligibility = (quirks & NEURO_QUIRK_ELIGIBILITY) != 0;
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
neuro_status_t
neuro_spinnaker_read_vertices(neuro_spinnaker_partner_t *own, const double *values, uint64_t n)
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
    neuro_spinnaker_rewiring_restart(rewiring);
    return NEURO_OK;
}

/* Events are kept from now on, or not; those so far are forgotten. */
static void
keep_events(neuro_spinnaker_rewiring_t *rewiring, bool keeps)
{
    uint32_t core;

    rewiring->drops_events = !keeps;
    for (core = 0; rewiring->cores != NULL && core < rewiring->n_cores; core++) {
        rewiring->cores[core].n_events = 0;
    }
}

neuro_status_t
neuro_spinnaker_rewiring_set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_projection_t *projection = owner;
    neuro_spinnaker_partner_t *own = neuro_spinnaker_partner_of(projection, true);
    neuro_spinnaker_rewiring_t *rewiring;
    double *order;

    if (own == NULL) {
        return neuro_fail(&projection->network->error, NEURO_ERR_MEMORY,
                          "no memory for table \"%s\", or more than %d rewired projections", name,
                          NEURO_SPINNAKER_MOST_PARTNERS);
    }
    rewiring = neuro_spinnaker_rewiring_of(projection);
    if (strcmp(name, "rewiring") == 0 && n == REWIRING_NUMBERS && values[5] >= 1.0 && values[6] >= 1.0) {
        read_rewiring(rewiring, values);
        return NEURO_OK;
    }
    if (strcmp(name, "partner") == 0 && n == PARTNER_NUMBERS && values[1] >= 1.0 && values[2] >= values[1]) {
        read_partner(own, values);
        return NEURO_OK;
    }
    if (strcmp(name, "vertices") == 0 && n >= 2 && n % 2 == 0) {
        return neuro_spinnaker_read_vertices(own, values, n);
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
    if (strcmp(name, "keeps_events") == 0 && n == 1) {
        keep_events(rewiring, values[0] != 0.0);
        return NEURO_OK;
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

/* Of every synapse, in the same order. */
static void
write_eligibilities(const neuro_projection_t *projection, double *values, uint64_t *n)
{
    const neuro_spinnaker_partner_t *own = projection->own;
    uint64_t at = 0;
    size_t i;
    uint32_t k;

    for (i = 0; own->rows != NULL && i < (size_t) own->n_cores * projection->pre->n_cells; i++) {
        for (k = 0; k < own->rows[i].n; k++, at++) {
            if (values != NULL) {
                values[at] = own->rows[i].synapses[k].eligibility;
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

neuro_status_t
neuro_spinnaker_rewiring_get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    neuro_projection_t *projection = owner;
    const neuro_spinnaker_rewiring_t *rewiring = neuro_spinnaker_rewiring_of(projection);
    size_t i;

    if (strcmp(name, "synapses") == 0 && projection->own != NULL) {
        write_synapses(projection, values, n);
        return NEURO_OK;
    }
    if (strcmp(name, "eligibilities") == 0 && projection->own != NULL) {
        write_eligibilities(projection, values, n);
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
