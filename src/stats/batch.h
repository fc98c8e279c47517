/* SPDX-License-Identifier: Apache-2.0
 * Batch means: one long run of a stationary process cut into batches whose means are all but
 * independent, and so play the part of replications. Used by the study.
 *
 * How many batches: their number matters little once it is 10 or more (Schmeiser, "Batch size
 * effects in the analysis of simulation output", Operations Research 30, 1982, p. 556: 10 to 30 are
 * enough), their length matters much: means of short batches are correlated, and the interval is
 * too narrow (Law, Simulation Modeling and Analysis, 4th ed., section 9.5.3; Alexopoulos and Seila,
 * "Output data analysis", Handbook of Simulation, 1998, section 7.4). So the means are tested for
 * correlation, and neighbours are joined until the test is passed (Fishman, "Grouping observations
 * in digital simulation", Management Science 24, 1978, p. 510; Steiger and Wilson, "An improved
 * batch means procedure for simulation output analysis", Management Science 48, 2002, p. 1569). */
#ifndef STATS_BATCH_H
#define STATS_BATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Fewer batches are not made by joining: their test would find nothing. */
#define BATCH_LEAST 10

/* The chance with which independent batches are called dependent. */
#define BATCH_ERROR 0.05

/* The means of `batches` batches of n / batches observations each, in order; what does not fill a
 * batch is left out at the beginning. False, and nothing is written, where there are fewer
 * observations than batches, or none. */
bool batch_means(const double *x, size_t n, size_t batches, double *mean);

/* Von Neumann's test of independence against positive correlation of neighbours: with q the sum of
 * squared differences of neighbours over the sum of squares about the mean, 1 - q / 2 is the
 * correlation of neighbours but for the ends, and (1 - q / 2) sqrt((n^2 - 1) / (n - 2)) is all but
 * standard normal for n independent normal values (von Neumann, Annals of Mathematical Statistics
 * 12, 1941, p. 367; Fishman 1978). Returns the chance of so great a value or a greater one were
 * they independent; NaN for n < 3 or where all are equal or one is not finite. */
double batch_independence(const double *mean, size_t n);

/* How batches are joined. */
struct batching {
    size_t join;      /* so many neighbours make one batch: 1, 2, 4 ... */
    size_t batches;   /* what is left: n / join */
    double chance;    /* batch_independence of them; NaN where it has none */
    bool independent; /* false: at the fewest batches they still are correlated: the run is too
                         short for an interval that keeps its level */
};

/* Joins neighbours, two and two, until the test is passed at BATCH_ERROR or fewer than BATCH_LEAST
 * would be left. `room` is for n doubles, and holds the means of the joined batches then. */
struct batching batch_join(const double *mean, size_t n, double *room);

#endif
