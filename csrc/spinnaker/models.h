/* The models' data, as constants of every file that includes this. */
#ifndef NEURO_SPINNAKER_MODELS_H
#define NEURO_SPINNAKER_MODELS_H

#include "spinnaker/neurons.h"

#include <stddef.h>

/* The place of each variable: that of a member in a structure of single bytes. */
#define NEURO_SPINNAKER_MEMBER(T, NAME)   char NAME;
#define NEURO_SPINNAKER_POSITION(T, NAME) [ROLE_##NAME] = 1 + (uint8_t) offsetof(T, NAME),

#define NEURO_SPINNAKER_DATA(name, NAME, synapse_type, input_type, receptors, izk, semd, ca2, stoc)          \
    typedef struct {                                                                                         \
        NAME(NEURO_SPINNAKER_MEMBER, )                                                                       \
    } name##_order_t;                                                                                        \
    static const neuro_spinnaker_model_t name##_model = {                                                    \
        .synapse = synapse_type,                                                                             \
        .input = input_type,                                                                                 \
        .n_receptors = receptors,                                                                            \
        .is_izhikevich = izk,                                                                                \
        .is_semd = semd,                                                                                     \
        .has_ca2 = ca2,                                                                                      \
        .is_stochastic = stoc,                                                                               \
        .layout = {NAME(NEURO_SPINNAKER_POSITION, name##_order_t)}};
NEURO_SPINNAKER_MODELS(NEURO_SPINNAKER_DATA)

#endif
