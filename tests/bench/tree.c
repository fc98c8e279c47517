/* SPDX-License-Identifier: Apache-2.0
 * What an update of the event tree costs: take the first event, set its slot to a new time; and the
 * same as the events of a process, each fired at its owner. Printed in ns for several numbers of
 * slots, with the 4-ary heap beside it. Never passes or fails. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/heap.h"
#include "kernel/process.h"
#include "kernel/random.h"

#define GAPS   4096
#define ROUNDS 5

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Exponential gaps of a mean of 1 ms, made beforehand so that only the structure is timed. */
static void make_gaps(psn_time gap[GAPS])
{
    for (uint64_t i = 0; i < GAPS; i++) {
        double u[2];
        random_uniform2(42, i, 0, 0, u);
        gap[i] = (psn_time)(-random_log(u[0]) * 1e6 + 0.5);
    }
}

static double time_tree(uint32_t slots, const psn_time gap[GAPS], size_t updates, uint64_t *sum)
{
    struct tree t;
    if (tree_init(&t, slots) != 0)
        exit(1);
    for (uint32_t i = 0; i < slots; i++)
        tree_set(&t, i, gap[i % GAPS]);
    double best = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (size_t i = 0; i < updates; i++) {
            uint32_t slot = 0;
            psn_time when = tree_first(&t, &slot);
            tree_set(&t, slot, when + gap[i % GAPS]);
            *sum += slot;
        }
        double each = (now_ns() - start) / (double)updates;
        best = each < best ? each : best;
    }
    tree_fini(&t);
    return best;
}

/* An owner of its own for each slot, as stations have. */
struct ticker {
    struct process *process;
    const psn_time *gap;
    uint32_t slot, next;
};

static void tick(void *owner, psn_time now)
{
    struct ticker *t = owner;
    t->next = (t->next + 1) % GAPS;
    tree_set(&t->process->tree, t->slot, now + t->gap[t->next]);
}

static double time_process(uint32_t slots, const psn_time gap[GAPS], size_t updates, uint64_t *sum)
{
    struct process p;
    struct ticker *t = calloc(slots, sizeof *t);
    if (!t || process_init(&p, slots))
        exit(1);
    for (uint32_t i = 0; i < slots; i++) {
        t[i] = (struct ticker){&p, gap, i, i * 37 % GAPS};
        process_bind(&p, i, tick, &t[i]);
        tree_set(&p.tree, i, gap[t[i].next]);
    }
    double best = 1e300;
    psn_time until = 0, step = (psn_time)(1e6 * (double)updates / slots);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t events = p.events;
        double start = now_ns();
        until += step;
        process_run_until(&p, until, NULL);
        double each = (now_ns() - start) / (double)(p.events - events);
        best = each < best ? each : best;
    }
    *sum += (uint64_t)p.events;
    process_fini(&p);
    free(t);
    return best;
}

static double time_heap(uint32_t entries, const psn_time gap[GAPS], size_t updates, uint64_t *sum)
{
    struct heap h = {0};
    for (uint32_t i = 0; i < entries; i++)
        if (heap_push(&h, (struct heap_entry){.key = gap[i % GAPS], .order = i}) != 0)
            exit(1);
    double best = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (size_t i = 0; i < updates; i++) {
            struct heap_entry e = *heap_top(&h);
            e.key += gap[i % GAPS];
            heap_replace(&h, e);
            *sum += e.order;
        }
        double each = (now_ns() - start) / (double)updates;
        best = each < best ? each : best;
    }
    heap_fini(&h);
    return best;
}

int main(void)
{
    static const uint32_t sizes[] = {5, 16, 64, 100, 256, 1000, 10000, 100000, 1000000};
    static psn_time gap[GAPS];
    make_gaps(gap);
    uint64_t sum = 0;
    printf("%-24s %8s %8s %8s   (ns an update, best of %d)\n", "slots", "tree", "heap", "process",
           ROUNDS);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double tree = time_tree(sizes[i], gap, 2000000, &sum);
        double heap = time_heap(sizes[i], gap, 2000000, &sum);
        double process = time_process(sizes[i], gap, 2000000, &sum);
        printf("%-24u %8.1f %8.1f %8.1f\n", sizes[i], tree, heap, process);
    }
    printf("(checksum %llu)\n", (unsigned long long)sum);
    return 0;
}
