/* SPDX-License-Identifier: Apache-2.0
 * Tests of run/queue: order, the bound, many producers. */
#include "run/queue.h"

#include <criterion/criterion.h>
#include <stdatomic.h>

Test(queue, first_in_first_out)
{
    struct queue q;
    cr_assert_eq(queue_init(&q, 3), 0);
    struct queue_item item;
    cr_assert_not(queue_take(&q, &item));
    for (size_t round = 0; round < 5; round++) { /* the ring wraps at a different place each time */
        for (size_t i = 0; i < 2; i++)
            queue_push(&q, &(struct queue_item){.run = 10 * round + i});
        for (size_t i = 0; i < 2; i++) {
            cr_assert(queue_take(&q, &item));
            cr_assert_eq(item.run, 10 * round + i);
        }
        cr_assert_not(queue_take(&q, &item));
    }
    queue_fini(&q);
}

Test(queue, frees_outcomes_left_in_it)
{
    /* Found by the leak checker of AddressSanitizer where it does not. */
    struct queue q;
    cr_assert_eq(queue_init(&q, 2), 0);
    struct outcome_shape shape = {
        .partners = 1, .services = 1, .stations = 1, .targets = 1, .intervals = 1};
    struct outcome *o = outcome_new(&shape);
    cr_assert_not_null(o);
    queue_push(&q, &(struct queue_item){.outcome = o});
    cr_assert_eq(q.count, 1);
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
        queue_push(p->queue, &(struct queue_item){.run = p->first + i});
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
        struct queue_item item;
        while (queue_take(&q, &item)) {
            size_t from = item.run / ITEMS;
            cr_assert_eq(item.run % ITEMS, next[from]); /* each producer's own order is kept */
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
