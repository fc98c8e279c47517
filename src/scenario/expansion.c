/* SPDX-License-Identifier: Apache-2.0
 * What the steps of scenario_expand share. */
#include "scenario/expansion.h"

#include <stdlib.h>
#include <string.h>

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

struct entry *expand_find(struct entry_table *t, const char *name)
{
    struct member wanted = {.key = name};
    struct entry key = {.member = &wanted};
    return t->n ? bsearch(&key, t->entry, t->n, sizeof *t->entry, compare_entries) : NULL;
}

void expand_reach(struct expansion *x, struct entry_table *t, struct entry *e)
{
    if (e->reached)
        return;
    e->reached = true;
    x->queue[x->queued] = e;
    x->queue_table[x->queued++] = t;
}
