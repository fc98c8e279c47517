/* SPDX-License-Identifier: Apache-2.0
 * Sums of changes, and the means that they make. */
#include "model/presence.h"

#include <stdlib.h>
#include <string.h>

int presence_init(struct presence *p, psn_time interval, psn_time horizon)
{
    size_t n = (size_t)((horizon - 1) / interval + 1);
    *p = (struct presence){.interval = interval, .horizon = horizon, .n = n};
    p->change = calloc(n, sizeof *p->change);
    p->within = calloc(n, sizeof *p->within);
    if (p->change && p->within)
        return 0;
    presence_fini(p);
    return PSN_EMEMORY;
}

void presence_fini(struct presence *p)
{
    free(p->change);
    free(p->within);
    memset(p, 0, sizeof *p);
}

/* Where interval i ends. */
static psn_time end_of(const struct presence *p, size_t i)
{
    return i + 1 < p->n ? (psn_time)(i + 1) * p->interval : p->horizon;
}

void presence_add(struct presence *p, psn_time now, int64_t change)
{
    size_t i = (size_t)(now / p->interval);
    p->change[i] += change;
    p->within[i] += exact_product(change, end_of(p, i) - now);
}

void presence_merge(struct presence *into, const struct presence *from)
{
    for (size_t i = 0; i < into->n; i++) {
        into->change[i] += from->change[i];
        into->within[i] += from->within[i];
    }
}

void presence_means(const struct presence *p, double *mean)
{
    int64_t before = 0;
    for (size_t i = 0; i < p->n; i++) {
        psn_time length = end_of(p, i) - (psn_time)i * p->interval;
        mean[i] = exact_double(exact_product(before, length) + p->within[i]) / (double)length;
        before += p->change[i];
    }
}
