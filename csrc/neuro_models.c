#include "neuro.h"

#include "engine/network.h"

#include <string.h>

const char *
neuro_kernel_name(const neuro_network_t *network, bool is_synapse, uint32_t number)
{
    if (is_synapse) {
        return number < network->platform->n_synapses ? network->platform->synapses[number]->name : NULL;
    }
    return number < network->platform->n_neurons ? network->platform->neurons[number]->name : NULL;
}

static const neuro_neuron_kernel_t *
find_neuron(const neuro_network_t *network, const char *name)
{
    uint32_t i;

    for (i = 0; i < network->platform->n_neurons; i++) {
        if (strcmp(network->platform->neurons[i]->name, name) == 0) {
            return network->platform->neurons[i];
        }
    }
    return NULL;
}

static const neuro_synapse_kernel_t *
find_synapse(const neuro_network_t *network, const char *name)
{
    uint32_t i;

    for (i = 0; i < network->platform->n_synapses; i++) {
        if (strcmp(network->platform->synapses[i]->name, name) == 0) {
            return network->platform->synapses[i];
        }
    }
    return NULL;
}

static neuro_status_t
no_kernel(neuro_network_t *network, const char *kind, const char *name)
{
    return neuro_fail(&network->error, NEURO_ERR_NAME, "platform \"%s\" has no %s kernel \"%s\"",
                      network->platform->name, kind, name);
}

neuro_status_t
neuro_neuron_kernel(neuro_network_t *network, const char *name, uint32_t *n_receptors, bool *takes_current)
{
    const neuro_neuron_kernel_t *kernel = find_neuron(network, name);

    if (kernel == NULL) {
        return no_kernel(network, "neuron", name);
    }
    *n_receptors = kernel->n_receptors;
    *takes_current = kernel->current_constant >= 0;
    return NEURO_OK;
}

const char *
neuro_neuron_kernel_variable(const neuro_network_t *network, const char *name, uint32_t number, int *role,
                             double *default_value)
{
    const neuro_neuron_kernel_t *kernel = find_neuron(network, name);

    if (kernel == NULL || number >= kernel->n_variables) {
        return NULL;
    }
    *role = (int) kernel->variables[number].role;
    *default_value = kernel->variables[number].default_value;
    return kernel->variables[number].name;
}

const char *
neuro_neuron_kernel_list(const neuro_network_t *network, const char *name, uint32_t number)
{
    const neuro_neuron_kernel_t *kernel = find_neuron(network, name);

    return kernel == NULL || number >= kernel->n_lists ? NULL : kernel->lists[number];
}

neuro_status_t
neuro_synapse_kernel(neuro_network_t *network, const char *name, uint32_t *n_rules, uint32_t *n_columns)
{
    const neuro_synapse_kernel_t *kernel = find_synapse(network, name);

    if (kernel == NULL) {
        return no_kernel(network, "synapse", name);
    }
    *n_rules = kernel->n_rules;
    *n_columns = kernel->n_columns;
    return NEURO_OK;
}

const char *
neuro_synapse_kernel_rule(const neuro_network_t *network, const char *name, uint32_t number,
                          double *default_value)
{
    const neuro_synapse_kernel_t *kernel = find_synapse(network, name);

    if (kernel == NULL || number >= kernel->n_rules) {
        return NULL;
    }
    *default_value = kernel->rules[number].default_value;
    return kernel->rules[number].name;
}

const char *
neuro_synapse_kernel_column(const neuro_network_t *network, const char *name, uint32_t number,
                            bool *is_offered, double *default_value)
{
    const neuro_synapse_kernel_t *kernel = find_synapse(network, name);

    if (kernel == NULL || number >= kernel->n_columns) {
        return NULL;
    }
    *is_offered = kernel->columns[number].is_offered;
    *default_value = kernel->columns[number].default_value;
    return kernel->columns[number].name;
}
