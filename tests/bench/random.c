/* SPDX-License-Identifier: Apache-2.0
 * What a variate costs, in ns: uniforms, elementary functions, and each law one by one and in
 * blocks. Never passes or fails. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "kernel/law.h"
#include "kernel/random.h"

#define ROUNDS 5
#define DRAWS  2000000

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The best of some rounds, per draw. Each run returns a sum of what it drew, so that nothing can be
 * left out. */
static double best_of(double (*run)(void *), void *with, double *sum)
{
    double best = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        *sum += run(with);
        double each = (now_ns() - start) / DRAWS;
        best = each < best ? each : best;
    }
    return best;
}

static double uniforms_single(void *with)
{
    double sum = 0;
    (void)with;
    for (uint64_t n = 0; n < DRAWS; n++) {
        double u[2];
        random_uniform2(42, n, 0, 0, u);
        sum += u[0];
    }
    return sum;
}

static double uniforms_block(void *with)
{
    double sum = 0;
    (void)with;
    double u[STREAM_BLOCK];
    for (uint64_t n = 0; n < DRAWS; n += STREAM_BLOCK) {
        random_uniform_block(42, n, 0, STREAM_BLOCK, u);
        sum += u[0];
    }
    return sum;
}

static double logs_block(void *with)
{
    double sum = 0;
    (void)with;
    double u[STREAM_BLOCK], y[STREAM_BLOCK];
    random_uniform_block(42, 0, 0, STREAM_BLOCK, u);
    for (uint64_t n = 0; n < DRAWS; n += STREAM_BLOCK) {
        random_exponential_block(u, y, STREAM_BLOCK);
        sum += y[n / STREAM_BLOCK % STREAM_BLOCK];
    }
    return sum;
}

/* A function of one number in (0, 1), called on numbers near each other. */
static double calls(void *with)
{
    double sum = 0;
    double (**function)(double) = with;
    for (int n = 0; n < DRAWS; n++)
        sum += (*function)((n + 0.5) / DRAWS);
    return sum;
}

/* Draws are used as the model does: times a mean, rounded to ns. */
static double draws_single(void *with)
{
    psn_time sum = 0;
    const struct stream *s = with;
    for (uint64_t n = 0; n < DRAWS; n++)
        sum += law_round_ns(1e6 * stream_draw_one(s, n, 0));
    return (double)sum;
}

static double draws_blocked(void *with)
{
    psn_time sum = 0;
    struct stream *s = with;
    for (uint64_t n = 0; n < DRAWS; n++)
        sum += law_round_ns(1e6 * stream_draw(s, n, 0));
    return (double)sum;
}

/* A blocked stream of which only every fifth number is drawn. */
static double draws_sparse(void *with)
{
    psn_time sum = 0;
    struct stream *s = with;
    for (uint64_t n = 0; n < DRAWS; n++)
        sum += law_round_ns(1e6 * stream_draw(s, n * 5, 0));
    return (double)sum;
}

int main(void)
{
    double sum = 0;
    double (*function[])(double) = {random_log, random_exp, random_normal_quantile, log, exp};
    static const char *const name[] = {"random_log", "random_exp", "random_normal_quantile",
                                       "log (libm)", "exp (libm)"};
    printf("ns each, best of %d\n", ROUNDS);
    printf("%-24s %8.2f\n", "uniform, one by one", best_of(uniforms_single, NULL, &sum));
    printf("%-24s %8.2f\n", "uniform, blocks", best_of(uniforms_block, NULL, &sum));
    printf("%-24s %8.2f\n", "-log, blocks", best_of(logs_block, NULL, &sum));
    for (int i = 0; i < 5; i++)
        printf("%-24s %8.2f\n", name[i], best_of(calls, &function[i], &sum));

    static const struct {
        const char *name;
        enum law_kind kind;
        double parameter;
    } laws[] = {{"exp", LAW_EXP, 0},
                {"uniform", LAW_UNIFORM, 0.5},
                {"erlang 4", LAW_ERLANG, 4},
                {"hyperexp cv 2", LAW_HYPEREXP, 2},
                {"lognormal cv 1.5", LAW_LOGNORMAL, 1.5},
                {"gamma cv 0.5", LAW_GAMMA, 0.5},
                {"gamma cv 1.5", LAW_GAMMA, 1.5},
                {"weibull shape 0.7", LAW_WEIBULL, 0.7},
                {"pareto shape 2.5", LAW_PARETO, 2.5},
                {"ph2 cv 0.6", LAW_PH2, 0.6},
                {"ph2 cv 2", LAW_PH2, 2}};
    printf("%-24s %8s %8s %8s\n", "law", "single", "block", "each-5th");
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        double block[STREAM_BLOCK];
        struct stream s = {.key = 7, .block = block, .room = STREAM_BLOCK};
        if (law_init(&s.law, laws[i].kind, laws[i].parameter) != 0)
            return 1;
        double single = best_of(draws_single, &s, &sum);
        double blocked = best_of(draws_blocked, &s, &sum);
        double sparse = best_of(draws_sparse, &s, &sum);
        printf("%-24s %8.2f %8.2f %8.2f\n", laws[i].name, single, blocked, sparse);
    }
    printf("(checksum %g)\n", sum);
    return 0;
}
