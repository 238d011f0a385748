/* Plastic weights: pairs by hand, the dense and the sparse path, and histories that overflow. */
#include "nets.h"

#include <math.h>
#include <string.h>

#define A_PLUS    0.011
#define A_MINUS   0.003
#define TAU_PLUS  17.0
#define TAU_MINUS 29.0
#define W_MAX     2.0

/* Two sources fire at given steps; the second one drives a delta cell over its threshold, one step later. */
typedef struct {
    neuro_network_t *network;
    uint32_t source, driver, cell, synapse;
} pair_t;

static pair_t
make_pair(const int64_t *pre, uint64_t n_pre, const int64_t *post, uint64_t n_post, double delay,
          double dendritic, double weight)
{
    pair_t pair = {.network = make_network(false, 1)};
    neuro_network_t *network = pair.network;
    int64_t *driven = calloc(n_post + 1, sizeof *driven);
    uint64_t i;

    for (i = 0; i < n_post; i++) {
        driven[i] = post[i] - 1;
    }
    pair.source = add_source(network, pre, n_pre);
    pair.driver = add_source(network, driven, n_post);
    pair.cell = add_population(network, "lif_curr_delta", 1);
    set_all(network, pair.cell, "tau_refrac", 0.0);
    (void) join(network, pair.driver, 0, pair.cell, 0, "static", 1000.0, 1.0);
    pair.synapse = join(network, pair.source, 0, pair.cell, 0, "stdp", weight, delay);
    OK(network, neuro_projection_set_rule(network, pair.synapse, "tau_plus", TAU_PLUS));
    OK(network, neuro_projection_set_rule(network, pair.synapse, "tau_minus", TAU_MINUS));
    OK(network, neuro_projection_set_rule(network, pair.synapse, "A_plus", A_PLUS));
    OK(network, neuro_projection_set_rule(network, pair.synapse, "A_minus", A_MINUS));
    OK(network, neuro_projection_set_rule(network, pair.synapse, "w_max", W_MAX));
    OK(network, neuro_projection_set_rule(network, pair.synapse, "dendritic_delay_fraction", dendritic));
    OK(network, neuro_population_record_spikes(network, pair.cell, true, NULL));
    free(driven);
    return pair;
}

/* One spike each. At the synapse the pre-synaptic spike is axonal steps late, the post-synaptic one dendritic
 * steps. Additive: +A_plus w_max exp(-dt / tau_plus) if post is later, -A_minus w_max exp(-dt / tau_minus) if
 * earlier; spikes that meet at the synapse make no pair. */
static void
test_one_pair_of_spikes_changes_the_weight_by_the_window(void)
{
    static const double fractions[3] = {0.0, 0.5, 1.0};
    static const int64_t delays[2] = {1, 6};
    const int64_t post[1] = {100};
    int64_t difference;
    int f, d;

    for (f = 0; f < 3; f++) {
        for (d = 0; d < 2; d++) {
            for (difference = -40; difference <= 40;
                 difference += difference > -4 && difference < 4 ? 1 : 4) {
                const double dendritic_steps = floor((double) delays[d] * fractions[f]);
                const double axonal_steps = (double) delays[d] - dendritic_steps;
                const int64_t pre[1] = {100 - difference};
                pair_t pair = make_pair(pre, 1, post, 1, (double) delays[d], fractions[f], 1.0);
                const double apart = 0.1 * ((double) difference + dendritic_steps - axonal_steps);
                double expected = 1.0;

                if ((double) delays[d] * fractions[f] !=
                    dendritic_steps) { /* half steps are not on the grid */
                    neuro_network_free(pair.network);
                    continue;
                }
                if (apart > 1e-9) {
                    expected += A_PLUS * W_MAX * exp(-apart / TAU_PLUS);
                } else if (apart < -1e-9) {
                    expected -= A_MINUS * W_MAX * exp(apart / TAU_MINUS);
                }
                run_steps(pair.network, 200);
                CHECK_BELOW(fabs(get_synapse(pair.network, pair.synapse, "weight", 0) - expected), 1e-14);
                neuro_network_free(pair.network);
            }
        }
    }
}

/* A source that fires at the beginning and once more after many spikes of its target: the history of the
 * target overflows, and what it forgets must be in the weight. Against a sum over all pairs, spike by spike.
 */
static void
check_silence(uint64_t n_post, int64_t apart, double dendritic, int64_t delay, int n_reads)
{
    const int64_t last = 10 + (int64_t) n_post * apart + 20 + delay;
    const int64_t pre[2] = {5, last};
    int64_t *post = calloc(n_post, sizeof *post);
    const double start = 0.05;
    double expected = start, trace = 0.0, since;
    pair_t pair;
    uint64_t i;
    size_t n = 0;
    int k;

    for (i = 0; i < n_post; i++) {
        post[i] = 20 + (int64_t) i * apart;
        since = 0.1 * ((double) (post[i] - 5) + (2.0 * dendritic - 1.0) * (double) delay);
        expected += A_PLUS * W_MAX * exp(-since / TAU_PLUS);
        since = 0.1 * ((double) (last - post[i]) - (2.0 * dendritic - 1.0) * (double) delay);
        trace += exp(-since / TAU_MINUS);
    }
    pair = make_pair(pre, 2, post, n_post, (double) delay, dendritic, start);
    for (k = 0; k < n_reads; k++) { /* reading is not seen by what follows */
        run_steps(pair.network, (last - 1) / n_reads);
        (void) get_synapse(pair.network, pair.synapse, "weight", 0);
    }
    run_steps(pair.network, last - neuro_network_step(pair.network) - 1);
    OK(pair.network, neuro_population_n_spikes(pair.network, pair.cell, &n));
    CHECK(n == n_post);
    CHECK_BELOW(fabs(get_synapse(pair.network, pair.synapse, "weight", 0) - expected), 1e-12);
    run_steps(pair.network, 2 + delay);
    CHECK_BELOW(
        fabs(get_synapse(pair.network, pair.synapse, "weight", 0) - (expected - A_MINUS * W_MAX * trace)),
        1e-12);
    neuro_network_free(pair.network);
    free(post);
}

static void
test_a_silent_source_loses_nothing_when_the_history_is_full(void)
{
    check_silence(10, 2, 1.0, 1, 1);
    check_silence(1000, 2, 1.0, 1, 1);
    check_silence(1000, 2, 1.0, 40, 7); /* more spikes on the dendrite than fit into the margin */
    check_silence(1000, 2, 0.0, 3, 7);
    check_silence(100000, 2, 1.0, 5, 3);
}

/* The delay is made longer after the first run, and more spikes are on the dendrite than there were slots
 * before. */
static void
test_a_longer_delay_finds_room_for_the_spikes_on_the_dendrite(void)
{
    enum { N_POST = 90 };
    static const double delay = 90.0;
    const int64_t pre[1] = {5};
    int64_t post[N_POST];
    double expected = 0.05;
    pair_t pair;
    int i;

    for (i = 0; i < N_POST; i++) {
        post[i] = 20 + i;
        expected += A_PLUS * W_MAX * exp(-0.1 * ((double) (post[i] - 5) + delay) / TAU_PLUS);
    }
    pair = make_pair(pre, 1, post, N_POST, 1.0, 1.0, 0.05);
    run_steps(pair.network, 10);
    OK(pair.network, neuro_projection_set_column(pair.network, pair.synapse, "delay", &delay, 1));
    run_steps(pair.network, 200);
    CHECK_BELOW(fabs(get_synapse(pair.network, pair.synapse, "weight", 0) - expected), 1e-13);
    neuro_network_free(pair.network);
}

/* Dense and sparse rows of the same pairs learn the same weights, and views change nothing. */
static void
test_dense_and_sparse_rows_learn_the_same(void)
{
    enum { N_PRE = 20, N_POST = 9 };
    neuro_network_t *networks[2];
    uint32_t pre[N_PRE * N_POST], post[N_PRE * N_POST], i;
    double first[N_PRE * N_POST], second[N_PRE * N_POST];
    bool is_scalar;
    int k;

    for (i = 0; i < N_PRE * N_POST; i++) {
        pre[i] = i / N_POST;
        post[i] = i % N_POST;
    }
    for (k = 0; k < 2; k++) {
        neuro_network_t *network = networks[k] = make_network(false, 1);
        const uint32_t source = add_population(network, "spike_source_poisson", N_PRE);
        const uint32_t cells = add_population(network, "lif_curr_exp", N_POST);
        const uint32_t synapses = add_projection(network, source, cells, "stdp");
        const neuro_ends_t all = {.allow_self = true};
        const double weight = 0.5, delay = 7.0;

        set_all(network, source, "rate", 200.0);
        if (k == 0) {
            OK(network, neuro_connect_all_to_all(network, synapses, &all));
            OK(network, neuro_projection_set_column(network, synapses, "weight", &weight, 1));
            OK(network, neuro_projection_set_column(network, synapses, "delay", &delay, 1));
        } else {
            OK(network,
               neuro_connect_pairs(network, synapses, N_PRE * N_POST, pre, post, &weight, 1, &delay, 1));
        }
        for (i = 0; i < 5; i++) {
            run_steps(network, 200);
            if (k == 0) {
                OK(network, neuro_projection_get_column(network, synapses, "weight", &is_scalar, first));
            }
        }
    }
    OK(networks[0], neuro_projection_get_column(networks[0], 0, "weight", &is_scalar, first));
    OK(networks[1], neuro_projection_get_column(networks[1], 0, "weight", &is_scalar, second));
    CHECK(memcmp(first, second, sizeof first) == 0);
    for (i = 1; i < N_PRE * N_POST && first[i] == first[0]; i++) {
    }
    CHECK(i < N_PRE * N_POST); /* something was learnt */
    neuro_network_free(networks[0]);
    neuro_network_free(networks[1]);
}

static void
test_a_reset_restores_the_weights(void)
{
    static const int64_t pre[2] = {10, 50}, post[2] = {20, 40};
    pair_t pair = make_pair(pre, 2, post, 2, 1.0, 1.0, 1.0);
    double after;

    run_steps(pair.network, 100);
    after = get_synapse(pair.network, pair.synapse, "weight", 0);
    CHECK(after != 1.0);
    OK(pair.network, neuro_network_reset(pair.network));
    CHECK(get_synapse(pair.network, pair.synapse, "weight", 0) == 1.0);
    run_steps(pair.network, 100);
    CHECK(get_synapse(pair.network, pair.synapse, "weight", 0) == after);
    neuro_network_free(pair.network);
}

int
main(void)
{
    test_one_pair_of_spikes_changes_the_weight_by_the_window();
    test_a_silent_source_loses_nothing_when_the_history_is_full();
    test_a_longer_delay_finds_room_for_the_spikes_on_the_dendrite();
    test_dense_and_sparse_rows_learn_the_same();
    test_a_reset_restores_the_weights();
    return check_result();
}
