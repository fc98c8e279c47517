/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/histogram. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "stats/histogram.h"

Test(histogram, bounds_and_buckets_agree)
{
    cr_assert_eq(histogram_lower(0), 0);
    cr_assert_eq(histogram_bucket(INT64_MAX), HISTOGRAM_BUCKETS - 1);
    cr_assert_eq(histogram_lower(HISTOGRAM_BUCKETS), PSN_NEVER);
    for (uint32_t b = 0; b < HISTOGRAM_BUCKETS; b++) {
        psn_time low = histogram_lower(b), end = histogram_lower(b + 1);
        cr_assert_lt(low, end);
        cr_assert_eq(histogram_bucket(low), b);
        cr_assert_eq(histogram_bucket(end - 1), b);
        if (low >= 128) /* relative width at most 2^-7 */
            cr_assert_leq(end - low, low / 128);
        else
            cr_assert_eq(end - low, 1);
    }
}

Test(histogram, empty_has_no_figures)
{
    struct histogram h;
    histogram_init(&h);
    cr_assert(isnan(histogram_quantile(&h, 0.5, PSN_NEVER)));
    cr_assert(isnan(histogram_share_within(&h, 10)));
    histogram_fini(&h);
}

Test(histogram, small_values_are_exact)
{
    struct histogram h;
    histogram_init(&h);
    for (int i = 1; i <= 100; i++)
        histogram_add(&h, i);
    for (int i = 1; i <= 100; i++) {
        cr_assert_eq(histogram_quantile(&h, i / 100.0 - 0.001, 100), i);
        cr_assert_float_eq(histogram_share_within(&h, i), i / 100.0, 1e-12);
    }
    cr_assert_eq(histogram_quantile(&h, 0, 100), 1);
    cr_assert_eq(histogram_quantile(&h, 1, 100), 100);
    cr_assert_eq(histogram_share_within(&h, 0), 0);
    cr_assert_eq(histogram_share_within(&h, -5), 0);
    cr_assert_eq(histogram_share_within(&h, INT64_MAX), 1);
    histogram_fini(&h);
}

Test(histogram, interpolates_within_a_bucket)
{
    struct histogram h;
    histogram_init(&h);
    /* 1024 to 1031 is one bucket of eight integers; four observations fall into it. */
    for (int i = 0; i < 4; i++)
        histogram_add(&h, 1024);
    cr_assert_eq(histogram_quantile(&h, 0.5, PSN_NEVER), 1024 + 0.5 * 7);
    cr_assert_eq(histogram_quantile(&h, 0.5, 1024), 1024, "never above the maximum");
    cr_assert_eq(histogram_share_within(&h, 1025), 0.25);
    cr_assert_eq(histogram_share_within(&h, 1031), 1);
    cr_assert_eq(histogram_share_within(&h, 1023), 0);
    histogram_fini(&h);
}

Test(histogram, quantiles_of_a_million_values)
{
    /* Values k^2 for k = 1 to 10^6, in a scattered order: the p-quantile is (10^6 p)^2, and the
     * histogram must give it within its bucket's width, 2^-7 of the value. */
    struct histogram h;
    histogram_init(&h);
    const int64_t n = 1000000;
    for (int64_t i = 0; i < n; i++) {
        int64_t k = i * 617 % n + 1; /* 617 has no divisor in common with n */
        histogram_add(&h, k * k);
    }
    cr_assert_eq(h.total, (uint64_t)n);
    const double p[] = {0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        double exact = p[i] * (double)n * p[i] * (double)n;
        double found = histogram_quantile(&h, p[i], n * n);
        cr_assert_leq(fabs(found - exact), exact / 128, "p = %g: %g, not %g", p[i], found, exact);
        /* The share is the inverse of the quantile; k^2 is known to a bucket. */
        cr_assert_float_eq(histogram_share_within(&h, (psn_time)exact), p[i], p[i] / 256 + 1e-6);
    }
    histogram_fini(&h);
}

/* Memory is held for the octaves between the least and the greatest observation alone. */
Test(histogram, is_as_wide_as_what_it_holds)
{
    const uint32_t octave = 1u << HISTOGRAM_BITS;
    struct histogram h;
    histogram_init(&h);
    cr_assert(h.kept && h.n == 0 && h.count == NULL);
    histogram_add(&h, 1000000);
    cr_assert_eq(h.n, octave);
    histogram_add(&h, 5000); /* 2^12.3 and 2^19.9: octaves 12 to 19 */
    cr_assert_eq(h.n, 8 * octave);
    cr_assert_eq(histogram_at(&h, histogram_bucket(1000000)), 1);
    cr_assert_eq(histogram_at(&h, histogram_bucket(5000)), 1);
    cr_assert_eq(histogram_at(&h, 0), 0);
    cr_assert_eq(histogram_at(&h, HISTOGRAM_BUCKETS - 1), 0);
    cr_assert_eq(histogram_next(&h, 0), histogram_bucket(5000));
    cr_assert_eq(histogram_next(&h, histogram_bucket(5000) + 1), histogram_bucket(1000000));
    cr_assert_eq(histogram_next(&h, histogram_bucket(1000000) + 1), HISTOGRAM_BUCKETS);
    histogram_clear(&h);
    cr_assert(h.kept && h.total == 0 && h.n == 8 * octave);
    cr_assert_eq(histogram_next(&h, 0), HISTOGRAM_BUCKETS);
    histogram_add(&h, INT64_MAX);
    cr_assert_eq(histogram_at(&h, HISTOGRAM_BUCKETS - 1), 1);
    cr_assert_eq(h.total, 1);
    histogram_fini(&h);
}

Test(histogram, merging_is_adding)
{
    struct histogram a, b, both;
    histogram_init(&a);
    histogram_init(&b);
    histogram_init(&both);
    for (psn_time x = 1; x < ((psn_time)1 << 60); x = x * 3 + 1) {
        histogram_add(x % 2 ? &a : &b, x);
        histogram_add(&both, x);
    }
    cr_assert_eq(histogram_merge(&a, &b), 0);
    cr_assert_eq(a.total, both.total);
    for (uint32_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        cr_assert_eq(histogram_at(&a, i), histogram_at(&both, i));
    histogram_fini(&a);
    histogram_fini(&b);
    histogram_fini(&both);
}

/* Every bucket as full as an exponential law of mean 1 s fills it: the quantile's error is the
 * interpolation's alone. A bucket is at most 1 / 128 = 0.8 % of its value wide; taken as evenly
 * filled where the density falls by w within it, a quantile is off by w^2 / 8 of the mean at most.
 */
Test(histogram, interpolation_is_no_bias)
{
    struct histogram h;
    const double mean = 1e9, n = 1e15;
    histogram_init(&h);
    cr_assert_eq(histogram_reserve(&h, 0, HISTOGRAM_BUCKETS), 0);
    for (uint32_t b = 0; b < HISTOGRAM_BUCKETS; b++) {
        double from = (double)histogram_lower(b) / mean,
               until = (double)histogram_lower(b + 1) / mean;
        h.count[b] = from > 40 ? 0 : (uint64_t)(n * (exp(-from) - exp(-until)) + 0.5);
        h.total += h.count[b];
    }
    for (double p = 0.01; p < 0.9995; p += 0.0007) {
        double exact = -log1p(-p) * mean;
        double width = (double)(histogram_lower(histogram_bucket((psn_time)exact) + 1) -
                                histogram_lower(histogram_bucket((psn_time)exact)));
        double error = fabs(histogram_quantile(&h, p, PSN_NEVER) - exact);
        cr_expect(error <= 1e-4 * exact, "p%g: %g", 100 * p, error / exact);
        cr_expect(error <= width / 64 + 1, "p%g: %g of the width", 100 * p, error / width);
    }
    histogram_fini(&h);
}
