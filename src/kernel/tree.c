/* SPDX-License-Identifier: Apache-2.0
 * The tournament tree's life and its rare whole replay; used by logical processes. */
#include "kernel/tree.h"

#include <stdlib.h>

#include "base/array.h"

#define MOST_SLOTS ((uint32_t)1 << 31)

int tree_init(struct tree *t, uint32_t slots)
{
    *t = (struct tree){0};
    if (slots < 1 || slots > MOST_SLOTS)
        return PSN_EINPUT;
    size_t leaf = TREE_ROOT;
    uint32_t levels = 0;
    uint32_t bits = 0;
    for (size_t width = 1; width < slots; width *= 4) {
        leaf = 4 * (leaf - 2);
        levels++;
    }
    while ((uint32_t)1 << bits < slots)
        bits++;
    /* Whole groups of siblings. */
    size_t nodes = (leaf + slots + 7) / 8 * 8;
    t->node = array_lines(nodes * sizeof *t->node);
    t->when = array_lines(slots * sizeof *t->when);
    if (!t->node || !t->when) {
        tree_fini(t);
        return PSN_EMEMORY;
    }
    for (size_t i = 0; i < nodes; i++)
        t->node[i] = UINT64_MAX;
    for (uint32_t i = 0; i < slots; i++)
        t->when[i] = PSN_NEVER;
    t->slots = slots;
    t->bits = bits;
    t->levels = levels;
    t->leaf = (uint32_t)leaf;
    /* One less than the most, so that a far key is never all ones. */
    t->far = (UINT64_MAX >> bits) - 1;
    return PSN_OK;
}

void tree_fini(struct tree *t)
{
    free(t->node);
    free(t->when);
    *t = (struct tree){0};
}

psn_time tree_earliest(const struct tree *t)
{
    psn_time earliest = PSN_NEVER;
    for (uint32_t i = 0; i < t->slots; i++)
        earliest = t->when[i] < earliest ? t->when[i] : earliest;
    return earliest;
}

void tree_rebase(struct tree *t, psn_time base)
{
    uint64_t *node = t->node;
    t->base = base;
    for (uint32_t i = 0; i < t->slots; i++)
        node[t->leaf + i] = tree_key(t, i, t->when[i]);
    size_t first = t->leaf;
    size_t count = t->slots;
    while (first > TREE_ROOT) {
        size_t parent = first / 4 + 2;
        count = (count + 3) / 4;
        for (size_t i = 0; i < count; i++) {
            const uint64_t *group = node + first + 4 * i;
            node[parent + i] =
                tree_least(tree_least(group[0], group[1]), tree_least(group[2], group[3]));
        }
        first = parent;
    }
}
