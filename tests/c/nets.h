/* What the C tests of the public face share: calls that must succeed, and small nets. */
#ifndef NEURO_TESTS_NETS_H
#define NEURO_TESTS_NETS_H

#include "check.h"
#include "neuro.h"

#include <stdlib.h>

/* A call that must succeed; its sentence is printed if it does not. */
#define OK(network, call)                                                                                    \
    do {                                                                                                     \
        if ((call) != NEURO_OK) {                                                                            \
            check_failures++;                                                                                \
            printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call, neuro_error_detail(network));               \
        }                                                                                                    \
    } while (0)

/* The rules of a rewiring, in the order in which tests give their values. */
static const char *const rewiring_rules[] = {"f_rew",
                                             "s_max",
                                             "spike_buffer_size",
                                             "grid_x",
                                             "grid_y",
                                             "p_form_forward",
                                             "sigma_form_forward",
                                             "p_form_lateral",
                                             "sigma_form_lateral",
                                             "threshold",
                                             "prob_elim_depressed",
                                             "prob_elim_potentiated",
                                             "initial_weight",
                                             "low_delay",
                                             "high_delay",
                                             "with_replacement"};
enum { N_REWIRING_RULES = sizeof rewiring_rules / sizeof rewiring_rules[0] };

static inline neuro_network_t *
make_network(bool is_single, uint32_t n_threads)
{
    neuro_network_t *network;

    if (neuro_network_create(&network, "exact", 0.1, 42, is_single, n_threads, "") != NEURO_OK) {
        printf("no network: %s\n", neuro_error_detail(network));
        exit(1);
    }
    return network;
}

static inline uint32_t
add_population(neuro_network_t *network, const char *kernel, uint32_t n_cells)
{
    uint32_t id = 0;

    OK(network, neuro_network_add_population(network, kernel, n_cells, &id));
    return id;
}

/* A source whose cell 0 fires at these steps. */
static inline uint32_t
add_source(neuro_network_t *network, const int64_t *steps, uint64_t n)
{
    const uint64_t offsets[2] = {0, n};
    const uint32_t id = add_population(network, "spike_source_array", 1);

    OK(network, neuro_population_set_spike_times(network, id, offsets, steps));
    return id;
}

static inline uint32_t
add_projection(neuro_network_t *network, uint32_t pre, uint32_t post, const char *kernel)
{
    uint32_t id = 0;

    OK(network, neuro_network_add_projection(network, pre, post, 0, kernel, &id));
    return id;
}

/* One synapse. */
static inline uint32_t
join(neuro_network_t *network, uint32_t pre, uint32_t i, uint32_t post, uint32_t j, const char *kernel,
     double weight, double delay_steps)
{
    const uint32_t id = add_projection(network, pre, post, kernel);

    OK(network, neuro_connect_pairs(network, id, 1, &i, &j, &weight, 1, &delay_steps, 1));
    return id;
}

static inline void
set_all(neuro_network_t *network, uint32_t population, const char *name, double value)
{
    OK(network, neuro_population_set_values(network, population, name, NULL, 0, &value, 1, false));
}

static inline double
get_one(neuro_network_t *network, uint32_t population, const char *name, uint32_t cell)
{
    double values[64] = {0};
    bool is_scalar = false;

    OK(network, neuro_population_get_values(network, population, name, false, &is_scalar, values));
    return values[is_scalar ? 0 : cell];
}

static inline double
get_synapse(neuro_network_t *network, uint32_t projection, const char *name, uint64_t synapse)
{
    double values[64] = {0};
    bool is_scalar = false;

    OK(network, neuro_projection_get_column(network, projection, name, &is_scalar, values));
    return values[is_scalar ? 0 : synapse];
}

static inline void
run_steps(neuro_network_t *network, int64_t n_steps)
{
    int64_t done = 0;

    OK(network, neuro_network_run(network, n_steps, 1e9, &done));
    CHECK(done == n_steps);
}

#endif
