/* SPDX-License-Identifier: Apache-2.0
 * What the parts of the coverage harness share: how a share of experiments is judged and printed.
 * Each part runs its experiments and returns how many of its checks failed. */
#ifndef COVERAGE_H
#define COVERAGE_H

#include <stddef.h>

#include "stats/interval.h"

/* The number of experiments that the limits of issue and literature speak of. */
#define EXPERIMENTS 1000

/* Does the interval hold the exact value? One that is no interval holds nothing. */
int coverage_holds(const struct estimate *e, double exact);

/* Prints a line "what: share found, [low, high] expected" and returns 1 where the share of `held`
 * among n is outside [low, high], else 0. For n below EXPERIMENTS both limits move away by as much
 * as a share's standard deviation grows: a sound method fails as seldom with few experiments. */
int coverage_judge(const char *what, size_t held, size_t n, double low, double high);

/* The same for a share of which a reference is known: 3 standard deviations of a share of n. */
int coverage_judge_reference(const char *what, size_t held, size_t n, double reference);

/* |found - expected| <= tolerance x |expected|? */
int coverage_judge_value(const char *what, double found, double expected, double tolerance);

/* The tolerance of a mean over n experiments that is `tolerance` for EXPERIMENTS of them. */
double coverage_tolerance(double tolerance, size_t n);

/* The parts. `n`: experiments; `folder`: where scenarios and series lie. Each returns the number of
 * checks that failed, or a negative PSN_E code where it could not be carried out. */
int coverage_queues(size_t n, const char *folder);     /* 50 replications of a model */
int coverage_methods(size_t n, const char *folder);    /* controls, antithetic pairs, batches */
int coverage_sequential(size_t n, const char *folder); /* replications until a precision */
int coverage_waits(size_t n, const char *folder);      /* short runs, and one long one in batches */
int coverage_stopping(size_t n, const char *folder);   /* the rule of Chow and Robbins itself */
int coverage_orders(size_t n, const char *folder);     /* order statistics for a quantile */
int coverage_tables(size_t n, const char *folder);     /* exact values of the parts */

#endif
