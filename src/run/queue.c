/* SPDX-License-Identifier: Apache-2.0
 * The bounded queue between the workers and the loop: one mutex, one condition. Runs take
 * milliseconds or more each, so a lock per run costs nothing that could be measured. */
#include "run/queue.h"

#include <stdlib.h>

int queue_init(struct queue *q, size_t capacity)
{
    *q = (struct queue){.capacity = capacity ? capacity : 1};
    q->item = calloc(q->capacity, sizeof *q->item);
    if (!q->item)
        return PSN_EMEMORY;
    if (uv_mutex_init(&q->lock)) {
        free(q->item);
        return PSN_EMEMORY;
    }
    if (uv_cond_init(&q->room)) {
        uv_mutex_destroy(&q->lock);
        free(q->item);
        return PSN_EMEMORY;
    }
    return 0;
}

void queue_fini(struct queue *q)
{
    struct queue_item item;
    while (queue_take(q, &item))
        outcome_free(item.outcome);
    uv_cond_destroy(&q->room);
    uv_mutex_destroy(&q->lock);
    free(q->item);
}

void queue_push(struct queue *q, const struct queue_item *item)
{
    uv_mutex_lock(&q->lock);
    while (q->count == q->capacity)
        uv_cond_wait(&q->room, &q->lock);
    q->item[(q->first + q->count) % q->capacity] = *item;
    q->count++;
    uv_mutex_unlock(&q->lock);
}

bool queue_take(struct queue *q, struct queue_item *item)
{
    uv_mutex_lock(&q->lock);
    bool some = q->count > 0;
    if (some) {
        *item = q->item[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->count--;
        uv_cond_signal(&q->room);
    }
    uv_mutex_unlock(&q->lock);
    return some;
}
