/* What plastic synapses keep, and all those onto a population share: checked, made, forgotten. */
#include "core/memory.h"
#include "spinnaker/cells.h"
#include "spinnaker/rows.h"
#include "spinnaker/stdp.h"

#include <string.h>

/* Source: timing_recurrent_common.h: the core's generator is never given another seed. */
static const neuro_spinnaker_generator_t built_in_seed = {123456789, 234567891, 345678912, 456789123};

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

neuro_spinnaker_post_t *
neuro_spinnaker_stdp_post(neuro_projection_t *projection)
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
    neuro_spinnaker_post_t *post = neuro_spinnaker_stdp_post(projection);
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
        status = neuro_spinnaker_stdp_fill_tables(post, projection->rules, projection->network->dt_ms);
    }
    for (c = 0; c < projection->kernel->n_columns && status == NEURO_OK; c++) {
        status = neuro_column_expand(&projection->rows, 2 + c);
    }
    if (status == NEURO_OK) {
        status = share_packets(projection, learning);
    }
    return status;
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
