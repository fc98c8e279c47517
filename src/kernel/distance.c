/* SPDX-License-Identifier: Apache-2.0
 * Distances between processes, and the bounds that they make. */
#include "kernel/distance.h"

#include <stdlib.h>

static psn_time later(psn_time a, psn_time b)
{
    return a < PSN_NEVER - b ? a + b : PSN_NEVER;
}

void distance_close(psn_time *distance, size_t n)
{
    for (size_t via = 0; via < n; via++)
        for (size_t from = 0; from < n; from++) {
            psn_time half = distance[from * n + via];
            if (half == PSN_NEVER)
                continue;
            for (size_t to = 0; to < n; to++) {
                psn_time whole = later(half, distance[via * n + to]);
                if (whole < distance[from * n + to])
                    distance[from * n + to] = whole;
            }
        }
}

static int nearer(const void *a, const void *b)
{
    const struct distance_near *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return x->from < y->from ? -1 : x->from > y->from;
}

int distances_init(struct distances *d, const psn_time *distance, size_t n)
{
    *d = (struct distances){.n = n, .distance = distance};
    d->near = malloc(n * n * sizeof *d->near);
    if (!d->near)
        return PSN_EMEMORY;
    for (size_t to = 0; to < n; to++) {
        struct distance_near *near = d->near + to * n;
        for (size_t from = 0; from < n; from++)
            near[from] = (struct distance_near){distance[from * n + to], (uint32_t)from};
        qsort(near, n, sizeof *near, nearer);
    }
    return PSN_OK;
}

void distances_fini(struct distances *d)
{
    free(d->near);
    *d = (struct distances){0};
}

size_t distances_earliest(const psn_time *first, size_t n)
{
    size_t earliest = 0;
    for (size_t q = 1; q < n; q++)
        if (first[q] < first[earliest])
            earliest = q;
    return earliest;
}

psn_time distances_bound(const struct distances *d, const psn_time *first, size_t earliest,
                         size_t to)
{
    psn_time least = first[earliest];
    psn_time bound = later(least, d->distance[earliest * d->n + to]);
    /* Nobody is earlier than the earliest: once its time and the next distance make no less, no one
     * further away does. So this is a look at the nearest few, and exact. */
    for (const struct distance_near *near = d->near + to * d->n, *end = near + d->n;
         near < end && later(least, near->distance) < bound; near++) {
        psn_time felt = later(first[near->from], near->distance);
        bound = felt < bound ? felt : bound;
    }
    return bound;
}
