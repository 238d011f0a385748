/* Vogels-Abbott COBA: conductances decay exactly; v by the exponential midpoint rule (conductances taken at
 * the middle of the step, second order). Rows of 16-bit targets, one ring slot a step. No recording. */
#include "common.h"

#define N_CELLS          (N_EXC + N_INH)
#define N_PAD            ((N_CELLS + 63) / 64 * 64)
#define DELAY_STEPS      ((size_t) (DELAY / DT + 0.5))
#define REFRACTORY_STEPS ((counter) (TAU_REFRAC / DT + 0.5))

typedef struct {
    real *v, *g_exc, *g_inh, *ring; /* conductances in units of the leak; ring[slot][receptor][cell] */
    counter *refractory;
    uint8_t *fired;
    uint32_t *spikes, *row_ptr, *kick_step, *kick_source, *kick_row_ptr;
    uint16_t *targets, *kick_targets;
    size_t n_kicks, next_kick;
    uint64_t step;
    real decay_exc, decay_inh, half_exc, half_inh;
} net_t;

/* exp(-x), 0 <= x < 4, to about 1e-8 at x = 1 and 1e-13 at x = 0.1: a short series, squared four times. */
static inline real
exp_minus(real x)
{
    real y = x * (real) (1.0 / 16.0);
    real e =
        1 - y * (1 - y * (real) (1.0 / 2.0) * (1 - y * (real) (1.0 / 3.0) * (1 - y * (real) (1.0 / 4.0))));

    e *= e;
    e *= e;
    e *= e;
    return e * e;
}

static void
update(net_t *restrict net, real *restrict in_exc, real *restrict in_inh)
{
    real *restrict v = net->v, *restrict g_exc = net->g_exc, *restrict g_inh = net->g_inh;
    counter *restrict refractory = net->refractory;
    uint8_t *restrict fired = net->fired;
    const real decay_exc = net->decay_exc, decay_inh = net->decay_inh;
    const real half_exc = net->half_exc, half_inh = net->half_inh;

    for (size_t i = 0; i < N_PAD; i++) {
        counter wait = refractory[i];
        real e = half_exc * g_exc[i], n = half_inh * g_inh[i];
        real total = 1 + e + n;
        real rest = ((real) V_REST + e * (real) E_REV_E + n * (real) E_REV_I) / total;
        real moved = rest + (v[i] - rest) * exp_minus(total * (real) (DT / TAU_M));
        int fires;

        moved = wait > 0 ? (real) V_RESET : moved;
        fires = moved >= (real) V_THRESH;
        v[i] = fires ? (real) V_RESET : moved;
        refractory[i] = fires ? REFRACTORY_STEPS : (wait > 0 ? wait - 1 : 0);
        fired[i] = (uint8_t) fires;
        g_exc[i] = decay_exc * g_exc[i] + in_exc[i];
        g_inh[i] = decay_inh * g_inh[i] + in_inh[i];
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

static uint64_t
run(void *argument, uint64_t n_steps)
{
    const real leak = (real) (CM / TAU_M);
    net_t *net = argument;
    uint64_t total = 0;

    for (uint64_t end = net->step + n_steps; net->step < end; net->step++) {
        real *now = net->ring + net->step % (DELAY_STEPS + 1) * 2 * N_PAD;
        real *later = net->ring + (net->step + DELAY_STEPS) % (DELAY_STEPS + 1) * 2 * N_PAD;
        size_t n_spikes;

        update(net, now, now + N_PAD);
        memset(net->fired + N_CELLS, 0, N_PAD - N_CELLS);
        n_spikes = collect(net->fired, N_PAD, net->spikes);
        for (size_t s = 0; s < n_spikes; s++) {
            uint32_t i = net->spikes[s];
            real weight = i < N_EXC ? (real) WEIGHT_EXC / leak : (real) WEIGHT_INH / leak;

            add_row(net->targets, net->row_ptr[i], net->row_ptr[i + 1], weight,
                    i < N_EXC ? later : later + N_PAD);
        }
        for (; net->next_kick < net->n_kicks && net->kick_step[net->next_kick] <= net->step + 1;
             net->next_kick++) {
            uint32_t i = net->kick_source[net->next_kick];

            add_row(net->kick_targets, net->kick_row_ptr[i], net->kick_row_ptr[i + 1],
                    (real) KICK_WEIGHT / leak, later);
        }
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
    net.g_exc = zeros(N_PAD, sizeof(real));
    net.g_inh = zeros(N_PAD, sizeof(real));
    net.ring = zeros((DELAY_STEPS + 1) * 2 * N_PAD, sizeof(real));
    net.refractory = zeros(N_PAD, sizeof(counter));
    net.fired = zeros(N_PAD, 1);
    net.spikes = zeros(N_PAD, sizeof(uint32_t));
    net.row_ptr = read_array(argv[1], "row_ptr", sizeof(uint32_t), &n);
    net.targets = read_array(argv[1], "targets", sizeof(uint16_t), &n);
    net.kick_row_ptr = read_array(argv[1], "kick_row_ptr", sizeof(uint32_t), &n);
    net.kick_targets = read_array(argv[1], "kick_targets", sizeof(uint16_t), &n);
    net.kick_source = read_array(argv[1], "kick_source", sizeof(uint32_t), &n);
    net.kick_step = read_array(argv[1], "kick_step", sizeof(uint32_t), &net.n_kicks);
    v_init = read_array(argv[1], "v_init", sizeof(double), &n);
    for (size_t i = 0; i < N_PAD; i++) {
        net.v[i] = i < n ? (real) v_init[i] : (real) V_REST;
    }
    net.decay_exc = (real) exp(-DT / TAU_SYN_E);
    net.decay_inh = (real) exp(-DT / TAU_SYN_I);
    net.half_exc = (real) exp(-0.5 * DT / TAU_SYN_E);
    net.half_inh = (real) exp(-0.5 * DT / TAU_SYN_I);
    return serve(run, &net);
}
