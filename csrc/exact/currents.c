#include "exact/currents.h"

#include "core/math.h"
#include "exact/derive.h"
#include "exact/exact.h"

NEURO_EXACT_VARIANTS(neuro_exact_currents);

#define SELECTOR(name, kernel)                                                                               \
    static neuro_status_t select_##name(neuro_population_t *population, neuro_isa_t isa)                     \
    {                                                                                                        \
        return neuro_exact_select(population, variants[isa], kernel);                                        \
    }
SELECTOR(charge, CURRENTS_CHARGE)
SELECTOR(dual, CURRENTS_DUAL)
SELECTOR(coincident, CURRENTS_COINCIDENT)
SELECTOR(ca2, CURRENTS_CA2)

static void
derive_common(const double *p, double h, double *c)
{
    c[D_BIAS] = p[K_I_OFFSET];
    c[D_V_FROM_V] = neuro_exp(-h / p[K_TAU_M]);
    c[D_V_FROM_BIAS] = -neuro_expm1(-h / p[K_TAU_M]) * p[K_TAU_M] / p[K_CM];
    c[D_V_REST] = -neuro_expm1(-h / p[K_TAU_M]) * p[K_V_REST];
    c[D_V_RESET] = p[K_V_RESET];
    c[D_V_THRESH] = p[K_V_THRESH];
    c[D_REFRACTORY] = neuro_exact_refractory_steps(p[K_TAU_REFRAC], h);
}

/* A weight is the current of a ms (nA ms = pC): v jumps by it over cm. */
static void
derive_charge(const double *p, double h, double *c)
{
    derive_common(p, h, c);
    c[D_V_FROM_CHARGE] = 1.0 / p[K_CM];
}

static void
derive_exp(const double *p, double h, double *c)
{
    derive_common(p, h, c);
    c[D_V_FROM_EXC] = neuro_exact_v_from_current(h, p[K_TAU_M], p[K_CM], p[K_TAU_SYN_E]);
    c[D_V_FROM_INH] = neuro_exact_v_from_current(h, p[K_TAU_M], p[K_CM], p[K_TAU_SYN_I]);
    c[D_DECAY_EXC] = neuro_exp(-h / p[K_TAU_SYN_E]);
    c[D_DECAY_INH] = neuro_exp(-h / p[K_TAU_SYN_I]);
}

static void
derive_dual(const double *p, double h, double *c)
{
    derive_exp(p, h, c);
    c[D_V_FROM_EXC2] = neuro_exact_v_from_current(h, p[K_TAU_M], p[K_CM], p[K_TAU_SYN_E2]);
    c[D_DECAY_EXC2] = neuro_exp(-h / p[K_TAU_SYN_E2]);
}

static void
derive_coincident(const double *p, double h, double *c)
{
    derive_dual(p, h, c);
    c[D_SCALING] = p[K_SCALING];
}

static void
derive_ca2(const double *p, double h, double *c)
{
    derive_exp(p, h, c);
    c[D_V_FROM_CA2] = neuro_exact_v_from_current(h, p[K_TAU_M], p[K_CM], p[K_TAU_CA2]);
    c[D_DECAY_CA2] = neuro_exp(-h / p[K_TAU_CA2]);
    c[D_I_ALPHA] = p[K_I_ALPHA];
}

#define PARAMETER(name, value)                                                                               \
    {                                                                                                        \
        name, NEURO_PARAMETER, NEURO_F64, value                                                              \
    }
#define VARIABLE(name)                                                                                       \
    {                                                                                                        \
        name, NEURO_STATE, NEURO_REAL, 0.0                                                                   \
    }
#define HIDDEN(name)                                                                                         \
    {                                                                                                        \
        name, NEURO_INTERNAL, NEURO_REAL, 0.0                                                                \
    }
#define MEMBRANE                                                                                             \
    [K_V_REST] = PARAMETER("v_rest", -65.0), [K_CM] = PARAMETER("cm", 1.0),                                  \
    [K_TAU_M] = PARAMETER("tau_m", 20.0), [K_TAU_REFRAC] = PARAMETER("tau_refrac", 0.1),                     \
    [K_I_OFFSET] = PARAMETER("i_offset", 0.0), [K_V_RESET] = PARAMETER("v_reset", -65.0),                    \
    [K_V_THRESH] = PARAMETER("v_thresh", -50.0), [K_V] = {"v", NEURO_STATE, NEURO_REAL, -65.0},              \
    [K_REFRACTORY] = HIDDEN("refractory")
#define SYNAPSES                                                                                             \
    [K_TAU_SYN_E] = PARAMETER("tau_syn_E", 5.0), [K_TAU_SYN_I] = PARAMETER("tau_syn_I", 5.0),                \
    [K_ISYN_EXC] = VARIABLE("isyn_exc"), [K_ISYN_INH] = VARIABLE("isyn_inh")
#define SECOND                                                                                               \
    [K_TAU_SYN_E2] = PARAMETER("tau_syn_E2", 5.0), [K_ISYN_EXC2] = VARIABLE("isyn_exc2"),                    \
    [K_GSYN_EXC] = HIDDEN("gsyn_exc")

/* What arrives is shown, but does not last. */
static const neuro_variable_spec_t charge_variables[K_N_CHARGE] = {
    MEMBRANE, [K_ISYN_EXC] = HIDDEN("isyn_exc"), [K_ISYN_INH] = HIDDEN("isyn_inh")};
static const neuro_variable_spec_t dual_variables[K_N_DUAL] = {MEMBRANE, SYNAPSES, SECOND};
static const neuro_variable_spec_t coincident_variables[K_N_COINCIDENT] = {
    MEMBRANE,
    SYNAPSES,
    SECOND,
    [K_SCALING] = PARAMETER("scaling_factor", 1.0),
    [K_MULTIPLICATOR] = VARIABLE("multiplicator"),
    [K_EXC2_OLD] = VARIABLE("exc2_old"),
};
static const neuro_variable_spec_t ca2_variables[K_N_CA2] = {
    MEMBRANE,
    SYNAPSES,
    [K_TAU_CA2] = PARAMETER("tau_ca2", 50.0),
    [K_I_ALPHA] = PARAMETER("i_alpha", 0.1),
    [K_I_CA2] = VARIABLE("i_ca2"),
};

#define KERNEL(symbol, label, table, receptors, constants_of, which)                                         \
    const neuro_neuron_kernel_t symbol = {                                                                   \
        .name = label,                                                                                       \
        .n_variables = sizeof table / sizeof table[0],                                                       \
        .variables = table,                                                                                  \
        .n_receptors = receptors,                                                                            \
        .ring_type = NEURO_REAL,                                                                             \
        .n_constants = constants_of,                                                                         \
        .constant_type = NEURO_REAL,                                                                         \
        .derive = derive_##which,                                                                            \
        .current_constant = 0,                                                                               \
        .select = select_##which,                                                                            \
        .can_rest = true,                                                                                    \
    }

KERNEL(neuro_exact_lif_curr_charge, "lif_curr_charge", charge_variables, 2, D_N_CHARGE, charge);
KERNEL(neuro_exact_lif_curr_dual_exp, "lif_curr_dual_exp", dual_variables, 3, D_N_DUAL, dual);
KERNEL(neuro_exact_lif_curr_exp_coincident, "lif_curr_exp_coincident", coincident_variables, 3,
       D_N_COINCIDENT, coincident);
KERNEL(neuro_exact_lif_curr_exp_ca2, "lif_curr_exp_ca2", ca2_variables, 2, D_N_CA2, ca2);
