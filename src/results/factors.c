/* SPDX-License-Identifier: Apache-2.0
 * Writes /design, and each factor's value beside the points and runs of the other groups. */
#include "results/factors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool factor_name(const struct factor *f, char **name)
{
    bool own = strchr(f->name, '.') || strcmp(f->name, "arrangement") == 0 ||
               strcmp(f->name, "demand") == 0;
    if (asprintf(name, "%s%s", own ? "" : "factor_", f->name) < 0) {
        *name = NULL;
        return false;
    }
    for (char *c = strchr(*name, '/'); c; c = strchr(c, '/')) /* in HDF5 that begins a group */
        *c = '_';
    return true;
}

bool factor_is_number(const struct factor *f)
{
    for (size_t i = 0; i < f->n_options; i++)
        if (isnan(f->option[i].number) || !f->option[i].unit ||
            strcmp(f->option[i].unit, f->option[0].unit) != 0)
            return false;
    return f->n_options > 0;
}

/* One factor: number and text, or text alone. `text` and `number` have n entries. */
static void write_factor(struct table *t, const struct study *s, size_t factor, const char *along,
                         const size_t *point, size_t n, const char **text, double *number)
{
    const struct factor *f = study_factor(s, factor);
    char *name, label[TABLE_NAME_SIZE], meaning[TABLE_NAME_SIZE];
    bool numbers = factor_is_number(f);
    if (!factor_name(f, &name)) {
        sink_out_of_memory(t->sink);
        return;
    }
    snprintf(label, sizeof label, "%s%s", name, numbers ? "_label" : "");
    snprintf(meaning, sizeof meaning, "value of %s", f->name);
    for (size_t i = 0; i < n; i++) {
        const struct option *o = study_option(s, point ? point[i] : i, factor);
        text[i] = o->label;
        number[i] = o->number;
    }
    if (numbers) {
        table_write(t,
                    &(struct variable){.name = name,
                                       .type = TABLE_REAL,
                                       .dimensions = along,
                                       .unit = f->option[0].unit,
                                       .meaning = meaning,
                                       .coordinate = true},
                    number);
        snprintf(meaning, sizeof meaning, "value of %s, as written", f->name);
    }
    table_write(t,
                &(struct variable){.name = label,
                                   .type = TABLE_TEXT,
                                   .dimensions = along,
                                   .meaning = meaning,
                                   .coordinate = true},
                text);
    free(name);
}

void factors_write(struct table *t, const struct study *s, const char *along, const size_t *point,
                   size_t n)
{
    const char **text = calloc(n + 1, sizeof *text);
    double *number = calloc(n + 1, sizeof *number);
    size_t factors = text && number ? study_factors(s) : 0;
    if (!text || !number)
        sink_out_of_memory(t->sink);
    for (size_t f = 0; f < factors && !t->sink->failed; f++)
        write_factor(t, s, f, along, point, n, text, number);
    free(text);
    free(number);
}

/* The matrix point x factor, which says the same as the columns but by position. */
static void write_matrix(struct table *t, const struct study *s, size_t n)
{
    size_t cells = s->n_points * n;
    const char **text = calloc(cells + 1, sizeof *text);
    double *number = calloc(cells + 1, sizeof *number);
    if (!text || !number) {
        sink_out_of_memory(t->sink);
    } else {
        for (size_t i = 0; i < cells; i++) {
            const struct option *o = study_option(s, i / n, i % n);
            text[i] = o->label;
            number[i] = o->unit ? o->number : NAN;
        }
        table_write(t,
                    &(struct variable){.name = "label",
                                       .type = TABLE_TEXT,
                                       .dimensions = "point factor",
                                       .meaning = "value of each factor, as written"},
                    text);
        table_write(t,
                    &(struct variable){.name = "number",
                                       .type = TABLE_REAL,
                                       .dimensions = "point factor",
                                       .meaning = "value of each factor where it is a quantity, in "
                                                  "the unit that `unit` gives"},
                    number);
    }
    free(text);
    free(number);
}

/* The factors' names, units and variables. */
static void write_factor_names(struct table *t, const struct study *s, size_t n)
{
    const char **name = calloc(n + 1, sizeof *name), **unit = calloc(n + 1, sizeof *unit);
    char **column = calloc(n + 1, sizeof *column);
    bool ok = name && unit && column;
    for (size_t f = 0; ok && f < n; f++) {
        name[f] = study_factor(s, f)->name;
        unit[f] = factor_is_number(study_factor(s, f)) ? study_factor(s, f)->option[0].unit : "";
        ok = factor_name(study_factor(s, f), &column[f]);
    }
    if (ok) {
        table_dimension(t,
                        &(struct variable){.name = "factor",
                                           .type = TABLE_TEXT,
                                           .dimensions = "factor",
                                           .meaning = "what the study varies"},
                        n, name);
        table_write(t,
                    &(struct variable){.name = "unit",
                                       .type = TABLE_TEXT,
                                       .dimensions = "factor",
                                       .meaning =
                                           "unit of the factor's numbers; empty where it has "
                                           "names",
                                       .coordinate = true},
                    unit);
        table_write(t,
                    &(struct variable){.name = "column",
                                       .type = TABLE_TEXT,
                                       .dimensions = "factor",
                                       .meaning = "variable that holds the factor in this and the "
                                                  "other groups"},
                    column);
    } else {
        sink_out_of_memory(t->sink);
    }
    for (size_t f = 0; column && f < n; f++)
        free(column[f]);
    free(name);
    free(unit);
    free(column);
}

/* What each point's pilot run says of the warm-up. */
static void write_pilots(struct table *t, const struct study *s)
{
    double *cut = calloc(s->n_points, sizeof *cut);
    for (size_t i = 0; cut && i < s->n_points; i++)
        cut[i] =
            s->warmup_cut[i] >= 0 ? (double)s->warmup_cut[i] / (double)PSN_SECOND : (double)NAN;
    if (cut)
        table_write(t,
                    &(struct variable){.name = "warmup_pilot",
                                       .type = TABLE_REAL,
                                       .dimensions = "point",
                                       .unit = "s",
                                       .meaning = "warm-up that the pilot run of the point asks "
                                                  "for; missing where the point is unstable"},
                    cut);
    else
        sink_out_of_memory(t->sink);
    free(cut);
}

void factors_design(struct sink *k, const struct study *s, struct table *t)
{
    table_open(k, "design", "The design points of the study", t);
    int64_t *point = calloc(s->n_points, sizeof *point);
    for (size_t i = 0; point && i < s->n_points; i++)
        point[i] = (int64_t)i;
    if (point)
        table_dimension(t,
                        &(struct variable){.name = "point",
                                           .type = TABLE_INT64,
                                           .dimensions = "point",
                                           .unit = "1",
                                           .meaning = "number of the design point"},
                        s->n_points, point);
    else
        sink_out_of_memory(k);
    free(point);
    size_t n = study_factors(s);
    if (n > 0 && !k->failed) {
        write_factor_names(t, s, n);
        write_matrix(t, s, n);
        factors_write(t, s, "point", NULL, s->n_points);
    }
    if (s->warmup_cut)
        write_pilots(t, s);
}
