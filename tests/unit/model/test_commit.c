/* SPDX-License-Identifier: Apache-2.0
 * What channels know ahead of time moves no bit: networks made at random, whose links have classes,
 * with every departure an event and without, in one process and in several. Sizes, rates and times
 * are round, so that much falls on one ns. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "kernel/random.h"
#include "same.h"
#include "writer.h"

#define MODELS 60

static const char *one_of(struct writer *w, const char *const *text, uint32_t n)
{
    return text[writer_pick(w, n)];
}

static void put_link(struct writer *w, const char *name, const char *a, const char *b)
{
    static const char *const bandwidths[] = {"1", "2", "8"};
    static const char *const more[] = {"",
                                       "",
                                       "",
                                       ", buffer: 20 KB",
                                       ", buffer: 3 KB",
                                       ", overhead: {packet: 38 B}",
                                       ", loss: 2 %",
                                       ", contract: 800 kbit/s, burst: 10 KB"};
    writer_put(w, "  %s: {between: [%s, %s], bandwidth: %s Mbit/s, delay: %u ms%s}\n", name, a, b,
               one_of(w, bandwidths, 3), writer_pick(w, 4), one_of(w, more, 8));
}

static void put_classes(struct writer *w)
{
    static const char *const first[] = {"queue: strict", "queue: strict, limit: 30 %",
                                        "queue: strict, limit: 10 %, burst: 2 KB, resend: 1 s",
                                        "queue: strict, early: {from: 10 %, to: 90 %}",
                                        "weight: 5"};
    static const char *const second[] = {"queue: strict", "queue: strict, priority: 2",
                                         "queue: strict, limit: 40 %, transfer: flows",
                                         "queue: strict, priority: 3, limit: 20 %", "weight: 2"};
    if (writer_pick(w, 8) == 0)
        return;
    writer_put(w, "classes:\n  voice: {%s}\n  video: {%s}\n  work: {weight: 6}\n",
               one_of(w, first, 5), one_of(w, second, 5));
    writer_put(w, "  bulk: {weight: 1%s}\n", writer_pick(w, 4) ? ", transfer: flows" : "");
}

static void put_service(struct writer *w, const char *name, const char *class, const char *steps)
{
    writer_put(w, "  %s: {", name);
    if (strstr(w->text, "classes:"))
        writer_put(w, "class: %s, ", class);
    writer_put(w, "steps: [%s]}\n", steps);
}

static void put_demand(struct writer *w)
{
    static const char *const calls[] = {
        "{stream: dc, rate: 50 kbit/s, packet: 125 B, for: exp(4 s)}",
        "{stream: dc, rate: 64 kbit/s, packet: 200 B, for: 3 s, ways: both}"};
    static const char *const urgent[] = {
        "{request: 1 KB}, {compute: dc, work: const(5 ms)}, {response: 1 KB}",
        "{compute: near, work: const(4 ms)}, {request: exp(9 KB)}, {compute: dc, work: exp(4 ms)}",
        "{request: 250 B}, {compute: dc, work: const(1 ms)}",
        /* two messages without bits at once */
        "{fork: [{steps: [{compute: dc, work: const(1 ms)}]}, {steps: [{compute: dc, work: const(2 "
        "ms)}]}]}"};
    writer_put(w, "services:\n");
    put_service(w, "call", "voice", one_of(w, calls, 2));
    put_service(w, "film", "video",
                "{stream: dc, rate: 200 kbit/s, packet: 1250 B, for: exp(5 s)}");
    put_service(w, "urgent", writer_pick(w, 2) ? "voice" : "video", one_of(w, urgent, 4));
    put_service(w, "case", "work",
                "{compute: near, work: const(2 ms)}, {request: 4 KB}, {compute: dc, work: exp(9 "
                "ms)}, {response: exp(20 KB)}");
    put_service(w, "copy", writer_pick(w, 3) ? "bulk" : "video",
                "{request: exp(300 KB)}, {compute: dc, work: 1 ms}");
    writer_put(w,
               "workloads:\n"
               "  call: {service: call, at: a, partners: p, users: %u, think: exp(2 s)}\n"
               "  other: {service: call, at: b, partners: q, rate: 1 / s}\n"
               "  film: {service: film, at: a, partners: q, users: %u, think: exp(3 s)}\n"
               "  urgent: {service: urgent, at: b, partners: p, users: %u, think: const(50 ms)}\n"
               "  case: {service: case, at: a, partners: all, users: 4, think: exp(300 ms)}\n"
               "  more: {service: case, at: hub, partners: p, rate: 5 / s}\n"
               "  copy: {service: copy, at: a, partners: p, %s}\n",
               1 + writer_pick(w, 6), 1 + writer_pick(w, 2), 1 + writer_pick(w, 3),
               writer_pick(w, 3) ? "users: 1, think: exp(2 s)" : "every: 5 s");
}

static void put_model(struct writer *w)
{
    writer_put(w,
               "psnsim: 1\ntitle: commitments\n"
               "time: {start: 2014-05-12, horizon: %u s, warmup: %u s, interval: %u s}\n"
               "partners: {p: {staff: {a: 3}}, q: {staff: {b: 2}}}\n"
               "sites: {a: {}, b: {}, hub: {}, core: {}, end: {}}\nlinks:\n",
               15 + writer_pick(w, 9), writer_pick(w, 2) * 4, 2 + writer_pick(w, 5));
    put_link(w, "ah", "a", "hub");
    put_link(w, "bh", "b", "hub");
    put_link(w, "hc", "hub", "core");
    put_link(w, "ce", "core", "end");
    put_classes(w);
    writer_put(w,
               "compute:\n  far: {site: end, cores: 2}\n  close-a: {site: a, discipline: sharing}\n"
               "  close-b: {site: b}\n  close-hub: {site: hub}\n");
    put_demand(w);
    writer_put(
        w, "arrangements: {x: {hosting: {all: {dc: far, near: [close-a, close-b, close-hub]}}}}\n");
    if (writer_pick(w, 6) == 0)
        writer_put(w, "faults: {dig: {of: hc, mtbf: exp(8 s), mttr: exp(2 s)}}\n");
    if (strstr(w->text, "classes:"))
        writer_put(w, "objectives: {fast: {class: voice, figure: delay p90, at most: 100 ms, per: "
                      "partner}}\n");
}

Test(commit, moves_no_bit)
{
    int64_t in_step = 0, ahead = 0, delivered = 0;
    uint32_t sound = 0;
    for (uint32_t seed = 0; seed < MODELS; seed++) {
        static struct writer w;
        char message[512];
        w = (struct writer){.key = random_key(17, seed, "commit", RANDOM_CHOICE, 0)};
        put_model(&w);
        fixture_mistake(w.text, message, sizeof message);
        if (*message) { /* flows of a strict class without a limit */
            cr_assert(strstr(message, "sends flows"), "%s\n%s", message, w.text);
            continue;
        }
        sound++;
        struct description *d = fixture_describe(w.text);
        struct model_schedule step = {.in_step = true},
                              parts = {.partitions = 3, .partition_seed = seed};
        struct outcome *a = fixture_run(d, 0, &step), *b = fixture_run(d, 0, NULL),
                       *c = fixture_run(d, 0, &parts);
        cr_assert_eq(a->status, 0, "%s", a->error);
        cr_assert_eq(b->status, 0, "model %u: %s", seed, b->error);
        same_figures(a, b);
        same_outcome(b, c);
        in_step += a->events;
        ahead += b->events;
        for (size_t i = 0; i < a->shape.classes * a->shape.partners; i++)
            delivered += a->class[i].delivered;
        outcome_free(a);
        outcome_free(b);
        outcome_free(c);
        description_free(d);
    }
    cr_expect_gt(sound, MODELS / 2);
    cr_expect_gt(delivered, 100000, "%lld", (long long)delivered);
    cr_expect_lt(ahead, in_step * 9 / 10, "%lld events, %lld in step", (long long)ahead,
                 (long long)in_step);
}

/* What takes no time at a channel waits for nobody, and yet is there until what sent it has
 * happened: also where the same happening sends two of them, and whether jobs are committed there
 * or not. */
Test(commit, two_without_bits_are_sent_at_once)
{
    struct description *d =
        fixture_describe("psnsim: 1\ntitle: two at once\n"
                         "time: {start: 2014-05-12, horizon: 20 s, warmup: 4 s, interval: 2 s}\n"
                         "partners: {p: {staff: {a: 1}}}\nsites: {a: {}, hub: {}, end: {}}\n"
                         "classes: {voice: {queue: strict}}\n"
                         "links:\n  ah: {between: [a, hub], bandwidth: 2 Mbit/s, delay: 1 ms}\n"
                         "  he: {between: [hub, end], bandwidth: 2 Mbit/s, delay: 2 ms}\n"
                         "compute: {far: {site: end, cores: 2}}\n"
                         "services:\n  s: {class: voice, steps: [{fork: [{steps: [{compute: dc, "
                         "work: const(1 ms)}]},"
                         " {steps: [{compute: dc, work: const(2 ms)}]}]}]}\n"
                         "workloads: {w: {service: s, users: 1, think: const(50 ms)}}\n"
                         "arrangements: {x: {hosting: {all: {dc: far}}}}\n");
    struct model_schedule step = {.in_step = true};
    for (int k = 0; k < 2; k++) {
        struct outcome *o = fixture_run(d, 0, k ? &step : NULL);
        cr_assert_eq(o->status, 0, "%s", o->error);
        /* Every 50 ms of thought, and 3 ms there, 2 ms, and 3 ms back. */
        cr_expect_eq(o->stream[0].response.max, 8 * (PSN_SECOND / 1000), "%lld",
                     (long long)o->stream[0].response.max);
        cr_expect(o->stream[0].completed == 275 || o->stream[0].completed == 276, "%lld",
                  (long long)o->stream[0].completed);
        outcome_free(o);
    }
    description_free(d);
}
