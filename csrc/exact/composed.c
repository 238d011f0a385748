#include "exact/composed.h"

#include "core/math.h"
#include "exact/derive.h"
#include "exact/exact.h"

NEURO_EXACT_VARIANTS(neuro_exact_composed);

static neuro_status_t
select_lif(neuro_population_t *population, neuro_isa_t isa)
{
    return neuro_exact_select(population, variants[isa], COMPOSED_LIF);
}

static neuro_status_t
select_adexp(neuro_population_t *population, neuro_isa_t isa)
{
    return neuro_exact_select(population, variants[isa], COMPOSED_ADEXP);
}

/* ---- receptors ------------------------------------------------------------------------------- */

/* y, a ms, whose g rises to a peak of 1: the difference of the two decays is largest at log(ratio of the time
 * constants) over the difference of the rates; for equal time constants y is exp(1) / tau, and the peak at
 * tau. */
static double
rise_of_a_unit(double tau_syn, double tau_rise)
{
    const double difference = 1.0 / tau_rise - 1.0 / tau_syn;
    const double ratio = difference * tau_syn;
    const double peak =
        ratio > -1e-8 && ratio < 1e-8 ? tau_syn * (1.0 - 0.5 * ratio) : neuro_log1p(ratio) / difference;

    return 1.0 / (peak * neuro_exact_two_decays(peak / tau_syn, peak / tau_rise));
}

static double
tau_rise_of(uint32_t kind, const double *p)
{
    return kind == RECEPTOR_COND_BETA ? p[RECEPTOR_TAU_RISE] : p[RECEPTOR_TAU_SYN];
}

static void
derive_receptor(uint32_t kind, const double *p, double h, double *c)
{
    const double tau_syn = p[RECEPTOR_TAU_SYN], tau_rise = tau_rise_of(kind, p);

    c[R_E_SYN] = p[RECEPTOR_E_SYN];
    c[R_DECAY] = neuro_exp(-h / tau_syn);
    c[R_FROM_RISE] = neuro_exact_two_decays(h / tau_syn, h / tau_rise);
    c[R_RISE_DECAY] = neuro_exp(-h / tau_rise);
    c[R_RISE_FROM_WEIGHT] = h * rise_of_a_unit(tau_syn, tau_rise);
}

static void
derive_lif_receptor(uint32_t kind, const double *own, const double *p, double h, double *c)
{
    const double tau_syn = p[RECEPTOR_TAU_SYN];
    uint32_t k;

    derive_receptor(kind, p, h, c);
    neuro_exact_coefficients(0, h, tau_syn, own[LIF_CM], c + R_MEAN);
    neuro_exact_rise_coefficients(h, tau_syn, tau_rise_of(kind, p), own[LIF_CM], c + R_RISE_MEAN);
    for (k = 0; k < 3; k++) {
        c[R_RISE_MEAN + k] /= h;
    }
    c[R_V_FROM_CURRENT] = neuro_exact_v_from_current(h, own[LIF_TAU_M], own[LIF_CM], tau_syn);
}

static void
derive_adexp_receptor(uint32_t kind, const double *own, const double *p, double h, double *c)
{
    (void) own;
    derive_receptor(kind, p, h, c);
    c[R_RATE] = h / p[RECEPTOR_TAU_SYN];
    c[R_RISE_RATE] = h / tau_rise_of(kind, p);
}

/* ---- membranes ------------------------------------------------------------------------------- */

static void
derive_lif(const double *p, double h, double *c)
{
    const double lost = -neuro_expm1(-h / p[LIF_TAU_M]);

    c[L_BIAS] = p[LIF_I_OFFSET];
    c[L_LEAK] = neuro_exact_leak(h, p[LIF_TAU_M]);
    c[L_FROM_BIAS] = h / p[LIF_CM];
    c[L_V_FROM_V] = neuro_exp(-h / p[LIF_TAU_M]);
    c[L_V_FROM_BIAS] = lost * p[LIF_TAU_M] / p[LIF_CM];
    c[L_V_FROM_REST] = lost * p[LIF_V_REST];
    c[L_V_REST] = p[LIF_V_REST];
    c[L_V_RESET] = p[LIF_V_RESET];
    c[L_V_THRESH] = p[LIF_V_THRESH];
    c[L_REFRACTORY] = neuro_exact_refractory_steps(p[LIF_TAU_REFRAC], h);
}

static void
derive_adexp(const double *p, double h, double *c)
{
    const bool grows = p[ADEXP_DELTA_T] > 0.0;

    c[X_BIAS] = p[ADEXP_I_OFFSET];
    c[X_LEAK] = h / p[ADEXP_TAU_M];
    c[X_FROM_CURRENT] = h / p[ADEXP_CM];
    c[X_TO_CURRENT] = p[ADEXP_CM] / h;
    c[X_V_REST] = p[ADEXP_V_REST];
    c[X_V_RESET] = p[ADEXP_V_RESET];
    c[X_V_THRESH] = p[ADEXP_V_THRESH];
    c[X_V_SPIKE] = grows ? p[ADEXP_V_SPIKE] : (double) INFINITY;
    c[X_V_GRID] = grows ? (double) INFINITY : p[ADEXP_V_THRESH];
    c[X_GROWTH] = h * p[ADEXP_DELTA_T] / p[ADEXP_TAU_M];
    c[X_SLOPE] = grows ? 1.0 / p[ADEXP_DELTA_T] : 0.0;
    c[X_REFRACTORY] = neuro_exact_refractory_steps(p[ADEXP_TAU_REFRAC], h);
    c[X_W_RATE] = h / p[ADEXP_TAU_W];
    c[X_W_DECAY] = neuro_exp(-h / p[ADEXP_TAU_W]);
    c[X_A] = 1e-3 * p[ADEXP_A];
    c[X_B] = p[ADEXP_B];
}

/* ---- tables ---------------------------------------------------------------------------------- */

static const char *const kinds[RECEPTOR_N_KINDS] = {
    [RECEPTOR_CURR_EXP] = "curr_exp",
    [RECEPTOR_COND_EXP] = "cond_exp",
    [RECEPTOR_COND_ALPHA] = "cond_alpha",
    [RECEPTOR_COND_BETA] = "cond_beta",
};

static const neuro_variable_spec_t receptor_variables[RECEPTOR_N_VARIABLES] = {
    {"e_syn", NEURO_PARAMETER, NEURO_F64, 0.0},    {"tau_syn", NEURO_PARAMETER, NEURO_F64, 5.0},
    {"tau_rise", NEURO_PARAMETER, NEURO_F64, 0.2}, {"g", NEURO_STATE, NEURO_REAL, 0.0},
    {"rise", NEURO_INTERNAL, NEURO_REAL, 0.0},
};

static const neuro_variable_spec_t lif_variables[LIF_N_VARIABLES] = {
    {"v_rest", NEURO_PARAMETER, NEURO_F64, -65.0},   {"cm", NEURO_PARAMETER, NEURO_F64, 1.0},
    {"tau_m", NEURO_PARAMETER, NEURO_F64, 20.0},     {"tau_refrac", NEURO_PARAMETER, NEURO_F64, 0.1},
    {"i_offset", NEURO_PARAMETER, NEURO_F64, 0.0},   {"v_reset", NEURO_PARAMETER, NEURO_F64, -65.0},
    {"v_thresh", NEURO_PARAMETER, NEURO_F64, -50.0}, {"v", NEURO_STATE, NEURO_REAL, -65.0},
    {"refractory", NEURO_INTERNAL, NEURO_REAL, 0.0},
};

static const neuro_variable_spec_t adexp_variables[ADEXP_N_VARIABLES] = {
    {"v_rest", NEURO_PARAMETER, NEURO_F64, -70.6},   {"cm", NEURO_PARAMETER, NEURO_F64, 0.281},
    {"tau_m", NEURO_PARAMETER, NEURO_F64, 9.3667},   {"tau_refrac", NEURO_PARAMETER, NEURO_F64, 0.1},
    {"i_offset", NEURO_PARAMETER, NEURO_F64, 0.0},   {"v_reset", NEURO_PARAMETER, NEURO_F64, -70.6},
    {"v_thresh", NEURO_PARAMETER, NEURO_F64, -50.4}, {"v_spike", NEURO_PARAMETER, NEURO_F64, -40.0},
    {"delta_T", NEURO_PARAMETER, NEURO_F64, 2.0},    {"a", NEURO_PARAMETER, NEURO_F64, 4.0}, /* nS */
    {"b", NEURO_PARAMETER, NEURO_F64, 0.0805},       {"tau_w", NEURO_PARAMETER, NEURO_F64, 144.0},
    {"v", NEURO_STATE, NEURO_REAL, -70.6},           {"w", NEURO_STATE, NEURO_REAL, 0.0},
    {"refractory", NEURO_INTERNAL, NEURO_REAL, 0.0},
};

#define KERNEL(symbol, label, table, constants_of, constants_of_receptor, derive_of, derive_receptor_of,     \
               select_of)                                                                                    \
    const neuro_neuron_kernel_t symbol = {                                                                   \
        .name = label,                                                                                       \
        .n_variables = sizeof table / sizeof table[0],                                                       \
        .variables = table,                                                                                  \
        .n_receptor_kinds = RECEPTOR_N_KINDS,                                                                \
        .receptor_kinds = kinds,                                                                             \
        .n_receptor_variables = RECEPTOR_N_VARIABLES,                                                        \
        .receptor_variables = receptor_variables,                                                            \
        .n_receptor_constants = constants_of_receptor,                                                       \
        .derive_receptor = derive_receptor_of,                                                               \
        .ring_type = NEURO_REAL,                                                                             \
        .n_constants = constants_of,                                                                         \
        .constant_type = NEURO_REAL,                                                                         \
        .derive = derive_of,                                                                                 \
        .current_constant = 0,                                                                               \
        .select = select_of,                                                                                 \
        .can_rest = true,                                                                                    \
    }

KERNEL(neuro_exact_composed_lif, "composed_lif", lif_variables, L_N_CONSTANTS, R_N_LIF, derive_lif,
       derive_lif_receptor, select_lif);
KERNEL(neuro_exact_composed_adexp, "composed_adexp", adexp_variables, X_N_CONSTANTS, R_N_ADEXP, derive_adexp,
       derive_adexp_receptor, select_adexp);
