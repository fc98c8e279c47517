/* SPDX-License-Identifier: Apache-2.0
 * Finds where a run has settled.
 *
 * Where demand follows profiles, the number in progress follows the day, and what settles is the
 * cycle (Law, Simulation Modeling and Analysis, 4th ed., section 9.6: steady-state cycle
 * parameters). On the series itself MSER-5 would look for the part of the week that varies least.
 * So each interval is compared with its likes, those at the same time of the same kind of day,
 * where days are of one kind if all profiles are the same on them: what is looked at is its
 * distance from their mean in units of their standard deviation, since busy hours vary more than
 * quiet ones, too, and MSER-5 would cut them off. The mean of n likes takes a part of each distance
 * with it, which the factor sqrt(n / (n - 1)) makes good (a studentised residual: Cook and
 * Weisberg, Residuals and Influence in Regression, 1982, section 2.1); the standard deviation is
 * pooled over the times of day next to it, as some kinds of day come twice. An interval without a
 * second of its kind says nothing of any transient and is left out; where the run begins with such,
 * they belong to the warm-up. The end is then rounded up to whole days. */
#include "study/transient.h"

#include <math.h>
#include <stdlib.h>

#include "stats/mser.h"

#define WEEKDAYS  ((size_t)7)
#define DAY_HOURS ((size_t)24)

/* How many times of day on either side lend their variance. */
#define NEIGHBOURS 2

/* The intervals at one time of day on one kind of day: how many whole ones the horizon has, their
 * mean, and the sum of their squared distances from it. */
struct cell {
    size_t n;
    double mean, squares;
};

struct cycle {
    const struct description *d;
    bool wave;    /* some profile in use is not level */
    size_t *kind; /* by civil day from the scenario's first: which kind it is of */
    size_t n_days, n_kinds;
    size_t slots;      /* intervals in a day, a last shorter one included */
    struct cell *cell; /* [kind x slots + slot]; NULL without wave */
};

/* Series with intervals left out: their values, and when each begins. */
struct observations {
    double *value;
    psn_time *at;
    size_t n;
};

/* Does anybody follow this shape? */
static bool is_followed(const struct description *d, size_t shape)
{
    for (size_t i = 0; i < d->n_sources; i++)
        if (d->source[i].shape == shape && d->workload[d->source[i].workload].exists)
            return true;
    return false;
}

/* The level of a shape at an hour of a civil day, growth apart. */
static double level_at(const struct description *d, const struct shape *s, size_t day, size_t hour)
{
    if (s->plan)
        return s->plan[day].hour[hour] * s->plan[day].factor;
    size_t weekday = ((size_t)(d->start_of_week / PSN_DAY) + day) % WEEKDAYS;
    return d->profile[s->profile].week[weekday * DAY_HOURS + hour];
}

/* Are all shapes that somebody follows the same on two days? */
static bool alike(const struct cycle *c, const bool *followed, size_t a, size_t b)
{
    for (size_t i = 0; i < c->d->n_shapes; i++)
        for (size_t h = 0; followed[i] && h < DAY_HOURS; h++)
            if (level_at(c->d, &c->d->shape[i], a, h) != level_at(c->d, &c->d->shape[i], b, h))
                return false;
    return true;
}

/* Is any of them not level over these days? */
static bool has_wave(const struct cycle *c, const bool *followed)
{
    for (size_t i = 0; i < c->d->n_shapes; i++)
        for (size_t k = 0; followed[i] && k < c->n_days * DAY_HOURS; k++)
            if (level_at(c->d, &c->d->shape[i], k / DAY_HOURS, k % DAY_HOURS) !=
                level_at(c->d, &c->d->shape[i], 0, 0))
                return true;
    return false;
}

/* Numbers the kinds of days in the order in which they come. */
static int find_kinds(struct cycle *c)
{
    const struct description *d = c->d;
    c->n_days = (size_t)((d->start_of_week % PSN_DAY + d->horizon - 1) / PSN_DAY) + 1;
    c->kind = calloc(c->n_days, sizeof *c->kind);
    size_t *first = calloc(c->n_days, sizeof *first); /* by kind: its first day */
    bool *followed = calloc(d->n_shapes + 1, sizeof *followed);
    bool enough = c->kind && first && followed;
    for (size_t i = 0; enough && i < d->n_shapes; i++)
        followed[i] = is_followed(d, i);
    for (size_t day = 0; enough && day < c->n_days; day++) {
        size_t kind = 0;
        while (kind < c->n_kinds && !alike(c, followed, first[kind], day))
            kind++;
        if (kind == c->n_kinds)
            first[c->n_kinds++] = day;
        c->kind[day] = kind;
    }
    c->wave = enough && has_wave(c, followed);
    free(first);
    free(followed);
    return enough ? 0 : PSN_EMEMORY;
}

static void cycle_fini(struct cycle *c)
{
    free(c->kind);
    free(c->cell);
}

/* The intervals that are whole: the last one may be shorter. */
static size_t whole_intervals(const struct description *d)
{
    return (size_t)(d->horizon / d->interval);
}

static size_t cell_of(const struct cycle *c, size_t interval)
{
    psn_time t = c->d->start_of_week % PSN_DAY + (psn_time)interval * c->d->interval;
    return c->kind[t / PSN_DAY] * c->slots + (size_t)(t % PSN_DAY / c->d->interval);
}

/* With the counts of all cells; cycle_fini in every case. A horizon of a day has no likes, and
 * needs no cells. */
static int cycle_init(struct cycle *c, const struct description *d)
{
    *c = (struct cycle){.d = d, .slots = (size_t)((PSN_DAY - 1) / d->interval + 1)};
    int code = find_kinds(c);
    if (code || !c->wave || d->horizon <= PSN_DAY)
        return code;
    c->cell = calloc(c->n_kinds * c->slots, sizeof *c->cell);
    if (!c->cell)
        return PSN_EMEMORY;
    for (size_t i = 0; i < whole_intervals(d); i++)
        c->cell[cell_of(c, i)].n++;
    return 0;
}

static bool is_comparable(const struct cycle *c, size_t interval)
{
    return !c->wave || (c->cell && c->cell[cell_of(c, interval)].n > 1);
}

/* The number of observations that a run gives. */
static size_t count_comparable(const struct cycle *c)
{
    size_t n = 0;
    for (size_t i = 0; i < whole_intervals(c->d); i++)
        n += is_comparable(c, i);
    return n;
}

int transient_check(const struct description *d, psn_diagnostics *all)
{
    struct cycle c;
    if (!d->warmup_auto)
        return 0;
    int code = cycle_init(&c, d);
    if (code)
        psn_mistake_add(all, code, (psn_place){0}, "out of memory");
    else if (c.wave && d->interval > PSN_DAY)
        code = psn_mistake_add(all, PSN_EINPUT, d->warmup_place,
                               "demand follows profiles, and the interval is longer than a day, so "
                               "days cannot be compared to find a warm-up; expected an `interval` "
                               "of a day at most, or a warm-up that is stated");
    else if (c.wave && count_comparable(&c) < MSER_LEAST)
        code = psn_mistake_add(
            all, PSN_EINPUT, d->warmup_place,
            "demand follows profiles, and only %zu intervals of the horizon have a like (the same "
            "time of another day on which the profiles are the same) to compare them with; "
            "expected at least %zu (a longer horizon or a shorter `interval`), or a warm-up that "
            "is stated",
            count_comparable(&c), MSER_LEAST);
    cycle_fini(&c);
    return code;
}

/* Means and squares of all cells, in two passes. */
static void fill_cells(struct cycle *c, const double *in_progress)
{
    for (size_t i = 0; i < whole_intervals(c->d); i++) {
        struct cell *cell = &c->cell[cell_of(c, i)];
        cell->mean += in_progress[i] / (double)cell->n;
    }
    for (size_t i = 0; i < whole_intervals(c->d); i++) {
        struct cell *cell = &c->cell[cell_of(c, i)];
        cell->squares += (in_progress[i] - cell->mean) * (in_progress[i] - cell->mean);
    }
}

/* The variance at a cell, pooled over its neighbours of the same kind of day. */
static double pooled_variance(const struct cycle *c, size_t cell)
{
    size_t slot = cell % c->slots, kind = cell - slot;
    size_t from = slot > NEIGHBOURS ? slot - NEIGHBOURS : 0;
    double squares = 0, freedom = 0;
    for (size_t k = from; k <= slot + NEIGHBOURS && k < c->slots; k++) {
        const struct cell *here = &c->cell[kind + k];
        squares += here->squares;
        freedom += here->n ? (double)here->n - 1 : 0;
    }
    return squares / freedom;
}

/* What an interval says: with a wave, its studentised distance from its likes; 0 where they are all
 * the same, but for rounding. */
static double observed(const struct cycle *c, const double *in_progress, size_t interval)
{
    if (!c->wave)
        return in_progress[interval];
    size_t k = cell_of(c, interval);
    const struct cell *cell = &c->cell[k];
    double variance = pooled_variance(c, k), n = (double)cell->n;
    bool varies = variance > 0x1p-80 * cell->mean * cell->mean;
    return varies ? (in_progress[interval] - cell->mean) * sqrt(n / (n - 1) / variance) : 0;
}

static int observe(struct cycle *c, const double *in_progress, struct observations *o)
{
    size_t n = whole_intervals(c->d);
    *o = (struct observations){.value = calloc(n + 1, sizeof *o->value),
                               .at = calloc(n + 1, sizeof *o->at)};
    if (!o->value || !o->at)
        return PSN_EMEMORY;
    if (c->cell)
        fill_cells(c, in_progress);
    for (size_t i = 0; i < n; i++) {
        if (!is_comparable(c, i))
            continue;
        o->value[o->n] = observed(c, in_progress, i);
        o->at[o->n++] = (psn_time)i * c->d->interval;
    }
    return 0;
}

/* The end that MSER-5's cut stands for. A batch may straddle midnight: so whole days are counted to
 * the end of the first interval of the last batch that is cut. */
static psn_time end_of(const struct cycle *c, const struct observations *o, size_t cut)
{
    if (!c->wave)
        return o->at[cut];
    psn_time reached = cut ? o->at[cut - MSER_BATCH] + c->d->interval : o->at[0];
    return (reached + PSN_DAY - 1) / PSN_DAY * PSN_DAY;
}

int transient_end(const struct description *d, const double *in_progress, psn_time *end)
{
    struct cycle c;
    struct observations o = {0};
    *end = TRANSIENT_UNSETTLED;
    int code = cycle_init(&c, d);
    if (!code)
        code = observe(&c, in_progress, &o);
    if (!code) {
        struct mser_cut found = mser5(o.value, o.n);
        psn_time at = found.settled ? end_of(&c, &o, found.cut) : d->horizon;
        /* What is left must be worth a run: a day, or an interval. */
        if (at <= d->horizon - (c.wave ? PSN_DAY : d->interval))
            *end = at;
    }
    free(o.value);
    free(o.at);
    cycle_fini(&c);
    return code;
}
