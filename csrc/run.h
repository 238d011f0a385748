/* The time loop: walks the platform's step plan over blocks of cells, with threads, actions and an eye on the
 * clock. */
#ifndef NEURO_RUN_H
#define NEURO_RUN_H

#include "engine/network.h"

/* Run at most `n_steps` steps and stop early, at a step boundary, when `max_seconds` of wall time have
 * passed. steps_done: how many were done, also on failure. The network must be prepared. */
NEURO_MUST_CHECK neuro_status_t neuro_run(neuro_network_t *network, neuro_step_t n_steps, double max_seconds,
                                          neuro_step_t *steps_done);

#endif
