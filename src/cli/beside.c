/* SPDX-License-Identifier: Apache-2.0
 * Theory beside simulation. */
#include "cli/beside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inside.h"
#include "cli/number.h"
#include "cli/station.h"
#include "cli/theory_view.h"
#include "study/summary.h"

/* The longest verdict. */
#define WORDS_SIZE (NUMBER_SIZE + 40)

/* A figure of the result and what theory says of it. */
struct pair {
    size_t measure;
    double low, high; /* theory: bounds, or twice the value */
    struct theory_note note;
    uint32_t station; /* whose wait it is; NO_INDEX: a response */
    const char *what; /* "mean response" */
};

struct beside {
    const struct measure *measure;
    const struct summary_value *value; /* of each measure */
    size_t n_measures;
    struct study *study; /* read again, as the scenario; NULL: nothing was */
    struct scenario *scenario;
    struct description *d;
    struct load_report load;
    struct analysis theory;
    struct pair *pair;
    size_t n;
};

static void beside_fini(struct beside *b)
{
    laws_fini(&b->load);
    analysis_fini(&b->theory);
    description_free(b->d);
    study_free(b->study);
    scenario_free(b->scenario);
    free(b->pair);
}

/* Adds the figure of this name, where it was simulated. */
static void add_pair(struct beside *b, const char *figure, const char *subject, const char *partner,
                     struct pair pair)
{
    for (size_t i = 0; i < b->n_measures; i++) {
        const struct measure *m = &b->measure[i];
        if (strcmp(m->figure, figure) != 0 || strcmp(m->subject, subject) != 0 ||
            strcmp(m->partner, partner) != 0)
            continue;
        pair.measure = i;
        if (!b->value[i].unstable && isfinite(b->value[i].estimate.value))
            b->pair[b->n++] = pair;
        return;
    }
}

/* The quantiles that theory has: of requests that wait once, in M/M/c. */
static void add_quantiles(struct beside *b, const struct stream_theory *s, const char *service,
                          const char *partner)
{
    static const char *const what[THEORY_QUANTILES] = {"p50 response", "p90 response",
                                                       "p95 response", "p99 response"};
    for (size_t q = 0; q < THEORY_QUANTILES; q++) {
        char figure[32];
        snprintf(figure, sizeof figure, "response p%.0f", 100 * theory_quantile[q]);
        if (isfinite(s->quantile_s[q]))
            add_pair(
                b, figure, service, partner,
                (struct pair){0, s->quantile_s[q], s->quantile_s[q], s->note, NO_INDEX, what[q]});
    }
}

static void find_pairs(struct beside *b)
{
    const struct description *d = b->d;
    for (size_t i = 0; i < b->theory.n_streams; i++) {
        const struct stream_theory *s = &b->theory.stream[i];
        const char *service = d->service[i / d->n_partners].name;
        const char *partner = d->partner[i % d->n_partners].name;
        bool bounds = s->note.kind == THEORY_BOUNDS;
        if (!s->used || s->note.kind == THEORY_NONE || !isfinite(s->high_s))
            continue;
        add_pair(b, "response mean", service, partner,
                 (struct pair){0, bounds ? s->low_s : s->response_s,
                               bounds ? s->high_s : s->response_s, s->note, NO_INDEX,
                               "mean response"});
        add_quantiles(b, s, service, partner);
    }
    for (uint32_t i = 0; i < b->theory.n_stations; i++) {
        const struct station_theory *s = &b->theory.station[i];
        char name[STATION_NAME_SIZE];
        if (!s->used || s->note.kind == THEORY_NONE || !isfinite(s->wait_s) || s->wait_s <= 0)
            continue;
        model_station_name(d, i, name, sizeof name);
        add_pair(b, "wait mean", name, "",
                 (struct pair){0, s->wait_s, s->wait_s, s->note, i, "mean wait"});
    }
}

/* Works theory out, of the scenario of the result read again where there is no study. 0 with no
 * pairs where there is nothing to set beside. */
static int beside_make(struct beside *b, struct result *r, struct study *study, size_t point,
                       psn_diagnostics *all)
{
    *b = (struct beside){.measure = r->measure,
                         .value = r->value + point * r->n_measures,
                         .n_measures = r->n_measures};
    int code = study ? 0 : inside_scenario(r, "the result", NULL, 0, &b->scenario, all);
    if (!study && !code)
        code = study_open(b->scenario, r->factors_used, &b->study, all);
    if (!code)
        code = study_describe(study ? study : b->study, point, &b->d, all);
    if (code || !analysis_steady(b->d))
        return code;
    code = laws_report(b->d, &b->load, all);
    if (!code)
        code = analysis_make(b->d, &b->load, &b->theory, all);
    if (code)
        return code;
    b->pair = calloc((1 + THEORY_QUANTILES) * b->theory.n_streams + b->theory.n_stations + 1,
                     sizeof *b->pair);
    if (!b->pair)
        return PSN_EMEMORY;
    find_pairs(b);
    return 0;
}

/* How many standard errors theory and simulation are apart; NaN for fewer than two repetitions. */
static double errors_apart(const struct estimate *e, double theory)
{
    if (e->n < 2 || !(e->half_width > 0))
        return NAN;
    double t = interval_t((1 + SUMMARY_LEVEL) / 2, (double)e->n - 1);
    return fabs(e->value - theory) / (e->half_width / t);
}

static bool inside(const struct estimate *e, const struct pair *p)
{
    double half = isfinite(e->half_width) ? e->half_width : 0;
    return e->value + half >= p->low && e->value - half <= p->high;
}

/* "agrees", "2.3 standard errors apart", "simulated 4.1 % above". */
static void in_words(const struct estimate *e, const struct pair *p, char text[WORDS_SIZE])
{
    double apart = errors_apart(e, p->low), by = e->value / p->low - 1;
    char percent[NUMBER_SIZE];
    number_plain(fabs(by) * 100, percent);
    if (p->note.kind == THEORY_BOUNDS)
        snprintf(text, WORDS_SIZE, "%s", inside(e, p) ? "within the bounds" : "outside the bounds");
    else if (isfinite(apart) && inside(e, p))
        snprintf(text, WORDS_SIZE, "agrees");
    else if (isfinite(apart) && p->note.kind == THEORY_EXACT)
        snprintf(text, WORDS_SIZE, "%.1f standard errors apart", apart);
    else if (isfinite(by))
        snprintf(text, WORDS_SIZE, "simulated %s %% %s", percent, by < 0 ? "below" : "above");
    else
        snprintf(text, WORDS_SIZE, "–");
}

/* The theory's value to a digit more than the interval's, so that it can be told apart from it. */
static void add_theory(struct table *t, const struct estimate *e, const struct pair *p,
                       double scale)
{
    char low[NUMBER_SIZE], high[NUMBER_SIZE], half[NUMBER_SIZE];
    struct estimate fine = {p->low, isfinite(e->half_width) ? e->half_width / 10 : NAN, e->n};
    if (isfinite(e->half_width) && e->half_width > 0 && p->note.kind != THEORY_BOUNDS)
        number_estimate(&fine, scale, low, half);
    else
        number_plain(p->low * scale, low);
    number_plain(p->high * scale, high);
    if (p->note.kind == THEORY_BOUNDS)
        table_add(t, "%s to %s", low, high);
    else
        table_add(t, "%s", low);
}

static int add_row(struct table *t, const struct beside *b, struct theory_notes *notes,
                   const struct pair *p)
{
    const struct measure *m = &b->measure[p->measure];
    const struct estimate *e = &b->value[p->measure].estimate;
    double x = fmax(e->value, p->low);
    struct time_unit unit = number_time_unit(&x, 1);
    char words[WORDS_SIZE];
    table_add(t, "%s%s%s", m->subject, *m->partner ? " " : "", m->partner);
    table_add(t, "%s", p->what);
    view_estimate(t, e, unit.per_second);
    add_theory(t, e, p, unit.per_second);
    table_add(t, "%s", unit.name);
    int code = theory_add_note(t, b->d, notes, &p->note, p->station);
    in_words(e, p, words);
    table_add(t, "%s", words);
    return code;
}

/* How many of the exact figures lie within their intervals, and what that means. */
static void print_count(const struct beside *b, FILE *out)
{
    size_t exact = 0, within = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct estimate *e = &b->value[b->pair[i].measure].estimate;
        if (b->pair[i].note.kind != THEORY_EXACT || e->n < 2)
            continue;
        exact++;
        within += inside(e, &b->pair[i]);
    }
    if (exact)
        fprintf(
            out,
            "Of %zu exact figure%s %zu lie%s within the interval; by chance 1 in 20 does not.\n",
            exact, exact == 1 ? "" : "s", within, within == 1 ? "s" : "");
}

/* The rows that a long table shows: of a group's members the longest wait. */
static int fold(struct beside *b, size_t *hidden)
{
    size_t n = b->n, *row = calloc(n + 1, sizeof *row);
    double *weight = calloc(n + 1, sizeof *weight);
    int code = row && weight ? 0 : PSN_EMEMORY;
    for (size_t i = 0; i < n && !code; i++) {
        row[i] = b->pair[i].measure;
        weight[i] = b->pair[i].high;
    }
    if (!code)
        code = view_fold(b->measure, weight, row, &n, hidden);
    size_t kept = 0;
    for (size_t i = 0; i < b->n && !code; i++)
        if (kept < n && b->pair[i].measure == row[kept])
            b->pair[kept++] = b->pair[i];
    if (!code)
        b->n = kept;
    free(row);
    free(weight);
    return code;
}

static int print_pairs(struct beside *b, const struct view_page *page)
{
    struct table t = {0};
    struct theory_notes notes = {0};
    size_t hidden = 0;
    int code = fold(b, &hidden);
    if (code || !b->n)
        return code;
    table_key(&t, "of", TABLE_LEFT);
    table_column(&t, NULL, "figure", TABLE_LEFT);
    table_column(&t, NULL, "simulated", TABLE_DECIMAL);
    table_tight(&t, NULL, "", TABLE_LEFT);
    table_column(&t, NULL, "theory", TABLE_DECIMAL);
    table_tight(&t, NULL, "", TABLE_LEFT);
    table_column(&t, NULL, "how good", TABLE_LEFT);
    table_column(&t, NULL, "in words", TABLE_LEFT);
    for (size_t i = 0; i < b->n && !code; i++)
        code = add_row(&t, b, &notes, &b->pair[i]);
    view_heading(page, "Theory beside simulation");
    if (code)
        table_fini(&t);
    else
        code = table_print(&t, page->out, page->bold);
    view_hidden_most(hidden, b->n, "slowest", page->out);
    theory_print_notes(&notes, page->out);
    print_count(b, page->out);
    return code;
}

int beside_print(struct result *r, struct study *study, size_t point, const struct view_page *page)
{
    struct beside b;
    psn_diagnostics all = {0};
    int code = beside_make(&b, r, study, point, &all);
    if (code == PSN_EINPUT)
        fputs("\nThis version cannot read the scenario inside, so it sets no theory beside it.\n",
              page->out);
    else if (!code)
        code = print_pairs(&b, page);
    beside_fini(&b);
    psn_diagnostics_fini(&all);
    return code == PSN_EINPUT ? 0 : code;
}

static json_t *pair_json(const struct beside *b, const struct pair *p)
{
    const struct measure *m = &b->measure[p->measure];
    const struct estimate *e = &b->value[p->measure].estimate;
    json_t *o = json_object();
    json_object_set_new(o, "figure", emit_text(m->figure));
    json_object_set_new(o, "subject", emit_text(m->subject));
    json_object_set_new(o, "partner", emit_text(m->partner));
    json_object_set_new(o, "unit", emit_text(m->unit));
    json_object_set_new(o, "simulated", emit_number(e->value));
    json_object_set_new(o, "half_width", emit_number(e->half_width));
    json_object_set_new(o, "at_least", emit_number(p->low));
    json_object_set_new(o, "at_most", emit_number(p->high));
    theory_set_note(o, b->d, &p->note, p->station);
    json_object_set_new(o, "standard_errors_apart",
                        p->note.kind == THEORY_BOUNDS ? json_null()
                                                      : emit_number(errors_apart(e, p->low)));
    json_object_set_new(o, "within_interval", json_boolean(inside(e, p)));
    return o;
}

json_t *beside_json(struct result *r, struct study *study, size_t point)
{
    struct beside b;
    psn_diagnostics all = {0};
    json_t *list = json_array();
    if (!beside_make(&b, r, study, point, &all))
        for (size_t i = 0; i < b.n; i++)
            json_array_append_new(list, pair_json(&b, &b.pair[i]));
    beside_fini(&b);
    psn_diagnostics_fini(&all);
    return list;
}
