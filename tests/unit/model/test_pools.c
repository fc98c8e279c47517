/* SPDX-License-Identifier: Apache-2.0
 * Rooms, patience, hours, wrap-up and faults, traced by hand to the ns. Three partners a, b and c
 * each release one job at the start, in the order of their names. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "fixture.h"

#define HEAD                                                                                       \
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 10 h, interval: 1 h}\n"               \
    "partners: {a: {staff: {hall: 1}}, b: {staff: {hall: 1}}, c: {staff: {hall: 1}}}\n"
#define JOBS "workloads: {jobs: {service: s, by: one, every: 1 d}}\n"

static struct outcome *run(const char *text)
{
    struct description *d = fixture_describe(text);
    struct outcome *o = fixture_run(d, 0, NULL);
    description_free(d);
    return o;
}

/* What became of the one request of each partner: its response in s, or -1: refused, -2: left. */
static void expect_fates(const struct outcome *o, const double fate[3], const char *what)
{
    for (size_t p = 0; p < 3; p++) {
        const struct outcome_stream *s = &o->stream[p];
        cr_expect_eq(s->offered, 1, "%s: partner %zu", what, p);
        cr_expect_eq(s->completed, fate[p] >= 0, "%s: partner %zu", what, p);
        cr_expect_eq(s->refused, fate[p] == -1, "%s: partner %zu", what, p);
        cr_expect_eq(s->abandoned, fate[p] == -2, "%s: partner %zu", what, p);
        cr_expect_eq(s->failed, fate[p] < 0, "%s: partner %zu", what, p);
        if (fate[p] >= 0)
            cr_expect_eq((int64_t)s->response.sum, (int64_t)llround(fate[p] * 1e9),
                         "%s: partner %zu: %.9f s", what, p, (double)s->response.sum * 1e-9);
    }
}

/* A scenario on pools of one site, and the fates that it has. */
struct trace {
    const char *machines, *steps, *hosting;
    double fate[3];
};

static void expect_traces(const struct trace *t, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 HEAD "sites: {hall: {}}\n"
                      "hours: {second: 'daily 01:00-02:00', later: 'daily 01:00-24:00'}\n%s\n"
                      "services: {s: {steps: [%s]}}\n" JOBS
                      "arrangements: {x: {hosting: {all: {%s}}}}\n",
                 t[i].machines, t[i].steps, t[i].hosting);
        struct outcome *o = run(text);
        expect_fates(o, t[i].fate, t[i].machines);
        outcome_free(o);
    }
}

Test(pools, rooms_and_patience)
{
    static const struct trace traces[] = {
        {"compute: {p: {site: hall, room: 2}}",
         "{compute: one, work: 10 s}",
         "one: p",
         {10, 20, -1}},
        {"compute: {p: {site: hall, room: 1}}",
         "{compute: one, work: 10 s}",
         "one: p",
         {10, -1, -1}},
        {"compute: {p: {site: hall}}",
         "{compute: one, work: 10 s, patience: 4 s}",
         "one: p",
         {10, -2, -2}},
        {"compute: {p: {site: hall}}",
         "{compute: one, work: 10 s, patience: 10 s}",
         "one: p",
         {10, 20, -2}}, /* who is just in time is served */
        {"compute: {p: {site: hall, room: 2}}",
         "{compute: one, work: 10 s, patience: 4 s}, {delay: 7 s}",
         "one: p",
         {17, -2, -1}},
        /* Before a door nobody is refused: a goes at 10, b gets in then. */
        {"compute: {p: {site: hall, room: 1, full: block}}",
         "{compute: one, work: 10 s}",
         "one: p",
         {10, 20, 30}},
    };
    expect_traces(traces, sizeof traces / sizeof *traces);
}

/* Waits of 0, 10 and 20 s; with a room for two the third job is refused; with patience all but the
 * first leave after 4 s. */
Test(pools, objectives_judge_waits_and_losses)
{
    static const struct {
        const char *pool, *step, *figure, *limit;
        double value;
    } cases[] = {
        {"", "", "wait mean", "at most: 1 h", 10},
        {"", "", "wait max", "at most: 1 h", 20},
        {"", "", "wait within 10 s", "at least: 50 %", 2.0 / 3},
        {"", "", "wait within 9 s", "at least: 50 %", 1.0 / 3},
        {"", "", "wait p99", "at most: 1 h", 20},
        {"", "", "refused", "at most: 50 %", 0},
        {", room: 2", "", "refused", "at most: 50 %", 1.0 / 3},
        {", room: 2", "", "abandoned", "at most: 50 %", 0},
        {", room: 2", ", patience: 4 s", "abandoned", "at most: 50 %", 1.0 / 3},
        {", room: 2", ", patience: 4 s", "wait max", "at most: 50 s", 4},
        {"", ", patience: 4 s", "abandoned", "at most: 50 %", 2.0 / 3},
        {"", ", patience: 4 s", "wait within 4 s", "at least: 50 %", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 HEAD "sites: {hall: {}}\ncompute: {p: {site: hall%s}}\n"
                      "services: {s: {steps: [{compute: one, work: 10 s%s}]}}\n" JOBS
                      "arrangements: {x: {hosting: {all: {one: p}}}}\n"
                      "objectives: {o: {station: p, figure: %s, %s}, also: {station: p, figure: "
                      "wait p50, at most: 1 h}, more: {station: p, figure: wait within 1 s, at "
                      "least: 1 %%}}\n",
                 cases[i].pool, cases[i].step, cases[i].figure, cases[i].limit);
        struct outcome *o = run(text);
        /* In the order of names: also, more, o. A quantile is within its bucket: 1 in 128. */
        cr_expect_float_eq(o->target[2], cases[i].value, cases[i].value / 100, "%s%s: %s: %g",
                           cases[i].pool, cases[i].step, cases[i].figure, o->target[2]);
        outcome_free(o);
    }
}

Test(pools, who_is_held_back_keeps_the_server)
{
    /* One: a 0-1, b 1-2, held to 6, c 6-7, held to 11. Two: a 1-6, b 6-11, c 11-16. */
    static const char *const text =
        HEAD "sites: {hall: {}}\n"
             "compute: {p: {site: hall}, q: {site: hall, room: 1, full: block}}\n"
             "services: {s: {steps: [{compute: one, work: 1 s}, {compute: two, work: 5 s}]}}\n" JOBS
             "arrangements: {x: {hosting: {all: {one: p, two: q}}}}\n";
    struct outcome *o = run(text);
    expect_fates(o, (double[]){6, 11, 16}, "trace");
    cr_expect_float_eq(o->station[0].utilisation, 11.0 / 36000, 1e-12);
    cr_expect_float_eq(o->station[1].utilisation, 15.0 / 36000, 1e-12);
    outcome_free(o);
}

Test(pools, who_is_held_back_is_wrapped_up_once_gone)
{
    /* One, with 2 s of wrap-up: a 0-1, to 3; b 3-4, held to 6, to 8; c 8-9, held to 11, to 13.
     * Two: a 1-6, b 6-11, c 11-16. */
    static const char *const text =
        HEAD "sites: {hall: {}}\nhours: {always: 'daily 00:00-24:00'}\n"
             "desks: {p: {site: hall, people: {always: 1}, wrap-up: 2 s}}\n"
             "compute: {q: {site: hall, room: 1, full: block}}\n"
             "services: {s: {steps: [{desk: one, work: 1 s}, {compute: two, work: 5 s}]}}\n" JOBS
             "arrangements: {x: {hosting: {all: {one: p, two: q}}}}\n";
    struct outcome *o = run(text);
    expect_fates(o, (double[]){6, 11, 16}, "trace");
    cr_expect_float_eq(o->station[0].utilisation, (3 + 5 + 5) / 36000.0, 1e-12);
    outcome_free(o);
}

Test(pools, from_elsewhere_one_waits_before_the_door)
{
    /* The same with q at another site: p goes on, b waits before q from 2 and c from 3. */
    static const char *const text =
        HEAD "sites: {hall: {}, dc: {}}\n"
             "links: {l: {between: [hall, dc], bandwidth: 1 Gbit/s, delay: 0 ms}}\n"
             "compute: {p: {site: hall}, q: {site: dc, room: 1, full: block}}\n"
             "services: {s: {steps: [{compute: one, work: 1 s}, {compute: two, work: 5 s}]}}\n" JOBS
             "arrangements: {x: {hosting: {all: {one: p, two: q}}}}\n";
    struct outcome *o = run(text);
    expect_fates(o, (double[]){6, 11, 16}, "trace");
    cr_expect_float_eq(o->station[0].utilisation, 3.0 / 36000, 1e-12);
    outcome_free(o);
}

Test(pools, hours_and_wrap_up)
{
    static const struct trace traces[] = {
        {"desks: {p: {site: hall, people: {later: 1}, wrap-up: 3 s}}",
         "{desk: one, work: 2 s}",
         "one: p",
         {3602, 3607, 3612}},
        {"compute: {p: {site: hall, during: {second: {speed: 0.5}}}}",
         "{compute: one, work: 90 min}",
         "one: p",
         {7200, 12600, 18000}},
        /* Two servers from 01:00 to 02:00: b begins then, and one leaves when b or a ends. */
        {"compute: {p: {site: hall, during: {second: {cores: 2}}}}",
         "{compute: one, work: 2 h}",
         "one: p",
         {7200, 10800, 18000}},
        {"compute: {p: {site: hall, discipline: sharing, cores: 3, during: {second: {speed: "
         "0.5}}}}",
         "{compute: one, work: 2 h}",
         "one: p",
         {9000, 9000, 9000}},
        {"compute: {p: {site: hall, discipline: unlimited}}",
         "{compute: one, work: 2 h}",
         "one: p",
         {7200, 7200, 7200}},
        {"compute: {p: {site: hall, cores: 3, discipline: fair, weights: {a: 2, b: 1, c: 1}}}",
         "{compute: one, work: 2 h}",
         "one: p",
         {7200, 7200, 7200}},
        /* Of one server a has half: done at 4 h; then b and c have half each, 1 h of 2 done. */
        {"compute: {p: {site: hall, discipline: fair, weights: {a: 2, b: 1, c: 1}}}",
         "{compute: one, work: 2 h}",
         "one: p",
         {14400, 21600, 21600}},
    };
    expect_traces(traces, sizeof traces / sizeof *traces);
}

Test(pools, faults)
{
#define FAULT(WHAT, MORE) "\nfaults: {f: {of: " WHAT ", at: 2014-05-12T01:00, for: 30 min" MORE "}}"
    static const struct trace traces[] = {
        {"compute: {p: {site: hall, cores: 3}}" FAULT("p", ""),
         "{compute: one, work: 2 h}",
         "one: p",
         {9000, 9000, 9000}},
        {"compute: {p: {site: hall, cores: 3}}" FAULT("hall", ", degrade: 50 %"),
         "{compute: one, work: 2 h}",
         "one: p",
         {8100, 8100, 8100}},
        {"compute: {p: {site: hall, cores: 3, discipline: sharing}}" FAULT("p", ""),
         "{compute: one, work: 30 min}",
         "one: p",
         {1800, 1800, 1800}},
        /* 2 h of 7.2 Gbit at 1 Mbit/s each: three bulk transfers share the array to 6 h 30 min. */
        {"storage: {p: {site: hall, iops: 1000000, bandwidth: 1 Mbit/s}}" FAULT("p", ""),
         "{read: one, size: 900 MB}",
         "one: p",
         {23400, 23400, 23400}},
        /* Of two faults at once the lower share counts: 30 min at 25 %, 30 min at 50 %. */
        {"compute: {p: {site: hall, cores: 3}}\nfaults: {f: {of: p, at: 2014-05-12T01:00, for: 30 "
         "min, degrade: 25 %}, g: {of: hall, at: 2014-05-12T01:00, for: 1 h, degrade: 50 %}}",
         "{compute: one, work: 2 h}",
         "one: p",
         {9450, 9450, 9450}},
    };
    expect_traces(traces, sizeof traces / sizeof *traces);
}

Test(pools, a_link_that_is_cut_goes_on_later)
{
    static const char *const text =
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 10 h, interval: 1 h}\n"
        "partners: {a: {staff: {hall: 1}}}\nsites: {hall: {}, dc: {}}\n"
        "links: {l: {between: [hall, dc], bandwidth: 1 Mbit/s, delay: 10 ms}}\n"
        "storage: {p: {site: dc, iops: 1000000, bandwidth: 100 Gbit/s}}\n"
        "faults: {f: {of: l, at: 2014-05-12T01:00, for: 30 min, flight: held}}\n"
        "services: {s: {steps: [{request: 900 MB}, {read: one, size: 1 B}]}}\n"
        "workloads: {jobs: {service: s, at: hall, every: 1 d}}\n"
        "arrangements: {x: {hosting: {all: {one: p}}}}\n";
    struct outcome *o = run(text);
    cr_assert_eq(o->stream[0].completed, 1);
    cr_expect_float_eq((double)o->stream[0].response.sum * 1e-9, 7200 + 1800 + 0.01, 1e-5);
    cr_expect_float_eq(o->station[1].utilisation, 7200.0 / 36000, 1e-9, "cut is not busy");
    outcome_free(o);
}

/* The last bit comes to the second link at 3601.01 s, where it is cut: the last segment (12 kbit at
 * 10 Mbit/s) goes out once it is repaired at 5400 s. */
Test(pools, what_comes_to_a_cut_link_waits)
{
    struct outcome *o =
        run("psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 2 h, interval: 1 h}\n"
            "partners: {a: {staff: {hall: 1}}}\nsites: {hall: {}, mid: {}, dc: {}}\n"
            "links: {k: {between: [hall, mid], bandwidth: 1 Mbit/s, delay: 10 ms}, "
            "l: {between: [mid, dc], bandwidth: 10 Mbit/s, delay: 10 ms}}\n"
            "compute: {p: {site: dc}}\n"
            "faults: {f: {of: l, at: 2014-05-12T01:00, for: 30 min, flight: held}}\n"
            "services: {s: {steps: [{request: 450 MB}, {compute: one, work: 1 ns}]}}\n"
            "workloads: {jobs: {service: s, users: 100 % of staff, think: 1 s}}\n"
            "arrangements: {x: {hosting: {all: {one: p}}}}\n");
    cr_assert_eq(o->stream[0].completed, 1);
    cr_expect_float_eq((double)o->stream[0].response.sum * 1e-9, 5399.0112, 1e-6);
    outcome_free(o);
}

/* One closed user at another site than the pool, which a partner's long job has filled. */
Test(pools, news_of_a_failure_take_the_way_back)
{
    static const char *const text =
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 100 s, interval: 10 s}\n"
        "partners: {a: {staff: {dc: 1}}, u: {staff: {hall: 1}}}\n"
        "sites: {hall: {}, dc: {}}\n"
        "links: {l: {between: [hall, dc], bandwidth: 1000 Gbit/s, delay: 500 ms}}\n"
        "compute: {p: {site: dc, room: 1}}\n"
        "services: {s: {steps: [{compute: one, work: 1000 s}]}, "
        "t: {steps: [{compute: one, work: 1 s}]%s}}\n"
        "workloads: {jobs: {service: s, partners: a, by: one, every: 1 d}, "
        "asks: {service: t, partners: u, users: 100 %% of staff, think: 9 s}}\n"
        "arrangements: {x: {hosting: {all: {one: p}}}}\n";
    char changed[2048];
    /* Asks at 9, 19, ... 99: thinks 9 s, learns of it 1 s later. */
    snprintf(changed, sizeof changed, text, "");
    struct outcome *o = run(changed);
    const struct outcome_stream *s = &o->stream[3]; /* service t, partner u */
    cr_expect_eq(s->offered, 10);
    cr_expect_eq(s->failed, 10, "counted where it fails, as an end is");
    cr_expect_eq(s->refused, 10);
    outcome_free(o);
    /* With two more attempts at once it takes 3 s: asks at 9, 21, 33, ... 93. */
    snprintf(changed, sizeof changed, text, ", timeout: 60 s, retries: 2");
    o = run(changed);
    s = &o->stream[3];
    cr_expect_eq(s->offered, 8);
    cr_expect_eq(s->failed, 8);
    cr_expect_eq(s->retries, 16);
    cr_expect_eq(s->refused, 8);
    outcome_free(o);
}

Test(pools, a_branch_that_fails_fails_the_request_once)
{
    /* a: both branches in p, one after the other, 10 s each; b and c: refused twice, and know it
     * when their third branch has ended. */
    static const char *const text =
        HEAD "sites: {hall: {}}\ncompute: {p: {site: hall, room: 2}, q: {site: hall, cores: 9}}\n"
             "services: {s: {steps: [{fork: [{steps: [{compute: one, work: 10 s}]}, "
             "{steps: [{compute: one, work: 10 s}]}, {steps: [{compute: two, work: 3 s}]}]}, "
             "{compute: two, work: 1 s}]}}\n" JOBS
             "arrangements: {x: {hosting: {all: {one: p, two: q}}}}\n";
    struct outcome *o = run(text);
    expect_fates(o, (double[]){21, -1, -1}, "trace");
    cr_expect_eq(o->station[0].refused, 4);
    cr_expect_float_eq(o->station[1].utilisation, (3 * 3 + 1) / 9.0 / 36000, 1e-12);
    outcome_free(o);
}
