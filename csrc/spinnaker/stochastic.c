/* Synapses that transmit by chance, in the machine's numbers. Extensions: no build of the machine has them.
 *
 * A simple one transmits its weight with a probability. The others have release sites, one or several, which
 * share u (a fraction of 2^-15): at a packet every empty site refills with probability 1 - e^(-t / tau_rec),
 * t the time since the row's last one; u decays and grows by U (1 - u) as in short-term plasticity; every
 * full site releases with probability u and is empty then. The sum gets the released share of the weight,
 * cut. One generator for each core and projection; draws come in the order of the packets, in a row in that
 * of the targets, empty sites before full ones. */
#include "core/memory.h"
#include "engine/network.h"
#include "spinnaker/cells.h"
#include "spinnaker/drops.h"
#include "spinnaker/rows.h"
#include "spinnaker/short_term.h"
#include "spinnaker/spinnaker.h"

#include <string.h>

enum { SIMPLE_P = 2, SITES_U = 2, SITES_TAU_REC, SITES_TAU_FACIL, SITES_FIRST_U, SITES_FIRST_FULL, SITES_N };
enum { ONE = NEURO_SPINNAKER_ONE, CERTAIN = 1 << 16, MOST_SITES = 255 };

typedef struct {
    uint32_t n_cores, n_rows;
    uint64_t n_synapses;
    neuro_spinnaker_generator_t *seeds, *generators; /* one a core */
    uint16_t *u;                                     /* one a synapse, as full sites */
    uint8_t *n_full;
    neuro_step_t *last_event; /* [core][row] */
} stochastic_t;

static const neuro_spinnaker_generator_t default_seed = {123456789, 987654321, 43219876, 6543217};

static bool
has_sites(const neuro_projection_t *projection)
{
    return projection->kernel != &neuro_spinnaker_simple_stochastic;
}

static uint32_t
n_sites_of(const neuro_projection_t *projection, uint64_t synapse)
{
    return projection->kernel == &neuro_spinnaker_multi_quantal
               ? (uint32_t) neuro_column_get(&projection->rows.columns[SITES_N], synapse)
               : 1;
}

/* ---- packets --------------------------------------------------------------------------------- */

/* What a sweep works with. */
typedef struct {
    const neuro_projection_t *projection;
    stochastic_t *own;
    neuro_spinnaker_rows_t row;
    const neuro_column_t *columns;
    uint64_t timestep; /* s16.15, ms */
    uint32_t per_core;
    bool is_one; /* all synapses have the same time constants */
    uint64_t n_events, n_saturated;
} sweep_t;

/* The synapses [begin, end) of a row; those whose slot is over. */
static uint64_t
sweep_simple_row(sweep_t *sweep, uint32_t number, uint64_t begin, uint64_t end, uint32_t lateness)
{
    const neuro_column_t *p = &sweep->columns[SIMPLE_P];
    uint64_t n_over = 0, k;

    (void) number;
    for (k = begin; k < end; k++) {
        const uint32_t target = neuro_rows_target(sweep->row.rows, k);
        const uint32_t delay = neuro_spinnaker_delay(&sweep->row, k);
        const uint32_t chance = (uint32_t) ((const int32_t *) p->data)[p->is_scalar ? 0 : k];

        n_over += delay <= lateness;
        if (neuro_spinnaker_draw(&sweep->own->generators[target / sweep->per_core]) >> 16 < chance &&
            delay > lateness) {
            neuro_spinnaker_add(&sweep->row, target, delay, sweep->row.weights[k * sweep->row.weight_stride],
                                &sweep->n_saturated);
        }
    }
    sweep->n_events += end - begin;
    return n_over;
}

/* Sites of one synapse that release at a packet. */
static uint32_t
release_sites(stochastic_t *own, neuro_spinnaker_generator_t *generator, uint64_t synapse, uint32_t n_sites,
              uint16_t U, uint32_t left_rec, uint32_t left_facil, bool has_passed)
{
    const uint32_t n_empty = n_sites - own->n_full[synapse];
    uint32_t n_full = own->n_full[synapse], n_released = 0, site;
    int32_t u = own->u[synapse];

    if (has_passed) {
        for (site = 0; site < n_empty; site++) {
            n_full += neuro_spinnaker_draw(generator) >= left_rec;
        }
        u = neuro_multiply_fraction_down_i32(u, left_facil);
    }
    u += neuro_spinnaker_multiply(U, ONE - u);
    for (site = 0; site < n_full; site++) {
        n_released += neuro_spinnaker_draw(generator) >> 17 < (uint32_t) u;
    }
    own->u[synapse] = (uint16_t) u;
    own->n_full[synapse] = (uint8_t) (n_full - n_released);
    return n_released;
}

static uint64_t
sweep_sites_row(sweep_t *sweep, uint32_t number, uint64_t begin, uint64_t end, uint32_t lateness)
{
    stochastic_t *own = sweep->own;
    uint32_t core = UINT32_MAX, left_rec = 0, left_facil = 0;
    uint64_t n_over = 0, elapsed = 0, k;
    bool has_passed = false;

    for (k = begin; k < end; k++) {
        const uint32_t target = neuro_rows_target(sweep->row.rows, k);
        const uint32_t delay = neuro_spinnaker_delay(&sweep->row, k);
        const uint32_t n_sites = n_sites_of(sweep->projection, k);
        const bool is_new = target / sweep->per_core != core;
        uint32_t n_released;

        if (is_new) { /* the part of the row that is another core's row */
            neuro_step_t *last;

            core = target / sweep->per_core;
            last = &own->last_event[(size_t) core * own->n_rows + number];
            has_passed = sweep->row.step > *last;
            elapsed = neuro_spinnaker_elapsed(sweep->timestep, sweep->row.step - *last);
            *last = sweep->row.step;
        }
        if (has_passed && (is_new || !sweep->is_one)) {
            left_rec = neuro_spinnaker_left_after(neuro_spinnaker_exponent_of(
                elapsed, (int32_t) neuro_column_get(&sweep->columns[SITES_TAU_REC], k)));
            left_facil = neuro_spinnaker_left_after(neuro_spinnaker_exponent_of(
                elapsed, (int32_t) neuro_column_get(&sweep->columns[SITES_TAU_FACIL], k)));
        }
        n_released = release_sites(own, &own->generators[core], k, n_sites,
                                   (uint16_t) neuro_column_get(&sweep->columns[SITES_U], k), left_rec,
                                   left_facil, has_passed);
        n_over += delay <= lateness;
        if (n_released > 0 && delay > lateness) {
            const uint32_t weight = sweep->row.weights[k * sweep->row.weight_stride];

            neuro_spinnaker_add(&sweep->row, target, delay, (uint16_t) (weight * n_released / n_sites),
                                &sweep->n_saturated);
        }
    }
    sweep->n_events += end - begin;
    return n_over;
}

static uint64_t
sweep_row(sweep_t *sweep, uint32_t number, uint64_t begin, uint64_t end, uint32_t lateness)
{
    return has_sites(sweep->projection) ? sweep_sites_row(sweep, number, begin, end, lateness)
                                        : sweep_simple_row(sweep, number, begin, end, lateness);
}

static sweep_t
begin_sweep(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_column_t *columns = projection->rows.columns;

    return (sweep_t){.projection = projection,
                     .own = projection->own,
                     .row = neuro_spinnaker_rows(sweep, false),
                     .columns = columns,
                     .timestep = neuro_spinnaker_timestep(projection),
                     .per_core = ((const neuro_spinnaker_cells_t *) projection->post->own)->cells_per_core,
                     .is_one = has_sites(projection) && columns[SITES_TAU_REC].is_scalar &&
                               columns[SITES_TAU_FACIL].is_scalar};
}

static void
end_sweep(const neuro_sweep_t *sweep, const sweep_t *sweeping)
{
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += sweeping->n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += sweeping->n_saturated;
}

static void
sweep_stochastic(const neuro_sweep_t *sweep)
{
    sweep_t sweeping = begin_sweep(sweep);
    uint64_t begin, end;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t number = sweep->shift * sweeping.row.rows->n_pre + sweep->source[i];

        neuro_rows_bounds(sweeping.row.rows, number, sweep->part, &begin, &end);
        (void) sweep_row(&sweeping, number, begin, end, 0);
    }
    end_sweep(sweep, &sweeping);
}

static void
take_row(void *given, const neuro_spinnaker_taken_t *taken)
{
    sweep_t *sweep = given;

    neuro_spinnaker_note_taken(sweep->row.post, taken->core,
                               sweep_row(sweep, taken->row, taken->begin, taken->end, taken->lateness), 0);
}

static void
sweep_lossy(const neuro_sweep_t *sweep)
{
    sweep_t sweeping = begin_sweep(sweep);

    neuro_spinnaker_take_packets(sweep, NEURO_SPINNAKER_SHORT_TERM_EVENT, take_row, &sweeping);
    end_sweep(sweep, &sweeping);
}

/* ---- state ----------------------------------------------------------------------------------- */

/* As at time 0, in this step. */
static void
start(neuro_projection_t *projection, neuro_step_t step)
{
    const neuro_column_t *columns = projection->rows.columns;
    stochastic_t *own = projection->own;
    uint64_t i;

    if (own == NULL) {
        return;
    }
    memcpy(own->generators, own->seeds, own->n_cores * sizeof *own->seeds);
    for (i = 0; has_sites(projection) && i < own->n_synapses; i++) {
        const uint32_t n_sites = n_sites_of(projection, i);
        const uint32_t n_full = (uint32_t) neuro_column_get(&columns[SITES_FIRST_FULL], i);

        own->u[i] = (uint16_t) neuro_column_get(&columns[SITES_FIRST_U], i);
        own->n_full[i] = (uint8_t) (n_full < n_sites ? n_full : n_sites);
    }
    for (i = 0; i < (uint64_t) own->n_cores * own->n_rows; i++) {
        own->last_event[i] = step;
    }
}

static void
reset(neuro_projection_t *projection)
{
    start(projection, 0);
}

static void
release(stochastic_t *own)
{
    if (own != NULL) {
        neuro_release(own->seeds);
        neuro_release(own->generators);
        neuro_release(own->u);
        neuro_release(own->n_full);
        neuro_release(own->last_event);
        neuro_release(own);
    }
}

static void
free_own(neuro_projection_t *projection)
{
    release(projection->own);
    projection->own = NULL;
}

static neuro_status_t
check(neuro_projection_t *projection)
{
    static const double most[] = {ONE, INT32_MAX, INT32_MAX, ONE, MOST_SITES, MOST_SITES};
    const neuro_rows_t *rows = &projection->rows;
    uint32_t c;
    uint64_t i;

    for (c = 2; c < 2 + projection->kernel->n_columns; c++) {
        const uint64_t n = rows->n_synapses == 0 || !rows->columns[c].is_scalar ? rows->n_synapses : 1;
        const double high = has_sites(projection) ? most[c - 2] : CERTAIN;
        const double low = has_sites(projection) && c == SITES_N ? 1.0 : 0.0;

        for (i = 0; i < n; i++) {
            const double value = neuro_column_get(&rows->columns[c], i);

            if (!(value >= low && value <= high)) {
                return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                                  "%s of projection %u is %g; it must be %g to %g",
                                  projection->kernel->columns[c - 2].name, projection->id, value, low, high);
            }
        }
    }
    return neuro_spinnaker_check_slots(projection, projection->rules[0]);
}

/* New memory for these rows, parts and cores; NULL: there is none. */
static stochastic_t *
make(const neuro_projection_t *projection)
{
    const neuro_rows_t *rows = &projection->rows;
    const bool is_memory = has_sites(projection);
    stochastic_t *own = neuro_alloc(1, sizeof *own);
    uint32_t core;

    if (own == NULL) {
        return NULL;
    }
    own->n_cores = ((const neuro_spinnaker_cells_t *) projection->post->own)->n_cores;
    own->n_rows = neuro_rows_count(rows);
    own->n_synapses = rows->n_synapses;
    own->seeds = neuro_alloc(own->n_cores, sizeof *own->seeds);
    own->generators = neuro_alloc(own->n_cores, sizeof *own->generators);
    own->u = neuro_alloc(is_memory ? (size_t) own->n_synapses : 0, sizeof *own->u);
    own->n_full = neuro_alloc(is_memory ? (size_t) own->n_synapses : 0, sizeof *own->n_full);
    own->last_event = neuro_alloc((size_t) own->n_cores * own->n_rows, sizeof *own->last_event);
    if (own->seeds == NULL || own->generators == NULL || own->u == NULL || own->n_full == NULL ||
        own->last_event == NULL) {
        release(own);
        return NULL;
    }
    for (core = 0; core < own->n_cores; core++) {
        own->seeds[core] = default_seed;
    }
    return own;
}

/* What was known of cores and rows. */
static void
take_over(const neuro_projection_t *projection, stochastic_t *own, const stochastic_t *before)
{
    uint64_t i;

    memcpy(own->generators, before->generators, own->n_cores * sizeof *own->generators);
    if (before->n_rows != own->n_rows || before->n_synapses != own->n_synapses) {
        return;
    }
    memcpy(own->last_event, before->last_event,
           (size_t) own->n_cores * own->n_rows * sizeof *own->last_event);
    for (i = 0; has_sites(projection) && i < own->n_synapses; i++) {
        const uint32_t n_sites = n_sites_of(projection, i); /* may have become fewer */

        own->u[i] = before->u[i];
        own->n_full[i] = (uint8_t) (before->n_full[i] < n_sites ? before->n_full[i] : n_sites);
    }
}

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    stochastic_t *before = projection->own;
    stochastic_t *own = make(projection);

    (void) isa;
    if (own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (before != NULL && before->n_cores == own->n_cores) {
        memcpy(own->seeds, before->seeds, own->n_cores * sizeof *own->seeds);
    }
    projection->own = own;
    start(projection, projection->network->step);
    if (before != NULL && before->n_cores == own->n_cores && projection->network->step > 0) {
        take_over(projection, own, before);
    }
    release(before);
    projection->sweep = neuro_spinnaker_loses_packets(projection->post) ? sweep_lossy : sweep_stochastic;
    return NEURO_OK;
}

static neuro_status_t
set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_projection_t *projection = owner;
    const uint32_t n_cores = ((const neuro_spinnaker_cells_t *) projection->post->own)->n_cores;
    stochastic_t *own = projection->own;
    uint32_t core;

    if (strcmp(name, "seeds") != 0 || n != (uint64_t) NEURO_SPINNAKER_SEED_WORDS * n_cores) {
        return neuro_fail(
            &projection->network->error, NEURO_ERR_NAME,
            "synapse kernel \"%s\" takes no table \"%s\" of %llu numbers; it takes seeds, %d for "
            "each of %u cores",
            projection->kernel->name, name, (unsigned long long) n, NEURO_SPINNAKER_SEED_WORDS, n_cores);
    }
    if (own == NULL || own->n_cores != n_cores) {
        release(own);
        own = projection->own = make(projection);
    }
    if (own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (core = 0; core < n_cores; core++) {
        own->seeds[core] =
            neuro_spinnaker_generator_from(values + (size_t) NEURO_SPINNAKER_SEED_WORDS * core);
        own->generators[core] = own->seeds[core];
    }
    return NEURO_OK;
}

/* u and the number of full sites of every synapse in storage order. */
static neuro_status_t
get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    const neuro_projection_t *projection = owner;
    const stochastic_t *own = projection->own;
    uint64_t i;

    if (strcmp(name, "sites") != 0 || !has_sites(projection)) {
        return neuro_fail(&projection->network->error, NEURO_ERR_NAME,
                          "synapse kernel \"%s\" has no table \"%s\"%s", projection->kernel->name, name,
                          has_sites(projection) ? "; it has sites" : "");
    }
    *n = own == NULL ? 0 : 2 * own->n_synapses;
    for (i = 0; values != NULL && own != NULL && i < own->n_synapses; i++) {
        values[2 * i] = own->u[i];
        values[2 * i + 1] = own->n_full[i];
    }
    return NEURO_OK;
}

static uint32_t
axonal_steps(const neuro_projection_t *projection, uint32_t total)
{
    return neuro_spinnaker_extension_steps(total, projection->rules[0]);
}

static const neuro_rule_spec_t rules[] = {{"delay_slots", 0.0}};

static const neuro_column_spec_t simple_columns[] = {{"p", NEURO_I32, 32768.0, true}};

/* PyNN's defaults. */
static const neuro_column_spec_t single_columns[] = {
    {"U", NEURO_U16, 16384.0, true},
    {"tau_rec", NEURO_I32, 3276800.0, true},
    {"tau_facil", NEURO_I32, 0.0, true},
    /* at time 0 */
    {"u", NEURO_U16, 0.0, true},
    {"R", NEURO_U8, 1.0, true},
};

static const neuro_column_spec_t quantal_columns[] = {
    {"U", NEURO_U16, 16384.0, true},
    {"tau_rec", NEURO_I32, 26214400.0, true},
    {"tau_facil", NEURO_I32, 0.0, true},
    /* at time 0; more full sites than there are: all of them */
    {"u", NEURO_U16, 0.0, true},
    {"a", NEURO_U8, MOST_SITES, true},
    {"n", NEURO_U8, 1.0, true},
};

#define KERNEL(its_name, its_columns)                                                                        \
    {                                                                                                        \
        .name = its_name, .weight_type = NEURO_U16, .n_rules = sizeof rules / sizeof rules[0],               \
        .rules = rules, .n_columns = sizeof its_columns / sizeof its_columns[0], .columns = its_columns,     \
        .dendritic_rule = -1, .axonal_steps = axonal_steps, .check = check, .prepare = prepare,              \
        .free = free_own, .reset = reset, .set_table = set_table, .get_table = get_table,                    \
    }

const neuro_synapse_kernel_t neuro_spinnaker_simple_stochastic = KERNEL("simple_stochastic", simple_columns);
const neuro_synapse_kernel_t neuro_spinnaker_stochastic_tsodyks_markram =
    KERNEL("stochastic_tsodyks_markram", single_columns);
const neuro_synapse_kernel_t neuro_spinnaker_multi_quantal = KERNEL("multi_quantal", quantal_columns);
