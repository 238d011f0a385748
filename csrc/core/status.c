#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *
neuro_status_text(neuro_status_t status)
{
    switch (status) {
    case NEURO_OK:
        return "no error (NEURO_OK)";
    case NEURO_ERR_MEMORY:
        return "not enough memory (NEURO_ERR_MEMORY)";
    case NEURO_ERR_VALUE:
        return "a value is not allowed (NEURO_ERR_VALUE)";
    case NEURO_ERR_RANGE:
        return "an index or size is out of range (NEURO_ERR_RANGE)";
    case NEURO_ERR_NAME:
        return "no such name (NEURO_ERR_NAME)";
    case NEURO_ERR_SHAPE:
        return "an array has the wrong length (NEURO_ERR_SHAPE)";
    case NEURO_ERR_STATE:
        return "the call is not possible now (NEURO_ERR_STATE)";
    case NEURO_ERR_THREAD:
        return "a thread could not be started (NEURO_ERR_THREAD)";
    case NEURO_ERR_INTERNAL:
        return "the engine contradicts itself; please report this (NEURO_ERR_INTERNAL)";
    }
    return "unknown status";
}

neuro_status_t
neuro_fail(neuro_error_t *error, neuro_status_t status, const char *format, ...)
{
    va_list arguments;

    if (error != NULL) {
        va_start(arguments, format);
        (void) vsnprintf(error->detail, sizeof error->detail, format, arguments);
        va_end(arguments);
    }
    return status;
}
