#include "exact/currents.h"

#include "core/math_inline.h"

#define REAL           double
#define EXP2M1         neuro_exp2m1_decay_inline
#define IS_SIXTH_ORDER 1
#define NAME(name)     name##_f64
#include "exact/currents_body.h"
#undef REAL
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef NAME

#define REAL           float
#define EXP2M1         neuro_exp2m1f_decay_inline
#define IS_SIXTH_ORDER 0
#define NAME(name)     name##_f32
#include "exact/currents_body.h"
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
        ALL_OF(charge, real), ALL_OF(dual, real), ALL_OF(coincident, real), ALL_OF(ca2, real)                \
    }

static const neuro_exact_neuron_t all_f64[CURRENTS_N] = ALL(f64), all_f32[CURRENTS_N] = ALL(f32);

extern const neuro_exact_family_t NEURO_VARIANT(neuro_exact_currents);
const neuro_exact_family_t NEURO_VARIANT(neuro_exact_currents) = {all_f64, all_f32};
