/* What the engine holds: a network of populations and projections, and what happens to them at which step. */
#ifndef NEURO_ENGINE_NETWORK_H
#define NEURO_ENGINE_NETWORK_H

#include "core/queue.h"
#include "core/record.h"
#include "core/ring.h"
#include "core/synapses.h"
#include "core/threads.h"
#include "engine/current.h"
#include "engine/kernels.h"
#include "engine/tally.h"

/* ---- population ------------------------------------------------------------------------------ */

typedef struct {
    const neuro_variable_spec_t *spec;
    neuro_type_t type;
    bool is_scalar; /* `data` holds one value for all cells (parameters only) */
    void *data;
    void *initial; /* states: n_cells values */
} neuro_variable_t;

typedef struct {
    bool is_scalar;
    void *data; /* kernel->constant_type resolved */
} neuro_constant_t;

enum { NEURO_MOST_RECEPTORS = 1024, NEURO_NAME_LENGTH = 32 };

/* First number of the streams that belong to seeds of populations and projections; those of a network's own
 * seed are numbers of its populations and projections. */
enum { NEURO_OWN_STREAM = 1 << 22 };

struct neuro_population {
    neuro_network_t *network;
    uint32_t id, n_cells;
    /* Name its random numbers: those of the network and its own number, unless it was given a seed. */
    uint64_t seed;
    uint32_t stream;
    const neuro_neuron_kernel_t *kernel;
    uint32_t n_receptors;
    uint8_t *receptor_kinds;                   /* of receptors to choose */
    char (*receptor_names)[NEURO_NAME_LENGTH]; /* of their variables */
    neuro_variable_spec_t *specs;              /* the kernel's variables, then those of the receptors */
    uint32_t n_variables;
    neuro_variable_t *variables;
    neuro_type_t constant_type;
    uint32_t n_constants;
    neuro_constant_t *constants;
    bool is_stale; /* parameters changed: derive the constants again */
    neuro_block_function_t update;
    neuro_ring_t ring;
    neuro_queue_t queue;
    uint8_t *counts; /* [slot][cell], slots as in the queue; kept for multiple sources with one-to-one
                        projections */
    bool needs_list, needs_counts;
    uint32_t *slices; /* n_threads + 1 first cells */
    uint32_t grain;   /* slices end at multiples of it (or at the last cell); 0: as the engine likes */
    void *own;        /* the kernel's */
    /* engine/rest.h; NULL: never at rest */
    bool *at_rest;               /* one for 64 cells, used at the first of a block */
    neuro_step_t *expects_until; /* a thread (a line apart): the last step in which anything can arrive */
    /* current sources */
    uint32_t n_currents;
    neuro_current_t *currents;
    double *base_current;      /* the current constant without injection, one a cell; NULL without sources */
    neuro_step_t *next_change; /* a thread: first step that needs the currents summed again */
    /* recording */
    neuro_recorder_t *recorders; /* one a variable */
    bool has_recorders;
    bool records_spikes;
    uint8_t *spike_mask; /* NULL: all */
    uint32_t n_spike_records;
    neuro_spike_record_t *spike_records; /* one a thread */
    neuro_tallies_t tallies;
};

#define NEURO_DATA(population, variable, type)     ((type *) (population)->variables[variable].data)
#define NEURO_CONSTANT(population, constant, type) ((const type *) (population)->constants[constant].data)

/* Make a constant an array of one value a cell, if it is not. */
NEURO_MUST_CHECK neuro_status_t neuro_population_spread(neuro_population_t *population, uint32_t constant);

/* ---- projection ------------------------------------------------------------------------------ */

enum { NEURO_MAX_RULES = 24 };

/* Synapses as pairs, with what belongs to them; delays are those that the user gave. */
typedef struct {
    uint64_t n;
    uint32_t *pre, *post;
    double *columns[NEURO_MAX_COLUMNS];
} neuro_connectivity_t;

struct neuro_projection {
    neuro_network_t *network;
    uint32_t id, receptor;
    uint64_t seed; /* with `stream` the name of the numbers it is built from, as of a population */
    uint32_t stream;
    neuro_population_t *pre, *post;
    const neuro_synapse_kernel_t *kernel;
    neuro_rows_t rows;
    /* The delay column of `rows` holds the steps from the sweep of a row to the slot; the delay that the user
     * gave is the sum of it and the row's shift. */
    double rules[NEURO_MAX_RULES];
    double sign; /* 1, or -1 where weights are magnitudes of an inhibition */
    bool is_connected;
    bool is_ready;
    bool is_split;                           /* the delays, into shifts of rows and steps in the ring */
    bool is_one_to_one;                      /* row i holds exactly target i, with one delay */
    uint32_t min_ring_delay, max_ring_delay; /* of the delay column, when ready */
    neuro_sweep_function_t sweep;
    neuro_column_t initial_weight; /* plastic projections: what reset restores */
    uint64_t capacity; /* projections that rewire: synapses that a row has room for; otherwise 0 */
    uint32_t low_delay, high_delay; /* steps, of synapses that may come */
    neuro_connectivity_t *initial;  /* projections that rewire: what reset restores */
    bool is_rewired;                /* by a rewiring of the network */
    bool sweeps_before_arrival;     /* dendritic share 0: swept at the end of the step before the arrival */
    void *own;                      /* the kernel's */
    neuro_tallies_t tallies;
};

/* ---- actions --------------------------------------------------------------------------------- */

typedef enum {
    NEURO_ACTION_RESET_STATE,
    NEURO_ACTION_NORMALIZE_WEIGHTS,
    NEURO_ACTION_MARK
} neuro_action_kind_t;

typedef struct {
    neuro_step_t step; /* done before this step begins */
    neuro_action_kind_t kind;
    int64_t target; /* population (-1: all), projection, label */
    double value;
} neuro_action_t;

typedef struct {
    int64_t label;
    neuro_step_t step;
    neuro_counters_t counters;
} neuro_mark_t;

/* ---- network --------------------------------------------------------------------------------- */

struct neuro_network {
    const neuro_platform_t *platform;
    double dt_ms;
    uint64_t seed;
    neuro_type_t real; /* NEURO_F64 or NEURO_F32 */
    neuro_isa_t isa;
    uint32_t threads_wanted; /* 0: by size */
    neuro_pool_t *pool;
    neuro_error_t error;
    uint32_t n_populations, population_capacity;
    neuro_population_t **populations;
    uint32_t n_projections, projection_capacity;
    neuro_projection_t **projections;
    neuro_step_t step; /* next step to execute */
    bool is_ready;     /* nothing changed since the last prepare */
    uint32_t stretch;  /* steps between two exchanges */
    uint64_t n_actions, next_action, action_capacity;
    neuro_action_t *actions; /* by step */
    uint32_t n_rewirings;
    neuro_rewiring_t **rewirings;
    uint64_t n_marks, mark_capacity;
    neuro_mark_t *marks;
    double seconds_update, seconds_deliver, seconds_total;
};

/* Steps of simulated time that have passed: the initial step takes none. */
static inline neuro_step_t
neuro_network_elapsed(const neuro_network_t *network)
{
    return network->platform->plan.has_initial_step && network->step > 0 ? network->step - 1 : network->step;
}

/* population.c */
NEURO_MUST_CHECK neuro_status_t neuro_population_create(neuro_network_t *network, const char *kernel,
                                                        uint32_t n_cells, const char *const *receptors,
                                                        uint32_t n_receptors, neuro_population_t **out);
void neuro_population_free(neuro_population_t *population);
NEURO_MUST_CHECK neuro_status_t neuro_population_prepare(neuro_population_t *population);
void neuro_population_reset(neuro_population_t *population);
size_t neuro_population_bytes(const neuro_population_t *population);
/* Index of a variable; -1 when there is none of that name. */
int32_t neuro_population_variable(const neuro_population_t *population, const char *name);
NEURO_MUST_CHECK neuro_status_t neuro_population_set(neuro_population_t *population, uint32_t variable,
                                                     const uint32_t *cells, uint64_t n_cells,
                                                     const double *values, uint64_t n_values,
                                                     bool is_initial);
void neuro_population_forget_changes(neuro_population_t *population);

/* projection.c */
NEURO_MUST_CHECK neuro_status_t neuro_projection_create(neuro_network_t *network, neuro_population_t *pre,
                                                        neuro_population_t *post, uint32_t receptor,
                                                        const char *kernel, neuro_projection_t **out);
/* Take another kernel whose weights have the same type; only before the first run is prepared. Rules and
 * further columns begin at their defaults. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_change_kernel(neuro_projection_t *projection,
                                                               const char *kernel);
void neuro_projection_free(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_projection_prepare(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_projection_reset(neuro_projection_t *projection);
/* As if it had never been connected. */
void neuro_projection_disconnect(neuro_projection_t *projection);
size_t neuro_projection_bytes(const neuro_projection_t *projection);
/* To be called when the connectivity has just been made: defaults for every column. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_connected(neuro_projection_t *projection);
/* Whether `bytes` more for a projection of n synapses can be had; if not, an error that says what is needed
 * and what there is. To be asked before they are allocated. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_check_room(const neuro_projection_t *projection,
                                                            double n_synapses, double bytes);
/* Bytes that n synapses take at least: targets of sparse rows, and the weights of plastic ones. */
double neuro_projection_least_bytes(const neuro_projection_t *projection, double n_synapses, bool is_dense);

/* normalize.c */
/* Scale the weights onto each target so that they sum to `total` (targets with sum 0 are left alone). */
NEURO_MUST_CHECK neuro_status_t neuro_projection_normalize(neuro_projection_t *projection, double total);

/* delays.c */
/* Replace the delays: one, or one a synapse in storage order; they are split anew before the next run. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_delays(neuro_projection_t *projection,
                                                            const double *steps, uint64_t n);
/* Bring the delays into their form for a run: split where the kernel wants that, with their range known. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_prepare_delays(neuro_projection_t *projection);
/* Whether a kernel has delays of which a part lies before the sweep of the row. */
bool neuro_projection_splits_delays(const neuro_synapse_kernel_t *kernel);
/* Steps of a delay that lie before the sweep of the row. */
int32_t neuro_projection_axonal_share(const neuro_projection_t *projection, uint32_t delay_steps);

/* capacity.c: projections with room in their rows */
/* Forget what reset restores; it is taken anew before the next run. */
void neuro_projection_forget_initial(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_projection_keep_initial(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_projection_restore_initial(neuro_projection_t *projection);
/* The first synapse of a pair of cells; false when there is none. */
bool neuro_projection_find(const neuro_projection_t *projection, uint32_t pre, uint32_t post, uint32_t *row,
                           uint64_t *synapse);
/* The projection has been prepared. A new synapse; false when its row is full, which is counted. Its delay
 * lies within low_delay .. high_delay. */
bool neuro_projection_add(neuro_projection_t *projection, uint32_t pre, uint32_t post, double weight,
                          uint32_t delay_steps);

/* samples.c */
/* Room for the samples of the steps up to `end`, in all recorders. */
NEURO_MUST_CHECK neuro_status_t neuro_network_reserve_samples(neuro_network_t *network, neuro_step_t end);
/* Samples that recorders without data take of the present state, for platforms with an initial step. */
void neuro_network_sample_present(neuro_network_t *network);
/* To be called after a run: how many samples the recorders hold. */
void neuro_network_count_samples(neuro_network_t *network);

/* network.c */
NEURO_MUST_CHECK neuro_status_t neuro_network_prepare(neuro_network_t *network);
void neuro_network_reset_state(neuro_network_t *network, int64_t population);
NEURO_MUST_CHECK neuro_status_t neuro_network_act(neuro_network_t *network, const neuro_action_t *action);
/* What was counted of all populations and projections. */
neuro_counters_t neuro_network_total(const neuro_network_t *network);
/* Largest number of steps between two exchanges that keeps causality. */
uint32_t neuro_network_stretch(const neuro_network_t *network);

#endif
