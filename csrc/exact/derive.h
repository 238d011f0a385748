/* Constants of a step from parameters: what the platform's neurons share. h is the time step; all times in
 * ms. */
#ifndef NEURO_EXACT_DERIVE_H
#define NEURO_EXACT_DERIVE_H

#include <stdint.h>

/* Whole steps of refractoriness: rounded up, as NEST does, but for the noise of a division. */
double neuro_exact_refractory_steps(double tau_refrac, double h);
/* v after one step of a current that starts at 1 nA and decays with tau; of a current t exp(-t / tau). Equal
 * and nearly equal time constants are no special case (Rotter and Diesmann 1999). */
double neuro_exact_v_from_current(double h, double tau_m, double cm, double tau);
double neuro_exact_v_from_rise(double h, double tau_m, double cm, double tau);
/* The three coefficients that t^n exp(-t / tau) / cm has in a step: its integral and, around the middle of
 * the step, 12 times the first and 15 times (12 times the second - the zeroth) moment over h and h^2; the
 * last over 12. */
void neuro_exact_coefficients(uint32_t n, double h, double tau, double cm, double *c);
/* The same of the current that one of exp(-t / tau_rise) leaves behind a decay with tau: the integral of
 * exp(-(t - u) / tau) exp(-u / tau_rise) over u in 0..t. Equal time constants are no special case. */
void neuro_exact_rise_coefficients(double h, double tau, double tau_rise, double cm, double *c);
/* (1 - exp(-x)) / x, also at and around 0. */
double neuro_exact_mean_decay(double x);
/* (exp(-x) - exp(-y)) / (y - x) for x, y of at least 0: what a decay x leaves of one y, also where they are
 * equal. */
double neuro_exact_two_decays(double x, double y);
/* h / tau_m, but not below what moves nothing and can still be divided by, in float32 too. */
double neuro_exact_leak(double h, double tau_m);

#endif
