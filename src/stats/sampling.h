/* SPDX-License-Identifier: Apache-2.0
 * Points in the unit cube for designs of experiments. Used by the study's designs. Every coordinate
 * is a pure function of (seed, name of the factor, number of the point), so that neither the order
 * of factors nor another run moves it. */
#ifndef STATS_SAMPLING_H
#define STATS_SAMPLING_H

#include <stddef.h>
#include <stdint.h>

/* The most dimensions that a Sobol' sequence has direction numbers for (GSL). */
#define SAMPLING_SOBOL_DIMENSIONS 40

/* The most points of a Sobol' sequence: 30 bits are shifted, and the origin is one of them. */
#define SAMPLING_SOBOL_POINTS ((size_t)1 << 30)

/* Of a Morris design: the levels of a factor, and how many a step goes on. */
#define SAMPLING_MORRIS_LEVELS 4
#define SAMPLING_MORRIS_STEP   2

/* One factor's coordinates in a Latin hypercube of n points: exactly one in each of n equal strata,
 * in random order, uniform within its stratum. M. D. McKay, R. J. Beckman and W. J. Conover,
 * Technometrics 21 (1979), p. 239. Adding a factor moves nothing of the others. Returns 0 or
 * PSN_EMEMORY. */
int sampling_latin(uint64_t seed, const char *name, size_t n, double *u);

/* The first n points of the Sobol' sequence in `copies` x `factors` dimensions, the origin
 * included, with a random digital shift in base 2 of each dimension (P. L'Ecuyer and C. Lemieux in
 * Dror et al., Modeling Uncertainty, 2002, section 20.4.3): u[point x dimensions + copy x factors +
 * factor]. More points go on with the sequence. The shift is by the seed and the factor's name; the
 * dimension by its position among the names, so another set of factors is another design. Returns
 * 0; PSN_EINPUT beyond the limits above; PSN_EMEMORY. */
int sampling_sobol(uint64_t seed, const char *const *name, size_t factors, size_t copies, size_t n,
                   double *u);

/* `trajectories` random walks of factors + 1 points each, level[point x factors + factor] from 0 to
 * SAMPLING_MORRIS_LEVELS - 1: from one point to the next exactly one factor moves, by
 * SAMPLING_MORRIS_STEP up or down; each factor once in a walk, in random order. M. D. Morris,
 * Technometrics 33 (1991), p. 161, section 3, with p = 4 levels and step p / (2 (p - 1)). More
 * trajectories keep the first ones. Returns 0 or PSN_EMEMORY. */
int sampling_morris(uint64_t seed, const char *const *name, size_t factors, size_t trajectories,
                    uint8_t *level);

#endif
