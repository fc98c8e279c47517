/* SPDX-License-Identifier: Apache-2.0
 * Scenarios made at random of all kinds of stations and steps: no request is lost or counted twice,
 * and no partition moves a bit. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "kernel/random.h"

#define SCENARIOS 48
#define POOLS     6

/* A text that grows, and what it is made by. */
struct writer {
    char text[32768];
    size_t length;
    uint64_t key, n;
    bool waits[POOLS]; /* pools with levels or one queue: jobs may have patience there */
};

static uint32_t pick(struct writer *w, uint32_t below)
{
    uint32_t word[4];
    random_words(w->key, w->n++, 0, 0, word);
    return word[0] % below;
}

static bool chance(struct writer *w, uint32_t percent)
{
    return pick(w, 100) < percent;
}

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(w->text + w->length, sizeof w->text - w->length, format, arguments);
    va_end(arguments);
    cr_assert(n >= 0 && w->length + (size_t)n < sizeof w->text);
    w->length += (size_t)n;
}

static void put_pool(struct writer *w, uint32_t i)
{
    static const char *const disciplines[] = {"fifo",     "priority", "preemptive", "sharing",
                                              "weighted", "fair",     "fair-queues"};
    static const char *const sites[] = {"here", "there", "far"};
    uint32_t d = pick(w, 7);
    w->waits[i] = d < 3;
    put(w, "  p%u: {site: %s, cores: %u, discipline: %s", i, sites[pick(w, 3)],
        d == 6 ? 1 : 1 + pick(w, 3), disciplines[d]);
    if (d < 3 && chance(w, 60))
        put(w, ", room: %u, full: %s", 1 + pick(w, 4), i < 3 && chance(w, 50) ? "block" : "refuse");
    if (chance(w, 30))
        put(w, ", during: {late: {speed: 0.%u}}", 1 + pick(w, 9));
    put(w, "}\n");
}

static void put_steps(struct writer *w, uint32_t depth)
{
    uint32_t n = 1 + pick(w, 3);
    put(w, "[");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t kind = pick(w, depth > 0 ? 9 : 5), pool = pick(w, POOLS);
        put(w, "%s", i ? ", " : "");
        switch (kind) {
        case 0:
            if (chance(w, 60))
                put(w, "{delay: exp(100 ms)}");
            else
                put(w, "{stream: disk-role, rate: 200 kbit/s, packet: 500 B, for: exp(200 ms)%s}",
                    chance(w, 50)   ? ", ways: out"
                    : chance(w, 50) ? ", ways: back"
                                    : "");
            break;
        case 1:
            put(w, "{read: disk-role, size: %u KB, times: %u}", 1 + pick(w, 100), 1 + pick(w, 3));
            break;
        case 5:
            put(w, "{choice: [{share: 30 %%, steps: ");
            put_steps(w, depth - 1);
            put(w, "}, {share: 70 %%, steps: ");
            put_steps(w, depth - 1);
            put(w, "}]}");
            break;
        case 6:
            put(w, "{fork: [{steps: ");
            put_steps(w, depth - 1);
            put(w, "}, {steps: ");
            put_steps(w, depth - 1);
            put(w, "}]}");
            break;
        case 7:
        case 8:
            put(w, "{loop: ");
            put_steps(w, depth - 1);
            put(w, kind == 7 ? ", times: %u}" : ", again: %u0 %%}", 1 + pick(w, 3));
            break;
        default:
            put(w, "{compute: r%u, work: exp(%u ms)", pool, 20 + pick(w, 300));
            if (w->waits[pool] && chance(w, 50))
                put(w, ", patience: exp(%u ms)", 50 + pick(w, 1000));
            put(w, "}");
        }
    }
    put(w, "]");
}

static void put_services(struct writer *w)
{
    static const char *const more[] = {"", "timeout: 2 s, retries: 2, ", "class: top, ",
                                       "class: some, retries: 1, "};
    put(w, "services:\n");
    for (uint32_t i = 0; i < 4; i++) {
        put(w, "  s%u: {%ssteps: ", i, more[i]);
        put_steps(w, 3);
        put(w, "}\n");
    }
    put(w, "  bulk: {steps: ");
    put_steps(w, 1);
    put(w, "}\nworkloads:\n");
    for (uint32_t i = 0; i < 4; i++)
        if (chance(w, 50))
            put(w, "  w%u: {service: s%u, rate: %u / s}\n", i, i, 1 + pick(w, 6));
        else
            put(w, "  w%u: {service: s%u, users: %u, think: exp(1 s)}\n", i, i, 2 + pick(w, 20));
    put(w, "  jobs: {service: bulk, at: there, every: 1 min}\n");
}

/* What a line or its queues do to messages. */
static void put_line(struct writer *w)
{
    if (chance(w, 30))
        put(w, ", buffer: %u KB", 3 + pick(w, 60));
    if (chance(w, 30))
        put(w, ", loss: 0.%u %%", 1 + pick(w, 9));
    if (chance(w, 30))
        put(w, ", overhead: {packet: %u B, share: 1 %%}", 1 + pick(w, 80));
    if (chance(w, 30))
        put(w, ", contract: %u kbit/s", 1000 + pick(w, 900));
    if (chance(w, 30))
        put(w, ", during: {late: {bandwidth: %u Mbit/s}}", 3 + pick(w, 9));
}

static void put_classes(struct writer *w)
{
    put(w, "classes: {top: {queue: strict%s}, some: {weight: 2%s%s}}\n",
        chance(w, 50) ? ", limit: 20 %, burst: 9 KB" : "",
        chance(w, 50) ? ", early: {from: 20 %, to: 70 %}" : "",
        chance(w, 50) ? ", resend: 50 ms" : ", transfer: flows, window: 64 KB");
}

static void put_scenario(struct writer *w)
{
    put(w, "psnsim: 1\ntitle: random\n"
           "time: {start: 2014-05-12, horizon: 20 min, warmup: 2 min, interval: 1 min}\n"
           "hours: {late: 'daily 00:08-00:15'}\n"
           "partners: {a: {staff: {here: 3}}, b: {staff: {there: 2}}}\n"
           "sites: {here: {}, there: {}, far: {}}\n");
    put_classes(w);
    put(w, "links:\n  hf: {between: [here, far], bandwidth: 10 Mbit/s, delay: 2 ms");
    put_line(w);
    put(w, "}\n  tf: {between: [there, far], bandwidth: 5 Mbit/s, delay: 7 ms");
    put_line(w);
    if (chance(w, 50)) {
        put(w, "}\n  ht: {between: [here, there], bandwidth: 2 Mbit/s, delay: 4 ms");
        put_line(w);
    }
    put(w, "}\ncompute:\n");
    for (uint32_t i = 0; i < POOLS; i++)
        put_pool(w, i);
    put(w, "storage: {disk: {site: far, iops: 300, bandwidth: 100 Mbit/s, latency: 2 ms}}\n");
    put_services(w);
    put(w,
        "faults:\n  f: {of: p%u, mtbf: exp(4 min), mttr: exp(20 s)}\n"
        "  g: {of: far, mtbf: exp(6 min), mttr: exp(30 s), degrade: 30 %%}\n"
        "  h: {of: hf, mtbf: exp(5 min), mttr: exp(5 s)%s}\n",
        pick(w, POOLS),
        chance(w, 50)   ? ""
        : chance(w, 50) ? ", flight: held"
                        : ", reroute: 100 ms");
    put(w, "arrangements: {x: {hosting: {all: {disk-role: disk");
    for (uint32_t i = 0; i < POOLS; i++)
        put(w, ", r%u: p%u", i, i);
    put(w, "}}}}\n");
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
        static struct writer w;
        char message[512];
        w = (struct writer){.key = random_key(7, seed, "scenario", RANDOM_CHOICE, 0)};
        put_scenario(&w);
        fixture_mistake(w.text, message, sizeof message);
        if (*message) { /* pools that hold back each other's jobs in a circle, or no step may fail
                         */
            cr_assert(strstr(message, "wait for room") || strstr(message, "has retries"), "%s\n%s",
                      message, w.text);
            unsound++;
            continue;
        }
        struct description *d = fixture_describe(w.text);
        struct model_schedule schedule = {.partitions = 3, .partition_seed = seed};
        struct outcome *o = fixture_run(d, 0, NULL), *other = fixture_run(d, 0, &schedule);
        for (size_t i = 0; i < o->shape.services * o->shape.partners; i++) {
            const struct outcome_stream *s = &o->stream[i];
            cr_expect(s->offered == s->completed + s->failed + s->unfinished &&
                          s->unfinished >= 0 && s->failed >= s->refused + s->abandoned,
                      "scenario %u, stream %zu\n%s", seed, i, w.text);
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
