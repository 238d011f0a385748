/* The engine's public face: opaque networks, numbers in and out.
 *
 * Every function that can fail returns neuro_status_t; neuro_error_detail() then says which value of what was
 * wrong. Populations and projections are numbered from 0 in the order of their making. A network is used by
 * one thread at a time; several networks may live side by side. Steps are steps of simulated time that have
 * passed (an initial step of the platform takes none). */
#ifndef NEURO_H
#define NEURO_H

#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct neuro_network neuro_network_t;

/* ---- network --------------------------------------------------------------------------------- */

/* platform: "exact", "spinnaker", "loihi". isa: "" for the best this CPU has, or base, v2, v3, v4 (refused if
 * the CPU lacks it). n_threads 0: by size. On failure *out may hold a network that only serves
 * neuro_error_detail. */
NEURO_MUST_CHECK neuro_status_t neuro_network_create(neuro_network_t **out, const char *platform,
                                                     double dt_ms, uint64_t seed, bool is_single,
                                                     uint32_t n_threads, const char *isa);
void neuro_network_free(neuro_network_t *network);
const char *neuro_error_detail(const neuro_network_t *network);
int64_t neuro_network_step(const neuro_network_t *network);
uint32_t neuro_network_threads(const neuro_network_t *network);
const char *neuro_network_isa(const neuro_network_t *network);
NEURO_MUST_CHECK neuro_status_t neuro_network_run(neuro_network_t *network, int64_t n_steps,
                                                  double max_seconds, int64_t *steps_done);
NEURO_MUST_CHECK neuro_status_t neuro_network_reset(neuro_network_t *network);
/* How many counters there are, and their names. */
uint32_t neuro_network_n_counters(void);
const char *neuro_network_counter_name(uint32_t counter);
/* All counters, summed over threads: neuro_network_n_counters() values. */
void neuro_network_counters(const neuro_network_t *network, uint64_t *values);
/* What was counted of one population or one projection. */
NEURO_MUST_CHECK neuro_status_t neuro_population_counter(neuro_network_t *network, uint32_t id,
                                                         uint32_t counter, uint64_t *value);
NEURO_MUST_CHECK neuro_status_t neuro_projection_counter(neuro_network_t *network, uint32_t id,
                                                         uint32_t counter, uint64_t *value);
/* When the cells of a population fired, and when sums of a projection saturated: a histogram of
 * neuro_timeline_n_bins() bins of *bin_steps steps each, and the first and the last step (-1: none). */
uint32_t neuro_timeline_n_bins(void);
NEURO_MUST_CHECK neuro_status_t neuro_population_timeline(neuro_network_t *network, uint32_t id,
                                                          int64_t *first, int64_t *last, int64_t *bin_steps,
                                                          uint64_t *bins);
NEURO_MUST_CHECK neuro_status_t neuro_projection_timeline(neuro_network_t *network, uint32_t id,
                                                          int64_t *first, int64_t *last, int64_t *bin_steps,
                                                          uint64_t *bins);
/* Bytes held for one population. */
NEURO_MUST_CHECK neuro_status_t neuro_population_bytes_held(neuro_network_t *network, uint32_t id,
                                                            size_t *bytes);
/* Wall seconds spent in runs: total, moving cells, exchanging spikes (thread 0). */
void neuro_network_seconds(const neuro_network_t *network, double *total, double *update, double *deliver);
/* Bytes held for populations and projections. */
void neuro_network_bytes(const neuro_network_t *network, size_t *populations, size_t *projections);
/* Bytes that the machine can still give. */
size_t neuro_bytes_available(void);
/* The best instruction set of this CPU. */
const char *neuro_best_isa(void);

/* ---- kernels of the network's platform ------------------------------------------------------- */

/* Names of neuron or synapse kernels; NULL behind the last. */
const char *neuro_kernel_name(const neuro_network_t *network, bool is_synapse, uint32_t number);
NEURO_MUST_CHECK neuro_status_t neuro_neuron_kernel(neuro_network_t *network, const char *name,
                                                    uint32_t *n_receptors, bool *takes_current);
/* Its variables (role as in neuro_population_describe) and lists; NULL behind the last. */
const char *neuro_neuron_kernel_variable(const neuro_network_t *network, const char *name, uint32_t number,
                                         int *role, double *default_value);
const char *neuro_neuron_kernel_list(const neuro_network_t *network, const char *name, uint32_t number);
NEURO_MUST_CHECK neuro_status_t neuro_synapse_kernel(neuro_network_t *network, const char *name,
                                                     uint32_t *n_rules, uint32_t *n_columns);
/* Its numbers of the whole projection, and its columns beside weight and delay; NULL behind the last. */
const char *neuro_synapse_kernel_rule(const neuro_network_t *network, const char *name, uint32_t number,
                                      double *default_value);
const char *neuro_synapse_kernel_column(const neuro_network_t *network, const char *name, uint32_t number,
                                        bool *is_offered, double *default_value);

/* ---- populations ----------------------------------------------------------------------------- */

NEURO_MUST_CHECK neuro_status_t neuro_network_add_population(neuro_network_t *network, const char *kernel,
                                                             uint32_t n_cells, uint32_t *id);
/* The same for a kernel whose receptors are chosen: the kind of each. */
NEURO_MUST_CHECK neuro_status_t neuro_network_add_composed(neuro_network_t *network, const char *kernel,
                                                           uint32_t n_cells, const char *const *receptors,
                                                           uint32_t n_receptors, uint32_t *id);
NEURO_MUST_CHECK neuro_status_t neuro_population_n_variables(neuro_network_t *network, uint32_t id,
                                                             uint32_t *n);
/* role: 0 parameter, 1 state, 2 internal; type: numpy letter code ('d', 'f', 'i', ...). */
NEURO_MUST_CHECK neuro_status_t neuro_population_describe(neuro_network_t *network, uint32_t id,
                                                          uint32_t variable, const char **name, int *role,
                                                          char *type);
/* n values as given, cells NULL: all. is_initial: the value that a reset restores (and the present one before
 * the first step). */
NEURO_MUST_CHECK neuro_status_t neuro_population_set_values(neuro_network_t *network, uint32_t id,
                                                            const char *name, const uint32_t *cells,
                                                            uint64_t n_cells, const double *values,
                                                            uint64_t n_values, bool is_initial);
/* is_scalar: one value stands for all; `values` may be NULL to ask for that only. */
NEURO_MUST_CHECK neuro_status_t neuro_population_get_values(neuro_network_t *network, uint32_t id,
                                                            const char *name, bool is_initial,
                                                            bool *is_scalar, double *values);
NEURO_MUST_CHECK neuro_status_t neuro_population_set_spike_times(neuro_network_t *network, uint32_t id,
                                                                 const uint64_t *offsets,
                                                                 const int64_t *steps);
NEURO_MUST_CHECK neuro_status_t neuro_population_add_spikes(neuro_network_t *network, uint32_t id, uint64_t n,
                                                            const int64_t *steps, const uint32_t *cells);
/* A parameter that is a list for each cell: n_cells + 1 offsets into the values. */
/* Random spikes from a seed of its own in place of the network's: the same for all populations that have it.
 */
NEURO_MUST_CHECK neuro_status_t neuro_population_set_seed(neuro_network_t *network, uint32_t id,
                                                          uint64_t seed);
NEURO_MUST_CHECK neuro_status_t neuro_population_set_list(neuro_network_t *network, uint32_t id,
                                                          const char *name, const uint64_t *offsets,
                                                          const double *values);
/* A piecewise constant current (nA): amplitudes[i] from steps[i] on, 0 before. */
NEURO_MUST_CHECK neuro_status_t neuro_population_add_current(neuro_network_t *network, uint32_t id,
                                                             uint32_t n_cells, const uint32_t *cells,
                                                             uint32_t *current);
NEURO_MUST_CHECK neuro_status_t neuro_population_set_current(neuro_network_t *network, uint32_t id,
                                                             uint32_t current, uint64_t n,
                                                             const int64_t *steps, const double *amplitudes);

/* Courses from `start` on, 0 again from `stop` on; steps. Sine: offset + amplitude sin(phase + angle k), k
 * steps after start, radians. Noise: mean + stdev z, where z is normal and new every `interval` steps: the
 * same for all cells, from the stream of the source's number. */
NEURO_MUST_CHECK neuro_status_t neuro_population_set_current_sine(neuro_network_t *network, uint32_t id,
                                                                  uint32_t current, int64_t start,
                                                                  int64_t stop, double offset,
                                                                  double amplitude, double angle,
                                                                  double phase);
NEURO_MUST_CHECK neuro_status_t neuro_population_set_current_noise(neuro_network_t *network, uint32_t id,
                                                                   uint32_t current, int64_t start,
                                                                   int64_t stop, double mean, double stdev,
                                                                   int64_t interval, uint32_t source);
/* What such a course gives at n steps from `first` on. */
void neuro_current_sine_values(int64_t start, int64_t stop, double offset, double amplitude, double angle,
                               double phase, int64_t first, uint64_t n, double *out);
void neuro_current_noise_values(uint64_t seed, int64_t start, int64_t stop, double mean, double stdev,
                                int64_t interval, uint32_t source, int64_t first, uint64_t n, double *out);

/* mask NULL: all cells; is_on false: none. */
NEURO_MUST_CHECK neuro_status_t neuro_population_record_spikes(neuro_network_t *network, uint32_t id,
                                                               bool is_on, const uint8_t *mask);
NEURO_MUST_CHECK neuro_status_t neuro_population_record(neuro_network_t *network, uint32_t id,
                                                        const char *name, const uint32_t *cells,
                                                        uint32_t n_cells, int64_t interval);
NEURO_MUST_CHECK neuro_status_t neuro_population_n_spikes(neuro_network_t *network, uint32_t id, size_t *n);
/* Sorted by step, then cell. */
NEURO_MUST_CHECK neuro_status_t neuro_population_spikes(neuro_network_t *network, uint32_t id,
                                                        uint32_t *cells, int64_t *steps);
NEURO_MUST_CHECK neuro_status_t neuro_population_spike_counts(neuro_network_t *network, uint32_t id,
                                                              uint64_t *counts);
/* The recorder's memory: valid until the next call that changes the network. type as in describe. */
NEURO_MUST_CHECK neuro_status_t neuro_population_recorded(neuro_network_t *network, uint32_t id,
                                                          const char *name, const void **data, char *type,
                                                          size_t *n_samples, uint32_t *n_cells,
                                                          int64_t *first_step, int64_t *interval);
NEURO_MUST_CHECK neuro_status_t neuro_population_clear_recorded(neuro_network_t *network, uint32_t id);

/* ---- projections ----------------------------------------------------------------------------- */

NEURO_MUST_CHECK neuro_status_t neuro_network_add_projection(neuro_network_t *network, uint32_t pre,
                                                             uint32_t post, uint32_t receptor,
                                                             const char *kernel, uint32_t *id);
/* Index arrays: ascending, NULL = all cells. */
typedef struct {
    const uint32_t *pre;
    uint32_t n_pre;
    const uint32_t *post;
    uint32_t n_post;
    bool allow_self;
} neuro_ends_t;

NEURO_MUST_CHECK neuro_status_t neuro_connect_pairs(neuro_network_t *network, uint32_t id, uint64_t n,
                                                    const uint32_t *pre, const uint32_t *post,
                                                    const double *weights, uint64_t n_weights,
                                                    const double *delays, uint64_t n_delays);
NEURO_MUST_CHECK neuro_status_t neuro_connect_all_to_all(neuro_network_t *network, uint32_t id,
                                                         const neuro_ends_t *ends);
NEURO_MUST_CHECK neuro_status_t neuro_connect_one_to_one(neuro_network_t *network, uint32_t id,
                                                         const neuro_ends_t *ends);
NEURO_MUST_CHECK neuro_status_t neuro_connect_fixed_probability(neuro_network_t *network, uint32_t id,
                                                                const neuro_ends_t *ends, double probability);
NEURO_MUST_CHECK neuro_status_t neuro_connect_fixed_number_post(neuro_network_t *network, uint32_t id,
                                                                const neuro_ends_t *ends, uint32_t n,
                                                                bool with_replacement);
NEURO_MUST_CHECK neuro_status_t neuro_connect_fixed_number_pre(neuro_network_t *network, uint32_t id,
                                                               const neuro_ends_t *ends, uint32_t n,
                                                               bool with_replacement);
NEURO_MUST_CHECK neuro_status_t neuro_connect_fixed_total_number(neuro_network_t *network, uint32_t id,
                                                                 const neuro_ends_t *ends, uint64_t n,
                                                                 bool with_replacement);

NEURO_MUST_CHECK neuro_status_t neuro_projection_n_synapses(neuro_network_t *network, uint32_t id,
                                                            uint64_t *n);
NEURO_MUST_CHECK neuro_status_t neuro_projection_pairs(neuro_network_t *network, uint32_t id, uint32_t *pre,
                                                       uint32_t *post);
/* Groups of cells, each below its number; stages are those of `slots` steps (at least 1) of a delay, of which
 * the last takes all that are longer. */
typedef struct {
    const uint32_t *of_source, *of_target; /* one a cell of the populations */
    uint32_t n_source_cells, n_target_cells;
    uint32_t n_sources, n_targets, slots, n_stages;
} neuro_groups_t;
/* Adds the synapses to counts[stage][group of the source][group of the target]. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_count_groups(neuro_network_t *network, uint32_t id,
                                                              const neuro_groups_t *groups, uint32_t *counts);
NEURO_MUST_CHECK neuro_status_t neuro_projection_order(neuro_network_t *network, uint32_t id, int64_t *order);
/* Columns: "weight", "delay" (steps), the kernel's own. values NULL: only ask is_scalar. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_get_column(neuro_network_t *network, uint32_t id,
                                                            const char *name, bool *is_scalar,
                                                            double *values);
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_column(neuro_network_t *network, uint32_t id,
                                                            const char *name, const double *values,
                                                            uint64_t n);
/* The value of one synapse, in the time that its row takes to be searched: number `repeat` (from 0) of those
 * from cell `pre` to cell `post`. Not for delays, which decide where a synapse is stored. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_one(neuro_network_t *network, uint32_t id,
                                                         const char *name, uint32_t pre, uint32_t post,
                                                         uint64_t repeat, double value);
/* Draw a column from streams keyed by (seed, projection, row): distribution by its name, parameters in its
 * order. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_draw_column(neuro_network_t *network, uint32_t id,
                                                             const char *name, const char *distribution,
                                                             const double *parameters, uint32_t n_parameters,
                                                             double scale);
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_rule(neuro_network_t *network, uint32_t id,
                                                          const char *name, double value);
NEURO_MUST_CHECK neuro_status_t neuro_projection_get_rule(neuro_network_t *network, uint32_t id,
                                                          const char *name, double *value);
/* -1: what is delivered is minus the weight, so that a plastic inhibition learns magnitudes. Kernels with
 * has_sign only. */
/* Let the numbers of a rule of plasticity differ between synapses: they become columns that hold the present
 * values. Before the first run, or after a reset. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_vary(neuro_network_t *network, uint32_t id);
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_sign(neuro_network_t *network, uint32_t id, int sign);
/* Pairs and values that are drawn from now on come from a seed of its own; `number` (below 2^22) tells
 * projections of one seed apart. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_seed(neuro_network_t *network, uint32_t id,
                                                          uint64_t seed, uint32_t number);
/* Take another kernel before the first run: its weights have the same type, rules and further columns begin
 * at their defaults. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_kernel(neuro_network_t *network, uint32_t id,
                                                            const char *kernel);
NEURO_MUST_CHECK neuro_status_t neuro_projection_scale_to(neuro_network_t *network, uint32_t id,
                                                          double total);
NEURO_MUST_CHECK neuro_status_t neuro_projection_bytes_held(neuro_network_t *network, uint32_t id,
                                                            size_t *bytes);

/* ---- synapses that come and go --------------------------------------------------------------- */

/* Give every row of a connected projection room for `capacity` synapses from the next run on; new ones have
 * delays of low_delay .. high_delay steps. Its synapses then come and go without allocation, and a reset
 * restores the first ones. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_make_rewirable(neuro_network_t *network, uint32_t id,
                                                                uint64_t capacity, uint32_t low_delay,
                                                                uint32_t high_delay);
/* Between two runs. n_refused: how many found their row full. A plastic one begins without a past: it has
 * seen no spike yet. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_add_synapses(neuro_network_t *network, uint32_t id,
                                                              uint64_t n, const uint32_t *pre,
                                                              const uint32_t *post, const double *weights,
                                                              const uint32_t *delays, uint64_t *n_refused);
/* The oldest synapse of each pair. n_missing: pairs that had none. */
NEURO_MUST_CHECK neuro_status_t neuro_projection_remove_synapses(neuro_network_t *network, uint32_t id,
                                                                 uint64_t n, const uint32_t *pre,
                                                                 const uint32_t *post, uint64_t *n_missing);
/* A rewiring of the synapses onto a population, by the rules of engine/rewire.h; all of them must be given.
 */
NEURO_MUST_CHECK neuro_status_t neuro_network_add_rewiring(neuro_network_t *network, uint32_t post,
                                                           uint64_t seed, uint32_t n_rules,
                                                           const char *const *names, const double *values,
                                                           uint32_t *id);
NEURO_MUST_CHECK neuro_status_t neuro_rewiring_add_projection(neuro_network_t *network, uint32_t rewiring,
                                                              uint32_t projection);
/* Keep what is formed and eliminated from now on, or no longer; what was kept is forgotten. */
NEURO_MUST_CHECK neuro_status_t neuro_rewiring_log(neuro_network_t *network, uint32_t rewiring,
                                                   bool is_logged);
/* What was kept, in order: steps of simulated time that had passed, projections, cells, 1 for formed. Arrays
 * of *n values; steps NULL: only ask for their number. */
NEURO_MUST_CHECK neuro_status_t neuro_rewiring_events(neuro_network_t *network, uint32_t rewiring,
                                                      uint64_t *n, int64_t *steps, uint32_t *projections,
                                                      uint32_t *pre, uint32_t *post, uint8_t *formed);

/* ---- tables: arrays that a kernel keeps, by name --------------------------------------------- */

/* values NULL: only ask for their number. */
NEURO_MUST_CHECK neuro_status_t neuro_population_set_table(neuro_network_t *network, uint32_t id,
                                                           const char *name, const double *values,
                                                           uint64_t n);
NEURO_MUST_CHECK neuro_status_t neuro_population_get_table(neuro_network_t *network, uint32_t id,
                                                           const char *name, double *values, uint64_t *n);
NEURO_MUST_CHECK neuro_status_t neuro_projection_set_table(neuro_network_t *network, uint32_t id,
                                                           const char *name, const double *values,
                                                           uint64_t n);
NEURO_MUST_CHECK neuro_status_t neuro_projection_get_table(neuro_network_t *network, uint32_t id,
                                                           const char *name, double *values, uint64_t *n);

/* ---- actions --------------------------------------------------------------------------------- */

/* kind: 0 reset state (target: population, -1: all), 1 normalise weights (projection; value: sum), 2 mark
 * (label). Done when `step` steps have passed, before anything of the next. */
NEURO_MUST_CHECK neuro_status_t neuro_network_schedule(neuro_network_t *network, int64_t step, int kind,
                                                       int64_t target, double value);
uint64_t neuro_network_n_marks(const neuro_network_t *network);
/* counters: neuro_network_n_counters() values. */
NEURO_MUST_CHECK neuro_status_t neuro_network_mark(neuro_network_t *network, uint64_t mark, int64_t *label,
                                                   int64_t *step, uint64_t *counters);

/* ---- functions of our own: the same bits on every CPU ---------------------------------------- */

typedef enum {
    NEURO_FUNCTION_EXP,
    NEURO_FUNCTION_LOG,
    NEURO_FUNCTION_SIN,
    NEURO_FUNCTION_COS,
    NEURO_FUNCTION_SQRT,
    NEURO_FUNCTION_POW
} neuro_function_t;

/* out[i] = f(x[i]); POW: x[i] to the y[i]. */
void neuro_apply(neuro_function_t function, size_t n, const double *x, const double *y, double *out);
/* Element i from stream (seed, purpose, object, first + i). purpose: 0.. as in core/random.h. */
NEURO_MUST_CHECK neuro_status_t neuro_draw_values(const char *distribution, const double *parameters,
                                                  uint32_t n_parameters, uint64_t seed, const char *purpose,
                                                  uint32_t object, uint64_t first, uint64_t n, double *out);

/* One operation of a platform's arithmetic, applied to n rows of n_inputs numbers, all whole. inputs NULL:
 * only ask for the lengths of a row. NEURO_ERR_NAME when there is no such platform or function. */
NEURO_MUST_CHECK neuro_status_t neuro_platform_function(const char *platform, const char *name, size_t n,
                                                        const double *inputs, uint32_t *n_inputs,
                                                        double *outputs, uint32_t *n_outputs);

#endif
