/* Which compiled variant of a kernel file this CPU may run. */
#ifndef NEURO_CORE_CPU_H
#define NEURO_CORE_CPU_H

#include <stdint.h>

typedef enum { NEURO_ISA_BASE, NEURO_ISA_V2, NEURO_ISA_V3, NEURO_ISA_V4, NEURO_N_ISA } neuro_isa_t;

/* The best variant for this CPU. */
neuro_isa_t neuro_isa_best(void);
const char *neuro_isa_name(neuro_isa_t isa);
/* NEURO_N_ISA when the name is not one of base, v2, v3, v4. */
neuro_isa_t neuro_isa_from_name(const char *name);

/* From here on this thread takes subnormal numbers (below 2e-308, in single precision below 1e-38) for 0:
 * state that decays would otherwise stay at the smallest of them for good, and each operation on one costs
 * some hundred cycles. The same on every instruction set of an architecture. Returns what
 * neuro_float_mode_restore takes. */
uint64_t neuro_float_mode_without_subnormals(void);
void neuro_float_mode_restore(uint64_t mode);

/* Kernel files (`*_kernels.c`) are compiled once per instruction set with NEURO_ISA set to its name; every
 * symbol that they export is wrapped in NEURO_VARIANT. A table of the variants is made by
 * NEURO_VARIANT_TABLE. */
#define NEURO_JOIN_(a, b) a##_##b
#define NEURO_JOIN(a, b)  NEURO_JOIN_(a, b)
#ifdef NEURO_ISA
#define NEURO_VARIANT(name) NEURO_JOIN(name, NEURO_ISA)
#endif
#ifdef NEURO_X86
#define NEURO_VARIANT_DECLARE(declaration_of, name)                                                          \
    declaration_of(name##_base);                                                                             \
    declaration_of(name##_v2);                                                                               \
    declaration_of(name##_v3);                                                                               \
    declaration_of(name##_v4)
#define NEURO_VARIANT_TABLE(name)                                                                            \
    {                                                                                                        \
        name##_base, name##_v2, name##_v3, name##_v4                                                         \
    }
#else
#define NEURO_VARIANT_DECLARE(declaration_of, name) declaration_of(name##_base)
#define NEURO_VARIANT_TABLE(name)                                                                            \
    {                                                                                                        \
        name##_base, name##_base, name##_base, name##_base                                                   \
    }
#endif

#endif
