#include "exact/varied.h"

#include "core/memory.h"
#include "exact/eventful.h"
#include "exact/modulated.h"
#include "exact/stdp.h"

#include <math.h>

/* Traces just before the latest step in which the synapse saw events of a side; slow ones: triplets. */
enum { PRE, POST, PRE_SLOW, POST_SLOW };

typedef struct {
    neuro_eventful_t base;
    const neuro_projection_t *projection;
    const neuro_stdp_form_t *form;
} varied_t;

static const varied_t *
varied_of(const neuro_eventful_t *own)
{
    return (const varied_t *) (const void *) own;
}

/* The numbers of one synapse. */
static neuro_stdp_t
numbers_of(const neuro_eventful_t *own, uint64_t synapse)
{
    const varied_t *varied = varied_of(own);
    const neuro_projection_t *projection = varied->projection;
    double rules[NEURO_MAX_RULES];
    neuro_stdp_t numbers = {0};
    uint32_t r;

    for (r = 0; r < projection->kernel->n_rules; r++) {
        rules[r] = r < varied->form->n_varied ? neuro_column_get(&projection->rows.columns[2 + r], synapse)
                                              : projection->rules[r];
    }
    varied->form->fill(&numbers, rules);
    return numbers;
}

/* What is left of a trace after `steps`: as the tables of stdp_decay.c have it. */
static double
left(const neuro_eventful_t *own, double tau, int64_t steps)
{
    return neuro_stdp_decay_of(tau, own->dt_ms, steps);
}

/* A trace of the pre-synaptic side `since` steps after the row's last events. */
static double
trace_of_row(const neuro_eventful_t *own, const neuro_site_t *site, uint32_t state, double tau, int64_t since)
{
    return !neuro_site_has_row_event(own, site, site->row->last)
               ? 0.0
               : (site->state[state] + site->row->last_value) * left(own, tau, since);
}

/* How many events the row had in its last step. */
static double
note_row(const neuro_eventful_t *own, uint32_t row, const neuro_row_past_t *past, int64_t now)
{
    (void) own;
    (void) row;
    return neuro_eventful_count_row(past, now);
}

static void
note(const neuro_eventful_t *own, uint32_t target, const neuro_post_event_t *previous, double amount,
     neuro_post_event_t *event)
{
    (void) own;
    (void) target;
    (void) previous;
    (void) amount;
    (void) event;
}

/* Traces of the target's side move on to its event of `step`. */
static void
pass_post(const neuro_eventful_t *own, neuro_site_t *site, uint32_t state, double tau,
          const neuro_post_event_t *event, const neuro_post_event_t *previous)
{
    site->state[state] = previous == NULL ? 0.0
                                          : (site->state[state] + 1.0) *
                                                left(own, tau, (int64_t) event->step - previous->step);
}

static void
change_up(const neuro_eventful_t *own, neuro_site_t *site, const neuro_stdp_t *numbers, double x)
{
    if (site->row->last >= 0) {
        site->w = neuro_stdp_potentiate(numbers, numbers->dependence, site->w, x);
        site->w = neuro_eventful_rounded(own, site->w);
    }
}

static void
post(const neuro_eventful_t *own, neuro_site_t *site, const neuro_post_event_t *event,
     const neuro_post_event_t *previous)
{
    const neuro_stdp_t numbers = numbers_of(own, site->synapse);
    const int64_t since = event->step + site->d - site->row->last;
    double x =
        own->is_late && since == 0 ? site->state[PRE] : trace_of_row(own, site, PRE, numbers.tau_plus, since);

    pass_post(own, site, POST, numbers.tau_minus, event, previous);
    if (own->rule->n_states > POST_SLOW) {
        pass_post(own, site, POST_SLOW, numbers.tau_slow_post, event, previous);
        x *= numbers.pair_up + numbers.triplet_up * site->state[POST_SLOW];
    }
    change_up(own, site, &numbers, x);
}

static void
post_nearest(const neuro_eventful_t *own, neuro_site_t *site, const neuro_post_event_t *event,
             const neuro_post_event_t *previous)
{
    const neuro_stdp_t numbers = numbers_of(own, site->synapse);
    const int64_t seen = event->step + site->d;
    const int64_t partner = own->is_late && seen == site->row->last ? site->row->before : site->row->last;
    const bool is_first = previous == NULL || previous->step + site->d <= partner;

    change_up(own, site, &numbers,
              partner >= 0 && is_first ? left(own, numbers.tau_plus, seen - partner) : 0.0);
}

static void
change_down(const neuro_eventful_t *own, neuro_site_t *site, const neuro_stdp_t *numbers, double y)
{
    site->w = neuro_stdp_depress(numbers, numbers->dependence, site->w, y);
    site->w = neuro_eventful_rounded(own, site->w);
}

static void
pre(const neuro_eventful_t *own, neuro_site_t *site, int64_t now, const neuro_post_event_t *previous,
    const neuro_post_event_t *spike)
{
    const neuro_stdp_t numbers = numbers_of(own, site->synapse);
    const bool is_repeat = site->row->last == now;
    const int64_t since = now - site->row->last;
    double y = 0.0;

    if (previous != NULL && spike == previous) {
        y = (site->state[POST] + 1.0) * left(own, numbers.tau_minus, now - site->d - previous->step);
    } else if (previous != NULL) { /* the state is that before a spike of this very time */
        y = site->state[POST];
    }
    if (own->rule->n_states > PRE_SLOW) {
        site->state[PRE_SLOW] = is_repeat ? site->state[PRE_SLOW]
                                          : trace_of_row(own, site, PRE_SLOW, numbers.tau_slow_pre, since);
        y *= numbers.pair_down + numbers.triplet_down * site->state[PRE_SLOW];
    }
    site->state[PRE] = is_repeat ? site->state[PRE] : trace_of_row(own, site, PRE, numbers.tau_plus, since);
    change_down(own, site, &numbers, y);
}

static void
pre_nearest(const neuro_eventful_t *own, neuro_site_t *site, int64_t now, const neuro_post_event_t *previous,
            const neuro_post_event_t *spike)
{
    const neuro_stdp_t numbers = numbers_of(own, site->synapse);

    (void) spike;
    change_down(own, site, &numbers,
                previous != NULL ? left(own, numbers.tau_minus, now - site->d - previous->step) : 0.0);
}

#define RULE(states, columns, its_post, its_pre)                                                             \
    {                                                                                                        \
        .n_states = states, .first_column = 2 + (columns), .note = note, .note_row = note_row,               \
        .post = its_post, .pre = its_pre,                                                                    \
    }

/* By timing, and where the states lie. */
static const neuro_eventful_rule_t *
rule_of(const neuro_stdp_form_t *form)
{
    static const neuro_eventful_rule_t nearest = RULE(0, 0, post_nearest, pre_nearest);
    static const neuro_eventful_rule_t others[] = {RULE(2, 5, post, pre), RULE(2, 6, post, pre),
                                                   RULE(2, 8, post, pre), RULE(4, 10, post, pre)};
    uint32_t i;

    for (i = 0; form->timing != STDP_NEAREST && i < sizeof others / sizeof others[0]; i++) {
        if (others[i].first_column == 2 + form->n_varied) {
            return &others[i];
        }
    }
    return &nearest;
}

static neuro_status_t
check_synapse(neuro_projection_t *projection, const neuro_stdp_form_t *form, uint64_t synapse)
{
    const neuro_column_t *columns = &projection->rows.columns[2];
    const double w_min = neuro_column_get(&columns[form->w_min], synapse);
    const double w_max = neuro_column_get(&columns[form->w_min + 1], synapse);
    uint32_t r;

    for (r = 0; r < form->n_varied; r++) {
        const double value = neuro_column_get(&columns[r], synapse);

        if (!isfinite(value) || (r < form->n_taus && value <= 0.0)) {
            return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                              "%s = %g of a synapse; it must be finite%s", projection->kernel->rules[r].name,
                              value, r < form->n_taus ? " and above 0" : "");
        }
    }
    if (w_min > w_max) {
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                          "w_min = %g of a synapse is above its w_max = %g", w_min, w_max);
    }
    return NEURO_OK;
}

neuro_status_t
neuro_varied_check(neuro_projection_t *projection)
{
    const neuro_stdp_form_t *form = neuro_stdp_form(projection->kernel);
    neuro_status_t status = neuro_stdp_check(projection);
    uint64_t i;

    for (i = 0; status == NEURO_OK && i < projection->rows.n_synapses; i++) {
        status = check_synapse(projection, form, i);
    }
    return status;
}

void
neuro_varied_free(neuro_projection_t *projection)
{
    varied_t *own = projection->own;

    if (own != NULL) {
        neuro_eventful_release(&own->base);
        neuro_release(own);
    }
    projection->own = NULL;
}

neuro_status_t
neuro_varied_prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    varied_t *own = projection->own;
    neuro_status_t status = neuro_varied_check(projection);

    (void) isa;
    if (status == NEURO_OK && neuro_modulated_has_sources(projection)) {
        status = neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                            "projection %u onto population %u has a rule that differs between synapses, and "
                            "the population has a modulator; give all synapses the same rule",
                            projection->id, projection->post->id);
    }
    if (status != NEURO_OK) {
        return status;
    }
    if (own != NULL && own->base.n_rows != neuro_rows_count(&projection->rows)) {
        neuro_varied_free(projection);
        own = NULL;
    }
    if (own == NULL) {
        own = neuro_alloc(1, sizeof *own);
        if (own == NULL) {
            return NEURO_ERR_MEMORY;
        }
        projection->own = own;
    }
    own->projection = projection;
    own->form = neuro_stdp_form(projection->kernel);
    return neuro_eventful_prepare(projection, &own->base, rule_of(own->form));
}

neuro_status_t
neuro_varied_take_over(neuro_projection_t *projection)
{
    const neuro_synapse_kernel_t *kernel = neuro_varied_kernel(projection->kernel);
    const uint32_t n_varied = kernel != NULL ? neuro_stdp_form(kernel)->n_varied : 0;
    neuro_column_t *columns = &projection->rows.columns[2];
    double *data[NEURO_MAX_COLUMNS] = {NULL};
    bool is_complete = true;
    uint32_t c;

    if (kernel == NULL || projection->capacity > 0) {
        return neuro_fail(&projection->network->error, NEURO_ERR_STATE,
                          "the rule of projection %u is the same for all synapses: kernel \"%s\"%s",
                          projection->id, projection->kernel->name,
                          projection->capacity > 0 ? ", rewired" : "");
    }
    if (projection->own != NULL && projection->network->step > 0) {
        return neuro_fail(
            &projection->network->error, NEURO_ERR_STATE,
            "projection %u has learnt with a rule that all synapses share; let it differ before "
            "the first run or after a reset",
            projection->id);
    }
    for (c = 0; c < kernel->n_columns; c++) {
        data[c] = neuro_alloc(1, sizeof(double));
        is_complete = is_complete && data[c] != NULL;
    }
    for (c = 0; !is_complete && c < kernel->n_columns; c++) {
        neuro_release(data[c]);
    }
    if (!is_complete) {
        return neuro_fail(&projection->network->error, NEURO_ERR_MEMORY,
                          "no memory for the rules of projection %u", projection->id);
    }
    projection->kernel->free(projection);
    for (c = 0; c + 2 < projection->rows.n_columns; c++) {
        neuro_release(columns[c].data);
    }
    for (c = 0; c < kernel->n_columns; c++) {
        data[c][0] = c < n_varied ? projection->rules[c] : kernel->columns[c].default_value;
        columns[c] = (neuro_column_t){.type = NEURO_F64, .is_scalar = true, .data = data[c]};
    }
    projection->rows.n_columns = 2 + kernel->n_columns;
    projection->kernel = kernel;
    projection->is_ready = false;
    projection->network->is_ready = false;
    return NEURO_OK;
}
