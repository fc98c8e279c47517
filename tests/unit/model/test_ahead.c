/* SPDX-License-Identifier: Apache-2.0
 * What goes ahead of time moves no bit: models made at random, with every departure an event and
 * without, in one process and in several. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "kernel/random.h"
#include "same.h"
#include "writer.h"

#define MODELS   40
#define POOLS    24
#define SERVICES 4

/* A model that is being written. */
struct draft {
    struct writer to;
    uint32_t home[POOLS]; /* the site of each pool */
    uint32_t next;        /* the pool of the next step, mostly, so that rows come about */
};

static const char *const sites[] = {"one", "two", "hub"};

/* Mostly stations that commit, of one server; some with several, and now and then another kind. */
static void put_pools(struct draft *w)
{
    writer_put(&w->to, "compute:\n");
    for (uint32_t i = 0; i < POOLS; i++) {
        w->home[i] = i % (POOLS / SERVICES) ? w->home[i - 1] : writer_pick(&w->to, 3);
        writer_put(&w->to, "  p%u: {site: %s, cores: %u, discipline: %s%s}\n", i, sites[w->home[i]],
                   writer_pick(&w->to, 3) ? 1 : 1 + writer_pick(&w->to, 4),
                   writer_pick(&w->to, 5) ? "fifo" : "sharing",
                   writer_pick(&w->to, 8) ? "" : ", during: {late: {speed: 0.7}}");
    }
    writer_put(&w->to, "  own: {site: two, cores: %u, discipline: sharing}\n",
               1 + writer_pick(&w->to, 3));
}

static void put_compute(struct draft *w)
{
    uint32_t pool = writer_pick(&w->to, 12) ? w->next++ % POOLS : writer_pick(&w->to, POOLS);
    writer_put(&w->to, "{compute: r%u, work: %s(%u ms)}", pool,
               writer_pick(&w->to, 4) ? "exp" : "const", 5 + writer_pick(&w->to, 60));
}

/* A shared station that one source of requests has to itself. */
static void put_single(struct draft *w)
{
    writer_put(&w->to, "  single: {steps: [{compute: r-own, work: %s(40 ms)}]}\n",
               writer_pick(&w->to, 2) ? "exp" : "const");
}

static void put_steps(struct draft *w, uint32_t depth)
{
    uint32_t n = 1 + writer_pick(&w->to, 4);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t kind = depth > 0 ? writer_pick(&w->to, 12) : 11;
        writer_put(&w->to, "%s", i ? ", " : "");
        if (kind == 0 && writer_pick(&w->to, 2)) {
            writer_put(&w->to, "{delay: exp(30 ms)}");
        } else if (kind <= 2) {
            writer_put(&w->to, "{choice: [{share: 40 %%, steps: [");
            put_steps(w, depth - 1);
            writer_put(&w->to, "]}, {share: 60 %%%s",
                       writer_pick(&w->to, 2) ? "}]}" : ", steps: [");
            if (w->to.text[w->to.length - 1] == '[') {
                put_steps(w, depth - 1);
                writer_put(&w->to, "]}]}");
            }
        } else if (kind == 3) {
            writer_put(&w->to, "{loop: [");
            put_steps(w, depth - 1);
            writer_put(&w->to, writer_pick(&w->to, 2) ? "], times: 2}" : "], again: 30 %%}");
        } else if (kind == 4 && writer_pick(&w->to, 3) == 0) {
            writer_put(&w->to, "{fork: [{steps: [");
            put_steps(w, depth - 1);
            writer_put(&w->to, "]}, {steps: [");
            put_steps(w, depth - 1);
            writer_put(&w->to, "]}]}");
        } else {
            put_compute(w);
        }
    }
}

/* Some services are one station or a row of them where their users are, and nothing else. */
static void put_services(struct draft *w)
{
    uint32_t home[SERVICES];
    writer_put(&w->to, "services:\n");
    for (uint32_t i = 0; i < SERVICES; i++) {
        bool row = writer_pick(&w->to, 3) == 0;
        w->next = i * (POOLS / SERVICES);
        home[i] = row ? w->home[w->next] : writer_pick(&w->to, 3);
        writer_put(&w->to, "  s%u: {%ssteps: [", i, writer_pick(&w->to, 6) ? "" : "timeout: 2 s, ");
        if (!row && writer_pick(&w->to, 2))
            writer_put(&w->to, "{request: %s(%u KB)}, ", writer_pick(&w->to, 2) ? "exp" : "const",
                       1 + writer_pick(&w->to, 30));
        put_compute(w);
        if (!row || writer_pick(&w->to, 2)) {
            writer_put(&w->to, ", ");
            put_steps(w, row ? 0 : 2);
        }
        if (!row && writer_pick(&w->to, 2))
            writer_put(&w->to, ", {response: exp(%u KB)}", 1 + writer_pick(&w->to, 90));
        writer_put(&w->to, "]}\n");
    }
    put_single(w);
    writer_put(&w->to,
               "workloads:\n  single: {service: single, at: two, partners: b, rate: %u / s}\n",
               1 + writer_pick(&w->to, 25));
    for (uint32_t i = 0; i < SERVICES; i++)
        if (writer_pick(&w->to, 4))
            writer_put(&w->to, "  w%u: {service: s%u, at: %s, partners: %s, rate: %u / s%s}\n", i,
                       i, sites[home[i]], writer_pick(&w->to, 2) ? "all" : "b",
                       1 + writer_pick(&w->to, 12),
                       writer_pick(&w->to, 4) ? "" : ", profile: waves");
        else
            writer_put(&w->to, "  w%u: {service: s%u, users: %u, think: exp(1 s)}\n", i, i,
                       1 + writer_pick(&w->to, 9));
}

static void put_model(struct draft *w)
{
    bool batches = writer_pick(&w->to, 4) == 0;
    writer_put(
        &w->to,
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
        90 + writer_pick(&w->to, 20), writer_pick(&w->to, 3) * 10, 3 + writer_pick(&w->to, 20),
        writer_pick(&w->to, 8) ? "" : "lan: 1 ms", writer_pick(&w->to, 4),
        writer_pick(&w->to, 6) ? "" : ", loss: 0.5 %");
    put_pools(w);
    put_services(w);
    writer_put(&w->to, "arrangements: {x: {hosting: {all: {r-own: own, ");
    for (uint32_t i = 0; i < POOLS; i++)
        writer_put(&w->to, "%sr%u: p%u", i ? ", " : "", i, i);
    writer_put(&w->to, "}}}}\nobjectives:\n"
                       "  fast: {service: s0, figure: response p90, at most: 1 s, per: partner}\n"
                       "  sure: {service: s1, figure: response within 200 ms, at least: 90 %%}\n"
                       "  soon: {station: p0, figure: wait p90, at most: 1 s}\n"
                       "  some: {station: p1, figure: wait within 10 ms, at least: 50 %%}\n");
    if (batches)
        writer_put(&w->to, "study: {batches: 3}\n");
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
        static struct draft w;
        char message[512];
        w = (struct draft){.to.key = random_key(11, seed, "ahead", RANDOM_CHOICE, 0)};
        put_model(&w);
        fixture_mistake(w.to.text, message, sizeof message);
        if (*message) { /* what follows a choice is at several places */
            cr_assert(strstr(message, "places"), "%s\n%s", message, w.to.text);
            continue;
        }
        struct description *d = fixture_describe(w.to.text);
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
