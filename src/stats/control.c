/* SPDX-License-Identifier: Apache-2.0
 * The regression estimator of control variates. */
#include "stats/control.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "psnsim/types.h"

/* Singular values below this share of the greatest count as 0. */
#define RANK_TOLERANCE 1e-10

static bool usable(const double *y, const double *x, size_t i, size_t q)
{
    bool ok = isfinite(y[i]);
    for (size_t k = 0; k < q; k++)
        ok = ok && isfinite(x[i * q + k]);
    return ok;
}

/* What the regression needs; every part NULL where memory ended. */
struct fit {
    gsl_matrix *design, *covariance;
    gsl_vector *y, *weight, *rest, *coefficient;
    gsl_multifit_linear_workspace *work;
};

static bool fit_init(struct fit *f, size_t n, size_t q)
{
    f->design = gsl_matrix_calloc(n, q + 1);
    f->covariance = gsl_matrix_calloc(q + 1, q + 1);
    f->y = gsl_vector_calloc(n);
    f->weight = gsl_vector_calloc(n);
    f->rest = gsl_vector_calloc(n);
    f->coefficient = gsl_vector_calloc(q + 1);
    f->work = gsl_multifit_linear_alloc(n, q + 1);
    return f->design && f->covariance && f->y && f->weight && f->rest && f->coefficient && f->work;
}

static void fit_fini(struct fit *f)
{
    gsl_matrix_free(f->design);
    gsl_matrix_free(f->covariance);
    gsl_vector_free(f->y);
    gsl_vector_free(f->weight);
    gsl_vector_free(f->rest);
    gsl_vector_free(f->coefficient);
    gsl_multifit_linear_free(f->work);
}

/* The rows that enter: 1, and each control's distance from its mean, in units of its spread, so
 * that the rank does not depend on units. */
static void fill(struct fit *f, const double *y, const double *x, const double *mean, size_t n,
                 size_t q)
{
    size_t row = 0;
    for (size_t i = 0; i < n; i++) {
        if (!usable(y, x, i, q))
            continue;
        gsl_vector_set(f->y, row, y[i]);
        gsl_matrix_set(f->design, row, 0, 1);
        for (size_t k = 0; k < q; k++)
            gsl_matrix_set(f->design, row, k + 1, x[i * q + k] - mean[k]);
        row++;
    }
    for (size_t k = 1; k <= q; k++) {
        gsl_vector_view column = gsl_matrix_column(f->design, k);
        double most = gsl_vector_max(&column.vector), least = gsl_vector_min(&column.vector);
        double scale = fmax(fabs(most), fabs(least));
        /* One that does not vary says nothing, and would only shift the height. */
        gsl_vector_scale(&column.vector, most - least > RANK_TOLERANCE * scale ? 1 / scale : 0);
    }
}

/* The squared standard error of the height at the means, from n - rank degrees of freedom. With
 * weights of 1 the covariance comes without the variance of what is left, which GSL miscounts where
 * controls follow from each other. */
static double fit_height(struct fit *f, size_t n, double *height, double *degrees)
{
    double squares;
    size_t rank;
    gsl_vector_set_all(f->weight, 1);
    gsl_multifit_wlinear_tsvd(f->design, f->weight, f->y, RANK_TOLERANCE, f->coefficient,
                              f->covariance, &squares, &rank, f->work);
    gsl_multifit_linear_residuals(f->design, f->y, f->coefficient, f->rest);
    gsl_blas_ddot(f->rest, f->rest, &squares);
    *height = gsl_vector_get(f->coefficient, 0);
    *degrees = (double)(n - rank);
    return gsl_matrix_get(f->covariance, 0, 0) * squares / *degrees;
}

int control_mean(const double *y, const double *x, const double *mean, size_t n, size_t q,
                 double level, struct controlled *out)
{
    struct fit f;
    size_t rows = 0;
    *out = (struct controlled){.estimate = {.value = (double)NAN, .half_width = (double)NAN},
                               .plain_half_width = (double)NAN,
                               .gain = (double)NAN};
    for (size_t i = 0; i < n; i++)
        rows += usable(y, x, i, q);
    out->estimate.n = rows;
    if (rows < q + 3)
        return PSN_OK;
    if (!fit_init(&f, rows, q)) {
        fit_fini(&f);
        return PSN_EMEMORY;
    }
    fill(&f, y, x, mean, n, q);
    double degrees, variance = fit_height(&f, rows, &out->estimate.value, &degrees);
    struct estimate plain = interval_mean(f.y->data, rows, level);
    out->estimate.half_width = interval_t((1 + level) / 2, degrees) * sqrt(variance);
    out->plain_half_width = plain.half_width;
    double error = plain.half_width / interval_t((1 + level) / 2, (double)rows - 1);
    out->gain = error * error / variance;
    fit_fini(&f);
    return PSN_OK;
}
