/* SPDX-License-Identifier: Apache-2.0
 * MSER-5: where the transient of a simulation's beginning ends in a series. White, "An effective
 * truncation heuristic for bias reduction in simulation output", Simulation 69(6), 1997, 323-334
 * (MSER); White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for
 * simulation", Proc. Winter Simulation Conference 2000, 755-760 (on means of batches of five).
 * Used by the study to find a warm-up. */
#ifndef STATS_MSER_H
#define STATS_MSER_H

#include <stdbool.h>
#include <stddef.h>

/* Observations in a batch. */
#define MSER_BATCH 5

/* The fewest observations that are looked at. With fewer than ten batch means the rule decides on
 * five points or less; how few are too few is nobody's theorem, and this is our choice. */
#define MSER_LEAST ((size_t)(10 * MSER_BATCH))

struct mser_cut {
    size_t cut;   /* observations to leave out: a multiple of MSER_BATCH */
    bool settled; /* the least lies inside the range that is searched: else the series is too short
                     to show that it settles, and `cut` says nothing */
};

/* The cut of x[0..n), all finite. Of the means of batches of five (a last batch that is not whole
 * is left out) as many are dropped as make the sum of squared distances of the others from their
 * mean, over the square of their number, least: the squared standard error that the rest would have
 * were it independent. Of equal values the shortest cut is taken, so that a constant series is cut
 * nowhere. Searched is the first half only, as few observations near the end make the figure small
 * by chance (White, Cobb and Spratt; Hoad, Robinson and Davies, "Automating warm-up length
 * estimation", Proc. Winter Simulation Conference 2008, 532-540, reject a cut beyond it). A cut at
 * the end of that range is not settled: the figure was still falling. Its last tenth counts as the
 * end, as noise may put the least of a falling figure a few batches earlier. Nor is a series of
 * fewer than MSER_LEAST observations. */
struct mser_cut mser5(const double *x, size_t n);

#endif
