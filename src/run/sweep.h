/* SPDX-License-Identifier: Apache-2.0
 * Carries a study out: OpenMP workers take runs as they come free; one libuv loop on the calling
 * thread owns the journal, the result file, the progress line and the signals. Used by `run` and
 * `sweep`. */
#ifndef RUN_SWEEP_H
#define RUN_SWEEP_H

#include "results/result.h"

struct sweep_options {
    const char *result;  /* path of the result file; its journals lie in `result`.runs/ */
    const char *command; /* for the log: how the program was called; may be NULL */
    int threads;         /* 0: threads_standard */
    int threads_per_run; /* 0: runs first, what is left over to the last of them */
    bool restart;        /* begin anew: journals are removed first, an earlier result is replaced at
                            the end */
    bool retry_failed;   /* runs that failed are done again */
    bool tidy;           /* the journals are removed once the result is written */
    bool quiet;          /* no progress line, even on a terminal */
    struct model_schedule schedule; /* tests: how each run is partitioned */
};

struct sweep_report {
    size_t runs;  /* of the result; before it is complete, as many as the study can have */
    bool at_most; /* replications are until a precision: `runs` was not known beforehand */
    size_t done_before, done_now, failed; /* failed: of all runs in the result */
    int64_t requests;                     /* offered in the runs done now */
    int64_t events;
    double wall_s;
    bool complete;     /* all runs are done and the result file is written */
    bool was_complete; /* the result stood there already */
};

/* What a sweep would find and do. Ended by sweep_outlook_fini. */
struct sweep_outlook {
    struct outlook_point {
        size_t done; /* replications kept */
        size_t todo; /* missing: all, or up to its next checkpoint */
    } * point;
    size_t done, todo; /* over all points */
    bool at_most;      /* replications are until a precision: more may follow */
    bool complete;     /* the result stands there, whole */
    bool unknown;      /* what is kept: the warm-up is automatic, and only pilot runs would tell */
};

/* Looks at what stands there, without a lock and without writing anything. The same mistakes as
 * sweep_run would tell before its first run. */
int sweep_outlook(struct study *s, const struct sweep_options *options, struct sweep_outlook *out,
                  psn_diagnostics *all);
void sweep_outlook_fini(struct sweep_outlook *out);

/* Runs what is missing and writes the result. Returns 0; PSN_EINTERRUPTED after a signal (the
 * first: runs in flight are finished and kept; the second: given up at once); PSN_EINPUT where the
 * path holds another study, or another program works on it; PSN_EIO; PSN_ERUN where runs failed
 * (the result is written, with their errors). A study that has all points of what stands there,
 * each with at least as many replications, extends it: what is done is kept. Mistakes may also be
 * told with 0 returned: what did not matter to the result (the log could not be written to the
 * end). Not to be called twice at once in one process: it handles SIGINT and SIGTERM. */
int sweep_run(struct study *s, const struct sweep_options *options, struct sweep_report *report,
              psn_diagnostics *all);

#endif
