/* SPDX-License-Identifier: Apache-2.0
 * Quantities, amounts and laws: values in base units, and every way to get them wrong. */
#include <locale.h>
#include <math.h>

#include "reading.h"
#include "scenario/quantity.h"

static struct arena memory;
static psn_diagnostics all;

static struct node *given(const char *text)
{
    struct node *n = node_new_scalar(&memory, (psn_place){"q", 1, 1}, text);
    cr_assert(n);
    return n;
}

static double plain(const char *text, enum dimension d)
{
    double value = -1;
    psn_diagnostics none = {0};
    cr_expect_eq(quantity_plain(given(text), d, BOUND_ANY, &value, &none), 0, "%s", text);
    psn_diagnostics_fini(&none);
    return value;
}

static void wrong(const char *text, enum dimension d, enum bound b, const char *gist)
{
    struct amount out;
    psn_diagnostics found = {0};
    cr_expect_eq(quantity_amount(&memory, given(text), d, b, true, &out, &found), PSN_EINPUT, "%s",
                 text);
    cr_expect_eq(found.count, 1);
    assert_mistake(&found, "q", 1, 1, gist);
    psn_diagnostics_fini(&found);
}

static void fini(void)
{
    arena_fini(&memory);
    psn_diagnostics_fini(&all);
}

TestSuite(quantity, .fini = fini);

Test(quantity, units_in_base_units)
{
    cr_expect_eq(plain("12", DIMENSION_NUMBER), 12);
    cr_expect_eq(plain(".02", DIMENSION_NUMBER), .02);
    cr_expect_eq(plain("-1.5e3", DIMENSION_NUMBER), -1500);
    cr_expect_eq(plain("30 %", DIMENSION_SHARE), 0.3);
    cr_expect_eq(plain("0.3", DIMENSION_SHARE), 0.3);
    cr_expect_eq(plain("3.5%", DIMENSION_SHARE), 3.5 / 100);
    cr_expect_eq(plain("0.1 ms", DIMENSION_TIME), 100000);
    cr_expect_eq(plain("2 h", DIMENSION_TIME), 7200e9);
    cr_expect_eq(plain("1 y", DIMENSION_TIME), 365 * 86400e9);
    cr_expect_eq(plain("12 months", DIMENSION_TIME), 365 * 86400e9);
    cr_expect_eq(plain("1 week", DIMENSION_TIME), 7 * 86400e9);
    cr_expect_eq(plain("3 \xC2\xB5s", DIMENSION_TIME), 3000);
    cr_expect_eq(plain("64 KiB", DIMENSION_SIZE), 64 * 1024 * 8);
    cr_expect_eq(plain("64 KB", DIMENSION_SIZE), 64 * 1000 * 8);
    cr_expect_eq(plain("3 TB", DIMENSION_SIZE), 24e12);
    cr_expect_eq(plain("1 kbit", DIMENSION_SIZE), 1000);
    cr_expect_eq(plain("10 Mbit/s", DIMENSION_BANDWIDTH), 1e7);
    cr_expect_eq(plain("10 Mbit / s", DIMENSION_BANDWIDTH), 1e7);
    cr_expect_eq(plain("2 MB/s", DIMENSION_BANDWIDTH), 16e6);
    cr_expect_eq(plain("2 / s", DIMENSION_RATE), 2);
    cr_expect_eq(plain("13 / year", DIMENSION_RATE), 13.0 / (365 * 86400));
    cr_expect_eq(plain("60/min", DIMENSION_RATE), 1);
    cr_expect_eq(plain("0", DIMENSION_TIME), 0);
    /* beyond the short cut: 17 digits, and a large exponent */
    cr_expect_eq(plain("0.12345678901234568", DIMENSION_NUMBER), 0.12345678901234568);
    cr_expect_eq(plain("1e23", DIMENSION_NUMBER), 1e23);
    cr_expect_eq(plain("9007199254740993", DIMENSION_NUMBER), 9007199254740992.0);
}

Test(quantity, growth_compounds)
{
    double year = 365 * 86400.0;
    cr_expect_float_eq(plain("10 % / year", DIMENSION_GROWTH), log(1.1) / year, 1e-14 / year);
    cr_expect_float_eq(plain("-50%/month", DIMENSION_GROWTH), 12 * log(0.5) / year, 1e-13 / year);
    cr_expect_eq(plain("0", DIMENSION_GROWTH), 0);
    cr_expect_eq(plain("0 % / d", DIMENSION_GROWTH), 0);
    wrong("10 %", DIMENSION_GROWTH, BOUND_ANY,
          "\"10 %\" is a share; expected a growth such as 10 % / year");
    wrong("10 / year", DIMENSION_GROWTH, BOUND_ANY, "is a rate; expected a growth");
    wrong("10", DIMENSION_GROWTH, BOUND_ANY, "has no unit");
    wrong("10 % / yr", DIMENSION_GROWTH, BOUND_ANY, "(did you mean % / year?)");
    wrong("-100 % / year", DIMENSION_GROWTH, BOUND_ANY, "leaves nothing, or less");
    wrong("10 % / year", DIMENSION_RATE, BOUND_ANY, "is a growth; expected a rate");
}

Test(quantity, mistakes_name_what_is_wrong_and_what_was_expected)
{
    wrong("0.3 ns", DIMENSION_TIME, BOUND_NOT_NEGATIVE,
          "\"0.3 ns\" is less than 1 ns, the least time that is not 0; expected a time");
    wrong("0.0009 us", DIMENSION_TIME, BOUND_POSITIVE, "is less than 1 ns");
    wrong("-0.1 ns", DIMENSION_TIME, BOUND_ANY, "is less than 1 ns");
    cr_expect_eq(plain("1 ns", DIMENSION_TIME), 1);
    cr_expect_eq(plain("0 ns", DIMENSION_TIME), 0);
    wrong("10 Mb", DIMENSION_BANDWIDTH, BOUND_POSITIVE,
          "\"10 Mb\" has an unknown unit \"Mb\"; expected a bandwidth such as 10 Mbit/s (did you "
          "mean "
          "Mbit/s?)");
    wrong("10 Mbps", DIMENSION_BANDWIDTH, BOUND_POSITIVE, "(did you mean Mbit/s?)");
    wrong("64 KB", DIMENSION_BANDWIDTH, BOUND_POSITIVE,
          "\"64 KB\" is a size; expected a bandwidth such as 10 Mbit/s");
    wrong("3 s", DIMENSION_SIZE, BOUND_POSITIVE,
          "\"3 s\" is a time; expected a size such as 64 KB");
    wrong("5 s", DIMENSION_RATE, BOUND_ANY, "\"5 s\" is a time; expected a rate such as 13 / year");
    wrong("5 / yaer", DIMENSION_RATE, BOUND_ANY, "(did you mean / year?)");
    wrong("40", DIMENSION_TIME, BOUND_ANY, "\"40\" has no unit; expected a time such as 40 ms");
    wrong("3 hours", DIMENSION_TIME, BOUND_ANY,
          "unknown unit \"hours\"; expected a time such as 40 ms "
          "(did you mean h?)");
    wrong("420 people", DIMENSION_NUMBER, BOUND_ANY,
          "has a unit \"people\"; expected a plain number");
    wrong("30 %", DIMENSION_NUMBER, BOUND_ANY, "has a unit \"%\"");
    wrong("ten", DIMENSION_NUMBER, BOUND_ANY, "has no number where one stands");
    wrong("10 ms later", DIMENSION_TIME, BOUND_ANY, "goes on with \"later\"");
}

Test(quantity, commas)
{
    wrong("182,493", DIMENSION_NUMBER, BOUND_ANY, "no thousands commas, write 182493");
    wrong("1,182,493 KB", DIMENSION_SIZE, BOUND_ANY, "no thousands commas, write 1182493");
    wrong("1,5 s", DIMENSION_TIME, BOUND_ANY, "a comma where a decimal point stands");
}

Test(quantity, infinities)
{
    const char *texts[] = {".inf", "inf", "-.inf", "Infinity", "nan", ".NaN", "1e999", "-1e999"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        wrong(texts[i], DIMENSION_NUMBER, BOUND_ANY, "is not finite");
    wrong("1e300 PB", DIMENSION_SIZE, BOUND_ANY, "is not finite");
    wrong("1e200 PB", DIMENSION_SIZE, BOUND_ANY, "out of all proportion");
    wrong("300 y", DIMENSION_TIME, BOUND_ANY, "longer than 290 years");
}

Test(quantity, bounds)
{
    wrong("-3 KB", DIMENSION_SIZE, BOUND_NOT_NEGATIVE, "\"-3 KB\" is negative; expected a size");
    wrong("0 ms", DIMENSION_TIME, BOUND_POSITIVE, "is zero");
    wrong("2.5", DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE,
          "is no whole number; expected a whole number");
    wrong("0", DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, "is zero");
    wrong("-2", DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, "is negative");
}

static struct amount amount(const char *text, enum dimension d)
{
    struct amount out = {0};
    cr_expect_eq(quantity_amount(&memory, given(text), d, BOUND_ANY, true, &out, &all), 0, "%s",
                 text);
    return out;
}

Test(quantity, amounts_tied_to_an_attribute)
{
    struct amount a = amount("13 / year per staff", DIMENSION_RATE);
    cr_expect_eq(a.value, 13.0 / (365 * 86400));
    cr_expect_eq(a.of, ATTRIBUTE_STAFF);
    cr_expect_eq(a.per, 1);
    a = amount("1 per 100 staff", DIMENSION_NUMBER);
    cr_expect_eq(a.value, 1);
    cr_expect_eq(a.per, 100);
    a = amount("59 % of staff", DIMENSION_NUMBER);
    cr_expect_eq(a.value, 0.59);
    cr_expect_eq(a.of, ATTRIBUTE_STAFF);
    a = amount("4 % of data.db", DIMENSION_SIZE);
    cr_expect_eq(a.value, 0.04);
    cr_expect_eq(a.of, ATTRIBUTE_DATA);
    cr_expect_str_eq(a.name, "db");
    a = amount("12 per counts.schools", DIMENSION_NUMBER);
    cr_expect_eq(a.of, ATTRIBUTE_COUNT);
    cr_expect_str_eq(a.name, "schools");
    a = amount("2 KB per population", DIMENSION_SIZE);
    cr_expect_eq(a.value, 16000);
    cr_expect_eq(a.of, ATTRIBUTE_POPULATION);
    cr_expect_eq(amount("12 per site", DIMENSION_NUMBER).of, ATTRIBUTE_SITE);
}

Test(quantity, amounts_that_make_no_sense)
{
    wrong("3 per staf", DIMENSION_NUMBER, BOUND_ANY, "(did you mean staff?)");
    wrong("3 per host", DIMENSION_NUMBER, BOUND_ANY,
          "\"host\", which is no attribute; expected "
          "population, staff");
    wrong("4 % of staff", DIMENSION_SIZE, BOUND_ANY, "number of people");
    wrong("4 % of data.db", DIMENSION_NUMBER, BOUND_ANY, "is a size, for data is one");
    wrong("4 KB of data.db", DIMENSION_SIZE, BOUND_ANY, "both a unit and `of`");
    wrong("4 KB per data.db", DIMENSION_SIZE, BOUND_ANY, "only `of`");
    wrong("4 per 0 staff", DIMENSION_NUMBER, BOUND_ANY, "not above zero");
    wrong("4 per counts.", DIMENSION_NUMBER, BOUND_ANY, "no attribute");
    double value;
    psn_diagnostics found = {0};
    cr_expect_eq(quantity_plain(given("1 per staff"), DIMENSION_NUMBER, BOUND_ANY, &value, &found),
                 PSN_EINPUT);
    assert_mistake(&found, "q", 1, 1, "which this key cannot be");
    psn_diagnostics_fini(&found);
}

static struct random_amount law(const char *text, enum dimension d)
{
    struct random_amount out = {0};
    cr_expect_eq(quantity_random(&memory, given(text), d, BOUND_NOT_NEGATIVE, true, &out, &all), 0,
                 "%s", text);
    return out;
}

Test(quantity, laws)
{
    struct random_amount r = law("40 ms", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_CONST);
    cr_expect_eq(r.mean.value, 40e6);
    cr_expect_eq(law("const(40 ms)", DIMENSION_TIME).law.kind, LAW_CONST);
    r = law("exp(40 ms)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_EXP);
    cr_expect_eq(r.mean.value, 40e6);
    r = law("uniform(20 ms 60 ms)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_UNIFORM);
    cr_expect_eq(r.mean.value, 40e6);
    cr_expect_eq(r.law.parameter, 0.5);
    r = law("erlang(40 ms shape 4)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_ERLANG);
    cr_expect_eq(r.law.parameter, 4);
    cr_expect_eq(law("erlang(40 ms cv 0.5)", DIMENSION_TIME).law.parameter, 4);
    r = law("hyperexp(40 ms cv 2)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_HYPEREXP);
    cr_expect_eq(r.law.parameter, 2);
    r = law("lognormal( 60 ms cv 1.5 )", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_LOGNORMAL);
    cr_expect_eq(r.law.parameter, 1.5);
    r = law("triangular(10 ms 20 ms 60 ms)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_TRIANGULAR);
    cr_expect_eq(r.mean.value, 30e6);
    cr_expect_eq(r.law.parameter, 1.0 / 3);
    cr_expect_eq(r.law.second, 2);
    cr_expect_eq(law("triangular(0 0 60 ms)", DIMENSION_TIME).mean.value, 20e6);
    r = law("gamma(40 ms cv 0.8)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_GAMMA);
    cr_expect_eq(r.law.parameter, 0.8);
    r = law("weibull(40 ms shape 0.7)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_WEIBULL);
    cr_expect_eq(r.law.parameter, 0.7);
    cr_expect_float_eq(law("weibull(40 ms cv 1)", DIMENSION_TIME).law.parameter, 1, 1e-14);
    r = law("pareto(90 KB shape 2.2)", DIMENSION_SIZE);
    cr_expect_eq(r.law.kind, LAW_PARETO);
    cr_expect_eq(r.law.parameter, 2.2);
    r = law("ph2(40 ms cv .7)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_PH2);
    cr_expect_eq(r.law.parameter, .7);
    r = law("ph3(40 ms cv 0.6 skew -0.5)", DIMENSION_TIME);
    cr_expect_eq(r.law.kind, LAW_PH3);
    cr_expect_eq(r.law.parameter, 0.6);
    cr_expect_eq(r.law.second, -0.5);
    r = law("gamma(2 KB per staff cv2)", DIMENSION_SIZE);
    cr_expect_eq(r.mean.of, ATTRIBUTE_STAFF);
    cr_expect_eq(r.law.parameter, 2);
    r = law("exp(4 % of data.db)", DIMENSION_SIZE);
    cr_expect_eq(r.mean.of, ATTRIBUTE_DATA);
    cr_expect_eq(r.mean.value, 0.04);
    r = law("lognormal(2 KB per staff cv 2)", DIMENSION_SIZE);
    cr_expect_eq(r.mean.of, ATTRIBUTE_STAFF);
    cr_expect_eq(r.law.parameter, 2);
}

static void wrong_law(const char *text, const char *gist)
{
    struct random_amount out;
    psn_diagnostics found = {0};
    cr_expect_eq(quantity_random(&memory, given(text), DIMENSION_TIME, BOUND_NOT_NEGATIVE, true,
                                 &out, &found),
                 PSN_EINPUT, "%s", text);
    cr_expect_eq(found.count, 1);
    assert_mistake(&found, "q", 1, 1, gist);
    psn_diagnostics_fini(&found);
}

Test(quantity, laws_that_are_none)
{
    wrong_law("expo(40 ms)",
              "unknown law \"expo\"; expected const, exp, uniform, triangular, erlang, hyperexp, "
              "gamma, weibull, lognormal, pareto, ph2, ph3 or empirical (did you mean exp?)");
    wrong_law("lognormal(60 ms, cv 1.5)", "the arguments of a law are apart by spaces");
    wrong_law("lognormal(60 ms",
              "has no closing parenthesis (a comma inside { } or [ ] ends a text");
    wrong_law("lognormal(60 ms)", "lacks `cv X`");
    wrong_law("lognormal(60 ms cv 0)", "const has none");
    wrong_law("hyperexp(60 ms cv 1)", "that is exp");
    wrong_law("hyperexp(60 ms cv 0.5)", "has a cv below 1");
    wrong_law("erlang(60 ms cv 0.6)", "which is not whole (near: shape 3)");
    wrong_law("erlang(60 ms shape 2.5)", "no whole number");
    wrong_law("erlang(60 ms cv 2)", "outside 0..1");
    wrong_law("uniform(20 60 ms)", "has no unit");
    wrong_law("uniform(20 ms)", "one bound where uniform has two");
    wrong_law("uniform(60 ms 20 ms)", "not above the first");
    wrong_law("uniform(-60 ms 20 ms)", "is negative");
    wrong_law("triangular(20 ms)", "has one bound where triangular has three: LOW MODE HIGH");
    wrong_law("triangular(20 ms 30 ms)", "has two bounds where triangular has three");
    wrong_law("triangular(20 ms 10 ms 30 ms)", "has bounds that do not rise, as LOW MODE HIGH do");
    wrong_law("triangular(20 ms 40 ms 30 ms)", "do not rise");
    wrong_law("triangular(20 ms 20 ms 20 ms)", "do not rise");
    wrong_law("triangular(-20 ms 20 ms 30 ms)", "is negative");
    wrong_law("triangular(1 ms 2 ms 3 ms 4 ms)", "gives triangular more than it takes: \"4 ms\"");
    wrong_law("gamma(60 ms)", "lacks `cv X` after the mean");
    wrong_law("gamma(60 ms shape 2)", "lacks `cv X`");
    wrong_law("gamma(60 ms cv 0)", "const has none");
    wrong_law("gamma(60 ms cv 0.009)", "has a cv below 0.01 (lognormal has such)");
    wrong_law("gamma(60 ms cv 101)", "has a cv above 100");
    wrong_law("weibull(60 ms)", "lacks `shape X` or `cv X`");
    wrong_law("weibull(60 ms cv 0.01)", "has a cv below 0.0128");
    wrong_law("weibull(60 ms cv -1)", "not above zero");
    wrong_law("weibull(60 ms shape 0)", "has a shape outside 0.1..100");
    wrong_law("weibull(60 ms shape 101)", "has a shape outside 0.1..100");
    wrong_law("pareto(60 ms)", "lacks `shape X` after the mean");
    wrong_law("pareto(60 ms cv 2)", "lacks `shape X` after the mean");
    wrong_law("pareto(60 ms shape 1)", "has a shape that is not above 1, and so no finite mean");
    wrong_law("pareto(60 ms shape 0.9)", "no finite mean");
    wrong_law("pareto(60 ms shape 10001)", "has a shape above 10000");
    wrong_law("ph2(60 ms cv 0.009)", "has a cv below 0.01");
    wrong_law("ph3(60 ms cv 2)", "lacks `skew Y` after the cv");
    wrong_law("ph3(60 ms skew 2)", "lacks `cv X` after the mean");
    wrong_law("ph3(60 ms cv 0.6 skew -1.1)",
              "no law of positive values with this cv has one of cv - 1 / cv = -1.067 or below "
              "(near: skew -1.065)");
    wrong_law("ph3(60 ms cv 2 skew 1.5)", "(near: skew 1.501)");
    wrong_law("ph3(60 ms cv 2 skew 4 5)", "gives ph3 more than it takes: \"5\"");
    wrong_law("ph3(60 ms cv 2 skew)", "ends where a number stands");
    wrong_law("empirical(w.csv)", "names a file that was not read");
    wrong_law("exp(40 ms cv 2)", "gives exp more than it takes: \"cv 2\"");
    wrong_law("exp(40 KB)", "is a size; expected a time such as 40 ms or a law such as exp(40 ms)");
    wrong_law("exp(-1 ms)", "is negative");
    wrong_law("exp(1e999 s)", "is not finite");
    wrong_law("exp(40 ms) 3", "goes on behind its closing parenthesis");
    wrong_law("exp()", "ends where a number stands");
    wrong_law("exp(0.3 ns)",
              "is less than 1 ns, the least time that is not 0; expected a time such "
              "as 40 ms or a law");
}

/* A decimal comma in the locale of the process must not matter. */
Test(quantity, locale)
{
    setlocale(LC_ALL, "de_DE.UTF-8");
    cr_expect_eq(plain("0.12345678901234568", DIMENSION_NUMBER), 0.12345678901234568);
    cr_expect_eq(plain("2.5 s", DIMENSION_TIME), 2.5e9);
}
