#include "spinnaker/delay_extension.h"

#include "core/memory.h"
#include "engine/network.h"
#include "spinnaker/cells.h"
#include "spinnaker/quirks.h"

#include <string.h>

enum { EXTENSION_SLOTS, EXTENSION_STAGES, EXTENSION_COLOUR_BITS, EXTENSION_QUIRKS, N_EXTENSION };

static const neuro_variable_spec_t variables[N_EXTENSION] = {
    [EXTENSION_SLOTS] = {"slots_per_stage", NEURO_PARAMETER, NEURO_U32, 32.0},
    [EXTENSION_STAGES] = {"n_stages", NEURO_PARAMETER, NEURO_U32, 1.0},
    [EXTENSION_COLOUR_BITS] = {"colour_bits", NEURO_PARAMETER, NEURO_U32, 4.0},
    [EXTENSION_QUIRKS] = {"quirks", NEURO_PARAMETER, NEURO_I32, -1.0},
};

enum { PACKET_NUMBERS = 4, MOST_STAGES = 8 };

/* Sent a tick after the other; of one tick in the order of their arrival. */
typedef struct {
    neuro_step_t step;
    uint32_t neuron, colour, payload;
} packet_t;

typedef struct {
    uint32_t n_slots, n_stages, n_atoms, n_times; /* n_times: of counters, a power of two */
    uint32_t colour_mask;
    bool adds_lateness;
    uint8_t *counters; /* [tick mod n_times][neuron] */
    packet_t *packets;
    uint64_t n_packets, next;
    uint64_t n_saturated, n_in, n_added, n_sent;
} extension_t;

static neuro_status_t
init(neuro_population_t *population)
{
    population->own = neuro_alloc(1, sizeof(extension_t));
    population->grain = population->n_cells; /* one core */
    return population->own == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
}

static void
release(neuro_population_t *population)
{
    extension_t *own = population->own;

    if (own != NULL) {
        neuro_release(own->counters);
        neuro_release(own->packets);
        neuro_release(own);
    }
}

static void
reset(neuro_population_t *population)
{
    extension_t *own = population->own;

    if (own->counters != NULL) {
        memset(own->counters, 0, (size_t) own->n_times * own->n_atoms);
    }
    own->next = own->n_saturated = own->n_in = own->n_added = own->n_sent = 0;
}

static uint32_t
parameter(const neuro_population_t *population, uint32_t variable)
{
    const neuro_variable_t *values = &population->variables[variable];

    return (uint32_t) (int64_t) neuro_value_get(values->data, values->type, 0);
}

static neuro_status_t
choose(neuro_population_t *population, neuro_isa_t isa)
{
    extension_t *own = population->own;
    const uint32_t n_slots = parameter(population, EXTENSION_SLOTS);
    const uint32_t n_stages = parameter(population, EXTENSION_STAGES);
    const uint32_t colour_bits = parameter(population, EXTENSION_COLOUR_BITS);
    uint32_t n_times = 1;
    uint8_t *counters;

    (void) isa;
    if (n_slots < 1 || n_slots > 16384 || n_stages < 1 || n_stages > MOST_STAGES || colour_bits > 4 ||
        population->n_cells % n_stages != 0) {
        return neuro_fail(
            &population->network->error, NEURO_ERR_VALUE,
            "delay extension %u of %u cells has %u stages of %u slots and %u colour bits; there are 1 to %d "
            "stages, as many cells for each, 1 to 16384 slots and at most 4 bits",
            population->id, population->n_cells, n_stages, n_slots, colour_bits, MOST_STAGES);
    }
    while (n_times < n_stages * n_slots + 1) {
        n_times *= 2;
    }
    own->adds_lateness = (parameter(population, EXTENSION_QUIRKS) & NEURO_QUIRK_LATE_TWICE) != 0;
    own->colour_mask = (1u << colour_bits) - 1;
    if (own->counters != NULL && own->n_slots == n_slots && own->n_stages == n_stages) {
        return NEURO_OK;
    }
    own->n_atoms = population->n_cells / n_stages;
    counters = neuro_alloc((size_t) n_times * own->n_atoms, 1);
    if (counters == NULL) {
        return NEURO_ERR_MEMORY;
    }
    neuro_release(own->counters);
    own->counters = counters;
    own->n_slots = n_slots;
    own->n_stages = n_stages;
    own->n_times = n_times;
    return NEURO_OK;
}

/* The counters of the neurons of one tick. */
static uint8_t *
counters_of(const extension_t *own, neuro_step_t step)
{
    return own->counters + (size_t) ((uint64_t) step & (own->n_times - 1)) * own->n_atoms;
}

/* A packet of colour c comes L = (t - c) mod 16 ticks late, and is counted at t + L instead of t - L. One
 * without payload, or with 0, counts 1. */
static void
receive(extension_t *own, const packet_t *packet)
{
    const neuro_step_t late = (neuro_step_t) (((uint64_t) packet->step - packet->colour) & own->colour_mask);
    uint8_t *counter =
        counters_of(own, own->adds_lateness ? packet->step + late : packet->step - late) + packet->neuron;
    uint32_t n = packet->payload == 0 ? 1 : packet->payload;

    own->n_in += n;
    own->n_added += n;
    for (; n > 0; n--) {
        if (*counter == UINT8_MAX) {
            own->n_saturated += 1;
        } else {
            ++*counter;
        }
    }
}

/* What was counted a stage's length ago, or two, ... is sent; then the tick that no stage needs any more is
 * cleared, and the packets of this tick are counted. */
static bool
emit(const neuro_block_t *block, neuro_list_t *list)
{
    extension_t *own = block->population->own;
    uint32_t stage, neuron;

    if (block->first > 0) { /* one core, in one go */
        return true;
    }
    for (stage = 0; stage < own->n_stages; stage++) {
        const neuro_step_t counted = block->step - (neuro_step_t) (stage + 1) * own->n_slots;
        const uint8_t *counters = counters_of(own, counted);

        for (neuron = 0; neuron < own->n_atoms && counted >= 0; neuron++) {
            uint32_t n = counters[neuron];

            if (n > 0 && !neuro_list_reserve(list, n)) {
                return false;
            }
            own->n_sent += n;
            for (; n > 0; n--) {
                list->index[list->count++] = stage * own->n_atoms + neuron;
            }
        }
    }
    if (block->step >= (neuro_step_t) own->n_stages * own->n_slots) {
        memset(counters_of(own, block->step - (neuro_step_t) own->n_stages * own->n_slots), 0, own->n_atoms);
    }
    for (; own->next < own->n_packets && own->packets[own->next].step <= block->step; own->next++) {
        if (own->packets[own->next].step == block->step) {
            receive(own, &own->packets[own->next]);
        }
    }
    return true;
}

static neuro_status_t
set_table(void *owner, const char *name, const double *values, uint64_t n)
{
    neuro_population_t *population = owner;
    extension_t *own = population->own;
    packet_t *packets;
    uint64_t i;

    if (strcmp(name, "packets") != 0 || n % PACKET_NUMBERS != 0) {
        return neuro_fail(
            &population->network->error, NEURO_ERR_NAME,
            "neuron kernel \"%s\" takes no table \"%s\" of %llu numbers; it takes packets: step, neuron, "
            "colour, payload of each",
            population->kernel->name, name, (unsigned long long) n);
    }
    for (i = 0; i < n; i += PACKET_NUMBERS) {
        if (!(values[i + 1] >= 0.0 && values[i + 1] < population->n_cells) ||
            (i > 0 && values[i] < values[i - PACKET_NUMBERS])) {
            return neuro_fail(&population->network->error, NEURO_ERR_RANGE,
                              "packet %llu: step %g, neuron %g; steps ascend, and neurons are 0 to %u",
                              (unsigned long long) (i / PACKET_NUMBERS), values[i], values[i + 1],
                              population->n_cells - 1);
        }
    }
    packets = neuro_alloc((size_t) (n / PACKET_NUMBERS), sizeof *packets);
    if (packets == NULL) {
        return neuro_fail(&population->network->error, NEURO_ERR_MEMORY, "no memory for packets");
    }
    for (i = 0; i < n / PACKET_NUMBERS; i++) {
        const double *row = values + PACKET_NUMBERS * i;

        packets[i] = (packet_t){.step = (neuro_step_t) row[0],
                                .neuron = (uint32_t) row[1],
                                .colour = (uint32_t) row[2],
                                .payload = (uint32_t) row[3]};
    }
    neuro_release(own->packets);
    own->packets = packets;
    own->n_packets = n / PACKET_NUMBERS;
    own->next = 0;
    return NEURO_OK;
}

static neuro_status_t
get_table(void *owner, const char *name, double *values, uint64_t *n)
{
    neuro_population_t *population = owner;
    const extension_t *own = population->own;

    if (strcmp(name, "counts") != 0) {
        return neuro_fail(
            &population->network->error, NEURO_ERR_NAME,
            "neuron kernel \"%s\" has no table \"%s\"; it has counts: saturated, received, counted, sent",
            population->kernel->name, name);
    }
    *n = 4;
    if (values != NULL) {
        values[0] = (double) own->n_saturated;
        values[1] = (double) own->n_in;
        values[2] = (double) own->n_added;
        values[3] = (double) own->n_sent;
    }
    return NEURO_OK;
}

const neuro_neuron_kernel_t neuro_spinnaker_delay_extension = {
    .name = "delay_extension",
    .n_variables = N_EXTENSION,
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
