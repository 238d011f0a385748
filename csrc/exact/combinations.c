#include "exact/combinations.h"

neuro_status_t
neuro_exact_select(neuro_population_t *population, const neuro_exact_family_t *family, uint32_t kernel)
{
    const neuro_exact_neuron_t *functions =
        population->network->real == NEURO_F64 ? &family->f64[kernel] : &family->f32[kernel];
    uint32_t c, combination = population->constants[0].is_scalar ? EXACT_UNIFORM : EXACT_BIASED;

    for (c = 1; c < population->n_constants; c++) {
        if (!population->constants[c].is_scalar) {
            combination = EXACT_GENERAL;
        }
    }
    for (c = 0; combination == EXACT_GENERAL && c < population->n_constants; c++) {
        const neuro_status_t status = neuro_population_spread(population, c);

        if (status != NEURO_OK) {
            return status;
        }
    }
    population->update = functions->update[combination];
    return NEURO_OK;
}
