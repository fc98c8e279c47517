/* SPDX-License-Identifier: Apache-2.0
 * A study of many points that fill the space of their factors: how far each figure spreads over
 * them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number.h"
#include "cli/view.h"

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool is_shown(const struct measure *m)
{
    static const char *const figures[] = {"objective", "response mean", "response p95",
                                          "utilisation"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (strcmp(m->figure, figures[i]) == 0)
            return true;
    return false;
}

/* The values of all points that have one, in their order; how many points are unstable, and at how
 * many an objective is met. */
static size_t sort_values(const struct result *r, size_t measure, double *x, size_t *unstable,
                          size_t *met)
{
    size_t n = 0;
    *unstable = *met = 0;
    for (size_t p = 0; p < r->n_points; p++) {
        const struct summary_value *v = &r->value[p * r->n_measures + measure];
        *unstable += v->unstable;
        *met += !v->unstable && v->verdict == VERDICT_MET;
        if (isfinite(v->estimate.value))
            x[n++] = v->estimate.value;
    }
    qsort(x, n, sizeof *x, by_value);
    return n;
}

static void add_name(struct table *t, const struct measure *m)
{
    char limit[NUMBER_SIZE];
    if (view_kind(m) == VIEW_OBJECTIVE) {
        number_with_unit(m->limit, m->unit, limit);
        table_add(t, "%s %s %s", m->subject, m->at_most ? "≤" : "≥", limit);
        return;
    }
    table_add(t, "%s of %s%s%s", m->figure, m->subject, *m->partner ? ", " : "", m->partner);
}

static void add_measure(struct table *t, const struct result *r, size_t measure, double *x)
{
    const struct measure *m = &r->measure[measure];
    size_t unstable, met, n = sort_values(r, measure, x, &unstable, &met);
    const size_t at[] = {0, n / 2, n > 0 ? n - 1 : 0};
    if ((n == 0 && unstable == 0) || (n > 0 && x[n - 1] == 0 && view_kind(m) == VIEW_STATION))
        return; /* a station that nobody uses */
    add_name(t, m);
    for (size_t i = 0; i < 3; i++) {
        char text[NUMBER_SIZE];
        number_with_unit(n > 0 ? x[at[i]] : (double)NAN, m->unit, text);
        table_add(t, "%s", text);
    }
    table_add(t, "%zu", unstable);
    if (view_kind(m) == VIEW_OBJECTIVE)
        table_add(t, "%zu", met);
    else
        table_add(t, "%s", "");
}

int view_print_spread(const struct result *r, const struct view_page *p)
{
    struct table t = {0};
    double *x = calloc(r->n_points + 1, sizeof *x);
    if (!x)
        return PSN_EMEMORY;
    view_heading(p, "Over the points");
    table_key(&t, "figure", TABLE_LEFT);
    table_column(&t, NULL, "least", TABLE_RIGHT);
    table_column(&t, NULL, "median", TABLE_RIGHT);
    table_column(&t, NULL, "most", TABLE_RIGHT);
    table_column(&t, "points", "unstable", TABLE_RIGHT);
    table_column(&t, "points", "met", TABLE_RIGHT);
    for (int objectives = 1; objectives >= 0; objectives--)
        for (size_t i = 0; i < r->n_measures; i++)
            if ((view_kind(&r->measure[i]) == VIEW_OBJECTIVE) == objectives &&
                is_shown(&r->measure[i]))
                add_measure(&t, r, i, x);
    free(x);
    int code = table_print(&t, p->out, p->bold);
    fputs("\n--point N shows all of one point, --all of every point; --csv prints a row for each "
          "figure and point.\n",
          p->out);
    return code;
}
