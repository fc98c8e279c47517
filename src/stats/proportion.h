/* SPDX-License-Identifier: Apache-2.0
 * Intervals for a share: `hits` of n independent trials. Used by `show` for the
 * objectives that each replication keeps or not. Requests of one run are no independent trials:
 * they queue together, so a share of requests is estimated run by run (interval_mean). */
#ifndef STATS_PROPORTION_H
#define STATS_PROPORTION_H

#include <stddef.h>

/* The interval of a share; NaN for n = 0. */
struct proportion {
    double value, low, high;
};

/* The exact interval: never holds the share in fewer than `level` of cases, and is wider than it
 * need be for few trials. For a statement that must not promise too much, and near 0 or 1: of n
 * hits in n it says at least ((1 - level) / 2)^(1 / n). Clopper and Pearson, Biometrika 26, 1934,
 * p. 404. */
struct proportion proportion_exact(size_t hits, size_t n, double level);

/* The score interval: holds the share in `level` of cases in the mean over shares, for as few as 10
 * trials. For an estimate. Wilson, Journal of the American Statistical Association 22, 1927, p.
 * 209; recommended by Brown, Cai and DasGupta, Statistical Science 16, 2001, p. 101. */
struct proportion proportion_score(size_t hits, size_t n, double level);

#endif
