/* A small pool of threads and their barrier. The calling thread is number 0; the others sleep between jobs.
 */
#ifndef NEURO_CORE_THREADS_H
#define NEURO_CORE_THREADS_H

#include "core/status.h"

#include <stdint.h>

typedef struct neuro_pool neuro_pool_t;

/* n_threads: 1 and more, the caller included. */
NEURO_MUST_CHECK neuro_status_t neuro_pool_create(neuro_pool_t **out, uint32_t n_threads);
void neuro_pool_free(neuro_pool_t *pool);
uint32_t neuro_pool_size(const neuro_pool_t *pool);

/* Run job(argument, thread) on every thread and return when all have ended. */
void neuro_pool_run(neuro_pool_t *pool, void (*job)(void *argument, uint32_t thread), void *argument);

/* All threads of a running job meet here. The last to arrive runs `completion` (may be NULL) while the others
 * wait; what it writes is seen by all. Waiting threads spin briefly, then sleep. */
void neuro_pool_barrier(neuro_pool_t *pool, void (*completion)(void *argument), void *argument);

/* Processors that this process may use; at least 1. */
uint32_t neuro_processors(void);

#endif
