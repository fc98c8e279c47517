/* SPDX-License-Identifier: Apache-2.0
 * Max-min fair rates: what there is to share, and what each change makes dirty. Solving is in
 * maxmin_solve.c, groups and nodes in maxmin_groups.c. Used by stations/flows. */
#include "stations/maxmin.h"

#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "psnsim/types.h"
#include "stations/maxmin_parts.h"

int maxmin_reserve(struct maxmin_list *list, size_t need)
{
    void *items = list->item;
    int status = array_reserve(&items, &list->capacity, need, sizeof *list->item);
    list->item = items;
    return status;
}

int maxmin_init(struct maxmin *m, uint32_t n_links, uint32_t n_classes,
                const struct maxmin_class *class)
{
    *m = (struct maxmin){.n_links = n_links, .n_classes = n_classes, .free_group = MAXMIN_NONE};
    size_t n_cells = (size_t)n_links * n_classes;
    m->class = calloc(n_classes + 1, sizeof *m->class);
    m->link = calloc((size_t)n_links + 1, sizeof *m->link);
    m->cell = calloc(n_cells + 1, sizeof *m->cell);
    if (!m->class || !m->link || !m->cell)
        return PSN_EMEMORY;
    for (uint32_t c = 0; c < n_classes; c++) {
        m->class[c] = class[c];
        m->n_levels = class[c].level >= m->n_levels ? class[c].level + 1 : m->n_levels;
    }
    for (size_t i = 0; i < n_cells; i++)
        m->cell[i] =
            (struct maxmin_cell){.node = MAXMIN_NONE, .active = MAXMIN_NONE, .load = MAXMIN_NONE};
    int status = maxmin_reserve(&m->dirty_links, n_links);
    if (status == PSN_OK)
        status = maxmin_reserve(&m->links, n_links);
    return status == PSN_OK ? maxmin_reserve(&m->busy, n_links) : status;
}

void maxmin_fini(struct maxmin *m)
{
    for (uint32_t l = 0; m->link && l < m->n_links; l++)
        free(m->link[l].entry);
    for (size_t g = 0; g < m->n_groups; g++)
        free(m->group[g].hop);
    free(m->class);
    free(m->link);
    free(m->cell);
    free(m->node);
    free(m->group);
    free(m->path);
    free(m->bucket);
    free(m->dirty.item);
    free(m->dirty_links.item);
    free(m->links.item);
    free(m->loose.item);
    free(m->open.item);
    free(m->busy.item);
    free(m->queue);
    free(m->changed.item);
    free(m->paced.item);
    free(m->touched);
    *m = (struct maxmin){0};
}

static void maxmin_mark_link(struct maxmin *m, uint32_t link)
{
    if (!m->link[link].dirty)
        maxmin_push(&m->dirty_links, link);
    m->link[link].dirty = true;
}

void maxmin_set_capacity(struct maxmin *m, uint32_t link, double bps)
{
    if (m->link[link].capacity == bps)
        return;
    m->link[link].capacity = bps;
    maxmin_mark_link(m, link);
}

void maxmin_set_used(struct maxmin *m, uint32_t link, uint32_t class, double bps)
{
    struct maxmin_cell *c = &m->cell[(size_t)link * m->n_classes + class];
    bool same = c->used <= bps && c->used >= bps;
    c->used = bps;
    if (m->class[class].limit > 0 && !same)
        maxmin_mark_link(m, link);
}

void maxmin_set_whole(struct maxmin *m, uint32_t link, double bps)
{
    m->link[link].whole = bps;
}

struct maxmin_sum maxmin_sum(const struct maxmin *m, uint32_t link, uint32_t class)
{
    return m->cell[(size_t)link * m->n_classes + class].sum;
}

double maxmin_capacity(const struct maxmin *m, uint32_t link)
{
    return m->link[link].capacity;
}

double maxmin_rate(const struct maxmin *m, uint32_t group)
{
    const struct maxmin_group *g = &m->group[group];
    return g->node != MAXMIN_NONE ? m->node[g->node].rate : g->rate;
}

double maxmin_node_rate(const struct maxmin *m, uint32_t node)
{
    return m->node[node].rate;
}
