/* Synapses that transmit by chance.
 *
 * simple: a spike passes with probability p. quantal (Fuhrmann et al. 2002, Journal of Neurophysiology
 * 87:140; de la Rocha and Parga 2005, Journal of Neuroscience 25:8416): of n release sites those that are
 * empty refill with probability 1 - exp(-interval / tau_rec), then each full one releases with probability u,
 * where u decays with tau_facil and u <- u + U (1 - u) at a spike; weight times the released share of the
 * sites is sent. u and the number of full sites at time 0 can be chosen.
 *
 * Each decision has its own random word, named by the projection, the synapse, the step of the spike, its
 * number among the source's spikes of that step, and the number of the decision: nothing depends on threads
 * or slices. */
#ifndef NEURO_EXACT_STOCHASTIC_H
#define NEURO_EXACT_STOCHASTIC_H

#include "engine/network.h"

enum { NEURO_MOST_SITES = 255 };

/* Columns of the kernels, after weight and delay. */
enum { SIMPLE_P = 2 };
enum { QUANTAL_U = 2, QUANTAL_TAU_REC, QUANTAL_TAU_FACIL, QUANTAL_FIRST_U, QUANTAL_FIRST_FULL, QUANTAL_N };

typedef struct {
    uint64_t key;
    uint32_t n_rows, n_parts;
    bool is_by_row; /* U and tau_facil are those of all synapses: so is u within a row */
    bool is_single_site;
    int64_t
        *last_event;  /* [part][row]: the step of `u` and `n_empty`; of a row without events the first one */
    double *u;        /* after the last event: [part][row], or one a synapse */
    uint8_t *n_empty; /* sites, of each synapse */
} neuro_stochastic_t;

typedef struct {
    neuro_sweep_function_t simple[2], quantal[2]; /* float64, float32 */
} neuro_stochastic_kernels_t;

#define NEURO_STOCHASTIC_DECLARE(name) extern const neuro_stochastic_kernels_t name
NEURO_VARIANT_DECLARE(NEURO_STOCHASTIC_DECLARE, neuro_stochastic_kernels);

#endif
