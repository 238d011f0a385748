/* Short-term plasticity (Tsodyks, Uziel and Markram 2000), exact between spikes.
 *
 * Resources are ready (x), active (y) or recovering (z), x + y + z = 1. At a spike u <- u + U (1 - u), after
 * u has decayed with tau_facil; u x goes from ready to active, and weight * u x is transmitted. Between
 * spikes y decays with the receiving cell's synaptic time constant into z, and z with tau_rec into x. u, x
 * and y at time 0 can be chosen. */
#include "core/math.h"
#include "core/memory.h"
#include "engine/network.h"
#include "exact/exact.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN_U = 2, COLUMN_TAU_REC, COLUMN_TAU_FACIL, COLUMN_FIRST_U, COLUMN_FIRST_X, COLUMN_FIRST_Y };

typedef struct {
    double u, y, z;
} resources_t;

typedef struct {
    bool is_by_row; /* all synapses of a row have the same constants, hence the same state: one a row and part
                     */
    uint32_t n_rows, n_parts;
    resources_t *state; /* [part][row], or one a synapse */
    int64_t
        *last_event; /* [part][row]: the step of `state`, which of a row without events is the first one */
    const double *tau_syn;
    bool is_one_tau_syn;
    double no_tau_syn; /* 0: cells without synaptic time constant, resources recover at once */
} short_term_t;

/* exp(-since / tau); nothing is left at once when tau is 0. */
static double
decay(double since, double tau)
{
    return tau > 0.0 ? neuro_exp(-since / tau) : 0.0;
}

/* (1 - exp(-x)) / x, also around 0. */
static double
mean_decay(double x)
{
    if (x > -1e-5 && x < 1e-5) {
        return 1.0 - x / 2.0 + x * x / 6.0;
    }
    return -neuro_expm1(-x) / x;
}

/* Share of the active resources that is recovering after `since` ms, given what is left of either: syn =
 * decay(since, tau_syn), rec = decay(since, tau_rec). A difference of the two where nothing cancels. */
static double
recovering_share(double since, double syn, double rec, double tau_syn, double tau_rec)
{
    double x;

    if (!(tau_syn > 0.0)) {
        return rec;
    }
    if (!(tau_rec > 0.0)) {
        return 0.0;
    }
    x = since * (1.0 / tau_syn - 1.0 / tau_rec);
    if (x > -0.125 && x < 0.125) {
        return since / tau_syn * rec * mean_decay(x);
    }
    return (rec - syn) / (1.0 - tau_syn / tau_rec);
}

/* What `since` ms without spike do to the state; the same for all synapses of a row that share the constants.
 */
typedef struct {
    double syn, rec, facil, share;
} passage_t;

static void
pass(resources_t *s, const passage_t *passage)
{
    s->z = s->z * passage->rec + s->y * passage->share;
    s->y *= passage->syn;
    s->u *= passage->facil;
}

/* A spike; returns u x. */
static double
release_resources(resources_t *s, double U)
{
    double x, sent;

    s->u = s->u + U * (1.0 - s->u);
    x = 1.0 - s->y - s->z;
    sent = s->u * x;
    s->y += sent;
    return sent;
}

/* A constant of the synapses, one a synapse or one for all. */
typedef struct {
    const double *values;
    uint64_t stride;
} constant_t;

static constant_t
constant(const neuro_projection_t *projection, uint32_t column)
{
    const neuro_column_t *of = &projection->rows.columns[column];
    const constant_t all = {of->data, of->is_scalar ? 0 : 1};

    return all;
}

static void
sweep(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_column_t *columns = rows->columns;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    const constant_t U = constant(projection, COLUMN_U);
    const constant_t tau_rec = constant(projection, COLUMN_TAU_REC);
    const constant_t tau_facil = constant(projection, COLUMN_TAU_FACIL);
    const double dt = projection->network->dt_ms;
    short_term_t *own = projection->own;
    const bool is_one_share = own->is_one_tau_syn && tau_rec.stride == 0;
    uint64_t begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        const uint32_t row = sweep->shift * rows->n_pre + sweep->source[k];
        const size_t r = (size_t) sweep->part * own->n_rows + row;
        const bool has_passed = sweep->step > own->last_event[r];
        const double since = (double) (sweep->step - own->last_event[r]) * dt;
        passage_t passage = {0.0, 0.0, 0.0, 0.0};
        double sent = 0.0;

        neuro_rows_bounds(rows, row, sweep->part, &begin, &end);
        own->last_event[r] = sweep->step;
        if (has_passed) {
            passage.syn = own->is_one_tau_syn ? decay(since, own->tau_syn[0]) : 0.0;
            passage.rec = tau_rec.stride == 0 ? decay(since, tau_rec.values[0]) : 0.0;
            passage.facil = tau_facil.stride == 0 ? decay(since, tau_facil.values[0]) : 0.0;
            if (is_one_share) {
                passage.share =
                    recovering_share(since, passage.syn, passage.rec, own->tau_syn[0], tau_rec.values[0]);
            }
        }
        if (own->is_by_row) {
            if (has_passed) {
                pass(&own->state[r], &passage);
            }
            sent = release_resources(&own->state[r], U.values[0]);
        }
        for (i = begin; i < end; i++) {
            const uint32_t t = neuro_rows_target(rows, i);
            const size_t to =
                neuro_ring_offset(ring, base + (neuro_step_t) neuro_column_get(&columns[NEURO_DELAY], i),
                                  projection->receptor) +
                t;

            if (!own->is_by_row) {
                if (has_passed) {
                    const double tau_syn = own->tau_syn[own->is_one_tau_syn ? 0 : t];

                    if (!own->is_one_tau_syn) {
                        passage.syn = decay(since, tau_syn);
                    }
                    if (tau_rec.stride > 0) {
                        passage.rec = decay(since, tau_rec.values[i]);
                    }
                    if (tau_facil.stride > 0) {
                        passage.facil = decay(since, tau_facil.values[i]);
                    }
                    if (!is_one_share) {
                        passage.share = recovering_share(since, passage.syn, passage.rec, tau_syn,
                                                         tau_rec.values[i * tau_rec.stride]);
                    }
                    pass(&own->state[i], &passage);
                }
                sent = release_resources(&own->state[i], U.values[i * U.stride]);
            }
            if (ring->type == NEURO_F64) {
                ((double *) ring->data)[to] += neuro_column_get(&columns[NEURO_WEIGHT], i) * sent;
            } else {
                ((float *) ring->data)[to] += (float) (neuro_column_get(&columns[NEURO_WEIGHT], i) * sent);
            }
        }
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
    }
}

/* The state of time 0, of the synapse or the row (all columns are then scalar). */
static resources_t
first_state(const neuro_projection_t *projection, uint64_t synapse)
{
    const neuro_column_t *columns = projection->rows.columns;
    const double y = neuro_column_get(&columns[COLUMN_FIRST_Y], synapse);
    const double z = 1.0 - neuro_column_get(&columns[COLUMN_FIRST_X], synapse) - y;
    const resources_t state = {neuro_column_get(&columns[COLUMN_FIRST_U], synapse), y, z > 0.0 ? z : 0.0};

    return state;
}

/* As at time 0, in this step. */
static void
start(neuro_projection_t *projection, neuro_step_t step)
{
    short_term_t *own = projection->own;
    const size_t n_rows = own != NULL ? (size_t) own->n_parts * own->n_rows : 0;
    size_t i;

    for (i = 0; own != NULL && i < (own->is_by_row ? n_rows : (size_t) projection->rows.n_synapses); i++) {
        own->state[i] = first_state(projection, own->is_by_row ? 0 : i);
    }
    for (i = 0; i < n_rows; i++) {
        own->last_event[i] = step;
    }
}

static void
reset(neuro_projection_t *projection)
{
    start(projection, 0);
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
    uint32_t c;
    uint64_t i;

    for (c = COLUMN_U; c <= COLUMN_FIRST_Y; c++) {
        const bool is_time = c == COLUMN_TAU_REC || c == COLUMN_TAU_FACIL;

        for (i = 0; i < (rows->columns[c].is_scalar ? (rows->n_synapses > 0) : rows->n_synapses); i++) {
            const double value = neuro_column_get(&rows->columns[c], i);

            if (!(value >= 0.0) || (!is_time && value > 1.0)) {
                return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "%s = %g; it must be %s",
                                  projection->kernel->columns[c - 2].name, value,
                                  is_time ? "a time of at least 0 ms" : "within 0..1");
            }
        }
    }
    for (i = 0; i < rows->n_synapses; i++) {
        const double x = neuro_column_get(&rows->columns[COLUMN_FIRST_X], i);
        const double y = neuro_column_get(&rows->columns[COLUMN_FIRST_Y], i);

        if (x + y > 1.0 + 1e-12) {
            return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                              "x = %g and y = %g; the resources of a synapse sum to 1", x, y);
        }
        if (rows->columns[COLUMN_FIRST_X].is_scalar && rows->columns[COLUMN_FIRST_Y].is_scalar) {
            break;
        }
    }
    return NEURO_OK;
}

/* The variable of the receiving cells that is the receptor's time constant; -1 when there is none. */
static int32_t
find_tau_syn(const neuro_projection_t *projection)
{
    char name[NEURO_NAME_LENGTH];

    if (projection->post->kernel->n_receptor_kinds == 0) {
        return neuro_population_variable(projection->post,
                                         projection->receptor == 0 ? "tau_syn_E" : "tau_syn_I");
    }
    snprintf(name, sizeof name, "tau_syn.%u", projection->receptor);
    return neuro_population_variable(projection->post, name);
}

/* State for these rows and parts; what was known of the rows is kept. */
static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const neuro_rows_t *rows = &projection->rows;
    const int32_t variable = find_tau_syn(projection);
    short_term_t *before = projection->own;
    short_term_t *own;
    neuro_status_t status = check(projection);
    uint32_t part, c, row;

    (void) isa;
    if (status != NEURO_OK) {
        return status;
    }
    own = neuro_alloc(1, sizeof *own);
    if (own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    own->is_one_tau_syn = variable < 0 || projection->post->variables[variable].is_scalar;
    own->is_by_row = own->is_one_tau_syn;
    for (c = COLUMN_U; c <= COLUMN_FIRST_Y; c++) {
        own->is_by_row = own->is_by_row && rows->columns[c].is_scalar;
    }
    own->n_rows = neuro_rows_count(rows);
    own->n_parts = rows->n_parts;
    own->state = neuro_alloc(own->is_by_row ? (size_t) own->n_parts * own->n_rows : (size_t) rows->n_synapses,
                             sizeof *own->state);
    own->last_event = neuro_alloc((size_t) own->n_parts * own->n_rows, sizeof *own->last_event);
    if (own->state == NULL || own->last_event == NULL) {
        release(own);
        return NEURO_ERR_MEMORY;
    }
    projection->own = own;
    start(projection, projection->network->step > 0 ? projection->network->step - 1 : 0);
    if (before != NULL && before->n_rows == own->n_rows && projection->network->step > 0) {
        for (part = 0; part < own->n_parts; part++) {
            memcpy(own->last_event + (size_t) part * own->n_rows, before->last_event,
                   own->n_rows * sizeof *own->last_event);
            for (row = 0; own->is_by_row && before->is_by_row && row < own->n_rows; row++) {
                own->state[(size_t) part * own->n_rows + row] = before->state[row];
            }
        }
        for (row = 0; !own->is_by_row && row < own->n_rows; row++) {
            uint64_t i;

            for (i = rows->layout == NEURO_DENSE ? (uint64_t) row * rows->n_post : rows->start[row];
                 i <
                 (rows->layout == NEURO_DENSE ? (uint64_t) (row + 1) * rows->n_post : rows->start[row + 1]);
                 i++) {
                own->state[i] = before->is_by_row ? before->state[row] : before->state[i];
            }
        }
    }
    release(before);
    own->tau_syn = variable < 0 ? &own->no_tau_syn : projection->post->variables[variable].data;
    projection->sweep = sweep;
    return NEURO_OK;
}

static const neuro_column_spec_t columns[] = {
    {"U", NEURO_F64, 0.5, true},
    {"tau_rec", NEURO_F64, 100.0, true},
    {"tau_facil", NEURO_F64, 0.0, true},
    /* at time 0 */
    {"u", NEURO_F64, 0.0, true},
    {"x", NEURO_F64, 1.0, true},
    {"y", NEURO_F64, 0.0, true},
};

const neuro_synapse_kernel_t neuro_exact_tsodyks_markram = {
    .name = "tsodyks_markram",
    .weight_type = NEURO_REAL,
    .n_columns = sizeof columns / sizeof columns[0],
    .columns = columns,
    .dendritic_rule = -1,
    .prepare = prepare,
    .free = free_own,
    .reset = reset,
};
