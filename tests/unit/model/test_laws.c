/* SPDX-License-Identifier: Apache-2.0
 * Operational laws against figures worked out by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "fixture.h"
#include "model/laws.h"

/* One hall asks a pool of 4 cores over a 10 Mbit/s link: 20 requests a second, 0.1 s of work
 * (utilisation 20 x 0.1 / 4 = 0.5), 10 KB there (20 x 80 kbit / 10 Mbit = 0.16) and, to 30 %, 20 KB
 * read from an array of 100 operations a second (20 x 0.3 x 0.01 = 0.06). */
static const char *const open_text =
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"
    "partners: {p: {staff: {hall: 10}}, q: {staff: {hall: 1}}}\nsites: {hall: {}, dc: {}}\n"
    "links: {line: {between: [hall, dc], bandwidth: 10 Mbit/s, delay: 1 ms}}\n"
    "compute: {pool: {site: dc, hosts: 2, cores: 2, speed: 1}}\n"
    "storage: {san: {site: dc, iops: 100, bandwidth: 1 Gbit/s}}\n"
    "services: {s: {steps: [{request: 10 KB}, {compute: app, work: exp(100 ms)}, {choice: [{share: "
    "30 %, "
    "steps: [{read: db, size: 20 KB}]}, {share: 70 %}]}]}}\n"
    "workloads: {w: {service: s, partners: p, rate: 20 / s}}\n"
    "arrangements: {x: {hosting: {all: {app: pool, db: san}}}}\n";

Test(laws, open_by_hand)
{
    struct description *d = fixture_describe(open_text);
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_assert_eq(r.n_stations, 4);
    cr_assert_float_eq(r.station[0].open, 0.5, 1e-12);
    cr_assert_float_eq(r.station[0].busiest, 0.5, 1e-12);
    cr_assert_float_eq(r.station[0].saturates, 2, 1e-12);
    cr_assert_float_eq(r.station[1].open, 0.06, 1e-12);
    cr_assert_float_eq(r.station[2].open, 0.16, 1e-12, "hall to dc");
    cr_assert_float_eq(r.station[3].open, 0, 0, "nothing goes back");
    cr_assert_eq(r.bottleneck, 0);
    cr_assert(!r.stream_unstable[0]);
    laws_fini(&r);
    description_free(d);
}

Test(laws, closed_by_the_asymptotic_bound)
{
    /* 30 users, think 9 s, work 1 s on one core: at most 30 / 10 = 3 a second of capacity 1. */
    struct description *d = fixture_describe(
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"
        "partners: {p: {staff: {hall: 30}}}\nsites: {hall: {}}\ncompute: {pool: {site: hall}}\n"
        "services: {s: {steps: [{compute: app, work: exp(1 s)}]}}\n"
        "workloads: {w: {service: s, users: 100 % of staff, think: exp(9 s)}}\n"
        "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_assert_float_eq(r.station[0].busiest, 1, 1e-12, "users wait rather than overload it");
    cr_assert_float_eq(r.station[0].saturates, 1.0 / 3, 1e-12);
    cr_assert_float_eq(r.station[0].open, 0, 0);
    cr_assert(!r.stream_unstable[0], "closed workloads are never unstable");
    laws_fini(&r);
    description_free(d);
}

Test(laws, unstable_streams_are_named)
{
    struct description *d = fixture_describe(
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"
        "partners: {p: {staff: {hall: 30}}, q: {staff: {hall: 1}}}\nsites: {hall: {}}\n"
        "compute: {pool: {site: hall}, other: {site: hall}}\n"
        "services: {s: {steps: [{compute: app, work: exp(1 s)}]}}\n"
        "workloads: {w: {service: s, rate: 1.1 / s}}\n"
        "arrangements: {x: {hosting: {p: {app: pool}, q: {app: other}}}}\n");
    struct outcome *o = fixture_run(d, 0, NULL);
    cr_assert_float_eq(o->station[1].load, 1.1, 1e-12);
    cr_assert(o->station[0].unstable && o->station[1].unstable);
    cr_assert(o->stream[0].unstable && o->stream[1].unstable);
    outcome_free(o);
    description_free(d);
}

Test(laws, data_must_fit)
{
    static const char *const text = "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"
                                    "partners: {p: {staff: {hall: 3}, data: {db: {size: 2 TB}}}, "
                                    "q: {staff: {hall: 1}, data: {db: "
                                    "{size: 1.5 TB}}}}\n"
                                    "sites: {hall: {}}\nstorage: {san: {site: hall, iops: 100, "
                                    "bandwidth: 1 Gbit/s, capacity: %s}}\n"
                                    "services: {s: {steps: [{read: db, size: 1 KB}]}}\n"
                                    "workloads: {w: {service: s, rate: 1 / s}}\n"
                                    "arrangements: {x: {hosting: {all: {db: san}}}}\n";
    char scenario[1024], message[512];
    snprintf(scenario, sizeof scenario, text, "3 TB");
    fixture_mistake(scenario, message, sizeof message);
    cr_assert_str_eq(message,
                     "array \"san\" holds 3 TB, but the data kept there in arrangement \"x\" is "
                     "3.5 TB; expected a larger capacity");
    snprintf(scenario, sizeof scenario, text, "3.5 TB");
    fixture_mistake(scenario, message, sizeof message);
    cr_assert_str_eq(message, "");
}

Test(laws, data_is_of_partners_who_take_part)
{
    static const struct {
        const char *partner, *hosting, *told;
    } cases[] = {
        {"", "", "array \"san\" holds 3 TB, but the data"},
        {"", ", q: none", ""},
        {", until: 2014-05-12T01:00", "", "array \"san\" holds 3 TB, but the data"},
        {", until: 2014-05-12", "", ""},
        {", from: 2014-05-12T03:00", "", ""},
        {", from: 2014-05-12T02:00", "", ""},
        {", from: 2014-05-12T01:00", "",
         "array \"san\" holds 3 TB and is full on 2014-05-12, for the data"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char scenario[1024], message[512];
        snprintf(scenario, sizeof scenario,
                 "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 2 h}\n"
                 "partners: {p: {staff: {hall: 3}, data: {db: {size: 2 TB}}},\n"
                 "  q: {staff: {hall: 1}, data: {db: {size: 1.5 TB}}%s}}\n"
                 "sites: {hall: {}}\n"
                 "storage: {san: {site: hall, iops: 100, bandwidth: 1 Gbit/s, capacity: 3 TB}}\n"
                 "services: {s: {steps: [{read: db, size: 1 KB}]}}\n"
                 "workloads: {w: {service: s, rate: 1 / s}}\n"
                 "arrangements: {x: {hosting: {all: {db: san}%s}}}\n",
                 cases[i].partner, cases[i].hosting);
        fixture_mistake(scenario, message, sizeof message);
        cr_expect_eq(strncmp(message, cases[i].told, strlen(cases[i].told)), 0, "%zu: %s", i,
                     message);
        cr_expect_eq(*message == '\0', *cases[i].told == '\0', "%zu: %s", i, message);
    }
}

Test(laws, scheduled_load_is_over_whole_periods)
{
    /* 13 hours of work a day, over a horizon of 25 hours: two releases in two days, not in 25
     * hours. */
    struct description *d = fixture_describe(
        "psnsim: 1\ntitle: t\ntime: {start: 2012-01-02, horizon: 25 h}\n"
        "hours: {day: 'daily 00:00-23:00'}\npartners: {p: {staff: {hall: 1}}}\nsites: {hall: {}}\n"
        "compute: {pool: {site: hall}}\nservices: {s: {steps: [{compute: app, work: 13 h}]}}\n"
        "workloads: {w: {service: s, by: app, every: 1 d, window: day}}\n"
        "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_assert_float_eq(r.station[0].open, 13.0 / 24, 1e-12);
    cr_assert(!r.stream_unstable[0]);
    laws_fini(&r);
    description_free(d);
}

/* Three pools at a load of 0.5 a server, service times of index 1.5 (no variance): one server that
 * serves first come, first served; three, of which one and a half are to spare (so an index above
 * 1 + 1 / 2); one that is shared. Requests of q would give up, and users of p only wait for their
 * own. */
static const char *const heavy_text =
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"
    "partners: {p: {staff: {hall: 10}}, q: {staff: {hall: 1}}}\nsites: {hall: {}}\n"
    "compute: {one: {site: hall}, shared: {site: hall, discipline: sharing}, three: {site: hall, "
    "cores: 3}}\n"
    "services: {a: {steps: [{compute: x, work: pareto(1 s shape 1.5)}]}, b: {steps: [{compute: y, "
    "work: pareto(1 s shape 1.5)}]}, c: {steps: [{compute: z, work: pareto(1 s shape 1.51)}]}, d: "
    "{steps: [{compute: x, work: 1 ms}], timeout: 1 s}, e: {steps: [{compute: x, work: 1 ms}]}}\n"
    "workloads: {wa: {service: a, partners: p, rate: 0.5 / s}, wb: {service: b, partners: p, rate: "
    "0.5 / s}, wc: {service: c, partners: p, rate: 1.5 / s}, wd: {service: d, partners: q, rate: 1 "
    "/ s}, we: {service: e, partners: q, users: 9, think: 9 s}}\n"
    "arrangements: {x: {hosting: {all: {x: one, y: shared, z: three}}}}\n";

Test(laws, waits_without_a_finite_mean)
{
    struct description *d = fixture_describe(heavy_text);
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_assert(r.station[0].no_mean, "one server");
    cr_assert_not(r.station[1].no_mean, "sharing");
    cr_assert_not(r.station[2].no_mean, "room to spare");
    const bool stream[5][2] = {
        {true, false}, {false, false}, {false, false}, {false, false}, {false, false}};
    for (int i = 0; i < 10; i++)
        cr_assert_eq(r.stream_no_mean[i], stream[i / 2][i % 2], "stream %d", i);
    laws_fini(&r);
    description_free(d);
}

/* Two servers are surely taken to 0.8 by work of index 1.4; half as much again comes through a door
 * that may refuse it, and is counted as if it came: but it waits as long as the others. Who is out
 * of patience in time has a mean. */
Test(laws, waits_without_a_finite_mean_behind_a_door)
{
    struct description *d = fixture_describe(
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"
        "partners: {p: {staff: {hall: 1}}}\nsites: {hall: {}}\n"
        "compute: {door: {site: hall, room: 5}, two: {site: hall, cores: 2}}\n"
        "services: {a: {steps: [{compute: y, work: pareto(1 s shape 1.4)}]}, b: {steps: [{compute: "
        "x, work: 1 s}, {compute: y, work: 1 s}]}, c: {steps: [{compute: y, work: 1 s, patience: 9 "
        "s}]}}\n"
        "workloads: {wa: {service: a, rate: 1.6 / s}, wb: {service: b, rate: 0.7 / s}, wc: "
        "{service: c, rate: 0.1 / s}}\n"
        "arrangements: {x: {hosting: {all: {x: door, y: two}}}}\n");
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_assert_float_eq(r.station[1].open, 1.2, 1e-12);
    cr_assert_not(r.station[1].unstable);
    cr_assert(r.station[1].no_mean);
    cr_assert(r.stream_no_mean[0]);
    cr_assert(r.stream_no_mean[1]);
    cr_assert_not(r.stream_no_mean[2]);
    laws_fini(&r);
    description_free(d);
}

/* Twice what the servers can do: only who waits for ever is unstable. A pool of unlimited servers
 * is never full. */
Test(laws, losses_are_stable)
{
    struct description *d = fixture_describe(
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"
        "partners: {p: {staff: {hall: 10}}}\nsites: {hall: {}}\n"
        "compute: {free: {site: hall, discipline: unlimited}, full: {site: hall, room: 4}, plain: "
        "{site: hall}}\n"
        "services: {a: {steps: [{compute: x, work: 1 s}]}, b: {steps: [{compute: y, work: 1 s}]}, "
        "c: {steps: [{compute: z, work: 1 s}]}}\n"
        "workloads: {wa: {service: a, rate: 2 / s}, wb: {service: b, rate: 2 / s}, wc: {service: "
        "c, rate: 2 / s}}\n"
        "arrangements: {x: {hosting: {all: {x: free, y: full, z: plain}}}}\n");
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_assert_not(r.station[0].unstable);
    cr_assert(isnan(r.station[0].open) && r.station[0].saturates == INFINITY);
    cr_assert_not(r.station[1].unstable);
    cr_assert_float_eq(r.station[1].open, 2, 1e-12);
    cr_assert(r.station[2].unstable);
    cr_assert(!r.stream_unstable[0] && !r.stream_unstable[1] && r.stream_unstable[2]);
    cr_assert_eq(r.bottleneck, 1);
    laws_fini(&r);
    description_free(d);
}

/* What the report says of one pool of 2 cores at which a request takes 1 s, at 1 request a second,
 * and of the array behind it (0.1 s). */
static struct station_load load_of(const char *pool, const char *more, const char *step, size_t at)
{
    char text[2048];
    snprintf(text, sizeof text,
             "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 week}\n"
             "hours: {nine-to-five: 'daily 09:00-17:00', always: 'daily 00:00-24:00'}\n"
             "partners: {p: {staff: {hall: 10}}}\nsites: {hall: {}}\n"
             "%s\nstorage: {san: {site: hall, iops: 10, bandwidth: 1 Gbit/s}}\n"
             "services: {s: {steps: [{%s}, {read: db, size: 1 KB}]}}\n"
             "workloads: {w: {service: s, rate: 1 / s}}\n%s\n"
             "arrangements: {x: {hosting: {all: {app: pool, db: san}}}}\n",
             pool, step, more);
    struct description *d = fixture_describe(text);
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    struct station_load load = r.station[at];
    laws_fini(&r);
    description_free(d);
    return load;
}

Test(laws, capacity_is_what_there_is_in_the_mean)
{
#define WORK "compute: app, work: exp(1 s)"
    static const struct {
        const char *pool, *more, *step;
        double open, busiest;
        bool unstable;
    } cases[] = {
        {"compute: {pool: {site: hall, cores: 2}}", "", WORK, 0.5, 0.5, false},
        /* A third of the day at 4 cores, else 2: in the mean 8 / 3. */
        {"compute: {pool: {site: hall, cores: 2, during: {nine-to-five: {cores: 4}}}}", "", WORK,
         3.0 / 8, 0.5, false},
        {"compute: {pool: {site: hall, cores: 4, during: {nine-to-five: {speed: 0.5}}}}", "", WORK,
         3.0 / 10, 0.5, false},
        /* Two people for a third of the day: two thirds in the mean. */
        {"desks: {pool: {site: hall, people: {nine-to-five: 2}}}", "", "desk: app, work: exp(1 s)",
         1.5, 0.5, true},
        {"desks: {pool: {site: hall, people: {always: 4}, wrap-up: exp(1 s)}}", "",
         "desk: app, work: exp(1 s)", 0.5, 0.5, false},
        /* Down for a quarter of the time; at half speed for a quarter of it. */
        {"compute: {pool: {site: hall, cores: 2}}",
         "faults: {f: {of: pool, mtbf: exp(3 h), mttr: 1 h}}", WORK, 0.5 / 0.75, 0.5 / 0.75, false},
        {"compute: {pool: {site: hall, cores: 2}}",
         "faults: {f: {of: pool, mtbf: exp(3 h), mttr: 1 h, degrade: 50 %}}", WORK, 0.5 / 0.875,
         0.5 / 0.875, false},
        /* Both: E min = 0.75 x (0.75 + 0.25 / 2). */
        {"compute: {pool: {site: hall, cores: 2}}",
         "faults: {f: {of: pool, mtbf: exp(3 h), mttr: 1 h, degrade: 50 %}, "
         "g: {of: hall, mtbf: 3 h, mttr: 1 h}}",
         WORK, 0.5 / (0.75 * 0.875), 0.5 / (0.75 * 0.875), false},
        /* What is refused, or leaves, makes nothing unstable. */
        {"compute: {pool: {site: hall, speed: 0.8}}", "", WORK, 1.25, 1.25, true},
        {"compute: {pool: {site: hall, speed: 0.8, room: 5}}", "", WORK, 1.25, 1.25, false},
        {"compute: {pool: {site: hall, speed: 0.8, room: 5, full: block}}", "", WORK, 1.25, 1.25,
         true},
        {"compute: {pool: {site: hall, speed: 0.8}}", "", WORK ", patience: 1 min", 1.25, 1.25,
         false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct station_load s = load_of(cases[i].pool, cases[i].more, cases[i].step, 0);
        cr_expect_float_eq(s.open, cases[i].open, 1e-12, "%zu: %g", i, s.open);
        cr_expect_float_eq(s.busiest, cases[i].busiest, 1e-12, "%zu: %g", i, s.busiest);
        cr_expect_eq(s.unstable, cases[i].unstable, "%zu", i);
    }
}

Test(laws, what_may_have_failed_makes_nothing_behind_it_unstable)
{
    static const char *const steps[] = {WORK, WORK ", patience: 1 s"};
    for (size_t i = 0; i < 2; i++) {
        struct station_load s = load_of("compute: {pool: {site: hall, cores: 9}}", "", steps[i], 1);
        cr_expect_float_eq(s.open, 0.1, 1e-12);
    }
    struct station_load sure = load_of("compute: {pool: {site: hall, cores: 9}}", "",
                                       WORK "}, {read: db, size: 1 KB, times: 10", 1);
    struct station_load doubtful = load_of("compute: {pool: {site: hall, cores: 9, room: 99}}", "",
                                           WORK "}, {read: db, size: 1 KB, times: 10", 1);
    cr_expect_float_eq(sure.open, 1.1, 1e-12);
    cr_expect_float_eq(doubtful.open, 1.1, 1e-12);
    cr_expect(sure.unstable);
    cr_expect_not(doubtful.unstable);
}

Test(laws, unlimited_servers_have_no_load)
{
    struct station_load s =
        load_of("compute: {pool: {site: hall, discipline: unlimited}}", "", WORK, 0);
    cr_expect(isnan(s.open));
    cr_expect_eq(s.busiest, 0);
    cr_expect(isinf(s.saturates));
    cr_expect_not(s.unstable);
}
