/* SPDX-License-Identifier: Apache-2.0
 * Ranges of factors: reading them, and their values as texts. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/range.h"
#include "scenario/same.h"

static const struct spec_key bandwidth = {
    .kind = SPEC_QUANTITY, .dimension = DIMENSION_BANDWIDTH, .bound = BOUND_POSITIVE};
static const struct spec_key delay = {
    .kind = SPEC_RANDOM, .dimension = DIMENSION_TIME, .bound = BOUND_NOT_NEGATIVE};
static const struct spec_key hosts = {
    .kind = SPEC_QUANTITY, .dimension = DIMENSION_NUMBER, .bound = BOUND_WHOLE_POSITIVE};
static const struct spec_key number = {.kind = SPEC_QUANTITY, .dimension = DIMENSION_NUMBER};
static const struct spec_key users = {.kind = SPEC_QUANTITY,
                                      .dimension = DIMENSION_NUMBER,
                                      .bound = BOUND_NOT_NEGATIVE,
                                      .attributes = true};
static const struct spec_key growth = {.kind = SPEC_QUANTITY, .dimension = DIMENSION_GROWTH};

static struct arena memory;

static struct range read(const char *text, const struct spec_key *key)
{
    psn_diagnostics all = {0};
    struct range r;
    struct node *n = node_new_scalar(&memory, (psn_place){"a.yaml", 3, 5}, text);
    cr_assert(range_is(n, key));
    cr_assert_eq(range_read(&memory, n, key, &r, &all), 0, "%s: %s", text,
                 all.count ? all.items[0].text : "");
    return r;
}

Test(range, units_of_both_ends)
{
    struct range r = read("10 Mbit/s..1 Gbit/s", &bandwidth);
    cr_assert_eq(r.low, 10);
    cr_assert_eq(r.high, 1000);
    cr_assert_str_eq(r.after, " Mbit/s");
    cr_assert_not(r.logarithmic || r.whole);
    r = read("0..5 ms", &delay);
    cr_assert(r.low == 0 && r.high == 5);
    cr_assert_str_eq(r.after, " ms");
    r = read("1.5 s .. 1 min log", &delay);
    cr_assert(r.low == 1.5 && r.high == 60 && r.logarithmic);
    r = read("exp(30 s)..exp(60 s)", &delay);
    cr_assert(r.low == 30 && r.high == 60);
    cr_assert_str_eq(r.before, "exp(");
    cr_assert_str_eq(r.after, " s)");
    r = read("5 % of staff..20 % of staff", &users);
    cr_assert(r.low == 5 && r.high == 20);
    r = read("1..8", &hosts);
    cr_assert(r.whole && r.low == 1 && r.high == 8);
    r = read("2 ms..1 s step 100 ms", &delay);
    cr_assert(r.low == 2 && r.high == 1000 && r.step == 100);
    r = read("-5 % / year..10 % / year", &growth);
    cr_assert(r.low == -5 && r.high == 10);
}

Test(range, mistakes)
{
    static const struct {
        const char *text;
        const struct spec_key *key;
        const char *told;
    } all[] = {
        {"5..5", &number, "does not go up"},
        {"5..2", &number, "does not go up"},
        {"0..2 log", &number, "no logarithm"},
        {"1..2 log step 1", &number, "both a step"},
        {"1..8 step 1.5", &hosts, "\"1.5\" is no whole number"},
        {"1..8 step 0", &number, "leads nowhere"},
        {"1..8 step 7.5", &number, "beyond its end"},
        {"1e-300 kbit/s..7 Mbit/s step 8 Gbit/s", &bandwidth, "beyond its end"},
        {"1 ms..2 Mbit/s", &delay, "is a bandwidth"},
        {"1 ms..exp(3 s)", &delay, "different kinds"},
        {"5 % of staff..3", &users, "different kinds"},
        {"0..10 % / year", &growth, "different kinds"},
        {"1e-20..2e-20", &number, "out of all proportion"},
        {"1..", &number, "ends where a number stands"},
        {"..", &number, "ends where a number stands"},
        {"1..2..3", &number, "goes on"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        psn_diagnostics found = {0};
        struct range r;
        struct node *n = node_new_scalar(&memory, (psn_place){"a.yaml", 3, 5}, all[i].text);
        cr_expect_eq(range_read(&memory, n, all[i].key, &r, &found), PSN_EINPUT, "%s", all[i].text);
        cr_expect(found.count == 1 && strstr(found.items[0].text, all[i].told), "%s: %s",
                  all[i].text, found.count ? found.items[0].text : "nothing told");
        cr_expect(found.count == 1 && found.items[0].place.line == 3);
        psn_diagnostics_fini(&found);
    }
}

Test(range, texts)
{
    struct range r = read("10 Mbit/s..1 Gbit/s", &bandwidth);
    cr_assert_str_eq(range_text(&r, 347.12345678, &memory), "347.1235 Mbit/s");
    cr_assert_str_eq(range_text(&r, 10, &memory), "10 Mbit/s");
    cr_assert_str_eq(range_text(&r, 120.5, &memory), "120.5 Mbit/s");
    r = read("0.001..1000 log", &number);
    cr_assert_str_eq(range_text(&r, 0.00123456789, &memory), "0.001234568");
    cr_assert_str_eq(range_text(&r, 123.456789012, &memory), "123.4568");
    r = read("exp(30 s)..exp(60 s)", &delay);
    cr_assert_str_eq(range_text(&r, 44.5, &memory), "exp(44.5 s)");
    r = read("-3..3", &number);
    cr_assert_str_eq(range_text(&r, -0.25, &memory), "-0.25");
    cr_assert_str_eq(range_text(&r, 0, &memory), "0");
    /* Short times in whole ns, but not those of laws. */
    r = read("1 ns..1 us", &delay);
    cr_assert_str_eq(range_text(&r, 345.6789, &memory), "346 ns");
    r = read("0.1 us..2 us", &delay);
    cr_assert_str_eq(range_text(&r, 0.3456789, &memory), "0.346 us");
    cr_assert_str_eq(range_text(&r, 1.3456789, &memory), "1.345679 us");
    r = read("exp(1 ns)..exp(9 ns)", &delay);
    cr_assert_str_eq(range_text(&r, 2.5, &memory), "exp(2.5 ns)");
    /* Never out of the range by rounding: an end of more digits than a value has. */
    r = read("0.123456789..1.123456789", &number);
    cr_assert_str_eq(range_text(&r, r.low, &memory), "0.123457");
    cr_assert_str_eq(range_text(&r, r.high, &memory), "1.123456");
}

/* The text is the value: read back, it is within a millionth of the range of what it was made of.
 */
Test(range, texts_are_near)
{
    struct range r = read("1e-6 s..30 d log", &delay);
    for (int i = 0; i <= 1000; i++) {
        double x = range_at(&r, i / 1000.0);
        struct node *n = node_new_scalar(&memory, (psn_place){0}, range_text(&r, x, &memory));
        cr_assert(fabs(same_base(&memory, n, &delay) / x - 1) < 1e-6, "%s", n->text);
    }
}

Test(range, whole_numbers_are_as_likely)
{
    struct range r = read("2..8", &hosts);
    int count[9] = {0};
    for (int i = 0; i < 7000; i++)
        count[(int)range_quantile(&r, (i + 0.5) / 7000)]++;
    for (int h = 2; h <= 8; h++)
        cr_assert_eq(count[h], 1000);
    cr_assert_eq(range_at(&r, 0), 2);
    cr_assert_eq(range_at(&r, 1 / 3.0), 4);
    cr_assert_eq(range_at(&r, 1), 8);
}

Test(range, logarithm_is_uniform)
{
    struct range r = read("10..1000 log", &number);
    cr_assert_float_eq(range_quantile(&r, 0.5), 100, 1e-9);
    cr_assert_float_eq(range_quantile(&r, 0.25), pow(10, 1.5), 1e-9);
    r = read("10..1000", &number);
    cr_assert_float_eq(range_quantile(&r, 0.5), 505, 1e-9);
}
