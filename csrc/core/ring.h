/* Delay rings: what arrives at each cell in the coming steps.
 *
 * Layout ring[slot][receptor][cell], one contiguous stripe a slot; a cell's stripe is padded to whole lines.
 * The kernel that owns the ring gives the element type, says how weights are added, and zeroes what it has
 * read. */
#ifndef NEURO_CORE_RING_H
#define NEURO_CORE_RING_H

#include "core/status.h"
#include "core/types.h"

typedef struct {
    void *data;
    neuro_type_t type;
    uint32_t n_slots; /* a power of two; 0: this population receives nothing */
    uint32_t n_receptors;
    size_t stride; /* cells, padded */
} neuro_ring_t;

/* Make room for `n_slots` (rounded up to a power of two); what is in flight around `now` keeps its step. */
NEURO_MUST_CHECK neuro_status_t neuro_ring_reserve(neuro_ring_t *ring, neuro_type_t type,
                                                   uint32_t n_receptors, uint32_t n_cells, uint32_t n_slots,
                                                   neuro_step_t now);
void neuro_ring_free(neuro_ring_t *ring);
void neuro_ring_clear(neuro_ring_t *ring);
size_t neuro_ring_bytes(const neuro_ring_t *ring);

/* First cell's element of a slot, counted in elements of the ring's type. */
static inline size_t
neuro_ring_offset(const neuro_ring_t *ring, neuro_step_t step, uint32_t receptor)
{
    const size_t slot = (size_t) step & (size_t) (ring->n_slots - 1);

    return (slot * ring->n_receptors + receptor) * ring->stride;
}

#endif
