/* SPDX-License-Identifier: Apache-2.0
 * What theory says of a model: the formula that is taken, its figure worked out by hand, and
 * whether it may be called exact. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "model/analysis.h"
#include "theory/queue.h"

/* A scenario of one town: machines, services, workloads and roles as said. */
static struct analysis analyse(const char *machines, const char *services, const char *workloads,
                               const char *roles, struct description **out)
{
    char text[4000];
    snprintf(text, sizeof text,
             "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 2 weeks}\n"
             "profiles: {days: {weekday: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 4, 1, 1, 1, 1, 1, 1, 1, 0, "
             "0, 0, 0, 0, 0], weekend: 0}}\n"
             "partners: {p: {population: 100, staff: {hall: 10}}, q: {staff: {hall: 20}}}\n"
             "sites: {hall: {}, far: {}}\n%s\nservices: {%s}\nworkloads: {%s}\n"
             "arrangements: {x: {hosting: {all: {%s}}}}\n",
             machines, services, workloads, roles);
    struct description *d = fixture_describe(text);
    struct load_report load;
    struct analysis a;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &load, &all), 0);
    cr_assert_eq(analysis_make(d, &load, &a, &all), 0);
    laws_fini(&load);
    psn_diagnostics_fini(&all);
    *out = d;
    return a;
}

static void done(struct analysis *a, struct description *d)
{
    analysis_fini(a);
    description_free(d);
}

static void expect(const struct theory_note *note, enum theory_kind kind, enum theory_reason reason)
{
    cr_assert_eq(note->kind, kind, "kind %d, not %d (reason %d)", note->kind, kind, note->reason);
    cr_assert_eq(note->reason, reason, "reason %d, not %d", note->reason, reason);
}

#define NEAR(x, y) cr_assert_float_eq(x, y, 1e-9 * fabs(y), "%.12g, not %.12g", (double)(x), y)

/* M/M/1 at 0.5, then four servers shared by whatever law: Jackson, BCMP. */
Test(analysis, product_form)
{
    struct description *d;
    struct analysis a = analyse(
        "compute: {one: {site: hall}, two: {site: hall, cores: 4, discipline: sharing}}",
        "s: {steps: [{compute: x, work: exp(1 s)}, {compute: y, work: lognormal(6 s cv 3)}]}",
        "w: {service: s, partners: p, rate: 0.5 / s}", "x: one, y: two", &d);
    double shared = queue_mmc(0.5, 6, 4).wait;
    cr_assert(a.steady);
    expect(&a.station[0].note, THEORY_EXACT, REASON_NONE);
    expect(&a.station[1].note, THEORY_EXACT, REASON_NONE);
    cr_assert_str_eq(a.station[0].by, "M/M/1");
    cr_assert_str_eq(a.station[1].by, "M/G/4-PS");
    NEAR(a.station[0].wait_s, 1.0);
    NEAR(a.station[1].wait_s, shared);
    NEAR(a.station[1].present, 0.5 * (6 + shared));
    expect(&a.stream[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.stream[0].response_s, 2 + 6 + shared);
    cr_assert_not(a.stream[1].used, "q asks for nothing");
    done(&a, d);
}

/* A queue of constant service is exact where arrivals are Poisson, and spoils what is behind it. */
Test(analysis, general_service)
{
    struct description *d;
    struct analysis a =
        analyse("compute: {one: {site: hall}, two: {site: hall}, wide: {site: hall, cores: 3}}",
                "s: {steps: [{compute: x, work: 1 s}, {compute: y, work: exp(1 s)}]}, "
                "t: {steps: [{compute: z, work: uniform(0 s 2 s)}]}",
                "w: {service: s, partners: p, rate: 0.5 / s}, "
                "v: {service: t, partners: q, rate: 2 / s}",
                "x: one, y: two, z: wide", &d);
    expect(&a.station[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.station[0].wait_s, 0.5);
    cr_assert_str_eq(a.station[0].by, "M/D/1");
    expect(&a.station[1].note, THEORY_APPROXIMATE, REASON_NOT_POISSON);
    cr_assert_eq(a.station[1].note.station, 1);
    NEAR(a.station[1].wait_s, 1.0);
    expect(&a.station[2].note, THEORY_APPROXIMATE, REASON_GENERAL);
    cr_assert_str_eq(a.station[2].by, "M/G/3 Kimura");
    expect(&a.stream[0].note, THEORY_APPROXIMATE, REASON_NOT_POISSON);
    done(&a, d);
}

/* Who comes back: a network of exponential queues is of product form all the same, others are not.
 * Two visits of 0.2 s at 2 a second; branches of a choice are no coming back. */
Test(analysis, coming_back)
{
    struct description *d;
    struct analysis a =
        analyse("compute: {one: {site: hall}, two: {site: hall}, three: {site: hall}}",
                "s: {steps: [{compute: x, work: exp(200 ms), times: 2}]}, "
                "t: {steps: [{compute: y, work: 200 ms, times: 2}]}, "
                "u: {steps: [{choice: [{share: 50 %, steps: [{compute: z, work: 100 ms}]}, "
                "{share: 50 %, steps: [{compute: z, work: 300 ms}]}]}]}",
                "w: {service: s, partners: p, rate: 2 / s}, "
                "v: {service: t, partners: p, rate: 2 / s}, "
                "z: {service: u, partners: p, rate: 2 / s}",
                "x: one, y: two, z: three", &d);
    expect(&a.station[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.station[0].present, 0.8 / 0.2);
    expect(&a.station[2].note, THEORY_APPROXIMATE, REASON_NOT_POISSON);
    expect(&a.station[1].note, THEORY_EXACT, REASON_NONE);
    /* 0.4 busy; E[S^2] = 0.05: 2 x 0.05 / 2 / 0.6 */
    NEAR(a.station[1].wait_s, 0.05 / 0.6);
    done(&a, d);
}

/* What comes out of a queue that requests come back to is no Poisson process (Burke's theorem needs
 * that nobody does): a shared pool behind it is exact, for the network has a product form; a queue
 * of constant service is not. */
Test(analysis, behind_who_comes_back)
{
    struct description *d;
    struct analysis a = analyse(
        "compute: {one: {site: hall}, shared: {site: hall, discipline: sharing}, then: {site: "
        "hall}}",
        "s: {steps: [{compute: x, work: exp(200 ms), times: 2}, {compute: y, work: 300 ms}]}, "
        "t: {steps: [{compute: x, work: exp(200 ms), times: 2}, {compute: z, work: 300 ms}]}",
        "w: {service: s, partners: p, rate: 1 / s}, v: {service: t, partners: p, rate: 1 / s}",
        "x: one, y: shared, z: then", &d);
    expect(&a.station[0].note, THEORY_EXACT, REASON_NONE);
    expect(&a.station[1].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.station[1].present, 0.3 / 0.7);
    expect(&a.station[2].note, THEORY_APPROXIMATE, REASON_NOT_POISSON);
    done(&a, d);
}

/* Wrap-up keeps the server, not the customer: M/G/1 of both together, E = 2 s and E2 = 2 + 2 + 1.5
 * s2 (1 s exponential, 1 s of an scv of 0.5). */
Test(analysis, wrap_up)
{
    struct description *d;
    struct analysis a =
        analyse("hours: {always: daily 00:00-24:00}\n"
                "desks: {one: {site: hall, people: {always: 1}, wrap-up: erlang(1 s shape 2)}}",
                "s: {steps: [{desk: x, work: exp(1 s)}]}",
                "w: {service: s, partners: p, rate: 0.3 / s}", "x: one", &d);
    double wait = 0.3 * 5.5 / 2 / 0.4;
    expect(&a.stream[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.station[0].utilisation, 0.6);
    NEAR(a.station[0].wait_s, wait);
    NEAR(a.station[0].present, 0.3 * (1 + wait));
    NEAR(a.stream[0].response_s, 1 + wait);
    done(&a, d);
}

/* Users who think for 9 s before one server: machine repairmen, exactly; where they work for a
 * constant time, nearly. */
Test(analysis, users)
{
    struct description *d;
    const char *pool = "compute: {one: {site: hall, cores: 2}}";
    const char *load = "w: {service: s, partners: all, users: 100 % of staff, think: 9 s}";
    struct analysis a =
        analyse(pool, "s: {steps: [{compute: x, work: exp(1 s)}]}", load, "x: one", &d);
    struct markov_queue m = {
        .rate = 1.0 / 9, .service = 1, .servers = 2, .population = 30, .patience = INFINITY};
    struct queue_figures f = queue_markov(&m);
    expect(&a.stream[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.stream[0].response_s, 1 + f.wait);
    NEAR(a.stream[1].response_s, 1 + f.wait);
    NEAR(a.station[0].utilisation, f.utilisation);
    NEAR(a.station[0].present, f.present);
    done(&a, d);
    a = analyse(pool, "s: {steps: [{compute: x, work: 1 s}]}", load, "x: one", &d);
    expect(&a.stream[0].note, THEORY_APPROXIMATE, REASON_USERS);
    cr_assert(a.stream[0].response_s > 1.5 && a.stream[0].response_s < 1 + f.wait);
    done(&a, d);
}

/* Open requests beside users share what theory knows exactly, too: M/M/1 of half its speed. */
Test(analysis, mixed)
{
    struct description *d;
    struct analysis a =
        analyse("compute: {one: {site: hall, discipline: sharing}}",
                "s: {steps: [{compute: x, work: exp(1 s)}]}, t: {steps: [{compute: x, work: 2 s}]}",
                "w: {service: s, partners: p, users: 100 % of staff, think: exp(20 s)}, "
                "v: {service: t, partners: q, rate: 0.25 / s}",
                "x: one", &d);
    struct markov_queue m = {
        .rate = 1.0 / 20, .service = 2, .servers = 1, .population = 10, .patience = INFINITY};
    struct queue_figures f = queue_markov(&m);
    expect(&a.stream[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.stream[0].response_s, 2 + f.wait);
    NEAR(a.stream[3].response_s, 4 * (1 + f.present));
    done(&a, d);
}

/* Branches: no less than the longest in the mean, no more than all of them. */
Test(analysis, forks)
{
    struct description *d;
    struct analysis a =
        analyse("compute: {one: {site: hall}, two: {site: hall}}",
                "s: {steps: [{fork: [{steps: [{compute: x, work: exp(1 s)}]}, "
                "{steps: [{compute: y, work: exp(500 ms)}]}]}]}",
                "w: {service: s, partners: p, rate: 0.5 / s}", "x: one, y: two", &d);
    expect(&a.stream[0].note, THEORY_BOUNDS, REASON_FORK);
    NEAR(a.stream[0].low_s, 2.0);
    NEAR(a.stream[0].high_s, 2 + 0.5 / 0.75);
    cr_assert(isnan(a.stream[0].response_s));
    expect(&a.station[0].note, THEORY_EXACT, REASON_NONE);
    done(&a, d);
}

/* One branch queues for ever (a tail of index 1.5 has no variance); that says nothing of the other,
 * and no figure becomes NaN by it. */
Test(analysis, a_branch_without_a_mean)
{
    struct description *d;
    struct analysis a = analyse(
        "compute: {one: {site: hall}, two: {site: hall, cores: 9}}",
        "s: {steps: [{fork: [{steps: [{compute: x, work: pareto(1 s shape 1.5)}]}, "
        "{steps: [{compute: y, work: exp(1 s)}]}]}]}, t: {steps: [{compute: y, work: exp(1 s)}]}",
        "w: {service: s, partners: p, rate: 0.1 / s}, v: {service: t, partners: q, rate: 0.1 / s}",
        "x: one, y: two", &d);
    cr_assert(isinf(a.station[0].wait_s));
    cr_assert(isfinite(a.station[1].wait_s));
    cr_assert(isinf(a.stream[0].low_s) || isinf(a.stream[0].response_s));
    done(&a, d);
}

/* 1 Mbit/s: 125 KB are 1 s. A link of one size of message is M/D/1, and propagation comes on top.
 */
Test(analysis, links)
{
    struct description *d;
    struct analysis a =
        analyse("links: {wire: {between: [hall, far], bandwidth: 1 Mbit/s, delay: 5 ms}}\n"
                "compute: {one: {site: far, discipline: unlimited}}",
                "s: {steps: [{request: 125 KB}, {compute: x, work: 1 s}]}",
                "w: {service: s, partners: p, rate: 0.5 / s}", "x: one", &d);
    expect(&a.station[1].note, THEORY_EXACT, REASON_NONE);
    cr_assert_str_eq(a.station[1].by, "M/D/1");
    NEAR(a.station[1].wait_s, 0.5);
    NEAR(a.stream[0].response_s, 1 + 0.5 + 0.005 + 1);
    done(&a, d);
}

/* An array of 100 operations a second: a transfer of one size is M/D/1 and exact; one of random
 * size has moments that were estimated. */
Test(analysis, arrays)
{
    struct description *d;
    const char *array =
        "storage: {san: {site: hall, iops: 100, bandwidth: 10 Gbit/s, latency: 2 ms}}";
    const char *load = "w: {service: s, partners: p, rate: 50 / s}";
    struct analysis a = analyse(array, "s: {steps: [{read: x, size: 64 KB}]}", load, "x: san", &d);
    expect(&a.station[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.stream[0].response_s, 0.002 + 0.01 + 0.005);
    done(&a, d);
    a = analyse(array, "s: {steps: [{read: x, size: uniform(10 KB 60 KB)}]}", load, "x: san", &d);
    expect(&a.station[0].note, THEORY_APPROXIMATE, REASON_SAMPLED);
    cr_assert_float_eq(a.stream[0].response_s, 0.017, 1e-9, "one operation, whatever the size");
    done(&a, d);
}

/* Demand that goes up and down: the busiest hour is Mon 10:00, four times a level of 1 whose mean
 * is 65 / 168. */
Test(analysis, busiest_hour)
{
    struct description *d;
    struct analysis a =
        analyse("compute: {one: {site: hall}}", "s: {steps: [{compute: x, work: exp(1 s)}]}",
                "w: {service: s, partners: p, rate: 0.05 / s, profile: days}, "
                "j: {service: s, partners: q, by: x, every: 1 d}",
                "x: one", &d);
    double rate = 0.05 * 4 * 168 / 65;
    cr_assert_not(a.steady);
    cr_assert_eq(a.at, 10 * PSN_HOUR);
    NEAR(a.station[0].arrivals_per_s, rate);
    NEAR(a.stream[0].response_s, 1 / (1 - rate));
    cr_assert(a.stream[1].scheduled && !a.stream[1].used);
    done(&a, d);
}

/* More than can be served; users who would give up. */
Test(analysis, overload_and_timeouts)
{
    struct description *d;
    struct analysis a = analyse("compute: {one: {site: hall}, two: {site: hall}}",
                                "s: {steps: [{compute: x, work: exp(1 s)}]}, "
                                "t: {steps: [{compute: y, work: exp(1 s)}], timeout: 10 s}",
                                "w: {service: s, partners: p, rate: 1 / s}, "
                                "v: {service: t, partners: p, rate: 0.5 / s}",
                                "x: one, y: two", &d);
    cr_assert_eq(a.stream[0].response_s, INFINITY);
    cr_assert_eq(a.station[0].utilisation, 1);
    expect(&a.stream[2].note, THEORY_APPROXIMATE, REASON_TIMEOUT);
    NEAR(a.stream[2].response_s, 2.0);
    done(&a, d);
    a = analyse("compute: {two: {site: hall}}",
                "t: {steps: [{compute: y, work: exp(1 s)}], timeout: 9 s}",
                "v: {service: t, partners: p, rate: 0.5 / s}", "y: two", &d);
    expect(&a.stream[0].note, THEORY_NONE, REASON_TIMEOUT);
    cr_assert(isnan(a.stream[0].response_s), "too many would give up");
    done(&a, d);
}

/* Where some have patience and others wait for ever, that is why there is no exact figure. */
Test(analysis, patience_of_some)
{
    struct description *d;
    struct analysis a = analyse("compute: {one: {site: hall}}",
                                "s: {steps: [{compute: x, work: exp(1 s), patience: exp(2 s)}]}, "
                                "t: {steps: [{compute: x, work: exp(1 s)}]}",
                                "v: {service: s, partners: p, rate: 0.4 / s}, "
                                "w: {service: t, partners: p, rate: 0.4 / s}",
                                "x: one", &d);
    expect(&a.station[0].note, THEORY_APPROXIMATE, REASON_PATIENCE);
    done(&a, d);
    a = analyse("compute: {one: {site: hall}}",
                "u: {steps: [{compute: x, work: 1 s, patience: exp(2 s)}]}",
                "v: {service: u, partners: p, rate: 0.4 / s}", "x: one", &d);
    expect(&a.station[0].note, THEORY_APPROXIMATE, REASON_GENERAL);
    done(&a, d);
}

/* Levels of priority, an Erlang-A desk and a full room, by the formulas for them; what was lost is
 * no longer there behind it. */
Test(analysis, levels_and_losses)
{
    struct description *d;
    struct analysis a = analyse(
        "classes: {gold: {queue: strict, priority: 1}}\n"
        "compute: {one: {site: hall, discipline: priority}, room: {site: hall, room: 3}, behind: "
        "{site: hall}}\n"
        "hours: {always: daily 00:00-24:00}\ndesks: {help: {site: hall, people: {always: 4}}}",
        "g: {class: gold, steps: [{compute: x, work: exp(1 s)}]}, s: {steps: [{compute: x, work: "
        "exp(1 s)}]}, "
        "c: {steps: [{desk: y, work: exp(1 s), patience: exp(2 s)}]}, "
        "l: {steps: [{compute: z, work: exp(1 s)}, {compute: v, work: exp(500 ms)}]}",
        "wg: {service: g, partners: p, rate: 0.2 / s}, ws: {service: s, partners: p, rate: 0.6 / "
        "s}, "
        "wc: {service: c, partners: p, rate: 5 / s}, wl: {service: l, partners: p, rate: 1 / s}",
        "x: one, y: help, z: room, v: behind", &d);
    struct markov_queue desk = {.rate = 5, .service = 1, .servers = 4, .patience = 2};
    struct markov_queue room = {
        .rate = 1, .service = 1, .servers = 1, .room = 3, .patience = INFINITY};
    struct queue_figures f = queue_markov(&desk), r = queue_markov(&room);
    const struct station_theory *behind = &a.station[0], *help = &a.station[1],
                                *full = &a.station[3];
    expect(&a.stream[2].note, THEORY_EXACT, REASON_NONE); /* g: Cobham 1954 */
    NEAR(a.stream[2].response_s, 2.0);
    NEAR(a.stream[6].response_s, 6.0);
    expect(&help->note, THEORY_EXACT, REASON_NONE);
    cr_assert_str_eq(help->by, "M/M/4+M");
    NEAR(help->wait_s, f.wait);
    NEAR(help->abandoned, f.abandoned);
    NEAR(a.stream[0].response_s, 1 + f.wait_served);
    expect(&full->note, THEORY_EXACT, REASON_NONE);
    cr_assert_str_eq(full->by, "M/M/1/3");
    NEAR(full->refused, 0.25);
    expect(&behind->note, THEORY_APPROXIMATE, REASON_NOT_POISSON);
    NEAR(behind->arrivals_per_s, 0.75);
    expect(&a.stream[4].note, THEORY_APPROXIMATE, REASON_LOSSES);
    cr_assert_eq(a.stream[4].note.station, 3, "the room");
    NEAR(a.stream[4].response_s, 1 + r.wait_served + 0.5 / (1 - 0.375));
    done(&a, d);
}

/* A link that only asks and tells keeps nobody waiting: users behind it are of a product form
 * still.
 */
Test(analysis, links_that_only_ask)
{
    struct description *d;
    struct analysis a = analyse(
        "links: {wire: {between: [hall, far], bandwidth: 1 Mbit/s, delay: 500 ms}}\n"
        "compute: {one: {site: far}}",
        "s: {steps: [{compute: x, work: exp(1 s)}]}",
        "w: {service: s, partners: p, users: 100 % of staff, think: exp(8 s)}", "x: one", &d);
    struct markov_queue m = {
        .rate = 1.0 / 9, .service = 1, .servers = 1, .population = 10, .patience = INFINITY};
    expect(&a.stream[0].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.stream[0].response_s, 0.5 + 1 + queue_markov(&m).wait); /* away: 8 s, there and back */
    done(&a, d);
}

/* Levels whose jobs leave: how many are there does not depend on the levels, who waits does. Those
 * who try again are in no formula; users at levels of priority neither. */
Test(analysis, levels_that_lose)
{
    struct description *d;
    struct analysis a =
        analyse("classes: {gold: {queue: strict, priority: 1}}\n"
                "compute: {one: {site: hall, discipline: priority}, two: {site: hall, room: 2}}",
                "g: {class: gold, steps: [{compute: x, work: exp(1 s), patience: exp(2 s)}]}, "
                "s: {steps: [{compute: x, work: exp(1 s), patience: exp(2 s)}]}, "
                "t: {retries: 2, steps: [{compute: y, work: exp(1 s)}]}",
                "wg: {service: g, partners: p, rate: 0.2 / s}, ws: {service: s, partners: p, rate: "
                "0.6 / s}, "
                "wt: {service: t, partners: p, rate: 0.5 / s}",
                "x: one, y: two", &d);
    struct markov_queue m = {.rate = 0.8, .service = 1, .servers = 1, .patience = 2};
    expect(&a.station[0].note, THEORY_EXACT, REASON_NONE); /* how many are there, and wait in all */
    NEAR(a.station[0].wait_s, queue_markov(&m).wait);
    expect(&a.stream[0].note, THEORY_NONE, REASON_DISCIPLINE);
    expect(&a.stream[4].note, THEORY_APPROXIMATE, REASON_RETRIES);
    done(&a, d);
    a = analyse("classes: {gold: {queue: strict, priority: 1}}\n"
                "compute: {one: {site: hall, discipline: priority}}",
                "g: {class: gold, steps: [{compute: x, work: exp(1 s)}]}, "
                "s: {steps: [{compute: x, work: exp(1 s)}]}",
                "wg: {service: g, partners: p, users: 3, think: 9 s}, "
                "ws: {service: s, partners: p, users: 3, think: 9 s}",
                "x: one", &d);
    expect(&a.stream[0].note, THEORY_NONE, REASON_USERS);
    expect(&a.station[0].note, THEORY_NONE, REASON_USERS);
    done(&a, d);
}

/* Where no formula is known, none is given: classes of one weight have queues of their own; who is
 * held back before a full room; what fails. Of one exponential law the number present is known. */
Test(analysis, nothing_known)
{
    struct description *d;
    struct analysis a =
        analyse("classes: {c: {queue: fair, weight: 1}}\n"
                "compute: {a-first: {site: hall}, b-full: {site: hall, room: 1, full: block}, "
                "c-queues: {site: hall, discipline: fair-queues}, "
                "d-fails: {site: hall}, e-other: {site: hall}}\n"
                "faults: {f: {of: d-fails, mtbf: exp(10 s), mttr: exp(1 s)}}",
                "s: {steps: [{compute: a, work: exp(1 s)}, {compute: b, work: exp(1 s)}]}, "
                "t: {class: c, steps: [{compute: c, work: exp(1 s)}]}, u: {steps: [{compute: c, "
                "work: exp(1 s)}]}, "
                "v: {steps: [{compute: e, work: exp(1 s)}, {compute: d, work: exp(1 s)}]}",
                "ws: {service: s, partners: p, rate: 0.1 / s}, wt: {service: t, partners: p, rate: "
                "0.2 / s}, "
                "wu: {service: u, partners: p, rate: 0.3 / s}, wv: {service: v, partners: p, rate: "
                "0.5 / s}",
                "a: a-first, b: b-full, c: c-queues, d: d-fails, e: e-other", &d);
    expect(&a.station[0].note, THEORY_NONE, REASON_BLOCKING);
    expect(&a.station[1].note, THEORY_NONE, REASON_BLOCKING);
    expect(&a.station[2].note, THEORY_EXACT, REASON_NONE);
    NEAR(a.station[2].present, 1.0);
    expect(&a.station[3].note, THEORY_NONE, REASON_FAULTS);
    expect(&a.station[4].note, THEORY_EXACT, REASON_NONE);
    expect(&a.stream[2].note, THEORY_NONE, REASON_DISCIPLINE);
    expect(&a.stream[4].note, THEORY_NONE, REASON_DISCIPLINE);
    for (size_t i = 0; i < 8; i += 2)
        cr_assert(isnan(a.stream[i].response_s), "stream %zu", i);
    done(&a, d);
}
