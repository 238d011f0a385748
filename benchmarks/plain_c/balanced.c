/* Balanced net, 10,000 cells of 1,000 inputs and a 20 kHz Poisson drive each; with -DPLASTIC additive pair
 * STDP on E->E. Exact integration, rows of 16-bit targets, one ring slot a step. No recording.
 *
 * STDP is swept lazily by rows: a synapse is touched only when its source fires. Delays are dendritic, so a
 * post spike reaches the synapse DELAY later; each cell keeps the steps of its last arrivals. */
#include "common.h"

#define N_CELLS          (N_EXC + N_INH)
#define N_PAD            ((N_CELLS + 63) / 64 * 64)
#define DELAY_STEPS      ((size_t) (DELAY / DT + 0.5))
#define REFRACTORY_STEPS ((counter) (TAU_REFRAC / DT + 0.5))
#define POISSON_ENTRIES  16
#define HISTORY          256u  /* post arrivals a cell remembers */
#define DECAY_ENTRIES    8192u /* steps until exp(-t / tau) no longer counts */

typedef struct {
    real *v, *i_exc, *i_inh, *ring; /* ring[slot][receptor][cell] */
    counter *refractory;
    uint32_t *random;                /* one xorshift stream a cell */
    uint32_t above[POISSON_ENTRIES]; /* P(count > k), as a fraction of 2^32 */
    uint8_t *fired;
    uint32_t *spikes, *row_ptr;
    uint16_t *targets;
    uint64_t step;
    real decay_v, decay_exc, decay_inh, from_exc, from_inh, drift;
#ifdef PLASTIC
    uint32_t *row_split;    /* first static synapse (E->I) of an excitatory row */
    uint64_t *first_weight; /* of a row */
    uint64_t n_plastic;
    real *weights, *pre_trace, *post_trace, decay_post;
    real *decay_pre; /* by steps */
    uint32_t *last_pre, *arrivals, *n_arrivals;
    uint32_t *posts,
        *n_posts; /* posts[slot][...]: cells whose spikes arrive at their synapses in that step */
#endif
} net_t;

static double
propagator(double tau_syn)
{
    return (exp(-DT / tau_syn) - exp(-DT / TAU_M)) / (CM * (1.0 / TAU_M - 1.0 / tau_syn));
}

/* Drive of this step into the excitatory stripe: draw u, count the entries above it. */
static void
drive(net_t *restrict net, real *restrict in_exc)
{
    uint32_t *restrict random = net->random;
    uint32_t above[POISSON_ENTRIES];

    memcpy(above, net->above, sizeof(above));
    for (size_t i = 0; i < N_PAD; i++) {
        uint32_t x = random[i];
        int32_t count = 0;

        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        random[i] = x;
        for (size_t k = 0; k < POISSON_ENTRIES; k++) {
            count += x < above[k];
        }
        in_exc[i] += (real) count * (real) POISSON_WEIGHT;
    }
}

static void
update(net_t *restrict net, real *restrict in_exc, real *restrict in_inh)
{
    real *restrict v = net->v, *restrict i_exc = net->i_exc, *restrict i_inh = net->i_inh;
    counter *restrict refractory = net->refractory;
    uint8_t *restrict fired = net->fired;
    const real decay_v = net->decay_v, decay_exc = net->decay_exc, decay_inh = net->decay_inh;
    const real from_exc = net->from_exc, from_inh = net->from_inh, drift = net->drift;

    for (size_t i = 0; i < N_PAD; i++) {
        counter wait = refractory[i];
        real moved = decay_v * v[i] + from_exc * i_exc[i] + from_inh * i_inh[i] + drift;
        int fires;

        moved = wait > 0 ? (real) V_RESET : moved;
        fires = moved >= (real) V_THRESH;
        v[i] = fires ? (real) V_RESET : moved;
        refractory[i] = fires ? REFRACTORY_STEPS : (wait > 0 ? wait - 1 : 0);
        fired[i] = (uint8_t) fires;
        i_exc[i] = decay_exc * i_exc[i] + in_exc[i];
        i_inh[i] = decay_inh * i_inh[i] + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
    }
}

static void
add_row(const uint16_t *restrict targets, uint32_t first, uint32_t end, real weight, real *restrict out)
{
    for (uint32_t k = first; k < end; k++) {
        out[targets[k]] += weight;
    }
}

#ifdef PLASTIC
/* A source fired at `now`: potentiate by the arrivals since its last spike, depress, deliver. */
static void
sweep_row(net_t *restrict net, uint32_t source, uint32_t now, real *restrict out)
{
    const uint16_t *restrict targets = net->targets + net->row_ptr[source];
    const uint32_t n = net->row_split[source] - net->row_ptr[source], last = net->last_pre[source];
    const uint32_t *restrict n_arrivals = net->n_arrivals, *restrict arrivals = net->arrivals;
    const real *restrict post_trace = net->post_trace, *restrict decay_pre = net->decay_pre;
    const real gain = (real) (A_PLUS * W_MAX) * net->pre_trace[source];
    real *restrict weights = net->weights + net->first_weight[source];
    uint32_t age = now - last;

    for (uint32_t k = 0; k < n; k++) {
        uint32_t target = targets[k], newest = n_arrivals[target];
        real sum = 0, weight = weights[k];

        for (uint32_t h = 1; h <= HISTORY; h++) {
            uint32_t arrival = arrivals[target * HISTORY + (newest - h) % HISTORY];

            if (arrival <= last) {
                break;
            }
            sum += arrival - last < DECAY_ENTRIES ? decay_pre[arrival - last] : 0;
        }
        weight += gain * sum;
        weight = weight > (real) W_MAX ? (real) W_MAX : weight;
        weight -= (real) (A_MINUS * W_MAX) * post_trace[target];
        weight = weight < 0 ? 0 : weight;
        weights[k] = weight;
        out[target] += weight;
    }
    net->pre_trace[source] *= age < DECAY_ENTRIES ? decay_pre[age] : 0;
    net->pre_trace[source] += 1;
    net->last_pre[source] = now;
}

/* Post spikes reach their synapses; a pre spike of the same step does not pair with them as "before". */
static void
receive_posts(net_t *restrict net, uint32_t now, size_t slot)
{
    const uint32_t *posts = net->posts + slot * N_EXC;

    for (uint32_t p = 0; p < net->n_posts[slot]; p++) {
        net->arrivals[posts[p] * HISTORY + net->n_arrivals[posts[p]]++ % HISTORY] = now;
    }
}

static void
advance_post_traces(net_t *restrict net, size_t slot)
{
    const uint32_t *posts = net->posts + slot * N_EXC;
    real *restrict trace = net->post_trace;

    for (uint32_t p = 0; p < net->n_posts[slot]; p++) {
        trace[posts[p]] += 1;
    }
    for (size_t i = 0; i < N_EXC; i++) {
        trace[i] *= net->decay_post;
    }
}
#endif

static uint64_t
run(void *argument, uint64_t n_steps)
{
    net_t *net = argument;
    uint64_t total = 0;

    for (uint64_t end = net->step + n_steps; net->step < end; net->step++) {
        size_t slot = net->step % (DELAY_STEPS + 1),
               later_slot = (net->step + DELAY_STEPS) % (DELAY_STEPS + 1);
        real *now = net->ring + slot * 2 * N_PAD;
        real *later = net->ring + later_slot * 2 * N_PAD;
        size_t n_spikes, n_exc = 0;

        drive(net, now);
        update(net, now, now + N_PAD);
        memset(net->fired + N_CELLS, 0, N_PAD - N_CELLS);
        n_spikes = collect(net->fired, N_PAD, net->spikes);
#ifdef PLASTIC
        receive_posts(net, (uint32_t) net->step + 1, slot);
#endif
        for (; n_exc < n_spikes && net->spikes[n_exc] < N_EXC; n_exc++) {
            uint32_t i = net->spikes[n_exc];
#ifdef PLASTIC
            sweep_row(net, i, (uint32_t) net->step + 1, later);
            add_row(net->targets, net->row_split[i], net->row_ptr[i + 1], (real) WEIGHT_EXC, later);
#else
            add_row(net->targets, net->row_ptr[i], net->row_ptr[i + 1], (real) WEIGHT_EXC, later);
#endif
        }
        for (size_t s = n_exc; s < n_spikes; s++) {
            uint32_t i = net->spikes[s];

            add_row(net->targets, net->row_ptr[i], net->row_ptr[i + 1], (real) -WEIGHT_INH, later + N_PAD);
        }
#ifdef PLASTIC
        advance_post_traces(net, slot);
        memcpy(net->posts + later_slot * N_EXC, net->spikes, n_exc * sizeof(uint32_t));
        net->n_posts[later_slot] = (uint32_t) n_exc;
#endif
        total += n_spikes;
    }
    return total;
}

/* P(count > k) for a mean of rate x dt. */
static void
fill_poisson(net_t *net)
{
    double mean = POISSON_RATE * DT / 1000.0, term = exp(-mean), tail = 1.0;

    for (size_t k = 0; k < POISSON_ENTRIES; k++) {
        tail -= term;
        term *= mean / (double) (k + 1);
        net->above[k] = tail > 0 ? (uint32_t) (tail * 4294967296.0) : 0;
    }
}

#ifdef PLASTIC
static void
prepare_plasticity(net_t *net)
{
    uint64_t n_plastic = 0;

    net->row_split = zeros(N_EXC, sizeof(uint32_t));
    net->first_weight = zeros(N_EXC, sizeof(uint64_t));
    for (uint32_t i = 0; i < N_EXC; i++) {
        uint32_t k = net->row_ptr[i];

        while (k < net->row_ptr[i + 1] && net->targets[k] < N_EXC) {
            k++;
        }
        net->row_split[i] = k;
        net->first_weight[i] = n_plastic;
        n_plastic += k - net->row_ptr[i];
    }
    net->n_plastic = n_plastic;
    net->weights = zeros(n_plastic, sizeof(real));
    for (uint64_t k = 0; k < n_plastic; k++) {
        net->weights[k] = (real) WEIGHT_EXC;
    }
    net->pre_trace = zeros(N_EXC, sizeof(real));
    net->post_trace = zeros(N_EXC, sizeof(real));
    net->decay_post = (real) exp(-DT / TAU_MINUS);
    net->decay_pre = zeros(DECAY_ENTRIES, sizeof(real));
    for (size_t k = 0; k < DECAY_ENTRIES; k++) {
        net->decay_pre[k] = (real) exp(-(double) k * DT / TAU_PLUS);
    }
    net->last_pre = zeros(N_EXC, sizeof(uint32_t));
    net->arrivals = zeros((size_t) N_EXC * HISTORY, sizeof(uint32_t));
    net->n_arrivals = zeros(N_EXC, sizeof(uint32_t));
    net->posts = zeros((DELAY_STEPS + 1) * N_EXC, sizeof(uint32_t));
    net->n_posts = zeros(DELAY_STEPS + 1, sizeof(uint32_t));
}

/* Weights as each source's last spike left them, by source, then target. */
static int
write_weights(const net_t *net, const char *path)
{
    FILE *file = fopen(path, "wb");
    int failed = file == NULL || fwrite(net->weights, sizeof(real), net->n_plastic, file) != net->n_plastic;

    return (file != NULL && fclose(file) != 0) || failed;
}
#endif

int
main(int argc, char **argv)
{
    net_t net = {0};
    size_t n;
    double *v_init;

    if (argc < 2) {
        fprintf(stderr, "usage: %s <net folder> [<file of the final weights>]\n", argv[0]);
        return 2;
    }
    net.v = zeros(N_PAD, sizeof(real));
    net.i_exc = zeros(N_PAD, sizeof(real));
    net.i_inh = zeros(N_PAD, sizeof(real));
    net.ring = zeros((DELAY_STEPS + 1) * 2 * N_PAD, sizeof(real));
    net.refractory = zeros(N_PAD, sizeof(counter));
    net.random = zeros(N_PAD, sizeof(uint32_t));
    net.fired = zeros(N_PAD, 1);
    net.spikes = zeros(N_PAD, sizeof(uint32_t));
    net.row_ptr = read_array(argv[1], "row_ptr", sizeof(uint32_t), &n);
    net.targets = read_array(argv[1], "targets", sizeof(uint16_t), &n);
    v_init = read_array(argv[1], "v_init", sizeof(double), &n);
    for (size_t i = 0; i < N_PAD; i++) {
        net.v[i] = i < n ? (real) v_init[i] : (real) V_REST;
        net.random[i] = (uint32_t) ((i + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 32) | 1;
    }
    net.decay_v = (real) exp(-DT / TAU_M);
    net.decay_exc = (real) exp(-DT / TAU_SYN_E);
    net.decay_inh = (real) exp(-DT / TAU_SYN_I);
    net.from_exc = (real) propagator(TAU_SYN_E);
    net.from_inh = (real) propagator(TAU_SYN_I);
    net.drift = (real) (V_REST * (1.0 - exp(-DT / TAU_M)));
    fill_poisson(&net);
#ifdef PLASTIC
    prepare_plasticity(&net);
#endif
    serve(run, &net);
#ifdef PLASTIC
    if (argc > 2) {
        return write_weights(&net, argv[2]);
    }
#endif
    return 0;
}
