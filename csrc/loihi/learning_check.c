/* What a projection that learns must be before it can run: numbers, synapses and program in range. */
#include "loihi/learning.h"

#include <math.h>

static neuro_status_t
check_rule(neuro_projection_t *projection, uint32_t rule, double low, double high, bool is_whole)
{
    const double value = projection->rules[rule];

    if (!(value >= low && value <= high) || (is_whole && value != floor(value))) {
        return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                          "rule \"%s\" of projection %u is %g; it must be %sin %g..%g",
                          neuro_loihi_learning_rules[rule].name, projection->id, value,
                          is_whole ? "a whole number " : "", low, high);
    }
    return NEURO_OK;
}

static neuro_status_t
check_column(neuro_projection_t *projection, uint32_t number, const char *name, double low, double high)
{
    const neuro_column_t *column = &projection->rows.columns[number];
    const uint64_t n = projection->rows.n_synapses == 0 ? 0
                       : column->is_scalar              ? 1
                                                        : projection->rows.n_synapses;
    uint64_t i;

    for (i = 0; i < n; i++) {
        const double value = neuro_column_get(column, i);

        if (!(value >= low && value <= high)) {
            return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                              "a %s of projection %u is %g; the learning engine holds %g..%g", name,
                              projection->id, value, low, high);
        }
    }
    return NEURO_OK;
}

/* brian2-loihi: the synapses of a projection have one delay, by which their traces see spikes later too. */
static neuro_status_t
check_one_delay(neuro_projection_t *projection)
{
    const neuro_column_t *column = &projection->rows.columns[NEURO_DELAY];
    uint64_t i;

    for (i = 1; !column->is_scalar && i < projection->rows.n_synapses; i++) {
        if (neuro_column_get(column, i) != neuro_column_get(column, 0)) {
            return neuro_fail(
                &projection->network->error, NEURO_ERR_VALUE,
                "delays of %g and %g steps in projection %u, which learns; in flavour "
                "\"brian2loihi\" the synapses of such a projection have one delay: make one for "
                "each delay",
                neuro_column_get(column, 0), neuro_column_get(column, i), projection->id);
        }
    }
    return NEURO_OK;
}

/* brian2-loihi computes products without limits; here they have to fit 62 bits in units of 2^-15. */
static neuro_status_t
check_exact_products(neuro_projection_t *projection, const neuro_loihi_program_t *program)
{
    uint32_t p, f;

    for (p = 0; p < program->n_products; p++) {
        const neuro_loihi_product_t *product = &program->products[p];
        double size = ldexp(fabs((double) product->mantissa), product->exponent + 15);

        for (f = 0; f < product->n_factors; f++) {
            size *= product->factors[f].limit + fabs((double) product->factors[f].constant);
        }
        if (!(size < ldexp(1.0, 62 - 6))) { /* so that 48 products add up */
            return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                              "product %u of projection %u can become %g; exact products are below 2^41", p,
                              projection->id, ldexp(size, -15));
        }
    }
    return NEURO_OK;
}

static neuro_status_t
check_program(neuro_projection_t *projection, const neuro_loihi_program_t *program)
{
    uint32_t p;

    for (p = 0; p < program->n_products; p++) {
        const neuro_loihi_product_t *product = &program->products[p];

        if (product->mantissa < -8 || product->mantissa > 7 || product->exponent < -7 ||
            product->exponent > 8) {
            return neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                              "product %u of projection %u has the scale %d * 2^%d; mantissas are -8..7, "
                              "exponents -7..8",
                              p, projection->id, product->mantissa, product->exponent);
        }
    }
    return NEURO_OK;
}

neuro_status_t
neuro_loihi_learning_check(neuro_projection_t *projection)
{
    static const struct {
        uint32_t rule;
        double low, high;
    } whole[] = {{LEARN_WEIGHT_EXP, -8, 7},    {LEARN_FLAVOUR, 0, N_FLAVOURS - 1},
                 {LEARN_EPOCH, 1, MOST_EPOCH}, {LEARN_SIGN_MODE, SIGN_MIXED, SIGN_INHIBITORY},
                 {LEARN_WEIGHT_BITS, 0, 8},    {LEARN_GRADED, 0, N_GRADED - 1},
                 {LEARN_IS_LINEAR, 0, 1},      {LEARN_HOLDS_CELLS, 0, 1},
                 {LEARN_IS_DELAY, 0, 1}};
    const bool is_brian2loihi = projection->rules[LEARN_FLAVOUR] == FLAVOUR_BRIAN2LOIHI;
    const double mode = projection->rules[LEARN_SIGN_MODE];
    neuro_loihi_learning_t *learning = neuro_loihi_learning_own(projection);
    neuro_status_t status = learning == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
    uint32_t i;

    for (i = 0; i < sizeof whole / sizeof whole[0] && status == NEURO_OK; i++) {
        status = check_rule(projection, whole[i].rule, whole[i].low, whole[i].high, true);
    }
    for (i = 0; i < 5 && status == NEURO_OK; i++) {
        status = check_rule(projection, LEARN_IMPULSE + i, 0.0, TRACE_TOP, false);
        if (status == NEURO_OK) {
            status = check_rule(projection, LEARN_TAU + i, 0.0, 1e18, false);
        }
    }
    if (status == NEURO_OK) {
        status = check_rule(projection, LEARN_R1_TAU, 0.0, 1e18, false);
    }
    if (status == NEURO_OK && is_brian2loihi) {
        status = check_rule(projection, LEARN_EPOCH, 1, 1, true);
    }
    if (status == NEURO_OK) {
        status = (is_brian2loihi ? check_exact_products : check_program)(projection, &learning->program);
    }
    if (status == NEURO_OK) {
        status = check_column(projection, NEURO_WEIGHT, "weight mantissa", mode == SIGN_EXCITATORY ? 0 : -256,
                              mode == SIGN_INHIBITORY ? 0 : 255);
    }
    if (status == NEURO_OK) {
        status = check_column(projection, COLUMN_TAG, "tag", -256, 255);
    }
    if (status == NEURO_OK) {
        status = check_column(projection, COLUMN_DELAY_VARIABLE, "delay variable", 0, 255);
    }
    if (status == NEURO_OK && projection->rules[LEARN_IS_DELAY] == 1.0) {
        status = check_column(projection, NEURO_DELAY, "delay field", 0, MOST_DELAY);
    }
    if (status == NEURO_OK && is_brian2loihi) {
        status = check_one_delay(projection);
    }
    if (status == NEURO_OK && projection->rows.n_synapses > UINT32_MAX) {
        status = neuro_fail(&projection->network->error, NEURO_ERR_RANGE,
                            "projection %u has %llu plastic synapses; one projection holds up to 2^32 - 1",
                            projection->id, (unsigned long long) projection->rows.n_synapses);
    }
    return status;
}
