/* SPDX-License-Identifier: Apache-2.0
 * What the loops of bare.c and kernel.c share, so that they measure the same: random numbers in
 * vector blocks, response statistics, the clock, and the line that each case prints. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/exact.h"
#include "kernel/law.h"
#include "stats/histogram.h"

#define SECOND INT64_C(1000000000)

/* Exponential times in whole ns, rounded, 64 at a time: psnsim's own counter-based generator and
 * logarithm, without the bookkeeping that lets a stream be asked in any order. */
struct times {
    uint64_t key, next;
    double mean_ns;
    uint32_t at;
    psn_time value[STREAM_BLOCK];
};

static inline void times_init(struct times *t, const char *name, double mean_ns)
{
    t->key = random_key(1, 0, name, RANDOM_STEP, 0);
    t->next = 0;
    t->mean_ns = mean_ns;
    t->at = STREAM_BLOCK;
}

__attribute__((noinline)) static void times_refill(struct times *t)
{
    double u[STREAM_BLOCK];
    random_uniform_block(t->key, t->next, 0, STREAM_BLOCK, u);
    random_exponential_block(u, u, STREAM_BLOCK);
    for (size_t i = 0; i < STREAM_BLOCK; i++)
        t->value[i] = (psn_time)(u[i] * t->mean_ns + 0.5);
    t->next += STREAM_BLOCK;
    t->at = 0;
}

static inline psn_time times_draw(struct times *t)
{
    if (__builtin_expect(t->at == STREAM_BLOCK, 0))
        times_refill(t);
    return t->value[t->at++];
}

/* Responses: exact sums, extremes, and a histogram of a relative width of 2^-7. */
struct responses {
    int64_t count;
    psn_time least, most;
    exact_sum sum, squares;
    struct histogram histogram;
};

static inline void responses_init(struct responses *r)
{
    *r = (struct responses){.least = PSN_NEVER};
    histogram_init(&r->histogram);
}

static inline void responses_add(struct responses *r, psn_time x)
{
    r->count++;
    r->sum += x;
    r->squares += exact_product(x, x);
    r->least = x < r->least ? x : r->least;
    r->most = x > r->most ? x : r->most;
    histogram_add(&r->histogram, x);
}

/* Processor time of this program so far, s. */
static inline double processor_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One case: what it is called, how long it is simulated, what the mean response is by theory, and
 * how many visits a response stands for. */
struct loop {
    const char *name;
    psn_time horizon;
    double theory_s;
    int64_t visits;
    void (*run)(psn_time horizon, struct responses *r);
};

/* Runs a case and prints its line; `factor` shortens its horizon. */
static inline void loop_measure(const struct loop *l, double factor)
{
    struct responses r;
    responses_init(&r);
    double begun = processor_s();
    l->run((psn_time)((double)l->horizon * factor), &r);
    double took = processor_s() - begun;
    double count = (double)r.count;
    double mean = exact_double(r.sum) / count;
    double deviation = sqrt(exact_double(r.squares) / count - mean * mean);
    printf("%-10s %10lld %9.4f %8.2f %12.6g %10.6g %10.6g %10.6g %10.6g\n", l->name,
           (long long)(r.count * l->visits), took, count * (double)l->visits / took / 1e6,
           mean / 1e9, l->theory_s, deviation / 1e9,
           histogram_quantile(&r.histogram, 0.95, r.most) / 1e9, (double)r.most / 1e9);
    fflush(stdout);
    histogram_fini(&r.histogram);
}

/* The program around a table of cases: all of them, or those named; a number is the factor by which
 * all are shortened. 0, or 2 where an argument is neither. */
static inline int loops_main(const struct loop *loop, size_t n, int argc, char **argv)
{
    double factor = 1;
    int named = 0;
    for (int a = 1; a < argc; a++) {
        char *end;
        double number = strtod(argv[a], &end);
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known = known || strcmp(loop[i].name, argv[a]) == 0;
        if (*end == '\0' && number > 0) {
            factor = number;
        } else if (known) {
            named++;
        } else {
            fprintf(stderr, "%s: %s is no case and no factor\n", argv[0], argv[a]);
            return 2;
        }
    }
    printf("%-10s %10s %9s %8s %12s %10s %10s %10s %10s\n", "case", "count", "CPU s", "M/s",
           "mean s", "theory s", "dev. s", "p95 s", "most s");
    for (size_t i = 0; i < n; i++) {
        bool wanted = named == 0;
        for (int a = 1; a < argc; a++)
            wanted = wanted || strcmp(loop[i].name, argv[a]) == 0;
        if (wanted)
            loop_measure(&loop[i], factor);
    }
    return 0;
}

#endif
