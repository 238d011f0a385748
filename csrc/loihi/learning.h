/* The learning engine: traces of axons and cells, and rules that change the synapses' variables at the end of
 * each epoch.
 *
 * A step is `t` = 1, 2, ... here; an epoch ends when t is a multiple of its length. Traces are small whole
 * numbers; the steps of an epoch are gone through at its end (learning_traces.c), then the rules are
 * evaluated (learning_kernels.c) for the synapses that they can change: the rows of the axons that fired
 * where a product is gated by x0, the columns of the cells that fired where one is gated by y0, and all in
 * the epochs of u<k>. A synapse that is left out would have got exactly 0.
 *
 * Sources: Davies et al., IEEE Micro 38(1), 2018; Lava (lava-nc 0.11),
 * PyLearningConnectionModelBitApproximate; brian2-loihi 0.5.2, LoihiSynapses. */
#ifndef NEURO_LOIHI_LEARNING_H
#define NEURO_LOIHI_LEARNING_H

#include "core/cpu.h"
#include "engine/network.h"
#include "loihi/rule_program.h"
#include "loihi/static.h"

enum { FLAVOUR_LOIHI, FLAVOUR_LAVA, FLAVOUR_BRIAN2LOIHI, N_FLAVOURS };
enum { SIGN_MIXED = 1, SIGN_EXCITATORY, SIGN_INHIBITORY };
/* What a spike with a number does to x1. */
enum { GRADED_NONE, GRADED_OVERWRITE, GRADED_SATURATE, GRADED_OVERFLOW, N_GRADED };

enum {
    LEARN_WEIGHT_EXP,
    LEARN_SHIFT, /* what the exponent does (static.h) */
    LEARN_FLAVOUR,
    LEARN_EPOCH,
    LEARN_SIGN_MODE,
    LEARN_WEIGHT_BITS,
    LEARN_GRADED,
    LEARN_IS_LINEAR, /* traces keep 1 - 1 / tau of themselves in a step, not exp(-1 / tau) */
    LEARN_R1_TAU,
    LEARN_HOLDS_CELLS, /* y1, y2, y3 are what was written last: neither time nor spikes change them */
    LEARN_IS_DELAY,    /* the variable d is the synapse's delay, by which its spikes travel */
    LEARN_IMPULSE,     /* x1, x2, y1, y2, y3 */
    LEARN_TAU = LEARN_IMPULSE + 5,
    LEARN_N = LEARN_TAU + 5
};

/* Columns behind weight and delay. */
enum { COLUMN_TAG = 2, COLUMN_DELAY_VARIABLE };

/* Lava's x1 that has gone past its top by as much as a spike can; without a spike it goes on in the next
 * step. */
enum { TRACE_PAST = 128 };
enum { TRACE_TOP = 127, TRACE_VALUES = 256, TRACE_CHUNK = 64, MOST_TRACES = 3, MOST_EPOCH = 63 };
enum { LEARN_CHUNK = 256, MOST_DELAY = 62 };

/* What a trace becomes in a step, for every value that it can have. */
typedef struct {
    uint32_t whole, fraction; /* of the impulse; fraction in 1 / 256 */
    bool has_share;           /* a decay can leave a fraction */
    bool is_defined;          /* impulse and time constant are both given */
    uint8_t kept[TRACE_VALUES];
    double share[TRACE_VALUES];       /* probability of one more */
    uint32_t threshold[TRACE_VALUES]; /* the same in 2^-32 */
} neuro_loihi_trace_t;

/* Traces of all axons or all cells. */
typedef struct {
    uint32_t n, n_traces;
    uint8_t *value[MOST_TRACES];
    uint8_t *history[MOST_TRACES]; /* [step of the epoch, from 0][axon or cell] */
    uint8_t *spike;                /* step of the epoch, from 1; 0: none */
} neuro_loihi_traces_t;

/* A thread's part. Axons are seen by all: each part has a copy of their traces. */
typedef struct {
    neuro_loihi_traces_t x;
    uint32_t n_fired, n_fired_before, n_cells_fired, n_cells_fired_before;
    uint32_t *fired, *fired_before; /* rows */
    uint32_t *cells_fired, *cells_fired_before;
    bool has_odd_tag; /* a tag of -257, which changes by itself */
    /* brian2-loihi: rows whose spikes are under way, [step of emission % the delay] */
    uint32_t *waiting, *n_waiting;
} neuro_loihi_part_t;

/* Numbers given for tests, one a step. */
typedef enum {
    GIVEN_X_DECAY,
    GIVEN_X_IMPULSE,
    GIVEN_Y_DECAY,
    GIVEN_Y_IMPULSE,
    GIVEN_Y_IMPULSE_MULTI,
    GIVEN_W,
    N_GIVEN
} neuro_loihi_given_t;

typedef struct neuro_loihi_learning neuro_loihi_learning_t;

/* One evaluation of the rules by one thread. */
typedef struct {
    neuro_projection_t *projection;
    neuro_loihi_learning_t *learning;
    neuro_loihi_part_t *part;
    uint32_t number; /* of the part */
    neuro_step_t step;
    uint64_t epoch;      /* counted for u<k> */
    bool has_cell_fired; /* any of the part's */
    neuro_counters_t *counters;
} neuro_loihi_visit_t;

typedef struct {
    void (*row)(const neuro_loihi_visit_t *visit, uint32_t row);
    void (*column)(const neuro_loihi_visit_t *visit, uint32_t target);
} neuro_loihi_learn_t;

#define NEURO_LOIHI_LEARN_DECLARE(name) extern const neuro_loihi_learn_t name
NEURO_VARIANT_DECLARE(NEURO_LOIHI_LEARN_DECLARE, neuro_loihi_learn);

/* Go through the epoch that ends with `step`: histories, then the traces after it. */
#define NEURO_LOIHI_CLOSE_FUNCTION(name)                                                                     \
    void name(const neuro_projection_t *projection, neuro_loihi_traces_t *traces, bool is_post,              \
              uint32_t first, uint32_t end, neuro_step_t step)
NEURO_VARIANT_DECLARE(NEURO_LOIHI_CLOSE_FUNCTION, neuro_loihi_traces_close);

/* A projection's own. */
struct neuro_loihi_learning {
    neuro_loihi_program_t program;
    neuro_loihi_delivery_t delivery;
    uint32_t flavour, n_epoch, graded;
    bool holds_cells;
    uint32_t late;    /* brian2-loihi: steps by which spikes reach traces and cells later */
    uint8_t *travels; /* the delays, if d is what spikes travel by; the projection's own column */
    neuro_loihi_trace_t x[2], y[3], r1; /* r1: over a whole epoch */
    neuro_loihi_traces_t cells;
    int16_t *reward;      /* r1, one a cell */
    uint8_t *is_rewarded; /* r0 */
    uint32_t n_parts, n_rows;
    neuro_loihi_part_t *parts;
    const neuro_loihi_learn_t *learn;
    NEURO_LOIHI_CLOSE_FUNCTION((*close));
    /* synapses by target, of sparse rows */
    uint64_t *column_start;
    uint32_t *column_row, *column_position;
    const void *indexed; /* the targets that the index is of, ... */
    uint64_t n_indexed;  /* ... and their number */
    /* what a reset restores; NULL: the columns hold one value, and that is `first` */
    int16_t *first_tag, *first_delay;
    double *given[N_GIVEN];
    uint64_t n_given[N_GIVEN];
};

/* Whether u<k> is 1. brian2-loihi asks whether t / ms is a multiple of 2^k, in floating-point numbers: from
 * step 2002 on it is not a whole one in some steps, in 1 or 2 of 100. */
static inline bool
neuro_loihi_is_period(const neuro_loihi_visit_t *visit, uint32_t k)
{
    const bool is_multiple = (visit->epoch & ((UINT64_C(1) << k) - 1)) == 0;

    if (k == 0 || !is_multiple || visit->learning->flavour != FLAVOUR_BRIAN2LOIHI) {
        return is_multiple;
    }
    return (double) visit->epoch * 0.001 / 0.001 == (double) visit->epoch;
}

/* The number given for a step; false: none is. */
static inline bool
neuro_loihi_given(const neuro_loihi_learning_t *learning, neuro_loihi_given_t kind, neuro_step_t step,
                  double *number)
{
    if ((uint64_t) step >= learning->n_given[kind]) {
        return false;
    }
    *number = learning->given[kind][step];
    return true;
}

/* learning_traces.c */
void neuro_loihi_trace_fill(neuro_loihi_trace_t *trace, double impulse, double tau, uint32_t flavour,
                            bool is_linear);
NEURO_MUST_CHECK neuro_status_t neuro_loihi_traces_make(neuro_loihi_traces_t *traces, uint32_t n,
                                                        uint32_t n_traces, uint32_t n_epoch);
void neuro_loihi_traces_free(neuro_loihi_traces_t *traces);
/* A spike in a step of the epoch; false: not the first in it. payload: what it carries. */
bool neuro_loihi_axon_fires(const neuro_projection_t *projection, neuro_loihi_part_t *part, uint32_t row,
                            uint32_t within, neuro_step_t step, int32_t payload);
/* At the end of a step: axons that went past the top of x1 in an earlier one. */
void neuro_loihi_axons_settle(const neuro_loihi_learning_t *learning, const neuro_loihi_part_t *part,
                              uint32_t within);
bool neuro_loihi_cell_fires(const neuro_projection_t *projection, uint32_t cell, uint32_t within,
                            neuro_step_t step);

/* reinforcement.c */
extern const neuro_synapse_kernel_t neuro_loihi_reinforcement;
/* What arrives in a step at each cell, and whether anything can in this part; NULL: not such a projection. */
const int32_t *neuro_loihi_reward_arriving(const neuro_projection_t *projection, uint32_t part,
                                           neuro_step_t step);

/* learning.c */
extern const neuro_synapse_kernel_t neuro_loihi_learning;
neuro_sweep_function_t neuro_loihi_learning_sweep(const neuro_loihi_learning_t *learning);

/* learning_check.c */
NEURO_MUST_CHECK neuro_status_t neuro_loihi_learning_check(neuro_projection_t *projection);

/* learning_prepare.c */
extern const neuro_rule_spec_t neuro_loihi_learning_rules[LEARN_N];
/* The projection's own data, made when first needed. NULL: no memory. */
neuro_loihi_learning_t *neuro_loihi_learning_own(neuro_projection_t *projection);
NEURO_MUST_CHECK neuro_status_t neuro_loihi_learning_prepare(neuro_projection_t *projection, neuro_isa_t isa);
void neuro_loihi_learning_release(neuro_projection_t *projection);
void neuro_loihi_learning_reset(neuro_projection_t *projection);

/* learning_tables.c */
NEURO_MUST_CHECK neuro_status_t neuro_loihi_learning_set_table(void *owner, const char *name,
                                                               const double *values, uint64_t n);
NEURO_MUST_CHECK neuro_status_t neuro_loihi_learning_get_table(void *owner, const char *name, double *values,
                                                               uint64_t *n);

#endif
