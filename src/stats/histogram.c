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
#include <string.h>

/* Buckets of an octave: histograms grow by whole ones. */
#define OCTAVE (UINT32_C(1) << HISTOGRAM_BITS)

/* Buckets that are passed over at a time; an octave is a multiple of it. */
#define STRIDE 16

void histogram_init(struct histogram *h)
{
    *h = (struct histogram){.kept = true};
}

void histogram_fini(struct histogram *h)
{
    free(h->count);
    *h = (struct histogram){0};
}

void histogram_clear(struct histogram *h)
{
    if (h->total > 0)
        memset(h->count, 0, h->n * sizeof *h->count);
    h->total = 0;
    h->failed = false;
}

int histogram_reserve(struct histogram *h, uint32_t first, uint32_t end)
{
    if (first >= end)
        return PSN_OK;
    uint32_t from = first / OCTAVE * OCTAVE, to = (end + OCTAVE - 1) / OCTAVE * OCTAVE;
    if (h->n > 0 && h->first < from)
        from = h->first;
    if (h->n > 0 && h->first + h->n > to)
        to = h->first + h->n;
    if (to - from == h->n)
        return PSN_OK;
    /* It mostly grows by one octave at a time: what is there stays where it lies, if it can. */
    uint32_t before = h->n > 0 ? h->first - from : 0, behind = before + h->n;
    uint64_t *wider = realloc(h->count, (to - from) * sizeof *wider);
    if (!wider)
        return PSN_EMEMORY;
    if (before > 0)
        memmove(wider + before, wider, h->n * sizeof *wider);
    memset(wider, 0, before * sizeof *wider);
    memset(wider + behind, 0, (to - from - behind) * sizeof *wider);
    h->count = wider;
    h->first = from;
    h->n = to - from;
    return PSN_OK;
}

void histogram_add_beyond(struct histogram *h, uint32_t bucket)
{
    if (histogram_reserve(h, bucket, bucket + 1) != PSN_OK) {
        h->failed = true;
        return;
    }
    h->count[bucket - h->first]++;
    h->total++;
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

uint32_t histogram_next(const struct histogram *h, uint32_t bucket)
{
    uint32_t i = bucket > h->first ? bucket - h->first : 0;
    while (i < h->n && h->count[i] == 0)
        i++;
    return i < h->n ? h->first + i : HISTOGRAM_BUCKETS;
}

int histogram_merge(struct histogram *into, const struct histogram *from)
{
    into->failed |= from->failed;
    if (from->total == 0)
        return PSN_OK;
    if (histogram_reserve(into, from->first, from->first + from->n) != PSN_OK)
        return PSN_EMEMORY;
    uint64_t *to = into->count + (from->first - into->first);
    for (uint32_t i = 0; i < from->n; i++)
        to[i] += from->count[i];
    into->total += from->total;
    return PSN_OK;
}

double histogram_quantile(const struct histogram *h, double p, psn_time max)
{
    if (h->total == 0)
        return (double)NAN;
    /* The cumulated count, a whole number, reaches p n where it reaches the next whole number. */
    double target = p * (double)h->total;
    uint64_t need = target > 1 ? (uint64_t)ceil(target) : 1, below = 0;
    uint32_t i = 0;
    for (; i < h->n; i += STRIDE) {
        uint64_t some = 0;
        for (uint32_t k = 0; k < STRIDE; k++)
            some += h->count[i + k];
        if (below + some >= need)
            break;
        below += some;
    }
    while (i < h->n && below + h->count[i] < need)
        below += h->count[i++];
    double share = 1; /* of the last bucket that holds anything, where rounding passes the end */
    if (i < h->n)
        share = (target - (double)below) / (double)h->count[i];
    else
        for (i = h->n - 1; h->count[i] == 0; i--)
            ;
    if (share < 0)
        share = 0;
    uint32_t bucket = h->first + i;
    double value = (double)histogram_lower(bucket) + share * (histogram_width(bucket) - 1);
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
    for (uint32_t b = histogram_next(h, 0); b < bucket; b = histogram_next(h, b + 1))
        below += histogram_at(h, b);
    double part = ((double)(x - histogram_lower(bucket)) + 1) / histogram_width(bucket);
    return ((double)below + part * (double)histogram_at(h, bucket)) / (double)h->total;
}
