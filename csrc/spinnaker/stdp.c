#include "spinnaker/stdp.h"

#include "core/math.h"
#include "core/memory.h"
#include "spinnaker/cells.h"
#include "spinnaker/rows.h"
#include "spinnaker/spinnaker.h"
#include "spinnaker/stdp_kernels_list.h"

#include <string.h>

/* Amplitudes of 0.01, as PyNN has them, and bounds of 0 and 1. */
const neuro_rule_spec_t neuro_spinnaker_stdp_rules[N_STDP_RULES] = {
    [RULE_TAU_PLUS] = {"tau_plus", 20.0},
    [RULE_TAU_MINUS] = {"tau_minus", 20.0},
    [RULE_TAU_X] = {"tau_x", 100.0},
    [RULE_TAU_Y] = {"tau_y", 100.0},
    [RULE_TAU_C] = {"tau_c", 1000.0},
    [RULE_TAU_D] = {"tau_d", 200.0},
    [RULE_A_PLUS] = {"A_plus", 328.0},
    [RULE_A_MINUS] = {"A_minus", 328.0},
    [RULE_A3_PLUS] = {"A3_plus", 328.0},
    [RULE_A3_MINUS] = {"A3_minus", 328.0},
    [RULE_W_MIN] = {"w_min", 0.0},
    [RULE_W_MAX] = {"w_max", 32768.0},
    [RULE_ALPHA] = {"alpha", 0.0},
    [RULE_ACCUMULATOR_DEPRESSION] = {"accumulator_depression", -5.0},
    [RULE_ACCUMULATOR_POTENTIATION] = {"accumulator_potentiation", 5.0},
    [RULE_MODULATION_CONSTANT] = {"modulation_constant", -5461333.0},
    [RULE_MODULATION_W_MIN] = {"modulation_w_min", 0.0},
    [RULE_MODULATION_W_MAX] = {"modulation_w_max", 32768.0},
    [RULE_SHIFT] = {"ring_buffer_left_shift", 0.0},
    [RULE_SLOTS] = {"delay_slots", 0.0},
    [RULE_BACKPROP] = {"backprop_delay", 1.0},
    [RULE_QUIRKS] = {"quirks", -1.0},
    [RULE_MU_PLUS] = {"mu_plus", 0.5},
    [RULE_MU_MINUS] = {"mu_minus", 0.5},
};

/* Source: timing_recurrent_common.h: the core's generator is never given another seed. */
static const neuro_spinnaker_generator_t built_in_seed = {123456789, 234567891, 345678912, 456789123};

/* ---- look-up tables -------------------------------------------------------------------------- */

/* Source: get_exp_lut_array() of the host. */
static neuro_status_t
fill_table(neuro_spinnaker_table_t *table, double tau_ms, double dt_ms, uint32_t shift)
{
    const double rate = dt_ms / tau_ms;
    const double pairs = neuro_log((double) NEURO_SPINNAKER_STDP_ONE) / rate / 2.0 / (double) (1u << shift);
    uint32_t n = 2 * (uint32_t) pairs, i;
    int16_t *values;

    n += (double) n < 2.0 * pairs ? 2 : 0;
    values = neuro_alloc(n, sizeof *values);
    if (values == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n; i++) {
        values[i] = (int16_t) (neuro_exp((double) (i << shift) * -rate) * NEURO_SPINNAKER_STDP_ONE);
    }
    neuro_release(table->values);
    table->values = values;
    table->n = n;
    table->shift = shift;
    return NEURO_OK;
}

/* An extension's: as the host would write it. */
static void
fill_powers(int32_t *powers, double mu)
{
    uint32_t i;

    for (i = 0; i < NEURO_SPINNAKER_POWERS; i++) {
        const double share = (double) i / (NEURO_SPINNAKER_POWERS - 1);

        powers[i] = (int32_t) ((mu == 0.0 ? 1.0 : i == 0 ? 0.0 : neuro_pow(share, mu)) * NEURO_SPINNAKER_ONE);
    }
}

static neuro_status_t
fill_tables(neuro_spinnaker_post_t *post, const double *given, double dt_ms)
{
    const bool is_vogels = post->timing == TIMING_VOGELS;
    const struct {
        neuro_spinnaker_table_t *table;
        uint32_t rule, shift;
    } tables[] = {
        {&post->plus, RULE_TAU_PLUS, 0}, {&post->minus, is_vogels ? RULE_TAU_PLUS : RULE_TAU_MINUS, 0},
        {&post->x, RULE_TAU_X, 2},       {&post->y, RULE_TAU_Y, post->timing == TIMING_SET_TO_ONE ? 0 : 2},
        {&post->c, RULE_TAU_C, 4},       {&post->d, RULE_TAU_D, 2}};
    neuro_status_t status = NEURO_OK;
    uint32_t i;

    fill_powers(post->power_plus, given[RULE_MU_PLUS]);
    fill_powers(post->power_minus, given[RULE_MU_MINUS]);
    for (i = 0; i < sizeof tables / sizeof tables[0] && status == NEURO_OK; i++) {
        status = fill_table(tables[i].table, given[tables[i].rule], dt_ms, tables[i].shift);
    }
    return status;
}

/* ---- events ---------------------------------------------------------------------------------- */

bool
neuro_spinnaker_append(neuro_spinnaker_history_t *history, neuro_step_t step, int16_t trace, int16_t second,
                       bool is_modulation)
{
    const bool is_full = history->last == NEURO_SPINNAKER_HISTORY - 1;
    const size_t n = NEURO_SPINNAKER_HISTORY - 2;

    if (is_full) {
        memmove(history->traces + 1, history->traces + 2, n * sizeof history->traces[0]);
        memmove(history->seconds + 1, history->seconds + 2, n * sizeof history->seconds[0]);
        memmove(history->steps + 1, history->steps + 2, n * sizeof history->steps[0]);
        history->flags = history->flags >> 1 & ~1u;
    } else {
        history->last++;
    }
    history->traces[history->last] = trace;
    history->seconds[history->last] = second;
    history->steps[history->last] = step;
    history->flags &= ~(1u << history->last);
    history->flags |= (uint32_t) is_modulation << history->last;
    return is_full;
}

/* A spike of a cell. Sources: timing_add_post_spike() of the rules. */
static bool
add_spike(neuro_spinnaker_post_t *post, uint32_t cell, neuro_step_t step, uint32_t quirks,
          uint32_t *n_wrapped)
{
    neuro_spinnaker_history_t *history = &post->histories[cell];
    const uint32_t wraps = quirks & NEURO_QUIRK_TRACE_WRAP;
    const neuro_step_t before = history->steps[history->last], since = step - before;
    int16_t trace = 0, second = 0;

    switch (post->timing) {
    case TIMING_PAIR:
    case TIMING_VOGELS:
        trace =
            neuro_spinnaker_add_event(&post->minus, history->traces[history->last], since, wraps, n_wrapped);
        break;
    case TIMING_TRIPLET: /* the slow trace is that just before the spike */
        trace =
            neuro_spinnaker_add_event(&post->minus, history->traces[history->last], since, wraps, n_wrapped);
        second = history->seconds[history->last];
        second = before == 0 ? second : neuro_spinnaker_add_one(second, wraps, n_wrapped);
        second =
            neuro_wrap_i16(neuro_spinnaker_multiply_stdp(second, neuro_spinnaker_look_up(&post->y, since)));
        break;
    case TIMING_SET_TO_ONE: /* the second trace just before the spike; of the first none is needed */
        second = history->last == 0 ? 0 : neuro_spinnaker_look_up(&post->y, since);
        break;
    case TIMING_RECURRENT_WINDOWS:
        trace = (int16_t)
                    post->post_windows[neuro_spinnaker_draw(&post->generators[cell / post->cells_per_core]) &
                                       (NEURO_SPINNAKER_WINDOWS - 1)];
        break;
    case TIMING_NEAREST:
    case TIMING_RECURRENT_STATES:
        break;
    }
    if (post->is_modulated) {
        second = neuro_wrap_i16(neuro_spinnaker_multiply_stdp(history->seconds[history->last],
                                                              neuro_spinnaker_look_up(&post->d, since)));
    }
    return neuro_spinnaker_append(history, step, trace, second, false);
}

void
neuro_spinnaker_stdp_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                           neuro_counters_t *counters)
{
    const neuro_spinnaker_learning_t *learning = projection->own;
    const neuro_list_t *list = neuro_queue_list(&projection->post->queue, step, part);
    size_t i;

    if (learning->post->leader != projection) {
        return;
    }
    for (i = 0; i < list->count; i++) {
        uint32_t n_wrapped = 0;

        counters->value[NEURO_COUNT_HISTORY_DROPS] +=
            add_spike(learning->post, list->index[i], step,
                      (uint32_t) (int32_t) projection->rules[RULE_QUIRKS], &n_wrapped);
        if (n_wrapped > 0) {
            neuro_spinnaker_note_wraps(projection->post, list->index[i] / learning->post->cells_per_core,
                                       n_wrapped, 0);
        }
    }
}

/* Sources: timing_add_pre_spike() of the rules. */
uint32_t
neuro_spinnaker_note_packet(const neuro_spinnaker_rule_t *rule, neuro_spinnaker_timing_t timing,
                            neuro_spinnaker_packet_t *packet, neuro_step_t now)
{
    const neuro_step_t since = now - packet->step;
    const uint32_t wraps = rule->quirks & NEURO_QUIRK_TRACE_WRAP;
    uint32_t n_wrapped = 0;

    if (timing == TIMING_TRIPLET) {
        const int16_t second =
            packet->step == 0 ? 0 : neuro_spinnaker_add_one(packet->second, wraps, &n_wrapped);

        packet->second = neuro_wrap_i16(
            neuro_spinnaker_multiply_stdp(second, neuro_spinnaker_look_up(&rule->post->x, since)));
    }
    if (timing != TIMING_NEAREST && timing != TIMING_SET_TO_ONE) {
        packet->trace = neuro_spinnaker_add_event(&rule->post->plus, packet->trace, since, wraps, &n_wrapped);
    }
    packet->step = now;
    packet->is_there = true;
    return n_wrapped;
}

neuro_spinnaker_rule_t
neuro_spinnaker_rule(const double *given, neuro_spinnaker_post_t *post)
{
    const uint32_t quirks = neuro_bits_to_u32((int32_t) given[RULE_QUIRKS]);

    return (neuro_spinnaker_rule_t){
        .a_plus = (int32_t) given[RULE_A_PLUS],
        .a_minus = (int32_t) given[RULE_A_MINUS],
        .a3_plus = (int32_t) given[RULE_A3_PLUS],
        .a3_minus = (int32_t) given[RULE_A3_MINUS],
        .w_min = (int32_t) given[RULE_W_MIN],
        .w_max = (int32_t) given[RULE_W_MAX],
        .alpha = (int32_t) given[RULE_ALPHA],
        .accumulator_min = (int32_t) given[RULE_ACCUMULATOR_DEPRESSION],
        .accumulator_max = (int32_t) given[RULE_ACCUMULATOR_POTENTIATION],
        .modulation = (int32_t) given[RULE_MODULATION_CONSTANT],
        .modulation_min = (int32_t) given[RULE_MODULATION_W_MIN],
        .modulation_max = (int32_t) given[RULE_MODULATION_W_MAX],
        .shift = (uint32_t) given[RULE_SHIFT],
        .slots = (quirks & NEURO_QUIRK_PLASTIC_CODE_0) != 0 ? (uint32_t) given[RULE_SLOTS] : 0,
        .quirks = quirks,
        .has_delay = given[RULE_BACKPROP] != 0.0,
        .post = post};
}

/* ---- what all plastic synapses onto a population share --------------------------------------- */

static void
free_post(void *given)
{
    neuro_spinnaker_post_t *post = given;
    neuro_spinnaker_table_t *const tables[] = {&post->plus, &post->minus, &post->x,
                                               &post->y,    &post->c,     &post->d};
    uint32_t i;

    for (i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        neuro_release(tables[i]->values);
    }
    neuro_release(post->histories);
    neuro_release(post->generators);
    neuro_release(post->pre_windows);
    neuro_release(post->post_windows);
    neuro_release(post);
}

static void
forget(neuro_spinnaker_post_t *post)
{
    uint32_t core;

    memset(post->histories, 0, post->n_cells * sizeof *post->histories);
    for (core = 0; core < post->n_cores; core++) {
        post->generators[core] = built_in_seed;
    }
}

/* The population's, made when first needed. NULL: no memory. */
static neuro_spinnaker_post_t *
post_of(neuro_projection_t *projection)
{
    neuro_spinnaker_cells_t *cells = projection->post->own;
    neuro_spinnaker_post_t *post = cells->post;

    if (post != NULL) {
        return post;
    }
    post = neuro_alloc(1, sizeof *post);
    if (post == NULL) {
        return NULL;
    }
    post->n_cells = projection->post->n_cells;
    post->histories = neuro_alloc(post->n_cells, sizeof *post->histories);
    post->pre_windows = neuro_alloc(NEURO_SPINNAKER_WINDOWS, sizeof *post->pre_windows);
    post->post_windows = neuro_alloc(NEURO_SPINNAKER_WINDOWS, sizeof *post->post_windows);
    if (post->histories == NULL || post->pre_windows == NULL || post->post_windows == NULL) {
        free_post(post);
        return NULL;
    }
    cells->post = post;
    cells->free_post = free_post;
    return post;
}

/* Generators of the cores, whose number may have changed before the first step. */
static neuro_status_t
make_generators(neuro_spinnaker_post_t *post, const neuro_spinnaker_cells_t *cells)
{
    uint32_t core;

    if (post->generators != NULL && post->n_cores == cells->n_cores) {
        return NEURO_OK;
    }
    neuro_release(post->generators);
    post->generators = neuro_alloc(cells->n_cores, sizeof *post->generators);
    if (post->generators == NULL) {
        return NEURO_ERR_MEMORY;
    }
    post->n_cores = cells->n_cores;
    post->cells_per_core = cells->cells_per_core;
    for (core = 0; core < post->n_cores; core++) {
        post->generators[core] = built_in_seed;
    }
    return NEURO_OK;
}

/* One rule for all plastic synapses onto a population, but for the receptors' shifts; rewired ones have it
 * too. */
static neuro_status_t
compare_with_leader(neuro_projection_t *projection, const neuro_spinnaker_post_t *post,
                    neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence, bool is_modulated)
{
    neuro_error_t *error = &projection->network->error;
    uint32_t i;

    if (post->timing != timing || post->dependence != dependence || post->is_modulated != is_modulated) {
        return neuro_fail(
            error, NEURO_ERR_VALUE,
            "projection %u onto population %u learns by \"%s\", and projection %u by \"%s\"; a core has one "
            "rule for all its plastic synapses",
            projection->id, projection->post->id, projection->kernel->name, post->leader->id,
            post->leader->kernel->name);
    }
    for (i = 0; i < N_STDP_RULES; i++) {
        if (i != RULE_SHIFT && projection->rules[i] != post->leader->rules[i]) {
            return neuro_fail(error, NEURO_ERR_VALUE,
                              "rule \"%s\" of projection %u onto population %u is %g, and of projection %u "
                              "it is %g; a core "
                              "has one rule for all its plastic synapses",
                              neuro_spinnaker_stdp_rules[i].name, projection->id, projection->post->id,
                              projection->rules[i], post->leader->id, post->leader->rules[i]);
        }
    }
    return NEURO_OK;
}

/* ---- preparation ----------------------------------------------------------------------------- */

neuro_status_t
neuro_spinnaker_stdp_check(neuro_projection_t *projection)
{
    const double *given = projection->rules;
    neuro_error_t *error = &projection->network->error;
    uint32_t i;

    for (i = 0; i < N_STDP_RULES; i++) {
        const bool is_time = i <= RULE_TAU_D, is_power = i == RULE_MU_PLUS || i == RULE_MU_MINUS;
        const bool is_short =
            i == RULE_ALPHA || i == RULE_ACCUMULATOR_DEPRESSION || i == RULE_ACCUMULATOR_POTENTIATION;
        const double low = i == RULE_SHIFT || i == RULE_SLOTS || i == RULE_BACKPROP ? 0.0
                           : is_short                                               ? INT16_MIN
                                                                                    : INT32_MIN;
        const double high = i == RULE_SHIFT      ? 16.0
                            : i == RULE_SLOTS    ? 16384.0
                            : i == RULE_BACKPROP ? 1.0
                            : is_short           ? INT16_MAX
                                                 : INT32_MAX;

        if (is_time && !(given[i] > 0.0 && given[i] <= 1e6)) {
            return neuro_fail(error, NEURO_ERR_RANGE,
                              "rule \"%s\" is %g ms; it must be above 0 and at most 1e6 ms",
                              neuro_spinnaker_stdp_rules[i].name, given[i]);
        }
        if (is_power && !(given[i] >= 0.0 && given[i] <= 1e3)) {
            return neuro_fail(error, NEURO_ERR_RANGE, "rule \"%s\" is %g; it must be 0 to 1000",
                              neuro_spinnaker_stdp_rules[i].name, given[i]);
        }
        if (!is_time && !is_power &&
            !(given[i] >= low && given[i] <= high && given[i] == (double) (int64_t) given[i])) {
            return neuro_fail(error, NEURO_ERR_RANGE,
                              "rule \"%s\" is %g; it must be a whole number in %.0f..%.0f",
                              neuro_spinnaker_stdp_rules[i].name, given[i], low, high);
        }
    }
    return neuro_spinnaker_check_slots(projection, given[RULE_SLOTS]);
}

/* One copy of the packets for each part, all alike, or one for each core, which take what they have time for.
 * One window for each core and row. */
static neuro_status_t
share_packets(neuro_projection_t *projection, neuro_spinnaker_learning_t *learning)
{
    const bool is_lossy = neuro_spinnaker_loses_packets(projection->post);
    const size_t n_cores = learning->post->n_cores;
    const uint32_t n_rows = neuro_rows_count(&projection->rows);
    const uint32_t n_copies = is_lossy ? learning->post->n_cores : projection->rows.n_parts;
    neuro_spinnaker_packet_t *packets;
    uint16_t *windows;
    uint32_t copy;

    if (learning->is_per_core && !is_lossy && projection->network->step > 0) {
        return neuro_fail(&projection->network->error, NEURO_ERR_STATE,
                          "the table \"drops\" of population %u cannot be taken back after the first step: "
                          "the plastic rows of projection %u differ from core to core",
                          projection->post->id, projection->id);
    }
    if (learning->packets != NULL && learning->n_copies == n_copies && learning->n_rows == n_rows &&
        learning->is_per_core == is_lossy) {
        return NEURO_OK;
    }
    packets = neuro_alloc((size_t) n_copies * n_rows, sizeof *packets);
    if (packets == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (learning->windows == NULL || learning->n_rows != n_rows) {
        windows = neuro_alloc(learning->post->timing == TIMING_RECURRENT_WINDOWS ? n_cores * n_rows : 0,
                              sizeof *windows);
        if (windows == NULL) {
            neuro_release(packets);
            return NEURO_ERR_MEMORY;
        }
        neuro_release(learning->windows);
        learning->windows = windows;
    }
    for (copy = 0; copy < n_copies && learning->n_rows == n_rows; copy++) {
        memcpy(packets + (size_t) copy * n_rows, learning->packets, n_rows * sizeof *packets);
    }
    neuro_release(learning->packets);
    learning->packets = packets;
    learning->n_copies = n_copies;
    learning->n_rows = n_rows;
    learning->is_per_core = is_lossy;
    return NEURO_OK;
}

neuro_status_t
neuro_spinnaker_stdp_prepare(neuro_projection_t *projection, neuro_spinnaker_timing_t timing,
                             neuro_spinnaker_weight_t dependence, bool is_modulated)
{
    neuro_spinnaker_learning_t *learning = projection->own;
    neuro_spinnaker_post_t *post = post_of(projection);
    neuro_status_t status = NEURO_OK;
    uint32_t c;

    if (learning == NULL && post != NULL) {
        learning = projection->own = neuro_alloc(1, sizeof *learning);
    }
    if (learning == NULL || post == NULL) {
        return NEURO_ERR_MEMORY;
    }
    learning->post = post;
    if (post->leader == NULL) {
        post->leader = projection;
        post->timing = timing;
        post->dependence = dependence;
        post->is_modulated = is_modulated;
    }
    status = compare_with_leader(projection, post, timing, dependence, is_modulated);
    if (status == NEURO_OK) {
        status = make_generators(post, projection->post->own);
    }
    if (status == NEURO_OK && post->leader == projection) {
        status = fill_tables(post, projection->rules, projection->network->dt_ms);
    }
    for (c = 0; c < projection->kernel->n_columns && status == NEURO_OK; c++) {
        status = neuro_column_expand(&projection->rows, 2 + c);
    }
    if (status == NEURO_OK) {
        status = share_packets(projection, learning);
    }
    return status;
}

static uint32_t
axonal_steps(const neuro_projection_t *projection, uint32_t total)
{
    return neuro_spinnaker_extension_steps(total, projection->rules[RULE_SLOTS]);
}

void
neuro_spinnaker_stdp_release(neuro_projection_t *projection)
{
    neuro_spinnaker_learning_t *learning = projection->own;

    if (learning != NULL) {
        neuro_release(learning->packets);
        neuro_release(learning->windows);
        neuro_release(learning);
    }
}

void
neuro_spinnaker_stdp_reset(neuro_projection_t *projection)
{
    neuro_spinnaker_learning_t *learning = projection->own;
    uint32_t c;

    if (learning == NULL || learning->packets == NULL) {
        return;
    }
    memset(learning->packets, 0, (size_t) learning->n_copies * learning->n_rows * sizeof *learning->packets);
    if (learning->post->timing == TIMING_RECURRENT_WINDOWS) {
        memset(learning->windows, 0,
               (size_t) learning->post->n_cores * learning->n_rows * sizeof *learning->windows);
    }
    for (c = 2; c < projection->rows.n_columns; c++) {
        neuro_column_t *column = &projection->rows.columns[c];

        if (!column->is_scalar) {
            memset(column->data, 0,
                   (size_t) neuro_rows_places(&projection->rows) * neuro_type_size(column->type));
        }
    }
    if (learning->post->leader == projection) {
        forget(learning->post);
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

static neuro_status_t
set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_projection_t *projection = owner;
    neuro_spinnaker_post_t *post = post_of(projection);
    const bool is_pre = strcmp(name, "pre_windows") == 0, is_post = strcmp(name, "post_windows") == 0;
    uint32_t i;

    if (post == NULL) {
        return neuro_fail(&projection->network->error, NEURO_ERR_MEMORY, "no memory for table \"%s\"", name);
    }
    if ((is_pre || is_post) && n == NEURO_SPINNAKER_WINDOWS) {
        for (i = 0; i < NEURO_SPINNAKER_WINDOWS; i++) {
            (is_pre ? post->pre_windows : post->post_windows)[i] = (uint16_t) values[i];
        }
        return NEURO_OK;
    }
    return neuro_fail(
        &projection->network->error, NEURO_ERR_NAME,
        "synapse kernel \"%s\" takes no table \"%s\" of %llu numbers; it takes pre_windows and post_windows, "
        "%d each",
        projection->kernel->name, name, (unsigned long long) n, NEURO_SPINNAKER_WINDOWS);
}

static neuro_status_t
write_table(const neuro_spinnaker_table_t *table, double *values, uint64_t *n)
{
    uint32_t i;

    *n = table->n;
    for (i = 0; values != NULL && i < table->n; i++) {
        values[i] = table->values[i];
    }
    return NEURO_OK;
}

static neuro_status_t
get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    neuro_projection_t *projection = owner;
    const neuro_spinnaker_learning_t *learning = projection->own;
    const neuro_spinnaker_post_t *post = learning != NULL ? learning->post : NULL;
    uint32_t i;

    if (post == NULL) {
        return neuro_fail(&projection->network->error, NEURO_ERR_STATE,
                          "table \"%s\" of projection %u is made when the network first runs", name,
                          projection->id);
    }
    if (strcmp(name, "pre_traces") ==
        0) { /* step, trace, slow trace of each row's last packet (on each core) */
        const uint64_t n_rows =
            (uint64_t) learning->n_rows * (learning->is_per_core ? learning->n_copies : 1);

        *n = 3 * n_rows;
        for (i = 0; values != NULL && i < n_rows; i++) {
            values[3 * i] = (double) learning->packets[i].step;
            values[3 * i + 1] = learning->packets[i].trace;
            values[3 * i + 2] = learning->packets[i].second;
        }
        return NEURO_OK;
    }
    if (strcmp(name, "drawn_windows") == 0) { /* [core][row] */
        *n = post->timing == TIMING_RECURRENT_WINDOWS ? (uint64_t) post->n_cores * learning->n_rows : 0;
        for (i = 0; values != NULL && i < *n; i++) {
            values[i] = learning->windows[i];
        }
        return NEURO_OK;
    }
    if (strcmp(name, "table_plus") == 0) {
        return write_table(&post->plus, values, n);
    }
    if (strcmp(name, "table_minus") == 0) {
        return write_table(&post->minus, values, n);
    }
    if (strcmp(name, "table_x") == 0) {
        return write_table(&post->x, values, n);
    }
    if (strcmp(name, "table_y") == 0) {
        return write_table(&post->y, values, n);
    }
    if (strcmp(name, "table_c") == 0) {
        return write_table(&post->c, values, n);
    }
    if (strcmp(name, "table_d") == 0) {
        return write_table(&post->d, values, n);
    }
    return neuro_fail(
        &projection->network->error, NEURO_ERR_NAME,
        "synapse kernel \"%s\" has no table \"%s\"; it has pre_traces, drawn_windows and table_plus, _minus, "
        "_x, _y, _c, _d",
        projection->kernel->name, name);
}

/* ---- descriptors ----------------------------------------------------------------------------- */

static const neuro_column_spec_t recurrent_columns[] = {
    {"accumulator", NEURO_I16, 0.0, true}, {"state", NEURO_U8, 0.0, true}, {"window", NEURO_U16, 0.0, true}};
static const neuro_column_spec_t modulated_columns[] = {{"eligibility", NEURO_U16, 0.0, true}};

#define STDP_KERNEL(id, timing, dependence, sweep_of, columns_of, n_columns_of, modulated)                   \
    static neuro_status_t prepare_##id(neuro_projection_t *projection, neuro_isa_t isa)                      \
    {                                                                                                        \
        (void) isa;                                                                                          \
        projection->sweep = sweep_of(timing, dependence, neuro_spinnaker_loses_packets(projection->post));   \
        return neuro_spinnaker_stdp_prepare(projection, timing, dependence, modulated);                      \
    }                                                                                                        \
    const neuro_synapse_kernel_t neuro_spinnaker_##id = {                                                    \
        .name = #id,                                                                                         \
        .weight_type = NEURO_U16,                                                                            \
        .is_plastic = true,                                                                                  \
        .n_rules = N_STDP_RULES,                                                                             \
        .rules = neuro_spinnaker_stdp_rules,                                                                 \
        .n_columns = n_columns_of,                                                                           \
        .columns = columns_of,                                                                               \
        .dendritic_rule = -1,                                                                                \
        .axonal_steps = axonal_steps,                                                                        \
        .check = neuro_spinnaker_stdp_check,                                                                 \
        .prepare = prepare_##id,                                                                             \
        .free = neuro_spinnaker_stdp_release,                                                                \
        .reset = neuro_spinnaker_stdp_reset,                                                                 \
        .learn = neuro_spinnaker_stdp_learn,                                                                 \
        .set_table = set_table,                                                                              \
        .get_table = get_table,                                                                              \
    };
NEURO_SPINNAKER_STDP_KERNELS(STDP_KERNEL)

/* Modulators: static rows whose packets are events. */
static neuro_status_t
prepare_modulator(neuro_projection_t *projection, neuro_isa_t isa)
{
    (void) isa;
    projection->sweep = neuro_spinnaker_loses_packets(projection->post)
                            ? neuro_spinnaker_lossy_modulator_sweep
                            : neuro_spinnaker_modulator_sweep;
    return NEURO_OK;
}

const neuro_synapse_kernel_t neuro_spinnaker_reward = {
    .name = "reward", .weight_type = NEURO_U16, .dendritic_rule = -1, .prepare = prepare_modulator};
const neuro_synapse_kernel_t neuro_spinnaker_punishment = {
    .name = "punishment", .weight_type = NEURO_U16, .dendritic_rule = -1, .prepare = prepare_modulator};
