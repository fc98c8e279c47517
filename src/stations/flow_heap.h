/* SPDX-License-Identifier: Apache-2.0
 * A flow, and heaps of flows by finish tag through links in the flows themselves: pairing heaps
 * (Fredman, Sedgewick, Sleator and Tarjan, Algorithmica 1, 1986). Adding one is O(1), taking any
 * one out O(log n) on the average of many. Used by stations/flows only.
 *
 * Flows are numbered places of one array; 0 stands for none, and an empty heap is 0. A place may
 * also stand for a group of flows, in a heap of groups: such have no job. */
#ifndef STATIONS_FLOW_HEAP_H
#define STATIONS_FLOW_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/exact.h"
#include "kernel/job.h"

struct flow {
    exact_sum tag;   /* in a heap: virtual time of its end; standing still: its work; units */
    struct job *job; /* NULL: a group */
    uint32_t child;  /* first of those below it */
    uint32_t next;   /* beside it, below the same one; free: the next free one */
    uint32_t before; /* beside it, or above where it is the first; 0 at the top */
    uint32_t group;  /* its group, or it is; MAXMIN_NONE: stands still, or has ended */
    uint32_t class;
    bool ended;
};

/* The heap with `one`, which is in none, in it, too. */
uint32_t flow_heap_push(struct flow *flow, uint32_t heap, uint32_t one);

/* The heap without `one`, which is in it. */
uint32_t flow_heap_remove(struct flow *flow, uint32_t heap, uint32_t one);

#endif
