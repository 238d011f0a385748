#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>

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
