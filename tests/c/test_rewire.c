/* A rewiring of static and plastic synapses: the same net for any number of threads, slice by slice. */
#include "nets.h"

#include <string.h>

enum { N_PRE = 60, N_POST = 130, N_STEPS = 400, MOST = 4000 };

typedef struct {
    uint64_t n[2];
    uint32_t pre[2][MOST], post[2][MOST];
    double weight[2][MOST], delay[2][MOST];
    size_t n_spikes;
} found_t;

static neuro_network_t *
build(bool is_single, uint32_t n_threads)
{
    static const double values[] = {47000.0, 9.0, 64.0, 13.0, 10.0, 0.9, 6.0, 0.5,
                                    2.0,     0.3, 0.4,  0.1,  0.35, 1.0, 9.0, 0.0};
    const neuro_ends_t all = {.allow_self = true};
    neuro_network_t *network = make_network(is_single, n_threads);
    const uint32_t sources = add_population(network, "spike_source_poisson", N_PRE);
    const uint32_t cells = add_population(network, "lif_curr_exp", N_POST);
    const double weight = 0.4;
    uint32_t k, rewiring = 0, p;

    set_all(network, sources, "rate", 300.0);
    OK(network, neuro_population_record_spikes(network, cells, true, NULL));
    OK(network,
       neuro_network_add_rewiring(network, cells, 5, N_REWIRING_RULES, rewiring_rules, values, &rewiring));
    for (k = 0; k < 2; k++) {
        p = add_projection(network, k == 0 ? sources : cells, cells, k == 0 ? "stdp" : "static");
        OK(network, neuro_connect_fixed_number_pre(network, p, &all, 2, false));
        OK(network, neuro_projection_set_column(network, p, "weight", &weight, 1));
        OK(network, neuro_projection_make_rewirable(network, p, 30, 1, 9));
        OK(network, neuro_rewiring_add_projection(network, rewiring, p));
    }
    OK(network, neuro_projection_set_rule(network, 0, "dendritic_delay_fraction", 0.3));
    return network;
}

static void
look(neuro_network_t *network, found_t *found)
{
    bool is_scalar;
    uint32_t k;

    memset(found, 0, sizeof *found);
    for (k = 0; k < 2; k++) {
        OK(network, neuro_projection_n_synapses(network, k, &found->n[k]));
        CHECK(found->n[k] < MOST);
        OK(network, neuro_projection_pairs(network, k, found->pre[k], found->post[k]));
        OK(network, neuro_projection_get_column(network, k, "weight", &is_scalar, found->weight[k]));
        OK(network, neuro_projection_get_column(network, k, "delay", &is_scalar, found->delay[k]));
    }
    OK(network, neuro_population_n_spikes(network, 1, &found->n_spikes));
}

static void
test_threads_and_slices_do_not_change_what_is_rewired(bool is_single)
{
    static found_t expected, found;
    neuro_network_t *network = build(is_single, 1);
    uint32_t n_threads;
    int64_t step;

    run_steps(network, N_STEPS);
    look(network, &expected);
    CHECK(expected.n_spikes > 50 && expected.n[0] > 200 && expected.n[1] > 200);
    neuro_network_free(network);
    for (n_threads = 1; n_threads <= 3; n_threads++) {
        network = build(is_single, n_threads);
        for (step = 0; step < N_STEPS; step += 50) {
            run_steps(network, 49);
            look(network, &found);
            run_steps(network, 1);
        }
        look(network, &found);
        CHECK(memcmp(&found, &expected, sizeof found) == 0);
        OK(network, neuro_network_reset(network));
        run_steps(network, N_STEPS);
        look(network, &found);
        CHECK(memcmp(&found, &expected, sizeof found) == 0);
        neuro_network_free(network);
    }
}

int
main(void)
{
    test_threads_and_slices_do_not_change_what_is_rewired(false);
    test_threads_and_slices_do_not_change_what_is_rewired(true);
    return check_result();
}
