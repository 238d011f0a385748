#include "core/types.h"

#include <math.h>

size_t
neuro_type_size(neuro_type_t type)
{
    switch (type) {
    case NEURO_F64:
    case NEURO_I64:
        return 8;
    case NEURO_F32:
    case NEURO_I32:
    case NEURO_U32:
        return 4;
    case NEURO_I16:
    case NEURO_U16:
        return 2;
    case NEURO_U8:
        return 1;
    case NEURO_REAL:
        break;
    }
    return 0;
}

void
neuro_type_range(neuro_type_t type, double *low, double *high)
{
    *low = 0.0;
    *high = 0.0;
    switch (type) {
    case NEURO_I64: /* the largest double below 2^63 */
        *low = -0x1p63;
        *high = 0x1p63 - 0x1p10;
        break;
    case NEURO_I32:
        *low = (double) INT32_MIN;
        *high = (double) INT32_MAX;
        break;
    case NEURO_U32:
        *high = (double) UINT32_MAX;
        break;
    case NEURO_I16:
        *low = (double) INT16_MIN;
        *high = (double) INT16_MAX;
        break;
    case NEURO_U16:
        *high = (double) UINT16_MAX;
        break;
    case NEURO_U8:
        *high = (double) UINT8_MAX;
        break;
    case NEURO_F64:
    case NEURO_F32:
    case NEURO_REAL:
        *low = -INFINITY;
        *high = INFINITY;
        break;
    }
}

static bool
is_floating(neuro_type_t type)
{
    return type == NEURO_F64 || type == NEURO_F32 || type == NEURO_REAL;
}

bool
neuro_type_holds(neuro_type_t type, double value)
{
    double low, high;

    neuro_type_range(type, &low, &high);
    return is_floating(type) || (value >= low && value <= high);
}

uint64_t
neuro_type_misfit(neuro_type_t type, const double *values, uint64_t n)
{
    double low, high;
    uint64_t i = 0;

    neuro_type_range(type, &low, &high);
    while (i < n && (is_floating(type) || (values[i] >= low && values[i] <= high))) {
        i++;
    }
    return i;
}

double
neuro_value_get(const void *data, neuro_type_t type, size_t i)
{
    switch (type) {
    case NEURO_F64:
        return ((const double *) data)[i];
    case NEURO_F32:
        return (double) ((const float *) data)[i];
    case NEURO_I64:
        return (double) ((const int64_t *) data)[i];
    case NEURO_I32:
        return (double) ((const int32_t *) data)[i];
    case NEURO_U32:
        return (double) ((const uint32_t *) data)[i];
    case NEURO_I16:
        return (double) ((const int16_t *) data)[i];
    case NEURO_U16:
        return (double) ((const uint16_t *) data)[i];
    case NEURO_U8:
        return (double) ((const uint8_t *) data)[i];
    case NEURO_REAL:
        break;
    }
    return 0.0;
}

void
neuro_value_set(void *data, neuro_type_t type, size_t i, double value)
{
    switch (type) {
    case NEURO_F64:
        ((double *) data)[i] = value;
        break;
    case NEURO_F32:
        ((float *) data)[i] = (float) value;
        break;
    case NEURO_I64:
        ((int64_t *) data)[i] = (int64_t) value;
        break;
    case NEURO_I32:
        ((int32_t *) data)[i] = (int32_t) value;
        break;
    case NEURO_U32:
        ((uint32_t *) data)[i] = (uint32_t) value;
        break;
    case NEURO_I16:
        ((int16_t *) data)[i] = (int16_t) value;
        break;
    case NEURO_U16:
        ((uint16_t *) data)[i] = (uint16_t) value;
        break;
    case NEURO_U8:
        ((uint8_t *) data)[i] = (uint8_t) value;
        break;
    case NEURO_REAL:
        break;
    }
}
