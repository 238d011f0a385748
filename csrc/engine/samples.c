/* What the recorders of a network hold: room before a run, the present state, and their lengths after it. */
#include "core/memory.h"
#include "engine/network.h"

neuro_status_t
neuro_network_reserve_samples(neuro_network_t *network, neuro_step_t end)
{
    /* Of all recorders: memory that is reserved but not written yet still counts as available. */
    double bytes = 0.0;
    double available = -1.0;
    uint32_t p, v;

    for (p = 0; p < network->n_populations; p++) {
        neuro_population_t *population = network->populations[p];

        population->has_recorders = false;
        for (v = 0; v < population->n_variables; v++) {
            neuro_recorder_t *recorder = &population->recorders[v];

            if (recorder->n_cells == 0) {
                continue;
            }
            population->has_recorders = true;
            if (recorder->first_step < 0) {
                recorder->first_step = network->step;
            }
            bytes += neuro_recorder_bytes_needed(recorder, end - 1);
            if (bytes > 0.0 && available < 0.0) {
                available = (double) neuro_memory_available();
            }
            if ((bytes > 0.0 && bytes > available) || neuro_recorder_reserve(recorder, end - 1) != NEURO_OK) {
                return neuro_fail(
                    &network->error, NEURO_ERR_MEMORY,
                    "recording \"%s\" of %u cells of population %u over %lld steps does not fit "
                    "into memory: all recordings need %.4g GB more, and there are %.4g GB; "
                    "record fewer cells, or with a longer sampling interval",
                    population->variables[v].spec->name, recorder->n_cells, p,
                    (long long) (end - network->step), bytes * 1e-9, available * 1e-9);
            }
        }
    }
    return NEURO_OK;
}

void
neuro_network_sample_present(neuro_network_t *network)
{
    uint32_t p, v;

    if (!network->platform->plan.has_initial_step || network->step == 0) {
        return;
    }
    for (p = 0; p < network->n_populations; p++) {
        neuro_population_t *population = network->populations[p];

        for (v = 0; v < population->n_variables; v++) {
            neuro_recorder_t *recorder = &population->recorders[v];

            if (recorder->n_cells > 0 && recorder->first_step < 0) {
                recorder->first_step = network->step - 1;
                if (neuro_recorder_reserve(recorder, network->step - 1) == NEURO_OK) {
                    neuro_recorder_sample(recorder, network->step - 1, population->variables[v].data,
                                          population->variables[v].is_scalar, 0, population->n_cells);
                    recorder->n_samples = 1;
                }
            }
        }
    }
}

void
neuro_network_count_samples(neuro_network_t *network)
{
    uint32_t p, v;

    for (p = 0; p < network->n_populations; p++) {
        for (v = 0; v < network->populations[p]->n_variables; v++) {
            neuro_recorder_t *recorder = &network->populations[p]->recorders[v];

            if (recorder->n_cells > 0 && recorder->first_step >= 0 && network->step > recorder->first_step) {
                recorder->n_samples =
                    (size_t) ((network->step - 1 - recorder->first_step) / recorder->interval) + 1;
            }
        }
    }
}
