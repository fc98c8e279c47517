/* SPDX-License-Identifier: Apache-2.0
 * One point against another, figure by figure: both estimates, the difference with its interval,
 * and what that says. */
#include "cli/contrast_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/change.h"
#include "cli/fold.h"

/* Stations with a change in their utilisation that are shown without --all. */
#define STATIONS_SHOWN 12

/* The figures of a service that are shown without --all. */
static const char *const first_figures[] = {"response mean", "response p95", "within objective"};

/* And of a class of service on the network, all partners together. */
static const char *const class_figures[] = {"delay mean", "delay p95", "jitter p99", "loss",
                                            "goodput mean"};

size_t contrast_arrangement(const struct result *r)
{
    size_t f = 0;
    while (f < r->n_factors && strcmp(r->factor[f].name, "arrangement") != 0)
        f++;
    return f;
}

/* The file's name without folders, where it is short enough for a heading. */
static const char *short_file(const char *path, const char *otherwise)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strlen(name) <= 16 ? name : otherwise;
}

void contrast_heads(const struct contrast_page *p, const struct contrast *k, char *base,
                    char *other, size_t size)
{
    const struct contrasts *c = p->contrasts;
    size_t f = contrast_arrangement(c->base);
    if (c->base != c->other) {
        const char *a = short_file(p->base_file, "first file");
        const char *b = short_file(p->other_file, "second file");
        bool apart = strcmp(a, b) != 0;
        snprintf(base, size, "%s", apart ? a : "first file");
        snprintf(other, size, "%s", apart ? b : "second file");
    } else if (p->by_arrangement && f < c->base->n_factors) {
        snprintf(base, size, "%s", c->base->factor[f].label[k->base]);
        snprintf(other, size, "%s", c->base->factor[f].label[k->other]);
    } else {
        snprintf(base, size, "point %zu", k->base);
        snprintf(other, size, "point %zu", k->other);
    }
}

double contrast_change(const struct comparison *c)
{
    double size = fabs(c->difference.value);
    return isnan(size) ? fmax(0, fmax(c->base, c->other)) : size;
}

int contrast_fold(const struct contrasts *c, const double *weight, size_t *row, size_t *n,
                  size_t *hidden)
{
    const char **name = calloc(*n + 1, sizeof *name);
    if (!name)
        return PSN_EMEMORY;
    for (size_t i = 0; i < *n; i++)
        name[i] = contrasts_measure(c, row[i])->subject;
    int code = fold_list(name, weight, row, n, hidden);
    free(name);
    return code;
}

/* The columns that all tables of a contrast end with: both estimates, each with room for a verdict
 * behind it or the difference after them, and words. */
static void add_value_columns(const struct contrast_page *p, const struct contrast *k,
                              struct table *t, bool verdicts)
{
    char base[64], other[64];
    contrast_heads(p, k, base, other, sizeof base);
    table_column(t, NULL, base, TABLE_RIGHT);
    if (verdicts)
        table_tight(t, NULL, "", TABLE_LEFT);
    table_column(t, NULL, other, TABLE_RIGHT);
    if (verdicts) {
        table_tight(t, NULL, "", TABLE_LEFT);
    } else {
        table_column(t, NULL, "difference", TABLE_DECIMAL);
        table_tight(t, NULL, "", TABLE_LEFT);
        table_tight(t, NULL, "", TABLE_LEFT);
    }
    table_column(t, NULL, "in words", TABLE_LEFT);
}

const char *contrast_mark(const struct comparison *c)
{
    return c->alone && c->change != CHANGE_NONE ? "?" : "";
}

static void add_difference(struct table *t, const struct measure *m, const struct comparison *c)
{
    char value[NUMBER_SIZE], half[NUMBER_SIZE];
    if (change_missing(c->change)) {
        table_add(t, "–");
        table_add(t, "%s", "");
        table_add(t, "%s", "");
    } else {
        struct change_scale scale = change_scale(m, change_size(c));
        change_difference(c, scale.factor, value, half);
        table_add(t, "%s", value);
        table_add(t, "%s%s", half, contrast_mark(c));
        table_add(t, "%s", scale.unit);
    }
}

static void add_value(struct table *t, const struct measure *m, const struct comparison *c,
                      double x)
{
    char text[CHANGE_SIZE];
    change_value(m, x, change_size(c), text);
    table_add(t, "%s", text);
}

static void add_words(struct table *t, const struct measure *m, const struct comparison *c)
{
    char words[CHANGE_SIZE];
    change_words(m, c, words);
    table_add(t, "%s", words);
}

static void add_values(struct table *t, const struct measure *m, const struct comparison *c)
{
    add_value(t, m, c, c->base);
    add_value(t, m, c, c->other);
    add_difference(t, m, c);
    add_words(t, m, c);
}

static bool is_first(const struct measure *m)
{
    for (size_t i = 0; i < sizeof first_figures / sizeof *first_figures; i++)
        if (!strcmp(m->figure, first_figures[i]))
            return true;
    return false;
}

static bool is_first_of_class(const struct measure *m)
{
    for (size_t i = 0; i < sizeof class_figures / sizeof *class_figures && !*m->partner; i++)
        if (!strcmp(m->figure, class_figures[i]))
            return true;
    return false;
}

bool contrast_shows(const struct measure *m)
{
    return is_first(m) || is_first_of_class(m) || view_kind(m) == VIEW_OBJECTIVE ||
           !strcmp(m->figure, "utilisation");
}

/* The measures of one service, from `*i` on; moves it to the first one behind them. */
static int print_service(const struct contrast_page *p, const struct contrast *k, size_t *i)
{
    const struct contrasts *c = p->contrasts;
    struct table t = {0};
    const char *service = contrasts_measure(c, *i)->subject, *partner = NULL;
    view_heading(&p->page, "%s", service);
    table_key(&t, "partner", TABLE_LEFT);
    table_key(&t, "figure", TABLE_LEFT);
    add_value_columns(p, k, &t, false);
    for (; *i < c->n_measures; (*i)++) {
        const struct measure *m = contrasts_measure(c, *i);
        if (view_kind(m) != VIEW_STREAM || strcmp(m->subject, service) != 0)
            break;
        if (k->figure[*i].change == CHANGE_ABSENT || (!p->every_figure && !is_first(m)))
            continue;
        bool same = partner && !strcmp(partner, m->partner);
        partner = m->partner;
        table_add(&t, "%s", same ? "" : partner);
        table_add(&t, "%s", m->figure);
        add_values(&t, m, &k->figure[*i]);
    }
    return table_print(&t, p->page.out, p->page.bold);
}

static int print_services(const struct contrast_page *p, const struct contrast *k)
{
    const struct contrasts *c = p->contrasts;
    int code = 0;
    for (size_t i = 0; !code && i < c->n_measures;) {
        if (view_kind(contrasts_measure(c, i)) == VIEW_STREAM)
            code = print_service(p, k, &i);
        else
            i++;
    }
    return code;
}

/* The network by class: a row for each figure, of every figure by partner, too. */
static int print_classes(const struct contrast_page *p, const struct contrast *k)
{
    const struct contrasts *c = p->contrasts;
    struct table t = {0};
    const char *class = "", *partner = "";
    size_t rows = 0;
    table_key(&t, "class", TABLE_LEFT);
    if (p->every_figure)
        table_key(&t, "partner", TABLE_LEFT);
    table_key(&t, "figure", TABLE_LEFT);
    add_value_columns(p, k, &t, false);
    for (size_t i = 0; i < c->n_measures; i++) {
        const struct measure *m = contrasts_measure(c, i);
        if (view_kind(m) != VIEW_CLASS || k->figure[i].change == CHANGE_ABSENT ||
            (!p->every_figure && !is_first_of_class(m)))
            continue;
        bool same = !strcmp(class, m->subject), partners = same && !strcmp(partner, m->partner);
        table_add(&t, "%s", same ? "" : m->subject);
        if (p->every_figure)
            table_add(&t, "%s", partners ? "" : m->partner);
        class = m->subject, partner = m->partner;
        table_add(&t, "%s", m->figure);
        add_values(&t, m, &k->figure[i]);
        rows++;
    }
    if (!rows) {
        table_fini(&t);
        return 0;
    }
    view_heading(&p->page, "Network by class");
    return table_print(&t, p->page.out, p->page.bold);
}

/* Fills `row` with the objectives to show; of those of a group's members the worst on either side,
 * unless every figure is wanted. */
static int pick_objectives(const struct contrast_page *p, const struct contrast *k, size_t *row,
                           size_t *n, size_t *hidden)
{
    const struct contrasts *c = p->contrasts;
    double *weight = calloc(c->n_measures + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    *n = *hidden = 0;
    for (size_t i = 0; i < c->n_measures; i++) {
        const struct measure *m = contrasts_measure(c, i);
        if (view_kind(m) != VIEW_OBJECTIVE || k->figure[i].change == CHANGE_ABSENT)
            continue;
        weight[*n] = fmax(view_severity(m, contrasts_base(c, k, i)),
                          view_severity(m, contrasts_other(c, k, i)));
        row[(*n)++] = i;
    }
    int code = p->every_figure ? 0 : contrast_fold(c, weight, row, n, hidden);
    free(weight);
    return code;
}

static void add_objective(const struct contrast_page *p, const struct contrast *k, struct table *t,
                          size_t measure)
{
    const struct contrasts *c = p->contrasts;
    const struct measure *m = contrasts_measure(c, measure);
    const struct comparison *d = &k->figure[measure];
    char limit[NUMBER_SIZE];
    number_with_unit(m->limit, m->unit, limit);
    table_add(t, "%s", m->subject);
    table_add(t, "%s %s", m->at_most ? "≤" : "≥", limit);
    add_value(t, m, d, d->base);
    table_add(t, "%s", view_verdict(contrasts_base(c, k, measure), "close"));
    add_value(t, m, d, d->other);
    table_add(t, "%s", view_verdict(contrasts_other(c, k, measure), "close"));
    char words[CHANGE_SIZE];
    change_words(m, d, words);
    table_add(t, "%s%s", words, contrast_mark(d));
}

static int print_objectives(const struct contrast_page *p, const struct contrast *k)
{
    struct table t = {0};
    size_t *row = calloc(p->contrasts->n_measures + 1, sizeof *row), n = 0, hidden = 0;
    int code = row ? pick_objectives(p, k, row, &n, &hidden) : PSN_EMEMORY;
    if (code || !n) {
        free(row);
        return code;
    }
    table_key(&t, "objective", TABLE_LEFT);
    table_key(&t, "limit", TABLE_LEFT);
    add_value_columns(p, k, &t, true);
    for (size_t i = 0; i < n; i++)
        add_objective(p, k, &t, row[i]);
    free(row);
    view_heading(&p->page, "Objectives");
    code = table_print(&t, p->page.out, p->page.bold);
    view_hidden(hidden, "worst", p->page.out);
    return code;
}

/* The stations' utilisation by the size of its change. */
struct row {
    size_t measure;
    double size;
};

static int by_size(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return (x->measure > y->measure) - (x->measure < y->measure);
}

/* Fills `index` with the stations that change, and `size` with how much; *used counts all that one
 * of the two uses. */
static size_t find_stations(const struct contrast_page *p, const struct contrast *k, size_t *index,
                            double *size, size_t *used)
{
    const struct contrasts *c = p->contrasts;
    size_t n = 0;
    *used = 0;
    for (size_t i = 0; i < c->n_measures; i++) {
        const struct comparison *d = &k->figure[i];
        const struct measure *m = contrasts_measure(c, i);
        if (strcmp(m->figure, "utilisation") != 0 || !(d->base > 0 || d->other > 0))
            continue;
        ++*used;
        if (d->change == CHANGE_NONE && !p->every_figure)
            continue;
        size[n] = contrast_change(d);
        index[n++] = i;
    }
    return n;
}

/* Fills `row` with the *n stations to show, the greatest change first; unless every figure is
 * wanted, of a group's members the one that changes most. 0 or PSN_EMEMORY. */
static int pick_stations(const struct contrast_page *p, const struct contrast *k, struct row *row,
                         size_t *n, size_t *used, size_t *hidden)
{
    const struct contrasts *c = p->contrasts;
    size_t *index = calloc(c->n_measures + 1, sizeof *index);
    double *size = calloc(c->n_measures + 1, sizeof *size);
    int code = index && size ? 0 : PSN_EMEMORY;
    *n = *used = *hidden = 0;
    if (!code)
        *n = find_stations(p, k, index, size, used);
    if (!code && !p->every_figure)
        code = contrast_fold(c, size, index, n, hidden);
    for (size_t i = 0; !code && i < *n; i++)
        row[i] = (struct row){index[i], contrast_change(&k->figure[index[i]])};
    if (!code)
        qsort(row, *n, sizeof *row, by_size);
    if (*n > STATIONS_SHOWN && !p->every_figure)
        *n = STATIONS_SHOWN;
    free(index);
    free(size);
    return code;
}

/* One row with the utilisation; or, for every figure, a row with the name and one for each. */
static void add_station(const struct contrast_page *p, const struct contrast *k, struct table *t,
                        size_t utilisation)
{
    const struct contrasts *c = p->contrasts;
    const char *name = contrasts_measure(c, utilisation)->subject;
    table_add(t, "%s", name);
    if (!p->every_figure) {
        add_values(t, contrasts_measure(c, utilisation), &k->figure[utilisation]);
        return;
    }
    for (size_t i = 1; i < t->n_columns; i++)
        table_add(t, "%s", "");
    for (size_t i = utilisation; i < c->n_measures; i++) {
        const struct measure *m = contrasts_measure(c, i);
        if (view_kind(m) != VIEW_STATION || strcmp(m->subject, name) != 0)
            break;
        if (k->figure[i].change == CHANGE_ABSENT)
            continue;
        table_add(t, "  %s%s%s", m->figure, *m->partner ? " of " : "", m->partner);
        add_values(t, m, &k->figure[i]);
    }
}

static int print_stations(const struct contrast_page *p, const struct contrast *k)
{
    const struct contrasts *c = p->contrasts;
    struct row *row = calloc(c->n_measures + 1, sizeof *row);
    size_t used, n, hidden;
    struct table t = {0};
    int code = row ? pick_stations(p, k, row, &n, &used, &hidden) : PSN_EMEMORY;
    if (code) {
        free(row);
        return code;
    }
    table_key(&t, "station", TABLE_LEFT);
    add_value_columns(p, k, &t, false);
    for (size_t i = 0; i < n; i++)
        add_station(p, k, &t, row[i].measure);
    free(row);
    if (used)
        view_heading(&p->page, p->every_figure ? "Stations" : "Stations: utilisation");
    if (n)
        code = table_print(&t, p->page.out, p->page.bold);
    else
        table_fini(&t);
    view_hidden(hidden, "one that changes most", p->page.out);
    if (n + hidden < used)
        fprintf(p->page.out, "%zu%s station%s: no real difference%s.\n", used - n - hidden,
                n ? " more" : "", used - n - hidden == 1 ? "" : "s",
                n == STATIONS_SHOWN ? ", or a smaller one" : "");
    return code;
}

int contrast_print(const struct contrast_page *p, const struct contrast *k)
{
    int code = print_services(p, k);
    if (!code)
        code = print_objectives(p, k);
    if (!code)
        code = print_classes(p, k);
    if (!code)
        code = print_stations(p, k);
    return code;
}
