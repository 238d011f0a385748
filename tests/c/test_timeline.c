/* Timelines: what falls into which bin, and that wider bins lose nothing. */
#include "check.h"
#include "core/timeline.h"

static uint64_t
sum(const neuro_timeline_t *timeline)
{
    uint64_t n = 0;
    uint32_t i;

    for (i = 0; i < NEURO_TIMELINE_BINS; i++) {
        n += timeline->bins[i];
    }
    return n;
}

static void
test_steps_have_bins_of_their_own_as_long_as_they_fit(void)
{
    neuro_timeline_t timeline = {0};

    neuro_timeline_add(&timeline, 5, 2);
    neuro_timeline_add(&timeline, 127, 1);
    CHECK(timeline.shift == 0 && timeline.bins[5] == 2 && timeline.bins[127] == 1);
    CHECK(timeline.n == 3 && timeline.first == 5 && timeline.last == 127);
}

static void
test_a_later_step_makes_the_bins_wider(void)
{
    neuro_timeline_t timeline = {0};

    neuro_timeline_add(&timeline, 6, 1);
    neuro_timeline_add(&timeline, 7, 2);
    neuro_timeline_add(&timeline, 128, 4);
    CHECK(timeline.shift == 1 && timeline.bins[3] == 3 && timeline.bins[64] == 4);
    neuro_timeline_add(&timeline, 1000, 8); /* 1000 / 8 = 125 */
    CHECK(timeline.shift == 3 && timeline.bins[0] == 3 && timeline.bins[16] == 4 && timeline.bins[125] == 8);
    CHECK(sum(&timeline) == 15 && timeline.n == 15 && timeline.first == 6 && timeline.last == 1000);
    neuro_timeline_add(&timeline, ((neuro_step_t) 1 << 31) - 2, 1);
    CHECK(timeline.shift == 24 && timeline.bins[0] == 15 && timeline.bins[127] == 1);
}

static void
test_merging_keeps_the_wider_bins(void)
{
    neuro_timeline_t narrow = {0}, wide = {0}, empty = {0};

    neuro_timeline_add(&narrow, 10, 1);
    neuro_timeline_add(&narrow, 100, 2);
    neuro_timeline_add(&wide, 1000, 8);
    neuro_timeline_add(&wide, 8, 16);
    neuro_timeline_merge(&narrow, &wide);
    CHECK(narrow.shift == 3 && narrow.bins[1] == 17 && narrow.bins[12] == 2 && narrow.bins[125] == 8);
    CHECK(narrow.n == 27 && narrow.first == 8 && narrow.last == 1000);
    neuro_timeline_merge(&narrow, &empty);
    CHECK(narrow.n == 27 && narrow.first == 8);
    neuro_timeline_add(&empty, 3, 1);
    neuro_timeline_merge(&wide, &empty);
    CHECK(wide.shift == 3 && wide.bins[0] == 1 && wide.first == 3 && sum(&wide) == 25);
}

int
main(void)
{
    test_steps_have_bins_of_their_own_as_long_as_they_fit();
    test_a_later_step_makes_the_bins_wider();
    test_merging_keeps_the_wider_bins();
    return check_result();
}
