#include "engine/current.h"

#include "core/distributions.h"
#include "core/math.h"
#include "core/memory.h"
#include "core/random.h"
#include "engine/network.h"
#include "engine/rest.h"

#include <string.h>

/* Number of changes up to and including a step, by bisection. */
static uint64_t
changes_until(const neuro_course_t *course, neuro_step_t step)
{
    uint64_t low = 0, high = course->n_changes;

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;

        if (course->steps[middle] <= step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

double
neuro_course_at(const neuro_course_t *course, uint64_t seed, neuro_step_t now, neuro_step_t *next)
{
    neuro_stream_t stream;
    neuro_step_t since;
    uint64_t n;

    if (course->kind == NEURO_CURRENT_STEPS) {
        n = changes_until(course, now);
        *next = n < course->n_changes ? course->steps[n] : INT64_MAX;
        return n > 0 ? course->amplitudes[n - 1] : 0.0;
    }
    if (now < course->start || now >= course->stop) {
        *next = now < course->start && course->start < course->stop ? course->start : INT64_MAX;
        return 0.0;
    }
    since = now - course->start;
    if (course->kind == NEURO_CURRENT_SINE) {
        *next = now + 1;
        return course->mean + course->amplitude * neuro_sin(course->phase + course->angle * (double) since);
    }
    *next = course->stop - now > course->interval - since % course->interval
                ? now + course->interval - since % course->interval
                : course->stop;
    neuro_stream_init(&stream, seed, NEURO_PURPOSE_CURRENT, course->stream,
                      (uint64_t) (since / course->interval));
    return course->mean + course->amplitude * neuro_normal_quantile(neuro_stream_double_open(&stream));
}

/* First of the ascending cells that is not below `cell`. */
static uint32_t
lower_bound(const neuro_current_t *current, uint32_t cell)
{
    uint32_t low = 0, high = current->n_cells;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (current->cells[middle] < cell) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The bias of the cells [first, end) without any injected current. */
static void
set_base(neuro_population_t *population, void *data, uint32_t first, uint32_t end)
{
    uint32_t i;

    if (population->constant_type == NEURO_F64) {
        memcpy((double *) data + first, population->base_current + first, (end - first) * sizeof(double));
        return;
    }
    for (i = first; i < end; i++) {
        neuro_value_set(data, population->constant_type, i, population->base_current[i]);
    }
}

/* Add to the bias of those of the ascending cells that are below `end`. */
static void
add(void *data, neuro_type_t type, const uint32_t *cells, uint32_t n, uint32_t end, double amplitude)
{
    uint32_t i;

    if (type == NEURO_F64) {
        for (i = 0; i < n && cells[i] < end; i++) {
            ((double *) data)[cells[i]] += amplitude;
        }
        return;
    }
    for (i = 0; i < n && cells[i] < end; i++) {
        neuro_value_set(data, type, cells[i], neuro_value_get(data, type, cells[i]) + amplitude);
    }
}

void
neuro_population_inject(neuro_population_t *population, uint32_t thread, uint32_t first, uint32_t end,
                        neuro_step_t step)
{
    const neuro_step_t lag = population->network->platform->plan.has_initial_step;
    void *data = population->constants[population->kernel->current_constant].data;
    neuro_step_t next = INT64_MAX, change;
    uint32_t k;

    if (step < population->next_change[thread]) {
        return;
    }
    neuro_rest_forget(population, first, end);
    set_base(population, data, first, end);
    for (k = 0; k < population->n_currents; k++) {
        const neuro_current_t *current = &population->currents[k];
        const double amplitude =
            neuro_course_at(&current->course, population->network->seed, step - lag, &change);
        const uint32_t from = lower_bound(current, first);

        next = change < next ? change : next;
        if (amplitude != 0.0) {
            add(data, population->constant_type, current->cells + from, current->n_cells - from, end,
                amplitude);
        }
    }
    population->next_change[thread] = next == INT64_MAX ? next : next + lag;
}

void
neuro_population_free_currents(neuro_population_t *population)
{
    uint32_t i;

    for (i = 0; i < population->n_currents; i++) {
        neuro_release(population->currents[i].cells);
        neuro_release(population->currents[i].course.steps);
        neuro_release(population->currents[i].course.amplitudes);
    }
    neuro_release(population->currents);
}
