/* Learning rules as small programs: sums of products, evaluated factor by factor over whole rows.
 *
 * Source: Davies et al., "Loihi: a neuromorphic manycore processor with on-chip learning", IEEE Micro 38(1),
 * 2018, Table 1; widths and shifts as Lava (lava-nc 0.11), lava.magma.core.learning. */
#ifndef NEURO_LOIHI_RULE_PROGRAM_H
#define NEURO_LOIHI_RULE_PROGRAM_H

#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { TARGET_WEIGHT, TARGET_TAG, TARGET_DELAY_VARIABLE, N_TARGETS } neuro_loihi_target_t;

typedef enum { GATE_X0, GATE_Y0, GATE_EPOCH, N_GATES } neuro_loihi_gate_t;

/* The codes of pynn_neuro/platforms/loihi/rules.py. */
typedef enum {
    FACTOR_X0,
    FACTOR_Y0,
    FACTOR_X1,
    FACTOR_X2,
    FACTOR_Y1,
    FACTOR_Y2,
    FACTOR_Y3,
    FACTOR_W,
    FACTOR_T,
    FACTOR_D,
    FACTOR_R0,
    FACTOR_R1,
    FACTOR_EPOCH, /* constant: its k */
    N_FACTORS
} neuro_loihi_variable_t;

enum { MOST_PRODUCTS = 48, MOST_FACTORS = 8, ACCUMULATOR_BITS = 15, FRACTION_BITS = 7 };

typedef struct {
    neuro_loihi_variable_t variable;
    int32_t constant;
    bool is_sign;
    int32_t limit; /* values are clipped to -limit .. limit - 1; a power of two */
} neuro_loihi_factor_t;

typedef struct {
    neuro_loihi_target_t target;
    neuro_loihi_gate_t gate;
    uint32_t period; /* the epochs counted are multiples of 2^period */
    int32_t mantissa, exponent;
    uint32_t down;     /* the shift that keeps a product within the accumulator */
    bool has_fraction; /* the text has a power of 2 below 1 */
    uint32_t n_factors;
    neuro_loihi_factor_t factors[MOST_FACTORS];
} neuro_loihi_product_t;

typedef struct {
    uint32_t n_products;
    neuro_loihi_product_t products[MOST_PRODUCTS]; /* by target, in the order of the text */
    bool has_target[N_TARGETS], has_gate[N_GATES], has_factor[N_FACTORS];
} neuro_loihi_program_t;

/* From numbers (rules.py, compile_rules); NEURO_ERR_VALUE with a sentence: they are no program, and nothing
 * has changed. */
NEURO_MUST_CHECK neuro_status_t neuro_loihi_program_read(neuro_loihi_program_t *program,
                                                         const double *numbers, uint64_t n,
                                                         neuro_error_t *error);

#endif
