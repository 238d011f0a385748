/* Neurons of Loihi 2 whose spikes carry numbers: sigma-delta encoders and decoders, thresholded vectors,
 * products. Source: lava.proc.sdn.models, lava.proc.graded.models (fixed point). */
#ifndef NEURO_LOIHI_SIGMA_DELTA_H
#define NEURO_LOIHI_SIGMA_DELTA_H

#include "core/cpu.h"
#include "engine/kernels.h"

/* X(kernel's name) */
#define SIGMA_DELTA_KERNELS(X)                                                                               \
    X(delta)                                                                                                 \
    X(sigma)                                                                                                 \
    X(sigma_delta)                                                                                           \
    X(graded_vec)                                                                                            \
    X(graded_relu_vec)                                                                                       \
    X(prod_neuron)

/* The first variable of all of them is what the last spike carried. */
enum { GRADED_PAYLOAD };

/* delta and sigma_delta */
enum {
    SD_SIGMA = 1,
    SD_ACT,
    SD_RESIDUE,
    SD_ERROR,
    SD_VTH,
    SD_BIAS,
    SD_SPIKE_EXP,
    SD_STATE_EXP,
    SD_CUM_ERROR,
    SD_ACT_MODE, /* 0: as it is, 1: not below 0 */
    SD_EXACT,
    SD_N_VARIABLES
};

/* sigma; vectors and products */
enum { SIGMA_SIGMA = 1, SIGMA_N_VARIABLES };
enum { VEC_VTH = 1, VEC_N_VARIABLES, PROD_EXP = VEC_N_VARIABLES, PROD_N_VARIABLES };

enum {
    SD_C_VTH,
    SD_C_BIAS,
    SD_C_SHIFT, /* of the input: spike_exp + state_exp */
    SD_C_STATE_EXP,
    SD_C_CUM_ERROR,
    SD_C_ACT_MODE,
    SD_C_EXACT,
    SD_N_CONSTANTS
};
enum { VEC_C_VTH, VEC_C_EXP, VEC_N_CONSTANTS };

#define SIGMA_DELTA_FUNCTION(name) void name(const neuro_block_t *block)
#define SIGMA_DELTA_DECLARE(name)                                                                            \
    extern const neuro_neuron_kernel_t neuro_loihi_##name;                                                   \
    NEURO_VARIANT_DECLARE(SIGMA_DELTA_FUNCTION, neuro_loihi_##name##_update_equal);                          \
    NEURO_VARIANT_DECLARE(SIGMA_DELTA_FUNCTION, neuro_loihi_##name##_update_each);
SIGMA_DELTA_KERNELS(SIGMA_DELTA_DECLARE)

#endif
