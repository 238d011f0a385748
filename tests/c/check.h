/* Checks for the C test programs: each failed one is printed with its place and counted; a program ends with
 * `return check_result();`, which is 1 if any failed. */
#ifndef NEURO_TESTS_CHECK_H
#define NEURO_TESTS_CHECK_H

#include <stdio.h>

/* One counter for each program: a test program is one file. */
static int check_failures;

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            check_failures++;                                                                                \
            printf("%s:%d: %s is false\n", __FILE__, __LINE__, #condition);                                  \
        }                                                                                                    \
    } while (0)

/* A comparison that prints the number it failed with. */
#define CHECK_BELOW(value, limit)                                                                            \
    do {                                                                                                     \
        const double check_value = (double) (value);                                                         \
        const double check_limit = (double) (limit);                                                         \
        if (!(check_value < check_limit)) {                                                                  \
            check_failures++;                                                                                \
            printf("%s:%d: %s = %.17g is not below %.17g\n", __FILE__, __LINE__, #value, check_value,        \
                   check_limit);                                                                             \
        }                                                                                                    \
    } while (0)

static inline int
check_result(void)
{
    if (check_failures > 0) {
        printf("%d checks failed\n", check_failures);
    }
    return check_failures > 0 ? 1 : 0;
}

#endif
