/* SPDX-License-Identifier: Apache-2.0
 * Differences of figures between design points. */
#include "study/compare.h"

#include <math.h>

/* Two sums of the same numbers in another order differ by less than this, relatively. */
#define ROUNDING 1e-12

/* Is there a figure at all on both sides? If not, *change says why. */
static bool both_there(const struct summary_value *base, const struct summary_value *other,
                       enum change *change)
{
    bool here = !isnan(base->estimate.value), there = !isnan(other->estimate.value);
    if (base->unstable && other->unstable)
        *change = CHANGE_BOTH_UNSTABLE;
    else if (base->unstable)
        *change = there ? CHANGE_STABLE : CHANGE_GONE;
    else if (other->unstable)
        *change = here ? CHANGE_UNSTABLE : CHANGE_NEW;
    else if (base->no_mean || other->no_mean)
        *change = CHANGE_NO_MEAN;
    else if (here != there)
        *change = here ? CHANGE_GONE : CHANGE_NEW;
    else
        *change = here ? CHANGE_NONE : CHANGE_ABSENT;
    return *change == CHANGE_NONE;
}

static struct comparison without_difference(const struct summary_value *base,
                                            const struct summary_value *other, enum change change)
{
    return (struct comparison){.base = base->unstable ? NAN : base->estimate.value,
                               .other = other->unstable ? NAN : other->estimate.value,
                               .difference = {.value = NAN, .half_width = NAN},
                               .degrees = NAN,
                               .gain = NAN,
                               .change = change};
}

static enum change change_of(const struct comparison *c)
{
    double d = c->difference.value;
    if (isnan(c->difference.half_width))
        return CHANGE_UNSURE;
    if (fabs(d) <= c->difference.half_width ||
        fabs(d) <= ROUNDING * fmax(fabs(c->base), fabs(c->other)))
        return CHANGE_NONE;
    return d < 0 ? CHANGE_LESS : CHANGE_MORE;
}

/* The sum of squares about the mean. */
struct squares {
    double n, mean, sum;
};

/* Takes in one more: Welford, Technometrics 4 (1962), p. 419. */
static void squares_add(struct squares *s, double x)
{
    double before = x - s->mean;
    s->n++;
    s->mean += before / s->n;
    s->sum += before * (x - s->mean);
}

/* Law, Simulation Modeling and Analysis, 4th ed., section 11.2: independent replications would have
 * var(x) + var(y). */
static double gain_of(const double *x, const double *y, size_t n)
{
    struct squares of_x = {0}, of_y = {0}, of_both = {0};
    for (size_t k = 0; k < n; k++) {
        if (isnan(x[k]) || isnan(y[k]))
            continue;
        squares_add(&of_x, x[k]);
        squares_add(&of_y, y[k]);
        squares_add(&of_both, y[k] - x[k]);
    }
    return of_both.n < 2 ? NAN : (of_x.sum + of_y.sum) / of_both.sum;
}

struct comparison compare_paired(const struct summary_value *base,
                                 const struct summary_value *other, const double *x,
                                 const double *y, size_t n, double *difference)
{
    enum change change;
    if (!both_there(base, other, &change))
        return without_difference(base, other, change);
    struct comparison c = {.base = base->estimate.value,
                           .other = other->estimate.value,
                           .degrees = NAN,
                           .gain = gain_of(x, y, n)};
    size_t pairs = 0;
    double sum_x = 0, sum_y = 0;
    for (size_t k = 0; k < n; k++) {
        if (isnan(x[k]) || isnan(y[k]))
            continue;
        difference[pairs++] = y[k] - x[k];
        sum_x += x[k];
        sum_y += y[k];
    }
    if (pairs == base->estimate.n && pairs == other->estimate.n) {
        c.difference = interval_section(c.other - c.base, difference, pairs, SUMMARY_LEVEL);
    } else if (pairs > 0) {
        c.base = sum_x / (double)pairs;
        c.other = sum_y / (double)pairs;
        c.difference = interval_mean(difference, pairs, SUMMARY_LEVEL);
    } else {
        c.difference = (struct estimate){.value = NAN, .half_width = NAN};
    }
    if (pairs > 1)
        c.degrees = (double)(pairs - 1);
    c.change = change_of(&c);
    return c;
}

struct comparison compare_apart(const struct summary_value *base, const struct summary_value *other)
{
    enum change change;
    if (!both_there(base, other, &change))
        return without_difference(base, other, change);
    struct comparison c = {
        .base = base->estimate.value, .other = other->estimate.value, .gain = NAN};
    c.difference = interval_welch(&base->estimate, &other->estimate, SUMMARY_LEVEL);
    c.degrees = interval_welch_degrees(&base->estimate, &other->estimate, SUMMARY_LEVEL);
    c.change = change_of(&c);
    return c;
}

struct comparison compare_at_level(const struct comparison *c, double level)
{
    struct comparison at = *c;
    if (isnan(c->difference.half_width))
        return at;
    at.difference.half_width =
        interval_at_level(c->difference.half_width, c->degrees, SUMMARY_LEVEL, level);
    at.change = change_of(&at);
    return at;
}

struct estimate compare_relative(const struct comparison *c)
{
    double size = fabs(c->base);
    if (size == 0)
        return (struct estimate){.value = NAN, .half_width = NAN, .n = c->difference.n};
    return (struct estimate){.value = c->difference.value / size,
                             .half_width = c->difference.half_width / size,
                             .n = c->difference.n};
}
