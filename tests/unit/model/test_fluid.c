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
