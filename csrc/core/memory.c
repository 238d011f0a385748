#include "core/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
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
    void *grown = neuro_alloc_unset(new_count, size);
    const size_t kept = block == NULL ? 0 : (old_count < new_count ? old_count : new_count) * size;

    if (grown == NULL) {
        return NULL;
    }
    if (kept > 0) {
        memcpy(grown, block, kept);
    }
    memset((char *) grown + kept, 0, new_count * size - kept);
    neuro_release(block);
    return grown;
}

void
neuro_release(void *block)
{
    free(block);
}

#ifdef __linux__
/* The number that stands in a file alone; SIZE_MAX where there is none, or a word such as "max". */
static size_t
number_in(const char *path)
{
    FILE *file = fopen(path, "r");
    unsigned long long number;
    size_t result = SIZE_MAX;

    if (file == NULL) {
        return SIZE_MAX;
    }
    if (fscanf(file, "%llu", &number) == 1 && number < SIZE_MAX) {
        result = (size_t) number;
    }
    (void) fclose(file);
    return result;
}

/* The number behind a name in a file of lines "name number"; `otherwise` where there is none. */
static size_t
number_behind(const char *path, const char *name, size_t otherwise)
{
    FILE *file = fopen(path, "r");
    const size_t length = strlen(name);
    unsigned long long number;
    size_t result = otherwise;
    char line[128];

    if (file == NULL) {
        return otherwise;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, length) == 0 && sscanf(line + length, "%llu", &number) == 1) {
            result = (size_t) number;
            break;
        }
    }
    (void) fclose(file);
    return result;
}

/* What a limit leaves; pages of files that the system can take back count as free. */
static size_t
left_of(size_t limit, size_t used, size_t reclaimable)
{
    const size_t kept = used > reclaimable ? used - reclaimable : 0;

    return limit > kept ? limit - kept : 0;
}

/* What the group of processes may still take: containers and batch systems set such limits (cgroups 2, 1). */
static size_t
left_in_group(void)
{
    static const char *const files[2][3] = {
        {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat"},
        {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes",
         "/sys/fs/cgroup/memory/memory.stat"}};
    size_t left = SIZE_MAX;
    size_t i;

    for (i = 0; i < 2; i++) {
        const size_t limit = number_in(files[i][0]);

        if (limit != SIZE_MAX) {
            const size_t used = number_in(files[i][1]);
            const size_t here =
                left_of(limit, used == SIZE_MAX ? 0 : used, number_behind(files[i][2], "inactive_file ", 0));

            left = here < left ? here : left;
        }
    }
    return left;
}

/* What `ulimit -v` leaves of the process's addresses. */
static size_t
left_of_addresses(void)
{
    struct rlimit limit;
    size_t pages;

    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return SIZE_MAX;
    }
    pages = number_in("/proc/self/statm"); /* its first number: all that is mapped */
    return left_of((size_t) limit.rlim_cur, pages == SIZE_MAX ? 0 : pages * (size_t) sysconf(_SC_PAGESIZE),
                   0);
}
#endif

size_t
neuro_memory_available(void)
{
    size_t available = SIZE_MAX;
#ifdef __linux__
    const size_t kib = number_behind("/proc/meminfo", "MemAvailable:", SIZE_MAX);
    const size_t group = left_in_group(), addresses = left_of_addresses();

    available = kib == SIZE_MAX ? SIZE_MAX : kib * 1024;
    available = group < available ? group : available;
    available = addresses < available ? addresses : available;
#endif
    return available;
}
