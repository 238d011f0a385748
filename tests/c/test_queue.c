/* Queues of spikes in flight. */
#include "check.h"
#include "core/memory.h"
#include "core/queue.h"

static void
put(neuro_queue_t *queue, neuro_step_t step, uint32_t thread, uint32_t cell)
{
    neuro_list_t *list = neuro_queue_list(queue, step, thread);

    CHECK(neuro_list_reserve(list, 1));
    list->index[list->count++] = cell;
}

static void
test_a_list_grows_and_keeps_its_items(void)
{
    neuro_list_t list = {0};
    uint32_t i;

    for (i = 0; i < 1000; i++) {
        CHECK(neuro_list_reserve(&list, 1));
        list.index[list.count++] = 3 * i;
    }
    CHECK(list.count == 1000 && list.capacity >= 1000 && list.index[0] == 0 && list.index[999] == 2997);
    neuro_memory_fail_at(1);
    CHECK(!neuro_list_reserve(&list, 10000));
    CHECK(list.count == 1000 && list.index[500] == 1500);
    neuro_memory_fail_at(1);
    CHECK(neuro_list_reserve(&list, 0)); /* nothing to ask for */
    neuro_memory_fail_at(0);
    neuro_release(list.index);
}

static void
test_spikes_in_flight_stay_in_order_with_another_number_of_threads(void)
{
    static const uint32_t expected[4] = {2, 5, 64, 70};
    neuro_queue_t queue = {0};
    uint32_t n_threads, thread, n, i;

    CHECK(neuro_queue_reserve(&queue, 3, 2, 10) == NEURO_OK);
    CHECK(queue.n_slots == 4 && queue.n_threads == 2);
    put(&queue, 9, 0, 2);
    put(&queue, 9, 0, 5);
    put(&queue, 9, 1, 64);
    put(&queue, 9, 1, 70);
    put(&queue, 10, 1, 80);
    for (n_threads = 3; n_threads > 0; n_threads--) {
        CHECK(neuro_queue_reserve(&queue, 3, n_threads, 10) == NEURO_OK);
        for (n = 0, thread = 0; thread < n_threads; thread++) {
            const neuro_list_t *list = neuro_queue_list(&queue, 9, thread);

            for (i = 0; i < list->count; i++) {
                CHECK(n < 4 && list->index[i] == expected[n]);
                n++;
            }
        }
        CHECK(n == 4);
    }
    CHECK(neuro_queue_reserve(&queue, 9, 1, 10) == NEURO_OK); /* more slots */
    CHECK(queue.n_slots == 16);
    CHECK(neuro_queue_list(&queue, 9, 0)->count == 4 && neuro_queue_list(&queue, 10, 0)->index[0] == 80);
    CHECK(neuro_queue_list(&queue, 11, 0)->count == 0);
    CHECK(neuro_queue_bytes(&queue) >= 16 * sizeof(neuro_list_t) + 5 * sizeof(uint32_t));
    neuro_queue_clear(&queue);
    CHECK(neuro_queue_list(&queue, 9, 0)->count == 0 && neuro_queue_list(&queue, 10, 0)->count == 0);
    neuro_queue_free(&queue);
    CHECK(queue.lists == NULL);
}

static void
test_a_queue_that_cannot_grow_is_as_before(void)
{
    neuro_queue_t queue = {0};
    size_t n;

    CHECK(neuro_queue_reserve(&queue, 2, 1, 0) == NEURO_OK);
    put(&queue, 0, 0, 42);
    for (n = 1; n <= 2; n++) { /* the table of lists, then the list of step 0 */
        neuro_memory_fail_at(n);
        CHECK(neuro_queue_reserve(&queue, 8, 1, 0) == NEURO_ERR_MEMORY);
        CHECK(queue.n_slots == 2 && neuro_queue_list(&queue, 0, 0)->index[0] == 42);
    }
    neuro_memory_fail_at(0);
    neuro_queue_free(&queue);
}

int
main(void)
{
    test_a_list_grows_and_keeps_its_items();
    test_spikes_in_flight_stay_in_order_with_another_number_of_threads();
    test_a_queue_that_cannot_grow_is_as_before();
    return check_result();
}
