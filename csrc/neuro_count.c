/* Synapses by groups of their sources and targets: what the cores of a machine have of a projection. */
#include "neuro.h"

#include "engine/network.h"
#include "neuro_find.h"

/* Stages of `slots` steps that lie before the ring in which a delay ends. */
static inline uint32_t
stage_of(double delay, uint32_t slots, uint32_t n_stages)
{
    const uint32_t stage = delay > 1.0 ? ((uint32_t) delay - 1) / slots : 0;

    return stage < n_stages ? stage : n_stages - 1;
}

neuro_status_t
neuro_projection_count_groups(neuro_network_t *network, uint32_t id, const neuro_groups_t *groups,
                              uint32_t *counts)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);
    const neuro_column_t *delays;
    const neuro_rows_t *rows;
    uint64_t begin, end, k;
    uint32_t row;

    if (status != NEURO_OK) {
        return status;
    }
    rows = &projection->rows;
    if (groups->n_source_cells != projection->pre->n_cells ||
        groups->n_target_cells != projection->post->n_cells) {
        return neuro_fail(
            &network->error, NEURO_ERR_SHAPE,
            "groups of %u sources and %u targets were given for projection %u, which has %u and %u",
            groups->n_source_cells, groups->n_target_cells, id, projection->pre->n_cells,
            projection->post->n_cells);
    }
    delays = &rows->columns[NEURO_DELAY];
    for (row = 0; row < neuro_rows_count(rows); row++) {
        const double shift = (double) rows->shifts[row / rows->n_pre];
        const size_t stride = (size_t) groups->n_sources * groups->n_targets;
        uint32_t *of_source = counts + (size_t) groups->of_source[row % rows->n_pre] * groups->n_targets;

        neuro_rows_range(rows, row, &begin, &end);
        if (begin < end && delays->is_scalar) {
            of_source +=
                stage_of(shift + neuro_column_get(delays, 0), groups->slots, groups->n_stages) * stride;
        }
        for (k = begin; k < end; k++) {
            const uint32_t stage = delays->is_scalar ? 0
                                                     : stage_of(shift + neuro_column_get(delays, k),
                                                                groups->slots, groups->n_stages);

            of_source[stage * stride + groups->of_target[neuro_rows_target(rows, k)]]++;
        }
    }
    return NEURO_OK;
}
