/* SPDX-License-Identifier: Apache-2.0
 * The figures of single runs in the result file: which variables the groups of runs hold, and how
 * each is taken from an outcome. One table for the writer and for the comparison of a repeated run.
 * Internal to the results room. */
#ifndef RESULTS_FIGURES_H
#define RESULTS_FIGURES_H

#include "results/table.h"
#include "study/study.h"

struct figure_column {
    struct variable variable;
    uint8_t needs; /* of a stream: enum stream_flags; of a station: enum station_flags */
    double (*stream)(const struct outcome_stream *o);
    double (*station)(const struct outcome_station *o);
};

/* A group of one row a run. */
struct figure_group {
    const char *name, *title;
    const struct figure_column *column;
    size_t n_columns;
};

#define FIGURE_GROUPS      3
#define FIGURE_COLUMNS_MAX 20

extern const struct figure_group figure_groups[FIGURE_GROUPS];

/* How many items a row of the column has; 0 where the study has no such figures. */
size_t figure_items(const struct figure_column *c, const struct outcome_shape *shape);

/* Fills a row that is all missing; what a failed run, an unused stream or an absent station would
 * have stays so. */
void figure_fill(const struct figure_column *c, const struct study *s, const struct outcome *o,
                 void *row);

#endif
