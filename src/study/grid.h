/* SPDX-License-Identifier: Apache-2.0
 * Means over replications of many cells at once, with their intervals: series by interval, figures
 * of links. Internal to the study. */
#ifndef STUDY_GRID_H
#define STUDY_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Mean and variance of each cell over replications in one pass: B. P. Welford, Technometrics 4
 * (1962), p. 419. Cells of which all that was said is 0, and variances of what was said once, stay
 * as calloc made them: of large grids such pages take no memory. */
struct grid {
    size_t cells;
    uint32_t *n;
    double *mean, *square; /* of cells without observations: 0 */
    double *first; /* of a pair whose second is not here yet; NULL where there are no pairs */
};

/* subjects x each cells. `pairs`: replications 2 k and 2 k + 1 are averaged before they count.
 * False where memory ends; grid_fini in every case. */
bool grid_init(struct grid *g, size_t subjects, size_t each, bool pairs);
void grid_fini(struct grid *g);

/* What one replication says to a cell; NaN: nothing. `second`: it is the second of a pair, where
 * there are pairs. */
void grid_add(struct grid *g, size_t cell, double x, bool second);

/* The first of a pair is not there. */
void grid_skip(struct grid *g);

/* A level of confidence, and the quantile of Student's t that goes with it for n observations: kept
 * from cell to cell, as nearly all have as many. Set the level, the rest zero. */
struct grid_level {
    double level, t;
    uint32_t n;
};

/* The mean of a cell, and the half-width of its interval; NaN where there is none. */
double grid_mean(const struct grid *g, size_t cell);
double grid_half_width(const struct grid *g, size_t cell, struct grid_level *level);

#endif
