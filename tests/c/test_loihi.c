/* Platform loihi through the public face: every neuron kernel driven by every kind of synapse; wrong values
 * are refused. Meant for the sanitizers; what is computed is tested in Python. */
#include "nets.h"

#include <string.h>

enum { N = 130 };

static neuro_network_t *
make_loihi(uint32_t n_threads)
{
    neuro_network_t *network;

    if (neuro_network_create(&network, "loihi", 1.0, 42, false, n_threads, "") != NEURO_OK) {
        printf("no network: %s\n", neuro_error_detail(network));
        exit(1);
    }
    return network;
}

static uint32_t
add_payloads(neuro_network_t *network)
{
    const uint32_t id = add_population(network, "graded_source", N);
    uint64_t offsets[N + 1];
    double values[3 * N];
    uint32_t i;

    offsets[0] = 0;
    for (i = 0; i < N; i++) {
        offsets[i + 1] = offsets[i] + (i % 2 == 0 ? 3 : 1);
        values[3 * i] = values[3 * i + 1] = values[3 * i + 2] = (double) i - 60.0;
    }
    OK(network, neuro_population_set_list(network, id, "payloads", offsets, values));
    values[1] = 0.5;
    CHECK(neuro_population_set_list(network, id, "payloads", offsets, values) == NEURO_ERR_RANGE);
    return id;
}

static void
connect(neuro_network_t *network, uint32_t pre, uint32_t post, uint32_t receptor, const char *kernel,
        double shift)
{
    const neuro_ends_t all = {.allow_self = true};
    const double range[2] = {-200.0, 255.0}, delays[2] = {0.0, 9.0}, exponent = shift == 1.0 ? 2.0 : -3.0;
    uint32_t id;

    OK(network, neuro_network_add_projection(network, pre, post, receptor, kernel, &id));
    OK(network, neuro_connect_fixed_probability(network, id, &all, 0.2));
    OK(network, neuro_projection_draw_column(network, id, "weight", "uniform_int", range, 2, 1.0));
    OK(network, neuro_projection_draw_column(network, id, "delay", "uniform_int", delays, 2, 1.0));
    if (strcmp(kernel, "static") == 0) {
        OK(network, neuro_projection_set_rule(network, id, "shift", shift));
        OK(network, neuro_projection_set_rule(network, id, "weight_exp", exponent));
    }
}

static void
try_kernel(const char *kernel, uint32_t n_threads)
{
    static const uint32_t some[4] = {0, 63, 64, 129};
    neuro_network_t *network = make_loihi(n_threads);
    const uint32_t random = add_population(network, "spike_source_poisson", N);
    const uint32_t payloads = add_payloads(network), id = add_population(network, kernel, N);
    const double rate = 300.0, largest = 5.0;
    uint32_t n_receptors = 0, receptor, v, current;
    bool takes_current = false;
    const char *name;
    double value;
    int role;
    int64_t done;

    OK(network, neuro_population_set_values(network, random, "rate", NULL, 0, &rate, 1, false));
    OK(network, neuro_neuron_kernel(network, kernel, &n_receptors, &takes_current));
    for (receptor = 0; receptor < n_receptors; receptor++) {
        connect(network, random, id, receptor, "static", 0.0);
        connect(network, random, id, receptor, "static", 1.0);
        connect(network, payloads, id, receptor, "static", 2.0);
        connect(network, payloads, id, receptor, "static_wide", 0.0);
        connect(network, id, id, receptor, "static", 0.0);
    }
    if (takes_current) {
        OK(network, neuro_population_add_current(network, id, 4, some, &current));
        OK(network, neuro_population_set_current_sine(network, id, current, 3, 80, 500.0, 400.0, 0.1, 0.2));
    }
    for (v = 0; (name = neuro_neuron_kernel_variable(network, kernel, v, &role, &value)) != NULL; v++) {
        if (role == 1) {
            OK(network, neuro_population_record(network, id, name, some, 4, 1));
        } else if (role == 0 && strcmp(name, "bias_mant") == 0) {
            OK(network, neuro_population_set_values(network, id, name, some, 4, &largest, 1, false));
        }
    }
    OK(network, neuro_population_record_spikes(network, id, true, NULL));
    OK(network, neuro_network_run(network, 70, 1e9, &done));
    connect(network, random, random + 2, 0, "static", 1.0); /* longer queues while spikes are under way */
    OK(network, neuro_network_run(network, 30, 1e9, &done));
    OK(network, neuro_network_reset(network));
    OK(network, neuro_network_run(network, 50, 1e9, &done));
    CHECK(done == 50);
    neuro_network_free(network);
}

static void
test_every_neuron_kernel_runs(void)
{
    neuro_network_t *network = make_loihi(1);
    const char *kernel;
    uint32_t k, n_receptors = 0;
    bool takes_current;

    for (k = 0; (kernel = neuro_kernel_name(network, false, k)) != NULL; k++) {
        OK(network, neuro_neuron_kernel(network, kernel, &n_receptors, &takes_current));
        if (n_receptors > 0) {
            try_kernel(kernel, 1);
            try_kernel(kernel, 2);
        }
    }
    CHECK(k > 14);
    neuro_network_free(network);
}

static void
refuse(const char *kernel, const char *name, double value)
{
    neuro_network_t *network = make_loihi(1);
    const uint32_t id = add_population(network, kernel, 2);
    int64_t done;

    OK(network, neuro_population_set_values(network, id, name, NULL, 0, &value, 1, false));
    CHECK(neuro_network_run(network, 1, 1e9, &done) != NEURO_OK);
    CHECK(strstr(neuro_error_detail(network), name) != NULL);
    neuro_network_free(network);
}

static void
test_values_that_no_register_holds_are_refused(void)
{
    refuse("cuba", "du", 4096.0); /* with its offset */
    refuse("cuba", "dv", 4097.0);
    refuse("cuba", "refractory", 0.0);
    refuse("cuba", "vmax_exp", 8.0);
    refuse("cuba_lava", "vmin_exp", 5.0);
    refuse("cuba_brian2loihi", "vmax_exp", 5.0);
    refuse("cuba_noisy", "noise_exp", 24.0);
    refuse("cuba_ternary", "vth_low", 1.0);
    refuse("cuba_resetting", "reset_interval", -1.0);
    refuse("sigma_delta", "state_exp", 8.0);
    refuse("spike_source_poisson", "rate", -1.0);
}

int
main(void)
{
    test_every_neuron_kernel_runs();
    test_values_that_no_register_holds_are_refused();
    return check_result();
}
