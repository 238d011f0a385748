#include "engine/workers.h"

/* Synapses from which on rows are expanded by several threads: starting them takes some 100 us. */
#define SYNAPSES_FOR_WORKERS 500000.0
enum { MOST_WORKERS = 8 };

neuro_workers_t
neuro_workers_hire(const neuro_network_t *network, double n_synapses)
{
    neuro_workers_t workers = {.n = 1};
    uint32_t n = network->threads_wanted > 0 ? network->threads_wanted : neuro_processors();

    n = n < MOST_WORKERS ? n : MOST_WORKERS;
    if (n_synapses < SYNAPSES_FOR_WORKERS || n == 1) {
        return workers;
    }
    if (network->pool != NULL) {
        workers.pool = network->pool;
    } else {
        workers.is_own = neuro_pool_create(&workers.pool, n) == NEURO_OK;
        workers.pool = workers.is_own ? workers.pool : NULL;
    }
    workers.n = workers.pool != NULL ? neuro_pool_size(workers.pool) : 1;
    return workers;
}

void
neuro_workers_dismiss(const neuro_workers_t *workers)
{
    if (workers->is_own) {
        neuro_pool_free(workers->pool);
    }
}

void
neuro_workers_run(const neuro_workers_t *workers, void (*job)(void *argument, uint32_t worker),
                  void *argument)
{
    if (workers->pool != NULL) {
        neuro_pool_run(workers->pool, job, argument);
    } else {
        job(argument, 0);
    }
}

uint32_t
neuro_workers_first(const neuro_workers_t *workers, uint32_t worker, uint32_t n)
{
    return (uint32_t) ((uint64_t) n * worker / workers->n);
}
