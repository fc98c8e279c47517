/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/proportion, stats/order and stats/multiple. */
#include <criterion/criterion.h>
#include <math.h>

#include "stats/multiple.h"
#include "stats/order.h"
#include "stats/proportion.h"

Test(proportion, published_intervals)
{
    /* Newcombe, Statistics in Medicine 17 (1998), p. 857, table I. */
    const struct {
        size_t hits, n;
        double score[2], exact[2];
    } known[] = {{81, 263, {.2553, .3662}, {.2527, .3676}},
                 {15, 148, {.0624, .1605}, {.0578, .1617}},
                 {0, 20, {0, .1611}, {0, .1684}},
                 {1, 29, {.0061, .1718}, {.0009, .1776}}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct proportion s = proportion_score(known[i].hits, known[i].n, 0.95);
        struct proportion e = proportion_exact(known[i].hits, known[i].n, 0.95);
        cr_expect_float_eq(s.low, known[i].score[0], 5e-5, "%zu: %g", i, s.low);
        cr_expect_float_eq(s.high, known[i].score[1], 5e-5, "%zu: %g", i, s.high);
        cr_expect_float_eq(e.low, known[i].exact[0], 5e-5, "%zu: %g", i, e.low);
        cr_expect_float_eq(e.high, known[i].exact[1], 5e-5, "%zu: %g", i, e.high);
        /* No and yes may change their places. */
        struct proportion other = proportion_exact(known[i].n - known[i].hits, known[i].n, 0.95);
        cr_expect_float_eq(other.low, 1 - e.high, 1e-12);
    }
}

Test(proportion, at_the_ends)
{
    struct proportion p = proportion_exact(10, 10, 0.95);
    cr_expect(p.value == 1 && p.high == 1);
    cr_expect_float_eq(p.low, pow(0.025, 0.1), 1e-12);
    p = proportion_score(10, 10, 0.95);
    cr_expect(p.value == 1 && p.high == 1 && p.low > 0.7 && p.low < 0.75);
    cr_expect(isnan(proportion_exact(0, 0, 0.95).value));
    cr_expect(isnan(proportion_score(3, 2, 0.95).low));
}

/* The chance that k of n are hits. */
static double binomial(size_t n, size_t k, double p)
{
    double log_ways = lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
    return exp(log_ways + (double)k * log(p) + (double)(n - k) * log1p(-p));
}

Test(proportion, the_exact_one_always_keeps_its_level)
{
    double least = 1, mean = 0;
    int shares = 0;
    for (double p = 0.02; p < 0.99; p += 0.01, shares++) {
        double exact = 0, score = 0;
        for (size_t k = 0; k <= 20; k++) {
            struct proportion e = proportion_exact(k, 20, 0.95), s = proportion_score(k, 20, 0.95);
            exact += e.low <= p && p <= e.high ? binomial(20, k, p) : 0;
            score += s.low <= p && p <= s.high ? binomial(20, k, p) : 0;
        }
        least = fmin(least, exact);
        mean += score;
    }
    cr_expect(least >= 0.95, "%g", least);
    cr_expect_float_eq(mean / shares, 0.95, 0.005);
}

Test(order, exact_bounds_of_a_quantile)
{
    /* Sums of the binomial law in many digits. */
    const struct {
        size_t n;
        double p;
        struct order_bounds is;
    } known[] = {{100, 0.5, {40, 61, 0.9647997997822952}},
                 {1000, 0.95, {936, 964, 0.9580952682226543}},
                 {1000, 0.99, {983, 997, 0.976094763497977}},
                 {59, 0.95, {52, 60, 0.9911362570110952}},
                 {20, 0.5, {6, 15, 0.9586105346679688}}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct order_bounds b = order_quantile(known[i].n, known[i].p, 0.95);
        cr_expect_eq(b.low, known[i].is.low, "%zu: %zu", i, b.low);
        cr_expect_eq(b.high, known[i].is.high, "%zu: %zu", i, b.high);
        cr_expect_float_eq(b.coverage, known[i].is.coverage, 1e-10, "%zu: %.16g", i, b.coverage);
    }
    struct order_bounds few = order_quantile(3, 0.5, 0.95);
    cr_expect(few.low == 0 && few.high == 4 && few.coverage == 1);
}

Test(multiple, levels_and_chances)
{
    cr_expect_float_eq(multiple_level(0.95, 10), 0.995, 1e-15);
    cr_expect_eq(multiple_level(0.95, 0), 0.95);
    /* 0.005 x 4, 0.01 x 3, 0.03 x 2, then 0.04 x 1, which may not be below the one before. */
    double chance[] = {0.01, 0.04, NAN, 0.03, 0.005};
    size_t rank[5];
    multiple_holm(chance, 5, rank);
    cr_expect_float_eq(chance[0], 0.03, 1e-15);
    cr_expect_float_eq(chance[1], 0.06, 1e-15);
    cr_expect(isnan(chance[2]));
    cr_expect_float_eq(chance[3], 0.06, 1e-15);
    cr_expect_float_eq(chance[4], 0.02, 1e-15);
    double great[] = {0.9, 0.8};
    multiple_holm(great, 2, rank);
    cr_expect(great[0] == 1 && great[1] == 1);
}
