/* SPDX-License-Identifier: Apache-2.0
 * The figures of a design point over its replications: estimates with confidence intervals. Fed
 * with outcomes in the order of replications, so that equal studies give equal bits. */
#ifndef STUDY_SUMMARY_H
#define STUDY_SUMMARY_H

#include "stats/interval.h"
#include "study/links.h"
#include "study/study.h"

#define SUMMARY_LEVEL 0.95

/* What is estimated: one row of /summary. */
struct measure {
    char *figure;     /* "response p95", "utilisation", "objective" ... */
    char *subject;    /* the service, station, class, or target's name */
    char *partner;    /* or "" */
    const char *unit; /* "s", "1", "1/s" */
    double limit;     /* objectives, and classes with a target: the limit in `unit`; else NaN */
    bool at_most;
};

enum verdict { VERDICT_NONE = -1, VERDICT_MISSED = 0, VERDICT_MET = 1, VERDICT_TOO_CLOSE = 2 };

/* Where the study asks for it, means are controlled by the requests that arrived: those of the same
 * (service, partner) for its figures, those of all open sources for other figures, less the number
 * that was to be expected (control_mean). Where replications are antithetic, n counts pairs. Where
 * one long run is cut into batches, the value is that of the run, and its interval that of the
 * batches, by sectioning about it, with neighbours joined until they are independent (batch_join);
 * n counts the joined batches. */
struct summary_value {
    struct estimate estimate; /* value NaN where nothing was observed, unstable, or no mean */
    bool unstable;            /* a station on the way cannot carry its load: no figure */
    bool no_mean;             /* a mean that is not finite: waits behind service times that vary too
                                 much; any number would say how long was simulated */
    double gain;          /* what controls and antithetic pairs save: the variance of a mean over
                             as many independent replications, over that of the estimate; NaN
                             where neither is used */
    bool correlated;      /* batches still are, at the fewest: the interval is too narrow */
    size_t judged, kept;  /* objectives: replications that have a figure, and those whose own
                             keeps to the limit; 0 for other measures and for batches */
    enum verdict verdict; /* where there is a limit: by the estimate; too close where its interval
                             holds it */
};

/* The measures of a study: the same for all points. Owned by the caller; measures_free. NULL where
 * memory ends. */
struct measure *measures_new(const struct study *s, size_t *n);
void measures_free(struct measure *m, size_t n);

struct summary;

/* An empty summary for one point. NULL where memory ends. */
struct summary *summary_new(const struct study *s);
void summary_free(struct summary *m);

/* What each measure reads from a replication: apart from its adding, which goes in order, and most
 * of the work. `value` and `flags` are of as many as there are measures. */
struct summary_reading {
    double *value;
    uint8_t *flags; /* READING_UNSTABLE, READING_NO_MEAN: of the measure in this run */
};
enum { READING_UNSTABLE = 1, READING_NO_MEAN = 2 };

/* Reads an outcome that is not of a failed run, and of no long one: by any summary of the study, on
 * any thread. */
void summary_read(const struct summary *m, const struct outcome *o, struct summary_reading *r);

/* Adds a replication's outcome, or that of the long run (in order), with what summary_read has of
 * it where `r` is not NULL. Failed runs are left out. 0 or PSN_EMEMORY. */
int summary_add_read(struct summary *m, const struct outcome *o, const struct summary_reading *r);
int summary_add(struct summary *m, const struct outcome *o);

/* A replication that is not there: of antithetic ones its mate has no pair then. 0 or PSN_EMEMORY.
 */
int summary_skip(struct summary *m);

/* The value of every measure, in the order of measures_new. */
int summary_values(const struct summary *m, struct summary_value *value);

/* Does a target judge response or wait where a station cannot carry its load, so that a run has no
 * figure for it? */
bool summary_target_unstable(const struct study *s, size_t target, const struct outcome *o);

/* Does it judge a mean that is not finite? */
bool summary_target_no_mean(const struct study *s, size_t target, const struct outcome *o);

/* Series: means over replications, [subject x intervals + interval]. The grid is the summary's. */
enum summary_series {
    SERIES_OFFERED,     /* by stream: requests a second that arrived */
    SERIES_RESPONSE,    /* by stream: mean response of those that arrived, s */
    SERIES_UTILISATION, /* by station */
    SERIES_PRESENT,     /* by station */
    SERIES_SENT,        /* by class: messages a second that were sent */
    SERIES_DELIVERED,   /* by class: of those, arrived */
    SERIES_LOST,        /* by class: of those, lost for good or without a route */
    SERIES_UNDER_WAY,   /* by class: messages at the interval's end */
    SERIES_COUNT
};
const struct grid *summary_series(const struct summary *m, enum summary_series which);

/* How many subjects a series has. */
size_t summary_series_subjects(const struct outcome_shape *s, enum summary_series which);

/* The figures of links; no cells where there are no classes. They are the summary's. */
const struct links_summary *summary_links(const struct summary *m);

#endif
