/* SPDX-License-Identifier: Apache-2.0
 * Latin hypercubes, Sobol' sequences and Morris's walks; see sampling.h. */
#include "stats/sampling.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "kernel/random.h"
#include "psnsim/diagnostics.h"

/* GSL's sequence counts in units of 2^-30. */
#define SOBOL_BITS 30

/* The streams of one factor: the index of random_key. */
enum stream {
    STREAM_LATIN = 0,
    STREAM_MORRIS = 1,
    STREAM_SOBOL = 2, /* and on: one for each copy */
};

static uint64_t stream_key(uint64_t seed, const char *name, uint32_t stream)
{
    return random_key(seed, 0, name, RANDOM_DESIGN, stream);
}

/* Something with a random rank; `index` decides between equal ones. */
struct ranked {
    uint64_t rank;
    size_t index;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static uint64_t random_rank(uint64_t key, uint64_t n)
{
    uint32_t word[4];
    random_words(key, n, 1, 0, word);
    return (uint64_t)word[0] << 32 | word[1];
}

int sampling_latin(uint64_t seed, const char *name, size_t n, double *u)
{
    uint64_t key = stream_key(seed, name, STREAM_LATIN);
    struct ranked *order = calloc(n + 1, sizeof *order);
    if (!order)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n; i++)
        order[i] = (struct ranked){random_rank(key, i), i};
    qsort(order, n, sizeof *order, by_rank);
    for (size_t stratum = 0; stratum < n; stratum++) {
        double within[2];
        random_uniform2(key, order[stratum].index, 0, 0, within);
        double x = ((double)stratum + within[0]) / (double)n,
               end = (double)(stratum + 1) / (double)n;
        /* A sum may round up to the stratum's end, which is not of it. */
        u[order[stratum].index] = x < end ? x : nextafter(end, 0);
    }
    free(order);
    return PSN_OK;
}

/* A dimension's shift: its first 30 binary digits, exchanged in every point, and what is added
 * below them. */
struct shift {
    uint32_t digits;
    double rest;
};

static struct shift make_shift(uint64_t seed, const char *name, size_t copy)
{
    uint64_t key = stream_key(seed, name, (uint32_t)(STREAM_SOBOL + copy));
    uint32_t word[4];
    double rest[2];
    random_words(key, 0, 1, 0, word);
    random_uniform2(key, 0, 0, 0, rest);
    return (struct shift){word[0] >> (32 - SOBOL_BITS), rest[0]};
}

static double shifted(double x, const struct shift *s)
{
    uint32_t digits = (uint32_t)ldexp(x, SOBOL_BITS) ^ s->digits;
    return ldexp((double)digits + s->rest, -SOBOL_BITS);
}

int sampling_sobol(uint64_t seed, const char *const *name, size_t factors, size_t copies, size_t n,
                   double *u)
{
    size_t dimensions = factors * copies;
    if (dimensions == 0 || dimensions > SAMPLING_SOBOL_DIMENSIONS || n > SAMPLING_SOBOL_POINTS)
        return PSN_EINPUT;
    struct shift shift[SAMPLING_SOBOL_DIMENSIONS];
    double x[SAMPLING_SOBOL_DIMENSIONS] = {0};
    for (size_t d = 0; d < dimensions; d++)
        shift[d] = make_shift(seed, name[d % factors], d / factors);
    /* Not by gsl_qrng_alloc, which ends the program where memory does. */
    const gsl_qrng_type *sobol = gsl_qrng_sobol;
    void *state = malloc(sobol->state_size((unsigned)dimensions));
    if (!state)
        return PSN_EMEMORY;
    int error = sobol->init_state(state, (unsigned)dimensions) ? PSN_EINPUT : PSN_OK;
    for (size_t i = 0; i < n && !error; i++) {
        /* GSL leaves the origin out, without which 2^m points are no net. */
        if (i > 0 && sobol->get(state, (unsigned)dimensions, x))
            error = PSN_EINPUT;
        for (size_t d = 0; d < dimensions; d++)
            u[i * dimensions + d] = shifted(x[d], &shift[d]);
    }
    free(state);
    return error;
}

/* One walk from its random beginning. `order` is room for `factors` items. */
static void walk(uint64_t seed, const char *const *name, size_t factors, size_t trajectory,
                 struct ranked *order, uint8_t *level)
{
    for (size_t f = 0; f < factors; f++) {
        uint64_t key = stream_key(seed, name[f], STREAM_MORRIS);
        double begin[2];
        random_uniform2(key, trajectory, 0, 0, begin);
        level[f] = (uint8_t)(begin[0] * SAMPLING_MORRIS_LEVELS);
        order[f] = (struct ranked){random_rank(key, trajectory), f};
    }
    qsort(order, factors, sizeof *order, by_rank);
    for (size_t step = 0; step < factors; step++) {
        const uint8_t *from = level + step * factors;
        uint8_t *to = level + (step + 1) * factors;
        size_t moves = order[step].index;
        for (size_t f = 0; f < factors; f++)
            to[f] = from[f];
        bool up = from[moves] + SAMPLING_MORRIS_STEP < SAMPLING_MORRIS_LEVELS;
        to[moves] =
            (uint8_t)(up ? from[moves] + SAMPLING_MORRIS_STEP : from[moves] - SAMPLING_MORRIS_STEP);
    }
}

int sampling_morris(uint64_t seed, const char *const *name, size_t factors, size_t trajectories,
                    uint8_t *level)
{
    struct ranked *order = calloc(factors + 1, sizeof *order);
    if (!order)
        return PSN_EMEMORY;
    for (size_t t = 0; t < trajectories; t++)
        walk(seed, name, factors, t, order, level + t * (factors + 1) * factors);
    free(order);
    return PSN_OK;
}
