#include "spinnaker/currents.h"

#include "core/memory.h"
#include "spinnaker/arithmetic.h"
#include "spinnaker/quirks.h"

#include <string.h>

static const uint32_t row_length[NEURO_SPINNAKER_N_CURRENTS] = {
    [NEURO_SPINNAKER_DC] = 3, [NEURO_SPINNAKER_AC] = 6, [NEURO_SPINNAKER_NOISY] = 8};
static const char *const kind_names[NEURO_SPINNAKER_N_CURRENTS] = {"dc", "ac", "step", "noisy"};

void
neuro_spinnaker_currents_free(neuro_spinnaker_currents_t *currents)
{
    uint32_t kind;

    for (kind = 0; kind < NEURO_SPINNAKER_N_CURRENTS; kind++) {
        neuro_release(currents->sources[kind]);
        neuro_release(currents->states[kind]);
    }
    neuro_release(currents->entry_steps);
    neuro_release(currents->entry_values);
    neuro_release(currents->calls);
}

neuro_status_t
neuro_spinnaker_currents_restart(neuro_spinnaker_currents_t *currents, uint32_t n_cores)
{
    uint32_t kind, core, i;

    for (kind = 0; kind < NEURO_SPINNAKER_N_CURRENTS; kind++) {
        const uint32_t n = currents->n_sources[kind];

        if (currents->states[kind] == NULL || n_cores != currents->n_cores) {
            neuro_spinnaker_current_state_t *states = neuro_alloc((size_t) n * n_cores, sizeof *states);

            if (states == NULL) {
                return NEURO_ERR_MEMORY;
            }
            neuro_release(currents->states[kind]);
            currents->states[kind] = states;
        }
        for (core = 0; core < n_cores; core++) {
            for (i = 0; i < n; i++) {
                currents->states[kind][core * n + i] =
                    (neuro_spinnaker_current_state_t){.generator = currents->sources[kind][i].seed};
            }
        }
    }
    currents->n_cores = n_cores;
    return NEURO_OK;
}

static neuro_spinnaker_current_t
read_row(neuro_spinnaker_current_kind_t kind, const double *row)
{
    switch (kind) {
    case NEURO_SPINNAKER_DC:
        return (neuro_spinnaker_current_t){
            .amplitude = (int32_t) row[0], .start = (neuro_step_t) row[1], .stop = (neuro_step_t) row[2]};
    case NEURO_SPINNAKER_AC:
        return (neuro_spinnaker_current_t){.start = (neuro_step_t) row[0],
                                           .stop = (neuro_step_t) row[1],
                                           .amplitude = (int32_t) row[2],
                                           .offset = (int32_t) row[3],
                                           .frequency = (int32_t) row[4],
                                           .phase = (int32_t) row[5]};
    case NEURO_SPINNAKER_NOISY:
        return (neuro_spinnaker_current_t){.offset = (int32_t) row[0],
                                           .amplitude = (int32_t) row[1],
                                           .start = (neuro_step_t) row[2],
                                           .stop = (neuro_step_t) row[3],
                                           .seed = neuro_spinnaker_generator_from(row + 4)};
    case NEURO_SPINNAKER_STEP:
    case NEURO_SPINNAKER_N_CURRENTS:
        break;
    }
    return (neuro_spinnaker_current_t){0};
}

/* Lists of times and amplitudes. */
static neuro_status_t
read_steps(neuro_spinnaker_currents_t *currents, neuro_error_t *error, const double *values, uint64_t n)
{
    uint64_t at, i, n_sources = 0, n_entries = 0;
    neuro_spinnaker_current_t *sources;
    neuro_step_t *steps;
    int32_t *amplitudes;

    for (at = 0; at < n; at += 1 + 2 * (uint64_t) values[at]) {
        if (!(values[at] >= 0.0 && values[at] <= (double) ((n - at - 1) / 2))) {
            return neuro_fail(
                error, NEURO_ERR_SHAPE,
                "step sources: number %llu is %g, the length of a list of times and amplitudes that "
                "would end behind the %llu numbers given",
                (unsigned long long) at, values[at], (unsigned long long) n);
        }
        n_sources++;
        n_entries += (uint64_t) values[at];
    }
    sources = neuro_alloc((size_t) n_sources, sizeof *sources);
    steps = neuro_alloc((size_t) n_entries, sizeof *steps);
    amplitudes = neuro_alloc((size_t) n_entries, sizeof *amplitudes);
    if (sources == NULL || steps == NULL || amplitudes == NULL) {
        neuro_release(sources);
        neuro_release(steps);
        neuro_release(amplitudes);
        return neuro_fail(error, NEURO_ERR_MEMORY, "no memory for %llu step sources",
                          (unsigned long long) n_sources);
    }
    n_sources = n_entries = 0;
    for (at = 0; at < n; at += 1 + 2 * (uint64_t) values[at]) {
        const uint64_t length = (uint64_t) values[at];

        sources[n_sources].first_entry = (uint32_t) n_entries;
        sources[n_sources++].n_entries = (uint32_t) length;
        for (i = 0; i < length; i++) {
            steps[n_entries] = (neuro_step_t) values[at + 1 + i];
            amplitudes[n_entries++] = (int32_t) values[at + 1 + length + i];
        }
    }
    neuro_release(currents->sources[NEURO_SPINNAKER_STEP]);
    neuro_release(currents->entry_steps);
    neuro_release(currents->entry_values);
    currents->sources[NEURO_SPINNAKER_STEP] = sources;
    currents->n_sources[NEURO_SPINNAKER_STEP] = (uint32_t) n_sources;
    currents->entry_steps = steps;
    currents->entry_values = amplitudes;
    currents->n_entries = (uint32_t) n_entries;
    return NEURO_OK;
}

neuro_status_t
neuro_spinnaker_currents_set(neuro_spinnaker_currents_t *currents, neuro_error_t *error,
                             neuro_spinnaker_current_kind_t kind, uint32_t n_cores, const double *values,
                             uint64_t n)
{
    neuro_spinnaker_current_t *sources;
    neuro_status_t status = NEURO_OK;
    uint64_t i, n_sources;

    if (kind == NEURO_SPINNAKER_STEP) {
        status = read_steps(currents, error, values, n);
    } else {
        n_sources = n / row_length[kind];
        if (n % row_length[kind] != 0) {
            return neuro_fail(error, NEURO_ERR_SHAPE, "%llu numbers for %s sources; each has %u",
                              (unsigned long long) n, kind_names[kind], row_length[kind]);
        }
        sources = neuro_alloc((size_t) n_sources, sizeof *sources);
        if (sources == NULL) {
            return neuro_fail(error, NEURO_ERR_MEMORY, "no memory for %llu %s sources",
                              (unsigned long long) n_sources, kind_names[kind]);
        }
        for (i = 0; i < n_sources; i++) {
            sources[i] = read_row(kind, values + i * row_length[kind]);
        }
        neuro_release(currents->sources[kind]);
        currents->sources[kind] = sources;
        currents->n_sources[kind] = (uint32_t) n_sources;
    }
    if (status == NEURO_OK) {
        neuro_release(currents->states[kind]);
        currents->states[kind] = NULL;
        status = neuro_spinnaker_currents_restart(currents, n_cores);
    }
    return status;
}

neuro_status_t
neuro_spinnaker_currents_connect(neuro_spinnaker_currents_t *currents, neuro_error_t *error, uint32_t n_cells,
                                 const double *values, uint64_t n)
{
    const uint64_t n_calls = n / 3;
    neuro_spinnaker_call_t *calls;
    uint64_t i;

    if (n % 3 != 0) {
        return neuro_fail(error, NEURO_ERR_SHAPE, "%llu numbers of calls; each has 3: cell, kind, number",
                          (unsigned long long) n);
    }
    for (i = 0; i < n_calls; i++) {
        const double *row = values + 3 * i;

        if (!(row[0] >= 0.0 && row[0] < n_cells) || (i > 0 && row[0] < row[-3]) ||
            !(row[1] >= 0.0 && row[1] < NEURO_SPINNAKER_N_CURRENTS) ||
            !(row[2] >= 0.0 && row[2] < currents->n_sources[(uint32_t) row[1]])) {
            return neuro_fail(
                error, NEURO_ERR_RANGE,
                "call %llu: cell %g, kind %g, number %g; cells 0..%u ascend, kinds are 0 (dc), 1 (ac), "
                "2 (step), 3 (noisy), and the source must have been set before",
                (unsigned long long) i, row[0], row[1], row[2], n_cells - 1);
        }
    }
    calls = neuro_alloc((size_t) n_calls, sizeof *calls);
    if (calls == NULL) {
        return neuro_fail(error, NEURO_ERR_MEMORY, "no memory for %llu calls", (unsigned long long) n_calls);
    }
    for (i = 0; i < n_calls; i++) {
        calls[i].cell = (uint32_t) values[3 * i];
        calls[i].kind = (uint32_t) values[3 * i + 1];
        calls[i].number = (uint32_t) values[3 * i + 2];
    }
    neuro_release(currents->calls);
    currents->calls = calls;
    currents->n_calls = n_calls;
    return NEURO_OK;
}

/* offset + amplitude * sin((t - start) * frequency + phase). Source: current_source_ac.h */
static int32_t
ac_value(const neuro_spinnaker_current_t *source, neuro_step_t step, int32_t quirks)
{
    const int32_t since =
        neuro_shift_left_wrap_i32(neuro_wrap_i32(step - source->start), NEURO_SPINNAKER_FRACTION_BITS);
    const int32_t angle =
        neuro_add_wrap_i32(neuro_spinnaker_multiply(since, source->frequency), source->phase);
    const int32_t sine = neuro_spinnaker_sin(angle, (quirks & NEURO_QUIRK_SINE_CREST) != 0);

    return neuro_add_wrap_i32(source->offset, neuro_spinnaker_multiply(source->amplitude, sine));
}

/* The next entry only, even if more are due. Source: current_source_step.h. What lies behind the last entry
 * on the machine is taken for "no further entry". */
static int32_t
step_value(const neuro_spinnaker_currents_t *currents, const neuro_spinnaker_current_t *source,
           neuro_spinnaker_current_state_t *state, neuro_step_t step, int32_t quirks)
{
    while (state->next < source->n_entries &&
           currents->entry_steps[source->first_entry + state->next] <= step) {
        state->value = currents->entry_values[source->first_entry + state->next];
        state->next++;
        if ((quirks & NEURO_QUIRK_STEP_CALLS) != 0) {
            break;
        }
    }
    return state->value;
}

/* Source: current_source_noisy.h */
static int32_t
noisy_value(const neuro_spinnaker_current_t *source, neuro_spinnaker_current_state_t *state)
{
    const int32_t variate = neuro_spinnaker_norm_inv(neuro_spinnaker_draw(&state->generator));

    return neuro_add_wrap_i32(source->offset, neuro_spinnaker_multiply(source->amplitude, variate));
}

static int32_t
call(neuro_spinnaker_currents_t *currents, const neuro_spinnaker_call_t *which, uint32_t core,
     neuro_step_t step, int32_t quirks)
{
    const neuro_spinnaker_current_t *source = &currents->sources[which->kind][which->number];
    neuro_spinnaker_current_state_t *state =
        &currents->states[which->kind][core * currents->n_sources[which->kind] + which->number];

    if (which->kind == NEURO_SPINNAKER_STEP) {
        return step_value(currents, source, state, step, quirks);
    }
    if (step < source->start || step >= source->stop) {
        return 0;
    }
    return which->kind == NEURO_SPINNAKER_DC   ? source->amplitude
           : which->kind == NEURO_SPINNAKER_AC ? ac_value(source, step, quirks)
                                               : noisy_value(source, state);
}

/* First call of a cell that is not below `cell`. */
static uint64_t
find_call(const neuro_spinnaker_currents_t *currents, uint32_t cell)
{
    uint64_t low = 0, high = currents->n_calls;

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;

        if (currents->calls[middle].cell < cell) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void
neuro_spinnaker_currents_sum(neuro_spinnaker_currents_t *currents, uint32_t cells_per_core, uint32_t first,
                             uint32_t count, neuro_step_t step, const int32_t *quirks, size_t quirk_stride,
                             int32_t *sums)
{
    uint64_t i;

    memset(sums, 0, count * sizeof *sums);
    for (i = find_call(currents, first); i < currents->n_calls && currents->calls[i].cell < first + count;
         i++) {
        const uint32_t cell = currents->calls[i].cell;

        sums[cell - first] =
            neuro_add_wrap_i32(sums[cell - first], call(currents, &currents->calls[i], cell / cells_per_core,
                                                        step, quirks[cell * quirk_stride]));
    }
}
