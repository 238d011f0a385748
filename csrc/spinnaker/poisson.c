#include "spinnaker/poisson.h"

#include "core/memory.h"
#include "engine/network.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/cells.h"
#include "spinnaker/generator.h"
#include "spinnaker/quirks.h"

#include <string.h>

enum { POISSON_RATE, POISSON_START, POISSON_END, POISSON_QUIRKS, N_POISSON };

/* The rate as the host writes it, u32.32 in Hz; ticks of the first and behind the last active step. */
static const neuro_variable_spec_t variables[N_POISSON] = {
    [POISSON_RATE] = {"rate", NEURO_PARAMETER, NEURO_F64, 4294967296.0},
    [POISSON_START] = {"start", NEURO_PARAMETER, NEURO_F64, 0.0},
    [POISSON_END] = {"end", NEURO_PARAMETER, NEURO_F64, 4294967295.0},
    [POISSON_QUIRKS] = {"quirks", NEURO_PARAMETER, NEURO_I32, -1.0},
};

/* Spikes per tick, s16.15, that part slow, fast and faster sources. The host writes 0.01 and 10 as numbers
 * with 16 bits of fraction; the core reads them as such with 15. */
enum { SLOW_BELOW = 655, FAST_BELOW = 655360, SLOW_MEANT = 327, FAST_MEANT = 327680, TICK = 1000 };

typedef enum { SOURCE_SLOW, SOURCE_FAST, SOURCE_FASTER } speed_t;

typedef struct {
    double rate; /* that all else has been made of; below 0: none */
    neuro_step_t start, end;
    speed_t speed;
    uint32_t mean_interval; /* slow: ticks */
    uint32_t mean_fraction; /* slow, without the quirk: the rest of it, in 1 / 2^32 ticks */
    uint32_t counter;       /* slow: until the next spike, in 1 / 1000 ticks */
    int32_t root;           /* faster: of the mean, s16.15 */
} source_t;

typedef struct {
    bool is_fast; /* all sources, and all are active in start <= step < end */
    neuro_step_t start, end;
} core_t;

typedef struct {
    uint32_t cells_per_core, n_cores;
    neuro_spinnaker_generator_t *generators, *seeds;
    core_t *cores;
    neuro_spinnaker_fast_core_t *fast_cores; /* of a step; each thread writes those of its own */
    source_t *sources;
    uint32_t *exp_minus_mean; /* fast: a fraction of 32 bits */
    uint32_t *counts;         /* spikes of a step */
    neuro_spinnaker_count_fast_t count_fast;
    bool is_drawn; /* every source has its rate, and slow ones their first interval */
} sources_t;

/* ---- own data -------------------------------------------------------------------------------- */

/* The same seed for every core until others are given: any that the generator accepts. */
static const neuro_spinnaker_generator_t default_seed = {123456789, 987654321, 43219876, 6543217};

static neuro_status_t
make_cores(sources_t *own)
{
    neuro_spinnaker_generator_t *generators = neuro_alloc(own->n_cores, sizeof *generators);
    neuro_spinnaker_generator_t *seeds = neuro_alloc(own->n_cores, sizeof *seeds);
    core_t *cores = neuro_alloc(own->n_cores, sizeof *cores);
    neuro_spinnaker_fast_core_t *fast_cores = neuro_alloc(own->n_cores, sizeof *fast_cores);
    uint32_t core;

    if (generators == NULL || seeds == NULL || cores == NULL || fast_cores == NULL) {
        neuro_release(generators);
        neuro_release(seeds);
        neuro_release(cores);
        neuro_release(fast_cores);
        return NEURO_ERR_MEMORY;
    }
    for (core = 0; core < own->n_cores; core++) {
        generators[core] = seeds[core] = default_seed;
    }
    neuro_release(own->generators);
    neuro_release(own->seeds);
    neuro_release(own->cores);
    neuro_release(own->fast_cores);
    own->generators = generators;
    own->seeds = seeds;
    own->cores = cores;
    own->fast_cores = fast_cores;
    return NEURO_OK;
}

static void
forget(sources_t *own, uint32_t n_cells)
{
    uint32_t i;

    for (i = 0; i < own->n_cores; i++) {
        own->generators[i] = own->seeds[i];
    }
    for (i = 0; i < n_cells; i++) {
        own->sources[i].rate = -1.0;
    }
    own->is_drawn = false;
}

static neuro_status_t
init(neuro_population_t *population)
{
    sources_t *own = neuro_alloc(1, sizeof *own);
    neuro_status_t status;

    if (own == NULL) {
        return NEURO_ERR_MEMORY;
    }
    population->own = own;
    population->grain = own->cells_per_core = NEURO_SPINNAKER_POISSON_PER_CORE;
    own->n_cores = (population->n_cells + own->cells_per_core - 1) / own->cells_per_core;
    own->sources = neuro_alloc(population->n_cells, sizeof *own->sources);
    own->exp_minus_mean = neuro_alloc(population->n_cells, sizeof *own->exp_minus_mean);
    own->counts = neuro_alloc(population->n_cells, sizeof *own->counts);
    status = own->sources == NULL || own->exp_minus_mean == NULL || own->counts == NULL ? NEURO_ERR_MEMORY
                                                                                        : make_cores(own);
    if (status == NEURO_OK) {
        forget(own, population->n_cells);
    }
    return status;
}

static void
release(neuro_population_t *population)
{
    sources_t *own = population->own;

    if (own != NULL) {
        neuro_release(own->generators);
        neuro_release(own->seeds);
        neuro_release(own->cores);
        neuro_release(own->fast_cores);
        neuro_release(own->sources);
        neuro_release(own->exp_minus_mean);
        neuro_release(own->counts);
        neuro_release(own);
    }
}

/* ---- rates
 * ---------------------------------------------------------------------------------------------------------
 */

static double
parameter(const neuro_population_t *population, uint32_t variable, uint32_t cell)
{
    const neuro_variable_t *values = &population->variables[variable];

    return neuro_value_get(values->data, values->type, values->is_scalar ? 0 : cell);
}

/* Spikes per tick, s16.15. */
static int32_t
spikes_per_tick(uint64_t rate, double dt_ms)
{
    const uint32_t hertz = (uint32_t) (rate >> 17); /* s16.15, wrapped */
    const uint32_t seconds = (uint32_t) neuro_round_half_even(dt_ms * 1e-3 * 4294967296.0);

    return neuro_bits_to_i32((uint32_t) (((uint64_t) hertz * seconds) >> 32));
}

/* Time to the next spike of a slow source, in 1 / 1000 ticks. */
static uint32_t
draw_interval(neuro_spinnaker_generator_t *generator, const source_t *source)
{
    const uint64_t variate = (uint64_t) neuro_bits_to_u32(neuro_spinnaker_draw_exponential(generator)) * TICK;
    const uint32_t thousandths = (uint32_t) ((variate + (1 << 14)) >> NEURO_SPINNAKER_FRACTION_BITS);

    return thousandths * source->mean_interval +
           (uint32_t) (((uint64_t) thousandths * source->mean_fraction) >> 32);
}

/* Source: set_spike_source_rate(); a slow source draws an interval at once. */
static void
set_rate(source_t *source, uint32_t *exp_of_source, double given, double dt_ms, int32_t quirks,
         neuro_spinnaker_generator_t *generator)
{
    const uint64_t rate = (uint64_t) given;
    const uint64_t ticks_per_second = TICK * (uint64_t) neuro_round_half_even(65536.0 / dt_ms);
    const bool has_cuts = (quirks & NEURO_QUIRK_POISSON_CUTS) != 0;
    const int32_t mean = spikes_per_tick(rate, dt_ms);
    const uint32_t exp_minus_mean =
        neuro_spinnaker_to_fraction(neuro_spinnaker_exp(neuro_subtract_wrap_i32(0, mean)));

    source->rate = given;
    source->mean_interval = source->mean_fraction = source->counter = *exp_of_source = 0;
    source->root = 0;
    if (mean < (has_cuts ? SLOW_BELOW : SLOW_MEANT)) {
        source->speed = SOURCE_SLOW;
        if (rate > 0) {
            source->mean_interval = (uint32_t) ((ticks_per_second << 16) / rate);
            if ((quirks & NEURO_QUIRK_POISSON_INTERVAL) == 0) {
                const uint64_t rest = (ticks_per_second << 16) % rate;

                source->mean_fraction = (uint32_t) ((double) rest / (double) rate * 4294967296.0);
            }
        }
        source->counter = draw_interval(generator, source);
    } else if (mean < (has_cuts ? FAST_BELOW : FAST_MEANT) &&
               (exp_minus_mean > 0 || (quirks & NEURO_QUIRK_POISSON_SILENCE) != 0)) {
        source->speed = SOURCE_FAST;
        *exp_of_source = exp_minus_mean;
    } else {
        source->speed = SOURCE_FASTER;
        source->root = neuro_spinnaker_sqrt(mean);
    }
}

/* First source of a core, and, for `core` + 1, the end of it. */
static uint32_t
first_of(const neuro_population_t *population, uint32_t core)
{
    const uint64_t first = (uint64_t) core * ((const sources_t *) population->own)->cells_per_core;

    return first < population->n_cells ? (uint32_t) first : population->n_cells;
}

/* Whether, and when, the sources of a core are counted together. */
static void
look_at_core(neuro_population_t *population, uint32_t core)
{
    sources_t *own = population->own;
    core_t found = {.is_fast = true, .start = 0, .end = INT64_MAX};
    uint32_t cell;

    for (cell = first_of(population, core); cell < first_of(population, core + 1); cell++) {
        const source_t *source = &own->sources[cell];

        found.is_fast = found.is_fast && source->speed == SOURCE_FAST && own->exp_minus_mean[cell] > 0;
        found.start = source->start > found.start ? source->start : found.start;
        found.end = source->end < found.end ? source->end : found.end;
    }
    own->cores[core] = found;
}

/* Rates that are new, in index order; a core's generator sees them one after the other. */
static void
set_rates(neuro_population_t *population)
{
    sources_t *own = population->own;
    uint32_t cell, core;

    for (cell = 0; cell < population->n_cells; cell++) {
        const double rate = parameter(population, POISSON_RATE, cell);
        source_t *source = &own->sources[cell];

        source->start = (neuro_step_t) parameter(population, POISSON_START, cell);
        source->end = (neuro_step_t) parameter(population, POISSON_END, cell);
        if (source->rate != rate) {
            set_rate(source, &own->exp_minus_mean[cell], rate, population->network->dt_ms,
                     (int32_t) parameter(population, POISSON_QUIRKS, cell),
                     &own->generators[cell / own->cells_per_core]);
        }
    }
    for (core = 0; core < own->n_cores; core++) {
        look_at_core(population, core);
    }
    own->is_drawn = true;
}

static neuro_status_t
choose(neuro_population_t *population, neuro_isa_t isa)
{
    static const neuro_spinnaker_count_fast_t variants[NEURO_N_ISA] =
        NEURO_VARIANT_TABLE(neuro_spinnaker_count_fast);
    uint32_t cell;

    ((sources_t *) population->own)->count_fast = variants[isa];
    for (cell = 0; cell < population->n_cells; cell++) {
        const double rate = parameter(population, POISSON_RATE, cell);

        if (!(rate >= 0.0 && rate < 18446744073709551616.0)) {
            return neuro_fail(
                &population->network->error, NEURO_ERR_VALUE,
                "rate %g of cell %u of population %u; it is a number in 2^-32 Hz from 0 to below 2^64", rate,
                cell, population->id);
        }
    }
    set_rates(population);
    return NEURO_OK;
}

/* As when the cores are loaded: seeds, then the first intervals. */
static void
reset(neuro_population_t *population)
{
    sources_t *own = population->own;
    const bool was_drawn = own->is_drawn;

    forget(own, population->n_cells);
    if (was_drawn) {
        set_rates(population);
    }
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* Source: process_slow_source(). */
static uint32_t
slow_spikes(source_t *source, neuro_spinnaker_generator_t *generator)
{
    uint32_t n = 0;

    if (source->mean_interval == 0 && source->mean_fraction == 0) {
        return 0;
    }
    while (source->counter < TICK) {
        n++;
        source->counter += draw_interval(generator, source);
    }
    source->counter -= TICK;
    return n;
}

/* Source: poisson_source_get_many_spikes(). */
static uint32_t
many_spikes(const source_t *source, neuro_spinnaker_generator_t *generator)
{
    const int32_t half = neuro_shift_down_i32(neuro_spinnaker_norm_inv(neuro_spinnaker_draw(generator)), 1);
    const int32_t root = neuro_add_wrap_i32(half, source->root);
    const int32_t square = neuro_spinnaker_multiply(root, root);

    return neuro_bits_to_u32(neuro_shift_down_i32(neuro_add_wrap_i32(square, NEURO_SPINNAKER_ONE / 2),
                                                  NEURO_SPINNAKER_FRACTION_BITS));
}

/* Of one source. */
static uint32_t
count(sources_t *own, uint32_t cell, neuro_step_t step)
{
    source_t *source = &own->sources[cell];
    neuro_spinnaker_generator_t *generator = &own->generators[cell / own->cells_per_core];

    if (step < source->start || step >= source->end) {
        return 0;
    }
    switch (source->speed) {
    case SOURCE_SLOW:
        return slow_spikes(source, generator);
    case SOURCE_FAST:
        return own->exp_minus_mean[cell] > 0
                   ? neuro_spinnaker_draw_poisson(generator, own->exp_minus_mean[cell])
                   : 0;
    case SOURCE_FASTER:
        break;
    }
    return many_spikes(source, generator);
}

/* Of all sources of a thread, whose cores are whole. */
static void
count_all(const neuro_population_t *population, uint32_t first, uint32_t end, neuro_step_t step)
{
    sources_t *own = population->own;
    const uint32_t first_core = first / own->cells_per_core;
    uint32_t core, cell, n_fast = 0;

    for (core = first_core; first_of(population, core) < end; core++) {
        const core_t *of = &own->cores[core];
        const uint32_t last = first_of(population, core + 1);

        if (of->is_fast && step >= of->start && step < of->end) {
            own->fast_cores[first_core + n_fast++] = (neuro_spinnaker_fast_core_t){
                .generator = &own->generators[core], .first = first_of(population, core), .end = last};
            continue;
        }
        for (cell = first_of(population, core); cell < last; cell++) {
            own->counts[cell] = count(own, cell, step);
        }
    }
    own->count_fast(&own->fast_cores[first_core], n_fast, own->exp_minus_mean, own->counts);
}

/* Steps come one at a time: a thread's first block counts for all of its blocks. */
static bool
emit(const neuro_block_t *block, neuro_list_t *list)
{
    enum { AT_ONCE = 8 };
    const neuro_population_t *population = block->population;
    const sources_t *own = population->own;
    const uint32_t *slices = population->slices;
    uint32_t cell, i;

    if (block->first == slices[block->thread]) {
        count_all(population, block->first, slices[block->thread + 1], block->step);
    }
    for (cell = block->first; cell < block->first + block->count; cell++) {
        const uint32_t n = own->counts[cell];

        if (list->count + n + AT_ONCE > list->capacity && !neuro_list_reserve(list, n + AT_ONCE)) {
            return false;
        }
        for (i = 0; i < AT_ONCE; i++) { /* as many as are frequent, whether they are wanted or not */
            list->index[list->count + i] = cell;
        }
        for (; i < n; i++) {
            list->index[list->count + i] = cell;
        }
        list->count += n;
    }
    return true;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static neuro_status_t
set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_population_t *population = owner;
    sources_t *own = population->own;
    neuro_status_t status;
    uint32_t core;

    if (strcmp(name, "cells_per_core") == 0) {
        status = neuro_spinnaker_set_cores(population, &own->cells_per_core, &own->n_cores, values, n);
        if (status == NEURO_OK) {
            status = make_cores(own);
        }
        if (status == NEURO_OK) {
            forget(own, population->n_cells);
        }
        return status;
    }
    if (strcmp(name, "seeds") == 0 && n == (uint64_t) NEURO_SPINNAKER_SEED_WORDS * own->n_cores) {
        for (core = 0; core < own->n_cores; core++) {
            own->seeds[core] = neuro_spinnaker_generator_from(values + NEURO_SPINNAKER_SEED_WORDS * core);
        }
        forget(own, population->n_cells);
        return NEURO_OK;
    }
    return neuro_fail(
        &population->network->error, NEURO_ERR_NAME,
        "neuron kernel \"%s\" takes no table \"%s\" of %llu numbers; it takes cells_per_core and seeds (4 a "
        "core: %u)",
        population->kernel->name, name, (unsigned long long) n, NEURO_SPINNAKER_SEED_WORDS * own->n_cores);
}

static neuro_status_t
get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    neuro_population_t *population = owner;
    const sources_t *own = population->own;
    uint32_t i;

    if (strcmp(name, "cells_per_core") == 0) {
        *n = 1;
        if (values != NULL) {
            values[0] = own->cells_per_core;
        }
        return NEURO_OK;
    }
    if (strcmp(name, "sources") == 0) { /* is fast, mean interval, counter, e^-mean, root of the mean */
        *n = 5 * (uint64_t) population->n_cells;
        for (i = 0; values != NULL && i < population->n_cells; i++) {
            values[5 * i] = own->sources[i].speed != SOURCE_SLOW;
            values[5 * i + 1] = own->sources[i].mean_interval;
            values[5 * i + 2] = own->sources[i].counter;
            values[5 * i + 3] = own->exp_minus_mean[i];
            values[5 * i + 4] = own->sources[i].root;
        }
        return NEURO_OK;
    }
    return neuro_fail(&population->network->error, NEURO_ERR_NAME,
                      "neuron kernel \"%s\" has no table \"%s\"; it has cells_per_core and sources",
                      population->kernel->name, name);
}

const neuro_neuron_kernel_t neuro_spinnaker_poisson = {
    .name = "spike_source_poisson",
    .n_variables = N_POISSON,
    .variables = variables,
    .ring_type = NEURO_U16,
    .constant_type = NEURO_F64,
    .current_constant = -1,
    .select = choose,
    .init = init,
    .free = release,
    .reset = reset,
    .emit = emit,
    .set_table = set_table,
    .get_table = get_table,
};
