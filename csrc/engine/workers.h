/* Threads that expand the rows of a projection: each a run of rows, drawn from the rows' own streams, so that
 * their number does not show. */
#ifndef NEURO_ENGINE_WORKERS_H
#define NEURO_ENGINE_WORKERS_H

#include "engine/network.h"

/* Who expands the rows: the network's pool, or one of our own for the time being. Without one the caller does
 * it all. */
typedef struct {
    neuro_pool_t *pool;
    bool is_own;
    uint32_t n;
} neuro_workers_t;

/* For some n_synapses in all; few are left to the caller alone. Needs no memory that could fail. */
neuro_workers_t neuro_workers_hire(const neuro_network_t *network, double n_synapses);
void neuro_workers_dismiss(const neuro_workers_t *workers);
/* Run job(argument, worker) for every worker. */
void neuro_workers_run(const neuro_workers_t *workers, void (*job)(void *argument, uint32_t worker),
                       void *argument);
/* First row of a worker, out of n; that behind the last worker is n. */
uint32_t neuro_workers_first(const neuro_workers_t *workers, uint32_t worker, uint32_t n);

#endif
