#include "exact/renewal.h"

#include "core/random_inline.h"

#include <string.h>

enum { MOST_CELLS = 512 };

static void
update_renewal(const neuro_block_t *block)
{
    neuro_population_t *population = block->population;
    const neuro_renewal_t *own = population->own;
    const double h = population->network->dt_ms;
    const double *restrict hazard = own->hazard + block->first;
    const int64_t *restrict first = own->first + block->first, *restrict end = own->end + block->first;
    double *restrict remaining = NEURO_DATA(population, RENEWAL_REMAINING, double) + block->first;
    double *restrict dead = NEURO_DATA(population, RENEWAL_DEAD, double) + block->first;
    uint8_t *restrict spiked = block->spiked;
    const uint32_t n = block->count;
    uint32_t i, j;

    for (i = 0; i < n; i++) {
        const double time = block->step >= first[i] && block->step < end[i] ? h : 0.0;
        const double alive = time > dead[i] ? time - dead[i] : 0.0;

        dead[i] = dead[i] > time ? dead[i] - time : 0.0;
        remaining[i] -= alive * hazard[i];
        spiked[i] = alive > 0.0 && remaining[i] <= 0.0;
    }
    for (i = 0; i < n; i += 8) { /* few fire: look at eight at once */
        uint64_t eight = 1;

        if (i + 8 <= n) {
            memcpy(&eight, spiked + i, sizeof eight);
        }
        for (j = i; eight != 0 && j < n && j < i + 8; j++) {
            if (spiked[j]) {
                spiked[j] = neuro_renewal_fire(population, block->first + j);
            }
        }
    }
}

static void
update_inhomogeneous(const neuro_block_t *block)
{
    neuro_population_t *population = block->population;
    neuro_renewal_t *own = population->own;
    const double h = population->network->dt_ms;
    double *restrict remaining = NEURO_DATA(population, INH_REMAINING, double);
    double *restrict age = NEURO_DATA(population, INH_AGE, double);
    uint32_t i;

    for (i = 0; i < block->count; i++) {
        const uint32_t cell = block->first + i;

        block->spiked[i] = 0;
        if (block->step < own->first[cell] || block->step >= own->end[cell] ||
            !neuro_renewal_find_bin(own, cell, block->step)) {
            continue;
        }
        age[cell] += h;
        remaining[cell] -= h / own->bin_b[own->bin[cell]];
        if (remaining[cell] <= 0.0) {
            block->spiked[i] = neuro_renewal_fire_inhomogeneous(population, cell);
        }
    }
}

static void
update_variable(const neuro_block_t *block)
{
    neuro_population_t *population = block->population;
    neuro_renewal_t *own = population->own;
    uint32_t words[MOST_CELLS];
    uint32_t i;

    neuro_philox_block(population->seed, NEURO_PURPOSE_POISSON, population->stream, block->first,
                       (uint64_t) block->step, block->count, words);
    for (i = 0; i < block->count; i++) {
        const uint32_t cell = block->first + i;
        const double uniform = (double) words[i] * 0x1p-32;
        double share, cumulative;
        uint8_t n = 0;

        if (neuro_renewal_find_bin(own, cell, block->step)) {
            share = cumulative = own->bin_b[own->bin[cell]];
            while (uniform >= cumulative && n < RENEWAL_MOST) {
                n++;
                share *= own->bin_a[own->bin[cell]] / (double) n;
                cumulative += share;
            }
        }
        block->spiked[i] = n;
    }
}

extern const neuro_renewal_updates_t NEURO_VARIANT(neuro_renewal_updates);
const neuro_renewal_updates_t NEURO_VARIANT(neuro_renewal_updates) = {update_renewal, update_inhomogeneous,
                                                                      update_variable};
