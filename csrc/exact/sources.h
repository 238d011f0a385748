/* What sources that fire at random share. */
#ifndef NEURO_EXACT_SOURCES_H
#define NEURO_EXACT_SOURCES_H

#include "engine/network.h"

/* The first step after a time. A source fires in steps k with start < k dt <= start + duration: a step stands
 * for the interval that it ends. */
static inline int64_t
neuro_exact_step_after(double time_ms, double dt_ms)
{
    const double steps = time_ms / dt_ms + 0.5;

    return steps >= 9e18 ? INT64_MAX - 1 : (int64_t) (steps < 0.0 ? 0.0 : steps) + 1;
}

/* A parameter of one cell. */
static inline double
neuro_exact_parameter(const neuro_population_t *population, uint32_t variable, uint32_t cell)
{
    const neuro_variable_t *values = &population->variables[variable];

    return neuro_value_get(values->data, values->type, values->is_scalar ? 0 : cell);
}

#endif
