/* SPDX-License-Identifier: Apache-2.0
 * Intervals for shares of independent trials. */
#include "stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

struct proportion proportion_exact(size_t hits, size_t n, double level)
{
    double tail = (1 - level) / 2, h = (double)hits, count = (double)n;
    if (n == 0 || hits > n)
        return (struct proportion){(double)NAN, (double)NAN, (double)NAN};
    struct proportion p = {.value = h / count, .low = 0, .high = 1};
    /* The binomial's tails are those of a beta law (Clopper and Pearson). */
    if (hits > 0)
        p.low = gsl_cdf_beta_Pinv(tail, h, count - h + 1);
    if (hits < n)
        p.high = gsl_cdf_beta_Qinv(tail, h + 1, count - h);
    return p;
}

struct proportion proportion_score(size_t hits, size_t n, double level)
{
    double h = (double)hits, count = (double)n;
    if (n == 0 || hits > n)
        return (struct proportion){(double)NAN, (double)NAN, (double)NAN};
    double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2), share = h / count;
    double centre = (h + z * z / 2) / (count + z * z);
    double half = z / (count + z * z) * sqrt(count * share * (1 - share) + z * z / 4);
    struct proportion p = {.value = share, .low = centre - half, .high = centre + half};
    /* At the ends these are 0 and 1 but for rounding. */
    if (hits == 0)
        p.low = 0;
    if (hits == n)
        p.high = 1;
    return p;
}
