/* SPDX-License-Identifier: Apache-2.0
 * What a flow costs, from its start to its end, in us: 10,000 at once over one link, and over a
 * star of 64 hosts, each from a random host's link up to another's link down. Never passes or
 * fails. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/random.h"
#include "stations/flows.h"

#define FLOWS  10000
#define HOSTS  64
#define ROUNDS 3

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Sizes and paths, made beforehand so that only the station is timed. */
struct task {
    struct job job[FLOWS];
    uint32_t link[FLOWS][2], class[FLOWS];
    uint32_t n_links, hops, n_classes;
};

static void make_task(struct task *task, bool star, uint32_t owners, uint32_t classes)
{
    task->n_links = star ? 2 * HOSTS : 1;
    task->hops = star ? 2 : 1;
    task->n_classes = classes;
    for (uint64_t i = 0; i < FLOWS; i++) {
        double u[2], v[2];
        random_uniform2(42, i, 0, 0, u);
        random_uniform2(42, i, 1, 0, v);
        uint32_t from = (uint32_t)(u[0] * HOSTS), to = (uint32_t)(u[1] * (HOSTS - 1));
        to += to >= from;
        task->job[i] = (struct job){
            .number = i, .owner = (uint32_t)i % owners, .size_bits = 8e6 * (0.5 + v[0])};
        task->class[i] = (uint32_t)i % classes;
        task->link[i][0] = star ? from : 0;
        task->link[i][1] = star ? HOSTS + to : 0;
    }
}

static void run(struct task *task, psn_time *sum)
{
    static const struct maxmin_class class[] = {{1, 0, true, 0}, {3, 0, true, 0}};
    struct flows f;
    struct job *job;
    if (flows_init(&f, task->n_links, task->n_classes, class) != PSN_OK)
        exit(1);
    for (uint32_t l = 0; l < task->n_links; l++)
        flows_set_capacity(&f, l, 1e9, 0);
    for (uint32_t i = 0; i < FLOWS; i++) {
        if (flows_start(&f, &task->job[i], task->link[i], task->hops, task->class[i], INFINITY,
                        0) != PSN_OK)
            exit(1);
    }
    while (f.next < PSN_NEVER) {
        psn_time now = f.next;
        if (flows_depart(&f, now, &job) != PSN_OK)
            exit(1);
        *sum += job ? now : 0;
    }
    flows_fini(&f);
}

static void measure(const char *name, bool star, uint32_t owners, uint32_t classes)
{
    static struct task task;
    psn_time sum = 0;
    double best = INFINITY;
    make_task(&task, star, owners, classes);
    for (int round = 0; round < ROUNDS; round++) {
        double begun = now_us();
        run(&task, &sum);
        best = fmin(best, (now_us() - begun) / FLOWS);
    }
    printf("%-40s %8.2f   (mean end %.6f s)\n", name, best, (double)sum / 1e9 / FLOWS / ROUNDS);
}

int main(void)
{
    printf("us a flow, best of %d\n", ROUNDS);
    measure("one link", false, 1, 1);
    measure("star of 64 hosts", true, 1, 1);
    measure("one link, 2 classes, 4 owners", false, 4, 2);
    measure("star of 64 hosts, 2 classes, 4 owners", true, 4, 2);
    return 0;
}
