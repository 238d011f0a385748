#include "core/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

static _Thread_local size_t fail_countdown;

void
neuro_memory_fail_at(size_t n)
{
    fail_countdown = n;
}

bool
neuro_product_overflows(size_t a, size_t b, size_t *product)
{
    return __builtin_mul_overflow(a, b, product);
}

/* Larger blocks are compared with what the machine has: the system hands them out page by page as they are
 * written and ends the process when none is left. */
enum { ASKED_BEFORE = 64 << 20 };

static void *
allocate(size_t count, size_t size, bool is_zeroed)
{
    const size_t huge = (size_t) 2 << 20;
    size_t n_bytes, alignment = NEURO_LINE;
    void *block;

    if (fail_countdown > 0 && --fail_countdown == 0) {
        return NULL;
    }
    if (neuro_product_overflows(count, size, &n_bytes) || n_bytes > SIZE_MAX / 2) {
        return NULL;
    }
    if (n_bytes == 0) {
        n_bytes = NEURO_LINE;
    }
    if (n_bytes > ASKED_BEFORE && n_bytes > neuro_memory_available()) {
        return NULL;
    }
    if (n_bytes >= 2 * huge) {
        alignment = huge;
    }
    n_bytes = (n_bytes + alignment - 1) / alignment * alignment;
    block = aligned_alloc(alignment, n_bytes);
    if (block == NULL) {
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    if (alignment == huge) {
        (void) madvise(block, n_bytes, MADV_HUGEPAGE);
    }
#endif
    if (is_zeroed) {
        memset(block, 0, n_bytes);
    }
    return block;
}

void *
neuro_alloc(size_t count, size_t size)
{
    return allocate(count, size, true);
}

void *
neuro_alloc_unset(size_t count, size_t size)
{
    return allocate(count, size, false);
}

void *
neuro_grow(void *block, size_t old_count, size_t new_count, size_t size)
{
    void *grown = neuro_alloc(new_count, size);

    if (grown == NULL) {
        return NULL;
    }
    if (block != NULL) {
        memcpy(grown, block, (old_count < new_count ? old_count : new_count) * size);
        neuro_release(block);
    }
    return grown;
}

void
neuro_release(void *block)
{
    free(block);
}

size_t
neuro_memory_available(void)
{
    size_t available = SIZE_MAX;
#ifdef __linux__
    FILE *file = fopen("/proc/meminfo", "r");
    char line[128];
    unsigned long long kib;

    if (file == NULL) {
        return available;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1) {
            available = (size_t) kib * 1024;
            break;
        }
    }
    (void) fclose(file);
#endif
    return available;
}
