/* SPDX-License-Identifier: Apache-2.0
 * What an update of the event tree costs: take the first event, set its slot to a new time; printed
 * in ns for several numbers of slots, with the 4-ary heap beside it. Never passes or fails. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/heap.h"
#include "kernel/random.h"
#include "kernel/tree.h"

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
    printf("%-24s %8s %8s   (ns an update, best of %d)\n", "slots", "tree", "heap", ROUNDS);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double tree = time_tree(sizes[i], gap, 2000000, &sum);
        double heap = time_heap(sizes[i], gap, 2000000, &sum);
        printf("%-24u %8.1f %8.1f\n", sizes[i], tree, heap);
    }
    printf("(checksum %llu)\n", (unsigned long long)sum);
    return 0;
}
