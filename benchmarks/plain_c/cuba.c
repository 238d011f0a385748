/* Vogels-Abbott CUBA: exact integration, rows of 16-bit targets, one ring slot a step. No recording. */
#include "common.h"

#define N_CELLS          (N_EXC + N_INH)
#define N_PAD            ((N_CELLS + 63) / 64 * 64)
#define DELAY_STEPS      ((size_t) (DELAY / DT + 0.5))
#define REFRACTORY_STEPS ((counter) (TAU_REFRAC / DT + 0.5))

typedef struct {
    real *v, *i_exc, *i_inh, *ring; /* ring[slot][receptor][cell] */
    counter *refractory;
    uint8_t *fired;
    uint32_t *spikes, *row_ptr;
    uint16_t *targets;
    uint64_t step;
    real decay_v, decay_exc, decay_inh, from_exc, from_inh, drift;
} net_t;

/* mV that 1 nA, decaying with tau_syn, adds to v in one step (Rotter and Diesmann 1999). */
static double
propagator(double tau_syn)
{
    return (exp(-DT / tau_syn) - exp(-DT / TAU_M)) / (CM * (1.0 / TAU_M - 1.0 / tau_syn));
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
deliver(const net_t *net, size_t n_spikes, real *restrict out_exc, real *restrict out_inh)
{
    const uint16_t *restrict targets = net->targets;

    for (size_t s = 0; s < n_spikes; s++) {
        uint32_t source = net->spikes[s];
        real *restrict out = source < N_EXC ? out_exc : out_inh;
        const real weight = source < N_EXC ? (real) WEIGHT_EXC : (real) -WEIGHT_INH;

        for (uint32_t k = net->row_ptr[source]; k < net->row_ptr[source + 1]; k++) {
            out[targets[k]] += weight;
        }
    }
}

static uint64_t
run(void *argument, uint64_t n_steps)
{
    net_t *net = argument;
    uint64_t total = 0;

    for (uint64_t end = net->step + n_steps; net->step < end; net->step++) {
        real *now = net->ring + net->step % (DELAY_STEPS + 1) * 2 * N_PAD;
        real *later = net->ring + (net->step + DELAY_STEPS) % (DELAY_STEPS + 1) * 2 * N_PAD;
        size_t n_spikes;

        update(net, now, now + N_PAD);
        memset(net->fired + N_CELLS, 0, N_PAD - N_CELLS);
        n_spikes = collect(net->fired, N_PAD, net->spikes);
        deliver(net, n_spikes, later, later + N_PAD);
        total += n_spikes;
    }
    return total;
}

int
main(int argc, char **argv)
{
    net_t net = {0};
    size_t n;
    double *v_init;

    if (argc != 2) {
        fprintf(stderr, "usage: %s <net folder>\n", argv[0]);
        return 2;
    }
    net.v = zeros(N_PAD, sizeof(real));
    net.i_exc = zeros(N_PAD, sizeof(real));
    net.i_inh = zeros(N_PAD, sizeof(real));
    net.ring = zeros((DELAY_STEPS + 1) * 2 * N_PAD, sizeof(real));
    net.refractory = zeros(N_PAD, sizeof(counter));
    net.fired = zeros(N_PAD, 1);
    net.spikes = zeros(N_PAD, sizeof(uint32_t));
    net.row_ptr = read_array(argv[1], "row_ptr", sizeof(uint32_t), &n);
    net.targets = read_array(argv[1], "targets", sizeof(uint16_t), &n);
    v_init = read_array(argv[1], "v_init", sizeof(double), &n);
    for (size_t i = 0; i < n; i++) {
        net.v[i] = (real) v_init[i];
    }
    net.decay_v = (real) exp(-DT / TAU_M);
    net.decay_exc = (real) exp(-DT / TAU_SYN_E);
    net.decay_inh = (real) exp(-DT / TAU_SYN_I);
    net.from_exc = (real) propagator(TAU_SYN_E);
    net.from_inh = (real) propagator(TAU_SYN_I);
    net.drift = (real) (V_REST * (1.0 - exp(-DT / TAU_M)));
    return serve(run, &net);
}
