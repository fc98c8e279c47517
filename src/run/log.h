/* SPDX-License-Identifier: Apache-2.0
 * The log beside a result: one JSON line at each start and one for each run. Clock and machine
 * stand here and nowhere else, so that the result itself depends on neither. Written by the sweep's
 * loop. */
#ifndef RUN_LOG_H
#define RUN_LOG_H

#include <stddef.h>
#include <stdio.h>

#include "psnsim/diagnostics.h"
#include "run/queue.h"
#include "run/threads.h"
#include "study/stopping.h"

struct log {
    FILE *file;
    char *path;
    bool failed; /* a write failed: told once, the log then stays as it is */
};

/* What the line of a start says besides time, host and version. */
struct log_start {
    const char *command;  /* NULL: not known */
    const char *hash;     /* of the study */
    size_t runs, missing; /* the most of them, and those to do first, where there is a precision */
    double until;         /* 0: replications are fixed */
    const struct threads *threads;
};

/* Opens `path` for appending and writes the line of this start. PSN_EIO where that fails. */
int log_open(struct log *l, const char *path, const struct log_start *start, psn_diagnostics *all);

/* Appends the line of a run. A failure is told in `all` the first time; the sweep goes on. */
void log_run(struct log *l, const struct queue_item *item, size_t point, size_t replication,
             psn_diagnostics *all);

/* Appends a line that the number of a point's replications is settled. */
void log_point(struct log *l, size_t point, const struct stopped *end, psn_diagnostics *all);

/* Writes what is buffered and closes; a failure is told as in log_run. Safe to call twice. */
void log_close(struct log *l, psn_diagnostics *all);

#endif
