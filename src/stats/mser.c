/* SPDX-License-Identifier: Apache-2.0
 * MSER-5 in one pass from the back. */
#include "stats/mser.h"

#include <math.h>

/* The mean of batch `batch`. */
static double batch_mean(const double *x, size_t batch)
{
    double sum = 0;
    for (size_t i = 0; i < MSER_BATCH; i++)
        sum += x[batch * MSER_BATCH + i];
    return sum / MSER_BATCH;
}

struct mser_cut mser5(const double *x, size_t n)
{
    size_t batches = n / MSER_BATCH, last = batches / 2, best = last;
    double mean = 0, squares = 0, least = (double)INFINITY;
    if (n < MSER_LEAST)
        return (struct mser_cut){.settled = false};
    /* Each batch taken in from the back updates mean and squares: Welford, "Note on a method for
     * calculating corrected sums of squares and products", Technometrics 4(3), 1962. Equal batches
     * leave `squares` at 0 exactly. */
    for (size_t d = batches; d-- > 0;) {
        double count = (double)(batches - d), y = batch_mean(x, d), before = y - mean;
        mean += before / count;
        squares += before * (y - mean);
        double figure = squares / (count * count);
        if (d <= last && figure <= least) {
            least = figure;
            best = d;
        }
    }
    return (struct mser_cut){.cut = best * MSER_BATCH, .settled = best < last - last / 10};
}
