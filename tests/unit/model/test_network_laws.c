/* SPDX-License-Identifier: Apache-2.0
 * Operational laws and theory of links: equal routes, overheads, contracts, hours, classes and
 * failures, against figures worked out by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "fixture.h"
#include "model/analysis.h"
#include "model/wire.h"
#include "theory/queue.h"

/* Twenty requests a second of 10 KB go half and half by north and south: 80,000 bits in 7 packets.
 * Links hn, nd, hs, sd of 10 Mbit/s; what %s adds to each. */
static struct description *diamond(const char *hn, const char *nd, const char *sd, const char *more)
{
    char text[2000];
    snprintf(text, sizeof text,
             "psnsim: 1\ntime: {start: 2014-05-12, horizon: 1 week}\n"
             "hours: {half: daily 00:00-12:00}\n"
             "partners: {p: {population: 1}, q: {population: 1}}\n"
             "sites: {hall: {}, north: {}, south: {}, dc: {}}\n"
             "links:\n"
             "  hn: {between: [hall, north], bandwidth: 10 Mbit/s, delay: 1 ms%s}\n"
             "  hs: {between: [hall, south], bandwidth: 10 Mbit/s, delay: 2 ms}\n"
             "  nd: {between: [north, dc], bandwidth: 10 Mbit/s, delay: 2 ms%s}\n"
             "  sd: {between: [south, dc], bandwidth: 10 Mbit/s, delay: 1 ms%s}\n"
             "compute: {pool: {site: dc, discipline: unlimited}}\n"
             "services: {s: {steps: [{request: 10 KB}, {compute: app, work: 1 ms}]}}\n"
             "workloads: {w: {service: s, partners: p, at: hall, rate: 20 / s}}\n"
             "routes: {every: {spread: equal}}\n%s"
             "arrangements: {x: {hosting: {all: {app: pool}}}}\n",
             hn, nd, sd, more);
    return fixture_describe(text);
}

/* Stations: the pool, then two directions of hn, hs, nd and sd. */
enum { HN = 1, HS = 3, ND = 5, SD = 7 };

static struct analysis analyse(const struct description *d)
{
    struct load_report load;
    struct analysis a;
    psn_diagnostics none = {0};
    cr_assert_eq(laws_report(d, &load, &none), 0);
    cr_assert_eq(analysis_make(d, &load, &a, &none), 0);
    laws_fini(&load);
    return a;
}

Test(network_laws, loads_of_equal_routes)
{
    struct description *d =
        diamond(", overhead: {packet: 50 B, share: 10 %}", ", contract: 5 Mbit/s",
                ", during: {half: {bandwidth: 5 Mbit/s}}", "");
    struct load_report r;
    psn_diagnostics none = {0};
    cr_assert_eq(laws_report(d, &r, &none), 0);
    cr_assert_float_eq(r.station[HN].open, 10 * (80000 * 1.1 + 7 * 400) / 10e6, 1e-12);
    cr_assert_float_eq(r.station[HS].open, 10 * 80000 / 10e6, 1e-12);
    cr_assert_float_eq(r.station[ND].open, 10 * 80000 / 5e6, 1e-12, "of what the contract lets by");
    cr_assert_float_eq(r.station[SD].open, 10 * 80000 / 7.5e6, 1e-12, "of the mean of its hours");
    cr_assert_float_eq(r.station[SD].busiest, 10 * 80000 / 5e6, 1e-12);
    cr_assert(r.station[SD].busiest_hour < 12);
    laws_fini(&r);
    description_free(d);
}

/* Ten messages of 10 KB a second are more than 0.5 Mbit/s: what a buffer or a policer drops
 * makes nothing unstable, and what waits does; flows do, whatever the buffer. */
Test(network_laws, what_is_dropped_makes_no_link_unstable)
{
    static const struct {
        const char *link, *classes, *service;
        bool unstable;
    } cases[] = {
        {"", "", "", true},
        {", buffer: 100 KB", "", "", false},
        {", buffer: 100 KB", "classes: {bulk: {transfer: flows}}\n", "class: bulk, ", true},
        {"", "classes: {voice: {queue: strict}}\n", "class: voice, ", true},
        {"", "classes: {voice: {queue: strict, limit: 50 %}}\n", "class: voice, ", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1000];
        snprintf(text, sizeof text,
                 "psnsim: 1\ntime: {start: 2014-05-12, horizon: 1 week}\n%s"
                 "partners: {p: {population: 1}}\nsites: {hall: {}, dc: {}}\n"
                 "links: {l: {between: [hall, dc], bandwidth: 0.5 Mbit/s%s}}\n"
                 "compute: {pool: {site: dc, discipline: unlimited}}\n"
                 "services: {s: {%ssteps: [{request: 10 KB}, {compute: app, work: 1 ms}]}}\n"
                 "workloads: {w: {service: s, partners: p, at: hall, rate: 10 / s}}\n"
                 "arrangements: {x: {hosting: {all: {app: pool}}}}\n",
                 cases[i].classes, cases[i].link, cases[i].service);
        struct description *d = fixture_describe(text);
        struct load_report r;
        psn_diagnostics none = {0};
        cr_assert_eq(laws_report(d, &r, &none), 0);
        cr_expect_float_eq(r.station[1].open, 1.6, 1e-12, "%zu", i);
        cr_expect_eq(r.station[1].unstable, cases[i].unstable, "%zu", i);
        laws_fini(&r);
        description_free(d);
    }
}

/* A link that is down for an hour in 25 has less to give, but where its messages take another way
 * meanwhile. */
Test(network_laws, what_failures_leave)
{
    for (int held = 0; held < 2; held++) {
        struct description *d =
            diamond("", "", "",
                    held ? "faults: {dig: {of: nd, mtbf: exp(1 d), mttr: exp(1 h), flight: held}}\n"
                         : "faults: {dig: {of: nd, mtbf: exp(1 d), mttr: exp(1 h)}}\n");
        struct load_report r;
        psn_diagnostics none = {0};
        cr_assert_eq(laws_report(d, &r, &none), 0);
        cr_assert_float_eq(r.station[ND].open, held ? 0.08 * 25 / 24 : 0.08, 1e-12);
        laws_fini(&r);
        description_free(d);
    }
}

/* Of exponential messages of mean m another packet of b begins with probability exp(-b / m), so
 * their mean number is 1 / (1 - exp(-b / m)).
 * By 4,096 draws: 5 %. */
Test(network_laws, packets_of_random_sizes)
{
    struct wires wires = {.n = 0};
    struct link l = {.overhead_bits = 12000, .overhead_share = 0.5};
    struct law law;
    cr_assert_eq(law_init(&law, LAW_EXP, 0), 0);
    for (double mean = 2000; mean < 1e6; mean *= 3) {
        double more = exp(-12000 / mean), packets = 1 / (1 - more);
        struct wire w = wire_of(&wires, &l, &law, mean);
        cr_assert(w.sampled);
        cr_assert_float_eq(w.mean, mean * 1.5 + packets * 12000, 0.05 * w.mean);
        cr_assert_geq(w.second, w.mean * w.mean);
    }
    l.overhead_bits = 0;
    struct wire w = wire_of(&wires, &l, &law, 1000);
    cr_assert(!w.sampled && w.mean == 1500);
    cr_assert_float_eq(w.second, 2 * 1500 * 1500, 1e-6);
    cr_assert_eq(law_init(&law, LAW_CONST, 0), 0);
    l.overhead_bits = 100;
    w = wire_of(&wires, &l, &law, 12001);
    cr_assert_float_eq(w.mean, 12001 * 1.5 + 200, 1e-9);
    cr_assert_float_eq(w.second, w.mean * w.mean, 1e-3);
}

/* Ten messages a second are M/D/1 at the first link of each way; at the second they come as they
 * leave it. */
Test(network_laws, theory_of_equal_routes)
{
    struct description *d = diamond("", "", "", "");
    struct analysis a = analyse(d);
    double s = 80000 / 10e6, wait = 10 * s * s / (2 * (1 - 10 * s));
    for (size_t t = HN; t <= SD; t += 2) {
        cr_assert_float_eq(a.station[t].arrivals_per_s, 10, 1e-9);
        cr_assert_float_eq(a.station[t].wait_s, wait, 1e-12);
    }
    cr_assert_eq(a.station[HN].note.kind, THEORY_EXACT);
    cr_assert_eq(a.station[HS].note.kind, THEORY_EXACT);
    cr_assert_eq(a.station[ND].note.reason, REASON_NOT_POISSON);
    cr_assert_float_eq(a.stream[0].response_s, 0.003 + s + 2 * wait + 0.001, 1e-12);
    cr_assert_eq(a.stream[0].note.kind, THEORY_APPROXIMATE);
    analysis_fini(&a);
    description_free(d);
}

static void expect(const struct analysis *a, size_t station, enum theory_kind kind,
                   enum theory_reason reason)
{
    cr_assert_eq(a->station[station].note.kind, kind, "station %zu: kind %d, reason %d", station,
                 a->station[station].note.kind, a->station[station].note.reason);
    cr_assert_eq(a->station[station].note.reason, reason, "station %zu: reason %d", station,
                 a->station[station].note.reason);
}

Test(network_laws, theory_knows_what_it_does_not)
{
    struct description *d = diamond(", overhead: {packet: 50 B, share: 10 %}",
                                    ", contract: 5 Mbit/s", ", loss: 1 %", "");
    struct analysis a = analyse(d);
    expect(&a, HN, THEORY_EXACT, REASON_NONE); /* longer messages are M/D/1 all the same */
    cr_assert_float_eq(a.station[HN].utilisation, 10 * (80000 * 1.1 + 7 * 400) / 10e6, 1e-12);
    expect(&a, ND, THEORY_NONE, REASON_SHAPED);
    expect(&a, SD, THEORY_NONE, REASON_DROPS);
    cr_assert_eq(a.stream[0].note.kind, THEORY_NONE);
    analysis_fini(&a);
    description_free(d);
    d = diamond("", "", "", "faults: {dig: {of: nd, mtbf: exp(1 d), mttr: exp(1 h)}}\n");
    a = analyse(d);
    expect(&a, ND, THEORY_NONE, REASON_FAULTS);
    expect(&a, HS, THEORY_APPROXIMATE, REASON_ROUTES);
    analysis_fini(&a);
    description_free(d);
    d = diamond("", "", "",
                "faults: {dig: {of: nd, mtbf: exp(1 d), mttr: exp(1 h), flight: held}}\n");
    a = analyse(d);
    expect(&a, HS, THEORY_EXACT, REASON_NONE); /* routes stay */
    analysis_fini(&a);
    description_free(d);
}

/* A message has one size on all links: what is long on the first is so on the second, where it
 * meets no one that it has not met, however exponential. */
Test(network_laws, one_size_on_all_links)
{
    struct description *d = fixture_describe(
        "psnsim: 1\ntime: {start: 2014-05-12, horizon: 1 h}\npartners: {p: {population: 1}}\n"
        "sites: {a: {}, b: {}, c: {}}\n"
        "links:\n"
        "  ab: {between: [a, b], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  bc: {between: [b, c], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "compute: {pool: {site: c, discipline: unlimited}}\n"
        "services: {s: {steps: [{request: exp(10 KB)}, {compute: app, work: 1 ms}]}}\n"
        "workloads: {w: {service: s, at: a, rate: 5 / s}}\n"
        "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    struct analysis a = analyse(d);
    expect(&a, 1, THEORY_EXACT, REASON_NONE);
    expect(&a, 3, THEORY_APPROXIMATE, REASON_SAME);
    analysis_fini(&a);
    description_free(d);
}

/* One link, which %s use; classes a and b are fair, v is strict. */
static struct analysis shared(const char *services, const char *workloads)
{
    char text[2000];
    snprintf(text, sizeof text,
             "psnsim: 1\ntime: {start: 2014-05-12, horizon: 1 week}\n"
             "partners: {p: {population: 1}, q: {population: 1}}\n"
             "classes: {a: {weight: 2}, b: {weight: 1}, v: {queue: strict, priority: 1}, f: "
             "{transfer: flows}}\n"
             "sites: {hall: {}, dc: {}}\n"
             "links: {l: {between: [hall, dc], bandwidth: 1 Mbit/s, delay: 1 ms}}\n"
             "compute: {pool: {site: dc, discipline: unlimited}}\n"
             "services: {%s}\nworkloads: {%s}\n"
             "arrangements: {x: {hosting: {all: {app: pool}}}}\n",
             services, workloads);
    struct description *d = fixture_describe(text);
    struct analysis a = analyse(d);
    description_free(d);
    return a;
}

#define SERVICE(name, class, size)                                                                 \
#name ": {class: " #class ", steps: [{request: " size "}, {compute: app, work: 1 ms}]}"

Test(network_laws, theory_of_classes)
{
    double s = 0.008 * 10; /* 10 KB */
    struct analysis a =
        shared(SERVICE(s, a, "exp(10 KB)"), "w: {service: s, partners: p, at: hall, rate: 5 / s}");
    expect(&a, 1, THEORY_EXACT, REASON_NONE); /* one partner of one class: one queue */
    cr_assert_float_eq(a.station[1].wait_s, s * 0.4 / 0.6, 1e-12);
    cr_assert_float_eq(a.stream[0].response_s, s / 0.6 + 0.002, 1e-12);
    analysis_fini(&a);
    a = shared(SERVICE(s, v, "exp(10 KB)"),
               "w: {service: s, partners: all, at: hall, rate: 5 / s}");
    expect(&a, 1, THEORY_EXACT, REASON_NONE); /* strict classes do not tell partners apart */
    analysis_fini(&a);
    a = shared(SERVICE(s, a, "exp(10 KB)"),
               "w: {service: s, partners: all, at: hall, rate: 5 / s}");
    expect(&a, 1, THEORY_EXACT, REASON_NONE); /* how many are there is known ... */
    cr_assert_eq(a.stream[0].note.kind, THEORY_NONE, "... but not who waits how long");
    analysis_fini(&a);
    a = shared(SERVICE(s, a, "10 KB") ", " SERVICE(t, b, "1 KB"),
               "w: {service: s, partners: p, at: hall, rate: 5 / s}, x: {service: t, partners: p, "
               "at: hall, rate: 5 / s}");
    expect(&a, 1, THEORY_NONE, REASON_DISCIPLINE);
    analysis_fini(&a);
    a = shared(SERVICE(s, f, "10 KB"), "w: {service: s, partners: p, at: hall, rate: 5 / s}");
    expect(&a, 1, THEORY_NONE, REASON_FLOWS);
    analysis_fini(&a);
    a = shared(SERVICE(s, f, "1 KB"), "w: {service: s, partners: p, at: hall, rate: 5 / s}");
    expect(&a, 1, THEORY_EXACT, REASON_NONE); /* no longer than a segment: messages */
    analysis_fini(&a);
}
