/* Elementary functions of our own: the same bits on every CPU, operating system and compiler.
 *
 * libm and numpy choose among implementations by CPU, and their last bits differ. These use only + - * /
 * and integer operations, so IEEE 754 fixes each bit as long as the file is compiled with
 * -ffp-contract=off and the rounding mode is to nearest. Error: below one unit in the last place (ulp)
 * over the whole range unless noted; subnormal results included. Special cases as in C11 annex F; errno
 * and the exception flags are not part of the contract. For inner loops see math_inline.h. */
#ifndef NEURO_CORE_MATH_H
#define NEURO_CORE_MATH_H

#include <math.h>

/* e^x; +inf above 709.79, 0 below -745.14. */
double neuro_exp(double x);
/* e^x - 1, precise near 0. */
double neuro_expm1(double x);
/* Natural logarithm; -inf at 0, NaN below. */
double neuro_log(double x);
/* log(1 + x), precise near 0; -inf at -1, NaN below. */
double neuro_log1p(double x);
/* Sine and cosine of x in radians, any magnitude; NaN for infinite x. */
double neuro_sin(double x);
double neuro_cos(double x);
/* x^y with all special cases of C11 annex F. */
double neuro_pow(double x, double y);

/* Square root, correctly rounded: IEEE 754 demands it, so the processor's own is the same everywhere. */
static inline double
neuro_sqrt(double x)
{
    return sqrt(x);
}

#endif
