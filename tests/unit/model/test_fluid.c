/* SPDX-License-Identifier: Apache-2.0
 * Long flows: times worked out by hand, what partitions must not move, and what flows cost. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* a --10-- b --100-- c --1000-- d, in Mbit/s; each partner's jobs set out from a at 00:00. */
#define HEAD(horizon)                                                                              \
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: " horizon ", interval: 1 h}\n"        \
    "partners: {p: {staff: {a: 1}}, q: {staff: {a: 1}}}\n"                                         \
    "sites: {a: {}, b: {}, c: {}, d: {}}\n"
#define LINKS                                                                                      \
    "links:\n"                                                                                     \
    "  k: {between: [a, b], bandwidth: 10 Mbit/s, delay: 3 ms}\n"                                  \
    "  l: {between: [b, c], bandwidth: 100 Mbit/s, delay: 2 ms}\n"                                 \
    "  m: {between: [c, d], bandwidth: 1 Gbit/s, delay: 1 ms}\n"
#define MACHINES                                                                                   \
    "compute: {at-b: {site: b, discipline: unlimited}, at-c: {site: c, discipline: unlimited}, "   \
    "at-d: {site: d, discipline: unlimited}}\n"                                                    \
    "arrangements: {x: {hosting: {all: {to-b: at-b, to-c: at-c, to-d: at-d}}}}\n"

/* The work that a request does where it arrives, so that it goes there. */
#define ARRIVE "work: 1 us}]}"

static void expect_ns(const struct outcome *o, size_t stream, double expected, double slack,
                      const char *what)
{
    const struct outcome_stream *s = &o->stream[stream];
    cr_assert_eq(s->completed, 1, "%s: %lld completed", what, (long long)s->completed);
    double found = (double)s->response.sum - 1000;
    cr_expect(fabs(found - expected) <= slack, "%s: %.3f ns, by hand %.3f ns", what, found,
              expected);
}

static size_t service_of(const struct description *d, const char *name)
{
    for (size_t i = 0; i < d->n_services; i++)
        if (strcmp(d->service[i].name, name) == 0)
            return i;
    cr_assert_fail("no service %s", name);
    return 0;
}

/* By partner: p is 0, q is 1. */
static size_t stream_of(const struct description *d, const char *service, size_t partner)
{
    return service_of(d, service) * d->n_partners + partner;
}

/* 30 MB alone: sum of delays, the size at the slowest link, a segment at each other one. The
 * segment is what the slowest link sends in 1 ms, at least 12,000 bits. */
Test(fluid, a_flow_alone_takes_the_formula)
{
    struct description *d =
        fixture_describe(HEAD("1 h") LINKS MACHINES
                         "services: {s: {steps: [{request: 30 MB}, {compute: to-d, " ARRIVE
                         ", t: {steps: [{request: "
                         "7.7777777 MB}, {compute: to-c, " ARRIVE
                         "}\nworkloads: {s: {service: s, partners: p, at: a, every: 1 d}}\n");
    struct outcome *o = fixture_run(d, 0, NULL);
    expect_ns(o, stream_of(d, "s", 0),
              6e6 + 240e6 / 10e6 * 1e9 + 12e3 / 100e6 * 1e9 + 12e3 / 1e9 * 1e9, 1, "three links");
    outcome_free(o);
    description_free(d);
}

/* Both begin at once: half each until the shorter ends at 2 x 10 s, then all. */
Test(fluid, two_flows_share_a_link)
{
    struct description *d =
        fixture_describe(HEAD("1 h") LINKS MACHINES
                         "services: {s: {steps: [{request: 12.5 MB}, {compute: to-b, " ARRIVE
                         ", t: {steps: [{request: "
                         "37.5 MB}, {compute: to-b, " ARRIVE
                         "}\nworkloads: {s: {service: s, partners: p, at: a, every: "
                         "1 d}, t: {service: t, partners: q, at: a, every: 1 d}}\n");
    struct outcome *o = fixture_run(d, 0, NULL);
    expect_ns(o, stream_of(d, "s", 0), 20e9 + 3e6, 1, "the shorter");
    expect_ns(o, stream_of(d, "t", 1), 40e9 + 3e6, 1, "the longer");
    size_t k = d->n_pools; /* "k to b" */
    cr_expect_float_eq(o->station[k].utilisation, 40.0 / 3600, 1e-9);
    cr_expect_float_eq(o->share[k * 2], 0.25, 1e-9);
    cr_expect_float_eq(o->share[k * 2 + 1], 0.75, 1e-9);
    outcome_free(o);
    description_free(d);
}

/* One of a class, whose window and start are set as the language would. */
static struct description *of_class(const char *horizon, double window, double start)
{
    char text[2048];
    snprintf(
        text, sizeof text,
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: %s, interval: 1 h}\n"
        "partners: {p: {staff: {a: 1}}}\nsites: {a: {}, b: {}}\n"
        "classes: {bulk: {transfer: flows}}\n"
        "links: {k: {between: [a, b], bandwidth: 100 Mbit/s, delay: 50 ms}}\n"
        "compute: {at-b: {site: b, discipline: unlimited}}\n"
        "services: {s: {class: bulk, steps: [{request: 10 MB}, {compute: to-b, work: 1 us}]}}\n"
        "workloads: {s: {service: s, at: a, users: 1, think: 10 h}}\n"
        "arrangements: {x: {hosting: {all: {to-b: at-b}}}}\n",
        horizon);
    struct description *d = fixture_describe(text);
    d->class[0].window_bits = window;
    d->class[0].start_bits = start;
    return d;
}

static void expect_of_class(double window, double start, double loss, double seconds)
{
    struct description *d = of_class("20 h", window, start);
    d->link[0].loss = loss;
    struct outcome *o = fixture_run(d, 0, NULL);
    expect_ns(o, 0, seconds * 1e9, 1, "of a class");
    cr_assert(o->class, "no figures of classes");
    cr_expect_eq(o->class[0].flows, 1);
    cr_expect_float_eq(o->class[0].flow_bits, 80e6, 1e-9);
    cr_expect_float_eq((double)o->class[0].flow_time.sum, seconds * 1e9, 1);
    cr_expect_float_eq(o->class[0].flow_goodput_sum, 80e6 / seconds, 1);
    outcome_free(o);
    description_free(d);
}

/* Round trip 100 ms, 80 Mbit: with a window of 1 Mbit, 10 Mbit/s. */
Test(fluid, a_window_limits_a_flow)
{
    expect_of_class(0, 0, 0, 0.8 + 0.05);
    expect_of_class(1e6, 0, 0, 8 + 0.05);
    expect_of_class(1e9, 0, 0, 0.8 + 0.05); /* more than the link carries */
}

/* 0.1, 0.2, ..., 6.4 Mbit in the first seven round trips (12.7 Mbit), then 100 Mbit/s: the next
 * window, 12.8 Mbit in 0.1 s, is more than the link sends. */
Test(fluid, slow_start_doubles_each_round_trip)
{
    expect_of_class(0, 0.1e6, 0, 0.7 + (80 - 12.7) / 100 + 0.05);
    /* Up to a window of 1 Mbit: 0.1 + 0.2 + 0.4 + 0.8 = 1.5 Mbit in four. */
    expect_of_class(1e6, 0.1e6, 0, 0.4 + (80 - 1.5) / 10 + 0.05);
    expect_of_class(1e6, 2e6, 0, 8 + 0.05); /* begins above the window */
}

/* Mathis: 12,000 bits / 0.1 s x sqrt(1.5 / p). */
Test(fluid, random_loss_limits_a_flow)
{
    expect_of_class(0, 0, 0.01, 80e6 / (12000 / 0.1 * sqrt(1.5 / 0.01)) + 0.05);
}

/* A flow on 100 Mbit/s beside messages of one segment every so often, in one class each
 * (message weight 3) or none; the flow's response in s. */
static double beside(const char *classes, const char *size, const char *message, const char *rate,
                     int64_t *events)
{
    char text[2048];
    snprintf(text, sizeof text,
             "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: %s, interval: 1 min}\n"
             "partners: {p: {staff: {a: 1}}, q: {staff: {a: 1}}}\nsites: {a: {}, b: {}}\n%s"
             "links: {k: {between: [a, b], bandwidth: 100 Mbit/s, delay: 5 ms}}\n"
             "compute: {at-b: {site: b, discipline: unlimited}}\n"
             "services:\n"
             "  flow: {%s steps: [{delay: 100 s}, {request: %s}, {compute: to-b, work: 1 us}]}\n"
             "  send: {%s steps: [{request: %s}, {compute: to-b, work: 1 us}]}\n"
             "workloads:\n"
             "  flow: {service: flow, partners: p, at: a, every: 1 d}\n"
             "%s%s%s"
             "arrangements: {x: {hosting: {all: {to-b: at-b}}}}\n",
             *message ? "8 min" : "1 h", classes, *classes ? "class: bulk," : "", size,
             *classes ? "class: live," : "", *message ? message : "1 KB",
             *message ? "  send: {service: send, partners: q, at: a, rate: " : "",
             *message ? rate : "", *message ? "}\n" : "");
    struct description *d = fixture_describe(text);
    struct outcome *o = fixture_run(d, 0, NULL);
    cr_assert_eq(o->stream[stream_of(d, "flow", 0)].completed, 1);
    double found = (double)o->stream[stream_of(d, "flow", 0)].response.sum * 1e-9 - 100 - 1e-6;
    if (events)
        *events = o->events;
    outcome_free(o);
    description_free(d);
    return found;
}

#define THREE_TO_ONE "classes: {bulk: {weight: 1}, live: {weight: 3}}\n"

/* The end is off by no more than the bound of fluid_link.h over the rate that the flow has then:
 * the load that is misjudged at first for T + 2 d = 1/64 s + 5 ms, and 2 % of the line for 16 s;
 * beside that, messages come at random, and of what they are in so long four standard deviations
 * are granted. */
static double bound(double load, double rate, double duration, double one)
{
    return (load * 0.021 + 0.32 + 4 * sqrt(load * duration * one)) / rate;
}

Test(fluid, messages_take_their_part_of_a_link)
{
    /* One message in service takes 1 ms: 100 kbit. */
    double s = 80, delay = 0.005, one = 1e-3;
    double found = beside("", "1 GB", "12.5 KB", "400 / s", NULL);
    cr_expect_float_eq(found, s / 0.6 + delay, bound(0.4, 0.6, s / 0.6, one), "%.3f s", found);
    found = beside(THREE_TO_ONE, "1 GB", "12.5 KB", "600 / s", NULL);
    cr_expect_float_eq(found, s / 0.4 + delay, bound(0.6, 0.4, s / 0.4, one), "%.3f s", found);
    /* More than their part: half, or three quarters, and the flow has the rest. */
    found = beside("", "1 GB", "12.5 KB", "2000 / s", NULL);
    cr_expect_float_eq(found, s / 0.5 + delay, bound(0.5, 0.5, 0, one), "%.3f s", found);
    found = beside(THREE_TO_ONE, "1 GB", "12.5 KB", "2000 / s", NULL);
    cr_expect_float_eq(found, s / 0.25 + delay, bound(0.75, 0.25, 0, one), "%.3f s", found);
}

/* Nothing changes on its way: thirty times as long, it costs no more events. */
Test(fluid, length_costs_nothing)
{
    int64_t shorter, longer;
    double a = beside("", "1 GB", "", "", &shorter), b = beside("", "30 GB", "", "", &longer);
    cr_expect_float_eq(a, 80.005, 1e-8);
    cr_expect_float_eq(b, 2400.005, 1e-8);
    cr_expect_leq(shorter, 12, "%lld events", (long long)shorter);
    cr_expect_eq(longer, shorter);
}

/* From when the flow begins: k is cut from 120 s to 720 s, and routes lead around it from 121 s to
 * 721 s. */
#define CUT                                                                                        \
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 2 h, interval: 1 h}\n"                \
    "partners: {p: {staff: {a: 1}}}\nsites: {a: {}, b: {}, c: {}}\n"                               \
    "links:\n"                                                                                     \
    "  k: {between: [a, b], bandwidth: 10 Mbit/s, delay: 2 ms}\n"                                  \
    "%s"                                                                                           \
    "compute: {at-b: {site: b, discipline: unlimited}}\n"                                          \
    "faults: {f: {of: k, at: 2014-05-12T01:00, for: 10 min%s}}\n"                                  \
    "services: {s: {steps: [{delay: 58 min}, {request: %s}, {compute: to-b, work: 1 us}]}}\n"      \
    "workloads: {s: {service: s, at: a, every: 1 d}}\n"                                            \
    "arrangements: {x: {hosting: {all: {to-b: at-b}}}}\n"
#define AROUND                                                                                     \
    "  l: {between: [a, c], bandwidth: 10 Mbit/s, delay: 5 ms}\n"                                  \
    "  m: {between: [c, b], bandwidth: 5 Mbit/s, delay: 5 ms}\n"

static void expect_cut(const char *around, const char *degrade, const char *size, double seconds)
{
    char text[2048];
    snprintf(text, sizeof text, CUT, around, degrade, size);
    struct description *d = fixture_describe(text);
    struct outcome *o = fixture_run(d, 0, NULL);
    expect_ns(o, 0, (3480 + seconds) * 1e9, 1, size);
    outcome_free(o);
    description_free(d);
}

/* The control delay is 1 ms: at 120 s it has had 119.999 s. */
Test(fluid, a_flow_goes_around_a_cut_and_back)
{
    /* 800.01 Mbit are left for l and m, at 5 Mbit/s; a segment of 12 kbit at l's 10 Mbit/s. */
    expect_cut(AROUND, "", "250 MB", 121 + 800.01 / 5 + 0.01 + 0.0012 - 0.001);
    /* 4800.01 Mbit are left: 3000 of them on l and m, then it is on k again. */
    expect_cut(AROUND, "", "750 MB", 721 + 1800.01 / 10 + 0.002 - 0.001);
    /* There is no other route, or none is taken: it stands still until routes lead back, or the
     * repair. */
    expect_cut("  l: {between: [a, c], bandwidth: 10 Mbit/s, delay: 2 ms}\n", "", "250 MB",
               721 + 800.01 / 10 + 0.002 - 0.001);
    expect_cut(AROUND, ", flight: held", "250 MB", 720 + 800.01 / 10 + 0.002 - 0.001);
    /* Half the speed, 10 min long, on the same route. */
    expect_cut(AROUND, ", degrade: 50 %", "250 MB", 120 + 800.01 / 5 + 0.002 - 0.001);
}

/* Messages of three partners, a fifth of the link each, in the class of the flow: none asks for
 * more than its quarter, so the flow has two fifths. Where all ask for more it has a quarter. */
Test(fluid, messages_of_several_partners_are_several)
{
    static const char *const text =
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 8 min, interval: 1 min}\n"
        "partners: {p: {staff: {a: 1}}, q: {staff: {a: 1}}, r: {staff: {a: 1}}, s: {staff: {a: "
        "1}}}\nsites: {a: {}, b: {}}\nclasses: {live: {}}\n"
        "links: {k: {between: [a, b], bandwidth: 100 Mbit/s, delay: 5 ms}}\n"
        "compute: {at-b: {site: b, discipline: unlimited}}\n"
        "services:\n"
        "  flow: {class: live, steps: [{delay: 100 s}, {request: 1 GB}, {compute: to-b, work: 1 "
        "us}]}\n"
        "  send: {class: live, steps: [{request: 12.5 KB}, {compute: to-b, work: 1 us}]}\n"
        "workloads:\n"
        "  flow: {service: flow, partners: p, at: a, every: 1 d}\n"
        "  send: {service: send, partners: [q, r, s], at: a, rate: %s}\n"
        "arrangements: {x: {hosting: {all: {to-b: at-b}}}}\n";
    static const struct {
        const char *rate; /* of each partner */
        double part, load;
    } cases[] = {{"200 / s", 0.4, 0.6}, {"500 / s", 0.25, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char whole[2048];
        snprintf(whole, sizeof whole, text, cases[i].rate);
        struct description *d = fixture_describe(whole);
        struct outcome *o = fixture_run(d, 0, NULL);
        size_t flow = stream_of(d, "flow", 0);
        cr_assert_eq(o->stream[flow].completed, 1);
        double found = (double)o->stream[flow].response.sum * 1e-9 - 100.005;
        double expected = 80 / cases[i].part;
        cr_expect_float_eq(found, expected, bound(cases[i].load, cases[i].part, expected, 1e-3),
                           "%s: %.3f s, not %.3f s", cases[i].rate, found, expected);
        outcome_free(o);
        description_free(d);
    }
}

/* Flows of two classes, 3 : 1, and messages in the heavier one: they take three tenths of the link
 * out of its three quarters, and the flow of the other class has its quarter. */
Test(fluid, flows_of_two_classes_share_by_weight)
{
    struct description *d = fixture_describe(
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 8 min, interval: 1 min}\n"
        "partners: {p: {staff: {a: 1}}, q: {staff: {a: 1}}}\nsites: {a: {}, b: {}}\n"
        "classes: {live: {weight: 3, transfer: flows}, rest: {weight: 1, transfer: flows}}\n"
        "links: {k: {between: [a, b], bandwidth: 100 Mbit/s, delay: 5 ms}}\n"
        "compute: {at-b: {site: b, discipline: unlimited}}\n"
        "services:\n"
        "  heavy: {class: live, steps: [{delay: 100 s}, {request: 1 GB}, {compute: to-b, work: 1 "
        "us}]}\n"
        "  light: {class: rest, steps: [{delay: 100 s}, {request: 250 MB}, {compute: to-b, work: 1 "
        "us}]}\n"
        "  send: {class: live, steps: [{request: 12.5 KB}, {compute: to-b, work: 1 us}]}\n"
        "workloads:\n"
        "  heavy: {service: heavy, partners: p, at: a, every: 1 d}\n"
        "  light: {service: light, partners: p, at: a, every: 1 d}\n"
        "  send: {service: send, partners: q, at: a, rate: 300 / s}\n"
        "arrangements: {x: {hosting: {all: {to-b: at-b}}}}\n");
    struct outcome *o = fixture_run(d, 0, NULL);
    double light = (double)o->stream[stream_of(d, "light", 0)].response.sum * 1e-9 - 100.005;
    double heavy = (double)o->stream[stream_of(d, "heavy", 0)].response.sum * 1e-9 - 100.005;
    /* 2 Gbit at 25 Mbit/s; meanwhile the other has had 3.6 of its 8 Gbit, and 70 Mbit/s from then
     * on. */
    cr_expect_float_eq(light, 80, bound(0.3, 0.25, 80, 1e-3), "%.3f s", light);
    cr_expect_float_eq(heavy, 80 + 44 / 0.7, bound(0.3, 0.7, 143, 1e-3), "%.3f s", heavy);
    outcome_free(o);
    description_free(d);
}

/* A flow and messages of one strict class with half of the link: the messages take three tenths, so
 * the flow has two tenths, whether or not a flow of another class is there, which has the other
 * half. */
Test(fluid, a_limit_is_shared_with_messages)
{
    static const char *const text =
        "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 8 min, interval: 1 min}\n"
        "partners: {p: {staff: {a: 1}}, q: {staff: {a: 1}}}\nsites: {a: {}, b: {}}\n"
        "classes: {live: {queue: strict, limit: 50 %%}, rest: {}}\n"
        "links: {k: {between: [a, b], bandwidth: 100 Mbit/s, delay: 5 ms}}\n"
        "compute: {at-b: {site: b, discipline: unlimited}}\n"
        "services:\n"
        "  flow: {class: live, steps: [{delay: 100 s}, {request: 500 MB}, {compute: to-b, work: 1 "
        "us}]}\n"
        "  other: {class: rest, steps: [{delay: 100 s}, {request: %s}, {compute: to-b, work: 1 "
        "us}]}\n"
        "  send: {class: live, steps: [{request: 12.5 KB}, {compute: to-b, work: 1 us}]}\n"
        "workloads:\n"
        "  flow: {service: flow, partners: p, at: a, every: 1 d}\n"
        "  other: {service: other, partners: p, at: a, every: 1 d}\n"
        "  send: {service: send, partners: q, at: a, rate: 300 / s}\n"
        "arrangements: {x: {hosting: {all: {to-b: at-b}}}}\n";
    static const struct {
        const char *size; /* of the other class's flow; a segment is no flow */
        double seconds;
    } cases[] = {{"1 KB", 0}, {"500 MB", 80}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char whole[2048];
        snprintf(whole, sizeof whole, text, cases[i].size);
        struct description *d = fixture_describe(whole);
        struct outcome *o = fixture_run(d, 0, NULL);
        double flow = (double)o->stream[stream_of(d, "flow", 0)].response.sum * 1e-9 - 100.005;
        double other = (double)o->stream[stream_of(d, "other", 0)].response.sum * 1e-9 - 100.005;
        cr_expect_float_eq(flow, 200, bound(0.3, 0.2, 200, 1e-3), "%.3f s", flow);
        if (cases[i].seconds > 0)
            cr_expect_float_eq(other, cases[i].seconds, bound(0.3, 0.5, cases[i].seconds, 1e-3),
                               "%.3f s", other);
        outcome_free(o);
        description_free(d);
    }
}
