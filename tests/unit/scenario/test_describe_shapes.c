/* SPDX-License-Identifier: Apache-2.0
 * Demand by date: days of the calendar, months, growth. */
#include <criterion/criterion.h>
#include <math.h>

#include "describing.h"

/* From Thursday 22 December 2011, 08:00, 30 days. In one calendar the Sundays 25 December and 1
 * January move to 27 December (the 26th is a holiday itself) and 2 January. */
#define WINTER(profile, partner, workload)                                                         \
    "psnsim: 1\ntime: {start: 2011-12-22T08:00, horizon: 30 d}\n"                                  \
    "calendars:\n"                                                                                 \
    "  england: {holidays: [01-01, 12-25, 12-26], christmas: [12-24..12-31]}\n"                    \
    "  elsewhere: {christmas: [2011-12-28]}\n"                                                     \
    "profiles: {x: {" profile "}}\n"                                                               \
    "partners: {a: {staff: {s: 100}, " partner "}, b: {staff: {s: 10}, calendar: elsewhere}}\n"    \
    "sites: {s: {}}\ncompute: {c: {site: s}}\n"                                                    \
    "services: {v: {steps: [{compute: app, work: 1 s}]}}\n"                                        \
    "workloads: {w: {service: v, at: s, profile: x, " workload "}}\n"                              \
    "arrangements: {r: {hosting: {all: {app: c}}}}\n"

static struct description *sound(const char *text)
{
    char *mistakes;
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    return d;
}

static void unsound(const char *text, const char *gist)
{
    char *mistakes;
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(d);
    cr_assert_not_null(strstr(mistakes, gist), "%s", mistakes);
    free(mistakes);
}

/* The scenario's time of an hour of a date in December 2011 (32: 1 January). */
static psn_time at(int day, int hour)
{
    return ((day - 22) * 24 + hour - 8) * PSN_HOUR;
}

Test(shapes, days_and_months)
{
    struct description *d =
        sound(WINTER("weekday: 2, weekend: 1, sunday: .5, months: [3,1,1,1,1,1,1,1,1,1,1,1], "
                     "days: {holidays: sunday, christmas: .25}",
                     "calendar: england", "rate: 7 / d"));
    const struct source *a = &d->source[0], *b = &d->source[1];
    cr_assert_eq(d->n_shapes, 2, "one for each calendar");
    cr_assert_float_eq(description_level_mean(d, a), (5 * 2 + 1 + .5) / 7, 1e-14);
    cr_assert_eq(description_level(d, a, 0), 2);
    cr_assert_eq(description_level(d, a, at(23, 23)), 2, "Friday before Christmas");
    cr_assert_eq(description_level(d, a, at(24, 0)), .25 * 1, "Saturday, Christmas");
    cr_assert_eq(description_level(d, a, at(25, 0)), .25 * .5, "Sunday");
    cr_assert_eq(description_level(d, a, at(26, 12)), .25 * .5, "a holiday takes the Sunday's");
    cr_assert_eq(description_level(d, a, at(27, 12)), .25 * .5, "the 25th's substitute");
    cr_assert_eq(description_level(d, a, at(28, 12)), .25 * 2);
    cr_assert_eq(description_level(d, a, at(32, 0)), 3 * .5, "Sunday 1 January");
    cr_assert_eq(description_level(d, a, at(33, 0)), 3 * .5, "Monday, its substitute");
    cr_assert_eq(description_level(d, a, at(34, 0)), 3 * 2);
    /* The other calendar has one such day, and no holidays. */
    cr_assert_eq(description_level(d, b, at(26, 12)), 2);
    cr_assert_eq(description_level(d, b, at(28, 0)), .25 * 2);
    cr_assert_eq(description_level(d, b, at(33, 0)), 3 * 2);
    description_free(d);
}

Test(shapes, the_last_shape_counts_and_factors_multiply)
{
    struct description *d =
        sound(WINTER("weekday: 2, weekend: 1, days: {christmas: weekend, holidays: weekday}",
                     "calendar: england", "rate: 7 / d"));
    cr_assert_eq(description_level(d, d->source, at(28, 0)), 1);
    cr_assert_eq(description_level(d, d->source, at(26, 0)), 2, "christmas, then a holiday");
    description_free(d);
    d = sound(WINTER("weekday: 2, weekend: 1, days: {holidays: weekday, christmas: weekend}",
                     "calendar: england", "rate: 7 / d"));
    cr_assert_eq(description_level(d, d->source, at(26, 0)), 1, "a holiday, then christmas");
    description_free(d);
    d = sound(WINTER("weekday: 2, days: {holidays: 3, christmas: .5}", "calendar: england",
                     "rate: 7 / d"));
    cr_assert_eq(description_level(d, d->source, at(26, 0)), 2 * 3 * .5);
    description_free(d);
}

Test(shapes, signed_on_through_a_holiday)
{
    struct description *d =
        sound(WINTER("weekday: [0,0,0,0,0,0,0,0,0,.7,1,1,1,1,1,1,1,1,0,0,0,0,0,0], weekend: 0, "
                     "days: {holidays: weekend, christmas: .25}",
                     "calendar: england", "users: 50 % of staff, think: 60 s"));
    const struct source *a = &d->source[0];
    cr_assert_eq(a->users, 50);
    cr_assert_eq(a->users_most, 50);
    cr_assert_eq(description_signed_on(d, a, at(22, 9)), 35);
    cr_assert_eq(description_signed_on(d, a, at(22, 10)), 50);
    cr_assert_eq(description_signed_on(d, a, at(26, 10)), 0, "a holiday");
    cr_assert_eq(description_signed_on(d, a, at(28, 9)), 9, "8.75");
    cr_assert_eq(description_signed_on(d, a, at(28, 10)), 13, "12.5");
    description_free(d);
}

Test(shapes, mistakes)
{
    unsound(WINTER("weekday: 1, days: {holidays: .5}", "population: 1", "rate: 1 / d"),
            "partner \"a\" has none; expected that partner with calendar");
    unsound(WINTER("weekday: 1, days: {holiday: .5}", "calendar: england", "rate: 1 / d"),
            "no calendar has a set of days \"holiday\" (did you mean holidays?)");
    unsound(WINTER("weekday: 1, days: {holidays: sunday}", "calendar: england", "rate: 1 / d"),
            "a shape that the profile does not state");
    unsound(
        WINTER("weekday: .8, days: {christmas: 1.5}", "calendar: england", "users: 5, think: 1 s"),
        "profile \"x\" comes to 1.2 on 2011-12-24 at 00:00");
    unsound(WINTER("weekday: 1, months: [1,1,1,1,1,1,1,1,1,1,1,9]", "calendar: england",
                   "rate: 2e14 / s"),
            "1.8e+15 requests a second");
    unsound(WINTER("weekday: 1", "growth: 10 % / d", "users: 3e8 per staff, think: 1 s"),
            "users for partner \"a\"");
}

/* What counts is the horizon: a share above 1 next summer is not in it. */
Test(shapes, only_days_within_the_horizon_are_judged)
{
    struct description *d = sound(WINTER("weekday: 1, months: [1,1,1,1,1,9,1,1,1,1,1,1]",
                                         "calendar: england", "users: 5, think: 1 s"));
    cr_assert_eq(description_signed_on(d, d->source, 0), 5);
    description_free(d);
}

/* 10 % a day from the start at 08:00: a step at each midnight, by the time since the start. */
Test(growth, steps_at_midnight)
{
    struct description *d =
        sound(WINTER("weekday: 2", "growth: 10 % / d", "rate: 7 / d per staff, growth: -20 % / d"));
    const struct source *a = &d->source[0], *b = &d->source[1];
    cr_assert_eq(description_level(d, b, at(22, 23)), 2);
    cr_assert_float_eq(description_level(d, b, at(23, 0)), 2 * pow(.8, 16.0 / 24), 1e-14);
    cr_assert_float_eq(description_level(d, b, at(23, 23)), 2 * pow(.8, 16.0 / 24), 1e-14);
    cr_assert_float_eq(description_level(d, b, at(31, 5)), 2 * pow(.8, 8 + 16.0 / 24), 1e-14);
    /* a's staff grow too */
    cr_assert_float_eq(description_level(d, a, at(31, 5)), 2 * pow(.88, 8 + 16.0 / 24), 1e-13);
    cr_assert_float_eq(a->rate_per_s, 700 / 86400.0, 1e-15, "at the start");
    description_free(d);
}

Test(growth, of_what_is_tied_to_it)
{
    struct description *d =
        sound(WINTER("weekday: 1",
                     "growth: 10 % / d, counts: {lines: 5}, data: {db: {size: 1 TB, "
                     "growth: 20 % / d}, other: {size: 1 TB}}",
                     "rate: 7 / d per site"));
    double day = 1 / 86400.0;
    struct amount of[] = {{.of = ATTRIBUTE_STAFF},
                          {.of = ATTRIBUTE_POPULATION},
                          {.of = ATTRIBUTE_COUNT, .name = "lines"},
                          {.of = ATTRIBUTE_DATA, .name = "db"},
                          {.of = ATTRIBUTE_DATA, .name = "other"},
                          {.of = ATTRIBUTE_SITE},
                          {.of = ATTRIBUTE_NONE}};
    double expected[] = {log(1.1), log(1.1), log(1.1), log(1.2), 0, 0, 0};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        cr_assert_float_eq(description_amount_growth(d, &of[i], 0), expected[i] * day, 1e-18);
    cr_assert_eq(d->source[0].growth, 0, "sites do not grow");
    description_free(d);
}

Test(growth, of_users)
{
    struct description *d =
        sound(WINTER("weekday: [.5,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
                     "growth: 10 % / d", "users: 10 per site, think: 1 s, growth: 4 % / d"));
    const struct source *a = &d->source[0];
    cr_assert_eq(a->users, 10);
    cr_assert_eq(a->users_most, 32, "10 x 1.04^(29 + 16/24)... = 32.01");
    cr_assert_eq(description_signed_on(d, a, at(22, 9)), 10);
    cr_assert_eq(description_signed_on(d, a, at(25, 1)), 11, "10 x 1.04^(2 + 2/3) = 11.1");
    cr_assert_eq(description_signed_on(d, a, at(25, 0)), 6, "half of 11.1");
    cr_assert_eq(description_signed_on(d, a, d->horizon - 1), 32);
    description_free(d);
}

Test(growth, must_stay_within_measure)
{
    unsound(WINTER("weekday: 1", "growth: 200 % / d", "rate: 1 / d"),
            "a growth of more than a thousand million times over the horizon; expected less");
    unsound(WINTER("weekday: 1", "growth: -90 % / d", "rate: 1 / d"), "downwards");
}
