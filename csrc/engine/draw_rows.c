/* Values of synapses from streams of their rows. */
#include "core/distributions.h"
#include "core/memory.h"
#include "core/random.h"
#include "engine/connect.h"
#include "engine/workers.h"

typedef struct {
    const neuro_projection_t *projection;
    neuro_workers_t workers;
    neuro_distribution_t distribution;
    neuro_purpose_t purpose;
    uint32_t column;
    double scale;
    double *values;
    const uint64_t *first; /* value of a row, one a worker */
    bool *found;           /* one a worker */
} draw_t;

static void
draw_values(void *argument, uint32_t worker)
{
    const draw_t *all = argument;
    const neuro_rows_t *rows = &all->projection->rows;
    const uint32_t last = neuro_workers_first(&all->workers, worker + 1, neuro_rows_count(rows));
    uint64_t begin, end, i, k = all->first[worker];
    neuro_stream_t stream;
    uint32_t row;

    all->found[worker] = true;
    for (row = neuro_workers_first(&all->workers, worker, neuro_rows_count(rows)); row < last; row++) {
        neuro_rows_range(rows, row, &begin, &end);
        neuro_stream_init(&stream, all->projection->seed, all->purpose,
                          all->projection->stream + (all->column > NEURO_DELAY ? all->column << 24 : 0), row);
        for (i = begin; i < end; i++) {
            double value = neuro_draw(&all->distribution, &stream) * all->scale;

            if (!(value == value)) {
                all->found[worker] = false;
                return;
            }
            if (all->column == NEURO_DELAY) {
                value = (double) (int64_t) (value + 0.5);
                value = value < 1.0 ? 1.0 : value;
            }
            all->values[k++] = value;
        }
    }
}

neuro_status_t
neuro_draw_rows(neuro_projection_t *projection, uint32_t column, const char *name, const double *parameters,
                uint32_t n_parameters, double scale, double *values)
{
    const neuro_rows_t *rows = &projection->rows;
    const neuro_purpose_t purpose = column == NEURO_WEIGHT  ? NEURO_PURPOSE_WEIGHT
                                    : column == NEURO_DELAY ? NEURO_PURPOSE_DELAY
                                                            : NEURO_PURPOSE_SYNAPSE;
    draw_t all = {
        .projection = projection, .purpose = purpose, .column = column, .scale = scale, .values = values};
    neuro_status_t status = neuro_distribution_init(&all.distribution, name, parameters, n_parameters);
    uint64_t *first;
    uint64_t begin, end, k = 0;
    uint32_t row = 0, worker;

    if (status != NEURO_OK) {
        return neuro_fail(&projection->network->error, status,
                          "cannot draw from distribution \"%s\" with %u parameters of these values", name,
                          n_parameters);
    }
    all.workers = neuro_workers_hire(projection->network, (double) rows->n_synapses);
    first = neuro_alloc(all.workers.n, sizeof *first);
    all.found = neuro_alloc(all.workers.n, sizeof *all.found);
    if (first == NULL || all.found == NULL) {
        status =
            neuro_fail(&projection->network->error, NEURO_ERR_MEMORY, "no memory to draw values of synapses");
        goto out;
    }
    for (worker = 0; worker < all.workers.n; worker++) {
        for (; row < neuro_workers_first(&all.workers, worker, neuro_rows_count(rows)); row++) {
            neuro_rows_range(rows, row, &begin, &end);
            k += end - begin;
        }
        first[worker] = k;
    }
    all.first = first;
    neuro_workers_run(&all.workers, draw_values, &all);
    for (worker = 0; worker < all.workers.n && status == NEURO_OK; worker++) {
        if (!all.found[worker]) {
            status = neuro_fail(
                &projection->network->error, NEURO_ERR_VALUE,
                "distribution \"%s\" found no value between its bounds in many draws; widen the bounds",
                name);
        }
    }
out:
    neuro_release(first);
    neuro_release(all.found);
    neuro_workers_dismiss(&all.workers);
    return status;
}
