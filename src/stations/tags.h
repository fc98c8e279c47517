/* SPDX-License-Identifier: Apache-2.0
 * A heap of virtual times that lets go of any of its items, not only of the least. Used by the
 * stations whose jobs may lose their servers, leave, or share by groups. Items are small numbers
 * that the owner gives (seats, queues), each in the heap at most once. Ties come out by `order`. */
#ifndef STATIONS_TAGS_H
#define STATIONS_TAGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/exact.h"

struct tag {
    exact_sum at; /* a time or a virtual time, in any unit */
    uint64_t order;
    uint32_t item;
};

/* Zero-initialise to begin. */
struct tags {
    struct tag *tag; /* 4-ary; tag[0] is the least */
    uint32_t *home;  /* by item: its place in `tag` + 1; 0 where it is not here */
    size_t count, capacity, items;
};

/* Makes room for every item below `items`. 0 or PSN_EMEMORY (nothing changed). */
int tags_reserve(struct tags *t, size_t items);
void tags_fini(struct tags *t);

/* Adds an item that room was made for and that is not here. */
void tags_push(struct tags *t, struct tag tag);

/* Adds an item that room was made for or, where it is here, gives it another tag. */
void tags_set(struct tags *t, struct tag tag);

/* The least by (at, order); NULL where empty. Valid until the next change. */
const struct tag *tags_top(const struct tags *t);

/* The item's tag; NULL where it is not here. Valid until the next change. */
const struct tag *tags_find(const struct tags *t, uint32_t item);

/* Takes an item that is here out. */
void tags_remove(struct tags *t, uint32_t item);

#endif
