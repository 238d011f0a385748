#include "core/threads.h"

#include "core/memory.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

/* Turns of the waiting loop before a thread goes to sleep: some 20 microseconds. */
enum { SPIN_TURNS = 1000 };

typedef struct {
    neuro_pool_t *pool;
    pthread_t thread;
    uint32_t index;
    bool is_started;
} worker_t;

struct neuro_pool {
    uint32_t n_threads;
    worker_t *workers;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    /* the job */
    void (*job)(void *argument, uint32_t thread);
    void *argument;
    uint64_t job_number;
    uint32_t n_running;
    pthread_cond_t done;
    bool is_closing;
    /* the barrier */
    atomic_uint n_arrived;
    atomic_uint generation;
    atomic_uint n_sleeping;
    pthread_mutex_t barrier_mutex;
    pthread_cond_t barrier_open;
    bool may_spin;
};

static void *
work(void *argument)
{
    worker_t *worker = argument;
    neuro_pool_t *pool = worker->pool;
    uint64_t seen = 0;

    for (;;) {
        (void) pthread_mutex_lock(&pool->mutex);
        while (pool->job_number == seen && !pool->is_closing) {
            (void) pthread_cond_wait(&pool->wake, &pool->mutex);
        }
        if (pool->is_closing) {
            (void) pthread_mutex_unlock(&pool->mutex);
            return NULL;
        }
        seen = pool->job_number;
        (void) pthread_mutex_unlock(&pool->mutex);
        pool->job(pool->argument, worker->index);
        (void) pthread_mutex_lock(&pool->mutex);
        if (--pool->n_running == 0) {
            (void) pthread_cond_signal(&pool->done);
        }
        (void) pthread_mutex_unlock(&pool->mutex);
    }
}

neuro_status_t
neuro_pool_create(neuro_pool_t **out, uint32_t n_threads)
{
    neuro_pool_t *pool = neuro_alloc(1, sizeof *pool);
    uint32_t i;

    *out = NULL;
    if (pool == NULL) {
        return NEURO_ERR_MEMORY;
    }
    pool->n_threads = n_threads;
    pool->may_spin = neuro_processors() >= n_threads;
    atomic_init(&pool->n_arrived, 0);
    atomic_init(&pool->generation, 0);
    atomic_init(&pool->n_sleeping, 0);
    (void) pthread_mutex_init(&pool->mutex, NULL);
    (void) pthread_mutex_init(&pool->barrier_mutex, NULL);
    (void) pthread_cond_init(&pool->wake, NULL);
    (void) pthread_cond_init(&pool->done, NULL);
    (void) pthread_cond_init(&pool->barrier_open, NULL);
    pool->workers = neuro_alloc(n_threads, sizeof *pool->workers);
    if (pool->workers == NULL) {
        neuro_pool_free(pool);
        return NEURO_ERR_MEMORY;
    }
    for (i = 1; i < n_threads; i++) {
        worker_t *worker = &pool->workers[i];

        worker->pool = pool;
        worker->index = i;
        if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
            neuro_pool_free(pool);
            return NEURO_ERR_THREAD;
        }
        worker->is_started = true;
    }
    *out = pool;
    return NEURO_OK;
}

void
neuro_pool_free(neuro_pool_t *pool)
{
    uint32_t i;

    if (pool == NULL) {
        return;
    }
    (void) pthread_mutex_lock(&pool->mutex);
    pool->is_closing = true;
    (void) pthread_cond_broadcast(&pool->wake);
    (void) pthread_mutex_unlock(&pool->mutex);
    for (i = 1; pool->workers != NULL && i < pool->n_threads; i++) {
        if (pool->workers[i].is_started) {
            (void) pthread_join(pool->workers[i].thread, NULL);
        }
    }
    (void) pthread_mutex_destroy(&pool->mutex);
    (void) pthread_mutex_destroy(&pool->barrier_mutex);
    (void) pthread_cond_destroy(&pool->wake);
    (void) pthread_cond_destroy(&pool->done);
    (void) pthread_cond_destroy(&pool->barrier_open);
    neuro_release(pool->workers);
    neuro_release(pool);
}

uint32_t
neuro_pool_size(const neuro_pool_t *pool)
{
    return pool->n_threads;
}

void
neuro_pool_run(neuro_pool_t *pool, void (*job)(void *argument, uint32_t thread), void *argument)
{
    if (pool->n_threads > 1) {
        (void) pthread_mutex_lock(&pool->mutex);
        pool->job = job;
        pool->argument = argument;
        pool->n_running = pool->n_threads - 1;
        pool->job_number++;
        (void) pthread_cond_broadcast(&pool->wake);
        (void) pthread_mutex_unlock(&pool->mutex);
    }
    job(argument, 0);
    if (pool->n_threads > 1) {
        (void) pthread_mutex_lock(&pool->mutex);
        while (pool->n_running > 0) {
            (void) pthread_cond_wait(&pool->done, &pool->mutex);
        }
        (void) pthread_mutex_unlock(&pool->mutex);
    }
}

static inline void
pause_briefly(void)
{
#ifdef NEURO_X86
    __builtin_ia32_pause();
#endif
}

void
neuro_pool_barrier(neuro_pool_t *pool, void (*completion)(void *argument), void *argument)
{
    unsigned generation;
    int turn;

    if (pool->n_threads == 1) {
        if (completion != NULL) {
            completion(argument);
        }
        return;
    }
    generation = atomic_load(&pool->generation);
    if (atomic_fetch_add(&pool->n_arrived, 1) == pool->n_threads - 1) {
        if (completion != NULL) {
            completion(argument);
        }
        atomic_store(&pool->n_arrived, 0);
        atomic_store(&pool->generation, generation + 1);
        if (atomic_load(&pool->n_sleeping) > 0) {
            (void) pthread_mutex_lock(&pool->barrier_mutex);
            (void) pthread_cond_broadcast(&pool->barrier_open);
            (void) pthread_mutex_unlock(&pool->barrier_mutex);
        }
        return;
    }
    for (turn = 0; pool->may_spin && turn < SPIN_TURNS; turn++) {
        if (atomic_load_explicit(&pool->generation, memory_order_acquire) != generation) {
            return;
        }
        pause_briefly();
    }
    (void) pthread_mutex_lock(&pool->barrier_mutex);
    (void) atomic_fetch_add(&pool->n_sleeping, 1);
    while (atomic_load(&pool->generation) == generation) {
        (void) pthread_cond_wait(&pool->barrier_open, &pool->barrier_mutex);
    }
    (void) atomic_fetch_sub(&pool->n_sleeping, 1);
    (void) pthread_mutex_unlock(&pool->barrier_mutex);
}

uint32_t
neuro_processors(void)
{
#ifdef __linux__
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int n = CPU_COUNT(&set);
        return n > 0 ? (uint32_t) n : 1;
    }
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (uint32_t) n : 1;
}
