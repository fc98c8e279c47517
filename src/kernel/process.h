/* SPDX-License-Identifier: Apache-2.0
 * Logical processes: each owns a tree of next events, a free list of jobs, and executes its events
 * in the one order (time, rank of the origin). Processes meet only through lines, whose entries
 * arrive no sooner than the distance between the two (windows.h). */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/array.h"
#include "kernel/job.h"
#include "kernel/tree.h"

/* What happens when a slot's time has come. The owner sets the slot to its next time before it
 * returns. */
typedef void (*process_fire)(void *owner, psn_time now);

struct process_slot {
    process_fire fire;
    void *owner;
};

struct mail;
struct job_chunk;

/* What a cache line holds, in bytes. */
#define PROCESS_LINE ARRAY_LINE

/* What others look at while the process runs stands on a line of its own, so that it stays in their
 * caches; the whole is a number of lines. */
struct process {
    uint32_t index;  /* among those of the run */
    uint32_t thread; /* that runs it, among those of the run */
    char apart[PROCESS_LINE - 2 * sizeof(uint32_t)];
    struct mail *out; /* where it writes to those of other threads */
    struct tree tree;
    struct process_slot *slot;
    psn_time now;
    uint32_t rank; /* the highest slot of the events at `now`, the one under way included: what was
                      due then at a lower one has happened */
    uint32_t n_slots;
    int64_t events;
    struct job *free;
    struct job_chunk *chunk;
    int error; /* PSN_EMEMORY once memory ended; the run stops */
    char rest[PROCESS_LINE - (sizeof(struct tree) + 60) % PROCESS_LINE];
};

_Static_assert(sizeof(struct process) % PROCESS_LINE == 0, "a process has its cache lines alone");

/* Memory for n processes, zeroed, each on cache lines of its own; NULL where there is none. Free
 * with free() once each has been ended. */
struct process *process_array(size_t n);

/* A process with `slots` slots. 0 or PSN_EMEMORY. */
int process_init(struct process *p, uint32_t slots);
void process_fini(struct process *p);

/* Names what fires at a slot, before the run. */
void process_bind(struct process *p, uint32_t slot, process_fire fire, void *owner);

/* A job from the free list, zeroed and marked JOB_LIVE; NULL (and p->error set) where memory ends.
 */
struct job *process_job(struct process *p);

/* As process_job, but a copy of another. */
struct job *process_copy(struct process *p, const struct job *job);

/* Gives a job back. */
void process_release(struct process *p, struct job *job);

/* Calls `visit` for every live job of the process. */
void process_each_job(struct process *p, void (*visit)(void *context, struct job *job),
                      void *context);

/* Executes the events of one process before `until`. `stop`, where not NULL, is looked at every few
 * thousand events. Returns 0, PSN_EMEMORY, or PSN_EINTERRUPTED. */
int process_run_until(struct process *p, psn_time until, const volatile int *stop);

#endif
