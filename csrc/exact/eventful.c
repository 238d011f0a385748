#include "exact/eventful.h"

#include "core/memory.h"
#include "core/random_inline.h"

#include <string.h>

/* Events that a target's ring holds beyond those within the longest delay. */
enum { HISTORY_MARGIN = 16 };
#define FROM_THE_START (INT64_MIN / 2)

static inline const neuro_post_event_t *
event_of(const neuro_eventful_t *own, uint32_t target, uint32_t number)
{
    return &own->events[(size_t) target * own->depth + (number & (own->depth - 1))];
}

static inline uint32_t
oldest_of(const neuro_eventful_t *own, uint32_t target)
{
    return own->n_events[target] > own->depth ? own->n_events[target] - own->depth : 0;
}

/* Number of the first event of a target after step `low`. */
static inline uint32_t
first_after(const neuro_eventful_t *own, uint32_t target, int64_t low)
{
    const uint32_t oldest = oldest_of(own, target);
    uint32_t k = own->n_events[target];

    while (k > oldest && event_of(own, target, k - 1)->step > low) {
        k--;
    }
    return k;
}

/* The latest spike among the events before number k; NULL: none that is still known. */
static inline const neuro_post_event_t *
spike_before(const neuro_eventful_t *own, uint32_t target, uint32_t k)
{
    const uint32_t oldest = oldest_of(own, target);

    for (; k > oldest; k--) {
        if (event_of(own, target, k - 1)->is_spike) {
            return event_of(own, target, k - 1);
        }
    }
    return NULL;
}

/* The synapse as its last event left it; k: number of the first event that it has not applied. */
static neuro_site_t
load(const neuro_projection_t *projection, const neuro_eventful_t *own, uint64_t synapse, uint32_t target,
     uint32_t part, size_t r, uint32_t *k)
{
    const neuro_column_t *columns = projection->rows.columns;
    const neuro_row_past_t *row = &own->rows[r];
    const int64_t before = (int64_t) row->last - own->is_late;
    const int64_t applied = before > own->flushed[part] ? before : own->flushed[part];
    neuro_site_t site = {
        .synapse = synapse, .row = row, .w = neuro_column_get(&columns[NEURO_WEIGHT], synapse)};
    uint32_t s;

    site.d = own->is_late ? 0 : (int64_t) neuro_column_get(&columns[NEURO_DELAY], synapse);
    for (s = 0; s < own->rule->n_states; s++) {
        site.state[s] = neuro_column_get(&columns[own->rule->first_column + s], synapse);
    }
    site.born = own->rule->born_column > 0
                    ? (int64_t) neuro_column_get(&columns[own->rule->born_column], synapse)
                    : -1;
    site.born = site.born < 0 ? FROM_THE_START : site.born;
    *k = first_after(own, target, (applied > site.born ? applied : site.born) - site.d);
    site.clock = row->last > own->settled[part] ? row->last : own->settled[part];
    if (own->rule->advance != NULL && *k > oldest_of(own, target)) {
        const neuro_post_event_t *event = event_of(own, target, *k - 1);
        const int64_t seen = event->step + site.d;

        site.clock = seen > site.clock ? seen : site.clock;
        site.level = event->level * neuro_stdp_decay(&own->numbers.slow_post, site.clock - seen);
    }
    return site;
}

/* Apply events number k and later that the synapse has seen at step `high` at the latest; returns the next
 * number. */
static uint32_t
apply(const neuro_eventful_t *own, neuro_site_t *site, uint32_t target, uint32_t k, int64_t high)
{
    for (; k < own->n_events[target] && event_of(own, target, k)->step + site->d <= high; k++) {
        const neuro_post_event_t *event = event_of(own, target, k);

        if (own->rule->advance != NULL) {
            own->rule->advance(own, site, event->step + site->d);
        }
        if (event->is_spike) {
            own->rule->post(own, site, event, spike_before(own, target, k));
        }
        site->level = event->level;
    }
    return k;
}

static void
store(neuro_projection_t *projection, const neuro_eventful_t *own, const neuro_site_t *site)
{
    neuro_column_t *columns = projection->rows.columns;
    uint32_t s;

    neuro_value_set(columns[NEURO_WEIGHT].data, columns[NEURO_WEIGHT].type, (size_t) site->synapse, site->w);
    for (s = 0; s < own->rule->n_states; s++) {
        neuro_column_t *column = &columns[own->rule->first_column + s];

        neuro_value_set(column->data, column->type, (size_t) site->synapse, site->state[s]);
    }
}

void
neuro_eventful_sweep(const neuro_sweep_t *sweep)
{
    neuro_projection_t *projection = sweep->projection;
    neuro_eventful_t *own = projection->own;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t base = sweep->step + projection->network->platform->plan.latency;
    const int64_t now = sweep->step + own->is_late;
    uint64_t begin, end, i;
    size_t n;

    for (n = 0; n < sweep->n; n++) {
        const uint32_t row = sweep->shift * rows->n_pre + sweep->source[n];
        const size_t r = (size_t) sweep->part * own->n_rows + row;
        neuro_row_past_t *past = &own->rows[r];
        double value;

        neuro_rows_bounds(rows, row, sweep->part, &begin, &end);
        for (i = begin; i < end; i++) {
            const uint32_t target = neuro_rows_target(rows, i);
            const size_t to =
                neuro_ring_offset(ring,
                                  base + (neuro_step_t) neuro_column_get(&rows->columns[NEURO_DELAY], i),
                                  projection->receptor) +
                target;
            uint32_t k, earlier;
            neuro_site_t site = load(projection, own, i, target, sweep->part, r, &k);

            k = apply(own, &site, target, k, now - own->is_late);
            if (own->rule->advance != NULL) {
                own->rule->advance(own, &site, now);
            }
            earlier = k;
            while (earlier > oldest_of(own, target) &&
                   event_of(own, target, earlier - 1)->step + site.d >= now) {
                earlier--;
            }
            own->rule->pre(own, &site, now,
                           earlier > oldest_of(own, target) ? event_of(own, target, earlier - 1) : NULL,
                           spike_before(own, target, k));
            store(projection, own, &site);
            if (ring->type == NEURO_F64) {
                ((double *) ring->data)[to] += projection->sign * site.w;
            } else {
                ((float *) ring->data)[to] += (float) (projection->sign * site.w);
            }
        }
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
        sweep->counters->value[NEURO_COUNT_PLASTIC_UPDATES] += end - begin;
        value = own->rule->note_row(own, row, past, now);
        if (past->last != now) {
            past->before = past->last;
            past->before_value = past->last_value;
        }
        past->last = (int32_t) now;
        past->last_value = value;
    }
}

/* The synapses of a row onto the targets of a part, also while the rows are cut into other parts already. */
static void
bounds_of(const neuro_projection_t *projection, const neuro_eventful_t *own, uint32_t row, uint32_t part,
          uint64_t *begin, uint64_t *end)
{
    const neuro_rows_t *rows = &projection->rows;

    if (rows->n_parts == own->n_parts) {
        neuro_rows_bounds(rows, row, part, begin, end);
        return;
    }
    neuro_rows_range(rows, row, begin, end);
    while (*begin < *end && neuro_rows_target(rows, *begin) < own->part_first[part]) {
        (*begin)++;
    }
    while (*begin < *end && neuro_rows_target(rows, *end - 1) >= own->part_first[part + 1]) {
        (*end)--;
    }
}

/* Bring all synapses of a part to `now`, in place: applied events, and if `is_settling` the time since them.
 */
static void
bring_up(neuro_projection_t *projection, neuro_eventful_t *own, uint32_t part, int64_t now, bool is_settling)
{
    const neuro_rows_t *rows = &projection->rows;
    uint64_t begin, end, i;
    uint32_t row, k, t;

    for (row = 0; row < own->n_rows; row++) {
        const size_t r = (size_t) part * own->n_rows + row;

        bounds_of(projection, own, row, part, &begin, &end);
        for (i = begin; i < end; i++) {
            const uint32_t target = neuro_rows_target(rows, i);
            neuro_site_t site = load(projection, own, i, target, part, r, &k);

            (void) apply(own, &site, target, k, now);
            if (is_settling && own->rule->advance != NULL && now > site.clock) {
                own->rule->advance(own, &site, now);
            }
            store(projection, own, &site);
        }
    }
    own->flushed[part] = now;
    own->settled[part] = is_settling ? now : own->settled[part];
    for (t = own->part_first[part]; t < own->part_first[part + 1]; t++) {
        const int64_t longest = own->is_late ? 0 : (int64_t) projection->max_ring_delay;

        own->n_pending[t] = own->n_events[t] - first_after(own, t, now - longest);
    }
}

void
neuro_eventful_settle(neuro_projection_t *projection, neuro_step_t now)
{
    neuro_eventful_t *own = projection->own;
    uint32_t part;

    for (part = 0; own != NULL && part < own->n_parts; part++) {
        bring_up(projection, own, part, now, true);
    }
}

/* Part of a target. */
static uint32_t
part_of(const neuro_eventful_t *own, uint32_t target)
{
    uint32_t part = 0;

    while (target >= own->part_first[part + 1]) {
        part++;
    }
    return part;
}

double
neuro_eventful_view_one(const neuro_projection_t *projection, uint32_t row, uint64_t synapse,
                        neuro_step_t now)
{
    const neuro_eventful_t *own = projection->own;
    const uint32_t target = neuro_rows_target(&projection->rows, synapse);
    const uint32_t part = part_of(own, target);
    uint32_t k;
    neuro_site_t site = load(projection, own, synapse, target, part, (size_t) part * own->n_rows + row, &k);

    (void) apply(own, &site, target, k, now);
    if (own->rule->advance != NULL && now > site.clock) {
        own->rule->advance(own, &site, now);
    }
    return site.w;
}

void
neuro_eventful_view(const neuro_projection_t *projection, neuro_step_t now, double *weights)
{
    const neuro_eventful_t *own = projection->own;
    uint64_t begin, end, i, n = 0;
    uint32_t row;

    for (row = 0; row < own->n_rows; row++) {
        neuro_rows_range(&projection->rows, row, &begin, &end);
        for (i = begin; i < end; i++) {
            weights[n++] = neuro_eventful_view_one(projection, row, i, now);
        }
    }
}

void
neuro_eventful_begin(neuro_projection_t *projection, uint32_t row, uint64_t synapse, neuro_step_t now)
{
    const neuro_eventful_t *own = projection->own;
    const neuro_column_t *born = &projection->rows.columns[own->rule->born_column];

    (void) row;
    if (now >= 0) { /* otherwise it is there from the start */
        neuro_value_set(born->data, born->type, (size_t) synapse, (double) now);
    }
}

void
neuro_eventful_add(neuro_projection_t *projection, uint32_t part, uint32_t target, neuro_step_t step,
                   bool is_spike, double amount)
{
    neuro_eventful_t *own = projection->own;
    const neuro_post_event_t *previous;
    neuro_post_event_t event = {.step = (int32_t) step, .is_spike = is_spike};

    if (own->n_pending[target] + 1 >= own->depth) {
        bring_up(projection, own, part, step - 1, false);
    }
    previous = own->n_events[target] > 0 ? event_of(own, target, own->n_events[target] - 1) : NULL;
    own->rule->note(own, target, previous, amount, &event);
    own->events[(size_t) target * own->depth + (own->n_events[target] & (own->depth - 1))] = event;
    own->n_events[target]++;
    own->n_pending[target]++;
}

void
neuro_eventful_learn(neuro_projection_t *projection, uint32_t part, neuro_step_t step,
                     neuro_counters_t *counters)
{
    const neuro_list_t *list = neuro_queue_list(&projection->post->queue, step, part);
    size_t k;

    (void) counters;
    for (k = 0; k < list->count; k++) {
        if (k == 0 || list->index[k] != list->index[k - 1]) {
            neuro_eventful_add(projection, part, list->index[k], step, true, 0.0);
        }
    }
}

static void
forget(neuro_projection_t *projection, neuro_eventful_t *own)
{
    neuro_rows_t *rows = &projection->rows;
    uint32_t s, part;
    uint64_t i;
    size_t r;

    memset(own->n_events, 0, rows->n_post * sizeof *own->n_events);
    memset(own->n_pending, 0, rows->n_post * sizeof *own->n_pending);
    for (r = 0; r < (size_t) own->n_parts * own->n_rows; r++) {
        own->rows[r] = (neuro_row_past_t){.last = -1, .before = -1};
    }
    for (part = 0; part < own->n_parts; part++) {
        own->flushed[part] = -1;
        own->settled[part] = -1;
    }
    for (s = 0; s < own->rule->n_states; s++) {
        neuro_column_t *column = &rows->columns[own->rule->first_column + s];

        for (i = 0; i < (column->is_scalar ? 1 : neuro_rows_places(rows)); i++) {
            neuro_value_set(column->data, column->type, (size_t) i, 0.0);
        }
    }
}

void
neuro_eventful_reset(neuro_projection_t *projection)
{
    if (projection->own != NULL) {
        forget(projection, projection->own);
    }
}

void
neuro_eventful_release(neuro_eventful_t *own)
{
    neuro_release(own->numbers.plus.values);
    neuro_release(own->numbers.minus.values);
    neuro_release(own->numbers.slow_post.values);
    neuro_release(own->numbers.slow_pre.values);
    neuro_release(own->n_events);
    neuro_release(own->n_pending);
    neuro_release(own->events);
    neuro_release(own->part_first);
    neuro_release(own->rows);
    neuro_release(own->flushed);
    neuro_release(own->settled);
}

/* Rings for the events, longer when delays have become longer; what they hold is kept. */
static neuro_status_t
deepen(const neuro_projection_t *projection, neuro_eventful_t *own)
{
    const uint32_t n_post = projection->rows.n_post;
    const uint32_t needed = (own->is_late ? 0 : projection->max_ring_delay) + HISTORY_MARGIN;
    neuro_post_event_t *events;
    uint32_t depth = 1, t, k;

    while (depth < needed) {
        depth *= 2;
    }
    if (depth <= own->depth) {
        return NEURO_OK;
    }
    events = neuro_alloc((size_t) n_post * depth, sizeof *events);
    if (events == NULL) {
        return NEURO_ERR_MEMORY;
    }
    for (t = 0; own->events != NULL && t < n_post; t++) {
        for (k = oldest_of(own, t); k < own->n_events[t]; k++) {
            events[(size_t) t * depth + (k & (depth - 1))] = *event_of(own, t, k);
        }
    }
    neuro_release(own->events);
    own->events = events;
    own->depth = depth;
    return NEURO_OK;
}

/* Rows and bookkeeping for this number of parts; what part 0 knows of the rows, all know. */
static neuro_status_t
set_parts(neuro_projection_t *projection, neuro_eventful_t *own)
{
    const neuro_rows_t *rows = &projection->rows;
    const bool is_new = own->rows == NULL;
    const uint32_t n_parts = rows->n_parts;
    const neuro_step_t now = projection->network->step - 1;
    uint32_t *part_first = neuro_alloc((size_t) n_parts + 1, sizeof *part_first);
    neuro_row_past_t *pasts = neuro_alloc((size_t) n_parts * own->n_rows, sizeof *pasts);
    int64_t *flushed = neuro_alloc(n_parts, sizeof *flushed);
    int64_t *settled = neuro_alloc(n_parts, sizeof *settled);
    uint32_t part;

    if (part_first == NULL || pasts == NULL || flushed == NULL || settled == NULL) {
        neuro_release(part_first);
        neuro_release(pasts);
        neuro_release(flushed);
        neuro_release(settled);
        return NEURO_ERR_MEMORY;
    }
    for (part = 0; !is_new && part < own->n_parts; part++) {
        bring_up(projection, own, part, now, false);
    }
    memcpy(part_first, rows->part_first, ((size_t) n_parts + 1) * sizeof *part_first);
    for (part = 0; part < n_parts; part++) {
        flushed[part] = is_new ? -1 : now;
        settled[part] = is_new ? -1 : own->settled[0];
        if (!is_new) {
            memcpy(pasts + (size_t) part * own->n_rows, own->rows, own->n_rows * sizeof *pasts);
        }
    }
    neuro_release(own->part_first);
    neuro_release(own->rows);
    neuro_release(own->flushed);
    neuro_release(own->settled);
    own->part_first = part_first;
    own->rows = pasts;
    own->flushed = flushed;
    own->settled = settled;
    own->n_parts = n_parts;
    return NEURO_OK;
}

neuro_status_t
neuro_eventful_prepare(neuro_projection_t *projection, neuro_eventful_t *own,
                       const neuro_eventful_rule_t *rule)
{
    const uint32_t n_post = projection->rows.n_post;
    neuro_status_t status = NEURO_OK;
    uint32_t s;

    own->rule = rule;
    own->is_single = projection->network->real == NEURO_F32;
    own->is_late = projection->sweeps_before_arrival;
    own->key = neuro_philox_key(projection->network->seed, NEURO_PURPOSE_SYNAPSE, projection->id);
    own->dt_ms = projection->network->dt_ms;
    for (s = 0; s < rule->n_states && status == NEURO_OK; s++) {
        status = neuro_column_expand(&projection->rows, rule->first_column + s);
    }
    if (status == NEURO_OK && !own->is_made) { /* some of it may be there, when memory ran out before */
        own->n_rows = neuro_rows_count(&projection->rows);
        own->n_events = own->n_events != NULL ? own->n_events : neuro_alloc(n_post, sizeof *own->n_events);
        own->n_pending =
            own->n_pending != NULL ? own->n_pending : neuro_alloc(n_post, sizeof *own->n_pending);
        status = own->n_events == NULL || own->n_pending == NULL ? NEURO_ERR_MEMORY : NEURO_OK;
    }
    if (status == NEURO_OK) {
        status = deepen(projection, own);
    }
    if (status == NEURO_OK && (own->rows == NULL || own->n_parts != projection->rows.n_parts)) {
        status = set_parts(projection, own);
    }
    if (status == NEURO_OK && !own->is_made) {
        forget(projection, own);
        own->is_made = true;
    }
    projection->sweep = neuro_eventful_sweep;
    return status;
}
