/* SPDX-License-Identifier: Apache-2.0
 * A small heap of (key, order, item) for unbounded sets inside one owner: think times, virtual
 * finish tags. Ties come out by `order`. */
#ifndef KERNEL_HEAP_H
#define KERNEL_HEAP_H

#include <stddef.h>
#include <stdint.h>

union heap_item {
    void *pointer;
    uint64_t number;
};

/* One entry. `key` is a time in ns or a virtual time in any integer unit. */
struct heap_entry {
    int64_t key;
    uint64_t order;
    union heap_item item;
};

/* (key, order) as one number: one comparison without a branch. */
__extension__ typedef unsigned __int128 heap_rank;

static inline heap_rank heap_rank_of(int64_t key, uint64_t order)
{
    return (heap_rank)((uint64_t)key ^ ((uint64_t)1 << 63)) << 64 | order; /* negative keys first */
}

/* Member by member: an entry that was written as a whole from registers, through the stack, would
 * be waited for there. */
static inline void heap_put(struct heap_entry *at, int64_t key, uint64_t order,
                            union heap_item item)
{
    at->key = key;
    at->order = order;
    at->item = item;
}

/* Zero-initialise to begin. */
struct heap {
    struct heap_entry *entry; /* 4-ary; entry[0] is the least */
    size_t count, capacity;
};

/* Makes room for `need` entries in all. 0 or PSN_EMEMORY. */
int heap_reserve(struct heap *h, size_t need);
void heap_fini(struct heap *h);

/* For heap_push only: the entry in registers. */
int heap_insert(struct heap *h, int64_t key, uint64_t order, union heap_item item);

/* Adds an entry; grows where needed. 0 or PSN_EMEMORY (nothing added). */
static inline int heap_push(struct heap *h, struct heap_entry e)
{
    return heap_insert(h, e.key, e.order, e.item);
}

/* The least entry by (key, order); NULL where empty. Valid until the next change. */
const struct heap_entry *heap_top(const struct heap *h);

/* Removes the least entry (the heap must not be empty). */
void heap_pop(struct heap *h);

/* Replaces the least entry by `e` in one pass (the heap must not be empty). */
void heap_replace(struct heap *h, struct heap_entry e);

/* Restores the order after the owner has changed or dropped entries in `entry[0..count)`. */
void heap_rebuild(struct heap *h);

#endif
