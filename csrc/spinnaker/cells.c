#include "spinnaker/cells.h"

#include "core/memory.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/neurons.h"

#include <string.h>

/* Source: the state that stochastic thresholds draw from is that of spinn_common's random.c, never seeded. */
static const neuro_spinnaker_generator_t built_in_seed = {123456789, 987654321, 43219876, 6543217};

/* Memory for what there is one of for each core. */
static neuro_status_t
make_cores(neuro_population_t *population)
{
    neuro_spinnaker_cells_t *cells = population->own;
    const bool is_stochastic = neuro_spinnaker_model_of(population->kernel)->is_stochastic;
    neuro_spinnaker_saturation_t *saturations = neuro_alloc(cells->n_cores, sizeof *saturations);
    neuro_spinnaker_generator_t *thresholds =
        neuro_alloc(is_stochastic ? cells->n_cores : 0, sizeof *thresholds);
    uint32_t core;

    if (saturations == NULL || thresholds == NULL) {
        neuro_release(saturations);
        neuro_release(thresholds);
        return NEURO_ERR_MEMORY;
    }
    for (core = 0; is_stochastic && core < cells->n_cores; core++) {
        thresholds[core] = cells->threshold_seed;
    }
    neuro_release(cells->saturations);
    neuro_release(cells->thresholds);
    cells->saturations = saturations;
    cells->thresholds = thresholds;
    return neuro_spinnaker_currents_restart(&cells->currents, cells->n_cores);
}

neuro_status_t
neuro_spinnaker_cells_init(neuro_population_t *population)
{
    neuro_spinnaker_cells_t *cells = neuro_alloc(1, sizeof *cells);

    if (cells == NULL) {
        return NEURO_ERR_MEMORY;
    }
    population->own = cells;
    population->grain = cells->cells_per_core = NEURO_SPINNAKER_CELLS_PER_CORE;
    cells->n_cores = (population->n_cells + cells->cells_per_core - 1) / cells->cells_per_core;
    cells->threshold_seed = built_in_seed;
    neuro_spinnaker_start_states(population);
    return make_cores(population);
}

void
neuro_spinnaker_cells_free(neuro_population_t *population)
{
    neuro_spinnaker_cells_t *cells = population->own;

    if (cells == NULL) {
        return;
    }
    if (cells->post != NULL) {
        cells->free_post(cells->post);
    }
    if (cells->rewiring != NULL) {
        cells->free_rewiring(cells->rewiring);
    }
    neuro_spinnaker_currents_free(&cells->currents);
    neuro_release(cells->thresholds);
    neuro_release(cells->injected);
    neuro_release(cells->saturations);
    neuro_spinnaker_drops_free(cells->drops);
    neuro_release(cells);
}

void
neuro_spinnaker_cells_reset(neuro_population_t *population)
{
    neuro_spinnaker_cells_t *cells = population->own;
    uint32_t core;

    for (core = 0; neuro_spinnaker_model_of(population->kernel)->is_stochastic && core < cells->n_cores;
         core++) {
        cells->thresholds[core] = cells->threshold_seed;
    }
    if (cells->drops != NULL) {
        neuro_spinnaker_drops_reset(cells->drops, cells->n_cores);
    }
    /* the memory is there: nothing to fail */
    (void) !neuro_spinnaker_currents_restart(&cells->currents, cells->n_cores);
}

neuro_status_t
neuro_spinnaker_set_cores(neuro_population_t *population, uint32_t *cells_per_core, uint32_t *n_cores,
                          const double *values, uint64_t n)
{
    if (n != 1 || !(values[0] >= 1.0 && values[0] <= UINT32_MAX)) {
        return neuro_fail(
            &population->network->error, NEURO_ERR_VALUE,
            "cells_per_core of population %u: %llu numbers, the first %g; one is wanted, at least 1",
            population->id, (unsigned long long) n, n > 0 ? values[0] : 0.0);
    }
    if (population->network->step > 0) {
        return neuro_fail(&population->network->error, NEURO_ERR_STATE,
                          "cells_per_core of population %u can be set before the first step only",
                          population->id);
    }
    *cells_per_core = (uint32_t) values[0];
    *n_cores = (uint32_t) (((uint64_t) population->n_cells + *cells_per_core - 1) / *cells_per_core);
    population->grain = *cells_per_core;
    return NEURO_OK;
}

/* Packets are lost from now on, as the numbers say; none: no longer. Counts go on. */
static neuro_status_t
set_drops(neuro_population_t *population, const double *values, uint64_t n)
{
    neuro_spinnaker_cells_t *cells = population->own;
    neuro_spinnaker_drops_t *drops = NULL;
    uint64_t i;

    if (n != 0 && n != NEURO_SPINNAKER_DROPS_NUMBERS) {
        return neuro_fail(&population->network->error, NEURO_ERR_SHAPE,
                          "table \"drops\" of population %u has %llu numbers; it takes none or %d",
                          population->id, (unsigned long long) n, NEURO_SPINNAKER_DROPS_NUMBERS);
    }
    for (i = 0; i < n; i++) {
        if (!(values[i] >= 0.0 && values[i] <= UINT32_MAX)) {
            return neuro_fail(
                &population->network->error, NEURO_ERR_VALUE,
                "number %llu of table \"drops\" of population %u is %g; it must be 0 to 2^32 - 1",
                (unsigned long long) i, population->id, values[i]);
        }
    }
    if (n > 0 && cells->drops != NULL) {
        neuro_spinnaker_drops_set(cells->drops, values);
        return NEURO_OK;
    }
    if (n > 0) {
        drops = neuro_spinnaker_drops_from(values, cells->n_cores);
        if (drops == NULL) {
            return NEURO_ERR_MEMORY;
        }
    }
    neuro_spinnaker_drops_free(cells->drops);
    cells->drops = drops;
    population->network->is_ready = false; /* sweeps are chosen anew */
    return NEURO_OK;
}

neuro_status_t
neuro_spinnaker_cells_set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    static const char *const source_tables[NEURO_SPINNAKER_N_CURRENTS] = {"dc_sources", "ac_sources",
                                                                          "step_sources", "noisy_sources"};
    neuro_population_t *population = owner;
    neuro_spinnaker_cells_t *cells = population->own;
    neuro_error_t *error = &population->network->error;
    neuro_status_t status;
    uint32_t kind;

    if (strcmp(name, "cells_per_core") == 0) {
        status = neuro_spinnaker_set_cores(population, &cells->cells_per_core, &cells->n_cores, values, n);
        if (status == NEURO_OK) {
            neuro_spinnaker_drops_free(cells->drops); /* had as many cores as before */
            cells->drops = NULL;
        }
        return status != NEURO_OK ? status : make_cores(population);
    }
    for (kind = 0; kind < NEURO_SPINNAKER_N_CURRENTS; kind++) {
        if (strcmp(name, source_tables[kind]) == 0) {
            cells->currents.n_calls = 0; /* until they are given again: the numbers may have changed */
            return neuro_spinnaker_currents_set(
                &cells->currents, error, (neuro_spinnaker_current_kind_t) kind, cells->n_cores, values, n);
        }
    }
    if (strcmp(name, "drops") == 0) {
        return set_drops(population, values, n);
    }
    if (strcmp(name, "source_calls") == 0) {
        return neuro_spinnaker_currents_connect(&cells->currents, error, population->n_cells, values, n);
    }
    if (strcmp(name, "threshold_seed") == 0 && n == NEURO_SPINNAKER_SEED_WORDS) {
        cells->threshold_seed = neuro_spinnaker_generator_from(values);
        return make_cores(population);
    }
    return neuro_fail(
        error, NEURO_ERR_NAME,
        "neuron kernel \"%s\" takes no table \"%s\" of %llu numbers; it takes cells_per_core, dc_sources, "
        "ac_sources, step_sources, noisy_sources, source_calls, drops (11) and threshold_seed (4)",
        population->kernel->name, name, (unsigned long long) n);
}

static void
write_saturations(const neuro_spinnaker_cells_t *cells, double *values)
{
    uint32_t core;

    for (core = 0; core < cells->n_cores; core++) {
        const neuro_spinnaker_saturation_t *saturation = &cells->saturations[core];
        double *row = values + 7 * core;

        row[0] = (double) saturation->n_static;
        row[1] = (double) saturation->n_plastic;
        row[2] = (double) saturation->n_steps;
        row[3] = saturation->n_steps > 0 ? (double) saturation->first : -1.0;
        row[4] = saturation->n_steps > 0 ? (double) saturation->last : -1.0;
        row[5] = saturation->n_steps > 0 ? (double) saturation->worst : -1.0;
        row[6] = (double) saturation->n_worst;
    }
}

neuro_status_t
neuro_spinnaker_cells_get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    neuro_population_t *population = owner;
    const neuro_spinnaker_cells_t *cells = population->own;
    const uint32_t n_noisy = cells->currents.n_sources[NEURO_SPINNAKER_NOISY];
    uint32_t i, constant;

    if (strcmp(name, "cells_per_core") == 0) {
        *n = 1;
        if (values != NULL) {
            values[0] = cells->cells_per_core;
        }
        return NEURO_OK;
    }
    if (strcmp(name, "saturations") == 0) {
        *n = 7 * (uint64_t) cells->n_cores;
        if (values != NULL) {
            write_saturations(cells, values);
        }
        return NEURO_OK;
    }
    if (strcmp(name, "wraps") == 0) {
        *n = 2 * (uint64_t) cells->n_cores;
        for (i = 0; values != NULL && i < cells->n_cores; i++) {
            values[2 * i] = (double) cells->saturations[i].n_traces;
            values[2 * i + 1] = (double) cells->saturations[i].n_weights;
        }
        return NEURO_OK;
    }
    if (strcmp(name, "drops") == 0) {
        *n = cells->drops == NULL ? 0 : (uint64_t) NEURO_SPINNAKER_DROPS_COLUMNS * cells->n_cores;
        if (values != NULL && cells->drops != NULL) {
            neuro_spinnaker_drops_write(cells->drops, cells->n_cores, values);
        }
        return NEURO_OK;
    }
    if (strcmp(name, "noisy_generators") == 0) {
        *n = (uint64_t) NEURO_SPINNAKER_SEED_WORDS * n_noisy * cells->n_cores;
        for (i = 0; values != NULL && i < n_noisy * cells->n_cores; i++) {
            neuro_spinnaker_generator_to(&cells->currents.states[NEURO_SPINNAKER_NOISY][i].generator,
                                         values + NEURO_SPINNAKER_SEED_WORDS * i);
        }
        return NEURO_OK;
    }
    if (neuro_spinnaker_find_constant(name, &constant)) {
        const neuro_constant_t *data = &population->constants[constant];

        *n = population->n_cells;
        for (i = 0; values != NULL && i < population->n_cells; i++) {
            values[i] = neuro_value_get(data->data, population->constant_type, data->is_scalar ? 0 : i);
        }
        return NEURO_OK;
    }
    return neuro_fail(
        &population->network->error, NEURO_ERR_NAME,
        "neuron kernel \"%s\" has no table \"%s\"; it has cells_per_core, saturations, wraps, drops, "
        "noisy_generators "
        "and the words that a core computes when it is loaded (R_membrane and the like)",
        population->kernel->name, name);
}

void
neuro_spinnaker_note_saturation(neuro_population_t *population, uint32_t cell, neuro_step_t step,
                                bool is_plastic)
{
    neuro_spinnaker_cells_t *cells = population->own;
    neuro_spinnaker_saturation_t *saturation = &cells->saturations[cell / cells->cells_per_core];

    saturation->n_static += !is_plastic;
    saturation->n_plastic += is_plastic;
    if (saturation->n_steps == 0 || saturation->last != step) {
        saturation->first = saturation->n_steps == 0 ? step : saturation->first;
        saturation->n_steps++;
        saturation->last = step;
        saturation->n_last = 0;
    }
    saturation->n_last++;
    if (saturation->n_last > saturation->n_worst) {
        saturation->n_worst = saturation->n_last;
        saturation->worst = step;
    }
}
