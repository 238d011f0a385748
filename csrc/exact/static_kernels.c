#include "exact/synapses.h"

#define REAL       double
#define NAME(name) name##_f64
#include "exact/static_body.h"
#undef REAL
#undef NAME

#define REAL       float
#define NAME(name) name##_f32
#include "exact/static_body.h"
#undef REAL
#undef NAME

#define ALL(real)                                                                                            \
    {                                                                                                        \
        .listed = {[TARGET_16] = {[DELAY_ONE] = {sweep_16_one_many_##real, sweep_16_one_one_##real},         \
                                  [DELAY_8] = {sweep_16_8_many_##real, sweep_16_8_one_##real}},              \
                   [TARGET_32] = {[DELAY_ONE] = {sweep_32_one_many_##real, sweep_32_one_one_##real},         \
                                  [DELAY_8] = {sweep_32_8_many_##real, sweep_32_8_one_##real}},              \
                   [TARGET_DENSE] = {[DELAY_ONE] = {sweep_dense_many_##real, sweep_dense_one_##real}}},      \
        .general = sweep_general_##real,                                                                     \
    }

extern const neuro_exact_statics_t NEURO_VARIANT(neuro_exact_statics);
const neuro_exact_statics_t NEURO_VARIANT(neuro_exact_statics) = {ALL(f64), ALL(f32)};
