/* Allocation: zeroed lines, refusals, and the hook that makes one fail. */
#include "check.h"
#include "core/memory.h"

#include <string.h>

static void
test_blocks_are_zeroed_whole_lines(void)
{
    static const size_t sizes[] = {0, 1, 63, 64, 65, 4096, (size_t) 5 << 20};
    size_t i, k;

    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t padded =
            sizes[i] == 0 ? NEURO_LINE : (sizes[i] + NEURO_LINE - 1) / NEURO_LINE * NEURO_LINE;
        unsigned char *block = neuro_alloc(sizes[i], 1);
        int n_set = 0;

        CHECK(block != NULL && (uintptr_t) block % NEURO_LINE == 0);
        for (k = 0; block != NULL && k < padded; k++) {
            n_set += block[k] != 0;
        }
        CHECK(n_set == 0);
        neuro_release(block);
    }
    neuro_release(NULL);
}

static void
test_sizes_that_overflow_are_refused(void)
{
    size_t product = 0;

    CHECK(neuro_product_overflows(SIZE_MAX / 2 + 1, 2, &product));
    CHECK(!neuro_product_overflows(SIZE_MAX / 2, 2, &product) && product == SIZE_MAX - 1);
    CHECK(neuro_alloc(SIZE_MAX / 2 + 1, 2) == NULL);
    CHECK(neuro_alloc(SIZE_MAX, 1) == NULL);
    CHECK(neuro_alloc(SIZE_MAX / 8, 9) == NULL);
}

static void
test_more_than_the_machine_has_is_refused_at_once(void)
{
    const size_t available = neuro_memory_available();

    CHECK(available > (size_t) 1 << 20);
    if (available < SIZE_MAX / 4) {
        CHECK(neuro_alloc(available + available / 2, 1) == NULL);
        CHECK(neuro_grow(NULL, 0, 2 * available, 1) == NULL);
    }
}

static void
test_growing_keeps_the_items(void)
{
    uint32_t *block = neuro_alloc(3, sizeof *block);
    uint32_t i;

    CHECK(block != NULL);
    if (block == NULL) {
        return;
    }
    for (i = 0; i < 3; i++) {
        block[i] = 10 + i;
    }
    block = neuro_grow(block, 3, 1000, sizeof *block);
    CHECK(block != NULL && block[0] == 10 && block[2] == 12 && block[3] == 0 && block[999] == 0);
    block = neuro_grow(block, 1000, 2, sizeof *block);
    CHECK(block != NULL && block[1] == 11);
    neuro_memory_fail_at(1);
    CHECK(neuro_grow(block, 2, 4, sizeof *block) == NULL);
    CHECK(block[0] == 10 && block[1] == 11); /* still ours */
    neuro_release(block);
}

static void
test_the_chosen_allocation_fails_and_no_other(void)
{
    void *blocks[4];
    int i;

    neuro_memory_fail_at(3);
    for (i = 0; i < 4; i++) {
        blocks[i] = neuro_alloc(8, 8);
        CHECK((blocks[i] == NULL) == (i == 2));
        neuro_release(blocks[i]);
    }
    neuro_memory_fail_at(1);
    neuro_memory_fail_at(0);
    blocks[0] = neuro_alloc(1, 1);
    CHECK(blocks[0] != NULL);
    neuro_release(blocks[0]);
}

int
main(void)
{
    test_blocks_are_zeroed_whole_lines();
    test_sizes_that_overflow_are_refused();
    test_more_than_the_machine_has_is_refused_at_once();
    test_growing_keeps_the_items();
    test_the_chosen_allocation_fails_and_no_other();
    return check_result();
}
