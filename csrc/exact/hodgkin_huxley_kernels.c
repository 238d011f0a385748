#include "exact/hodgkin_huxley.h"

#include "core/math_inline.h"

#include <math.h>

#define REAL           double
#define EXP            neuro_exp_inline
#define ABS            fabs
#define EXP2M1         neuro_exp2m1_decay_inline
#define IS_SIXTH_ORDER 1
#define AROUND_ZERO    0.05
#define NAME(name)     name##_f64
#include "exact/hodgkin_huxley_body.h"
#undef REAL
#undef EXP
#undef ABS
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef AROUND_ZERO
#undef NAME

#define REAL           float
#define EXP            neuro_expf_inline
#define ABS            fabsf
#define EXP2M1         neuro_exp2m1f_decay_inline
#define IS_SIXTH_ORDER 0
#define AROUND_ZERO    0.5F
#define NAME(name)     name##_f32
#include "exact/hodgkin_huxley_body.h"
#undef REAL
#undef EXP
#undef ABS
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef AROUND_ZERO
#undef NAME

#define ALL_OF(kernel, real)                                                                                 \
    {                                                                                                        \
        {                                                                                                    \
            kernel##_uniform_##real, kernel##_biased_##real, kernel##_general_##real                         \
        }                                                                                                    \
    }

static const neuro_exact_neuron_t all_f64[HODGKIN_HUXLEY_N] = {ALL_OF(hodgkin_huxley, f64)};
static const neuro_exact_neuron_t all_f32[HODGKIN_HUXLEY_N] = {ALL_OF(hodgkin_huxley, f32)};

extern const neuro_exact_family_t NEURO_VARIANT(neuro_exact_hodgkin_huxley);
const neuro_exact_family_t NEURO_VARIANT(neuro_exact_hodgkin_huxley) = {all_f64, all_f32};
