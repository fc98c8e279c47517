/* SPDX-License-Identifier: Apache-2.0
 * Delay lines: the only way from one process to another, and one way within a process. */
#ifndef KERNEL_LINE_H
#define KERNEL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/process.h"

struct mail;

/* One entry of a line: a job (or NULL, where the time says everything) that comes out at `at`; ties
 * by `order`. */
struct line_entry {
    psn_time at;
    uint64_t order;
    struct job *job;
};

/* The entries, from `head` on, in the order (time, order). A ring of two and its measures fill one
 * cache line. */
struct line_ring {
    uint32_t head, count;
    uint32_t capacity; /* a power of two */
    uint32_t unused;
    struct line_entry entry[];
};

/* A delay line: jobs on their way to `home`. Nearly sorted as they come, so an insertion looks from
 * the back. Its earliest entry stands in home's tree. Set home and slot before use, the rest zero.
 * Other processes' threads look at `home`: so what changes with every entry lies elsewhere. */
struct line {
    struct process *home;
    struct line_ring *ring; /* NULL at first */
    uint32_t slot;
};

/* For line_put only: within the line's home, and from elsewhere. */
void line_insert(struct line *l, psn_time at, uint64_t order, struct job *job);
void line_send(struct process *from, struct line *line, psn_time at, uint64_t order,
               struct job *job);

/* Puts a job into a line, to come out at `at`. From a process other than the line's home the job is
 * copied and given back; `at` must then be at least the distance between the two processes away.
 * Entries that may come out at one instant have different orders. Where memory ends, the process
 * that ran out has its error set. */
static inline void line_put(struct process *from, struct line *line, psn_time at, uint64_t order,
                            struct job *job)
{
    if (__builtin_expect(line->home == from, 1))
        line_insert(line, at, order, job);
    else
        line_send(from, line, at, order, job);
}

/* Puts what a thread has written in a turn for the processes of another, `thread`, into their
 * lines. 0, or PSN_EMEMORY where that of one has ended. */
int line_deliver(const struct mail *mail, size_t turn, size_t thread);

static inline uint32_t line_count(const struct line *l)
{
    return l->ring ? l->ring->count : 0;
}

/* Entry i < line_count, in the order in which they come out. */
static inline const struct line_entry *line_entry(const struct line *l, uint32_t i)
{
    const struct line_ring *r = l->ring;
    return &r->entry[(r->head + i) & (r->capacity - 1)];
}

/* The job that comes out at `now`, and the line's slot set to its next; the line must not be empty.
 */
struct job *line_take(struct line *line);

/* Takes a job out before its time, in its home; `same` tells it from the others, the last to come
 * out first. NULL: it is not there. Takes time in proportion to how many come out after it. */
struct job *line_withdraw(struct line *line, bool (*same)(const struct job *job, const void *what),
                          const void *what);

/* Frees what the line has; the jobs are their processes'. */
void line_fini(struct line *line);

#endif
