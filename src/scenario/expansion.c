/* SPDX-License-Identifier: Apache-2.0
 * What the steps of scenario_expand share. */
#include "scenario/expansion.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/groups.h"

struct node *expand_out_of_memory(struct expansion *x)
{
    if (!x->exhausted)
        psn_mistake_add(x->all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    x->exhausted = true;
    return NULL;
}

bool expand_count(struct expansion *x, size_t n, psn_place place)
{
    if (n <= x->nodes_left) {
        x->nodes_left -= n;
        return !x->exhausted;
    }
    if (!x->exhausted)
        psn_mistake_add(x->all, PSN_EINPUT, place,
                        "more than %d keys once `like` is followed; expected a smaller scenario",
                        EXPAND_NODES_MOST);
    x->exhausted = true;
    return false;
}

struct entry_table *expand_table(struct expansion *x, const char *section)
{
    for (size_t i = 0; i < x->n_tables; i++)
        if (strcmp(x->table[i].section->name, section) == 0)
            return &x->table[i];
    return NULL;
}

static int compare_entries(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    return strcmp(a->member->key, b->member->key);
}

void expand_sort(struct entry_table *t)
{
    if (t->n)
        qsort(t->entry, t->n, sizeof *t->entry, compare_entries);
}

/* The entry whose name is the first `length` bytes of `name`. */
static struct entry *find(struct entry_table *t, const char *name, size_t length)
{
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *here = t->entry[middle].member->key;
        int order = strncmp(here, name, length);
        if (order == 0 && here[length] == '\0')
            return &t->entry[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct entry *expand_find(struct entry_table *t, const char *name)
{
    return find(t, name, strlen(name));
}

struct entry *expand_find_group(struct entry_table *t, const char *name)
{
    return find(t, name, group_name_length(name));
}

void expand_reach(struct expansion *x, struct entry_table *t, struct entry *e)
{
    if (e->reached)
        return;
    e->reached = true;
    x->queue[x->queued] = e;
    x->queue_table[x->queued++] = t;
}
