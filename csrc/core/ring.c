#include "core/ring.h"

#include "core/memory.h"

#include <string.h>

static size_t
n_elements(const neuro_ring_t *ring)
{
    return (size_t) ring->n_slots * ring->n_receptors * ring->stride;
}

neuro_status_t
neuro_ring_reserve(neuro_ring_t *ring, neuro_type_t type, uint32_t n_receptors, uint32_t n_cells,
                   uint32_t n_slots, neuro_step_t now)
{
    neuro_ring_t wider = {0};
    const size_t size = neuro_type_size(type);
    uint32_t slot, power = 1;
    size_t n;

    while (power < n_slots) {
        power *= 2;
    }
    if (ring->n_slots >= power) {
        return NEURO_OK;
    }
    wider.type = type;
    wider.n_slots = power;
    wider.n_receptors = n_receptors;
    wider.stride = ((size_t) n_cells + NEURO_LINE - 1) / NEURO_LINE * NEURO_LINE;
    if (neuro_product_overflows((size_t) power * n_receptors, wider.stride, &n)) {
        return NEURO_ERR_MEMORY;
    }
    wider.data = neuro_alloc(n, size);
    if (wider.data == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (slot = 0; slot < ring->n_slots; slot++) {
        const neuro_step_t step = now + slot;

        memcpy((char *) wider.data + neuro_ring_offset(&wider, step, 0) * size,
               (const char *) ring->data + neuro_ring_offset(ring, step, 0) * size,
               ring->n_receptors * ring->stride * size);
    }
    neuro_release(ring->data);
    *ring = wider;
    return NEURO_OK;
}

void
neuro_ring_free(neuro_ring_t *ring)
{
    neuro_release(ring->data);
    memset(ring, 0, sizeof *ring);
}

void
neuro_ring_clear(neuro_ring_t *ring)
{
    if (ring->data != NULL) {
        memset(ring->data, 0, neuro_ring_bytes(ring));
    }
}

size_t
neuro_ring_bytes(const neuro_ring_t *ring)
{
    return n_elements(ring) * neuro_type_size(ring->type);
}
