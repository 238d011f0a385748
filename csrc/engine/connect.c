#include "engine/connect.h"

#include "core/distributions.h"
#include "core/math.h"
#include "core/memory.h"
#include "core/queue.h"
#include "core/random.h"
#include "engine/workers.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
source(const neuro_pick_t *pick, uint32_t k)
{
    return pick->pre != NULL ? pick->pre[k] : k;
}

static uint32_t
target(const neuro_pick_t *pick, uint32_t k)
{
    return pick->post != NULL ? pick->post[k] : k;
}

static void
open_stream(neuro_stream_t *stream, const neuro_projection_t *projection, uint64_t element)
{
    neuro_stream_init(stream, projection->seed, NEURO_PURPOSE_CONNECTIVITY, projection->stream, element);
}

/* Position of a cell among the picked targets; n_post when it is not there. */
static uint32_t
position_of(const neuro_pick_t *pick, uint32_t cell)
{
    uint32_t low = 0, high = pick->n_post;

    if (pick->post == NULL) {
        return cell < pick->n_post ? cell : pick->n_post;
    }
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (pick->post[middle] < cell) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < pick->n_post && pick->post[low] == cell ? low : pick->n_post;
}

/* Whether n synapses in sparse rows fit; asked before their number is counted where it is known before. */
static neuro_status_t
check_room(const neuro_projection_t *projection, double n)
{
    return neuro_projection_check_room(projection, n, neuro_projection_least_bytes(projection, n, false));
}

/* Make room for rows of the given lengths, after asking whether they fit. */
static neuro_status_t
make_rows(neuro_projection_t *projection, const uint64_t *lengths)
{
    double n = 0.0;
    neuro_status_t status;
    uint32_t i;

    for (i = 0; i < projection->rows.n_pre; i++) {
        n += (double) lengths[i];
    }
    status = check_room(projection, n);
    return status != NEURO_OK ? status : neuro_rows_make_sparse(&projection->rows, lengths);
}

neuro_status_t
neuro_pick_all(neuro_projection_t *projection, const neuro_pick_t *pick)
{
    neuro_rows_t *rows = &projection->rows;
    uint64_t *lengths;
    neuro_status_t status;
    uint32_t i, k;

    if (pick->pre == NULL && pick->post == NULL && pick->allow_self) {
        const double n = (double) rows->n_pre * (double) rows->n_post;

        status =
            neuro_projection_check_room(projection, n, neuro_projection_least_bytes(projection, n, true));
        return status != NEURO_OK ? status : neuro_rows_make_dense(rows);
    }
    lengths = neuro_alloc(rows->n_pre, sizeof *lengths);
    if (lengths == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (i = 0; i < pick->n_pre; i++) {
        const bool skips = !pick->allow_self && position_of(pick, source(pick, i)) < pick->n_post;

        lengths[source(pick, i)] = pick->n_post - skips;
    }
    status = make_rows(projection, lengths);
    for (i = 0; i < pick->n_pre && status == NEURO_OK; i++) {
        uint64_t at = rows->start[source(pick, i)];

        for (k = 0; k < pick->n_post; k++) {
            if (pick->allow_self || target(pick, k) != source(pick, i)) {
                neuro_rows_set_target(rows, at++, target(pick, k));
            }
        }
    }
    neuro_release(lengths);
    return status;
}

neuro_status_t
neuro_pick_one_to_one(neuro_projection_t *projection, const neuro_pick_t *pick)
{
    neuro_rows_t *rows = &projection->rows;
    const uint32_t n = pick->n_pre < pick->n_post ? pick->n_pre : pick->n_post;
    uint64_t *lengths = neuro_alloc(rows->n_pre, sizeof *lengths);
    neuro_status_t status;
    uint32_t k;

    if (lengths == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (k = 0; k < n; k++) {
        lengths[source(pick, k)] = 1;
    }
    status = make_rows(projection, lengths);
    for (k = 0; k < n && status == NEURO_OK; k++) {
        neuro_rows_set_target(rows, rows->start[source(pick, k)], target(pick, k));
    }
    neuro_release(lengths);
    return status;
}

/* Skips that are drawn at once. */
enum { SKIPS = 64 };

/* One row of a Bernoulli connector, as positions among the targets. Returns its length; false in *fits when
 * memory is short. */
static size_t
bernoulli_row(const neuro_projection_t *projection, const neuro_pick_t *pick, uint32_t cell, double log_miss,
              neuro_list_t *list, bool *fits)
{
    const size_t before = list->count;
    uint64_t skips[SKIPS];
    neuro_stream_t stream;
    uint64_t k = 0;
    uint32_t i;

    open_stream(&stream, projection, cell);
    for (;;) {
        *fits = neuro_list_reserve(list, SKIPS);
        if (!*fits) {
            return 0;
        }
        neuro_geometric_skips(&stream, log_miss, SKIPS, skips);
        for (i = 0; i < SKIPS; i++) {
            k += skips[i];
            if (k >= pick->n_post) {
                return list->count - before;
            }
            if (pick->allow_self || target(pick, (uint32_t) k) != cell) {
                list->index[list->count++] = target(pick, (uint32_t) k);
            }
            k++;
        }
    }
}

/* ---- every pair with one probability --------------------------------------------------------- */

typedef struct {
    neuro_projection_t *projection;
    const neuro_pick_t *pick;
    neuro_workers_t workers;
    double log_miss, expected;
    uint64_t *lengths;
    neuro_list_t *lists; /* one a worker */
    bool *fits;
} bernoulli_t;

static void
draw_bernoulli(void *argument, uint32_t worker)
{
    const bernoulli_t *all = argument;
    const uint32_t end = neuro_workers_first(&all->workers, worker + 1, all->pick->n_pre);
    neuro_list_t *list = &all->lists[worker];
    bool *fits = &all->fits[worker];
    uint32_t i;

    /* one block for all rows: growing in steps would leave holes in the process's memory */
    *fits = neuro_list_reserve(list, (size_t) (1.02 * all->expected / (double) all->workers.n) + SKIPS);
    for (i = neuro_workers_first(&all->workers, worker, all->pick->n_pre); i < end && *fits; i++) {
        const uint32_t cell = source(all->pick, i);

        all->lengths[cell] = bernoulli_row(all->projection, all->pick, cell, all->log_miss, list, fits);
    }
}

/* Sources ascend, and so do the rows in the lists. */
static void
copy_bernoulli(void *argument, uint32_t worker)
{
    const bernoulli_t *all = argument;
    neuro_rows_t *rows = &all->projection->rows;
    const neuro_list_t *list = &all->lists[worker];
    const uint32_t first = neuro_workers_first(&all->workers, worker, all->pick->n_pre);
    uint64_t to;
    size_t i;

    if (list->count == 0) {
        return;
    }
    to = rows->start[source(all->pick, first)];
    for (i = 0; i < list->count; i++) {
        neuro_rows_set_target(rows, to + i, list->index[i]);
    }
}

/* Rows are drawn once into lists and copied when their lengths are known. */
neuro_status_t
neuro_pick_bernoulli(neuro_projection_t *projection, const neuro_pick_t *pick, double probability)
{
    neuro_rows_t *rows = &projection->rows;
    bernoulli_t all = {.projection = projection, .pick = pick, .log_miss = neuro_log1p(-probability)};
    neuro_status_t status;
    bool fits = true;
    uint32_t i;

    if (probability >= 1.0) {
        return neuro_pick_all(projection, pick);
    }
    /* a little less than the mean: of numbers that are asked about, surely reached */
    all.expected = 0.99 * probability * (double) pick->n_pre * (double) pick->n_post;
    status = neuro_projection_check_room(projection, all.expected,
                                         neuro_projection_least_bytes(projection, all.expected, false) +
                                             sizeof(uint32_t) * all.expected);
    if (status != NEURO_OK) {
        return status;
    }
    all.workers = neuro_workers_hire(projection->network, all.expected);
    all.lengths = neuro_alloc(rows->n_pre, sizeof *all.lengths);
    all.lists = neuro_alloc(all.workers.n, sizeof *all.lists);
    all.fits = neuro_alloc(all.workers.n, sizeof *all.fits);
    if (all.lengths == NULL || all.lists == NULL || all.fits == NULL) {
        status = NEURO_ERR_MEMORY;
        goto out;
    }
    if (probability > 0.0) {
        neuro_workers_run(&all.workers, draw_bernoulli, &all);
        for (i = 0; i < all.workers.n; i++) {
            fits = fits && all.fits[i];
        }
    }
    status = fits ? make_rows(projection, all.lengths) : NEURO_ERR_MEMORY;
    if (status == NEURO_OK) {
        neuro_workers_run(&all.workers, copy_bernoulli, &all);
    }
out:
    for (i = 0; all.lists != NULL && i < all.workers.n; i++) {
        neuro_release(all.lists[i].index);
    }
    neuro_release(all.lists);
    neuro_release(all.lengths);
    neuro_release(all.fits);
    neuro_workers_dismiss(&all.workers);
    return status;
}

/* ---- numbers of synapses --------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *) a, right = *(const uint32_t *) b;

    return (left > right) - (left < right);
}

/* n of `n_all` positions, ascending; `left_out` (n_all: none) is never chosen. */
static neuro_status_t
choose(neuro_error_t *error, neuro_stream_t *stream, uint32_t n_all, uint32_t left_out, uint32_t n,
       bool with_replacement, uint32_t *chosen)
{
    const uint32_t n_open = n_all - (left_out < n_all);
    neuro_status_t status = NEURO_OK;
    uint32_t k;

    if (n > n_open && (!with_replacement || n_open == 0)) {
        return neuro_fail(error, NEURO_ERR_VALUE, "%u%s cells out of %u%s", n,
                          with_replacement ? "" : " different", n_open,
                          left_out < n_all ? " (a cell is not joined to itself)" : "");
    }
    if (with_replacement) {
        for (k = 0; k < n; k++) {
            chosen[k] = (uint32_t) neuro_stream_below(stream, n_open);
        }
    } else {
        status = neuro_sample_without_replacement(stream, n_open, n, chosen);
    }
    for (k = 0; k < n; k++) {
        chosen[k] += chosen[k] >= left_out;
    }
    if (with_replacement) { /* the others ascend already */
        qsort(chosen, n, sizeof *chosen, compare);
    }
    return status;
}

typedef struct {
    neuro_projection_t *projection;
    const neuro_pick_t *pick;
    neuro_workers_t workers;
    uint32_t n;
    bool with_replacement;
    uint32_t *chosen;       /* n a worker */
    neuro_status_t *status; /* one a worker */
    neuro_error_t *errors;
} number_post_t;

static void
draw_number_post(void *argument, uint32_t worker)
{
    const number_post_t *all = argument;
    const neuro_pick_t *pick = all->pick;
    neuro_rows_t *rows = &all->projection->rows;
    const uint32_t end = neuro_workers_first(&all->workers, worker + 1, pick->n_pre);
    uint32_t *chosen = all->chosen + (size_t) worker * all->n;
    neuro_status_t status = NEURO_OK;
    neuro_stream_t stream;
    uint32_t i, k;

    for (i = neuro_workers_first(&all->workers, worker, pick->n_pre); i < end && status == NEURO_OK; i++) {
        const uint32_t cell = source(pick, i);

        open_stream(&stream, all->projection, cell);
        status = choose(&all->errors[worker], &stream, pick->n_post,
                        pick->allow_self ? pick->n_post : position_of(pick, cell), all->n,
                        all->with_replacement, chosen);
        for (k = 0; k < all->n && status == NEURO_OK; k++) {
            neuro_rows_set_target(rows, rows->start[cell] + k, target(pick, chosen[k]));
        }
    }
    all->status[worker] = status;
}

neuro_status_t
neuro_pick_number_post(neuro_projection_t *projection, const neuro_pick_t *pick, uint32_t n,
                       bool with_replacement)
{
    number_post_t all = {
        .projection = projection, .pick = pick, .n = n, .with_replacement = with_replacement};
    uint64_t *lengths = neuro_alloc(projection->rows.n_pre, sizeof *lengths);
    neuro_status_t status = NEURO_ERR_MEMORY;
    uint32_t i;

    all.workers = neuro_workers_hire(projection->network, (double) n * (double) pick->n_pre);
    all.chosen = neuro_alloc((size_t) n * all.workers.n, sizeof *all.chosen);
    all.status = neuro_alloc(all.workers.n, sizeof *all.status);
    all.errors = neuro_alloc(all.workers.n, sizeof *all.errors);
    if (lengths != NULL && all.chosen != NULL && all.status != NULL && all.errors != NULL) {
        for (i = 0; i < pick->n_pre; i++) {
            lengths[source(pick, i)] = n;
        }
        status = make_rows(projection, lengths);
    }
    if (status == NEURO_OK) {
        neuro_workers_run(&all.workers, draw_number_post, &all);
        for (i = 0; i < all.workers.n && status == NEURO_OK; i++) { /* of the first source that failed */
            status = all.status[i];
            if (status != NEURO_OK) {
                projection->network->error = all.errors[i];
            }
        }
    }
    neuro_release(lengths);
    neuro_release(all.chosen);
    neuro_release(all.status);
    neuro_release(all.errors);
    neuro_workers_dismiss(&all.workers);
    return status;
}

/* Position of a cell among the picked sources; n_pre when it is not there. */
static uint32_t
source_position_of(const neuro_pick_t *pick, uint32_t cell)
{
    const neuro_pick_t turned = {.post = pick->pre, .n_post = pick->n_pre};

    return position_of(&turned, cell);
}

neuro_status_t
neuro_pick_number_pre(neuro_projection_t *projection, const neuro_pick_t *pick, uint32_t n,
                      bool with_replacement)
{
    neuro_rows_t *rows = &projection->rows;
    uint64_t *lengths = neuro_alloc(rows->n_pre, sizeof *lengths);
    uint32_t *chosen = neuro_alloc(n, sizeof *chosen);
    neuro_status_t status = lengths != NULL && chosen != NULL
                                ? check_room(projection, (double) n * (double) pick->n_post)
                                : NEURO_ERR_MEMORY;
    neuro_stream_t stream;
    uint32_t pass, j, k;

    /* first count, then fill: targets ascend, hence also within every row */
    for (pass = 0; pass < 2 && status == NEURO_OK; pass++) {
        for (j = 0; j < pick->n_post && status == NEURO_OK; j++) {
            const uint32_t cell = target(pick, j);

            open_stream(&stream, projection, ((uint64_t) 1 << 32) + cell);
            status = choose(&projection->network->error, &stream, pick->n_pre,
                            pick->allow_self ? pick->n_pre : source_position_of(pick, cell), n,
                            with_replacement, chosen);
            for (k = 0; k < n && status == NEURO_OK; k++) {
                const uint32_t from = source(pick, chosen[k]);

                if (pass == 1) {
                    neuro_rows_set_target(rows, rows->start[from] + lengths[from], cell);
                }
                lengths[from]++;
            }
        }
        if (pass == 0 && status == NEURO_OK) {
            status = make_rows(projection, lengths);
            memset(lengths, 0, rows->n_pre * sizeof *lengths);
        }
    }
    neuro_release(lengths);
    neuro_release(chosen);
    return status;
}

neuro_status_t
neuro_pick_total_number(neuro_projection_t *projection, const neuro_pick_t *pick, uint64_t n,
                        bool with_replacement)
{
    neuro_rows_t *rows = &projection->rows;
    const uint64_t n_sources = pick->n_pre;
    uint64_t *lengths = neuro_alloc(rows->n_pre, sizeof *lengths);
    uint32_t *chosen = NULL;
    uint64_t left = n, open = 0, longest = 0;
    neuro_status_t status;
    neuro_stream_t stream;
    uint32_t i, k;

    if (lengths == NULL) {
        return NEURO_ERR_MEMORY;
    }
    status = check_room(projection, (double) n);
    if (status != NEURO_OK) {
        neuro_release(lengths);
        return status;
    }
    /* How many fall to each source: with replacement binomial shares of what is left; without, every pair is
     * taken with the chance (left / open) in one pass over the pairs' counts (sequential hypergeometric
     * shares). */
    open_stream(&stream, projection, (uint64_t) 2 << 32);
    for (i = 0; i < pick->n_pre; i++) {
        const uint32_t cell = source(pick, i);
        const uint32_t n_targets =
            pick->n_post - (!pick->allow_self && position_of(pick, cell) < pick->n_post);

        open += n_targets;
    }
    if (n > open && (!with_replacement || open == 0)) {
        neuro_release(lengths);
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE, "%llu%s pairs out of %llu",
                          (unsigned long long) n, with_replacement ? "" : " different",
                          (unsigned long long) open);
    }
    for (i = 0; i < pick->n_pre; i++) {
        const uint32_t cell = source(pick, i);
        const uint32_t n_targets =
            pick->n_post - (!pick->allow_self && position_of(pick, cell) < pick->n_post);
        uint64_t share = 0;

        if (with_replacement) {
            share =
                i + 1 == n_sources ? left : neuro_binomial(&stream, left, (double) n_targets / (double) open);
        } else {
            uint32_t t;

            for (t = 0; t < n_targets; t++) {
                if (neuro_stream_double(&stream) * (double) (open - t) < (double) (left - share)) {
                    share++;
                }
            }
        }
        lengths[cell] = share;
        left -= share;
        open -= n_targets;
        longest = share > longest ? share : longest;
    }
    if (longest > UINT32_MAX) {
        neuro_release(lengths);
        return neuro_fail(&projection->network->error, NEURO_ERR_VALUE,
                          "%llu synapses of one cell; at most 4294967295", (unsigned long long) longest);
    }
    status = make_rows(projection, lengths);
    if (status == NEURO_OK) {
        chosen = neuro_alloc((size_t) longest, sizeof *chosen);
        status = chosen == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
    }
    for (i = 0; i < pick->n_pre && status == NEURO_OK; i++) {
        const uint32_t cell = source(pick, i);

        open_stream(&stream, projection, cell);
        status = choose(&projection->network->error, &stream, pick->n_post,
                        pick->allow_self ? pick->n_post : position_of(pick, cell), (uint32_t) lengths[cell],
                        with_replacement, chosen);
        for (k = 0; k < lengths[cell] && status == NEURO_OK; k++) {
            neuro_rows_set_target(rows, rows->start[cell] + k, target(pick, chosen[k]));
        }
    }
    neuro_release(lengths);
    neuro_release(chosen);
    return status;
}
