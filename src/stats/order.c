/* SPDX-License-Identifier: Apache-2.0
 * Order statistics: X(i) is above the quantile where fewer than i of the n observations lie below
 * it, and that number is binomial. */
#include "stats/order.h"

#include <gsl/gsl_cdf.h>

struct order_bounds order_quantile(size_t n, double p, double level)
{
    double tail = (1 - level) / 2;
    unsigned count = (unsigned)n;
    /* Halving: the tails are monotonous. P(below < low) <= tail; low = 0 leaves out nothing. */
    unsigned low = 0, beyond = count + 1;
    while (beyond - low > 1) {
        unsigned middle = low + (beyond - low) / 2;
        if (gsl_cdf_binomial_P(middle - 1, p, count) <= tail)
            low = middle;
        else
            beyond = middle;
    }
    /* P(below >= high) <= tail; high = n + 1 leaves out nothing. */
    unsigned high = count + 1, short_of = 0;
    while (high - short_of > 1) {
        unsigned middle = short_of + (high - short_of) / 2;
        if (gsl_cdf_binomial_Q(middle - 1, p, count) <= tail)
            high = middle;
        else
            short_of = middle;
    }
    double below = low > 0 ? gsl_cdf_binomial_P(low - 1, p, count) : 0;
    double above = high <= count ? gsl_cdf_binomial_Q(high - 1, p, count) : 0;
    return (struct order_bounds){low, high, 1 - below - above};
}
