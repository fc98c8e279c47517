/* SPDX-License-Identifier: Apache-2.0
 * Confidence intervals over independent replications. Used by the study's summaries and
 * comparisons. */
#include "stats/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double interval_t(double p, double df)
{
    if (!(p > 0 && p < 1 && df > 0))
        return (double)NAN;
    return gsl_cdf_tdist_Pinv(p, df);
}

/* The sum of squared distances of x from `centre`, in index order, NaN left out. */
static double squares_about(double centre, const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(x[i]))
            sum += (x[i] - centre) * (x[i] - centre);
    }
    return sum;
}

/* t(n - 1) times the root of squares / (n - 1) / n: the half-width of both kinds of interval. */
static double half_width(double squares, size_t n, double level)
{
    if (n < 2)
        return (double)NAN;
    double degrees = (double)(n - 1);
    return interval_t((1 + level) / 2, degrees) * sqrt(squares / degrees / (double)n);
}

static size_t count_numbers(const double *x, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += isnan(x[i]) ? 0 : 1;
    return count;
}

struct estimate interval_mean(const double *x, size_t n, double level)
{
    struct estimate e = {.value = (double)NAN, .half_width = (double)NAN, .n = count_numbers(x, n)};
    if (e.n == 0)
        return e;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(x[i]))
            sum += x[i];
    }
    e.value = sum / (double)e.n;
    e.half_width = half_width(squares_about(e.value, x, n), e.n, level);
    return e;
}

struct estimate interval_section(double pooled, const double *x, size_t n, double level)
{
    struct estimate e = {.value = pooled, .half_width = (double)NAN, .n = count_numbers(x, n)};
    e.half_width = half_width(squares_about(pooled, x, n), e.n, level);
    return e;
}

static size_t pair_up(const double *x, size_t n, double *pair)
{
    for (size_t k = 0; k < n / 2; k++)
        pair[k] = (x[2 * k] + x[2 * k + 1]) / 2;
    return n / 2;
}

struct estimate interval_pairs(const double *x, size_t n, double *pair, double level)
{
    return interval_mean(pair, pair_up(x, n, pair), level);
}

struct estimate interval_section_pairs(double pooled, const double *x, size_t n, double *pair,
                                       double level)
{
    return interval_section(pooled, pair, pair_up(x, n, pair), level);
}

/* The variance of an estimate itself, from its half-width. */
static double variance_of(const struct estimate *e, double level)
{
    double error = e->half_width / interval_t((1 + level) / 2, (double)e->n - 1);
    return error * error;
}

double interval_welch_degrees(const struct estimate *a, const struct estimate *b, double level)
{
    if (a->n < 2 || b->n < 2)
        return (double)NAN;
    double va = variance_of(a, level), vb = variance_of(b, level), sum = va + vb;
    return sum * sum / (va * va / (double)(a->n - 1) + vb * vb / (double)(b->n - 1));
}

struct estimate interval_welch(const struct estimate *a, const struct estimate *b, double level)
{
    struct estimate e = {
        .value = b->value - a->value, .half_width = (double)NAN, .n = a->n < b->n ? a->n : b->n};
    if (e.n < 2)
        return e;
    double sum = variance_of(a, level) + variance_of(b, level);
    e.half_width =
        sum == 0 ? 0 : interval_t((1 + level) / 2, interval_welch_degrees(a, b, level)) * sqrt(sum);
    return e;
}

double interval_at_level(double half_width, double degrees, double from, double to)
{
    if (half_width == 0 || from == to)
        return half_width;
    return half_width * interval_t((1 + to) / 2, degrees) / interval_t((1 + from) / 2, degrees);
}
