/* Blocks at rest: nothing that a user can read depends on what was left out. */
#include "nets.h"

#include <string.h>

enum { N_CELLS = 1100 }; /* three blocks of one thread, the last one short */

static const char *const kernels[] = {"lif_curr_exp", "lif_curr_alpha", "lif_curr_delta",
                                      "lif_cond_exp", "lif_cond_alpha", "lif_cond_exp_adaptive",
                                      "izhikevich"};
enum { N_KERNELS = sizeof kernels / sizeof kernels[0] };

static uint64_t
skipped(const neuro_network_t *network)
{
    uint64_t values[64];
    uint32_t c;

    CHECK(neuro_network_n_counters() <= 64);
    neuro_network_counters(network, values);
    for (c = 0; c < neuro_network_n_counters(); c++) {
        if (strcmp(neuro_network_counter_name(c), "cells_skipped") == 0) {
            return values[c];
        }
    }
    return 0;
}

/* Short time constants, so that cells come to rest within some hundred steps. A step of current comes and
 * goes, spikes reach two cells of the second block, and cell 1050 is pushed by hand. */
static neuro_network_t *
make(const char *kernel, bool is_single, uint32_t n_threads)
{
    static const int64_t fires[4] = {50, 450, 451, 800};
    static const uint32_t driven[2] = {3, 500}, pre[2] = {0, 0}, post[2] = {600, 1023};
    static const int64_t steps[2] = {600, 640};
    static const double amplitudes[2] = {0.5, 0.0}, weights[2] = {0.02, 0.7}, delays[2] = {3.0, 17.0};
    neuro_network_t *network = make_network(is_single, n_threads);
    const uint32_t cells = add_population(network, kernel, N_CELLS);
    const uint32_t source = add_source(network, fires, 4);
    const uint32_t synapses = add_projection(network, source, cells, "static");
    uint32_t current;

    if (strcmp(kernel, "izhikevich") != 0) {
        set_all(network, cells, "tau_m", 0.5);
    }
    if (strncmp(kernel, "lif_c", 5) == 0 && strcmp(kernel, "lif_curr_delta") != 0) {
        set_all(network, cells, "tau_syn_E", 0.05);
        set_all(network, cells, "tau_syn_I", 0.05);
    }
    OK(network, neuro_connect_pairs(network, synapses, 2, pre, post, weights, 2, delays, 2));
    OK(network, neuro_population_add_current(network, cells, 2, driven, &current));
    OK(network, neuro_population_set_current(network, cells, current, 2, steps, amplitudes));
    OK(network, neuro_population_record_spikes(network, cells, true, NULL));
    return network;
}

static void
push(neuro_network_t *network)
{
    static const uint32_t pushed[1] = {1050};
    static const double v = -62.0;

    OK(network, neuro_population_set_values(network, 0, "v", pushed, 1, &v, 1, false));
}

static void
values_of(neuro_network_t *network, const char *name, double *values)
{
    bool is_scalar;

    OK(network, neuro_population_get_values(network, 0, name, false, &is_scalar, values));
}

/* The same net in a single stretch of steps and step by step, where the reference is told before every step
 * that its cells may have changed, so that nothing is ever left out. */
static void
check_kernel(const char *kernel, bool is_single, uint32_t n_threads)
{
    neuro_network_t *network = make(kernel, is_single, n_threads), *reference = make(kernel, is_single, 1);
    double values[N_CELLS], expected[N_CELLS];
    const double rest = strcmp(kernel, "izhikevich") == 0 ? -70.0 : -65.0; /* the default */
    int64_t step;

    for (step = 0; step < 1100; step++) {
        OK(reference, neuro_population_set_values(reference, 0, "v", NULL, 0, &rest, 1, true));
        run_steps(reference, 1);
        if (step + 1 == 1000) {
            push(reference);
        }
    }
    CHECK(skipped(reference) == 0);
    run_steps(network, 420);
    run_steps(network, 580);
    push(network);
    run_steps(network, 100);
    CHECK(skipped(network) > (uint64_t) 150 * N_CELLS);
    values_of(network, "v", values);
    values_of(reference, "v", expected);
    CHECK(memcmp(values, expected, sizeof values) == 0);
    if (strncmp(kernel, "lif_c", 5) == 0 && strcmp(kernel, "lif_curr_delta") != 0) {
        const char *name = strncmp(kernel, "lif_curr", 8) == 0 ? "isyn_exc" : "gsyn_exc";

        values_of(network, name, values);
        values_of(reference, name, expected);
        CHECK(memcmp(values, expected, sizeof values) == 0);
    }
    neuro_network_free(network);
    neuro_network_free(reference);
}

static void
test_results_are_the_same_bits_as_without_skipping(void)
{
    uint32_t k;

    for (k = 0; k < N_KERNELS; k++) {
        check_kernel(kernels[k], false, 1);
        check_kernel(kernels[k], true, 1 + k % 2);
    }
}

static void
test_a_silent_net_is_left_out_but_for_its_initial_step(void)
{
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", N_CELLS);
    const uint32_t chosen[1] = {7};
    const void *data;
    char type;
    size_t n = 0, k;
    uint32_t n_cells;
    int64_t first, interval;

    OK(network, neuro_population_record(network, cells, "v", chosen, 1, 1));
    run_steps(network, 640);
    CHECK(skipped(network) == (uint64_t) (640 - 64) * N_CELLS); /* at rest from the 64th step on */
    OK(network,
       neuro_population_recorded(network, cells, "v", &data, &type, &n, &n_cells, &first, &interval));
    CHECK(n == 641);
    for (k = 0; k < n; k++) {
        CHECK(((const double *) data)[k] == -65.0);
    }
    OK(network, neuro_network_reset(network));
    run_steps(network, 64);
    CHECK(skipped(network) == (uint64_t) (640 - 64) * N_CELLS);
    neuro_network_free(network);
}

/* A cell that sits on its threshold fires in every step though no state changes. */
static void
test_a_cell_that_fires_in_every_step_is_not_at_rest(void)
{
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_delta", 10);
    uint64_t counts[10];

    set_all(network, cells, "tau_refrac", 0.0);
    set_all(network, cells, "v_rest", -50.0);
    set_all(network, cells, "v_reset", -50.0);
    set_all(network, cells, "v_thresh", -50.5);
    set_all(network, cells, "v", -50.0);
    OK(network, neuro_population_record_spikes(network, cells, true, NULL));
    run_steps(network, 500);
    OK(network, neuro_population_spike_counts(network, cells, counts));
    CHECK(counts[0] == 500 && counts[9] == 500);
    neuro_network_free(network);
}

/* A parameter that is set wakes the cells: with 1 nA they leave their rest. */
static void
test_cells_wake_when_a_parameter_is_set(void)
{
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 10);

    run_steps(network, 200);
    CHECK(skipped(network) > 0);
    set_all(network, cells, "i_offset", 1.0);
    run_steps(network, 100);
    CHECK(get_one(network, cells, "v", 9) > -60.0);
    neuro_network_free(network);
}

int
main(void)
{
    test_results_are_the_same_bits_as_without_skipping();
    test_a_silent_net_is_left_out_but_for_its_initial_step();
    test_a_cell_that_fires_in_every_step_is_not_at_rest();
    test_cells_wake_when_a_parameter_is_set();
    return check_result();
}
