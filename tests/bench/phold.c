/* SPDX-License-Identifier: Apache-2.0
 * PHOLD (Fujimoto, "Performance of Time Warp under synthetic workloads", SCS Multiconference on
 * Distributed Simulation, 1990) on the kernel alone. Each of N processes has one event pending to
 * begin with. An event makes another, at a time later by the lookahead 0.1 and an exponential of
 * mean 1; at another process chosen uniformly with probability 0.25, else at the same. They are
 * here members of fewer, larger logical processes of the kernel, a slot each.
 *
 *   bench_phold [PROCESSES THREADS|auto [EVENTS]]
 *
 * prints, for each case, processes, threads, events, wall time and millions of events a second;
 * without arguments three sizes on one thread and two. `auto` (printed as 0): two that take part
 * while it pays. Never passes or fails. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "kernel/distance.h"
#include "kernel/line.h"
#include "kernel/random.h"
#include "kernel/windows.h"

#define UNIT      1e6 /* ns that stand for a time of 1 */
#define LOOKAHEAD ((psn_time)(0.1 * UNIT))
#define REMOTE    0.25
#define BLOCK     64 /* variates made at once */
#define NEAR      3  /* events that a member's record holds: half a cache line */
#define MOST_EACH 256
#define PARTS     16 /* at least */

/* A member: the times of its events, the earliest first; which is which does not matter. */
struct member {
    psn_time at[NEAR];
    uint32_t near, beyond; /* how many in `at`; in its part's list */
};

/* An event of a member that has too many for its record; it is later than those. */
struct beyond {
    psn_time at;
    uint32_t member;
};

/* Members that share a kernel process: their tree and records fit into the cache nearby. What other
 * threads look at comes first, on a cache line that does not change; and what is read in order ends
 * well before the next part, for the processor fetches some lines beyond. */
struct part {
    struct process *process;
    struct member *member;
    struct line inbox; /* from other parts; an entry's order is the member's number */
    uint64_t key;
    char apart[PROCESS_LINE - sizeof(struct line) - 3 * sizeof(void *)];
    struct beyond *beyond;
    size_t n_beyond, beyond_capacity;
    uint64_t drawn, unused[4];
    double gap[BLOCK], to[BLOCK];
    char end[8 * PROCESS_LINE];
};

/* The case that is measured. */
static struct phold {
    struct member *member;
    struct part *part;
    struct process *process;
    psn_time *distance;
    uint32_t n, n_parts, each; /* members; parts; members of a part, a power of two */
} all;

static void *need(void *memory)
{
    if (!memory) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

/* An event more than the record holds; the latest goes. Returns what is to stay. */
static psn_time put_beyond(struct part *p, struct member *m, psn_time at)
{
    psn_time last = m->at[NEAR - 1];
    void *list = p->beyond;
    if (array_reserve(&list, &p->beyond_capacity, p->n_beyond + 1, sizeof *p->beyond))
        need(NULL);
    p->beyond = list;
    p->beyond[p->n_beyond++] = (struct beyond){last > at ? last : at, (uint32_t)(m - p->member)};
    m->beyond++;
    m->near -= last > at;
    return last > at ? at : PSN_NEVER;
}

static void add(struct part *p, struct member *m, psn_time at)
{
    if (m->near == NEAR && (at = put_beyond(p, m, at)) == PSN_NEVER)
        return;
    uint32_t i = m->near++;
    for (; i > 0 && m->at[i - 1] > at; i--)
        m->at[i] = m->at[i - 1];
    m->at[i] = at;
}

/* The earliest of the list back into the record. */
static void take_back(struct part *p, struct member *m)
{
    struct beyond *least = NULL;
    for (struct beyond *b = p->beyond; b < p->beyond + p->n_beyond; b++)
        if (b->member == m - p->member && (!least || b->at < least->at))
            least = b;
    if (!least)
        return;
    m->at[m->near++] = least->at;
    m->beyond--;
    *least = p->beyond[--p->n_beyond];
}

static void drop_first(struct part *p, struct member *m)
{
    m->near--;
    for (uint32_t i = 0; i < m->near; i++)
        m->at[i] = m->at[i + 1];
    if (m->beyond)
        take_back(p, m);
}

static void settle(struct part *p, const struct member *m)
{
    tree_set(&p->process->tree, (uint32_t)(m - p->member), m->near ? m->at[0] : PSN_NEVER);
}

/* What an event of a member does: makes another. Leaves the member itself to be settled. */
static void make_event(struct part *p, struct member *m, psn_time now)
{
    uint32_t i = p->drawn++ % BLOCK;
    if (i == 0) {
        random_uniform2_block(p->key, p->drawn, 0, BLOCK, p->gap, p->to);
        random_exponential_block(p->gap, p->gap, BLOCK);
    }
    psn_time at = now + LOOKAHEAD + (psn_time)(UNIT * p->gap[i]);
    if (p->to[i] >= REMOTE) {
        add(p, m, at);
        return;
    }
    uint32_t me = (uint32_t)(m - all.member);
    uint32_t to = (uint32_t)(p->to[i] / REMOTE * (all.n - 1));
    to += to >= me;
    struct part *there = &all.part[to / all.each];
    if (there == p) {
        add(p, &all.member[to], at);
        settle(p, &all.member[to]);
    } else {
        line_put(p->process, &there->inbox, at, to, NULL);
    }
}

static void event(void *owner, psn_time now)
{
    struct member *m = owner;
    struct part *p = &all.part[(size_t)(m - all.member) / all.each];
    drop_first(p, m);
    make_event(p, m, now);
    settle(p, m);
}

static void event_from_elsewhere(void *owner, psn_time now)
{
    struct part *p = owner;
    struct member *m = &all.member[line_entry(&p->inbox, 0)->order];
    line_take(&p->inbox);
    make_event(p, m, now);
    settle(p, m);
}

static void make_part(uint32_t k)
{
    struct part *p = &all.part[k];
    p->process = &all.process[k];
    p->member = &all.member[(size_t)k * all.each];
    p->key = random_key(1, k, "phold", RANDOM_STEP, 0);
    if (process_init(p->process, all.each + 1))
        need(NULL);
    p->inbox = (struct line){.home = p->process, .slot = all.each};
    process_bind(p->process, all.each, event_from_elsewhere, p);
    for (uint32_t i = 0; i < all.each && k * all.each + i < all.n; i++) {
        double u[2];
        process_bind(p->process, i, event, &p->member[i]);
        random_uniform2(p->key, i, 1, 0, u);
        add(p, &p->member[i], (psn_time)(UNIT * -random_log(u[0])));
        settle(p, &p->member[i]);
    }
}

static void make(uint32_t n)
{
    all.n = n;
    for (all.each = 1; all.each < MOST_EACH && 2 * PARTS * all.each <= n;)
        all.each *= 2;
    all.n_parts = (n + all.each - 1) / all.each;
    size_t parts = all.n_parts;
    all.member = need(array_lines(parts * all.each * sizeof *all.member));
    all.part = need(array_lines(parts * sizeof *all.part));
    all.process = need(process_array(parts));
    all.distance = need(malloc(parts * parts * sizeof *all.distance));
    for (size_t i = 0; i < parts * parts; i++)
        all.distance[i] = i % (parts + 1) == 0 ? 2 * LOOKAHEAD : LOOKAHEAD;
    for (uint32_t k = 0; k < all.n_parts; k++)
        make_part(k);
}

static void end(void)
{
    for (uint32_t k = 0; k < all.n_parts; k++) {
        line_fini(&all.part[k].inbox);
        process_fini(&all.process[k]);
        free(all.part[k].beyond);
    }
    free(all.member);
    free(all.part);
    free(all.process);
    free(all.distance);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The events so far, once run until then; 0 threads: auto. */
static int64_t run(double until, int threads)
{
    const struct windows w = {.n = all.n_parts,
                              .process = all.process,
                              .distance = all.distance,
                              .horizon = (psn_time)(until * UNIT),
                              .threads = threads ? threads : 2,
                              .adapt = threads == 0};
    if (windows_run(&w))
        need(NULL);
    int64_t events = 0;
    for (uint32_t k = 0; k < all.n_parts; k++)
        events += all.process[k].events;
    return events;
}

/* After a tenth as warm-up: memory grows, events spread. */
static void measure(uint32_t n, int threads, double events)
{
    make(n);
    double until = events / n * 1.1; /* an event is later by 1.1 in the mean */
    int64_t before = run(0.1 * until, threads);
    double start = now_s();
    int64_t counted = run(1.1 * until, threads) - before;
    double wall = now_s() - start;
    printf("%u %d %lld %.3f %.2f\n", n, threads, (long long)counted, wall,
           (double)counted / wall * 1e-6);
    fflush(stdout);
    end();
}

int main(int argc, char **argv)
{
    static const uint32_t sizes[] = {1024, 8192, 65536};
    double events = argc > 3 ? strtod(argv[3], NULL) : 1e7;
    unsigned long n = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    bool adapt = argc > 2 && strcmp(argv[2], "auto") == 0;
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;
    if (argc == 2 || argc > 4 ||
        (argc > 2 && (n < 16 || n > 1u << 24 || (threads < 1 && !adapt))) || !(events > 0)) {
        fputs("usage: bench_phold [PROCESSES (16 to 2^24) THREADS|auto [EVENTS]]\n", stderr);
        return 2;
    }
    puts("processes threads events wall_s M/s");
    if (argc > 2)
        measure((uint32_t)n, threads, events);
    for (size_t i = 0; argc == 1 && i < sizeof sizes / sizeof *sizes; i++)
        for (threads = 1; threads <= 2; threads++)
            measure(sizes[i], threads, events);
    return 0;
}
