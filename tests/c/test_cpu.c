/* Names of instruction sets, and subnormal numbers taken for 0. */
#include "check.h"
#include "core/cpu.h"

#include <float.h>
#include <string.h>

#if defined(NEURO_X86) || defined(__aarch64__)
#define HAS_FLOAT_MODE 1
#else
#define HAS_FLOAT_MODE 0
#endif

static void
test_names_of_instruction_sets_are_read_back(void)
{
    int i;

    for (i = 0; i < (int) NEURO_N_ISA; i++) {
        CHECK(neuro_isa_from_name(neuro_isa_name((neuro_isa_t) i)) == (neuro_isa_t) i);
    }
    CHECK(neuro_isa_from_name("v5") == NEURO_N_ISA);
    CHECK(strcmp(neuro_isa_name(NEURO_N_ISA), "unknown") == 0);
}

/* A conductance of 1 that loses a tenth in each step. */
static double
left_after(int n_steps)
{
    volatile double left = 1.0;
    int i;

    for (i = 0; i < n_steps; i++) {
        left = left * 0.9;
    }
    return left;
}

static void
test_what_decays_arrives_at_zero(void)
{
    uint64_t mode;

    CHECK(left_after(8000) > 0.0); /* 0.9 times the five smallest numbers rounds to themselves */
    mode = neuro_float_mode_without_subnormals();
    CHECK(!HAS_FLOAT_MODE || left_after(8000) == 0.0);
    CHECK(left_after(6000) > DBL_MIN);
    neuro_float_mode_restore(mode);
    CHECK(left_after(8000) > 0.0);
}

static void
test_the_mode_before_comes_back(void)
{
    const uint64_t outer = neuro_float_mode_without_subnormals();
    const uint64_t inner = neuro_float_mode_without_subnormals();

    neuro_float_mode_restore(inner);
    CHECK(!HAS_FLOAT_MODE || left_after(8000) == 0.0);
    neuro_float_mode_restore(outer);
    CHECK(left_after(8000) > 0.0);
}

int
main(void)
{
    test_names_of_instruction_sets_are_read_back();
    test_what_decays_arrives_at_zero();
    test_the_mode_before_comes_back();
    return check_result();
}
