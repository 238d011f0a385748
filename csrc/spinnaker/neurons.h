/* The neuron models of sPyNNaker, all of s16.15 numbers: an input type, a synapse type, a neuron and what is
 * added to it.
 *
 * A model is data: which variables it has (in the order of its kernel), where each role is among them, and
 * what kind its parts are. One input and one update function are compiled for each model with that data as
 * constants. */
#ifndef NEURO_SPINNAKER_NEURONS_H
#define NEURO_SPINNAKER_NEURONS_H

#include "core/cpu.h"
#include "engine/kernels.h"

#include <stdbool.h>

/* What a variable is to the update. */
enum {
    ROLE_V_REST,
    ROLE_CM,
    ROLE_TAU_M,
    ROLE_TAU_REFRAC,
    ROLE_V_RESET,
    ROLE_V_THRESH,
    ROLE_I_OFFSET,
    ROLE_TAU_SYN_E,
    ROLE_TAU_SYN_E2,
    ROLE_TAU_SYN_I,
    ROLE_E_REV_E,
    ROLE_E_REV_I,
    ROLE_TAU_CA2,
    ROLE_I_ALPHA,
    ROLE_SCALING_FACTOR,
    ROLE_DU_TH,
    ROLE_TAU_TH,
    ROLE_THETA_PLUS,
    ROLE_TAU_THETA, /* ms, no s16.15 number */
    ROLE_A,
    ROLE_B,
    ROLE_C,
    ROLE_D,
    ROLE_SHIFT_E,
    ROLE_SHIFT_E2,
    ROLE_SHIFT_I,
    ROLE_QUIRKS,
    ROLE_V,
    ROLE_REFRACT_TIMER,
    ROLE_U,
    ROLE_THIS_H,
    ROLE_GSYN_EXC, /* what is recorded */
    ROLE_GSYN_INH,
    ROLE_SYN_E, /* what decays */
    ROLE_SYN_E2,
    ROLE_SYN_I,
    ROLE_LIN_E,
    ROLE_EXP_E,
    ROLE_Q_E,
    ROLE_LIN_I,
    ROLE_EXP_I,
    ROLE_Q_I,
    ROLE_I_CA2,
    ROLE_MULTIPLICATOR,
    ROLE_EXC2_OLD,
    ROLE_THETA,      /* an adaptive threshold, above v_thresh */
    ROLE_THETA_REST, /* its next 32 bits */
    N_ROLES
};

/* Constants of all models, 0 where a model has none; fractions are kept as the same 32 bits. */
enum {
    CONSTANT_V_REST,
    CONSTANT_V_RESET,
    CONSTANT_V_THRESH,
    CONSTANT_I_OFFSET,
    CONSTANT_RESISTANCE,
    CONSTANT_DECAY_M,
    CONSTANT_REFRACT_STEPS,
    CONSTANT_DECAY_E, /* fraction */
    CONSTANT_DECAY_E2,
    CONSTANT_DECAY_I,
    CONSTANT_INIT_E, /* fraction; of an alpha synapse: dt / tau^2 in s16.15 */
    CONSTANT_INIT_E2,
    CONSTANT_INIT_I,
    CONSTANT_SHIFT_E,
    CONSTANT_SHIFT_E2,
    CONSTANT_SHIFT_I,
    CONSTANT_E_REV_E,
    CONSTANT_E_REV_I,
    CONSTANT_DECAY_CA2,
    CONSTANT_I_ALPHA,
    CONSTANT_SCALING_FACTOR,
    CONSTANT_DU_INVERSE,
    CONSTANT_TAU_INVERSE,
    CONSTANT_TIMESTEP_TENTH,
    CONSTANT_A,
    CONSTANT_B,
    CONSTANT_C,
    CONSTANT_D,
    CONSTANT_TIMESTEP,
    CONSTANT_STEPS_PER_MS, /* delta: a charge as a current over one step */
    CONSTANT_QUIRKS,
    CONSTANT_THETA_PLUS,
    CONSTANT_THETA_LOSS, /* fraction: of theta in a step */
    N_CONSTANTS
};

typedef enum { SYNAPSE_EXPONENTIAL, SYNAPSE_DELTA, SYNAPSE_ALPHA } neuro_spinnaker_synapse_type_t;
typedef enum { INPUT_CURRENT, INPUT_CONDUCTANCE, INPUT_DELTA } neuro_spinnaker_input_type_t;

typedef struct {
    neuro_spinnaker_synapse_type_t synapse;
    neuro_spinnaker_input_type_t input;
    uint32_t n_receptors; /* 2: excitatory, inhibitory; 3: excitatory, excitatory2, inhibitory */
    bool is_izhikevich, is_semd, has_ca2, is_stochastic;
    uint8_t layout[N_ROLES]; /* 1 + index of the variable; 0: none */
} neuro_spinnaker_model_t;

/* ---- the models' variables, in the kernels' order; X(T, NAME) for each ----------------------- */

#define LIF(X, T)                                                                                            \
    X(T, V_REST)                                                                                             \
    X(T, CM)                                                                                                 \
    X(T, TAU_M)                                                                                              \
    X(T, TAU_REFRAC) X(T, V_RESET) X(T, V_THRESH) X(T, I_OFFSET) X(T, QUIRKS) X(T, V) X(T, REFRACT_TIMER)
#define IZK(X, T)            X(T, A) X(T, B) X(T, C) X(T, D) X(T, I_OFFSET) X(T, QUIRKS) X(T, V_IZK) X(T, U) X(T, THIS_H)
#define SHIFTS_2(X, T)       X(T, SHIFT_E) X(T, SHIFT_I)
#define SHIFTS_3(X, T)       X(T, SHIFT_E) X(T, SHIFT_E2) X(T, SHIFT_I)
#define EXPONENTIAL_2(X, T)  X(T, TAU_SYN_E) X(T, TAU_SYN_I) SHIFTS_2(X, T)
#define EXPONENTIAL_3(X, T)  X(T, TAU_SYN_E) X(T, TAU_SYN_E2) X(T, TAU_SYN_I) SHIFTS_3(X, T)
#define CURRENTS_2(X, T)     X(T, GSYN_EXC) X(T, GSYN_INH)
#define CURRENTS_3(X, T)     X(T, SYN_E) X(T, SYN_E2) X(T, GSYN_INH) X(T, GSYN_EXC)
#define CONDUCTANCES_2(X, T) X(T, E_REV_E) X(T, E_REV_I) X(T, SYN_E) X(T, SYN_I) X(T, GSYN_EXC) X(T, GSYN_INH)
#define CONDUCTANCES_3(X, T)                                                                                 \
    X(T, E_REV_E) X(T, E_REV_I) X(T, SYN_E) X(T, SYN_E2) X(T, SYN_I) X(T, GSYN_EXC) X(T, GSYN_INH)
#define CA2(X, T)         X(T, TAU_CA2) X(T, I_ALPHA) X(T, I_CA2)

#define IF_CURR_EXP(X, T) LIF(X, T) EXPONENTIAL_2(X, T) CURRENTS_2(X, T)
#define IF_CURR_ALPHA(X, T)                                                                                  \
    LIF(X, T)                                                                                                \
    X(T, TAU_ALPHA_E)                                                                                        \
    X(T, TAU_ALPHA_I)                                                                                        \
    SHIFTS_2(X, T) X(T, LIN_E) X(T, EXP_E) X(T, Q_E) X(T, LIN_I) X(T, EXP_I) X(T, Q_I) CURRENTS_2(X, T)
#define IF_CURR_DELTA(X, T)     LIF(X, T) SHIFTS_2(X, T) CURRENTS_2(X, T)
#define IF_COND_EXP(X, T)       LIF(X, T) EXPONENTIAL_2(X, T) CONDUCTANCES_2(X, T)
#define IF_CURR_EXP_CA2(X, T)   IF_CURR_EXP(X, T) CA2(X, T)
#define IF_CURR_DELTA_CA2(X, T) IF_CURR_DELTA(X, T) CA2(X, T)
#define IF_CURR_EXP_DUAL(X, T)  LIF(X, T) EXPONENTIAL_3(X, T) CURRENTS_3(X, T)
#define IF_CURR_EXP_SEMD(X, T)  IF_CURR_EXP_DUAL(X, T) X(T, SCALING_FACTOR) X(T, MULTIPLICATOR) X(T, EXC2_OLD)
#define IF_COND_EXP_STOC(X, T)  IF_COND_EXP(X, T) X(T, DU_TH) X(T, TAU_TH)
#define IF_COND_EXP_ADAPTIVE(X, T)                                                                           \
    IF_COND_EXP(X, T) X(T, THETA_PLUS) X(T, TAU_THETA) X(T, THETA) X(T, THETA_REST)
#define IZK_CURR_EXP(X, T)      IZK(X, T) EXPONENTIAL_2(X, T) CURRENTS_2(X, T)
#define IZK_COND_EXP(X, T)      IZK(X, T) EXPONENTIAL_2(X, T) CONDUCTANCES_2(X, T)
#define IZK_COND_EXP_DUAL(X, T) IZK(X, T) EXPONENTIAL_3(X, T) CONDUCTANCES_3(X, T)

/* Roles under which the same variable has another default. */
enum { ROLE_V_IZK = ROLE_V, ROLE_TAU_ALPHA_E = ROLE_TAU_SYN_E, ROLE_TAU_ALPHA_I = ROLE_TAU_SYN_I };

/* M(name, NAME, synapse, input, receptors, izhikevich, semd, ca2, stochastic) for each model. */
#define NEURO_SPINNAKER_MODELS(M)                                                                            \
    M(if_curr_exp, IF_CURR_EXP, SYNAPSE_EXPONENTIAL, INPUT_CURRENT, 2, false, false, false, false)           \
    M(if_curr_alpha, IF_CURR_ALPHA, SYNAPSE_ALPHA, INPUT_CURRENT, 2, false, false, false, false)             \
    M(if_curr_delta, IF_CURR_DELTA, SYNAPSE_DELTA, INPUT_DELTA, 2, false, false, false, false)               \
    M(if_cond_exp, IF_COND_EXP, SYNAPSE_EXPONENTIAL, INPUT_CONDUCTANCE, 2, false, false, false, false)       \
    M(if_curr_exp_ca2, IF_CURR_EXP_CA2, SYNAPSE_EXPONENTIAL, INPUT_CURRENT, 2, false, false, true, false)    \
    M(if_curr_delta_ca2, IF_CURR_DELTA_CA2, SYNAPSE_DELTA, INPUT_DELTA, 2, false, false, true, false)        \
    M(if_curr_exp_dual, IF_CURR_EXP_DUAL, SYNAPSE_EXPONENTIAL, INPUT_CURRENT, 3, false, false, false, false) \
    M(if_curr_exp_semd, IF_CURR_EXP_SEMD, SYNAPSE_EXPONENTIAL, INPUT_CURRENT, 3, false, true, false, false)  \
    M(if_cond_exp_stoc, IF_COND_EXP_STOC, SYNAPSE_EXPONENTIAL, INPUT_CONDUCTANCE, 2, false, false, false,    \
      true)                                                                                                  \
    M(izk_curr_exp, IZK_CURR_EXP, SYNAPSE_EXPONENTIAL, INPUT_CURRENT, 2, true, false, false, false)          \
    M(izk_cond_exp, IZK_COND_EXP, SYNAPSE_EXPONENTIAL, INPUT_CONDUCTANCE, 2, true, false, false, false)      \
    M(izk_cond_exp_dual, IZK_COND_EXP_DUAL, SYNAPSE_EXPONENTIAL, INPUT_CONDUCTANCE, 3, true, false, false,   \
      false)                                                                                                 \
    M(if_cond_exp_adaptive, IF_COND_EXP_ADAPTIVE, SYNAPSE_EXPONENTIAL, INPUT_CONDUCTANCE, 2, false, false,   \
      false, false)

#define NEURO_SPINNAKER_NUMBER(name, NAME, synapse, input, receptors, izk, semd, ca2, stoc)                  \
    NEURO_SPINNAKER_MODEL_##NAME,
enum { NEURO_SPINNAKER_MODELS(NEURO_SPINNAKER_NUMBER) NEURO_SPINNAKER_N_MODELS };

/* One for each model, in the order above. */
extern const neuro_neuron_kernel_t neuro_spinnaker_neurons[NEURO_SPINNAKER_N_MODELS];

const neuro_spinnaker_model_t *neuro_spinnaker_model_of(const neuro_neuron_kernel_t *kernel);
/* Initial values that depend on the time step. */
void neuro_spinnaker_start_states(neuro_population_t *population);
/* The constant of that name, as the core's structures call it. */
bool neuro_spinnaker_find_constant(const char *name, uint32_t *constant);

/* ---- what is compiled for each instruction set ----------------------------------------------- */

/* One value of every constant for all cells; the same but for i_offset; that with injected currents; one
 * value a cell of all, with injected currents. */
typedef struct {
    neuro_block_function_t input_equal, input_each;
    neuro_block_function_t update_equal, update_offsets, update_injected, update_each;
} neuro_spinnaker_functions_t;

#define NEURO_SPINNAKER_FUNCTIONS(name)                                                                      \
    extern const neuro_spinnaker_functions_t name[NEURO_SPINNAKER_N_MODELS]
NEURO_VARIANT_DECLARE(NEURO_SPINNAKER_FUNCTIONS, neuro_spinnaker_functions_of);

#endif
