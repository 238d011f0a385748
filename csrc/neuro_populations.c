#include "neuro.h"

#include "core/memory.h"
#include "engine/spike_source.h"
#include "neuro_find.h"

#include <string.h>

neuro_status_t
neuro_network_add_composed(neuro_network_t *network, const char *kernel, uint32_t n_cells,
                           const char *const *receptors, uint32_t n_receptors, uint32_t *id)
{
    neuro_population_t *population;
    neuro_status_t status;

    if (n_cells == 0) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "a population needs at least one cell");
    }
    if (network->n_populations == network->population_capacity) {
        const uint32_t capacity = 2 * network->population_capacity + 16;
        neuro_population_t **grown =
            neuro_grow(network->populations, network->n_populations, capacity, sizeof *grown);

        if (grown == NULL) {
            return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for another population");
        }
        network->populations = grown;
        network->population_capacity = capacity;
    }
    status = neuro_population_create(network, kernel, n_cells, receptors, n_receptors, &population);
    if (status != NEURO_OK) {
        return status;
    }
    population->id = network->n_populations;
    population->seed = network->seed;
    population->stream = population->id;
    network->populations[network->n_populations++] = population;
    network->is_ready = false;
    *id = population->id;
    return NEURO_OK;
}

neuro_status_t
neuro_network_add_population(neuro_network_t *network, const char *kernel, uint32_t n_cells, uint32_t *id)
{
    return neuro_network_add_composed(network, kernel, n_cells, NULL, 0, id);
}

neuro_status_t
neuro_population_n_variables(neuro_network_t *network, uint32_t id, uint32_t *n)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status == NEURO_OK) {
        *n = population->n_variables;
    }
    return status;
}

neuro_status_t
neuro_population_describe(neuro_network_t *network, uint32_t id, uint32_t variable, const char **name,
                          int *role, char *type)
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
neuro_population_get_values(neuro_network_t *network, uint32_t id, const char *name, bool is_initial,
                            bool *is_scalar, double *values)
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
        return neuro_fail(&network->error, NEURO_ERR_STATE,
                          "population %u of kernel \"%s\" holds no spike trains", id,
                          (*population)->kernel->name);
    }
    return status;
}

neuro_status_t
neuro_population_set_spike_times(neuro_network_t *network, uint32_t id, const uint64_t *offsets,
                                 const int64_t *steps)
{
    neuro_population_t *population;
    neuro_status_t status = find_spike_source(network, id, &population);

    return status != NEURO_OK ? status : neuro_spike_source_set(population, offsets, steps);
}

neuro_status_t
neuro_population_add_spikes(neuro_network_t *network, uint32_t id, uint64_t n, const int64_t *steps,
                            const uint32_t *cells)
{
    neuro_population_t *population;
    neuro_status_t status = find_spike_source(network, id, &population);

    return status != NEURO_OK ? status : neuro_spike_source_add(population, n, steps, cells);
}

neuro_status_t
neuro_population_set_seed(neuro_network_t *network, uint32_t id, uint64_t seed)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status == NEURO_OK) {
        population->seed = seed;
        population->stream = NEURO_OWN_STREAM;
    }
    return status;
}

neuro_status_t
neuro_population_set_list(neuro_network_t *network, uint32_t id, const char *name, const uint64_t *offsets,
                          const double *values)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    uint32_t k;

    if (status != NEURO_OK) {
        return status;
    }
    for (k = 0; k < population->kernel->n_lists; k++) {
        if (strcmp(population->kernel->lists[k], name) == 0) {
            population->is_stale = true;
            network->is_ready = false;
            return population->kernel->set_list(population, k, offsets, values);
        }
    }
    return neuro_fail(&network->error, NEURO_ERR_NAME, "kernel \"%s\" has no list \"%s\"",
                      population->kernel->name, name);
}
