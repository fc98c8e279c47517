/* SPDX-License-Identifier: Apache-2.0
 * The summary by other methods than independent replications: antithetic pairs, control by the
 * requests that arrived, batches of one long run. */
#include <criterion/criterion.h>

#include "invented.h"
#include "stats/batch.h"
#include "stats/control.h"

#define RUNS 12

/* Of the invented study: case-work of adur, and its first station. */
#define STREAM  3
#define STATION 0

static size_t find(const struct study *s, const char *figure, const char *subject,
                   const char *partner)
{
    size_t n, i = 0;
    struct measure *m = measures_new(s, &n);
    while (i < n && (strcmp(m[i].figure, figure) != 0 || strcmp(m[i].subject, subject) != 0 ||
                     strcmp(m[i].partner, partner) != 0))
        i++;
    measures_free(m, n);
    cr_assert_lt(i, n, "%s: %s", figure, subject);
    return i;
}

/* RUNS runs whose utilisation follows the number that arrived; x and y get both. Run `failed` has
 * failed. */
static struct summary *summary_of(struct invented *v, double *x, double *y, size_t failed)
{
    struct summary *m = summary_new(&v->study);
    for (size_t k = 0; k < RUNS; k++) {
        struct outcome *o = invented_outcome(&v->study, k == 7 ? RUNS : k);
        o->status = k == failed;
        o->station[STATION].exists = true;
        o->stream[STREAM].expected = 350;
        o->stream[STREAM].unstable = o->station[STATION].unstable = false;
        x[k] = (double)o->stream[STREAM].offered - 350;
        y[k] = o->station[STATION].utilisation = 0.5 + x[k] / 1000 + 0.001 * (double)(k % 3);
        cr_assert_eq(summary_add(m, o), 0);
        outcome_free(o);
    }
    return m;
}

static struct summary_value value_of(struct invented *v, const struct summary *m,
                                     const char *figure, const char *subject, const char *partner)
{
    size_t n;
    struct measure *list = measures_new(&v->study, &n);
    measures_free(list, n);
    struct summary_value *all = calloc(n + 1, sizeof *all);
    cr_assert_eq(summary_values(m, all), 0);
    struct summary_value one = all[find(&v->study, figure, subject, partner)];
    free(all);
    return one;
}

static const char *station_name(struct invented *v)
{
    static char name[100];
    model_station_name(&v->d, STATION, name, sizeof name);
    return name;
}

Test(methods, antithetic_pairs)
{
    struct invented *v = invented_new();
    double x[RUNS], y[RUNS], room[RUNS];
    v->d.antithetic = true;
    struct summary *m = summary_of(v, x, y, SIZE_MAX);
    struct summary_value u = value_of(v, m, "utilisation", station_name(v), "");
    struct estimate e = interval_pairs(y, RUNS, room, 0.95);
    cr_expect(u.estimate.n == RUNS / 2 && u.estimate.value == e.value);
    cr_expect_eq(u.estimate.half_width, e.half_width);
    double ratio = interval_t(0.975, RUNS / 2 - 1) / interval_t(0.975, RUNS - 1) *
                   interval_mean(y, RUNS, 0.95).half_width / e.half_width;
    cr_expect_float_eq(u.gain, ratio * ratio, 1e-9);
    struct summary_value q = value_of(v, m, "response p95", "case-work", "adur");
    cr_expect(q.estimate.n == RUNS / 2 && q.estimate.half_width > 0);
    const struct grid *g = summary_series(m, SERIES_UTILISATION);
    cr_expect(grid_half_width(g, 0, &(struct grid_level){.level = 0.95}) > 0);
    cr_expect(grid_mean(g, 0) > 0);
    summary_free(m);
    /* A run that failed takes its mate along, and moves no other pair. */
    m = summary_of(v, x, y, 4);
    y[4] = NAN;
    u = value_of(v, m, "utilisation", station_name(v), "");
    e = interval_pairs(y, RUNS, room, 0.95);
    cr_expect(u.estimate.n == RUNS / 2 - 1 && u.estimate.half_width == e.half_width);
    summary_free(m);
    invented_free(v);
}

Test(methods, control_by_what_arrived)
{
    struct invented *v = invented_new();
    double x[RUNS], y[RUNS], zero = 0;
    struct controlled c;
    v->d.controls = true;
    struct summary *m = summary_of(v, x, y, SIZE_MAX);
    struct summary_value u = value_of(v, m, "utilisation", station_name(v), "");
    cr_assert_eq(control_mean(y, x, &zero, RUNS, 1, 0.95, &c), 0);
    cr_expect_float_eq(u.estimate.value, c.estimate.value, 1e-12);
    cr_expect_float_eq(u.estimate.half_width, c.estimate.half_width, 1e-12);
    cr_expect(u.gain > 10, "%g", u.gain);
    cr_expect_float_eq(u.gain / c.gain, 1, 1e-9);
    /* Quantiles, maxima and the number itself are not controlled. */
    struct summary_value plain = value_of(v, m, "offered", "case-work", "adur");
    cr_expect(isnan(plain.gain));
    cr_expect(isnan(value_of(v, m, "response p95", "case-work", "adur").gain));
    summary_free(m);
    v->d.controls = false;
    m = summary_of(v, x, y, SIZE_MAX);
    cr_expect_eq(value_of(v, m, "offered", "case-work", "adur").estimate.half_width,
                 plain.estimate.half_width);
    cr_expect(isnan(value_of(v, m, "utilisation", station_name(v), "").gain));
    summary_free(m);
    invented_free(v);
}

/* A long run whose batches say `y` to the utilisation of the station and count `failed`. */
static struct summary *long_run(struct invented *v, const double *y, double whole)
{
    v->d.batches = RUNS;
    v->study.shape.batches = RUNS;
    v->d.warmup = 0;
    v->d.interval = PSN_MINUTE;
    v->d.horizon = RUNS * PSN_MINUTE;
    v->study.shape.intervals = RUNS;
    v->study.n_replications = 1;
    struct outcome *o = invented_outcome(&v->study, 0);
    for (size_t k = 0; k < RUNS; k++) {
        struct outcome *b = o->batch[k];
        b->station[STATION].exists = true;
        b->station[STATION].utilisation = y[k];
        b->stream[STREAM].offered = 60 + (int64_t)k;
    }
    o->station[STATION].exists = true;
    o->station[STATION].utilisation = whole;
    o->stream[STREAM].unstable = o->station[STATION].unstable = false;
    struct summary *m = summary_new(&v->study);
    cr_assert_eq(summary_add(m, o), 0);
    outcome_free(o);
    return m;
}

Test(methods, batches_of_one_run)
{
    const double y[RUNS] = {5, 3, 4, 6, 2, 5, 4, 3, 6, 4, 2, 5};
    double room[RUNS];
    struct invented *v = invented_new();
    struct summary *m = long_run(v, y, 4.1);
    struct summary_value u = value_of(v, m, "utilisation", station_name(v), "");
    struct batching b = batch_join(y, RUNS, room);
    cr_assert(b.independent && b.join == 1);
    struct estimate e = interval_section(4.1, y, RUNS, 0.95);
    cr_expect(u.estimate.value == 4.1 && u.estimate.n == RUNS && !u.correlated);
    cr_expect_eq(u.estimate.half_width, e.half_width);
    /* Arrivals a second of a batch of one minute: 1 and more, rising: they are correlated however
     * they are joined, and may not be joined to fewer than ten. */
    struct summary_value offered = value_of(v, m, "offered", "case-work", "adur");
    cr_expect(offered.correlated && offered.estimate.n == RUNS);
    /* A batch has no maximum of its own to speak of. */
    struct summary_value most = value_of(v, m, "present max", station_name(v), "");
    cr_expect(isnan(most.estimate.half_width) && !isnan(most.estimate.value));
    summary_free(m);
    invented_free(v);
}
