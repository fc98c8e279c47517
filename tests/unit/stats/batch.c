/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/batch. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "stats/batch.h"

Test(batch, means_by_hand)
{
    const double x[] = {100, 1, 3, 5, 7, 9, 11};
    double mean[3] = {0};
    cr_assert(batch_means(x, 7, 3, mean));
    cr_expect(mean[0] == 2 && mean[1] == 6 && mean[2] == 10, "what is over is left out in front");
    cr_expect_not(batch_means(x, 2, 3, mean));
    cr_expect_not(batch_means(x, 2, 0, mean));
}

Test(batch, independence_by_hand)
{
    /* Squares about 2.5: 5; of steps: 3. 1 - 3 / 10 = 0.7 times sqrt(15 / 2) is 1.91703, beyond
     * which a standard normal lies with 0.02762. */
    const double rising[] = {1, 2, 3, 4}, apart[] = {1, -1, 1, -1}, same[] = {2, 2, 2};
    cr_expect_float_eq(batch_independence(rising, 4), 0.02762, 1e-5);
    /* Squares 4, steps 12: -0.5 sqrt(7.5) = -1.36931. */
    cr_expect_float_eq(batch_independence(apart, 4), 0.91455, 1e-5);
    cr_expect(isnan(batch_independence(same, 3)));
    cr_expect(isnan(batch_independence(rising, 2)));
    const double infinite[] = {1, INFINITY, 2, 3};
    cr_expect(isnan(batch_independence(infinite, 4)));
}

/* An autoregressive series of correlation `a` from its stationary law. */
static void fill(gsl_rng *rng, double a, double *x, size_t n)
{
    double y = gsl_ran_gaussian(rng, 1);
    for (size_t i = 0; i < n; i++) {
        x[i] = y;
        y = a * y + gsl_ran_gaussian(rng, sqrt(1 - a * a));
    }
}

Test(batch, the_test_keeps_its_level)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double x[20];
    int called = 0;
    gsl_rng_set(rng, 20140407);
    for (int i = 0; i < 10000; i++) {
        fill(rng, 0, x, 20);
        called += batch_independence(x, 20) < BATCH_ERROR;
    }
    /* 5 % within four standard deviations of a share: 0.87 %. */
    cr_expect(called > 413 && called < 587, "%d", called);
    gsl_rng_free(rng);
}

Test(batch, neighbours_are_joined_until_they_are_independent)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double x[1280], room[1280];
    gsl_rng_set(rng, 20110905);
    fill(rng, 0.95, x, 1280);
    struct batching b = batch_join(x, 1280, room);
    cr_expect(b.independent && b.join >= 16 && b.batches == 1280 / b.join, "%zu", b.join);
    double sum = 0;
    for (size_t i = 0; i < b.join; i++)
        sum += x[1280 - b.join + i];
    cr_expect_float_eq(room[b.batches - 1], sum / (double)b.join, 1e-12);
    fill(rng, 0, x, 1280);
    cr_expect_eq(batch_join(x, 1280, room).join, 1);
    /* A series that only rises never becomes independent. */
    for (size_t i = 0; i < 1280; i++)
        x[i] = (double)i;
    b = batch_join(x, 1280, room);
    cr_expect(!b.independent && b.batches == BATCH_LEAST, "%zu", b.batches);
    /* Nothing to test: all alike. */
    for (size_t i = 0; i < 40; i++)
        x[i] = 3;
    b = batch_join(x, 40, room);
    cr_expect(b.independent && b.join == 1 && isnan(b.chance));
    gsl_rng_free(rng);
}
