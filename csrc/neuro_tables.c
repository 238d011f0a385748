#include "neuro.h"

#include "neuro_find.h"

static neuro_status_t
refuse(neuro_network_t *network, const char *kind, const char *kernel, const char *name)
{
    return neuro_fail(&network->error, NEURO_ERR_NAME, "%s kernel \"%s\" has no tables, hence no \"%s\"",
                      kind, kernel, name);
}

neuro_status_t
neuro_population_set_table(neuro_network_t *network, uint32_t id, const char *name, const double *values,
                           uint64_t n)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status != NEURO_OK) {
        return status;
    }
    if (population->kernel->set_table == NULL) {
        return refuse(network, "neuron", population->kernel->name, name);
    }
    status = population->kernel->set_table(population, name, values, n);
    population->is_stale = true;
    network->is_ready = false;
    return status;
}

neuro_status_t
neuro_population_get_table(neuro_network_t *network, uint32_t id, const char *name, double *values,
                           uint64_t *n)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status != NEURO_OK) {
        return status;
    }
    if (population->kernel->get_table == NULL) {
        return refuse(network, "neuron", population->kernel->name, name);
    }
    return population->kernel->get_table(population, name, values, n);
}

neuro_status_t
neuro_projection_set_table(neuro_network_t *network, uint32_t id, const char *name, const double *values,
                           uint64_t n)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status != NEURO_OK) {
        return status;
    }
    if (projection->kernel->set_table == NULL) {
        return refuse(network, "synapse", projection->kernel->name, name);
    }
    status = projection->kernel->set_table(projection, name, values, n);
    projection->is_ready = false;
    network->is_ready = false;
    return status;
}

neuro_status_t
neuro_projection_get_table(neuro_network_t *network, uint32_t id, const char *name, double *values,
                           uint64_t *n)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status != NEURO_OK) {
        return status;
    }
    if (projection->kernel->get_table == NULL) {
        return refuse(network, "synapse", projection->kernel->name, name);
    }
    return projection->kernel->get_table(projection, name, values, n);
}
