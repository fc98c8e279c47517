/* SPDX-License-Identifier: Apache-2.0
 * Where models go wrong: users who come and go, times beyond all measure, intervals cut short. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"

#define HALL                                                                                       \
    "psnsim: 1\ntitle: t\npartners: {p: {staff: {hall: 2000}}}\nsites: {hall: {}, dc: {}}\n"

/* 2,000 users are signed on from 9 to 10 each day and think an hour on average: in that hour each
 * asks once on average, a Poisson number (think times are exponential), every day alike. Five
 * standard deviations of 2,000 are 224. */
Test(limits, users_who_come_back_think_anew)
{
    struct description *d = fixture_describe(
        HALL "time: {start: 2014-05-12, horizon: 7 d, interval: 1 d}\n"
             "profiles: {nine: {weekday: [0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}\n"
             "compute: {pool: {site: hall, cores: 100}}\n"
             "services: {s: {steps: [{compute: app, work: 1 ms}]}}\n"
             "workloads: {w: {service: s, users: 100 % of staff, think: exp(1 h), profile: nine}}\n"
             "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    struct outcome *o = fixture_run(d, 0, NULL);
    for (size_t day = 0; day < 7; day++)
        cr_assert(llabs((long long)o->series_offered[day] - 2000) < 224, "day %zu: %lld", day,
                  (long long)o->series_offered[day]);
    outcome_free(o);
    description_free(d);
}

/* Nothing of this ends within the run, whatever its length: no time wraps round. */
static void check_endless(const char *steps, const char *extra)
{
    char text[2048];
    snprintf(text, sizeof text,
             HALL "time: {start: 2014-05-12, horizon: 2 min, interval: 1 min}\n"
                  "links: {thin: {between: [hall, dc], bandwidth: 1 kbit/s}}\n"
                  "compute: {slow: {site: dc, speed: 0.000001%s}}\n"
                  "storage: {san: {site: hall, iops: 1, bandwidth: 1 bit/s}}\n"
                  "services: {s: {steps: [%s]}}\n"
                  "workloads: {w: {service: s, rate: 100 / s}}\n"
                  "arrangements: {x: {hosting: {all: {app: slow, db: san}}}}\n",
             extra, steps);
    struct description *d = fixture_describe(text);
    struct outcome *o = fixture_run(d, 0, NULL);
    cr_assert_gt(o->stream[0].offered, 10000, "%s", steps);
    cr_assert_eq(o->stream[0].completed, 0, "%s: %lld", steps, (long long)o->stream[0].completed);
    for (size_t i = 0; i < o->shape.stations; i++)
        cr_assert(!(o->station[i].wait_s < 0) && !(o->station[i].utilisation < 0), "%s", steps);
    outcome_free(o);
    description_free(d);
}

Test(limits, what_takes_for_ever_does_not_end)
{
    check_endless("{request: 2 PB}, {compute: app, work: 1 d}", "");
    check_endless("{compute: app, work: 100 d}", "");
    check_endless("{compute: app, work: 100 d}", ", discipline: sharing");
    check_endless("{compute: app, work: 100 d}", ", hosts: 8");
    check_endless("{read: db, size: 1 PB}", "");
    check_endless("{delay: 90 y}, {read: db, size: 1 KB}", "");
    check_endless("{delay: hyperexp(80 y cv 1.1)}, {delay: 80 y}, {delay: 80 y}, {delay: 80 y}",
                  "");
}

/* One user thinks 1 s and computes for an hour: busy from 1 s to 3,601 s. The second interval is
 * cut short at 3,660 s: it weighs a sixtieth of the first. */
Test(limits, short_intervals_weigh_less)
{
    static const char *const text = HALL
        "time: {start: 2014-05-12, horizon: 3660 s, interval: 1 h%s}\n"
        "hours: {late: daily 00:30-01:00}\n"
        "compute: {pool: {site: hall}}\nservices: {s: {steps: [{compute: app, work: 1 h}]}}\n"
        "workloads: {w: {service: s, users: 1, think: 1 s}}\n"
        "arrangements: {x: {hosting: {all: {app: pool}}}}\n"
        "objectives: {a: {station: pool, figure: utilisation, at most: 70 %%}, b: {station: pool, "
        "figure: utilisation above 99 %%, at most: 1 %%}, c: {station: pool, figure: utilisation "
        "p50, at "
        "most: 70 %%, hours: late}}\n";
    char scenario[2048];
    const double first = 3599.0 / 3600, second = 59.0 / 60;
    snprintf(scenario, sizeof scenario, text, "");
    struct description *d = fixture_describe(scenario);
    struct outcome *o = fixture_run(d, 0, NULL);
    cr_assert_float_eq(o->target[0], (3600 * first + 60 * second) / 3660, 1e-12);
    cr_assert_float_eq(o->target[0], o->station[0].utilisation, 1e-12);
    cr_assert_float_eq(o->target[1], 3600.0 / 3660, 1e-12);
    cr_assert_float_eq(o->target[2], first, 1e-12);
    outcome_free(o);
    description_free(d);
    snprintf(scenario, sizeof scenario, text, ", warmup: 59 min"); /* a minute is left of each */
    d = fixture_describe(scenario);
    o = fixture_run(d, 0, NULL);
    cr_assert_float_eq(o->target[0], (first + second) / 2, 1e-12);
    cr_assert_float_eq(o->target[1], 0.5, 1e-12);
    outcome_free(o);
    description_free(d);
}

Test(limits, a_cycle_without_time_is_refused)
{
    char message[512];
    fixture_mistake(HALL "time: {start: 2014-05-12, horizon: 1 h}\ncompute: {pool: {site: hall}}\n"
                         "services: {s: {steps: [{compute: app, work: 0 s}]}}\n"
                         "workloads: {w: {service: s, users: 1, think: 0 s}}\n"
                         "arrangements: {x: {hosting: {all: {app: pool}}}}\n",
                    message, sizeof message);
    cr_assert(strstr(message, "asks again and again at one instant"), "%s", message);
}

#define REFUSED "who is refused, leaves or finds no route at once asks again at the same instant"

Test(limits, who_is_refused_needs_time_to_think)
{
    static const struct {
        const char *pool, *steps, *told;
    } cases[] = {
        {"room: 1", "{compute: app, work: 1 s}", REFUSED},
        {"room: 1", "{delay: 1 ms}, {compute: app, work: 1 s}", ""},
        {"room: 1, full: block", "{compute: app, work: 1 s}", ""},
        {"room: 9", "{loop: [{delay: 0 s}], times: 2}, {compute: app, work: 1 s}", REFUSED},
        {"cores: 9", "{compute: app, work: 1 s, patience: 0 s}", REFUSED},
        {"cores: 9", "{compute: app, work: 1 s, patience: 1 s}", ""},
        {"room: 9", "{fork: [{steps: [{compute: app, work: 1 s}]}, {steps: [{delay: 0 s}]}]}",
         REFUSED},
        {"room: 9", "{fork: [{steps: [{compute: app, work: 1 s}]}, {steps: [{delay: 1 s}]}]}", ""},
        {"room: 1",
         "{choice: [{share: 10 %, steps: [{compute: app, work: 1 s}]}, {share: 90 %, steps: "
         "[{delay: 1 s}]}]}",
         REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024], message[512];
        snprintf(text, sizeof text,
                 HALL "time: {start: 2014-05-12, horizon: 1000 s, interval: 1000 s}\n"
                      "compute: {pool: {site: hall, %s}}\nservices: {s: {steps: [%s]}}\n"
                      "workloads: {w: {service: s, users: 2, think: 0 s}}\n"
                      "arrangements: {x: {hosting: {all: {app: pool}}}}\n",
                 cases[i].pool, cases[i].steps);
        fixture_mistake(text, message, sizeof message);
        cr_expect(*cases[i].told ? strstr(message, cases[i].told) != NULL : *message == '\0',
                  "%zu: %s", i, message);
    }
}

/* A user thinks 1 s and waits 10 min: asks at 1 s, is answered at 601 s, asks at 602 s. At the
 * horizon of 1,000 s that request is 398 s old: late for a limit of 5 min, and of unknown fate for
 * one of 8 min or more. */
Test(limits, unfinished_is_a_miss_once_it_is_late)
{
    static const struct {
        const char *limit;
        int64_t judged, within;
    } expected[] = {{"5 min", 2, 0}, {"8 min", 1, 0}, {"11 min", 1, 1}};
    for (size_t i = 0; i < 3; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 HALL
                 "time: {start: 2014-05-12, horizon: 1000 s, interval: 1000 s}\n"
                 "compute: {pool: {site: hall}}\n"
                 "services: {s: {steps: [{compute: app, work: 10 min}]}}\n"
                 "workloads: {w: {service: s, users: 1, think: 1 s}}\n"
                 "arrangements: {x: {hosting: {all: {app: pool}}}}\n"
                 "objectives: {o: {service: s, figure: response within %s, at least: 90 %%}}\n",
                 expected[i].limit);
        struct description *d = fixture_describe(text);
        struct outcome *o = fixture_run(d, 0, NULL);
        cr_assert_eq(o->stream[0].offered, 2);
        cr_assert_eq(o->stream[0].unfinished, 1);
        cr_assert_eq(o->stream[0].judged, expected[i].judged, "%s", expected[i].limit);
        cr_assert_eq(o->stream[0].within, expected[i].within, "%s", expected[i].limit);
        cr_assert_float_eq(o->target[0], (double)expected[i].within / (double)expected[i].judged,
                           0);
        outcome_free(o);
        description_free(d);
    }
}
