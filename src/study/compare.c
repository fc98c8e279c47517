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

struct comparison compare_paired(const struct summary_value *base,
                                 const struct summary_value *other, const double *x,
                                 const double *y, size_t n, double *difference)
{
    enum change change;
    if (!both_there(base, other, &change))
        return without_difference(base, other, change);
    struct comparison c = {.base = base->estimate.value, .other = other->estimate.value};
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
    c.change = change_of(&c);
    return c;
}

struct comparison compare_apart(const struct summary_value *base, const struct summary_value *other)
{
    enum change change;
    if (!both_there(base, other, &change))
        return without_difference(base, other, change);
    struct comparison c = {.base = base->estimate.value, .other = other->estimate.value};
    c.difference = interval_welch(&base->estimate, &other->estimate, SUMMARY_LEVEL);
    c.change = change_of(&c);
    return c;
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
