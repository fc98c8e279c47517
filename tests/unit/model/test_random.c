/* SPDX-License-Identifier: Apache-2.0
 * Scenarios made at random of all kinds of stations and steps: no request is lost or counted twice,
 * and no partition moves a bit. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "kernel/random.h"
#include "writer.h"

#define SCENARIOS 48
#define POOLS     6

/* A scenario that is being written. */
struct draft {
    struct writer to;
    bool waits[POOLS]; /* pools with levels or one queue: jobs may have patience there */
};

static void put_pool(struct draft *w, uint32_t i)
{
    static const char *const disciplines[] = {"fifo",     "priority", "preemptive", "sharing",
                                              "weighted", "fair",     "fair-queues"};
    static const char *const sites[] = {"here", "there", "far"};
    uint32_t d = writer_pick(&w->to, 7);
    w->waits[i] = d < 3;
    writer_put(&w->to, "  p%u: {site: %s, cores: %u, discipline: %s", i,
               sites[writer_pick(&w->to, 3)], d == 6 ? 1 : 1 + writer_pick(&w->to, 3),
               disciplines[d]);
    if (d < 3 && writer_chance(&w->to, 60))
        writer_put(&w->to, ", room: %u, full: %s", 1 + writer_pick(&w->to, 4),
                   i < 3 && writer_chance(&w->to, 50) ? "block" : "refuse");
    if (writer_chance(&w->to, 30))
        writer_put(&w->to, ", during: {late: {speed: 0.%u}}", 1 + writer_pick(&w->to, 9));
    writer_put(&w->to, "}\n");
}

static void put_steps(struct draft *w, uint32_t depth)
{
    uint32_t n = 1 + writer_pick(&w->to, 3);
    writer_put(&w->to, "[");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t kind = writer_pick(&w->to, depth > 0 ? 9 : 5), pool = writer_pick(&w->to, POOLS);
        writer_put(&w->to, "%s", i ? ", " : "");
        switch (kind) {
        case 0:
            if (writer_chance(&w->to, 60))
                writer_put(&w->to, "{delay: exp(100 ms)}");
            else
                writer_put(
                    &w->to,
                    "{stream: disk-role, rate: 200 kbit/s, packet: 500 B, for: exp(200 ms)%s}",
                    writer_chance(&w->to, 50)   ? ", ways: out"
                    : writer_chance(&w->to, 50) ? ", ways: back"
                                                : "");
            break;
        case 1:
            writer_put(&w->to, "{read: disk-role, size: %u KB, times: %u}",
                       1 + writer_pick(&w->to, 100), 1 + writer_pick(&w->to, 3));
            break;
        case 5:
            writer_put(&w->to, "{choice: [{share: 30 %%, steps: ");
            put_steps(w, depth - 1);
            writer_put(&w->to, "}, {share: 70 %%, steps: ");
            put_steps(w, depth - 1);
            writer_put(&w->to, "}]}");
            break;
        case 6:
            writer_put(&w->to, "{fork: [{steps: ");
            put_steps(w, depth - 1);
            writer_put(&w->to, "}, {steps: ");
            put_steps(w, depth - 1);
            writer_put(&w->to, "}]}");
            break;
        case 7:
        case 8:
            writer_put(&w->to, "{loop: ");
            put_steps(w, depth - 1);
            writer_put(&w->to, kind == 7 ? ", times: %u}" : ", again: %u0 %%}",
                       1 + writer_pick(&w->to, 3));
            break;
        default:
            writer_put(&w->to, "{compute: r%u, work: exp(%u ms)", pool,
                       20 + writer_pick(&w->to, 300));
            if (w->waits[pool] && writer_chance(&w->to, 50))
                writer_put(&w->to, ", patience: exp(%u ms)", 50 + writer_pick(&w->to, 1000));
            writer_put(&w->to, "}");
        }
    }
    writer_put(&w->to, "]");
}

static void put_services(struct draft *w)
{
    static const char *const more[] = {"", "timeout: 2 s, retries: 2, ", "class: top, ",
                                       "class: some, retries: 1, "};
    writer_put(&w->to, "services:\n");
    for (uint32_t i = 0; i < 4; i++) {
        writer_put(&w->to, "  s%u: {%ssteps: ", i, more[i]);
        put_steps(w, 3);
        writer_put(&w->to, "}\n");
    }
    writer_put(&w->to, "  bulk: {steps: ");
    put_steps(w, 1);
    writer_put(&w->to, "}\nworkloads:\n");
    for (uint32_t i = 0; i < 4; i++)
        if (writer_chance(&w->to, 50))
            writer_put(&w->to, "  w%u: {service: s%u, rate: %u / s}\n", i, i,
                       1 + writer_pick(&w->to, 6));
        else
            writer_put(&w->to, "  w%u: {service: s%u, users: %u, think: exp(1 s)}\n", i, i,
                       2 + writer_pick(&w->to, 20));
    writer_put(&w->to, "  jobs: {service: bulk, at: there, every: 1 min}\n");
}

/* What a line or its queues do to messages. */
static void put_line(struct draft *w)
{
    if (writer_chance(&w->to, 30))
        writer_put(&w->to, ", buffer: %u KB", 3 + writer_pick(&w->to, 60));
    if (writer_chance(&w->to, 30))
        writer_put(&w->to, ", loss: 0.%u %%", 1 + writer_pick(&w->to, 9));
    if (writer_chance(&w->to, 30))
        writer_put(&w->to, ", overhead: {packet: %u B, share: 1 %%}", 1 + writer_pick(&w->to, 80));
    if (writer_chance(&w->to, 30))
        writer_put(&w->to, ", contract: %u kbit/s", 1000 + writer_pick(&w->to, 900));
    if (writer_chance(&w->to, 30))
        writer_put(&w->to, ", during: {late: {bandwidth: %u Mbit/s}}", 3 + writer_pick(&w->to, 9));
}

static void put_classes(struct draft *w)
{
    writer_put(&w->to, "classes: {top: {queue: strict%s}, some: {weight: 2%s%s}}\n",
               writer_chance(&w->to, 50) ? ", limit: 20 %, burst: 9 KB" : "",
               writer_chance(&w->to, 50) ? ", early: {from: 20 %, to: 70 %}" : "",
               writer_chance(&w->to, 50) ? ", resend: 50 ms" : ", transfer: flows, window: 64 KB");
}

static void put_scenario(struct draft *w)
{
    writer_put(&w->to,
               "psnsim: 1\ntitle: random\n"
               "time: {start: 2014-05-12, horizon: 20 min, warmup: 2 min, interval: 1 min}\n"
               "hours: {late: 'daily 00:08-00:15'}\n"
               "partners: {a: {staff: {here: 3}}, b: {staff: {there: 2}}}\n"
               "sites: {here: {}, there: {}, far: {}}\n");
    put_classes(w);
    writer_put(&w->to, "links:\n  hf: {between: [here, far], bandwidth: 10 Mbit/s, delay: 2 ms");
    put_line(w);
    writer_put(&w->to, "}\n  tf: {between: [there, far], bandwidth: 5 Mbit/s, delay: 7 ms");
    put_line(w);
    if (writer_chance(&w->to, 50)) {
        writer_put(&w->to, "}\n  ht: {between: [here, there], bandwidth: 2 Mbit/s, delay: 4 ms");
        put_line(w);
    }
    writer_put(&w->to, "}\ncompute:\n");
    for (uint32_t i = 0; i < POOLS; i++)
        put_pool(w, i);
    writer_put(&w->to,
               "storage: {disk: {site: far, iops: 300, bandwidth: 100 Mbit/s, latency: 2 ms}}\n");
    put_services(w);
    writer_put(&w->to,
               "faults:\n  f: {of: p%u, mtbf: exp(4 min), mttr: exp(20 s)}\n"
               "  g: {of: far, mtbf: exp(6 min), mttr: exp(30 s), degrade: 30 %%}\n"
               "  h: {of: hf, mtbf: exp(5 min), mttr: exp(5 s)%s}\n",
               writer_pick(&w->to, POOLS),
               writer_chance(&w->to, 50)   ? ""
               : writer_chance(&w->to, 50) ? ", flight: held"
                                           : ", reroute: 100 ms");
    writer_put(&w->to, "arrangements: {x: {hosting: {all: {disk-role: disk");
    for (uint32_t i = 0; i < POOLS; i++)
        writer_put(&w->to, ", r%u: p%u", i, i);
    writer_put(&w->to, "}}}}\n");
}

/* What no partition may move. */
static void same(const struct outcome *a, const struct outcome *b, uint32_t seed)
{
    cr_expect_eq(a->events, b->events, "scenario %u", seed);
    for (size_t i = 0; i < a->shape.services * a->shape.partners; i++) {
        const struct outcome_stream *x = &a->stream[i], *y = &b->stream[i];
        cr_expect(x->offered == y->offered && x->completed == y->completed &&
                      x->failed == y->failed && x->refused == y->refused &&
                      x->abandoned == y->abandoned && x->retries == y->retries &&
                      x->lost == y->lost && x->unrouted == y->unrouted &&
                      x->response.sum == y->response.sum && x->response.max == y->response.max,
                  "scenario %u, stream %zu", seed, i);
    }
    for (size_t i = 0; i < a->shape.classes * a->shape.partners; i++) {
        const struct outcome_class *x = &a->class[i], *y = &b->class[i];
        cr_expect(x->sent == y->sent && x->delivered == y->delivered && x->lost == y->lost &&
                      x->unrouted == y->unrouted && x->dropped == y->dropped &&
                      x->resent == y->resent && x->under_way == y->under_way &&
                      x->delay.sum == y->delay.sum && x->jitter.sum == y->jitter.sum &&
                      x->flows == y->flows && x->flow_time.sum == y->flow_time.sum,
                  "scenario %u, class %zu", seed, i);
    }
    for (size_t i = 0; i < a->shape.stations; i++) {
        const struct outcome_station *x = &a->station[i], *y = &b->station[i];
        cr_expect(memcmp(&x->utilisation, &y->utilisation, sizeof x->utilisation) == 0 &&
                      memcmp(&x->present, &y->present, sizeof x->present) == 0 &&
                      x->refused == y->refused && x->abandoned == y->abandoned &&
                      x->wait_max == y->wait_max,
                  "scenario %u, station %zu", seed, i);
    }
}

Test(random, no_request_is_lost)
{
    int64_t refused = 0, abandoned = 0, retries = 0, unsound = 0;
    for (uint32_t seed = 0; seed < SCENARIOS; seed++) {
        static struct draft w;
        char message[512];
        w = (struct draft){.to.key = random_key(7, seed, "scenario", RANDOM_CHOICE, 0)};
        put_scenario(&w);
        fixture_mistake(w.to.text, message, sizeof message);
        if (*message) { /* pools that hold back each other's jobs in a circle, or no step may fail
                         */
            cr_assert(strstr(message, "wait for room") || strstr(message, "has retries"), "%s\n%s",
                      message, w.to.text);
            unsound++;
            continue;
        }
        struct description *d = fixture_describe(w.to.text);
        struct model_schedule schedule = {.partitions = 3, .partition_seed = seed};
        struct outcome *o = fixture_run(d, 0, NULL), *other = fixture_run(d, 0, &schedule);
        for (size_t i = 0; i < o->shape.services * o->shape.partners; i++) {
            const struct outcome_stream *s = &o->stream[i];
            cr_expect(s->offered == s->completed + s->failed + s->unfinished &&
                          s->unfinished >= 0 && s->failed >= s->refused + s->abandoned,
                      "scenario %u, stream %zu\n%s", seed, i, w.to.text);
            refused += s->refused;
            abandoned += s->abandoned;
            retries += s->retries;
        }
        same(o, other, seed);
        outcome_free(o);
        outcome_free(other);
        description_free(d);
    }
    cr_expect_gt(refused, 1000, "%lld", (long long)refused);
    cr_expect_gt(abandoned, 1000, "%lld", (long long)abandoned);
    cr_expect_gt(retries, 1000, "%lld", (long long)retries);
    cr_expect_lt(unsound, SCENARIOS / 2);
}
