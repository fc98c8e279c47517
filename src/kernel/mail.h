/* SPDX-License-Identifier: Apache-2.0
 * Mail: what the processes of one thread send to those of others in the windows of a run. One
 * thread writes; once all know that its window is over, each reads what is for its own processes.
 * Nothing is locked, and memory is used again some windows later. For lines and windows only. */
#ifndef KERNEL_MAIL_H
#define KERNEL_MAIL_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/job.h"
#include "kernel/process.h"

struct line;

/* How many letters, and jobs, ahead of what is read or written memory is fetched: it lies in the
 * cache of another core. */
#define MAIL_LETTERS 20
#define MAIL_JOBS    6

/* An entry on its way to a line. */
struct letter {
    struct line *line;
    psn_time at;
    uint64_t order;
};

struct mail_pile {
    struct letter *letter;
    size_t n, capacity;
};

/* What is for the processes of one thread, in the order in which it was written: so it is read as
 * memory comes. On a cache line of its own, as who writes it goes on while another reads it. */
struct mail_bag {
    struct mail_pile bare, laden; /* letters without a job, and with one */
    struct job *job;              /* of each laden one, by value */
    size_t job_capacity;
};

_Static_assert(sizeof(struct mail_bag) == PROCESS_LINE, "a bag has its cache line alone");

/* When something is to happen at a process. */
struct due {
    psn_time at;
    uint64_t process;
};

/* What one thread writes, in several windows by turns. What others look at comes first, on a cache
 * line that does not change. */
struct mail {
    struct mail_bag *bag; /* by turn and receiving thread */
    size_t turns, threads;
    char apart[PROCESS_LINE - 3 * sizeof(size_t)];
    struct mail_bag *open; /* of the turn at hand */
    psn_time *least;       /* by receiving process: the earliest time of its letters of this turn;
                              PSN_NEVER: none */
    uint32_t *touched;     /* whose are not PSN_NEVER */
    size_t n_touched;
    char rest[PROCESS_LINE - 4 * sizeof(size_t)];
};

/* Between so many threads with n processes. 0 or PSN_EMEMORY; end with mail_fini in every case. */
int mail_init(struct mail *m, size_t turns, size_t threads, size_t n);
void mail_fini(struct mail *m);

/* Begins a turn: what was written in it the last time is forgotten. */
void mail_open(struct mail *m, size_t turn);

/* Ends the turn. For each process that has letters of it, the earliest into *due, which has room
 * for all processes. Returns how many. */
size_t mail_close(struct mail *m, struct due *due);

/* A letter to process `to` of another thread; copies the job, where there is one. 0 or PSN_EMEMORY.
 */
int mail_write(struct mail *m, const struct process *to, struct letter letter,
               const struct job *job);

/* Of n items of some size, those that are fetched at once before the first, in bytes. */
static inline size_t mail_first_bytes(size_t n, size_t most, size_t size)
{
    return (n < most ? n : most) * size;
}

static inline const struct mail_bag *mail_bag(const struct mail *m, size_t turn, size_t thread)
{
    return &m->bag[turn * m->threads + thread];
}

#endif
