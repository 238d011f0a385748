/* The seam: what a platform supplies to the engine.
 *
 * A platform is a step plan (data) and kernels (descriptors with functions). The time loop walks the plan's
 * phases and calls kernels block by block; it knows no neuron, no synapse and no platform. */
#ifndef NEURO_ENGINE_KERNELS_H
#define NEURO_ENGINE_KERNELS_H

#include "core/cpu.h"
#include "core/queue.h"
#include "core/status.h"
#include "core/types.h"

#include <stdbool.h>

typedef struct neuro_network neuro_network_t;
typedef struct neuro_population neuro_population_t;
typedef struct neuro_projection neuro_projection_t;
typedef struct neuro_rewiring neuro_rewiring_t;

/* ---- step plan ------------------------------------------------------------------------------- */

typedef enum {
    NEURO_PHASE_INPUT,   /* populations: take the ring's slot of this step into the state (if apart from the
                            update) */
    NEURO_PHASE_RECORD,  /* recorders sample */
    NEURO_PHASE_UPDATE,  /* populations: move by one step, fire */
    NEURO_PHASE_LEARN,   /* projections: take note of the post-synaptic spikes of this step */
    NEURO_PHASE_DELIVER, /* projections: sweep the rows of the virtual sources that fire in this step */
    NEURO_PHASE_EPOCH    /* projections: learn over the epoch that ends with this step, if one does */
} neuro_phase_t;

enum { NEURO_MAX_PHASES = 8 };

/* INPUT, RECORD and UPDATE come first (they touch a thread's own cells only and may run for several steps at
 * a stretch); LEARN, DELIVER and EPOCH follow when all threads' spikes of these steps are known. Within each
 * group the plan's order holds. */
typedef struct {
    uint32_t n_phases;
    neuro_phase_t phases[NEURO_MAX_PHASES];
    /* Step 0 emits and records, but nothing moves: the first update is that of step 1. Otherwise step 0 is
     * complete. */
    bool has_initial_step;
    /* A sample taken in step k is labelled with time k + record_label, a spike emitted in step k with k +
     * spike_label. */
    int32_t record_label, spike_label;
    /* Steps between emission and the reading of the ring slot when the synapse's delay is 0. */
    uint32_t latency;
    /* Longest stretch of steps between two exchanges of spikes; 1 where the machine's order must be kept step
     * by step. */
    uint32_t max_stretch;
} neuro_plan_t;

/* ---- counters -------------------------------------------------------------------------------- */

typedef enum {
    NEURO_COUNT_SPIKES,
    NEURO_COUNT_SYNAPTIC_EVENTS,
    NEURO_COUNT_PLASTIC_UPDATES,
    NEURO_COUNT_CELL_UPDATES,
    NEURO_COUNT_CELLS_SKIPPED,
    NEURO_COUNT_SATURATIONS,         /* sums that a ring could not hold */
    NEURO_COUNT_PLASTIC_SATURATIONS, /* the same, from plastic rows */
    NEURO_COUNT_SKIPPED_SYNAPSES,    /* synapses that never deliver */
    NEURO_COUNT_HISTORY_DROPS,       /* post-synaptic events that a full history forgot */
    NEURO_COUNT_SYNAPSES_FORMED,
    NEURO_COUNT_SYNAPSES_ELIMINATED,
    NEURO_COUNT_FULL_ROWS, /* synapses that were not formed because their row was full */
    NEURO_N_COUNTERS
} neuro_counter_t;

typedef struct {
    _Alignas(64) uint64_t value[NEURO_N_COUNTERS];
} neuro_counters_t;

const char *neuro_counter_name(neuro_counter_t counter);

/* ---- neurons and sources --------------------------------------------------------------------- */

typedef enum {
    NEURO_PARAMETER, /* as the user gave it: one value while all cells are equal */
    NEURO_STATE,     /* one value a cell, with an initial value; can be recorded, read and set */
    NEURO_INTERNAL   /* one value a cell, 0 at reset; not offered to users */
} neuro_role_t;

typedef struct {
    const char *name;
    neuro_role_t role;
    neuro_type_t type;
    double default_value;
} neuro_variable_spec_t;

/* Cells of a block at most. */
enum { NEURO_MOST_CELLS = 512 };

/* Cells of a block that fired once, ascending; some room behind them may be written over. */
typedef struct {
    uint32_t n;
    bool rests; /* nothing will change in the block before something arrives */
    uint32_t cell[NEURO_MOST_CELLS + 4];
} neuro_fired_t;

/* An interval of cells in one step. */
typedef struct {
    neuro_population_t *population;
    uint32_t first, count;
    neuro_step_t step;
    uint8_t *spiked;      /* written by update: how many spikes each cell of the block emits */
    neuro_fired_t *fired; /* written instead by the update of a kernel that lists its spikes */
    neuro_counters_t *counters;
    uint32_t thread;
} neuro_block_t;

typedef void (*neuro_block_function_t)(const neuro_block_t *block);

/* Arrays of numbers that a kernel keeps beside variables, columns and rules, by name. get: values NULL asks
 * for their number only. What a name's numbers mean is the kernel's. */
typedef neuro_status_t (*neuro_set_table_t)(void *owner, const char *name, const double *values, uint64_t n);
typedef neuro_status_t (*neuro_get_table_t)(void *owner, const char *name, double *values, uint64_t *n);

typedef struct neuro_neuron_kernel {
    const char *name;
    uint32_t n_variables;
    const neuro_variable_spec_t *variables;
    /* what arrives: 0 receptors for a pure source */
    uint32_t n_receptors;
    /* Receptors to choose: each population says how many it has, and of which of these kinds each is. A
     * receptor brings the variables and constants below; they follow the kernel's own, receptor by receptor,
     * and the variables are named
     * "<name>.<receptor>". NULL: the receptors are those above. */
    uint32_t n_receptor_kinds;
    const char *const *receptor_kinds;
    uint32_t n_receptor_variables;
    const neuro_variable_spec_t *receptor_variables;
    uint32_t n_receptor_constants;
    /* One cell's constants of a receptor of this kind, from the kernel's own parameters and the receptor's.
     */
    void (*derive_receptor)(uint32_t kind, const double *parameters, const double *of_receptor, double dt_ms,
                            double *constants);
    neuro_type_t ring_type;
    /* Constants that the update reads instead of the parameters (propagators and the like). derive() computes
     * one cell's constants from its parameters (by variable index; states hold 0). */
    uint32_t n_constants;
    neuro_type_t constant_type;
    void (*derive)(const double *parameters, double dt_ms, double *constants);
    /* Constant that current sources add to, in nA; -1: no current can be injected. */
    int32_t current_constant;
    /* The function for this population's combination of scalar and array constants. It may turn further
     * constants into arrays (neuro_population_spread) when the list of combinations holds a wider one only.
     */
    NEURO_MUST_CHECK neuro_status_t (*select)(neuro_population_t *population, neuro_isa_t isa);
    /* Parameters that are a list of any length for each cell; number k of cell i becomes values[offsets[i]]
     * up to values[offsets[i + 1] - 1]. */
    uint32_t n_lists;
    const char *const *lists;
    NEURO_MUST_CHECK neuro_status_t (*set_list)(neuro_population_t *population, uint32_t list,
                                                const uint64_t *offsets, const double *values);
    /* Own data of a population beside the variables; all may be NULL. */
    NEURO_MUST_CHECK neuro_status_t (*init)(neuro_population_t *population);
    void (*free)(neuro_population_t *population);
    void (*reset)(neuro_population_t *population);
    /* Before a run, when the queue of spikes may have grown: own data with a slot for each of its steps. */
    NEURO_MUST_CHECK neuro_status_t (*make_room)(neuro_population_t *population);
    neuro_block_function_t input; /* INPUT phase; NULL: the update reads the ring itself */
    /* Sources with stored trains append to the list themselves (ascending) instead of writing `spiked`. */
    bool (*emit)(const neuro_block_t *block, neuro_list_t *list);
    /* The update lists the cells that fire (block->fired), each at most once, instead of writing `spiked`;
     * if the kernel can rest, it also says in every step whether the block does. */
    bool lists_spikes;
    /* More than one spike a cell and step is usual: one-to-one projections then read counts, not lists. */
    bool is_multiple;
    /* The owner is the population; NULL: no tables. */
    neuro_set_table_t set_table;
    neuro_get_table_t get_table;
    /* The update depends on nothing but states, the ring and the constants, all of cells of the block (at
     * most 8 states and internal variables): where it changed nothing and nothing arrives, it is left out
     * (engine/rest.h). */
    bool can_rest;
} neuro_neuron_kernel_t;

/* ---- synapses and plasticity ----------------------------------------------------------------- */

/* The rows of some virtual sources of one projection, swept by one thread for its own targets. */
typedef struct {
    neuro_projection_t *projection;
    uint32_t part;
    uint32_t shift;
    neuro_step_t step;      /* in which these virtual sources fire */
    const uint32_t *source; /* cells, ascending, repeats for repeated spikes */
    size_t n;
    neuro_counters_t *counters;
} neuro_sweep_t;

typedef void (*neuro_sweep_function_t)(const neuro_sweep_t *sweep);

typedef struct {
    const char *name;
    double default_value;
} neuro_rule_spec_t;

typedef struct {
    const char *name;
    neuro_type_t type;
    double default_value;
    bool is_offered; /* to get and set; others are the kernel's own state */
} neuro_column_spec_t;

typedef struct neuro_synapse_kernel {
    const char *name;
    neuro_type_t weight_type;
    bool is_plastic; /* weights change: they get one value a synapse, and reset restores them */
    bool has_sign; /* delivers projection->sign times the weight: rules of inhibition may learn magnitudes */
    /* numbers of the whole projection */
    uint32_t n_rules;
    const neuro_rule_spec_t *rules;
    /* further columns of the rows */
    uint32_t n_columns;
    const neuro_column_spec_t *columns;
    /* Share of the delay that lies behind the synapse: -1 when rows are always swept at emission, otherwise
     * the index of the rule that holds it (rows are then swept at arrival: one virtual source for each axonal
     * delay). */
    int32_t dendritic_rule;
    /* Of a delay of `total` steps, those before the sweep of the row (fewer than `total`), where no rule says
     * so but the machine's stores of delayed spikes do; NULL: none. */
    uint32_t (*axonal_steps)(const neuro_projection_t *projection, uint32_t total);
    NEURO_MUST_CHECK
    neuro_status_t (*check)(neuro_projection_t *projection); /* rules in range; may be NULL */
    /* Before a run, when anything changed: allocate and choose projection->sweep. */
    NEURO_MUST_CHECK neuro_status_t (*prepare)(neuro_projection_t *projection, neuro_isa_t isa);
    void (*free)(neuro_projection_t *projection);
    void (*reset)(neuro_projection_t *projection);
    /* LEARN: post-synaptic spikes of `step` among the part's targets. */
    void (*learn)(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                  neuro_counters_t *counters);
    /* EPOCH: called at the end of every step; the kernel knows its epochs. */
    void (*epoch)(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                  neuro_counters_t *counters);
    /* The weights as of `now`, every pending event applied, without changing anything. NULL: the column is
     * true. */
    void (*view_weights)(const neuro_projection_t *projection, neuro_step_t now, double *weights);
    /* Make the column true as of `now` (before the user changes weights). */
    void (*settle)(neuro_projection_t *projection, neuro_step_t now);
    /* Let the numbers of the rule differ between synapses from now on, as columns under their names, which
     * hold the present values. NULL: they cannot. */
    NEURO_MUST_CHECK neuro_status_t (*vary)(neuro_projection_t *projection);
    /* Synapses may come and go during a run (projection->capacity). */
    bool can_rewire;
    /* A synapse has come, its columns are at their defaults: nothing before `now` concerns it. May be NULL.
     */
    void (*begin)(neuro_projection_t *projection, uint32_t row, uint64_t synapse, neuro_step_t now);
    /* One weight as of `now`, as view_weights gives all. NULL: the column is true. */
    double (*view_weight)(const neuro_projection_t *projection, uint32_t row, uint64_t synapse,
                          neuro_step_t now);
    /* The kernel keeps its synapses itself and takes only the first ones from the rows: swept even when these
     * are empty. */
    bool has_own_rows;
    /* The owner is the projection; NULL: no tables. */
    neuro_set_table_t set_table;
    neuro_get_table_t get_table;
} neuro_synapse_kernel_t;

/* ---- the platform ---------------------------------------------------------------------------- */

/* One operation of the machine's arithmetic, for tests and encoders: whole numbers in and out. */
typedef struct {
    const char *name;
    uint32_t n_inputs, n_outputs;
    void (*apply)(const double *inputs, double *outputs);
} neuro_platform_function_t;

typedef struct neuro_platform {
    const char *name;
    neuro_plan_t plan;
    uint32_t n_neurons;
    const neuro_neuron_kernel_t *const *neurons;
    uint32_t n_synapses;
    const neuro_synapse_kernel_t *const *synapses;
    uint32_t n_functions;
    const neuro_platform_function_t *functions;
} neuro_platform_t;

#endif
