/* SPDX-License-Identifier: Apache-2.0
 * The interval of a quantile between order statistics, on one stationary response of an M/M/1 queue
 * from each replication: a wait, none with probability 1 - rho, else exponential, and a service;
 * together exponential of mean rho / (1 - rho) (Kleinrock, Queueing Systems I, 1975, section 5.12).
 * Its coverage is a sum of the binomial law, whatever the observations' law. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "coverage.h"
#include "kernel/random.h"
#include "psnsim/types.h"
#include "stats/order.h"

#define RHO  0.8
#define MOST 1000

static const struct design {
    size_t n;
    double p, coverage;
} designs[] = {{100, 0.5, 0.9647997997822952},
               {1000, 0.95, 0.9580952682226543},
               {1000, 0.99, 0.976094763497977},
               {59, 0.95, 0.9911362570110952},
               {20, 0.5, 0.9586105346679688}};

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Does the interval of one experiment hold the quantile? */
static bool holds(const struct design *d, const struct order_bounds *b, uint64_t seed)
{
    double x[MOST], exact = -log1p(-d->p) * RHO / (1 - RHO);
    for (size_t i = 0; i < d->n; i++) {
        double u[2], v[2];
        uint64_t key = random_key(seed, (uint32_t)i, "orders", RANDOM_STEP, 0);
        random_uniform2(key, 0, 0, 0, u);
        random_uniform2(key, 1, 0, 0, v);
        x[i] = -log(v[1]) * RHO + (u[0] < RHO ? -log(u[1]) * RHO / (1 - RHO) : 0);
    }
    qsort(x, d->n, sizeof *x, by_size);
    return (b->low == 0 || x[b->low - 1] <= exact) && (b->high > d->n || exact < x[b->high - 1]);
}

int coverage_orders(size_t n, const char *folder)
{
    int bad = 0;
    (void)folder;
    for (size_t k = 0; k < sizeof designs / sizeof *designs; k++) {
        const struct design *d = &designs[k];
        struct order_bounds b = order_quantile(d->n, d->p, 0.95);
        size_t held = 0;
        char what[80];
#pragma omp parallel for reduction(+ : held)
        for (size_t i = 0; i < n; i++)
            held += holds(d, &b, k * n + i + 1) ? 1 : 0;
        snprintf(what, sizeof what, "p%g of %zu, X(%zu) to X(%zu)", 100 * d->p, d->n, b.low,
                 b.high);
        bad += coverage_judge_reference(what, held, n, d->coverage);
    }
    return bad;
}
