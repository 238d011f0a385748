/* Current sources: what each gives at a step, and its sum in the bias of the cells that it is injected into.
 */
#ifndef NEURO_ENGINE_CURRENT_H
#define NEURO_ENGINE_CURRENT_H

#include "core/types.h"

#include <stdint.h>

typedef struct neuro_population neuro_population_t;

typedef enum {
    NEURO_CURRENT_STEPS, /* piecewise constant: amplitudes[i] from steps[i] on, 0 before */
    NEURO_CURRENT_SINE,  /* mean + amplitude sin(phase + angle k), k steps after start; 0 outside of
                            start..stop - 1 */
    NEURO_CURRENT_NOISE  /* mean + amplitude z, z normal and new in every interval from start on; the same
                            window */
} neuro_current_kind_t;

/* The course of a current in time, nA. */
typedef struct {
    neuro_current_kind_t kind;
    uint64_t n_changes;
    neuro_step_t *steps; /* ascending */
    double *amplitudes;
    neuro_step_t start, stop;
    double mean, amplitude;
    double angle, phase;   /* radians: a step, at start */
    neuro_step_t interval; /* steps between two draws, at least 1 */
    uint32_t stream;       /* the source's number: object of its random stream */
} neuro_course_t;

/* A source that is injected into some cells. */
typedef struct {
    uint32_t n_cells;
    uint32_t *cells; /* ascending */
    neuro_course_t course;
} neuro_current_t;

/* What a course gives at step `now`, and the next step at which that may change (INT64_MAX: never). */
double neuro_course_at(const neuro_course_t *course, uint64_t seed, neuro_step_t now, neuro_step_t *next);

/* Bring the injected current of the cells [first, end) to what holds at the beginning of `step`; called by
 * the owner thread before the step. */
void neuro_population_inject(neuro_population_t *population, uint32_t thread, uint32_t first, uint32_t end,
                             neuro_step_t step);
void neuro_population_free_currents(neuro_population_t *population);

#endif
