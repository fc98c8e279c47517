/* SPDX-License-Identifier: Apache-2.0
 * PHOLD (Fujimoto, "Performance of Time Warp under synthetic workloads", SCS Multiconference on
 * Distributed Simulation, 1990) on the kernel alone. Each of N members has one event pending to
 * begin with. An event makes another, at a time later by the lookahead 0.1 and an exponential of
 * mean 1; at another member chosen uniformly with probability 0.25, else at the same.
 *
 *   bench_phold [MEMBERS THREADS [EVENTS]]
 *
 * prints, for each case, members, threads, events, wall time and millions of events a second;
 * without arguments three sizes on one thread and two. Never passes or fails. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/distance.h"
#include "kernel/line.h"
#include "kernel/random.h"
#include "kernel/windows.h"

#define UNIT      1e6 /* ns that stand for a time of 1 */
#define LOOKAHEAD ((psn_time)(0.1 * UNIT))
#define REMOTE    0.25
/* Members of one process: their tree and what else they touch fit into the cache nearby. */
#define MEMBERS 256

struct phold;

/* A member: its events, and its own random numbers (counted), so that it draws the same whoever
 * else draws. One cache line. */
struct member {
    struct line line;
    uint64_t drawn;
    uint64_t sent;
    struct phold *phold;
    char rest[64 - sizeof(struct line) - 3 * sizeof(uint64_t)];
};

struct phold {
    struct member *member;
    struct process *process;
    psn_time *distance;
    uint64_t n, n_processes, each;
    uint64_t key;
};

static void event(void *owner, psn_time now)
{
    struct member *m = owner;
    const struct phold *p = m->phold;
    double u[2];
    line_take(&m->line);
    uint64_t me = (uint64_t)(m - p->member);
    random_uniform2(p->key, me << 32 | m->drawn++, 0, 0, u);
    psn_time at = now + LOOKAHEAD + (psn_time)(UNIT * -random_log(u[0]));
    struct member *to = m;
    if (u[1] < REMOTE) {
        uint64_t other = (uint64_t)(u[1] / REMOTE * (double)(p->n - 1));
        to = &p->member[other + (other >= me)];
    }
    line_put(m->line.home, &to->line, at, me << 32 | m->sent++, NULL);
}

static void *need(void *memory)
{
    if (!memory) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void make(struct phold *p, uint64_t n)
{
    p->n = n;
    p->each = n < 8 * MEMBERS ? (n + 7) / 8 : MEMBERS;
    p->n_processes = (n + p->each - 1) / p->each;
    p->key = random_key(1, 0, "phold", RANDOM_STEP, 0);
    p->member = need(aligned_alloc(64, n * sizeof *p->member));
    p->process = need(process_array(p->n_processes));
    p->distance = need(malloc(p->n_processes * p->n_processes * sizeof *p->distance));
    for (size_t i = 0; i < p->n_processes * p->n_processes; i++)
        p->distance[i] = i % (p->n_processes + 1) == 0 ? 2 * LOOKAHEAD : LOOKAHEAD;
    for (size_t i = 0; i < p->n_processes; i++)
        if (process_init(&p->process[i], (uint32_t)p->each))
            need(NULL);
    for (uint64_t i = 0; i < n; i++) {
        struct member *m = &p->member[i];
        struct process *home = &p->process[i / p->each];
        double u[2];
        *m = (struct member){.line = {.home = home, .slot = (uint32_t)(i % p->each)}, .phold = p};
        process_bind(home, m->line.slot, event, m);
        random_uniform2(p->key, i << 32 | m->drawn++, 0, 0, u);
        line_put(home, &m->line, (psn_time)(UNIT * -random_log(u[0])), i << 32 | m->sent++, NULL);
    }
}

static void end(struct phold *p)
{
    for (uint64_t i = 0; i < p->n; i++)
        line_fini(&p->member[i].line);
    for (size_t i = 0; i < p->n_processes; i++)
        process_fini(&p->process[i]);
    free(p->member);
    free(p->process);
    free(p->distance);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int64_t run(struct phold *p, double until, int threads)
{
    const struct windows w = {.n = p->n_processes,
                              .process = p->process,
                              .distance = p->distance,
                              .horizon = (psn_time)(until * UNIT),
                              .threads = threads};
    if (windows_run(&w))
        need(NULL);
    int64_t events = 0;
    for (size_t i = 0; i < p->n_processes; i++)
        events += p->process[i].events;
    return events;
}

/* After a tenth as warm-up: memory grows, events spread. */
static void measure(uint64_t n, int threads, double events)
{
    struct phold p = {0};
    make(&p, n);
    double until = events / (double)n * 1.1; /* an event moves on by 1.1 in the mean */
    int64_t before = run(&p, 0.1 * until, threads);
    double start = now_s();
    int64_t counted = run(&p, 1.1 * until, threads) - before;
    double wall = now_s() - start;
    printf("%llu %d %lld %.3f %.2f\n", (unsigned long long)n, threads, (long long)counted, wall,
           (double)counted / wall * 1e-6);
    fflush(stdout);
    end(&p);
}

int main(int argc, char **argv)
{
    static const uint64_t sizes[] = {1024, 8192, 65536};
    double events = argc > 3 ? strtod(argv[3], NULL) : 1e7;
    unsigned long long n = argc > 2 ? strtoull(argv[1], NULL, 10) : 0;
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;
    if (argc == 2 || argc > 4 || (argc > 2 && (n < 16 || n > 1u << 24 || threads < 1)) ||
        !(events > 0)) {
        fputs("usage: bench_phold [MEMBERS (16 to 2^24) THREADS [EVENTS]]\n", stderr);
        return 2;
    }
    puts("processes threads events wall_s M/s");
    if (argc > 2)
        measure(n, threads, events);
    for (size_t i = 0; argc == 1 && i < sizeof sizes / sizeof *sizes; i++)
        for (threads = 1; threads <= 2; threads++)
            measure(sizes[i], threads, events);
    return 0;
}
