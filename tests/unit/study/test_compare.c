/* SPDX-License-Identifier: Apache-2.0
 * Tests of study/compare: differences with their intervals, and what becomes of a figure. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "study/compare.h"

/* The summary's value of replications whose estimate is their mean. */
static struct summary_value mean_of(const double *x, size_t n)
{
    return (struct summary_value){.estimate = interval_mean(x, n, 0.95), .verdict = VERDICT_NONE};
}

Test(compare, pairs_by_hand)
{
    /* Differences -1, -2, -3: mean -2, variance 1; half-width t(0.975, 2) sqrt(1 / 3). */
    const double x[] = {10, 20, 30}, y[] = {9, 18, 27};
    double room[3];
    struct summary_value a = mean_of(x, 3), b = mean_of(y, 3);
    struct comparison c = compare_paired(&a, &b, x, y, 3, room);
    cr_assert(c.base == 20 && c.other == 18 && c.difference.value == -2 && c.difference.n == 3);
    cr_assert_float_eq(c.difference.half_width, 4.302652729749462 / sqrt(3), 1e-9);
    cr_assert_eq(c.change, CHANGE_NONE, "2 is less than 2.48");
    struct estimate relative = compare_relative(&c);
    cr_assert_float_eq(relative.value, -0.1, 1e-15);
    cr_assert_float_eq(relative.half_width, c.difference.half_width / 20, 1e-15);
    /* The same means apart: Welch's interval is far wider than that of the pairs. */
    struct comparison apart = compare_apart(&a, &b);
    cr_assert_eq(apart.difference.value, -2);
    cr_assert_gt(apart.difference.half_width, 20);
}

Test(compare, a_point_with_itself_differs_in_nothing)
{
    const double x[] = {1.1, 2.7, 3.3, 0.2};
    double room[4];
    struct summary_value a = mean_of(x, 4);
    struct comparison c = compare_paired(&a, &a, x, x, 4, room);
    cr_assert(c.difference.value == 0 && c.difference.half_width == 0 && c.change == CHANGE_NONE);
}

Test(compare, a_certain_difference_is_one)
{
    const double x[] = {4, 5, 6}, y[] = {6, 7, 8};
    double room[3];
    struct summary_value a = mean_of(x, 3), b = mean_of(y, 3);
    struct comparison c = compare_paired(&a, &b, x, y, 3, room);
    cr_assert(c.difference.value == 2 && c.difference.half_width == 0 && c.change == CHANGE_MORE);
    c = compare_paired(&b, &a, y, x, 3, room);
    cr_assert(c.difference.value == -2 && c.change == CHANGE_LESS);
}

Test(compare, a_quantile_is_the_pooled_one_where_all_replications_are_paired)
{
    /* Differences 1, 2, 3 about the pooled difference 4: squares 9 + 4 + 1, over 2 and 3. */
    const double x[] = {1, 1, 1}, y[] = {2, 3, 4};
    double room[3];
    struct summary_value a = {.estimate = interval_section(2, x, 3, 0.95)};
    struct summary_value b = {.estimate = interval_section(6, y, 3, 0.95)};
    struct comparison c = compare_paired(&a, &b, x, y, 3, room);
    cr_assert(c.base == 2 && c.other == 6 && c.difference.value == 4);
    cr_assert_float_eq(c.difference.half_width, interval_t(0.975, 2) * sqrt(14.0 / 2 / 3), 1e-9);
}

Test(compare, only_pairs_count_where_numbers_of_replications_differ)
{
    /* Five replications against the first three of them: the means are those of the pairs. */
    const double x[] = {1, 2, 3, 100, 100}, y[] = {2, 4, 6};
    double room[5];
    struct summary_value a = mean_of(x, 5), b = mean_of(y, 3);
    struct comparison c = compare_paired(&a, &b, x, y, 3, room);
    cr_assert(c.base == 2 && c.other == 4 && c.difference.value == 2 && c.difference.n == 3);
    /* A replication that says nothing on one side is no pair. */
    const double z[] = {NAN, 4, 6};
    b = mean_of(z, 3);
    c = compare_paired(&a, &b, x, z, 3, room);
    cr_assert(c.base == 2.5 && c.other == 5 && c.difference.n == 2);
    c = compare_paired(&a, &b, x, z, 2, room);
    cr_assert(c.difference.n == 1 && c.change == CHANGE_UNSURE);
    c = compare_paired(&a, &b, x, z, 1, room);
    cr_assert(c.difference.n == 0 && isnan(c.difference.value) && c.change == CHANGE_UNSURE);
}

Test(compare, figures_that_are_not_there)
{
    const struct summary_value there = {.estimate = {5, 1, 3}};
    const struct summary_value none = {.estimate = {NAN, NAN, 0}};
    const struct summary_value unstable = {.estimate = {NAN, NAN, 3}, .unstable = true};
    const struct {
        const struct summary_value *base, *other;
        enum change change;
    } known[] = {
        {&there, &unstable, CHANGE_UNSTABLE},
        {&unstable, &there, CHANGE_STABLE},
        {&unstable, &unstable, CHANGE_BOTH_UNSTABLE},
        {&there, &none, CHANGE_GONE},
        {&none, &there, CHANGE_NEW},
        {&none, &none, CHANGE_ABSENT},
        {&unstable, &none, CHANGE_GONE},
        {&none, &unstable, CHANGE_NEW},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct comparison c = compare_apart(known[i].base, known[i].other);
        cr_assert_eq(c.change, known[i].change, "case %zu", i);
        cr_assert(isnan(c.difference.value) && isnan(c.difference.half_width));
        c = compare_paired(known[i].base, known[i].other, NULL, NULL, 0, NULL);
        cr_assert_eq(c.change, known[i].change, "case %zu", i);
    }
}

Test(compare, relative_to_nothing_is_no_number)
{
    const double x[] = {0, 0}, y[] = {1, 1};
    double room[2];
    struct summary_value a = mean_of(x, 2), b = mean_of(y, 2);
    struct comparison c = compare_paired(&a, &b, x, y, 2, room);
    cr_assert_eq(c.change, CHANGE_MORE);
    cr_assert(isnan(compare_relative(&c).value));
}

Test(compare, pairs_hold_the_difference_as_often_as_they_say)
{
    /* 4,000 times eight pairs whose replications share a normal part nine times as wide as the
     * rest. Exactly 0.95 hold the true difference, 0; binomial, so within 4.5 sqrt(0.95 0.05 /
     * 4000) = 0.0155 of it. "No real difference" is said exactly then. */
    enum { TRIALS = 4000, PAIRS = 8 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 4711);
    int none = 0;
    for (int i = 0; i < TRIALS; i++) {
        double x[PAIRS], y[PAIRS], room[PAIRS];
        for (int k = 0; k < PAIRS; k++) {
            double shared = 100 + gsl_ran_gaussian_ziggurat(rng, 9);
            x[k] = shared + gsl_ran_gaussian_ziggurat(rng, 1);
            y[k] = shared + gsl_ran_gaussian_ziggurat(rng, 1);
        }
        struct summary_value a = mean_of(x, PAIRS), b = mean_of(y, PAIRS);
        struct comparison c = compare_paired(&a, &b, x, y, PAIRS, room);
        bool held = fabs(c.difference.value) <= c.difference.half_width;
        cr_assert_eq(held, c.change == CHANGE_NONE);
        none += held;
    }
    gsl_rng_free(rng);
    cr_assert_float_eq((double)none / TRIALS, 0.95, 0.0155, "%d of %d", none, TRIALS);
}

Test(compare, what_common_random_numbers_save)
{
    /* Variances 100, 81 and, of the differences -1, -2, -3, 1. */
    const double x[] = {10, 20, 30, NAN}, y[] = {9, 18, 27, 5};
    double room[4];
    struct summary_value a = mean_of(x, 4), b = mean_of(y, 3);
    struct comparison c = compare_paired(&a, &b, x, y, 4, room);
    cr_expect_float_eq(c.gain, 181, 1e-9);
    cr_expect_eq(c.degrees, 2);
    cr_expect(isnan(compare_apart(&a, &b).gain));
    const double same[] = {1, 1, 1};
    b = mean_of(same, 3);
    cr_expect(isnan(compare_paired(&b, &b, same, same, 3, room).gain), "nothing varies");
}

Test(compare, at_another_level)
{
    /* Differences 2, 2.5, 3: half-width t(2) sqrt(0.25 / 3): 1.24 at 95 %, 2.86 at 99 %. */
    const double x[] = {10, 20, 30}, y[] = {12, 22.5, 33};
    double room[3];
    struct summary_value a = mean_of(x, 3), b = mean_of(y, 3);
    struct comparison c = compare_paired(&a, &b, x, y, 3, room);
    cr_expect_eq(c.change, CHANGE_MORE);
    struct comparison wide = compare_at_level(&c, 0.99);
    cr_expect_float_eq(wide.difference.half_width, 9.92484320091829 * sqrt(0.25 / 3), 1e-9);
    cr_expect_eq(wide.change, CHANGE_NONE);
    cr_expect_float_eq(compare_at_level(&c, 0.95).difference.half_width, c.difference.half_width,
                       1e-12);
    /* Welch's keeps its own degrees of freedom. */
    struct comparison apart = compare_apart(&a, &b);
    struct estimate at = interval_mean(x, 3, 0.99), bt = interval_mean(y, 3, 0.99);
    cr_expect_float_eq(compare_at_level(&apart, 0.99).difference.half_width,
                       interval_welch(&at, &bt, 0.99).half_width, 1e-9);
}
