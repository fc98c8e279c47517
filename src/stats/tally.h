/* SPDX-License-Identifier: Apache-2.0
 * Exact sums over observations: count, sum, maximum of durations in ns. Merges in any order to the
 * same bits. */
#ifndef STATS_TALLY_H
#define STATS_TALLY_H

#include <stdint.h>

#include "base/exact.h"
#include "psnsim/types.h"

/* Zero-initialise. */
struct tally {
    int64_t count;
    exact_sum sum;
    psn_time max;
};

static inline void tally_add(struct tally *t, psn_time x)
{
    t->count++;
    t->sum += x;
    if (x > t->max)
        t->max = x;
}

void tally_merge(struct tally *into, const struct tally *from);

/* Mean in ns; NaN where empty. */
double tally_mean(const struct tally *t);

#endif
