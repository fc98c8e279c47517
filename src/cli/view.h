/* SPDX-License-Identifier: Apache-2.0
 * Tables for people: the figures of one design point, and those of a whole study side by side. Used
 * by run, sweep and show. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <stdio.h>

#include "cli/table.h"
#include "results/result.h"

/* The figures of one point; everything is the caller's. */
struct view_point {
    const struct measure *measure;
    const struct summary_value *value; /* of each measure */
    size_t n_measures;
    char **station;          /* names, in the order of `unstable` */
    const int32_t *unstable; /* of each station: can it not carry its load? */
    size_t n_stations;
};

/* What a measure is of, by its figure. */
enum view_kind { VIEW_STREAM, VIEW_STATION, VIEW_CLASS, VIEW_OBJECTIVE };
enum view_kind view_kind(const struct measure *m);

/* A point of a result. */
struct view_point view_of(const struct result *r, size_t point);

/* Where and how it is printed. */
struct view_page {
    FILE *out;
    bool bold; /* headings in bold: a terminal */
};

/* stdout as the environment wants it: bold only on a terminal and without NO_COLOR. */
struct view_page view_stdout(void);

__attribute__((format(printf, 2, 3))) void view_heading(const struct view_page *p,
                                                        const char *format, ...);

/* "unstable: joint-servers", with how many more where there are several. */
void view_unstable(const struct view_point *v, char *text, size_t size);

/* "met", "missed", "unstable", or `close` where the interval holds the limit. */
const char *view_verdict(const struct summary_value *v, const char *close);

/* Says that of each group's members only one is shown ("busiest"), and how many are not; nothing
 * where all are. */
void view_hidden(size_t hidden, const char *which, FILE *out);

/* The same of a table of `shown` rows: where these are as many as a table may have (fold.h), they
 * are the ones that are most so of all. */
void view_hidden_most(size_t hidden, size_t shown, const char *which, FILE *out);

/* Takes the rows out of `first` (measures, by index; *n of them) that a long table leaves out: see
 * fold.h. Returns 0 or PSN_EMEMORY. */
int view_fold(const struct measure *measure, const double *weight, size_t *first, size_t *n,
              size_t *hidden);

/* How bad a verdict is, for view_fold: met below too close below missed and unstable, and among
 * equals by how near the figure is to its limit. */
double view_severity(const struct measure *m, const struct summary_value *v);

/* Two cells: the estimate times `scale`, and its half-width. */
void view_estimate(struct table *t, const struct estimate *e, double scale);

/* A column of figures: which measure, under which heading ('\n': another line of it). */
struct view_column {
    const char *figure, *head;
    enum { VIEW_TIME, VIEW_RATE, VIEW_SHARE, VIEW_COUNT } kind;
};

/* The measure of (figure, subject, partner) at or after `from`; n_measures where there is none. */
size_t view_find(const struct view_point *v, size_t from, const char *figure, const char *subject,
                 const char *partner);

/* The network by class of service: what messages and flows of each met, and whether that is within
 * what the class itself allows. Nothing where the result has no classes. 0 or PSN_EMEMORY. */
int view_print_classes(const struct view_point *v, const struct view_page *p);

struct result_links;

/* Link directions at a point: all classes together, then each class that uses the link; the busiest
 * first, a few of them unless `every`. 0 or PSN_EMEMORY. */
int view_print_links(const struct result_links *k, bool every, const struct view_page *p);

/* Title, size and state of a result. */
void view_title(const struct result *r, const struct view_page *p);

/* "3 design points × 10 to 40 replications = 72 runs", without an end of line. */
void view_runs(const struct result *r, FILE *out);

/* The precision that was asked for, as a line; nothing where replications are fixed. */
void view_asked(const struct result *r, FILE *out);

/* Of the points from `first` on, those that did not reach the precision, with the measures that
 * lack it. */
void view_print_precision(const struct result *r, size_t first, size_t n,
                          const struct view_page *p);

/* Every figure of a point. 0 or PSN_EMEMORY. */
int view_print_point(const struct view_point *v, const struct view_page *p);

/* The points of a study side by side: factors, response times, objectives, stations. 0 or
 * PSN_EMEMORY. */
int view_print_study(const struct result *r, const struct view_page *p);

/* Says of points [first, first + n) what batches could not give; with `full` also what controls and
 * antithetic pairs save, figure by figure. 0 or PSN_EMEMORY. */
int view_print_method(const struct result *r, size_t first, size_t n, bool full,
                      const struct view_page *p);

/* Of a study with so many points that they do not stand side by side: the least, median and most of
 * each figure over them. 0 or PSN_EMEMORY. */
int view_print_spread(const struct result *r, const struct view_page *p);

/* "arrangement = shared, demand = 1.3"; empty where the study has no factors. */
void view_factors(const struct result *r, size_t point, char *text, size_t size);

#endif
