/* The machine's operations one by one, for tests and for whoever wants to know what it makes of a number.
 * Numbers are whole; fractions of 32 bits and words of generators are unsigned. */
#include "spinnaker/arithmetic.h"
#include "spinnaker/generator.h"
#include "spinnaker/spinnaker.h"

static void
multiply(const double *in, double *out)
{
    out[0] = neuro_spinnaker_multiply((int32_t) in[0], (int32_t) in[1]);
}

static void
divide(const double *in, double *out)
{
    out[0] = neuro_spinnaker_divide((int32_t) in[0], (int32_t) in[1]);
}

static void
ceiling(const double *in, double *out)
{
    out[0] = neuro_spinnaker_ceiling((int32_t) in[0]);
}

static void
exp_accum(const double *in, double *out)
{
    out[0] = neuro_spinnaker_exp((int32_t) in[0]);
}

static void
exp_fraction(const double *in, double *out)
{
    out[0] = neuro_spinnaker_exp_fraction((int32_t) in[0]);
}

static void
decay(const double *in, double *out)
{
    out[0] = neuro_multiply_fraction_down_i32((int32_t) in[0], (uint32_t) in[1]);
}

static void
multiply_to_fraction(const double *in, double *out)
{
    out[0] = neuro_spinnaker_multiply_to_fraction((int32_t) in[0], (uint32_t) in[1]);
}

static void
to_fraction(const double *in, double *out)
{
    out[0] = neuro_spinnaker_to_fraction((int32_t) in[0]);
}

static void
from_fraction(const double *in, double *out)
{
    out[0] = neuro_spinnaker_from_fraction((uint32_t) in[0]);
}

static void
multiply_stdp(const double *in, double *out)
{
    out[0] = neuro_spinnaker_multiply_stdp((int32_t) in[0], (int32_t) in[1]);
}

static void
square_root(const double *in, double *out)
{
    out[0] = neuro_spinnaker_sqrt((int32_t) in[0]);
}

static void
sine(const double *in, double *out)
{
    out[0] = neuro_spinnaker_sin((int32_t) in[0], true);
}

static void
norm_inv(const double *in, double *out)
{
    out[0] = neuro_spinnaker_norm_inv((uint32_t) in[0]);
}

static void
seed(const double *in, double *out)
{
    const neuro_spinnaker_generator_t fixed = neuro_spinnaker_seed(neuro_spinnaker_generator_from(in));

    neuro_spinnaker_generator_to(&fixed, out);
}

static void
draw(const double *in, double *out)
{
    neuro_spinnaker_generator_t generator = neuro_spinnaker_generator_from(in);

    out[0] = neuro_spinnaker_draw(&generator);
    neuro_spinnaker_generator_to(&generator, out + 1);
}

static void
draw_exponential(const double *in, double *out)
{
    neuro_spinnaker_generator_t generator = neuro_spinnaker_generator_from(in);

    out[0] = neuro_spinnaker_draw_exponential(&generator);
    neuro_spinnaker_generator_to(&generator, out + 1);
}

static void
draw_poisson(const double *in, double *out)
{
    neuro_spinnaker_generator_t generator = neuro_spinnaker_generator_from(in);

    out[0] = neuro_spinnaker_draw_poisson(&generator, (uint32_t) in[4]);
    neuro_spinnaker_generator_to(&generator, out + 1);
}

const neuro_platform_function_t neuro_spinnaker_functions[NEURO_SPINNAKER_N_FUNCTIONS] = {
    {"multiply", 2, 1, multiply},         /* s16.15, s16.15 */
    {"divide", 2, 1, divide},             /* s16.15, s16.15 */
    {"ceiling", 1, 1, ceiling},           /* s16.15 to a whole number */
    {"exp", 1, 1, exp_accum},             /* s16.15 */
    {"exp_fraction", 1, 1, exp_fraction}, /* s16.15 to a fraction */
    {"decay", 2, 1, decay},               /* s16.15, fraction */
    {"multiply_to_fraction", 2, 1, multiply_to_fraction},
    {"to_fraction", 1, 1, to_fraction},     /* s16.15 to a fraction */
    {"from_fraction", 1, 1, from_fraction}, /* and back */
    {"multiply_stdp", 2, 1, multiply_stdp}, /* 16 bits, one = 2048 */
    {"sqrt", 1, 1, square_root},            /* s16.15 */
    {"sin", 1, 1, sine},                    /* s16.15 */
    {"norm_inv", 1, 1, norm_inv},           /* unsigned word to s16.15 */
    {"seed", 4, 4, seed},                   /* as a core takes a seed */
    {"draw", 4, 5, draw},                   /* generator to value and generator */
    {"draw_exponential", 4, 5, draw_exponential},
    {"draw_poisson", 5, 5, draw_poisson}, /* generator and e^-mean */
};
