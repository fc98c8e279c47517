/* SPDX-License-Identifier: Apache-2.0
 * The parts of the result file that do not depend on any run: root attributes, texts, names,
 * dimensions. Internal to the results room. */
#ifndef RESULTS_LAYOUT_H
#define RESULTS_LAYOUT_H

#include "results/layout_parts.h"

#define LAYOUT_VERSION 1

/* The version of psnsim that is built here. */
#ifndef PSNSIM_VERSION
#define PSNSIM_VERSION "0"
#endif

/* How many replications a point has in the result. */
size_t layout_replications(const struct layout *l, size_t point);

/* The rule by which points were stopped; NULL where their number of replications is fixed. */
const struct stopping *layout_rule(const struct layout *l);

void layout_root(const struct layout *l);
void layout_scenario(const struct layout *l);

/* Opens a group and lays down its dimensions and coordinates. */
void layout_runs(const struct layout *l, struct table *t);
void layout_figures(const struct layout *l, const char *group, const char *title, struct table *t);
void layout_series(const struct layout *l, struct table *t);
void layout_summary(const struct layout *l, struct table *t);

/* Measures as a dimension with their coordinates. */
void layout_measures(const struct layout *l, struct table *t);

#endif
