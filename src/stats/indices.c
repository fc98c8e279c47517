/* SPDX-License-Identifier: Apache-2.0
 * Sobol' indices and Morris's measures; see indices.h. */
#include "stats/indices.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/random.h"
#include "psnsim/diagnostics.h"
#include "stats/sampling.h"

/* Percentiles of 2.5 % want about a thousand resamples (Efron and Tibshirani, An Introduction to
 * the Bootstrap, 1993, section 13.3). */
#define RESAMPLES 1000

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The interval of a statistic from its resampled values, which are sorted. */
static void set_interval(struct bracket *b, double *value, double level)
{
    size_t out = (size_t)((1 - level) / 2 * RESAMPLES);
    for (size_t i = 0; i < RESAMPLES; i++)
        if (isnan(value[i])) /* a resample without variance */
            return;
    qsort(value, RESAMPLES, sizeof *value, by_value);
    b->low = value[out];
    b->high = value[RESAMPLES - 1 - out];
}

/* The rows of one resample: n of n, with replacement. */
static void resample(uint64_t key, size_t number, size_t n, size_t *row)
{
    for (size_t i = 0; i < n; i += 2) {
        double u[2];
        random_uniform2(key, i / 2, (uint32_t)number, 0, u);
        row[i] = (size_t)(u[0] * (double)n);
        if (i + 1 < n)
            row[i + 1] = (size_t)(u[1] * (double)n);
    }
}

static bool all_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

static struct bracket nothing(void)
{
    return (struct bracket){(double)NAN, (double)NAN, (double)NAN};
}

/* What every row adds to the sums of the estimators, so that a resample only adds up: a row has
 * the sum and the sum of squares of its two points, then of each factor the terms of the first and
 * of the total index. */
#define TERMS(factors) (2 + 2 * (factors))

static void fill_terms(const double *figure, size_t n, size_t factors, double *term)
{
    double mean = 0;
    for (size_t i = 0; i < n; i++) {
        const double *y = figure + i * (factors + 2);
        mean += (y[0] - figure[0] + (y[1] - figure[0])) / (2 * (double)n);
    }
    mean += figure[0]; /* so that a figure that never changes has no variance at all */
    for (size_t i = 0; i < n; i++) {
        const double *y = figure + i * (factors + 2);
        double *t = term + i * TERMS(factors), a = y[0] - mean, b = y[1] - mean;
        t[0] = a + b;
        t[1] = a * a + b * b;
        for (size_t f = 0; f < factors; f++) {
            double mixed = y[2 + f] - mean;
            t[2 + 2 * f] = b * (mixed - a);
            t[3 + 2 * f] = (a - mixed) * (a - mixed) / 2;
        }
    }
}

/* The variance from the sums over n rows; those of a resample may leave none. */
static double variance_of(const double *sum, size_t n)
{
    double points = 2 * (double)n, mean = sum[0] / points;
    return sum[1] / points - mean * mean;
}

static void add_terms(double *sum, const double *term, size_t terms)
{
    for (size_t t = 0; t < terms; t++)
        sum[t] += term[t];
}

/* The values of all indices over the resamples: [term - 2][resample]. */
static int bootstrap_sobol(const double *term, size_t n, size_t factors, uint64_t key,
                           double *resampled)
{
    size_t terms = TERMS(factors);
    size_t *row = calloc(n + 1, sizeof *row);
    double *sum = calloc(terms, sizeof *sum);
    for (size_t b = 0; row && sum && b < RESAMPLES; b++) {
        resample(key, b, n, row);
        memset(sum, 0, terms * sizeof *sum);
        for (size_t i = 0; i < n; i++)
            add_terms(sum, term + row[i] * terms, terms);
        double variance = variance_of(sum, n);
        for (size_t t = 2; t < terms; t++)
            resampled[(t - 2) * RESAMPLES + b] =
                variance > 0 ? sum[t] / (double)n / variance : (double)NAN;
    }
    bool whole = row && sum;
    free(row);
    free(sum);
    return whole ? PSN_OK : PSN_EMEMORY;
}

/* Indices and intervals from the rows' terms. `sum` has room for the terms of a row. */
static int sobol_from_terms(const double *term, size_t n, size_t factors, uint64_t key,
                            double level, double *sum, struct sobol_index *index, double *variance)
{
    size_t terms = TERMS(factors);
    for (size_t i = 0; i < n; i++)
        add_terms(sum, term + i * terms, terms);
    *variance = variance_of(sum, n);
    if (!(*variance > 0))
        return PSN_OK;
    double *resampled = calloc(2 * factors * RESAMPLES + 1, sizeof *resampled);
    int error = resampled ? bootstrap_sobol(term, n, factors, key, resampled) : PSN_EMEMORY;
    for (size_t f = 0; f < factors && !error; f++) {
        index[f].first.value = sum[2 + 2 * f] / (double)n / *variance;
        index[f].total.value = sum[3 + 2 * f] / (double)n / *variance;
        set_interval(&index[f].first, resampled + 2 * f * RESAMPLES, level);
        set_interval(&index[f].total, resampled + (2 * f + 1) * RESAMPLES, level);
    }
    free(resampled);
    return error;
}

int indices_sobol(const double *figure, size_t n, size_t factors, uint64_t seed, double level,
                  struct sobol_index *index, double *variance)
{
    for (size_t f = 0; f < factors; f++)
        index[f] = (struct sobol_index){nothing(), nothing()};
    *variance = (double)NAN;
    if (n < 2 || !all_finite(figure, n * (factors + 2)))
        return PSN_OK;
    size_t terms = TERMS(factors);
    double *term = calloc(n * terms, sizeof *term), *sum = calloc(terms, sizeof *sum);
    int error = term && sum ? PSN_OK : PSN_EMEMORY;
    if (!error) {
        uint64_t key = random_key(seed, 0, "", RANDOM_BOOTSTRAP, 0);
        fill_terms(figure, n, factors, term);
        error = sobol_from_terms(term, n, factors, key, level, sum, index, variance);
    }
    free(term);
    free(sum);
    return error;
}

/* The elementary effects: [factor][trajectory]. */
static void fill_effects(const double *figure, const uint8_t *level, size_t trajectories,
                         size_t factors, double *effect)
{
    for (size_t t = 0; t < trajectories; t++)
        for (size_t step = 0; step < factors; step++) {
            size_t point = t * (factors + 1) + step;
            const uint8_t *from = level + point * factors, *to = from + factors;
            for (size_t f = 0; f < factors; f++) {
                double moved = (double)(to[f] - from[f]) / (SAMPLING_MORRIS_LEVELS - 1);
                if (to[f] != from[f])
                    effect[f * trajectories + t] = (figure[point + 1] - figure[point]) / moved;
            }
        }
}

static void measure_effects(const double *effect, size_t n, struct morris_effect *out)
{
    double sum = 0, sizes = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += effect[i];
        sizes += fabs(effect[i]);
    }
    out->mean = sum / (double)n;
    out->size.value = sizes / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (effect[i] - out->mean) * (effect[i] - out->mean);
    if (n > 1)
        out->deviation = sqrt(squares / (double)(n - 1));
}

/* The intervals of the mean sizes. */
static int bootstrap_morris(const double *effect, size_t n, size_t factors, uint64_t key,
                            double level, struct morris_effect *out)
{
    size_t *row = calloc(n + 1, sizeof *row);
    double *mean = calloc(factors * RESAMPLES + 1, sizeof *mean);
    bool whole = row && mean;
    for (size_t b = 0; whole && b < RESAMPLES; b++) {
        resample(key, b, n, row);
        for (size_t f = 0; f < factors; f++)
            for (size_t i = 0; i < n; i++)
                mean[f * RESAMPLES + b] += fabs(effect[f * n + row[i]]) / (double)n;
    }
    for (size_t f = 0; whole && f < factors; f++)
        set_interval(&out[f].size, mean + f * RESAMPLES, level);
    free(row);
    free(mean);
    return whole ? PSN_OK : PSN_EMEMORY;
}

int indices_morris(const double *figure, const uint8_t *level, size_t trajectories, size_t factors,
                   uint64_t seed, double level_of_interval, struct morris_effect *out)
{
    for (size_t f = 0; f < factors; f++)
        out[f] = (struct morris_effect){(double)NAN, nothing(), (double)NAN};
    if (trajectories == 0 || !all_finite(figure, trajectories * (factors + 1)))
        return PSN_OK;
    double *effect = calloc(factors * trajectories + 1, sizeof *effect);
    if (!effect)
        return PSN_EMEMORY;
    fill_effects(figure, level, trajectories, factors, effect);
    for (size_t f = 0; f < factors; f++)
        measure_effects(effect + f * trajectories, trajectories, &out[f]);
    int error = PSN_OK;
    if (trajectories > 1) {
        uint64_t key = random_key(seed, 0, "", RANDOM_BOOTSTRAP, 1);
        error = bootstrap_morris(effect, trajectories, factors, key, level_of_interval, out);
    }
    free(effect);
    return error;
}
