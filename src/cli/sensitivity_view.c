/* SPDX-License-Identifier: Apache-2.0
 * Sensitivity as tables for people, JSON and CSV. */
#include "cli/sensitivity_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/change.h"

/* A factor and how much it matters to the figure of the table under way. */
struct weighed {
    size_t factor;
    double weight;
};

static bool is_morris(const struct result *r)
{
    return r->sensitivity->kind == DESIGN_MORRIS;
}

static const struct sobol_index *index_of(const struct result *r, size_t measure, size_t factor)
{
    return &r->sensitivity->index[measure * r->n_factors + factor];
}

static const struct morris_effect *effect_of(const struct result *r, size_t measure, size_t factor)
{
    return &r->sensitivity->effect[measure * r->n_factors + factor];
}

static double weight_of(const struct result *r, size_t measure, size_t factor)
{
    return is_morris(r) ? effect_of(r, measure, factor)->size.value
                        : index_of(r, measure, factor)->total.value;
}

static int by_weight(const void *a, const void *b)
{
    const struct weighed *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->factor > y->factor) - (x->factor < y->factor);
}

/* What a person asks for first. */
static bool is_of_interest(const struct measure *m)
{
    return view_kind(m) == VIEW_OBJECTIVE || strcmp(m->figure, "response mean") == 0 ||
           strcmp(m->figure, "response p95") == 0;
}

/* Does any factor move it? Of what none does there is nothing to explain. */
static bool varies(const struct result *r, size_t measure)
{
    double most = 0;
    for (size_t f = 0; f < r->n_factors; f++)
        most = fmax(most, weight_of(r, measure, f));
    return most > 0;
}

/* "objective fast adur", "response p95 of case-work, adur". */
static void name_measure(const struct measure *m, char *text, size_t size)
{
    bool objective = view_kind(m) == VIEW_OBJECTIVE;
    snprintf(text, size, "%s %s%s%s%s", m->figure, objective ? "" : "of ", m->subject,
             *m->partner && !objective ? ", " : "", objective ? "" : m->partner);
}

/* An effect with half the length of its interval. */
static void add_effect(struct table *t, const struct bracket *b, double scale)
{
    const struct estimate e = {.value = b->value, .half_width = (b->high - b->low) / 2, .n = 2};
    view_estimate(t, &e, scale);
}

/* An index likewise: a share, to the hundredth. */
static void add_index(struct table *t, const struct bracket *b)
{
    double hundredths = floor(b->value * 100 + 0.5);
    table_add(t, "%.2f", hundredths == 0 ? 0 : hundredths / 100); /* no -0.00 */
    if (isfinite(b->low))
        table_add(t, "± %.2f", (b->high - b->low) / 2);
    else
        table_add(t, "%s", "");
}

static void add_plain(struct table *t, double x)
{
    char text[NUMBER_SIZE];
    number_plain(x, text);
    table_add(t, "%s", text);
}

/* The unit of effects, which are differences, and what they are multiplied by to be in it. */
static struct change_scale effect_scale(const struct result *r, size_t measure)
{
    double most = 0;
    for (size_t f = 0; f < r->n_factors; f++)
        most = fmax(most, effect_of(r, measure, f)->size.value);
    return change_scale(&r->measure[measure], most);
}

static void add_row(struct table *t, const struct result *r, size_t measure, size_t factor,
                    double scale)
{
    table_add(t, "%s", r->factor[factor].name);
    if (is_morris(r)) {
        const struct morris_effect *e = effect_of(r, measure, factor);
        add_effect(t, &e->size, scale);
        add_plain(t, e->mean * scale);
        add_plain(t, e->deviation * scale);
    } else {
        const struct sobol_index *x = index_of(r, measure, factor);
        add_index(t, &x->first);
        add_index(t, &x->total);
    }
}

static void add_columns(struct table *t, bool morris)
{
    table_key(t, "factor", TABLE_LEFT);
    table_column(t, NULL, morris ? "size of effects" : "alone", TABLE_DECIMAL);
    table_tight(t, NULL, "", TABLE_LEFT);
    table_column(t, NULL, morris ? "mean effect" : "in total", TABLE_DECIMAL);
    if (morris)
        table_column(t, NULL, "deviation", TABLE_DECIMAL);
    else
        table_tight(t, NULL, "", TABLE_LEFT);
}

/* What the table leaves to be said. */
static void print_rest(const struct result *r, size_t measure, const struct change_scale *scale,
                       FILE *out)
{
    const struct sensitivity_figure *f = &r->sensitivity->figure[measure];
    char noise[NUMBER_SIZE], text[NUMBER_SIZE];
    if (is_morris(r)) {
        number_plain(f->noise * scale->factor, noise);
        if (f->noise > 0)
            fprintf(out, "Replications alone make effects of %s%s%s at most.\n", noise,
                    *scale->unit ? " " : "", scale->unit);
        return;
    }
    double alone = 0;
    for (size_t k = 0; k < r->n_factors; k++)
        alone += index_of(r, measure, k)->first.value;
    number_percent(alone, text);
    number_percent(f->noise, noise);
    fprintf(out, "Alone they explain %s %% of the variance", text);
    if (f->noise > 0)
        fprintf(out, "; replications make %s %% of it at most", noise);
    fputs(".\n", out);
}

static int print_measure(const struct result *r, size_t measure, const struct view_page *p)
{
    struct table t = {0};
    char name[300];
    bool morris = is_morris(r);
    struct weighed *order = calloc(r->n_factors + 1, sizeof *order);
    if (!order)
        return PSN_EMEMORY;
    for (size_t f = 0; f < r->n_factors; f++)
        order[f] = (struct weighed){f, weight_of(r, measure, f)};
    qsort(order, r->n_factors, sizeof *order, by_weight);
    struct change_scale scale = morris ? effect_scale(r, measure) : (struct change_scale){1, ""};
    name_measure(&r->measure[measure], name, sizeof name);
    view_heading(p, *scale.unit ? "What moves the %s, in %s" : "What moves the %s", name,
                 scale.unit);
    add_columns(&t, morris);
    for (size_t f = 0; f < r->n_factors; f++)
        add_row(&t, r, measure, order[f].factor, scale.factor);
    free(order);
    int code = table_print(&t, p->out, p->bold);
    if (!code)
        print_rest(r, measure, &scale, p->out);
    return code;
}

/* Figures that have no table: what none of the factors moves, and what is missing somewhere. */
static void print_absent(const struct result *r, size_t measure, FILE *out)
{
    const struct sensitivity_figure *f = &r->sensitivity->figure[measure];
    char name[300];
    name_measure(&r->measure[measure], name, sizeof name);
    if (f->missing > 0)
        fprintf(out, "\nNothing can be said of the %s: it has no figure at %zu of %zu points.\n",
                name, f->missing, r->n_points);
    else
        fprintf(out, "\nNo factor moves the %s.\n", name);
}

static void explain(const struct result *r, FILE *out)
{
    if (is_morris(r))
        fprintf(
            out,
            "Morris's measures from %zu walks. An effect is what the figure gains from one end of "
            "a factor to the\nother, at the pace of one step. A deviation as large as the size: "
            "not linear, or hanging on other factors.\n",
            r->sensitivity->rows);
    else
        fprintf(out,
                "Sobol' indices from %zu rows: the share of the variance that a factor explains "
                "alone, and in total\nwith all that it does together with others.\n",
                r->sensitivity->rows);
}

int sensitivity_print(const struct result *r, bool all, const struct view_page *p)
{
    int code = 0;
    for (int objectives = 1; objectives >= 0 && !code; objectives--)
        for (size_t i = 0; i < r->n_measures && !code; i++) {
            const struct measure *m = &r->measure[i];
            if ((view_kind(m) == VIEW_OBJECTIVE) != objectives || (!all && !is_of_interest(m)))
                continue;
            if (varies(r, i))
                code = print_measure(r, i, p);
            else if (!all)
                print_absent(r, i, p->out);
        }
    fputc('\n', p->out);
    explain(r, p->out);
    return code;
}

static json_t *bracket(const struct bracket *b)
{
    json_t *o = json_object();
    json_object_set_new(o, "value", emit_number(b->value));
    json_object_set_new(o, "low", emit_number(b->low));
    json_object_set_new(o, "high", emit_number(b->high));
    return o;
}

static json_t *factors(const struct result *r, size_t measure)
{
    json_t *all = json_object();
    for (size_t f = 0; f < r->n_factors; f++) {
        json_t *o = json_object();
        if (is_morris(r)) {
            const struct morris_effect *e = effect_of(r, measure, f);
            json_object_set_new(o, "size_mean", bracket(&e->size));
            json_object_set_new(o, "effect_mean", emit_number(e->mean));
            json_object_set_new(o, "effect_deviation", emit_number(e->deviation));
        } else {
            json_object_set_new(o, "first", bracket(&index_of(r, measure, f)->first));
            json_object_set_new(o, "total", bracket(&index_of(r, measure, f)->total));
        }
        json_object_set_new(all, r->factor[f].name, o);
    }
    return all;
}

json_t *sensitivity_emit(const struct result *r)
{
    json_t *o = json_object(), *figures = json_array();
    for (size_t i = 0; i < r->n_measures; i++) {
        const struct measure *m = &r->measure[i];
        const struct sensitivity_figure *f = &r->sensitivity->figure[i];
        json_t *figure = json_object();
        json_object_set_new(figure, "figure", emit_text(m->figure));
        json_object_set_new(figure, "subject", emit_text(m->subject));
        json_object_set_new(figure, "partner", emit_text(m->partner));
        json_object_set_new(figure, "unit", emit_text(m->unit));
        if (!is_morris(r))
            json_object_set_new(figure, "variance", emit_number(f->variance));
        json_object_set_new(figure, "noise", emit_number(f->noise));
        json_object_set_new(figure, "missing", json_integer((json_int_t)f->missing));
        json_object_set_new(figure, "factors", factors(r, i));
        json_array_append_new(figures, figure);
    }
    json_object_set_new(o, "design", json_string(design_word(r->sensitivity->kind)));
    json_object_set_new(o, "rows", json_integer((json_int_t)r->sensitivity->rows));
    json_object_set_new(o, "figures", figures);
    return o;
}

static void put_numbers(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        putchar(',');
        emit_csv_number(x[i]);
    }
}

void sensitivity_csv(const struct result *r)
{
    bool morris = is_morris(r);
    printf("figure,subject,partner,unit,missing,noise,factor,%s\n",
           morris ? "size_mean,size_mean_low,size_mean_high,effect_mean,effect_deviation"
                  : "variance,first,first_low,first_high,total,total_low,total_high");
    for (size_t k = 0; k < r->n_measures * r->n_factors; k++) {
        const struct measure *m = &r->measure[k / r->n_factors];
        const struct sensitivity_figure *f = &r->sensitivity->figure[k / r->n_factors];
        emit_csv_text(m->figure);
        putchar(',');
        emit_csv_text(m->subject);
        putchar(',');
        emit_csv_text(m->partner);
        printf(",%s,%zu,", m->unit, f->missing);
        emit_csv_number(f->noise);
        putchar(',');
        emit_csv_text(r->factor[k % r->n_factors].name);
        if (morris) {
            const struct morris_effect *e = &r->sensitivity->effect[k];
            put_numbers(
                (const double[]){e->size.value, e->size.low, e->size.high, e->mean, e->deviation},
                5);
        } else {
            const struct sobol_index *x = &r->sensitivity->index[k];
            put_numbers((const double[]){f->variance, x->first.value, x->first.low, x->first.high,
                                         x->total.value, x->total.low, x->total.high},
                        7);
        }
        putchar('\n');
    }
}
