/* SPDX-License-Identifier: Apache-2.0
 * Tests of what laws draw: moments, quantiles and whole distributions at fixed seeds. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "kernel/random.h"
#include "laws.h"

/* E X^j, j = 1 to 4, of a mixture of two Erlang laws of k[i] phases of mean m[i], the first of
 * probability p: E X^j = m^j k (k + 1) ... (k + j - 1) for each. */
static void mixture_moments(double p, const double k[2], const double m[2], double raw[5])
{
    double factor[2] = {p, 1 - p};
    raw[0] = 1;
    for (int j = 1; j <= 4; j++) {
        for (int i = 0; i < 2; i++)
            factor[i] *= m[i] * (k[i] + j - 1);
        raw[j] = factor[0] + factor[1];
    }
}

static double central(const double raw[5])
{
    return raw[4] - 4 * raw[3] + 6 * raw[2] - 3;
}

static double central_of_phases(const struct law *l)
{
    double raw[5], k[2] = {l->order[0], l->order[1]}, m[2] = {l->b, l->c};
    mixture_moments(l->a, k, m, raw);
    return central(raw);
}

/* From cv alone, with the longer branch of probability q. */
static double central_of_hyperexp(double cv)
{
    double q = 0.5 * (1 - sqrt((cv * cv - 1) / (cv * cv + 1)));
    double raw[5], k[2] = {1, 1}, m[2] = {1 / (2 * q), 1 / (2 * (1 - q))};
    mixture_moments(q, k, m, raw);
    cr_assert_lt(fabs(raw[2] - 1 - cv * cv), 1e-9 * raw[2]);
    return central(raw);
}

static double central_of_values(const struct law *l)
{
    double sum = 0;
    for (size_t i = 0; i < l->n_values; i++)
        sum += pow(l->value[i] - 1, 4);
    return sum / (double)l->n_values;
}

/* E(X - 1)^4: exponential 9; uniform on 1 +- s: s^4/5; Erlang and gamma of shape k: 3/k^2 + 6/k^3;
 * lognormal with w = 1 + cv^2: (w-1)^2 (w^4 + 2 w^3 + 3 w^2 - 3); triangular: 12/5 of the squared
 * variance, whatever its mode; Weibull and Pareto from the raw moments gamma(1 + j/k) and k/(k - j)
 * times the scale's power (Johnson, Kotz, Balakrishnan, "Continuous univariate distributions" 1,
 * chapters 14, 17, 19, 20, 21, and 2, chapter 26). */
static double fourth_moment(const struct law *l)
{
    double p = l->parameter, scv = law_scv(l), raw[5];
    switch (l->kind) {
    case LAW_CONST:
        return 0;
    case LAW_EXP:
        return 9;
    case LAW_UNIFORM:
        return pow(p, 4) / 5;
    case LAW_ERLANG:
    case LAW_GAMMA:
        return 3 * scv * scv + 6 * scv * scv * scv;
    case LAW_HYPEREXP:
        return central_of_hyperexp(p);
    case LAW_LOGNORMAL: {
        double w = 1 + p * p;
        return (w - 1) * (w - 1) * (w * w * w * w + 2 * w * w * w + 3 * w * w - 3);
    }
    case LAW_TRIANGULAR:
        return 12 * scv * scv / 5;
    case LAW_WEIBULL:
        for (int j = 0; j <= 4; j++)
            raw[j] = tgamma(1 + j / p) / pow(tgamma(1 + 1 / p), j);
        return central(raw);
    case LAW_PARETO:
        for (int j = 0; j <= 4; j++)
            raw[j] = p / (p - j) * pow((p - 1) / p, j);
        return central(raw);
    case LAW_PH2:
    case LAW_PH3:
        return central_of_phases(l);
    case LAW_EMPIRICAL:
        return central_of_values(l);
    }
    return NAN;
}

/* Mean 1 and variance scv over a million draws, within four standard errors: sqrt(scv / n) for the
 * mean; sqrt((fourth - scv^2) / n) for the mean square about 1. 1e-12 is for rounding where there
 * is no randomness. */
Test(law_shapes, moments)
{
    enum { DRAWS = 1000000 };
    for (size_t e = 0; e < EXAMPLES; e++) {
        double block[STREAM_BLOCK];
        struct stream s =
            example_stream(&examples[e], random_key(2, 0, "moments", RANDOM_STEP, 0), block);
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

/* The 5th, 50th, 95th and 99th percentiles, computed apart from this code by SciPy 1.10
 * (scipy.stats' percent point functions; of mixtures the root of their distribution function). Of
 * 200,000 draws a number within four standard errors sqrt(n p (1 - p)) of n p lies below each. */
Test(law_shapes, quantiles)
{
    enum { DRAWS = 200000, QUANTILES = 4 };
    static const double p[QUANTILES] = {0.05, 0.5, 0.95, 0.99};
    static const struct {
        struct example law;
        double at[QUANTILES];
    } tests[] = {
        {{"exp", LAW_EXP, 0, 0}, {0.0512932943876, 0.69314718056, 2.99573227355, 4.60517018599}},
        {{"lognormal 1.2", LAW_LOGNORMAL, 1.2, 0},
         {0.135404093895, 0.640184399664, 3.02676273504, 5.76113959011}},
        {{"triangular", LAW_TRIANGULAR, 0.2, 2.2}, {0.4, 0.935088935933, 1.8, 2.0211145618}},
        {{"gamma 0.5", LAW_GAMMA, 0.5, 0},
         {0.341579599187, 0.918015187213, 1.93841413198, 2.51127937871}},
        {{"gamma 1.5", LAW_GAMMA, 1.5, 0},
         {0.00202564916067, 0.406693821722, 4.00502858086, 7.07706487006}},
        {{"gamma 3", LAW_GAMMA, 3, 0},
         {1.07641399951e-11, 0.010775742444, 5.75623653427, 15.0603938372}},
        {{"weibull 0.7", LAW_WEIBULL, 0.7, 0},
         {0.0113463522615, 0.46798792258, 3.7874369574, 7.00036490106}},
        {{"weibull 2.5", LAW_WEIBULL, 2.5, 0},
         {0.343535376096, 0.973368781151, 1.74802817289, 2.07608677694}},
        {{"pareto 1.5", LAW_PARETO, 1.5, 0},
         {0.344928972804, 0.529133683989, 2.45602099909, 7.18144896677}},
        {{"pareto 2.5", LAW_PARETO, 2.5, 0},
         {0.612437546897, 0.791704746464, 1.9886724104, 3.78574406688}},
        {{"ph2 0.6", LAW_PH2, 0.6, 0},
         {0.245933791597, 0.886234232782, 2.14265641798, 2.87517090252}},
        {{"ph2 2", LAW_PH2, 2, 0}, {0.0321367689587, 0.451493123756, 3.71488181103, 10.7458907577}},
        {{"ph3 0.6 1.5", LAW_PH3, 0.6, 1.5},
         {0.269190553034, 0.883222726859, 2.11800455727, 2.91990206087}},
        {{"ph3 1.5 4", LAW_PH3, 1.5, 4},
         {0.0359177178044, 0.514712095203, 3.7498179193, 7.69190145297}},
        {{"ph3 0.6 -0.5", LAW_PH3, 0.6, -0.5},
         {0.0127667050629, 1.13624979125, 1.81458618095, 2.12625056679}},
    };
    for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
        double block[STREAM_BLOCK];
        struct stream s =
            example_stream(&tests[t].law, random_key(3, 0, "quantiles", RANDOM_STEP, 0), block);
        int below[QUANTILES] = {0};
        for (uint64_t n = 0; n < DRAWS; n++) {
            double x = stream_draw(&s, n, 0);
            for (int i = 0; i < QUANTILES; i++)
                below[i] += x < tests[t].at[i];
        }
        for (int i = 0; i < QUANTILES; i++)
            cr_expect_leq(fabs(below[i] - DRAWS * p[i]), 4 * sqrt(DRAWS * p[i] * (1 - p[i])),
                          "%s: %d of %d below its %g quantile", tests[t].law.name, below[i], DRAWS,
                          p[i]);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double exp_below(double x, const struct law *l)
{
    (void)l;
    return -expm1(-x);
}

static double uniform_below(double x, const struct law *l)
{
    return (x - 1 + l->parameter) / (2 * l->parameter);
}

static double lognormal_below(double x, const struct law *l)
{
    double variance = log1p(l->parameter * l->parameter);
    return 0.5 * erfc(-(log(x) + variance / 2) / sqrt(2 * variance));
}

static double hyperexp_below(double x, const struct law *l)
{
    double cv = l->parameter, q = 0.5 * (1 - sqrt((cv * cv - 1) / (cv * cv + 1)));
    return -q * expm1(-2 * q * x) - (1 - q) * expm1(-2 * (1 - q) * x);
}

/* Erlang of shape 3: 1 - e^-y (1 + y + y^2/2) with y = 3 x. */
static double erlang3_below(double x, const struct law *l)
{
    double y = l->parameter * x;
    return 1 - exp(-y) * (1 + y + y * y / 2);
}

static double triangular_below(double x, const struct law *l)
{
    double low = l->parameter, high = l->second, mode = 3 - low - high;
    return x < mode ? (x - low) * (x - low) / ((high - low) * (mode - low))
                    : 1 - (high - x) * (high - x) / ((high - low) * (high - mode));
}

static double gamma_below(double x, const struct law *l)
{
    double shape = 1 / (l->parameter * l->parameter);
    return gsl_cdf_gamma_P(x, shape, 1 / shape);
}

static double weibull_below(double x, const struct law *l)
{
    return -expm1(-pow(x * tgamma(1 + 1 / l->parameter), l->parameter));
}

static double pareto_below(double x, const struct law *l)
{
    double k = l->parameter;
    return 1 - pow((k - 1) / (k * x), k);
}

/* Two Erlang laws, their orders and means as fitted: that those give the moments asked for,
 * test_law_fits.c tells. */
static double phases_below(double x, const struct law *l)
{
    double shorter = l->order[1] ? gsl_cdf_gamma_P(x, l->order[1], l->c) : 1;
    return l->a * gsl_cdf_gamma_P(x, l->order[0], l->b) + (1 - l->a) * shorter;
}

/* Kolmogorov and Smirnov: for n draws, P(sqrt(n) D > 1.95) = 2 exp(-2 * 1.95^2) = 0.001. */
Test(law_shapes, whole_distributions)
{
    enum { DRAWS = 100000 };
    static double x[DRAWS];
    static const struct {
        struct example law;
        double (*below)(double, const struct law *);
    } tests[] = {
        {{"exp", LAW_EXP, 0, 0}, exp_below},
        {{"uniform", LAW_UNIFORM, 0.7, 0}, uniform_below},
        {{"lognormal 0.3", LAW_LOGNORMAL, 0.3, 0}, lognormal_below},
        {{"lognormal 4", LAW_LOGNORMAL, 4, 0}, lognormal_below},
        {{"hyperexp", LAW_HYPEREXP, 2, 0}, hyperexp_below},
        {{"erlang", LAW_ERLANG, 3, 0}, erlang3_below},
        {{"triangular", LAW_TRIANGULAR, 0.2, 2.2}, triangular_below},
        {{"triangular, mode at an end", LAW_TRIANGULAR, 0.5, 2}, triangular_below},
        {{"gamma 0.05", LAW_GAMMA, 0.05, 0}, gamma_below},
        {{"gamma 0.5", LAW_GAMMA, 0.5, 0}, gamma_below},
        {{"gamma 2.5", LAW_GAMMA, 2.5, 0}, gamma_below},
        {{"weibull 0.5", LAW_WEIBULL, 0.5, 0}, weibull_below},
        {{"weibull 3", LAW_WEIBULL, 3, 0}, weibull_below},
        {{"pareto 1.2", LAW_PARETO, 1.2, 0}, pareto_below},
        {{"pareto 3", LAW_PARETO, 3, 0}, pareto_below},
        {{"ph2 0.15", LAW_PH2, 0.15, 0}, phases_below},
        {{"ph2 0.8", LAW_PH2, 0.8, 0}, phases_below},
        {{"ph2 1", LAW_PH2, 1, 0}, exp_below},
        {{"ph2 3", LAW_PH2, 3, 0}, phases_below},
        {{"ph3 0.3 1", LAW_PH3, 0.3, 1}, phases_below},
        {{"ph3 0.9 5", LAW_PH3, 0.9, 5}, phases_below},
        {{"ph3 2 4", LAW_PH3, 2, 4}, phases_below},
        {{"ph3 1 2", LAW_PH3, 1, 2}, exp_below},
    };
    for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
        double block[STREAM_BLOCK];
        struct stream s =
            example_stream(&tests[t].law, random_key(4, 0, "ks", RANDOM_STEP, 0), block);
        for (uint64_t n = 0; n < DRAWS; n++)
            x[n] = stream_draw(&s, n, 0);
        qsort(x, DRAWS, sizeof *x, compare);
        double distance = 0;
        for (int i = 0; i < DRAWS; i++) {
            double f = tests[t].below(x[i], &s.law);
            distance = fmax(distance, fmax(f - (double)i / DRAWS, (i + 1.0) / DRAWS - f));
        }
        cr_expect_lt(sqrt(DRAWS) * distance, 1.95, "%s: sqrt(n) D = %g", tests[t].law.name,
                     sqrt(DRAWS) * distance);
    }
}

/* Pearson's chi-square of n draws over the seven different values of eight, one of which has a
 * quarter: six degrees of freedom, of which 22.46 is exceeded with the probability 0.001. */
Test(law_shapes, empirical_draws_each_value_as_often)
{
    enum { DRAWS = 80000 };
    struct stream s = example_stream(&examples[EXAMPLES - 1], 11, NULL);
    cr_assert_eq(s.law.kind, LAW_EMPIRICAL);
    int count[EXAMPLE_VALUES] = {0};
    for (uint64_t n = 0; n < DRAWS; n++) {
        double x = stream_draw(&s, n, 0);
        size_t i = 0;
        while (i < EXAMPLE_VALUES && s.law.value[i] != x)
            i++;
        cr_assert_lt(i, EXAMPLE_VALUES, "%g is none of the values", x);
        count[i]++;
    }
    double chi_square = 0;
    for (size_t i = 0; i < EXAMPLE_VALUES; i++) {
        size_t equal = 0, before = 0;
        for (size_t j = 0; j < EXAMPLE_VALUES; j++) {
            equal += s.law.value[j] == s.law.value[i];
            before += j < i && s.law.value[j] == s.law.value[i];
        }
        double expected = (double)DRAWS * (double)equal / EXAMPLE_VALUES;
        if (before == 0) /* all of its kind count at the first */
            chi_square += (count[i] - expected) * (count[i] - expected) / expected;
    }
    cr_expect_lt(chi_square, 22.46, "%g", chi_square);
}

/* Of every law that varies: a value is monotone in its uniforms, so a pair is negatively correlated
 * (Hoeffding's lemma). 20,000 pairs tell -0.03 from 0 by four standard errors. */
Test(law_shapes, mirrored_draws_are_negatively_correlated)
{
    enum { DRAWS = 20000 };
    for (size_t e = 0; e < EXAMPLES; e++) {
        struct stream s = example_stream(&examples[e], 0, NULL), m = s;
        stream_key(&s, &(struct draws){1, 0, true}, "pair", RANDOM_STEP, 0);
        stream_key(&m, &(struct draws){1, 1, true}, "pair", RANDOM_STEP, 0);
        double sum = 0, scv = law_scv(&s.law);
        for (uint64_t n = 0; n < DRAWS; n++)
            sum += (stream_draw(&s, n, 0) - 1) * (stream_draw(&m, n, 0) - 1);
        if (scv > 0)
            cr_expect_lt(sum / DRAWS / scv, -0.03, "%s: %g", examples[e].name, sum / DRAWS / scv);
    }
}
