/* Delivery of weights: what a synapse adds to which sum, for all ways of storing rows. */
#ifndef NEURO_LOIHI_STATIC_H
#define NEURO_LOIHI_STATIC_H

#include "core/cpu.h"
#include "engine/network.h"
#include "loihi/matrix.h"

/* How a weight's exponent is applied where the public emulators disagree. */
typedef enum {
    NEURO_LOIHI_SHIFT_SUM,    /* Lava: negative ones shift the sum of a step, down; no limit */
    NEURO_LOIHI_SHIFT_DOWN,   /* each weight, rounded down, limited (brian2-loihi) */
    NEURO_LOIHI_SHIFT_NEAREST /* each weight, to the nearest, half to even, limited (nengo-loihi) */
} neuro_loihi_shift_t;

/* The largest weight in units of 2^6 of the current: 21 bits without the lower six. */
enum { NEURO_LOIHI_MOST_WEIGHT = (1 << 15) - 1 };

/* A weight as it is added, by an exponent of -8..7. */
int32_t neuro_loihi_shifted(neuro_loihi_shift_t shift, int32_t exponent, int32_t weight);

/* Where weights are added, and what is done to them before. */
typedef struct {
    int32_t *data; /* the first cell of a slot that is added to with a delay of 0 ... */
    size_t stride; /* ... cells from slot to slot */
    uint32_t first, mask;
    neuro_loihi_shift_t shift;
    int32_t exponent;
    uint8_t *is_dirty;      /* [delay]: something was added; NULL: nobody asks */
    const int16_t *weights; /* shifted already; NULL: those of the rows */
    const neuro_loihi_matrix_t *matrix;
} neuro_loihi_destination_t;

typedef void (*neuro_loihi_add_t)(const neuro_sweep_t *sweep, const neuro_loihi_destination_t *to);

/* The rows of a projection that has a matrix. */
#define NEURO_LOIHI_ADD(name) void name(const neuro_sweep_t *sweep, const neuro_loihi_destination_t *to)
NEURO_VARIANT_DECLARE(NEURO_LOIHI_ADD, neuro_loihi_add_matrix);

enum { PAYLOAD_NONE, PAYLOAD_INT, PAYLOAD_N }; /* spikes alone; spikes that carry numbers */
enum { TARGET_16, TARGET_32, TARGET_DENSE, TARGET_N };
enum { DELAY_ONE, DELAY_8, DELAY_N };
enum { WEIGHT_MANY, WEIGHT_ONE, WEIGHT_N };
/* As it is; to the left only, without limit; either way, with limit. */
enum { SCALE_NONE, SCALE_LEFT, SCALE_DOWN, SCALE_N };

typedef struct {
    /* 16-bit weights; NULL: not on the list */
    neuro_loihi_add_t listed[PAYLOAD_N][TARGET_N][DELAY_N][WEIGHT_N][SCALE_N];
    neuro_loihi_add_t general;
} neuro_loihi_adds_t;

#define NEURO_LOIHI_ADDS(name) const neuro_loihi_adds_t name

/* What a projection needs to deliver its weights. */
typedef struct {
    neuro_loihi_add_t add;
    neuro_loihi_add_t add_many; /* of more than a few rows at once */
    neuro_loihi_shift_t shift;
    int32_t exponent;
    /* sums of one step that still have to be shifted; NULL: weights go to the ring directly */
    int32_t *sums;     /* [delay][target] */
    uint8_t *is_dirty; /* [part][delay] */
    uint32_t n_delays, n_parts;
    /* of weights that do not learn: what each adds, where its exponent is not 0; NULL: not kept */
    int16_t *weights;
    neuro_loihi_matrix_t matrix; /* the same of dense rows */
} neuro_loihi_delivery_t;

/* Between two steps all sums have been passed on, so that nothing is lost when they are allocated anew. */
NEURO_MUST_CHECK neuro_status_t neuro_loihi_delivery_prepare(neuro_loihi_delivery_t *delivery,
                                                             const neuro_projection_t *projection,
                                                             neuro_loihi_shift_t shift, int32_t exponent,
                                                             neuro_isa_t isa);
void neuro_loihi_delivery_free(neuro_loihi_delivery_t *delivery);
/* The weights of the rows of a sweep. */
void neuro_loihi_deliver(const neuro_loihi_delivery_t *delivery, const neuro_sweep_t *sweep);
/* At the end of a step: sums that were added up apart. */
void neuro_loihi_delivery_end(const neuro_loihi_delivery_t *delivery, const neuro_projection_t *projection,
                              uint32_t part, neuro_step_t step);

#endif
