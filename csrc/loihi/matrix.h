/* The weights of dense rows a second time, as a matrix of bytes.
 *
 * Where a row holds a synapse onto every sixteenth target or more, adding whole rows of bytes to 16-bit sums
 * takes less time than adding synapses one by one, as long as the matrix stays near the processor. A byte
 * times 2^shift is what the pair's synapses add together; sums in the ring wrap, so their order is free and
 * the result the same to the bit. */
#ifndef NEURO_LOIHI_MATRIX_H
#define NEURO_LOIHI_MATRIX_H

#include "core/synapses.h"

typedef struct {
    int8_t *weights; /* [row][target]; NULL: the rows are not of this kind */
    size_t stride;   /* bytes from row to row */
    uint32_t shift;
} neuro_loihi_matrix_t;

enum {
    NEURO_LOIHI_MATRIX_SLACK = 1024, /* bytes behind the last row that may be read */
    NEURO_LOIHI_MATRIX_ROWS = 255    /* rows whose sum fits 16 bits */
};

/* Make the matrix of rows that are dense enough, of one delay, and of weights that fit; weights NULL where
 * they are not, or memory is short. added: what each synapse adds, one number where all weights are equal. */
void neuro_loihi_matrix_make(neuro_loihi_matrix_t *matrix, const neuro_rows_t *rows, const int16_t *added);
void neuro_loihi_matrix_free(neuro_loihi_matrix_t *matrix);

#endif
