/* SPDX-License-Identifier: Apache-2.0
 * The points of a study side by side: one row a point for response times, one column a point for
 * objectives and stations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number.h"
#include "cli/view.h"

/* Key columns wider than this leave too little of the page: the points' numbers stand alone then.
 */
#define KEYS_WIDTH 50

/* A factor's name as a heading: a long path breaks behind its dots. */
static const char *factor_head(struct table *t, const char *name)
{
    if (table_text_width(name) <= 12)
        return table_text(t, "%s", name);
    char text[300];
    size_t n = 0;
    for (const char *c = name; *c && n + 2 < sizeof text; c++) {
        text[n++] = *c;
        if (*c == '.')
            text[n++] = '\n';
    }
    text[n] = '\0';
    return table_text(t, "%s", text);
}

static bool is_number(const char *text)
{
    char *end;
    strtod(text, &end);
    return *text && !*end;
}

static void add_factor_columns(struct table *t, const struct result *r)
{
    for (size_t f = 0; f < r->n_factors; f++) {
        bool numbers = true;
        for (size_t p = 0; p < r->n_points; p++)
            numbers = numbers && is_number(r->factor[f].label[p]);
        const char *head = factor_head(t, r->factor[f].name);
        table_key(t, head ? head : "", numbers ? TABLE_DECIMAL : TABLE_LEFT);
    }
}

static size_t keys_width(const struct result *r)
{
    size_t sum = sizeof "point";
    for (size_t f = 0; f < r->n_factors; f++) {
        size_t widest = 8;
        for (size_t p = 0; p < r->n_points; p++) {
            size_t width = table_text_width(r->factor[f].label[p]);
            widest = width > widest ? width : widest;
        }
        sum += widest + 2;
    }
    return sum;
}

static void add_keys(struct table *t, const struct result *r, size_t point, bool factors)
{
    table_add(t, "%zu", point);
    for (size_t f = 0; factors && f < r->n_factors; f++)
        table_add(t, "%s", r->factor[f].label[point]);
}

static int print_points(const struct result *r, const struct view_page *p)
{
    struct table t = {0};
    view_heading(p, "Design points");
    table_key(&t, "point", TABLE_RIGHT);
    add_factor_columns(&t, r);
    if (r->until > 0)
        table_column(&t, NULL, "replications", TABLE_RIGHT);
    for (size_t point = 0; point < r->n_points; point++) {
        add_keys(&t, r, point, true);
        if (r->until > 0)
            table_add(&t, "%zu", r->point_replications[point]);
    }
    return table_print(&t, p->out, p->bold);
}

/* The measures of one service in one table: p95 and mean of each partner. */
struct stream_pair {
    size_t p95, mean; /* n_measures where there is none */
};

static struct time_unit service_unit(const struct result *r, const struct stream_pair *pair,
                                     size_t n)
{
    double *x = calloc(r->n_points * n + 1, sizeof *x);
    size_t count = 0;
    for (size_t point = 0; x && point < r->n_points; point++)
        for (size_t k = 0; k < n; k++)
            x[count++] = r->value[point * r->n_measures + pair[k].p95].estimate.value;
    struct time_unit unit = number_time_unit(x, count);
    free(x);
    return unit;
}

static void add_pair(struct table *t, const struct result *r, size_t point,
                     const struct stream_pair *pair, double scale)
{
    const struct summary_value *value = r->value + point * r->n_measures;
    if (value[pair->p95].unstable) {
        char why[300];
        struct view_point v = view_of(r, point);
        view_unstable(&v, why, sizeof why);
        table_add_span(t, 3, why);
        return;
    }
    view_estimate(t, &value[pair->p95].estimate, scale);
    char mean[NUMBER_SIZE] = "–", half[NUMBER_SIZE];
    if (pair->mean < r->n_measures && value[pair->mean].no_mean)
        snprintf(mean, sizeof mean, "no mean");
    else if (pair->mean < r->n_measures)
        number_estimate(&value[pair->mean].estimate, scale, mean, half);
    table_add(t, "%s", mean);
}

static int print_service(const struct result *r, const char *service,
                         const struct stream_pair *pair, size_t n, const struct view_page *p)
{
    struct table t = {0};
    bool factors = keys_width(r) <= KEYS_WIDTH;
    struct time_unit unit = service_unit(r, pair, n);
    view_heading(p, "%s: response time in %s", service, unit.name);
    table_key(&t, "point", TABLE_RIGHT);
    if (factors)
        add_factor_columns(&t, r);
    for (size_t k = 0; k < n; k++) {
        const char *partner = r->measure[pair[k].p95].partner;
        table_column(&t, partner, "p95", TABLE_DECIMAL);
        table_tight(&t, partner, "", TABLE_LEFT);
        table_column(&t, partner, "mean", TABLE_DECIMAL);
    }
    for (size_t point = 0; point < r->n_points; point++) {
        add_keys(&t, r, point, factors);
        for (size_t k = 0; k < n; k++)
            add_pair(&t, r, point, &pair[k], unit.per_second);
    }
    return table_print(&t, p->out, p->bold);
}

static int print_services(const struct result *r, const struct view_page *p)
{
    struct stream_pair *pair = calloc(r->n_measures + 1, sizeof *pair);
    int code = pair ? 0 : PSN_EMEMORY;
    for (size_t i = 0; !code && i < r->n_measures;) {
        const char *service = r->measure[i].subject;
        if (view_kind(&r->measure[i]) != VIEW_STREAM) {
            i++;
            continue;
        }
        size_t n = 0, mean = r->n_measures;
        for (; i < r->n_measures && view_kind(&r->measure[i]) == VIEW_STREAM &&
               !strcmp(r->measure[i].subject, service);
             i++) {
            if (!strcmp(r->measure[i].figure, "response mean"))
                mean = i;
            else if (!strcmp(r->measure[i].figure, "response p95"))
                pair[n++] = (struct stream_pair){i, mean};
        }
        if (n)
            code = print_service(r, service, pair, n, p);
    }
    free(pair);
    return code;
}

static void add_point_columns(struct table *t, const struct result *r, enum table_align align)
{
    for (size_t point = 0; point < r->n_points; point++)
        table_column(t, NULL, table_text(t, "%zu", point), align);
}

/* With more objectives than this, those that are met at every point are only named. */
#define OBJECTIVES_SHORT 12

/* Whether an objective is met wherever it is judged. */
static bool objective_safe(const struct result *r, size_t measure)
{
    for (size_t point = 0; point < r->n_points; point++) {
        const struct summary_value *v = &r->value[point * r->n_measures + measure];
        if (v->unstable || (v->verdict != VERDICT_MET && v->verdict != VERDICT_NONE))
            return false;
    }
    return true;
}

/* The objectives' measures; of those of a group's members the one that is worst anywhere. */
static int find_objectives(const struct result *r, size_t *row, size_t *n, size_t *hidden)
{
    double *weight = calloc(r->n_measures + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    *n = 0;
    for (size_t i = 0; i < r->n_measures; i++) {
        if (view_kind(&r->measure[i]) != VIEW_OBJECTIVE)
            continue;
        for (size_t point = 0; point < r->n_points; point++)
            weight[*n] = fmax(weight[*n],
                              view_severity(&r->measure[i], &r->value[point * r->n_measures + i]));
        row[(*n)++] = i;
    }
    int code = view_fold(r->measure, weight, row, n, hidden);
    free(weight);
    return code;
}

/* Names the objectives that are not in the table, on lines of the page's width. */
static void name_safe(const struct result *r, const size_t *row, size_t n, FILE *out)
{
    size_t column = (size_t)fprintf(out, "Met at every point:");
    const char *between = "";
    for (size_t i = 0; i < n; i++) {
        const char *name = r->measure[row[i]].subject;
        if (!objective_safe(r, row[i]))
            continue;
        column += (size_t)fprintf(out, "%s", between);
        if (column + strlen(name) + 2 > TABLE_WIDTH)
            column = (size_t)fprintf(out, "\n  %s", name);
        else
            column += (size_t)fprintf(out, " %s", name);
        between = ",";
    }
    fputs(".\n", out);
}

static void add_objective(struct table *t, const struct result *r, size_t measure)
{
    const struct measure *m = &r->measure[measure];
    char limit[NUMBER_SIZE];
    number_with_unit(m->limit, m->unit, limit);
    table_add(t, "%s", m->subject);
    table_add(t, "%s %s", m->at_most ? "≤" : "≥", limit);
    for (size_t point = 0; point < r->n_points; point++)
        table_add(t, "%s", view_verdict(&r->value[point * r->n_measures + measure], "close"));
}

/* Whether any verdict is too close to tell. */
static bool any_close(const struct result *r)
{
    for (size_t i = 0; i < r->n_points * r->n_measures; i++)
        if (!r->value[i].unstable && r->value[i].verdict == VERDICT_TOO_CLOSE)
            return true;
    return false;
}

static int print_objectives(const struct result *r, size_t *row, const struct view_page *p)
{
    struct table t = {0};
    size_t all, shown = 0, hidden;
    int code = find_objectives(r, row, &all, &hidden);
    if (code || !all)
        return code;
    table_key(&t, "objective", TABLE_LEFT);
    table_key(&t, "limit", TABLE_LEFT);
    add_point_columns(&t, r, TABLE_LEFT);
    for (size_t i = 0; i < all; i++) {
        if (all > OBJECTIVES_SHORT && objective_safe(r, row[i]))
            continue;
        add_objective(&t, r, row[i]);
        shown++;
    }
    view_heading(p, "Objectives, by point");
    if (shown)
        code = table_print(&t, p->out, p->bold);
    else
        table_fini(&t);
    if (shown < all)
        name_safe(r, row, all, p->out);
    view_hidden_most(hidden, all, "worst", p->out);
    if (any_close(r))
        fputs("close: too close to tell, its interval holds the limit; more replications would "
              "narrow it.\n",
              p->out);
    return code;
}

static size_t station_index(const struct result *r, const char *name)
{
    size_t i = 0;
    while (i < r->n_stations && strcmp(r->station[i], name) != 0)
        i++;
    return i;
}

/* Whether a station is busy at all at any point. */
static bool station_used(const struct result *r, size_t measure)
{
    for (size_t point = 0; point < r->n_points; point++)
        if (r->value[point * r->n_measures + measure].estimate.value > 0)
            return true;
    return false;
}

static void add_station(struct table *t, const struct result *r, size_t measure)
{
    size_t station = station_index(r, r->measure[measure].subject);
    table_add(t, "%s", r->measure[measure].subject);
    for (size_t point = 0; point < r->n_points; point++) {
        bool unstable = station < r->n_stations && r->unstable[point * r->n_stations + station] > 0;
        char text[NUMBER_SIZE];
        number_percent(r->value[point * r->n_measures + measure].estimate.value, text);
        table_add(t, "%s", unstable ? "unstable" : text);
    }
}

/* The stations that are used at all; of a group's members the one that is busiest anywhere. */
static int find_stations(const struct result *r, size_t *row, size_t *n, size_t *unused,
                         size_t *hidden)
{
    double *weight = calloc(r->n_measures + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    *n = *unused = 0;
    for (size_t i = 0; i < r->n_measures; i++) {
        if (strcmp(r->measure[i].figure, "utilisation") != 0)
            continue;
        if (!station_used(r, i)) {
            ++*unused;
            continue;
        }
        for (size_t point = 0; point < r->n_points; point++)
            weight[*n] = fmax(weight[*n], r->value[point * r->n_measures + i].estimate.value);
        row[(*n)++] = i;
    }
    int code = view_fold(r->measure, weight, row, n, hidden);
    free(weight);
    return code;
}

static int print_stations(const struct result *r, size_t *row, const struct view_page *p)
{
    struct table t = {0};
    size_t used, unused, hidden;
    int code = find_stations(r, row, &used, &unused, &hidden);
    if (code)
        return code;
    table_key(&t, "station", TABLE_LEFT);
    add_point_columns(&t, r, TABLE_RIGHT);
    for (size_t i = 0; i < used; i++)
        add_station(&t, r, row[i]);
    if (!used) {
        table_fini(&t);
        return 0;
    }
    view_heading(p, "Stations: mean utilisation in %%, by point");
    code = table_print(&t, p->out, p->bold);
    view_hidden_most(hidden, used, "busiest", p->out);
    if (unused)
        fprintf(p->out, "%zu more %s not used.\n", unused, unused == 1 ? "is" : "are");
    return code;
}

/* Whether the class misses one of its own targets at a point. */
static bool class_misses(const struct result *r, size_t point, const char *class)
{
    for (size_t i = 0; i < r->n_measures; i++)
        if (view_kind(&r->measure[i]) == VIEW_CLASS && !strcmp(r->measure[i].subject, class) &&
            r->value[point * r->n_measures + i].verdict == VERDICT_MISSED)
            return true;
    return false;
}

/* The p95 delay of each class's messages; "!" where the class misses a target of its own. */
static int print_classes(const struct result *r, size_t *row, const struct view_page *p)
{
    struct table t = {0};
    double *x = calloc(r->n_points * r->n_measures + 1, sizeof *x);
    size_t n = 0, count = 0;
    bool missed = false;
    if (!x)
        return PSN_EMEMORY;
    for (size_t i = 0; i < r->n_measures; i++)
        if (!strcmp(r->measure[i].figure, "delay p95") && !*r->measure[i].partner)
            row[n++] = i;
    for (size_t i = 0; i < n; i++)
        for (size_t point = 0; point < r->n_points; point++)
            x[count++] = r->value[point * r->n_measures + row[i]].estimate.value;
    struct time_unit unit = number_time_unit(x, count);
    free(x);
    if (!n)
        return 0;
    table_key(&t, "class", TABLE_LEFT);
    add_point_columns(&t, r, TABLE_RIGHT);
    for (size_t i = 0; i < n; i++) {
        const char *class = r->measure[row[i]].subject;
        table_add(&t, "%s", class);
        for (size_t point = 0; point < r->n_points; point++) {
            char text[NUMBER_SIZE];
            bool misses = class_misses(r, point, class);
            number_plain(r->value[point * r->n_measures + row[i]].estimate.value * unit.per_second,
                         text);
            table_add(&t, "%s%s", text, misses ? "!" : "");
            missed |= misses;
        }
    }
    view_heading(p, "Network by class: p95 delay of messages in %s, by point", unit.name);
    int code = table_print(&t, p->out, p->bold);
    if (missed)
        fputs("!: the class misses what it asks for itself of delay, jitter or loss.\n", p->out);
    return code;
}

int view_print_study(const struct result *r, const struct view_page *p)
{
    size_t *row = calloc(r->n_measures + 1, sizeof *row);
    int code = row ? print_points(r, p) : PSN_EMEMORY;
    if (!code)
        code = print_services(r, p);
    if (!code)
        code = print_objectives(r, row, p);
    if (!code)
        code = print_classes(r, row, p);
    if (!code)
        code = print_stations(r, row, p);
    free(row);
    return code;
}
