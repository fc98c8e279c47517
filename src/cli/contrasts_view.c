/* SPDX-License-Identifier: Apache-2.0
 * Several contrasts side by side: what an architect asks first, p95 response by partner, then
 * objectives and stations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/change.h"
#include "cli/contrast_view.h"

/* The figures that stand for a service, by partner, and for a class, all partners together. */
static const char response_figure[] = "response p95", delay_figure[] = "delay p95";

/* Is the measure a column of a table of services, or of that of classes? */
static bool is_shown(const struct measure *m)
{
    return !strcmp(m->figure, response_figure) ||
           (!strcmp(m->figure, delay_figure) && !*m->partner);
}

bool contrasts_show(const struct measure *m)
{
    return is_shown(m) || !strcmp(m->figure, "utilisation");
}

/* Whether every contrast has the same base: then the first lines have named it. */
static bool one_base(const struct contrasts *c)
{
    for (size_t i = 1; i < c->n; i++)
        if (c->item[i].base != c->item[0].base)
            return false;
    return c->base == c->other;
}

/* A factor whose option differs from row to row; the arrangement only where there are several
 * against the first. */
static bool factor_shown(const struct contrast_page *p, size_t f)
{
    const struct contrasts *c = p->contrasts;
    const struct result_factor *factor = &c->other->factor[f];
    for (size_t i = 1; i < c->n; i++)
        if (strcmp(factor->label[c->item[i].other], factor->label[c->item[0].other]) != 0)
            return true;
    return false;
}

static void add_keys(const struct contrast_page *p, struct table *t)
{
    const struct contrasts *c = p->contrasts;
    table_key(t, "point", TABLE_RIGHT);
    if (!one_base(c))
        table_key(t, "against", TABLE_RIGHT);
    for (size_t f = 0; f < c->other->n_factors; f++) {
        if (!factor_shown(p, f))
            continue;
        const char *path = c->other->factor[f].name, *dot = strrchr(path, '.');
        table_key(t, dot ? dot + 1 : path, TABLE_LEFT);
    }
}

static void add_key_cells(const struct contrast_page *p, const struct contrast *k, struct table *t)
{
    const struct contrasts *c = p->contrasts;
    table_add(t, "%zu", k->other);
    if (!one_base(c))
        table_add(t, "%zu", k->base);
    for (size_t f = 0; f < c->other->n_factors; f++)
        if (factor_shown(p, f))
            table_add(t, "%s", c->other->factor[f].label[k->other]);
}

/* One unit for a table: by the median of what both sides take. */
static struct change_scale table_scale(const struct contrasts *c, size_t first, size_t end)
{
    double *x = calloc(c->n * (end - first) + 1, sizeof *x);
    size_t count = 0;
    for (size_t k = 0; x && k < c->n; k++)
        for (size_t i = first; i < end; i++)
            if (is_shown(contrasts_measure(c, i)))
                x[count++] = change_size(&c->item[k].figure[i]);
    struct time_unit unit = number_time_unit(x, count);
    free(x);
    return (struct change_scale){unit.per_second, unit.name};
}

static void add_cell(struct table *t, const struct measure *m, const struct comparison *d,
                     double scale)
{
    char value[NUMBER_SIZE], half[NUMBER_SIZE], words[CHANGE_SIZE];
    change_words(m, d, words);
    if (change_missing(d->change)) {
        table_add(t, "–");
        table_add(t, "%s", "");
    } else {
        change_difference(d, scale, value, half);
        table_add(t, "%s", value);
        table_add(t, "%s%s", half, contrast_mark(d));
    }
    table_add(t, "%s", words);
}

/* The measures [first, end) are those of one service, with a column for each partner; or of all
 * classes, with one for each. */
static int print_differences(const struct contrast_page *p, size_t first, size_t end)
{
    const struct contrasts *c = p->contrasts;
    struct change_scale scale = table_scale(c, first, end);
    struct table t = {0};
    add_keys(p, &t);
    for (size_t i = first; i < end; i++) {
        const struct measure *m = contrasts_measure(c, i);
        const char *name = *m->partner ? m->partner : m->subject;
        if (!is_shown(m))
            continue;
        table_column(&t, name, "difference", TABLE_DECIMAL);
        table_tight(&t, name, "", TABLE_LEFT);
        table_tight(&t, name, "in words", TABLE_LEFT);
    }
    for (size_t k = 0; k < c->n; k++) {
        add_key_cells(p, &c->item[k], &t);
        for (size_t i = first; i < end; i++) {
            const struct measure *m = contrasts_measure(c, i);
            if (is_shown(m))
                add_cell(&t, m, &c->item[k].figure[i], scale.factor);
        }
    }
    const struct measure *m = contrasts_measure(c, first);
    if (view_kind(m) == VIEW_CLASS)
        view_heading(&p->page, "Network by class: difference of the p95 delay in %s", scale.unit);
    else
        view_heading(&p->page, "%s: difference of the p95 response time in %s", m->subject,
                     scale.unit);
    return table_print(&t, p->page.out, p->page.bold);
}

static int print_services(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    int code = 0;
    for (size_t i = 0; !code && i < c->n_measures;) {
        const char *service = contrasts_measure(c, i)->subject;
        size_t end = i;
        while (end < c->n_measures && view_kind(contrasts_measure(c, end)) == VIEW_STREAM &&
               !strcmp(contrasts_measure(c, end)->subject, service))
            end++;
        if (end > i)
            code = print_differences(p, i, end);
        i = end > i ? end : i + 1;
    }
    return code;
}

static int print_classes(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    size_t first = 0, end;
    while (first < c->n_measures && view_kind(contrasts_measure(c, first)) != VIEW_CLASS)
        first++;
    for (end = first; end < c->n_measures; end++)
        if (view_kind(contrasts_measure(c, end)) != VIEW_CLASS)
            break;
    return end > first ? print_differences(p, first, end) : 0;
}

static void add_contrast_columns(const struct contrasts *c, struct table *t, enum table_align align)
{
    for (size_t k = 0; k < c->n; k++)
        table_column(t, NULL, table_text(t, "%zu", c->item[k].other), align);
}

static bool is_judged(const struct summary_value *v)
{
    return v->unstable || v->verdict != VERDICT_NONE;
}

/* Is an objective judged another way, or at one of the points alone? */
static bool verdict_changes(const struct contrasts *c, const struct contrast *k, size_t measure)
{
    const struct summary_value *base = contrasts_base(c, k, measure);
    const struct summary_value *other = contrasts_other(c, k, measure);
    if (!is_judged(base) || !is_judged(other))
        return is_judged(base) || is_judged(other);
    return strcmp(view_verdict(base, "close"), view_verdict(other, "close")) != 0;
}

/* "met", "→ missed"; "new: met" and "gone" where the objective is judged at one of the points. */
static void add_verdict(const struct contrasts *c, struct table *t, size_t k, size_t measure)
{
    const struct contrast *x = &c->item[k];
    const struct summary_value *other = contrasts_other(c, x, measure);
    const char *verdict = view_verdict(other, "close");
    bool before = is_judged(contrasts_base(c, x, measure)), now = is_judged(other);
    if (before && !now)
        table_add(t, "%s", "  gone");
    else if (now && !before)
        table_add(t, "  new: %s", verdict);
    else
        table_add(t, "%s%s", verdict_changes(c, x, measure) ? "→ " : "  ", verdict);
}

/* Fills `row` with the objectives whose verdict changes anywhere, or that are new or gone; of those
 * of a group's members the one that is worst anywhere. *all counts every objective. */
static int pick_objectives(const struct contrasts *c, size_t *row, size_t *n, size_t *all,
                           size_t *hidden)
{
    double *weight = calloc(c->n_measures + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    *n = *all = 0;
    for (size_t i = 0; i < c->n_measures; i++) {
        const struct measure *m = contrasts_measure(c, i);
        bool changes = false;
        if (view_kind(m) != VIEW_OBJECTIVE)
            continue;
        ++*all;
        weight[*n] = 0;
        for (size_t k = 0; k < c->n; k++) {
            changes = changes || verdict_changes(c, &c->item[k], i);
            weight[*n] = fmax(weight[*n], view_severity(m, contrasts_other(c, &c->item[k], i)));
        }
        if (changes)
            row[(*n)++] = i;
    }
    int code = contrast_fold(c, weight, row, n, hidden);
    free(weight);
    return code;
}

static void add_objective(const struct contrasts *c, struct table *t, size_t measure)
{
    const struct measure *m = contrasts_measure(c, measure);
    char limit[NUMBER_SIZE];
    number_with_unit(m->limit, m->unit, limit);
    table_add(t, "%s", m->subject);
    table_add(t, "%s %s", m->at_most ? "≤" : "≥", limit);
    for (size_t k = 0; k < c->n; k++)
        add_verdict(c, t, k, measure);
}

/* The objectives that pick_objectives finds; the others are counted. */
static int print_objectives(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    struct table t = {0};
    size_t *row = calloc(c->n_measures + 1, sizeof *row), n = 0, all = 0, hidden = 0;
    int code = row ? pick_objectives(c, row, &n, &all, &hidden) : PSN_EMEMORY;
    size_t same = all - n - hidden;
    if (!code && all)
        view_heading(&p->page, "Objectives, by point (→: not so at the base)");
    if (!code && n) {
        table_key(&t, "objective", TABLE_LEFT);
        table_key(&t, "limit", TABLE_LEFT);
        add_contrast_columns(c, &t, TABLE_LEFT);
        for (size_t i = 0; i < n; i++)
            add_objective(c, &t, row[i]);
        code = table_print(&t, p->page.out, p->page.bold);
        view_hidden(hidden, "worst", p->page.out);
    }
    free(row);
    if (!code && same)
        fprintf(p->page.out, "%zu%s objective%s: nowhere judged otherwise than at the base.\n",
                same, n ? " more" : "", same == 1 ? "" : "s");
    return code;
}

/* A station's change of utilisation in points of per cent. */
static void add_station_cell(struct table *t, const struct comparison *d)
{
    char value[NUMBER_SIZE];
    if (d->change == CHANGE_NONE)
        snprintf(value, sizeof value, "same");
    else if (d->change == CHANGE_GONE)
        snprintf(value, sizeof value, "gone");
    else if (change_missing(d->change))
        snprintf(value, sizeof value, "%s", d->change == CHANGE_NEW ? "new" : "–");
    else if (fabs(d->difference.value) < 0.0005)
        snprintf(value, sizeof value, "<0.1");
    else
        snprintf(value, sizeof value, "%+.1f", 100 * d->difference.value);
    table_add(t, "%s%s", value, contrast_mark(d));
}

static bool station_changes(const struct contrasts *c, size_t measure, bool *used)
{
    bool changes = false;
    *used = false;
    for (size_t k = 0; k < c->n; k++) {
        const struct comparison *d = &c->item[k].figure[measure];
        *used = *used || d->base > 0 || d->other > 0;
        changes = changes || (d->change != CHANGE_NONE && d->change != CHANGE_ABSENT);
    }
    return changes && *used;
}

/* The greatest change of a station's utilisation anywhere. */
static double station_weight(const struct contrasts *c, size_t measure)
{
    double weight = 0;
    for (size_t k = 0; k < c->n; k++)
        weight = fmax(weight, contrast_change(&c->item[k].figure[measure]));
    return weight;
}

/* Fills `row` with the stations whose utilisation changes anywhere; of a group's members the one
 * that changes most. *same counts those that are used and do not change. */
static int pick_stations(const struct contrasts *c, size_t *row, size_t *n, size_t *same,
                         size_t *hidden)
{
    double *weight = calloc(c->n_measures + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    *n = *same = 0;
    for (size_t i = 0; i < c->n_measures; i++) {
        bool used;
        if (strcmp(contrasts_measure(c, i)->figure, "utilisation") != 0)
            continue;
        if (station_changes(c, i, &used)) {
            weight[*n] = station_weight(c, i);
            row[(*n)++] = i;
        } else
            *same += used;
    }
    int code = contrast_fold(c, weight, row, n, hidden);
    free(weight);
    return code;
}

static int print_stations(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    struct table t = {0};
    size_t *row = calloc(c->n_measures + 1, sizeof *row), n = 0, same = 0, hidden = 0;
    int code = row ? pick_stations(c, row, &n, &same, &hidden) : PSN_EMEMORY;
    if (!code && n) {
        table_key(&t, "station", TABLE_LEFT);
        add_contrast_columns(c, &t, TABLE_RIGHT);
        for (size_t i = 0; i < n; i++) {
            table_add(&t, "%s", contrasts_measure(c, row[i])->subject);
            for (size_t k = 0; k < c->n; k++)
                add_station_cell(&t, &c->item[k].figure[row[i]]);
        }
        view_heading(&p->page, "Stations: difference of the utilisation in points of per cent");
        code = table_print(&t, p->page.out, p->page.bold);
        view_hidden(hidden, "one that changes most", p->page.out);
    }
    free(row);
    if (!code && same)
        fprintf(p->page.out, "%s%zu%s station%s: no real difference.\n", n ? "" : "\n", same,
                n ? " more" : "", same == 1 ? "" : "s");
    return code;
}

int contrasts_print(const struct contrast_page *p)
{
    int code = print_services(p);
    if (!code)
        code = print_objectives(p);
    if (!code)
        code = print_classes(p);
    if (!code)
        code = print_stations(p);
    return code;
}
