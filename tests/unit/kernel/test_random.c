/* SPDX-License-Identifier: Apache-2.0
 * Tests of kernel/random.h: the generator's published answers, and our functions against libm's
 * long double. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernel/random.h"

/* philox4x32-10 in the known-answer vectors that come with Random123 (Salmon et al.). */
Test(random, philox_known_answers)
{
    static const struct {
        uint32_t counter[4], key[2], answer[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint32_t *c = known[i].counter;
        const uint32_t *k = known[i].key;
        uint32_t word[4];
        random_words((uint64_t)k[1] << 32 | k[0], (uint64_t)c[1] << 32 | c[0], c[2], c[3], word);
        for (int j = 0; j < 4; j++)
            cr_expect_eq(word[j], known[i].answer[j], "vector %zu word %d: %08x", i, j, word[j]);
    }
}

static double uniform_reference(uint32_t low, uint32_t high)
{
    uint64_t r = (uint64_t)high << 32 | low;
    return ((double)(r >> 12) + 0.5) * 0x1p-52;
}

Test(random, uniforms_are_the_stated_formula_and_blocks_give_the_same)
{
    enum { MOST = 150 };
    static const uint64_t starts[] = {0, 1, 0xFFFFFFF0u, UINT64_MAX - 20};
    static const size_t counts[] = {0, 1, 3, 4, 7, 8, 15, 16, 17, 64, 150};
    for (size_t s = 0; s < 4; s++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            double u[MOST + 1], a[MOST + 1], b[MOST + 1];
            u[counts[c]] = a[counts[c]] = b[counts[c]] = -1;
            uint64_t key = random_key(2011, 3, "case/adur", RANDOM_STEP, (uint32_t)c);
            random_uniform_block(key, starts[s], 5, counts[c], u);
            random_uniform2_block(key, starts[s], 5, counts[c], a, b);
            for (size_t i = 0; i < counts[c]; i++) {
                uint32_t word[4];
                double pair[2];
                random_words(key, starts[s] + i, 5, 0, word);
                random_uniform2(key, starts[s] + i, 5, 0, pair);
                cr_assert_eq(pair[0], uniform_reference(word[0], word[1]));
                cr_assert_eq(pair[1], uniform_reference(word[2], word[3]));
                cr_assert(u[i] == pair[0] && a[i] == pair[0] && b[i] == pair[1]);
            }
            cr_assert(u[counts[c]] == -1 && a[counts[c]] == -1 && b[counts[c]] == -1);
        }
}

Test(random, uniforms_far_apart_are_those_of_their_counters)
{
    static const uint64_t steps[] = {0, 1, 3, UINT64_C(1) << 32, UINT64_MAX};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
        for (size_t count = 0; count < 40; count++) {
            double u[40], v[40], alone[40];
            uint64_t first = UINT64_C(0xFFFFFFF0) * (k + 1);
            random_uniform2_every(11, first, steps[k], 0, count, u, v);
            random_uniform2_every(11, first, steps[k], 0, count, alone, NULL);
            for (size_t i = 0; i < count; i++) {
                double pair[2];
                random_uniform2(11, first + i * steps[k], 0, 0, pair);
                cr_assert(u[i] == pair[0] && v[i] == pair[1] && alone[i] == pair[0]);
            }
        }
}

/* The extremes of the formula are inside (0, 1): 2^-53 and 1 - 2^-53. */
Test(random, uniforms_never_reach_0_or_1)
{
    cr_expect_eq(uniform_reference(0, 0), 0x1p-53);
    cr_expect_eq(uniform_reference(UINT32_MAX, UINT32_MAX), 1 - 0x1p-53);
    cr_expect_lt(uniform_reference(UINT32_MAX, UINT32_MAX), 1);
}

/* Error of `got` in units of the last place of the nearest double. */
static double ulps(double got, long double exact)
{
    int exponent;
    frexp((double)exact, &exponent);
    if (exponent < DBL_MIN_EXP)
        exponent = DBL_MIN_EXP;
    return (double)fabsl(((long double)got - exact) / ldexpl(1, exponent - DBL_MANT_DIG));
}

Test(random, log_is_within_2_ulp)
{
    double worst = 0;
    for (uint64_t n = 0; n < 400000; n++) {
        double u[2];
        random_uniform2(1, n, 0, 0, u);
        double x;
        switch (n % 4) {
        case 0:
            x = u[0];
            break;
        case 1: /* near 1, ever nearer */
            x = 1 + (u[0] - 0.5) * ldexp(1, -(int)(u[1] * 50));
            break;
        case 2: /* the whole range, subnormal numbers too */
            x = ldexp(0.5 + u[0], (int)(u[1] * 2090) - 1072);
            break;
        default: /* just above the smallest uniform */
            x = u[0] * ldexp(1, -(int)(u[1] * 53));
        }
        double error = ulps(random_log(x), logl((long double)x));
        worst = error > worst ? error : worst;
        cr_assert_leq(error, 2, "log(%a) is off by %g ulp", x, error);
    }
    cr_log_info("log: worst %g ulp", worst);
    cr_expect_eq(random_log(1), 0);
    cr_expect_leq(ulps(random_log(0x1p-1074), logl(0x1p-1074L)), 2);
    cr_expect_leq(ulps(random_log(DBL_MAX), logl((long double)DBL_MAX)), 2);
}

Test(random, exp_is_within_2_ulp)
{
    double worst = 0;
    for (uint64_t n = 0; n < 400000; n++) {
        double u[2];
        random_uniform2(2, n, 0, 0, u);
        double x = n % 2 == 0 ? (u[0] - 0.5) * 1400 : (u[0] - 0.5) * ldexp(1, 5 - (int)(u[1] * 40));
        double error = ulps(random_exp(x), expl((long double)x));
        worst = error > worst ? error : worst;
        cr_assert_leq(error, 2, "exp(%a) is off by %g ulp", x, error);
    }
    cr_log_info("exp: worst %g ulp", worst);
    cr_expect_eq(random_exp(0), 1);
    cr_expect(isinf(random_exp(710)) && isinf(random_exp(1e300)));
    cr_expect_eq(random_exp(-1000), 0);
    cr_expect_gt(random_exp(-740), 0); /* subnormal */
    cr_expect(isnan(random_exp(NAN)));
}

/* The quantile by Newton's method in long double on erfcl (in the tail) or erfl (near the middle,
 * where the tail would cancel): z with Phi(z) = p, from our own z; two steps more than suffice. */
static long double exact_quantile(double p, double z)
{
    long double x = z;
    const long double root2 = sqrtl(2.0L), root2pi = sqrtl(2.0L * acosl(-1.0L));
    for (int step = 0; step < 2; step++) {
        long double off; /* Phi(x) - p */
        if (p > 0.25 && p < 0.75)
            off = erfl(x / root2) / 2 - ((long double)p - 0.5L);
        else if (p < 0.5)
            off = erfcl(-x / root2) / 2 - (long double)p;
        else
            off = (1 - (long double)p) - erfcl(x / root2) / 2;
        x -= off * root2pi * expl(x * x / 2);
    }
    return x;
}

Test(random, normal_quantile_is_within_1e_15)
{
    double worst = 0;
    for (uint64_t n = 0; n < 100000; n++) {
        double u[2];
        random_uniform2(3, n, 0, 0, u);
        double p = u[0];
        if (n % 3 == 1)
            p *= ldexp(1, -(int)(u[1] * 52)); /* the lower tail */
        if (n % 3 == 2)
            p = 0.5 + (u[0] - 0.5) * ldexp(1, -(int)(u[1] * 30)); /* the middle */
        if (n % 6 == 4)
            p = 1 - p;
        if (p <= 0 || p >= 1 || p == 0.5)
            continue;
        double z = random_normal_quantile(p);
        long double exact = exact_quantile(p, z);
        double error = (double)fabsl((z - exact) / exact);
        worst = error > worst ? error : worst;
        cr_assert_leq(error, 1.5e-15, "quantile(%a) is off by %g", p, error);
    }
    cr_log_info("quantile: worst %g", worst);
    cr_expect_eq(random_normal_quantile(0.5), 0);
    /* The far ends of what our uniforms can be. */
    double end = random_normal_quantile(0x1p-53);
    cr_expect_eq(random_normal_quantile(1 - 0x1p-53), -end);
    cr_expect_lt(fabs(end + 8.2095361516), 1e-9);
}

Test(random, quantile_rises)
{
    double last = -INFINITY;
    for (int i = 1; i < 200000; i++) {
        double z = random_normal_quantile(i / 200000.0);
        cr_assert_gt(z, last);
        last = z;
    }
}

Test(random, blocks_of_functions_have_the_bits_of_single_calls)
{
    enum { MOST = 1000 };
    static double u[MOST], y[MOST], z[MOST];
    static const size_t counts[] = {0, 1, 5, 15, 16, 17, 64, MOST};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        size_t count = counts[c];
        random_uniform_block(99, c * MOST, 0, count, u);
        if (count > 2) {
            u[0] = 0x1p-53;
            u[count - 1] = 1 - 0x1p-53;
        }
        random_exponential_block(u, y, count);
        random_lognormal_block(u, -0.4, 1.25, z, count);
        for (size_t i = 0; i < count; i++) {
            double single = -random_log(u[i]);
            cr_assert_eq(memcmp(&y[i], &single, sizeof single), 0, "-log(%a)", u[i]);
            single = random_exp(-0.4 + 1.25 * random_normal_quantile(u[i]));
            cr_assert_eq(memcmp(&z[i], &single, sizeof single), 0, "lognormal(%a)", u[i]);
        }
        memcpy(z, u, count * sizeof *u);
        random_exponential_block(z, z, count); /* in place */
        cr_assert_eq(memcmp(y, z, count * sizeof *y), 0);
    }
}

/* Fixed for ever: a change would move every stored result. */
Test(random, keys_and_draws_are_frozen)
{
    cr_expect_eq(random_key(1, 0, "a", RANDOM_ARRIVAL, 0), UINT64_C(0x7D440D402B34B49A));
    cr_expect_eq(random_hash(""), UINT64_C(0xF52A15E9A9B5E89B));
    double u[2];
    random_uniform2(random_key(2011, 7, "case/adur", RANDOM_STEP, 3), 12345, 1, 0, u);
    cr_expect_eq(u[0], 0x1.226b58bf7b2aap-2);
    cr_expect_eq(-random_log(u[0]), 0x1.4298ed654d584p+0);
    cr_expect_eq(random_exp(random_normal_quantile(u[0])), 0x1.20ede3054ac9bp-1);
}

Test(random, every_part_of_a_key_counts)
{
    uint64_t keys[] = {
        random_key(1, 2, "x", RANDOM_STEP, 4),  random_key(2, 2, "x", RANDOM_STEP, 4),
        random_key(1, 3, "x", RANDOM_STEP, 4),  random_key(1, 2, "y", RANDOM_STEP, 4),
        random_key(1, 2, "x", RANDOM_THINK, 4), random_key(1, 2, "x", RANDOM_STEP, 5),
        random_key(1, 2, "", RANDOM_STEP, 4),   random_key(2, 1, "x", RANDOM_STEP, 4),
    };
    size_t count = sizeof keys / sizeof *keys;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(keys[i], keys[j], "keys %zu and %zu", i, j);
}

/* Two streams with neighbouring keys, 100,000 pairs in a table of 16 by 16 with known, equal
 * margins: chi-square has 255 degrees of freedom, mean 255 and standard deviation sqrt(510) = 22.6.
 * Four of them are allowed on either side. */
static void check_independent(uint64_t a, uint64_t b, uint64_t shift, const char *what)
{
    enum { CELLS = 16, PAIRS = 100000 };
    static int seen[CELLS][CELLS];
    memset(seen, 0, sizeof seen);
    for (uint64_t n = 0; n < PAIRS; n++) {
        double u[2], v[2];
        random_uniform2(a, n, 0, 0, u);
        random_uniform2(b, n + shift, 0, 0, v);
        seen[(int)(u[0] * CELLS)][(int)(v[0] * CELLS)]++;
    }
    double expected = (double)PAIRS / (CELLS * CELLS), chi = 0;
    for (int i = 0; i < CELLS; i++)
        for (int j = 0; j < CELLS; j++)
            chi += (seen[i][j] - expected) * (seen[i][j] - expected) / expected;
    cr_expect_lt(fabs(chi - 255), 4 * sqrt(510), "%s: chi-square %g", what, chi);
}

Test(random, neighbouring_streams_are_independent)
{
    check_independent(1000, 1001, 0, "keys that differ in one bit");
    check_independent(0, UINT64_C(1) << 32, 0, "keys that differ in the upper half");
    check_independent(random_key(5, 0, "a", RANDOM_STEP, 0), random_key(5, 0, "a", RANDOM_STEP, 1),
                      0, "neighbouring steps");
    check_independent(random_key(5, 0, "a", RANDOM_ARRIVAL, 0),
                      random_key(5, 1, "a", RANDOM_ARRIVAL, 0), 0, "neighbouring replications");
    check_independent(77, 77, 1, "neighbouring jobs of one stream");
}

/* Blocks of any length, in place, over the middle, both tails and the ends of the range: each value
 * is what the functions give alone. */
Test(random, lognormal_blocks_are_the_functions_alone)
{
    static const double edge[] = {0x1p-53,  1 - 0x1p-53, 0.075,     0.925, 1e-11,
                                  1.38e-11, 1.39e-11,    1 - 1e-11, 0.5};
    enum { EDGES = sizeof edge / sizeof *edge, MOST = 130 };
    for (size_t count = 0; count <= MOST; count++) {
        double u[MOST] = {0}, y[MOST] = {0}, mu = -0.3, sigma = 0.1 + (double)count / 20;
        for (size_t i = 0; i < count; i++) {
            double two[2];
            random_uniform2(77, i, (uint32_t)count, 0, two);
            u[i] = two[1] < 0.1 ? edge[(size_t)(two[1] * 10 * EDGES)] : two[0];
            y[i] = u[i];
        }
        random_lognormal_block(y, mu, sigma, y, count);
        for (size_t i = 0; i < count; i++)
            cr_assert_eq(y[i], random_exp(mu + sigma * random_normal_quantile(u[i])),
                         "%a of %zu values", u[i], count);
    }
}

Test(random, exponential_blocks_are_the_logarithm_alone)
{
    enum { MOST = 130 };
    for (size_t count = 0; count <= MOST; count++) {
        double y[MOST], u[MOST];
        random_uniform_block(78, count, 0, count, u);
        random_exponential_block(u, y, count);
        for (size_t i = 0; i < count; i++)
            cr_assert_eq(y[i], -random_log(u[i]));
    }
}
