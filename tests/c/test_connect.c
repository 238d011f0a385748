/* Connectors expand the same rows with any number of threads. */
#include "nets.h"

#include <string.h>

enum { N = 1000, N_POST = 1300, MOST = 900000 };

typedef struct {
    uint64_t n;
    uint32_t pre[MOST], post[MOST];
    double weight[MOST];
} rows_t;

static void
expand(rows_t *rows, uint32_t n_threads, int connector, bool is_run)
{
    static const double range[2] = {0.5, 2.0};
    static uint32_t some[N / 2];
    neuro_network_t *network = make_network(false, n_threads);
    const uint32_t pre = add_population(network, "lif_curr_exp", N);
    const uint32_t post = add_population(network, "lif_curr_exp", N_POST);
    const uint32_t projection = add_projection(network, pre, post, "static");
    neuro_ends_t ends = {.allow_self = true};
    bool is_scalar;
    uint32_t i;

    for (i = 0; i < N / 2; i++) {
        some[i] = 2 * i + 1;
    }
    if (connector == 1) {
        ends.pre = some;
        ends.n_pre = N / 2;
    }
    if (is_run) { /* the network's own threads then expand */
        run_steps(network, 1);
    }
    memset(rows, 0, sizeof *rows);
    if (connector < 2) {
        OK(network, neuro_connect_fixed_probability(network, projection, &ends, connector == 0 ? 0.5 : 0.9));
    } else {
        OK(network, neuro_connect_fixed_number_post(network, projection, &ends, 600, connector == 3));
    }
    OK(network, neuro_projection_draw_column(network, projection, "weight", "uniform", range, 2, 1.0));
    OK(network, neuro_projection_n_synapses(network, projection, &rows->n));
    CHECK(rows->n > 500000 && rows->n < MOST);
    OK(network, neuro_projection_pairs(network, projection, rows->pre, rows->post));
    OK(network, neuro_projection_get_column(network, projection, "weight", &is_scalar, rows->weight));
    neuro_network_free(network);
}

int
main(void)
{
    static rows_t one, other;
    uint32_t n_threads;
    int connector;

    for (connector = 0; connector < 4; connector++) {
        expand(&one, 1, connector, false);
        for (n_threads = 2; n_threads <= 3; n_threads++) {
            expand(&other, n_threads, connector, n_threads == 3);
            CHECK(memcmp(&one, &other, sizeof one) == 0);
        }
    }
    return check_result();
}
