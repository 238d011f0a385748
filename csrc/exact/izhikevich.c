#include "exact/izhikevich.h"

#include "core/math.h"
#include "exact/exact.h"

NEURO_EXACT_VARIANTS(neuro_exact_izhikevich_synaptic);

#define SELECTOR(name, kernel)                                                                               \
    static neuro_status_t select_##name(neuro_population_t *population, neuro_isa_t isa)                     \
    {                                                                                                        \
        return neuro_exact_select(population, variants[isa], kernel);                                        \
    }
SELECTOR(curr, IZHIKEVICH_CURR)
SELECTOR(cond, IZHIKEVICH_COND)
SELECTOR(cond_dual, IZHIKEVICH_COND_DUAL)

static void
derive_curr(const double *p, double h, double *c)
{
    c[Q_BIAS] = p[Y_I_OFFSET];
    c[Q_A] = p[Y_A];
    c[Q_B] = p[Y_B];
    c[Q_C] = p[Y_C];
    c[Q_D] = p[Y_D];
    c[Q_STEP] = h;
    c[Q_PER_TAU_EXC] = 1.0 / p[Y_TAU_SYN_E];
    c[Q_PER_TAU_INH] = 1.0 / p[Y_TAU_SYN_I];
    c[Q_HALF_EXC] = neuro_exp(-0.5 * h / p[Y_TAU_SYN_E]);
    c[Q_HALF_INH] = neuro_exp(-0.5 * h / p[Y_TAU_SYN_I]);
    c[Q_DECAY_EXC] = neuro_exp(-h / p[Y_TAU_SYN_E]);
    c[Q_DECAY_INH] = neuro_exp(-h / p[Y_TAU_SYN_I]);
}

static void
derive_cond(const double *p, double h, double *c)
{
    derive_curr(p, h, c);
    c[Q_E_REV_E] = p[Y_E_REV_E];
    c[Q_E_REV_I] = p[Y_E_REV_I];
}

static void
derive_cond_dual(const double *p, double h, double *c)
{
    derive_cond(p, h, c);
    c[Q_PER_TAU_EXC2] = 1.0 / p[Y_TAU_SYN_E2];
    c[Q_HALF_EXC2] = neuro_exp(-0.5 * h / p[Y_TAU_SYN_E2]);
    c[Q_DECAY_EXC2] = neuro_exp(-h / p[Y_TAU_SYN_E2]);
}

#define PARAMETER(name, value)                                                                               \
    {                                                                                                        \
        name, NEURO_PARAMETER, NEURO_F64, value                                                              \
    }
#define VARIABLE(name, value)                                                                                \
    {                                                                                                        \
        name, NEURO_STATE, NEURO_REAL, value                                                                 \
    }
#define COMMON                                                                                               \
    [Y_A] = PARAMETER("a", 0.02), [Y_B] = PARAMETER("b", 0.2), [Y_C] = PARAMETER("c", -65.0),                \
    [Y_D] = PARAMETER("d", 2.0), [Y_I_OFFSET] = PARAMETER("i_offset", 0.0),                                  \
    [Y_TAU_SYN_E] = PARAMETER("tau_syn_E", 5.0), [Y_TAU_SYN_I] = PARAMETER("tau_syn_I", 5.0),                \
    [Y_V] = VARIABLE("v", -70.0), [Y_U] = VARIABLE("u", -14.0)
#define CONDUCTANCES                                                                                         \
    [Y_E_REV_E] = PARAMETER("e_rev_E", 0.0), [Y_E_REV_I] = PARAMETER("e_rev_I", -70.0),                      \
    [Y_EXC] = VARIABLE("gsyn_exc", 0.0), [Y_INH] = VARIABLE("gsyn_inh", 0.0)

static const neuro_variable_spec_t curr_variables[Y_N_CURR] = {
    COMMON, [Y_EXC] = VARIABLE("isyn_exc", 0.0), [Y_INH] = VARIABLE("isyn_inh", 0.0)};
static const neuro_variable_spec_t cond_variables[Y_N_COND] = {COMMON, CONDUCTANCES};
static const neuro_variable_spec_t cond_dual_variables[Y_N_DUAL] = {
    COMMON,
    CONDUCTANCES,
    [Y_TAU_SYN_E2] = PARAMETER("tau_syn_E2", 5.0),
    [Y_EXC2] = VARIABLE("gsyn_exc2", 0.0),
};

#define KERNEL(symbol, label, receptors, constants_of, which)                                                \
    const neuro_neuron_kernel_t symbol = {                                                                   \
        .name = label,                                                                                       \
        .n_variables = sizeof which##_variables / sizeof which##_variables[0],                               \
        .variables = which##_variables,                                                                      \
        .n_receptors = receptors,                                                                            \
        .ring_type = NEURO_REAL,                                                                             \
        .n_constants = constants_of,                                                                         \
        .constant_type = NEURO_REAL,                                                                         \
        .derive = derive_##which,                                                                            \
        .current_constant = 0,                                                                               \
        .select = select_##which,                                                                            \
        .can_rest = true,                                                                                    \
    }

KERNEL(neuro_exact_izhikevich_curr_exp, "izhikevich_curr_exp", 2, Q_N_CURR, curr);
KERNEL(neuro_exact_izhikevich_cond_exp, "izhikevich_cond_exp", 2, Q_N_COND, cond);
KERNEL(neuro_exact_izhikevich_cond_dual_exp, "izhikevich_cond_dual_exp", 3, Q_N_DUAL, cond_dual);
