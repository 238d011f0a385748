# The engine's public face, as csrc/neuro.h declares it.
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

cdef extern from "<stdbool.h>" nogil:
    ctypedef bint bool_t "bool"

cdef extern from "neuro.h" nogil:
    ctypedef struct neuro_network_t:
        pass
    ctypedef int neuro_status_t
    ctypedef struct neuro_ends_t:
        const uint32_t *pre
        uint32_t n_pre
        const uint32_t *post
        uint32_t n_post
        bool_t allow_self
    ctypedef int neuro_function_t
    int NEURO_OK
    int NEURO_FUNCTION_EXP, NEURO_FUNCTION_LOG, NEURO_FUNCTION_SIN, NEURO_FUNCTION_COS
    int NEURO_FUNCTION_SQRT, NEURO_FUNCTION_POW

    neuro_status_t neuro_network_create(
        neuro_network_t **out, const char *platform, double dt_ms, uint64_t seed, bool_t is_single,
        uint32_t n_threads, const char *isa)
    void neuro_network_free(neuro_network_t *network)
    const char *neuro_error_detail(const neuro_network_t *network)
    int64_t neuro_network_step(const neuro_network_t *network)
    uint32_t neuro_network_threads(const neuro_network_t *network)
    const char *neuro_network_isa(const neuro_network_t *network)
    neuro_status_t neuro_network_run(
        neuro_network_t *network, int64_t n_steps, double max_seconds, int64_t *steps_done)
    neuro_status_t neuro_network_reset(neuro_network_t *network)
    uint32_t neuro_network_n_counters()
    const char *neuro_network_counter_name(uint32_t counter)
    void neuro_network_counters(const neuro_network_t *network, uint64_t *values)
    neuro_status_t neuro_population_counter(neuro_network_t *network, uint32_t id, uint32_t counter, uint64_t *value)
    neuro_status_t neuro_projection_counter(neuro_network_t *network, uint32_t id, uint32_t counter, uint64_t *value)
    uint32_t neuro_timeline_n_bins()
    neuro_status_t neuro_population_timeline(
        neuro_network_t *network, uint32_t id, int64_t *first, int64_t *last, int64_t *bin_steps, uint64_t *bins)
    neuro_status_t neuro_projection_timeline(
        neuro_network_t *network, uint32_t id, int64_t *first, int64_t *last, int64_t *bin_steps, uint64_t *bins)
    neuro_status_t neuro_population_bytes_held(neuro_network_t *network, uint32_t id, size_t *bytes)
    void neuro_network_seconds(const neuro_network_t *network, double *total, double *update, double *deliver)
    void neuro_network_bytes(const neuro_network_t *network, size_t *populations, size_t *projections)
    size_t neuro_bytes_available()
    const char *neuro_best_isa()

    const char *neuro_kernel_name(const neuro_network_t *network, bool_t is_synapse, uint32_t number)
    neuro_status_t neuro_neuron_kernel(
        neuro_network_t *network, const char *name, uint32_t *n_receptors, bool_t *takes_current)
    const char *neuro_neuron_kernel_variable(
        const neuro_network_t *network, const char *name, uint32_t number, int *role, double *default_value)
    const char *neuro_neuron_kernel_list(const neuro_network_t *network, const char *name, uint32_t number)
    neuro_status_t neuro_synapse_kernel(
        neuro_network_t *network, const char *name, uint32_t *n_rules, uint32_t *n_columns)
    const char *neuro_synapse_kernel_rule(
        const neuro_network_t *network, const char *name, uint32_t number, double *default_value)
    const char *neuro_synapse_kernel_column(
        const neuro_network_t *network, const char *name, uint32_t number, bool_t *is_offered,
        double *default_value)
    neuro_status_t neuro_network_add_composed(
        neuro_network_t *network, const char *kernel, uint32_t n_cells, const char *const *receptors,
        uint32_t n_receptors, uint32_t *id)
    neuro_status_t neuro_population_n_variables(neuro_network_t *network, uint32_t id, uint32_t *n)
    neuro_status_t neuro_population_describe(
        neuro_network_t *network, uint32_t id, uint32_t variable, const char **name, int *role, char *type)
    neuro_status_t neuro_population_set_values(
        neuro_network_t *network, uint32_t id, const char *name, const uint32_t *cells, uint64_t n_cells,
        const double *values, uint64_t n_values, bool_t is_initial)
    neuro_status_t neuro_population_get_values(
        neuro_network_t *network, uint32_t id, const char *name, bool_t is_initial, bool_t *is_scalar,
        double *values)
    neuro_status_t neuro_population_set_spike_times(
        neuro_network_t *network, uint32_t id, const uint64_t *offsets, const int64_t *steps)
    neuro_status_t neuro_population_add_spikes(
        neuro_network_t *network, uint32_t id, uint64_t n, const int64_t *steps, const uint32_t *cells)
    neuro_status_t neuro_population_set_seed(neuro_network_t *network, uint32_t id, uint64_t seed)
    neuro_status_t neuro_population_set_list(
        neuro_network_t *network, uint32_t id, const char *name, const uint64_t *offsets, const double *values)
    neuro_status_t neuro_population_add_current(
        neuro_network_t *network, uint32_t id, uint32_t n_cells, const uint32_t *cells, uint32_t *current)
    neuro_status_t neuro_population_set_current(
        neuro_network_t *network, uint32_t id, uint32_t current, uint64_t n, const int64_t *steps,
        const double *amplitudes)
    neuro_status_t neuro_population_set_current_sine(
        neuro_network_t *network, uint32_t id, uint32_t current, int64_t start, int64_t stop,
        double offset, double amplitude, double angle, double phase)
    neuro_status_t neuro_population_set_current_noise(
        neuro_network_t *network, uint32_t id, uint32_t current, int64_t start, int64_t stop,
        double mean, double stdev, int64_t interval, uint32_t source)
    void neuro_current_sine_values(
        int64_t start, int64_t stop, double offset, double amplitude, double angle, double phase,
        int64_t first, uint64_t n, double *out)
    void neuro_current_noise_values(
        uint64_t seed, int64_t start, int64_t stop, double mean, double stdev, int64_t interval,
        uint32_t source, int64_t first, uint64_t n, double *out)
    neuro_status_t neuro_population_record_spikes(
        neuro_network_t *network, uint32_t id, bool_t is_on, const uint8_t *mask)
    neuro_status_t neuro_population_record(
        neuro_network_t *network, uint32_t id, const char *name, const uint32_t *cells, uint32_t n_cells,
        int64_t interval)
    neuro_status_t neuro_population_n_spikes(neuro_network_t *network, uint32_t id, size_t *n)
    neuro_status_t neuro_population_spikes(
        neuro_network_t *network, uint32_t id, uint32_t *cells, int64_t *steps)
    neuro_status_t neuro_population_spike_counts(neuro_network_t *network, uint32_t id, uint64_t *counts)
    neuro_status_t neuro_population_recorded(
        neuro_network_t *network, uint32_t id, const char *name, const void **data, char *type,
        size_t *n_samples, uint32_t *n_cells, int64_t *first_step, int64_t *interval)
    neuro_status_t neuro_population_clear_recorded(neuro_network_t *network, uint32_t id)

    neuro_status_t neuro_network_add_projection(
        neuro_network_t *network, uint32_t pre, uint32_t post, uint32_t receptor, const char *kernel,
        uint32_t *id)
    neuro_status_t neuro_connect_pairs(
        neuro_network_t *network, uint32_t id, uint64_t n, const uint32_t *pre, const uint32_t *post,
        const double *weights, uint64_t n_weights, const double *delays, uint64_t n_delays)
    neuro_status_t neuro_connect_all_to_all(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends)
    neuro_status_t neuro_connect_one_to_one(neuro_network_t *network, uint32_t id, const neuro_ends_t *ends)
    neuro_status_t neuro_connect_fixed_probability(
        neuro_network_t *network, uint32_t id, const neuro_ends_t *ends, double probability)
    neuro_status_t neuro_connect_fixed_number_post(
        neuro_network_t *network, uint32_t id, const neuro_ends_t *ends, uint32_t n, bool_t with_replacement)
    neuro_status_t neuro_connect_fixed_number_pre(
        neuro_network_t *network, uint32_t id, const neuro_ends_t *ends, uint32_t n, bool_t with_replacement)
    neuro_status_t neuro_connect_fixed_total_number(
        neuro_network_t *network, uint32_t id, const neuro_ends_t *ends, uint64_t n, bool_t with_replacement)
    neuro_status_t neuro_projection_n_synapses(neuro_network_t *network, uint32_t id, uint64_t *n)
    neuro_status_t neuro_projection_pairs(
        neuro_network_t *network, uint32_t id, uint32_t *pre, uint32_t *post)
    ctypedef struct neuro_groups_t:
        const uint32_t *of_source
        const uint32_t *of_target
        uint32_t n_source_cells
        uint32_t n_target_cells
        uint32_t n_sources
        uint32_t n_targets
        uint32_t slots
        uint32_t n_stages
    neuro_status_t neuro_projection_count_groups(
        neuro_network_t *network, uint32_t id, const neuro_groups_t *groups, uint32_t *counts)
    neuro_status_t neuro_projection_order(neuro_network_t *network, uint32_t id, int64_t *order)
    neuro_status_t neuro_projection_get_column(
        neuro_network_t *network, uint32_t id, const char *name, bool_t *is_scalar, double *values)
    neuro_status_t neuro_projection_set_column(
        neuro_network_t *network, uint32_t id, const char *name, const double *values, uint64_t n)
    neuro_status_t neuro_projection_set_one(
        neuro_network_t *network, uint32_t id, const char *name, uint32_t pre, uint32_t post, uint64_t repeat,
        double value)
    neuro_status_t neuro_projection_draw_column(
        neuro_network_t *network, uint32_t id, const char *name, const char *distribution,
        const double *parameters, uint32_t n_parameters, double scale)
    neuro_status_t neuro_projection_set_rule(
        neuro_network_t *network, uint32_t id, const char *name, double value)
    neuro_status_t neuro_projection_get_rule(
        neuro_network_t *network, uint32_t id, const char *name, double *value)
    neuro_status_t neuro_projection_vary(neuro_network_t *network, uint32_t id)
    neuro_status_t neuro_projection_set_kernel(neuro_network_t *network, uint32_t id, const char *kernel)
    neuro_status_t neuro_projection_set_sign(neuro_network_t *network, uint32_t id, int sign)
    neuro_status_t neuro_projection_set_seed(
        neuro_network_t *network, uint32_t id, uint64_t seed, uint32_t number)
    neuro_status_t neuro_projection_scale_to(neuro_network_t *network, uint32_t id, double total)
    neuro_status_t neuro_projection_bytes_held(neuro_network_t *network, uint32_t id, size_t *bytes)

    neuro_status_t neuro_projection_make_rewirable(
        neuro_network_t *network, uint32_t id, uint64_t capacity, uint32_t low_delay, uint32_t high_delay)
    neuro_status_t neuro_projection_add_synapses(
        neuro_network_t *network, uint32_t id, uint64_t n, const uint32_t *pre, const uint32_t *post,
        const double *weights, const uint32_t *delays, uint64_t *n_refused)
    neuro_status_t neuro_projection_remove_synapses(
        neuro_network_t *network, uint32_t id, uint64_t n, const uint32_t *pre, const uint32_t *post,
        uint64_t *n_missing)
    neuro_status_t neuro_network_add_rewiring(
        neuro_network_t *network, uint32_t post, uint64_t seed, uint32_t n_rules, const char *const *names,
        const double *values, uint32_t *id)
    neuro_status_t neuro_rewiring_add_projection(
        neuro_network_t *network, uint32_t rewiring, uint32_t projection)
    neuro_status_t neuro_rewiring_log(neuro_network_t *network, uint32_t rewiring, bool_t is_logged)
    neuro_status_t neuro_rewiring_events(
        neuro_network_t *network, uint32_t rewiring, uint64_t *n, int64_t *steps, uint32_t *projections,
        uint32_t *pre, uint32_t *post, uint8_t *formed)
    neuro_status_t neuro_population_set_table(
        neuro_network_t *network, uint32_t id, const char *name, const double *values, uint64_t n)
    neuro_status_t neuro_population_get_table(
        neuro_network_t *network, uint32_t id, const char *name, double *values, uint64_t *n)
    neuro_status_t neuro_projection_set_table(
        neuro_network_t *network, uint32_t id, const char *name, const double *values, uint64_t n)
    neuro_status_t neuro_projection_get_table(
        neuro_network_t *network, uint32_t id, const char *name, double *values, uint64_t *n)

    neuro_status_t neuro_network_schedule(
        neuro_network_t *network, int64_t step, int kind, int64_t target, double value)
    uint64_t neuro_network_n_marks(const neuro_network_t *network)
    neuro_status_t neuro_network_mark(
        neuro_network_t *network, uint64_t mark, int64_t *label, int64_t *step, uint64_t *counters)

    void neuro_apply(neuro_function_t function, size_t n, const double *x, const double *y, double *out)
    neuro_status_t neuro_draw_values(
        const char *distribution, const double *parameters, uint32_t n_parameters, uint64_t seed,
        const char *purpose, uint32_t object, uint64_t first, uint64_t n, double *out)
    neuro_status_t neuro_platform_function(
        const char *platform, const char *name, size_t n, const double *inputs, uint32_t *n_inputs,
        double *outputs, uint32_t *n_outputs)
