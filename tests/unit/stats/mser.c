/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/mser. */
#include <criterion/criterion.h>
#include <math.h>

#include "kernel/random.h"
#include "stats/mser.h"

#define LONGEST 2000

/* A series of n batches with these means, the five observations of a batch spread around it. */
static size_t spread(const double *mean, size_t batches, double *x)
{
    for (size_t i = 0; i < batches * MSER_BATCH; i++)
        x[i] = mean[i / MSER_BATCH] + ((double)(i % MSER_BATCH) - 2) * 0.25;
    return batches * MSER_BATCH;
}

Test(mser, by_hand)
{
    /* Sums of squares about the mean of the batches from d on, over their number squared:
     *   d = 0: (126 - 26^2 / 10) / 100 = 0.584       d = 1: (45 - 17^2 / 9) / 81   = 0.1591
     *   d = 2: (20 - 12^2 / 8) / 64    = 0.03125     d = 3: (19 - 11^2 / 7) / 49   = 0.03499
     *   d = 4: (15 - 9^2 / 6) / 36     = 0.04167     d = 5: (14 - 8^2 / 5) / 25    = 0.048 */
    const double mean[] = {9, 5, 1, 2, 1, 2, 1, 2, 1, 2};
    double x[64];
    size_t n = spread(mean, 10, x);
    struct mser_cut c = mser5(x, n);
    cr_assert(c.settled);
    cr_assert_eq(c.cut, 10);
    for (size_t more = 0; more < 4; more++) { /* part of a batch is left out, whatever it holds */
        x[n++] = 1e6;
        c = mser5(x, n);
        cr_assert(c.settled && c.cut == 10, "with %zu more: %zu", more + 1, c.cut);
    }
}

Test(mser, scale_and_place_do_not_matter)
{
    const double mean[] = {9, 5, 1, 2, 1, 2, 1, 2, 1, 2};
    const double scales[] = {1e-9, 1, 3e7}, places[] = {0, 12, -5};
    for (size_t k = 0; k < 3; k++) {
        double x[50];
        size_t n = spread(mean, 10, x);
        for (size_t i = 0; i < n; i++)
            x[i] = scales[k] * (x[i] + places[k]);
        struct mser_cut c = mser5(x, n);
        cr_assert(c.settled && c.cut == 10, "%zu: %zu", k, c.cut);
    }
}

Test(mser, what_never_varies_is_cut_nowhere)
{
    double x[LONGEST];
    for (size_t i = 0; i < LONGEST; i++)
        x[i] = 0.1; /* whose multiples are not exact */
    for (size_t n = MSER_LEAST; n < LONGEST; n += 37) {
        struct mser_cut c = mser5(x, n);
        cr_assert(c.settled && c.cut == 0, "%zu: %zu", n, c.cut);
    }
    /* Constant but for its beginning: cut to where it is constant, and no further. */
    for (size_t i = 0; i < 12; i++)
        x[i] = 7;
    struct mser_cut c = mser5(x, LONGEST);
    cr_assert(c.settled && c.cut == 15, "%zu", c.cut);
}

Test(mser, too_short)
{
    double x[LONGEST] = {0};
    for (size_t n = 0; n < MSER_LEAST; n++)
        cr_assert_not(mser5(x, n).settled, "%zu", n);
    cr_assert(mser5(x, MSER_LEAST).settled);
}

Test(mser, a_trend_never_settles)
{
    double x[LONGEST];
    for (size_t i = 0; i < LONGEST; i++)
        x[i] = (double)i;
    cr_assert_not(mser5(x, LONGEST).settled);
    /* With noise of a twentieth of the rise the least may lie before the very end. */
    uint64_t key = random_key(2011, 0, "mser", RANDOM_CHOICE, 0);
    for (size_t i = 0; i < LONGEST; i++) {
        double u[2];
        random_uniform2(key, i, 0, 0, u);
        x[i] = (double)i + (u[0] - 0.5) * LONGEST / 20;
    }
    cr_assert_not(mser5(x, LONGEST).settled);
    for (size_t i = 0; i < LONGEST; i++)
        x[i] = i < LONGEST * 11 / 20 ? 5.0 : 0.0; /* settled only in its second half */
    cr_assert_not(mser5(x, LONGEST).settled);
}

/* X(i) = 0.8 X(i-1) + e(i), e uniform with variance 1, with 12 x 0.98^i on top, as of a system that
 * starts far from its mean. The process has a standard deviation of 1 / sqrt(1 - 0.64) = 1.67; the
 * bias falls below a tenth of that after log(12 / 0.167) / 0.0202 = 212 observations. A cut that is
 * of any use lies where the bias has fallen below the noise, 12 x 0.98^i < 1.67 at i = 98, and one
 * far beyond 212 throws good observations away. A single series is cut by chance, so 40 are taken:
 * every cut must be past i = 50 (bias 4.4) and the mean of all between 98 and 424. */
Test(mser, autoregressive_series_with_a_biased_start)
{
    double sum = 0;
    for (uint64_t series = 0; series < 40; series++) {
        uint64_t key = random_key(2011, (uint32_t)series, "mser", RANDOM_STEP, 0);
        double x[LONGEST], u[2], level = 0;
        for (size_t i = 0; i < LONGEST; i++) {
            random_uniform2(key, i, 0, 0, u);
            level = 0.8 * level + (u[0] - 0.5) * sqrt(12);
            x[i] = level + 12 * pow(0.98, (double)i);
        }
        struct mser_cut c = mser5(x, LONGEST);
        cr_assert(c.settled, "series %llu", (unsigned long long)series);
        cr_assert_gt(c.cut, 50, "series %llu: %zu", (unsigned long long)series, c.cut);
        sum += (double)c.cut / 40;
    }
    cr_assert(sum > 98 && sum < 424, "%g", sum);
}
