/* SPDX-License-Identifier: Apache-2.0
 * Courses of demand over the horizon against hour-by-hour sums, and the operational laws of what
 * grows by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "fixture.h"
#include "model/course.h"
#include "model/laws.h"

/* From a Tuesday's 08:00 for 70 days, two hours and half an hour. */
#define DATED(workload)                                                                            \
    "psnsim: 1\ntitle: t\ntime: {start: 2011-11-15T08:00, horizon: 1682.5 h}\n"                    \
    "calendars: {england: {holidays: [01-01, 12-25, 12-26], week: [12-27..12-31]}}\n"              \
    "profiles: {x: {weekday: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24], "   \
    "weekend: 2.5, days: {holidays: weekend, week: .5}, months: [2,1,1,1,1,1,1,1,1,1,1,1.5]},"     \
    "y: {weekday: .1, months: [7.5,1,1,1,1,1,1,1,1,1,1,1]}}\n"                                     \
    "partners: {p: {staff: {hall: 10}, data: {db: {size: 1 GB, growth: 30 %% / month}}}}\n"        \
    "sites: {hall: {}}\ncompute: {pool: {site: hall, cores: 2}}\n"                                 \
    "storage: {san: {site: hall, iops: 1000000, bandwidth: 1 Gbit/s%s}}\n"                         \
    "services: {s: {steps: [{compute: app, work: 1 s}]}, "                                         \
    "b: {steps: [{read: db, size: 10 %% of data.db}]}}\n"                                          \
    "workloads: {" workload "}\n"                                                                  \
    "arrangements: {a: {hosting: {all: {app: pool, db: san}}}}\n"
#define RATE "w: {service: s, at: hall, rate: 1 / h, profile: x, growth: %s}"

/* The course of the only source over a span, against description_level in steps of half an hour. */
static void check_span(const char *growth, psn_time open, psn_time close)
{
    char text[4096];
    snprintf(text, sizeof text, DATED(RATE), "", growth);
    struct description *d = fixture_describe(text);
    const struct source *s = &d->source[0];
    struct arena memory = {0};
    struct courses all = {.d = d, .memory = &memory};
    struct span span = {open, close};
    const struct course *c = courses_find(&all, s->shape, s->growth, span);
    close = close < d->horizon ? close : d->horizon;
    cr_assert_not_null(c);
    double sum = 0, highest[COURSE_HOURS] = {0};
    for (psn_time t = open; t < close; t += PSN_HOUR / 2) {
        double level = description_level(d, s, t);
        uint32_t hour = description_hour_of_week(d, t);
        sum += level / (double)((close - open) / (PSN_HOUR / 2));
        highest[hour] = fmax(highest[hour], level);
    }
    cr_assert_float_eq(c->mean, sum, 1e-11 * sum, "%g %g", c->mean, sum);
    for (int h = 0; h < COURSE_HOURS; h++)
        cr_assert_float_eq(c->highest[h], highest[h], 1e-12 * highest[h], "hour %d: %g %g", h,
                           c->highest[h], highest[h]);
    cr_assert_eq(courses_find(&all, s->shape, s->growth * (1 + 1e-12), span), c, "worked out once");
    cr_assert_neq(courses_find(&all, s->shape, s->growth + 1e-8, span), c);
    cr_assert_neq(courses_find(&all, NO_INDEX, s->growth, span), c);
    arena_fini(&memory);
    description_free(d);
}

/* The whole run; from within a day to within another; hours of one day; from one half hour to
 * another. */
static void check_course(const char *growth)
{
    check_span(growth, 0, PSN_NEVER);
    check_span(growth, 20 * PSN_DAY + 3 * PSN_HOUR, 48 * PSN_DAY - 2 * PSN_HOUR);
    check_span(growth, 30 * PSN_DAY + PSN_HOUR, 30 * PSN_DAY + 4 * PSN_HOUR);
    check_span(growth, 30 * PSN_DAY + PSN_HOUR / 2, 40 * PSN_DAY + 3 * PSN_HOUR / 2);
}

Test(course, without_growth)
{
    check_course("0");
}

Test(course, with_growth)
{
    check_course("20 % / month");
}

Test(course, that_shrinks)
{
    check_course("-5 % / week");
}

Test(course, plain_weeks_need_none)
{
    char text[4096];
    snprintf(text, sizeof text,
             DATED("w: {service: s, at: hall, rate: 1 / h}, v: {service: s, at: hall, rate: 1 / h, "
                   "growth: 1 %% / year}"),
             "");
    struct description *d = fixture_describe(text);
    cr_assert(course_is_plain(d, d->source[1].shape, d->source[1].growth));
    cr_assert_not(course_is_plain(d, d->source[0].shape, d->source[0].growth));
    description_free(d);
}

static void report(const char *workload, struct load_report *r)
{
    char text[4096];
    snprintf(text, sizeof text, DATED("%s"), "", workload);
    struct description *d = fixture_describe(text);
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, r, &all), 0);
    description_free(d);
}

Test(course, loads_of_growing_demand)
{
    struct load_report r;
    report("w: {service: s, at: hall, rate: 10 / h, growth: 20 % / month}", &r);
    /* A step at each midnight: 16 hours at 1, 69 whole days, 10.5 hours of the last. */
    double k = log(1.2) / (365.0 / 12), last = 69 + 16.0 / 24;
    double sum = 16.0 / 24 + 10.5 / 24 * exp(k * last);
    for (int i = 0; i < 69; i++)
        sum += exp(k * (i + 16.0 / 24));
    cr_assert(r.weeks_differ);
    cr_assert_float_eq(r.station[0].open, 10.0 / 3600 / 2 * sum / (1682.5 / 24), 1e-12);
    cr_assert_float_eq(r.station[0].busiest, 10.0 / 3600 / 2 * exp(k * last), 1e-12);
    cr_assert_eq(r.station[0].busiest_hour, 24, "the last day is a Tuesday");
    laws_fini(&r);
}

/* A pool that takes over within the run sees what has grown by then, and the one before it what had
 * grown until then: each the mean over the time in which it is used. */
Test(course, loads_of_growing_demand_by_epoch)
{
    static const char *const text =
        "psnsim: 1\ntitle: t\ntime: {start: 2012-01-02, horizon: 100 d}\n"
        "partners: {p: {staff: {hall: 10}}}\nsites: {hall: {}}\n"
        "compute: {old: {site: hall, until: 2012-02-11}, new: {site: hall, from: 2012-02-11}}\n"
        "services: {s: {steps: [{compute: app, work: 1 s}]}}\n"
        "workloads: {w: {service: s, at: hall, rate: 360 / h, growth: 1 % / d}}\n"
        "arrangements: {a: {hosting: {all: {app: [new, old]}}}}\n";
    struct description *d = fixture_describe(text);
    struct load_report r;
    psn_diagnostics all = {0};
    double old = 0, later = 0;
    for (int day = 0; day < 100; day++)
        *(day < 40 ? &old : &later) += 0.1 * pow(1.01, day) / (day < 40 ? 40 : 60);
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_assert_str_eq(d->pool[0].name, "new");
    cr_assert_float_eq(r.station[0].open, later, 1e-12, "%g", r.station[0].open);
    cr_assert_float_eq(r.station[0].busiest, 0.1 * pow(1.01, 99), 1e-12);
    cr_assert_float_eq(r.station[1].open, old, 1e-12, "%g", r.station[1].open);
    cr_assert_float_eq(r.station[1].busiest, 0.1 * pow(1.01, 39), 1e-12);
    laws_fini(&r);
    description_free(d);
}

/* 30 users, of whom in January 75 % are signed on, 22.5; a cycle of 100 s, 1 s of it on two cores.
 */
Test(course, loads_of_users_by_month)
{
    struct load_report r;
    report("w: {service: s, at: hall, users: 30 per site, think: 99 s, profile: y}", &r);
    cr_assert_float_eq(r.station[0].busiest, 23.0 / 100 / 2, 1e-12);
    laws_fini(&r);
}

/* 100 MB at the start, every hour at 1 Gbit/s: 0.8 s; 30 % more a month. */
Test(course, loads_of_growing_sizes)
{
    struct load_report r;
    report("w: {service: b, at: hall, rate: 1 / h}", &r);
    double k = log(1.3) / (365.0 / 12), last = 69 + 16.0 / 24;
    cr_assert_float_eq(r.station[1].busiest, 0.8 / 3600 * exp(k * last), 1e-12);
    laws_fini(&r);
    report("w: {service: b, by: db, every: 10 d}", &r);
    double sum = 1; /* jobs at 08:00 of every tenth day: each as large as at the midnight before */
    for (int i = 1; i < 8; i++)
        sum += exp(k * (10 * i - 8.0 / 24));
    cr_assert_float_eq(r.station[1].open, 0.8 / 86400 * sum / 80, 1e-12);
    laws_fini(&r);
}

/* 1 GB x 1.3^(t / month) is 1.5 GB after 47.01 days, on 1 January at 08:00 and a quarter of an
 * hour; so the step that is too large is that of the next midnight. */
Test(course, the_day_on_which_an_array_is_full)
{
    char text[4096], message[512];
    snprintf(text, sizeof text, DATED("w: {service: b, by: db, every: 10 d}"),
             ", capacity: 1.5 GB");
    fixture_mistake(text, message, sizeof message);
    cr_assert_str_eq(message,
                     "array \"san\" holds 0.0015 TB and is full on 2012-01-02, for the data "
                     "kept there in arrangement \"a\" grows from 0.001 to 0.001824 TB; "
                     "expected a larger capacity or a shorter horizon");
    snprintf(text, sizeof text, DATED("w: {service: b, by: db, every: 10 d}"),
             ", capacity: 1.83 GB");
    fixture_mistake(text, message, sizeof message);
    cr_assert_str_eq(message, "");
}
