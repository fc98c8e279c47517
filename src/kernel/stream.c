/* SPDX-License-Identifier: Apache-2.0
 * Draws of laws, one by one or in blocks; used by demand and recipes.
 *
 * Every value, alone or in a block, comes from the same few operations in the same order, so a
 * block never changes a bit. */
#include "kernel/law.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "kernel/gamma.h"

/* Uniforms are at least 2^-53, so a product of 16 is at least 2^-848: far from underflow (2^-1022),
 * and its rounding error is below 16 parts in 2^53. */
#define ERLANG_CHUNK 16

/* How far ahead of the last block, or of the last value made alone, a number may be and still begin
 * a new block: a block costs about as much as eight values made alone, so it must expect to serve
 * as many. */
#define AHEAD 8

/* A user's block is made with one value too many: as wide as the widest vectors. */
#define OWN_WIDTH (STREAM_OWN + 1)

/* So many values of each user are made one at a time, with those of OWN_WIDTH users at once. */
#define EARLY 4
#define USER  (UINT64_C(1) << 32) /* from a user's number to the next one's */

void stream_key(struct stream *s, const struct draws *draws, const char *name,
                enum random_purpose purpose, uint32_t index)
{
    uint32_t pair = draws->antithetic ? draws->replication & ~UINT32_C(1) : draws->replication;
    s->key = random_key(draws->seed, pair, name, purpose, index);
    s->mirrored = pair != draws->replication;
}

/* 1 - u is exact: uniforms are odd multiples of 2^-53. */
void stream_uniform2(const struct stream *s, uint64_t n, uint32_t visit, uint32_t part, double u[2])
{
    random_uniform2(s->key, n, visit, part, u);
    if (s->mirrored) {
        u[0] = 1 - u[0];
        u[1] = 1 - u[1];
    }
}

/* The uniforms of `count` counters, `step` apart: the first of each, and the second in v where that
 * is not NULL. */
static void block_uniforms(const struct stream *s, uint64_t first, uint64_t step, size_t count,
                           double *u, double *v)
{
    random_uniform2_every(s->key, first, step, 0, count, u, v);
    for (size_t i = 0; s->mirrored && i < count; i++) {
        u[i] = 1 - u[i];
        if (v)
            v[i] = 1 - v[i];
    }
}

static inline double uniform_value(const struct law *l, double u)
{
    return 1 + l->parameter * (2 * u - 1);
}

/* `exponential` is of mean 1; v chooses the branch. */
static inline double hyperexp_value(const struct law *l, double exponential, double v)
{
    return exponential * (v < l->a ? l->b : l->c);
}

static inline double lognormal_value(const struct law *l, double u)
{
    return random_exp(l->a + l->b * random_normal_quantile(u));
}

/* The inverse of the distribution function, from either end. */
static double triangular_value(const struct law *l, double u)
{
    if (u < l->c)
        return l->a + l->b * sqrt(u * l->c);
    return l->second - l->b * sqrt((1 - u) * (1 - l->c));
}

/* Any of the values: that whose n-th part of (0, 1) u is in. */
static double empirical_value(const struct law *l, double u)
{
    size_t i = (size_t)(u * (double)l->n_values);
    return l->value[i < l->n_values ? i : l->n_values - 1]; /* the product may be rounded up */
}

/* `exponential` is of mean 1: its power is of Weibull's law, and its exponential of Pareto's. */
static double weibull_value(const struct law *l, double exponential)
{
    return l->b * random_exp(l->a * random_log(exponential));
}

static double pareto_value(const struct law *l, double exponential)
{
    return l->b * random_exp(l->a * exponential);
}

/* The value of a law of one uniform. */
static double value_of(const struct law *l, double u)
{
    switch (l->kind) {
    case LAW_UNIFORM:
        return uniform_value(l, u);
    case LAW_LOGNORMAL:
        return lognormal_value(l, u);
    case LAW_TRIANGULAR:
        return triangular_value(l, u);
    case LAW_GAMMA:
        return gamma_quantile(l->a, l->b, u) / l->a;
    case LAW_WEIBULL:
        return weibull_value(l, -random_log(u));
    case LAW_PARETO:
        return pareto_value(l, -random_log(u));
    case LAW_EMPIRICAL:
        return empirical_value(l, u);
    default:
        return -random_log(u);
    }
}

/* The sum of `count` exponentials is -log of the product of as many uniforms: numbers 0, 1, 2, ...;
 * where `hole`, without number 1, which chose the branch. Part j of the counter gives uniforms 2 j
 * and 2 j + 1. */
static double exponential_sum(const struct stream *s, uint64_t n, uint32_t visit, uint32_t count,
                              bool hole)
{
    double sum = 0;
    double product = 1;
    double u[2];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = hole && i > 0 ? i + 1 : i;
        if (number % 2 == 0)
            stream_uniform2(s, n, visit, number / 2, u);
        product *= u[number % 2];
        if ((i + 1) % ERLANG_CHUNK == 0 || i + 1 == count) {
            sum -= random_log(product);
            product = 1;
        }
    }
    return sum;
}

/* Two branches of one exponential each: as the hyperexponential law is. */
static inline bool of_two_uniforms(const struct law *l)
{
    bool phases = l->kind == LAW_PH2 || l->kind == LAW_PH3;
    return l->kind == LAW_HYPEREXP || (phases && l->order[0] == 1);
}

double stream_draw_one(const struct stream *s, uint64_t n, uint32_t visit)
{
    const struct law *l = &s->law;
    if (l->kind == LAW_CONST)
        return 1;
    if (l->kind == LAW_ERLANG)
        return exponential_sum(s, n, visit, (uint32_t)l->parameter, false) * l->a;
    double u[2];
    stream_uniform2(s, n, visit, 0, u);
    if (of_two_uniforms(l))
        return hyperexp_value(l, -random_log(u[0]), u[1]);
    if (l->kind == LAW_PH2 || l->kind == LAW_PH3) {
        bool first = u[1] < l->a;
        return exponential_sum(s, n, visit, l->order[first ? 0 : 1], true) * (first ? l->b : l->c);
    }
    return value_of(l, u[0]);
}

/* The values for `count` (STREAM_BLOCK at most) numbers from `first` on, `step` apart, at visit 0.
 */
static void make_values(const struct stream *s, uint64_t first, uint64_t step, size_t count,
                        double *value)
{
    const struct law *l = &s->law;
    double u[STREAM_BLOCK], v[STREAM_BLOCK];
    bool two = of_two_uniforms(l), weibull = l->kind == LAW_WEIBULL, pareto = l->kind == LAW_PARETO;
    block_uniforms(s, first, step, count, u, two ? v : NULL);
    if (l->kind == LAW_EXP || two || weibull || pareto)
        random_exponential_block(u, value, count);
    else if (l->kind == LAW_LOGNORMAL)
        random_lognormal_block(u, l->a, l->b, value, count);
    else if (l->kind == LAW_UNIFORM)
        for (size_t i = 0; i < count; i++)
            value[i] = uniform_value(l, u[i]);
    else
        for (size_t i = 0; i < count; i++)
            value[i] = value_of(l, u[i]);
    for (size_t i = 0; two && i < count; i++)
        value[i] = hyperexp_value(l, value[i], v[i]);
    for (size_t i = 0; weibull && i < count; i++)
        value[i] = weibull_value(l, value[i]);
    for (size_t i = 0; pareto && i < count; i++)
        value[i] = pareto_value(l, value[i]);
}

static void refill(struct stream *s, uint64_t first)
{
    make_values(s, first, 1, s->room, s->block);
    s->first = first;
    s->filled = s->room;
}

/* The same early value of a user and its neighbours, behind those before it where a user has just
 * these. */
static void draw_early(const struct stream *s, uint64_t n)
{
    uint64_t user = (n >> 32) / OWN_WIDTH * OWN_WIDTH, cycle = n & (USER - 1);
    size_t count = s->room - user < OWN_WIDTH ? s->room - user : OWN_WIDTH;
    double value[OWN_WIDTH];
    make_values(s, user * USER + cycle, USER, count, value);
    for (size_t i = 0; i < count; i++) {
        struct stream_own *own = &s->own[user + i];
        uint64_t number = (user + i) * USER + cycle;
        if (own->end != (cycle > 0 ? number : 0))
            continue;
        for (size_t k = STREAM_OWN - 1 - cycle; k + 1 < STREAM_OWN; k++)
            own->value[k] = own->value[k + 1];
        own->value[STREAM_OWN - 1] = value[i];
        own->end = number + 1;
    }
}

/* A user's next values. */
static double draw_own(const struct stream *s, uint64_t n)
{
    struct stream_own *own = &s->own[n >> 32];
    if (n < own->end) /* of a cycle that others have overtaken */
        return stream_draw_one(s, n, 0);
    if ((n & (USER - 1)) < EARLY) {
        draw_early(s, n);
        if (n < own->end)
            return own->value[STREAM_OWN - 1];
    }
    double value[OWN_WIDTH];
    make_values(s, n, 1, OWN_WIDTH, value);
    memcpy(own->value, value, sizeof own->value);
    own->end = n + STREAM_OWN;
    return value[0];
}

bool stream_has_blocks(const struct law *l)
{
    switch (l->kind) {
    case LAW_CONST:
    case LAW_ERLANG:
    case LAW_GAMMA:
        return false;
    case LAW_PH2:
    case LAW_PH3:
        return of_two_uniforms(l);
    default:
        return true;
    }
}

double stream_draw_outside(struct stream *s, uint64_t n, uint32_t visit)
{
    if (visit != 0 || (!s->block && !s->own) || !stream_has_blocks(&s->law))
        return stream_draw_one(s, n, visit);
    if (s->own)
        return draw_own(s, n);
    uint64_t next = s->first + s->filled;
    bool just_past = s->filled > 0 && n - next < AHEAD;
    bool goes_on_elsewhere = n - s->stray - 1 < AHEAD;
    if (just_past) {
        refill(s, next); /* also serves those that n overtook */
    } else if (s->filled == 0 || goes_on_elsewhere) {
        refill(s, n);
    } else {
        s->stray = n;
        return stream_draw_one(s, n, visit);
    }
    return s->block[n - s->first];
}
