/* SPDX-License-Identifier: Apache-2.0
 * Mail: what the processes of one thread send to those of others within a window of a run. One
 * thread writes; once all have met, each reads what is for its own processes. Nothing is locked,
 * and memory is used again in the next window but one. For lines and windows only. */
#ifndef KERNEL_MAIL_H
#define KERNEL_MAIL_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/job.h"

struct line;
struct process;

/* How many letters ahead the next is fetched: written ones lie in the cache of another core. */
#define MAIL_AHEAD 16

/* An entry on its way to a line. */
struct letter {
    struct line *line;
    psn_time at;
    uint64_t order;
    uint64_t job; /* index + 1; 0: none */
};

/* What is for the processes of one thread, in the order in which it was written: so it is read as
 * memory comes. */
struct mail_bag {
    struct letter *letter;
    size_t n_letters, letter_capacity;
    struct job *job; /* by value */
    size_t n_jobs, job_capacity;
};

/* What one thread has written in one window. */
struct mail {
    struct mail_bag *bag; /* by receiving thread */
    size_t n_bags;
    psn_time *least;   /* by receiving process: the earliest time of its letters; PSN_NEVER: none */
    uint32_t *touched; /* whose are not PSN_NEVER */
    size_t n_touched;
};

/* Between so many threads with n processes. 0 or PSN_EMEMORY; end with mail_fini in every case. */
int mail_init(struct mail *m, size_t threads, size_t n);
void mail_fini(struct mail *m);

/* Forgets all letters. */
void mail_clear(struct mail *m);

/* A letter to process `to` of another thread; copies the job, where there is one. 0 or PSN_EMEMORY.
 */
int mail_write(struct mail *m, const struct process *to, struct letter letter,
               const struct job *job);

#endif
