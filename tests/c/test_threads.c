/* The pool: every thread does its part, and none passes a barrier too early. */
#include "check.h"
#include "core/memory.h"
#include "core/threads.h"

#include <stdbool.h>

enum { MOST_THREADS = 5, N_ROUNDS = 2000 };

typedef struct {
    neuro_pool_t *pool;
    uint32_t n_threads;
    int64_t value[MOST_THREADS]; /* written by one thread each, read by all after a barrier */
    int64_t sum;                 /* written in the barrier */
    int64_t n_wrong[MOST_THREADS];
    int64_t n_jobs[MOST_THREADS];
} team_t;

static void
add_up(void *argument)
{
    team_t *team = argument;
    uint32_t i;

    team->sum = 0;
    for (i = 0; i < team->n_threads; i++) {
        team->sum += team->value[i];
    }
}

/* In round r thread t writes r + t; after the barrier all see everybody's value and the sum. */
static void
work(void *argument, uint32_t thread)
{
    team_t *team = argument;
    const int64_t n = team->n_threads;
    int64_t round, i;

    team->n_jobs[thread]++;
    for (round = 0; round < N_ROUNDS; round++) {
        team->value[thread] = round + thread;
        neuro_pool_barrier(team->pool, add_up, team);
        for (i = 0; i < n; i++) {
            team->n_wrong[thread] += team->value[i] != round + i;
        }
        team->n_wrong[thread] += team->sum != n * round + n * (n - 1) / 2;
        neuro_pool_barrier(team->pool, NULL, NULL);
    }
}

static void
test_nobody_passes_a_barrier_before_all_have_arrived(void)
{
    uint32_t n, i;
    int job;

    for (n = 1; n <= MOST_THREADS; n++) {
        team_t team = {.n_threads = n};

        CHECK(neuro_pool_create(&team.pool, n) == NEURO_OK);
        CHECK(neuro_pool_size(team.pool) == n);
        for (job = 0; job < 3; job++) {
            neuro_pool_run(team.pool, work, &team);
        }
        for (i = 0; i < n; i++) {
            CHECK(team.n_wrong[i] == 0 && team.n_jobs[i] == 3);
        }
        neuro_pool_free(team.pool);
    }
}

static void
test_a_pool_that_never_worked_can_be_freed(void)
{
    neuro_pool_t *pool;

    CHECK(neuro_pool_create(&pool, 3) == NEURO_OK);
    neuro_pool_free(pool);
    neuro_pool_free(NULL);
}

static void
test_a_pool_without_memory_is_refused(void)
{
    neuro_pool_t *pool;
    size_t n;

    for (n = 1; n <= 2; n++) {
        neuro_memory_fail_at(n);
        CHECK(neuro_pool_create(&pool, 2) == NEURO_ERR_MEMORY);
        CHECK(pool == NULL);
    }
    neuro_memory_fail_at(0);
    CHECK(neuro_processors() >= 1);
}

int
main(void)
{
    test_nobody_passes_a_barrier_before_all_have_arrived();
    test_a_pool_that_never_worked_can_be_freed();
    test_a_pool_without_memory_is_refused();
    return check_result();
}
