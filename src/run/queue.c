/* SPDX-License-Identifier: Apache-2.0
 * The bounded queue between the workers and the loop: one mutex, one condition. A run takes tens of
 * microseconds at the least, so a lock a run costs little; the loop takes many at a time. */
#include "run/queue.h"

#include <stdlib.h>

/* Words of short records that are held beyond the items that are sure: 8 MB. */
#define WORDS_MOST ((size_t)1 << 20)

int queue_init(struct queue *q, size_t sure)
{
    *q = (struct queue){.sure = sure ? sure : 1};
    q->capacity = q->sure > QUEUE_MOST ? q->sure : QUEUE_MOST;
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
    for (size_t i = 0; i < q->capacity; i++)
        journal_record_fini(&q->item[i].record);
    uv_cond_destroy(&q->room);
    uv_mutex_destroy(&q->lock);
    free(q->item);
}

/* Exchanges the records, and copies the rest. */
static void hand_over(struct queue_item *from, struct queue_item *to)
{
    struct journal_record back = to->record;
    *to = *from;
    from->record = back;
}

static bool is_full(const struct queue *q, size_t words)
{
    return q->count == q->capacity || (q->count >= q->sure && q->words + words > WORDS_MOST);
}

size_t queue_push(struct queue *q, struct queue_item *item)
{
    uv_mutex_lock(&q->lock);
    while (is_full(q, item->record.n))
        uv_cond_wait(&q->room, &q->lock);
    q->words += item->record.n;
    hand_over(item, &q->item[(q->first + q->count) % q->capacity]);
    size_t count = ++q->count;
    uv_mutex_unlock(&q->lock);
    return count;
}

size_t queue_take(struct queue *q, struct queue_item *item, size_t most)
{
    uv_mutex_lock(&q->lock);
    size_t n = q->count < most ? q->count : most;
    for (size_t i = 0; i < n; i++) {
        hand_over(&q->item[q->first], &item[i]);
        q->words -= item[i].record.n;
        q->first = (q->first + 1) % q->capacity;
    }
    q->count -= n;
    if (n > 0)
        uv_cond_broadcast(&q->room);
    uv_mutex_unlock(&q->lock);
    return n;
}
