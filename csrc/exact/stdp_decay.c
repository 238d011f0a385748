/* Decaying traces: tables of exponentials, and what lies beyond them. */
#include "core/math.h"
#include "core/memory.h"
#include "exact/stdp.h"

/* A trace older than so many time constants is 0: 2e-22 of its first value is less than any weight shows. */
#define OLDEST_TRACE 50.0
/* Decays are tabulated until then, and at most so many steps. */
enum { MOST_TABULATED = 65536 };

double
neuro_stdp_decay_slow(const neuro_decay_t *decay, int64_t steps)
{
    const double age = decay->rate * (double) steps;

    return age > OLDEST_TRACE ? 0.0 : neuro_exp(-age);
}

double
neuro_stdp_power(double base, double exponent)
{
    return neuro_pow(base, exponent);
}

static neuro_status_t
tabulate(neuro_decay_t *decay, double tau_ms, double dt_ms)
{
    const double wanted = OLDEST_TRACE * tau_ms / dt_ms;
    uint32_t i;

    decay->rate = dt_ms / tau_ms;
    decay->ends_in_zero = wanted < (double) MOST_TABULATED;
    decay->n = decay->ends_in_zero ? (uint32_t) wanted + 2 : MOST_TABULATED;
    neuro_release(decay->values);
    decay->values = neuro_alloc((size_t) decay->n + 1, sizeof *decay->values);
    if (decay->values == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < decay->n; i++) {
        decay->values[i] = neuro_exp(-decay->rate * (double) i);
    }
    return NEURO_OK;
}

double
neuro_stdp_decay_of(double tau_ms, double dt_ms, int64_t steps)
{
    const double wanted = OLDEST_TRACE * tau_ms / dt_ms, age = dt_ms / tau_ms * (double) steps;

    if (wanted < (double) MOST_TABULATED) {
        return steps < (int64_t) wanted + 2 ? neuro_exp(-age) : 0.0;
    }
    return steps < MOST_TABULATED || age <= OLDEST_TRACE ? neuro_exp(-age) : 0.0;
}

/* The table of one trace, made again when its time constant has changed. */
neuro_status_t
neuro_stdp_tabulate(neuro_decay_t *decay, double tau_ms, double dt_ms)
{
    if (tau_ms == 0.0 || (decay->values != NULL && decay->rate == dt_ms / tau_ms)) {
        return NEURO_OK;
    }
    return tabulate(decay, tau_ms, dt_ms);
}
