#include "core/types.h"

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
