/* SPDX-License-Identifier: Apache-2.0
 * The figures of single runs in the result file: which variables the groups of runs hold, and how
 * each is taken from an outcome. One table for the writer and for the comparison of a repeated run.
 * Internal to the results room. */
#ifndef RESULTS_FIGURES_H
#define RESULTS_FIGURES_H

#include "results/table.h"
#include "study/study.h"

/* What the items of a row are. */
enum figure_rows {
    ROWS_STREAM,        /* service x partner */
    ROWS_STATION,       /* station */
    ROWS_SHARE,         /* station x partner */
    ROWS_TARGET,        /* target */
    ROWS_CLASS,         /* class */
    ROWS_CLASS_PARTNER, /* class x partner */
    ROWS_CHANNEL,       /* link direction x class */
    ROWS_DIRECTION,     /* link direction */
    ROWS_PEAK,          /* link direction x partner */
};

struct figure_column {
    struct variable variable;
    enum figure_rows rows;
    uint8_t needs; /* enum stream_flags, station_flags or class_flags of the item */
    double (*stream)(const struct outcome_stream *o);
    double (*station)(const struct outcome_station *o);
    double (*class)(const struct outcome_class *c, const struct histogram *h);
    int link; /* of links: enum channel_figure or direction_figure */
};

/* A group of one row a run. */
struct figure_group {
    const char *name, *title;
    const struct figure_column *column;
    size_t n_columns;
};

#define FIGURE_GROUPS      6
#define FIGURE_COLUMNS_MAX 24

extern const struct figure_group *const figure_groups[FIGURE_GROUPS];

/* Those of the network, which figure_groups refers to: figures_network.c. */
extern const struct figure_group figure_classes, figure_class_partners, figure_links;

/* As figure_fill, of these. */
void figure_fill_network(const struct figure_column *c, const struct study *s,
                         const struct outcome *o, void *row);

/* Puts one item in the column's type; NaN leaves it missing. All NaN are stored as the same bits.
 */
void figure_put(const struct figure_column *c, void *row, size_t i, double x);

/* How many items a row of the column has; 0 where the study has no such figures. */
size_t figure_items(const struct figure_column *c, const struct outcome_shape *shape);

/* Fills a row that is all missing; what a failed run, an unused stream or an absent station would
 * have stays so. */
void figure_fill(const struct figure_column *c, const struct study *s, const struct outcome *o,
                 void *row);

#endif
