/* What the files of traces share: the names of random words, and impulses. */
#ifndef NEURO_LOIHI_LEARNING_TRACES_H
#define NEURO_LOIHI_LEARNING_TRACES_H

#include "core/random_inline.h"
#include "loihi/learning.h"

/* Random words of an axon or a cell in a step: four, from one call. Words 0..2 round the traces' decay, the
 * bytes of word 3 their impulses. The synapses' words (learning_kernels.c) have class 0. */
enum { CLASS_BITS = 40, CLASS_AXON = 1, CLASS_CELL, CLASS_AXON_AGAIN, CLASS_CELL_AGAIN };

static inline uint64_t
neuro_loihi_key(const neuro_projection_t *projection)
{
    return neuro_philox_key(projection->network->seed, NEURO_PURPOSE_SYNAPSE, projection->id);
}

/* Lava compares 7 bits with the 8 of the fraction; so half and more always count. */
static inline bool
neuro_loihi_rounds_up(const neuro_loihi_learning_t *learning, const neuro_loihi_trace_t *trace, uint32_t byte)
{
    return (learning->flavour == FLAVOUR_LAVA ? byte & 127u : byte) < trace->fraction;
}

static inline uint8_t
neuro_loihi_add_impulse(uint32_t value, const neuro_loihi_trace_t *trace, bool is_up)
{
    const uint32_t sum = value + trace->whole + (uint32_t) is_up;

    return (uint8_t) (sum < TRACE_TOP ? sum : TRACE_TOP);
}

#endif
