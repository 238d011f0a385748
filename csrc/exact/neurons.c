#include "exact/neurons.h"

#include "core/math.h"
#include "exact/derive.h"
#include "exact/exact.h"

NEURO_EXACT_VARIANTS(neuro_exact_neurons);

#define SELECTOR(name, kernel)                                                                               \
    static neuro_status_t select_##name(neuro_population_t *population, neuro_isa_t isa)                     \
    {                                                                                                        \
        return neuro_exact_select(population, variants[isa], kernel);                                        \
    }
SELECTOR(curr_exp, EXACT_CURR_EXP)
SELECTOR(curr_alpha, EXACT_CURR_ALPHA)
SELECTOR(curr_delta, EXACT_CURR_DELTA)
SELECTOR(cond_exp, EXACT_COND_EXP)
SELECTOR(cond_alpha, EXACT_COND_ALPHA)
SELECTOR(cond_adaptive, EXACT_COND_ADAPTIVE)
SELECTOR(izhikevich, EXACT_IZHIKEVICH)

/* What every current-based cell has: Rotter and Diesmann 1999. */
static void
derive_common(const double *p, double h, double *c)
{
    c[C_BIAS] = p[CURR_I_OFFSET];
    c[C_V_FROM_V] = neuro_exp(-h / p[CURR_TAU_M]);
    c[C_V_FROM_BIAS] = -neuro_expm1(-h / p[CURR_TAU_M]) * p[CURR_TAU_M] / p[CURR_CM];
    c[C_V_REST] = -neuro_expm1(-h / p[CURR_TAU_M]) * p[CURR_V_REST];
    c[C_V_RESET] = p[CURR_V_RESET];
    c[C_V_THRESH] = p[CURR_V_THRESH];
    c[C_REFRACTORY] = neuro_exact_refractory_steps(p[CURR_TAU_REFRAC], h);
}

static void
derive_curr_exp(const double *p, double h, double *c)
{
    derive_common(p, h, c);
    c[C_V_FROM_EXC] = neuro_exact_v_from_current(h, p[CURR_TAU_M], p[CURR_CM], p[CURR_TAU_SYN_E]);
    c[C_V_FROM_INH] = neuro_exact_v_from_current(h, p[CURR_TAU_M], p[CURR_CM], p[CURR_TAU_SYN_I]);
    c[C_DECAY_EXC] = neuro_exp(-h / p[CURR_TAU_SYN_E]);
    c[C_DECAY_INH] = neuro_exp(-h / p[CURR_TAU_SYN_I]);
}

static void
derive_curr_alpha(const double *p, double h, double *c)
{
    const double e = neuro_exp(1.0);

    derive_curr_exp(p, h, c);
    c[C_V_FROM_RISE_EXC] = neuro_exact_v_from_rise(h, p[CURR_TAU_M], p[CURR_CM], p[CURR_TAU_SYN_E]);
    c[C_V_FROM_RISE_INH] = neuro_exact_v_from_rise(h, p[CURR_TAU_M], p[CURR_CM], p[CURR_TAU_SYN_I]);
    c[C_EXC_FROM_RISE] = h * c[C_DECAY_EXC];
    c[C_INH_FROM_RISE] = h * c[C_DECAY_INH];
    c[C_RISE_FROM_WEIGHT_EXC] = e / p[CURR_TAU_SYN_E];
    c[C_RISE_FROM_WEIGHT_INH] = e / p[CURR_TAU_SYN_I];
}

static void
derive_cond_exp(const double *p, double h, double *c)
{
    c[G_BIAS] = p[COND_I_OFFSET];
    c[G_LEAK] = neuro_exact_leak(h, p[COND_TAU_M]);
    c[G_FROM_BIAS] = h / p[COND_CM];
    c[G_V_REST] = p[COND_V_REST];
    c[G_V_RESET] = p[COND_V_RESET];
    c[G_V_THRESH] = p[COND_V_THRESH];
    c[G_REFRACTORY] = neuro_exact_refractory_steps(p[COND_TAU_REFRAC], h);
    c[G_E_REV_E] = p[COND_E_REV_E];
    c[G_E_REV_I] = p[COND_E_REV_I];
    c[G_DECAY_EXC] = neuro_exp(-h / p[COND_TAU_SYN_E]);
    c[G_DECAY_INH] = neuro_exp(-h / p[COND_TAU_SYN_I]);
    neuro_exact_coefficients(0, h, p[COND_TAU_SYN_E], p[COND_CM], c + G_EXC_MEAN);
    neuro_exact_coefficients(0, h, p[COND_TAU_SYN_I], p[COND_CM], c + G_INH_MEAN);
}

/* The FACETS chip's leak is given as a conductance in nS, in the place of tau_m. */
static void
derive_cond_facets(const double *p, double h, double *c)
{
    double with_tau_m[COND_N_COMMON];
    uint32_t k;

    for (k = 0; k < COND_N_COMMON; k++) {
        with_tau_m[k] = p[k];
    }
    with_tau_m[COND_TAU_M] = p[COND_CM] / (1e-3 * p[COND_TAU_M]);
    derive_cond_exp(with_tau_m, h, c);
}

static void
derive_cond_alpha(const double *p, double h, double *c)
{
    const double e = neuro_exp(1.0);

    derive_cond_exp(p, h, c);
    neuro_exact_coefficients(1, h, p[COND_TAU_SYN_E], p[COND_CM], c + G_RISE_EXC_MEAN);
    neuro_exact_coefficients(1, h, p[COND_TAU_SYN_I], p[COND_CM], c + G_RISE_INH_MEAN);
    c[G_STEP] = h;
    c[G_RISE_FROM_WEIGHT_EXC] = e / p[COND_TAU_SYN_E];
    c[G_RISE_FROM_WEIGHT_INH] = e / p[COND_TAU_SYN_I];
}

static void
derive_cond_adaptive(const double *p, double h, double *c)
{
    derive_cond_exp(p, h, c);
    c[G_DECAY_THETA] = neuro_exp(-h / p[COND_TAU_THETA]);
    c[G_THETA_PLUS] = p[COND_THETA_PLUS];
}

static void
derive_izhikevich(const double *p, double h, double *c)
{
    c[Z_BIAS] = p[IZH_I_OFFSET];
    c[Z_A] = p[IZH_A];
    c[Z_B] = p[IZH_B];
    c[Z_C] = p[IZH_C];
    c[Z_D] = p[IZH_D];
    c[Z_STEP] = h;
}

#define CURR_COMMON                                                                                          \
    {"v_rest", NEURO_PARAMETER, NEURO_F64, -65.0}, {"cm", NEURO_PARAMETER, NEURO_F64, 1.0},                  \
        {"tau_m", NEURO_PARAMETER, NEURO_F64, 20.0}, {"tau_refrac", NEURO_PARAMETER, NEURO_F64, 0.1},        \
        {"i_offset", NEURO_PARAMETER, NEURO_F64, 0.0}, {"v_reset", NEURO_PARAMETER, NEURO_F64, -65.0},       \
        {"v_thresh", NEURO_PARAMETER, NEURO_F64, -50.0}, {"v", NEURO_STATE, NEURO_REAL, -65.0},              \
    {                                                                                                        \
        "refractory", NEURO_INTERNAL, NEURO_REAL, 0.0                                                        \
    }
#define CURR_SYNAPSES                                                                                        \
    {"tau_syn_E", NEURO_PARAMETER, NEURO_F64, 5.0}, {"tau_syn_I", NEURO_PARAMETER, NEURO_F64, 5.0},          \
        {"isyn_exc", NEURO_STATE, NEURO_REAL, 0.0},                                                          \
    {                                                                                                        \
        "isyn_inh", NEURO_STATE, NEURO_REAL, 0.0                                                             \
    }
#define COND_COMMON                                                                                          \
    {"v_rest", NEURO_PARAMETER, NEURO_F64, -65.0}, {"cm", NEURO_PARAMETER, NEURO_F64, 1.0},                  \
        {"tau_m", NEURO_PARAMETER, NEURO_F64, 20.0}, {"tau_refrac", NEURO_PARAMETER, NEURO_F64, 0.1},        \
        {"i_offset", NEURO_PARAMETER, NEURO_F64, 0.0}, {"v_reset", NEURO_PARAMETER, NEURO_F64, -65.0},       \
        {"v_thresh", NEURO_PARAMETER, NEURO_F64, -50.0}, {"tau_syn_E", NEURO_PARAMETER, NEURO_F64, 5.0},     \
        {"tau_syn_I", NEURO_PARAMETER, NEURO_F64, 5.0}, {"e_rev_E", NEURO_PARAMETER, NEURO_F64, 0.0},        \
        {"e_rev_I", NEURO_PARAMETER, NEURO_F64, -70.0}, {"v", NEURO_STATE, NEURO_REAL, -65.0},               \
        {"gsyn_exc", NEURO_STATE, NEURO_REAL, 0.0}, {"gsyn_inh", NEURO_STATE, NEURO_REAL, 0.0},              \
    {                                                                                                        \
        "refractory", NEURO_INTERNAL, NEURO_REAL, 0.0                                                        \
    }

static const neuro_variable_spec_t curr_exp_variables[] = {CURR_COMMON, CURR_SYNAPSES};
static const neuro_variable_spec_t curr_alpha_variables[] = {CURR_COMMON,
                                                             CURR_SYNAPSES,
                                                             {"rise_exc", NEURO_INTERNAL, NEURO_REAL, 0.0},
                                                             {"rise_inh", NEURO_INTERNAL, NEURO_REAL, 0.0}};
static const neuro_variable_spec_t curr_delta_variables[] = {CURR_COMMON};
static const neuro_variable_spec_t cond_exp_variables[] = {COND_COMMON};
static const neuro_variable_spec_t cond_alpha_variables[] = {COND_COMMON,
                                                             {"rise_exc", NEURO_INTERNAL, NEURO_REAL, 0.0},
                                                             {"rise_inh", NEURO_INTERNAL, NEURO_REAL, 0.0}};
static const neuro_variable_spec_t cond_adaptive_variables[] = {
    COND_COMMON,
    {"theta", NEURO_STATE, NEURO_REAL, 0.0},
    {"theta_plus", NEURO_PARAMETER, NEURO_F64, 0.05},
    {"tau_theta", NEURO_PARAMETER, NEURO_F64, 1e7}};
/* In the order of COND_*; cm, tau_refrac and e_rev_E are those of the chip (PyNN's description of the model).
 */
static const neuro_variable_spec_t cond_facets_variables[] = {
    {"v_rest", NEURO_PARAMETER, NEURO_F64, -65.0},   {"cm", NEURO_PARAMETER, NEURO_F64, 0.2},
    {"g_leak", NEURO_PARAMETER, NEURO_F64, 40.0},    {"tau_refrac", NEURO_PARAMETER, NEURO_F64, 1.0},
    {"i_offset", NEURO_PARAMETER, NEURO_F64, 0.0},   {"v_reset", NEURO_PARAMETER, NEURO_F64, -80.0},
    {"v_thresh", NEURO_PARAMETER, NEURO_F64, -55.0}, {"tau_syn_E", NEURO_PARAMETER, NEURO_F64, 30.0},
    {"tau_syn_I", NEURO_PARAMETER, NEURO_F64, 30.0}, {"e_rev_E", NEURO_PARAMETER, NEURO_F64, 0.0},
    {"e_rev_I", NEURO_PARAMETER, NEURO_F64, -80.0},  {"v", NEURO_STATE, NEURO_REAL, -65.0},
    {"gsyn_exc", NEURO_STATE, NEURO_REAL, 0.0},      {"gsyn_inh", NEURO_STATE, NEURO_REAL, 0.0},
    {"refractory", NEURO_INTERNAL, NEURO_REAL, 0.0}};
static const neuro_variable_spec_t izhikevich_variables[] = {
    {"a", NEURO_PARAMETER, NEURO_F64, 0.02},       {"b", NEURO_PARAMETER, NEURO_F64, 0.2},
    {"c", NEURO_PARAMETER, NEURO_F64, -65.0},      {"d", NEURO_PARAMETER, NEURO_F64, 2.0},
    {"i_offset", NEURO_PARAMETER, NEURO_F64, 0.0}, {"v", NEURO_STATE, NEURO_REAL, -70.0},
    {"u", NEURO_STATE, NEURO_REAL, -14.0}};

#define KERNEL(symbol, label, table, constants_of, derive_of, select_of)                                     \
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
        .can_rest = true,                                                                                    \
    }

KERNEL(neuro_exact_lif_curr_exp, "lif_curr_exp", curr_exp_variables, C_N_CURR_EXP, derive_curr_exp,
       select_curr_exp);
KERNEL(neuro_exact_lif_curr_alpha, "lif_curr_alpha", curr_alpha_variables, C_N_CURR_ALPHA, derive_curr_alpha,
       select_curr_alpha);
KERNEL(neuro_exact_lif_curr_delta, "lif_curr_delta", curr_delta_variables, C_N_COMMON, derive_common,
       select_curr_delta);
KERNEL(neuro_exact_lif_cond_exp, "lif_cond_exp", cond_exp_variables, G_N_COND_EXP, derive_cond_exp,
       select_cond_exp);
KERNEL(neuro_exact_lif_cond_exp_facets, "lif_cond_exp_facets", cond_facets_variables, G_N_COND_EXP,
       derive_cond_facets, select_cond_exp);
KERNEL(neuro_exact_lif_cond_alpha, "lif_cond_alpha", cond_alpha_variables, G_N_COND_ALPHA, derive_cond_alpha,
       select_cond_alpha);
KERNEL(neuro_exact_lif_cond_exp_adaptive, "lif_cond_exp_adaptive", cond_adaptive_variables, G_N_COND_ADAPTIVE,
       derive_cond_adaptive, select_cond_adaptive);
KERNEL(neuro_exact_izhikevich, "izhikevich", izhikevich_variables, Z_N, derive_izhikevich, select_izhikevich);
