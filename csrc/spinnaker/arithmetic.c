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

/* ---- square root ----------------------------------------------------------------------------- */

int32_t
neuro_spinnaker_sqrt(int32_t x)
{
    uint64_t rest = (uint64_t) neuro_bits_to_u32(x) << NEURO_SPINNAKER_FRACTION_BITS, root = 0, bit;

    for (bit = UINT64_C(1) << 46; bit != 0; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (int32_t) (uint32_t) root;
}

/* ---- inverse normal distribution: tables and polynomials of spinn_common's normal.c ---------- */

static const int32_t normal_tail[32] = {229376, 136628, 131359, 128187, 125892, 124086, 122593, 121318,
                                        120204, 119213, 118321, 117508, 116762, 116072, 115430, 114830,
                                        114265, 113733, 113229, 112751, 112295, 111860, 111444, 111045,
                                        110662, 110294, 109939, 109596, 109265, 108945, 108635, 108334};
static const int32_t normal_offset[5] = {7200, 6272, 4608, 2048, 0};
static const int32_t normal_factor[5] = {32, 16, 8, 6, 6};
static const int32_t normal_lead[10] = {98304, 98304, 65536, 65536, 65536, 16, 14, 13, 11, 10};
static const int32_t normal_polynomial[10][5] = {
    {489693536, -966086639, 1048652819, -1202555181, 638185482},
    {510971994, -1008958387, 1097593202, -1269255408, 208850025},
    {535062308, -1057614622, 1153468280, -1347876992, 1901851228},
    {562587223, -1113360216, 1217886707, -1442344496, 1417447081},
    {594357355, -1177895230, 1292890733, -1558625637, 896662126},
    {1364524482, 4157352, 893590920, 482307216, -56131990},
    {1594011413, 34197350, 980366094, 540913971, 14157698},
    {2059946197, 130876674, 1126841309, 628910107, -391651081},
    {669410721, 151375990, 657881394, 208981697, -111730420},
    {135763632, 134215538, 347443147, -134393924, 14235314}};

enum { NORMAL_TAIL = 32737 };

/* floor(a * b / 2^16) of a 32-bit number and a 16-bit one, as the processor's SMULW has it. */
static inline int32_t
multiply_word(int32_t a, int16_t b)
{
    return neuro_multiply_down_wrap_i32(a, b, 16);
}

static int32_t
normal_series(uint32_t piece, int32_t x)
{
    int32_t sum = normal_polynomial[piece][0];
    uint32_t i;

    for (i = 1; i < 5; i++) {
        sum = neuro_add_wrap_i32(multiply_word(sum, neuro_wrap_i16(x)), normal_polynomial[piece][i]);
    }
    return sum;
}

/* a in 1..32736 */
static int32_t
normal_body(int32_t a)
{
    const int32_t distance = 32768 - a;
    uint32_t leading = 0, piece; /* zeros before the first bit of 15 */
    int32_t x, sum;

    while (neuro_shift_down_i32(distance, 14 - leading) == 0) {
        leading++;
    }
    piece = 9 - leading;
    if (leading > 4) {
        x = neuro_shift_left_wrap_i32(distance - (1 << (14 - leading)), leading + 1);
        sum = normal_series(piece, x);
        sum = neuro_shift_left_wrap_i32(neuro_shift_down_i32(sum, 15) + (neuro_shift_down_i32(sum, 14) & 1),
                                        15); /* nearest */
        return normal_lead[piece] + neuro_shift_down_i32(sum, 16);
    }
    x = 2 * (neuro_shift_down_i32(a * a, 17) - normal_offset[4 - leading]) * normal_factor[4 - leading];
    sum = neuro_add_wrap_i32(normal_series(piece, x), neuro_shift_left_wrap_i32(x, 14));
    sum = neuro_shift_down_i32(sum, 16) + neuro_shift_left_wrap_i32(normal_lead[piece], 13);
    return neuro_multiply_down_wrap_i32(sum, a, 16);
}

int32_t
neuro_spinnaker_norm_inv(uint32_t u)
{
    const int32_t x = neuro_shift_down_i32(neuro_bits_to_i32(u), 16);
    const int32_t a = x < 0 ? -x : x;
    int32_t result;

    if (a == 0) {
        return 0;
    }
    result = a >= NORMAL_TAIL ? normal_tail[32768 - a] : normal_body(a);
    return x < 0 ? -result : result;
}

/* ---- sine: tables of spinn_common's sincos.c ------------------------------------------------- */

static const int32_t sine_table[16] = {0,          134130364,  267736951,  400298032,  531295957,  660219183,
                                       786564267,  909837834,  1029558505, 1145258771, 1256486826, 1362808327,
                                       1463808091, 1559091715, 1648287120, 1731045999};
/* cos - 1 */
static const int32_t cosine_table[16] = {
    0,          -4192939,   -16755382,  -37638274,  -66760066,  -104007040, -149233746, -202263575,
    -262889447, -330874618, -405953610, -487833239, -576193767, -670690148, -770953377, -876591926};
enum {
    OCTANTS_PER_UNIT = 20861,  /* 4 / pi, in 2^-14 */
    TURNS = 7358,              /* octants that are taken off at once */
    TURNS_RADIANS = 189364951, /* the same in s16.15 */
    TWELVE_OCTANTS = 2470649,
    OCTANT = 105414357,
    ROOT_HALF = 1518500250 /* sqrt(1 / 2), 31 bits */
};

/* Nearest multiple of 2^-15 of a number with 31 bits: 16 bits, which +1 is beyond of. */
static inline int32_t
round_sine(int32_t x, bool wraps)
{
    const int32_t rounded = neuro_shift_down_i32(x, 16) + (neuro_shift_down_i32(x, 15) & 1);

    return !wraps && rounded > INT16_MAX ? INT16_MAX : neuro_wrap_i16(rounded);
}

static inline int32_t
multiply_high(int32_t a, int32_t y)
{
    return neuro_multiply_down_wrap_i32(a, neuro_shift_down_i32(y, 16), 16);
}

int32_t
neuro_spinnaker_sin(int32_t x, bool wraps)
{
    int32_t n = neuro_shift_down_i32(neuro_multiply_down_wrap_i32(x, OCTANTS_PER_UNIT, 16), 13);
    const uint32_t octant = (uint32_t) (n & 7);
    uint32_t turned = octant;
    int32_t twelve, piece, square, sine, cosine, sine_part, cosine_part, sum;

    while (n < 0) {
        n += TURNS;
        x = neuro_add_wrap_i32(x, TURNS_RADIANS);
    }
    while (n >= TURNS) {
        n -= TURNS;
        x = neuro_subtract_wrap_i32(x, TURNS_RADIANS);
    }
    /* what is left of the octant: ever more bits of pi / 4 */
    twelve = neuro_shift_down_i32(neuro_shift_down_i32(n * 21845, 16), 2);
    x = neuro_subtract_wrap_i32(neuro_shift_left_wrap_i32(x, 3),
                                neuro_multiply_down_wrap_i32(TWELVE_OCTANTS, twelve, 0));
    x = neuro_subtract_wrap_i32(neuro_shift_left_wrap_i32(x, 9),
                                neuro_multiply_down_wrap_i32(OCTANT, n - 12 * twelve, 0));
    if (x < 0) {
        x = neuro_add_wrap_i32(x, OCTANT);
        turned = (octant + 7) & 7;
    }
    x = neuro_shift_left_wrap_i32(x, 4);
    piece = (neuro_shift_down_i32(x, 27) + (neuro_shift_down_i32(x, 26) & 1)) & 15;
    x = neuro_shift_left_wrap_i32(neuro_subtract_wrap_i32(x, neuro_shift_left_wrap_i32(piece, 27)), 5);
    square = neuro_shift_down_i32(x, 16);
    square = neuro_shift_down_i32(square * square, 10);
    sine = neuro_add_wrap_i32(sine_table[piece], multiply_high(sine_table[piece], -2 * square));
    sine = neuro_add_wrap_i32(sine, neuro_shift_down_i32(x, 5));
    sine = neuro_add_wrap_i32(sine, multiply_high(cosine_table[piece], neuro_shift_down_i32(x, 4)));
    /* 1 - cos */
    cosine = neuro_subtract_wrap_i32(square, cosine_table[piece]);
    cosine = neuro_add_wrap_i32(cosine, multiply_high(cosine_table[piece], 2 * square));
    cosine = neuro_add_wrap_i32(cosine, multiply_high(sine_table[piece], neuro_shift_down_i32(x, 4)));
    sine_part = neuro_multiply_down_wrap_i32(sine, ROOT_HALF, 31);
    cosine_part = neuro_subtract_wrap_i32(ROOT_HALF, neuro_multiply_down_wrap_i32(cosine, ROOT_HALF, 31));
    switch (turned) {
    case 0:
        return round_sine(sine, wraps);
    case 2:
        return NEURO_SPINNAKER_ONE - round_sine(cosine, wraps);
    case 4:
        return round_sine(neuro_subtract_wrap_i32(0, sine), wraps);
    case 6:
        return round_sine(cosine, wraps) - NEURO_SPINNAKER_ONE;
    case 1:
        sum = neuro_add_wrap_i32(cosine_part, sine_part);
        break;
    case 3:
        sum = neuro_subtract_wrap_i32(cosine_part, sine_part);
        break;
    case 5:
        sum = neuro_subtract_wrap_i32(0, neuro_add_wrap_i32(cosine_part, sine_part));
        break;
    default:
        sum = neuro_subtract_wrap_i32(sine_part, cosine_part);
        break;
    }
    return round_sine(sum, wraps);
}
