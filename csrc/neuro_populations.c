#include "neuro.h"

#include "core/memory.h"
#include "engine/spike_source.h"
#include "neuro_find.h"

#include <string.h>

neuro_status_t
neuro_network_add_population(neuro_network_t *network, const char *kernel, uint32_t n_cells, uint32_t *id)
{
    neuro_population_t *population;
    neuro_status_t status;

    if (n_cells == 0) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "a population needs at least one cell");
    }
    if (network->n_populations == network->population_capacity) {
        const uint32_t capacity = 2 * network->population_capacity + 16;
        neuro_population_t **grown
            = neuro_grow(network->populations, network->n_populations, capacity, sizeof *grown);

        if (grown == NULL) {
            return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for another population");
        }
        network->populations = grown;
        network->population_capacity = capacity;
    }
    status = neuro_population_create(network, kernel, n_cells, &population);
    if (status != NEURO_OK) {
        return status;
    }
    population->id = network->n_populations;
    network->populations[network->n_populations++] = population;
    network->is_ready = false;
    *id = population->id;
    return NEURO_OK;
}

neuro_status_t
neuro_population_n_variables(neuro_network_t *network, uint32_t id, uint32_t *n)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status == NEURO_OK) {
        *n = population->kernel->n_variables;
    }
    return status;
}

neuro_status_t
neuro_population_describe(
    neuro_network_t *network, uint32_t id, uint32_t variable, const char **name, int *role, char *type)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status == NEURO_OK) {
        *name = population->variables[variable].spec->name;
        *role = (int) population->variables[variable].spec->role;
        *type = neuro_type_letter(population->variables[variable].type);
    }
    return status;
}

neuro_status_t
neuro_population_set_values(neuro_network_t *network, uint32_t id, const char *name, const uint32_t *cells,
    uint64_t n_cells, const double *values, uint64_t n_values, bool is_initial)
{
    neuro_population_t *population;
    uint32_t variable;
    neuro_status_t status = neuro_find_variable(network, id, name, &population, &variable);

    if (status != NEURO_OK) {
        return status;
    }
    return neuro_population_set(population, variable, cells, n_cells, values, n_values, is_initial);
}

neuro_status_t
neuro_population_get_values(
    neuro_network_t *network, uint32_t id, const char *name, bool is_initial, bool *is_scalar, double *values)
{
    neuro_population_t *population;
    uint32_t number, i;
    neuro_status_t status = neuro_find_variable(network, id, name, &population, &number);
    const neuro_variable_t *variable;
    const void *data;

    if (status != NEURO_OK) {
        return status;
    }
    variable = &population->variables[number];
    data = is_initial && variable->initial != NULL ? variable->initial : variable->data;
    *is_scalar = variable->is_scalar;
    for (i = 0; values != NULL && i < (variable->is_scalar ? 1 : population->n_cells); i++) {
        values[i] = neuro_value_get(data, variable->type, i);
    }
    return NEURO_OK;
}

static neuro_status_t
find_spike_source(neuro_network_t *network, uint32_t id, neuro_population_t **population)
{
    neuro_status_t status = neuro_find_population(network, id, population);

    if (status == NEURO_OK && (*population)->kernel != &neuro_spike_source_kernel) {
        return neuro_fail(&network->error, NEURO_ERR_STATE, "population %u of kernel \"%s\" holds no spike trains", id,
            (*population)->kernel->name);
    }
    return status;
}

neuro_status_t
neuro_population_set_spike_times(
    neuro_network_t *network, uint32_t id, const uint64_t *offsets, const int64_t *steps)
{
    neuro_population_t *population;
    neuro_status_t status = find_spike_source(network, id, &population);

    return status != NEURO_OK ? status : neuro_spike_source_set(population, offsets, steps);
}

neuro_status_t
neuro_population_add_spikes(
    neuro_network_t *network, uint32_t id, uint64_t n, const int64_t *steps, const uint32_t *cells)
{
    neuro_population_t *population;
    neuro_status_t status = find_spike_source(network, id, &population);

    return status != NEURO_OK ? status : neuro_spike_source_add(population, n, steps, cells);
}

neuro_status_t
neuro_population_add_current(
    neuro_network_t *network, uint32_t id, uint32_t n_cells, const uint32_t *cells, uint32_t *number)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    neuro_current_t *currents;
    uint32_t *copy;
    uint32_t i;

    if (status != NEURO_OK) {
        return status;
    }
    if (population->kernel->current_constant < 0) {
        return neuro_fail(&network->error, NEURO_ERR_STATE, "no current can be injected into kernel \"%s\"",
            population->kernel->name);
    }
    for (i = 0; i < n_cells; i++) {
        if (cells[i] >= population->n_cells) {
            return neuro_fail(&network->error, NEURO_ERR_RANGE, "cell %u of a population of %u cells", cells[i],
                population->n_cells);
        }
    }
    copy = neuro_alloc(n_cells, sizeof *copy);
    currents = neuro_grow(NULL, 0, (size_t) population->n_currents + 1, sizeof *currents);
    if (copy == NULL || currents == NULL) {
        neuro_release(copy);
        neuro_release(currents);
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for a current source into %u cells", n_cells);
    }
    memcpy(copy, cells, n_cells * sizeof *copy);
    if (population->n_currents > 0) {
        memcpy(currents, population->currents, population->n_currents * sizeof *currents);
    }
    neuro_release(population->currents);
    population->currents = currents;
    population->currents[population->n_currents].n_cells = n_cells;
    population->currents[population->n_currents].cells = copy;
    *number = population->n_currents++;
    population->is_stale = true;
    network->is_ready = false;
    return NEURO_OK;
}

neuro_status_t
neuro_population_set_current(neuro_network_t *network, uint32_t id, uint32_t number, uint64_t n, const int64_t *steps,
    const double *amplitudes)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    neuro_step_t *new_steps;
    double *new_amplitudes;

    if (status != NEURO_OK) {
        return status;
    }
    if (number >= population->n_currents) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "current %u of %u", number, population->n_currents);
    }
    new_steps = neuro_alloc((size_t) n, sizeof *new_steps);
    new_amplitudes = neuro_alloc((size_t) n, sizeof *new_amplitudes);
    if (new_steps == NULL || new_amplitudes == NULL) {
        neuro_release(new_steps);
        neuro_release(new_amplitudes);
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for %llu changes of a current",
            (unsigned long long) n);
    }
    if (n > 0) {
        memcpy(new_steps, steps, (size_t) n * sizeof *steps);
        memcpy(new_amplitudes, amplitudes, (size_t) n * sizeof *amplitudes);
    }
    neuro_release(population->currents[number].steps);
    neuro_release(population->currents[number].amplitudes);
    population->currents[number].steps = new_steps;
    population->currents[number].amplitudes = new_amplitudes;
    population->currents[number].n_changes = n;
    neuro_population_forget_changes(population);
    return NEURO_OK;
}
