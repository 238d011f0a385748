#include "engine/rest.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

/* States and internal variables of a kernel that can rest, at most. */
enum { MOST_KEPT = 8 };
/* Smaller magnitudes become 0. Nothing of such a size shows in a membrane potential. */
static const double tiny_f64 = 1e-150;
static const float tiny_f32 = 1e-30F;

static size_t
n_marks(const neuro_population_t *population)
{
    return ((size_t) population->n_cells + NEURO_REST_GRAIN - 1) / NEURO_REST_GRAIN;
}

neuro_status_t
neuro_rest_prepare(neuro_population_t *population, uint32_t n_threads)
{
    const neuro_neuron_kernel_t *kernel = population->kernel;
    const neuro_step_t anything = population->network->step + population->ring.n_slots;
    neuro_step_t *expects_until;
    uint32_t v, thread, n_kept = 0;

    for (v = 0; v < population->n_variables; v++) {
        n_kept += population->variables[v].spec->role != NEURO_PARAMETER;
    }
    if (!kernel->can_rest || n_kept > MOST_KEPT) {
        return NEURO_OK;
    }
    if (population->at_rest == NULL) {
        population->at_rest = neuro_alloc(n_marks(population), sizeof *population->at_rest);
    }
    expects_until = neuro_alloc((size_t) n_threads * NEURO_REST_LINE, sizeof *expects_until);
    if (population->at_rest == NULL || expects_until == NULL) {
        neuro_release(expects_until);
        return NEURO_ERR_MEMORY;
    }
    for (thread = 0; thread < n_threads; thread++) {
        expects_until[thread * NEURO_REST_LINE] = anything;
    }
    neuro_release(population->expects_until);
    population->expects_until = expects_until;
    neuro_rest_forget(population, 0, population->n_cells);
    return NEURO_OK;
}

void
neuro_rest_forget(neuro_population_t *population, uint32_t first, uint32_t end)
{
    if (population->at_rest != NULL && first < end) {
        const size_t from = first / NEURO_REST_GRAIN, to = ((size_t) end - 1) / NEURO_REST_GRAIN + 1;

        memset(population->at_rest + from, 0, to - from);
    }
}

/* Four words at once, on any processor. */
typedef uint64_t lanes_t __attribute__((vector_size(32)));

/* n_bytes: whole grains, hence a multiple of 128. Long stretches are read without a branch in them. */
static bool
is_zero(const char *data, size_t n_bytes)
{
    enum { STRETCH = 2048 };
    size_t at = 0;

    while (at < n_bytes) {
        const size_t end = n_bytes - at < STRETCH ? n_bytes : at + STRETCH;
        lanes_t any = {0}, also = {0}, words[4];

        for (; at < end; at += sizeof words) {
            memcpy(words, data + at, sizeof words);
            any |= words[0] | words[1];
            also |= words[2] | words[3];
        }
        any |= also;
        if ((any[0] | any[1] | any[2] | any[3]) != 0) {
            return false;
        }
    }
    return true;
}

/* Nothing arrives in the block's step. The ring's stripes are padded to whole grains, and the padding is 0.
 */
static bool
receives_nothing(const neuro_block_t *block)
{
    const neuro_ring_t *ring = &block->population->ring;
    const size_t size = neuro_type_size(ring->type);
    const size_t n_cells =
        ((size_t) block->count + NEURO_REST_GRAIN - 1) / NEURO_REST_GRAIN * NEURO_REST_GRAIN;
    uint32_t receptor;

    if (block->step > block->population->expects_until[block->thread * NEURO_REST_LINE]) {
        return true;
    }
    for (receptor = 0; receptor < ring->n_receptors; receptor++) {
        const size_t offset = neuro_ring_offset(ring, block->step, receptor) + block->first;

        if (!is_zero((const char *) ring->data + offset * size, n_cells * size)) {
            return false;
        }
    }
    return true;
}

bool
neuro_rest_is_kept(const neuro_block_t *block)
{
    if (receives_nothing(block)) {
        return true;
    }
    block->population->at_rest[block->first / NEURO_REST_GRAIN] = false;
    return false;
}

static void
drop_tiny(void *data, neuro_type_t type, uint32_t first, uint32_t count)
{
    uint32_t i;

    if (type == NEURO_F64) {
        double *x = (double *) data + first;

        for (i = 0; i < count; i++) {
            x[i] = fabs(x[i]) < tiny_f64 ? 0.0 : x[i];
        }
    } else if (type == NEURO_F32) {
        float *x = (float *) data + first;

        for (i = 0; i < count; i++) {
            x[i] = fabsf(x[i]) < tiny_f32 ? 0.0F : x[i];
        }
    }
}

void
neuro_rest_watch(const neuro_block_t *block)
{
    neuro_population_t *population = block->population;
    char before[MOST_KEPT][NEURO_REST_CELLS * sizeof(double)];
    const char *now[MOST_KEPT];
    size_t n_bytes[MOST_KEPT];
    uint32_t v, n = 0, k;
    bool is_at_rest = receives_nothing(block);

    for (v = 0; v < population->n_variables; v++) {
        const neuro_variable_t *variable = &population->variables[v];
        const size_t size = neuro_type_size(variable->type);

        if (variable->spec->role == NEURO_PARAMETER) {
            continue;
        }
        drop_tiny(variable->data, variable->type, block->first, block->count);
        now[n] = (const char *) variable->data + block->first * size;
        n_bytes[n] = block->count * size;
        if (is_at_rest) {
            memcpy(before[n], now[n], n_bytes[n]);
        }
        n++;
    }
    population->update(block);
    for (k = 0; k < n && is_at_rest; k++) {
        is_at_rest = memcmp(before[k], now[k], n_bytes[k]) == 0;
    }
    for (k = 0; k < block->count && is_at_rest; k++) {
        is_at_rest = block->spiked[k] == 0;
    }
    population->at_rest[block->first / NEURO_REST_GRAIN] = is_at_rest;
}
