/* What was counted of single populations and projections. */
#include "neuro.h"

#include "neuro_find.h"

#include <string.h>

static neuro_status_t
count(neuro_network_t *network, const neuro_tallies_t *tallies, uint32_t counter, uint64_t *value)
{
    neuro_counters_t sums = {{0}};

    if (counter >= NEURO_N_COUNTERS) {
        return neuro_fail(&network->error, NEURO_ERR_RANGE, "counter %u of %u", counter, NEURO_N_COUNTERS);
    }
    neuro_tallies_add(tallies, &sums);
    *value = sums.value[counter];
    return NEURO_OK;
}

neuro_status_t
neuro_population_counter(neuro_network_t *network, uint32_t id, uint32_t counter, uint64_t *value)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    return status == NEURO_OK ? count(network, &population->tallies, counter, value) : status;
}

neuro_status_t
neuro_projection_counter(neuro_network_t *network, uint32_t id, uint32_t counter, uint64_t *value)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    return status == NEURO_OK ? count(network, &projection->tallies, counter, value) : status;
}

uint32_t
neuro_timeline_n_bins(void)
{
    return NEURO_TIMELINE_BINS;
}

static void
tell(const neuro_tallies_t *tallies, int64_t *first, int64_t *last, int64_t *bin_steps, uint64_t *bins)
{
    neuro_timeline_t timeline;

    neuro_tallies_timeline(tallies, &timeline);
    *first = timeline.n > 0 ? timeline.first : -1;
    *last = timeline.n > 0 ? timeline.last : -1;
    *bin_steps = (int64_t) 1 << timeline.shift;
    memcpy(bins, timeline.bins, sizeof timeline.bins);
}

neuro_status_t
neuro_population_timeline(neuro_network_t *network, uint32_t id, int64_t *first, int64_t *last,
                          int64_t *bin_steps, uint64_t *bins)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status == NEURO_OK) {
        tell(&population->tallies, first, last, bin_steps, bins);
    }
    return status;
}

neuro_status_t
neuro_projection_timeline(neuro_network_t *network, uint32_t id, int64_t *first, int64_t *last,
                          int64_t *bin_steps, uint64_t *bins)
{
    neuro_projection_t *projection;
    neuro_status_t status = neuro_find_projection(network, id, &projection);

    if (status == NEURO_OK) {
        tell(&projection->tallies, first, last, bin_steps, bins);
    }
    return status;
}

neuro_status_t
neuro_population_bytes_held(neuro_network_t *network, uint32_t id, size_t *bytes)
{
    neuro_population_t *population;
    neuro_status_t status = neuro_find_population(network, id, &population);

    if (status == NEURO_OK) {
        *bytes = neuro_population_bytes(population);
    }
    return status;
}
