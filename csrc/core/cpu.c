#include "core/cpu.h"

#include <string.h>
#ifdef NEURO_X86
#include <xmmintrin.h>
#endif

static const char *const isa_names[NEURO_N_ISA] = {"base", "v2", "v3", "v4"};

neuro_isa_t
neuro_isa_best(void)
{
#ifdef NEURO_X86
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt") &&
          __builtin_cpu_supports("ssse3"))) {
        return NEURO_ISA_BASE;
    }
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
          __builtin_cpu_supports("bmi2"))) {
        return NEURO_ISA_V2;
    }
    if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
          __builtin_cpu_supports("avx512vl"))) {
        return NEURO_ISA_V3;
    }
    return NEURO_ISA_V4;
#else
    return NEURO_ISA_BASE;
#endif
}

const char *
neuro_isa_name(neuro_isa_t isa)
{
    return isa < NEURO_N_ISA ? isa_names[isa] : "unknown";
}

neuro_isa_t
neuro_isa_from_name(const char *name)
{
    int i;

    for (i = 0; i < (int) NEURO_N_ISA; i++) {
        if (strcmp(isa_names[i], name) == 0) {
            return (neuro_isa_t) i;
        }
    }
    return NEURO_N_ISA;
}

uint64_t
neuro_float_mode_without_subnormals(void)
{
#if defined(NEURO_X86)
    const unsigned flush_to_zero = 0x8000, inputs_are_zero = 0x0040;
    const unsigned mode = _mm_getcsr();

    _mm_setcsr(mode | flush_to_zero | inputs_are_zero);
    return mode;
#elif defined(__aarch64__)
    const uint64_t flush_to_zero = UINT64_C(1) << 24;
    uint64_t mode;

    __asm__ __volatile__("mrs %0, fpcr" : "=r"(mode));
    __asm__ __volatile__("msr fpcr, %0" : : "r"(mode | flush_to_zero));
    return mode;
#else
    return 0;
#endif
}

void
neuro_float_mode_restore(uint64_t mode)
{
#if defined(NEURO_X86)
    _mm_setcsr((unsigned) mode);
#elif defined(__aarch64__)
    __asm__ __volatile__("msr fpcr, %0" : : "r"(mode));
#else
    (void) mode;
#endif
}
