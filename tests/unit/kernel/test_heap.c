/* SPDX-License-Identifier: Apache-2.0
 * Tests of kernel/heap.h against qsort. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

#include "kernel/heap.h"
#include "kernel/random.h"

#define ENTRIES 2000

static int compare(const void *a, const void *b)
{
    const struct heap_entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Entries with many equal keys, negative ones and the extremes among them, orders all different and
 * some above 2^63. */
static struct heap_entry make(uint32_t i)
{
    uint32_t word[4];
    random_words(3, i, 0, 0, word);
    struct heap_entry e = {.key = (int64_t)(word[0] % 200) - 100,
                           .order = (uint64_t)word[1] << 32 | i,
                           .item.number = i};
    if (i % 50 == 0)
        e.key = INT64_MIN;
    if (i % 50 == 1)
        e.key = INT64_MAX;
    return e;
}

/* Takes everything out, and compares it with `sorted`. */
static void drain(struct heap *h, const struct heap_entry *sorted, size_t count)
{
    cr_assert_eq(h->count, count);
    for (size_t i = 0; i < count; i++) {
        const struct heap_entry *top = heap_top(h);
        cr_assert_not_null(top);
        cr_assert_eq(top->key, sorted[i].key);
        cr_assert_eq(top->order, sorted[i].order);
        cr_assert_eq(top->item.number, sorted[i].item.number);
        heap_pop(h);
    }
    cr_assert_null(heap_top(h));
}

Test(heap, sorts_as_qsort_does)
{
    static const size_t counts[] = {1, 2, 3, 4, 5, 6, 21, 22, ENTRIES};
    static struct heap_entry sorted[ENTRIES];
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        struct heap h = {0};
        for (uint32_t i = 0; i < counts[c]; i++) {
            sorted[i] = make(i);
            cr_assert_eq(heap_push(&h, sorted[i]), 0);
        }
        qsort(sorted, counts[c], sizeof *sorted, compare);
        drain(&h, sorted, counts[c]);
        heap_fini(&h);
    }
}

Test(heap, replace_is_pop_and_push)
{
    static struct heap_entry sorted[ENTRIES];
    struct heap h = {0};
    for (uint32_t i = 0; i < ENTRIES; i++)
        cr_assert_eq(heap_push(&h, make(i)), 0);
    /* As a queue of thinking users: the first one thinks again. */
    for (uint32_t i = ENTRIES; i < 10 * ENTRIES; i++) {
        size_t least = 0;
        for (size_t j = 1; i % 100 == 0 && j < h.count; j++)
            least = compare(&h.entry[j], &h.entry[least]) < 0 ? j : least;
        cr_assert_eq(least, 0);
        heap_replace(&h, make(i));
    }
    for (size_t i = 0; i < ENTRIES; i++)
        sorted[i] = h.entry[i];
    qsort(sorted, ENTRIES, sizeof *sorted, compare);
    drain(&h, sorted, ENTRIES);
    heap_fini(&h);
}

Test(heap, rebuilds_after_entries_were_dropped)
{
    static struct heap_entry sorted[ENTRIES];
    struct heap h = {0};
    cr_assert_eq(heap_reserve(&h, ENTRIES), 0);
    for (uint32_t i = 0; i < ENTRIES; i++)
        cr_assert_eq(heap_push(&h, make(i)), 0);
    size_t kept = 0;
    for (size_t i = 0; i < h.count; i++)
        if (h.entry[i].item.number % 3 != 0) {
            h.entry[kept] = h.entry[i];
            h.entry[kept].key = -(h.entry[kept].key / 2);
            kept++;
        }
    h.count = kept;
    heap_rebuild(&h);
    for (size_t i = 0; i < kept; i++)
        sorted[i] = h.entry[i];
    qsort(sorted, kept, sizeof *sorted, compare);
    drain(&h, sorted, kept);
    heap_rebuild(&h); /* an empty one */
    heap_fini(&h);
    cr_assert_null(h.entry);
}
