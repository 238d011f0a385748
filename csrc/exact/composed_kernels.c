#include "exact/composed.h"

#include "core/math.h"
#include "core/math_inline.h"
#include "exact/derive.h"

#include <math.h>

#define REAL              double
#define EXP               neuro_exp_inline
#define ABS               fabs
#define EXP2M1            neuro_exp2m1_decay_inline
#define IS_SIXTH_ORDER    1
#define ORDER             8
#define TOLERANCE         1e-10 /* mV */
#define TOLERANCE_OF_TIME 1e-9  /* steps */
#define NAME(name)        name##_f64
#include "exact/composed_body.h"
#undef REAL
#undef EXP
#undef ABS
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef ORDER
#undef TOLERANCE
#undef TOLERANCE_OF_TIME
#undef NAME

#define REAL              float
#define EXP               neuro_expf_inline
#define ABS               fabsf
#define EXP2M1            neuro_exp2m1f_decay_inline
#define IS_SIXTH_ORDER    0
#define ORDER             5
#define TOLERANCE         1e-6F
#define TOLERANCE_OF_TIME 1e-5F
#define NAME(name)        name##_f32
#include "exact/composed_body.h"
#undef REAL
#undef EXP
#undef ABS
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef ORDER
#undef TOLERANCE
#undef TOLERANCE_OF_TIME
#undef NAME

#define ALL_OF(kernel, real)                                                                                 \
    {                                                                                                        \
        {                                                                                                    \
            kernel##_uniform_##real, kernel##_biased_##real, kernel##_general_##real                         \
        }                                                                                                    \
    }
#define ALL(real)                                                                                            \
    {                                                                                                        \
        ALL_OF(lif, real), ALL_OF(adexp, real)                                                               \
    }

static const neuro_exact_neuron_t all_f64[COMPOSED_N] = ALL(f64), all_f32[COMPOSED_N] = ALL(f32);

extern const neuro_exact_family_t NEURO_VARIANT(neuro_exact_composed);
const neuro_exact_family_t NEURO_VARIANT(neuro_exact_composed) = {all_f64, all_f32};
