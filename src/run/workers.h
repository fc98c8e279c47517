/* SPDX-License-Identifier: Apache-2.0
 * The workers of a sweep: an OpenMP team under a thread of its own that takes runs as they come
 * free and pushes what they found to a queue. The loop on the main thread starts, stops and drains
 * them. */
#ifndef RUN_WORKERS_H
#define RUN_WORKERS_H

#include <stdatomic.h>

#include "run/queue.h"
#include "run/threads.h"
#include "study/study.h"

struct workers {
    const struct study *study;
    struct model_schedule schedule; /* but for the threads of a run */
    struct threads threads;
    void (*wake)(void *context); /* called by a worker now and then, and once at the end */
    void *context;

    struct queue queue;
    uv_thread_t master;
    atomic_bool finished; /* no worker will push any more */
    volatile int stop;    /* runs in flight are given up */
    char apart[64];       /* runs look at `stop`, and what is below changes with each of them */

    uv_mutex_t lock; /* of all below */
    uv_cond_t more;  /* runs were added, or there will be no more */
    size_t *todo;    /* runs to do, in order; the first `todo_taken` are taken */
    size_t todo_capacity, todo_count, todo_taken;
    bool closing; /* no run is begun any more */
    int code;     /* the first error of a worker */
    psn_diagnostics mistakes;
};

/* Sets up and starts. `w` holds study to context, the rest zero. All signals are blocked in the
 * threads. Returns 0, PSN_EMEMORY or PSN_ERUN (no thread could be made). */
int workers_start(struct workers *w, psn_diagnostics *all);

/* Adds runs to do, in order; idle workers begin at once. Returns 0 or PSN_EMEMORY. */
int workers_add(struct workers *w, const size_t *run, size_t n);

/* No new runs; those in flight go on. Workers wait for more runs until this is called. */
void workers_close(struct workers *w);

/* No new runs, and those in flight are given up. */
void workers_stop(struct workers *w);

/* Once finished and drained: joins, moves the workers' mistakes to `all` and frees everything.
 * Returns the workers' first error, or 0. */
int workers_end(struct workers *w, psn_diagnostics *all);

#endif
