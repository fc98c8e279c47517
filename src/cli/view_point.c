/* SPDX-License-Identifier: Apache-2.0
 * Every figure of one design point, as tables: response times and requests by service, stations,
 * objectives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fold.h"
#include "cli/number.h"
#include "cli/view.h"

static const struct view_column response_columns[] = {
    {"response mean", "mean", VIEW_TIME}, {"response p50", "p50", VIEW_TIME},
    {"response p90", "p90", VIEW_TIME},   {"response p95", "p95", VIEW_TIME},
    {"response p99", "p99", VIEW_TIME},   {"response max", "max", VIEW_TIME},
};

static const struct view_column request_columns[] = {
    {"offered", "arrived", VIEW_RATE},
    {"completed", "completed", VIEW_RATE},
    {"failed", "failed", VIEW_COUNT},
    {"refused", "of these\nrefused", VIEW_COUNT},
    {"abandoned", "of these\nabandoned", VIEW_COUNT},
    {"lost", "of these\nlost", VIEW_COUNT},
    {"unrouted", "of these\nno route", VIEW_COUNT},
    {"retries", "retries", VIEW_COUNT},
    {"unfinished", "unfinished\nat the end", VIEW_COUNT},
    {"within objective", "in time, %", VIEW_SHARE},
    {"overruns", "overruns", VIEW_COUNT},
    {"overrun max", "longest\noverrun", VIEW_TIME},
};

static const struct view_column station_columns[] = {
    {"utilisation", "busy, %", VIEW_SHARE},      {"present mean", "present\nmean", VIEW_COUNT},
    {"present max", "present\nmax", VIEW_COUNT}, {"wait mean", "wait\nmean", VIEW_TIME},
    {"throughput", "throughput", VIEW_RATE},     {"refused", "refused", VIEW_COUNT},
    {"abandoned", "abandoned", VIEW_COUNT},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Rows of a table: the index of the first measure of each (subject, partner). */
struct rows {
    size_t *first, n;
};

/* The unit of one kind of figure over all rows and those columns that are of it. */
static struct time_unit unit_over(const struct view_point *v, const struct rows *rows,
                                  const struct view_column *column, size_t n, int kind)
{
    double *x = calloc(rows->n * n + 1, sizeof *x);
    size_t count = 0;
    for (size_t r = 0; x && r < rows->n; r++)
        for (size_t c = 0; c < n; c++) {
            const struct measure *m = &v->measure[rows->first[r]];
            size_t i = (int)column[c].kind == kind
                           ? view_find(v, rows->first[r], column[c].figure, m->subject, m->partner)
                           : v->n_measures;
            if (i < v->n_measures)
                x[count++] = v->value[i].estimate.value;
        }
    struct time_unit unit =
        kind == VIEW_RATE ? number_rate_unit(x, count) : number_time_unit(x, count);
    free(x);
    return unit;
}

/* Is it told only where it is not 0 anywhere? */
static bool seldom(const char *figure)
{
    return !strcmp(figure, "lost") || !strcmp(figure, "unrouted");
}

/* Does any row have this figure? */
static bool column_used(const struct view_point *v, const struct rows *rows, const char *figure)
{
    for (size_t r = 0; r < rows->n; r++) {
        const struct measure *m = &v->measure[rows->first[r]];
        size_t i = view_find(v, rows->first[r], figure, m->subject, m->partner);
        if (i < v->n_measures && (!seldom(figure) || v->value[i].estimate.value > 0))
            return true;
    }
    return false;
}

static double scale_of(int kind, const struct time_unit unit[4])
{
    return kind == VIEW_SHARE ? 100 : kind == VIEW_COUNT ? 1 : unit[kind].per_second;
}

static void add_row(struct table *t, const struct view_point *v, size_t first,
                    const struct view_column *column, const bool *used, size_t n,
                    const struct time_unit unit[4])
{
    const struct measure *m = &v->measure[first];
    for (size_t c = 0; c < n; c++) {
        if (!used[c])
            continue;
        size_t i = view_find(v, first, column[c].figure, m->subject, m->partner);
        if (i == v->n_measures) {
            table_add(t, "–");
            table_add(t, "%s", "");
        } else if (v->value[i].unstable) {
            table_add_span(t, 2, "unstable");
        } else if (v->value[i].no_mean) {
            table_add_span(t, 2, "no mean");
        } else {
            view_estimate(t, &v->value[i].estimate, scale_of((int)column[c].kind, unit));
        }
    }
}

/* All figures of these columns unstable or absent, at least one unstable? Then one cell says why.
 */
static bool row_unstable(const struct view_point *v, size_t first, const struct view_column *column,
                         size_t n)
{
    const struct measure *m = &v->measure[first];
    bool some = false;
    for (size_t c = 0; c < n; c++) {
        size_t i = view_find(v, first, column[c].figure, m->subject, m->partner);
        if (i < v->n_measures && !v->value[i].unstable)
            return false;
        some = some || i < v->n_measures;
    }
    return some;
}

/* One table: a row for each of `rows`, a column for each figure that any has. `by_partner`: rows
 * are named by partner, else by subject. */
static int print_figures(const struct view_point *v, const struct rows *rows,
                         const struct view_column *column, size_t n, bool by_partner,
                         const struct view_page *p)
{
    struct table t = {0};
    struct time_unit unit[4] = {0};
    unit[VIEW_TIME] = unit_over(v, rows, column, n, VIEW_TIME);
    unit[VIEW_RATE] = unit_over(v, rows, column, n, VIEW_RATE);
    bool used[COUNT(request_columns)] = {false}; /* the longest list of columns */
    size_t n_used = 0;
    table_key(&t, by_partner ? "partner" : "station", TABLE_LEFT);
    for (size_t c = 0; c < n; c++) {
        used[c] = column_used(v, rows, column[c].figure);
        if (!used[c])
            continue;
        bool plain = column[c].kind == VIEW_SHARE || column[c].kind == VIEW_COUNT;
        const char *head =
            plain ? column[c].head
                  : table_text(&t, "%s, %s", column[c].head, unit[column[c].kind].name);
        table_column(&t, NULL, head ? head : "", TABLE_DECIMAL);
        table_tight(&t, NULL, "", TABLE_LEFT);
        n_used++;
    }
    char why[300];
    view_unstable(v, why, sizeof why);
    for (size_t r = 0; r < rows->n; r++) {
        const struct measure *m = &v->measure[rows->first[r]];
        table_add(&t, "%s", by_partner ? m->partner : m->subject);
        if (by_partner && row_unstable(v, rows->first[r], column, n))
            table_add_span(&t, 2 * n_used, why);
        else
            add_row(&t, v, rows->first[r], column, used, n, unit);
    }
    if (!n_used) {
        table_fini(&t);
        return 0;
    }
    return table_print(&t, p->out, p->bold);
}

/* Of more partners than fit on a page so many are shown: those with the longest p95 response. */
#define PARTNERS_SHOWN 20

struct slowness {
    size_t first;
    double p95;
};

static int by_slowness(const void *a, const void *b)
{
    const struct slowness *x = a, *y = b;
    if (x->p95 != y->p95)
        return x->p95 > y->p95 ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

static int by_place(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Takes the rows out that are not shown; *hidden says how many. */
static int fold_partners(const struct view_point *v, struct rows *rows, size_t *hidden)
{
    *hidden = 0;
    if (rows->n <= FOLD_ROWS)
        return 0;
    struct slowness *x = calloc(rows->n, sizeof *x);
    if (!x)
        return PSN_EMEMORY;
    for (size_t r = 0; r < rows->n; r++) {
        const struct measure *m = &v->measure[rows->first[r]];
        size_t i = view_find(v, rows->first[r], "response p95", m->subject, m->partner);
        double p95 = i < v->n_measures ? v->value[i].estimate.value : NAN;
        bool unstable = i < v->n_measures && v->value[i].unstable;
        x[r] = (struct slowness){rows->first[r], unstable ? INFINITY : isnan(p95) ? -1 : p95};
    }
    qsort(x, rows->n, sizeof *x, by_slowness);
    *hidden = rows->n - PARTNERS_SHOWN;
    rows->n = PARTNERS_SHOWN;
    for (size_t r = 0; r < rows->n; r++)
        rows->first[r] = x[r].first;
    free(x);
    qsort(rows->first, rows->n, sizeof *rows->first, by_place);
    return 0;
}

static int print_service(const struct view_point *v, struct rows *rows, const char *service,
                         const struct view_page *p)
{
    size_t hidden;
    int code = fold_partners(v, rows, &hidden);
    if (code)
        return code;
    view_heading(p, "%s: response time", service);
    code = print_figures(v, rows, response_columns, COUNT(response_columns), true, p);
    if (hidden)
        fprintf(p->out, "The partners with the longest p95 are shown; %zu more are in --json.\n",
                hidden);
    if (code)
        return code;
    view_heading(p, "%s: requests", service);
    return print_figures(v, rows, request_columns, COUNT(request_columns), true, p);
}

static int print_services(const struct view_point *v, struct rows *rows, const struct view_page *p)
{
    int code = 0;
    for (size_t i = 0; !code && i < v->n_measures;) {
        if (view_kind(&v->measure[i]) != VIEW_STREAM) {
            i++;
            continue;
        }
        const char *service = v->measure[i].subject;
        rows->n = 0;
        for (; i < v->n_measures && view_kind(&v->measure[i]) == VIEW_STREAM &&
               !strcmp(v->measure[i].subject, service);
             i++)
            if (!rows->n ||
                strcmp(v->measure[i].partner, v->measure[rows->first[rows->n - 1]].partner) != 0)
                rows->first[rows->n++] = i;
        code = print_service(v, rows, service, p);
    }
    return code;
}

/* Does the station of this measure take part and serve anything? */
static bool station_used(const struct view_point *v, size_t first)
{
    size_t i = view_find(v, first, "throughput", v->measure[first].subject, "");
    size_t k = view_find(v, first, "utilisation", v->measure[first].subject, "");
    return (i < v->n_measures && v->value[i].estimate.value > 0) ||
           (k < v->n_measures && v->value[k].estimate.value > 0);
}

/* Each partner's share of what a station served: a column a partner. */
static int print_shares(const struct view_point *v, const struct rows *rows,
                        const struct view_page *p)
{
    struct table t = {0};
    size_t n_columns = 0;
    table_key(&t, "station", TABLE_LEFT);
    for (size_t i = rows->n ? rows->first[0] : v->n_measures; i < v->n_measures; i++)
        if (!strcmp(v->measure[i].figure, "share") &&
            !strcmp(v->measure[i].subject, v->measure[rows->first[0]].subject)) {
            table_column(&t, NULL, v->measure[i].partner, TABLE_DECIMAL);
            n_columns++;
        }
    if (n_columns < 2) {
        table_fini(&t);
        return 0;
    }
    view_heading(p, "Stations: each partner's share of the work served, %%");
    for (size_t r = 0; r < rows->n; r++) {
        const char *subject = v->measure[rows->first[r]].subject;
        table_add(&t, "%s", subject);
        size_t added = 0;
        for (size_t i = rows->first[r]; i < v->n_measures && added < n_columns; i++) {
            if (strcmp(v->measure[i].figure, "share") != 0 ||
                strcmp(v->measure[i].subject, subject) != 0)
                continue;
            char text[NUMBER_SIZE];
            number_percent(v->value[i].estimate.value, text);
            table_add(&t, "%s", text);
            added++;
        }
        for (; added < n_columns; added++)
            table_add(&t, "–");
    }
    return table_print(&t, p->out, p->bold);
}

/* Of the members of a group the busiest. */
static int fold_stations(const struct view_point *v, struct rows *rows, size_t *hidden)
{
    double *weight = calloc(rows->n + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    for (size_t r = 0; r < rows->n; r++)
        weight[r] = v->value[rows->first[r]].estimate.value;
    int code = view_fold(v->measure, weight, rows->first, &rows->n, hidden);
    free(weight);
    return code;
}

/* Of the targets of an objective that are members of a group, the worst. */
static int fold_objectives(const struct view_point *v, struct rows *rows, size_t *hidden)
{
    double *weight = calloc(v->n_measures + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    rows->n = 0;
    for (size_t i = 0; i < v->n_measures; i++)
        if (view_kind(&v->measure[i]) == VIEW_OBJECTIVE) {
            weight[rows->n] = view_severity(&v->measure[i], &v->value[i]);
            rows->first[rows->n++] = i;
        }
    int code = view_fold(v->measure, weight, rows->first, &rows->n, hidden);
    free(weight);
    return code;
}

static int print_stations(const struct view_point *v, struct rows *rows, const struct view_page *p)
{
    size_t unused = 0;
    rows->n = 0;
    for (size_t i = 0; i < v->n_measures; i++) {
        if (strcmp(v->measure[i].figure, "utilisation") != 0)
            continue;
        if (station_used(v, i))
            rows->first[rows->n++] = i;
        else
            unused++;
    }
    if (!rows->n)
        return 0;
    size_t hidden;
    int code = fold_stations(v, rows, &hidden);
    if (code)
        return code;
    view_heading(p, "Stations");
    code = print_figures(v, rows, station_columns, COUNT(station_columns), false, p);
    view_hidden_most(hidden, rows->n, "busiest", p->out);
    for (size_t i = 0; i < v->n_stations; i++)
        if (v->unstable[i] > 0)
            fprintf(p->out, "%s is unstable: the work offered to it is its capacity or more.\n",
                    v->station[i]);
    if (unused)
        fprintf(p->out, "%zu more %s not used.\n", unused, unused == 1 ? "is" : "are");
    return code ? code : print_shares(v, rows, p);
}

static int print_objectives(const struct view_point *v, struct rows *rows,
                            const struct view_page *p)
{
    struct table t = {0};
    size_t hidden;
    int code = fold_objectives(v, rows, &hidden);
    if (code)
        return code;
    table_key(&t, "objective", TABLE_LEFT);
    table_column(&t, NULL, "limit", TABLE_LEFT);
    table_column(&t, NULL, "figure", TABLE_RIGHT);
    table_tight(&t, NULL, "", TABLE_LEFT);
    table_column(&t, NULL, "verdict", TABLE_LEFT);
    for (size_t r = 0; r < rows->n; r++) {
        size_t i = rows->first[r];
        const struct measure *m = &v->measure[i];
        char limit[NUMBER_SIZE];
        number_with_unit(m->limit, m->unit, limit);
        table_add(&t, "%s", m->subject);
        table_add(&t, "at %s %s", m->at_most ? "most" : "least", limit);
        if (v->value[i].unstable || v->value[i].no_mean) {
            table_add(&t, "–");
            table_add(&t, "%s", "");
        } else {
            double x = v->value[i].estimate.value;
            struct time_unit unit = number_time_unit(&x, 1);
            bool time = !strcmp(m->unit, "s");
            char value[NUMBER_SIZE], half[NUMBER_SIZE];
            number_estimate(&v->value[i].estimate, time ? unit.per_second : 100, value, half);
            bool none = isnan(v->value[i].estimate.value);
            table_add(&t, "%s", value);
            table_add(&t, "%s%s%s", half, *half ? " " : "", none ? "" : time ? unit.name : "%");
        }
        table_add(&t, "%s", view_verdict(&v->value[i], "too close to tell"));
    }
    if (!rows->n) {
        table_fini(&t);
        return 0;
    }
    view_heading(p, "Objectives");
    code = table_print(&t, p->out, p->bold);
    view_hidden_most(hidden, rows->n, "worst", p->out);
    return code;
}

int view_print_point(const struct view_point *v, const struct view_page *p)
{
    struct rows rows = {calloc(v->n_measures + 1, sizeof *rows.first), 0};
    int code = rows.first ? print_services(v, &rows, p) : PSN_EMEMORY;
    if (!code)
        code = print_objectives(v, &rows, p);
    if (!code)
        code = view_print_classes(v, p);
    if (!code)
        code = print_stations(v, &rows, p);
    free(rows.first);
    return code;
}
