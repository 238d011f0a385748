/* Structural plasticity of the machine: each core forms and eliminates synapses onto its neurons, one attempt
 * after the other, with a generator of its own and one that all cores of the population have alike.
 *
 * Sources: synaptogenesis_dynamics_*.c, partner_selection, formation and elimination rules of sPyNNaker
 * (October 2023). */
#ifndef NEURO_SPINNAKER_REWIRING_H
#define NEURO_SPINNAKER_REWIRING_H

#include "core/queue.h"
#include "engine/network.h"
#include "spinnaker/generator.h"
#include "spinnaker/stdp.h"
#include "spinnaker/stdp_kernels_list.h"

typedef struct {
    uint32_t target; /* cell of the population */
    uint16_t weight, delay;
    uint16_t eligibility; /* under neuromodulation */
} neuro_spinnaker_synapse_t;

/* A source's synapses onto one core, in the machine's order. */
typedef struct {
    uint32_t n, capacity;
    neuro_spinnaker_synapse_t *synapses;
} neuro_spinnaker_row_t;

/* A projection that is rewired: `population` of the machine's table. */
typedef struct {
    neuro_spinnaker_learning_t learning; /* of plastic kernels; first */
    bool is_registered, is_modulated;
    uint32_t number; /* in the table */
    /* as written for the core */
    bool is_lateral;
    uint32_t delay_low, delay_high, total, weight, chance_depressed, chance_potentiated, threshold;
    uint32_t n_vertices;
    uint32_t *vertex_atoms, *vertex_first;
    uint32_t n_forward, n_lateral;
    uint16_t *forward, *lateral; /* chances by squared distance, 65535 = 1 */
    neuro_spinnaker_row_t *rows; /* [core][source] */
    uint32_t n_cores;
} neuro_spinnaker_partner_t;

/* An entry of a neuron's table: the source of a synapse. */
typedef struct {
    int32_t partner; /* -1: empty */
    uint32_t vertex, neuron;
} neuro_spinnaker_entry_t;

typedef struct {
    neuro_step_t step;
    int32_t partner; /* of an attempt: -1 none */
    uint32_t pre, post;
    bool is_formed; /* of an attempt: success */
} neuro_spinnaker_note_t;

/* Spikes that a core received in the last ticks, by the tick's parity; pairs of partner and source. */
typedef struct {
    neuro_step_t ticks[2];
    neuro_list_t lists[2];
    /* where packets may be late: those that were taken; triples of tick, partner and source, ticks ascending
     */
    neuro_list_t taken;
} neuro_spinnaker_arrivals_t;

/* Partner of a spike that comes from none of them. */
#define NEURO_SPINNAKER_STRANGER UINT32_MAX

typedef struct {
    neuro_spinnaker_generator_t shared, local;
    uint64_t n_events, event_capacity, n_attempts, attempt_capacity;
    neuro_spinnaker_note_t *events, *attempts;
    neuro_spinnaker_arrivals_t arrivals;
} neuro_spinnaker_rewirer_t;

enum { NEURO_SPINNAKER_MOST_PARTNERS = 32 };

/* What the rewired projections onto a population share. */
typedef struct {
    uint32_t grid_x, grid_y, reciprocal_x, reciprocal_y, rate, n_places, n_atoms, first_atom, buffer_size;
    bool is_fast, has_replacement, is_random, logs_attempts, has_quirk_rows, has_quirk_delay;
    bool has_quirk_eligibility, drops_events;
    uint32_t n_partners;
    neuro_projection_t *partners[NEURO_SPINNAKER_MOST_PARTNERS];
    uint32_t n_cells, cells_per_core, n_cores;
    neuro_spinnaker_entry_t *table, *first_table; /* [cell][place] */
    neuro_spinnaker_generator_t shared_seed, *local_seeds;
    uint32_t n_local_seeds;
    neuro_spinnaker_rewirer_t *cores;
    /* order in which packets of a tick come, where it is known: step, partner, source */
    uint64_t n_order;
    double *order;
} neuro_spinnaker_rewiring_t;

/* rewiring.c: what the rewired projections onto the population of this one share; NULL: nothing yet. */
neuro_spinnaker_rewiring_t *neuro_spinnaker_rewiring_of(const neuro_projection_t *projection);
/* The projection's own, and, if it registers, a place in its population's table. NULL: no memory, or too
 * many. */
neuro_spinnaker_partner_t *neuro_spinnaker_partner_of(neuro_projection_t *projection, bool registers);
/* Places, generators and notes as before the first step. */
void neuro_spinnaker_rewiring_restart(neuro_spinnaker_rewiring_t *rewiring);

/* rewiring_tables.c; vertices: columns of cells and first cells */
NEURO_MUST_CHECK neuro_status_t neuro_spinnaker_read_vertices(neuro_spinnaker_partner_t *own,
                                                              const double *values, uint64_t n);
neuro_status_t neuro_spinnaker_rewiring_set_table(void *owner, const char *name, const double *values,
                                                  uint64_t n);
neuro_status_t neuro_spinnaker_rewiring_get_table(void *owner, const char *name, double *values, uint64_t *n);

/* rewiring_sweeps.c */
void neuro_spinnaker_rewiring_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                                    neuro_counters_t *counters);
#define NEURO_SPINNAKER_DECLARE_SWEEP(id, plastic, timing, dependence, modulated)                            \
    void neuro_spinnaker_sweep_##id(const neuro_sweep_t *sweep);                                             \
    void neuro_spinnaker_lossy_sweep_##id(const neuro_sweep_t *sweep);
NEURO_SPINNAKER_STRUCTURAL_KERNELS(NEURO_SPINNAKER_DECLARE_SWEEP)

/* rewiring_arrivals.c: note, for each core of a part, the spikes that came in the tick before `step`. */
void neuro_spinnaker_note_arrivals(neuro_spinnaker_rewiring_t *rewiring, uint32_t part, neuro_step_t step);
/* Where packets are lost: one of this row that a core of the population takes in `step`. */
void neuro_spinnaker_note_taken_arrival(const neuro_projection_t *projection, uint32_t core, uint32_t row,
                                        neuro_step_t step);

/* rewiring_attempts.c: all attempts of a tick by the cores of a part. */
void neuro_spinnaker_rewire(neuro_spinnaker_rewiring_t *rewiring, uint32_t part, const uint32_t *part_first,
                            neuro_step_t step, neuro_counters_t *counters);

#endif
