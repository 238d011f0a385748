/* Codes, their sentences and the culprit of the last error. */
#include "check.h"
#include "core/status.h"

#include <string.h>

static void
test_every_code_has_a_sentence_that_ends_with_its_name(void)
{
    static const struct {
        neuro_status_t status;
        const char *end;
    } codes[] = {
        {NEURO_OK, "(NEURO_OK)"},
        {NEURO_ERR_MEMORY, "(NEURO_ERR_MEMORY)"},
        {NEURO_ERR_VALUE, "(NEURO_ERR_VALUE)"},
        {NEURO_ERR_RANGE, "(NEURO_ERR_RANGE)"},
        {NEURO_ERR_NAME, "(NEURO_ERR_NAME)"},
        {NEURO_ERR_SHAPE, "(NEURO_ERR_SHAPE)"},
        {NEURO_ERR_STATE, "(NEURO_ERR_STATE)"},
        {NEURO_ERR_THREAD, "(NEURO_ERR_THREAD)"},
        {NEURO_ERR_INTERNAL, "(NEURO_ERR_INTERNAL)"},
    };
    size_t i;

    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        const char *text = neuro_status_text(codes[i].status);
        const size_t n = strlen(codes[i].end);

        CHECK(strlen(text) > n && strcmp(text + strlen(text) - n, codes[i].end) == 0);
    }
    CHECK(strcmp(neuro_status_text((neuro_status_t) 7), "unknown status") == 0);
}

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
    test_every_code_has_a_sentence_that_ends_with_its_name();
    test_the_culprit_is_kept_and_the_status_handed_through();
    test_a_long_sentence_is_cut();
    return check_result();
}
