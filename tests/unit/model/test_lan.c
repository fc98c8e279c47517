/* SPDX-License-Identifier: Apache-2.0
 * Sites with a LAN delay: what a request takes there, and that the laws know it. One user asks at a
 * time, and nothing is random, so that every response is the sum of its parts. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "fixture.h"
#include "model/laws.h"

/* A town hall and a data centre 1 ms away, whose line is so fast that 64 KB take 51.2 ns. */
static const char town[] =
    "psnsim: 1\ntime: {start: 2014-05-12, horizon: 10 min, interval: 1 min}\n"
    "partners: {p: {population: 1}}\n"
    "sites: {hall: {lan: %s}, centre: {lan: %s}}\n"
    "links: {line: {between: [hall, centre], bandwidth: 10000 Gbit/s, delay: 1 ms}}\n"
    "compute: {front: {site: centre, cores: 2}, back: {site: centre, cores: 2}, desk-top: {site: "
    "hall, cores: 1}}\n"
    "storage: {disk: {site: centre, iops: 1000, bandwidth: 1000 Gbit/s, latency: 2 ms}}\n"
    "services: {s: {steps: [%s]}}\n"
    "workloads: {w: {service: s, partners: p, at: %s, users: 1, think: 10 s}}\n"
    "arrangements: {x: {hosting: {all: {f: front, b: back, m: desk-top, d: disk}}}}\n";

static struct description *describe(const char *hall, const char *centre, const char *at,
                                    const char *steps)
{
    char text[4096];
    snprintf(text, sizeof text, town, hall, centre, steps, at);
    return fixture_describe(text);
}

static int see(void *context, const struct source_load *s)
{
    *(double *)context = s->alone_ns;
    return 0;
}

/* The response of the only service from a site, us, which all requests take; what the laws say is
 * the same. */
static double response(const char *hall, const char *centre, const char *at, const char *steps)
{
    struct description *d = describe(hall, centre, at, steps);
    struct outcome *o = fixture_run(d, 0, NULL);
    psn_diagnostics all = {0};
    const struct tally *t = &o->stream[0].response;
    double us = tally_mean(t) * 1e-3, alone = 0;
    cr_assert_gt(t->count, 50, "%s", steps);
    cr_expect_float_eq((double)t->max * 1e-3, us, 1e-3, "%s", steps);
    cr_assert_eq(laws_sources(d, see, &alone, &all), 0);
    cr_expect_float_eq(alone * 1e-3, us, 1e-2, "%s: %.3f us, by the laws %.3f us", steps, us,
                       alone * 1e-3);
    psn_diagnostics_fini(&all);
    outcome_free(o);
    description_free(d);
    return us;
}

static void takes(const char *at, const char *steps, double plain_us, double hops_of_centre,
                  double hops_of_hall)
{
    double without = response("0 s", "0 s", at, steps),
           with = response("70 us", "200 us", at, steps);
    /* Of a message of 1,500 B at most, 1.2 ns on the line. */
    cr_expect_float_eq(without, plain_us, 0.1, "%s: %.3f us", steps, without);
    cr_expect_float_eq(with - without, 200 * hops_of_centre + 70 * hops_of_hall, 1e-3,
                       "%s: %.3f us more", steps, with - without);
}

Test(lan, a_machine_and_back)
{
    takes("hall", "{request: 1 KB}, {compute: f, work: 5 ms}, {response: 1 KB}", 7000, 2, 0);
    takes("centre", "{request: 1 KB}, {compute: f, work: 5 ms}, {response: 1 KB}", 5000, 2, 0);
    takes("hall", "{compute: m, work: 5 ms}, {response: 1 KB}", 5000, 0, 2);
}

Test(lan, from_machine_to_machine)
{
    takes("hall",
          "{request: 1 KB}, {compute: f, work: 1 ms}, {compute: b, work: 1 ms}, {compute: b, work: "
          "1 ms}, {response: 1 KB}",
          5000, 3, 0);
    takes("hall",
          "{request: 1 KB}, {compute: f, work: 1 ms}, {request: 1 KB}, {compute: b, work: 1 ms}, "
          "{response: 1 KB}",
          4000, 3, 0);
    takes("hall",
          "{compute: m, work: 1 ms}, {request: 1 KB}, {compute: f, work: 1 ms}, {response: 1 KB}",
          4000, 2, 2);
}

Test(lan, transfers)
{
    /* An operation of the array takes 1 ms, and 2 ms of latency. */
    takes("hall",
          "{request: 1 KB}, {compute: f, work: 1 ms}, {read: d, size: 4 KB, times: 3}, {response: "
          "1 KB}",
          12000, 2 + 3 * 2, 0);
    takes("hall", "{write: d, size: 1 KB}", 5000, 2, 0);
    takes("hall", "{request: 1 KB}, {read: d, size: 4 KB}, {response: 1 KB}", 5000, 2, 0);
}

Test(lan, what_is_done_at_a_machine)
{
    /* A delay and the branches of a choice are where the job is; a fork's branches come back there,
     * the longest of them last; a loop goes on from machine to machine. */
    takes("hall", "{request: 1 KB}, {compute: f, work: 1 ms}, {delay: 1 ms}, {response: 1 KB}",
          4000, 2, 0);
    takes("hall",
          "{request: 1 KB}, {compute: f, work: 1 ms}, {fork: [{steps: [{compute: b, work: 1 ms}]}, "
          "{steps: [{compute: f, work: 1 ms}]}]}, {response: 1 KB}",
          4000, 4, 0);
    takes("hall",
          "{request: 1 KB}, {loop: [{compute: f, work: 1 ms}, {compute: b, work: 1 ms}], times: "
          "2}, {response: 1 KB}",
          6000, 5, 0);
}

Test(lan, ends_that_must_be_told)
{
    /* The response ends at the machine. The user learns of it after the way back, 1.2 ms with the
     * LAN, and thinks: so a cycle takes 10 s, 3 ms and 2 hops. */
    static const char steps[] = "{request: 1 KB}, {compute: f, work: 1 ms}";
    takes("hall", steps, 2000, 1, 0);
    struct description *d = describe("70 us", "1 s", "hall", steps);
    struct outcome *o = fixture_run(d, 0, NULL);
    cr_expect_eq(o->stream[0].offered, 50, "%lld", (long long)o->stream[0].offered);
    outcome_free(o);
    description_free(d);
}

Test(lan, packets)
{
    takes("hall", "{stream: f, rate: 1 Mbit/s, packet: 1 KB, for: 1 s, ways: out}", 1000000, 0, 0);
    /* Asked for at the machine, sent from the network of its site: two hops more, and as many when
     * it is told that it is over. */
    takes("hall", "{stream: f, rate: 1 Mbit/s, packet: 1 KB, for: 1 s, ways: back}", 1002000, 4, 0);
    takes("centre", "{stream: f, rate: 1 Mbit/s, packet: 1 KB, for: 1 s}", 1000000, 0, 0);
}

Test(lan, holds_no_server_back)
{
    static const char text[] =
        "psnsim: 1\ntime: {start: 2014-05-12, horizon: 1 h, interval: 1 h}\n"
        "partners: {p: {population: 1}}\nsites: {s: {%s}}\n"
        "compute: {a: {site: s, cores: 1, room: 2, full: block}, b: {site: s, cores: 1, room: 2, "
        "full: block}}\n"
        "services: {s: {steps: [{compute: x, work: exp(1 s)}, {compute: y, work: exp(1 s)}, "
        "{compute: x, work: exp(1 s)}]}}\n"
        "workloads: {w: {service: s, partners: p, at: s, rate: 0.3 / s}}\n"
        "arrangements: {x: {hosting: {all: {x: a, y: b}}}}\n";
    char plain[2048], apart[2048], told[400];
    snprintf(plain, sizeof plain, text, "");
    snprintf(apart, sizeof apart, text, "lan: 1 ms");
    fixture_mistake(plain, told, sizeof told);
    cr_expect(*told, "a circle that could stand still for ever");
    struct description *d = fixture_describe(apart);
    struct outcome *o = fixture_run(d, 0, NULL);
    cr_expect_gt(o->stream[0].completed, 900);
    outcome_free(o);
    description_free(d);
}
