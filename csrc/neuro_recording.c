#include "neuro.h"

#include "core/memory.h"
#include "neuro_find.h"

#include <string.h>

neuro_status_t
neuro_population_record_spikes(neuro_network_t *network, uint32_t id, bool is_on, const uint8_t *mask)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    uint8_t *copy = NULL;

    if (status != NEURO_OK) {
        return status;
    }
    if (is_on && mask != NULL) {
        copy = neuro_alloc(population->n_cells, 1);
        if (copy == NULL) {
            return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory to select cells for recording");
        }
        memcpy(copy, mask, population->n_cells);
    }
    neuro_release(population->spike_mask);
    population->spike_mask = copy;
    if (population->records_spikes != is_on) {
        network->is_ready = false;
    }
    population->records_spikes = is_on;
    return NEURO_OK;
}

neuro_status_t
neuro_population_record(neuro_network_t *network, uint32_t id, const char *name, const uint32_t *cells,
                        uint32_t n_cells, int64_t interval)
{
    neuro_population_t *population;
    uint32_t variable, i;
    neuro_status_t status = neuro_find_variable(network, id, name, &population, &variable);

    if (status != NEURO_OK) {
        return status;
    }
    if (interval < 1) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "sampling interval of %lld steps; at least 1",
                          (long long) interval);
    }
    for (i = 0; i < n_cells; i++) {
        if (cells[i] >= population->n_cells || (i > 0 && cells[i] <= cells[i - 1])) {
            return neuro_fail(&network->error, NEURO_ERR_RANGE,
                              "cells to record must ascend and be below %u; number %u is %u",
                              population->n_cells, i, cells[i]);
        }
    }
    status = neuro_recorder_select(&population->recorders[variable], population->variables[variable].type,
                                   cells, n_cells, interval);
    if (status != NEURO_OK) {
        return neuro_fail(&network->error, status, "no memory to record %u cells", n_cells);
    }
    neuro_network_sample_present(network);
    return NEURO_OK;
}

neuro_status_t
neuro_population_n_spikes(neuro_network_t *network, uint32_t id, size_t *n)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    uint32_t i;

    if (status == NEURO_OK) {
        *n = 0;
        for (i = 0; i < population->n_spike_records; i++) {
            *n += population->spike_records[i].count;
        }
    }
    return status;
}

neuro_status_t
neuro_population_spikes(neuro_network_t *network, uint32_t id, uint32_t *cells, int64_t *steps)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    const neuro_spike_record_t *records;
    size_t *next;
    size_t n = 0;
    uint32_t i, best;

    if (status != NEURO_OK) {
        return status;
    }
    next = neuro_alloc(population->n_spike_records, sizeof *next);
    if (next == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory to merge spikes");
    }
    records = population->spike_records;
    for (;;) { /* merge: every record is sorted by step and cell */
        best = population->n_spike_records;
        for (i = 0; i < population->n_spike_records; i++) {
            if (next[i] < records[i].count &&
                (best == population->n_spike_records ||
                 records[i].step[next[i]] < records[best].step[next[best]] ||
                 (records[i].step[next[i]] == records[best].step[next[best]] &&
                  records[i].index[next[i]] < records[best].index[next[best]]))) {
                best = i;
            }
        }
        if (best == population->n_spike_records) {
            break;
        }
        cells[n] = records[best].index[next[best]];
        steps[n] = records[best].step[next[best]];
        next[best]++;
        n++;
    }
    neuro_release(next);
    return NEURO_OK;
}

neuro_status_t
neuro_population_spike_counts(neuro_network_t *network, uint32_t id, uint64_t *counts)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    uint32_t i;
    size_t k;

    if (status != NEURO_OK) {
        return status;
    }
    memset(counts, 0, population->n_cells * sizeof *counts);
    for (i = 0; i < population->n_spike_records; i++) {
        for (k = 0; k < population->spike_records[i].count; k++) {
            counts[population->spike_records[i].index[k]]++;
        }
    }
    return NEURO_OK;
}

neuro_status_t
neuro_population_recorded(neuro_network_t *network, uint32_t id, const char *name, const void **data,
                          char *type, size_t *n_samples, uint32_t *n_cells, int64_t *first_step,
                          int64_t *interval)
{
    neuro_population_t *population;
    uint32_t variable;
    neuro_status_t status = neuro_find_variable(network, id, name, &population, &variable);
    const neuro_recorder_t *recorder;

    if (status != NEURO_OK) {
        return status;
    }
    recorder = &population->recorders[variable];
    *data = recorder->data;
    *type = neuro_type_letter(recorder->type);
    *n_samples = recorder->n_samples;
    *n_cells = recorder->n_cells;
    *first_step = recorder->first_step + network->platform->plan.record_label;
    *interval = recorder->interval;
    return NEURO_OK;
}

neuro_status_t
neuro_population_clear_recorded(neuro_network_t *network, uint32_t id)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    uint32_t i;

    if (status != NEURO_OK) {
        return status;
    }
    for (i = 0; i < population->n_variables; i++) {
        neuro_recorder_clear(&population->recorders[i]);
    }
    for (i = 0; i < population->n_spike_records; i++) {
        population->spike_records[i].count = 0;
    }
    neuro_network_sample_present(network);
    return NEURO_OK;
}
