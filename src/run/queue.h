/* SPDX-License-Identifier: Apache-2.0
 * A bounded queue of finished runs: workers push and wait while it is full, the loop takes without
 * waiting. It bounds the memory that finished but unwritten runs hold. Records go round: who pushes
 * one gets another back to fill, so that no run allocates. */
#ifndef RUN_QUEUE_H
#define RUN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "model/model.h"
#include "results/journal.h"

/* One finished run. The record belongs to whoever holds the item. */
struct queue_item {
    struct journal_record record;
    int64_t requests, events; /* that arrived from warm-up on; that were simulated */
    double wall_s;            /* how long the simulation of this run took */
    int thread;
    struct model_account account;
};

struct queue {
    uv_mutex_t lock;
    uv_cond_t room;
    struct queue_item *item; /* a ring of `capacity` items */
    size_t capacity, first, count;
    size_t sure;  /* so many items there is always room for ... */
    size_t words; /* ... and for more where the records held have few words */
};

/* An empty queue for `sure` items (at least 1), or for up to QUEUE_MOST short ones. Returns 0 or
 * PSN_EMEMORY. */
#define QUEUE_MOST 64
int queue_init(struct queue *q, size_t sure);

/* Frees the queue and the records still in it. No thread may use it any more. */
void queue_fini(struct queue *q);

/* Appends an item; waits while the queue is full. *item gets another record in return, whose
 * contents are nobody's. Returns how many items there are then. */
size_t queue_push(struct queue *q, struct queue_item *item);

/* Takes the oldest items, `most` at most, in exchange for the records of item[0], item[1], ...
 * (zeroed, or taken before). Returns how many, 0 at once where there are none. */
size_t queue_take(struct queue *q, struct queue_item *item, size_t most);

#endif
