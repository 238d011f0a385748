/* Reward: spikes that add to the reward traces (r0, r1) of the cells they reach, and to no current. */
#include "core/fixed.h"
#include "core/memory.h"
#include "loihi/learning.h"

#include <string.h>

typedef struct {
    uint32_t n_slots;  /* a power of two */
    int32_t *arriving; /* [slot][cell] */
    uint32_t n_parts;
    int64_t *until; /* [part]: latest step in which anything arrives; -1: none */
} own_t;

static void
sweep(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    own_t *own = projection->own;
    uint64_t begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        neuro_rows_bounds(rows, sweep->source[k], sweep->part, &begin, &end);
        for (i = begin; i < end; i++) {
            const int64_t step = base + (int64_t) neuro_column_get(&rows->columns[NEURO_DELAY], i);
            int32_t *cell = own->arriving + ((size_t) step & (own->n_slots - 1)) * rows->n_post +
                            neuro_rows_target(rows, i);

            *cell = neuro_add_wrap_i32(*cell, (int32_t) neuro_column_get(&rows->columns[NEURO_WEIGHT], i));
            own->until[sweep->part] = step > own->until[sweep->part] ? step : own->until[sweep->part];
        }
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
    }
}

const int32_t *
neuro_loihi_reward_arriving(const neuro_projection_t *projection, uint32_t part, neuro_step_t step)
{
    const own_t *own = projection->own;

    if (projection->kernel != &neuro_loihi_reinforcement || own == NULL || step > own->until[part]) {
        return NULL;
    }
    return own->arriving + ((size_t) step & (own->n_slots - 1)) * projection->rows.n_post;
}

/* A slot is emptied one step after all have seen it: what comes next for it lies further ahead. */
static void
forget(neuro_projection_t *projection, uint32_t part, neuro_step_t step, neuro_counters_t *counters)
{
    const neuro_rows_t *rows = &projection->rows;
    const uint32_t first = rows->part_first[part], n = rows->part_first[part + 1] - first;
    own_t *own = projection->own;

    (void) counters;
    if (own != NULL && step > 0 && step - 1 <= own->until[part]) {
        memset(own->arriving + ((size_t) (step - 1) & (own->n_slots - 1)) * rows->n_post + first, 0,
               n * sizeof *own->arriving);
    }
}

static void
reset(neuro_projection_t *projection)
{
    own_t *own = projection->own;
    uint32_t part;

    if (own != NULL) {
        memset(own->arriving, 0, (size_t) own->n_slots * projection->rows.n_post * sizeof *own->arriving);
        for (part = 0; part < own->n_parts; part++) {
            own->until[part] = -1;
        }
    }
}

static void
release(neuro_projection_t *projection)
{
    own_t *own = projection->own;

    if (own != NULL) {
        neuro_release(own->arriving);
        neuro_release(own->until);
        neuro_release(own);
    }
    projection->own = NULL;
}

/* Slots for the longest delay, the present step and the one before; what is under way is kept. */
static neuro_status_t
prepare(neuro_projection_t *projection, neuro_isa_t isa)
{
    const uint32_t n_post = projection->rows.n_post, n_parts = projection->rows.n_parts;
    const neuro_step_t now = projection->network->step;
    own_t *own = projection->own;
    own_t next = {.n_slots = 4, .n_parts = n_parts};
    neuro_step_t step;
    uint32_t part;

    (void) isa;
    while (next.n_slots < projection->max_ring_delay + 3 || (own != NULL && next.n_slots < own->n_slots)) {
        next.n_slots *= 2;
    }
    next.arriving = neuro_alloc((size_t) next.n_slots * n_post, sizeof *next.arriving);
    next.until = neuro_alloc(n_parts, sizeof *next.until);
    if (own == NULL) {
        own = projection->own = neuro_alloc(1, sizeof *own);
        if (own != NULL) {
            own->n_slots = 0;
        }
    }
    if (next.arriving == NULL || next.until == NULL || own == NULL) {
        neuro_release(next.arriving);
        neuro_release(next.until);
        if (own != NULL && own->arriving == NULL) {
            release(projection);
        }
        return NEURO_ERR_MEMORY;
    }
    for (part = 0; part < n_parts; part++) {
        next.until[part] = own->n_slots > 0 ? now + own->n_slots : -1;
    }
    for (step = now; own->n_slots > 0 && step < now + (neuro_step_t) own->n_slots - 1; step++) {
        memcpy(next.arriving + ((size_t) step & (next.n_slots - 1)) * n_post,
               own->arriving + ((size_t) step & (own->n_slots - 1)) * n_post, n_post * sizeof *next.arriving);
    }
    neuro_release(own->arriving);
    neuro_release(own->until);
    *own = next;
    projection->sweep = sweep;
    return NEURO_OK;
}

const neuro_synapse_kernel_t neuro_loihi_reinforcement = {
    .name = "reinforcement",
    .weight_type = NEURO_I16,
    .dendritic_rule = -1,
    .prepare = prepare,
    .free = release,
    .reset = reset,
    .epoch = forget,
};
