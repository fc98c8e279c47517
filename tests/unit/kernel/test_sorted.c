/* SPDX-License-Identifier: Apache-2.0
 * Tests of kernel/sorted.h against kernel/heap.h. */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/heap.h"
#include "kernel/random.h"
#include "kernel/sorted.h"

#define STEPS 20000

/* Pushes and takes at random, so that about `level` entries are there, with many equal keys,
 * negative ones and the extremes among them: the same comes out as of a heap. */
static void beside_a_heap(uint64_t key, uint32_t level)
{
    struct sorted s = {0};
    struct heap h = {0};
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t word[4];
        random_words(key, i, level, 0, word);
        bool push = word[0] % (2 * level) >= h.count;
        if (push) {
            struct heap_entry e = {.key = (int64_t)(word[1] % 300) - 100,
                                   .order = (uint64_t)word[2] << 32 | i,
                                   .item.pointer = (void *)(uintptr_t)(i + 1)};
            if (word[1] % 50 == 0)
                e.key = word[3] % 2 ? INT64_MIN : INT64_MAX;
            cr_assert_eq(heap_push(&h, e), 0);
            cr_assert_eq(sorted_push(&s, e.key, e.order, e.item), 0);
        } else {
            const struct heap_entry *first = heap_top(&h), *top = sorted_top(&s);
            cr_assert_eq(top->key, first->key);
            cr_assert_eq(top->order, first->order);
            cr_assert_eq(sorted_take(&s), first->item.pointer);
            heap_pop(&h);
        }
        cr_assert_eq(s.n_near + s.far.count, h.count);
    }
    for (; h.count > 0; heap_pop(&h))
        cr_assert_eq(sorted_take(&s), heap_top(&h)->item.pointer);
    cr_assert_null(sorted_top(&s));
    sorted_fini(&s);
    heap_fini(&h);
}

Test(sorted, gives_what_a_heap_gives)
{
    /* Within the run, about its end, and far beyond it. */
    static const uint32_t levels[] = {1, 2, 5, 20, 32, 40, 200, 3000};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        beside_a_heap(i, levels[i]);
}

Test(sorted, in_the_order_of_arrival_and_against_it)
{
    for (int direction = -1; direction <= 1; direction += 2) {
        struct sorted s = {0};
        for (int64_t i = 0; i < 1000; i++)
            cr_assert_eq(sorted_push(&s, direction * i, 0, (union heap_item){.number = 0}), 0);
        for (int64_t i = 0; i < 1000; i++) {
            cr_assert_eq(sorted_top(&s)->key, direction > 0 ? i : i - 999);
            sorted_take(&s);
        }
        cr_assert_null(sorted_top(&s));
        sorted_fini(&s);
    }
}
