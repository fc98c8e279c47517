/* SPDX-License-Identifier: Apache-2.0
 * Sensitivity of the figures of a study to its factors; see sensitivity.h. */
#include "study/sensitivity.h"

#include <math.h>
#include <stdlib.h>

#include "stats/sampling.h"

struct sensitivity_input {
    const struct study *study;
    size_t n_measures;
    double *value;   /* [measure x n_points + point]; NaN where there is none */
    double *squares; /* by measure: squared standard errors of all points */
};

bool sensitivity_has(const struct study *s)
{
    return study_factors(s) > 0 &&
           (s->design.kind == DESIGN_SENSITIVITY || s->design.kind == DESIGN_MORRIS);
}

struct sensitivity_input *sensitivity_begin(const struct study *s, size_t n_measures)
{
    struct sensitivity_input *in = calloc(1, sizeof *in);
    size_t cells;
    if (!in || __builtin_mul_overflow(n_measures, s->n_points, &cells)) {
        free(in);
        return NULL;
    }
    in->study = s;
    in->n_measures = n_measures;
    in->value = calloc(cells + 1, sizeof *in->value);
    in->squares = calloc(n_measures + 1, sizeof *in->squares);
    if (!in->value || !in->squares) {
        sensitivity_end(in);
        return NULL;
    }
    for (size_t i = 0; i < cells; i++)
        in->value[i] = (double)NAN;
    return in;
}

void sensitivity_end(struct sensitivity_input *in)
{
    if (!in)
        return;
    free(in->value);
    free(in->squares);
    free(in);
}

/* The standard error of an estimate, from the half-width of its interval. */
static double standard_error(const struct estimate *e)
{
    if (e->n < 2)
        return (double)NAN;
    return e->half_width / interval_t((1 + SUMMARY_LEVEL) / 2, (double)e->n - 1);
}

void sensitivity_add(struct sensitivity_input *in, size_t point, const struct summary_value *value)
{
    for (size_t i = 0; i < in->n_measures; i++) {
        double error = standard_error(&value[i].estimate);
        in->value[i * in->study->n_points + point] = value[i].estimate.value;
        in->squares[i] += error * error;
    }
}

struct sensitivity *sensitivity_new(enum design_kind kind, size_t n_measures, size_t n_factors)
{
    struct sensitivity *s = calloc(1, sizeof *s);
    size_t cells = n_measures * n_factors;
    if (!s)
        return NULL;
    s->kind = kind;
    s->n_measures = n_measures;
    s->n_factors = n_factors;
    s->figure = calloc(n_measures + 1, sizeof *s->figure);
    if (kind == DESIGN_MORRIS)
        s->effect = calloc(cells + 1, sizeof *s->effect);
    else
        s->index = calloc(cells + 1, sizeof *s->index);
    if (!s->figure || (!s->effect && !s->index)) {
        sensitivity_free(s);
        return NULL;
    }
    return s;
}

void sensitivity_free(struct sensitivity *s)
{
    if (!s)
        return;
    free(s->figure);
    free(s->index);
    free(s->effect);
    free(s);
}

/* One measure. */
static int measure(const struct sensitivity_input *in, size_t which, struct sensitivity *s)
{
    const struct study *study = in->study;
    const double *y = in->value + which * study->n_points;
    struct sensitivity_figure *f = &s->figure[which];
    double mean_square = in->squares[which] / (double)study->n_points;
    for (size_t p = 0; p < study->n_points; p++)
        f->missing += isfinite(y[p]) ? 0 : 1;
    if (s->kind == DESIGN_MORRIS) {
        const double step = (double)SAMPLING_MORRIS_STEP / (SAMPLING_MORRIS_LEVELS - 1);
        f->variance = (double)NAN;
        f->noise = sqrt(2 * mean_square) / step;
        return indices_morris(y, study->design.level, s->rows, s->n_factors, study->base->seed,
                              SUMMARY_LEVEL, s->effect + which * s->n_factors);
    }
    int error = indices_sobol(y, s->rows, s->n_factors, study->base->seed, SUMMARY_LEVEL,
                              s->index + which * s->n_factors, &f->variance);
    f->noise = f->variance > 0 ? mean_square / f->variance : (double)NAN;
    return error;
}

int sensitivity_make(const struct sensitivity_input *in, struct sensitivity **out)
{
    const struct study *study = in->study;
    struct sensitivity *s =
        sensitivity_new(study->design.kind, in->n_measures, study_factors(study));
    *out = NULL;
    if (!s)
        return PSN_EMEMORY;
    s->rows = study->design.rows;
    int error = PSN_OK;
    for (size_t i = 0; i < in->n_measures && !error; i++)
        error = measure(in, i, s);
    if (error)
        sensitivity_free(s);
    else
        *out = s;
    return error;
}
