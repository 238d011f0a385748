/* The recurrent rule (sPyNNaker's): an accumulator counts coincidences within random windows, and the weight
 * moves by a whole step when it is full.
 *
 * Two accumulating machines (dual): every spike of either side opens a window of random length; a spike of
 * the other side within the window of the latest spike counts +1 (post after pre) or -1 (pre after post). One
 * machine (single): a spike opens a window that the next spike of the other side closes, counting; a second
 * spike of the same side within the window closes it without a count. Lengths are exponential with the given
 * means.
 *
 * Source: sPyNNaker 7.4.1, timing_recurrent_dual_fsm_impl.h and timing_recurrent_pre_stochastic_impl.h;
 * there, windows are whole steps and the order of the draws is that of the processing. Here each draw is
 * named by its event. */
#include "core/math.h"
#include "core/memory.h"
#include "core/random_inline.h"
#include "exact/eventful.h"
#include "exact/exact.h"

#include <math.h>

enum {
    R_WINDOW_PRE,
    R_WINDOW_POST,
    R_ACCUMULATOR_DEPRESSION,
    R_ACCUMULATOR_POTENTIATION,
    R_DUAL,
    R_A_PLUS,
    R_A_MINUS,
    R_W_MIN,
    R_W_MAX,
    R_MU_PLUS,
    R_MU_MINUS,
    R_DEPENDENCE,
    R_DENDRITIC
};
enum { COLUMN_ACCUMULATOR = 2 };
/* state[1], of one machine: 0 at rest, a window of length l opened by a pre-synaptic spike l, by a
 * post-synaptic one -l. */
enum { S_ACCUMULATOR, S_WINDOW };

typedef struct {
    neuro_eventful_t base;
    double pre_steps, post_steps; /* mean windows */
    double lowest, highest;       /* values of the accumulator at which the next count moves the weight */
} recurrent_t;

static const recurrent_t *
recurrent_of(const neuro_eventful_t *own)
{
    return (const recurrent_t *) (const void *) own;
}

/* Whose draw it is: rows, targets and synapses have numbers apart. */
#define OF_ROW(row)               ((uint64_t) (row))
#define OF_TARGET(target)         ((UINT64_C(1) << 40) + (target))
#define OF_SYNAPSE(synapse, side) ((UINT64_C(1) << 60) + 2 * (synapse) + (side))

/* A window of exponential length, in steps. */
static double
window(const neuro_eventful_t *own, uint64_t owner, int64_t step, double mean)
{
    uint32_t words[4];
    uint64_t bits;

    neuro_philox_call(own->key, owner, (uint64_t) step, words);
    bits = ((uint64_t) words[1] << 32 | words[0]) >> 12;
    return -mean * neuro_log(((double) bits + 0.5) * 0x1p-52);
}

static void
count_up(const neuro_eventful_t *own, neuro_site_t *site)
{
    if (site->state[S_ACCUMULATOR] < recurrent_of(own)->highest) {
        site->state[S_ACCUMULATOR] += 1.0;
        return;
    }
    site->state[S_ACCUMULATOR] = 0.0;
    site->w = neuro_eventful_rounded(
        own, neuro_stdp_potentiate(&own->numbers, own->numbers.dependence, site->w, 1.0));
}

static void
count_down(const neuro_eventful_t *own, neuro_site_t *site)
{
    if (site->state[S_ACCUMULATOR] > recurrent_of(own)->lowest) {
        site->state[S_ACCUMULATOR] -= 1.0;
        return;
    }
    site->state[S_ACCUMULATOR] = 0.0;
    site->w =
        neuro_eventful_rounded(own, neuro_stdp_depress(&own->numbers, own->numbers.dependence, site->w, 1.0));
}

/* ---- two machines ---------------------------------------------------------------------------- */

static void
dual_note(const neuro_eventful_t *own, uint32_t target, const neuro_post_event_t *previous, double amount,
          neuro_post_event_t *event)
{
    (void) previous;
    (void) amount;
    event->value = window(own, OF_TARGET(target), event->step, recurrent_of(own)->post_steps);
}

static double
dual_note_row(const neuro_eventful_t *own, uint32_t row, const neuro_row_past_t *past, int64_t now)
{
    (void) past;
    return window(own, OF_ROW(row), now, recurrent_of(own)->pre_steps);
}

static void
dual_post(const neuro_eventful_t *own, neuro_site_t *site, const neuro_post_event_t *event,
          const neuro_post_event_t *previous)
{
    const neuro_row_past_t *row = site->row;
    const int64_t seen = event->step + site->d;
    const bool is_equal = seen == row->last;
    const int64_t opened = is_equal ? row->before : row->last;

    (void) previous;
    if (opened >= 0 && (double) (seen - opened) < (is_equal ? row->before_value : row->last_value)) {
        count_up(own, site);
    }
}

static void
dual_pre(const neuro_eventful_t *own, neuro_site_t *site, int64_t now, const neuro_post_event_t *previous,
         const neuro_post_event_t *spike)
{
    (void) spike;
    if (previous != NULL && (double) (now - site->d - previous->step) < previous->value) {
        count_down(own, site);
    }
}

static const neuro_eventful_rule_t dual = {
    .n_states = 2,
    .first_column = COLUMN_ACCUMULATOR,
    .note = dual_note,
    .note_row = dual_note_row,
    .post = dual_post,
    .pre = dual_pre,
};

/* ---- one machine ----------------------------------------------------------------------------- */

static void
single_note(const neuro_eventful_t *own, uint32_t target, const neuro_post_event_t *previous, double amount,
            neuro_post_event_t *event)
{
    (void) own;
    (void) target;
    (void) previous;
    (void) amount;
    event->value = 0.0;
}

static double
single_note_row(const neuro_eventful_t *own, uint32_t row, const neuro_row_past_t *past, int64_t now)
{
    (void) own;
    (void) row;
    (void) past;
    (void) now;
    return 0.0;
}

static void
single_post(const neuro_eventful_t *own, neuro_site_t *site, const neuro_post_event_t *event,
            const neuro_post_event_t *previous)
{
    const int64_t seen = event->step + site->d;
    const double open = site->state[S_WINDOW];
    bool opens = open == 0.0;

    if (open < 0.0) {
        opens = previous == NULL || (double) (event->step - previous->step) >= -open;
    } else if (open > 0.0 && seen > site->row->last) {
        opens = (double) (seen - site->row->last) >= open;
        if (!opens) {
            count_up(own, site);
        }
    }
    site->state[S_WINDOW] =
        opens ? -window(own, OF_SYNAPSE(site->synapse, 1), seen, recurrent_of(own)->post_steps) : 0.0;
}

static void
single_pre(const neuro_eventful_t *own, neuro_site_t *site, int64_t now, const neuro_post_event_t *previous,
           const neuro_post_event_t *spike)
{
    const double open = site->state[S_WINDOW];
    bool opens = open == 0.0;

    (void) previous;
    if (open > 0.0) {
        opens = (double) (now - site->row->last) >= open;
    } else if (open < 0.0 && spike != NULL && spike->step + site->d < now) {
        opens = (double) (now - site->d - spike->step) >= -open;
        if (!opens) {
            count_down(own, site);
        }
    }
    site->state[S_WINDOW] =
        opens ? window(own, OF_SYNAPSE(site->synapse, 0), now, recurrent_of(own)->pre_steps) : 0.0;
}

static const neuro_eventful_rule_t single = {
    .n_states = 2,
    .first_column = COLUMN_ACCUMULATOR,
    .note = single_note,
    .note_row = single_note_row,
    .post = single_post,
    .pre = single_pre,
};

/* ---- the kernel ------------------------------------------------------------------------------ */

static neuro_status_t
check(neuro_projection_t *projection)
{
    const double *rules = projection->rules;
    uint32_t r;

    for (r = 0; r < projection->kernel->n_rules; r++) {
        if (!isfinite(rules[r]) || (r <= R_WINDOW_POST && rules[r] <= 0.0)) {
            return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "%s = %g; it must be finite%s",
                              projection->kernel->rules[r].name, rules[r],
                              r <= R_WINDOW_POST ? " and above 0" : "");
        }
    }
    if (rules[R_ACCUMULATOR_DEPRESSION] > -1.0 || rules[R_ACCUMULATOR_POTENTIATION] < 1.0) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                          "accumulator_depression = %g and accumulator_potentiation = %g; they must be at "
                          "most -1 and at least 1",
                          rules[R_ACCUMULATOR_DEPRESSION], rules[R_ACCUMULATOR_POTENTIATION]);
    }
    if (rules[R_W_MIN] > rules[R_W_MAX]) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "w_min = %g is above w_max = %g",
                          rules[R_W_MIN], rules[R_W_MAX]);
    }
    if (rules[R_DENDRITIC] < 0.0 || rules[R_DENDRITIC] > 1.0) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                          "dendritic_delay_fraction = %g; it is a share of the delay, 0..1",
                          rules[R_DENDRITIC]);
    }
    return NEURO_OK;
}

static void
free_own(neuro_projection_t *projection)
{
    recurrent_t *own = projection->own;

    if (own != NULL) {
        neuro_eventful_release(&own->base);
        neuro_release(own);
    }
    projection->own = NULL;
}

static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const double *rules = projection->rules;
    recurrent_t *own = projection->own;
    neuro_stdp_t *numbers;

    (void) isa;
    if (own != NULL && own->base.n_rows != neuro_rows_count(&projection->rows)) {
        free_own(projection);
        own = NULL;
    }
    if (own == NULL) {
        own = neuro_alloc(1, sizeof *own);
        if (own == NULL) {
            return NEURO_ERR_MEMORY;
        }
        projection->own = own;
    }
    numbers = &own->base.numbers;
    numbers->dependence = (neuro_dependence_t) rules[R_DEPENDENCE];
    numbers->w_min = rules[R_W_MIN];
    numbers->w_max = rules[R_W_MAX];
    numbers->potentiation = rules[R_A_PLUS];
    numbers->depression = rules[R_A_MINUS];
    numbers->step_up = rules[R_A_PLUS] * rules[R_W_MAX];
    numbers->step_down = rules[R_A_MINUS] * rules[R_W_MAX];
    numbers->mu_plus = rules[R_MU_PLUS];
    numbers->mu_minus = rules[R_MU_MINUS];
    own->pre_steps = rules[R_WINDOW_PRE] / projection->network->dt_ms;
    own->post_steps = rules[R_WINDOW_POST] / projection->network->dt_ms;
    own->lowest = rules[R_ACCUMULATOR_DEPRESSION] + 1.0;
    own->highest = rules[R_ACCUMULATOR_POTENTIATION] - 1.0;
    return neuro_eventful_prepare(projection, &own->base, rules[R_DUAL] != 0.0 ? &dual : &single);
}

/* Defaults of sPyNNaker 7.4.1. */
static const neuro_rule_spec_t recurrent_rules[] = {
    [R_WINDOW_PRE] = {"mean_pre_window", 35.0},
    [R_WINDOW_POST] = {"mean_post_window", 35.0},
    [R_ACCUMULATOR_DEPRESSION] = {"accumulator_depression", -6.0},
    [R_ACCUMULATOR_POTENTIATION] = {"accumulator_potentiation", 6.0},
    [R_DUAL] = {"dual_fsm", 1.0},
    [R_A_PLUS] = {"A_plus", 0.01},
    [R_A_MINUS] = {"A_minus", 0.01},
    [R_W_MIN] = {"w_min", 0.0},
    [R_W_MAX] = {"w_max", 1.0},
    [R_MU_PLUS] = {"mu_plus", 0.5},
    [R_MU_MINUS] = {"mu_minus", 0.5},
    [R_DEPENDENCE] = {"dependence", 0.0},
    [R_DENDRITIC] = {"dendritic_delay_fraction", 1.0},
};

static const neuro_column_spec_t recurrent_columns[] = {
    {"accumulator", NEURO_F64, 0.0, false},
    {"window", NEURO_F64, 0.0, false},
};

const neuro_synapse_kernel_t neuro_exact_stdp_recurrent = {
    .name = "stdp_recurrent",
    .weight_type = NEURO_REAL,
    .is_plastic = true,
    .has_sign = true,
    .n_rules = sizeof recurrent_rules / sizeof recurrent_rules[0],
    .rules = recurrent_rules,
    .n_columns = sizeof recurrent_columns / sizeof recurrent_columns[0],
    .columns = recurrent_columns,
    .dendritic_rule = R_DENDRITIC,
    .check = check,
    .prepare = prepare,
    .free = free_own,
    .reset = neuro_eventful_reset,
    .learn = neuro_eventful_learn,
    .view_weights = neuro_eventful_view,
    .settle = neuro_eventful_settle,
};
