/* Every neuron kernel of platform exact through the public face: driven, injected, recorded, run, changed,
 * reset. Meant for the sanitizers; what the cells compute is tested in Python. */
#include "nets.h"

#include <math.h>
#include <string.h>

enum { N = 130 };

static void
set_lists(neuro_network_t *network, uint32_t id, const char *kernel)
{
    static const double ascending[2] = {1.0, 5.0}, windows[2] = {3.0, 1e9};
    uint64_t offsets[N + 1];
    double values[2 * N];
    const char *list;
    uint32_t k, i;

    for (k = 0; (list = neuro_neuron_kernel_list(network, kernel, k)) != NULL; k++) {
        const double *of_cell = strcmp(list, "durations") == 0 ? windows : ascending;

        offsets[0] = 0;
        for (i = 0; i < N; i++) {
            offsets[i + 1] = offsets[i] + (i % 2 == 0 ? 2 : 1);
            memcpy(values + offsets[i], of_cell, 2 * sizeof *values);
        }
        OK(network, neuro_population_set_list(network, id, list, offsets, values));
    }
    CHECK(neuro_population_set_list(network, id, "no such list", offsets, values) == NEURO_ERR_NAME);
}

/* The net of one kernel, run in two slices around a change of parameters, then again after a reset. */
static void
try_kernel(const char *kernel, bool is_single, uint32_t n_threads, bool is_heterogeneous)
{
    static const uint32_t some[4] = {0, 63, 64, 129};
    neuro_network_t *network = make_network(is_single, n_threads);
    const uint32_t source = add_population(network, "spike_source_poisson", 40);
    const uint32_t id = add_population(network, kernel, N);
    const double rate = 800.0, weight = 0.05;
    const neuro_ends_t all = {.pre = NULL, .post = NULL, .allow_self = true};
    uint32_t n_receptors = 0, v, current, projection, k;
    bool takes_current = false;
    int role;
    double value;
    const char *name;
    int64_t done;

    OK(network, neuro_population_set_values(network, source, "rate", NULL, 0, &rate, 1, false));
    OK(network, neuro_neuron_kernel(network, kernel, &n_receptors, &takes_current));
    set_lists(network, id, kernel);
    for (k = 0; k < n_receptors; k++) {
        OK(network, neuro_network_add_projection(network, source, id, k, "static", &projection));
        OK(network, neuro_connect_fixed_probability(network, projection, &all, 0.3));
        OK(network, neuro_projection_set_column(network, projection, "weight", &weight, 1));
    }
    if (takes_current) {
        OK(network, neuro_population_add_current(network, id, 4, some, &current));
        OK(network, neuro_population_set_current_sine(network, id, current, 3, 80, 0.5, 0.4, 0.1, 0.2));
        OK(network, neuro_population_add_current(network, id, 2, some + 1, &current));
        OK(network, neuro_population_set_current_noise(network, id, current, 0, 90, 0.5, 0.4, 7, 3));
        CHECK(neuro_population_set_current_noise(network, id, current, 0, 90, 0.5, 0.4, 0, 3) ==
              NEURO_ERR_VALUE);
        CHECK(neuro_population_set_current_sine(network, id, 9, 0, 90, 0.5, 0.4, 0, 3) == NEURO_ERR_RANGE);
    }
    for (v = 0; (name = neuro_neuron_kernel_variable(network, kernel, v, &role, &value)) != NULL; v++) {
        if (role == 1) {
            OK(network, neuro_population_record(network, id, name, some, 4, 1));
        } else if (role == 0 && is_heterogeneous && value > 0.0 && v % 2 == 0) {
            value *= 1.25;
            OK(network, neuro_population_set_values(network, id, name, some, 4, &value, 1, false));
        }
    }
    OK(network, neuro_population_record_spikes(network, id, true, NULL));
    OK(network, neuro_network_run(network, 70, 1e9, &done));
    for (v = 0; (name = neuro_neuron_kernel_variable(network, kernel, v, &role, &value)) != NULL; v++) {
        if (role == 0 && strcmp(name, "duration") == 0) {
            OK(network, neuro_population_set_values(network, id, name, NULL, 0, &value, 1, false));
        }
    }
    set_lists(network, id, kernel);
    OK(network, neuro_network_run(network, 70, 1e9, &done));
    OK(network, neuro_network_reset(network));
    OK(network, neuro_network_run(network, 50, 1e9, &done));
    for (v = 0; (name = neuro_neuron_kernel_variable(network, kernel, v, &role, &value)) != NULL; v++) {
        double values[N];
        bool is_scalar;

        if (role == 1) {
            OK(network, neuro_population_get_values(network, id, name, false, &is_scalar, values));
            for (k = 0; k < N; k++) {
                CHECK(isfinite(values[k]));
            }
        }
    }
    neuro_network_free(network);
}

static void
test_every_neuron_kernel_runs(void)
{
    neuro_network_t *network = make_network(false, 1);
    const char *kernel;
    uint32_t k;

    for (k = 0; (kernel = neuro_kernel_name(network, false, k)) != NULL; k++) {
        if (strcmp(kernel, "spike_source_array") != 0) {
            try_kernel(kernel, false, 1, false);
            try_kernel(kernel, true, 2, true);
        }
    }
    CHECK(k > 20);
    neuro_network_free(network);
}

static void
test_descriptions_end_and_know_only_what_exists(void)
{
    neuro_network_t *network = make_network(false, 1);
    uint32_t n_rules = 0, n_columns = 0, n_receptors, k;
    bool is_offered;
    double value;
    int role;
    const char *kernel;

    for (k = 0; (kernel = neuro_kernel_name(network, true, k)) != NULL; k++) {
        OK(network, neuro_synapse_kernel(network, kernel, &n_rules, &n_columns));
        CHECK(neuro_synapse_kernel_rule(network, kernel, n_rules, &value) == NULL);
        CHECK(neuro_synapse_kernel_column(network, kernel, n_columns, &is_offered, &value) == NULL);
        CHECK(n_rules == 0 || neuro_synapse_kernel_rule(network, kernel, n_rules - 1, &value) != NULL);
    }
    CHECK(neuro_synapse_kernel(network, "none", &n_rules, &n_columns) == NEURO_ERR_NAME);
    CHECK(neuro_neuron_kernel(network, "none", &n_receptors, &is_offered) == NEURO_ERR_NAME);
    CHECK(neuro_neuron_kernel_variable(network, "none", 0, &role, &value) == NULL);
    CHECK(neuro_neuron_kernel_list(network, "lif_curr_exp", 0) == NULL);
    neuro_network_free(network);
}

static void
test_courses_are_what_their_formulas_say(void)
{
    double sine[30], noise[30], later[10];
    uint32_t k;

    neuro_current_sine_values(5, 25, 0.5, 2.0, 0.3, 0.1, 0, 30, sine);
    neuro_current_noise_values(9, 5, 25, 0.5, 2.0, 3, 1, 0, 30, noise);
    neuro_current_noise_values(9, 5, 25, 0.5, 2.0, 3, 1, 12, 10, later);
    for (k = 0; k < 30; k++) {
        const bool is_on = k >= 5 && k < 25;

        CHECK(is_on ? fabs(sine[k] - (0.5 + 2.0 * sin(0.1 + 0.3 * (k - 5)))) < 1e-14 : sine[k] == 0.0);
        CHECK(is_on || noise[k] == 0.0);
        CHECK(!is_on || (noise[k] == noise[k - (k - 5) % 3] && fabs(noise[k] - 0.5) < 12.0));
    }
    CHECK(noise[5] != noise[8] && noise[8] != noise[11]);
    for (k = 0; k < 10; k++) {
        CHECK(later[k] == noise[12 + k]);
    }
}

int
main(void)
{
    test_every_neuron_kernel_runs();
    test_descriptions_end_and_know_only_what_exists();
    test_courses_are_what_their_formulas_say();
    return check_result();
}
