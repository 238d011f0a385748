#include "core/fixed.h"
#include "core/random_inline.h"
#include "engine/fired.h"
#include "engine/network.h"
#include "engine/vector.h"
#include "loihi/cuba.h"
#include "loihi/cuba_lanes.h"
#include "loihi/graded.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { LIMIT = 1 << (CUBA_STATE_BITS - 1) };

INLINE const int32_t *
constant(const neuro_block_t *block, uint32_t number, size_t stride)
{
    return NEURO_CONSTANT(block->population, number, int32_t) + block->first * stride;
}

/* sgn(x) floor(|x| keep / 4096), 0 <= keep <= 4096, in products of 32 bits: |x| is taken apart at 12 bits. */
INLINE int32_t
decayed_i32(int32_t x, int32_t keep)
{
    const uint32_t share = neuro_bits_to_u32(keep), raw = neuro_bits_to_u32(x);
    const uint32_t magnitude = x < 0 ? 0u - raw : raw;
    const uint32_t left = (magnitude >> CUBA_DECAY_BITS) * share +
                          (((magnitude & ((1u << CUBA_DECAY_BITS) - 1)) * share) >> CUBA_DECAY_BITS);

    return neuro_bits_to_i32(x < 0 ? 0u - left : left);
}

INLINE int64_t
decayed_i64(int64_t x, int32_t keep)
{
    const uint64_t share = (uint64_t) keep, magnitude = x < 0 ? 0u - (uint64_t) x : (uint64_t) x;
    const uint64_t left = (magnitude >> CUBA_DECAY_BITS) * share +
                          (((magnitude & ((1u << CUBA_DECAY_BITS) - 1)) * share) >> CUBA_DECAY_BITS);

    return (int64_t) (x < 0 ? 0u - left : left);
}

/* x as a number of `bits` bits in two's complement. */
INLINE int32_t
wrapped(int32_t x, uint32_t bits)
{
    return neuro_shift_down_i32(neuro_shift_left_wrap_i32(x, 32 - bits), 32 - bits);
}

/* One turn around the range of 24 bits, with Lava's limits: 2^23 stays, -2^23 becomes 2^23. */
INLINE int64_t
wrapped_as_lava(int64_t u)
{
    if (u > LIMIT) {
        u -= 2 * LIMIT;
    }
    return u <= -LIMIT ? u + 2 * LIMIT : u;
}

/* What noise adds in this step: (r + 64 offset) 2^(exponent - 7), r uniform in -127..127; fractions are cut.
 * Source: nengo-loihi, emulator/interface.py, NoiseState. */
INLINE int32_t
noise_value(uint32_t word, int32_t exponent, int32_t offset)
{
    const int32_t r = (int32_t) (((uint64_t) word * 255) >> 32) - 127;
    const int32_t mantissa = r + 64 * offset;

    if (exponent >= 7) {
        return neuro_shift_left_wrap_i32(mantissa, (uint32_t) (exponent - 7));
    }
    return mantissa < 0 ? -neuro_shift_down_i32(-mantissa, (uint32_t) (7 - exponent))
                        : neuro_shift_down_i32(mantissa, (uint32_t) (7 - exponent));
}

/* u and v as they were at rest, where the step is one of those that reset. Source: lava.proc.lif.models,
 * LIFReset: step t = 1, 2, ... with t mod interval = offset mod interval. */
INLINE void
reset_states(const neuro_block_t *block, size_t stride, int32_t *u, int32_t *v, int32_t *refractory)
{
    const int32_t *interval = constant(block, CUBA_C_VARIANT_0, stride);
    const int32_t *offset = constant(block, CUBA_C_VARIANT_1, stride);
    uint32_t i;

    for (i = 0; i < block->count; i++) {
        const size_t k = i * stride;

        if (interval[k] > 0 && (block->step + 1 - offset[k]) % interval[k] == 0) {
            u[i] = 0;
            v[i] = 0;
            refractory[i] = 0;
        }
    }
}

/* A constant under a name: loaded once before the loop where it is the same for all cells; OF(name) is that
 * of cell i. */
#define CONSTANT(name, number)                                                                               \
    const int32_t *restrict name##_all = constant(block, number, stride);                                    \
    const int32_t name##_one = name##_all[0]
#define OF(name) (stride ? name##_all[i] : name##_one)

/* Lava's current from a sum that may need more than 32 bits. */
INLINE int32_t
lava_current(int32_t decayed, int32_t input, uint32_t input_exp)
{
    const int64_t sum = (int64_t) decayed + (int64_t) input * ((int64_t) 1 << input_exp);

    return neuro_wrap_i32(wrapped_as_lava(sum));
}

/* Inputs or currents of a block so small that their sums fit 32 bits. */
INLINE bool
are_small(const int32_t *restrict values, uint32_t n)
{
    const uint32_t half = 1u << 24;
    uint32_t any = 0, i;

    for (i = 0; i < n; i++) {
        any |= neuro_bits_to_u32(values[i]) + half;
    }
    return any < 2 * half;
}

/* One step with 32 bits a state, cell by cell; flags: which cells fire. Sources: the arithmetic of the
 * machine as nengo-loihi's emulator/interface.py (CompartmentSegment) checks it against the chip, and
 * lava.proc.lif.models. is_wide: of Lava's arithmetic, where inputs may be large. */
INLINE void
move_each_i32(const neuro_block_t *block, size_t stride, int arithmetic, int ability, bool is_wide,
              const uint32_t *restrict words, int32_t *restrict flags)
{
    neuro_population_t *population = block->population;
    int32_t *restrict ring = (int32_t *) population->ring.data +
                             neuro_ring_offset(&population->ring, block->step, 0) + block->first;
    int32_t *restrict u = NEURO_DATA(population, CUBA_U, int32_t) + block->first;
    int32_t *restrict v = NEURO_DATA(population, CUBA_V, int32_t) + block->first;
    int32_t *restrict refractory = NEURO_DATA(population, CUBA_REFRACTORY_LEFT, int32_t) + block->first;
    int32_t *restrict payload =
        ability == CUBA_TERNARY ? NEURO_DATA(population, CUBA_PAYLOAD, int32_t) + block->first : NULL;
    CONSTANT(keep_u, CUBA_C_KEEP_U);
    CONSTANT(keep_v, CUBA_C_KEEP_V);
    CONSTANT(bias, CUBA_C_BIAS);
    CONSTANT(threshold, CUBA_C_THRESHOLD);
    CONSTANT(held, CUBA_C_REFRACTORY);
    CONSTANT(vmin, CUBA_C_VMIN);
    CONSTANT(vmax, CUBA_C_VMAX);
    CONSTANT(input_exp, CUBA_C_INPUT_EXP);
    CONSTANT(variant_0, CUBA_C_VARIANT_0);
    CONSTANT(variant_1, CUBA_C_VARIANT_1);
    CONSTANT(variant_2, CUBA_C_VARIANT_2);
    const uint32_t n = block->count;
    uint32_t n_wrapped = 0, i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        const int32_t left = refractory[i], left_u = decayed_i32(u[i], OF(keep_u));
        const int32_t scaled = neuro_shift_left_wrap_i32(ring[i], (uint32_t) OF(input_exp));
        int32_t now_u, moved, fires, is_low = 0;

        if (arithmetic == CUBA_LAVA) {
            const int32_t sum = neuro_add_wrap_i32(left_u, scaled);

            if (is_wide) {
                now_u = lava_current(left_u, ring[i], (uint32_t) OF(input_exp));
            } else {
                const int32_t below = sum - (sum > LIMIT ? 2 * LIMIT : 0);

                now_u = below + (below <= -LIMIT ? 2 * LIMIT : 0);
            }
            n_wrapped += now_u != sum;
            moved = neuro_add_wrap_i32(neuro_add_wrap_i32(decayed_i32(v[i], OF(keep_v)), now_u), OF(bias));
        } else {
            const int32_t noise =
                ability == CUBA_NOISY ? noise_value(words[i], OF(variant_0), OF(variant_1)) : 0;
            const int32_t at_membrane = ability == CUBA_NOISY && OF(variant_2) != 0 ? noise : 0;
            const int32_t arriving = neuro_add_wrap_i32(scaled, noise - at_membrane);
            const int32_t sum = neuro_add_wrap_i32(left_u, wrapped(arriving, CUBA_INPUT_BITS));
            int32_t drive;

            now_u = wrapped(sum, CUBA_STATE_BITS);
            drive = neuro_add_wrap_i32(neuro_add_wrap_i32(now_u, OF(bias)), at_membrane);
            moved = decayed_i32(v[i], OF(keep_v)) + wrapped(drive, CUBA_STATE_BITS);
            n_wrapped += (uint32_t) (wrapped(arriving, CUBA_INPUT_BITS) != arriving) |
                         (uint32_t) (now_u != sum) | (uint32_t) (wrapped(drive, CUBA_STATE_BITS) != drive);
        }
        moved = neuro_clip_i32(moved, OF(vmin), OF(vmax));
        moved = left > 0 ? 0 : moved;
        fires = moved > OF(threshold);
        if (ability == CUBA_TERNARY) {
            is_low = moved < OF(variant_0);
            payload[i] = fires - is_low;
        }
        fires |= is_low;
        u[i] = now_u;
        v[i] = fires ? 0 : moved;
        refractory[i] = fires ? OF(held) : (left > 0 ? left - 1 : 0);
        flags[i] = fires;
    }
    block->counters->value[NEURO_COUNT_SATURATIONS] += n_wrapped;
    memset(ring, 0, n * sizeof *ring);
    if (ability == CUBA_TERNARY) {
        neuro_loihi_keep_payloads(block, payload);
    }
}

/* The same where inputs may be too large for sums of 32 bits, which only Lava's arithmetic asks. */
INLINE void
move_safely_i32(const neuro_block_t *block, size_t stride, int arithmetic, int ability,
                const uint32_t *restrict words, int32_t *restrict flags)
{
    neuro_population_t *population = block->population;
    const int32_t *ring = (const int32_t *) population->ring.data +
                          neuro_ring_offset(&population->ring, block->step, 0) + block->first;

    if (arithmetic == CUBA_LAVA &&
        !(are_small(ring, block->count) &&
          are_small(NEURO_DATA(population, CUBA_U, int32_t) + block->first, block->count))) {
        move_each_i32(block, stride, arithmetic, ability, true, words, flags);
    } else {
        move_each_i32(block, stride, arithmetic, ability, false, words, flags);
    }
}

#if NEURO_LANES > 0
/* The cells [from, from + count) of a block one by one; their bits from bit `from` on (count: at most 64, no
 * word's end inside). */
static __attribute__((noinline)) void
move_some_i32(const neuro_block_t *block, uint32_t from, uint32_t count, bool is_equal, int arithmetic,
              uint64_t *bits)
{
    neuro_block_t some = *block;
    uint64_t own[NEURO_CELL_WORDS];
    int32_t flags[64];

    some.first += from;
    some.count = count;
    if (arithmetic == CUBA_LAVA) {
        move_safely_i32(&some, !is_equal, CUBA_LAVA, CUBA_PLAIN, NULL, flags);
    } else {
        move_safely_i32(&some, !is_equal, CUBA_MACHINE, CUBA_PLAIN, NULL, flags);
    }
    neuro_bits_of_flags_i32(flags, count, own);
    bits[from / 64] |= own[0] << (from % 64);
}

/* A constant of the cells from `at` on. */
#define EACH(name, at) (stride ? NEURO_LANES_LOAD(name##_all + (at)) : NEURO_LANES_SET(name##_one))

/* What the cells from `at` on are moved with. */
#define TAKE_CONSTANTS(with, at)                                                                             \
    do {                                                                                                     \
        (with).keep_u_low = EACH(keep_u, at);                                                                \
        (with).keep_u_high = NEURO_LANES_LEFT((with).keep_u_low, 16);                                        \
        (with).keep_v_low = EACH(keep_v, at);                                                                \
        (with).keep_v_high = NEURO_LANES_LEFT((with).keep_v_low, 16);                                        \
        (with).bias = EACH(bias, at);                                                                        \
        (with).threshold = EACH(threshold, at);                                                              \
        (with).held = EACH(held, at);                                                                        \
        (with).vmin = EACH(vmin, at);                                                                        \
        (with).vmax = EACH(vmax, at);                                                                        \
    } while (0)

/* One step of a block of plain compartments in vectors, two at a time. */
INLINE void
move_lanes(const neuro_block_t *block, size_t stride, int arithmetic, bool has_bias, bool has_refractory,
           uint64_t *bits)
{
    enum { PAIR = 2 * NEURO_LANES };
    const int input_bits = arithmetic == CUBA_LAVA ? CUBA_STATE_BITS : CUBA_INPUT_BITS;
    neuro_population_t *population = block->population;
    int32_t *restrict ring = (int32_t *) population->ring.data +
                             neuro_ring_offset(&population->ring, block->step, 0) + block->first;
    int32_t *restrict u = NEURO_DATA(population, CUBA_U, int32_t) + block->first;
    int32_t *restrict v = NEURO_DATA(population, CUBA_V, int32_t) + block->first;
    int32_t *restrict refractory = NEURO_DATA(population, CUBA_REFRACTORY_LEFT, int32_t) + block->first;
    CONSTANT(keep_u, CUBA_C_KEEP_U);
    CONSTANT(keep_v, CUBA_C_KEEP_V);
    CONSTANT(bias, CUBA_C_BIAS);
    CONSTANT(threshold, CUBA_C_THRESHOLD);
    CONSTANT(held, CUBA_C_REFRACTORY);
    CONSTANT(vmin, CUBA_C_VMIN);
    CONSTANT(vmax, CUBA_C_VMAX);
    CONSTANT(input_exp, CUBA_C_INPUT_EXP);
    const neuro_lanes_t zero = NEURO_LANES_SET(0);
    const uint32_t n = block->count;
    cuba_lanes_t with;
    uint32_t i, k;

    /* of Lava's limits -2^23 is outside and 2^23 inside */
    with.half_current = NEURO_LANES_SET(arithmetic == CUBA_LAVA ? LIMIT - 1 : LIMIT);
    with.beyond_state = NEURO_LANES_SET(-(2 * LIMIT));
    with.half_input = NEURO_LANES_SET(1 << (input_bits - 1 - input_exp_one));
    with.beyond = NEURO_LANES_SET(-(1 << (input_bits - input_exp_one)));
    TAKE_CONSTANTS(with, 0);
    for (i = 0; i + PAIR <= n; i += PAIR) {
        cuba_moved_t moved[2];

        for (k = 0; k < 2; k++) {
            const uint32_t at = i + k * NEURO_LANES;
            const neuro_lanes_t arrived = NEURO_LANES_LOAD(ring + at);
            neuro_lanes_t input;

            if (stride) {
#ifdef NEURO_LANES_LEFT_EACH
                const neuro_lanes_t exponent = NEURO_LANES_LOAD(input_exp_all + at);

                TAKE_CONSTANTS(with, at);
                with.half_input = NEURO_LANES_RIGHT_EACH(NEURO_LANES_SET(1 << (input_bits - 1)), exponent);
                with.beyond = NEURO_LANES_SUBTRACT(zero, NEURO_LANES_LEFT(with.half_input, 1));
                input = NEURO_LANES_LEFT_EACH(arrived, exponent);
#else
                input = arrived; /* not called */
#endif
            } else {
                input = NEURO_LANES_SHIFT(arrived, input_exp_one);
            }
            moved[k] = cuba_lanes_move(&with, NEURO_LANES_LOAD(u + at), NEURO_LANES_LOAD(v + at),
                                       has_refractory ? NEURO_LANES_LOAD(refractory + at) : zero, arrived,
                                       input, has_bias, has_refractory, arithmetic == CUBA_MACHINE);
        }
        if (__builtin_expect(NEURO_LANES_ANY(NEURO_LANES_OR(moved[0].outside, moved[1].outside)), 0)) {
            move_some_i32(block, i, PAIR, stride == 0, arithmetic, bits);
            continue;
        }
        for (k = 0; k < 2; k++) {
            const uint32_t at = i + k * NEURO_LANES;

            NEURO_LANES_STORE(u + at, moved[k].u);
            NEURO_LANES_STORE(v + at, moved[k].v);
            NEURO_LANES_STORE(ring + at, zero);
            if (has_refractory) {
                NEURO_LANES_STORE(refractory + at, moved[k].refractory);
            }
        }
        bits[i / 64] |= ((uint64_t) NEURO_LANES_BITS(moved[0].fires) |
                         (uint64_t) NEURO_LANES_BITS(moved[1].fires) << NEURO_LANES)
                        << (i % 64);
    }
    if (i < n) {
        move_some_i32(block, i, n - i, stride == 0, arithmetic, bits);
    }
}
#endif

/* Numbers of a block, of any type; looked at from the front, since most are not. */
INLINE bool
are_zero(const void *values, size_t n_bytes)
{
    const char *data = values;
    uint64_t words[8], any = 0;
    size_t i = 0, j;

    for (; i + sizeof words <= n_bytes && any == 0; i += sizeof words) {
        memcpy(words, data + i, sizeof words);
        for (j = 0; j < sizeof words / sizeof words[0]; j++) {
            any |= words[j];
        }
    }
    for (; i < n_bytes && any == 0; i++) {
        any |= (uint64_t) (data[i] != 0);
    }
    return any == 0;
}

/* Whether cells of a block stay as they are until something arrives: current, voltage and bias are 0, which
 * no threshold is below. */
INLINE bool
is_at_rest(const neuro_block_t *block, size_t stride)
{
    static const uint32_t states[] = {CUBA_V, CUBA_U, CUBA_REFRACTORY_LEFT};
    const neuro_population_t *population = block->population;
    uint32_t k;

    if (population->at_rest == NULL) {
        return false;
    }
    for (k = 0; k < sizeof states / sizeof states[0]; k++) {
        const neuro_variable_t *variable = &population->variables[states[k]];
        const size_t size = neuro_type_size(variable->type);

        if (!are_zero((const char *) variable->data + block->first * size, block->count * size)) {
            return false;
        }
    }
    return are_zero(constant(block, CUBA_C_BIAS, stride), (stride ? block->count : 1) * sizeof(int32_t));
}

/* holds: some cells are refractory, or will be after a spike. */
INLINE void
update_i32(const neuro_block_t *block, size_t stride, int arithmetic, int ability, bool holds)
{
    neuro_population_t *population = block->population;
    uint64_t bits[NEURO_CELL_WORDS];
    uint32_t words[NEURO_MOST_CELLS];
    int32_t flags[NEURO_MOST_CELLS];

    if (ability == CUBA_RESETTING) {
        reset_states(block, stride, NEURO_DATA(population, CUBA_U, int32_t) + block->first,
                     NEURO_DATA(population, CUBA_V, int32_t) + block->first,
                     NEURO_DATA(population, CUBA_REFRACTORY_LEFT, int32_t) + block->first);
    }
    if (ability == CUBA_NOISY) {
        neuro_philox_block(population->network->seed, NEURO_PURPOSE_SPIKING, population->id, block->first,
                           (uint64_t) block->step, block->count, words);
    }
#if NEURO_LANES > 0
#ifndef NEURO_LANES_LEFT_EACH
    if (stride == 0)
#endif
    {
        if (ability == CUBA_PLAIN || ability == CUBA_RESETTING) {
            memset(bits, 0, sizeof bits);
            if (!stride && !holds && constant(block, CUBA_C_BIAS, 0)[0] == 0) {
                move_lanes(block, stride, arithmetic, false, false, bits);
            } else {
                move_lanes(block, stride, arithmetic, true, stride || holds, bits);
            }
            neuro_list_fired(block, bits);
            block->fired->rests = is_at_rest(block, stride);
            return;
        }
    }
#endif
    (void) holds;
    move_safely_i32(block, stride, arithmetic, ability, words, flags);
    neuro_bits_of_flags_i32(flags, block->count, bits);
    neuro_list_fired(block, bits);
    block->fired->rests = is_at_rest(block, stride);
}

/* One step without limits. Source: brian2-loihi 0.5.2, neuron_group.py: states are float64, here whole
 * numbers of 64 bits, which agree up to 2^53. */
INLINE void
update_i64(const neuro_block_t *block, size_t stride)
{
    neuro_population_t *population = block->population;
    int32_t *restrict ring = (int32_t *) population->ring.data +
                             neuro_ring_offset(&population->ring, block->step, 0) + block->first;
    int64_t *restrict u = NEURO_DATA(population, CUBA_U, int64_t) + block->first;
    int64_t *restrict v = NEURO_DATA(population, CUBA_V, int64_t) + block->first;
    int32_t *restrict refractory = NEURO_DATA(population, CUBA_REFRACTORY_LEFT, int32_t) + block->first;
    int32_t flags[NEURO_MOST_CELLS];
    uint64_t bits[NEURO_CELL_WORDS];
    CONSTANT(keep_u, CUBA_C_KEEP_U);
    CONSTANT(keep_v, CUBA_C_KEEP_V);
    CONSTANT(bias, CUBA_C_BIAS);
    CONSTANT(threshold, CUBA_C_THRESHOLD);
    CONSTANT(held, CUBA_C_REFRACTORY);
    CONSTANT(input_exp, CUBA_C_INPUT_EXP);
    const uint32_t n = block->count;
    uint32_t i;

    NEURO_INDEPENDENT
    for (i = 0; i < n; i++) {
        const int64_t now_u =
            decayed_i64(u[i], OF(keep_u)) + (int64_t) ring[i] * ((int64_t) 1 << (uint32_t) OF(input_exp));
        const int64_t moved = refractory[i] > 0 ? 0 : decayed_i64(v[i], OF(keep_v)) + now_u + OF(bias);
        const bool fires = moved > OF(threshold);

        u[i] = now_u;
        v[i] = fires ? 0 : moved;
        refractory[i] = fires ? OF(held) : (refractory[i] > 0 ? refractory[i] - 1 : 0);
        flags[i] = fires;
    }
    memset(ring, 0, block->count * sizeof *ring);
    neuro_bits_of_flags_i32(flags, n, bits);
    neuro_list_fired(block, bits);
    block->fired->rests = is_at_rest(block, stride);
}

#define UPDATE_int32_t(arithmetic, ability, stride, holds)                                                   \
    update_i32(block, stride, arithmetic, ability, holds)
#define UPDATE_int64_t(arithmetic, ability, stride, holds) update_i64(block, stride)

#define DEFINE(name, arithmetic, ability, type, c_type)                                                      \
    void NEURO_VARIANT(neuro_loihi_##name##_update_equal)(const neuro_block_t *block)                        \
    {                                                                                                        \
        UPDATE_##c_type(arithmetic, ability, 0, true);                                                       \
    }                                                                                                        \
    void NEURO_VARIANT(neuro_loihi_##name##_update_unheld)(const neuro_block_t *block)                       \
    {                                                                                                        \
        UPDATE_##c_type(arithmetic, ability, 0, false);                                                      \
    }                                                                                                        \
    void NEURO_VARIANT(neuro_loihi_##name##_update_each)(const neuro_block_t *block)                         \
    {                                                                                                        \
        UPDATE_##c_type(arithmetic, ability, 1, true);                                                       \
    }
CUBA_KERNELS(DEFINE)
