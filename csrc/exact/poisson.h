/* Poisson sources of the exact platform: the number of spikes of a cell in a step is drawn by comparing one
 * random word with the cumulative distribution. */
#ifndef NEURO_EXACT_POISSON_H
#define NEURO_EXACT_POISSON_H

#include "engine/network.h"

enum { POISSON_RATE, POISSON_START, POISSON_DURATION, POISSON_N };
/* Spikes of one cell in one step, at most: what the table holds and a byte can count. */
enum { POISSON_MOST = 250 };

/* Whole groups of neighbours of which some may fire; groups of rate 0 need no draws. */
typedef struct {
    uint32_t begin, end;
} neuro_poisson_interval_t;

enum { POISSON_GROUP = 64 }; /* what the widest vectors draw at once */

typedef struct {
    bool is_uniform; /* all cells have one rate and window: the table serves all */
    uint32_t n_table;
    uint32_t table[POISSON_MOST]; /* count >= j + 1 where the word is not below table[j] */
    /* otherwise, one a cell */
    double *mean;         /* spikes a step */
    double *p_none;       /* probability of no spike */
    uint32_t *threshold;  /* no spike where the word is below */
    int64_t *first, *end; /* steps in which the cell is active: first <= step < end */
    uint32_t n_intervals;
    neuro_poisson_interval_t *intervals;
} neuro_poisson_t;

/* The word above which a cumulative probability lies. */
static inline uint32_t
neuro_poisson_word(double probability)
{
    return probability >= 1.0 - 0x1p-33 ? UINT32_MAX : (uint32_t) (probability * 0x1p32);
}

#endif
