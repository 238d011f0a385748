#include "exact/adapting.h"

#include "core/math_inline.h"
#include "core/random_inline.h"

#define REAL           double
#define EXP            neuro_exp_inline
#define EXP2M1         neuro_exp2m1_decay_inline
#define IS_SIXTH_ORDER 1
#define NAME(name)     name##_f64
#include "exact/adapting_body.h"
#undef REAL
#undef EXP
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef NAME

#define REAL           float
#define EXP            neuro_expf_inline
#define EXP2M1         neuro_exp2m1f_decay_inline
#define IS_SIXTH_ORDER 0 /* the fourth leaves less than rounding does */
#define NAME(name)     name##_f32
#include "exact/adapting_body.h"
#undef REAL
#undef EXP
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
        ALL_OF(gsfa, real), ALL_OF(gif, real), ALL_OF(escape, real)                                          \
    }

static const neuro_exact_neuron_t all_f64[ADAPTING_N] = ALL(f64), all_f32[ADAPTING_N] = ALL(f32);

extern const neuro_exact_family_t NEURO_VARIANT(neuro_exact_adapting);
const neuro_exact_family_t NEURO_VARIANT(neuro_exact_adapting) = {all_f64, all_f32};
