/* SPDX-License-Identifier: Apache-2.0
 * One figure at two design points: the difference with its confidence interval, and what that says.
 * Used by the comparison of results. */
#ifndef STUDY_COMPARE_H
#define STUDY_COMPARE_H

#include "study/summary.h"

/* What became of a figure on the way from the base to the other point. */
enum change {
    CHANGE_NONE, /* no real difference: the interval holds 0 */
    CHANGE_LESS,
    CHANGE_MORE,
    CHANGE_UNSURE,        /* fewer than two replications: there is no interval */
    CHANGE_UNSTABLE,      /* the other point alone has a station that cannot carry its load */
    CHANGE_STABLE,        /* the base alone has one */
    CHANGE_BOTH_UNSTABLE, /* neither has a figure */
    CHANGE_NO_MEAN,       /* a mean that is not finite on one side at least */
    CHANGE_GONE,          /* only the base has the figure */
    CHANGE_NEW,           /* only the other point has it */
    CHANGE_ABSENT,        /* neither has it */
};

struct comparison {
    double base, other;         /* the two estimates that the difference is taken of */
    struct estimate difference; /* other - base, in the measure's unit; NaN where there is none */
    double degrees; /* of freedom, of the difference's interval; NaN where it has none */
    double gain;    /* what common random numbers save: the variance that the difference would have
                       were the replications of both points independent, var(x) + var(y), over that of
                       y - x; infinite where the difference does not vary, NaN where nothing does, or
                       nothing is paired */
    enum change change;
    bool alone; /* it is called a change, but not with others taken together (compare_together) */
};

/* Replications that share their random numbers: x[k] and y[k] are what the base and the other point
 * say in the same replication (NaN: nothing). The paired interval: Student's t over the differences
 * y[k] - x[k] (Law, Simulation Modeling and Analysis, 4th ed., section 10.2.1). Where every
 * replication of both points is in a pair, the estimates are those of the summary; so a quantile is
 * the pooled one, and its interval is by sectioning (interval_section). Else the estimates are the
 * means of the pairs. `difference` is room for n doubles. */
struct comparison compare_paired(const struct summary_value *base,
                                 const struct summary_value *other, const double *x,
                                 const double *y, size_t n, double *difference);

/* Replications that have nothing to do with each other: Welch's interval (interval_welch). */
struct comparison compare_apart(const struct summary_value *base,
                                const struct summary_value *other);

/* The same at another level than SUMMARY_LEVEL: its half-width, and whether it is a change. */
struct comparison compare_at_level(const struct comparison *c, double level);

/* The difference as a share of the base, with its half-width: both are divided by the size of the
 * base's estimate, which is taken as known. NaN where the base is 0. */
struct estimate compare_relative(const struct comparison *c);

#endif
