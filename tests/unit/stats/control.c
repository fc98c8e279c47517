/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/control, and of antithetic pairs. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "psnsim/types.h"
#include "stats/control.h"

Test(control, by_hand)
{
    /* x about its mean 0: mean 1, squares 10; y: mean 4, squares 8; products 8. Slope 0.8, height
     * at 0: 4 - 0.8 = 3.2; what is left of y's squares: 8 - 6.4 = 1.6 over 3 degrees; times 1 / 5 +
     * 1 / 10. */
    const double x[] = {-1, 0, 1, 2, 3}, y[] = {2, 4, 4, 4, 6}, zero = 0;
    struct controlled c;
    cr_assert_eq(control_mean(y, x, &zero, 5, 1, 0.95, &c), PSN_OK);
    cr_expect_float_eq(c.estimate.value, 3.2, 1e-12);
    cr_expect_float_eq(c.estimate.half_width, interval_t(0.975, 3) * sqrt(1.6 / 3 * 0.3), 1e-12);
    cr_expect_float_eq(c.plain_half_width, interval_t(0.975, 4) * sqrt(8.0 / 4 / 5), 1e-12);
    cr_expect_float_eq(c.gain, 0.4 / 0.16, 1e-12);
    cr_expect_eq(c.estimate.n, 5);
}

Test(control, what_is_no_number_is_left_out)
{
    const double x[] = {-1, NAN, 0, 1, 7, 2, 3}, y[] = {2, 5, 4, 4, INFINITY, 4, 6}, zero = 0;
    struct controlled c;
    cr_assert_eq(control_mean(y, x, &zero, 7, 1, 0.95, &c), PSN_OK);
    cr_expect_eq(c.estimate.n, 5);
    cr_expect_float_eq(c.estimate.value, 3.2, 1e-12);
    cr_assert_eq(control_mean(y, x, &zero, 4, 1, 0.95, &c), PSN_OK);
    cr_expect(c.estimate.n == 3 && isnan(c.estimate.value) && isnan(c.estimate.half_width));
}

Test(control, a_control_that_says_nothing_changes_nothing)
{
    /* The first does not vary; the third is twice the second, in other units. */
    const double y[] = {2, 4, 4, 4, 6, 5};
    const double x[] = {5, -1, -2e6, 5, 0, 0, 5, 1, 2e6, 5, 2, 4e6, 5, 3, 6e6, 5, 0, 0};
    const double alone[] = {-1, 0, 1, 2, 3, 0}, mean[] = {4, 0, 0}, zero = 0;
    struct controlled c, one;
    cr_assert_eq(control_mean(y, alone, &zero, 6, 1, 0.95, &one), PSN_OK);
    cr_assert_eq(control_mean(y, x, mean, 6, 3, 0.95, &c), PSN_OK);
    cr_expect_float_eq(c.estimate.value, one.estimate.value, 1e-9);
    cr_expect_float_eq(c.estimate.half_width, one.estimate.half_width, 1e-9);
}

Test(control, two_controls_keep_their_level)
{
    /* y = 3 + x1 - 2 x2 + noise: a variance of 5 of which 0.25 is left. */
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double x[40], y[20], squares = 0;
    const double mean[] = {1, -1};
    int held = 0;
    gsl_rng_set(rng, 20140407);
    for (int i = 0; i < 10000; i++) {
        for (int k = 0; k < 20; k++) {
            x[2 * k] = 1 + gsl_ran_gaussian(rng, 1);
            x[2 * k + 1] = -1 + gsl_ran_gaussian(rng, 1);
            y[k] = x[2 * k] - 2 * x[2 * k + 1] + gsl_ran_gaussian(rng, 0.5);
        }
        struct controlled c;
        cr_assert_eq(control_mean(y, x, mean, 20, 2, 0.95, &c), PSN_OK);
        held += fabs(c.estimate.value - 3) <= c.estimate.half_width;
        squares += (c.estimate.value - 3) * (c.estimate.value - 3) / 10000;
    }
    /* Four standard deviations of a share. */
    cr_expect(held > 9413 && held < 9587, "%d", held);
    /* A variance of 0.25 / n, and what estimating two coefficients costs: (n - 2) / (n - q - 2),
     * Lavenberg and Welch 1981. Within four standard deviations of a variance from 10,000. */
    cr_expect_float_eq(squares * 20 / (0.25 * 18 / 16), 1, 4 * sqrt(2.0 / 10000), "%g", squares);
    gsl_rng_free(rng);
}

Test(pairs, only_their_averages_count)
{
    const double x[] = {1, 3, 6, 4, NAN, 2, 9};
    double pair[4];
    struct estimate e = interval_pairs(x, 7, pair, 0.95);
    cr_expect(e.n == 2 && e.value == 3.5); /* of 2 and 5 */
    cr_expect_float_eq(e.half_width, interval_t(0.975, 1) * 1.5, 1e-9);
    e = interval_section_pairs(4, x, 7, pair, 0.95);
    cr_expect_eq(e.value, 4); /* squares about 4: 4 + 1 */
    cr_expect_float_eq(e.half_width, interval_t(0.975, 1) * sqrt(5.0 / 2), 1e-9);
}
