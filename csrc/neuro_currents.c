#include "neuro.h"

#include "core/memory.h"
#include "neuro_find.h"

#include <string.h>

neuro_status_t
neuro_population_add_current(neuro_network_t *network, uint32_t id, uint32_t n_cells, const uint32_t *cells,
                             uint32_t *number)
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
            return neuro_fail(&network->error, NEURO_ERR_RANGE, "cell %u of a population of %u cells",
                              cells[i], population->n_cells);
        }
    }
    copy = neuro_alloc(n_cells, sizeof *copy);
    currents = neuro_grow(NULL, 0, (size_t) population->n_currents + 1, sizeof *currents);
    if (copy == NULL || currents == NULL) {
        neuro_release(copy);
        neuro_release(currents);
        return neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for a current source into %u cells",
                          n_cells);
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

/* Let a current take another course; the course's arrays become the current's own. */
static neuro_status_t
replace(neuro_network_t *network, uint32_t id, uint32_t number, const neuro_course_t *course)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);
    neuro_course_t *present;

    if (status != NEURO_OK) {
        return status;
    }
    if (number >= population->n_currents) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "current %u of %u", number,
                          population->n_currents);
    }
    present = &population->currents[number].course;
    neuro_release(present->steps);
    neuro_release(present->amplitudes);
    *present = *course;
    neuro_population_forget_changes(population);
    return NEURO_OK;
}

neuro_status_t
neuro_population_set_current(neuro_network_t *network, uint32_t id, uint32_t number, uint64_t n,
                             const int64_t *steps, const double *amplitudes)
{
    neuro_course_t course = {.kind = NEURO_CURRENT_STEPS, .n_changes = n};
    neuro_status_t status;

    course.steps = neuro_alloc((size_t) n, sizeof *course.steps);
    course.amplitudes = neuro_alloc((size_t) n, sizeof *course.amplitudes);
    if (course.steps == NULL || course.amplitudes == NULL) {
        status = neuro_fail(&network->error, NEURO_ERR_MEMORY, "no memory for %llu changes of a current",
                            (unsigned long long) n);
    } else {
        if (n > 0) {
            memcpy(course.steps, steps, (size_t) n * sizeof *steps);
            memcpy(course.amplitudes, amplitudes, (size_t) n * sizeof *amplitudes);
        }
        status = replace(network, id, number, &course);
    }
    if (status != NEURO_OK) {
        neuro_release(course.steps);
        neuro_release(course.amplitudes);
    }
    return status;
}

static neuro_course_t
sine(int64_t start, int64_t stop, double offset, double amplitude, double angle, double phase)
{
    return (neuro_course_t){.kind = NEURO_CURRENT_SINE,
                            .start = start,
                            .stop = stop,
                            .mean = offset,
                            .amplitude = amplitude,
                            .angle = angle,
                            .phase = phase};
}

static neuro_course_t
noise(int64_t start, int64_t stop, double mean, double stdev, int64_t interval, uint32_t source)
{
    return (neuro_course_t){.kind = NEURO_CURRENT_NOISE,
                            .start = start,
                            .stop = stop,
                            .mean = mean,
                            .amplitude = stdev,
                            .interval = interval > 0 ? interval : 1,
                            .stream = source};
}

neuro_status_t
neuro_population_set_current_sine(neuro_network_t *network, uint32_t id, uint32_t number, int64_t start,
                                  int64_t stop, double offset, double amplitude, double angle, double phase)
{
    const neuro_course_t course = sine(start, stop, offset, amplitude, angle, phase);

    return replace(network, id, number, &course);
}

neuro_status_t
neuro_population_set_current_noise(neuro_network_t *network, uint32_t id, uint32_t number, int64_t start,
                                   int64_t stop, double mean, double stdev, int64_t interval, uint32_t source)
{
    const neuro_course_t course = noise(start, stop, mean, stdev, interval, source);

    if (interval < 1) {
        return neuro_fail(&network->error, NEURO_ERR_VALUE, "noise that is new every %lld steps; at least 1",
                          (long long) interval);
    }
    return replace(network, id, number, &course);
}

static void
values_of(const neuro_course_t *course, uint64_t seed, int64_t first, uint64_t n, double *out)
{
    neuro_step_t next = first;
    uint64_t i;

    for (i = 0; i < n; i++) {
        const neuro_step_t step = first + (neuro_step_t) i;

        out[i] = i > 0 && step < next ? out[i - 1] : neuro_course_at(course, seed, step, &next);
    }
}

void
neuro_current_sine_values(int64_t start, int64_t stop, double offset, double amplitude, double angle,
                          double phase, int64_t first, uint64_t n, double *out)
{
    const neuro_course_t course = sine(start, stop, offset, amplitude, angle, phase);

    values_of(&course, 0, first, n, out);
}

void
neuro_current_noise_values(uint64_t seed, int64_t start, int64_t stop, double mean, double stdev,
                           int64_t interval, uint32_t source, int64_t first, uint64_t n, double *out)
{
    const neuro_course_t course = noise(start, stop, mean, stdev, interval, source);

    values_of(&course, seed, first, n, out);
}
