/* Sweeps of plastic rows whose packets keep traces: included behind a file's own learn_row(), which it calls.
 */

static inline __attribute__((always_inline)) void
sweep_rows(const neuro_sweep_t *sweep, neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    const neuro_projection_t *projection = sweep->projection;
    const neuro_spinnaker_learning_t *learning = projection->own;
    const neuro_spinnaker_rows_t row = neuro_spinnaker_rows(sweep, true);
    const neuro_spinnaker_rule_t rule = neuro_spinnaker_rule(projection->rules, learning->post);
    neuro_spinnaker_packet_t *packets = learning->packets + (size_t) sweep->part * learning->n_rows;
    neuro_spinnaker_plastic_counts_t counts = {0};
    uint64_t begin, end;
    size_t i;

    for (i = 0; i < sweep->n; i++) {
        const uint32_t number = sweep->shift * row.rows->n_pre + sweep->source[i];
        const neuro_spinnaker_packet_t previous = packets[number];
        const uint32_t n_wrapped = neuro_spinnaker_note_packet(&rule, timing, &packets[number], sweep->step);

        neuro_rows_bounds(row.rows, number, sweep->part, &begin, &end);
        if (__builtin_expect(n_wrapped > 0, 0)) {
            neuro_spinnaker_note_row_wraps(&row, begin, end, learning->post->cells_per_core, n_wrapped);
        }
        learn_row(&row, &rule, timing, dependence, begin, end, &previous, &packets[number], 0, &counts);
    }
    neuro_spinnaker_count_plastic(sweep->counters, &counts);
}

static inline __attribute__((always_inline)) void
take_row(neuro_spinnaker_plastic_t *sweep, const neuro_spinnaker_taken_t *taken,
         neuro_spinnaker_timing_t timing, neuro_spinnaker_weight_t dependence)
{
    neuro_spinnaker_packet_t *packet = neuro_spinnaker_last_packet(sweep, taken);
    const neuro_spinnaker_packet_t previous = *packet;
    const uint64_t n_over = sweep->counts.n_over;

    neuro_spinnaker_note_wraps(sweep->row.post, taken->core,
                               neuro_spinnaker_note_packet(&sweep->rule, timing, packet, sweep->step), 0);
    learn_row(&sweep->row, &sweep->rule, timing, dependence, taken->begin, taken->end, &previous, packet,
              taken->lateness, &sweep->counts);
    neuro_spinnaker_end_packet(sweep, taken, previous.step, n_over);
}
