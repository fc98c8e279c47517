/* SPDX-License-Identifier: Apache-2.0
 * Stations against exact queueing theory, with the kernel's random numbers: what the tests share.
 *
 * Each case is 40 independent replications of 22,000 arrivals from an empty station, the first
 * 2,000 mean gaps left out (relaxation times are below 200 here). A figure passes where the mean
 * over replications is within 4 standard errors of theory: with 39 degrees of freedom a true one
 * fails once in 3,600 seeds, and seeds are fixed. So that this says something, the standard error
 * must be below 2.5 % of the figure too. Times are in units of 1 ms, so rounding to ns is far below
 * that. */
#ifndef TESTS_THEORY_H
#define TESTS_THEORY_H

#include "drive.h"

#include <math.h>

#include "kernel/random.h"
#include "stats/interval.h"

#define UNIT         1e6 /* ns */
#define REPLICATIONS 40
#define ARRIVALS     22000
#define WARMUP       2000 /* mean gaps */
#define MEASURE      2.5  /* %: most that a standard error may be */

enum service { CONST, EXP, UNIFORM, LOGNORMAL };

/* Demand of mean 1: uniform on [0.5, 1.5]; lognormal with a coefficient of variation of 1.5. */
static inline double demand(enum service law, double u)
{
    const double variance = 1.1786549963416462; /* log(1 + 1.5^2) */
    if (law == EXP)
        return -random_log(u);
    if (law == UNIFORM)
        return 0.5 + u;
    if (law == LOGNORMAL)
        return random_exp(random_normal_quantile(u) * sqrt(variance) - variance / 2);
    return 1;
}

/* The mean square of such a demand. */
static inline double demand_square(enum service law)
{
    return law == EXP ? 2 : law == UNIFORM ? 13 / 12.0 : law == LOGNORMAL ? 3.25 : 1;
}

/* One figure over its replications. */
static inline void theory_check(const char *name, const double *figure, double expected)
{
    struct estimate e = interval_mean(figure, REPLICATIONS, 0.95);
    double error = e.half_width / interval_t(0.975, REPLICATIONS - 1);
    cr_assert_leq(fabs(e.value - expected), 4 * error + 1e-12, "%s: %g, not %g (error %g)", name,
                  e.value, expected, error);
    cr_assert_leq(error, MEASURE / 100 * expected, "%s: error %g", name, error);
}

/* Erlang's loss and delay formulas for c servers and `offered` Erlang: by the recursion of Jagerman
 * (1974), and Gross and Harris, Fundamentals of Queueing Theory, section 2.3. */
static inline double erlang_b(int c, double offered)
{
    double b = 1;
    for (int k = 1; k <= c; k++)
        b = offered * b / (k + offered * b);
    return b;
}

static inline double erlang_c(int c, double offered)
{
    double b = erlang_b(c, offered);
    return b / (1 - offered / c * (1 - b));
}

#endif
