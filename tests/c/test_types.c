/* Values of every type as doubles, and back. */
#include "check.h"
#include "core/types.h"

#include <math.h>

static void
test_sizes_are_those_of_the_types(void)
{
    CHECK(neuro_type_size(NEURO_F64) == 8 && neuro_type_size(NEURO_I64) == 8);
    CHECK(neuro_type_size(NEURO_F32) == 4 && neuro_type_size(NEURO_I32) == 4 &&
          neuro_type_size(NEURO_U32) == 4);
    CHECK(neuro_type_size(NEURO_I16) == 2 && neuro_type_size(NEURO_U16) == 2 &&
          neuro_type_size(NEURO_U8) == 1);
    CHECK(neuro_type_size(NEURO_REAL) == 0);
}

static void
test_the_ends_of_every_type_come_back(void)
{
    static const struct {
        neuro_type_t type;
        double low, high;
    } ends[] = {
        {NEURO_F64, -1.7976931348623157e308, 4.9406564584124654e-324},
        {NEURO_F32, -3.4028234663852886e38, 1.1754943508222875e-38},
        {NEURO_I64, -9223372036854775808.0, 9223372036854774784.0},
        {NEURO_I32, -2147483648.0, 2147483647.0},
        {NEURO_U32, 0.0, 4294967295.0},
        {NEURO_I16, -32768.0, 32767.0},
        {NEURO_U16, 0.0, 65535.0},
        {NEURO_U8, 0.0, 255.0},
    };
    double room[4];
    size_t i;

    for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        neuro_value_set(room, ends[i].type, 0, 0.0);
        neuro_value_set(room, ends[i].type, 1, ends[i].low);
        neuro_value_set(room, ends[i].type, 2, ends[i].high);
        CHECK(neuro_value_get(room, ends[i].type, 0) == 0.0);
        CHECK(neuro_value_get(room, ends[i].type, 1) == ends[i].low);
        CHECK(neuro_value_get(room, ends[i].type, 2) == ends[i].high);
    }
}

static void
test_integers_hold_their_range_and_nothing_else(void)
{
    static const double values[4] = {0.0, 255.0, 256.0, -1.0};

    CHECK(neuro_type_holds(NEURO_I16, -32768.0) && !neuro_type_holds(NEURO_I16, -32769.0));
    CHECK(neuro_type_holds(NEURO_U32, 4294967295.0) && !neuro_type_holds(NEURO_U32, 4294967296.0));
    CHECK(neuro_type_holds(NEURO_I64, -0x1p63) && !neuro_type_holds(NEURO_I64, 0x1p63));
    CHECK(!neuro_type_holds(NEURO_I32, NAN) && !neuro_type_holds(NEURO_U8, INFINITY));
    CHECK(neuro_type_holds(NEURO_F32, NAN) && neuro_type_holds(NEURO_F64, -INFINITY));
    CHECK(neuro_type_misfit(NEURO_U8, values, 4) == 2 && neuro_type_misfit(NEURO_I16, values, 4) == 4);
    CHECK(neuro_type_misfit(NEURO_F32, values, 4) == 4);
}

static void
test_single_precision_rounds_to_nearest(void)
{
    float room[1];

    neuro_value_set(room, NEURO_F32, 0, 0.1);
    CHECK(neuro_value_get(room, NEURO_F32, 0) == 0.100000001490116119384765625);
    neuro_value_set(room, NEURO_F32, 0, 16777217.0); /* half way: to even */
    CHECK(neuro_value_get(room, NEURO_F32, 0) == 16777216.0);
}

int
main(void)
{
    test_sizes_are_those_of_the_types();
    test_the_ends_of_every_type_come_back();
    test_integers_hold_their_range_and_nothing_else();
    test_single_precision_rounds_to_nearest();
    return check_result();
}
