#include "engine/rewire.h"

#include "core/math.h"
#include "core/memory.h"
#include "core/random.h"

#include <math.h>
#include <string.h>

enum { EMPTY = UINT32_MAX };
/* Rounding of steps times rate must not put off an attempt: less than this is missing. */
#define ALMOST 1e-6

const char *const neuro_rewire_rule_names[REWIRE_N_RULES] = {
    [REWIRE_RATE] = "f_rew",
    [REWIRE_S_MAX] = "s_max",
    [REWIRE_BUFFER] = "spike_buffer_size",
    [REWIRE_GRID_X] = "grid_x",
    [REWIRE_GRID_Y] = "grid_y",
    [REWIRE_P_FORWARD] = "p_form_forward",
    [REWIRE_SIGMA_FORWARD] = "sigma_form_forward",
    [REWIRE_P_LATERAL] = "p_form_lateral",
    [REWIRE_SIGMA_LATERAL] = "sigma_form_lateral",
    [REWIRE_THRESHOLD] = "threshold",
    [REWIRE_P_DEPRESSED] = "prob_elim_depressed",
    [REWIRE_P_POTENTIATED] = "prob_elim_potentiated",
    [REWIRE_WEIGHT] = "initial_weight",
    [REWIRE_LOW_DELAY] = "low_delay",
    [REWIRE_HIGH_DELAY] = "high_delay",
    [REWIRE_REPEATS] = "with_replacement",
};

/* ---- making ---------------------------------------------------------------------------------- */

static neuro_status_t
check_rules(neuro_network_t *network, const double *rules)
{
    static const struct {
        uint32_t rule;
        double low, high;
        bool is_whole;
    } ranges[] = {
        {REWIRE_RATE, 0.0, 1e12, false},
        {REWIRE_S_MAX, 1.0, 1e9, true},
        {REWIRE_BUFFER, 0.0, 1e9, true},
        {REWIRE_GRID_X, 1.0, 1e9, true},
        {REWIRE_GRID_Y, 1.0, 1e9, true},
        {REWIRE_P_FORWARD, 0.0, 1.0, false},
        {REWIRE_SIGMA_FORWARD, 1e-150, 1e150, false},
        {REWIRE_P_LATERAL, 0.0, 1.0, false},
        {REWIRE_SIGMA_LATERAL, 1e-150, 1e150, false},
        {REWIRE_THRESHOLD, -1e300, 1e300, false},
        {REWIRE_P_DEPRESSED, 0.0, 1.0, false},
        {REWIRE_P_POTENTIATED, 0.0, 1.0, false},
        {REWIRE_WEIGHT, -1e300, 1e300, false},
        {REWIRE_LOW_DELAY, 0.0, 65535.0, true},
        {REWIRE_HIGH_DELAY, 0.0, 65535.0, true},
        {REWIRE_REPEATS, 0.0, 1.0, true},
    };
    uint32_t i;

    for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const double value = rules[ranges[i].rule];

        if (!(value >= ranges[i].low && value <= ranges[i].high) ||
            (ranges[i].is_whole && value != floor(value))) {
            return neuro_fail(&network->error, NEURO_ERR_VALUE, "%s = %g of a rewiring; it must be %s%g..%g",
                              neuro_rewire_rule_names[ranges[i].rule], value,
                              ranges[i].is_whole ? "a whole number of " : "", ranges[i].low, ranges[i].high);
        }
    }
    if (rules[REWIRE_LOW_DELAY] > rules[REWIRE_HIGH_DELAY]) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE,
                          "low_delay %g of a rewiring is above high_delay %g", rules[REWIRE_LOW_DELAY],
                          rules[REWIRE_HIGH_DELAY]);
    }
    return NEURO_OK;
}

static bool
fits_grid(const neuro_rewiring_t *rewiring, uint32_t n_cells)
{
    return (double) n_cells <= rewiring->rules[REWIRE_GRID_X] * rewiring->rules[REWIRE_GRID_Y];
}

static neuro_status_t
fail_grid(const neuro_rewiring_t *rewiring, const neuro_population_t *population)
{
    return neuro_fail(&rewiring->network->error, NEURO_ERR_VALUE,
                      "population %u has %u cells; a grid of %g x %g has no place for them", population->id,
                      population->n_cells, rewiring->rules[REWIRE_GRID_X], rewiring->rules[REWIRE_GRID_Y]);
}

/* Attempts that are due when `elapsed` steps have passed. */
static uint64_t
attempts_until(const neuro_rewiring_t *rewiring, neuro_step_t elapsed)
{
    const double rate = rewiring->rules[REWIRE_RATE] * (rewiring->network->dt_ms * 1e-3);

    return (uint64_t) ((double) elapsed * rate + ALMOST);
}

static void
empty_slots(neuro_rewiring_t *rewiring)
{
    const size_t n = (size_t) rewiring->post->n_cells * (size_t) rewiring->rules[REWIRE_S_MAX];
    size_t i;

    for (i = 0; i < n; i++) {
        rewiring->slots[i].member = EMPTY;
    }
}

neuro_status_t
neuro_rewiring_create(neuro_network_t *network, neuro_population_t *post, uint64_t seed, const double *rules,
                      neuro_rewiring_t **out)
{
    neuro_status_t status = check_rules(network, rules);
    neuro_rewiring_t *rewiring;
    size_t n_slots;

    *out = NULL;
    if (status != NEURO_OK) {
        return status;
    }
    rewiring = neuro_alloc(1, sizeof *rewiring);
    if (rewiring == NULL) {
        return NEURO_ERR_MEMORY;
    }
    rewiring->network = network;
    rewiring->post = post;
    rewiring->seed = seed;
    memcpy(rewiring->rules, rules, sizeof rewiring->rules);
    if (!fits_grid(rewiring, post->n_cells)) {
        status = fail_grid(rewiring, post);
        neuro_rewiring_free(rewiring);
        return status;
    }
    if (!neuro_product_overflows(post->n_cells, (size_t) rules[REWIRE_S_MAX], &n_slots)) {
        rewiring->slots = neuro_alloc(n_slots, sizeof *rewiring->slots);
    }
    if (rewiring->slots == NULL) {
        neuro_rewiring_free(rewiring);
        return NEURO_ERR_MEMORY;
    }
    empty_slots(rewiring);
    rewiring->n_attempts = attempts_until(rewiring, neuro_network_elapsed(network));
    *out = rewiring;
    return NEURO_OK;
}

void
neuro_rewiring_free(neuro_rewiring_t *rewiring)
{
    if (rewiring == NULL) {
        return;
    }
    neuro_release(rewiring->members);
    neuro_release(rewiring->slots);
    neuro_release(rewiring->events);
    neuro_release(rewiring);
}

/* Note the synapses of a member in the slots of their targets, the last empty one first. NEURO_ERR_SHAPE:
 * there are too few, and *target says of which cell. */
static neuro_status_t
fill_slots(neuro_rewiring_t *rewiring, uint32_t member, uint32_t *target)
{
    const neuro_rows_t *rows = &rewiring->members[member]->rows;
    const size_t s_max = (size_t) rewiring->rules[REWIRE_S_MAX];
    uint64_t begin, end, i;
    uint32_t row;

    for (row = 0; row < neuro_rows_count(rows); row++) {
        neuro_rows_range(rows, row, &begin, &end);
        for (i = begin; i < end; i++) {
            neuro_slot_t *slots;
            size_t k = s_max;

            *target = neuro_rows_target(rows, i);
            slots = rewiring->slots + *target * s_max;
            while (k > 0 && slots[k - 1].member != EMPTY) {
                k--;
            }
            if (k == 0) {
                return NEURO_ERR_SHAPE;
            }
            slots[k - 1].member = member;
            slots[k - 1].cell = row % rows->n_pre;
        }
    }
    return NEURO_OK;
}

static void
drop_member(neuro_rewiring_t *rewiring, uint32_t member)
{
    const size_t n = (size_t) rewiring->post->n_cells * (size_t) rewiring->rules[REWIRE_S_MAX];
    size_t i;

    for (i = 0; i < n; i++) {
        if (rewiring->slots[i].member == member) {
            rewiring->slots[i].member = EMPTY;
        }
    }
    rewiring->n_members = member;
}

neuro_status_t
neuro_rewiring_add(neuro_rewiring_t *rewiring, neuro_projection_t *projection)
{
    neuro_error_t *error = &rewiring->network->error;
    uint32_t target = 0;

    if (projection->post != rewiring->post || projection->capacity == 0 || projection->is_rewired) {
        return neuro_fail(error, NEURO_ERR_STATE,
                          "projection %u cannot be rewired: it must lead to population %u, have room in its "
                          "rows, and be rewired by "
                          "nobody else",
                          projection->id, rewiring->post->id);
    }
    if (projection->low_delay > (uint32_t) rewiring->rules[REWIRE_LOW_DELAY] ||
        projection->high_delay < (uint32_t) rewiring->rules[REWIRE_HIGH_DELAY]) {
        return neuro_fail(error, NEURO_ERR_VALUE,
                          "projection %u takes new synapses with %u to %u steps of delay, not %g to %g",
                          projection->id, projection->low_delay, projection->high_delay,
                          rewiring->rules[REWIRE_LOW_DELAY], rewiring->rules[REWIRE_HIGH_DELAY]);
    }
    if (!fits_grid(rewiring, projection->pre->n_cells)) {
        return fail_grid(rewiring, projection->pre);
    }
    if (rewiring->n_members == rewiring->member_capacity) {
        const uint32_t capacity = 2 * rewiring->member_capacity + 4;
        neuro_projection_t **grown =
            neuro_grow(rewiring->members, rewiring->n_members, capacity, sizeof *grown);

        if (grown == NULL) {
            return NEURO_ERR_MEMORY;
        }
        rewiring->members = grown;
        rewiring->member_capacity = capacity;
    }
    rewiring->members[rewiring->n_members++] = projection;
    if (fill_slots(rewiring, rewiring->n_members - 1, &target) != NEURO_OK) {
        drop_member(rewiring, rewiring->n_members - 1);
        return neuro_fail(
            error, NEURO_ERR_VALUE,
            "cell %u of population %u has more than %g synapses at the start, the most that s_max allows",
            target, rewiring->post->id, rewiring->rules[REWIRE_S_MAX]);
    }
    projection->is_rewired = true;
    return NEURO_OK;
}

neuro_status_t
neuro_rewiring_reset(neuro_rewiring_t *rewiring)
{
    uint32_t m, target;

    empty_slots(rewiring);
    rewiring->n_attempts = 0;
    rewiring->n_events = 0;
    for (m = 0; m < rewiring->n_members; m++) {
        if (fill_slots(rewiring, m, &target) != NEURO_OK) {
            return neuro_fail(&rewiring->network->error, NEURO_ERR_INTERNAL,
                              "the synapses that a reset restored are more than there were");
        }
    }
    return NEURO_OK;
}

/* ---- attempts -------------------------------------------------------------------------------- */

/* Square of the distance on the grid, whose edges are joined. */
static double
squared_distance(const neuro_rewiring_t *rewiring, uint32_t a, uint32_t b)
{
    const double grid_x = rewiring->rules[REWIRE_GRID_X], grid_y = rewiring->rules[REWIRE_GRID_Y];
    const uint32_t n_y = (uint32_t) grid_y;
    double dx = fabs((double) (a / n_y) - (double) (b / n_y));
    double dy = fabs((double) (a % n_y) - (double) (b % n_y));

    dx = 2.0 * dx > grid_x ? grid_x - dx : dx;
    dy = 2.0 * dy > grid_y ? grid_y - dy : dy;
    return dx * dx + dy * dy;
}

/* Any source, or one of those that fired in the step before; false when none did. */
static bool
select_partner(const neuro_rewiring_t *rewiring, neuro_stream_t *stream, uint32_t *member, uint32_t *cell)
{
    const uint64_t buffer = (uint64_t) rewiring->rules[REWIRE_BUFFER];
    const neuro_step_t before = rewiring->network->step - 1;
    uint64_t n = 0, chosen;
    uint32_t m, thread;

    if (rewiring->n_members == 0) {
        return false;
    }
    if (buffer == 0) {
        *member = (uint32_t) neuro_stream_below(stream, rewiring->n_members);
        *cell = (uint32_t) neuro_stream_below(stream, rewiring->members[*member]->pre->n_cells);
        return true;
    }
    for (m = 0; m < rewiring->n_members && before >= 0; m++) {
        const neuro_queue_t *queue = &rewiring->members[m]->pre->queue;

        for (thread = 0; thread < queue->n_threads; thread++) {
            n += neuro_queue_list(queue, before, thread)->count;
        }
    }
    if (n == 0) {
        return false;
    }
    chosen = neuro_stream_below(stream, n < buffer ? n : buffer);
    for (m = 0; m < rewiring->n_members; m++) {
        const neuro_queue_t *queue = &rewiring->members[m]->pre->queue;

        for (thread = 0; thread < queue->n_threads; thread++) {
            const neuro_list_t *list = neuro_queue_list(queue, before, thread);

            if (chosen < list->count) {
                *member = m;
                *cell = list->index[chosen];
                return true;
            }
            chosen -= list->count;
        }
    }
    return false;
}

static void
note(neuro_rewiring_t *rewiring, const neuro_slot_t *slot, uint32_t target, bool is_formed)
{
    if (rewiring->is_logged) { /* there is room: neuro_rewire */
        rewiring->events[rewiring->n_events++] = (neuro_rewire_event_t){
            neuro_network_elapsed(rewiring->network), slot->member, slot->cell, target, is_formed};
    }
}

static void
form(neuro_rewiring_t *rewiring, neuro_stream_t *stream, uint32_t target, neuro_slot_t *slot)
{
    const double *rules = rewiring->rules;
    neuro_projection_t *projection;
    double probability, sigma, distance;
    uint32_t member, cell, row, delay;
    uint64_t synapse;
    bool is_lateral;

    if (!select_partner(rewiring, stream, &member, &cell)) {
        return;
    }
    projection = rewiring->members[member];
    if (rules[REWIRE_REPEATS] == 0.0 && neuro_projection_find(projection, cell, target, &row, &synapse)) {
        return;
    }
    is_lateral = projection->pre == projection->post;
    probability = rules[is_lateral ? REWIRE_P_LATERAL : REWIRE_P_FORWARD];
    sigma = rules[is_lateral ? REWIRE_SIGMA_LATERAL : REWIRE_SIGMA_FORWARD];
    distance = squared_distance(rewiring, cell, target);
    probability *= neuro_exp(-distance / (2.0 * sigma * sigma));
    if (!(neuro_stream_double(stream) < probability)) {
        return;
    }
    delay = (uint32_t) rules[REWIRE_LOW_DELAY] +
            (uint32_t) neuro_stream_below(stream, (uint64_t) rules[REWIRE_HIGH_DELAY] -
                                                      (uint64_t) rules[REWIRE_LOW_DELAY] + 1);
    if (neuro_projection_add(projection, cell, target, rules[REWIRE_WEIGHT], delay)) {
        slot->member = member;
        slot->cell = cell;
        note(rewiring, slot, target, true);
        projection->tallies.of_thread[0].counters.value[NEURO_COUNT_SYNAPSES_FORMED]++;
    }
}

static void
eliminate(neuro_rewiring_t *rewiring, neuro_stream_t *stream, uint32_t target, neuro_slot_t *slot)
{
    neuro_projection_t *projection = rewiring->members[slot->member];
    const neuro_synapse_kernel_t *kernel = projection->kernel;
    const double *rules = rewiring->rules;
    double weight, probability;
    uint64_t synapse;
    uint32_t row;

    if (!neuro_projection_find(projection, slot->cell, target, &row, &synapse)) {
        return;
    }
    weight = kernel->view_weight != NULL
                 ? kernel->view_weight(projection, row, synapse, rewiring->network->step - 1)
                 : neuro_column_get(&projection->rows.columns[NEURO_WEIGHT], synapse);
    probability = rules[fabs(weight) < rules[REWIRE_THRESHOLD] ? REWIRE_P_DEPRESSED : REWIRE_P_POTENTIATED];
    if (neuro_stream_double(stream) < probability) {
        neuro_rows_remove(&projection->rows, row, synapse);
        note(rewiring, slot, target, false);
        slot->member = EMPTY;
        projection->tallies.of_thread[0].counters.value[NEURO_COUNT_SYNAPSES_ELIMINATED]++;
    }
}

static void
attempt(neuro_rewiring_t *rewiring)
{
    const uint32_t s_max = (uint32_t) rewiring->rules[REWIRE_S_MAX];
    neuro_stream_t stream;
    neuro_slot_t *slot;
    uint32_t target;

    neuro_stream_init(&stream, rewiring->seed, NEURO_PURPOSE_REWIRING, rewiring->id, rewiring->n_attempts);
    rewiring->n_attempts++;
    target = (uint32_t) neuro_stream_below(&stream, rewiring->post->n_cells);
    slot = rewiring->slots + (size_t) target * s_max + neuro_stream_below(&stream, s_max);
    if (slot->member == EMPTY) {
        form(rewiring, &stream, target, slot);
    } else {
        eliminate(rewiring, &stream, target, slot);
    }
}

bool
neuro_rewire_is_due(const neuro_network_t *network)
{
    const neuro_step_t elapsed = neuro_network_elapsed(network);
    uint32_t i;

    for (i = 0; i < network->n_rewirings; i++) {
        if (network->rewirings[i]->n_attempts < attempts_until(network->rewirings[i], elapsed)) {
            return true;
        }
    }
    return false;
}

neuro_step_t
neuro_rewire_next(const neuro_network_t *network, neuro_step_t step)
{
    const neuro_step_t first = network->platform->plan.has_initial_step;
    const neuro_step_t elapsed = step > first ? step - first : 0;
    neuro_step_t earliest = INT64_MAX;
    uint32_t i;

    for (i = 0; i < network->n_rewirings; i++) {
        const neuro_rewiring_t *rewiring = network->rewirings[i];
        const double rate = rewiring->rules[REWIRE_RATE] * (network->dt_ms * 1e-3);
        const uint64_t done = attempts_until(rewiring, elapsed);
        const double at = rate > 0.0 ? ((double) done + 1.0 - ALMOST) / rate : 1e18;
        neuro_step_t next = at < 1e18 ? (neuro_step_t) at - 1 : INT64_MAX;

        if (next == INT64_MAX) {
            continue;
        }
        next = next > elapsed ? next : elapsed + 1;
        while (attempts_until(rewiring, next) <= done) {
            next++;
        }
        earliest = next + first < earliest ? next + first : earliest;
    }
    return earliest;
}

/* Room for the events of n attempts. */
static bool
reserve(neuro_rewiring_t *rewiring, uint64_t n)
{
    const uint64_t needed = rewiring->n_events + n;
    const uint64_t wanted = needed > 2 * rewiring->event_capacity ? needed : 2 * rewiring->event_capacity;
    neuro_rewire_event_t *grown;

    if (!rewiring->is_logged || needed <= rewiring->event_capacity) {
        return true;
    }
    grown = neuro_grow(rewiring->events, (size_t) rewiring->n_events, (size_t) wanted, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    rewiring->events = grown;
    rewiring->event_capacity = wanted;
    return true;
}

neuro_status_t
neuro_rewire(neuro_network_t *network)
{
    const neuro_step_t elapsed = neuro_network_elapsed(network);
    uint32_t i;

    for (i = 0; i < network->n_rewirings; i++) {
        neuro_rewiring_t *rewiring = network->rewirings[i];
        const uint64_t due = attempts_until(rewiring, elapsed);

        if (due > rewiring->n_attempts && !reserve(rewiring, due - rewiring->n_attempts)) {
            return neuro_fail(&network->error, NEURO_ERR_MEMORY,
                              "no memory to record how the synapses onto population %u are rewired",
                              rewiring->post->id);
        }
        while (rewiring->n_attempts < due) {
            attempt(rewiring);
        }
    }
    return NEURO_OK;
}
