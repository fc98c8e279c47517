/* SPDX-License-Identifier: Apache-2.0
 * The summary of a result as CSV, for spreadsheets, gnuplot and R. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/emit.h"

void emit_csv_text(const char *text)
{
    if (!strpbrk(text, ",\"\n")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++)
        printf(*text == '"' ? "\"\"" : "%c", *text);
    putchar('"');
}

void emit_csv_number(double x)
{
    char text[40];
    if (!isfinite(x))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    fputs(text, stdout);
}

static void put_options(const struct result *r, size_t point)
{
    for (size_t f = 0; f < r->n_factors; f++) {
        if (isfinite(r->factor[f].number[point]))
            emit_csv_number(r->factor[f].number[point]);
        else
            emit_csv_text(r->factor[f].label[point]);
        putchar(',');
    }
}

static void put_row(const struct result *r, size_t point, const struct measure *m,
                    const struct summary_value *v)
{
    printf("%zu,", point);
    put_options(r, point);
    emit_csv_text(m->figure);
    putchar(',');
    emit_csv_text(m->subject);
    putchar(',');
    emit_csv_text(m->partner);
    printf(",%s,", m->unit);
    if (!v->unstable)
        emit_csv_number(v->estimate.value);
    putchar(',');
    if (!v->unstable)
        emit_csv_number(v->estimate.half_width);
    putchar(',');
    printf("%zu,%d,%d,", v->estimate.n, v->unstable, v->no_mean);
    emit_csv_number(m->limit);
    printf(",%s\n", v->verdict == VERDICT_NONE ? "" : view_verdict(v, "too close to tell"));
}

void emit_csv(const struct result *r)
{
    fputs("point,", stdout);
    for (size_t f = 0; f < r->n_factors; f++) {
        emit_csv_text(r->factor[f].name);
        putchar(',');
    }
    fputs("figure,subject,partner,unit,value,half_width,replications,unstable,no_mean,limit,"
          "verdict\n",
          stdout);
    for (size_t point = 0; point < r->n_points; point++)
        for (size_t i = 0; i < r->n_measures; i++)
            put_row(r, point, &r->measure[i], &r->value[point * r->n_measures + i]);
}
