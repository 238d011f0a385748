#include "neuro_find.h"

#include <string.h>

neuro_status_t
neuro_find_population(neuro_network_t *network, uint32_t id, neuro_population_t **out)
{
    *out = NULL;
    if (id >= network->n_populations) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "population %u of %u", id,
                          network->n_populations);
    }
    *out = network->populations[id];
    return NEURO_OK;
}

neuro_status_t
neuro_find_variable(neuro_network_t *network, uint32_t id, const char *name, neuro_population_t **population,
                    uint32_t *variable)
{
    neuro_status_t status = neuro_find_population(network, id, population);
    int32_t number;

    *variable = 0;
    if (status != NEURO_OK) {
        return status;
    }
    number = neuro_population_variable(*population, name);
    if (number < 0) {
        return neuro_fail(&network->error, NEURO_ERR_NAME, "kernel \"%s\" has no variable \"%s\"",
                          (*population)->kernel->name, name);
    }
    *variable = (uint32_t) number;
    return NEURO_OK;
}

neuro_status_t
neuro_find_projection(neuro_network_t *network, uint32_t id, neuro_projection_t **out)
{
    *out = NULL;
    if (id >= network->n_projections) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "projection %u of %u", id,
                          network->n_projections);
    }
    *out = network->projections[id];
    return NEURO_OK;
}

bool
neuro_is_column(const neuro_projection_t *projection, const char *name)
{
    uint32_t c;

    for (c = 0; c < projection->kernel->n_columns; c++) {
        if (projection->kernel->columns[c].is_offered &&
            strcmp(projection->kernel->columns[c].name, name) == 0) {
            return true;
        }
    }
    return false;
}

neuro_status_t
neuro_find_column(neuro_network_t *network, const neuro_projection_t *projection, const char *name,
                  uint32_t *column)
{
    uint32_t c;

    *column = 0;
    if (strcmp(name, "weight") == 0 || strcmp(name, "delay") == 0) {
        *column = name[0] == 'w' ? NEURO_WEIGHT : NEURO_DELAY;
        return NEURO_OK;
    }
    for (c = 0; c < projection->kernel->n_columns; c++) {
        if (projection->kernel->columns[c].is_offered &&
            strcmp(projection->kernel->columns[c].name, name) == 0) {
            *column = 2 + c;
            return NEURO_OK;
        }
    }
    return neuro_fail(&network->error, NEURO_ERR_NAME,
                      "synapse kernel \"%s\" has no value \"%s\" of a synapse", projection->kernel->name,
                      name);
}

char
neuro_type_letter(neuro_type_t type)
{
    switch (type) {
    case NEURO_F64:
        return 'd';
    case NEURO_F32:
        return 'f';
    case NEURO_I64:
        return 'q';
    case NEURO_I32:
        return 'i';
    case NEURO_U32:
        return 'I';
    case NEURO_I16:
        return 'h';
    case NEURO_U16:
        return 'H';
    case NEURO_U8:
        return 'B';
    case NEURO_REAL:
        break;
    }
    return '?';
}
