/* SPDX-License-Identifier: Apache-2.0
 * Global sensitivity of a figure to its factors: Sobol' indices and Morris's measures, with
 * bootstrap intervals. Used by the study's sensitivity. */
#ifndef STATS_INDICES_H
#define STATS_INDICES_H

#include <stddef.h>
#include <stdint.h>

/* A value and the ends of its interval. */
struct bracket {
    double value, low, high;
};

/* The shares of the variance of the figure that a factor explains: alone, and with all that it does
 * together with others. */
struct sobol_index {
    struct bracket first, total;
};

/* The elementary effects of a factor, each the change of the figure over a step by the length of
 * the step, the factor's whole range being 1: their mean, the mean of their sizes, and their
 * standard deviation. */
struct morris_effect {
    double mean;
    struct bracket size;
    double deviation;
};

/* Of n rows of factors + 2 figures each: at the row's first point A, at its second point B, and at
 * A with one factor after the other taken from B. First-order indices by A. Saltelli et al.,
 * Computer Physics Communications 181 (2010), p. 259, table 2 (b), of the figures less their mean;
 * total ones by M. J. W. Jansen, Computer Physics Communications 117 (1999), p. 35 (table 2 (f)
 * there). *variance is that over all points A and B. The intervals are of `level`: bootstrap
 * percentiles over the rows (G. E. B. Archer, A. Saltelli and I. M. Sobol', Journal of Statistical
 * Computation and Simulation 58 (1997), p. 99), the resamples by `seed`. With a Sobol' sequence,
 * whose rows are more even than chance, they are wider than they need be. All are NaN where a
 * figure is, where there are fewer than two rows, or where the variance is 0. `index` has room for
 * `factors`. Returns 0 or PSN_EMEMORY. */
int indices_sobol(const double *figure, size_t n, size_t factors, uint64_t seed, double level,
                  struct sobol_index *index, double *variance);

/* Of `trajectories` walks of sampling_morris: its levels, and the figure of each of their points.
 * Mean and deviation by M. D. Morris, Technometrics 33 (1991), p. 161, section 2; the mean of sizes
 * by F. Campolongo, J. Cariboni and A. Saltelli, Environmental Modelling & Software 22 (2007), p.
 * 1509, with bootstrap percentiles over the walks. NaN as above; deviation and interval also of one
 * walk. `effect` has room for `factors`. Returns 0 or PSN_EMEMORY. */
int indices_morris(const double *figure, const uint8_t *level, size_t trajectories, size_t factors,
                   uint64_t seed, double level_of_interval, struct morris_effect *effect);

#endif
