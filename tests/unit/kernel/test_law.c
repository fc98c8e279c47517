/* SPDX-License-Identifier: Apache-2.0
 * Tests of the streams of kernel/law.h: blocks change nothing, pairs are mirrored; and of the
 * ranges of laws. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernel/random.h"
#include "laws.h"

static void same(struct stream *s, uint64_t n, uint32_t visit, const char *name)
{
    double drawn = stream_draw(s, n, visit);
    double alone = stream_draw_one(s, n, visit);
    cr_assert_eq(memcmp(&drawn, &alone, sizeof drawn), 0, "%s: job %llu visit %u: %a and %a", name,
                 (unsigned long long)n, visit, drawn, alone);
}

Test(law, blocks_change_no_bit_in_any_order)
{
    for (size_t e = 0; e < EXAMPLES; e++) {
        double block[STREAM_BLOCK];
        struct stream s =
            example_stream(&examples[e], random_key(1, 0, "law", RANDOM_STEP, (uint32_t)e), block);
        const char *name = examples[e].name;
        for (uint64_t n = 1000; n < 1500; n++) /* in order */
            same(&s, n, 0, name);
        for (uint64_t n = 5000; n < 9000; n += 1 + n * n % 13) /* with holes */
            same(&s, n, 0, name);
        for (uint64_t n = 9000; n > 8800; n--) /* backwards */
            same(&s, n, 0, name);
        for (uint64_t n = 0; n < 2000; n++) { /* overtaking, and other visits */
            same(&s, n + random_hash(name) % 7 * (n % 11), 0, name);
            same(&s, n, (uint32_t)(n % 3), name);
        }
        for (uint64_t n = 0; n < 2000; n++) { /* anywhere */
            uint32_t word[4];
            random_words(8, n, 0, 0, word);
            same(&s, n % 2 ? word[0] % 300 : (uint64_t)word[1] << 32 | word[2], word[3] % 9 == 0,
                 name);
        }
        for (uint64_t n = 0; n < 200; n++) /* over the end of all numbers */
            same(&s, UINT64_MAX - 100 + n, 0, name);
    }
}

Test(law, without_a_block_all_are_drawn_alone)
{
    for (size_t e = 0; e < EXAMPLES; e++) {
        struct stream s = example_stream(&examples[e], 5, NULL);
        for (uint64_t n = 0; n < 200; n++)
            same(&s, n, 0, examples[e].name);
        cr_assert_eq(s.filled, 0);
    }
}

/* Mirrored draws, alone and in blocks, are those of 1 - u. */
Test(law, an_antithetic_pair_shares_its_keys_and_mirrors_its_uniforms)
{
    const struct draws even = {7, 4, true}, odd = {7, 5, true}, plain = {7, 4, false};
    double block[STREAM_BLOCK], other[STREAM_BLOCK], u[2], v[2];
    struct stream s = example_stream(&examples[1], 0, block),
                  m = example_stream(&examples[1], 0, other),
                  p = example_stream(&examples[1], 0, NULL);
    stream_key(&s, &even, "law", RANDOM_STEP, 3);
    stream_key(&m, &odd, "law", RANDOM_STEP, 3);
    stream_key(&p, &plain, "law", RANDOM_STEP, 3);
    for (uint64_t n = 0; n < 1000; n++) {
        for (uint32_t visit = 0; visit < 2; visit++) {
            random_uniform2(random_key(7, 4, "law", RANDOM_STEP, 3), n, visit, 0, u);
            cr_assert_eq(stream_draw(&s, n, visit), -random_log(u[0]));
            cr_assert_eq(stream_draw(&m, n, visit), -random_log(1 - u[0]));
            cr_assert_eq(stream_draw(&p, n, visit), -random_log(u[0]));
        }
        stream_uniform2(&s, n, 0, 1, u);
        stream_uniform2(&m, n, 0, 1, v);
        cr_assert(u[0] + v[0] == 1 && u[1] + v[1] == 1);
    }
    for (size_t e = 0; e < EXAMPLES; e++) {
        m = example_stream(&examples[e], 0, other);
        stream_key(&m, &odd, "law", RANDOM_STEP, 3);
        for (uint64_t n = 0; n < 200; n++)
            same(&m, n, n % 7 == 0, examples[e].name);
    }
    stream_key(&m, &(struct draws){7, 5, false}, "law", RANDOM_STEP, 3);
    cr_expect_eq(m.key, random_key(7, 5, "law", RANDOM_STEP, 3));
    cr_expect_not(m.mirrored);
}

/* The correlation of X = -log U and Y = -log(1 - U) is 1 - pi^2 / 6 = -0.645, for the integral of
 * log u log(1 - u) over (0, 1) is 2 - pi^2 / 6. Tolerance: four standard errors of the mean of
 * Z = (X - 1)(Y - 1); its variance is below E Z^2 <= E (X - 1)^4 = 9 (Cauchy and Schwarz). */
Test(law, mirrored_exponentials_have_the_correlation_of_theory)
{
    enum { DRAWS = 1000000 };
    struct stream s = example_stream(&examples[1], 0, NULL), m = s;
    stream_key(&s, &(struct draws){1, 0, true}, "pair", RANDOM_STEP, 0);
    stream_key(&m, &(struct draws){1, 1, true}, "pair", RANDOM_STEP, 0);
    double sum = 0;
    for (uint64_t n = 0; n < DRAWS; n++)
        sum += (stream_draw(&s, n, 0) - 1) * (stream_draw(&m, n, 0) - 1);
    double exact = 1 - M_PI * M_PI / 6;
    cr_expect_leq(fabs(sum / DRAWS - exact), 4 * sqrt(9.0 / DRAWS), "%g instead of %g", sum / DRAWS,
                  exact);
}

Test(law, draws_in_order_use_the_block)
{
    double block[STREAM_BLOCK];
    struct stream s = example_stream(&examples[1], 5, block);
    stream_draw(&s, 10, 0);
    cr_expect_eq(s.first, 10);
    stream_draw(&s, 10 + STREAM_BLOCK, 0);
    cr_expect_eq(s.first, 10 + STREAM_BLOCK);
    stream_draw(&s, 1000000, 0); /* a stray leaves the block */
    cr_expect_eq(s.first, 10 + STREAM_BLOCK);
    stream_draw(&s, 1000001, 0); /* two in order are followed */
    cr_expect_eq(s.first, 1000001);
}

/* The extreme uniforms of a long product must neither underflow nor reach infinity. */
Test(law, extremes_are_finite)
{
    static const struct example extreme[] = {
        {"erlang", LAW_ERLANG, LAW_SHAPE_MOST, 0},
        {"hyperexp", LAW_HYPEREXP, LAW_CV_MOST, 0},
        {"hyperexp near 1", LAW_HYPEREXP, 1 + 1e-15, 0},
        {"lognormal", LAW_LOGNORMAL, LAW_CV_MOST, 0},
        {"lognormal tiny", LAW_LOGNORMAL, 1e-100, 0},
        {"gamma 100", LAW_GAMMA, LAW_GAMMA_CV_MOST, 0},
        {"gamma 0.01", LAW_GAMMA, 0.01, 0},
        {"weibull", LAW_WEIBULL, LAW_WEIBULL_LEAST, 0},
        {"weibull", LAW_WEIBULL, LAW_WEIBULL_MOST, 0},
        {"pareto near 1", LAW_PARETO, 1 + 1e-15, 0},
        {"pareto", LAW_PARETO, LAW_SHAPE_MOST, 0},
        {"ph2 0.01", LAW_PH2, 0.01, 0},
        {"ph2", LAW_PH2, LAW_CV_MOST, 0},
        {"ph3", LAW_PH3, LAW_CV_MOST, 1e6},
        {"ph3", LAW_PH3, 0.02, 1e6},
    };
    for (size_t e = 0; e < sizeof extreme / sizeof *extreme; e++) {
        double block[STREAM_BLOCK];
        struct stream s = example_stream(&extreme[e], 6, block);
        for (uint64_t n = 0; n < 1000; n++) {
            double x = stream_draw(&s, n, 0);
            cr_assert(isfinite(x) && x >= 0, "%s: %g", extreme[e].name, x);
        }
    }
}

Test(law, parameters_outside_the_range_are_refused)
{
    static const struct example bad[] = {{"", LAW_UNIFORM, -0.1, 0},
                                         {"", LAW_UNIFORM, 1.1, 0},
                                         {"", LAW_UNIFORM, NAN, 0},
                                         {"", LAW_ERLANG, 0, 0},
                                         {"", LAW_ERLANG, 2.5, 0},
                                         {"", LAW_ERLANG, -1, 0},
                                         {"", LAW_ERLANG, LAW_SHAPE_MOST + 1, 0},
                                         {"", LAW_ERLANG, NAN, 0},
                                         {"", LAW_HYPEREXP, 1, 0},
                                         {"", LAW_HYPEREXP, 0.5, 0},
                                         {"", LAW_HYPEREXP, 1001, 0},
                                         {"", LAW_HYPEREXP, NAN, 0},
                                         {"", LAW_LOGNORMAL, 0, 0},
                                         {"", LAW_LOGNORMAL, -1, 0},
                                         {"", LAW_LOGNORMAL, INFINITY, 0},
                                         {"", LAW_LOGNORMAL, NAN, 0},
                                         {"", LAW_GAMMA, 0, 0},
                                         {"", LAW_GAMMA, 0.00999, 0},
                                         {"", LAW_GAMMA, 100.1, 0},
                                         {"", LAW_GAMMA, NAN, 0},
                                         {"", LAW_WEIBULL, 0.09, 0},
                                         {"", LAW_WEIBULL, 101, 0},
                                         {"", LAW_WEIBULL, NAN, 0},
                                         {"", LAW_PARETO, 1, 0},
                                         {"", LAW_PARETO, 0.5, 0},
                                         {"", LAW_PARETO, LAW_SHAPE_MOST + 1, 0},
                                         {"", LAW_PARETO, NAN, 0},
                                         {"", LAW_PH2, 0, 0},
                                         {"", LAW_PH2, -1, 0},
                                         {"", LAW_PH2, 0.00999, 0},
                                         {"", LAW_PH2, 1001, 0},
                                         {"", LAW_PH2, NAN, 0},
                                         {"", LAW_TRIANGULAR, 1, 0},
                                         {"", LAW_PH3, 1, 0},
                                         {"", LAW_EMPIRICAL, 1, 0},
                                         {"", (enum law_kind)99, 1, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct law l;
        cr_expect_eq(law_init(&l, bad[i].kind, bad[i].p), PSN_EINPUT, "case %zu", i);
    }
}

Test(law, rounding_to_ns_is_to_the_nearest)
{
    cr_expect_eq(law_round_ns(0), 0);
    cr_expect_eq(law_round_ns(0.4), 0);
    cr_expect_eq(law_round_ns(0.5), 1);
    cr_expect_eq(law_round_ns(1e15 + 0.25), (psn_time)1000000000000000);
}

/* Blocks by user change no bit either: users in any order, each one's cycles in theirs, with holes,
 * again, and from before. */
Test(law, blocks_by_user_change_no_bit)
{
    enum { USERS = 21 };
    for (size_t e = 0; e < EXAMPLES; e++) {
        struct stream_own own[USERS + 1] = {{0}};
        struct stream s = example_stream(&examples[e], 9, NULL);
        uint64_t cycle[USERS] = {0};
        s.own = own;
        s.room = USERS;
        s.mirrored = e % 2;
        for (uint64_t n = 0; n < 2000; n++) {
            uint32_t word[4];
            random_words(10, n, 0, 0, word);
            uint32_t user = word[0] % USERS, late = word[1] % 12;
            uint64_t number = (uint64_t)user << 32 | cycle[user];
            same(&s, number, 0, examples[e].name);
            same(&s, number, 1 + word[2] % 3, examples[e].name);
            same(&s, cycle[user] > late ? number - late : number, 0, examples[e].name);
            cycle[user] += word[3] % 16 ? 1 : word[3] % 20;
        }
        cr_expect_eq(own[USERS].end, 0, "%s: there is no such user", examples[e].name);
    }
}

/* What a choice relies on: a draw from the uniform law on [0, 2] is twice the uniform. */
Test(law, half_of_the_widest_uniform_is_the_uniform)
{
    double block[STREAM_BLOCK], u[2];
    struct stream s = {.key = 12, .block = block, .room = STREAM_BLOCK};
    cr_assert_eq(law_init(&s.law, LAW_UNIFORM, 1), 0);
    for (uint64_t n = 0; n < 100000; n++) {
        random_uniform2(12, n, 0, 0, u);
        cr_assert_eq(stream_draw(&s, n, 0) / 2, u[0]);
    }
}
