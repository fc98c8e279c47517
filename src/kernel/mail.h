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

/* An entry on its way to a line. */
struct letter {
    struct line *line;
    psn_time at;
    uint64_t order;
    uint32_t next; /* to the same process: its index + 1; 0: no more */
    uint32_t job;  /* index + 1; 0: none */
};

/* What is for one process. */
struct mail_box {
    psn_time least; /* the earliest time of its letters; PSN_NEVER: none */
    uint32_t first, last;
};

/* What one thread has written in one window. */
struct mail {
    struct letter *letter;
    size_t n_letters, letter_capacity;
    struct job *job; /* by value */
    size_t n_jobs, job_capacity;
    struct mail_box *box; /* by receiving process */
    uint32_t *touched;    /* whose boxes are not empty */
    size_t n_touched;
};

/* A thread as its processes see it: where they write. Processes of one thread share one. */
struct post {
    struct mail *out;
};

/* For n processes. 0 or PSN_EMEMORY; end with mail_fini in every case. */
int mail_init(struct mail *m, size_t n);
void mail_fini(struct mail *m);

/* Forgets all letters. */
void mail_clear(struct mail *m);

/* A letter to process `to`; copies the job, where there is one. 0 or PSN_EMEMORY. */
int mail_write(struct mail *m, uint32_t to, const struct letter *letter, const struct job *job);

/* Puts what is for `home` into its lines; memory that ends is home's error. */
void mail_deliver(const struct mail *m, struct process *home);

#endif
