/* Projections: delays and where they lie, columns, normalisation, reset, estimates of memory. */
#include "nets.h"

#include <math.h>
#include <string.h>

/* The membrane takes a weight at once: of a net of one source and one delta cell, the step at which v jumps.
 */
static int64_t
arrival(double delay_steps, const char *kernel, double dendritic)
{
    static const int64_t fires[1] = {4};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t source = add_source(network, fires, 1);
    const uint32_t cell = add_population(network, "lif_curr_delta", 1);
    const uint32_t synapse = join(network, source, 0, cell, 0, kernel, 2.0, delay_steps);
    int64_t step = -1;

    if (dendritic >= 0.0) {
        OK(network, neuro_projection_set_rule(network, synapse, "dendritic_delay_fraction", dendritic));
    }
    set_all(network, cell, "tau_m", 1e9);
    while (neuro_network_step(network) < 100 && step < 0) {
        run_steps(network, 1);
        if (get_one(network, cell, "v", 0) > -64.5) {
            step = neuro_network_step(network);
        }
    }
    CHECK(get_synapse(network, synapse, "delay", 0) == delay_steps);
    neuro_network_free(network);
    return step;
}

static void
test_a_spike_arrives_after_its_delay_wherever_the_delay_lies(void)
{
    static const double fractions[5] = {0.0, 0.25, 0.5, 0.77, 1.0};
    double delay;
    size_t f;

    for (delay = 1.0; delay <= 20.0; delay += delay < 5.0 ? 1.0 : 5.0) {
        CHECK(arrival(delay, "static", -1.0) == 4 + (int64_t) delay);
        CHECK(arrival(delay, "tsodyks_markram", -1.0) == 4 + (int64_t) delay);
        for (f = 0; f < 5; f++) {
            CHECK(arrival(delay, "stdp", fractions[f]) == 4 + (int64_t) delay);
        }
    }
}

/* Delays of 1..300 steps: too many for a byte; every spike arrives at its own time, and reading gives them
 * back. */
static void
check_many_delays(const char *kernel, uint32_t n, double dendritic)
{
    static const int64_t fires[1] = {0};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t source = add_source(network, fires, 1);
    const uint32_t cells = add_population(network, "lif_curr_delta", n);
    const uint32_t synapses = add_projection(network, source, cells, kernel);
    const double weight = 1.0;
    uint32_t *pre = calloc(n, sizeof *pre), *post = calloc(n, sizeof *post), i;
    double *delays = calloc(n, sizeof *delays), *values = calloc(n, sizeof *values);
    int n_wrong = 0;
    bool is_scalar;

    for (i = 0; i < n; i++) {
        post[i] = i;
        delays[i] = (double) (1 + (i * 7) % n);
    }
    OK(network, neuro_connect_pairs(network, synapses, n, pre, post, &weight, 1, delays, n));
    if (dendritic >= 0.0) {
        OK(network, neuro_projection_set_rule(network, synapses, "dendritic_delay_fraction", dendritic));
    }
    set_all(network, cells, "tau_m", 1e9);
    run_steps(network, 30);
    OK(network, neuro_population_get_values(network, cells, "v", false, &is_scalar, values));
    for (i = 0; i < n; i++) {
        n_wrong += (values[i] > -64.5) != (delays[i] <= 30.0);
    }
    CHECK(n_wrong == 0);
    OK(network, neuro_projection_order(network, synapses, (int64_t *) values));
    memset(values, 0, n * sizeof *values);
    OK(network, neuro_projection_get_column(network, synapses, "delay", &is_scalar, values));
    OK(network, neuro_projection_pairs(network, synapses, pre, post));
    for (i = 0; i < n; i++) {
        CHECK(!is_scalar && values[i] == delays[post[i]]);
    }
    free(pre);
    free(post);
    free(delays);
    free(values);
    neuro_network_free(network);
}

static void
test_many_delays_are_kept_and_obeyed(void)
{
    check_many_delays("static", 50, -1.0);
    check_many_delays("static", 300, -1.0);
    check_many_delays("stdp", 50, 1.0);
    check_many_delays("stdp", 300, 0.4);
    check_many_delays("stdp", 50, 0.0);
}

static void
test_delays_beyond_two_bytes_or_below_a_step_are_refused(void)
{
    static const double wrong[4] = {0.0, 65536.0, -1.0, NAN};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 2);
    const uint32_t synapse = join(network, cells, 0, cells, 1, "static", 1.0, 3.0);
    int i;

    for (i = 0; i < 4; i++) {
        CHECK(neuro_projection_set_column(network, synapse, "delay", &wrong[i], 1) == NEURO_ERR_VALUE);
        CHECK(get_synapse(network, synapse, "delay", 0) == 3.0);
    }
    neuro_network_free(network);
}

/* Weights onto cell 0: 1 2 3, onto cell 1: 0 0, onto cell 2: 4. */
static void
test_normalised_weights_sum_to_the_total_onto_each_cell(void)
{
    static const uint32_t pre[6] = {0, 1, 2, 0, 1, 2}, post[6] = {0, 0, 0, 1, 1, 2};
    static const double weights[6] = {1.0, 2.0, 3.0, 0.0, 0.0, 4.0};
    static const double expected[6] = {2.0, 0.0, 4.0, 0.0, 6.0, 12.0}; /* in storage order: by source */
    static const char *const kernels[2] = {"static", "stdp"};
    int k, has_run;

    for (k = 0; k < 2; k++) {
        for (has_run = 0; has_run < 2; has_run++) {
            neuro_network_t *network = make_network(false, 1);
            const uint32_t cells = add_population(network, "lif_curr_exp", 3);
            const uint32_t synapses = add_projection(network, cells, cells, kernels[k]);
            const double delay = 1.0;
            uint64_t i;

            OK(network, neuro_connect_pairs(network, synapses, 6, pre, post, weights, 6, &delay, 1));
            if (has_run) {
                run_steps(network, 2);
            }
            OK(network, neuro_projection_scale_to(network, synapses, 12.0));
            for (i = 0; i < 6; i++) {
                CHECK_BELOW(fabs(get_synapse(network, synapses, "weight", i) - expected[i]), 1e-14);
            }
            neuro_network_free(network);
        }
    }
}

static void
test_equal_weights_of_a_dense_matrix_can_be_normalised(void)
{
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 4);
    const uint32_t synapses = add_projection(network, cells, cells, "static");
    const neuro_ends_t ends = {.allow_self = true};
    const double one = 1.0;
    uint64_t i, n = 0;

    OK(network, neuro_connect_all_to_all(network, synapses, &ends));
    OK(network, neuro_projection_n_synapses(network, synapses, &n));
    CHECK(n == 16);
    OK(network, neuro_projection_set_column(network, synapses, "weight", &one, 1));
    run_steps(network, 1);
    OK(network, neuro_projection_scale_to(network, synapses, 2.0));
    for (i = 0; i < n; i++) {
        CHECK(get_synapse(network, synapses, "weight", i) == 0.5);
    }
    run_steps(network, 1);
    neuro_network_free(network);
}

static void
test_mistakes_are_refused(void)
{
    static const uint32_t pre[1] = {2}, post[1] = {0}, zero[1] = {0};
    static const double two[2] = {1.0, 2.0};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 2);
    const uint32_t synapses = add_projection(network, cells, cells, "stdp");
    const neuro_ends_t ends = {.allow_self = false};
    uint32_t id;

    CHECK(neuro_network_add_projection(network, cells, 5, 0, "static", &id) == NEURO_ERR_RANGE);
    CHECK(neuro_network_add_projection(network, cells, cells, 2, "static", &id) == NEURO_ERR_RANGE);
    CHECK(neuro_network_add_projection(network, cells, cells, 0, "rigid", &id) == NEURO_ERR_NAME);
    CHECK(neuro_connect_pairs(network, synapses, 1, pre, post, two, 1, two, 1) == NEURO_ERR_RANGE);
    CHECK(neuro_connect_fixed_probability(network, synapses, &ends, 1.5) == NEURO_ERR_VALUE);
    CHECK(neuro_connect_fixed_probability(network, synapses, &ends, NAN) == NEURO_ERR_VALUE);
    CHECK(neuro_connect_fixed_number_post(network, synapses, &ends, 2, false) == NEURO_ERR_VALUE);
    CHECK(neuro_connect_fixed_number_pre(network, synapses, &ends, 2, false) == NEURO_ERR_VALUE);
    CHECK(neuro_connect_fixed_total_number(network, synapses, &ends, 3, false) == NEURO_ERR_VALUE);
    OK(network, neuro_connect_pairs(network, synapses, 1, zero, post, two, 1, two, 1));
    CHECK(neuro_connect_one_to_one(network, synapses, &ends) == NEURO_ERR_STATE);
    CHECK(neuro_projection_set_column(network, synapses, "weight", two, 2) == NEURO_ERR_SHAPE);
    CHECK(neuro_projection_set_column(network, synapses, "U", two, 1) == NEURO_ERR_NAME);
    CHECK(neuro_projection_set_rule(network, synapses, "tau_plus", 0.0) == NEURO_ERR_VALUE);
    CHECK(neuro_projection_set_rule(network, synapses, "tau_plus", NAN) == NEURO_ERR_VALUE);
    CHECK(neuro_projection_set_rule(network, synapses, "tau", 1.0) == NEURO_ERR_NAME);
    run_steps(network, 1);
    CHECK(neuro_projection_set_rule(network, synapses, "dendritic_delay_fraction", 0.5) == NEURO_ERR_STATE);
    CHECK(get_synapse(network, synapses, "weight", 0) == 1.0);
    neuro_network_free(network);
}

static void
test_a_connection_with_a_wrong_delay_leaves_nothing_behind(void)
{
    static const uint32_t pre[2] = {0, 1}, post[2] = {1, 0};
    static const double weights[2] = {1.0, 2.0}, wrong[2] = {1.0, 0.0}, right[2] = {1.0, 4.0};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 2);
    const uint32_t synapses = add_projection(network, cells, cells, "static");
    uint64_t n = 1;

    CHECK(neuro_connect_pairs(network, synapses, 2, pre, post, weights, 2, wrong, 2) == NEURO_ERR_VALUE);
    OK(network, neuro_projection_n_synapses(network, synapses, &n));
    CHECK(n == 0);
    run_steps(network, 2);
    OK(network, neuro_connect_pairs(network, synapses, 2, pre, post, weights, 2, right, 2));
    CHECK(get_synapse(network, synapses, "delay", 1) == 4.0 &&
          get_synapse(network, synapses, "weight", 1) == 2.0);
    neuro_network_free(network);
}

/* Three synapses whose rows are sorted by axonal delay at the first run: what is set and reset afterwards
 * goes to the right ones. Half of 2, 8 and 4 steps is axonal. */
static void
test_split_delays_survive_resets_and_new_values(void)
{
    static const int64_t fires[1] = {0};
    static const double weights[3] = {1.0, 2.0, 3.0}, delays[3] = {8.0, 2.0, 4.0}, later[3] = {3.0, 9.0, 5.0};
    static const uint32_t pre[3] = {0, 0, 0}, post[3] = {0, 1, 2};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t source = add_source(network, fires, 1);
    const uint32_t cells = add_population(network, "lif_curr_delta", 3);
    const uint32_t synapses = add_projection(network, source, cells, "stdp");
    const double *expected_delays = delays;
    uint32_t from[3], to[3], i, round;
    double values[3];
    int64_t step;
    bool is_scalar;

    set_all(network, cells, "tau_m", 1e9);
    OK(network, neuro_projection_set_rule(network, synapses, "dendritic_delay_fraction", 0.5));
    OK(network, neuro_projection_set_rule(network, synapses, "w_max", 10.0));
    OK(network, neuro_connect_pairs(network, synapses, 3, pre, post, weights, 3, delays, 3));
    for (round = 0; round < 4; round++) {
        for (step = 1; step <= 12; step++) {
            run_steps(network, 1);
            for (i = 0; i < 3; i++) {
                const double v = -65.0 + ((double) step >= expected_delays[i] ? weights[i] : 0.0);

                CHECK_BELOW(fabs(get_one(network, cells, "v", i) - v), 1e-5);
            }
        }
        OK(network, neuro_network_reset(network));
        OK(network, neuro_projection_pairs(network, synapses, from, to));
        if (round == 1) { /* new weights, the same numbers; the initial ones from now on */
            for (i = 0; i < 3; i++) {
                values[i] = weights[to[i]];
            }
            OK(network, neuro_projection_set_column(network, synapses, "weight", values, 3));
        }
        if (round == 2) { /* the rows are sorted anew, in another order */
            for (i = 0; i < 3; i++) {
                values[i] = later[to[i]];
            }
            OK(network, neuro_projection_set_column(network, synapses, "delay", values, 3));
            expected_delays = later;
        }
    }
    OK(network, neuro_network_reset(network));
    OK(network, neuro_projection_pairs(network, synapses, from, to));
    OK(network, neuro_projection_get_column(network, synapses, "weight", &is_scalar, values));
    for (i = 0; i < 3; i++) {
        CHECK(values[i] == weights[to[i]]);
    }
    neuro_network_free(network);
}

/* 2^20 cells to 2^20 cells: no machine holds that. Nothing of it is allocated, and the net goes on. */
static void
test_what_cannot_fit_is_refused_with_its_name_and_sizes(void)
{
    static const uint32_t two[2] = {0, 1};
    const uint32_t half = (uint32_t) 1 << 20;
    neuro_network_t *network = make_network(false, 1);
    const uint32_t source = add_population(network, "spike_source_array", half);
    const uint32_t cells = add_population(network, "lif_curr_exp", half);
    const uint32_t synapses = add_projection(network, source, cells, "stdp");
    const neuro_ends_t all = {.allow_self = true};
    const neuro_ends_t few = {.pre = two, .n_pre = 2, .post = two, .n_post = 2, .allow_self = true};
    uint64_t n = 1;
    uint32_t id;
    size_t populations = 0, projections = 0;

    if (neuro_bytes_available() > (size_t) 2 << 40) {
        neuro_network_free(network);
        return;
    }
    CHECK(neuro_connect_all_to_all(network, synapses, &all) == NEURO_ERR_MEMORY);
    CHECK(strstr(neuro_error_detail(network),
                 "projection 0 (population 0 to population 1, 1.1e+12 synapses)") != NULL);
    CHECK(strstr(neuro_error_detail(network), "needs 8796 GB of memory, and there are ") != NULL);
    CHECK(neuro_connect_fixed_probability(network, synapses, &all, 0.9) == NEURO_ERR_MEMORY);
    CHECK(strstr(neuro_error_detail(network), "needs 1.") != NULL);
    CHECK(neuro_connect_fixed_number_post(network, synapses, &all, half, true) == NEURO_ERR_MEMORY);
    CHECK(neuro_connect_fixed_number_pre(network, synapses, &all, half, true) == NEURO_ERR_MEMORY);
    CHECK(neuro_connect_fixed_total_number(network, synapses, &all, (uint64_t) half * half, true) ==
          NEURO_ERR_MEMORY);
    CHECK(strstr(neuro_error_detail(network), "projection 0") != NULL);
    OK(network, neuro_projection_n_synapses(network, synapses, &n));
    CHECK(n == 0);
    OK(network, neuro_connect_all_to_all(network, synapses, &few));
    OK(network, neuro_projection_n_synapses(network, synapses, &n));
    CHECK(n == 4);
    neuro_network_bytes(network, &populations, &projections);
    CHECK(projections < (size_t) 64 << 20);
    if (neuro_bytes_available() < (size_t) 200 << 30) {
        CHECK(neuro_network_add_population(network, "lif_curr_alpha", UINT32_MAX, &id) == NEURO_ERR_MEMORY);
        CHECK(strstr(neuro_error_detail(network), "4294967295 cells") != NULL);
    }
    neuro_network_free(network);
}

int
main(void)
{
    test_a_spike_arrives_after_its_delay_wherever_the_delay_lies();
    test_many_delays_are_kept_and_obeyed();
    test_delays_beyond_two_bytes_or_below_a_step_are_refused();
    test_normalised_weights_sum_to_the_total_onto_each_cell();
    test_equal_weights_of_a_dense_matrix_can_be_normalised();
    test_mistakes_are_refused();
    test_a_connection_with_a_wrong_delay_leaves_nothing_behind();
    test_split_delays_survive_resets_and_new_values();
    test_what_cannot_fit_is_refused_with_its_name_and_sizes();
    return check_result();
}
