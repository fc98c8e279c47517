/* SPDX-License-Identifier: Apache-2.0
 * Log-linear histograms of durations: 128 equal buckets to each octave (relative width at most
 * 2^-7), exact below 256 ns; quantiles interpolated within the bucket. Counts are integers, so
 * merging is exact and associative. The layout follows Gil Tene's HdrHistogram. */
#ifndef STATS_HISTOGRAM_H
#define STATS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "psnsim/types.h"

#define HISTOGRAM_BITS    7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

/* Zero-initialise; `count` has HISTOGRAM_BUCKETS entries, allocated by histogram_init. */
struct histogram {
    uint64_t *count;
    uint64_t total;
};

int histogram_init(struct histogram *h); /* 0 or PSN_EMEMORY */
void histogram_fini(struct histogram *h);

/* The bucket of x >= 0, and a bucket's bounds: [lower(b), lower(b + 1)). */
static inline uint32_t histogram_bucket(psn_time x)
{
    uint64_t v = (uint64_t)x;
    if (v < (1u << HISTOGRAM_BITS))
        return (uint32_t)v;
    uint32_t shift = 63u - (uint32_t)__builtin_clzll(v) - HISTOGRAM_BITS;
    return (uint32_t)(((uint64_t)shift << HISTOGRAM_BITS) + (v >> shift));
}
psn_time histogram_lower(uint32_t bucket);

static inline void histogram_add(struct histogram *h, psn_time x)
{
    h->count[histogram_bucket(x)]++;
    h->total++;
}

void histogram_merge(struct histogram *into, const struct histogram *from);

/* The p-quantile in ns, 0 <= p <= 1, by linear interpolation within the bucket, never above
 * `max` (the exact maximum, PSN_NEVER where unknown). NaN where empty. State the definition in the
 * .c. */
double histogram_quantile(const struct histogram *h, double p, psn_time max);

/* Share of observations <= x, interpolated within x's bucket; NaN where empty. */
double histogram_share_within(const struct histogram *h, psn_time x);

#endif
