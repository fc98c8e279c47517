/* SPDX-License-Identifier: Apache-2.0
 * Dimensions and coordinates that several groups of the result file have. Internal to the results
 * room. */
#ifndef RESULTS_LAYOUT_PARTS_H
#define RESULTS_LAYOUT_PARTS_H

#include "results/result.h"
#include "results/table.h"

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

/* Points as a dimension with the factors as coordinates. */
void layout_points(const struct layout *l, struct table *t);

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
