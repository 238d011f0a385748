/* The culprit of the last error. */
#include "check.h"
#include "core/status.h"

#include <string.h>

static void
test_the_culprit_is_kept_and_the_status_handed_through(void)
{
    neuro_error_t error = {{0}};

    CHECK(neuro_fail(&error, NEURO_ERR_RANGE, "cell %u of %u", 7u, 5u) == NEURO_ERR_RANGE);
    CHECK(strcmp(error.detail, "cell 7 of 5") == 0);
    CHECK(neuro_fail(NULL, NEURO_ERR_VALUE, "nobody listens") == NEURO_ERR_VALUE);
    CHECK(strcmp(error.detail, "cell 7 of 5") == 0);
}

static void
test_a_long_sentence_is_cut(void)
{
    neuro_error_t error;

    CHECK(neuro_fail(&error, NEURO_ERR_NAME, "%*s|", 2 * NEURO_ERROR_LENGTH, "x") == NEURO_ERR_NAME);
    CHECK(strlen(error.detail) == NEURO_ERROR_LENGTH - 1);
}

int
main(void)
{
    test_the_culprit_is_kept_and_the_status_handed_through();
    test_a_long_sentence_is_cut();
    return check_result();
}
