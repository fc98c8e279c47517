/* SPDX-License-Identifier: Apache-2.0
 * /series and /link_summary of the result file: means over the replications of a point, with
 * half-widths, too many to be measures. Internal to the results room. */
#ifndef RESULTS_SERIES_H
#define RESULTS_SERIES_H

#include "results/layout.h"
#include "results/layout_network.h"
#include "study/summary.h"

/* A variable of means and that of their half-widths. */
struct mean_columns {
    struct column mean, half_width;
};

struct series_tables {
    struct mean_columns column[SERIES_COUNT];
};

struct link_tables {
    struct table table;
    struct mean_columns channel[CHANNEL_FIGURES], direction[DIRECTION_FIGURES], peak_share, day;
};

/* Opens the variables that the study has, into the group that is open; nothing else is touched. */
void series_open(const struct layout *l, struct table *t, struct series_tables *s);
/* A point's row. */
void series_write(const struct layout *l, const struct summary *m, struct series_tables *s);
void series_close(struct series_tables *s);

/* The same of /link_summary, group and all; nothing where the study has no classes. */
void links_open(const struct layout *l, struct link_tables *k);
void links_write(const struct links_summary *from, struct link_tables *k);
void links_close(struct link_tables *k);

/* The variables of /link_summary, each with that of its half-width, for its reader. */
extern const struct variable links_channel[CHANNEL_FIGURES][2];
extern const struct variable links_direction[DIRECTION_FIGURES][2];
extern const struct variable links_peak[2], links_day[2];

#endif
