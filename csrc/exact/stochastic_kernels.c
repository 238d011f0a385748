#include "exact/stochastic.h"

#include "core/math.h"
#include "core/random_inline.h"

/* Synapses whose words are drawn together, and what the parts of a word's name are shifted by. Steps stay
 * below 2^32. */
enum { CHUNK = 256, OCCURRENCE_SHIFT = 32, DECISION_SHIFT = 48 };

/* Words below this: probability p, within 2^-33. */
static inline uint64_t
threshold(double p)
{
    return p <= 0.0 ? 0 : p >= 1.0 ? UINT64_C(1) << 32 : (uint64_t) (p * 0x1p32 + 0.5);
}

/* One word for each of n consecutive synapses; out has room for 4 more. */
static const uint32_t *
words_of(uint64_t key, uint64_t first, uint64_t context, uint32_t n, uint32_t *out)
{
    const uint32_t head = (uint32_t) (first % 4);

    neuro_philox_run(key, first / 4, context, (head + n + 3) / 4, out);
    return out + head;
}

/* How many of the source's spikes of this step came before the k-th. */
static inline uint64_t
occurrence(const neuro_sweep_t *sweep, size_t k)
{
    uint64_t n = 0;

    while (n < k && sweep->source[k - n - 1] == sweep->source[k]) {
        n++;
    }
    return n & 0xffff;
}

/* u just after a spike. */
static inline double
use_of(double before, double since, double U, double tau_facil)
{
    const double kept = before <= 0.0 || tau_facil <= 0.0 ? 0.0 : before * neuro_exp(-since / tau_facil);

    return kept + U * (1.0 - kept);
}

static inline double
refill_of(double since, double tau_rec)
{
    return tau_rec > 0.0 ? -neuro_expm1(-since / tau_rec) : 1.0;
}

#define REAL       double
#define NAME(name) name##_f64
#include "exact/stochastic_body.h"
#undef REAL
#undef NAME

#define REAL       float
#define NAME(name) name##_f32
#include "exact/stochastic_body.h"
#undef REAL
#undef NAME

const neuro_stochastic_kernels_t NEURO_VARIANT(neuro_stochastic_kernels) = {
    {sweep_simple_f64, sweep_simple_f32}, {sweep_quantal_f64, sweep_quantal_f32}};
