/* SPDX-License-Identifier: Apache-2.0
 * Log-linear histograms of durations: bounds, merging, quantiles. Used by the run's figures.
 *
 * Observations are whole ns, so bucket b stands for the integers lower(b) to lower(b + 1) - 1, and
 * what is in it is taken as spread evenly over them. The p-quantile of n observations is the value
 * at cumulated count p n: in the first bucket in which the cumulated count reaches p n, at that
 * fraction of the way from its least to its greatest integer. A bucket of one integer is therefore
 * exact. */
#include "stats/histogram.h"

#include <math.h>
#include <stdlib.h>

int histogram_init(struct histogram *h)
{
    h->total = 0;
    h->count = calloc(HISTOGRAM_BUCKETS, sizeof *h->count);
    return h->count ? PSN_OK : PSN_EMEMORY;
}

void histogram_fini(struct histogram *h)
{
    free(h->count);
    h->count = NULL;
    h->total = 0;
}

psn_time histogram_lower(uint32_t bucket)
{
    if (bucket < (2u << HISTOGRAM_BITS))
        return bucket;
    if (bucket >= HISTOGRAM_BUCKETS)
        return PSN_NEVER;
    uint32_t shift = (bucket >> HISTOGRAM_BITS) - 1;
    uint64_t leading = (bucket & ((1u << HISTOGRAM_BITS) - 1)) + (1u << HISTOGRAM_BITS);
    return (psn_time)(leading << shift);
}

/* How many integers a bucket holds, as a double. */
static double histogram_width(uint32_t bucket)
{
    return (double)(histogram_lower(bucket + 1) - histogram_lower(bucket));
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    for (size_t b = 0; b < HISTOGRAM_BUCKETS; b++)
        into->count[b] += from->count[b];
    into->total += from->total;
}

double histogram_quantile(const struct histogram *h, double p, psn_time max)
{
    if (h->total == 0)
        return (double)NAN;
    double target = p * (double)h->total;
    uint64_t below = 0;
    uint32_t last = 0;
    double share = 1; /* of the last bucket that holds anything, where rounding passes the end */
    for (uint32_t b = 0; b < HISTOGRAM_BUCKETS; b++) {
        if (h->count[b] == 0)
            continue;
        last = b;
        if ((double)(below + h->count[b]) >= target) {
            share = (target - (double)below) / (double)h->count[b];
            break;
        }
        below += h->count[b];
    }
    if (share < 0)
        share = 0;
    double value = (double)histogram_lower(last) + share * (histogram_width(last) - 1);
    return value > (double)max ? (double)max : value;
}

double histogram_share_within(const struct histogram *h, psn_time x)
{
    if (h->total == 0)
        return (double)NAN;
    if (x < 0)
        return 0;
    uint32_t bucket = histogram_bucket(x);
    uint64_t below = 0;
    for (uint32_t b = 0; b < bucket; b++)
        below += h->count[b];
    double part = ((double)(x - histogram_lower(bucket)) + 1) / histogram_width(bucket);
    return ((double)below + part * (double)h->count[bucket]) / (double)h->total;
}
