/* The rules of spike-timing-dependent plasticity: their parameters, and what the engine of stdp.h makes of
 * them. */
#include "exact/eventful.h"
#include "exact/exact.h"
#include "exact/modulated.h"
#include "exact/stdp.h"
#include "exact/varied.h"

/* Pair rules, of all pairs or of the nearest. */
enum {
    R_TAU_PLUS,
    R_TAU_MINUS,
    R_A_PLUS,
    R_A_MINUS,
    R_W_MIN,
    R_W_MAX,
    R_MU_PLUS,
    R_MU_MINUS,
    R_DEPENDENCE,
    R_DENDRITIC
};
/* Set to one (Diehl and Cook 2015). */
enum { S_TAU_PRE, S_TAU_POST_1, S_TAU_POST_2, S_ETA_PRE, S_ETA_POST, S_W_MIN, S_W_MAX, S_DENDRITIC };
/* Symmetric (Vogels et al. 2011), as PyNN and as sPyNNaker parametrise it. */
enum { V_TAU, V_ETA, V_RHO, V_W_MIN, V_W_MAX, V_DENDRITIC };
enum { W_TAU, W_ALPHA, W_A_PLUS, W_A_MINUS, W_W_MIN, W_W_MAX, W_DENDRITIC };
/* Triplets (Pfister and Gerstner 2006). */
enum {
    T_TAU_PLUS,
    T_TAU_MINUS,
    T_TAU_X,
    T_TAU_Y,
    T_A_PLUS,
    T_A_MINUS,
    T_A3_PLUS,
    T_A3_MINUS,
    T_W_MIN,
    T_W_MAX,
    T_DENDRITIC
};

static void
fill_pair(neuro_stdp_t *stdp, const double *rules)
{
    stdp->dependence = (neuro_dependence_t) rules[R_DEPENDENCE];
    stdp->tau_plus = rules[R_TAU_PLUS];
    stdp->tau_minus = rules[R_TAU_MINUS];
    stdp->w_min = rules[R_W_MIN];
    stdp->w_max = rules[R_W_MAX];
    stdp->potentiation = rules[R_A_PLUS];
    stdp->depression = rules[R_A_MINUS];
    stdp->step_up = rules[R_A_PLUS] * rules[R_W_MAX];
    stdp->step_down = rules[R_A_MINUS] * rules[R_W_MAX];
    stdp->mu_plus = rules[R_MU_PLUS];
    stdp->mu_minus = rules[R_MU_MINUS];
}

static void
fill_set_to_one(neuro_stdp_t *stdp, const double *rules)
{
    stdp->dependence = STDP_ADDITIVE;
    stdp->tau_plus = rules[S_TAU_PRE];
    stdp->tau_minus = rules[S_TAU_POST_1];
    stdp->tau_slow_post = rules[S_TAU_POST_2];
    stdp->w_min = rules[S_W_MIN];
    stdp->w_max = rules[S_W_MAX];
    stdp->step_up = rules[S_ETA_POST];
    stdp->step_down = rules[S_ETA_PRE];
}

static void
set_symmetric(neuro_stdp_t *stdp, double tau, double step, double offset, const double *bounds)
{
    stdp->dependence = STDP_SYMMETRIC;
    stdp->tau_plus = tau;
    stdp->tau_minus = tau;
    stdp->step_up = step;
    stdp->offset = offset;
    stdp->w_min = bounds[0];
    stdp->w_max = bounds[1];
}

/* rho is the rate at which a post-synaptic cell is left alone, spikes per ms: the mean trace is rho tau. */
static void
fill_vogels(neuro_stdp_t *stdp, const double *rules)
{
    set_symmetric(stdp, rules[V_TAU], rules[V_ETA], 2.0 * rules[V_RHO] * rules[V_TAU], &rules[V_W_MIN]);
}

static void
fill_vogels_alpha(neuro_stdp_t *stdp, const double *rules)
{
    set_symmetric(stdp, rules[W_TAU], rules[W_A_PLUS] * rules[W_W_MAX], rules[W_ALPHA], &rules[W_W_MIN]);
}

static void
fill_triplet(neuro_stdp_t *stdp, const double *rules)
{
    stdp->dependence = STDP_TRIPLET;
    stdp->tau_plus = rules[T_TAU_PLUS];
    stdp->tau_minus = rules[T_TAU_MINUS];
    stdp->tau_slow_pre = rules[T_TAU_X];
    stdp->tau_slow_post = rules[T_TAU_Y];
    stdp->pair_up = rules[T_A_PLUS];
    stdp->pair_down = rules[T_A_MINUS];
    stdp->triplet_up = rules[T_A3_PLUS];
    stdp->triplet_down = rules[T_A3_MINUS];
    stdp->w_min = rules[T_W_MIN];
    stdp->w_max = rules[T_W_MAX];
    stdp->step_up = rules[T_W_MAX];
    stdp->step_down = rules[T_W_MAX];
}

static const neuro_rule_spec_t pair_rules[] = {
    [R_TAU_PLUS] = {"tau_plus", 20.0},    [R_TAU_MINUS] = {"tau_minus", 20.0},
    [R_A_PLUS] = {"A_plus", 0.01},        [R_A_MINUS] = {"A_minus", 0.01},
    [R_W_MIN] = {"w_min", 0.0},           [R_W_MAX] = {"w_max", 1.0},
    [R_MU_PLUS] = {"mu_plus", 0.5},       [R_MU_MINUS] = {"mu_minus", 0.5},
    [R_DEPENDENCE] = {"dependence", 0.0}, [R_DENDRITIC] = {"dendritic_delay_fraction", 1.0},
};

/* Rates and time constants of Diehl and Cook 2015 (their published Brian program). */
static const neuro_rule_spec_t set_to_one_rules[] = {
    [S_TAU_PRE] = {"tau_pre", 20.0},
    [S_TAU_POST_1] = {"tau_post_1", 20.0},
    [S_TAU_POST_2] = {"tau_post_2", 40.0},
    [S_ETA_PRE] = {"eta_pre", 0.0001},
    [S_ETA_POST] = {"eta_post", 0.01},
    [S_W_MIN] = {"w_min", 0.0},
    [S_W_MAX] = {"w_max", 1.0},
    [S_DENDRITIC] = {"dendritic_delay_fraction", 1.0},
};

/* PyNN's defaults. */
static const neuro_rule_spec_t vogels_rules[] = {
    [V_TAU] = {"tau", 20.0},    [V_ETA] = {"eta", 1e-10},   [V_RHO] = {"rho", 3.0},
    [V_W_MIN] = {"w_min", 0.0}, [V_W_MAX] = {"w_max", 1.0}, [V_DENDRITIC] = {"dendritic_delay_fraction", 1.0},
};

/* A_minus: depression has the same step as potentiation, A_plus, as in sPyNNaker. */
static const neuro_rule_spec_t vogels_alpha_rules[] = {
    [W_TAU] = {"tau", 20.0},
    [W_ALPHA] = {"alpha", 0.1},
    [W_A_PLUS] = {"A_plus", 0.01},
    [W_A_MINUS] = {"A_minus", 0.01},
    [W_W_MIN] = {"w_min", 0.0},
    [W_W_MAX] = {"w_max", 1.0},
    [W_DENDRITIC] = {"dendritic_delay_fraction", 1.0},
};

static const neuro_rule_spec_t triplet_rules[] = {
    [T_TAU_PLUS] = {"tau_plus", 16.8},
    [T_TAU_MINUS] = {"tau_minus", 33.7},
    [T_TAU_X] = {"tau_x", 101.0},
    [T_TAU_Y] = {"tau_y", 125.0},
    [T_A_PLUS] = {"A_plus", 0.01},
    [T_A_MINUS] = {"A_minus", 0.01},
    [T_A3_PLUS] = {"A3_plus", 0.01},
    [T_A3_MINUS] = {"A3_minus", 0.01},
    [T_W_MIN] = {"w_min", 0.0},
    [T_W_MAX] = {"w_max", 1.0},
    [T_DENDRITIC] = {"dendritic_delay_fraction", 1.0},
};

/* What a synapse that came during the run leaves out (stdp_own.c). */
static const neuro_column_spec_t own_columns[] = {
    [STDP_BORN - 2] = {"born", NEURO_I32, -1.0, false},
    [STDP_PRE_BEFORE - 2] = {"pre_before", NEURO_F64, 0.0, false},
    [STDP_POST_BEFORE - 2] = {"post_before", NEURO_F64, 0.0, false},
};

/* The same places, and the eligibility (modulated.c). Of synapses that come and go, the second and the third
 * hold the traces that they see themselves. */
static const neuro_column_spec_t modulated_columns[] = {
    [STDP_BORN - 2] = {"born", NEURO_I32, -1.0, false},
    [STDP_PRE_BEFORE - 2] = {"pre_before", NEURO_F64, 0.0, false},
    [STDP_POST_BEFORE - 2] = {"post_before", NEURO_F64, 0.0, false},
    [STDP_POST_BEFORE - 1] = {"eligibility", NEURO_F64, 0.0, false},
};

/* For kernels of all pairs, whose traces are sums: a part of them can be left out. */
#define CAN_REWIRE                                                                                           \
    .can_rewire = true, .n_columns = sizeof own_columns / sizeof own_columns[0], .columns = own_columns,     \
    .begin = neuro_stdp_begin_own, .view_weight = neuro_stdp_view_own,
#define STAYS

#define KERNEL(its_name, its_rules, its_dendritic, rewiring)                                                 \
    {                                                                                                        \
        .name = its_name, .weight_type = NEURO_REAL, .is_plastic = true, .has_sign = true,                   \
        .n_rules = sizeof its_rules / sizeof its_rules[0], .rules = its_rules,                               \
        .dendritic_rule = its_dendritic, .check = neuro_stdp_check, .prepare = neuro_stdp_prepare,           \
        .free = neuro_stdp_free, .reset = neuro_stdp_reset, .learn = neuro_stdp_learn,                       \
        .view_weights = neuro_stdp_view_weights, .settle = neuro_stdp_settle,                                \
        .vary = neuro_varied_take_over, rewiring                                                             \
    }

const neuro_synapse_kernel_t neuro_exact_stdp = KERNEL("stdp", pair_rules, R_DENDRITIC, CAN_REWIRE);
const neuro_synapse_kernel_t neuro_exact_stdp_nearest =
    KERNEL("stdp_nearest", pair_rules, R_DENDRITIC, STAYS);
const neuro_synapse_kernel_t neuro_exact_stdp_set_to_one =
    KERNEL("stdp_set_to_one", set_to_one_rules, S_DENDRITIC, STAYS);
const neuro_synapse_kernel_t neuro_exact_stdp_vogels =
    KERNEL("stdp_vogels", vogels_rules, V_DENDRITIC, CAN_REWIRE);
const neuro_synapse_kernel_t neuro_exact_stdp_vogels_alpha =
    KERNEL("stdp_vogels_alpha", vogels_alpha_rules, W_DENDRITIC, CAN_REWIRE);
const neuro_synapse_kernel_t neuro_exact_stdp_triplet =
    KERNEL("stdp_triplet", triplet_rules, T_DENDRITIC, STAYS);

#define MODULATED(its_name, its_rules, its_dendritic)                                                        \
    {                                                                                                        \
        .name = its_name, .weight_type = NEURO_REAL, .is_plastic = true, .has_sign = true,                   \
        .n_rules = sizeof its_rules / sizeof its_rules[0], .rules = its_rules,                               \
        .n_columns = sizeof modulated_columns / sizeof modulated_columns[0], .columns = modulated_columns,   \
        .dendritic_rule = its_dendritic, .check = neuro_stdp_check, .prepare = neuro_modulated_prepare,      \
        .free = neuro_modulated_free, .reset = neuro_eventful_reset, .learn = neuro_modulated_learn,         \
        .view_weights = neuro_eventful_view, .settle = neuro_eventful_settle,                                \
    }

#define MODULATED_OWN(its_name, its_rules, its_dendritic)                                                    \
    {                                                                                                        \
        .name = its_name, .weight_type = NEURO_REAL, .is_plastic = true, .has_sign = true,                   \
        .n_rules = sizeof its_rules / sizeof its_rules[0], .rules = its_rules,                               \
        .n_columns = sizeof modulated_columns / sizeof modulated_columns[0], .columns = modulated_columns,   \
        .dendritic_rule = its_dendritic, .check = neuro_stdp_check, .prepare = neuro_modulated_prepare,      \
        .free = neuro_modulated_free, .reset = neuro_eventful_reset, .learn = neuro_modulated_learn,         \
        .view_weights = neuro_eventful_view, .settle = neuro_eventful_settle, .can_rewire = true,            \
        .begin = neuro_eventful_begin, .view_weight = neuro_eventful_view_one,                               \
    }

static const neuro_synapse_kernel_t stdp_modulated = MODULATED("stdp_modulated", pair_rules, R_DENDRITIC);
static const neuro_synapse_kernel_t vogels_modulated =
    MODULATED("stdp_vogels_modulated", vogels_rules, V_DENDRITIC);
static const neuro_synapse_kernel_t vogels_alpha_modulated =
    MODULATED("stdp_vogels_alpha_modulated", vogels_alpha_rules, W_DENDRITIC);

static const neuro_synapse_kernel_t stdp_modulated_own =
    MODULATED_OWN("stdp_modulated_rewired", pair_rules, R_DENDRITIC);
static const neuro_synapse_kernel_t vogels_modulated_own =
    MODULATED_OWN("stdp_vogels_modulated_rewired", vogels_rules, V_DENDRITIC);
static const neuro_synapse_kernel_t vogels_alpha_modulated_own =
    MODULATED_OWN("stdp_vogels_alpha_modulated_rewired", vogels_alpha_rules, W_DENDRITIC);

const neuro_synapse_kernel_t *
neuro_modulated_kernel(const neuro_synapse_kernel_t *kernel, bool is_rewired)
{
    if (is_rewired) {
        return kernel == &neuro_exact_stdp                ? &stdp_modulated_own
               : kernel == &neuro_exact_stdp_vogels       ? &vogels_modulated_own
               : kernel == &neuro_exact_stdp_vogels_alpha ? &vogels_alpha_modulated_own
                                                          : NULL;
    }
    return kernel == &neuro_exact_stdp                ? &stdp_modulated
           : kernel == &neuro_exact_stdp_vogels       ? &vogels_modulated
           : kernel == &neuro_exact_stdp_vogels_alpha ? &vogels_alpha_modulated
                                                      : NULL;
}

/* The numbers of the rule as columns, in its order; then the traces of the synapse (varied.c). */
#define STATE(its_name)                                                                                      \
    {                                                                                                        \
        its_name, NEURO_F64, 0.0, false                                                                      \
    }

static const neuro_column_spec_t pair_columns[] = {
    [R_TAU_PLUS] = {"tau_plus", NEURO_F64, 20.0, true},
    [R_TAU_MINUS] = {"tau_minus", NEURO_F64, 20.0, true},
    [R_A_PLUS] = {"A_plus", NEURO_F64, 0.01, true},
    [R_A_MINUS] = {"A_minus", NEURO_F64, 0.01, true},
    [R_W_MIN] = {"w_min", NEURO_F64, 0.0, true},
    [R_W_MAX] = {"w_max", NEURO_F64, 1.0, true},
    [R_MU_PLUS] = {"mu_plus", NEURO_F64, 0.5, true},
    [R_MU_MINUS] = {"mu_minus", NEURO_F64, 0.5, true},
    STATE("pre"),
    STATE("post"),
};

static const neuro_column_spec_t vogels_columns[] = {
    [V_TAU] = {"tau", NEURO_F64, 20.0, true},
    [V_ETA] = {"eta", NEURO_F64, 1e-10, true},
    [V_RHO] = {"rho", NEURO_F64, 3.0, true},
    [V_W_MIN] = {"w_min", NEURO_F64, 0.0, true},
    [V_W_MAX] = {"w_max", NEURO_F64, 1.0, true},
    STATE("pre"),
    STATE("post"),
};

static const neuro_column_spec_t vogels_alpha_columns[] = {
    [W_TAU] = {"tau", NEURO_F64, 20.0, true},
    [W_ALPHA] = {"alpha", NEURO_F64, 0.1, true},
    [W_A_PLUS] = {"A_plus", NEURO_F64, 0.01, true},
    [W_A_MINUS] = {"A_minus", NEURO_F64, 0.01, true},
    [W_W_MIN] = {"w_min", NEURO_F64, 0.0, true},
    [W_W_MAX] = {"w_max", NEURO_F64, 1.0, true},
    STATE("pre"),
    STATE("post"),
};

static const neuro_column_spec_t triplet_columns[] = {
    [T_TAU_PLUS] = {"tau_plus", NEURO_F64, 16.8, true},
    [T_TAU_MINUS] = {"tau_minus", NEURO_F64, 33.7, true},
    [T_TAU_X] = {"tau_x", NEURO_F64, 101.0, true},
    [T_TAU_Y] = {"tau_y", NEURO_F64, 125.0, true},
    [T_A_PLUS] = {"A_plus", NEURO_F64, 0.01, true},
    [T_A_MINUS] = {"A_minus", NEURO_F64, 0.01, true},
    [T_A3_PLUS] = {"A3_plus", NEURO_F64, 0.01, true},
    [T_A3_MINUS] = {"A3_minus", NEURO_F64, 0.01, true},
    [T_W_MIN] = {"w_min", NEURO_F64, 0.0, true},
    [T_W_MAX] = {"w_max", NEURO_F64, 1.0, true},
    STATE("pre"),
    STATE("post"),
    STATE("pre_slow"),
    STATE("post_slow"),
};

#define VARIED(its_name, its_rules, its_columns, its_dendritic)                                              \
    {                                                                                                        \
        .name = its_name, .weight_type = NEURO_REAL, .is_plastic = true, .has_sign = true,                   \
        .n_rules = sizeof its_rules / sizeof its_rules[0], .rules = its_rules,                               \
        .n_columns = sizeof its_columns / sizeof its_columns[0], .columns = its_columns,                     \
        .dendritic_rule = its_dendritic, .check = neuro_varied_check, .prepare = neuro_varied_prepare,       \
        .free = neuro_varied_free, .reset = neuro_eventful_reset, .learn = neuro_eventful_learn,             \
        .view_weights = neuro_eventful_view, .settle = neuro_eventful_settle,                                \
    }

static const neuro_synapse_kernel_t stdp_varied =
    VARIED("stdp_varied", pair_rules, pair_columns, R_DENDRITIC);
static const neuro_synapse_kernel_t nearest_varied =
    VARIED("stdp_nearest_varied", pair_rules, pair_columns, R_DENDRITIC);
static const neuro_synapse_kernel_t vogels_varied =
    VARIED("stdp_vogels_varied", vogels_rules, vogels_columns, V_DENDRITIC);
static const neuro_synapse_kernel_t vogels_alpha_varied =
    VARIED("stdp_vogels_alpha_varied", vogels_alpha_rules, vogels_alpha_columns, W_DENDRITIC);
static const neuro_synapse_kernel_t triplet_varied =
    VARIED("stdp_triplet_varied", triplet_rules, triplet_columns, T_DENDRITIC);

const neuro_synapse_kernel_t *
neuro_varied_kernel(const neuro_synapse_kernel_t *kernel)
{
    return kernel == &neuro_exact_stdp                ? &stdp_varied
           : kernel == &neuro_exact_stdp_nearest      ? &nearest_varied
           : kernel == &neuro_exact_stdp_vogels       ? &vogels_varied
           : kernel == &neuro_exact_stdp_vogels_alpha ? &vogels_alpha_varied
           : kernel == &neuro_exact_stdp_triplet      ? &triplet_varied
                                                      : NULL;
}

const neuro_stdp_form_t *
neuro_stdp_form(const neuro_synapse_kernel_t *kernel)
{
    static const neuro_stdp_form_t forms[] = {
        {&neuro_exact_stdp, STDP_ALL_PAIRS, 2, R_W_MIN, fill_pair, 0},
        {&neuro_exact_stdp_nearest, STDP_NEAREST, 2, R_W_MIN, fill_pair, 0},
        {&neuro_exact_stdp_set_to_one, STDP_LATEST, 3, S_W_MIN, fill_set_to_one, 0},
        {&neuro_exact_stdp_vogels, STDP_ALL_PAIRS, 1, V_W_MIN, fill_vogels, 0},
        {&neuro_exact_stdp_vogels_alpha, STDP_ALL_PAIRS, 1, W_W_MIN, fill_vogels_alpha, 0},
        {&neuro_exact_stdp_triplet, STDP_TRIPLETS, 4, T_W_MIN, fill_triplet, 0},
        {&stdp_modulated, STDP_ALL_PAIRS, 2, R_W_MIN, fill_pair, 0},
        {&vogels_modulated, STDP_ALL_PAIRS, 1, V_W_MIN, fill_vogels, 0},
        {&vogels_alpha_modulated, STDP_ALL_PAIRS, 1, W_W_MIN, fill_vogels_alpha, 0},
        {&stdp_modulated_own, STDP_ALL_PAIRS, 2, R_W_MIN, fill_pair, 0},
        {&vogels_modulated_own, STDP_ALL_PAIRS, 1, V_W_MIN, fill_vogels, 0},
        {&vogels_alpha_modulated_own, STDP_ALL_PAIRS, 1, W_W_MIN, fill_vogels_alpha, 0},
        {&stdp_varied, STDP_ALL_PAIRS, 2, R_W_MIN, fill_pair, R_DEPENDENCE},
        {&nearest_varied, STDP_NEAREST, 2, R_W_MIN, fill_pair, R_DEPENDENCE},
        {&vogels_varied, STDP_ALL_PAIRS, 1, V_W_MIN, fill_vogels, V_DENDRITIC},
        {&vogels_alpha_varied, STDP_ALL_PAIRS, 1, W_W_MIN, fill_vogels_alpha, W_DENDRITIC},
        {&triplet_varied, STDP_TRIPLETS, 4, T_W_MIN, fill_triplet, T_DENDRITIC},
    };
    uint32_t i;

    for (i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (forms[i].kernel == kernel) {
            return &forms[i];
        }
    }
    return NULL;
}
