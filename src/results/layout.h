/* SPDX-License-Identifier: Apache-2.0
 * The parts of the result file that do not depend on any run: root attributes, texts, names,
 * dimensions. Internal to the results room. */
#ifndef RESULTS_LAYOUT_H
#define RESULTS_LAYOUT_H

#include "results/result.h"
#include "results/table.h"

#define LAYOUT_VERSION 1

/* The version of psnsim that is built here. */
#ifndef PSNSIM_VERSION
#define PSNSIM_VERSION "0"
#endif

/* What is written: the study with the runs that are in the file. */
struct layout {
    const struct study *study;
    const struct ending *ending; /* NULL: every replication of every point */
    size_t n_expected;           /* runs of the whole result */
    struct sink *sink;
    size_t *run, *point; /* of each row of the groups of runs */
    size_t n_rows;
    size_t *stream; /* the streams in use, of /series */
    size_t n_streams;
    struct measure *measure;
    size_t n_measures;
};

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

/* Points as a dimension with the factors as coordinates. */
void layout_points(const struct layout *l, struct table *t);

/* The same for the groups of the network: "classes", "class_partners", "links" (by run). */
void layout_network(const struct layout *l, const char *group, struct table *t);

/* And for /link_summary, by point. */
void layout_links(const struct layout *l, struct table *t);

/* Classes of service as a dimension; the last is of what has none. */
void layout_class_dimension(const struct layout *l, struct table *t);

/* A dimension of integers 0 .. n - 1 or, where `value` is given, of those. */
void layout_number_dimension(struct table *t, const char *name, const char *meaning,
                             const size_t *value, size_t n);

/* A dimension of texts, and texts along a dimension. */
void layout_text_dimension(struct table *t, const char *name, const char *meaning, size_t n,
                           const void *texts);
void layout_text_coordinate(struct table *t, const char *name, const char *along,
                            const char *meaning, const void *texts);

/* The dimension `run` with the point, replication and factors of each; and `partner`. */
void layout_run_dimension(const struct layout *l, struct table *t);
void layout_partner_dimension(const struct layout *l, struct table *t);

/* The names of all stations, each malloc'ed; freed by h5_texts_free. NULL where memory ends. */
char **layout_stations(const struct study *s);

#endif
