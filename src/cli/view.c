/* SPDX-License-Identifier: Apache-2.0
 * What the views of one point and of a study share. */
#include "cli/view.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fold.h"
#include "cli/number.h"

enum view_kind view_kind(const struct measure *m)
{
    /* How the names of all figures of classes begin; no other's begin so. */
    static const char *const of_class[] = {"delay ", "jitter ", "messages ", "flow", "goodput "};
    if (!strcmp(m->figure, "objective"))
        return VIEW_OBJECTIVE;
    for (size_t i = 0; i < sizeof of_class / sizeof *of_class; i++)
        if (!strncmp(m->figure, of_class[i], strlen(of_class[i])))
            return VIEW_CLASS;
    if (!strcmp(m->figure, "loss"))
        return VIEW_CLASS;
    /* Requests are of a partner; of a station's figures the share alone is. */
    return !*m->partner || !strcmp(m->figure, "share") ? VIEW_STATION : VIEW_STREAM;
}

struct view_point view_of(const struct result *r, size_t point)
{
    return (struct view_point){.measure = r->measure,
                               .value = r->value + point * r->n_measures,
                               .n_measures = r->n_measures,
                               .station = r->station,
                               .unstable = r->unstable + point * r->n_stations,
                               .n_stations = r->n_stations};
}

struct view_page view_stdout(void)
{
    const char *plain = getenv("NO_COLOR");
    return (struct view_page){stdout, isatty(STDOUT_FILENO) && !(plain && *plain)};
}

void view_heading(const struct view_page *p, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fputs(p->bold ? "\n\033[1m" : "\n", p->out);
    vfprintf(p->out, format, values);
    fputs(p->bold ? "\033[0m\n" : "\n", p->out);
    va_end(values);
}

void view_unstable(const struct view_point *v, char *text, size_t size)
{
    const char *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < v->n_stations; i++)
        if (v->unstable[i] > 0 && n++ == 0)
            first = v->station[i];
    if (n > 1)
        snprintf(text, size, "unstable: %s and %zu more", first, n - 1);
    else if (n)
        snprintf(text, size, "unstable: %s", first);
    else
        snprintf(text, size, "unstable");
}

void view_estimate(struct table *t, const struct estimate *e, double scale)
{
    char value[NUMBER_SIZE], half[NUMBER_SIZE];
    number_estimate(e, scale, value, half);
    table_add(t, "%s", value);
    table_add(t, "%s", half);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

void view_runs(const struct result *r, FILE *out)
{
    size_t least = r->n_replications, most = 0, runs = 0;
    for (size_t i = 0; i < r->n_points; i++) {
        size_t n = r->point_replications[i];
        least = n < least ? n : least;
        most = n > most ? n : most;
        runs += n;
    }
    fprintf(out, "%zu design point%s", r->n_points, plural(r->n_points));
    if (r->batches > 0) {
        fprintf(out, ", %s in %zu batches", r->n_points == 1 ? "one run" : "one run each",
                r->batches);
        return;
    }
    fputs(" × ", out);
    if (least < most)
        fprintf(out, "%zu to ", least);
    fprintf(out, "%zu replication%s = %zu run%s%s", most, plural(most), runs, plural(runs),
            r->antithetic ? " in antithetic pairs" : "");
}

void view_asked(const struct result *r, FILE *out)
{
    char until[NUMBER_SIZE];
    if (!(r->until > 0))
        return;
    number_with_unit(r->until, "1", until);
    fprintf(out,
            "Replications until ± is %s of the value or less for %s: at least %zu, at most %zu\n",
            until, r->of, r->at_least, r->n_replications);
}

void view_title(const struct result *r, const struct view_page *p)
{
    if (r->title && *r->title)
        fprintf(p->out, p->bold ? "\033[1m%s\033[0m\n" : "%s\n", r->title);
    view_runs(r, p->out);
    size_t failed = 0;
    for (size_t i = 0; i < r->n_runs; i++)
        failed += r->run_status[i] != 0;
    if (failed)
        fprintf(p->out, ", of which %zu failed", failed);
    if (!r->complete)
        fprintf(p->out, ", of which only %zu are done", r->n_runs);
    fputs(r->n_replications > 1 ? "; ± is the half-width of a 95 % confidence interval\n" : "\n",
          p->out);
    view_asked(r, p->out);
    if (r->warmup_auto) {
        char length[NUMBER_SIZE];
        number_length(r->warmup_s, length);
        fprintf(p->out, "warm-up %s (automatic: MSER-5 on the requests in progress)\n", length);
    }
}

void view_factors(const struct result *r, size_t point, char *text, size_t size)
{
    result_point_name(r, point, text, size);
}

const char *view_verdict(const struct summary_value *v, const char *close)
{
    if (v->unstable)
        return "unstable";
    if (v->no_mean)
        return "no finite mean";
    switch (v->verdict) {
    case VERDICT_MET:
        return "met";
    case VERDICT_MISSED:
        return "missed";
    case VERDICT_TOO_CLOSE:
        return close;
    default:
        return "–";
    }
}

void view_hidden(size_t hidden, const char *which, FILE *out)
{
    if (hidden)
        fprintf(out, "Of each group the %s is shown, and %d rows at most; %zu more %s in --json.\n",
                which, FOLD_ROWS, hidden, hidden == 1 ? "is" : "are");
}

void view_hidden_most(size_t hidden, size_t shown, const char *which, FILE *out)
{
    if (hidden && shown == FOLD_ROWS)
        fprintf(out, "The %d %s are shown; %zu more %s in --json.\n", FOLD_ROWS, which, hidden,
                hidden == 1 ? "is" : "are");
    else
        view_hidden(hidden, which, out);
}

int view_fold(const struct measure *measure, const double *weight, size_t *first, size_t *n,
              size_t *hidden)
{
    const char **name = calloc(*n + 1, sizeof *name);
    if (!name)
        return PSN_EMEMORY;
    for (size_t i = 0; i < *n; i++)
        name[i] = measure[first[i]].subject;
    int code = fold_list(name, weight, first, n, hidden);
    free(name);
    return code;
}

size_t view_find(const struct view_point *v, size_t from, const char *figure, const char *subject,
                 const char *partner)
{
    size_t i = from;
    while (i < v->n_measures && (strcmp(v->measure[i].subject, subject) != 0 ||
                                 strcmp(v->measure[i].partner, partner) != 0 ||
                                 strcmp(v->measure[i].figure, figure) != 0))
        i++;
    return i;
}

double view_severity(const struct measure *m, const struct summary_value *v)
{
    double ratio = v->estimate.value / m->limit;
    double near = !(ratio >= 0) ? 0 : m->at_most ? 1 - 1 / (1 + ratio) : 1 / (1 + ratio);
    if (v->unstable || v->verdict == VERDICT_MISSED)
        return 3 + near;
    return (v->verdict == VERDICT_TOO_CLOSE ? 2 : v->verdict == VERDICT_MET ? 1 : 0) + near;
}
