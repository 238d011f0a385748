/* Allocation with overflow checks: every block starts on a 64-byte line. */
#ifndef NEURO_CORE_MEMORY_H
#define NEURO_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NEURO_LINE = 64 };

/* count * size bytes, rounded up to whole lines, zeroed; NULL when it overflows or memory is short. A request
 * of 0 bytes yields one line, so that a valid block is never NULL. Blocks above 4 MiB ask for huge pages. */
void *neuro_alloc(size_t count, size_t size);

/* As neuro_alloc, without zeroing: returns at once however large the block is. */
void *neuro_alloc_unset(size_t count, size_t size);

/* As neuro_alloc, and the first `old_count` items of `block` are kept; `block` is freed on success only. */
void *neuro_grow(void *block, size_t old_count, size_t new_count, size_t size);

/* NULL is fine. */
void neuro_release(void *block);

/* True when a * b does not fit size_t; otherwise *product = a * b. */
bool neuro_product_overflows(size_t a, size_t b, size_t *product);

/* Bytes that the process can still get: what the machine has without swapping, its group of processes may
 * take and its limit of addresses leaves; SIZE_MAX when unknown. */
size_t neuro_memory_available(void);

/* Test hook: let the n-th allocation of this thread from now fail (0 = none). */
void neuro_memory_fail_at(size_t n);

#endif
