/* SPDX-License-Identifier: Apache-2.0
 * The summary of a design point: its measures, its estimates and verdicts, its series. */
#include <criterion/criterion.h>

#include "invented.h"

/* A summary over the runs of one point. */
static struct summary *summary_of(const struct study *s, size_t point)
{
    struct summary *m = summary_new(s);
    cr_assert(m);
    for (size_t r = 0; r < s->n_replications; r++) {
        struct outcome *o = invented_outcome(s, point * s->n_replications + r);
        cr_assert_eq(summary_add(m, o), 0);
        outcome_free(o);
    }
    return m;
}

static size_t find(const struct measure *m, size_t n, const char *figure, const char *subject,
                   const char *partner)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(m[i].figure, figure) && !strcmp(m[i].subject, subject) &&
            !strcmp(m[i].partner, partner))
            return i;
    return SIZE_MAX;
}

Test(measures, canonical_order_and_presence)
{
    struct invented *v = invented_new();
    size_t n;
    struct measure *m = measures_new(&v->study, &n);
    /* backup/adur is used and scheduled, but not judged: 9 + 2; two streams of case-work: 10 each;
     * five stations: 5 figures and a share for each of 3 partners; four targets. */
    cr_assert_eq(n, 11 + 2 * 10 + 5 * (5 + 3) + 4);
    cr_assert_eq(find(m, n, "response mean", "backup", "adur"), 0);
    cr_assert_str_eq(m[4].figure, "response p99");
    cr_assert_eq(find(m, n, "overruns", "backup", "adur"), 9);
    cr_assert_eq(find(m, n, "within objective", "backup", "adur"), SIZE_MAX);
    cr_assert_neq(find(m, n, "within objective", "case-work", "worthing"), SIZE_MAX);
    cr_assert_eq(find(m, n, "overruns", "case-work", "adur"), SIZE_MAX);
    cr_assert_eq(find(m, n, "offered", "case-work", "quiet"), SIZE_MAX);
    size_t share = find(m, n, "share", "county to town-hall", "worthing");
    cr_assert_neq(share, SIZE_MAX);
    cr_assert_str_eq(m[share].unit, "1");
    size_t target = find(m, n, "objective", "fast adur", "adur");
    cr_assert_eq(target, n - 4);
    cr_assert_eq(m[target].limit, 1.0);
    cr_assert(m[target].at_most);
    cr_assert_str_eq(m[target].unit, "s");
    cr_assert(isnan(m[0].limit));
    measures_free(m, n);
    invented_free(v);
}

Test(summary, means_and_quantiles)
{
    struct invented *v = invented_new();
    const struct study *s = &v->study;
    struct summary *m = summary_of(s, 3);
    size_t n;
    struct measure *measure = measures_new(s, &n);
    struct summary_value *value = calloc(n, sizeof *value);
    cr_assert_eq(summary_values(m, value), 0);

    /* By hand: throughput of joint-san, a mean; p95 of case-work/adur, pooled. */
    double x[INVENTED_REPLICATIONS], q[INVENTED_REPLICATIONS], mean = 0;
    struct histogram pooled;
    histogram_init(&pooled);
    psn_time max = 0;
    for (size_t r = 0; r < s->n_replications; r++) {
        struct outcome *o = invented_outcome(s, 3 * s->n_replications + r);
        x[r] = o->station[2].throughput;
        mean += x[r] / INVENTED_REPLICATIONS;
        q[r] = outcome_response_quantile(&o->stream[3], 0.95);
        cr_assert_eq(histogram_merge(&pooled, &o->stream[3].histogram), 0);
        max = o->stream[3].response.max > max ? o->stream[3].response.max : max;
        outcome_free(o);
    }
    struct summary_value *t = &value[find(measure, n, "throughput", "joint-san", "")];
    double square = 0;
    for (size_t r = 0; r < INVENTED_REPLICATIONS; r++)
        square += (x[r] - mean) * (x[r] - mean);
    /* t(0.975; 3) = 3.182446305284263; sums in another order may differ by rounding only. */
    cr_assert_float_eq(t->estimate.value, mean, 1e-12);
    cr_assert_float_eq(t->estimate.half_width, 3.182446305284263 * sqrt(square / 3 / 4), 1e-9);
    cr_assert_eq(t->estimate.n, 4);

    double p95 = histogram_quantile(&pooled, 0.95, max) / 1e9;
    struct estimate expected = interval_section(p95, q, INVENTED_REPLICATIONS, SUMMARY_LEVEL);
    struct summary_value *r = &value[find(measure, n, "response p95", "case-work", "adur")];
    cr_assert_eq(r->estimate.value, p95);
    cr_assert_eq(r->estimate.half_width, expected.half_width);
    cr_assert_eq(r->verdict, VERDICT_NONE);
    histogram_fini(&pooled);
    free(value);
    measures_free(measure, n);
    summary_free(m);
    invented_free(v);
}

Test(summary, offered_is_a_rate_after_warmup)
{
    struct invented *v = invented_new();
    struct summary *m = summary_new(&v->study);
    struct outcome *o = invented_outcome(&v->study, 0);
    o->stream[3].offered = 8460; /* in 23.5 h: 0.1 a second */
    cr_assert_eq(summary_add(m, o), 0);
    outcome_free(o);
    size_t n;
    struct measure *measure = measures_new(&v->study, &n);
    struct summary_value *value = calloc(n, sizeof *value);
    cr_assert_eq(summary_values(m, value), 0);
    struct summary_value *r = &value[find(measure, n, "offered", "case-work", "adur")];
    cr_assert_float_eq(r->estimate.value, 0.1, 1e-15);
    cr_assert(isnan(r->estimate.half_width), "one replication has no interval");
    free(value);
    measures_free(measure, n);
    summary_free(m);
    invented_free(v);
}

/* The verdict on one target of the mean where every replication says x[i]. */
static enum verdict verdict_of(struct invented *v, const double x[2])
{
    struct summary *m = summary_new(&v->study);
    for (size_t r = 0; r < 2; r++) {
        struct outcome *o = invented_outcome(&v->study, r);
        o->target[3] = x[r];
        cr_assert_eq(summary_add(m, o), 0);
        outcome_free(o);
    }
    size_t n;
    struct measure *measure = measures_new(&v->study, &n);
    struct summary_value *value = calloc(n, sizeof *value);
    cr_assert_eq(summary_values(m, value), 0);
    enum verdict verdict = value[n - 1].verdict;
    free(value);
    measures_free(measure, n);
    summary_free(m);
    return verdict;
}

Test(summary, verdicts)
{
    struct invented *v = invented_new(); /* roomy: utilisation at most 0.5 */
    cr_assert_eq(verdict_of(v, (double[]){0.3, 0.3}), VERDICT_MET);
    cr_assert_eq(verdict_of(v, (double[]){0.5, 0.5}), VERDICT_MET);
    cr_assert_eq(verdict_of(v, (double[]){0.6, 0.6}), VERDICT_MISSED);
    cr_assert_eq(verdict_of(v, (double[]){0.4, 0.42}), VERDICT_TOO_CLOSE);
    cr_assert_eq(verdict_of(v, (double[]){NAN, NAN}), VERDICT_NONE);
    v->objective[2].at_most = false;
    cr_assert_eq(verdict_of(v, (double[]){0.6, 0.6}), VERDICT_MET);
    cr_assert_eq(verdict_of(v, (double[]){0.3, 0.3}), VERDICT_MISSED);
    invented_free(v);
}

Test(summary, unstable_in_place_of_figures)
{
    struct invented *v = invented_new();
    struct summary *m = summary_of(&v->study, 5);
    size_t n;
    struct measure *measure = measures_new(&v->study, &n);
    struct summary_value *value = calloc(n, sizeof *value);
    cr_assert_eq(summary_values(m, value), 0);
    const struct summary_value *mean = &value[find(measure, n, "response mean", "backup", "adur")];
    cr_assert(mean->unstable && isnan(mean->estimate.value) && isnan(mean->estimate.half_width));
    cr_assert_not(value[find(measure, n, "offered", "backup", "adur")].unstable);
    cr_assert(value[find(measure, n, "wait mean", "joint-san", "")].unstable);
    const struct summary_value *busy = &value[find(measure, n, "utilisation", "joint-san", "")];
    cr_assert(!busy->unstable && !isnan(busy->estimate.value));
    cr_assert_not(value[find(measure, n, "wait mean", "joint-servers", "")].unstable);
    for (size_t t = n - 4; t < n - 1; t++) {
        cr_assert(value[t].unstable, "%s", measure[t].subject);
        cr_assert_eq(value[t].verdict, VERDICT_MISSED);
    }
    cr_assert_not(value[n - 1].unstable);
    free(value);
    measures_free(measure, n);
    summary_free(m);
    invented_free(v);
}

Test(summary, absent_station_has_no_figures)
{
    struct invented *v = invented_new();
    struct summary *m = summary_of(&v->study, 6);
    size_t n;
    struct measure *measure = measures_new(&v->study, &n);
    struct summary_value *value = calloc(n, sizeof *value);
    cr_assert_eq(summary_values(m, value), 0);
    const struct summary_value *u = &value[find(measure, n, "utilisation", "adur-servers", "")];
    cr_assert(isnan(u->estimate.value));
    cr_assert_eq(u->estimate.n, 0);
    const struct grid *g = summary_series(m, SERIES_UTILISATION);
    struct grid_level level = {.level = SUMMARY_LEVEL};
    cr_assert(isnan(grid_mean(g, 0)) && isnan(grid_half_width(g, 0, &level)));
    cr_assert_not(isnan(grid_mean(g, 25)));
    free(value);
    measures_free(measure, n);
    summary_free(m);
    invented_free(v);
}

Test(summary, failed_runs_are_left_out)
{
    struct invented *v = invented_new();
    struct summary *m = summary_of(&v->study, 1); /* runs 4 to 7; 7 failed */
    size_t n;
    struct measure *measure = measures_new(&v->study, &n);
    struct summary_value *value = calloc(n, sizeof *value);
    cr_assert_eq(summary_values(m, value), 0);
    cr_assert_eq(value[0].estimate.n, 3);
    free(value);
    measures_free(measure, n);
    summary_free(m);
    invented_free(v);
}

Test(summary, series_by_interval)
{
    struct invented *v = invented_new();
    const struct study *s = &v->study;
    struct summary *m = summary_new(s);
    const int64_t offered[3] = {3600, 7200, 1800}, done[3] = {0, 2, 4};
    for (size_t r = 0; r < 3; r++) {
        struct outcome *o = invented_outcome(s, r);
        o->series_offered[3 * 25] = offered[r];
        o->series_offered[3 * 25 + 24] = offered[r];
        o->series_completed[3 * 25] = done[r];
        o->series_response[3 * 25] = done[r] * done[r] * PSN_SECOND; /* means: none, 2 s, 4 s */
        cr_assert_eq(summary_add(m, o), 0);
        outcome_free(o);
    }
    const struct grid *g = summary_series(m, SERIES_OFFERED);
    cr_assert_float_eq(grid_mean(g, 3 * 25), (1 + 2 + 0.5) / 3, 1e-12);
    cr_assert_float_eq(grid_mean(g, 3 * 25 + 24), (2 + 4 + 1.0) / 3, 1e-12,
                       "the last is half an hour");
    g = summary_series(m, SERIES_RESPONSE);
    cr_assert_float_eq(grid_mean(g, 3 * 25), 3, 1e-12);
    /* Two observations 2 s apart: t(0.975; 1) = 12.706204736432095 times 1 s. */
    struct grid_level level = {.level = SUMMARY_LEVEL};
    cr_assert_float_eq(grid_half_width(g, 3 * 25, &level), 12.706204736432095, 1e-6);
    summary_free(m);
    invented_free(v);
}
