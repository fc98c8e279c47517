/* SPDX-License-Identifier: Apache-2.0
 * Several statements at once: the level that each must have so that all hold together. Used by
 * comparisons of results. */
#ifndef STATS_MULTIPLE_H
#define STATS_MULTIPLE_H

#include <stddef.h>

/* The level of each of m intervals that hold together at `level`, however they depend on each
 * other: 1 - (1 - level) / m (Bonferroni; Law, Simulation Modeling and Analysis, 4th ed., section
 * 9.7). Sidak's level^(1 / m) would narrow them by less than 1 % and asks for intervals that are
 * independent or multivariate normal (Journal of the American Statistical Association 62, 1967, p.
 * 626); figures of one run are neither. m = 0 counts as 1. */
double multiple_level(double level, size_t m);

/* Adjusts m chances of error (p values; NaN: no test, left alone and not counted) so that each can
 * be held against the error that all together may have: step-down, never weaker than Bonferroni's,
 * for tests without intervals. Holm, Scandinavian Journal of Statistics 6, 1979, p. 65. `rank` is
 * room for m. */
void multiple_holm(double *chance, size_t m, size_t *rank);

#endif
