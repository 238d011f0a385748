#include "spinnaker/arithmetic.h"

/* e^k * 2^32 for k = -13..12, nearest. Table of spinn_common's exp.c. */
static const uint64_t exp_whole[26] = {
    9708,           26389,          71733,          194991,         530041,
    1440801,        3916503,        10646160,       28939262,       78665070,
    213833830,      581260615,      1580030169,     4294967296,     11674931555,
    31735754293,    86266724208,    234497268814,   637429664642,   1732713474316,
    4710003551159,  12803117065094, 34802480465680, 94602950235157, 257157480542844,
    699026506411923};

/* (1 - e^(-j/16)) * 2^32, cut. Table of spinn_common's exp.c. */
static const uint32_t exp_sixteenths[16] = {
    0,          260218914,  504671961,  734314346,  950043403,  1152702096, 1343082321, 1521927990,
    1689937949, 1847768698, 1996036966, 2135322113, 2266168400, 2389087112, 2504558555, 2613033936};

/* Polynomial for 2^32 * (1 - e^-x) below 1/16, same source. */
static const uint32_t exp_rest[3] = {5294, 4293434720, 2081624032};

/* Arguments whose result saturates, or is below the smallest number. Same source. */
enum { EXP_LARGEST = 363408, EXP_SMALLEST = -340695, EXP_FIRST = -13 };

int32_t
neuro_spinnaker_divide(int32_t a, int32_t b)
{
    const uint64_t dividend = (uint64_t) (int64_t) a << NEURO_SPINNAKER_FRACTION_BITS;

    return b == 0 ? 0 : neuro_wrap_i32((int64_t) (dividend / (uint64_t) (int64_t) b));
}

int32_t
neuro_spinnaker_ceiling(int32_t x)
{
    return neuro_shift_down_i32(x, NEURO_SPINNAKER_FRACTION_BITS) + ((x & (NEURO_SPINNAKER_ONE - 1)) != 0);
}

/* x * y / 2^32 where the product with the low half of x is rounded to nearest. */
static uint64_t
scale(uint64_t x, uint32_t y)
{
    const uint64_t low = (x & UINT32_MAX) * y;

    return (low >> 32) + ((uint32_t) low >= 0x7FFFFFFF) + (x >> 32) * y;
}

/* e^x * 2^32; x s16.15 between the two limits. */
static uint64_t
exp_scaled(int32_t x)
{
    int32_t whole = neuro_shift_down_i32(x, NEURO_SPINNAKER_FRACTION_BITS);
    uint32_t rest = (uint32_t) (x & (NEURO_SPINNAKER_ONE - 1));
    uint64_t total, part;
    uint32_t y;

    if (rest == 0) {
        return exp_whole[whole - EXP_FIRST];
    }
    /* e^x = e^(whole + 1) * e^-(1 - rest), and e^-(j/16 + y) = (1 - sixteenths[j]) * (1 - polynomial(y)) */
    whole += 1;
    rest = (uint32_t) NEURO_SPINNAKER_ONE - rest;
    total = exp_whole[whole - EXP_FIRST];
    total -= scale(total, exp_sixteenths[rest >> 11]);
    y = (rest & 0x7FF) << 17;
    part = exp_rest[1] - (((uint64_t) exp_rest[2] * y) >> 32);
    part = ((part * y) >> 32) + exp_rest[0];
    return total - scale(total, (uint32_t) part);
}

int32_t
neuro_spinnaker_exp(int32_t x)
{
    if (x > EXP_LARGEST) {
        return INT32_MAX;
    }
    return x < EXP_SMALLEST ? 0 : neuro_wrap_i32((int64_t) (exp_scaled(x) >> 17));
}

uint32_t
neuro_spinnaker_exp_fraction(int32_t x)
{
    if (x > EXP_LARGEST) {
        return INT32_MAX;
    }
    return x < EXP_SMALLEST ? 0 : (uint32_t) exp_scaled(x);
}
