/* Short-term plasticity (Tsodyks, Uziel and Markram 2000) in the machine's numbers. An extension: no build of
 * the machine has it. It is made as one would be, another handler of plastic rows: nothing happens between
 * packets, and when one comes the time since the row's last one is made up for.
 *
 * A synapse keeps U, u, y and z in 16 bits each, fractions of 2^-15 (32768 = 1), and its time constants as
 * s16.15 numbers of ms. Between packets u, y and z decay by fractions of 32 bits that the library's
 * exponential gives, as the sums of a neuron do; what leaves y arrives in z. At a packet
 *
 *     u += U (1 - u);  x = 1 - y - z;  sent = u x;  y += sent
 *
 * and the sum gets weight * sent. All products round down. y decays with the synaptic time constant of the
 * receiving cell; cells without one let it pass at once. */
#include "core/memory.h"
#include "engine/network.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/drops.h"
#include "spinnaker/neurons.h"
#include "spinnaker/rows.h"
#include "spinnaker/short_term.h"
#include "spinnaker/spinnaker.h"

#include <string.h>

enum { COLUMN_U = 2, COLUMN_TAU_REC, COLUMN_TAU_FACIL, COLUMN_FIRST_U, COLUMN_FIRST_X, COLUMN_FIRST_Y };
enum { ONE = NEURO_SPINNAKER_ONE, SIXTH = 5461, LONGEST = 16 * NEURO_SPINNAKER_ONE };

/* One synapse; fractions of 2^-15. */
typedef struct {
    uint16_t u, y, z;
} resources_t;

typedef struct {
    uint32_t n_rows;
    uint32_t n_copies; /* parts, or cores where these lose packets */
    bool is_per_core;
    uint64_t n_synapses;
    resources_t *state;       /* one a synapse */
    neuro_step_t *last_event; /* [copy][row]: the step of `state`; without events the first one */
    const int32_t *tau_syn;   /* s16.15, of the receptor */
    bool is_one_tau_syn;
    int32_t no_tau_syn;
} short_term_t;

/* What the time between two packets does; the same for all synapses of a row that share the constants. */
typedef struct {
    uint32_t syn, rec, facil; /* what is left, fractions of 32 bits */
    int32_t share;            /* of y that is in z afterwards, s16.15 */
} passage_t;

/* A column, one value a synapse or one for all. */
typedef struct {
    const void *values;
    uint64_t stride;
} constant_t;

static inline constant_t
constant(const neuro_rows_t *rows, uint32_t column)
{
    const neuro_column_t *of = &rows->columns[column];

    return (constant_t){of->data, !of->is_scalar};
}

static inline uint16_t
fraction_at(constant_t of, uint64_t synapse)
{
    return ((const uint16_t *) of.values)[synapse * of.stride];
}

static inline int32_t
time_at(constant_t of, uint64_t synapse)
{
    return ((const int32_t *) of.values)[synapse * of.stride];
}

/* ---- the time between two packets ------------------------------------------------------------ */

/* The share of y that is in z: (e^(-t / tau_rec) - e^(-t / tau_syn)) / (1 - tau_syn / tau_rec), and where
 * the two time constants are within a quarter of each other, so that little is left of the difference, its
 * series around equal ones: t / tau_syn e^-m (1 + d^2 / 6), m the mean of both exponents and d half of their
 * difference. */
static int32_t
share_in_recovery(int32_t tau_syn, int32_t tau_rec, int32_t of_syn, int32_t of_rec, uint32_t syn,
                  uint32_t rec)
{
    const int64_t difference = (int64_t) tau_rec - tau_syn;
    const int64_t magnitude = difference < 0 ? -difference : difference;
    const int32_t most = neuro_spinnaker_from_fraction(UINT32_MAX - syn);
    int32_t share;

    if (tau_syn == 0) {
        return neuro_spinnaker_from_fraction(rec);
    }
    if (tau_rec == 0) {
        return 0;
    }
    if (4 * magnitude < tau_rec) {
        const int32_t half = neuro_shift_down_i32(of_syn - of_rec, 1);
        const int32_t square = neuro_spinnaker_multiply(half, half);

        if (of_syn > LONGEST) {
            return 0;
        }
        share = neuro_multiply_fraction_down_i32(of_syn, neuro_spinnaker_left_after((of_syn + of_rec) >> 1));
        share += neuro_spinnaker_multiply(share, neuro_spinnaker_multiply(square, SIXTH));
    } else {
        const uint32_t more = difference > 0 ? rec : syn, less = difference > 0 ? syn : rec;

        share = neuro_multiply_fraction_down_i32(neuro_spinnaker_divide(tau_rec, (int32_t) magnitude),
                                                 more > less ? more - less : 0);
    }
    return share < most ? share : most;
}

static inline void
pass(resources_t *s, const passage_t *passage)
{
    s->z = (uint16_t) (neuro_multiply_fraction_down_i32(s->z, passage->rec) +
                       neuro_spinnaker_multiply(s->y, passage->share));
    s->y = (uint16_t) neuro_multiply_fraction_down_i32(s->y, passage->syn);
    s->u = (uint16_t) neuro_multiply_fraction_down_i32(s->u, passage->facil);
}

/* A packet; returns u x. */
static inline int32_t
release_resources(resources_t *s, uint16_t U)
{
    int32_t ready, sent;

    s->u = (uint16_t) (s->u + neuro_spinnaker_multiply(U, ONE - s->u));
    ready = ONE - s->y - s->z;
    sent = neuro_spinnaker_multiply(s->u, ready > 0 ? ready : 0);
    s->y = (uint16_t) (s->y + sent);
    return sent;
}

/* ---- packets --------------------------------------------------------------------------------- */

/* What a sweep works with. */
typedef struct {
    short_term_t *own;
    neuro_spinnaker_rows_t row;
    constant_t U, tau_rec, tau_facil;
    uint64_t timestep; /* s16.15, ms */
    neuro_step_t step;
    bool is_one; /* all synapses have the same constants */
    uint64_t n_events, n_saturated;
} sweep_t;

static sweep_t
begin_sweep(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    short_term_t *own = projection->own;
    const constant_t tau_rec = constant(rows, COLUMN_TAU_REC), tau_facil = constant(rows, COLUMN_TAU_FACIL);

    return (sweep_t){.own = own,
                     .row = neuro_spinnaker_rows(sweep, false),
                     .U = constant(rows, COLUMN_U),
                     .tau_rec = tau_rec,
                     .tau_facil = tau_facil,
                     .timestep = neuro_spinnaker_timestep(projection),
                     .step = sweep->step,
                     .is_one = own->is_one_tau_syn && tau_rec.stride == 0 && tau_facil.stride == 0};
}

static void
end_sweep(const neuro_sweep_t *sweep, const sweep_t *sweeping)
{
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += sweeping->n_events;
    sweep->counters->value[NEURO_COUNT_SATURATIONS] += sweeping->n_saturated;
}

/* The synapses [begin, end) of a row, whose last packet came at `last`; those whose slot is over. */
static inline uint64_t
sweep_row(sweep_t *sweep, uint64_t begin, uint64_t end, neuro_step_t *last, uint32_t lateness)
{
    const short_term_t *own = sweep->own;
    const neuro_spinnaker_rows_t *row = &sweep->row;
    const neuro_step_t since = sweep->step - *last;
    const uint64_t elapsed = neuro_spinnaker_elapsed(sweep->timestep, since);
    passage_t passage = {0, 0, 0, 0};
    uint64_t n_over = 0, k;

    *last = sweep->step;
    for (k = begin; k < end; k++) {
        const uint32_t target = neuro_rows_target(row->rows, k), delay = neuro_spinnaker_delay(row, k);
        resources_t *s = &own->state[k];
        int32_t sent;

        if (since > 0 && (!sweep->is_one || k == begin)) {
            const int32_t tau_syn = own->tau_syn[own->is_one_tau_syn ? 0 : target];
            const int32_t tau_rec = time_at(sweep->tau_rec, k);
            const int32_t of_syn = neuro_spinnaker_exponent_of(elapsed, tau_syn);
            const int32_t of_rec = neuro_spinnaker_exponent_of(elapsed, tau_rec);

            passage.syn = neuro_spinnaker_left_after(of_syn);
            passage.rec = neuro_spinnaker_left_after(of_rec);
            passage.facil = neuro_spinnaker_left_after(
                neuro_spinnaker_exponent_of(elapsed, time_at(sweep->tau_facil, k)));
            passage.share = share_in_recovery(tau_syn, tau_rec, of_syn, of_rec, passage.syn, passage.rec);
        }
        if (since > 0) {
            pass(s, &passage);
        }
        sent = release_resources(s, fraction_at(sweep->U, k));
        if (delay > lateness) {
            neuro_spinnaker_add(
                row, target, delay,
                (uint16_t) neuro_spinnaker_multiply(row->weights[k * row->weight_stride], sent),
                &sweep->n_saturated);
        } else {
            n_over++;
        }
    }
    sweep->n_events += end - begin;
    return n_over;
}

static void
sweep_short_term(const neuro_sweep_t *sweep)
{
    sweep_t sweeping = begin_sweep(sweep);
    const neuro_rows_t *rows = sweeping.row.rows;
    neuro_step_t *last = sweeping.own->last_event + (size_t) sweep->part * sweeping.own->n_rows;
    uint64_t begin, end;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t number = sweep->shift * rows->n_pre + sweep->source[i];

        neuro_rows_bounds(rows, number, sweep->part, &begin, &end);
        (void) sweep_row(&sweeping, begin, end, &last[number], 0);
    }
    end_sweep(sweep, &sweeping);
}

static void
take_row(void *given, const neuro_spinnaker_taken_t *taken)
{
    sweep_t *sweep = given;
    neuro_step_t *last = sweep->own->last_event + (size_t) taken->core * sweep->own->n_rows + taken->row;

    neuro_spinnaker_note_taken(sweep->row.post, taken->core,
                               sweep_row(sweep, taken->begin, taken->end, last, taken->lateness), 0);
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
    const neuro_rows_t *rows = &projection->rows;
    const constant_t u = constant(rows, COLUMN_FIRST_U), x = constant(rows, COLUMN_FIRST_X),
                     y = constant(rows, COLUMN_FIRST_Y);
    short_term_t *own = projection->own;
    uint64_t i;

    for (i = 0; i < own->n_synapses; i++) {
        const int32_t rest = ONE - fraction_at(x, i) - fraction_at(y, i);

        own->state[i] = (resources_t){fraction_at(u, i), fraction_at(y, i), (uint16_t) (rest > 0 ? rest : 0)};
    }
    for (i = 0; i < (uint64_t) own->n_copies * own->n_rows; i++) {
        own->last_event[i] = step;
    }
}

static void
reset(neuro_projection_t *projection)
{
    if (projection->own != NULL) {
        start(projection, 0);
    }
}

static void
release(short_term_t *own)
{
    if (own != NULL) {
        neuro_release(own->state);
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
    const neuro_rows_t *rows = &projection->rows;
    neuro_error_t *error = &projection->network->error;
    uint32_t c;
    uint64_t i;

    for (c = COLUMN_U; c <= COLUMN_FIRST_Y; c++) {
        const bool is_time = c == COLUMN_TAU_REC || c == COLUMN_TAU_FACIL;
        const uint64_t n = rows->n_synapses == 0 || !rows->columns[c].is_scalar ? rows->n_synapses : 1;

        for (i = 0; i < n; i++) {
            const double value = neuro_column_get(&rows->columns[c], i);

            if (!(value >= 0.0 && (is_time || value <= ONE))) {
                return neuro_fail(error, NEURO_ERR_VALUE, "%s of projection %u is %g; it must be %s",
                                  projection->kernel->columns[c - COLUMN_U].name, projection->id, value,
                                  is_time ? "a time of at least 0" : "a fraction, 0 to 32768");
            }
        }
    }
    return neuro_spinnaker_check_slots(projection, projection->rules[0]);
}

/* The receiving cells' variable that is the receptor's time constant; -1 where there is none. */
static int32_t
find_tau_syn(const neuro_projection_t *projection)
{
    static const char *const names[3] = {"tau_syn_E", "tau_syn_E2", "tau_syn_I"};
    const bool is_last = projection->receptor + 1 == projection->post->kernel->n_receptors;

    return neuro_population_variable(projection->post, names[is_last ? 2 : projection->receptor]);
}

/* State for these rows and parts; what was known of the rows is kept. */
static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_spinnaker_cells_t *cells = projection->post->own;
    const int32_t variable = find_tau_syn(projection);
    short_term_t *before = projection->own;
    short_term_t *own = neuro_alloc(1, sizeof *own);
    uint32_t copy;

    (void) isa;
    if (own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    own->n_rows = neuro_rows_count(rows);
    own->is_per_core = neuro_spinnaker_loses_packets(projection->post);
    own->n_copies = own->is_per_core ? cells->n_cores : rows->n_parts;
    own->n_synapses = rows->n_synapses;
    own->state = neuro_alloc((size_t) own->n_synapses, sizeof *own->state);
    own->last_event = neuro_alloc((size_t) own->n_copies * own->n_rows, sizeof *own->last_event);
    if (own->state == NULL || own->last_event == NULL) {
        release(own);
        return NEURO_ERR_MEMORY;
    }
    if (before != NULL && before->is_per_core && !own->is_per_core && projection->network->step > 0) {
        release(own);
        return neuro_fail(&projection->network->error, NEURO_ERR_STATE,
                          "the table \"drops\" of population %u cannot be taken back after the first step: "
                          "the rows of projection %u differ from core to core",
                          projection->post->id, projection->id);
    }
    projection->own = own;
    start(projection, projection->network->step);
    if (before != NULL && projection->network->step > 0 && before->n_rows == own->n_rows &&
        before->n_synapses == own->n_synapses) {
        memcpy(own->state, before->state, (size_t) own->n_synapses * sizeof *own->state);
        for (copy = 0; copy < own->n_copies; copy++) {
            memcpy(own->last_event + (size_t) copy * own->n_rows,
                   before->last_event + (before->is_per_core ? (size_t) copy * own->n_rows : 0),
                   own->n_rows * sizeof *own->last_event);
        }
    }
    release(before);
    own->is_one_tau_syn = variable < 0 || projection->post->variables[variable].is_scalar;
    own->tau_syn = variable < 0 ? &own->no_tau_syn : projection->post->variables[variable].data;
    projection->sweep = own->is_per_core ? sweep_lossy : sweep_short_term;
    return NEURO_OK;
}

/* u, y and z of every synapse in storage order. */
static neuro_status_t
get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    const neuro_projection_t *projection = owner;
    const short_term_t *own = projection->own;
    uint64_t i;

    if (strcmp(name, "resources") != 0) {
        return neuro_fail(&projection->network->error, NEURO_ERR_NAME,
                          "synapse kernel \"%s\" has no table \"%s\"; it has resources",
                          projection->kernel->name, name);
    }
    if (own == NULL) {
        return neuro_fail(&projection->network->error, NEURO_ERR_STATE,
                          "table \"%s\" of projection %u is made when the network first runs", name,
                          projection->id);
    }
    *n = 3 * own->n_synapses;
    for (i = 0; values != NULL && i < own->n_synapses; i++) {
        values[3 * i] = own->state[i].u;
        values[3 * i + 1] = own->state[i].y;
        values[3 * i + 2] = own->state[i].z;
    }
    return NEURO_OK;
}

static uint32_t
axonal_steps(const neuro_projection_t *projection, uint32_t total)
{
    return neuro_spinnaker_extension_steps(total, projection->rules[0]);
}

static const neuro_rule_spec_t rules[] = {{"delay_slots", 0.0}};

static const neuro_column_spec_t columns[] = {
    {"U", NEURO_U16, 16384.0, true},
    {"tau_rec", NEURO_I32, 3276800.0, true},
    {"tau_facil", NEURO_I32, 0.0, true},
    /* at time 0 */
    {"u", NEURO_U16, 0.0, true},
    {"x", NEURO_U16, 32768.0, true},
    {"y", NEURO_U16, 0.0, true},
};

const neuro_synapse_kernel_t neuro_spinnaker_tsodyks_markram = {
    .name = "tsodyks_markram",
    .weight_type = NEURO_U16,
    .n_rules = sizeof rules / sizeof rules[0],
    .rules = rules,
    .n_columns = sizeof columns / sizeof columns[0],
    .columns = columns,
    .dendritic_rule = -1,
    .axonal_steps = axonal_steps,
    .check = check,
    .prepare = prepare,
    .free = free_own,
    .reset = reset,
    .get_table = get_table,
};
