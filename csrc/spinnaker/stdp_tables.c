/* Look-up tables of plastic synapses, and what can be set and read of their state by name. */
#include "core/math.h"
#include "core/memory.h"
#include "spinnaker/stdp.h"

#include <string.h>

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

neuro_status_t
neuro_spinnaker_stdp_fill_tables(neuro_spinnaker_post_t *post, const double *given, double dt_ms)
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

/* ---- tables ---------------------------------------------------------------------------------- */

neuro_status_t
neuro_spinnaker_stdp_set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_projection_t *projection = owner;
    neuro_spinnaker_post_t *post = neuro_spinnaker_stdp_post(projection);
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

neuro_status_t
neuro_spinnaker_stdp_get_table(void *owner, const char *name, double *values, uint64_t *n)
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
