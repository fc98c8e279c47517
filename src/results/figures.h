/* SPDX-License-Identifier: Apache-2.0
 * The figures of single runs in the result file: which variables the groups of runs hold, and how
 * each is taken from an outcome. One table for the writer and for the comparison of a repeated run.
 * Internal to the results room. */
#ifndef RESULTS_FIGURES_H
#define RESULTS_FIGURES_H

#include "results/figure_column.h"

#define FIGURE_GROUPS 6

extern const struct figure_group *const figure_groups[FIGURE_GROUPS];

/* Fills a row that is all missing; what a failed run, an unused stream or an absent station would
 * have stays so. */
void figure_fill(const struct figure_column *c, const struct study *s, const struct outcome *o,
                 void *row);

#endif
