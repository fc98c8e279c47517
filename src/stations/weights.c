/* SPDX-License-Identifier: Apache-2.0
 * Weights as whole numbers; used by stations. Only products, sums and rounding down, which are the
 * same on every machine. */
#include "stations/weights.h"

#include <math.h>
#include <stdbool.h>

#define WEIGHTS_DECIMALS 6
#define WEIGHTS_MOST     0x1p32

/* Are these multiples of the weights whole (but for what a decimal fraction loses in binary) and
 * not too many? Then they are set. */
static bool weights_multiply(const double *weight, size_t n, double factor, uint32_t *whole)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double x = weight[i] * factor, nearest = floor(x + 0.5);
        sum += nearest;
        if (nearest < 1 || fabs(x - nearest) > x * 0x1p-50 || sum >= WEIGHTS_MOST)
            return false;
        whole[i] = (uint32_t)nearest;
    }
    return true;
}

void weights_whole(const double *weight, size_t n, uint32_t *whole)
{
    double factor = 1, sum = 0, most = 0;
    for (int k = 0; k <= WEIGHTS_DECIMALS; k++, factor *= 10) {
        if (weights_multiply(weight, n, factor, whole))
            return;
    }
    for (size_t i = 0; i < n; i++)
        most = fmax(most, weight[i]);
    for (size_t i = 0; i < n; i++)
        sum += weight[i] / most; /* the sum itself may be beyond all numbers */
    for (size_t i = 0; i < n; i++) {
        double x = floor(weight[i] / most / sum * 0x1p31 + 0.5);
        whole[i] = x < 1 ? 1 : (uint32_t)x;
    }
}
