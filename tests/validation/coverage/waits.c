/* SPDX-License-Identifier: Apache-2.0
 * The coverage of intervals from short runs, and from one long run in batches, on the waits of an
 * M/M/1 queue: where they fall short of their level, they must fall short by as much as is known.
 * Runs of a number of customers are nothing that the language has, so the queue is Lindley's
 * recursion W' = max(0, W + S - A) (Proc. Cambridge Philosophical Society 48, 1952) on the kernel's
 * streams: mean time between arrivals 1, mean service rho.
 *
 * Reference: 40,000 experiments each (1,500 of the two long ones) of an independent program. Law
 * and Kelton, Simulation Modeling and Analysis, print the same designs in the chapter on output
 * analysis, with 500 and 400 experiments. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "coverage.h"
#include "kernel/law.h"
#include "kernel/random.h"
#include "psnsim/types.h"

/* A queue under way; the blocks are the streams'. */
struct queue {
    struct stream gap, service;
    double block[2][STREAM_BLOCK];
    double rho, wait;
    uint64_t n;
};

static void queue_start(struct queue *q, double rho, uint64_t seed, uint32_t replication)
{
    *q = (struct queue){.rho = rho};
    q->gap.key = random_key(seed, replication, "waits", RANDOM_ARRIVAL, 0);
    q->service.key = random_key(seed, replication, "waits", RANDOM_STEP, 0);
    law_init(&q->gap.law, LAW_EXP, 0);
    law_init(&q->service.law, LAW_EXP, 0);
    q->gap.block = q->block[0];
    q->service.block = q->block[1];
    q->gap.room = q->service.room = STREAM_BLOCK;
}

/* The first customer's wait as in the steady state: none with probability 1 - rho, else exponential
 * with rate 1 / rho - 1 (Kleinrock, Queueing Systems I, 1975, section 5.12). */
static void queue_make_stationary(struct queue *q, uint64_t seed, uint32_t replication)
{
    double u[2];
    random_uniform2(random_key(seed, replication, "waits", RANDOM_CHOICE, 0), 0, 0, 0, u);
    q->wait = u[0] < q->rho ? -log(u[1]) / (1 / q->rho - 1) : 0;
}

/* The mean wait of the next n customers. */
static double queue_mean(struct queue *q, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++, q->n++) {
        sum += q->wait;
        double next =
            q->wait + q->rho * stream_draw(&q->service, q->n, 0) - stream_draw(&q->gap, q->n, 0);
        q->wait = next > 0 ? next : 0;
    }
    return sum / (double)n;
}

static const struct design {
    const char *what;
    int batches;         /* of one long run from a stationary start; else replications from empty */
    size_t n, customers; /* means, and customers in each */
    double rho, level, exact;
    double low, high; /* what is expected; high 0: low within 3 standard deviations of a share */
    double relative;  /* mean of half-width / estimate */
} designs[] = {
    {"5 replications of 25 customers, rho 0.9, 90 %", 0, 5, 25, .9, .9, 2.124489346531958, .8385, 0,
     .6694},
    {"10 replications of 25 customers, rho 0.9, 90 %", 0, 10, 25, .9, .9, 2.124489346531958, .8597,
     0, .4357},
    {"20 replications of 25 customers, rho 0.9, 90 %", 0, 20, 25, .9, .9, 2.124489346531958, .8778,
     0, .3016},
    {"40 replications of 25 customers, rho 0.9, 90 %", 0, 40, 25, .9, .9, 2.124489346531958, .8879,
     0, .2115},
    {"10 replications of 400 customers, rho 0.5, 95 %", 0, 10, 400, .5, .95, .495, .9335, 0, .1805},
    {"20 replications of 400 customers, rho 0.5, 95 %", 0, 20, 400, .5, .95, .495, .9405, 0, .1213},
    {"5 batches of 64 customers, rho 0.8, 90 %", 1, 5, 64, .8, .9, 3.2, .7004, 0, .5972},
    {"10 batches of 32 customers, rho 0.8, 90 %", 1, 10, 32, .8, .9, 3.2, .6127, 0, .4485},
    {"20 batches of 16 customers, rho 0.8, 90 %", 1, 20, 16, .8, .9, 3.2, .4982, 0, .3417},
    {"5 batches of 512 customers, rho 0.8, 90 %", 1, 5, 512, .8, .9, 3.2, .8355, 0, .3534},
    {"10 batches of 256 customers, rho 0.8, 90 %", 1, 10, 256, .8, .9, 3.2, .8117, 0, .2996},
    {"20 batches of 128 customers, rho 0.8, 90 %", 1, 20, 128, .8, .9, 3.2, .7799, 0, .2642},
    {"20 batches of 5,000 customers, rho 0.8, 95 %", 1, 20, 5000, .8, .95, 3.2, .935, .965, .0716},
    {"30 batches of 6,667 customers, rho 0.8, 95 %", 1, 30, 6667, .8, .95, 3.2, .935, .965, .0500},
};

#define MEANS_MOST 40

static struct estimate experiment(const struct design *d, uint64_t seed)
{
    double mean[MEANS_MOST];
    struct queue q;
    for (size_t i = 0; i < d->n; i++) {
        if (i == 0 || !d->batches)
            queue_start(&q, d->rho, seed, (uint32_t)i);
        if (i == 0 && d->batches)
            queue_make_stationary(&q, seed, 0);
        mean[i] = queue_mean(&q, d->customers);
    }
    return interval_mean(mean, d->n, d->level);
}

int coverage_waits(size_t n, const char *folder)
{
    int bad = 0;
    (void)folder;
    struct estimate *e = calloc(n, sizeof *e);
    if (!e)
        return PSN_EMEMORY;
    for (size_t k = 0; k < sizeof designs / sizeof *designs; k++) {
        const struct design *d = &designs[k];
        size_t held = 0, means = 0;
        double relative = 0;
#pragma omp parallel for schedule(dynamic, 8)
        for (size_t i = 0; i < n; i++)
            e[i] = experiment(d, i + 1);
        for (size_t i = 0; i < n; i++) {
            held += (size_t)coverage_holds(&e[i], d->exact);
            if (e[i].value > 0) {
                relative += e[i].half_width / e[i].value;
                means++;
            }
        }
        bad += d->high > 0 ? coverage_judge(d->what, held, n, d->low, d->high)
                           : coverage_judge_reference(d->what, held, n, d->low);
        bad += coverage_judge_value("    half-width / estimate", relative / (double)means,
                                    d->relative, coverage_tolerance(.05, n));
    }
    free(e);
    return bad;
}
