#include "spinnaker/generator.h"

#include "spinnaker/arithmetic.h"

neuro_spinnaker_generator_t
neuro_spinnaker_seed(neuro_spinnaker_generator_t given)
{
    given.y = given.y == 0 ? 13031301u : given.y;
    given.c = given.c % 698769068u + 1;
    return given;
}

neuro_spinnaker_generator_t
neuro_spinnaker_generator_from(const double *words)
{
    return (neuro_spinnaker_generator_t){.x = (uint32_t) words[0],
                                         .y = (uint32_t) words[1],
                                         .z = (uint32_t) words[2],
                                         .c = (uint32_t) words[3]};
}

void
neuro_spinnaker_generator_to(const neuro_spinnaker_generator_t *generator, double *words)
{
    words[0] = generator->x;
    words[1] = generator->y;
    words[2] = generator->z;
    words[3] = generator->c;
}

int32_t
neuro_spinnaker_draw_exponential(neuro_spinnaker_generator_t *generator)
{
    int32_t whole = 0;

    for (;;) {
        const uint32_t first = neuro_spinnaker_draw(generator);
        uint32_t lower = first, upper;

        do {
            upper = neuro_spinnaker_draw(generator);
            if (lower < upper) {
                return neuro_add_wrap_i32(whole, neuro_spinnaker_from_fraction(first));
            }
            lower = neuro_spinnaker_draw(generator);
        } while (lower < upper);
        whole = neuro_add_wrap_i32(whole, NEURO_SPINNAKER_ONE);
    }
}

uint32_t
neuro_spinnaker_draw_poisson(neuro_spinnaker_generator_t *generator, uint32_t exp_minus_mean)
{
    neuro_spinnaker_generator_t own = *generator; /* in registers */
    uint32_t product = UINT32_MAX, count = 0;

    for (;;) {
        product = (uint32_t) (((uint64_t) product * neuro_spinnaker_draw(&own)) >> 32);
        if (product <= exp_minus_mean) {
            *generator = own;
            return count;
        }
        count++;
    }
}
