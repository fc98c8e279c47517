/* SPDX-License-Identifier: Apache-2.0
 * The sequential rule of Y. S. Chow and H. Robbins (Annals of Mathematical Statistics 36, 1965, p.
 * 457) on independent exponential observations of mean 1, looked at after each: stop at the first n
 * >= n0 with z s / sqrt(n) <= g' x mean. Reference: an independent program; g' = g / (1 + g) as
 * Law, Kelton and Koenig (Communications in Statistics B10, 1981) have it. For g to 0, n is z^2 /
 * g^2. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "coverage.h"
#include "kernel/law.h"
#include "kernel/random.h"
#include "psnsim/types.h"

#define Z 1.959964 /* the reference's */

static const struct rule {
    const char *what;
    double asked, relative;
    size_t least;
    double coverage, within, mean_n;
} rules[] = {
    {"exponential, g 0.1, from 30 on", .1, .1, 30, .9466, .9483, 380.45},
    {"exponential, g 0.1 / 1.1, from 30 on", .1 / 1.1, .1, 30, .9485, .9688, 461.07},
    {"exponential, g 0.1, from 5 on", .1, .1, 5, .9465, .9478, 380.34},
    {"exponential, g 0.05, from 30 on", .05, .05, 30, .9506, .9525, 1532.8},
};

static struct estimate experiment(const struct rule *r, uint64_t seed)
{
    double block[STREAM_BLOCK];
    struct stream x = {.key = random_key(seed, 0, "stopping", RANDOM_STEP, 0),
                       .block = block,
                       .room = STREAM_BLOCK};
    struct estimate e = {0, 0, 0};
    double squares = 0;
    law_init(&x.law, LAW_EXP, 0);
    /* Welford, Technometrics 4 (1962), p. 419. */
    do {
        double y = stream_draw(&x, e.n++, 0), before = y - e.value;
        e.value += before / (double)e.n;
        squares += before * (y - e.value);
        e.half_width =
            e.n < 2 ? (double)INFINITY : Z * sqrt(squares / (double)(e.n - 1) / (double)e.n);
    } while (e.n < r->least || e.half_width > r->asked * e.value);
    return e;
}

int coverage_stopping(size_t n, const char *folder)
{
    int bad = 0;
    (void)folder;
    struct estimate *e = calloc(n, sizeof *e);
    if (!e)
        return PSN_EMEMORY;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        const struct rule *r = &rules[k];
        size_t held = 0, within = 0, observations = 0;
#pragma omp parallel for schedule(dynamic, 8)
        for (size_t i = 0; i < n; i++)
            e[i] = experiment(r, i + 1);
        for (size_t i = 0; i < n; i++) {
            held += (size_t)coverage_holds(&e[i], 1);
            within += fabs(e[i].value - 1) <= r->relative;
            observations += e[i].n;
        }
        bad += coverage_judge_reference(r->what, held, n, r->coverage);
        bad += coverage_judge_reference("    within g of the mean", within, n, r->within);
        bad += coverage_judge_value("    observations", (double)observations / (double)n, r->mean_n,
                                    coverage_tolerance(.02, n));
    }
    free(e);
    return bad;
}
