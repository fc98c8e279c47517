/* SPDX-License-Identifier: Apache-2.0
 * The next events: a 4-ary tournament ("winner") tree with one slot for each thing that can cause
 * one. Slots are numbered in the canonical order of their origins' names, so that equal times come
 * out in that order whatever the schedule. Used by logical processes only. */
#ifndef KERNEL_TREE_H
#define KERNEL_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "psnsim/types.h"

/* Node 3 is the root, nodes 4 to 7 its children; the children of i are 4 (i - 2) and the three
 * behind, the parent of i is i / 4 + 2. So siblings share half a cache line and every path has
 * `levels` steps. A node holds the least key below it: (time - base) << bits | slot, UINT64_MAX
 * where no event is pending. A time too far from the base stands at the "far" key, above all exact
 * ones; once a far key comes first, nothing near is left, and the tree moves its base on. */
struct tree {
    uint64_t *node; /* packed keys, level by level, leaves last */
    psn_time *when; /* the exact time of each slot; PSN_NEVER where it has none */
    psn_time base;  /* times in `node` count from here; moved when they no longer fit */
    uint64_t far;   /* the first count from the base that is too far */
    uint32_t slots, bits, levels;
    uint32_t leaf; /* index of slot 0's leaf in `node` */
};

#define TREE_ROOT 3

/* A tree of `slots` (1 to 2^31) slots, all at PSN_NEVER. Returns 0, PSN_EINPUT for a count outside
 * that range, or PSN_EMEMORY. */
int tree_init(struct tree *t, uint32_t slots);
void tree_fini(struct tree *t);

/* Moves the base to `base`, no later than any time in the tree, and plays all matches again. For
 * tree_set, tree_first, and after tree_note. */
void tree_rebase(struct tree *t, psn_time base);

/* Notes a slot's time and plays no match: for many slots at once, before a tree_rebase and before
 * anything else is asked of the tree. */
static inline void tree_note(struct tree *t, uint32_t slot, psn_time when)
{
    t->when[slot] = when;
}

/* The earliest exact time in the tree, by a scan. */
psn_time tree_earliest(const struct tree *t);

/* The key of a time that is not before the base. Compiles to conditional moves. */
static inline uint64_t tree_key(const struct tree *t, uint32_t slot, psn_time when)
{
    uint64_t count = (uint64_t)when - (uint64_t)t->base;
    count = count < t->far ? count : t->far;
    uint64_t key = count << t->bits | slot;
    return when == PSN_NEVER ? UINT64_MAX : key;
}

static inline uint64_t tree_least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Sets the slot's next event to `when` (>= the time of the last event taken; PSN_NEVER: none).
 * Set once to the new time: clearing and then setting costs half as much again. */
static inline void tree_set(struct tree *t, uint32_t slot, psn_time when)
{
    t->when[slot] = when;
    if (__builtin_expect(when < t->base, 0)) {
        /* The base stands at the earliest event, which need not have been taken yet. */
        tree_rebase(t, when);
        return;
    }
    uint64_t *node = t->node;
    uint64_t key = tree_key(t, slot, when);
    size_t i = (size_t)t->leaf + slot;
    node[i] = key;
    /* The winner so far stays in a register; the siblings' loads wait for nothing. */
    while (i > TREE_ROOT) {
        uint64_t siblings = tree_least(tree_least(node[i ^ 1], node[i ^ 2]), node[i ^ 3]);
        key = tree_least(key, siblings);
        i = i / 4 + 2;
        node[i] = key;
    }
}

/* The time of the first event, its slot in *slot; PSN_NEVER (and *slot undefined) where none.
 * Not const: it may rebase. */
static inline psn_time tree_first(struct tree *t, uint32_t *slot)
{
    uint64_t key = t->node[TREE_ROOT];
    if (key == UINT64_MAX)
        return PSN_NEVER;
    if (__builtin_expect(key >> t->bits == t->far, 0)) {
        tree_rebase(t, tree_earliest(t));
        key = t->node[TREE_ROOT];
    }
    *slot = (uint32_t)(key & (((uint64_t)1 << t->bits) - 1));
    return (psn_time)((uint64_t)t->base + (key >> t->bits));
}

#endif
