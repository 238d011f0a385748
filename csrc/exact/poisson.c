#include "exact/poisson.h"

#include "core/math.h"
#include "core/memory.h"
#include "exact/exact.h"
#include "exact/sources.h"

extern const neuro_block_function_t neuro_poisson_update_base;
#ifdef NEURO_X86
extern const neuro_block_function_t neuro_poisson_update_v2, neuro_poisson_update_v3, neuro_poisson_update_v4;
#endif

static neuro_block_function_t
variant(neuro_isa_t isa)
{
#ifdef NEURO_X86
    switch (isa) {
    case NEURO_ISA_V2:
        return neuro_poisson_update_v2;
    case NEURO_ISA_V3:
        return neuro_poisson_update_v3;
    case NEURO_ISA_V4:
        return neuro_poisson_update_v4;
    case NEURO_ISA_BASE:
    case NEURO_N_ISA:
        break;
    }
#endif
    (void) isa;
    return neuro_poisson_update_base;
}

static void
release(neuro_poisson_t *own)
{
    if (own != NULL) {
        neuro_release(own->mean);
        neuro_release(own->p_none);
        neuro_release(own->threshold);
        neuro_release(own->first);
        neuro_release(own->end);
        neuro_release(own->intervals);
        neuro_release(own);
    }
}

static void
free_own(neuro_population_t *population)
{
    release(population->own);
}

/* The intervals of n cells that may fire; counted only where there is no room for them. */
static uint32_t
find_intervals(const neuro_poisson_t *own, uint32_t n, neuro_poisson_interval_t *intervals)
{
    uint32_t n_intervals = 0, last_end = 0, begin, end, cell;

    for (begin = 0; begin < n; begin = end) {
        end = n - begin > POISSON_GROUP ? begin + POISSON_GROUP : n;
        for (cell = begin; cell < end && !(own->mean[cell] > 0.0); cell++) {
        }
        if (cell == end) {
            continue;
        }
        if (n_intervals == 0 || begin != last_end) {
            n_intervals++;
            if (intervals != NULL) {
                intervals[n_intervals - 1].begin = begin;
            }
        }
        last_end = end;
        if (intervals != NULL) {
            intervals[n_intervals - 1].end = end;
        }
    }
    return n_intervals;
}

static neuro_status_t
select_update(neuro_population_t *population, neuro_isa_t isa)
{
    const double dt = population->network->dt_ms;
    neuro_poisson_t *own = neuro_alloc(1, sizeof *own);
    uint32_t v, cell, n = 1;

    if (own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    own->is_uniform = true;
    for (v = 0; v < POISSON_N; v++) {
        own->is_uniform = own->is_uniform && population->variables[v].is_scalar;
    }
    n = own->is_uniform ? 1 : population->n_cells;
    own->mean = neuro_alloc(n, sizeof *own->mean);
    own->p_none = neuro_alloc(n, sizeof *own->p_none);
    own->threshold = neuro_alloc(n, sizeof *own->threshold);
    own->first = neuro_alloc(n, sizeof *own->first);
    own->end = neuro_alloc(n, sizeof *own->end);
    if (own->mean == NULL || own->p_none == NULL || own->threshold == NULL || own->first == NULL ||
        own->end == NULL) {
        release(own);
        return NEURO_ERR_MEMORY;
    }
    for (cell = 0; cell < n; cell++) {
        const double start = neuro_exact_parameter(population, POISSON_START, cell);

        own->mean[cell] = neuro_exact_parameter(population, POISSON_RATE, cell) * dt * 1e-3;
        if (!(own->mean[cell] >= 0.0 && own->mean[cell] <= POISSON_MOST / 2)) {
            const double rate = neuro_exact_parameter(population, POISSON_RATE, cell);

            release(own);
            return neuro_fail(
                &population->network->error, NEURO_ERR_VALUE,
                "rate %g Hz of cell %u of a Poisson source; with a step of %g ms it must be 0 to %g Hz", rate,
                cell, dt, POISSON_MOST / 2 / (dt * 1e-3));
        }
        own->p_none[cell] = neuro_exp(-own->mean[cell]);
        own->threshold[cell] = own->mean[cell] > 0.0 ? neuro_poisson_word(own->p_none[cell]) : UINT32_MAX;
        own->first[cell] = neuro_exact_step_after(start, dt);
        own->end[cell] =
            neuro_exact_step_after(start + neuro_exact_parameter(population, POISSON_DURATION, cell), dt);
    }
    if (!own->is_uniform) {
        own->n_intervals = find_intervals(own, n, NULL);
        own->intervals = neuro_alloc(own->n_intervals, sizeof *own->intervals);
        if (own->intervals == NULL) {
            release(own);
            return NEURO_ERR_MEMORY;
        }
        (void) find_intervals(own, n, own->intervals);
    }
    if (own->is_uniform && own->mean[0] > 0.0) {
        double share = own->p_none[0], cumulative = share;

        while (own->n_table < POISSON_MOST && neuro_poisson_word(cumulative) < UINT32_MAX) {
            own->table[own->n_table++] = neuro_poisson_word(cumulative);
            share *= own->mean[0] / (double) own->n_table;
            cumulative += share;
        }
    }
    release(population->own);
    population->own = own;
    population->update = variant(isa);
    return NEURO_OK;
}

static const neuro_variable_spec_t variables[POISSON_N] = {
    [POISSON_RATE] = {"rate", NEURO_PARAMETER, NEURO_F64, 1.0},
    [POISSON_START] = {"start", NEURO_PARAMETER, NEURO_F64, 0.0},
    [POISSON_DURATION] = {"duration", NEURO_PARAMETER, NEURO_F64, 1e10},
};

const neuro_neuron_kernel_t neuro_exact_spike_source_poisson = {
    .name = "spike_source_poisson",
    .n_variables = POISSON_N,
    .variables = variables,
    .ring_type = NEURO_REAL,
    .constant_type = NEURO_F64,
    .current_constant = -1,
    .select = select_update,
    .free = free_own,
    .is_multiple = true,
};
