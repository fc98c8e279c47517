/* SPDX-License-Identifier: Apache-2.0
 * Batches of one long run. */
#include "stats/batch.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

bool batch_means(const double *x, size_t n, size_t batches, double *mean)
{
    if (batches == 0 || n < batches)
        return false;
    size_t size = n / batches;
    x += n % batches;
    for (size_t k = 0; k < batches; k++) {
        double sum = 0;
        for (size_t i = 0; i < size; i++)
            sum += x[k * size + i];
        mean[k] = sum / (double)size;
    }
    return true;
}

double batch_independence(const double *mean, size_t n)
{
    double sum = 0, squares = 0, steps = 0;
    if (n < 3)
        return (double)NAN;
    for (size_t i = 0; i < n; i++)
        sum += mean[i];
    double centre = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        squares += (mean[i] - centre) * (mean[i] - centre);
        if (i > 0)
            steps += (mean[i] - mean[i - 1]) * (mean[i] - mean[i - 1]);
    }
    if (!(squares > 0 && isfinite(squares)))
        return (double)NAN;
    double count = (double)n;
    return gsl_cdf_ugaussian_Q((1 - steps / squares / 2) * sqrt((count * count - 1) / (count - 2)));
}

struct batching batch_join(const double *mean, size_t n, double *room)
{
    struct batching b = {.join = 1, .batches = n};
    memcpy(room, mean, n * sizeof *mean);
    for (;; b.join *= 2, b.batches = n / b.join) {
        batch_means(mean, n, b.batches, room);
        b.chance = batch_independence(room, b.batches);
        /* Equal means are no sign of correlation: there is nothing to test. */
        b.independent = !(b.chance < BATCH_ERROR);
        if (b.independent || b.batches / 2 < BATCH_LEAST)
            return b;
    }
}
