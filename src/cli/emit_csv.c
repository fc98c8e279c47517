/* SPDX-License-Identifier: Apache-2.0
 * The summary of a result as CSV, for spreadsheets, gnuplot and R. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/emit.h"

/* A field, in quotation marks where it must be (RFC 4180, section 2). */
static void put_text(const char *text)
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

/* The shortest of the texts that read back as the same number; none where it is no number. */
static void put_number(double x)
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
            put_number(r->factor[f].number[point]);
        else
            put_text(r->factor[f].label[point]);
        putchar(',');
    }
}

static void put_row(const struct result *r, size_t point, const struct measure *m,
                    const struct summary_value *v)
{
    printf("%zu,", point);
    put_options(r, point);
    put_text(m->figure);
    putchar(',');
    put_text(m->subject);
    putchar(',');
    put_text(m->partner);
    printf(",%s,", m->unit);
    if (!v->unstable)
        put_number(v->estimate.value);
    putchar(',');
    if (!v->unstable)
        put_number(v->estimate.half_width);
    putchar(',');
    printf("%zu,%d,%d,", v->estimate.n, v->unstable, v->no_mean);
    put_number(m->limit);
    printf(",%s\n", v->verdict == VERDICT_NONE ? "" : view_verdict(v, "too close to tell"));
}

void emit_csv(const struct result *r)
{
    fputs("point,", stdout);
    for (size_t f = 0; f < r->n_factors; f++) {
        put_text(r->factor[f].name);
        putchar(',');
    }
    fputs("figure,subject,partner,unit,value,half_width,replications,unstable,no_mean,limit,"
          "verdict\n",
          stdout);
    for (size_t point = 0; point < r->n_points; point++)
        for (size_t i = 0; i < r->n_measures; i++)
            put_row(r, point, &r->measure[i], &r->value[point * r->n_measures + i]);
}
