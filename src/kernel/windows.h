/* SPDX-License-Identifier: Apache-2.0
 * One run of several logical processes, by conservative windows on one thread or many. Used by the
 * engine. */
#ifndef KERNEL_WINDOWS_H
#define KERNEL_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/process.h"

/* How a run went on. */
struct windows_account {
    int64_t windows; /* 0 where there was one process */
    int64_t shared;  /* of them, by several threads */
    int threads;     /* the most that took part */
};

/* What is to be run. In each window every process executes its events up to a bound of its own
 * (distance.h), then all meet. */
struct windows {
    size_t n;                 /* processes; at least 1 */
    struct process *process;  /* from process_array, so that no two share a cache line */
    const psn_time *distance; /* [n x n], from x n + to: least time in which what happens at `from`
                                 can be felt at `to`, over any chain of lines (distance_close makes
                                 them); PSN_NEVER: never; the diagonal: the least cycle through
                                 another process. All above zero. With n = 1 not used: NULL */
    psn_time horizon;         /* events at the horizon itself do not happen */
    const volatile int *stop; /* where not NULL, looked at every few thousand events: not zero ends
                                 the run */
    int threads;              /* how many may take part; 1: none but the caller */
    bool adapt;               /* many take part only while that pays, which is measured */
    struct windows_account *account; /* where not NULL: zeroed before, counted up */
};

/* Runs to the horizon. Moves no bit of the results, whatever the threads. What is under way at the
 * end lies in the lines of its receiver. Returns 0, PSN_EMEMORY, or PSN_EINTERRUPTED. */
int windows_run(const struct windows *w);

#endif
