/* SPDX-License-Identifier: Apache-2.0
 * The variables of /summary and how each is taken from a measure's value. */
#include "results/estimates.h"

#include <math.h>

/* Which studies have a variable. */
enum needs { ALWAYS, SHARPENED, IN_BATCHES, JUDGED };

static double get_value(const struct summary_value *v)
{
    return v->estimate.value;
}

static double get_half_width(const struct summary_value *v)
{
    return v->estimate.half_width;
}

static double get_replications(const struct summary_value *v)
{
    return (double)v->estimate.n;
}

static double get_unstable(const struct summary_value *v)
{
    return v->unstable;
}

static double get_no_mean(const struct summary_value *v)
{
    return v->no_mean;
}

static double get_verdict(const struct summary_value *v)
{
    return v->verdict;
}

static double get_gain(const struct summary_value *v)
{
    return v->gain;
}

static double get_correlated(const struct summary_value *v)
{
    return v->correlated;
}

static double get_judged(const struct summary_value *v)
{
    return (double)v->judged;
}

static double get_kept(const struct summary_value *v)
{
    return (double)v->kept;
}

#define MEASURES "point measure"

static const struct estimate_column {
    struct variable variable;
    enum needs needs;
    double (*get)(const struct summary_value *v);
} columns[] = {
    {{.name = "value",
      .type = TABLE_REAL,
      .dimensions = MEASURES,
      .meaning = "estimate over the replications, in the unit that `unit` gives"},
     ALWAYS,
     get_value},
    {{.name = "half_width",
      .type = TABLE_REAL,
      .dimensions = MEASURES,
      .meaning = "half-width of the 95 % confidence interval, in the unit that `unit` gives"},
     ALWAYS,
     get_half_width},
    {{.name = "replications",
      .type = TABLE_INT32,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning = "replications that entered the estimate"},
     ALWAYS,
     get_replications},
    {{.name = "unstable",
      .type = TABLE_INT32,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning = "whether a station that cannot carry its load stands in place of a figure",
      .flags = "stable unstable"},
     ALWAYS,
     get_unstable},
    {{.name = "no_mean",
      .type = TABLE_INT32,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning = "whether the figure is missing because it is a mean that is not finite",
      .flags = "finite_mean no_finite_mean"},
     ALWAYS,
     get_no_mean},
    {{.name = "verdict",
      .type = TABLE_INT32,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning =
          "whether the objective is met; too close to tell where the interval holds the limit",
      .flags = "none missed met too_close",
      .first_flag = VERDICT_NONE},
     ALWAYS,
     get_verdict},
    {{.name = "gain",
      .type = TABLE_REAL,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning =
          "variance of a mean over as many independent replications, over that of the estimate"},
     SHARPENED,
     get_gain},
    {{.name = "correlated",
      .type = TABLE_INT32,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning = "whether batches are too short, so that the interval is too narrow",
      .flags = "independent correlated"},
     IN_BATCHES,
     get_correlated},
    {{.name = "judged",
      .type = TABLE_INT32,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning = "replications that have a figure for the objective; 0 for all other measures"},
     JUDGED,
     get_judged},
    {{.name = "kept",
      .type = TABLE_INT32,
      .dimensions = MEASURES,
      .unit = "1",
      .meaning = "of those, replications whose own figure keeps to the limit"},
     JUDGED,
     get_kept},
};

#define COLUMNS (sizeof columns / sizeof *columns)

_Static_assert(COLUMNS <= ESTIMATES_MOST, "a writer holds all columns");

static bool has(const struct study *s, enum needs needs)
{
    switch (needs) {
    case SHARPENED:
        return s->base->controls || s->base->antithetic;
    case IN_BATCHES:
        return s->shape.batches > 0;
    case JUDGED:
        return s->shape.batches == 0 && s->shape.targets > 0;
    default:
        return true;
    }
}

void estimates_open(const struct study *s, struct table *summary, struct estimates *e)
{
    for (size_t c = 0; c < COLUMNS; c++)
        if (has(s, columns[c].needs))
            column_open(summary, &columns[c].variable, &e->column[c]);
}

void estimates_write(struct estimates *e, const struct summary_value *value, size_t n)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        bool real = columns[c].variable.type == TABLE_REAL;
        void *row = e->column[c].sink ? column_row(&e->column[c]) : NULL;
        for (size_t i = 0; row && i < n; i++) {
            double x = columns[c].get(&value[i]);
            if (!real)
                ((int32_t *)row)[i] = (int32_t)x;
            else if (!isnan(x)) /* else it stays the missing one */
                ((double *)row)[i] = x;
        }
    }
}

void estimates_close(struct estimates *e)
{
    for (size_t c = 0; c < COLUMNS; c++)
        if (e->column[c].sink)
            column_close(&e->column[c]);
}
