/* SPDX-License-Identifier: Apache-2.0
 * Exact sums over observations: merging and the mean. Used by meters and by the run's figures. */
#include "stats/tally.h"

#include <math.h>

void tally_merge(struct tally *into, const struct tally *from)
{
    into->count += from->count;
    into->sum += from->sum;
    if (from->max > into->max)
        into->max = from->max;
}

double tally_mean(const struct tally *t)
{
    return t->count > 0 ? exact_double(t->sum) / (double)t->count : (double)NAN;
}
