#include "core/memory.h"
#include "spinnaker/rewiring.h"

static neuro_spinnaker_partner_t *
partner_of(const neuro_spinnaker_rewiring_t *rewiring, uint32_t number)
{
    return rewiring->partners[number]->own;
}

/* ---- notes ----------------------------------------------------------------------------------- */

/* When memory is short the note is lost, and nothing else. */
static void
note(neuro_spinnaker_note_t **notes, uint64_t *n, uint64_t *capacity, neuro_spinnaker_note_t what)
{
    if (*n == *capacity) {
        neuro_spinnaker_note_t *grown =
            neuro_grow(*notes, (size_t) *n, (size_t) (2 * *n + 64), sizeof *grown);

        if (grown == NULL) {
            return;
        }
        *notes = grown;
        *capacity = 2 * *n + 64;
    }
    (*notes)[(*n)++] = what;
}

/* ---- partners -------------------------------------------------------------------------------- */

/* The spikes of the tick before, of its parity: those of an older tick if there was none. */
static bool
choose_last(const neuro_spinnaker_rewiring_t *rewiring, neuro_spinnaker_rewirer_t *core, neuro_step_t step,
            neuro_spinnaker_entry_t *entry)
{
    const neuro_list_t *list = &core->arrivals.lists[(step + 1) & 1];
    const uint32_t n_spikes = (uint32_t) (list->count / 2);
    const uint32_t n = n_spikes < rewiring->buffer_size ? n_spikes : rewiring->buffer_size;
    const neuro_spinnaker_partner_t *partner;
    uint32_t k, pre, vertex;

    if (n == 0) {
        return false;
    }
    k = neuro_spinnaker_draw_below(&core->local, n);
    if (list->index[2 * k] == NEURO_SPINNAKER_STRANGER) {
        return false;
    }
    pre = list->index[2 * k + 1];
    partner = partner_of(rewiring, list->index[2 * k]);
    for (vertex = 0; vertex + 1 < partner->n_vertices && pre >= partner->vertex_first[vertex + 1]; vertex++) {
    }
    *entry = (neuro_spinnaker_entry_t){.partner = (int32_t) list->index[2 * k],
                                       .vertex = vertex,
                                       .neuron = pre - partner->vertex_first[vertex]};
    return true;
}

static bool
choose_random(const neuro_spinnaker_rewiring_t *rewiring, neuro_spinnaker_rewirer_t *core,
              neuro_spinnaker_entry_t *entry)
{
    const uint32_t number = neuro_spinnaker_draw_below(&core->local, rewiring->n_partners);
    const neuro_spinnaker_partner_t *partner = partner_of(rewiring, number);
    const uint32_t n = neuro_spinnaker_draw_below(&core->local, partner->total);
    uint32_t vertex = 0, sum = partner->vertex_atoms[0];

    while (sum < n && vertex + 1 < partner->n_vertices) {
        sum += partner->vertex_atoms[++vertex];
    }
    *entry = (neuro_spinnaker_entry_t){
        .partner = (int32_t) number,
        .vertex = vertex,
        .neuron = neuro_spinnaker_draw_below(&core->local, partner->vertex_atoms[vertex])};
    return true;
}

/* ---- formation ------------------------------------------------------------------------------- */

/* A coordinate's difference on the torus; the reciprocals are as the host wrote them. */
static uint32_t
difference(uint32_t a, uint32_t b, uint32_t length)
{
    const uint32_t apart = a > b ? a - b : b - a;

    return apart > length >> 1 ? length - apart : apart;
}

static uint32_t
squared_distance(const neuro_spinnaker_rewiring_t *rewiring, uint32_t a, uint32_t b)
{
    uint32_t x[2] = {0, 0}, y[2] = {0, 0}, i;
    const uint32_t id[2] = {a, b};
    uint32_t dx, dy;

    for (i = 0; i < 2; i++) {
        if (rewiring->grid_x > 1) {
            x[i] = (uint32_t) (((uint64_t) id[i] * rewiring->reciprocal_x) >> 32);
        }
        if (rewiring->grid_y > 1) {
            y[i] = id[i] - (uint32_t) (((uint64_t) id[i] * rewiring->reciprocal_y) >> 32) * rewiring->grid_y;
        }
    }
    dx = difference(x[0], x[1], rewiring->grid_x);
    dy = difference(y[0], y[1], rewiring->grid_y);
    return dx * dx + dy * dy;
}

static bool
has_target(const neuro_spinnaker_row_t *row, uint32_t target)
{
    uint32_t k;

    for (k = 0; k < row->n; k++) {
        if (row->synapses[k].target == target) {
            return true;
        }
    }
    return false;
}

static bool
form(const neuro_spinnaker_rewiring_t *rewiring, neuro_spinnaker_rewirer_t *core,
     neuro_spinnaker_partner_t *partner, neuro_spinnaker_row_t *row, uint32_t pre, uint32_t post,
     uint32_t global)
{
    const uint16_t *chances = partner->is_lateral ? partner->lateral : partner->forward;
    const uint32_t n_chances = partner->is_lateral ? partner->n_lateral : partner->n_forward;
    const uint32_t limit = rewiring->has_quirk_rows ? rewiring->n_places : row->capacity;
    uint32_t distance, delay;

    if (row->n >= limit || row->n >= row->capacity || (!rewiring->has_replacement && has_target(row, post))) {
        return false;
    }
    distance = squared_distance(rewiring, pre, global);
    if (distance >= n_chances || neuro_spinnaker_draw_below(&core->local, UINT16_MAX) > chances[distance]) {
        return false;
    }
    delay = partner->delay_low +
            neuro_spinnaker_draw_below(&core->local, partner->delay_high - partner->delay_low +
                                                         (rewiring->has_quirk_delay ? 0 : 1));
    row->synapses[row->n++] = (neuro_spinnaker_synapse_t){
        .target = post, .weight = (uint16_t) partner->weight, .delay = (uint16_t) delay};
    return true;
}

/* The last synapse takes the place of the first onto this neuron, unless that is kept. Under neuromodulation
 * synapse_dynamics_find_neuron() gives the eligibility for the weight. */
static bool
eliminate(const neuro_spinnaker_rewiring_t *rewiring, neuro_spinnaker_rewirer_t *core,
          const neuro_spinnaker_partner_t *partner, neuro_spinnaker_row_t *row, uint32_t post)
{
    uint32_t k, chance, weight;

    for (k = 0; k < row->n && row->synapses[k].target != post; k++) {
    }
    if (k == row->n) {
        return false;
    }
    weight = partner->is_modulated && rewiring->has_quirk_eligibility ? row->synapses[k].eligibility
                                                                      : row->synapses[k].weight;
    chance = weight < partner->threshold ? partner->chance_depressed : partner->chance_potentiated;
    if (neuro_spinnaker_draw(&core->local) > chance) {
        return false;
    }
    row->synapses[k] = row->synapses[--row->n];
    return true;
}

/* ---- an attempt ------------------------------------------------------------------------------ */

static void
attempt(neuro_spinnaker_rewiring_t *rewiring, uint32_t number, neuro_step_t step, neuro_counters_t *counters)
{
    neuro_spinnaker_rewirer_t *core = &rewiring->cores[number];
    const uint32_t first = number * rewiring->cells_per_core;
    const uint32_t end = first + rewiring->cells_per_core < rewiring->n_cells
                             ? first + rewiring->cells_per_core
                             : rewiring->n_cells;
    const uint32_t global = neuro_spinnaker_draw_below(&core->shared, rewiring->n_atoms);
    neuro_spinnaker_note_t outcome = {.step = step, .partner = -1};
    neuro_spinnaker_entry_t *entry, source;
    neuro_spinnaker_partner_t *partner;
    neuro_spinnaker_row_t *row;
    bool is_empty, is_done = false;

    if (global < rewiring->first_atom + first || global >= rewiring->first_atom + end) {
        goto out;
    }
    outcome.post = global - rewiring->first_atom;
    entry = &rewiring->table[(size_t) outcome.post * rewiring->n_places +
                             neuro_spinnaker_draw_below(&core->local, rewiring->n_places)];
    is_empty = entry->partner < 0;
    source = *entry;
    if (is_empty && !(rewiring->is_random ? choose_random(rewiring, core, &source)
                                          : choose_last(rewiring, core, step, &source))) {
        goto out;
    }
    partner = partner_of(rewiring, (uint32_t) source.partner);
    outcome.partner = source.partner;
    outcome.pre = partner->vertex_first[source.vertex] + source.neuron;
    row = &partner->rows[(size_t) number * rewiring->partners[source.partner]->pre->n_cells + outcome.pre];
    if (is_empty) {
        is_done = form(rewiring, core, partner, row, outcome.pre, outcome.post, global);
    } else {
        is_done = eliminate(rewiring, core, partner, row, outcome.post);
        source.partner = -1;
    }
    if (is_done) {
        *entry = source;
        outcome.is_formed = is_empty;
        counters->value[is_empty ? NEURO_COUNT_SYNAPSES_FORMED : NEURO_COUNT_SYNAPSES_ELIMINATED]++;
        if (!rewiring->drops_events) {
            note(&core->events, &core->n_events, &core->event_capacity, outcome);
        }
    }
    outcome.is_formed = is_done;
out:
    if (rewiring->logs_attempts) {
        note(&core->attempts, &core->n_attempts, &core->attempt_capacity, outcome);
    }
}

void
neuro_spinnaker_rewire(neuro_spinnaker_rewiring_t *rewiring, uint32_t part, const uint32_t *part_first,
                       neuro_step_t step, neuro_counters_t *counters)
{
    const bool is_due = rewiring->is_fast || (step + 1) % (int64_t) rewiring->rate == 0;
    const uint32_t n = !is_due ? 0U : rewiring->is_fast ? rewiring->rate : 1U;
    uint32_t core, i;

    for (core = part_first[part] / rewiring->cells_per_core;
         core < rewiring->n_cores && core * rewiring->cells_per_core < part_first[part + 1]; core++) {
        for (i = 0; i < n; i++) {
            attempt(rewiring, core, step, counters);
        }
    }
}
