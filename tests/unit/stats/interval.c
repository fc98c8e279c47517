/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/interval. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "stats/interval.h"

Test(interval, t_quantiles)
{
    /* Roots of the incomplete beta function in many digits. */
    const struct {
        double p, df, t;
    } known[] = {
        {0.9, 1, 3.077683537175254},     {0.95, 1, 6.313751514675038},
        {0.975, 1, 12.706204736174694},  {0.995, 1, 63.656741162871526},
        {0.9, 2, 1.885618083164127},     {0.975, 2, 4.302652729749462},
        {0.975, 4, 2.7764451051977934},  {0.995, 4, 4.604094871349992},
        {0.9, 9, 1.3830287383966324},    {0.975, 9, 2.262157162798205},
        {0.975, 19, 2.093024054408309},  {0.975, 29, 2.045229642132704},
        {0.995, 29, 2.7563859036706053}, {0.975, 99, 1.9842169515864172},
        {0.9, 999, 1.2823995700373974},  {0.995, 999, 2.5807596372676365},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double t = interval_t(known[i].p, known[i].df);
        cr_assert_leq(fabs(t / known[i].t - 1), 1e-10, "t(%g, %g) = %.16g", known[i].p, known[i].df,
                      t);
        cr_assert_leq(fabs(interval_t(1 - known[i].p, known[i].df) / known[i].t + 1), 1e-9);
    }
    cr_assert(isnan(interval_t(0, 5)) && isnan(interval_t(1, 5)) && isnan(interval_t(0.5, 0)));
}

Test(interval, mean_by_hand)
{
    /* Mean 3, variance 2.5, n = 5: half-width t(0.975, 4) sqrt(2.5 / 5). */
    const double x[] = {5, 1, 4, 2, 3};
    struct estimate e = interval_mean(x, 5, 0.95);
    cr_assert_eq(e.n, 5);
    cr_assert_float_eq(e.value, 3, 1e-15);
    cr_assert_float_eq(e.half_width, 2.7764451051977934 * sqrt(0.5), 1e-10);
}

Test(interval, leaves_out_what_is_no_number)
{
    const double x[] = {NAN, 1, NAN, 3};
    struct estimate e = interval_mean(x, 4, 0.95);
    cr_assert_eq(e.n, 2);
    cr_assert_eq(e.value, 2);
    cr_assert_float_eq(e.half_width, 12.706204736174694, 1e-8);
    e = interval_mean(x, 2, 0.95);
    cr_assert(e.n == 1 && e.value == 1 && isnan(e.half_width));
    e = interval_mean(x, 1, 0.95);
    cr_assert(e.n == 0 && isnan(e.value) && isnan(e.half_width));
}

Test(interval, sections_are_measured_from_the_pooled_value)
{
    /* Squares about 10: 1 + 1 + 9 + 1 = 12; over 3 degrees and 4 sections. */
    const double x[] = {9, 11, 13, NAN, 9};
    struct estimate e = interval_section(10, x, 5, 0.9);
    cr_assert_eq(e.n, 4);
    cr_assert_eq(e.value, 10);
    cr_assert_float_eq(e.half_width, interval_t(0.95, 3) * sqrt(12.0 / 3 / 4), 1e-12);
    e = interval_section(10, x, 1, 0.9);
    cr_assert(e.value == 10 && isnan(e.half_width));
}

Test(interval, welch_by_hand)
{
    /* Variances 2.5 of five and 4 of three: (2.5 / 5 + 4 / 3)^2 over (0.5^2 / 4 + (4 / 3)^2 / 2)
     * are 3.532846... degrees of freedom. */
    const double x[] = {1, 2, 3, 4, 5}, y[] = {6, 4, 8};
    struct estimate a = interval_mean(x, 5, 0.95), b = interval_mean(y, 3, 0.95);
    struct estimate e = interval_welch(&a, &b, 0.95);
    double degrees = (11.0 / 6) * (11.0 / 6) / (0.0625 + 8.0 / 9);
    cr_assert_float_eq(degrees, 3.532846715328467, 1e-12);
    cr_assert_eq(e.n, 3);
    cr_assert_float_eq(e.value, 3, 1e-14);
    cr_assert_float_eq(e.half_width, interval_t(0.975, degrees) * sqrt(11.0 / 6), 1e-9);
    struct estimate back = interval_welch(&b, &a, 0.95);
    cr_assert(back.value == -e.value && fabs(back.half_width - e.half_width) < 1e-12);
}

Test(interval, welch_without_spread_or_replications)
{
    struct estimate a = {2, 0, 5}, b = {3, 0, 4}, one = {3, NAN, 1};
    struct estimate e = interval_welch(&a, &b, 0.95);
    cr_assert(e.value == 1 && e.half_width == 0 && e.n == 4);
    e = interval_welch(&a, &one, 0.95);
    cr_assert(e.value == 1 && isnan(e.half_width) && e.n == 1);
}

Test(interval, welch_holds_the_difference_as_often_as_it_says)
{
    /* 4,000 differences of independent normal samples of unequal size and spread. The share that
     * holds the true difference, 1, is binomial: 0.95 within 4.5 sqrt(0.95 0.05 / 4000) = 0.0155;
     * Welch's own error is below 0.003 here. */
    enum { TRIALS = 4000 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20111);
    int held = 0;
    for (int i = 0; i < TRIALS; i++) {
        double x[6], y[15];
        for (int k = 0; k < 6; k++)
            x[k] = 10 + gsl_ran_gaussian_ziggurat(rng, 1);
        for (int k = 0; k < 15; k++)
            y[k] = 11 + gsl_ran_gaussian_ziggurat(rng, 3);
        struct estimate a = interval_mean(x, 6, 0.95), b = interval_mean(y, 15, 0.95);
        struct estimate e = interval_welch(&a, &b, 0.95);
        held += fabs(e.value - 1) <= e.half_width;
    }
    gsl_rng_free(rng);
    cr_assert_float_eq((double)held / TRIALS, 0.95, 0.0185, "%d of %d held it", held, TRIALS);
}

Test(interval, what_is_infinite_has_no_interval)
{
    const double some[] = {1, INFINITY, 2}, all[] = {INFINITY, INFINITY};
    struct estimate e = interval_mean(some, 3, 0.95);
    cr_expect(isinf(e.value) && isnan(e.half_width));
    e = interval_mean(all, 2, 0.95);
    cr_expect(isinf(e.value) && isnan(e.half_width));
    e = interval_section(3, some, 3, 0.95);
    cr_expect(e.value == 3 && isinf(e.half_width));
}
