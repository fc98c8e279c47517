/* SPDX-License-Identifier: Apache-2.0
 * A 4-ary heap by (key, order); used by owners of unbounded sets of times or finish tags. */
#include "kernel/heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/array.h"
#include "psnsim/types.h"

__extension__ typedef unsigned __int128 whole_key;

/* (key, order) as one number: one comparison without a branch. */
static inline whole_key whole(const struct heap_entry *e)
{
    uint64_t key = (uint64_t)e->key ^ ((uint64_t)1 << 63); /* negative keys first */
    return (whole_key)key << 64 | e->order;
}

int heap_reserve(struct heap *h, size_t need)
{
    void *entry = h->entry;
    int error = array_reserve(&entry, &h->capacity, need, sizeof(struct heap_entry));
    h->entry = entry;
    return error;
}

void heap_fini(struct heap *h)
{
    free(h->entry);
    *h = (struct heap){0};
}

/* Puts `e` where it belongs on the way from the hole at `i` to the top. */
static void rise(struct heap *h, size_t i, struct heap_entry e)
{
    whole_key key = whole(&e);
    while (i > 0) {
        size_t parent = (i - 1) / 4;
        if (whole(&h->entry[parent]) <= key)
            break;
        h->entry[i] = h->entry[parent];
        i = parent;
    }
    h->entry[i] = e;
}

/* Puts `e` where it belongs below the hole at `i`. */
static void sink(struct heap *h, size_t i, struct heap_entry e)
{
    whole_key key = whole(&e);
    for (;;) {
        size_t child = 4 * i + 1;
        if (child >= h->count)
            break;
        size_t end = child + 4 < h->count ? child + 4 : h->count;
        size_t least = child;
        whole_key best = whole(&h->entry[child]);
        for (size_t c = child + 1; c < end; c++) {
            whole_key other = whole(&h->entry[c]);
            bool less = other < best;
            least = less ? c : least;
            best = less ? other : best;
        }
        if (key <= best)
            break;
        h->entry[i] = h->entry[least];
        i = least;
    }
    h->entry[i] = e;
}

int heap_push(struct heap *h, struct heap_entry e)
{
    if (h->count == h->capacity && heap_reserve(h, h->count + 1) != 0)
        return PSN_EMEMORY;
    h->count++;
    rise(h, h->count - 1, e);
    return PSN_OK;
}

const struct heap_entry *heap_top(const struct heap *h)
{
    return h->count > 0 ? &h->entry[0] : NULL;
}

void heap_pop(struct heap *h)
{
    struct heap_entry last = h->entry[--h->count];
    if (h->count > 0)
        sink(h, 0, last);
}

void heap_replace(struct heap *h, struct heap_entry e)
{
    sink(h, 0, e);
}

void heap_rebuild(struct heap *h)
{
    /* Floyd: from the last parent upwards. */
    if (h->count < 2)
        return;
    for (size_t i = (h->count - 2) / 4 + 1; i-- > 0;)
        sink(h, i, h->entry[i]);
}
