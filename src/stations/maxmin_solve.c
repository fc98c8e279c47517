/* SPDX-License-Identifier: Apache-2.0
 * What a change concerns, for stations/maxmin: takes up groups and links, has them filled, looks
 * whether the others can keep what they have, and takes up more until they can. */
#include <math.h>

#include "base/array.h"
#include "psnsim/types.h"
#include "stations/maxmin_parts.h"

static void maxmin_take(struct maxmin *m, uint32_t group)
{
    struct maxmin_group *g = &m->group[group];
    if (!g->taken)
        maxmin_push(&m->taken, group);
    g->taken = true;
}

/* Something changes on a link: those whose bottleneck it is are concerned. */
static void maxmin_take_link(struct maxmin *m, uint32_t link)
{
    struct maxmin_link *l = &m->link[link];
    if (l->stamp == m->stamp)
        return;
    l->stamp = m->stamp;
    maxmin_push(&m->links, link);
    for (size_t i = 0; i < l->count; i++) {
        const struct maxmin_group *g = &m->group[l->entry[i].group];
        if (g->bottleneck == link || g->knot)
            maxmin_take(m, l->entry[i].group);
    }
}

/* The paths of those taken up from number `from` on, and so on. */
static void maxmin_spread(struct maxmin *m, size_t from)
{
    for (size_t i = from; i < m->taken.count; i++) {
        const struct maxmin_group *g = &m->group[m->taken.item[i]];
        for (uint32_t h = 0; h < g->hops; h++)
            maxmin_take_link(m, g->hop[h].link);
    }
}

/* Takes up what has changed since the last solve. */
static void maxmin_take_changes(struct maxmin *m)
{
    m->stamp++;
    m->taken.count = m->links.count = 0;
    for (size_t i = 0; i < m->dirty_links.count; i++) {
        m->link[m->dirty_links.item[i]].dirty = false;
        maxmin_take_link(m, m->dirty_links.item[i]);
    }
    m->dirty_links.count = 0;
    for (size_t i = 0; i < m->dirty.count; i++) {
        struct maxmin_group *g = &m->group[m->dirty.item[i]];
        g->dirty = false;
        if (g->members > 0)
            maxmin_take(m, m->dirty.item[i]);
        else
            for (uint32_t h = 0; h < g->hops; h++)
                maxmin_take_link(m, g->hop[h].link);
    }
    size_t left = 0;
    for (size_t i = 0; i < m->taken.count; i++) {
        struct maxmin_group *g = &m->group[m->taken.item[i]];
        if (g->members > 0)
            m->taken.item[left++] = m->taken.item[i];
        else
            g->taken = false;
    }
    m->taken.count = left;
    for (size_t i = 0; i < m->dirty.count; i++) {
        if (m->group[m->dirty.item[i]].members == 0)
            maxmin_drop(m, m->dirty.item[i]);
    }
    m->dirty.count = 0;
    maxmin_spread(m, 0);
}

/* The most that the flows of a class may have each on a link that is full, where its class, for its
 * weight, may have `water`. */
static void maxmin_limit_cell(struct maxmin *m, const struct maxmin_cell *c, double share)
{
    double part = 0;
    for (uint32_t n = c->active; n != MAXMIN_NONE; n = m->node[n].after) {
        if (m->node[n].holds)
            part = fmax(part, m->node[n].closed);
    }
    for (uint32_t i = c->active; i != MAXMIN_NONE; i = m->node[i].after) {
        struct maxmin_node *n = &m->node[i];
        if (c->total > share * (1 + MAXMIN_OVER) ||
            (c->holds && n->closed > part * (1 + MAXMIN_OVER)))
            n->limit = -1;
        else if (!n->holds)
            n->limit = INFINITY;
    }
}

/* The same for all flows of a level on a link. Returns what it leaves of `rest`. */
static double maxmin_limit_level(struct maxmin *m, uint32_t link, uint32_t level, double rest)
{
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    double total = 0, water = -1;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        if (m->class[c].level != level)
            continue;
        total += cell[c].total;
        if (cell[c].holds)
            water = fmax(water, cell[c].total / m->class[c].weight);
    }
    bool held = water >= 0;
    if (!held && total <= fmax(rest, 0) + m->link[link].capacity * MAXMIN_OVER)
        water = INFINITY;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        if (m->class[c].level == level && cell[c].active != MAXMIN_NONE)
            maxmin_limit_cell(m, &cell[c], water * m->class[c].weight);
    }
    return rest - total;
}

/* Takes up those on a link who have more there than they may now. */
static void maxmin_look(struct maxmin *m, uint32_t link)
{
    const struct maxmin_link *l = &m->link[link];
    if (l->others == 0)
        return;
    double rest = l->capacity;
    for (uint32_t level = 0; level < m->n_levels; level++)
        rest = maxmin_limit_level(m, link, level, rest);
    for (size_t i = 0; i < l->count; i++) {
        const struct maxmin_group *g = &m->group[l->entry[i].group];
        if (!g->taken && g->rate > m->node[l->entry[i].node].limit * (1 + MAXMIN_OVER))
            maxmin_take(m, l->entry[i].group);
    }
}

/* What all have in each class of a link. */
static void maxmin_add_up(struct maxmin *m, uint32_t link)
{
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    for (uint32_t c = 0; c < m->n_classes; c++) {
        cell[c].total = 0;
        for (uint32_t n = cell[c].active; n != MAXMIN_NONE; n = m->node[n].after)
            cell[c].total += m->node[n].closed;
    }
}

/* After filling: takes up those who cannot keep what they have; after a knot, all on the links.
 * Were there any? */
static bool maxmin_extend(struct maxmin *m)
{
    size_t before = m->taken.count, links = m->links.count;
    for (size_t i = 0; i < links; i++) {
        const struct maxmin_link *l = &m->link[m->links.item[i]];
        maxmin_add_up(m, m->links.item[i]);
        if (m->knotted) {
            for (size_t k = 0; k < l->count; k++)
                maxmin_take(m, l->entry[k].group);
        } else {
            maxmin_look(m, m->links.item[i]);
        }
    }
    maxmin_spread(m, before);
    return m->taken.count > before;
}

/* Rates as found; which of them are others than before. */
static void maxmin_keep_rates(struct maxmin *m)
{
    m->n_changed = 0;
    for (size_t i = 0; i < m->taken.count; i++) {
        struct maxmin_group *g = &m->group[m->taken.item[i]];
        bool same = g->rate <= g->least && g->rate >= g->least;
        g->taken = false;
        bool moved = g->bottleneck != g->next_bottleneck && !g->load;
        for (uint32_t h = 0; h < g->hops && moved; h++) {
            struct maxmin_cell *c = &m->cell[m->node[g->hop[h].node].cell];
            c->held -= g->hop[h].link == g->bottleneck;
            c->held += g->hop[h].link == g->next_bottleneck;
        }
        g->bottleneck = g->next_bottleneck;
        g->rate = g->least;
        if (!same && !g->load)
            m->changed[m->n_changed++] = m->taken.item[i];
    }
}

/* Sums as found; which of them are others than before. */
static void maxmin_keep_sums(struct maxmin *m)
{
    m->n_touched = 0;
    for (size_t i = 0; i < m->links.count; i++) {
        uint32_t link = m->links.item[i];
        struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
        for (uint32_t c = 0; c < m->n_classes; c++) {
            double load = cell[c].load != MAXMIN_NONE ? m->group[cell[c].load].rate : 0;
            struct maxmin_sum sum = {.rate = cell[c].owners > 0 ? cell[c].total - load : 0,
                                     .owners = cell[c].owners,
                                     .bottleneck = cell[c].held > 0};
            struct maxmin_sum old = cell[c].sum;
            if (sum.rate < old.rate || sum.rate > old.rate || sum.owners != old.owners ||
                sum.bottleneck != old.bottleneck)
                m->touched[m->n_touched++] = (struct maxmin_touch){.link = link, .class = c};
            cell[c].sum = sum;
        }
    }
}

/* Room for all that a solve may write. */
static int maxmin_make_room(struct maxmin *m)
{
    void *changed = m->changed, *touched = m->touched, *queue = m->queue;
    size_t cells = (size_t)m->n_links * m->n_classes;
    int status = maxmin_reserve(&m->taken, m->n_groups);
    if (status == PSN_OK)
        status = maxmin_reserve(&m->open, m->n_groups);
    if (status == PSN_OK)
        status = array_reserve(&changed, &m->changed_room, m->n_groups, sizeof *m->changed);
    m->changed = changed;
    if (status == PSN_OK)
        status = array_reserve(&touched, &m->touched_room, cells, sizeof *m->touched);
    m->touched = touched;
    if (status == PSN_OK)
        status = array_reserve(&queue, &m->queue_room, m->n_links + m->n_groups, sizeof *m->queue);
    m->queue = queue;
    return status;
}

int maxmin_solve(struct maxmin *m)
{
    int status = maxmin_make_room(m);
    if (status != PSN_OK)
        return status;
    maxmin_take_changes(m);
    do
        maxmin_fill(m);
    while (maxmin_extend(m));
    maxmin_keep_rates(m);
    maxmin_keep_sums(m);
    return PSN_OK;
}
