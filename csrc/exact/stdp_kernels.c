#include "engine/vector.h"
#include "exact/stdp.h"

#include "exact/synapses.h"

#define REAL       double
#define NAME(name) name##_f64
#include "exact/stdp_body.h"
#undef REAL
#undef NAME

#define REAL       float
#define NAME(name) name##_f32
#include "exact/stdp_body.h"
#undef REAL
#undef NAME

#define ALL(real)                                                                                            \
    {                                                                                                        \
        {                                                                                                    \
            sweep_additive_##real, sweep_multiplicative_##real, sweep_additive_multiplicative_##real,        \
                sweep_gutig_##real, sweep_symmetric_##real, sweep_triplet_##real                             \
        }                                                                                                    \
    }

extern const neuro_stdp_kernels_t NEURO_VARIANT(neuro_stdp_kernels);
const neuro_stdp_kernels_t NEURO_VARIANT(neuro_stdp_kernels) = {ALL(f64), ALL(f32)};
