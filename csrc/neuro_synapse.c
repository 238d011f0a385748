#include "neuro.h"

#include "core/memory.h"
#include "neuro_find.h"

/* Position in storage of a synapse of a pair; false when there are not so many. */
static bool
find_synapse(const neuro_rows_t *rows, uint32_t pre, uint32_t post, uint64_t repeat, uint64_t *synapse)
{
    uint32_t row;

    if (rows->layout == NEURO_DENSE) {
        *synapse = (uint64_t) pre * rows->n_post + post;
        return repeat == 0;
    }
    for (row = pre; row < neuro_rows_count(rows); row += rows->n_pre) {
        if (neuro_rows_find(rows, row, post, synapse)) {
            while (repeat > 0 && *synapse < rows->end[row] && neuro_rows_target(rows, *synapse) == post) {
                ++*synapse;
                repeat--;
            }
            if (*synapse < rows->end[row] && neuro_rows_target(rows, *synapse) == post) {
                return true;
            }
        }
    }
    return false;
}

neuro_status_t
neuro_projection_set_one(neuro_network_t *network, uint32_t id, const char *name, uint32_t pre, uint32_t post,
                         uint64_t repeat, double value)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);
    neuro_rows_t *rows;
    neuro_column_t *column;
    uint32_t number = 0;
    uint64_t synapse;

    if (status == NEURO_OK) {
        status = neuro_find_column(network, projection, name, &number);
    }
    if (status != NEURO_OK) {
        return status;
    }
    rows = &projection->rows;
    column = &rows->columns[number];
    if (pre >= rows->n_pre || post >= rows->n_post || !find_synapse(rows, pre, post, repeat, &synapse)) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE,
                          "no synapse %llu from cell %u to cell %u in projection %u",
                          (unsigned long long) repeat, pre, post, id);
    }
    if (number == NEURO_DELAY) {
        return neuro_fail(&network->error, NEURO_ERR_STATE, "delays of projection %u are set all at once",
                          id);
    }
    if (!neuro_type_holds(column->type, value)) {
        double low, high;

        neuro_type_range(column->type, &low, &high);
        return neuro_fail(&network->error, NEURO_ERR_RANGE,
                          "%g for \"%s\" of a synapse; it is a whole number of %.17g..%.17g", value, name,
                          low, high);
    }
    if (column->is_scalar) {
        const double n = (double) rows->n_synapses;

        status = neuro_projection_check_room(projection, n, n * (double) neuro_type_size(column->type));
        if (status == NEURO_OK && neuro_column_expand(rows, number) != NEURO_OK) {
            status = neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for \"%s\" of %llu synapses",
                                name, (unsigned long long) rows->n_synapses);
        }
        if (status != NEURO_OK) {
            return status;
        }
        network->is_ready = false;
    }
    if (projection->kernel->settle != NULL && projection->is_ready) {
        projection->kernel->settle(projection, network->step - 1);
    }
    neuro_value_set(column->data, column->type, (size_t) synapse, value);
    network->is_ready = network->is_ready && projection->kernel->is_plastic; /* copies of weights */
    if (network->step == 0 && ((number == NEURO_WEIGHT && projection->initial_weight.data != NULL) ||
                               projection->initial != NULL)) { /* what a reset restores */
        neuro_release(projection->initial_weight.data);
        projection->initial_weight.data = NULL;
        neuro_projection_forget_initial(projection);
        projection->is_ready = false;
        network->is_ready = false;
    }
    return NEURO_OK;
}
