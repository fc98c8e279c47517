/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/flows: published cases and arithmetic by hand, ends to the ns, and what changes
 * under way may not change. */
#include "stations/flows.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "drive.h"
#include "maxmin_naive.h"

static const struct maxmin_class one_class = {.weight = 1};

/* The next flow that ends, at *now; NULL: none does. */
static struct job *next_end(struct flows *f, psn_time *now)
{
    struct job *job = NULL;
    while (!job && f->next < PSN_NEVER) {
        cr_assert_geq(f->next, *now);
        *now = f->next;
        cr_assert_eq(flows_depart(f, *now, &job), PSN_OK);
    }
    return job;
}

static void start(struct flows *f, struct job *job, uint32_t link, psn_time now)
{
    cr_assert_eq(flows_start(f, job, &link, 1, 0, INFINITY, now), PSN_OK);
}

static void begin(struct flows *f, uint32_t n_links, double capacity)
{
    cr_assert_eq(flows_init(f, n_links, 1, &one_class), PSN_OK);
    for (uint32_t l = 0; l < n_links; l++)
        flows_set_capacity(f, l, capacity, 0);
}

/* Three clients back up 3, 6 and 9 TB, at 100 MB/s each at most, to a server that takes 200 MB/s:
 * all at 66.7 MB/s until the first is done after 45,000 s, then two at 100. */
Test(flows, three_backups)
{
    static const double ends[] = {45000, 75000, 105000};
    struct flows f;
    struct job job[3] = {{.number = 0}, {.number = 1}, {.number = 2}};
    psn_time now = 0;
    begin(&f, 4, 8e8);
    flows_set_capacity(&f, 3, 16e8, 0);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t link[] = {i, 3};
        job[i].size_bits = 24e12 * (i + 1);
        cr_assert_eq(flows_start(&f, &job[i], link, 2, 0, INFINITY, 0), PSN_OK);
    }
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_eq(next_end(&f, &now), &job[i]);
        cr_assert_float_eq((double)now / 1e9, ends[i], 1e-9 * ends[i]);
    }
    cr_assert_null(next_end(&f, &now));
    flows_fini(&f);
}

/* One flow held back by its window: SimGrid, teshsuite/models/cm02-tcpgamma, less the propagation
 * that is added outside: size / min(bandwidth, gamma / (2 latency)). Bytes there, bits here. */
Test(flows, one_flow_with_a_window)
{
    static const struct {
        double latency, gamma, time;
    } cases[] = {{0, 4194304, 1},
                 {1e-5, 4194304, 1.00001},
                 {1e-3, 4194304, 4.76937158203125},
                 {0.1, 4194304, 476.937158203125},
                 {1e-3, 0, 1.001}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct flows f;
        struct job job = {.size_bits = 8e10};
        uint32_t link = 0;
        psn_time now = 0;
        double window = 8 * cases[i].gamma, round = 2 * cases[i].latency;
        begin(&f, 1, 8e10);
        cr_assert_eq(flows_start(&f, &job, &link, 1, 0,
                                 window > 0 && round > 0 ? window / round : INFINITY, 0),
                     PSN_OK);
        cr_assert_eq(next_end(&f, &now), &job);
        cr_assert_float_eq((double)now / 1e9 + cases[i].latency, cases[i].time,
                           1e-9 * cases[i].time);
        flows_fini(&f);
    }
}

/* 40 TB alone on 1 Gbit/s take 320,000 s, however often anyone interrupts: here 100,000 times
 * another flow comes, ends some ns later, and the path changes to a link alike. */
Test(flows, forty_terabytes_to_the_nanosecond)
{
    enum { TIMES = 100000 };
    struct flows f;
    struct job big = {.size_bits = 3.2e14}, small = {.number = 1}, *job;
    uint64_t seed = 5;
    psn_time now = 0, lost = 0;
    begin(&f, 2, 1e9);
    start(&f, &big, 0, 0);
    for (uint32_t i = 0; i < TIMES; i++) {
        uint32_t link = i % 2;
        psn_time gap = 2 * (1 + draw(&seed, 500000)); /* shared in halves: whole bits */
        psn_time from = now + 1 + draw(&seed, 3000000000);
        while (f.next <= from)
            cr_assert(flows_depart(&f, f.next, &job) == PSN_OK && !job);
        cr_assert_eq(flows_change(&f, &big, &link, 1, INFINITY, from), PSN_OK);
        small.size_bits = (double)gap / 2;
        start(&f, &small, link, from);
        cr_assert_eq(next_end(&f, &now), &small);
        cr_assert_eq(now, from + gap);
        cr_assert(flows_depart(&f, now, &job) == PSN_OK && !job);
        lost += gap / 2;
    }
    cr_assert_eq(next_end(&f, &now), &big);
    cr_assert_eq(now, 320000 * PSN_SECOND + lost);
    flows_fini(&f);
}

/* A rate that is no round number: three share 1 Gbit/s; 40 TB each take 960,000 s. */
Test(flows, thirds_drift_by_less_than_the_header_says)
{
    struct flows f;
    struct job job[3], *none;
    psn_time now = 0;
    begin(&f, 1, 1e9);
    for (uint64_t i = 0; i < 3; i++) {
        job[i] = (struct job){.number = i, .size_bits = 3.2e14};
        start(&f, &job[i], 0, 0);
    }
    cr_assert(flows_depart(&f, 0, &none) == PSN_OK && !none);
    for (psn_time at = 1; at < 960000; at += 7) { /* looks change nothing */
        flows_set_capacity(&f, 0, 2e9, at * PSN_SECOND);
        flows_set_capacity(&f, 0, 1e9, at * PSN_SECOND);
        while (f.next <= at * PSN_SECOND)
            cr_assert(flows_depart(&f, f.next, &none) == PSN_OK && !none);
    }
    for (int i = 0; i < 3; i++)
        cr_assert_eq(next_end(&f, &now), &job[i], "alike ends come in the order of numbers");
    double late = (double)(now - 960000 * PSN_SECOND);
    cr_assert_leq(fabs(late), 1 + 9.6e14 * 0x1p-52 + 9.6e14 * (1.4e-8 / 3.3e8), "%g", late);
    flows_fini(&f);
}

/* A link that fails: its flow stands still, and goes on with what was done; one without a path
 * does, too. */
Test(flows, stand_still_and_go_on)
{
    struct flows f;
    struct job job = {.size_bits = 1e9}, *none;
    uint32_t other = 1;
    psn_time now = 0;
    begin(&f, 2, 1e9);
    start(&f, &job, 0, 0);
    cr_assert(flows_depart(&f, 0, &none) == PSN_OK && !none && f.solved);
    cr_assert_eq(f.next, PSN_SECOND);
    flows_set_capacity(&f, 0, 0, PSN_SECOND / 4);
    cr_assert(flows_depart(&f, PSN_SECOND / 4, &none) == PSN_OK && !none);
    cr_assert_eq(f.next, PSN_NEVER);
    cr_assert_float_eq(flows_left(&f, &job, PSN_DAY), 7.5e8, 1e-6);
    cr_assert_eq(flows_change(&f, &job, NULL, 0, INFINITY, PSN_DAY), PSN_OK);
    cr_assert(flows_depart(&f, PSN_DAY, &none) == PSN_OK && !none);
    cr_assert_eq(f.next, PSN_NEVER);
    cr_assert_eq(flows_change(&f, &job, &other, 1, 5e8, 2 * PSN_DAY), PSN_OK);
    now = 2 * PSN_DAY;
    cr_assert_eq(next_end(&f, &now), &job);
    cr_assert_eq(now, 2 * PSN_DAY + PSN_SECOND * 3 / 2);
    cr_assert_eq(f.present, 0);
    flows_fini(&f);
}

/* Ends at one time come by source, number and step, whatever their paths and the order of starts;
 * nothing at all takes no time. */
Test(flows, ends_at_one_time_have_an_order)
{
    enum { FLOWS = 60 };
    struct flows f;
    struct job job[FLOWS + 1];
    psn_time now = 0;
    begin(&f, 3, 1e9);
    for (uint32_t i = 0; i < FLOWS; i++) {
        uint32_t k = i * 37 % FLOWS; /* the order of starts */
        job[k] =
            (struct job){.source = k / 20, .number = k / 5 % 4, .step = k % 5, .size_bits = 5e7};
        start(&f, &job[k], i % 3, 0);
    }
    job[FLOWS] = (struct job){.source = 9};
    start(&f, &job[FLOWS], 1, 0);
    cr_assert_eq(next_end(&f, &now), &job[FLOWS]);
    cr_assert_eq(now, 0);
    for (uint32_t i = 0; i < FLOWS; i++) {
        cr_assert_eq(next_end(&f, &now), &job[i]);
        cr_assert_eq(now, PSN_SECOND);
    }
    cr_assert_null(next_end(&f, &now));
    flows_fini(&f);
}

/* ---- against a course of its own ---- */

#define COURSE_FLOWS 300

/* Flows over a star, reckoned from change to change: rates the slow way, and what each has left. */
struct course {
    struct naive n; /* those under way */
    struct job job[COURSE_FLOWS];
    uint32_t number[NAIVE_FLOWS]; /* of those under way */
    double left[COURSE_FLOWS], at;
    double end[COURSE_FLOWS]; /* ns */
};

/* On to this time, or the next end before it. */
static void course_step(struct course *c, double until)
{
    uint32_t first = 0;
    double next = INFINITY;
    naive_plain(&c->n);
    for (uint32_t i = 0; i < c->n.n_flows; i++) {
        double end = c->at + c->left[c->number[i]] / c->n.flow[i].rate * 1e9;
        first = end < next ? i : first;
        next = fmin(next, end);
    }
    double to = fmin(next, until);
    for (uint32_t i = 0; i < c->n.n_flows; i++)
        c->left[c->number[i]] -= c->n.flow[i].rate * (to - c->at) / 1e9;
    c->at = to;
    if (next > until)
        return;
    c->end[c->number[first]] = next;
    c->n.flow[first] = c->n.flow[--c->n.n_flows];
    c->number[first] = c->number[c->n.n_flows];
}

static void course_start(struct course *c, struct flows *f, uint32_t i, uint64_t *seed, psn_time at)
{
    struct naive_flow flow = {.link = {(uint32_t)draw(seed, 5), 5 + (uint32_t)draw(seed, 5)},
                              .hops = 2,
                              .cap = draw(seed, 4) ? INFINITY : 1e7 * (1 + (double)draw(seed, 3))};
    c->job[i] =
        (struct job){.number = i, .owner = i, .size_bits = 1e6 + (double)draw(seed, 30000000)};
    c->left[i] = c->job[i].size_bits;
    c->number[c->n.n_flows] = i;
    c->n.flow[c->n.n_flows++] = flow;
    cr_assert_eq(flows_start(f, &c->job[i], flow.link, 2, 0, flow.cap, at), PSN_OK);
}

/* Bottlenecks change under way, and flows with them their clocks; their ends are those of the
 * course, but that each may be up to 1 ns late, and holds up others until then. */
Test(flows, ends_are_those_of_a_course_reckoned_step_by_step)
{
    static struct course c;
    struct flows f;
    uint64_t seed = 3;
    uint32_t started = 0, ended = 0, moved = 0;
    psn_time start = 0;
    cr_assert_eq(flows_init(&f, 10, 1, &one_class), PSN_OK);
    c.n.n_links = 10;
    for (uint32_t l = 0; l < 10; l++) {
        c.n.capacity[l] = 1e8 + l * 7e6;
        flows_set_capacity(&f, l, c.n.capacity[l], 0);
    }
    while (ended < COURSE_FLOWS) {
        struct job *job;
        while (started < COURSE_FLOWS && start <= f.next) {
            while (c.at < (double)start)
                course_step(&c, (double)start);
            course_start(&c, &f, started++, &seed, start);
            start += draw(&seed, 50000000);
        }
        psn_time now = f.next;
        cr_assert_eq(flows_depart(&f, now, &job), PSN_OK);
        moved += f.solved ? (uint32_t)f.maxmin.changed.count : 0;
        if (!job)
            continue;
        while (c.end[job->number] == 0)
            course_step(&c, INFINITY);
        cr_assert_float_eq((double)now, c.end[job->number], 1 + ended);
        ended++;
    }
    cr_assert_gt(moved, 3 * COURSE_FLOWS / 2, "other links hold them back than at their start");
    flows_fini(&f);
}
