/* SPDX-License-Identifier: Apache-2.0
 * Items prepared on several threads and taken in their order. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "psnsim/types.h"
#include "results/in_order.h"

#define SLOTS_MOST 8

/* What is seen of one going through. */
struct seen {
    atomic_int in[SLOTS_MOST];      /* the item in a slot, + 1; 0: none */
    atomic_size_t prepared, wrong;  /* wrong: a slot was not free, or held another item */
    size_t taken, slots, end_after; /* the take that ends it; SIZE_MAX: none */
};

static void prepare(void *context, size_t i, size_t slot)
{
    struct seen *s = context;
    int expected = 0;
    /* The later ones are done first where several threads are there. */
    for (volatile int wait = 0; wait < (i % 3 ? 10 : 20000); wait++)
        ;
    if (slot >= s->slots || !atomic_compare_exchange_strong(&s->in[slot], &expected, (int)i + 1))
        s->wrong++;
    s->prepared++;
}

static int take(void *context, size_t i, size_t slot)
{
    struct seen *s = context;
    if (i != s->taken++ || atomic_exchange(&s->in[slot], 0) != (int)i + 1)
        s->wrong++;
    return i == s->end_after ? PSN_EIO : PSN_OK;
}

static int go(struct seen *s, size_t n, size_t slots, int threads, size_t end_after)
{
    *s = (struct seen){.slots = slots, .end_after = end_after};
    struct in_order o = {n, slots, threads, s, prepare, take};
    return in_order_run(&o);
}

Test(in_order, each_item_is_taken_once_in_its_order)
{
    for (int threads = 1; threads <= 5; threads++)
        for (size_t slots = 1; slots <= SLOTS_MOST; slots++)
            for (size_t n = 0; n < 200; n += 33) {
                struct seen s;
                cr_assert_eq(go(&s, n, slots, threads, SIZE_MAX), PSN_OK);
                cr_assert_eq(s.taken, n);
                cr_assert_eq(s.prepared, n);
                cr_assert_eq(s.wrong, 0);
            }
}

Test(in_order, it_ends_where_a_take_says_so)
{
    for (int threads = 1; threads <= 5; threads++)
        for (size_t end = 0; end < 40; end += 13) {
            struct seen s;
            cr_assert_eq(go(&s, 100, 4, threads, end), PSN_EIO);
            cr_assert_eq(s.taken, end + 1);
            cr_assert_leq(s.prepared, end + 1 + 4);
            cr_assert_eq(s.wrong, 0);
        }
}
