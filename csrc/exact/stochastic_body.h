/* Sweeps of rows that transmit by chance. Included with REAL and NAME defined. */

static inline void
NAME(send)(const neuro_sweep_t *sweep, uint64_t synapse, double share)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_ring_t *ring = &projection->post->ring;
    const neuro_step_t step = sweep->step + projection->network->platform->plan.latency +
                              (neuro_step_t) neuro_column_get(&rows->columns[NEURO_DELAY], synapse);

    ((REAL *) ring
         ->data)[neuro_ring_offset(ring, step, projection->receptor) + neuro_rows_target(rows, synapse)] +=
        (REAL) (neuro_column_get(&rows->columns[NEURO_WEIGHT], synapse) * share);
}

static void
NAME(sweep_simple)(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const neuro_stochastic_t *own = projection->own;
    const neuro_column_t *p = &rows->columns[SIMPLE_P];
    const uint64_t one_limit = p->is_scalar && rows->n_synapses > 0 ? threshold(neuro_column_get(p, 0)) : 0;
    uint32_t buffer[CHUNK + 8];
    uint64_t begin, end, i;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        const uint64_t context = (uint64_t) sweep->step | occurrence(sweep, k) << OCCURRENCE_SHIFT;

        neuro_rows_bounds(rows, sweep->shift * rows->n_pre + sweep->source[k], sweep->part, &begin, &end);
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
        for (; begin < end; begin += CHUNK) {
            const uint32_t n = (uint32_t) (end - begin < CHUNK ? end - begin : CHUNK);
            const uint32_t *words = words_of(own->key, begin, context, n, buffer);

            for (i = 0; i < n; i++) {
                if (words[i] < (p->is_scalar ? one_limit : threshold(neuro_column_get(p, begin + i)))) {
                    NAME(send)(sweep, begin + i, 1.0);
                }
            }
        }
    }
}

/* One spike of the synapses begin..begin + n - 1 of a row, n <= CHUNK: sites refill, release and are empty.
 */
static void
NAME(release_chunk)(const neuro_sweep_t *sweep, neuro_stochastic_t *own, uint64_t begin, uint32_t n,
                    uint64_t context, double since, double row_u)
{
    const neuro_column_t *columns = sweep->projection->rows.columns;
    uint32_t buffer[CHUNK + 8], most = 1, n_most_empty = 0, decision, i;
    uint8_t n_sites[CHUNK], n_full[CHUNK], n_released[CHUNK];
    uint64_t limit[CHUNK];

    for (i = 0; i < n; i++) {
        n_sites[i] = own->is_single_site ? 1 : (uint8_t) neuro_column_get(&columns[QUANTAL_N], begin + i);
        n_full[i] = (uint8_t) (n_sites[i] - own->n_empty[begin + i]);
        n_released[i] = 0;
        most = n_sites[i] > most ? n_sites[i] : most;
        n_most_empty = own->n_empty[begin + i] > n_most_empty ? own->n_empty[begin + i] : n_most_empty;
        limit[i] = i > 0 && columns[QUANTAL_TAU_REC].is_scalar
                       ? limit[0]
                       : threshold(refill_of(since, neuro_column_get(&columns[QUANTAL_TAU_REC], begin + i)));
    }
    for (decision = 0; decision < n_most_empty; decision++) {
        const uint32_t *words =
            words_of(own->key, begin, context | (uint64_t) decision << DECISION_SHIFT, n, buffer);

        for (i = 0; i < n; i++) {
            if (decision < own->n_empty[begin + i] && words[i] < limit[i]) {
                n_full[i]++;
            }
        }
    }
    for (i = 0; i < n; i++) {
        double u = row_u;

        if (!own->is_by_row) {
            u = use_of(own->u[begin + i], since, neuro_column_get(&columns[QUANTAL_U], begin + i),
                       neuro_column_get(&columns[QUANTAL_TAU_FACIL], begin + i));
            own->u[begin + i] = u;
        }
        limit[i] = threshold(u);
    }
    for (decision = 0; decision < most; decision++) {
        const uint64_t number = NEURO_MOST_SITES + decision;
        const uint32_t *words = words_of(own->key, begin, context | number << DECISION_SHIFT, n, buffer);

        for (i = 0; i < n; i++) {
            if (decision < n_full[i] && words[i] < limit[i]) {
                n_released[i]++;
            }
        }
    }
    for (i = 0; i < n; i++) {
        own->n_empty[begin + i] = (uint8_t) (n_sites[i] - n_full[i] + n_released[i]);
        if (n_released[i] > 0) {
            NAME(send)(sweep, begin + i, (double) n_released[i] / (double) n_sites[i]);
        }
    }
}

static void
NAME(sweep_quantal)(const neuro_sweep_t *sweep)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_rows_t *rows = &projection->rows;
    const double dt = projection->network->dt_ms;
    neuro_stochastic_t *own = projection->own;
    uint64_t begin, end;
    size_t k;

    for (k = 0; k < sweep->n; k++) {
        const uint64_t context = (uint64_t) sweep->step | occurrence(sweep, k) << OCCURRENCE_SHIFT;
        const uint32_t row = sweep->shift * rows->n_pre + sweep->source[k];
        const size_t r = (size_t) sweep->part * own->n_rows + row;
        const double since = (double) (sweep->step - own->last_event[r]) * dt;

        neuro_rows_bounds(rows, row, sweep->part, &begin, &end);
        sweep->counters->value[NEURO_COUNT_SYNAPTIC_EVENTS] += end - begin;
        own->last_event[r] = sweep->step;
        if (own->is_by_row) {
            own->u[r] = use_of(own->u[r], since, neuro_column_get(&rows->columns[QUANTAL_U], 0),
                               neuro_column_get(&rows->columns[QUANTAL_TAU_FACIL], 0));
        }
        for (; begin < end; begin += CHUNK) {
            NAME(release_chunk)
            (sweep, own, begin, (uint32_t) (end - begin < CHUNK ? end - begin : CHUNK), context, since,
             own->is_by_row ? own->u[r] : 0.0);
        }
    }
}
