/* SPDX-License-Identifier: Apache-2.0
 * What a reader must know of the method behind the intervals: batches that are too short, figures
 * that batches do not have, and what controls and antithetic pairs save. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number.h"
#include "cli/view.h"
#include "stats/proportion.h"

/* Has an earlier measure the same figure, and the same answer to `lacks`? */
static bool told_before(const struct result *r, size_t measure, const bool *lacks)
{
    for (size_t i = 0; i < measure; i++)
        if (lacks[i] && !strcmp(r->measure[i].figure, r->measure[measure].figure))
            return true;
    return false;
}

/* The figures that have a value and no interval, by name. */
static void print_lacking(const struct result *r, size_t first, size_t n, FILE *out)
{
    bool *lacks = calloc(r->n_measures + 1, sizeof *lacks);
    const char *before = "No interval from batches: ";
    for (size_t i = 0; lacks && i < r->n_measures; i++) {
        for (size_t point = first; point < first + n; point++) {
            const struct summary_value *v = &r->value[point * r->n_measures + i];
            lacks[i] = lacks[i] || (!isnan(v->estimate.value) && isnan(v->estimate.half_width));
        }
        if (lacks[i] && !told_before(r, i, lacks)) {
            fprintf(out, "%s%s", before, r->measure[i].figure);
            before = ", ";
        }
    }
    if (*before == ',')
        fputs(".\n", out);
    free(lacks);
}

static void print_batches(const struct result *r, size_t first, size_t n, FILE *out)
{
    size_t intervals = 0, correlated = 0;
    for (size_t i = first * r->n_measures; i < (first + n) * r->n_measures; i++) {
        intervals += isnan(r->value[i].estimate.half_width) ? 0 : 1;
        correlated += r->value[i].correlated;
    }
    fprintf(
        out,
        "\nIntervals from %zu batches of a run, neighbours joined until they are independent.\n",
        r->batches);
    if (correlated)
        fprintf(out,
                "Of %zu intervals %zu are too narrow: their batches are too short and still "
                "correlated. Expected: a longer\nhorizon, or replications.\n",
                intervals, correlated);
    print_lacking(r, first, n, out);
}

/* One row for each figure that has a gain. */
static int print_gain(const struct result *r, size_t point, const struct view_page *p)
{
    struct table t = {0};
    size_t n = 0;
    table_key(&t, "subject", TABLE_LEFT);
    table_key(&t, "partner", TABLE_LEFT);
    table_key(&t, "figure", TABLE_LEFT);
    table_column(&t, NULL, "variance ratio", TABLE_RIGHT);
    for (size_t i = 0; i < r->n_measures; i++) {
        const struct measure *m = &r->measure[i];
        double gain = r->value[point * r->n_measures + i].gain;
        /* An objective repeats the figure that it judges. */
        if (!isfinite(gain) || view_kind(m) == VIEW_OBJECTIVE)
            continue;
        table_add(&t, "%s", m->subject);
        table_add(&t, "%s", m->partner);
        table_add(&t, "%s", m->figure);
        table_add(&t, "%.*f", gain < 9.95 ? 2 : 0, gain);
        n++;
    }
    if (!n) {
        table_fini(&t);
        return 0;
    }
    view_heading(p, "What %s save%s",
                 r->controls && r->antithetic ? "control and antithetic pairs"
                 : r->controls                ? "the control by arrivals"
                                              : "antithetic pairs",
                 r->controls && !r->antithetic ? "s" : "");
    int code = table_print(&t, p->out, p->bold);
    fputs(
        "Variance ratio: of a mean over as many independent replications, to that of the estimate. "
        "Below 1 it\ncosts more than it gives.\n",
        p->out);
    return code;
}

static void add_kept(struct table *t, const struct measure *m, const struct summary_value *v)
{
    struct proportion share = proportion_exact(v->kept, v->judged, SUMMARY_LEVEL);
    bool class = view_kind(m) == VIEW_CLASS;
    table_add(t, "%s%s%s", m->subject, class ? ": " : "", class ? m->figure : "");
    table_add(t, "%zu of %zu", v->kept, v->judged);
    table_add(t, "%.1f to %.1f", 100 * share.low, 100 * share.high);
}

/* Fills `row` with the objectives that two replications or more judge; of a group's members the one
 * that is kept least. 0 or PSN_EMEMORY. */
static int pick_kept(const struct result *r, const struct summary_value *value, size_t *row,
                     size_t *n, size_t *hidden)
{
    double *weight = calloc(r->n_measures + 1, sizeof *weight);
    if (!weight)
        return PSN_EMEMORY;
    *n = *hidden = 0;
    for (size_t i = 0; i < r->n_measures; i++) {
        const struct summary_value *v = &value[i];
        if (v->judged < 2 || v->unstable || v->no_mean)
            continue;
        weight[*n] = 1 - (double)v->kept / (double)v->judged;
        row[(*n)++] = i;
    }
    int code = view_fold(r->measure, weight, row, n, hidden);
    free(weight);
    return code;
}

/* How many replications keep to each limit by themselves: "10 of 10", of all that there could be
 * 69.2 to 100 %. */
static int print_kept(const struct result *r, size_t point, const struct view_page *p)
{
    const struct summary_value *value = &r->value[point * r->n_measures];
    size_t *row = calloc(r->n_measures + 1, sizeof *row), n = 0, hidden = 0;
    struct table t = {0};
    int code = row ? pick_kept(r, value, row, &n, &hidden) : PSN_EMEMORY;
    if (code || !n) {
        free(row);
        return code;
    }
    table_key(&t, "objective", TABLE_LEFT);
    table_column(&t, NULL, "kept by", TABLE_RIGHT);
    table_column(&t, NULL, "of all, %", TABLE_RIGHT);
    for (size_t i = 0; i < n; i++)
        add_kept(&t, &r->measure[row[i]], &value[row[i]]);
    free(row);
    view_heading(p, "Single replications that keep to the limit");
    code = table_print(&t, p->out, p->bold);
    view_hidden_most(hidden, n, "least kept", p->out);
    fputs("Of all replications that there could be, at 95 % (Clopper and Pearson).\n", p->out);
    return code;
}

int view_print_method(const struct result *r, size_t first, size_t n, bool full,
                      const struct view_page *p)
{
    int code = 0;
    for (size_t i = first; full && !code && !r->antithetic && i < first + n; i++)
        code = print_kept(r, i, p);
    for (size_t i = first; full && !code && (r->controls || r->antithetic) && i < first + n; i++)
        code = print_gain(r, i, p);
    if (!code && r->batches > 0)
        print_batches(r, first, n, p->out);
    return code;
}
