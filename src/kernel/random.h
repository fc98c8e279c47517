/* SPDX-License-Identifier: Apache-2.0
 * Random numbers as pure functions: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011) keyed by (seed, replication, name, purpose) and counted by
 * (job, visit, part). The same bits on every machine, however jobs are served. */
#ifndef KERNEL_RANDOM_H
#define KERNEL_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a variate is for: together with the entity's name it keys a stream. Never renumber. */
enum random_purpose {
    RANDOM_ARRIVAL = 1, /* gaps of the unit-rate Poisson process */
    RANDOM_DAY = 2,     /* the level of a day */
    RANDOM_THINK = 3,   /* think times */
    RANDOM_STEP = 4,    /* work, size or delay of a step: name is "workload/partner", plus step */
    RANDOM_CHOICE = 5,  /* which branch */
    RANDOM_COMMON_DAY = 6, /* the factor of a day that all workloads share */
    RANDOM_PATIENCE = 7,   /* how long a job waits at most; keyed as RANDOM_STEP */
    RANDOM_WRAP_UP = 8,    /* what a desk does after the job has left; keyed as RANDOM_STEP */
    RANDOM_FAILURE = 9,    /* from a repair to the next failure: name is the fault's */
    RANDOM_REPAIR = 10,    /* from the failure to its repair */
    RANDOM_LOSS = 11,      /* what a link drops: name is the link's, index the direction */
    RANDOM_ROUTE = 12,     /* which of several routes of equal cost; name is the source's */
    RANDOM_PHASE = 13,     /* when the first packet of a stream leaves; keyed as RANDOM_STEP */
    /* From 100 on: what decides which runs there are, and what is made of them; no run draws these.
     */
    RANDOM_DESIGN = 100,    /* where the points of a design lie */
    RANDOM_BOOTSTRAP = 101, /* resamples */
};

/* The key of a stream. `name` is the entity's canonical name (its hash enters, so that unused
 * entities move nothing); `index` tells several streams of one purpose apart (a recipe's step). */
uint64_t random_key(uint64_t seed, uint32_t replication, const char *name,
                    enum random_purpose purpose, uint32_t index);

/* The four words of Philox4x32-10 for the counter (n, visit, part), n's lower half first. */
void random_words(uint64_t key, uint64_t n, uint32_t visit, uint32_t part, uint32_t word[4]);

/* Two uniforms in (0, 1), never 0 or 1, 52 bits each, for counter (n, visit, part). */
void random_uniform2(uint64_t key, uint64_t n, uint32_t visit, uint32_t part, double u[2]);

/* The first uniform of each of `count` consecutive counters n, n+1, ...: the same values as
 * random_uniform2(key, n + i, visit, 0, u) gives in u[0], faster. */
void random_uniform_block(uint64_t key, uint64_t n, uint32_t visit, size_t count, double *u);

/* Both uniforms of each of `count` consecutive counters: u[i] and v[i] as random_uniform2 gives in
 * u[0] and u[1]. */
void random_uniform2_block(uint64_t key, uint64_t n, uint32_t visit, size_t count, double *u,
                           double *v);

/* The same of the counters n, n + step, n + 2 step, ... (modulo 2^64); v may be NULL. */
void random_uniform2_every(uint64_t key, uint64_t n, uint64_t step, uint32_t visit, size_t count,
                           double *u, double *v);

/* 64-bit FNV-1a then mixed (SplitMix64 finaliser) hash of a string. */
uint64_t random_hash(const char *text);

/* Our own elementary functions: IEEE arithmetic only, no fused multiply-add, so the same bits
 * everywhere; relative error below 2 ulp for normal arguments. natural log of a finite x > 0; e^x,
 * infinite or 0 where it leaves the range; the standard normal quantile for p in (0, 1) (Wichura,
 * AS 241, PPND16: about 1 part in 10^16). */
double random_log(double x);
double random_exp(double x);
double random_normal_quantile(double p);

/* y[i] = -log(u[i]) for normal u[i] > 0: the same bits as -random_log(u[i]), written to be
 * vectorised. u and y may be the same array. */
void random_exponential_block(const double *u, double *y, size_t count);

/* y[i] = random_exp(mu + sigma * random_normal_quantile(u[i])), the same bits, for u[i] in
 * (2^-54, 1 - 2^-54) and |mu| + 9 sigma <= 700. u and y may be the same array. */
void random_lognormal_block(const double *u, double mu, double sigma, double *y, size_t count);

#endif
