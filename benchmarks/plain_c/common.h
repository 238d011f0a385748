/* Shared by the plain-C loops: reading a net's folder, the clock, the run protocol.
 * `parameters.h` is written by the benchmark from the net's own parameters.
 * REAL is double or float; REFRACTORY has the same width, so that one vector holds as many of both. */
#ifndef COMMON_H
#define COMMON_H
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif
#include "parameters.h"

#ifdef SINGLE
typedef float real;
typedef int32_t counter;
#else
typedef double real;
typedef int64_t counter;
#endif

static void *
need(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return memory;
}

/* 64-byte-aligned zeroed array of n items, padded to whole cache lines. */
static void *
zeros(size_t n, size_t size)
{
    size_t bytes = (n * size + 63) / 64 * 64;
    void *memory = need(aligned_alloc(64, bytes > 0 ? bytes : 64));

    return memset(memory, 0, bytes);
}

static void *
read_array(const char *folder, const char *name, size_t size, size_t *n)
{
    char path[4096];
    FILE *file;
    long bytes;
    void *memory;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (bytes = ftell(file)) < 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    rewind(file);
    memory = zeros((size_t) bytes, 1);
    if (fread(memory, 1, (size_t) bytes, file) != (size_t) bytes) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    *n = (size_t) bytes / size;
    return memory;
}

static double
cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* Indices of the nonzero bytes of fired[0..n), n padded with zero bytes to a multiple of 8. */
static size_t
collect(const uint8_t *fired, size_t n, uint32_t *spikes)
{
    size_t n_spikes = 0;

    for (size_t i = 0; i < n; i += 8) {
        uint64_t eight;

        memcpy(&eight, fired + i, 8);
        while (eight != 0) {
            size_t byte = (size_t) __builtin_ctzll(eight) / 8;

            spikes[n_spikes++] = (uint32_t) (i + byte);
            eight &= ~(UINT64_C(0xff) << (8 * byte));
        }
    }
    return n_spikes;
}

/* Says "ready", then for each line "run <ms>": runs, answers with processor time and spikes. */
static int
serve(uint64_t (*run)(void *net, uint64_t n_steps), void *net)
{
    double ms;

#ifdef __SSE2__
    _mm_setcsr(_mm_getcsr() |
               0x8040u); /* decaying traces of silent cells become zero, not denormal numbers */
#endif
    printf("{\"version\": \"gcc %s\", \"arithmetic\": \"float%zu\"}\n", __VERSION__, 8 * sizeof(real));
    fflush(stdout);
    while (scanf(" run %lf", &ms) == 1) {
        double start;
        uint64_t spikes;

        start = cpu_seconds();
        spikes = run(net, (uint64_t) (ms / DT + 0.5));
        printf("{\"cpu\": %.9f, \"spikes\": %" PRIu64 "}\n", cpu_seconds() - start, spikes);
        fflush(stdout);
    }
    return 0;
}
#endif
