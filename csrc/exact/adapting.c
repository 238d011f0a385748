#include "exact/adapting.h"

#include "core/math.h"
#include "exact/derive.h"
#include "exact/exact.h"

NEURO_EXACT_VARIANTS(neuro_exact_adapting);

#define SELECTOR(name, kernel)                                                                               \
    static neuro_status_t select_##name(neuro_population_t *population, neuro_isa_t isa)                     \
    {                                                                                                        \
        return neuro_exact_select(population, variants[isa], kernel);                                        \
    }
SELECTOR(gsfa, ADAPTING_GSFA)
SELECTOR(gif, ADAPTING_GIF)
SELECTOR(escape, ADAPTING_ESCAPE)

static void
derive_gsfa(const double *p, double h, double *c)
{
    const double per_ns = 1e-3; /* conductances of adaptation are in nS, all others in uS */
    uint32_t k;

    c[S_BIAS] = p[GSFA_I_OFFSET];
    c[S_LEAK] = neuro_exact_leak(h, p[GSFA_TAU_M]);
    c[S_FROM_BIAS] = h / p[GSFA_CM];
    c[S_V_REST] = p[GSFA_V_REST];
    c[S_V_RESET] = p[GSFA_V_RESET];
    c[S_V_THRESH] = p[GSFA_V_THRESH];
    c[S_REFRACTORY] = neuro_exact_refractory_steps(p[GSFA_TAU_REFRAC], h);
    c[S_E_REV_E] = p[GSFA_E_REV_E];
    c[S_E_REV_I] = p[GSFA_E_REV_I];
    c[S_E_REV_SFA] = p[GSFA_E_REV_SFA];
    c[S_E_REV_RR] = p[GSFA_E_REV_RR];
    c[S_Q_SFA] = p[GSFA_Q_SFA];
    c[S_Q_RR] = p[GSFA_Q_RR];
    c[S_DECAY_EXC] = neuro_exp(-h / p[GSFA_TAU_SYN_E]);
    c[S_DECAY_INH] = neuro_exp(-h / p[GSFA_TAU_SYN_I]);
    c[S_DECAY_SFA] = neuro_exp(-h / p[GSFA_TAU_SFA]);
    c[S_DECAY_RR] = neuro_exp(-h / p[GSFA_TAU_RR]);
    neuro_exact_coefficients(0, h, p[GSFA_TAU_SYN_E], p[GSFA_CM], c + S_EXC_MEAN);
    neuro_exact_coefficients(0, h, p[GSFA_TAU_SYN_I], p[GSFA_CM], c + S_INH_MEAN);
    neuro_exact_coefficients(0, h, p[GSFA_TAU_SFA], p[GSFA_CM], c + S_SFA_MEAN);
    neuro_exact_coefficients(0, h, p[GSFA_TAU_RR], p[GSFA_CM], c + S_RR_MEAN);
    for (k = 0; k < 3; k++) {
        c[S_SFA_MEAN + k] *= per_ns;
        c[S_RR_MEAN + k] *= per_ns;
    }
}

/* The hazard's dependence on v - v_t. One that is steeper than a membrane's noise could tell is its limit, a
 * threshold: sure to fire at and above v_t, never below. */
static void
derive_hazard(double delta_v, double rate, double *c)
{
    const double steep = 1e-3; /* mV */

    c[F_PER_DELTA_V] = delta_v > steep ? 1.0 / delta_v : 1e16;
    c[F_LOG_RATE] = !(rate > 0.0) ? -1e30 : delta_v > steep ? neuro_log(rate) : 5.0;
}

/* lambda0 in Hz. */
static void
derive_escape(const double *p, double h, double *c)
{
    c[F_BIAS] = p[GIF_I_OFFSET];
    c[F_LEAK] = neuro_exact_leak(h, p[GIF_TAU_M]);
    c[F_FROM_BIAS] = h / p[GIF_CM];
    c[F_V_REST] = p[GIF_V_REST];
    c[F_V_RESET] = p[GIF_V_RESET];
    c[F_REFRACTORY] = neuro_exact_refractory_steps(p[GIF_TAU_REFRAC], h);
    c[F_E_REV_E] = p[GIF_E_REV_E];
    c[F_E_REV_I] = p[GIF_E_REV_I];
    c[F_DECAY_EXC] = neuro_exp(-h / p[GIF_TAU_SYN_E]);
    c[F_DECAY_INH] = neuro_exp(-h / p[GIF_TAU_SYN_I]);
    neuro_exact_coefficients(0, h, p[GIF_TAU_SYN_E], p[GIF_CM], c + F_EXC_MEAN);
    neuro_exact_coefficients(0, h, p[GIF_TAU_SYN_I], p[GIF_CM], c + F_INH_MEAN);
    c[F_V_T_STAR] = p[GIF_V_T_STAR];
    derive_hazard(p[GIF_DELTA_V], p[GIF_LAMBDA0] * h * 1e-3, c);
}

/* The same with a rate of 1 / tau_th, tau_th in ms in the place of lambda0. */
static void
derive_stochastic(const double *p, double h, double *c)
{
    derive_escape(p, h, c);
    derive_hazard(p[GIF_DELTA_V], h / p[GIF_LAMBDA0], c);
}

static void
derive_gif(const double *p, double h, double *c)
{
    uint32_t n_eta = 0, n_gamma = 0, k;

    derive_escape(p, h, c);
    for (k = 0; k < GIF_TERMS; k++) {
        double *term = c + F_FIRST_TERM + k * F_OF_A_TERM;
        const double tau_eta = p[GIF_TAU_ETA + k], tau_gamma = p[GIF_TAU_GAMMA + k];

        term[F_ETA_MEAN] = term[F_ETA_MEAN + 1] = term[F_ETA_MEAN + 2] = 0.0;
        if (tau_eta > 0.0) {
            neuro_exact_coefficients(0, h, tau_eta, p[GIF_CM], term + F_ETA_MEAN);
            n_eta++;
        }
        n_gamma += tau_gamma > 0.0;
        term[F_DECAY_ETA] = tau_eta > 0.0 ? neuro_exp(-h / tau_eta) : 0.0;
        term[F_A_ETA] = tau_eta > 0.0 ? p[GIF_A_ETA + k] : 0.0;
        term[F_DECAY_GAMMA] = tau_gamma > 0.0 ? neuro_exp(-h / tau_gamma) : 0.0;
        term[F_A_GAMMA] = tau_gamma > 0.0 ? p[GIF_A_GAMMA + k] : 0.0;
    }
    c[F_SHARE_ETA] = n_eta > 0 ? 1.0 / (double) n_eta : 0.0;
    c[F_SHARE_GAMMA] = n_gamma > 0 ? 1.0 / (double) n_gamma : 0.0;
}

#define PARAMETER(name, value)                                                                               \
    {                                                                                                        \
        name, NEURO_PARAMETER, NEURO_F64, value                                                              \
    }
#define VARIABLE(name, value)                                                                                \
    {                                                                                                        \
        name, NEURO_STATE, NEURO_REAL, value                                                                 \
    }
#define HIDDEN(name)                                                                                         \
    {                                                                                                        \
        name, NEURO_INTERNAL, NEURO_REAL, 0.0                                                                \
    }

static const neuro_variable_spec_t gsfa_variables[GSFA_N] = {
    [GSFA_V_REST] = PARAMETER("v_rest", -65.0),
    [GSFA_CM] = PARAMETER("cm", 1.0),
    [GSFA_TAU_M] = PARAMETER("tau_m", 20.0),
    [GSFA_TAU_REFRAC] = PARAMETER("tau_refrac", 0.1),
    [GSFA_I_OFFSET] = PARAMETER("i_offset", 0.0),
    [GSFA_V_RESET] = PARAMETER("v_reset", -65.0),
    [GSFA_V_THRESH] = PARAMETER("v_thresh", -50.0),
    [GSFA_TAU_SYN_E] = PARAMETER("tau_syn_E", 5.0),
    [GSFA_TAU_SYN_I] = PARAMETER("tau_syn_I", 5.0),
    [GSFA_E_REV_E] = PARAMETER("e_rev_E", 0.0),
    [GSFA_E_REV_I] = PARAMETER("e_rev_I", -70.0),
    [GSFA_TAU_SFA] = PARAMETER("tau_sfa", 100.0),
    [GSFA_E_REV_SFA] = PARAMETER("e_rev_sfa", -75.0),
    [GSFA_Q_SFA] = PARAMETER("q_sfa", 15.0),
    [GSFA_TAU_RR] = PARAMETER("tau_rr", 2.0),
    [GSFA_E_REV_RR] = PARAMETER("e_rev_rr", -75.0),
    [GSFA_Q_RR] = PARAMETER("q_rr", 3000.0),
    [GSFA_V] = VARIABLE("v", -65.0),
    [GSFA_GSYN_EXC] = VARIABLE("gsyn_exc", 0.0),
    [GSFA_GSYN_INH] = VARIABLE("gsyn_inh", 0.0),
    [GSFA_G_S] = VARIABLE("g_s", 0.0),
    [GSFA_G_R] = VARIABLE("g_r", 0.0),
    [GSFA_REFRACTORY] = HIDDEN("refractory"),
};

#define HAZARD_COMMON                                                                                        \
    [GIF_V_REST] = PARAMETER("v_rest", -65.0), [GIF_CM] = PARAMETER("cm", 1.0),                              \
    [GIF_TAU_M] = PARAMETER("tau_m", 20.0), [GIF_I_OFFSET] = PARAMETER("i_offset", 0.0),                     \
    [GIF_V_RESET] = PARAMETER("v_reset", -65.0), [GIF_TAU_SYN_E] = PARAMETER("tau_syn_E", 5.0),              \
    [GIF_TAU_SYN_I] = PARAMETER("tau_syn_I", 5.0), [GIF_E_REV_E] = PARAMETER("e_rev_E", 0.0),                \
    [GIF_E_REV_I] = PARAMETER("e_rev_I", -70.0), [GIF_V] = VARIABLE("v", -65.0),                             \
    [GIF_GSYN_EXC] = VARIABLE("gsyn_exc", 0.0), [GIF_GSYN_INH] = VARIABLE("gsyn_inh", 0.0),                  \
    [GIF_REFRACTORY] = HIDDEN("refractory")

/* One variable for each term, numbered from 1. */
#define TERMS(first, make, name, value)                                                                      \
    [first] = make(name "_1", value), [first + 1] = make(name "_2", value),                                  \
    [first + 2] = make(name "_3", value), [first + 3] = make(name "_4", value),                              \
    [first + 4] = make(name "_5", value), [first + 5] = make(name "_6", value)
#define HIDDEN_TERM(name, value) HIDDEN(name)

static const neuro_variable_spec_t gif_variables[GIF_N] = {
    HAZARD_COMMON,
    [GIF_TAU_REFRAC] = PARAMETER("tau_refrac", 4.0),
    [GIF_DELTA_V] = PARAMETER("delta_v", 0.5),
    [GIF_V_T_STAR] = PARAMETER("v_t_star", -48.0),
    [GIF_LAMBDA0] = PARAMETER("lambda0", 1.0),
    [GIF_I_ETA] = VARIABLE("i_eta", 0.0),
    [GIF_V_T] = VARIABLE("v_t", -48.0),
    [GIF_STARTED] = HIDDEN("started"),
    TERMS(GIF_ETA, HIDDEN_TERM, "eta", 0.0),
    TERMS(GIF_GAMMA, HIDDEN_TERM, "gamma", 0.0),
    TERMS(GIF_TAU_ETA, PARAMETER, "tau_eta", 0.0), /* 0: the term is not used */
    TERMS(GIF_A_ETA, PARAMETER, "a_eta", 0.0),
    TERMS(GIF_TAU_GAMMA, PARAMETER, "tau_gamma", 0.0),
    TERMS(GIF_A_GAMMA, PARAMETER, "a_gamma", 0.0),
};

static const neuro_variable_spec_t stochastic_variables[GIF_N_COMMON] = {
    HAZARD_COMMON,
    [GIF_TAU_REFRAC] = PARAMETER("tau_refrac", 0.1),
    [GIF_DELTA_V] = PARAMETER("du_th", 0.5),
    [GIF_V_T_STAR] = PARAMETER("v_thresh", -50.0),
    [GIF_LAMBDA0] = PARAMETER("tau_th", 20.0),
};

#define KERNEL(symbol, label, table, constants_of, derive_of, select_of, rests)                              \
    const neuro_neuron_kernel_t symbol = {                                                                   \
        .name = label,                                                                                       \
        .n_variables = sizeof table / sizeof table[0],                                                       \
        .variables = table,                                                                                  \
        .n_receptors = 2,                                                                                    \
        .ring_type = NEURO_REAL,                                                                             \
        .n_constants = constants_of,                                                                         \
        .constant_type = NEURO_REAL,                                                                         \
        .derive = derive_of,                                                                                 \
        .current_constant = 0,                                                                               \
        .select = select_of,                                                                                 \
        .can_rest = rests,                                                                                   \
    }

KERNEL(neuro_exact_lif_cond_exp_gsfa, "lif_cond_exp_gsfa", gsfa_variables, S_N, derive_gsfa, select_gsfa,
       true);
KERNEL(neuro_exact_gif_cond_exp, "gif_cond_exp", gif_variables, F_N, derive_gif, select_gif, false);
KERNEL(neuro_exact_lif_cond_exp_stochastic, "lif_cond_exp_stochastic", stochastic_variables, F_N_COMMON,
       derive_stochastic, select_escape, false);
