/* What the machine does that its authors hardly meant, each behind a bit: set (as by default) it is done as
 * on the machine, clear it is done as one would expect. Parameter "quirks" of a neuron kernel, rule "quirks"
 * of a synapse kernel; -1 is all. */
#ifndef NEURO_SPINNAKER_QUIRKS_H
#define NEURO_SPINNAKER_QUIRKS_H

enum {
    NEURO_QUIRK_PLASTIC_CODE_0 = 1 << 0, /* plastic synapses with a delay of all slots never deliver */
    NEURO_QUIRK_ALPHA_MODULO = 1 << 1,   /* dt / tau^2 of alpha synapses loses its whole part */
    NEURO_QUIRK_POISSON_CUTS =
        1 << 2, /* slow and fast Poisson sources are parted at twice the rates that are meant */
    NEURO_QUIRK_POISSON_INTERVAL = 1 << 3, /* mean intervals of slow Poisson sources are whole ticks */
    NEURO_QUIRK_PRODUCT_ORDER =
        1 << 4, /* products in the compiler's order: Izhikevich, sEMD, neuromodulation */
    NEURO_QUIRK_GHOST_SPIKE = 1 << 5,    /* nearest pairs see a pre-synaptic spike at time 0 */
    NEURO_QUIRK_TRACE_WRAP = 1 << 6,     /* traces wrap above 16 */
    NEURO_QUIRK_EXP_0 = 1 << 7,          /* e^0 as a fraction is 0 */
    NEURO_QUIRK_SINE_CREST = 1 << 8,     /* sines of AC sources are -1 just below pi / 2 */
    NEURO_QUIRK_STEP_CALLS = 1 << 9,     /* step sources advance by one entry a call */
    NEURO_QUIRK_STOC_SIGN = 1 << 10,     /* stochastic thresholds have a sign wrong */
    NEURO_QUIRK_WEIGHT_WRAP = 1 << 11,   /* Vogels' rule lets weights fall below 0, where they wrap */
    NEURO_QUIRK_LATE_TWICE = 1 << 12,    /* delay extensions add lateness instead of taking it off */
    NEURO_QUIRK_FLAGS_SHIFTED = 1 << 13, /* neuromodulation reads the kinds of other events */
    NEURO_QUIRK_ROW_LIMIT = 1 << 14, /* rewiring: rows hold at most as many synapses as a cell has places */
    NEURO_QUIRK_DELAY_END = 1 << 15, /* rewiring: the largest delay is never drawn */
    NEURO_QUIRK_POISSON_SILENCE = 1 << 16, /* fast Poisson sources whose e^-mean is 0 never fire */
    NEURO_QUIRK_ELIGIBILITY = 1 << 17 /* rewiring under neuromodulation: elimination looks at eligibilities */
};

#endif
