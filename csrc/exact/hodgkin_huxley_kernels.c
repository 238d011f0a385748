#include "exact/hodgkin_huxley.h"

#include "core/math_inline.h"

#include <math.h>

/* exp(-u / 40) and exp(-u / 18) for |u| <= 150, from exp(-u / 360) by a polynomial of degree 9 that has a
 * relative error below 1.3e-13 there (in pairs, for its latency): neither needs a reduction of its argument.
 */
static inline __attribute__((always_inline)) void
hh_powers_f64(double u, double *by_40, double *by_18)
{
    const double x = u * (-1.0 / 360.0);
    const double x_2 = x * x, x_4 = x_2 * x_2;
    const double low = (0x1.0000000000180p+0 + 0x1.0000000000023p+0 * x) +
                       (0x1.ffffffff941fdp-2 + 0x1.5555555541bacp-3 * x) * x_2;
    const double high = (0x1.555555f0a71e6p-5 + 0x1.1111114984f3fp-7 * x) +
                        (0x1.6c158864c824dp-10 + 0x1.a0191e1123c1ep-13 * x) * x_2;
    const double top = 0x1.a21ccfb451164p-16 + 0x1.735482254675ep-19 * x;
    const double p = low + (high + top * x_4) * x_4, p_2 = p * p, p_4 = p_2 * p_2, p_8 = p_4 * p_4;

    *by_40 = p_8 * p;
    *by_18 = (p_8 * p_8) * p_4;
}

static inline __attribute__((always_inline)) void
hh_powers_f32(float u, float *by_40, float *by_18)
{
    *by_40 = neuro_expf_inline(u * -0.025F);
    *by_18 = neuro_expf_inline(u * (float) (-1.0 / 18.0));
}

#define REAL           double
#define EXP            neuro_exp_inline
#define ABS            fabs
#define EXP2M1         neuro_exp2m1_decay_inline
#define IS_SIXTH_ORDER 1
/* y / (e^y - 1) by its series where |y| < 0.004, to 4e-13; beyond, the difference leaves 3e-9. */
#define AROUND_ZERO    0.004
#define AROUND_NEXT(y) (1.0 / 12.0)
#define POWERS         hh_powers_f64
#define HAS_RANGE      1
#define NAME(name)     name##_f64
#include "exact/hodgkin_huxley_body.h"
#undef REAL
#undef EXP
#undef ABS
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef AROUND_ZERO
#undef AROUND_NEXT
#undef POWERS
#undef HAS_RANGE
#undef NAME

#define REAL           float
#define EXP            neuro_expf_inline
#define ABS            fabsf
#define EXP2M1         neuro_exp2m1f_decay_inline
#define IS_SIXTH_ORDER 0
#define AROUND_ZERO    0.5F
#define AROUND_NEXT(y) ((float) (1.0 / 12.0) - (y) * (y) * (float) (1.0 / 720.0))
#define POWERS         hh_powers_f32
#define HAS_RANGE      0
#define NAME(name)     name##_f32
#include "exact/hodgkin_huxley_body.h"
#undef REAL
#undef EXP
#undef ABS
#undef EXP2M1
#undef IS_SIXTH_ORDER
#undef AROUND_ZERO
#undef AROUND_NEXT
#undef POWERS
#undef HAS_RANGE
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
