#include "core/memory.h"
#include "engine/network.h"
#include "engine/rest.h"

#include <stdio.h>
#include <string.h>

static const neuro_neuron_kernel_t *
find_kernel(const neuro_platform_t *platform, const char *name)
{
    uint32_t i;

    for (i = 0; i < platform->n_neurons; i++) {
        if (strcmp(platform->neurons[i]->name, name) == 0) {
            return platform->neurons[i];
        }
    }
    return NULL;
}

static neuro_type_t
resolve(const neuro_network_t *network, neuro_type_t type)
{
    return type == NEURO_REAL ? network->real : type;
}

/* The cells of a variable's array: parameters may hold one value for all. */
static neuro_status_t
create_variable(neuro_population_t *population, neuro_variable_t *variable, const neuro_variable_spec_t *spec)
{
    const bool is_scalar = spec->role == NEURO_PARAMETER;
    const size_t n = is_scalar ? 1 : population->n_cells;
    size_t i;

    variable->spec = spec;
    variable->type = resolve(population->network, spec->type);
    variable->is_scalar = is_scalar;
    variable->data = neuro_alloc(n, is_scalar ? sizeof(double) : neuro_type_size(variable->type));
    if (variable->data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (spec->role == NEURO_STATE) {
        variable->initial = neuro_alloc(n, neuro_type_size(variable->type));
        if (variable->initial == NULL) {
            return NEURO_ERR_MEMORY;
        }
    }
    for (i = 0; i < n; i++) {
        neuro_value_set(variable->data, variable->type, i, spec->default_value);
        if (variable->initial != NULL) {
            neuro_value_set(variable->initial, variable->type, i, spec->default_value);
        }
    }
    return NEURO_OK;
}

/* Bytes that a table of variables takes for one cell. */
static double
bytes_of_variables(const neuro_network_t *network, const neuro_variable_spec_t *variables, uint32_t n)
{
    double bytes = 0.0;
    uint32_t v;

    for (v = 0; v < n; v++) {
        const neuro_role_t role = variables[v].role;
        const double copies = role == NEURO_PARAMETER ? 0.0 : role == NEURO_STATE ? 2.0 : 1.0;

        bytes += copies * (double) neuro_type_size(resolve(network, variables[v].type));
    }
    return bytes;
}

/* The number of a kind of receptor; n_receptor_kinds when there is none of that name. */
static uint32_t
find_receptor_kind(const neuro_neuron_kernel_t *kernel, const char *name)
{
    uint32_t k;

    for (k = 0; k < kernel->n_receptor_kinds && strcmp(kernel->receptor_kinds[k], name) != 0; k++) {
    }
    return k;
}

static neuro_status_t
check_receptors(neuro_network_t *network, const neuro_neuron_kernel_t *kernel, const char *const *receptors,
                uint32_t n)
{
    uint32_t r;

    if (n > 0 && kernel->n_receptor_kinds == 0) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE,
                          "kernel \"%s\" has its own %u receptors; %u others were asked for", kernel->name,
                          kernel->n_receptors, n);
    }
    if (n > NEURO_MOST_RECEPTORS) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "%u receptors of a cell; there can be %d", n,
                          NEURO_MOST_RECEPTORS);
    }
    for (r = 0; r < n; r++) {
        if (find_receptor_kind(kernel, receptors[r]) == kernel->n_receptor_kinds) {
            return neuro_fail(&network->error, NEURO_ERR_NAME, "kernel \"%s\" has no receptor of kind \"%s\"",
                              kernel->name, receptors[r]);
        }
    }
    return NEURO_OK;
}

/* The population's table of variables: the kernel's own, then those of each receptor under names with its
 * number. */
static neuro_status_t
lay_out_variables(neuro_population_t *population, const char *const *receptors, uint32_t n_receptors)
{
    const neuro_neuron_kernel_t *kernel = population->kernel;
    uint32_t r, v;

    population->n_receptors = kernel->n_receptor_kinds > 0 ? n_receptors : kernel->n_receptors;
    population->n_variables = kernel->n_variables + n_receptors * kernel->n_receptor_variables;
    population->n_constants = kernel->n_constants + n_receptors * kernel->n_receptor_constants;
    population->specs = neuro_alloc(population->n_variables, sizeof *population->specs);
    population->receptor_kinds = neuro_alloc(n_receptors, sizeof *population->receptor_kinds);
    population->receptor_names =
        neuro_alloc((size_t) n_receptors * kernel->n_receptor_variables, sizeof *population->receptor_names);
    population->constants = neuro_alloc(population->n_constants, sizeof *population->constants);
    population->variables = neuro_alloc(population->n_variables, sizeof *population->variables);
    population->recorders = neuro_alloc(population->n_variables, sizeof *population->recorders);
    if (population->specs == NULL || population->receptor_kinds == NULL ||
        population->receptor_names == NULL || population->constants == NULL ||
        population->variables == NULL || population->recorders == NULL) {
        return NEURO_ERR_MEMORY;
    }
    if (kernel->n_variables > 0) {
        memcpy(population->specs, kernel->variables, kernel->n_variables * sizeof *population->specs);
    }
    for (r = 0; r < n_receptors; r++) {
        population->receptor_kinds[r] = (uint8_t) find_receptor_kind(kernel, receptors[r]);
        for (v = 0; v < kernel->n_receptor_variables; v++) {
            const uint32_t k = r * kernel->n_receptor_variables + v;
            neuro_variable_spec_t *spec = &population->specs[kernel->n_variables + k];

            snprintf(population->receptor_names[k], sizeof population->receptor_names[k], "%s.%u",
                     kernel->receptor_variables[v].name, r);
            *spec = kernel->receptor_variables[v];
            spec->name = population->receptor_names[k];
        }
    }
    return NEURO_OK;
}

neuro_status_t
neuro_population_create(neuro_network_t *network, const char *kernel_name, uint32_t n_cells,
                        const char *const *receptors, uint32_t n_receptors, neuro_population_t **out)
{
    const neuro_neuron_kernel_t *kernel = find_kernel(network->platform, kernel_name);
    neuro_population_t *population;
    neuro_status_t status;
    double bytes;
    uint32_t i;

    *out = NULL;
    if (kernel == NULL) {
        return neuro_fail(&network->error, NEURO_ERR_NAME, "platform \"%s\" has no neuron kernel \"%s\"",
                          network->platform->name, kernel_name);
    }
    status = check_receptors(network, kernel, receptors, n_receptors);
    if (status != NEURO_OK) {
        return status;
    }
    bytes =
        bytes_of_variables(network, kernel->variables, kernel->n_variables) +
        n_receptors * bytes_of_variables(network, kernel->receptor_variables, kernel->n_receptor_variables);
    bytes *= (double) n_cells;
    status = NEURO_ERR_MEMORY;
    if (bytes > 0x1p20 && bytes > (double) neuro_memory_available()) {
        return neuro_fail(
            &network->error, status,
            "a population of %u cells of kind \"%s\" needs %.4g GB of memory, and there are %.4g GB", n_cells,
            kernel_name, bytes * 1e-9, (double) neuro_memory_available() * 1e-9);
    }
    population = neuro_alloc(1, sizeof *population);
    if (population == NULL) {
        goto fail;
    }
    population->network = network;
    population->n_cells = n_cells;
    population->kernel = kernel;
    population->constant_type = resolve(network, kernel->constant_type);
    population->is_stale = true;
    population->ring.type = resolve(network, kernel->ring_type);
    status = neuro_tallies_reserve(&population->tallies, 1);
    if (status != NEURO_OK) {
        goto fail;
    }
    status = lay_out_variables(population, receptors, n_receptors);
    if (status != NEURO_OK) {
        goto fail;
    }
    for (i = 0; i < population->n_variables; i++) {
        status = create_variable(population, &population->variables[i], &population->specs[i]);
        if (status != NEURO_OK) {
            goto fail;
        }
    }
    for (i = 0; i < population->n_constants; i++) {
        population->constants[i].is_scalar = true;
        population->constants[i].data = neuro_alloc(1, sizeof(double));
        if (population->constants[i].data == NULL) {
            status = NEURO_ERR_MEMORY;
            goto fail;
        }
    }
    if (kernel->init != NULL) {
        status = kernel->init(population);
        if (status != NEURO_OK) {
            goto fail;
        }
    }
    *out = population;
    return NEURO_OK;
fail:
    neuro_population_free(population);
    return neuro_fail(&network->error, status,
                      "a population of %u cells of kind \"%s\" does not fit into memory", n_cells,
                      kernel_name);
}

void
neuro_population_free(neuro_population_t *population)
{
    uint32_t i;

    if (population == NULL) {
        return;
    }
    if (population->kernel->free != NULL) {
        population->kernel->free(population);
    }
    for (i = 0; i < population->n_variables; i++) {
        if (population->variables != NULL) {
            neuro_release(population->variables[i].data);
            neuro_release(population->variables[i].initial);
        }
        if (population->recorders != NULL) {
            neuro_recorder_free(&population->recorders[i]);
        }
    }
    for (i = 0; i < population->n_constants && population->constants != NULL; i++) {
        neuro_release(population->constants[i].data);
    }
    for (i = 0; i < population->n_spike_records; i++) {
        neuro_spike_record_free(&population->spike_records[i]);
    }
    neuro_population_free_currents(population);
    neuro_ring_free(&population->ring);
    neuro_queue_free(&population->queue);
    neuro_release(population->counts);
    neuro_release(population->slices);
    neuro_release(population->at_rest);
    neuro_release(population->expects_until);
    neuro_release(population->base_current);
    neuro_release(population->next_change);
    neuro_release(population->recorders);
    neuro_release(population->variables);
    neuro_release(population->constants);
    neuro_release(population->specs);
    neuro_release(population->receptor_names);
    neuro_release(population->receptor_kinds);
    neuro_release(population->spike_mask);
    neuro_release(population->spike_records);
    neuro_tallies_free(&population->tallies);
    neuro_release(population);
}

int32_t
neuro_population_variable(const neuro_population_t *population, const char *name)
{
    uint32_t i;

    for (i = 0; i < population->n_variables; i++) {
        if (strcmp(population->variables[i].spec->name, name) == 0) {
            return (int32_t) i;
        }
    }
    return -1;
}

/* One value for all, if all are equal. */
static void
fold_variable(neuro_variable_t *variable, uint32_t n_cells)
{
    const size_t size = neuro_type_size(variable->type);
    const char *data = variable->data;
    uint32_t i;

    for (i = 1; i < n_cells; i++) {
        if (memcmp(data, data + i * size, size) != 0) {
            return;
        }
    }
    variable->is_scalar = true;
}

static neuro_status_t
expand_variable(neuro_variable_t *variable, uint32_t n_cells)
{
    const size_t size = neuro_type_size(variable->type);
    char *data;
    uint32_t i;

    if (!variable->is_scalar) {
        return NEURO_OK;
    }
    data = neuro_alloc(n_cells, size);
    if (data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < n_cells; i++) {
        memcpy(data + i * size, variable->data, size);
    }
    neuro_release(variable->data);
    variable->data = data;
    variable->is_scalar = false;
    return NEURO_OK;
}

neuro_status_t
neuro_population_set(neuro_population_t *population, uint32_t number, const uint32_t *cells, uint64_t n_cells,
                     const double *values, uint64_t n_values, bool is_initial)
{
    neuro_variable_t *variable = &population->variables[number];
    const bool is_parameter = variable->spec->role == NEURO_PARAMETER;
    const bool is_fresh = population->network->step == 0;
    uint64_t i;

    if (cells == NULL) {
        n_cells = population->n_cells;
    }
    if (n_values != 1 && n_values != n_cells) {
        return neuro_fail(&population->network->error, NEURO_ERR_SHAPE,
                          "%llu values for \"%s\" of %llu cells; give one value or one a cell",
                          (unsigned long long) n_values, variable->spec->name, (unsigned long long) n_cells);
    }
    for (i = 0; cells != NULL && i < n_cells; i++) {
        if (cells[i] >= population->n_cells) {
            return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                              "cell %u of a population of %u cells; indices are 0..%u", cells[i],
                              population->n_cells, population->n_cells - 1);
        }
    }
    i = neuro_type_misfit(variable->type, values, n_values);
    if (i < n_values) {
        double low, high;

        neuro_type_range(variable->type, &low, &high);
        return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                          "%g for \"%s\"; it is a whole number of %.17g..%.17g", values[i],
                          variable->spec->name, low, high);
    }
    neuro_rest_forget(population, 0, population->n_cells);
    if (is_parameter && cells == NULL && n_values == 1) {
        neuro_value_set(variable->data, variable->type, 0, values[0]);
        variable->is_scalar = true;
    } else {
        if (is_parameter && expand_variable(variable, population->n_cells) != NEURO_OK) {
            return neuro_fail(&population->network->error, NEURO_ERR_MEMORY,
                              "no memory for \"%s\" of %u cells", variable->spec->name, population->n_cells);
        }
        for (i = 0; i < n_cells; i++) {
            const size_t cell = cells != NULL ? cells[i] : (size_t) i;
            const double value = values[n_values == 1 ? 0 : i];

            if (is_initial && variable->initial != NULL) {
                neuro_value_set(variable->initial, variable->type, cell, value);
            }
            if (!is_initial || is_fresh) {
                neuro_value_set(variable->data, variable->type, cell, value);
            }
        }
        if (is_parameter) {
            fold_variable(variable, population->n_cells);
        }
    }
    if (is_parameter) {
        population->is_stale = true;
        population->network->is_ready = false;
    }
    return NEURO_OK;
}

neuro_status_t
neuro_population_spread(neuro_population_t *population, uint32_t number)
{
    neuro_constant_t *constant = &population->constants[number];
    const size_t size = neuro_type_size(population->constant_type);
    char *data;
    uint32_t i;

    if (!constant->is_scalar) {
        return NEURO_OK;
    }
    data = neuro_alloc(population->n_cells, size);
    if (data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < population->n_cells; i++) {
        memcpy(data + i * size, constant->data, size);
    }
    neuro_release(constant->data);
    constant->data = data;
    constant->is_scalar = false;
    return NEURO_OK;
}

/* One cell's constants from its parameters: the kernel's own, then those of each receptor. */
static void
derive_cell(const neuro_population_t *population, const double *parameters, double *constants)
{
    const neuro_neuron_kernel_t *kernel = population->kernel;
    const double dt = population->network->dt_ms;
    uint32_t r;

    kernel->derive(parameters, dt, constants);
    for (r = 0; kernel->n_receptor_kinds > 0 && r < population->n_receptors; r++) {
        kernel->derive_receptor(population->receptor_kinds[r], parameters,
                                parameters + kernel->n_variables + (size_t) r * kernel->n_receptor_variables,
                                dt,
                                constants + kernel->n_constants + (size_t) r * kernel->n_receptor_constants);
    }
}

/* Constants from parameters; those that are equal for all cells become one value. `parameters` and
 * `constants`: room for one cell's, zeroed. */
static neuro_status_t
derive_constants(neuro_population_t *population, double *parameters, double *constants)
{
    const uint32_t current = (uint32_t) population->kernel->current_constant;
    bool is_equal = true;
    uint32_t i, v, c, n_cells;

    for (v = 0; v < population->n_variables; v++) {
        is_equal = is_equal && (population->variables[v].spec->role != NEURO_PARAMETER ||
                                population->variables[v].is_scalar);
    }
    n_cells = is_equal ? 1 : population->n_cells;
    for (c = 0; c < population->n_constants; c++) {
        void *data =
            neuro_alloc(is_equal ? 1 : n_cells, is_equal ? 8 : neuro_type_size(population->constant_type));

        if (data == NULL) {
            return NEURO_ERR_MEMORY;
        }
        neuro_release(population->constants[c].data);
        population->constants[c].data = data;
        population->constants[c].is_scalar = is_equal;
    }
    if (population->n_currents > 0 && population->base_current == NULL) {
        population->base_current = neuro_alloc(population->n_cells, sizeof(double));
        if (population->base_current == NULL) {
            return NEURO_ERR_MEMORY;
        }
    }
    for (i = 0; i < n_cells; i++) {
        for (v = 0; v < population->n_variables; v++) {
            const neuro_variable_t *variable = &population->variables[v];

            if (variable->spec->role == NEURO_PARAMETER) {
                parameters[v] = neuro_value_get(variable->data, variable->type, variable->is_scalar ? 0 : i);
            }
        }
        derive_cell(population, parameters, constants);
        for (c = 0; c < population->n_constants; c++) {
            neuro_value_set(population->constants[c].data, population->constant_type, i, constants[c]);
        }
        if (population->base_current != NULL) {
            population->base_current[i] = constants[current];
        }
    }
    for (i = 1; population->base_current != NULL && n_cells == 1 && i < population->n_cells; i++) {
        population->base_current[i] = population->base_current[0];
    }
    for (c = 0; c < population->n_constants && !is_equal; c++) {
        neuro_constant_t *constant = &population->constants[c];
        const size_t size = neuro_type_size(population->constant_type);
        const char *data = constant->data;

        for (i = 1; i < n_cells && memcmp(data, data + i * size, size) == 0; i++) {
        }
        constant->is_scalar = i >= n_cells;
    }
    if (population->n_currents > 0) {
        return neuro_population_spread(population, current);
    }
    return NEURO_OK;
}

void
neuro_population_forget_changes(neuro_population_t *population)
{
    uint32_t thread;

    for (thread = 0; population->next_change != NULL && thread < neuro_pool_size(population->network->pool);
         thread++) {
        population->next_change[thread] = -1;
    }
}

neuro_status_t
neuro_population_prepare(neuro_population_t *population)
{
    neuro_status_t status = NEURO_OK;

    if (!population->is_stale) {
        return NEURO_OK;
    }
    if (population->n_constants > 0) {
        double *parameters = neuro_alloc(population->n_variables, sizeof *parameters);
        double *constants = neuro_alloc(population->n_constants, sizeof *constants);

        status = parameters == NULL || constants == NULL
                     ? NEURO_ERR_MEMORY
                     : derive_constants(population, parameters, constants);
        neuro_release(parameters);
        neuro_release(constants);
    }
    if (status != NEURO_OK) {
        return status;
    }
    if (population->kernel->select != NULL) {
        status = population->kernel->select(population, population->network->isa);
        if (status != NEURO_OK) {
            return status;
        }
    }
    neuro_population_forget_changes(population);
    population->is_stale = false;
    return NEURO_OK;
}

void
neuro_population_reset(neuro_population_t *population)
{
    uint32_t v;

    for (v = 0; v < population->n_variables; v++) {
        neuro_variable_t *variable = &population->variables[v];
        const size_t n_bytes = population->n_cells * neuro_type_size(variable->type);

        if (variable->spec->role == NEURO_STATE) {
            memcpy(variable->data, variable->initial, n_bytes);
        } else if (variable->spec->role == NEURO_INTERNAL) {
            memset(variable->data, 0, n_bytes);
        }
    }
    neuro_rest_forget(population, 0, population->n_cells);
    if (population->kernel->reset != NULL) {
        population->kernel->reset(population);
    }
    neuro_ring_clear(&population->ring);
    neuro_queue_clear(&population->queue);
    if (population->counts != NULL) {
        memset(population->counts, 0, (size_t) population->queue.n_slots * population->n_cells);
    }
}

size_t
neuro_population_bytes(const neuro_population_t *population)
{
    size_t bytes = sizeof *population + neuro_ring_bytes(&population->ring) +
                   neuro_queue_bytes(&population->queue) + neuro_tallies_bytes(&population->tallies);
    uint32_t v;

    for (v = 0; v < population->n_variables; v++) {
        const neuro_variable_t *variable = &population->variables[v];
        const size_t n = variable->is_scalar ? 1 : population->n_cells;

        bytes += n * neuro_type_size(variable->type) * (variable->initial != NULL ? 2 : 1);
    }
    for (v = 0; v < population->n_constants; v++) {
        bytes += (population->constants[v].is_scalar ? 1 : (size_t) population->n_cells) *
                 neuro_type_size(population->constant_type);
    }
    return bytes;
}
