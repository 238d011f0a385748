/* Connectors: rows of a projection expanded from streams of random numbers, whole rows, no temporary pairs.
 *
 * What belongs to a source is drawn from the stream of (seed, connectivity, projection, source), what belongs
 * to a target from that of the target: the same net whatever the number of threads. All but neuro_pick_all of
 * whole populations give sparse rows. */
#ifndef NEURO_ENGINE_CONNECT_H
#define NEURO_ENGINE_CONNECT_H

#include "engine/network.h"

/* The cells that a connector joins: index arrays ascend; NULL stands for 0, 1, ... */
typedef struct {
    const uint32_t *pre;
    uint32_t n_pre;
    const uint32_t *post;
    uint32_t n_post;
    bool allow_self; /* cell i of a population to cell i of the same */
} neuro_pick_t;

NEURO_MUST_CHECK neuro_status_t neuro_pick_all(neuro_projection_t *projection, const neuro_pick_t *pick);
/* k-th source to k-th target, as far as both go. */
NEURO_MUST_CHECK neuro_status_t neuro_pick_one_to_one(neuro_projection_t *projection,
                                                      const neuro_pick_t *pick);
/* Every pair with the same probability, by geometric skips. */
NEURO_MUST_CHECK neuro_status_t neuro_pick_bernoulli(neuro_projection_t *projection, const neuro_pick_t *pick,
                                                     double probability);
/* n targets of every source. */
NEURO_MUST_CHECK neuro_status_t neuro_pick_number_post(neuro_projection_t *projection,
                                                       const neuro_pick_t *pick, uint32_t n,
                                                       bool with_replacement);
/* n sources of every target. */
NEURO_MUST_CHECK neuro_status_t neuro_pick_number_pre(neuro_projection_t *projection,
                                                      const neuro_pick_t *pick, uint32_t n,
                                                      bool with_replacement);
/* n pairs in all. */
NEURO_MUST_CHECK neuro_status_t neuro_pick_total_number(neuro_projection_t *projection,
                                                        const neuro_pick_t *pick, uint64_t n,
                                                        bool with_replacement);

/* One number a synapse, in storage order, from the stream of (seed, weight or delay or other, projection,
 * row), times `scale`; delays are rounded to whole steps, at least 1. */
NEURO_MUST_CHECK neuro_status_t neuro_draw_rows(neuro_projection_t *projection, uint32_t column,
                                                const char *distribution, const double *parameters,
                                                uint32_t n_parameters, double scale, double *values);

#endif
