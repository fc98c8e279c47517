/* SPDX-License-Identifier: Apache-2.0
 * Quantiles over time. */
#include "stats/spells.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    const struct spell *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

double spells_quantile(struct spell *x, size_t n, double p)
{
    psn_time total = 0, below = 0;
    for (size_t i = 0; i < n; i++)
        total += x[i].length;
    qsort(x, n, sizeof *x, by_value);
    for (size_t i = 0; i < n; i++) {
        below += x[i].length;
        if ((double)below >= p * (double)total)
            return x[i].value;
    }
    return x[n - 1].value;
}
