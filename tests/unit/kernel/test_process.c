/* SPDX-License-Identifier: Apache-2.0
 * Logical processes: lines keep the one order, windows move nothing, jobs are not lost. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "kernel/distance.h"
#include "kernel/line.h"
#include "kernel/windows.h"

#define STATIONS 5
#define HORIZON  200000

/* Five stations in a ring pass tokens on; each hop takes the lookahead or more. What each station
 * saw, in its order, is hashed. */
struct ring;

struct node {
    struct ring *ring;
    struct line line;
    uint64_t hash, order;
    int64_t seen;
};

struct ring {
    struct process process[STATIONS];
    size_t n;
    struct node node[STATIONS];
    struct process *of[STATIONS];
};

static void pass(void *owner, psn_time now)
{
    struct node *here = owner;
    struct ring *r = here->ring;
    size_t me = (size_t)(here - r->node);
    struct job *job = line_take(&here->line);
    here->hash = here->hash * 1099511628211u + (uint64_t)now * 31 + job->number;
    here->seen++;
    size_t to = (me + 1 + job->number % 3) % STATIONS;
    psn_time delay = 100 + (psn_time)((job->number * 7 + (uint64_t)now) % 50);
    /* Entries from several senders may meet at one instant: their order is the token's number. */
    line_put(r->of[me], &r->node[to].line, now + delay, job->number, job);
}

static int ring_go_on(struct ring *r, psn_time horizon, const volatile int *stop)
{
    psn_time distance[STATIONS * STATIONS];
    for (size_t i = 0; i < r->n * r->n; i++)
        distance[i] = i % (r->n + 1) == 0 ? PSN_NEVER : 100;
    distance_close(distance, r->n);
    const struct windows w = {.n = r->n,
                              .process = r->process,
                              .distance = distance,
                              .horizon = horizon,
                              .stop = stop,
                              .threads = 1};
    return windows_run(&w);
}

static void ring_run(struct ring *r, const size_t deal[STATIONS], size_t n)
{
    uint32_t slots[STATIONS] = {0};
    r->n = n;
    for (size_t i = 0; i < STATIONS; i++)
        r->node[i] = (struct node){.ring = r, .hash = 1469598103934665603u};
    for (size_t p = 0; p < n; p++)
        cr_assert_eq(process_init(&r->process[p], STATIONS), 0);
    for (size_t i = 0; i < STATIONS; i++) {
        r->of[i] = &r->process[deal[i]];
        r->node[i].line.home = r->of[i];
        r->node[i].line.slot = slots[deal[i]]++;
        process_bind(r->of[i], r->node[i].line.slot, pass, &r->node[i]);
    }
    for (uint64_t k = 0; k < 40; k++) {
        struct job *job = process_job(r->of[k % STATIONS]);
        job->number = k;
        line_put(r->of[k % STATIONS], &r->node[k % STATIONS].line, (psn_time)(k / 7), k, job);
    }
    cr_assert_eq(ring_go_on(r, HORIZON, NULL), 0);
}

static void count_job(void *context, struct job *job)
{
    (void)job;
    ++*(int *)context;
}

static void ring_end(struct ring *r)
{
    int jobs = 0;
    for (size_t p = 0; p < r->n; p++)
        process_each_job(&r->process[p], count_job, &jobs);
    cr_assert_eq(jobs, 40, "%d jobs live at the end", jobs);
    for (size_t i = 0; i < STATIONS; i++)
        line_fini(&r->node[i].line);
    for (size_t p = 0; p < r->n; p++)
        process_fini(&r->process[p]);
}

Test(process, windows_move_nothing)
{
    static const size_t deal[][STATIONS] = {
        {0, 0, 0, 0, 0}, {0, 1, 0, 1, 0}, {0, 1, 2, 3, 4}, {2, 0, 1, 1, 2}};
    static const size_t n[] = {1, 2, 5, 3};
    uint64_t hash[STATIONS] = {0};
    for (size_t k = 0; k < 4; k++) {
        struct ring *r = calloc(1, sizeof *r);
        ring_run(r, deal[k], n[k]);
        for (size_t i = 0; i < STATIONS; i++) {
            if (k == 0)
                hash[i] = r->node[i].hash;
            cr_assert_eq(r->node[i].hash, hash[i], "deal %zu, station %zu", k, i);
            cr_assert_gt(r->node[i].seen, 1000);
        }
        ring_end(r);
        free(r);
    }
}

static void ignore(void *owner, psn_time now)
{
    (void)owner;
    (void)now;
}

Test(process, line_sorts_by_time_then_order)
{
    struct process p;
    struct line line = {.home = &p, .slot = 0};
    cr_assert_eq(process_init(&p, 1), 0);
    process_bind(&p, 0, ignore, NULL);
    uint64_t x = 12345;
    for (uint64_t k = 0; k < 1000; k++) {
        struct job *job = process_job(&p);
        x = x * 6364136223846793005u + 1442695040888963407u;
        job->number = x >> 40;
        line_put(&p, &line, (psn_time)(x >> 58), job->number, job);
    }
    psn_time last = -1;
    uint64_t order = 0;
    for (int k = 0; k < 1000; k++) {
        uint32_t slot;
        psn_time at = tree_first(&p.tree, &slot);
        struct job *job = line_take(&line);
        cr_assert(at > last || (at == last && job->number >= order));
        last = at;
        order = job->number;
        process_release(&p, job);
    }
    uint32_t slot;
    cr_assert_eq(tree_first(&p.tree, &slot), PSN_NEVER);
    line_fini(&line);
    process_fini(&p);
}

static bool has_number(const struct job *job, const void *number)
{
    return job->number == *(const uint64_t *)number;
}

Test(process, a_line_gives_back_what_is_not_due)
{
    struct process p;
    struct line line = {.home = &p, .slot = 0};
    uint32_t slot;
    cr_assert_eq(process_init(&p, 1), 0);
    process_bind(&p, 0, ignore, NULL);
    for (uint64_t k = 0; k < 6; k++) {
        struct job *job = process_job(&p);
        job->number = k;
        line_put(&p, &line, (psn_time)(10 * k), k, job);
    }
    cr_assert_null(line_withdraw(&line, has_number, &(uint64_t){9}));
    cr_assert_eq(line_withdraw(&line, has_number, &(uint64_t){3})->number, 3);
    cr_assert_eq(line_withdraw(&line, has_number, &(uint64_t){0})->number, 0);
    cr_assert_eq(tree_first(&p.tree, &slot), 10, "what was the first is gone");
    cr_assert_eq(line_withdraw(&line, has_number, &(uint64_t){5})->number, 5);
    static const uint64_t left[] = {1, 2, 4};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(tree_first(&p.tree, &slot), (psn_time)(10 * left[i]));
        cr_assert_eq(line_take(&line)->number, left[i]);
    }
    cr_assert_eq(tree_first(&p.tree, &slot), PSN_NEVER);
    cr_assert_null(line_withdraw(&line, has_number, &(uint64_t){1}));
    line_fini(&line);
    process_fini(&p);
}

Test(process, stop_ends_a_run)
{
    struct ring *r = calloc(1, sizeof *r);
    static const size_t deal[STATIONS] = {0};
    volatile int stop = 1;
    ring_run(r, deal, 1);
    cr_assert_eq(ring_go_on(r, 1000000000, &stop), PSN_EINTERRUPTED);
    ring_end(r);
    free(r);
}
