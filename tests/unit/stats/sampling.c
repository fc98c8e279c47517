/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/sampling. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "psnsim/diagnostics.h"
#include "stats/sampling.h"

static const char *const names[] = {"demand", "links.a.delay", "links.b.delay", "compute.c.hosts"};

Test(sampling, latin_one_in_each_stratum)
{
    enum { N = 100 };
    for (uint64_t seed = 1; seed <= 50; seed++)
        for (size_t f = 0; f < 3; f++) {
            double u[N];
            int count[N] = {0};
            cr_assert_eq(sampling_latin(seed, names[f], N, u), 0);
            for (size_t i = 0; i < N; i++) {
                cr_assert(u[i] > 0 && u[i] < 1);
                count[(size_t)(u[i] * N)]++;
            }
            for (size_t i = 0; i < N; i++)
                cr_assert_eq(count[i], 1, "seed %zu, stratum %zu", (size_t)seed, i);
        }
}

/* The mean of x1 + x2 + x3 over a Latin hypercube of n points has the variance d / (12 n^3), that
 * of d sums of n independent uniforms on strata of width 1 / n (McKay, Beckman and Conover 1979;
 * Stein 1987). The estimate over 2000 designs has a standard error of 3.2 %. */
Test(sampling, latin_variance)
{
    enum { N = 100, D = 3, DESIGNS = 2000 };
    double sum = 0, squares = 0, u[N];
    for (uint64_t seed = 0; seed < DESIGNS; seed++) {
        double mean = 0;
        for (size_t f = 0; f < D; f++) {
            sampling_latin(seed, names[f], N, u);
            for (size_t i = 0; i < N; i++)
                mean += u[i] / N;
        }
        sum += mean;
        squares += (mean - D / 2.0) * (mean - D / 2.0);
    }
    double expected = D / 12.0 / ((double)N * N * N), variance = squares / DESIGNS;
    cr_assert(fabs(variance / expected - 1) < 0.15, "%g, and %g is right", variance, expected);
    cr_assert(fabs(sum / DESIGNS - D / 2.0) < 4 * sqrt(expected / DESIGNS));
}

/* Coordinates of different factors have nothing to do with each other: the correlation over a
 * design of n points has a standard deviation of 1 / sqrt(n - 1). */
Test(sampling, latin_factors_apart)
{
    enum { N = 1000 };
    static double u[N], v[N];
    sampling_latin(7, names[0], N, u);
    sampling_latin(7, names[1], N, v);
    double product = 0;
    for (size_t i = 0; i < N; i++)
        product += (u[i] - 0.5) * (v[i] - 0.5) * 12 / N;
    cr_assert(fabs(product) < 4 / sqrt(N - 1.0), "correlation %g", product);
    sampling_latin(8, names[0], N, v);
    cr_assert_neq(memcmp(u, v, sizeof u), 0);
}

/* 2^m shifted points of a base-2 sequence have one in each of 2^m equal strata of every dimension,
 * and in two dimensions as many in each quarter. */
Test(sampling, sobol_is_a_net)
{
    enum { N = 256, K = 4 };
    static double u[N * 2 * K];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        cr_assert_eq(sampling_sobol(seed, names, K, 2, N, u), 0);
        int quarter[4] = {0};
        for (size_t d = 0; d < 2 * K; d++) {
            int count[N] = {0};
            for (size_t i = 0; i < N; i++) {
                double x = u[i * 2 * K + d];
                cr_assert(x > 0 && x < 1);
                count[(size_t)(x * N)]++;
            }
            for (size_t i = 0; i < N; i++)
                cr_assert_eq(count[i], 1, "dimension %zu, stratum %zu", d, i);
        }
        for (size_t i = 0; i < N; i++)
            quarter[2 * (u[i * 2 * K] < 0.5) + (u[i * 2 * K + 1] < 0.5)]++;
        for (size_t q = 0; q < 4; q++)
            cr_assert_eq(quarter[q], N / 4);
    }
}

Test(sampling, sobol_goes_on)
{
    double few[10 * 4], many[100 * 4], other[10 * 4];
    cr_assert_eq(sampling_sobol(3, names, 4, 1, 10, few), 0);
    cr_assert_eq(sampling_sobol(3, names, 4, 1, 100, many), 0);
    cr_assert_eq(memcmp(few, many, sizeof few), 0);
    cr_assert_eq(sampling_sobol(4, names, 4, 1, 10, other), 0);
    cr_assert_neq(memcmp(few, other, sizeof few), 0);
    cr_assert_eq(sampling_sobol(3, names, 4, 11, 10, other), PSN_EINPUT);
}

Test(sampling, morris_walks)
{
    enum { K = 4, WALKS = 500, POINTS = WALKS * (K + 1) };
    static uint8_t level[POINTS * K], more[2 * POINTS * K];
    int ups = 0, first[K] = {0}, begins[SAMPLING_MORRIS_LEVELS] = {0};
    cr_assert_eq(sampling_morris(5, names, K, WALKS, level), 0);
    for (size_t t = 0; t < WALKS; t++) {
        unsigned moved = 0;
        begins[level[t * (K + 1) * K]]++;
        for (size_t step = 0; step < K; step++) {
            const uint8_t *from = level + (t * (K + 1) + step) * K, *to = from + K;
            size_t changes = 0;
            for (size_t f = 0; f < K; f++) {
                cr_assert(to[f] < SAMPLING_MORRIS_LEVELS);
                if (to[f] == from[f])
                    continue;
                cr_assert_eq(abs(to[f] - from[f]), SAMPLING_MORRIS_STEP);
                changes++;
                moved |= 1u << f;
                ups += to[f] > from[f];
                first[f] += step == 0;
            }
            cr_assert_eq(changes, 1);
        }
        cr_assert_eq(moved, (1u << K) - 1, "every factor once");
    }
    /* Up and down alike, every factor first and every level the beginning equally often: within
     * four standard deviations of a binomial count. */
    cr_assert(fabs(ups - WALKS * K / 2.0) < 4 * sqrt(WALKS * K / 4.0));
    for (size_t i = 0; i < K; i++) {
        cr_assert(fabs(first[i] - WALKS / 4.0) < 4 * sqrt(WALKS * 3 / 16.0));
        cr_assert(fabs(begins[i] - WALKS / 4.0) < 4 * sqrt(WALKS * 3 / 16.0));
    }
    cr_assert_eq(sampling_morris(5, names, K, 2 * WALKS, more), 0);
    cr_assert_eq(memcmp(level, more, sizeof level), 0, "more walks keep the first ones");
}

/* A further factor takes part in the walks, and moves nothing of the others: each stands on the
 * same level at the beginning, and they step in the same order among themselves. */
Test(sampling, morris_further_factor)
{
    uint8_t three[4 * 3], four[5 * 4];
    sampling_morris(11, names, 3, 1, three);
    sampling_morris(11, names, 4, 1, four);
    size_t at = 0;
    for (size_t p = 0; p < 5; p++) {
        if (p > 0 && memcmp(four + p * 4, four + (p - 1) * 4, 3) == 0)
            continue; /* the fourth stepped */
        cr_assert_eq(memcmp(four + p * 4, three + at * 3, 3), 0);
        at++;
    }
    cr_assert_eq(at, 4);
}
