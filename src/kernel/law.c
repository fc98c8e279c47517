/* SPDX-License-Identifier: Apache-2.0
 * Probability laws of unit mean, drawn one by one or in blocks; used by demand and recipes.
 *
 * Every value, alone or in a block, comes from the same few operations in the same order, so a
 * block never changes a bit. */
#include "kernel/law.h"

#include <math.h>
#include <stddef.h>

/* Uniforms are at least 2^-53, so a product of 16 is at least 2^-848: far from underflow (2^-1022),
 * and its rounding error is below 16 parts in 2^53. */
#define ERLANG_CHUNK 16

/* How far ahead of the last block, or of the last value made alone, a number may be and still begin
 * a new block: a block costs about as much as eight values made alone, so it must expect to serve
 * as many. */
#define AHEAD 8

int law_init(struct law *l, enum law_kind kind, double parameter)
{
    *l = (struct law){.kind = kind, .parameter = parameter};
    switch (kind) {
    case LAW_CONST:
    case LAW_EXP:
        return PSN_OK;
    case LAW_UNIFORM:
        return parameter >= 0 && parameter <= 1 ? PSN_OK : PSN_EINPUT;
    case LAW_ERLANG:
        if (!(parameter >= 1 && parameter <= LAW_SHAPE_MOST) || parameter != floor(parameter))
            return PSN_EINPUT;
        l->a = 1 / parameter; /* the mean of one phase */
        return PSN_OK;
    case LAW_HYPEREXP: {
        /* Balanced means (W. Whitt, "Approximating a point process by a renewal process, I",
         * Operations Research 30 (1982), section 3.1; A. O. Allen, "Probability, statistics, and
         * queueing theory", 1990, section 3.2.9): each branch carries half of the mean, so branch i
         * of probability p_i has the mean 1 / (2 p_i), and p = (1 - sqrt((c^2 - 1) / (c^2 + 1))) /
         * 2 for the longer one, here without cancellation. */
        if (!(parameter > 1 && parameter <= LAW_CV_MOST))
            return PSN_EINPUT;
        double scv = parameter * parameter;
        double root = sqrt((scv - 1) / (scv + 1));
        l->a = 1 / ((scv + 1) * (1 + root)); /* probability of the longer branch */
        l->b = 1 / (2 * l->a);               /* its mean */
        l->c = 1 / (2 * (1 - l->a));         /* mean of the shorter */
        return PSN_OK;
    }
    case LAW_LOGNORMAL: {
        /* Mean exp(mu + sigma^2 / 2) = 1 and scv = exp(sigma^2) - 1. Our own logarithm, for the
         * same bits everywhere; 2 artanh(c^2 / (2 + c^2)) as a series where 1 + c^2 would lose
         * digits. */
        if (!(parameter > 0 && parameter <= LAW_CV_MOST))
            return PSN_EINPUT;
        double scv = parameter * parameter;
        double variance = random_log(1 + scv);
        if (scv < 1e-3) {
            double s = scv / (2 + scv);
            double z = s * s;
            variance = 2 * s * (1 + z * (1.0 / 3 + z * (1.0 / 5 + z / 7)));
        }
        l->a = -variance / 2;  /* mu */
        l->b = sqrt(variance); /* sigma */
        return PSN_OK;
    }
    }
    return PSN_EINPUT;
}

double law_scv(const struct law *l)
{
    switch (l->kind) {
    case LAW_CONST:
        return 0;
    case LAW_EXP:
        return 1;
    case LAW_UNIFORM:
        return l->parameter * l->parameter / 3;
    case LAW_ERLANG:
        return 1 / l->parameter;
    case LAW_HYPEREXP:
    case LAW_LOGNORMAL:
        return l->parameter * l->parameter;
    }
    return 0;
}

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

/* The uniforms of a block: the first of each counter, and the second in v where that is not NULL.
 */
static void block_uniforms(const struct stream *s, uint64_t first, double *u, double *v)
{
    random_uniform2_block(s->key, first, 0, STREAM_BLOCK, u, v);
    for (size_t i = 0; s->mirrored && i < STREAM_BLOCK; i++) {
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

/* The sum of `shape` exponentials is -log of the product of as many uniforms; part j of the counter
 * gives uniforms 2 j and 2 j + 1. */
static double erlang_value(const struct stream *s, uint64_t n, uint32_t visit)
{
    uint32_t shape = (uint32_t)s->law.parameter;
    double sum = 0;
    double product = 1;
    double u[2];
    for (uint32_t i = 0; i < shape; i++) {
        if (i % 2 == 0)
            stream_uniform2(s, n, visit, i / 2, u);
        product *= u[i % 2];
        if ((i + 1) % ERLANG_CHUNK == 0 || i + 1 == shape) {
            sum -= random_log(product);
            product = 1;
        }
    }
    return sum * s->law.a;
}

double stream_draw_one(const struct stream *s, uint64_t n, uint32_t visit)
{
    if (s->law.kind == LAW_CONST)
        return 1;
    if (s->law.kind == LAW_ERLANG)
        return erlang_value(s, n, visit);
    double u[2];
    stream_uniform2(s, n, visit, 0, u);
    switch (s->law.kind) {
    case LAW_UNIFORM:
        return uniform_value(&s->law, u[0]);
    case LAW_HYPEREXP:
        return hyperexp_value(&s->law, -random_log(u[0]), u[1]);
    case LAW_LOGNORMAL:
        return lognormal_value(&s->law, u[0]);
    default:
        return -random_log(u[0]);
    }
}

/* Fills the block with the values for first, first + 1, ... at visit 0. */
static void refill(struct stream *s, uint64_t first)
{
    double u[STREAM_BLOCK];
    double *value = s->block;
    switch (s->law.kind) {
    case LAW_HYPEREXP: {
        double v[STREAM_BLOCK];
        block_uniforms(s, first, u, v);
        random_exponential_block(u, value, STREAM_BLOCK);
        for (size_t i = 0; i < STREAM_BLOCK; i++)
            value[i] = hyperexp_value(&s->law, value[i], v[i]);
        break;
    }
    case LAW_UNIFORM:
        block_uniforms(s, first, u, NULL);
        for (size_t i = 0; i < STREAM_BLOCK; i++)
            value[i] = uniform_value(&s->law, u[i]);
        break;
    case LAW_LOGNORMAL:
        block_uniforms(s, first, u, NULL);
        random_lognormal_block(u, s->law.a, s->law.b, value, STREAM_BLOCK);
        break;
    default:
        block_uniforms(s, first, u, NULL);
        random_exponential_block(u, value, STREAM_BLOCK);
    }
    s->first = first;
    s->filled = STREAM_BLOCK;
}

double stream_draw_outside(struct stream *s, uint64_t n, uint32_t visit)
{
    bool blocked = s->block && visit == 0 && s->law.kind != LAW_CONST && s->law.kind != LAW_ERLANG;
    if (!blocked)
        return stream_draw_one(s, n, visit);
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
