/* SPDX-License-Identifier: Apache-2.0
 * Log-linear histograms of durations: 128 equal buckets to each octave (relative width at most
 * 2^-7), exact below 256 ns; quantiles interpolated within the bucket. Counts are integers, so
 * merging is exact and associative. The layout follows Gil Tene's HdrHistogram. Memory is held for
 * the range of octaves alone in which something was observed, so that thousands of them are small:
 * 1 KB an octave. */
#ifndef STATS_HISTOGRAM_H
#define STATS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "psnsim/types.h"

#define HISTOGRAM_BITS    7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

/* Zero-initialise: then it is not kept, holds nothing and must not be added to. */
struct histogram {
    uint64_t *count; /* of buckets first, first + 1, ..., first + n - 1; the others hold nothing */
    uint64_t total;
    uint32_t first, n; /* whole octaves */
    bool kept;         /* it is in use, if only to hold nothing */
    bool failed;       /* memory ended while it was widened: it lacks observations */
};

/* From now on it is kept; empty, and without memory as yet. */
void histogram_init(struct histogram *h);
void histogram_fini(struct histogram *h);

/* Holds nothing any more; what memory it has it keeps. */
void histogram_clear(struct histogram *h);

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

/* Of one bucket: how many it holds. */
static inline uint64_t histogram_at(const struct histogram *h, uint32_t bucket)
{
    return bucket - h->first < h->n ? h->count[bucket - h->first] : 0;
}

/* The slow path of what follows: adds to a bucket beyond the range, which is widened. Where memory
 * ends the observation is lost, and `failed` says so. Kept out of its callers, whose registers it
 * would take. */
__attribute__((noinline, cold)) void histogram_add_beyond(struct histogram *h, uint32_t bucket);

/* Adds an observation of x >= 0 ns. */
static inline void histogram_add(struct histogram *h, psn_time x)
{
    uint32_t bucket = histogram_bucket(x), place = bucket - h->first;
    if (__builtin_expect(place >= h->n, 0)) {
        histogram_add_beyond(h, bucket);
        return;
    }
    h->count[place]++;
    h->total++;
}

/* Room for the buckets [first, end), below HISTOGRAM_BUCKETS, which hold what they held. 0 or
 * PSN_EMEMORY: then nothing has changed. */
int histogram_reserve(struct histogram *h, uint32_t first, uint32_t end);

/* The first bucket from `bucket` on that holds something; HISTOGRAM_BUCKETS where none does. */
uint32_t histogram_next(const struct histogram *h, uint32_t bucket);

/* Adds all observations of another one, and whether that failed. 0 or PSN_EMEMORY: then nothing has
 * changed. */
int histogram_merge(struct histogram *into, const struct histogram *from);

/* The p-quantile in ns, 0 <= p <= 1, by linear interpolation within the bucket, never above
 * `max` (the exact maximum, PSN_NEVER where unknown). NaN where empty. State the definition in the
 * .c. */
double histogram_quantile(const struct histogram *h, double p, psn_time max);

/* Share of observations <= x, interpolated within x's bucket; NaN where empty. */
double histogram_share_within(const struct histogram *h, psn_time x);

#endif
