#include "loihi/graded.h"

#include "core/memory.h"

#include <string.h>

neuro_status_t
neuro_loihi_graded_init(neuro_population_t *population)
{
    population->own = neuro_alloc(1, sizeof(neuro_loihi_graded_t));
    return population->own == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
}

/* As many slots as the queue has; what is in flight keeps its step. */
neuro_status_t
neuro_loihi_graded_make_room(neuro_population_t *population)
{
    neuro_loihi_graded_t *graded = population->own;
    const uint32_t n_slots = population->queue.n_slots;
    const neuro_step_t now = population->network->step - 1;
    const size_t n_cells = population->n_cells;
    int32_t *payloads;
    uint32_t back;
    size_t n;

    if (graded->n_slots >= n_slots) {
        return NEURO_OK;
    }
    payloads = neuro_product_overflows(n_slots, n_cells, &n) ? NULL : neuro_alloc(n, sizeof *payloads);
    if (payloads == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (back = 0; back < graded->n_slots; back++) {
        const size_t step = (size_t) (now - (neuro_step_t) back);

        memcpy(payloads + (step & (n_slots - 1)) * n_cells,
               graded->payloads + (step & (graded->n_slots - 1)) * n_cells, n_cells * sizeof *payloads);
    }
    neuro_release(graded->payloads);
    graded->payloads = payloads;
    graded->n_slots = n_slots;
    return NEURO_OK;
}

void
neuro_loihi_graded_free(neuro_population_t *population)
{
    neuro_loihi_graded_t *graded = population->own;

    if (graded != NULL) {
        neuro_release(graded->payloads);
        neuro_release(graded);
    }
}

void
neuro_loihi_graded_reset(neuro_population_t *population)
{
    neuro_loihi_graded_t *graded = population->own;

    if (graded->payloads != NULL) {
        memset(graded->payloads, 0, (size_t) graded->n_slots * population->n_cells * sizeof(int32_t));
    }
}

void
neuro_loihi_keep_payloads(const neuro_block_t *block, const int32_t *payloads)
{
    const neuro_loihi_graded_t *graded = block->population->own;
    const size_t slot = (size_t) block->step & (graded->n_slots - 1);

    memcpy(graded->payloads + slot * block->population->n_cells + block->first, payloads,
           block->count * sizeof *payloads);
}
