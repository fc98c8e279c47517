/* SPDX-License-Identifier: Apache-2.0
 * A 4-ary heap by (key, order); used by owners of unbounded sets of times or finish tags. */
#include "kernel/heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/array.h"
#include "psnsim/types.h"

int heap_reserve(struct heap *h, size_t need)
{
    void *entry = h->entry;
    int error = array_reserve_lines(&entry, &h->capacity, need, sizeof(struct heap_entry));
    h->entry = entry;
    return error;
}

void heap_fini(struct heap *h)
{
    free(h->entry);
    *h = (struct heap){0};
}

/* Puts the entry where it belongs on the way from the hole at `i` to the top. */
static inline void rise(struct heap_entry *entry, size_t i, int64_t key, uint64_t order,
                        union heap_item item)
{
    heap_rank rank = heap_rank_of(key, order);
    while (i > 0) {
        size_t parent = (i - 1) / 4;
        if (heap_rank_of(entry[parent].key, entry[parent].order) <= rank)
            break;
        entry[i] = entry[parent];
        i = parent;
    }
    heap_put(&entry[i], key, order, item);
}

/* Puts the entry where it belongs below the hole at `i`. */
static void sink(struct heap_entry *entry, size_t count, size_t i, int64_t key, uint64_t order,
                 union heap_item item)
{
    heap_rank rank = heap_rank_of(key, order);
    for (;;) {
        size_t child = 4 * i + 1;
        if (child >= count)
            break;
        size_t end = child + 4 < count ? child + 4 : count;
        size_t least = child;
        heap_rank best = heap_rank_of(entry[child].key, entry[child].order);
        for (size_t c = child + 1; c < end; c++) {
            heap_rank other = heap_rank_of(entry[c].key, entry[c].order);
            bool less = other < best;
            least = less ? c : least;
            best = less ? other : best;
        }
        if (rank <= best)
            break;
        entry[i] = entry[least];
        i = least;
    }
    heap_put(&entry[i], key, order, item);
}

int heap_insert(struct heap *h, int64_t key, uint64_t order, union heap_item item)
{
    if (h->count == h->capacity && heap_reserve(h, h->count + 1) != 0)
        return PSN_EMEMORY;
    h->count++;
    rise(h->entry, h->count - 1, key, order, item);
    return PSN_OK;
}

const struct heap_entry *heap_top(const struct heap *h)
{
    return h->count > 0 ? &h->entry[0] : NULL;
}

void heap_pop(struct heap *h)
{
    const struct heap_entry *last = &h->entry[--h->count];
    if (h->count > 0)
        sink(h->entry, h->count, 0, last->key, last->order, last->item);
}

void heap_replace(struct heap *h, struct heap_entry e)
{
    sink(h->entry, h->count, 0, e.key, e.order, e.item);
}

void heap_rebuild(struct heap *h)
{
    /* Floyd: from the last parent upwards. */
    if (h->count < 2)
        return;
    for (size_t i = (h->count - 2) / 4 + 1; i-- > 0;)
        sink(h->entry, h->count, i, h->entry[i].key, h->entry[i].order, h->entry[i].item);
}
