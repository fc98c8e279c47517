/* SPDX-License-Identifier: Apache-2.0
 * Common random numbers: what a job draws depends on its own way alone, not on who was served
 * before it. So two capacities see the same requests, choices, passes, thoughts and attempts. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "fixture.h"

#define HEAD                                                                                       \
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: %s, interval: 1 s}\n"                 \
    "partners: {p: {staff: {hall: 1}}}\nsites: {hall: {}}\n"

static struct outcome *run(const char *form, const char *horizon, const char *pool)
{
    char text[2048];
    snprintf(text, sizeof text, form, horizon, pool);
    struct description *d = fixture_describe(text);
    struct outcome *o = fixture_run(d, 0, NULL);
    description_free(d);
    return o;
}

/* Everybody is through at the end, so the same jobs came everywhere, in another order. */
Test(alignment, of_choices_and_loops)
{
    static const char *const form = HEAD
        "compute: {first: {site: hall, %s}, end: {site: hall, discipline: unlimited}, "
        "other: {site: hall, discipline: unlimited}}\n"
        "services: {s: {steps: [{loop: [{compute: a, work: exp(1 s)}, {choice: [{share: 50 %%, "
        "steps: [{compute: b, work: exp(1 s)}]}, {share: 50 %%, steps: [{loop: [{compute: c, "
        "work: exp(1 s)}], again: 70 %%}]}]}], times: 2}]}}\n"
        "workloads: {w: {service: s, rate: 0.4 / s, until: 2014-05-12T02:00}}\n"
        "arrangements: {x: {hosting: {all: {a: first, b: end, c: other}}}}\n";
    static const char *const pools[] = {"cores: 1", "cores: 3", "cores: 1, discipline: sharing"};
    struct outcome *one = run(form, "4 h", pools[0]);
    cr_assert_gt(one->stream[0].completed, 2000);
    for (size_t i = 1; i < 3; i++) {
        struct outcome *o = run(form, "4 h", pools[i]);
        cr_expect_eq(o->stream[0].unfinished, 0);
        cr_expect_eq(o->stream[0].offered, one->stream[0].offered);
        cr_expect(o->stream[0].response.sum != one->stream[0].response.sum);
        /* Nobody waits there: jobs and their work. */
        for (size_t t = 0; t < 3; t += 2) {
            cr_expect_eq(o->station[t].throughput, one->station[t].throughput, "%s", pools[i]);
            cr_expect_float_eq(o->station[t].present, one->station[t].present, 1e-12, "%s",
                               pools[i]);
        }
        outcome_free(o);
    }
    outcome_free(one);
}

/* A user's k-th request comes k seconds later where each takes a second longer. */
Test(alignment, of_users)
{
    static const char *const form =
        HEAD "compute: {first: {site: hall, %s}}\n"
             "services: {s: {steps: [{compute: a, work: 2 s}]}}\n"
             "workloads: {w: {service: s, users: 100 %% of staff, think: exp(8 s)}}\n"
             "arrangements: {x: {hosting: {all: {a: first}}}}\n";
    struct outcome *slow = run(form, "1 h", "speed: 1"), *fast = run(form, "1 h", "speed: 2");
    size_t at[2][100] = {{0}}, n[2] = {0};
    for (size_t i = 0; i < 3600; i++)
        for (size_t k = 0; k < 2; k++)
            for (int64_t c = (k ? fast : slow)->series_offered[i]; c > 0 && n[k] < 100; c--)
                at[k][n[k]++] = i;
    cr_assert(n[0] == 100 && n[1] == 100);
    for (size_t k = 0; k < 100; k++)
        cr_expect_leq(fabs((double)at[0][k] - (double)at[1][k] - (double)k), 1, "request %zu", k);
    outcome_free(slow);
    outcome_free(fast);
}

/* Attempts last exp(1 s) and 1 or 2 ms, and are given up after 1 s: but for those within that 1 ms
 * of it (4 in 10,000) the same ones are in vain. Others would differ by more than 1 %. */
Test(alignment, of_attempts)
{
    static const char *const form = HEAD
        "compute: {first: {site: hall, discipline: unlimited, %s}, "
        "end: {site: hall, discipline: unlimited}}\n"
        "services: {s: {timeout: 1 s, retries: 3, steps: [{compute: a, work: 2 ms}, {compute: b, "
        "work: exp(1 s)}]}}\n"
        "workloads: {w: {service: s, rate: 5 / s}}\n"
        "arrangements: {x: {hosting: {all: {a: first, b: end}}}}\n";
    struct outcome *slow = run(form, "2 h", "speed: 1"), *fast = run(form, "2 h", "speed: 2");
    const struct outcome_stream *a = &slow->stream[0], *b = &fast->stream[0];
    cr_assert_gt(a->retries, 15000);
    cr_expect_geq(a->retries, b->retries);
    cr_expect_leq(a->retries - b->retries, a->retries / 500, "%lld and %lld", (long long)a->retries,
                  (long long)b->retries);
    cr_expect_geq(a->failed, b->failed);
    cr_expect_leq(a->failed - b->failed, a->failed / 200);
    outcome_free(slow);
    outcome_free(fast);
}
