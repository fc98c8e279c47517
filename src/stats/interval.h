/* SPDX-License-Identifier: Apache-2.0
 * Confidence intervals over independent replications: Student's t for means, sectioning for
 * quantiles, Welch's for differences of independent ones. Uses GSL for the t quantile. What is
 * infinite in one replication has no interval: its half-width is NaN or infinite. */
#ifndef STATS_INTERVAL_H
#define STATS_INTERVAL_H

#include <stddef.h>

/* An estimate and the half-width of its confidence interval; half_width is NaN for n < 2. */
struct estimate {
    double value;
    double half_width;
    size_t n; /* replications that entered; those with a NaN are left out */
};

/* Mean of x[0..n) with Student's t at `level` (0.95). Two-pass, in index order.
 * Law, Simulation Modeling and Analysis, 4th ed., section 9.4.1. */
struct estimate interval_mean(const double *x, size_t n, double level);

/* Sectioning: `pooled` is the quantile of all observations together, x[i] that of replication i;
 * half-width from the mean square distance of the x[i] from the pooled value, n - 1 degrees.
 * Asmussen and Glynn, Stochastic Simulation (2007), section III.5a. */
struct estimate interval_section(double pooled, const double *x, size_t n, double level);

/* Replications in antithetic pairs: x[2 k] and x[2 k + 1] mirror each other's random numbers, so
 * only the averages of pairs are independent: these make the interval of the mean, and n / 2 is
 * their number. `pair` is room for (n + 1) / 2; a pair with a NaN is left out, and so is a last one
 * without its mate. Hammersley and Morton, Proc. Cambridge Philosophical Society 52, 1956, p. 449;
 * Law, 4th ed., section 11.3. */
struct estimate interval_pairs(const double *x, size_t n, double *pair, double level);

/* The same about a pooled value, as interval_section. */
struct estimate interval_section_pairs(double pooled, const double *x, size_t n, double *pair,
                                       double level);

/* The difference b - a of two estimates whose replications are independent of each other: Welch's
 * interval, with the degrees of freedom of Welch and Satterthwaite. Both half-widths are of
 * `level`; .n is the smaller number of replications. Law, 4th ed., section 10.2.2. */
struct estimate interval_welch(const struct estimate *a, const struct estimate *b, double level);

/* The degrees of freedom of that interval: between those of the smaller and of both together; NaN
 * where one has fewer than two replications or both do not vary. */
double interval_welch_degrees(const struct estimate *a, const struct estimate *b, double level);

/* The half-width at level `to` of an interval by Student's t that is of level `from`. */
double interval_at_level(double half_width, double degrees, double from, double to);

/* The p-quantile of Student's t with df degrees of freedom. */
double interval_t(double p, double df);

#endif
