/* Numbers that every room of the engine uses. */
#ifndef NEURO_CORE_TYPES_H
#define NEURO_CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Steps of the network's clock. Signed, so that differences and "never" (-1 and below) need no care. */
typedef int64_t neuro_step_t;

typedef enum {
    NEURO_F64,
    NEURO_F32,
    NEURO_I64,
    NEURO_I32,
    NEURO_U32,
    NEURO_I16,
    NEURO_U16,
    NEURO_U8,
    NEURO_REAL /* F64 or F32, by the network's precision; resolved when a population is made */
} neuro_type_t;

/* Bytes of one value; 0 for NEURO_REAL, which has none until it is resolved. */
size_t neuro_type_size(neuro_type_t type);

/* Whether a value can be stored: integer types hold the values of neuro_type_range, floating types all. */
bool neuro_type_holds(neuro_type_t type, double value);
/* The first of n values that cannot be stored; n: there is none. */
uint64_t neuro_type_misfit(neuro_type_t type, const double *values, uint64_t n);
/* Smallest and largest value of an integer type; infinities for floating types. */
void neuro_type_range(neuro_type_t type, double *low, double *high);

/* Value number i of an array as a double, and back. Storing rounds to nearest for floating types and cuts off
 * fractions for integer types, which take values that they hold. */
double neuro_value_get(const void *data, neuro_type_t type, size_t i);
void neuro_value_set(void *data, neuro_type_t type, size_t i, double value);

#endif
