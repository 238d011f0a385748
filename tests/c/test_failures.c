/* Memory runs out at every single allocation of a net's life: making, connecting, running, reading,
 * resetting. A call that fails changes nothing, so that the same call, made again, gives the net that would
 * have been without failure. Only a run that is under way loses spikes and says so; then the net can still be
 * read and reset. */
#include "core/memory.h"
#include "nets.h"

#include <string.h>

enum { N_CELLS = 70, N_STEPS = 60, MOST_RESULTS = 4096 };

typedef struct {
    neuro_network_t *network;
    bool lost_spikes;
    int n_failed;
    double results[MOST_RESULTS];
    size_t n_results;
} life_t;

static bool
says(const neuro_network_t *network, const char *words)
{
    return strstr(neuro_error_detail(network), words) != NULL;
}

/* Make a call again if it failed for want of memory: the hook fails one allocation only. */
#define AGAIN(life, call)                                                                                    \
    do {                                                                                                     \
        neuro_status_t again_status = (call);                                                                \
        if (again_status == NEURO_ERR_MEMORY) {                                                              \
            (life)->n_failed++;                                                                              \
            CHECK(neuro_error_detail((life)->network)[0] != '\0');                                           \
            again_status = (call);                                                                           \
        }                                                                                                    \
        if (again_status != NEURO_OK) {                                                                      \
            check_failures++;                                                                                \
            printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call, neuro_error_detail((life)->network));       \
        }                                                                                                    \
    } while (0)

static void
create(life_t *life, uint32_t n_threads)
{
    if (neuro_network_create(&life->network, "exact", 0.1, 7, false, n_threads, "base") != NEURO_OK) {
        life->n_failed++;
        neuro_network_free(life->network);
        CHECK(neuro_network_create(&life->network, "exact", 0.1, 7, false, n_threads, "base") == NEURO_OK);
    }
}

static void
build(life_t *life)
{
    static const char *const neurons[] = {"lif_curr_exp", "lif_cond_exp_adaptive", "spike_source_poisson",
                                          "spike_source_array"};
    static const int64_t steps[3] = {1, 5, 30};
    static const uint32_t spiking[3] = {0, 3, 0};
    static const uint32_t some[3] = {0, 5, 69};
    static const double rate = 400.0, range[2] = {0.05, 0.4}, delay_range[2] = {0.1, 1.5},
                        ones[3] = {1.0, 0.5, 0.25};
    static const double amplitude[1] = {0.2}, fraction = 0.4, three = 3.0, low = -60.0;
    const neuro_ends_t all = {.allow_self = true};
    uint8_t mask[N_CELLS] = {1, 1, 1};
    static const double values[] = {20000.0, 12.0, 0.0, 7.0, 10.0,  1.0, 100.0, 0.0,
                                    1.0,     0.1,  0.5, 0.1, 0.002, 1.0, 7.0,   1.0};
    static const char *const more[] = {"stdp",           "stdp_nearest",    "stdp_triplet",
                                       "stdp_recurrent", "neuromodulation", "simple_stochastic",
                                       "multi_quantal"};
    uint32_t id, current, rewiring, p[8], k;

    for (k = 0; k < 4; k++) {
        AGAIN(life, neuro_network_add_population(life->network, neurons[k], N_CELLS, &id));
    }
    AGAIN(life, neuro_population_set_values(life->network, 2, "rate", NULL, 0, &rate, 1, false));
    AGAIN(life, neuro_population_set_values(life->network, 0, "tau_m", some, 3, ones, 3, false));
    AGAIN(life, neuro_population_set_values(life->network, 1, "v", some, 3, &low, 1, true));
    AGAIN(life, neuro_population_add_current(life->network, 0, 3, some, &current));
    AGAIN(life, neuro_population_set_current(life->network, 0, current, 1, steps, amplitude));
    AGAIN(life, neuro_population_add_spikes(life->network, 3, 3, steps, spiking));
    AGAIN(life, neuro_network_add_projection(life->network, 2, 0, 0, "static", &p[0]));
    AGAIN(life, neuro_connect_one_to_one(life->network, p[0], &all));
    AGAIN(life, neuro_projection_set_column(life->network, p[0], "weight", &three, 1));
    AGAIN(life, neuro_network_add_projection(life->network, 0, 1, 0, "stdp", &p[1]));
    AGAIN(life, neuro_connect_fixed_probability(life->network, p[1], &all, 0.1));
    AGAIN(life, neuro_projection_draw_column(life->network, p[1], "weight", "uniform", range, 2, 1.0));
    AGAIN(life, neuro_projection_draw_column(life->network, p[1], "delay", "uniform", delay_range, 2, 10.0));
    AGAIN(life, neuro_projection_set_rule(life->network, p[1], "dendritic_delay_fraction", fraction));
    AGAIN(life, neuro_network_add_projection(life->network, 0, 0, 1, "tsodyks_markram", &p[2]));
    AGAIN(life, neuro_connect_fixed_number_post(life->network, p[2], &all, 3, false));
    AGAIN(life, neuro_projection_draw_column(life->network, p[2], "U", "uniform", range, 2, 1.0));
    AGAIN(life, neuro_network_add_projection(life->network, 0, 1, 0, "stdp_set_to_one", &p[3]));
    AGAIN(life, neuro_connect_all_to_all(life->network, p[3], &all));
    AGAIN(life, neuro_network_add_projection(life->network, 3, 1, 0, "static", &p[4]));
    AGAIN(life, neuro_connect_pairs(life->network, p[4], 3, some, some, ones, 3, ones, 1));
    AGAIN(life, neuro_network_add_projection(life->network, 3, 0, 0, "static", &p[5]));
    AGAIN(life, neuro_connect_fixed_number_pre(life->network, p[5], &all, 2, true));
    AGAIN(life, neuro_network_add_projection(life->network, 3, 0, 0, "static", &p[6]));
    AGAIN(life, neuro_connect_fixed_total_number(life->network, p[6], &all, 40, true));
    AGAIN(life, neuro_network_add_projection(life->network, 2, 1, 0, "stdp", &p[7]));
    AGAIN(life, neuro_connect_fixed_number_post(life->network, p[7], &all, 2, false));
    AGAIN(life, neuro_projection_set_rule(life->network, p[7], "dendritic_delay_fraction", fraction));
    AGAIN(life, neuro_projection_make_rewirable(life->network, p[7], 4, 1, 7));
    AGAIN(life, neuro_network_add_rewiring(life->network, 1, 3, N_REWIRING_RULES, rewiring_rules, values,
                                           &rewiring));
    AGAIN(life, neuro_rewiring_add_projection(life->network, rewiring, p[7]));
    for (k = 0; k < sizeof more / sizeof more[0]; k++) {
        AGAIN(life, neuro_network_add_projection(life->network, 0, 0, 0, more[k], &id));
        AGAIN(life, neuro_connect_fixed_number_post(life->network, id, &all, 2, false));
    }
    AGAIN(life, neuro_population_record_spikes(life->network, 0, true, mask));
    AGAIN(life, neuro_population_record_spikes(life->network, 1, true, NULL));
    AGAIN(life, neuro_population_record(life->network, 1, "v", some, 3, 2));
    AGAIN(life, neuro_network_schedule(life->network, 20, 1, (int64_t) p[3], 10.0));
    AGAIN(life, neuro_network_schedule(life->network, 40, 2, 1, 0.0));
}

static void
run(life_t *life, int64_t n_steps)
{
    int64_t done = 0, sum = 0;

    while (sum < n_steps && !life->lost_spikes) {
        const neuro_status_t status = neuro_network_run(life->network, n_steps - sum, 1e9, &done);

        sum += done;
        if (status != NEURO_OK) {
            CHECK(status == NEURO_ERR_MEMORY);
            life->n_failed++;
            life->lost_spikes = says(life->network, "ran out in the run");
            CHECK(life->lost_spikes || done == 0);
        }
    }
}

static void
keep(life_t *life, size_t n)
{
    life->n_results += n;
    CHECK(life->n_results + 2000 < MOST_RESULTS);
}

/* Everything that can be read, as numbers. */
static void
read_all(life_t *life)
{
    static uint32_t cells[MOST_RESULTS];
    static int64_t steps[MOST_RESULTS];
    double *out;
    bool is_scalar;
    size_t n = 0, i;
    uint32_t p;
    uint64_t n_synapses = 0;

    for (p = 0; p < 2; p++) {
        out = life->results + life->n_results;
        AGAIN(life, neuro_population_get_values(life->network, p, "v", false, &is_scalar, out));
        keep(life, N_CELLS);
        AGAIN(life, neuro_population_n_spikes(life->network, p, &n));
        CHECK(n < MOST_RESULTS);
        AGAIN(life, neuro_population_spikes(life->network, p, cells, steps));
        out = life->results + life->n_results;
        for (i = 0; i < n && i < 500; i++) {
            out[i] = (double) cells[i] + 1000.0 * (double) steps[i];
        }
        keep(life, i);
    }
    AGAIN(life, neuro_projection_n_synapses(life->network, 1, &n_synapses));
    CHECK(n_synapses < 1000);
    AGAIN(life, neuro_projection_get_column(life->network, 1, "weight", &is_scalar,
                                            life->results + life->n_results));
    keep(life, n_synapses);
    AGAIN(life, neuro_projection_order(life->network, 1, steps));
    AGAIN(life,
          neuro_projection_n_synapses(life->network, 7, &n_synapses)); /* 140 and what was formed since */
    CHECK(n_synapses < 300);
    AGAIN(life, neuro_projection_get_column(life->network, 7, "delay", &is_scalar,
                                            life->results + life->n_results));
    keep(life, is_scalar ? 1 : n_synapses);
}

/* fail_at 0: no failure. */
static void
live(life_t *life, size_t fail_at, uint32_t n_threads)
{
    static const double two = 2.0;

    memset(life, 0, sizeof *life);
    neuro_memory_fail_at(fail_at);
    create(life, n_threads);
    build(life);
    run(life, N_STEPS);
    read_all(life);
    if (!life->lost_spikes) {
        AGAIN(life, neuro_projection_set_column(life->network, 0, "delay", &two, 1));
        AGAIN(life, neuro_projection_scale_to(life->network, 1, 1.0));
        run(life, N_STEPS);
    }
    AGAIN(life, neuro_network_reset(life->network));
    CHECK(neuro_network_step(life->network) == 0);
    if (!life->lost_spikes) {
        run(life, 5);
        read_all(life);
    }
    neuro_network_free(life->network);
    neuro_memory_fail_at(0);
}

static void
test_every_allocation_may_fail(uint32_t n_threads)
{
    static life_t undisturbed, life;
    int n_equal = 0, n_lost = 0, n_lives;
    size_t n;

    live(&undisturbed, 0, n_threads);
    CHECK(undisturbed.n_failed == 0 && undisturbed.n_results > 500);
    for (n = 1, n_lives = 0; n < 20000; n++, n_lives++) {
        live(&life, n, n_threads);
        if (life.n_failed == 0) {
            break;
        }
        CHECK(life.n_failed == 1);
        n_lost += life.lost_spikes;
        n_equal += !life.lost_spikes && life.n_results == undisturbed.n_results &&
                   memcmp(life.results, undisturbed.results, life.n_results * sizeof(double)) == 0;
        if (!life.lost_spikes &&
            (life.n_results != undisturbed.n_results ||
             memcmp(life.results, undisturbed.results, life.n_results * sizeof(double)) != 0)) {
            printf("allocation %zu failed, and the net became another one\n", n);
        }
    }
    CHECK(n > 300 && n < 20000);
    CHECK(n_equal + n_lost == n_lives);
    CHECK(n_equal > 100);
}

int
main(void)
{
    test_every_allocation_may_fail(1);
    return check_result();
}
