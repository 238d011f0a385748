#include "exact/neurons.h"

#include "core/math_inline.h"

#define REAL           double
#define EXP2M1         neuro_exp2m1_decay_inline
#define IS_SIXTH_ORDER 1
#define NAME(name)     name##_f64
#include "exact/neurons_body.h"
#undef REAL
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef NAME

#define REAL           float
#define EXP2M1         neuro_exp2m1f_decay_inline
#define IS_SIXTH_ORDER 0 /* the fourth leaves less than rounding does */
#define NAME(name)     name##_f32
#include "exact/neurons_body.h"
#undef REAL
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef NAME

#define ALL_OF(kernel, real)                                                                                 \
    {                                                                                                        \
        {                                                                                                    \
            kernel##_uniform_##real, kernel##_biased_##real, kernel##_general_##real                         \
        }                                                                                                    \
    }
#define ALL(real)                                                                                            \
    {                                                                                                        \
        ALL_OF(curr_exp, real), ALL_OF(curr_alpha, real), ALL_OF(curr_delta, real), ALL_OF(cond_exp, real),  \
            ALL_OF(cond_alpha, real), ALL_OF(cond_adaptive, real), ALL_OF(izhikevich, real)                  \
    }

static const neuro_exact_neuron_t all_f64[EXACT_N_NEURONS] = ALL(f64), all_f32[EXACT_N_NEURONS] = ALL(f32);

extern const neuro_exact_family_t NEURO_VARIANT(neuro_exact_neurons);
const neuro_exact_family_t NEURO_VARIANT(neuro_exact_neurons) = {all_f64, all_f32};
