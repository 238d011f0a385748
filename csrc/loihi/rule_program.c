#include "loihi/rule_program.h"

#include <string.h>

/* Bits of a factor's magnitude, clipped to -2^bits .. 2^bits - 1. */
static const uint32_t bits_of[N_FACTORS] = {
    [FACTOR_X0] = 1, [FACTOR_Y0] = 1, [FACTOR_X1] = 7,   [FACTOR_X2] = 7, [FACTOR_Y1] = 7,
    [FACTOR_Y2] = 7, [FACTOR_Y3] = 7, [FACTOR_W] = 9,    [FACTOR_T] = 9,  [FACTOR_D] = 9,
    [FACTOR_R0] = 1, [FACTOR_R1] = 7, [FACTOR_EPOCH] = 1};

enum { MANTISSA_BITS = 4 };

typedef struct {
    const double *numbers;
    uint64_t n, next;
    bool is_bad;
} reader_t;

/* The next number, whole and in a range. */
static int32_t
take(reader_t *reader, int32_t low, int32_t high)
{
    const double value = reader->next < reader->n ? reader->numbers[reader->next] : low - 1.0;

    if (!(value >= low && value <= high && value == (double) (int32_t) value)) {
        reader->is_bad = true;
        return low;
    }
    reader->next++;
    return (int32_t) value;
}

static neuro_loihi_product_t
read_product(reader_t *reader)
{
    neuro_loihi_product_t product = {0};
    uint32_t sum = MANTISSA_BITS, f;

    product.target = (neuro_loihi_target_t) take(reader, 0, N_TARGETS - 1);
    product.gate = (neuro_loihi_gate_t) take(reader, 0, N_GATES - 1);
    product.period = (uint32_t) take(reader, 0, 9);
    product.mantissa = take(reader, -(1 << 15), 1 << 15);
    product.exponent = take(reader, -15, 15);
    product.has_fraction = take(reader, 0, 1) == 1;
    product.n_factors = (uint32_t) take(reader, 0, MOST_FACTORS);
    for (f = 0; f < product.n_factors; f++) {
        neuro_loihi_factor_t *factor = &product.factors[f];

        factor->variable = (neuro_loihi_variable_t) take(reader, 0, N_FACTORS - 1);
        factor->constant = take(reader, -(1 << 15), (1 << 15) - 1);
        factor->is_sign = take(reader, 0, 1) == 1;
        factor->limit = 1 << bits_of[factor->variable];
        sum += bits_of[factor->variable];
    }
    product.down = sum > ACCUMULATOR_BITS ? sum - ACCUMULATOR_BITS : 0;
    return product;
}

neuro_status_t
neuro_loihi_program_read(neuro_loihi_program_t *program, const double *numbers, uint64_t n,
                         neuro_error_t *error)
{
    reader_t reader = {.numbers = numbers, .n = n};
    neuro_loihi_program_t next;
    uint32_t f;

    memset(&next, 0, sizeof next);
    while (reader.next < n && !reader.is_bad && next.n_products < MOST_PRODUCTS) {
        const neuro_loihi_product_t product = read_product(&reader);

        next.products[next.n_products++] = product;
        next.has_target[product.target] = true;
        next.has_gate[product.gate] = true;
        for (f = 0; f < product.n_factors; f++) {
            next.has_factor[product.factors[f].variable] = true;
        }
    }
    if (reader.is_bad || reader.next < n) {
        return neuro_fail(error, NEURO_ERR_VALUE,
                          "number %llu of the %llu of a learning program is out of range; programs are made "
                          "by compile_rules()",
                          (unsigned long long) reader.next, (unsigned long long) n);
    }
    *program = next;
    return NEURO_OK;
}
