/* The functions of one neuron kernel, and the choice among them for a population. */
#ifndef NEURO_EXACT_COMBINATIONS_H
#define NEURO_EXACT_COMBINATIONS_H

#include "engine/network.h"

/* Combinations of scalar and array constants that a kernel is compiled for: all equal; all equal but the
 * current; the general one, in which every constant is an array. */
enum { EXACT_UNIFORM, EXACT_BIASED, EXACT_GENERAL, EXACT_N_COMBINATIONS };

typedef struct {
    neuro_block_function_t update[EXACT_N_COMBINATIONS];
} neuro_exact_neuron_t;

/* A family of kernels for one instruction set, in double and single precision, by kernel number. */
typedef struct {
    const neuro_exact_neuron_t *f64, *f32;
} neuro_exact_family_t;

/* `variants`, by instruction set: what *_kernels.c defines as NEURO_VARIANT(name). */
#define NEURO_EXACT_FAMILY(name) extern const neuro_exact_family_t name
#define NEURO_EXACT_VARIANTS(name)                                                                           \
    NEURO_VARIANT_DECLARE(NEURO_EXACT_FAMILY, name);                                                         \
    static const neuro_exact_family_t *const variants[NEURO_N_ISA] = NEURO_VARIANT_TABLE(&name)

/* Choose the kernel's narrowest combination that holds this population's array constants; the current is
 * constant 0. */
NEURO_MUST_CHECK neuro_status_t neuro_exact_select(neuro_population_t *population,
                                                   const neuro_exact_family_t *family, uint32_t kernel);

#endif
