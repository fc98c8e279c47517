/* SPDX-License-Identifier: Apache-2.0
 * Sums up the use of links by class and partner. */
#include "model/usage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "stats/spells.h"

int usage_init(struct usage *u, const struct description *d, const struct outcome_shape *s,
               const struct owners *owners)
{
    *u = (struct usage){.d = d,
                        .owners = owners,
                        .classes = s->classes,
                        .directions = s->classes > 0 ? s->directions : 0,
                        .intervals = s->intervals};
    if (s->classes == 0)
        return PSN_OK;
    u->first = calloc(u->directions + 1, sizeof *u->first);
    if (!u->first)
        return PSN_EMEMORY;
    for (size_t k = 0; k < u->directions; k++)
        u->first[k + 1] = u->first[k] + owners_count(&owners[k]);
    u->by_class = calloc(u->directions * u->classes + 1, sizeof *u->by_class);
    u->by_owner = calloc(u->first[u->directions] + 1, sizeof *u->by_owner);
    return u->by_class && u->by_owner ? PSN_OK : PSN_EMEMORY;
}

static void free_rows(int64_t **row, size_t n)
{
    for (size_t i = 0; row && i < n; i++)
        free(row[i]);
    free(row);
}

void usage_fini(struct usage *u)
{
    free_rows(u->by_class, u->directions * u->classes);
    free_rows(u->by_owner, u->first ? u->first[u->directions] : 0);
    free(u->first);
    memset(u, 0, sizeof *u);
}

/* Where the row of a partner is, or would be. */
static int64_t **row_at(const struct usage *u, size_t direction, size_t partner)
{
    return &u->by_owner[u->first[direction] + partner - u->owners[direction].first];
}

/* The row, made where it is not there yet; NULL where memory ends. */
static int64_t *row_of(const struct usage *u, int64_t **row)
{
    if (!*row)
        *row = array_lines((u->intervals + 1) * sizeof **row);
    return *row;
}

/* The part of `work` that is done by `at`, of what is done evenly over [from, until); all of it
 * from `until` on. */
static psn_time done_by(psn_time work, psn_time from, psn_time until, psn_time at)
{
    if (at >= until)
        return work;
    return at <= from ? 0 : (psn_time)(exact_product(work, at - from) / (until - from));
}

/* What is done from `close` on is left out. */
static void add_row(const struct usage *u, int64_t *row, psn_time work, psn_time from,
                    psn_time until, psn_time close)
{
    psn_time interval = u->d->interval, done = 0;
    psn_time end = until < close ? until : close;
    if (from >= close)
        return;
    for (size_t i = (size_t)(from / interval); i < u->intervals; i++) {
        psn_time closes = (psn_time)(i + 1) * interval;
        psn_time by = done_by(work, from, until, closes < end ? closes : end);
        row[i] += by - done;
        done = by;
        if (closes >= end)
            break;
    }
    psn_time before = from >= u->d->warmup ? 0 : done_by(work, from, until, u->d->warmup);
    if (until > u->d->warmup || from >= u->d->warmup)
        row[u->intervals] += done - (before < done ? before : done);
}

int usage_add(struct usage *u, uint32_t direction, uint32_t class, uint32_t partner, psn_time work,
              psn_time from, psn_time until)
{
    if (u->classes == 0)
        return PSN_OK;
    int64_t *a = row_of(u, &u->by_class[direction * u->classes + class]);
    int64_t *b = row_of(u, row_at(u, direction, partner));
    if (!a || !b)
        return PSN_EMEMORY;
    psn_time gone = u->d->link[direction / 2].there.close;
    psn_time close = gone < u->d->horizon ? gone : u->d->horizon;
    add_row(u, a, work, from, until, close);
    add_row(u, b, work, from, until, close);
    return PSN_OK;
}

static int merge_rows(const struct usage *u, int64_t **into, int64_t *const *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!from[i])
            continue;
        int64_t *row = row_of(u, &into[i]);
        if (!row)
            return PSN_EMEMORY;
        for (size_t k = 0; k <= u->intervals; k++)
            row[k] += from[i][k];
    }
    return PSN_OK;
}

int usage_merge(struct usage *into, const struct usage *from)
{
    if (into->classes == 0)
        return PSN_OK;
    int code = merge_rows(into, into->by_class, from->by_class, into->directions * into->classes);
    return code ? code
                : merge_rows(into, into->by_owner, from->by_owner, into->first[into->directions]);
}

/* What is measured of one interval while a link is there. */
static struct span measured(const struct usage *u, const struct span *there, size_t interval)
{
    psn_time from = (psn_time)interval * u->d->interval;
    struct span run = {u->d->warmup, u->d->horizon};
    return span_common(span_common(run, *there), (struct span){from, from + u->d->interval});
}

/* How long an interval is: the last ends at the horizon. */
static psn_time length_of(const struct usage *u, size_t interval)
{
    psn_time rest = u->d->horizon - (psn_time)interval * u->d->interval;
    return rest < u->d->interval ? rest : u->d->interval;
}

/* Spells in x of a value by interval: those that are measured and no NaN. */
static size_t spells_of(const struct usage *u, const struct span *there, const double *value,
                        struct spell *x)
{
    size_t n = 0;
    for (size_t i = 0; i < u->intervals; i++) {
        struct span s = measured(u, there, i);
        if (s.close > s.open && !isnan(value[i]))
            x[n++] = (struct spell){value[i], s.close - s.open};
    }
    return n;
}

static double hours_above(const struct spell *x, size_t n)
{
    psn_time sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i].value > USAGE_BUSY ? x[i].length : 0;
    return (double)sum / (double)PSN_HOUR;
}

/* Mean use by hour of the civil day: each interval's spread over the hours in which it lies. */
static void fill_day(const struct usage *u, const struct span *there, const double *value,
                     double *day)
{
    double held[OUTCOME_DAY] = {0};
    psn_time start = u->d->start_of_week;
    for (size_t i = 0; i < u->intervals; i++) {
        struct span s = measured(u, there, i);
        for (psn_time at = s.open, next; at < s.close; at = next) {
            psn_time hour = (at + start) / PSN_HOUR;
            next = (hour + 1) * PSN_HOUR - start;
            next = next < s.close ? next : s.close;
            day[hour % OUTCOME_DAY] += value[i] * (double)(next - at);
            held[hour % OUTCOME_DAY] += (double)(next - at);
        }
    }
    for (size_t h = 0; h < OUTCOME_DAY; h++)
        day[h] = held[h] > 0 ? day[h] / held[h] : 0;
}

/* One class on one direction; `value` and `x` are scratch, by interval. */
static void finish_channel(const struct usage *u, struct outcome *o, size_t direction, size_t class,
                           double *value, struct spell *x)
{
    const struct link *link = &u->d->link[direction / 2];
    size_t index = direction * u->classes + class;
    const int64_t *row = u->by_class[index];
    struct outcome_channel *c = &o->channel[index];
    struct span whole = span_common(link->there, (struct span){u->d->warmup, u->d->horizon});
    if (!row || whole.close <= whole.open)
        return;
    for (size_t i = 0; i < u->intervals; i++)
        value[i] = (double)row[i] / (double)length_of(u, i);
    c->utilisation = (double)row[u->intervals] / (double)(whole.close - whole.open);
    c->bits = (double)row[u->intervals] * 1e-9 * link->bandwidth_bps;
    fill_day(u, &link->there, value, &o->day[index * OUTCOME_DAY]);
    size_t n = spells_of(u, &link->there, value, x);
    c->hours_above = hours_above(x, n);
    c->p95 = n > 0 ? spells_quantile(x, n, 0.95) : 0;
}

/* Whose the bits of the busiest interval are. */
static void fill_peak(const struct usage *u, struct outcome *o, size_t direction)
{
    const struct outcome_direction *k = &o->direction[direction];
    const struct owners *owners = &u->owners[direction];
    double *share = &o->peak_share[direction * o->shape.partners];
    exact_sum all = 0;
    for (size_t p = owners->first; p < owners->end && k->peak_interval >= 0; p++) {
        const int64_t *row = *row_at(u, direction, p);
        all += row ? row[k->peak_interval] : 0;
    }
    for (size_t p = owners->first; p < owners->end && all > 0; p++) {
        const int64_t *row = *row_at(u, direction, p);
        share[p] = row ? (double)row[k->peak_interval] / exact_double(all) : 0;
    }
}

/* What all classes together have of a direction in interval i, or (u->intervals) of the whole, over
 * `length`, where that is more than `seen`. */
static double at_least_used(const struct usage *u, size_t direction, size_t i, psn_time length,
                            double seen)
{
    exact_sum work = 0;
    for (size_t c = 0; c < u->classes; c++) {
        const int64_t *row = u->by_class[direction * u->classes + c];
        work += row ? row[i] : 0;
    }
    double used = length > 0 ? exact_double(work) / (double)length : 0;
    return used > seen ? fmin(used, 1) : seen;
}

/* The meter of a link sees flows that another link holds back as a share that stands still while
 * strict messages have the line, though they make it up behind these. So a direction is in use at
 * least for what was sent; by no more than its line, as what flows were given is measured now and
 * then only (fluid_link.h). */
static void count_what_was_sent(const struct usage *u, struct outcome *o, size_t direction)
{
    size_t station = u->d->n_pools + u->d->n_arrays + direction;
    const struct span *there = &u->d->link[direction / 2].there;
    struct span whole = span_common(*there, (struct span){u->d->warmup, u->d->horizon});
    double *series = &o->series_utilisation[station * u->intervals];
    double *mean = &o->station[station].utilisation;
    for (size_t i = 0; i < u->intervals; i++)
        series[i] = at_least_used(u, direction, i, length_of(u, i), series[i]);
    *mean = at_least_used(u, direction, u->intervals, whole.close - whole.open, *mean);
}

static void finish_direction(const struct usage *u, struct outcome *o, size_t direction,
                             struct spell *x)
{
    size_t station = u->d->n_pools + u->d->n_arrays + direction;
    const struct span *there = &u->d->link[direction / 2].there;
    const double *series = &o->series_utilisation[station * u->intervals];
    count_what_was_sent(u, o, direction);
    struct outcome_direction *k = &o->direction[direction];
    for (size_t i = 0; i < u->intervals; i++) {
        struct span s = measured(u, there, i);
        bool counts = s.close > s.open && !isnan(series[i]);
        if (counts && (k->peak_interval < 0 || series[i] > k->peak)) {
            k->peak = series[i];
            k->peak_interval = (int64_t)i;
        }
    }
    size_t n = spells_of(u, there, series, x);
    k->hours_above = hours_above(x, n);
    if (n > 0)
        k->p95 = spells_quantile(x, n, 0.95);
    fill_peak(u, o, direction);
}

int usage_finish(const struct usage *u, struct outcome *o)
{
    if (u->classes == 0)
        return PSN_OK;
    struct spell *x = calloc(u->intervals + 1, sizeof *x);
    double *value = calloc(u->intervals + 1, sizeof *value);
    int code = x && value ? PSN_OK : PSN_EMEMORY;
    for (size_t k = 0; k < u->directions && !code; k++) {
        size_t station = u->d->n_pools + u->d->n_arrays + k;
        o->direction[k] = (struct outcome_direction){.p95 = NAN, .peak = NAN, .peak_interval = -1};
        if (!o->station[station].exists)
            continue;
        for (size_t c = 0; c < u->classes; c++)
            finish_channel(u, o, k, c, value, x);
        finish_direction(u, o, k, x);
    }
    free(x);
    free(value);
    return code;
}
