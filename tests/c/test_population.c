/* Populations through the public face: variables, initial values, currents, recording. */
#include "nets.h"

#include <string.h>

static void
test_variables_have_roles_types_and_defaults(void)
{
    neuro_network_t *network = make_network(true, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 3);
    uint32_t n = 0, i;
    bool has_v = false, has_tau_m = false, has_refractory = false;

    OK(network, neuro_population_n_variables(network, cells, &n));
    for (i = 0; i < n; i++) {
        const char *name;
        int role;
        char type;

        OK(network, neuro_population_describe(network, cells, i, &name, &role, &type));
        has_v = has_v || (strcmp(name, "v") == 0 && role == 1 && type == 'f');
        has_tau_m = has_tau_m || (strcmp(name, "tau_m") == 0 && role == 0 && type == 'd');
        has_refractory = has_refractory || (strcmp(name, "refractory") == 0 && role == 2);
    }
    CHECK(has_v && has_tau_m && has_refractory);
    CHECK(get_one(network, cells, "v", 2) == -65.0 && get_one(network, cells, "tau_m", 2) == 20.0);
    neuro_network_free(network);
}

static void
test_a_parameter_is_one_value_while_all_cells_are_equal(void)
{
    static const uint32_t one[1] = {1};
    static const double ten = 10.0, twenty = 20.0, three[3] = {5.0, 5.0, 5.0};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 3);
    bool is_scalar = false;

    OK(network, neuro_population_set_values(network, cells, "tau_m", one, 1, &ten, 1, false));
    OK(network, neuro_population_get_values(network, cells, "tau_m", false, &is_scalar, NULL));
    CHECK(!is_scalar);
    CHECK(get_one(network, cells, "tau_m", 0) == 20.0 && get_one(network, cells, "tau_m", 1) == 10.0);
    OK(network, neuro_population_set_values(network, cells, "tau_m", one, 1, &twenty, 1, false));
    OK(network, neuro_population_get_values(network, cells, "tau_m", false, &is_scalar, NULL));
    CHECK(is_scalar);
    OK(network, neuro_population_set_values(network, cells, "tau_m", NULL, 0, three, 3, false));
    CHECK(get_one(network, cells, "tau_m", 2) == 5.0);
    neuro_network_free(network);
}

static void
test_wrong_names_indices_and_lengths_are_refused_and_change_nothing(void)
{
    static const uint32_t outside[2] = {0, 3};
    static const double two[2] = {1.0, 2.0};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 3);
    const uint32_t source = add_population(network, "spike_source_poisson", 3);
    uint32_t id;

    CHECK(neuro_population_set_values(network, cells, "tau", NULL, 0, two, 1, false) == NEURO_ERR_NAME);
    CHECK(strstr(neuro_error_detail(network), "\"tau\"") != NULL);
    CHECK(neuro_population_set_values(network, cells, "v", outside, 2, two, 2, false) == NEURO_ERR_RANGE);
    CHECK(strstr(neuro_error_detail(network), "cell 3") != NULL);
    CHECK(neuro_population_set_values(network, cells, "v", NULL, 0, two, 2, false) == NEURO_ERR_SHAPE);
    CHECK(get_one(network, cells, "v", 0) == -65.0);
    CHECK(neuro_population_set_values(network, 7, "v", NULL, 0, two, 1, false) == NEURO_ERR_RANGE);
    CHECK(neuro_network_add_population(network, "lif", 1, &id) == NEURO_ERR_NAME);
    CHECK(neuro_network_add_population(network, "lif_curr_exp", 0, &id) == NEURO_ERR_VALUE);
    CHECK(neuro_population_add_current(network, source, 2, outside, &id) == NEURO_ERR_STATE);
    CHECK(neuro_population_add_current(network, cells, 2, outside, &id) == NEURO_ERR_RANGE);
    CHECK(neuro_population_set_spike_times(network, cells, NULL, NULL) == NEURO_ERR_STATE);
    CHECK(neuro_population_record(network, cells, "v", outside, 2, 1) == NEURO_ERR_RANGE);
    CHECK(neuro_population_record(network, cells, "v", outside, 1, 0) == NEURO_ERR_VALUE);
    run_steps(network, 3);
    CHECK(neuro_network_step(network) == 3);
    neuro_network_free(network);
}

static void
test_a_reset_restores_the_initial_values(void)
{
    static const uint32_t first[1] = {0};
    static const double low = -70.0, high = -55.0;
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_delta", 2);

    OK(network, neuro_population_set_values(network, cells, "v", first, 1, &low, 1, true));
    CHECK(get_one(network, cells, "v", 0) == -70.0 && get_one(network, cells, "v", 1) == -65.0);
    run_steps(network, 10);
    CHECK(get_one(network, cells, "v", 0) > -70.0);
    OK(network,
       neuro_population_set_values(network, cells, "v", NULL, 0, &high, 1, false)); /* present only */
    CHECK(get_one(network, cells, "v", 0) == -55.0);
    OK(network, neuro_network_reset(network));
    CHECK(neuro_network_step(network) == 0);
    CHECK(get_one(network, cells, "v", 0) == -70.0 && get_one(network, cells, "v", 1) == -65.0);
    neuro_network_free(network);
}

/* A perfect integrator in effect: tau_m of 1e9 ms, so that v moves by I dt / C = 0.1 mV a step and nA. */
static void
test_a_current_holds_from_its_step_on(void)
{
    static const uint32_t second[1] = {1};
    static const int64_t steps[3] = {2, 5, 7};
    static const double amplitudes[3] = {1.0, -0.5, 0.0};
    static const double moved[10] = {0.0, 0.0, 1.0, 2.0, 3.0,
                                     2.5, 2.0, 2.0, 2.0, 2.0}; /* tenths of a mV after step k+1 */
    neuro_network_t *network = make_network(false, 1);
    const uint32_t cells = add_population(network, "lif_curr_exp", 2);
    uint32_t current = 9;
    int k;

    set_all(network, cells, "tau_m", 1e9);
    OK(network, neuro_population_add_current(network, cells, 1, second, &current));
    CHECK(current == 0);
    OK(network, neuro_population_set_current(network, cells, current, 3, steps, amplitudes));
    CHECK(neuro_population_set_current(network, cells, 1, 0, steps, amplitudes) == NEURO_ERR_RANGE);
    for (k = 0; k < 10; k++) {
        run_steps(network, 1);
        CHECK_BELOW(get_one(network, cells, "v", 1) + 65.0 - 0.1 * moved[k], 1e-7);
        CHECK_BELOW(-(get_one(network, cells, "v", 1) + 65.0 - 0.1 * moved[k]), 1e-7);
        CHECK_BELOW(get_one(network, cells, "v", 0) + 65.0, 1e-7);
    }
    neuro_network_free(network);
}

static void
test_spikes_are_sorted_by_step_then_cell_and_masked(void)
{
    static const uint64_t offsets[4] = {0, 2, 4, 5};
    static const int64_t steps[5] = {3, 9, 3, 3, 0};
    static const uint8_t mask[3] = {1, 1, 0};
    static const uint32_t expected_cells[5] = {2, 0, 1, 1, 0};
    static const int64_t expected_steps[5] = {0, 3, 3, 3, 9};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t source = add_population(network, "spike_source_array", 3);
    uint32_t cells[5];
    int64_t when[5];
    uint64_t counts[3];
    size_t n = 0, i;

    OK(network, neuro_population_set_spike_times(network, source, offsets, steps));
    OK(network, neuro_population_record_spikes(network, source, true, NULL));
    run_steps(network, 10);
    OK(network, neuro_population_n_spikes(network, source, &n));
    CHECK(n == 5);
    OK(network, neuro_population_spikes(network, source, cells, when));
    for (i = 0; i < n; i++) {
        CHECK(cells[i] == expected_cells[i] && when[i] == expected_steps[i]);
    }
    OK(network, neuro_population_record_spikes(network, source, true, mask));
    OK(network, neuro_network_reset(network));
    run_steps(network, 10);
    OK(network, neuro_population_spike_counts(network, source, counts));
    CHECK(counts[0] == 2 && counts[1] == 2 && counts[2] == 0);
    OK(network, neuro_population_clear_recorded(network, source));
    OK(network, neuro_population_n_spikes(network, source, &n));
    CHECK(n == 0);
    neuro_network_free(network);
}

static void
test_added_spikes_join_those_that_are_still_to_come(void)
{
    static const int64_t old_steps[3] = {1, 6, 8}, added[3] = {7, 2, 6};
    static const uint32_t zero[3] = {0, 0, 0}, outside = 1;
    static const int64_t expected[6] = {1, 6, 6, 7, 8, -1};
    neuro_network_t *network = make_network(false, 1);
    const uint32_t source = add_source(network, old_steps, 3);
    uint32_t cells[6];
    int64_t when[6];
    size_t n = 0, i;

    OK(network, neuro_population_record_spikes(network, source, true, NULL));
    run_steps(network, 4);
    CHECK(neuro_population_add_spikes(network, source, 1, added, &outside) == NEURO_ERR_RANGE);
    OK(network, neuro_population_add_spikes(network, source, 3, added, zero)); /* step 2 is over */
    run_steps(network, 6);
    OK(network, neuro_population_n_spikes(network, source, &n));
    CHECK(n == 5);
    OK(network, neuro_population_spikes(network, source, cells, when));
    for (i = 0; i < n && i < 5; i++) {
        CHECK(when[i] == expected[i]);
    }
    neuro_network_free(network);
}

int
main(void)
{
    test_variables_have_roles_types_and_defaults();
    test_a_parameter_is_one_value_while_all_cells_are_equal();
    test_wrong_names_indices_and_lengths_are_refused_and_change_nothing();
    test_a_reset_restores_the_initial_values();
    test_a_current_holds_from_its_step_on();
    test_spikes_are_sorted_by_step_then_cell_and_masked();
    test_added_spikes_join_those_that_are_still_to_come();
    return check_result();
}
