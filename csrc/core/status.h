/* Status codes and the culprit of the last error.
 *
 * A function that can fail returns neuro_status_t; 0 is success. The sentence that says which value of what
 * was wrong is kept in a neuro_error_t that belongs to the network handle, never in a global. */
#ifndef NEURO_CORE_STATUS_H
#define NEURO_CORE_STATUS_H

typedef enum {
    NEURO_OK = 0,
    /* 100: memory */
    NEURO_ERR_MEMORY = 100,
    /* 200: a value that the caller gave */
    NEURO_ERR_VALUE = 200,
    NEURO_ERR_RANGE = 201,
    NEURO_ERR_NAME = 202,
    NEURO_ERR_SHAPE = 203,
    /* 300: a call at the wrong moment */
    NEURO_ERR_STATE = 300,
    /* 400: the system */
    NEURO_ERR_THREAD = 400,
    /* 900: a contradiction of our own */
    NEURO_ERR_INTERNAL = 900
} neuro_status_t;

#define NEURO_MUST_CHECK __attribute__((warn_unused_result))

enum { NEURO_ERROR_LENGTH = 512 };

typedef struct {
    char detail[NEURO_ERROR_LENGTH];
} neuro_error_t;

/* Store a formatted sentence and hand the status through: `return neuro_fail(error, NEURO_ERR_VALUE, "...",
 * ...)`. */
__attribute__((format(printf, 3, 4))) neuro_status_t neuro_fail(neuro_error_t *error, neuro_status_t status,
                                                                const char *format, ...);

#endif
