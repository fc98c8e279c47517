/* SPDX-License-Identifier: Apache-2.0
 * How much each factor of a study matters to each figure: Sobol' indices or Morris's measures of
 * the estimates of all points. Fed point by point when a result is written; read by `show`. */
#ifndef STUDY_SENSITIVITY_H
#define STUDY_SENSITIVITY_H

#include "stats/indices.h"
#include "study/summary.h"

/* What is known of one figure. */
struct sensitivity_figure {
    double variance; /* over the sampled points, in the unit's square; NaN of Morris's walks */
    /* What the spread of replications adds, at most: were it independent from point to point. With
     * common random numbers most of it is the same everywhere, and drops out. Of Sobol' indices a
     * share of the variance; of Morris's walks the standard deviation of an effect. */
    double noise;
    size_t missing; /* points without a figure; then there are no indices */
};

struct sensitivity {
    enum design_kind kind; /* DESIGN_SENSITIVITY or DESIGN_MORRIS */
    size_t n_measures, n_factors, rows;
    struct sensitivity_figure *figure; /* by measure */
    struct sobol_index *index;         /* [measure x n_factors + factor]; NULL of Morris's */
    struct morris_effect *effect;      /* the same; NULL of Sobol' indices */
};

/* Does the design of a study tell how much its factors matter? */
bool sensitivity_has(const struct study *s);

/* The estimates of all points on their way into it. */
struct sensitivity_input;

/* NULL where memory ends. */
struct sensitivity_input *sensitivity_begin(const struct study *s, size_t n_measures);

/* The estimates of a point: one of each measure. */
void sensitivity_add(struct sensitivity_input *in, size_t point, const struct summary_value *value);

/* Indices of the means over the replications that each point has; a point that was not added has no
 * figure. *out is to be freed by sensitivity_free. Returns 0 or PSN_EMEMORY. */
int sensitivity_make(const struct sensitivity_input *in, struct sensitivity **out);

void sensitivity_end(struct sensitivity_input *in);

/* All of it zero; NULL where memory ends. */
struct sensitivity *sensitivity_new(enum design_kind kind, size_t n_measures, size_t n_factors);
void sensitivity_free(struct sensitivity *s);

#endif
