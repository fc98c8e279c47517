/* SPDX-License-Identifier: Apache-2.0
 * Levels and chances for several statements at once. */
#include "stats/multiple.h"

#include <gsl/gsl_sort_double.h>
#include <math.h>

double multiple_level(double level, size_t m)
{
    return 1 - (1 - level) / (double)(m > 0 ? m : 1);
}

void multiple_holm(double *chance, size_t m, size_t *rank)
{
    size_t n = 0;
    for (size_t i = 0; i < m; i++)
        n += isnan(chance[i]) ? 0 : 1;
    /* NaN sorts anywhere: it stands in for a number above all chances meanwhile. */
    for (size_t i = 0; i < m; i++)
        if (isnan(chance[i]))
            chance[i] = 2;
    gsl_sort_index(rank, chance, 1, m);
    double least = 0;
    for (size_t k = 0; k < n; k++) {
        double *p = &chance[rank[k]];
        least = fmax(least, fmin(1, *p * (double)(n - k)));
        *p = least;
    }
    for (size_t k = n; k < m; k++)
        chance[rank[k]] = (double)NAN;
}
