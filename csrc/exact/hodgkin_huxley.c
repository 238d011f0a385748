#include "exact/hodgkin_huxley.h"

#include "core/math.h"
#include "exact/exact.h"

NEURO_EXACT_VARIANTS(neuro_exact_hodgkin_huxley);

/* Width of a part of a step, ms: leaves less than 3e-5 mV before a first spike. */
static const double widest_part = 0.1 / 7.0;

static neuro_status_t
choose(neuro_population_t *population, neuro_isa_t isa)
{
    return neuro_exact_select(population, variants[isa], HODGKIN_HUXLEY);
}

static void
derive(const double *p, double h, double *c)
{
    const double exact = h / widest_part, whole = (double) (int64_t) exact;
    const double n_parts = exact - whole > 1e-9 * exact ? whole + 1.0 : whole;
    const double part = h / (n_parts < 1.0 ? 1.0 : n_parts);

    c[Y_BIAS] = p[HH_I_OFFSET];
    c[Y_PER_CM] = 1.0 / p[HH_CM];
    c[Y_NA] = p[HH_GBAR_NA] / p[HH_CM];
    c[Y_K] = p[HH_GBAR_K] / p[HH_CM];
    c[Y_LEAK] = p[HH_G_LEAK] / p[HH_CM];
    c[Y_V_OFFSET] = p[HH_V_OFFSET];
    c[Y_E_NA] = p[HH_E_REV_NA];
    c[Y_E_K] = p[HH_E_REV_K];
    c[Y_E_LEAK] = p[HH_E_REV_LEAK];
    c[Y_E_EXC] = p[HH_E_REV_E];
    c[Y_E_INH] = p[HH_E_REV_I];
    c[Y_DECAY_EXC] = neuro_exp(-h / p[HH_TAU_SYN_E]);
    c[Y_DECAY_INH] = neuro_exp(-h / p[HH_TAU_SYN_I]);
    c[Y_TENTH_EXC] = neuro_exp(-0.1 * part / p[HH_TAU_SYN_E]);
    c[Y_TENTH_INH] = neuro_exp(-0.1 * part / p[HH_TAU_SYN_I]);
    c[Y_NINTHS_EXC] = neuro_exp(-8.0 / 9.0 * part / p[HH_TAU_SYN_E]);
    c[Y_NINTHS_INH] = neuro_exp(-8.0 / 9.0 * part / p[HH_TAU_SYN_I]);
    c[Y_RATE_EXC] = 1.0 / p[HH_TAU_SYN_E];
    c[Y_RATE_INH] = 1.0 / p[HH_TAU_SYN_I];
    c[Y_STEP] = h;
    c[Y_PARTS] = n_parts < 1.0 ? 1.0 : n_parts;
}

static const neuro_variable_spec_t variables[HH_N_VARIABLES] = {
    {"gbar_Na", NEURO_PARAMETER, NEURO_F64, 20.0},
    {"gbar_K", NEURO_PARAMETER, NEURO_F64, 6.0},
    {"g_leak", NEURO_PARAMETER, NEURO_F64, 0.01},
    {"cm", NEURO_PARAMETER, NEURO_F64, 0.2},
    {"v_offset", NEURO_PARAMETER, NEURO_F64, -63.0},
    {"e_rev_Na", NEURO_PARAMETER, NEURO_F64, 50.0},
    {"e_rev_K", NEURO_PARAMETER, NEURO_F64, -90.0},
    {"e_rev_leak", NEURO_PARAMETER, NEURO_F64, -65.0},
    {"e_rev_E", NEURO_PARAMETER, NEURO_F64, 0.0},
    {"e_rev_I", NEURO_PARAMETER, NEURO_F64, -80.0},
    {"tau_syn_E", NEURO_PARAMETER, NEURO_F64, 0.2},
    {"tau_syn_I", NEURO_PARAMETER, NEURO_F64, 2.0},
    {"i_offset", NEURO_PARAMETER, NEURO_F64, 0.0},
    {"v", NEURO_STATE, NEURO_REAL, -65.0},
    {"m", NEURO_STATE, NEURO_REAL, 0.0},
    {"h", NEURO_STATE, NEURO_REAL, 1.0},
    {"n", NEURO_STATE, NEURO_REAL, 0.0},
    {"gsyn_exc", NEURO_STATE, NEURO_REAL, 0.0},
    {"gsyn_inh", NEURO_STATE, NEURO_REAL, 0.0},
};

const neuro_neuron_kernel_t neuro_exact_hodgkin_huxley = {
    .name = "hodgkin_huxley",
    .n_variables = HH_N_VARIABLES,
    .variables = variables,
    .n_receptors = 2,
    .ring_type = NEURO_REAL,
    .n_constants = Y_N,
    .constant_type = NEURO_REAL,
    .derive = derive,
    .current_constant = 0,
    .select = choose,
    .can_rest = true,
};
