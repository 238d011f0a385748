/* Fixed-point operations; expected values by hand. */
#include "core/fixed.h"

#include <stdio.h>

static int n_failed;

static void
expect(const char *what, int64_t result, int64_t expected)
{
    if (result != expected) {
        printf("%s gives %lld, expected %lld\n", what, (long long) result, (long long) expected);
        n_failed++;
    }
}

#define EXPECT(call, expected) expect(#call, (int64_t) (call), (expected))

static void
test_narrowing_keeps_the_low_bits(void)
{
    EXPECT(neuro_wrap_i32(0x180000000), INT32_MIN);
    EXPECT(neuro_wrap_i32(-0x180000001), INT32_MAX);
    EXPECT(neuro_wrap_i16(32768), -32768);
    EXPECT(neuro_wrap_i16(-32769), 32767);
    EXPECT(neuro_wrap_u16(-1), 65535);
    EXPECT(neuro_wrap_u16(65537), 1);
    EXPECT(neuro_bits_to_i32(0xFFFFFFFF), -1);
    EXPECT(neuro_bits_to_u32(-2), 0xFFFFFFFE);
    EXPECT(neuro_clip_i32(-9, -8, 7), -8);
    EXPECT(neuro_clip_i32(8, -8, 7), 7);
    EXPECT(neuro_clip_i32(3, -8, 7), 3);
}

static void
test_shifts_round_down(void)
{
    EXPECT(neuro_shift_down_i32(-1, 4), -1);
    EXPECT(neuro_shift_down_i32(-16, 4), -1);
    EXPECT(neuro_shift_down_i32(-17, 4), -2);
    EXPECT(neuro_shift_down_i32(31, 4), 1);
    EXPECT(neuro_shift_down_i64(-((int64_t) 1 << 40) - 1, 40), -2);
    EXPECT(neuro_shift_left_wrap_i32(65535, 16), -65536);
    EXPECT(neuro_shift_left_wrap_i32(-3, 2), -12);
    EXPECT(neuro_shift_left_wrap_i32(INT32_MIN, 1), 0);
}

static void
test_sums_wrap_or_saturate(void)
{
    uint64_t n = 0;

    EXPECT(neuro_add_wrap_i32(INT32_MAX, 1), INT32_MIN);
    EXPECT(neuro_subtract_wrap_i32(INT32_MIN, 1), INT32_MAX);
    EXPECT(neuro_add_saturate_u16(65535, 0, &n), 65535);
    EXPECT(neuro_add_saturate_u16(60000, 5535, &n), 65535);
    EXPECT(n, 0);
    EXPECT(neuro_add_saturate_u16(60000, 5536, &n), 65535);
    EXPECT(neuro_add_saturate_u16(65535, 65535, &n), 65535);
    EXPECT(n, 2);
}

static void
test_products_round_as_they_are_named(void)
{
    EXPECT(neuro_multiply_down_wrap_i32(3, -1, 1), -2);
    EXPECT(neuro_multiply_down_wrap_i32(3, 1, 1), 1);
    EXPECT(neuro_multiply_down_wrap_i32(INT32_MIN, INT32_MIN, 32), 1 << 30);
    EXPECT(neuro_multiply_down_wrap_i32(1 << 20, 1 << 20, 8), 0);
    EXPECT(neuro_multiply_fraction_down_i32(-1, 1), -1);
    EXPECT(neuro_multiply_fraction_down_i32(-2, 0x80000000), -1);
    EXPECT(neuro_multiply_fraction_down_i32(INT32_MIN, UINT32_MAX), INT32_MIN);
    EXPECT(neuro_multiply_fraction_down_i32(INT32_MAX, UINT32_MAX), INT32_MAX - 1);
    EXPECT(neuro_multiply_down_i16(-1, 1, 11), -1);
    EXPECT(neuro_multiply_down_i16(2048, -3, 11), -3);
    EXPECT(neuro_multiply_toward_zero_i32(-5, 1, 1), -2);
    EXPECT(neuro_multiply_toward_zero_i32(5, 1, 1), 2);
    EXPECT(neuro_multiply_toward_zero_i32(-1, 4095, 12), 0);
    EXPECT(neuro_multiply_toward_zero_i32(-8388608, 4096, 12), -8388608);
    EXPECT(neuro_multiply_toward_zero_i32(INT32_MIN, 1 << 12, 12), INT32_MIN);
}

static void
test_halves_go_to_the_even_number(void)
{
    EXPECT(neuro_round_half_even(0.5), 0);
    EXPECT(neuro_round_half_even(1.5), 2);
    EXPECT(neuro_round_half_even(-0.5), 0);
    EXPECT(neuro_round_half_even(-1.5), -2);
    EXPECT(neuro_round_half_even(-2.5), -2);
    EXPECT(neuro_round_half_even(3276.8), 3277);
    EXPECT(neuro_round_half_even(-3276.8), -3277);
    EXPECT(neuro_round_half_even(0.49999999999999994), 0);
}

int
main(void)
{
    test_narrowing_keeps_the_low_bits();
    test_shifts_round_down();
    test_sums_wrap_or_saturate();
    test_products_round_as_they_are_named();
    test_halves_go_to_the_even_number();
    return n_failed > 0;
}
