/* Diehl and Cook (2015), 784-400-400: conductances decay exactly, v by the exponential midpoint rule, dense
 * weights, traces set to one kept by cells, learning at each spike, weights normalised before each image. */
#include "common.h"

#define N_PIXELS_PAD ((N_INPUT + 15) / 16 * 16)
#define EXC_PAD      ((N_EXC + 15) / 16 * 16)
#define INH_PAD      ((N_INH + 15) / 16 * 16)
#define IMAGE_STEPS  ((uint64_t) ((SHOWN + REST) / DT + 0.5))
#define SHOWN_STEPS  ((uint64_t) (SHOWN / DT + 0.5))

typedef struct {
    size_t n, n_pad;
    real *v, *g_exc, *g_inh, *in_exc, *in_inh, *thresh;
    counter *refractory;
    uint8_t *fired;
    uint32_t *spikes;
    size_t n_spikes;
    real tau_m, v_rest, v_reset, e_inh;
    counter refractory_steps;
} cells_t;

typedef struct {
    cells_t exc, inh;
    uint8_t *images, *pixel_fired;
    size_t n_images;
    real *weights; /* weights[pixel][exc] */
    real *pre, *post1, *post2, *theta;
    uint32_t *random, *chance, *pixel_spikes;
    size_t n_pixel_spikes;
    uint64_t step;
} net_t;

/* exp(-x), 0 <= x < 4: a short series, squared four times. */
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
update(cells_t *restrict cells)
{
    real *restrict v = cells->v, *restrict g_exc = cells->g_exc, *restrict g_inh = cells->g_inh;
    real *restrict in_exc = cells->in_exc, *restrict in_inh = cells->in_inh;
    const real *restrict thresh = cells->thresh;
    counter *restrict refractory = cells->refractory;
    uint8_t *restrict fired = cells->fired;
    const real rate = (real) DT / cells->tau_m, v_rest = cells->v_rest, v_reset = cells->v_reset;
    const real e_inh = cells->e_inh;
    const real decay_exc = (real) exp(-DT / TAU_SYN_E), decay_inh = (real) exp(-DT / TAU_SYN_I);
    const real half_exc = (real) exp(-0.5 * DT / TAU_SYN_E), half_inh = (real) exp(-0.5 * DT / TAU_SYN_I);
    const counter refractory_steps = cells->refractory_steps;
    const size_t n_pad = cells->n_pad;

#pragma GCC ivdep
    for (size_t i = 0; i < n_pad; i++) {
        counter wait = refractory[i];
        real e = half_exc * g_exc[i], n = half_inh * g_inh[i];
        real total = 1 + e + n;
        real rest = (v_rest + e * (real) E_REV_E + n * e_inh) / total;
        real moved = rest + (v[i] - rest) * exp_minus(total * rate);
        int fires;

        moved = wait > 0 ? v_reset : moved;
        fires = moved > thresh[i];
        v[i] = fires ? v_reset : moved;
        refractory[i] = fires ? refractory_steps : (wait > 0 ? wait - 1 : 0);
        fired[i] = (uint8_t) fires;
        g_exc[i] = decay_exc * g_exc[i] + in_exc[i];
        g_inh[i] = decay_inh * g_inh[i] + in_inh[i];
        in_exc[i] = 0;
        in_inh[i] = 0;
    }
    memset(fired + cells->n, 0, cells->n_pad - cells->n);
    cells->n_spikes = collect(fired, cells->n_pad, cells->spikes);
}

static void
normalise(net_t *restrict net)
{
    real sum[EXC_PAD] = {0};

    for (size_t p = 0; p < N_INPUT; p++) {
        for (size_t j = 0; j < N_EXC; j++) {
            sum[j] += net->weights[p * N_EXC + j];
        }
    }
    for (size_t j = 0; j < N_EXC; j++) {
        sum[j] = (real) W_SUM / sum[j];
    }
    for (size_t p = 0; p < N_INPUT; p++) {
        for (size_t j = 0; j < N_EXC; j++) {
            net->weights[p * N_EXC + j] *= sum[j];
        }
    }
}

/* Chance of a spike in a step for each pixel, as a fraction of 2^32. */
static void
show(net_t *net, const uint8_t *image)
{
    for (size_t p = 0; p < N_INPUT; p++) {
        double chance = image == NULL ? 0.0 : image[p] * RATE_PER_GREY * DT / 1000.0;

        net->chance[p] = (uint32_t) (chance * 4294967296.0);
    }
}

static void
draw_pixels(net_t *restrict net)
{
    uint32_t *restrict random = net->random;
    const uint32_t *restrict chance = net->chance;
    uint8_t *restrict fired = net->pixel_fired;

    for (size_t p = 0; p < N_PIXELS_PAD; p++) {
        uint32_t x = random[p];

        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        random[p] = x;
        fired[p] = x < chance[p];
    }
    net->n_pixel_spikes = collect(fired, N_PIXELS_PAD, net->pixel_spikes);
}

static void
decay(real *restrict trace, size_t n, real factor)
{
    for (size_t i = 0; i < n; i++) {
        trace[i] *= factor;
    }
}

/* A pixel spike reaches its row: deliver, depress by the post trace. */
static void
pixel_spike(net_t *restrict net, size_t pixel)
{
    real *restrict row = net->weights + pixel * N_EXC, *restrict in_exc = net->exc.in_exc;
    const real *restrict post1 = net->post1;

    for (size_t j = 0; j < N_EXC; j++) {
        real weight = row[j];

        in_exc[j] += weight;
        weight -= (real) ETA_PRE * post1[j];
        row[j] = weight < 0 ? 0 : weight;
    }
    net->pre[pixel] = 1;
}

static void
exc_spike(net_t *restrict net, size_t cell)
{
    const real gain = (real) ETA_POST * net->post2[cell];
    real *restrict column = net->weights + cell;
    const real *restrict pre = net->pre;

    for (size_t p = 0; p < N_INPUT; p++) {
        real weight = column[p * N_EXC] + gain * pre[p];

        column[p * N_EXC] = weight > (real) W_MAX ? (real) W_MAX : weight;
    }
    net->post1[cell] = 1;
    net->post2[cell] = 1;
    net->theta[cell] += (real) THETA_PLUS;
    net->inh.in_exc[cell] += (real) WEIGHT_EXC_INH;
}

static uint64_t
run(void *argument, uint64_t n_steps)
{
    net_t *net = argument;
    const real decay_pre = (real) exp(-DT / TAU_PRE), decay_post1 = (real) exp(-DT / TAU_POST1);
    const real decay_post2 = (real) exp(-DT / TAU_POST2), decay_theta = (real) exp(-DT / TAU_THETA);
    uint64_t total = 0;

    for (uint64_t end = net->step + n_steps; net->step < end; net->step++) {
        uint64_t phase = net->step % IMAGE_STEPS;

        if (phase == 0) {
            normalise(net);
            show(net, net->images + net->step / IMAGE_STEPS % net->n_images * N_INPUT);
        } else if (phase == SHOWN_STEPS) {
            show(net, NULL);
        }
        decay(net->pre, N_PIXELS_PAD, decay_pre);
        decay(net->post1, EXC_PAD, decay_post1);
        decay(net->post2, EXC_PAD, decay_post2);
        decay(net->theta, EXC_PAD, decay_theta);
        for (size_t j = 0; j < N_EXC; j++) {
            net->exc.thresh[j] = net->theta[j] + (real) (THETA_OFFSET + V_THRESH_EXC);
        }
        update(&net->exc);
        update(&net->inh);
        for (size_t s = 0; s < net->n_pixel_spikes; s++) { /* drawn one step ago: the delay */
            pixel_spike(net, net->pixel_spikes[s]);
        }
        for (size_t s = 0; s < net->exc.n_spikes; s++) {
            exc_spike(net, net->exc.spikes[s]);
        }
        for (size_t s = 0; s < net->inh.n_spikes; s++) {
            for (size_t j = 0; j < N_EXC; j++) {
                net->exc.in_inh[j] += (real) WEIGHT_INH_EXC;
            }
            net->exc.in_inh[net->inh.spikes[s]] -= (real) WEIGHT_INH_EXC;
        }
        draw_pixels(net);
        total += net->exc.n_spikes;
    }
    return total;
}

static void
init_cells(cells_t *cells, size_t n, size_t n_pad, double v_thresh)
{
    cells->n = n;
    cells->n_pad = n_pad;
    cells->v = zeros(n_pad, sizeof(real));
    cells->g_exc = zeros(n_pad, sizeof(real));
    cells->g_inh = zeros(n_pad, sizeof(real));
    cells->in_exc = zeros(n_pad, sizeof(real));
    cells->in_inh = zeros(n_pad, sizeof(real));
    cells->thresh = zeros(n_pad, sizeof(real));
    cells->refractory = zeros(n_pad, sizeof(counter));
    cells->fired = zeros(n_pad, 1);
    cells->spikes = zeros(n_pad, sizeof(uint32_t));
    for (size_t i = 0; i < n_pad; i++) {
        cells->v[i] = cells->v_rest + (real) V_INIT_OFFSET;
        cells->thresh[i] = (real) v_thresh;
    }
}

int
main(int argc, char **argv)
{
    net_t net = {0};
    double *weights;
    size_t n;

    if (argc != 2) {
        fprintf(stderr, "usage: %s <net folder>\n", argv[0]);
        return 2;
    }
    net.exc = (cells_t){.tau_m = TAU_M_EXC,
                        .v_rest = V_REST_EXC,
                        .v_reset = V_RESET_EXC,
                        .e_inh = E_REV_I_EXC,
                        .refractory_steps = (counter) (TAU_REFRAC_EXC / DT + 0.5)};
    net.inh = (cells_t){.tau_m = TAU_M_INH,
                        .v_rest = V_REST_INH,
                        .v_reset = V_RESET_INH,
                        .e_inh = E_REV_I_INH,
                        .refractory_steps = (counter) (TAU_REFRAC_INH / DT + 0.5)};
    init_cells(&net.exc, N_EXC, EXC_PAD, V_THRESH_EXC);
    init_cells(&net.inh, N_INH, INH_PAD, V_THRESH_INH);
    net.images = read_array(argv[1], "images", N_INPUT, &net.n_images);
    weights = read_array(argv[1], "weights", sizeof(double), &n);
    net.weights = zeros(n, sizeof(real));
    for (size_t k = 0; k < n; k++) {
        net.weights[k] = (real) weights[k];
    }
    net.pre = zeros(N_PIXELS_PAD, sizeof(real));
    net.post1 = zeros(EXC_PAD, sizeof(real));
    net.post2 = zeros(EXC_PAD, sizeof(real));
    net.theta = zeros(EXC_PAD, sizeof(real));
    for (size_t j = 0; j < N_EXC; j++) {
        net.theta[j] = (real) THETA_INIT;
    }
    net.random = zeros(N_PIXELS_PAD, sizeof(uint32_t));
    for (size_t p = 0; p < N_PIXELS_PAD; p++) {
        net.random[p] = (uint32_t) ((p + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 32) | 1;
    }
    net.chance = zeros(N_PIXELS_PAD, sizeof(uint32_t));
    net.pixel_fired = zeros(N_PIXELS_PAD, 1);
    net.pixel_spikes = zeros(N_PIXELS_PAD, sizeof(uint32_t));
    return serve(run, &net);
}
