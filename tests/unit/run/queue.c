/* SPDX-License-Identifier: Apache-2.0
 * Tests of run/queue: order, the bound, many producers. */
#include "run/queue.h"

#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

Test(queue, first_in_first_out)
{
    struct queue q;
    cr_assert_eq(queue_init(&q, 3), 0);
    struct queue_item item = {0}, full = {0};
    cr_assert_eq(queue_take(&q, &item, 1), 0);
    for (size_t round = 0; round < 5; round++) { /* the ring wraps at a different place each time */
        for (size_t i = 0; i < 2; i++) {
            full.record.run = 10 * round + i;
            cr_assert_eq(queue_push(&q, &full), i + 1);
        }
        for (size_t i = 0; i < 2; i++) {
            cr_assert_eq(queue_take(&q, &item, 1), 1);
            cr_assert_eq(item.record.run, 10 * round + i);
        }
        cr_assert_eq(queue_take(&q, &item, 1), 0);
    }
    queue_fini(&q);
}

static void fill(struct queue_item *item, size_t words)
{
    item->record.words = malloc(words * sizeof *item->record.words);
    cr_assert_not_null(item->record.words);
    item->record.n = item->record.capacity = words;
}

/* Who pushes a record gets back the one that was taken from that place before. What is left in the
 * queue is freed with it: found by the leak checker of AddressSanitizer where it is not. */
Test(queue, records_go_round)
{
    struct queue q;
    cr_assert_eq(queue_init(&q, 2), 0);
    struct queue_item full = {0}, taken = {0};
    fill(&full, 10);
    const uint64_t *words = full.record.words;
    queue_push(&q, &full);
    cr_assert_null(full.record.words);
    cr_assert_eq(queue_take(&q, &taken, 5), 1);
    cr_assert_eq(taken.record.words, words);
    for (size_t i = 1; i < QUEUE_MOST; i++)
        queue_push(&q, &full);
    struct queue_item rest[QUEUE_MOST];
    memset(rest, 0, sizeof rest);
    cr_assert_eq(queue_take(&q, rest, QUEUE_MOST), QUEUE_MOST - 1);
    queue_push(&q, &taken);
    cr_assert_null(taken.record.words);
    cr_assert_eq(q.words, 10);
    queue_fini(&q);
}

static void push_one(void *argument)
{
    struct queue_item item = {.record.n = 1u << 20};
    queue_push(argument, &item);
}

/* Beyond those that are sure there is room for short records alone. */
Test(queue, long_records_wait, .timeout = 60)
{
    struct queue q;
    cr_assert_eq(queue_init(&q, 2), 0);
    uv_thread_t thread;
    struct queue_item item[4];
    memset(item, 0, sizeof item);
    push_one(&q);
    push_one(&q);
    cr_assert_eq(uv_thread_create(&thread, push_one, &q), 0);
    size_t taken = queue_take(&q, item, 1); /* makes room for the third */
    uv_thread_join(&thread);
    taken += queue_take(&q, item, 4);
    cr_assert_eq(taken, 3);
    queue_fini(&q);
}

#define PRODUCERS 4
#define ITEMS     2000

struct producer {
    struct queue *queue;
    size_t first;
    atomic_int *left;
};

static void produce(void *argument)
{
    struct producer *p = argument;
    for (size_t i = 0; i < ITEMS; i++)
        queue_push(p->queue, &(struct queue_item){.record.run = p->first + i});
    atomic_fetch_sub(p->left, 1);
}

Test(queue, many_producers_one_consumer, .timeout = 60)
{
    struct queue q;
    cr_assert_eq(queue_init(&q, 3), 0);
    uv_thread_t thread[PRODUCERS];
    struct producer producer[PRODUCERS];
    atomic_int left = PRODUCERS;
    for (size_t i = 0; i < PRODUCERS; i++) {
        producer[i] = (struct producer){&q, i * ITEMS, &left};
        cr_assert_eq(uv_thread_create(&thread[i], produce, &producer[i]), 0);
    }
    size_t next[PRODUCERS] = {0}, taken = 0;
    for (;;) {
        bool finished = atomic_load(&left) == 0; /* before draining, as the loop does */
        struct queue_item item = {0};
        while (queue_take(&q, &item, 1) > 0) {
            size_t from = item.record.run / ITEMS;
            cr_assert_eq(item.record.run % ITEMS, next[from]); /* each one's own order is kept */
            next[from]++;
            taken++;
        }
        if (finished)
            break;
    }
    cr_assert_eq(taken, (size_t)PRODUCERS * ITEMS);
    for (size_t i = 0; i < PRODUCERS; i++)
        uv_thread_join(&thread[i]);
    queue_fini(&q);
}
