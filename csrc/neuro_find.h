/* Numbers and names to what they stand for; shared by the files of the public face. */
#ifndef NEURO_FIND_H
#define NEURO_FIND_H

#include "engine/network.h"

/* Each fails with a sentence in network->error, and then *out is NULL (or 0). */
NEURO_MUST_CHECK neuro_status_t neuro_find_population(neuro_network_t *network, uint32_t id,
                                                      neuro_population_t **out);
NEURO_MUST_CHECK neuro_status_t neuro_find_variable(neuro_network_t *network, uint32_t id, const char *name,
                                                    neuro_population_t **population, uint32_t *variable);
NEURO_MUST_CHECK neuro_status_t neuro_find_projection(neuro_network_t *network, uint32_t id,
                                                      neuro_projection_t **out);

/* Index of a column that is offered to users; weight and delay come first. */
NEURO_MUST_CHECK neuro_status_t neuro_find_column(neuro_network_t *network,
                                                  const neuro_projection_t *projection, const char *name,
                                                  uint32_t *column);

/* Whether a value of each synapse that is offered, besides weight and delay, has this name. */
bool neuro_is_column(const neuro_projection_t *projection, const char *name);

/* The code letter that numpy and Python's struct module use. */
char neuro_type_letter(neuro_type_t type);

#endif
