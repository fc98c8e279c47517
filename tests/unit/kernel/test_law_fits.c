/* SPDX-License-Identifier: Apache-2.0
 * Tests of the laws' parameters: that they give the moments asked for, and what is refused. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>

#include "laws.h"

/* sigma^2 = log(1 + cv^2) where cv is so small that 1 + cv^2 loses digits, and around the seam. */
Test(law_fits, lognormal_sigma_is_exact_for_any_cv)
{
    for (double cv = 1e-12; cv < 900; cv *= 1.37) {
        struct law l;
        cr_assert_eq(law_init(&l, LAW_LOGNORMAL, cv), 0);
        double exact = sqrt(log1p(cv * cv));
        cr_expect_lt(fabs(l.b / exact - 1), 1e-13, "cv %g: %g", cv, l.b / exact - 1);
    }
}

/* E X^j of a phase type, from its branches. */
static double moment(const struct law *l, uint32_t j)
{
    double branch[2] = {l->a, 1 - l->a}, mean[2] = {l->b, l->c};
    for (int i = 0; i < 2; i++)
        for (uint32_t k = 0; k < j; k++)
            branch[i] *= mean[i] * (l->order[i] + k);
    return branch[0] + branch[1];
}

static void is_phase_type(const struct law *l, double cv)
{
    cr_assert(l->a > 0 && l->a <= 1 && l->b > 0 && l->c > 0, "cv %g: %g %g %g", cv, l->a, l->b,
              l->c);
    cr_assert_leq(l->order[0], LAW_SHAPE_MOST);
}

Test(law_fits, two_moments)
{
    for (double cv = 0.0100001; cv < LAW_CV_MOST; cv *= 1.0173) {
        struct law l;
        cr_assert_eq(law_init(&l, LAW_PH2, cv), 0, "cv %g", cv);
        is_phase_type(&l, cv);
        cr_assert_lt(fabs(moment(&l, 1) - 1), 1e-12, "cv %g", cv);
        cr_assert_lt(fabs(moment(&l, 2) / (1 + cv * cv) - 1), 1e-11, "cv %g: %g", cv,
                     moment(&l, 2) / (1 + cv * cv) - 1);
    }
}

/* 1 / cv^2 whole: Erlang's law, of which one draw is the same but for the uniform that the mixture
 * leaves out. */
Test(law_fits, two_moments_of_an_erlang_law)
{
    for (int k = 1; k <= 100; k++) {
        struct law l;
        cr_assert_eq(law_init(&l, LAW_PH2, 1 / sqrt(k)), 0);
        cr_assert_eq(l.order[0], k);
        cr_assert_lt(1 - l.a, 1e-12);
    }
}

/* Means of 1e-9 where the fit divides differences of up to a millionth. */
Test(law_fits, three_moments)
{
    for (double cv = 0.02; cv < 50; cv *= 1.217)
        for (double above = 0.01; above < 1e4; above *= 1.93) {
            struct law l;
            double skew = cv - 1 / cv + above, third = 1 + cv * cv * (3 + skew * cv);
            if (skew < law_least_skew(cv))
                continue;
            cr_assert_eq(law_init_phase3(&l, cv, skew), 0, "cv %g skew %g", cv, skew);
            is_phase_type(&l, cv);
            cr_assert_lt(fabs(moment(&l, 1) - 1), 1e-9, "cv %g skew %g", cv, skew);
            cr_assert_lt(fabs(moment(&l, 2) / (1 + cv * cv) - 1), 1e-9, "cv %g skew %g", cv, skew);
            cr_assert_lt(fabs(moment(&l, 3) / third - 1), 1e-9, "cv %g skew %g: %g", cv, skew,
                         moment(&l, 3) / third - 1);
        }
}

/* Erlang's law of k phases has cv = 1 / sqrt(k) and the skewness 2 / sqrt(k). */
Test(law_fits, three_moments_of_an_erlang_law)
{
    for (int k = 1; k <= 100; k++) {
        struct law l;
        cr_assert_eq(law_init_phase3(&l, 1 / sqrt(k), 2 / sqrt(k)), 0);
        cr_assert_eq(l.order[0], k, "%d: order %u", k, l.order[0]);
        cr_assert_eq(l.a, 1);
    }
}

/* The least skewness is where the order reaches its limit, close above cv - 1 / cv. */
Test(law_fits, three_moments_have_a_least_skewness)
{
    for (double cv = 0.02; cv < 50; cv *= 1.217) {
        struct law l;
        double least = law_least_skew(cv);
        cr_expect_eq(law_init_phase3(&l, cv, least + 1e-9 * fabs(least)), 0, "cv %g", cv);
        cr_expect_gt(l.order[0], LAW_SHAPE_MOST * 0.99);
        cr_expect_eq(law_init_phase3(&l, cv, least - 1e-3 * (1 + fabs(least))), PSN_EINPUT,
                     "cv %g: %g", cv, least);
        cr_expect_gt(least, cv - 1 / cv);
    }
    struct law l;
    cr_expect_eq(law_init_phase3(&l, 0.01, 0.5), PSN_EINPUT);
    cr_expect_eq(law_init_phase3(&l, 0, 1), PSN_EINPUT);
    cr_expect_eq(law_init_phase3(&l, 1, NAN), PSN_EINPUT);
    cr_expect_eq(law_init_phase3(&l, 1, INFINITY), PSN_EINPUT);
    cr_expect_eq(law_init_phase3(&l, NAN, 1), PSN_EINPUT);
    cr_expect_eq(law_init_phase3(&l, LAW_CV_MOST + 1, 1e9), PSN_EINPUT);
}

/* Relative error of cv against libm's gamma function; where cv is least its square loses six
 * digits. */
Test(law_fits, weibull_by_cv)
{
    for (double cv = 0.0128; cv < 400; cv *= 1.093) {
        double k = law_weibull_shape(cv);
        double found = sqrt(expm1(lgamma(1 + 2 / k) - 2 * lgamma(1 + 1 / k)));
        cr_expect_lt(fabs(found / cv - 1), 1e-9, "cv %g: shape %g, cv %g", cv, k, found);
        struct law l;
        cr_assert_eq(law_init(&l, LAW_WEIBULL, k), 0);
        cr_expect_lt(fabs(sqrt(law_scv(&l)) / cv - 1), 1e-9);
    }
    cr_expect_lt(fabs(law_weibull_shape(1) - 1), 1e-14);
    cr_expect(isnan(law_weibull_shape(0)));
    cr_expect(isnan(law_weibull_shape(0.012)));
    cr_expect(isnan(law_weibull_shape(500)));
    cr_expect(isnan(law_weibull_shape(NAN)));
}

Test(law_fits, a_pareto_law_of_shape_2_or_less_has_no_variance)
{
    struct law l;
    cr_assert_eq(law_init(&l, LAW_PARETO, 2), 0);
    cr_expect_eq(law_scv(&l), INFINITY);
    cr_assert_eq(law_init(&l, LAW_PARETO, 1.5), 0);
    cr_expect_eq(law_scv(&l), INFINITY);
    cr_assert_eq(law_init(&l, LAW_PARETO, 3), 0);
    cr_expect_lt(fabs(law_scv(&l) - 1.0 / 3), 1e-15);
}

Test(law_fits, a_triangular_law_is_scaled_to_mean_1)
{
    struct law l, scaled;
    cr_assert_eq(law_init_triangular(&l, 1, 2, 6), 0);
    cr_expect_eq(l.parameter, 1.0 / 3);
    cr_expect_eq(l.second, 2);
    /* (1 + 4 + 36 - 2 - 6 - 12) / 18 over the squared mean */
    cr_expect_lt(fabs(law_scv(&l) - 21.0 / 18 / 9), 1e-15);
    cr_assert_eq(law_init_triangular(&scaled, 1000, 2000, 6000), 0);
    cr_expect_eq(law_scv(&scaled), law_scv(&l));
    cr_expect_eq(law_init_triangular(&l, 1, 1, 2), 0);
    cr_expect_eq(law_init_triangular(&l, 1, 2, 2), 0);
    cr_expect_eq(law_init_triangular(&l, 0, 0, 2), 0);
    cr_expect_eq(law_init_triangular(&l, 1, 1, 1), PSN_EINPUT);
    cr_expect_eq(law_init_triangular(&l, -1, 1, 2), PSN_EINPUT);
    cr_expect_eq(law_init_triangular(&l, 2, 1, 3), PSN_EINPUT);
    cr_expect_eq(law_init_triangular(&l, 1, 4, 3), PSN_EINPUT);
    cr_expect_eq(law_init_triangular(&l, 0, 0, 0), PSN_EINPUT);
    cr_expect_eq(law_init_triangular(&l, 0, NAN, 1), PSN_EINPUT);
    cr_expect_eq(law_init_triangular(&l, 0, 1, INFINITY), PSN_EINPUT);
}

Test(law_fits, empirical_values_are_sorted_and_scaled)
{
    struct law l;
    double mean = 0, values[] = {4, 0, 8, 4};
    cr_assert_eq(law_init_empirical(&l, values, 4, &mean), 0);
    cr_expect_eq(mean, 4);
    cr_expect(values[0] == 0 && values[1] == 1 && values[2] == 1 && values[3] == 2);
    cr_expect_eq(law_scv(&l), 0.5);
    double one[] = {7};
    cr_assert_eq(law_init_empirical(&l, one, 1, &mean), 0);
    cr_expect_eq(mean, 7);
    cr_expect_eq(law_scv(&l), 0);
    double nothing[] = {0, 0}, negative[] = {5, -1}, endless[] = {DBL_MAX, DBL_MAX};
    cr_expect_eq(law_init_empirical(&l, nothing, 2, &mean), PSN_EINPUT);
    cr_expect_eq(law_init_empirical(&l, negative, 2, &mean), PSN_EINPUT);
    cr_expect_eq(law_init_empirical(&l, endless, 2, &mean), PSN_EINPUT);
    cr_expect_eq(law_init_empirical(&l, one, 0, &mean), PSN_EINPUT);
}
