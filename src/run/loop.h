/* SPDX-License-Identifier: Apache-2.0
 * The libuv loop of a sweep on the calling thread: it owns the journal, the log, the progress line,
 * the timer and the signals, while the workers simulate. Used by the sweep. */
#ifndef RUN_LOOP_H
#define RUN_LOOP_H

#include "run/plan.h"
#include "run/workers.h"

struct loop_task {
    const struct study *study;
    struct plan *plan; /* with a point that is not settled; it goes on as runs end */
    const char *journals_dir, *log_path, *command;
    struct threads threads;
    bool quiet;
    struct model_schedule schedule;
};

struct loop_report {
    size_t runs; /* done and in the journal */
    int64_t requests, events;
};

/* Does the runs. Returns 0 where every point is settled; PSN_EINTERRUPTED after a signal; PSN_EIO
 * where the journal or the log cannot be begun or the journal be written on (what is in it stays
 * readable); PSN_EMEMORY; or a worker's error. */
int loop_run(const struct loop_task *task, struct loop_report *report, psn_diagnostics *all);

#endif
