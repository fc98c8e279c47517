/* SPDX-License-Identifier: Apache-2.0
 * A bounded queue of finished runs: workers push and wait while it is full, the loop takes without
 * waiting. It bounds the memory that finished but unwritten runs hold. */
#ifndef RUN_QUEUE_H
#define RUN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "model/model.h"

/* One finished run. The outcome belongs to whoever holds the item. */
struct queue_item {
    size_t run;
    struct outcome *outcome;
    double wall_s; /* how long the simulation of this run took */
    int thread;
    struct model_account account;
};

struct queue {
    uv_mutex_t lock;
    uv_cond_t room;
    struct queue_item *item; /* a ring of `capacity` items */
    size_t capacity, first, count;
};

/* An empty queue for `capacity` items (at least 1). Returns 0 or PSN_EMEMORY. */
int queue_init(struct queue *q, size_t capacity);

/* Frees the queue and the outcomes still in it. No thread may use it any more. */
void queue_fini(struct queue *q);

/* Appends an item; waits while the queue is full. */
void queue_push(struct queue *q, const struct queue_item *item);

/* Takes the oldest item; false, at once, where there is none. */
bool queue_take(struct queue *q, struct queue_item *item);

#endif
