/* SPDX-License-Identifier: Apache-2.0
 * The interval of a quantile between two order statistics of independent observations, whatever
 * their law. For figures of which each replication gives one; the coverage harness holds it against
 * the binomial law. Responses of one run are not independent; of these, quantiles are by sectioning
 * (interval.h). */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <stddef.h>

/* With X(1) <= ... <= X(n), the p-quantile lies in [X(low), X(high)) with this chance. low 0: there
 * is no lower bound; high n + 1: no upper one. */
struct order_bounds {
    size_t low, high;
    double coverage;
};

/* The greatest `low` and the least `high` that leave out at most (1 - level) / 2 each; coverage is
 * the exact sum of the binomial law from low to high - 1. n >= 1, 0 < p < 1. Conover, Practical
 * Nonparametric Statistics, 3rd ed., section 3.2; David and Nagaraja, Order Statistics, 3rd ed.,
 * section 7.1. */
struct order_bounds order_quantile(size_t n, double p, double level);

#endif
