/* SPDX-License-Identifier: Apache-2.0
 * A heap of virtual times whose items know where they stand; used by stations. */
#include "stations/tags.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "psnsim/types.h"

int tags_reserve(struct tags *t, size_t items)
{
    void *tag = t->tag, *home = t->home;
    size_t room = t->items;
    int status = array_reserve(&tag, &t->capacity, items, sizeof *t->tag);
    t->tag = tag;
    if (status == PSN_OK)
        status = array_reserve(&home, &room, items, sizeof *t->home);
    t->home = home;
    if (status != PSN_OK)
        return status;
    if (room > t->items)
        memset(t->home + t->items, 0, (room - t->items) * sizeof *t->home);
    t->items = room;
    return PSN_OK;
}

void tags_fini(struct tags *t)
{
    free(t->tag);
    free(t->home);
    *t = (struct tags){0};
}

static inline bool tags_before(const struct tag *a, const struct tag *b)
{
    return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static inline void tags_put(struct tags *t, size_t i, struct tag tag)
{
    t->tag[i] = tag;
    t->home[tag.item] = (uint32_t)i + 1;
}

/* Puts `tag` where it belongs on the way from the hole at `i` to the top. */
static void tags_rise(struct tags *t, size_t i, struct tag tag)
{
    while (i > 0) {
        size_t parent = (i - 1) / 4;
        if (tags_before(&t->tag[parent], &tag))
            break;
        tags_put(t, i, t->tag[parent]);
        i = parent;
    }
    tags_put(t, i, tag);
}

/* Puts `tag` where it belongs below the hole at `i`. */
static void tags_sink(struct tags *t, size_t i, struct tag tag)
{
    for (;;) {
        size_t child = 4 * i + 1;
        if (child >= t->count)
            break;
        size_t end = child + 4 < t->count ? child + 4 : t->count;
        size_t least = child;
        for (size_t c = child + 1; c < end; c++) {
            if (tags_before(&t->tag[c], &t->tag[least]))
                least = c;
        }
        if (tags_before(&tag, &t->tag[least]))
            break;
        tags_put(t, i, t->tag[least]);
        i = least;
    }
    tags_put(t, i, tag);
}

void tags_push(struct tags *t, struct tag tag)
{
    t->count++;
    tags_rise(t, t->count - 1, tag);
}

const struct tag *tags_top(const struct tags *t)
{
    return t->count > 0 ? &t->tag[0] : NULL;
}

const struct tag *tags_find(const struct tags *t, uint32_t item)
{
    return item < t->items && t->home[item] > 0 ? &t->tag[t->home[item] - 1] : NULL;
}

/* Puts `tag` where it belongs from the hole at `i`. */
static void tags_settle(struct tags *t, size_t i, struct tag tag)
{
    if (i > 0 && tags_before(&tag, &t->tag[(i - 1) / 4]))
        tags_rise(t, i, tag);
    else
        tags_sink(t, i, tag);
}

void tags_set(struct tags *t, struct tag tag)
{
    size_t home = t->home[tag.item];
    if (home > 0)
        tags_settle(t, home - 1, tag);
    else
        tags_push(t, tag);
}

void tags_remove(struct tags *t, uint32_t item)
{
    size_t hole = t->home[item] - 1;
    struct tag last = t->tag[--t->count];
    t->home[item] = 0;
    if (hole < t->count)
        tags_settle(t, hole, last);
}
