/* SPDX-License-Identifier: Apache-2.0
 * What goes ahead of time moves no bit: models made at random, with every departure an event and
 * without, in one process and in several. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "kernel/random.h"
#include "same.h"

#define MODELS   40
#define POOLS    24
#define SERVICES 4

/* A text that grows, and what it is made by. */
struct writer {
    char text[16384];
    size_t length;
    uint64_t key, n;
    uint32_t home[POOLS]; /* the site of each pool */
    uint32_t next;        /* the pool of the next step, mostly, so that rows come about */
};

static const char *const sites[] = {"one", "two", "hub"};

static uint32_t pick(struct writer *w, uint32_t below)
{
    uint32_t word[4];
    random_words(w->key, w->n++, 0, 0, word);
    return word[0] % below;
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

/* Mostly stations that commit, of one server; some with several, and now and then another kind. */
static void put_pools(struct writer *w)
{
    put(w, "compute:\n");
    for (uint32_t i = 0; i < POOLS; i++) {
        w->home[i] = i % (POOLS / SERVICES) ? w->home[i - 1] : pick(w, 3);
        put(w, "  p%u: {site: %s, cores: %u, discipline: %s%s}\n", i, sites[w->home[i]],
            pick(w, 3) ? 1 : 1 + pick(w, 4), pick(w, 5) ? "fifo" : "sharing",
            pick(w, 8) ? "" : ", during: {late: {speed: 0.7}}");
    }
    put(w, "  own: {site: two, cores: %u, discipline: sharing}\n", 1 + pick(w, 3));
}

static void put_compute(struct writer *w)
{
    uint32_t pool = pick(w, 12) ? w->next++ % POOLS : pick(w, POOLS);
    put(w, "{compute: r%u, work: %s(%u ms)}", pool, pick(w, 4) ? "exp" : "const", 5 + pick(w, 60));
}

/* A shared station that one source of requests has to itself. */
static void put_single(struct writer *w)
{
    put(w, "  single: {steps: [{compute: r-own, work: %s(40 ms)}]}\n",
        pick(w, 2) ? "exp" : "const");
}

static void put_steps(struct writer *w, uint32_t depth)
{
    uint32_t n = 1 + pick(w, 4);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t kind = depth > 0 ? pick(w, 12) : 11;
        put(w, "%s", i ? ", " : "");
        if (kind == 0 && pick(w, 2)) {
            put(w, "{delay: exp(30 ms)}");
        } else if (kind <= 2) {
            put(w, "{choice: [{share: 40 %%, steps: [");
            put_steps(w, depth - 1);
            put(w, "]}, {share: 60 %%%s", pick(w, 2) ? "}]}" : ", steps: [");
            if (w->text[w->length - 1] == '[') {
                put_steps(w, depth - 1);
                put(w, "]}]}");
            }
        } else if (kind == 3) {
            put(w, "{loop: [");
            put_steps(w, depth - 1);
            put(w, pick(w, 2) ? "], times: 2}" : "], again: 30 %%}");
        } else if (kind == 4 && pick(w, 3) == 0) {
            put(w, "{fork: [{steps: [");
            put_steps(w, depth - 1);
            put(w, "]}, {steps: [");
            put_steps(w, depth - 1);
            put(w, "]}]}");
        } else {
            put_compute(w);
        }
    }
}

/* Some services are one station or a row of them where their users are, and nothing else. */
static void put_services(struct writer *w)
{
    uint32_t home[SERVICES];
    put(w, "services:\n");
    for (uint32_t i = 0; i < SERVICES; i++) {
        bool row = pick(w, 3) == 0;
        w->next = i * (POOLS / SERVICES);
        home[i] = row ? w->home[w->next] : pick(w, 3);
        put(w, "  s%u: {%ssteps: [", i, pick(w, 6) ? "" : "timeout: 2 s, ");
        if (!row && pick(w, 2))
            put(w, "{request: %s(%u KB)}, ", pick(w, 2) ? "exp" : "const", 1 + pick(w, 30));
        put_compute(w);
        if (!row || pick(w, 2)) {
            put(w, ", ");
            put_steps(w, row ? 0 : 2);
        }
        if (!row && pick(w, 2))
            put(w, ", {response: exp(%u KB)}", 1 + pick(w, 90));
        put(w, "]}\n");
    }
    put_single(w);
    put(w, "workloads:\n  single: {service: single, at: two, partners: b, rate: %u / s}\n",
        1 + pick(w, 25));
    for (uint32_t i = 0; i < SERVICES; i++)
        if (pick(w, 4))
            put(w, "  w%u: {service: s%u, at: %s, partners: %s, rate: %u / s%s}\n", i, i,
                sites[home[i]], pick(w, 2) ? "all" : "b", 1 + pick(w, 12),
                pick(w, 4) ? "" : ", profile: waves");
        else
            put(w, "  w%u: {service: s%u, users: %u, think: exp(1 s)}\n", i, i, 1 + pick(w, 9));
}

static void put_model(struct writer *w)
{
    bool batches = pick(w, 4) == 0;
    put(w,
        "psnsim: 1\ntitle: ahead\n"
        "time: {start: 2014-05-12, horizon: %u s, warmup: %u s, interval: %u s}\n"
        "hours: {late: 'daily 00:01-00:02'}\n"
        "profiles: {waves: {weekday: [1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2], weekend: "
        "1, vary: 30 %%}}\n"
        "partners: {a: {staff: {one: 3}}, b: {staff: {two: 2}}}\n"
        "sites: {one: {}, two: {}, hub: {%s}}\n"
        "links:\n"
        "  oh: {between: [one, hub], bandwidth: 20 Mbit/s, delay: %u ms}\n"
        "  th: {between: [two, hub], bandwidth: 8 Mbit/s, delay: 3 ms%s}\n",
        90 + pick(w, 20), pick(w, 3) * 10, 3 + pick(w, 20), pick(w, 8) ? "" : "lan: 1 ms",
        pick(w, 4), pick(w, 6) ? "" : ", loss: 0.5 %");
    put_pools(w);
    put_services(w);
    put(w, "arrangements: {x: {hosting: {all: {r-own: own, ");
    for (uint32_t i = 0; i < POOLS; i++)
        put(w, "%sr%u: p%u", i ? ", " : "", i, i);
    put(w, "}}}}\nobjectives:\n"
           "  fast: {service: s0, figure: response p90, at most: 1 s, per: partner}\n"
           "  sure: {service: s1, figure: response within 200 ms, at least: 90 %%}\n"
           "  soon: {station: p0, figure: wait p90, at most: 1 s}\n"
           "  some: {station: p1, figure: wait within 10 ms, at least: 50 %%}\n");
    if (batches)
        put(w, "study: {batches: 3}\n");
}

static void same_batches(const struct outcome *a, const struct outcome *b)
{
    for (uint32_t k = 0; a->batch && k < a->shape.batches; k++) {
        for (size_t i = 0; i < a->shape.services * a->shape.partners; i++)
            same_stream(&a->batch[k]->stream[i], &b->batch[k]->stream[i], i);
        for (size_t i = 0; i < a->shape.stations; i++)
            same_station(&a->batch[k]->station[i], &b->batch[k]->station[i], i);
    }
}

Test(ahead, moves_no_bit)
{
    int64_t in_step = 0, ahead = 0, completed = 0;
    uint32_t fewer = 0, sound = 0;
    for (uint32_t seed = 0; seed < MODELS; seed++) {
        static struct writer w;
        char message[512];
        w = (struct writer){.key = random_key(11, seed, "ahead", RANDOM_CHOICE, 0)};
        put_model(&w);
        fixture_mistake(w.text, message, sizeof message);
        if (*message) { /* what follows a choice is at several places */
            cr_assert(strstr(message, "places"), "%s\n%s", message, w.text);
            continue;
        }
        struct description *d = fixture_describe(w.text);
        struct model_schedule step = {.in_step = true},
                              parts = {.partitions = 3, .partition_seed = seed};
        struct outcome *a = fixture_run(d, 0, &step), *b = fixture_run(d, 0, NULL),
                       *c = fixture_run(d, 0, &parts);
        cr_assert_eq(a->status, 0, "%s", a->error);
        cr_assert_eq(b->status, 0, "model %u: %s", seed, b->error);
        same_figures(a, b);
        same_batches(a, b);
        same_outcome(b, c);
        in_step += a->events;
        ahead += b->events;
        fewer += b->events < a->events;
        sound++;
        for (size_t i = 0; i < a->shape.services * a->shape.partners; i++)
            completed += a->stream[i].completed;
        outcome_free(a);
        outcome_free(b);
        outcome_free(c);
        description_free(d);
    }
    cr_expect_gt(completed, 20000, "%lld", (long long)completed);
    cr_expect_gt(sound, MODELS / 2);
    cr_expect_gt(fewer, sound / 2, "%u of %u models go ahead", fewer, sound);
    cr_expect_lt(ahead, in_step * 9 / 10, "%lld events, %lld in step", (long long)ahead,
                 (long long)in_step);
}
