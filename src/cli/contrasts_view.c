/* SPDX-License-Identifier: Apache-2.0
 * Several contrasts side by side: what an architect asks first, p95 response by partner, then
 * objectives and stations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/change.h"
#include "cli/contrast_view.h"

/* The figure that stands for a service. */
static const char shown_figure[] = "response p95";

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

/* One unit for a service: by the median of what both sides take. */
static struct change_scale service_scale(const struct contrasts *c, size_t first, size_t end)
{
    double *x = calloc(c->n * (end - first) + 1, sizeof *x);
    size_t count = 0;
    for (size_t k = 0; x && k < c->n; k++)
        for (size_t i = first; i < end; i++)
            if (!strcmp(contrasts_measure(c, i)->figure, shown_figure))
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
        table_add(t, "%s", half);
    }
    table_add(t, "%s", words);
}

/* The measures [first, end) are those of one service. */
static int print_service(const struct contrast_page *p, size_t first, size_t end)
{
    const struct contrasts *c = p->contrasts;
    struct change_scale scale = service_scale(c, first, end);
    struct table t = {0};
    add_keys(p, &t);
    for (size_t i = first; i < end; i++) {
        const struct measure *m = contrasts_measure(c, i);
        if (strcmp(m->figure, shown_figure) != 0)
            continue;
        table_column(&t, m->partner, "difference", TABLE_DECIMAL);
        table_tight(&t, m->partner, "", TABLE_LEFT);
        table_tight(&t, m->partner, "in words", TABLE_LEFT);
    }
    for (size_t k = 0; k < c->n; k++) {
        add_key_cells(p, &c->item[k], &t);
        for (size_t i = first; i < end; i++) {
            const struct measure *m = contrasts_measure(c, i);
            if (!strcmp(m->figure, shown_figure))
                add_cell(&t, m, &c->item[k].figure[i], scale.factor);
        }
    }
    view_heading(&p->page, "%s: difference of the p95 response time in %s",
                 contrasts_measure(c, first)->subject, scale.unit);
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
            code = print_service(p, i, end);
        i = end > i ? end : i + 1;
    }
    return code;
}

static void add_contrast_columns(const struct contrasts *c, struct table *t, enum table_align align)
{
    for (size_t k = 0; k < c->n; k++)
        table_column(t, NULL, table_text(t, "%zu", c->item[k].other), align);
}

/* Is an objective that the base's point judges another way there? */
static bool verdict_changes(const struct contrasts *c, const struct contrast *k, size_t measure)
{
    const struct summary_value *base = contrasts_base(c, k, measure);
    if (!base->unstable && base->verdict == VERDICT_NONE)
        return false;
    return strcmp(view_verdict(base, "close"),
                  view_verdict(contrasts_other(c, k, measure), "close")) != 0;
}

/* Objectives whose verdict changes anywhere; the others are counted. */
static int print_objectives(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    struct table t = {0};
    size_t shown = 0, all = 0;
    table_key(&t, "objective", TABLE_LEFT);
    table_key(&t, "limit", TABLE_LEFT);
    add_contrast_columns(c, &t, TABLE_LEFT);
    for (size_t i = 0; i < c->n_measures; i++) {
        const struct measure *m = contrasts_measure(c, i);
        if (view_kind(m) != VIEW_OBJECTIVE)
            continue;
        bool changes = false;
        for (size_t k = 0; k < c->n; k++)
            changes = changes || verdict_changes(c, &c->item[k], i);
        all++;
        if (!changes)
            continue;
        char limit[NUMBER_SIZE];
        number_with_unit(m->limit, m->unit, limit);
        table_add(&t, "%s", m->subject);
        table_add(&t, "%s %s", m->at_most ? "≤" : "≥", limit);
        for (size_t k = 0; k < c->n; k++)
            table_add(&t, "%s%s", verdict_changes(c, &c->item[k], i) ? "→ " : "  ",
                      view_verdict(contrasts_other(c, &c->item[k], i), "close"));
        shown++;
    }
    int code = 0;
    if (all)
        view_heading(&p->page, "Objectives, by point (→: not so at the base)");
    if (shown)
        code = table_print(&t, p->page.out, p->page.bold);
    else
        table_fini(&t);
    if (shown < all)
        fprintf(p->page.out, "%zu%s objective%s: nowhere judged otherwise than at the base.\n",
                all - shown, shown ? " more" : "", all - shown == 1 ? "" : "s");
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
    else
        snprintf(value, sizeof value, "%+.1f", 100 * d->difference.value);
    table_add(t, "%s", value);
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

static int print_stations(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    struct table t = {0};
    size_t shown = 0, same = 0;
    table_key(&t, "station", TABLE_LEFT);
    add_contrast_columns(c, &t, TABLE_RIGHT);
    for (size_t i = 0; i < c->n_measures; i++) {
        const struct measure *m = contrasts_measure(c, i);
        bool used;
        if (strcmp(m->figure, "utilisation") != 0)
            continue;
        if (!station_changes(c, i, &used)) {
            same += used;
            continue;
        }
        table_add(&t, "%s", m->subject);
        for (size_t k = 0; k < c->n; k++)
            add_station_cell(&t, &c->item[k].figure[i]);
        shown++;
    }
    int code = 0;
    if (shown)
        view_heading(&p->page, "Stations: difference of the utilisation in points of per cent");
    if (shown)
        code = table_print(&t, p->page.out, p->page.bold);
    else
        table_fini(&t);
    if (same)
        fprintf(p->page.out, "%s%zu%s station%s: no real difference.\n", shown ? "" : "\n", same,
                shown ? " more" : "", same == 1 ? "" : "s");
    return code;
}

int contrasts_print(const struct contrast_page *p)
{
    int code = print_services(p);
    if (!code)
        code = print_objectives(p);
    if (!code)
        code = print_stations(p);
    return code;
}
