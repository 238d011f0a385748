/* Recorders of values and of spikes. */
#include "check.h"
#include "core/memory.h"
#include "core/record.h"

enum { N_CELLS = 10 };

/* Step k: cell i has the value 100 k + i. Sampled in two blocks, as two threads would. */
static void
record(neuro_recorder_t *recorder, neuro_step_t first, neuro_step_t last)
{
    float values[N_CELLS];
    neuro_step_t step;
    uint32_t i;

    if (recorder->first_step < 0) {
        recorder->first_step = first;
    }
    CHECK(neuro_recorder_reserve(recorder, last) == NEURO_OK);
    for (step = first; step <= last; step++) {
        for (i = 0; i < N_CELLS; i++) {
            values[i] = (float) (100 * step + i);
        }
        if (neuro_recorder_is_due(recorder, step)) {
            neuro_recorder_sample(recorder, step, values, false, 6, 4);
            neuro_recorder_sample(recorder, step, values, false, 0, 6);
            recorder->n_samples++;
        }
    }
}

static void
test_chosen_cells_are_sampled_at_every_third_step(void)
{
    static const uint32_t cells[] = {1, 5, 6, 9};
    neuro_recorder_t recorder = {0};
    const float *data;
    uint32_t k, c;

    CHECK(neuro_recorder_select(&recorder, NEURO_F32, cells, 4, 3) == NEURO_OK);
    record(&recorder, 2, 7);
    record(&recorder, 8, 40); /* grows, and keeps what there is */
    CHECK(recorder.n_samples == 13);
    data = recorder.data;
    for (k = 0; k < 13; k++) {
        for (c = 0; c < 4; c++) {
            CHECK(data[4 * k + c] == (float) (100 * (2 + 3 * k) + cells[c]));
        }
    }
    neuro_recorder_clear(&recorder);
    CHECK(recorder.n_samples == 0 && recorder.n_cells == 4 && recorder.first_step == -1);
    record(&recorder, 5, 5);
    CHECK(recorder.n_samples == 1 && ((const float *) recorder.data)[3] == 509.0F);
    neuro_recorder_free(&recorder);
}

static void
test_a_value_that_all_cells_share_is_copied_to_each(void)
{
    static const uint32_t cells[] = {0, 1, 2};
    neuro_recorder_t recorder = {0};
    const double one = 7.5;

    CHECK(neuro_recorder_select(&recorder, NEURO_F64, cells, 3, 1) == NEURO_OK);
    recorder.first_step = 0;
    CHECK(neuro_recorder_reserve(&recorder, 0) == NEURO_OK);
    neuro_recorder_sample(&recorder, 0, &one, true, 0, N_CELLS);
    CHECK(((const double *) recorder.data)[0] == 7.5 && ((const double *) recorder.data)[2] == 7.5);
    neuro_recorder_free(&recorder);
}

static void
test_no_cells_mean_no_recording(void)
{
    neuro_recorder_t recorder = {0};

    CHECK(!neuro_recorder_is_due(&recorder, 0));
    CHECK(neuro_recorder_reserve(&recorder, 1000) == NEURO_OK && recorder.data == NULL);
    CHECK(neuro_recorder_select(&recorder, NEURO_F64, NULL, 0, 1) == NEURO_OK);
    CHECK(!neuro_recorder_is_due(&recorder, 5));
    neuro_recorder_free(&recorder);
}

static void
test_spikes_are_appended_through_the_mask(void)
{
    static const uint8_t mask[4] = {1, 0, 1, 0};
    static const uint32_t fired[4] = {0, 1, 2, 2};
    neuro_spike_record_t record_of_spikes = {0};
    neuro_step_t step;
    size_t i;

    for (step = 0; step < 1000; step++) {
        CHECK(neuro_spike_record_append(&record_of_spikes, fired, 4, mask, step));
    }
    CHECK(record_of_spikes.count == 3000);
    for (i = 0; i < 3000; i++) {
        CHECK(record_of_spikes.step[i] == (neuro_step_t) (i / 3));
        CHECK(record_of_spikes.index[i] == (i % 3 == 0 ? 0 : 2));
    }
    CHECK(neuro_spike_record_append(&record_of_spikes, fired, 2, NULL, 1000));
    CHECK(record_of_spikes.count == 3002 && record_of_spikes.index[3001] == 1);
    neuro_spike_record_free(&record_of_spikes);
}

static void
test_spikes_stay_when_there_is_no_room_for_more(void)
{
    static const uint32_t fired[1] = {3};
    neuro_spike_record_t record_of_spikes = {0};
    size_t n;

    CHECK(neuro_spike_record_append(&record_of_spikes, fired, 1, NULL, 7));
    record_of_spikes.capacity = 1; /* the next one needs room */
    for (n = 1; n <= 2; n++) {
        neuro_memory_fail_at(n);
        CHECK(!neuro_spike_record_append(&record_of_spikes, fired, 1, NULL, 8));
        CHECK(record_of_spikes.count == 1 && record_of_spikes.index[0] == 3 && record_of_spikes.step[0] == 7);
    }
    neuro_memory_fail_at(0);
    neuro_spike_record_free(&record_of_spikes);
}

int
main(void)
{
    test_chosen_cells_are_sampled_at_every_third_step();
    test_a_value_that_all_cells_share_is_copied_to_each();
    test_no_cells_mean_no_recording();
    test_spikes_are_appended_through_the_mask();
    test_spikes_stay_when_there_is_no_room_for_more();
    return check_result();
}
