#include "core/cpu.h"
#include "core/fixed.h"
#include "engine/vector.h"
#include "loihi/static.h"

#include <string.h>

/* Targets that are added up together: sixteen or eight vectors of sums, which stay in registers. WIDENED: the
 * next bytes, as 16-bit numbers. */
#if defined(__AVX512F__) && defined(__AVX512BW__)
#include <immintrin.h>

enum { BYTES = 32, VECTORS = 16 };
#define WIDENED(p) (sums_t) _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *) (p)))
#elif defined(__AVX2__)
#include <immintrin.h>

enum { BYTES = 16, VECTORS = 8 };
#define WIDENED(p) (sums_t) _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *) (p)))
#else
enum { BYTES = 8, VECTORS = 8 };
#define WIDENED(p) widened(p)
#endif
enum { TARGETS = BYTES * VECTORS };
_Static_assert((int) TARGETS <= (int) NEURO_LOIHI_MATRIX_SLACK, "rows are read so far beyond their end");

typedef int16_t sums_t __attribute__((vector_size(2 * BYTES)));

#ifndef __AVX2__
static inline sums_t
widened(const int8_t *p)
{
    typedef int8_t bytes_t __attribute__((vector_size(BYTES)));
    bytes_t bytes;

    memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, sums_t);
}
#endif

/* Add n rows, at most NEURO_LOIHI_MATRIX_ROWS, to n_cells cells, at most TARGETS, from `first` on. */
static void
add_some(const neuro_loihi_matrix_t *matrix, uint32_t row_base, const uint32_t *source, size_t n,
         uint32_t first, uint32_t n_cells, int32_t *restrict cells)
{
    const uint32_t shift = matrix->shift;
    sums_t sums[VECTORS];
    int16_t sum[TARGETS];
    uint32_t j;
    size_t k;

    NEURO_UNROLL(16)
    for (j = 0; j < VECTORS; j++) {
        sums[j] = (sums_t){0};
    }
    for (k = 0; k < n; k++) {
        const int8_t *row = matrix->weights + (row_base + source[k]) * matrix->stride + first;

        NEURO_UNROLL(16)
        for (j = 0; j < VECTORS; j++) {
            sums[j] += WIDENED(row + j * BYTES);
        }
    }
    NEURO_UNROLL(16)
    for (j = 0; j < VECTORS; j++) {
        const sums_t of_vector = sums[j];

        memcpy(sum + j * BYTES, &of_vector, sizeof of_vector);
    }
    NEURO_INDEPENDENT
    for (j = 0; j < n_cells; j++) {
        cells[j] = neuro_add_wrap_i32(cells[j], neuro_shift_left_wrap_i32(sum[j], shift));
    }
}

void
NEURO_VARIANT(neuro_loihi_add_matrix)(const neuro_sweep_t *sweep, const neuro_loihi_destination_t *to)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const uint32_t row_base = sweep->shift * rows->n_pre;
    const uint32_t first = rows->part_first[sweep->part], end = rows->part_first[sweep->part + 1];
    const uint32_t delay = projection->min_ring_delay;
    int32_t *slot = to->data + ((to->first + delay) & to->mask) * to->stride;
    uint64_t n_events = 0, row_begin, row_end;
    size_t k, n;
    uint32_t i;

    for (k = 0; k < sweep->n; k += n) {
        n = sweep->n - k < NEURO_LOIHI_MATRIX_ROWS ? sweep->n - k : NEURO_LOIHI_MATRIX_ROWS;
        for (i = first; i < end; i += TARGETS) {
            add_some(to->matrix, row_base, sweep->source + k, n, i, end - i < TARGETS ? end - i : TARGETS,
                     slot + i);
        }
    }
    for (k = 0; k < sweep->n; k++) {
        neuro_rows_bounds(rows, row_base + sweep->source[k], sweep->part, &row_begin, &row_end);
        n_events += row_end - row_begin;
    }
    if (to->is_dirty != NULL && n_events > 0) {
        to->is_dirty[delay] = 1;
    }
    sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += n_events;
}
