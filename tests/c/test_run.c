/* The time loop: what happens at which step, slices, actions, recording. */
#include "nets.h"

#include <math.h>
#include <string.h>

/* Current 1 nA into a delta cell with tau_m of 1e9 ms and 1 nF: 0.1 mV a step, from -65 to -60 mV in 50
 * steps. */
static uint32_t
add_clock(neuro_network_t *network, uint32_t n_cells)
{
    const uint32_t cells = add_population(network, "lif_curr_delta", n_cells);

    set_all(network, cells, "tau_m", 1e9);
    set_all(network, cells, "tau_refrac", 0.0);
    set_all(network, cells, "i_offset", 1.0);
    set_all(network, cells, "v_thresh", -60.05);
    OK(network, neuro_population_record_spikes(network, cells, true, NULL));
    return cells;
}

static size_t
spikes_of(neuro_network_t *network, uint32_t population, uint32_t *cells, int64_t *steps, size_t most)
{
    size_t n = 0;

    OK(network, neuro_population_n_spikes(network, population, &n));
    CHECK(n <= most);
    if (n <= most) {
        OK(network, neuro_population_spikes(network, population, cells, steps));
    }
    return n <= most ? n : 0;
}

static void
test_a_clock_fires_every_fiftieth_step_however_the_run_is_cut(void)
{
    static const int64_t slices[4][5] = {{200}, {50, 50, 50, 50}, {1, 49, 99, 1, 50}, {33, 67, 77, 0, 23}};
    uint32_t cells[8];
    int64_t steps[8];
    size_t i, n, s, k;

    for (s = 0; s < 4; s++) {
        neuro_network_t *network = make_network(false, 1);
        const uint32_t clock = add_clock(network, 1);

        for (k = 0; k < 5; k++) {
            run_steps(network, slices[s][k]);
        }
        CHECK(neuro_network_step(network) == 200);
        n = spikes_of(network, clock, cells, steps, 8);
        CHECK(n == 4);
        for (i = 0; i < n; i++) {
            CHECK(steps[i] == (int64_t) (50 * (i + 1)) && cells[i] == 0);
        }
        neuro_network_free(network);
    }
}

static void
test_a_run_stops_in_time_and_goes_on(void)
{
    neuro_network_t *network = make_network(false, 1);
    const uint32_t clock = add_clock(network, 1000);
    uint64_t counts[1000], n_wrong = 0;
    int64_t done = 0, sum = 0;
    int n_calls = 0, i;

    while (sum < 20000 && n_calls < 100000) {
        OK(network, neuro_network_run(network, 20000 - sum, 1e-4, &done));
        sum += done;
        n_calls++;
        CHECK(neuro_network_step(network) == sum);
    }
    CHECK(n_calls > 1 && sum == 20000);
    OK(network, neuro_population_spike_counts(network, clock, counts));
    for (i = 0; i < 1000; i++) {
        n_wrong += counts[i] != 400;
    }
    CHECK(n_wrong == 0);
    OK(network, neuro_network_run(network, 5, 0.0, &done)); /* no time: no step */
    CHECK(done == 0 && neuro_network_step(network) == 20000);
    neuro_network_free(network);
}

static void
test_a_sample_is_taken_at_the_start_and_after_every_interval(void)
{
    static const uint32_t chosen[2] = {0, 2};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t clock = add_clock(network, 3);
    const void *data;
    const double *v;
    char type;
    size_t n = 0, k;
    uint32_t n_cells = 0;
    int64_t first = -1, interval = 0;

    OK(network, neuro_population_record(network, clock, "v", chosen, 2, 4));
    run_steps(network, 5);
    run_steps(network, 6);
    OK(network,
       neuro_population_recorded(network, clock, "v", &data, &type, &n, &n_cells, &first, &interval));
    CHECK(type == 'd' && n == 3 && n_cells == 2 && first == 0 && interval == 4);
    v = data;
    for (k = 0; k < n; k++) {
        CHECK_BELOW(fabs(v[2 * k] + 65.0 - 0.4 * (double) k), 1e-6);
        CHECK(v[2 * k] == v[2 * k + 1]);
    }
    OK(network, neuro_population_clear_recorded(network, clock)); /* begins anew with the present state */
    run_steps(network, 1);
    OK(network,
       neuro_population_recorded(network, clock, "v", &data, &type, &n, &n_cells, &first, &interval));
    CHECK(n == 1 && first == 11);
    CHECK_BELOW(fabs(((const double *) data)[0] + 65.0 - 1.1), 1e-6);
    neuro_network_free(network);
}

/* State is reset when 30 steps have passed, so the clock fires at 30 + 50; a mark says how many spikes there
 * were. */
static void
test_actions_happen_when_their_step_has_passed(void)
{
    static const int64_t slices[4][4] = {{200}, {30, 170}, {29, 1, 1, 169}, {80, 1, 49, 70}};
    uint32_t cells[8];
    int64_t steps[8], label = 0, step = 0;
    size_t s, k, n;

    for (s = 0; s < 4; s++) {
        neuro_network_t *network = make_network(false, 1);
        const uint32_t clock = add_clock(network, 1);
        uint64_t *counters = calloc(neuro_network_n_counters(), sizeof *counters);

        OK(network, neuro_network_schedule(network, 130, 2, 7, 0.0));
        OK(network, neuro_network_schedule(network, 30, 0, (int64_t) clock, 0.0));
        OK(network, neuro_network_schedule(network, 79, 2, 5, 0.0));
        OK(network, neuro_network_schedule(network, 80, 2, 6, 0.0));
        for (k = 0; k < 4; k++) {
            run_steps(network, slices[s][k]);
        }
        n = spikes_of(network, clock, cells, steps, 8);
        CHECK(n == 3 && steps[0] == 80 && steps[1] == 130 && steps[2] == 180);
        CHECK(neuro_network_n_marks(network) == 3);
        for (k = 0; k < 3; k++) {
            OK(network, neuro_network_mark(network, k, &label, &step, counters));
            CHECK(label == (int64_t) (5 + k) && step == (k < 2 ? 79 + (int64_t) k : 130));
            CHECK(strcmp(neuro_network_counter_name(0), "spikes") == 0 && counters[0] == k);
        }
        CHECK(neuro_network_mark(network, 3, &label, &step, counters) == NEURO_ERR_RANGE);
        free(counters);
        neuro_network_free(network);
    }
}

static void
test_an_action_due_at_the_end_of_a_run_is_done_at_its_end(void)
{
    static const double low = -70.0;
    neuro_network_t *network = make_network(false, 1);
    const uint32_t clock = add_clock(network, 1);

    OK(network, neuro_network_schedule(network, 10, 0, -1, 0.0));
    OK(network, neuro_network_schedule(network, 10, 2, 1, 0.0));
    run_steps(network, 9);
    CHECK(get_one(network, clock, "v", 0) > -64.2 && neuro_network_n_marks(network) == 0);
    run_steps(network, 1);
    CHECK(get_one(network, clock, "v", 0) == -65.0 && neuro_network_n_marks(network) == 1);
    OK(network, neuro_population_set_values(network, clock, "v", NULL, 0, &low, 1, false));
    OK(network, neuro_network_schedule(network, 10, 2, 2, 0.0)); /* now: done when the next run begins */
    CHECK(neuro_network_n_marks(network) == 1);
    run_steps(network, 1);
    CHECK(neuro_network_n_marks(network) == 2);
    CHECK_BELOW(fabs(get_one(network, clock, "v", 0) + 69.9), 1e-6); /* not reset a second time */
    neuro_network_free(network);
}

static void
test_an_action_at_step_0_follows_the_initial_step(void)
{
    neuro_network_t *network = make_network(false, 1);
    const uint32_t clock = add_clock(network, 1);
    const double low = -70.0;

    OK(network, neuro_network_schedule(network, 0, 0, -1, 0.0));
    OK(network, neuro_population_set_values(network, clock, "v", NULL, 0, &low, 1, false));
    run_steps(network, 0);
    CHECK(get_one(network, clock, "v", 0) == -65.0);
    CHECK(neuro_network_schedule(network, -1, 0, -1, 0.0) == NEURO_ERR_VALUE);
    CHECK(neuro_network_schedule(network, 1, 3, -1, 0.0) == NEURO_ERR_VALUE);
    CHECK(neuro_network_schedule(network, 1, 0, 1, 0.0) == NEURO_ERR_RANGE);
    CHECK(neuro_network_schedule(network, 1, 1, 0, 1.0) == NEURO_ERR_RANGE);
    neuro_network_free(network);
}

/* A reset of the state drops what is in flight: of spikes at 5 and 8 with a delay of 10, only the second
 * arrives. */
static void
test_a_reset_of_the_state_drops_spikes_in_flight(void)
{
    static const int64_t fires[2] = {5, 8};
    static const char *const kernels[2] = {"static",
                                           "stdp"}; /* stdp: they wait in the queue, not in the ring */
    int k;

    for (k = 0; k < 2; k++) {
        neuro_network_t *network = make_network(false, 1);
        const uint32_t source = add_source(network, fires, 2);
        const uint32_t cell = add_population(network, "lif_curr_delta", 1);
        const uint32_t synapse = join(network, source, 0, cell, 0, kernels[k], 1.0, 10.0);

        if (k == 1) {
            OK(network, neuro_projection_set_rule(network, synapse, "dendritic_delay_fraction", 0.0));
        }
        set_all(network, cell, "tau_m", 1e9);
        OK(network, neuro_network_schedule(network, 7, 0, -1, 0.0));
        run_steps(network, 16);
        CHECK_BELOW(fabs(get_one(network, cell, "v", 0) + 65.0), 1e-6);
        run_steps(network, 2);
        CHECK_BELOW(fabs(get_one(network, cell, "v", 0) + 64.0), 1e-6);
        neuro_network_free(network);
    }
}

static void
test_weights_are_normalised_at_their_step(void)
{
    static const int64_t fires[2] = {3, 12};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t source = add_source(network, fires, 2);
    const uint32_t cell = add_population(network, "lif_curr_delta", 1);
    const uint32_t synapse = join(network, source, 0, cell, 0, "static", 1.0, 1.0);

    set_all(network, cell, "tau_m", 1e9);
    OK(network, neuro_network_schedule(network, 12, 1, (int64_t) synapse, 5.0));
    run_steps(network, 12);
    CHECK(get_synapse(network, synapse, "weight", 0) == 5.0);
    run_steps(network, 1);
    CHECK_BELOW(fabs(get_one(network, cell, "v", 0) + 63.0),
                1e-6); /* the spike of step 12 was swept before */
    neuro_network_free(network);
}

static void
test_two_networks_live_side_by_side(void)
{
    neuro_network_t *first = make_network(false, 1), *second = make_network(true, 2);
    const uint32_t a = add_clock(first, 1), b = add_clock(second, 200);
    uint64_t counts[200];
    int k;

    for (k = 0; k < 10; k++) {
        run_steps(first, 20);
        run_steps(second, 10);
    }
    OK(first, neuro_population_spike_counts(first, a, counts));
    CHECK(counts[0] == 4);
    neuro_network_free(first);
    OK(second, neuro_population_spike_counts(second, b, counts));
    CHECK(counts[0] == 2 && counts[199] == 2);
    CHECK(neuro_network_threads(second) == 2);
    neuro_network_free(second);
}

static void
test_a_network_that_cannot_be_made_says_why(void)
{
    neuro_network_t *network;

    CHECK(neuro_network_create(&network, "abacus", 0.1, 1, false, 1, "") == NEURO_ERR_NAME);
    CHECK(strstr(neuro_error_detail(network), "\"abacus\"") != NULL);
    neuro_network_free(network);
    CHECK(neuro_network_create(&network, "exact", 0.0, 1, false, 1, "") == NEURO_ERR_VALUE);
    neuro_network_free(network);
    CHECK(neuro_network_create(&network, "exact", NAN, 1, false, 1, "") == NEURO_ERR_VALUE);
    neuro_network_free(network);
    CHECK(neuro_network_create(&network, "exact", 0.1, 1, false, 1, "v9") == NEURO_ERR_VALUE);
    CHECK(strstr(neuro_error_detail(network), neuro_best_isa()) != NULL);
    neuro_network_free(network);
    CHECK(strstr(neuro_error_detail(NULL), "memory") != NULL);
}

int
main(void)
{
    test_a_clock_fires_every_fiftieth_step_however_the_run_is_cut();
    test_a_run_stops_in_time_and_goes_on();
    test_a_sample_is_taken_at_the_start_and_after_every_interval();
    test_actions_happen_when_their_step_has_passed();
    test_an_action_due_at_the_end_of_a_run_is_done_at_its_end();
    test_an_action_at_step_0_follows_the_initial_step();
    test_a_reset_of_the_state_drops_spikes_in_flight();
    test_weights_are_normalised_at_their_step();
    test_two_networks_live_side_by_side();
    test_a_network_that_cannot_be_made_says_why();
    return check_result();
}
