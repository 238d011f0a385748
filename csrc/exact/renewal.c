#include "exact/renewal.h"

#include "core/distributions.h"
#include "core/math.h"
#include "core/memory.h"
#include "core/random.h"
#include "exact/exact.h"
#include "exact/sources.h"

#include <string.h>

#define UPDATES(name) extern const neuro_renewal_updates_t name
NEURO_VARIANT_DECLARE(UPDATES, neuro_renewal_updates);
static const neuro_renewal_updates_t *const variants[NEURO_N_ISA] =
    NEURO_VARIANT_TABLE(&neuro_renewal_updates);

/* ---- drawing --------------------------------------------------------------------------------- */

/* The stream of a cell's next draw. */
static void
next_stream(neuro_population_t *population, uint32_t drawn, uint32_t cell, neuro_stream_t *stream)
{
    int64_t *n_drawn = &NEURO_DATA(population, drawn, int64_t)[cell];

    neuro_stream_init(stream, population->seed, NEURO_PURPOSE_SPIKING, population->stream,
                      ((uint64_t) *n_drawn & 0x7fffffff) << 32 | cell);
    (*n_drawn)++;
}

static double
exponential(neuro_stream_t *stream)
{
    return -neuro_log(neuro_stream_double_open(stream));
}

/* What a cell spends until its next spike. */
static double
draw(neuro_population_t *population, uint32_t cell)
{
    const neuro_renewal_t *own = population->own;
    neuro_distribution_t gamma = {.kind = NEURO_DISTRIBUTION_GAMMA, .p = {own->shape[cell], 1.0}};
    neuro_stream_t stream;

    next_stream(population, RENEWAL_DRAWN, cell, &stream);
    return own->shape[cell] == 1.0 ? exponential(&stream) : neuro_draw(&gamma, &stream);
}

uint8_t
neuro_renewal_fire(neuro_population_t *population, uint32_t cell)
{
    const neuro_renewal_t *own = population->own;
    const double hazard = own->hazard[cell], dead_time = own->dead_time[cell];
    double *remaining = &NEURO_DATA(population, RENEWAL_REMAINING, double)[cell];
    double *dead = &NEURO_DATA(population, RENEWAL_DEAD, double)[cell];
    uint8_t n = 0;

    if (NEURO_DATA(population, RENEWAL_DRAWN, int64_t)[cell] == 0) {
        *remaining += draw(population, cell);
    }
    while (*remaining <= 0.0 && *dead <= 0.0 && n < RENEWAL_MOST) {
        const double since = -*remaining / hazard; /* ms from the spike to the end of the step */

        n++;
        *remaining = draw(population, cell);
        if (dead_time < since) {
            *remaining -= (since - dead_time) * hazard;
        } else {
            *dead = dead_time - since;
        }
    }
    return n;
}

/* log of the gamma function for a >= 1: Stirling's series behind a shift, relative error below 1e-14. */
static double
log_gamma(double a)
{
    const double half_log_2_pi = 0.91893853320467274178;
    double product = 1.0, square;

    for (; a < 20.0; a += 1.0) {
        product *= a;
    }
    square = 1.0 / (a * a);
    return (a - 0.5) * neuro_log(a) - a + half_log_2_pi +
           (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / a -
           neuro_log(product);
}

/* Hazard of the gamma distribution of shape a >= 1 and scale 1 at age x: x^(a - 1) exp(-x) / Gamma(a, x).
 * Series of the lower, continued fraction of the upper incomplete gamma function (Abramowitz and Stegun
 * 1964, 6.5.29 and 6.5.31). */
static double
gamma_hazard(double a, double x, double log_gamma_a)
{
    const double tiny = 1e-300, precision = 1e-15;
    double density, term, sum, b, c, d, delta;
    int k;

    if (a == 1.0) {
        return 1.0;
    }
    if (x <= 0.0) {
        return 0.0;
    }
    if (x < a + 1.0) {
        density = neuro_exp((a - 1.0) * neuro_log(x) - x - log_gamma_a);
        term = sum = 1.0 / a;
        for (k = 1; k < 10000 && term > sum * precision; k++) {
            term *= x / (a + (double) k);
            sum += term;
        }
        return density / (1.0 - density * x * sum);
    }
    b = x + 1.0 - a; /* Lentz's method */
    c = 1.0 / tiny;
    d = 1.0 / b;
    sum = d;
    for (k = 1; k < 10000; k++) {
        const double an = -(double) k * ((double) k - a);

        b += 2.0;
        d = an * d + b;
        d = 1.0 / (d > -tiny && d < tiny ? tiny : d);
        c = b + an / c;
        c = c > -tiny && c < tiny ? tiny : c;
        delta = d * c;
        sum *= delta;
        if (delta - 1.0 > -precision && delta - 1.0 < precision) {
            break;
        }
    }
    return 1.0 / (x * sum);
}

/* Thinning: candidates come at the largest hazard that a gamma process of shape a >= 1 can have, 1 / b, and
 * are kept with the ratio of the hazard at the present age to it (Muller, Buesing, Schemmel and Meier 2007,
 * Neural Computation 19:2958). */
uint8_t
neuro_renewal_fire_inhomogeneous(neuro_population_t *population, uint32_t cell)
{
    const neuro_renewal_t *own = population->own;
    const uint64_t bin = own->bin[cell];
    const double a = own->bin_a[bin], b = own->bin_b[bin];
    double *remaining = &NEURO_DATA(population, INH_REMAINING, double)[cell];
    double *age = &NEURO_DATA(population, INH_AGE, double)[cell];
    neuro_stream_t stream;
    uint8_t n = 0;

    if (NEURO_DATA(population, INH_DRAWN, int64_t)[cell] == 0) {
        next_stream(population, INH_DRAWN, cell, &stream);
        *remaining += exponential(&stream);
    }
    while (*remaining <= 0.0 && n < RENEWAL_MOST) {
        const double since = -*remaining * b; /* ms from the candidate to the end of the step */

        next_stream(population, INH_DRAWN, cell, &stream);
        if (neuro_stream_double(&stream) < gamma_hazard(a, (*age - since) / b, own->bin_log_gamma[bin])) {
            *age = since;
            n++;
        }
        *remaining += exponential(&stream);
    }
    return n;
}

/* ---- own data -------------------------------------------------------------------------------- */

static neuro_status_t
init(neuro_population_t *population)
{
    population->own = neuro_alloc(1, sizeof(neuro_renewal_t));
    return population->own == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
}

static void
release_derived(neuro_renewal_t *own)
{
    neuro_release(own->hazard);
    neuro_release(own->shape);
    neuro_release(own->dead_time);
    neuro_release(own->first);
    neuro_release(own->end);
    neuro_release(own->bin_first);
    neuro_release(own->bin);
    neuro_release(own->bin_step);
    neuro_release(own->bin_a);
    neuro_release(own->bin_b);
    neuro_release(own->bin_log_gamma);
}

static void
free_own(neuro_population_t *population)
{
    neuro_renewal_t *own = population->own;
    uint32_t k;

    if (own != NULL) {
        for (k = 0; k < RENEWAL_MOST_LISTS; k++) {
            neuro_release(own->lists[k].offsets);
            neuro_release(own->lists[k].values);
        }
        release_derived(own);
        neuro_release(own);
    }
}

static void
reset_bins(neuro_population_t *population)
{
    neuro_renewal_t *own = population->own;

    if (own->bin != NULL) {
        memcpy(own->bin, own->bin_first, population->n_cells * sizeof *own->bin);
    }
}

static neuro_status_t
set_list(neuro_population_t *population, uint32_t number, const uint64_t *offsets, const double *values)
{
    neuro_renewal_t *own = population->own;
    const uint64_t n = offsets[population->n_cells];
    uint64_t *new_offsets = neuro_alloc((size_t) population->n_cells + 1, sizeof *new_offsets);
    double *new_values = neuro_alloc((size_t) n, sizeof *new_values);

    if (new_offsets == NULL || new_values == NULL) {
        neuro_release(new_offsets);
        neuro_release(new_values);
        return neuro_fail(&population->network->error, NEURO_ERR_MEMORY,
                          "no memory for a list of %llu values", (unsigned long long) n);
    }
    memcpy(new_offsets, offsets, ((size_t) population->n_cells + 1) * sizeof *offsets);
    if (n > 0) {
        memcpy(new_values, values, (size_t) n * sizeof *values);
    }
    neuro_release(own->lists[number].offsets);
    neuro_release(own->lists[number].values);
    own->lists[number].offsets = new_offsets;
    own->lists[number].values = new_values;
    return NEURO_OK;
}

/* ---- before a run ---------------------------------------------------------------------------- */

static neuro_status_t
out_of_memory(neuro_population_t *population)
{
    return neuro_fail(&population->network->error, NEURO_ERR_MEMORY,
                      "no memory for a random source of %u cells", population->n_cells);
}

/* Replace what was derived before. */
static void
adopt(neuro_population_t *population, const neuro_renewal_t *derived)
{
    neuro_renewal_t *own = population->own;
    neuro_renewal_t next = *derived;

    release_derived(own);
    memcpy(next.lists, own->lists, sizeof next.lists);
    *own = next;
}

static neuro_status_t
set_window(neuro_population_t *population, neuro_renewal_t *derived, uint32_t start, uint32_t duration)
{
    const double dt = population->network->dt_ms;
    uint32_t cell;

    derived->first = neuro_alloc(population->n_cells, sizeof *derived->first);
    derived->end = neuro_alloc(population->n_cells, sizeof *derived->end);
    if (derived->first == NULL || derived->end == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (cell = 0; cell < population->n_cells; cell++) {
        const double from = neuro_exact_parameter(population, start, cell);

        derived->first[cell] = neuro_exact_step_after(from, dt);
        derived->end[cell] =
            neuro_exact_step_after(from + neuro_exact_parameter(population, duration, cell), dt);
    }
    return NEURO_OK;
}

static neuro_status_t
select_renewal(neuro_population_t *population, neuro_isa_t isa)
{
    const bool is_gamma = population->kernel == &neuro_exact_spike_source_gamma;
    const double dt = population->network->dt_ms;
    const uint32_t n = population->n_cells;
    neuro_renewal_t derived = {.hazard = NULL};
    neuro_status_t status = NEURO_ERR_MEMORY;
    uint32_t cell;

    derived.hazard = neuro_alloc(n, sizeof *derived.hazard);
    derived.shape = neuro_alloc(n, sizeof *derived.shape);
    derived.dead_time = neuro_alloc(n, sizeof *derived.dead_time);
    if (derived.hazard == NULL || derived.shape == NULL || derived.dead_time == NULL ||
        set_window(population, &derived, RENEWAL_START, RENEWAL_DURATION) != NEURO_OK) {
        status = out_of_memory(population);
        goto fail;
    }
    for (cell = 0; cell < n; cell++) {
        const double rate = neuro_exact_parameter(population, RENEWAL_RATE, cell) * 1e-3;
        const double memory = neuro_exact_parameter(population, RENEWAL_MEMORY, cell);

        derived.shape[cell] = is_gamma ? memory : 1.0;
        derived.dead_time[cell] = is_gamma ? 0.0 : memory;
        if (!is_gamma && !(rate * memory < 1.0)) {
            status = neuro_fail(
                &population->network->error, NEURO_ERR_VALUE,
                "rate %g Hz of cell %u of a source with a dead time of %g ms; it must be below %g Hz",
                rate * 1e3, cell, memory, 1e3 / memory);
            goto fail;
        }
        derived.hazard[cell] = is_gamma ? rate : rate / (1.0 - rate * memory);
        if (!(rate / (is_gamma ? memory : 1.0) * dt <= RENEWAL_MOST / 2)) {
            status = neuro_fail(
                &population->network->error, NEURO_ERR_VALUE,
                "cell %u of a random source would fire %g times in a step of %g ms; at most %d are allowed",
                cell, rate / (is_gamma ? memory : 1.0) * dt, dt, RENEWAL_MOST / 2);
            goto fail;
        }
    }
    adopt(population, &derived);
    population->update = variants[isa]->renewal;
    return NEURO_OK;
fail:
    release_derived(&derived);
    return status;
}

/* Room for at most `most` bins of all cells; bin_first is still to be filled. */
static neuro_status_t
reserve_bins(neuro_population_t *population, neuro_renewal_t *derived, uint64_t most)
{
    derived->bin_first = neuro_alloc((size_t) population->n_cells + 1, sizeof *derived->bin_first);
    derived->bin = neuro_alloc(population->n_cells, sizeof *derived->bin);
    derived->bin_step = neuro_alloc((size_t) most, sizeof *derived->bin_step);
    derived->bin_a = neuro_alloc((size_t) most, sizeof *derived->bin_a);
    derived->bin_b = neuro_alloc((size_t) most, sizeof *derived->bin_b);
    derived->bin_log_gamma = neuro_alloc((size_t) most, sizeof *derived->bin_log_gamma);
    return derived->bin_first == NULL || derived->bin == NULL || derived->bin_step == NULL ||
                   derived->bin_a == NULL || derived->bin_b == NULL || derived->bin_log_gamma == NULL
               ? NEURO_ERR_MEMORY
               : NEURO_OK;
}

/* Every cell has as many values in all three lists, which have been set. */
static neuro_status_t
check_lists(neuro_population_t *population)
{
    const neuro_renewal_t *own = population->own;
    uint32_t k, cell;

    for (k = 0; k < RENEWAL_MOST_LISTS; k++) {
        const uint64_t *offsets = own->lists[k].offsets, *first = own->lists[0].offsets;

        for (cell = 0; cell <= population->n_cells; cell++) {
            if (offsets == NULL || offsets[cell] != first[cell]) {
                return neuro_fail(&population->network->error, NEURO_ERR_SHAPE,
                                  "the lists \"%s\" and \"%s\" of a random source have different lengths",
                                  population->kernel->lists[0], population->kernel->lists[k]);
            }
        }
    }
    return NEURO_OK;
}

static neuro_status_t
select_inhomogeneous(neuro_population_t *population, neuro_isa_t isa)
{
    const neuro_renewal_t *own = population->own;
    const double dt = population->network->dt_ms;
    neuro_renewal_t derived = {.hazard = NULL};
    neuro_status_t status = check_lists(population);
    uint64_t i, n;

    if (status != NEURO_OK) {
        return status;
    }
    n = own->lists[INH_A].offsets[population->n_cells];
    if (set_window(population, &derived, INH_START, INH_DURATION) != NEURO_OK ||
        reserve_bins(population, &derived, n) != NEURO_OK) {
        status = out_of_memory(population);
        goto fail;
    }
    memcpy(derived.bin_first, own->lists[INH_A].offsets,
           ((size_t) population->n_cells + 1) * sizeof *derived.bin_first);
    memcpy(derived.bin, derived.bin_first, population->n_cells * sizeof *derived.bin);
    for (i = 0; i < n; i++) {
        derived.bin_step[i] = neuro_exact_step_after(own->lists[INH_BINS].values[i], dt);
        derived.bin_a[i] = own->lists[INH_A].values[i];
        derived.bin_b[i] = own->lists[INH_B].values[i] * 1e3;
        if (!(derived.bin_a[i] >= 1.0 && dt / derived.bin_b[i] <= RENEWAL_MOST / 2 &&
              derived.bin_b[i] > 0.0)) {
            status =
                neuro_fail(&population->network->error, NEURO_ERR_VALUE,
                           "a = %g and b = %g s of an inhomogeneous gamma source; a must be at least 1, and "
                           "b at least %g s",
                           derived.bin_a[i], own->lists[INH_B].values[i], dt * 1e-3 / (RENEWAL_MOST / 2));
            goto fail;
        }
        derived.bin_log_gamma[i] = log_gamma(derived.bin_a[i]);
    }
    adopt(population, &derived);
    population->update = variants[isa]->inhomogeneous;
    return NEURO_OK;
fail:
    release_derived(&derived);
    return status;
}

static neuro_status_t
select_variable(neuro_population_t *population, neuro_isa_t isa)
{
    const neuro_renewal_t *own = population->own;
    const double dt = population->network->dt_ms;
    neuro_renewal_t derived = {.hazard = NULL};
    neuro_status_t status = check_lists(population);
    uint64_t n = 0, i;
    uint32_t cell;

    if (status != NEURO_OK) {
        return status;
    }
    if (reserve_bins(population, &derived, 2 * own->lists[0].offsets[population->n_cells]) != NEURO_OK) {
        status = out_of_memory(population);
        goto fail;
    }
    for (cell = 0; cell < population->n_cells; cell++) {
        const uint64_t last = own->lists[0].offsets[cell + 1];

        derived.bin_first[cell] = n;
        for (i = own->lists[0].offsets[cell]; i < last; i++) {
            const double start = own->lists[VARIABLE_STARTS].values[i];
            const double stop = start + own->lists[VARIABLE_DURATIONS].values[i];
            const double mean = own->lists[VARIABLE_RATES].values[i] * dt * 1e-3;

            if (!(mean >= 0.0 && mean <= RENEWAL_MOST / 2)) {
                status = neuro_fail(
                    &population->network->error, NEURO_ERR_VALUE,
                    "rate %g Hz of cell %u of a Poisson source; with a step of %g ms it must be 0 to %g Hz",
                    own->lists[VARIABLE_RATES].values[i], cell, dt, RENEWAL_MOST / 2 / (dt * 1e-3));
                goto fail;
            }
            derived.bin_step[n] = neuro_exact_step_after(start, dt);
            derived.bin_a[n] = mean;
            derived.bin_b[n++] = neuro_exp(-mean);
            if (i + 1 == last || stop < own->lists[VARIABLE_STARTS].values[i + 1]) {
                derived.bin_step[n] = neuro_exact_step_after(stop, dt);
                derived.bin_a[n] = 0.0;
                derived.bin_b[n++] = 1.0;
            }
        }
    }
    derived.bin_first[population->n_cells] = n;
    memcpy(derived.bin, derived.bin_first, population->n_cells * sizeof *derived.bin);
    adopt(population, &derived);
    population->update = variants[isa]->variable;
    return NEURO_OK;
fail:
    release_derived(&derived);
    return status;
}

/* ---- tables ---------------------------------------------------------------------------------- */

#define WINDOW(start, duration)                                                                              \
    [start] = {"start", NEURO_PARAMETER, NEURO_F64, 0.0}, [duration] = {"duration", NEURO_PARAMETER,         \
                                                                        NEURO_F64, 1e10}
#define RENEWAL_STATE                                                                                        \
    WINDOW(RENEWAL_START, RENEWAL_DURATION),                                                                 \
        [RENEWAL_REMAINING] = {"remaining", NEURO_INTERNAL, NEURO_F64, 0.0},                                 \
        [RENEWAL_DEAD] = {"dead", NEURO_INTERNAL, NEURO_F64, 0.0},                                           \
        [RENEWAL_DRAWN] = {"drawn", NEURO_INTERNAL, NEURO_I64, 0.0}

static const neuro_variable_spec_t refractory_variables[RENEWAL_N] = {
    [RENEWAL_RATE] = {"rate", NEURO_PARAMETER, NEURO_F64, 1.0},
    [RENEWAL_MEMORY] = {"tau_refrac", NEURO_PARAMETER, NEURO_F64, 0.0},
    RENEWAL_STATE,
};
static const neuro_variable_spec_t gamma_variables[RENEWAL_N] = {
    [RENEWAL_RATE] = {"beta", NEURO_PARAMETER, NEURO_F64, 1.0},
    [RENEWAL_MEMORY] = {"alpha", NEURO_PARAMETER, NEURO_F64, 2.0},
    RENEWAL_STATE,
};
static const neuro_variable_spec_t inhomogeneous_variables[INH_N] = {
    WINDOW(INH_START, INH_DURATION),
    [INH_REMAINING] = {"remaining", NEURO_INTERNAL, NEURO_F64, 0.0},
    [INH_AGE] = {"age", NEURO_INTERNAL, NEURO_F64, 0.0},
    [INH_DRAWN] = {"drawn", NEURO_INTERNAL, NEURO_I64, 0.0},
};
static const char *const inhomogeneous_lists[] = {[INH_A] = "a", [INH_B] = "b", [INH_BINS] = "tbins"};
static const char *const variable_lists[] = {
    [VARIABLE_RATES] = "rates", [VARIABLE_STARTS] = "starts", [VARIABLE_DURATIONS] = "durations"};

#define SOURCE                                                                                               \
    .ring_type = NEURO_REAL, .constant_type = NEURO_F64, .current_constant = -1, .init = init,               \
    .free = free_own

const neuro_neuron_kernel_t neuro_exact_spike_source_poisson_refractory = {
    SOURCE,
    .name = "spike_source_poisson_refractory",
    .n_variables = RENEWAL_N,
    .variables = refractory_variables,
    .select = select_renewal,
};
const neuro_neuron_kernel_t neuro_exact_spike_source_gamma = {
    SOURCE,
    .name = "spike_source_gamma",
    .n_variables = RENEWAL_N,
    .variables = gamma_variables,
    .select = select_renewal,
};
const neuro_neuron_kernel_t neuro_exact_spike_source_inh_gamma = {
    SOURCE,
    .name = "spike_source_inh_gamma",
    .n_variables = INH_N,
    .variables = inhomogeneous_variables,
    .n_lists = RENEWAL_MOST_LISTS,
    .lists = inhomogeneous_lists,
    .set_list = set_list,
    .reset = reset_bins,
    .select = select_inhomogeneous,
};
const neuro_neuron_kernel_t neuro_exact_spike_source_poisson_variable = {
    SOURCE,
    .name = "spike_source_poisson_variable",
    .n_lists = RENEWAL_MOST_LISTS,
    .lists = variable_lists,
    .set_list = set_list,
    .reset = reset_bins,
    .select = select_variable,
    .is_multiple = true,
};
