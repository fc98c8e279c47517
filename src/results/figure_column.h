/* SPDX-License-Identifier: Apache-2.0
 * A variable of the groups of runs, and how its figures come of an outcome. Used by the tables of
 * figures. Internal to the results room. */
#ifndef RESULTS_FIGURE_COLUMN_H
#define RESULTS_FIGURE_COLUMN_H

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

#define FIGURE_COLUMNS_MAX 24

/* Puts one item in the column's type; NaN leaves it missing. All NaN are stored as the same bits.
 */
void figure_put(const struct figure_column *c, void *row, size_t i, double x);

/* How many items a row of the column has; 0 where the study has no such figures. */
size_t figure_items(const struct figure_column *c, const struct outcome_shape *shape);

#endif
