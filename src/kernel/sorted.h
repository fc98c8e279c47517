/* SPDX-License-Identifier: Apache-2.0
 * A set by (key, order) whose least entries stand sorted in a short run, and the others in a heap
 * behind it: for owners of whom few are there at most times, as the jobs that share a server. Up to
 * some ten entries an insertion into a run costs half of what a heap costs, for what comes next
 * need not be looked for; beyond them it costs what the heap does. (The run is the "bottom" of the
 * ladder queue of W. T. Tang, R. S. M. Goh and I. L.-J. Thng, ACM Transactions on Modeling and
 * Computer Simulation 15(3), 2005.) */
#ifndef KERNEL_SORTED_H
#define KERNEL_SORTED_H

#include "kernel/heap.h"

/* Zero-initialise to begin. */
struct sorted {
    struct heap_entry *near; /* descending: the least is the last */
    size_t n_near, room;     /* entries of `near`, and how many fit without the slow path */
    struct heap far;         /* none is less than any of `near`; empty where `near` is */
};

void sorted_fini(struct sorted *s);

/* For sorted_push only: the run is full or has not begun, or there are others behind it. */
int sorted_push_slowly(struct sorted *s, int64_t key, uint64_t order, union heap_item item);

/* For sorted_take only: the run is at its end, and there are others behind it. */
void sorted_refill(struct sorted *s);

/* For sorted_push and the slow path: puts an entry into the run, which has room for it. */
static inline void sorted_settle(struct sorted *s, int64_t key, uint64_t order,
                                 union heap_item item)
{
    heap_rank rank = heap_rank_of(key, order);
    struct heap_entry *hole = s->near + s->n_near++;
    for (; hole > s->near && heap_rank_of(hole[-1].key, hole[-1].order) < rank; hole--)
        heap_put(hole, hole[-1].key, hole[-1].order, hole[-1].item);
    heap_put(hole, key, order, item);
}

/* Adds an entry; grows where needed. 0 or PSN_EMEMORY (nothing added). */
static inline int sorted_push(struct sorted *s, int64_t key, uint64_t order, union heap_item item)
{
    if (__builtin_expect(s->n_near == s->room || s->far.count > 0, 0))
        return sorted_push_slowly(s, key, order, item);
    sorted_settle(s, key, order, item);
    return 0;
}

/* The least entry by (key, order); NULL where empty. Valid until the next change. */
static inline const struct heap_entry *sorted_top(const struct sorted *s)
{
    return s->n_near > 0 ? &s->near[s->n_near - 1] : NULL;
}

/* Takes the least entry (there must be one) out. */
static inline void *sorted_take(struct sorted *s)
{
    void *pointer = s->near[--s->n_near].item.pointer;
    if (__builtin_expect(s->n_near == 0 && s->far.count > 0, 0))
        sorted_refill(s);
    return pointer;
}

#endif
