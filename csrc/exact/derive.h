/* Constants of a step from parameters: what the platform's neurons share. h is the time step; all times in ms. */
#ifndef NEURO_EXACT_DERIVE_H
#define NEURO_EXACT_DERIVE_H

#include <stdint.h>

/* Whole steps of refractoriness: rounded up, as NEST does, but for the noise of a division. */
double neuro_exact_refractory_steps(double tau_refrac, double h);
/* v after one step of a current that starts at 1 nA and decays with tau; of a current t exp(-t / tau). Equal and nearly
 * equal time constants are no special case (Rotter and Diesmann 1999). */
double neuro_exact_v_from_current(double h, double tau_m, double cm, double tau);
double neuro_exact_v_from_rise(double h, double tau_m, double cm, double tau);
/* The three coefficients that t^n exp(-t / tau) / cm has in a step: its integral and, around the middle of the step,
 * 12 times the first and 15 times (12 times the second - the zeroth) moment over h and h^2; the last over 12. */
void neuro_exact_coefficients(uint32_t n, double h, double tau, double cm, double *c);
/* h / tau_m, but not below what moves nothing and can still be divided by, in float32 too. */
double neuro_exact_leak(double h, double tau_m);

#endif
