/* SPDX-License-Identifier: Apache-2.0
 * Streams of packets at a constant rate: how many leave, over which links, and how long a request
 * takes that sends them. Packets of 1,000 bits at 50 kbit/s are 20 ms apart. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "fixture.h"
#include "model/laws.h"

#define HORIZON 3600.0

/* `line`: more keys of link k; `faults`: that section. */
static struct description *describe(const char *class, const char *line, const char *step,
                                    const char *demand, const char *faults)
{
    char text[2048];
    snprintf(text, sizeof text,
             "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h, interval: 1 h}\n"
             "classes: {voice: {%s}}\n"
             "partners: {a: {staff: {hall: 1}}}\nsites: {hall: {}, mid: {}, dc: {}}\n"
             "links:\n  k: {between: [hall, mid], bandwidth: 1 Mbit/s, delay: 10 ms%s}\n"
             "  l: {between: [mid, dc], bandwidth: 10 Mbit/s, delay: 5 ms}\n"
             "services: {s: {class: voice, steps: [%s]}}\n"
             "workloads: {w: {service: s, at: hall, %s}}\n"
             "arrangements: {x: {hosting: {all: {gate: dc, here: hall}}}}\n%s",
             class, line, step, demand, faults);
    return fixture_describe(text);
}

static struct outcome *run(const char *step, const char *demand)
{
    struct description *d = describe("queue: strict", "", step, demand, "");
    struct outcome *o = fixture_run(d, 0, NULL);
    description_free(d);
    return o;
}

/* Stations: k to mid, k to hall, l to dc, l to mid. */
enum { K_OUT, K_BACK, L_OUT, L_BACK };

static double packets(const struct outcome *o, size_t station)
{
    double bandwidth = station == K_OUT || station == K_BACK ? 1e6 : 1e7;
    return o->station[station].utilisation * HORIZON * bandwidth / 1000;
}

#define STREAM(more) "{stream: gate, rate: 50 kbit/s, packet: 125 B, " more "}"
#define CALL(ways)   STREAM("for: 10 s, ways: " ways)

/* In 10 s there are 500 packets, whenever the first of them leaves. Where a way leads back a
 * message asks for it, and another tells of its end: 15 ms each, without a transmission. */
Test(streams, as_many_packets_as_there_is_time_for)
{
    static const struct {
        const char *step;
        double packets[4], response;
    } list[] = {
        {CALL("out"), {500, 0, 500, 0}, 10},
        {CALL("back"), {0, 500, 0, 500}, 10.03},
        {CALL("both"), {500, 500, 500, 500}, 10.03},
        {STREAM("for: 10 s"), {500, 500, 500, 500}, 10.03},
        {STREAM("for: 0 s, ways: out"), {0, 0, 0, 0}, 0},
        {"{stream: here, rate: 50 kbit/s, packet: 125 B, for: 10 s}", {0, 0, 0, 0}, 10},
        {"{loop: [" CALL("out") "], times: 3}", {1500, 0, 1500, 0}, 30},
        {"{fork: [{steps: [" CALL("out") "]}, {steps: [" CALL("out") "]}]}",
         {1000, 0, 1000, 0},
         10},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct outcome *o = run(list[i].step, "every: 1 d");
        cr_expect_eq(o->stream[0].completed, 1, "%s", list[i].step);
        cr_expect_eq((int64_t)o->stream[0].response.sum, llround(list[i].response * 1e9), "%s: %g",
                     list[i].step, (double)o->stream[0].response.sum * 1e-9);
        for (size_t s = 0; s < 4; s++)
            cr_expect_float_eq(packets(o, s), list[i].packets[s], 1e-6, "%s, station %zu: %g",
                               list[i].step, s, packets(o, s));
        outcome_free(o);
    }
}

/* A request is over before the packets that it has sent are all there. */
Test(streams, packets_under_way_are_no_requests)
{
    struct outcome *o = run(CALL("out"), "users: 100 % of staff, think: 1 h");
    cr_expect_eq(o->stream[0].offered,
                 o->stream[0].completed + o->stream[0].failed + o->stream[0].unfinished);
    outcome_free(o);
}

/* The first packet leaves at a time that is evenly distributed over 20 ms, so that of any law of
 * durations there are mean / 20 ms packets in the mean. About 7,200 calls with N of mean 5 and
 * variance of 25 + 1/6 (exponential, and the phase): the mean of N is within 4.5 sd / sqrt(n). */
Test(streams, their_mean_number)
{
    struct outcome *o = run(STREAM("for: exp(100 ms), ways: out"), "rate: 2 / s");
    double calls = (double)o->stream[0].completed;
    cr_assert_gt(calls, 6800);
    cr_expect_float_eq(packets(o, K_OUT) / calls, 5, 4.5 * sqrt(25.2 / calls), "%g",
                       packets(o, K_OUT) / calls);
    outcome_free(o);
}

/* Of 50,000 packets one in ten is lost by the first link: within 4.5 sd of a binomial. No packet is
 * sent again, though the class would; no call fails by it. */
Test(streams, lost_packets_are_only_counted)
{
    static const char *const classes[] = {"queue: strict", "queue: fair, resend: 1 s"};
    for (size_t i = 0; i < 2; i++) {
        struct description *d = describe(classes[i], ", loss: 10 %",
                                         STREAM("for: 1000 s, ways: out"), "every: 1 d", "");
        struct outcome *o = fixture_run(d, 0, NULL);
        const struct outcome_class *c = &o->class[outcome_class_index(&o->shape, 0, 0)];
        cr_expect_eq(o->stream[0].completed, 1);
        cr_expect_eq(o->stream[0].lost, 0, "no request was lost");
        cr_expect_eq(c->sent, 50000);
        cr_expect_eq(c->delivered + c->lost, 50000);
        cr_expect_eq(c->dropped, c->lost);
        cr_expect_eq(c->resent, 0);
        cr_expect_float_eq((double)c->lost, 5000, 4.5 * sqrt(50000 * 0.1 * 0.9), "%lld",
                           (long long)c->lost);
        outcome_free(o);
        description_free(d);
    }
}

/* Alone a packet takes 1 ms, 10 ms, 0.1 ms and 5 ms, and so does each other one. */
Test(streams, delay_and_jitter_of_a_lone_stream)
{
    struct outcome *o = run(CALL("out"), "every: 1 d");
    const struct outcome_class *c = &o->class[outcome_class_index(&o->shape, 0, 0)];
    cr_expect_eq(c->delivered, 500);
    cr_expect_eq((int64_t)c->delay.sum, 500 * 16100000LL);
    cr_expect_eq(c->delay.max, 16100000);
    cr_expect_eq(c->jitter.count, 499);
    cr_expect_eq(c->jitter.max, 0);
    outcome_free(o);
}

/* Two calls a second of 100 ms in the mean, five packets each of 1 ms on the first link. */
Test(streams, operational_laws)
{
    struct description *d =
        describe("queue: strict", "", STREAM("for: exp(100 ms)"), "rate: 2 / s", "");
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_expect_float_eq(r.station[K_OUT].open, 0.01, 1e-12);
    cr_expect_float_eq(r.station[K_BACK].open, 0.01, 1e-12);
    cr_expect_float_eq(r.station[L_OUT].open, 0.001, 1e-12);
    cr_expect_float_eq(r.station[K_OUT].saturates, 100, 1e-9);
    laws_fini(&r);
    description_free(d);
}

/* The only way is cut from the start: for a second packets are lost there, then there is no route.
 * Who hears nothing talks on; but who is never asked to talk makes the call fail. */
Test(streams, a_call_over_a_link_that_is_cut)
{
    static const char *const steps[] = {CALL("out"), CALL("both")};
    for (size_t i = 0; i < 2; i++) {
        struct description *d = describe("queue: strict", "", steps[i], "every: 1 d",
                                         "faults: {f: {of: k, at: 2014-05-12, for: 30 min}}\n");
        struct outcome *o = fixture_run(d, 0, NULL);
        const struct outcome_class *c = &o->class[outcome_class_index(&o->shape, 0, 0)];
        bool both = i == 1;
        cr_expect_eq(o->stream[0].completed, !both);
        cr_expect_eq(o->stream[0].failed, both);
        cr_expect_eq(o->stream[0].lost, both);
        cr_expect_eq(c->sent, 500 + both);
        cr_expect_eq(c->lost, 50 + both, "%lld", (long long)c->lost);
        cr_expect_eq(c->unrouted, 450, "%lld", (long long)c->unrouted);
        outcome_free(o);
        description_free(d);
    }
}
