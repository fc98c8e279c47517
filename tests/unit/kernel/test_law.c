/* SPDX-License-Identifier: Apache-2.0
 * Tests of kernel/law.h: blocks change nothing, moments, and whole distributions. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/law.h"
#include "kernel/random.h"

struct example {
    const char *name;
    enum law_kind kind;
    double parameter;
};

static const struct example examples[] = {
    {"const", LAW_CONST, 0},
    {"exp", LAW_EXP, 0},
    {"uniform 0", LAW_UNIFORM, 0},
    {"uniform 0.5", LAW_UNIFORM, 0.5},
    {"uniform 1", LAW_UNIFORM, 1},
    {"erlang 1", LAW_ERLANG, 1},
    {"erlang 3", LAW_ERLANG, 3},
    {"erlang 40", LAW_ERLANG, 40},
    {"hyperexp 1.5", LAW_HYPEREXP, 1.5},
    {"hyperexp 3", LAW_HYPEREXP, 3},
    {"lognormal 0.01", LAW_LOGNORMAL, 0.01},
    {"lognormal 0.5", LAW_LOGNORMAL, 0.5},
    {"lognormal 1.2", LAW_LOGNORMAL, 1.2},
};
#define EXAMPLES (sizeof examples / sizeof *examples)

static struct stream make(const struct example *x, uint64_t key, double *block)
{
    struct stream s = {.key = key, .block = block};
    cr_assert_eq(law_init(&s.law, x->kind, x->parameter), 0, "%s", x->name);
    return s;
}

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
            make(&examples[e], random_key(1, 0, "law", RANDOM_STEP, (uint32_t)e), block);
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
        struct stream s = make(&examples[e], 5, NULL);
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
    struct stream s = make(&examples[1], 0, block), m = make(&examples[1], 0, other),
                  p = make(&examples[1], 0, NULL);
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
        m = make(&examples[e], 0, other);
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
    struct stream s = make(&examples[1], 0, NULL), m = s;
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
    struct stream s = make(&examples[1], 5, block);
    stream_draw(&s, 10, 0);
    cr_expect_eq(s.first, 10);
    stream_draw(&s, 10 + STREAM_BLOCK, 0);
    cr_expect_eq(s.first, 10 + STREAM_BLOCK);
    stream_draw(&s, 1000000, 0); /* a stray leaves the block */
    cr_expect_eq(s.first, 10 + STREAM_BLOCK);
    stream_draw(&s, 1000001, 0); /* two in order are followed */
    cr_expect_eq(s.first, 1000001);
}

/* E(X - 1)^4: exponential 9; uniform on 1 +- s: s^4/5; Erlang k: 3/k^2 + 6/k^3; hyperexponential
 * from the raw moments sum p_i j! m_i^j; lognormal with w = 1 + cv^2: (w-1)^2 (w^4 + 2 w^3 + 3 w^2
 * - 3) (Johnson, Kotz, Balakrishnan, "Continuous univariate distributions" 1, chapters 14, 17, 19).
 */
static double fourth_moment(const struct law *l)
{
    double p = l->parameter;
    switch (l->kind) {
    case LAW_CONST:
        return 0;
    case LAW_EXP:
        return 9;
    case LAW_UNIFORM:
        return pow(p, 4) / 5;
    case LAW_ERLANG:
        return 3 / (p * p) + 6 / (p * p * p);
    case LAW_HYPEREXP: {
        /* From cv alone, with the longer branch of probability q. */
        double q = 0.5 * (1 - sqrt((p * p - 1) / (p * p + 1)));
        double raw[5] = {1, 1, 0, 0, 0};
        double factorial = 1;
        for (int j = 2; j <= 4; j++) {
            factorial *= j;
            raw[j] = factorial * (q * pow(1 / (2 * q), j) + (1 - q) * pow(1 / (2 * (1 - q)), j));
        }
        cr_assert_lt(fabs(raw[2] - 1 - p * p), 1e-9 * raw[2]);
        return raw[4] - 4 * raw[3] + 6 * raw[2] - 3;
    }
    case LAW_LOGNORMAL: {
        double w = 1 + p * p;
        return (w - 1) * (w - 1) * (w * w * w * w + 2 * w * w * w + 3 * w * w - 3);
    }
    }
    return NAN;
}

/* Mean 1 and variance scv over a million draws, within four standard errors: sqrt(scv / n) for the
 * mean; sqrt((fourth - scv^2) / n) for the mean square about 1. 1e-12 is for rounding where there
 * is no randomness. */
Test(law, moments)
{
    enum { DRAWS = 1000000 };
    for (size_t e = 0; e < EXAMPLES; e++) {
        double block[STREAM_BLOCK];
        struct stream s = make(&examples[e], random_key(2, 0, "moments", RANDOM_STEP, 0), block);
        double scv = law_scv(&s.law), sum = 0, squares = 0;
        for (uint64_t n = 0; n < DRAWS; n++) {
            double d = stream_draw(&s, n, 0) - 1;
            cr_assert_geq(d, -1);
            sum += d;
            squares += d * d;
        }
        cr_expect_leq(fabs(sum / DRAWS), 4 * sqrt(scv / DRAWS) + 1e-12, "%s: mean 1%+g",
                      examples[e].name, sum / DRAWS);
        double spread = sqrt((fourth_moment(&s.law) - scv * scv) / DRAWS);
        cr_expect_leq(fabs(squares / DRAWS - scv), 4 * spread + 1e-12,
                      "%s: scv %g instead of %g +- %g", examples[e].name, squares / DRAWS, scv,
                      spread);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double exp_below(double x, double parameter)
{
    (void)parameter;
    return -expm1(-x);
}

static double uniform_below(double x, double spread)
{
    return (x - 1 + spread) / (2 * spread);
}

static double lognormal_below(double x, double cv)
{
    double variance = log1p(cv * cv);
    return 0.5 * erfc(-(log(x) + variance / 2) / sqrt(2 * variance));
}

static double hyperexp_below(double x, double cv)
{
    double q = 0.5 * (1 - sqrt((cv * cv - 1) / (cv * cv + 1)));
    return -q * expm1(-2 * q * x) - (1 - q) * expm1(-2 * (1 - q) * x);
}

/* Erlang of shape 3: 1 - e^-y (1 + y + y^2/2) with y = 3 x. */
static double erlang3_below(double x, double shape)
{
    double y = shape * x;
    return 1 - exp(-y) * (1 + y + y * y / 2);
}

/* Kolmogorov and Smirnov: for n draws, P(sqrt(n) D > 1.95) = 2 exp(-2 * 1.95^2) = 0.001. */
Test(law, whole_distributions)
{
    enum { DRAWS = 100000 };
    static double x[DRAWS];
    static const struct {
        struct example law;
        double (*below)(double, double);
    } tests[] = {
        {{"exp", LAW_EXP, 0}, exp_below},
        {{"uniform", LAW_UNIFORM, 0.7}, uniform_below},
        {{"lognormal 0.3", LAW_LOGNORMAL, 0.3}, lognormal_below},
        {{"lognormal 4", LAW_LOGNORMAL, 4}, lognormal_below},
        {{"hyperexp", LAW_HYPEREXP, 2}, hyperexp_below},
        {{"erlang", LAW_ERLANG, 3}, erlang3_below},
    };
    for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
        double block[STREAM_BLOCK];
        struct stream s = make(&tests[t].law, random_key(4, 0, "ks", RANDOM_STEP, 0), block);
        for (uint64_t n = 0; n < DRAWS; n++)
            x[n] = stream_draw(&s, n, 0);
        qsort(x, DRAWS, sizeof *x, compare);
        double distance = 0;
        for (int i = 0; i < DRAWS; i++) {
            double f = tests[t].below(x[i], tests[t].law.parameter);
            distance = fmax(distance, fmax(f - (double)i / DRAWS, (i + 1.0) / DRAWS - f));
        }
        cr_expect_lt(sqrt(DRAWS) * distance, 1.95, "%s: sqrt(n) D = %g", tests[t].law.name,
                     sqrt(DRAWS) * distance);
    }
}

/* The extreme uniforms of a long product must neither underflow nor reach infinity. */
Test(law, extremes_are_finite)
{
    static const struct example extreme[] = {
        {"erlang", LAW_ERLANG, LAW_SHAPE_MOST},       {"hyperexp", LAW_HYPEREXP, LAW_CV_MOST},
        {"hyperexp near 1", LAW_HYPEREXP, 1 + 1e-15}, {"lognormal", LAW_LOGNORMAL, LAW_CV_MOST},
        {"lognormal tiny", LAW_LOGNORMAL, 1e-100},
    };
    for (size_t e = 0; e < sizeof extreme / sizeof *extreme; e++) {
        double block[STREAM_BLOCK];
        struct stream s = make(&extreme[e], 6, block);
        for (uint64_t n = 0; n < 1000; n++) {
            double x = stream_draw(&s, n, 0);
            cr_assert(isfinite(x) && x >= 0, "%s: %g", extreme[e].name, x);
        }
    }
}

/* sigma^2 = log(1 + cv^2) where cv is so small that 1 + cv^2 loses digits, and around the seam. */
Test(law, lognormal_sigma_is_exact_for_any_cv)
{
    for (double cv = 1e-12; cv < 900; cv *= 1.37) {
        struct law l;
        cr_assert_eq(law_init(&l, LAW_LOGNORMAL, cv), 0);
        double exact = sqrt(log1p(cv * cv));
        cr_expect_lt(fabs(l.b / exact - 1), 1e-13, "cv %g: %g", cv, l.b / exact - 1);
    }
}

Test(law, parameters_outside_the_range_are_refused)
{
    static const struct example bad[] = {{"", LAW_UNIFORM, -0.1},
                                         {"", LAW_UNIFORM, 1.1},
                                         {"", LAW_UNIFORM, NAN},
                                         {"", LAW_ERLANG, 0},
                                         {"", LAW_ERLANG, 2.5},
                                         {"", LAW_ERLANG, -1},
                                         {"", LAW_ERLANG, LAW_SHAPE_MOST + 1},
                                         {"", LAW_ERLANG, NAN},
                                         {"", LAW_HYPEREXP, 1},
                                         {"", LAW_HYPEREXP, 0.5},
                                         {"", LAW_HYPEREXP, 1001},
                                         {"", LAW_HYPEREXP, NAN},
                                         {"", LAW_LOGNORMAL, 0},
                                         {"", LAW_LOGNORMAL, -1},
                                         {"", LAW_LOGNORMAL, INFINITY},
                                         {"", LAW_LOGNORMAL, NAN},
                                         {"", (enum law_kind)99, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct law l;
        cr_expect_eq(law_init(&l, bad[i].kind, bad[i].parameter), PSN_EINPUT, "case %zu", i);
    }
}

Test(law, rounding_to_ns_is_to_the_nearest)
{
    cr_expect_eq(law_round_ns(0), 0);
    cr_expect_eq(law_round_ns(0.4), 0);
    cr_expect_eq(law_round_ns(0.5), 1);
    cr_expect_eq(law_round_ns(1e15 + 0.25), (psn_time)1000000000000000);
}
