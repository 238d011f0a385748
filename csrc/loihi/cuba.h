/* The current-based compartment of Loihi: 24-bit current and voltage, and its variants.
 *
 * One body (cuba_kernels.c) serves all kernels; what differs is the arithmetic of a flavour and one further
 * ability: two thresholds, resets at regular steps, noise. */
#ifndef NEURO_LOIHI_CUBA_H
#define NEURO_LOIHI_CUBA_H

#include "core/cpu.h"
#include "engine/kernels.h"

/* Where the public emulators disagree about a compartment. */
enum {
    CUBA_MACHINE,    /* input wraps at 22 bits, current and current + bias at 24, the voltage is clipped */
    CUBA_LAVA,       /* the current wraps once with Lava's limits, the voltage is clipped to 24 bits */
    CUBA_BRIAN2LOIHI /* no limits */
};

enum { CUBA_PLAIN, CUBA_TERNARY, CUBA_RESETTING, CUBA_NOISY };

/* X(kernel's name, arithmetic, ability, type of u and v, its C type) */
#define CUBA_KERNELS(X)                                                                                      \
    X(cuba, CUBA_MACHINE, CUBA_PLAIN, NEURO_I32, int32_t)                                                    \
    X(cuba_ternary, CUBA_MACHINE, CUBA_TERNARY, NEURO_I32, int32_t)                                          \
    X(cuba_resetting, CUBA_MACHINE, CUBA_RESETTING, NEURO_I32, int32_t)                                      \
    X(cuba_noisy, CUBA_MACHINE, CUBA_NOISY, NEURO_I32, int32_t)                                              \
    X(cuba_lava, CUBA_LAVA, CUBA_PLAIN, NEURO_I32, int32_t)                                                  \
    X(cuba_lava_ternary, CUBA_LAVA, CUBA_TERNARY, NEURO_I32, int32_t)                                        \
    X(cuba_lava_resetting, CUBA_LAVA, CUBA_RESETTING, NEURO_I32, int32_t)                                    \
    X(cuba_brian2loihi, CUBA_BRIAN2LOIHI, CUBA_PLAIN, NEURO_I64, int64_t)

/* States come first, so that an update serves kernels of different parameters. */
enum {
    CUBA_U,
    CUBA_V,
    CUBA_REFRACTORY_LEFT,
    CUBA_DU,
    CUBA_DV,
    CUBA_DU_OFFSET,
    CUBA_DV_OFFSET,
    CUBA_BIAS_MANT,
    CUBA_BIAS_EXP,
    CUBA_VTH,
    CUBA_REFRACTORY,
    CUBA_VMIN_EXP,
    CUBA_VMAX_EXP,
    CUBA_INPUT_EXP,
    CUBA_N_COMMON,
    /* of the variants */
    CUBA_VTH_LOW = CUBA_N_COMMON,
    CUBA_PAYLOAD,
    CUBA_N_TERNARY,
    CUBA_RESET_INTERVAL = CUBA_N_COMMON,
    CUBA_RESET_OFFSET,
    CUBA_N_RESETTING,
    CUBA_NOISE_EXP = CUBA_N_COMMON,
    CUBA_NOISE_OFFSET,
    CUBA_NOISE_AT_MEMBRANE,
    CUBA_N_NOISY
};

enum {
    CUBA_C_KEEP_U, /* share of the current that a step leaves, in 1 / 4096 */
    CUBA_C_KEEP_V, /* the same of the voltage */
    CUBA_C_BIAS,
    CUBA_C_THRESHOLD,
    CUBA_C_REFRACTORY,
    CUBA_C_VMIN,
    CUBA_C_VMAX,
    CUBA_C_INPUT_EXP,
    CUBA_C_VARIANT_0, /* the lower threshold; the reset's interval; the noise's exponent */
    CUBA_C_VARIANT_1, /* the reset's offset; the noise's offset */
    CUBA_C_VARIANT_2, /* whether noise enters at the membrane */
    CUBA_N_CONSTANTS
};

enum { CUBA_DECAY_BITS = 12, CUBA_INPUT_BITS = 22, CUBA_STATE_BITS = 24, CUBA_WEIGHT_EXP = 6 };

#define CUBA_FUNCTION(name) void name(const neuro_block_t *block)
/* One value of every constant for all cells; the same where no cell is ever refractory for a step after that
 * of its spike; one value a cell of every constant. */
#define CUBA_DECLARE(name, arithmetic, ability, type, c_type)                                                \
    extern const neuro_neuron_kernel_t neuro_loihi_##name;                                                   \
    NEURO_VARIANT_DECLARE(CUBA_FUNCTION, neuro_loihi_##name##_update_equal);                                 \
    NEURO_VARIANT_DECLARE(CUBA_FUNCTION, neuro_loihi_##name##_update_unheld);                                \
    NEURO_VARIANT_DECLARE(CUBA_FUNCTION, neuro_loihi_##name##_update_each);
CUBA_KERNELS(CUBA_DECLARE)

/* The same compartments with room for the parameters of PyNN's cells, which the host turns into integers.
 * X(kernel's name, the kernel whose update it has, arithmetic, type of u and v) */
#define CUBA_HOSTED_KERNELS(X)                                                                               \
    X(hosted, cuba, CUBA_MACHINE, NEURO_I32)                                                                 \
    X(hosted_lava, cuba_lava, CUBA_LAVA, NEURO_I32)                                                          \
    X(hosted_brian2loihi, cuba_brian2loihi, CUBA_BRIAN2LOIHI, NEURO_I64)

#define CUBA_DECLARE_HOSTED(name, like, arithmetic, type)                                                    \
    extern const neuro_neuron_kernel_t neuro_loihi_##name;
CUBA_HOSTED_KERNELS(CUBA_DECLARE_HOSTED)

#endif
