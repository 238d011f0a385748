/* Delay rings: where a step's input lies, and that it stays there when the ring grows. */
#include "check.h"
#include "core/memory.h"
#include "core/ring.h"

enum { N_CELLS = 100 };

static double *
cell(const neuro_ring_t *ring, neuro_step_t step, uint32_t receptor, uint32_t i)
{
    return (double *) ring->data + neuro_ring_offset(ring, step, receptor) + i;
}

static void
test_slots_are_a_power_of_two_of_padded_stripes(void)
{
    neuro_ring_t ring = {0};

    CHECK(neuro_ring_bytes(&ring) == 0);
    CHECK(neuro_ring_reserve(&ring, NEURO_F64, 2, N_CELLS, 5, 0) == NEURO_OK);
    CHECK(ring.n_slots == 8 && ring.n_receptors == 2 && ring.stride == 128);
    CHECK(neuro_ring_bytes(&ring) == 8 * 2 * 128 * sizeof(double));
    CHECK(neuro_ring_offset(&ring, 0, 0) == 0 && neuro_ring_offset(&ring, 0, 1) == 128);
    CHECK(neuro_ring_offset(&ring, 9, 0) == neuro_ring_offset(&ring, 1, 0));
    CHECK(neuro_ring_offset(&ring, 1, 0) == 256);
    neuro_ring_free(&ring);
    CHECK(ring.data == NULL && ring.n_slots == 0);
}

static void
test_what_is_in_flight_keeps_its_step(void)
{
    neuro_ring_t ring = {0};
    neuro_step_t step;

    CHECK(neuro_ring_reserve(&ring, NEURO_F64, 2, N_CELLS, 4, 0) == NEURO_OK);
    for (step = 13; step < 17; step++) { /* all four slots hold the coming steps */
        *cell(&ring, step, 0, 7) = (double) step;
        *cell(&ring, step, 1, 99) = (double) -step;
    }
    CHECK(neuro_ring_reserve(&ring, NEURO_F64, 2, N_CELLS, 30, 13) == NEURO_OK);
    CHECK(ring.n_slots == 32);
    for (step = 13; step < 17; step++) {
        CHECK(*cell(&ring, step, 0, 7) == (double) step);
        CHECK(*cell(&ring, step, 1, 99) == (double) -step);
    }
    for (step = 17; step < 45; step++) {
        CHECK(*cell(&ring, step, 0, 7) == 0.0);
    }
    CHECK(neuro_ring_reserve(&ring, NEURO_F64, 2, N_CELLS, 2, 13) == NEURO_OK); /* never shrinks */
    CHECK(ring.n_slots == 32);
    neuro_ring_clear(&ring);
    CHECK(*cell(&ring, 14, 0, 7) == 0.0);
    neuro_ring_free(&ring);
}

static void
test_a_ring_that_cannot_grow_is_as_before(void)
{
    neuro_ring_t ring = {0};

    CHECK(neuro_ring_reserve(&ring, NEURO_F64, 1, N_CELLS, 4, 0) == NEURO_OK);
    *cell(&ring, 3, 0, 5) = 1.5;
    neuro_memory_fail_at(1);
    CHECK(neuro_ring_reserve(&ring, NEURO_F64, 1, N_CELLS, 8, 0) == NEURO_ERR_MEMORY);
    CHECK(ring.n_slots == 4 && *cell(&ring, 3, 0, 5) == 1.5);
    neuro_ring_free(&ring);
    neuro_ring_clear(&ring);
}

int
main(void)
{
    test_slots_are_a_power_of_two_of_padded_stripes();
    test_what_is_in_flight_keeps_its_step();
    test_a_ring_that_cannot_grow_is_as_before();
    return check_result();
}
