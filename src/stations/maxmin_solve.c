/* SPDX-License-Identifier: Apache-2.0
 * What a change concerns, for stations/maxmin: takes up groups and links, has them filled, looks
 * whether the others can keep what they have, and takes up more until they can. */
#include <math.h>

#include "base/array.h"
#include "psnsim/types.h"
#include "stations/maxmin_parts.h"

/* Something changes on a link: it is taken up, and with it (maxmin_spread) those whose bottleneck
 * it is. */
static void maxmin_take_link(struct maxmin *m, uint32_t link)
{
    struct maxmin_link *l = &m->link[link];
    if (l->stamp == m->taken)
        return;
    l->stamp = m->taken;
    maxmin_push(&m->links, link);
    for (uint32_t c = 0; c < m->n_classes; c++) {
        uint32_t n = m->cell[(size_t)link * m->n_classes + c].active;
        for (; n != MAXMIN_NONE; n = m->node[n].after) {
            m->node[n].stamp = m->taken;
            m->node[n].taken = 0;
            m->node[n].base = m->node[n].sum;
            m->node[n].old = m->node[n].rate;
        }
    }
}

/* A group with this rate is taken up on a hop: with it the link. */
static inline void maxmin_take_hop(struct maxmin *m, uint32_t node, const struct maxmin_path *path,
                                   double rate)
{
    struct maxmin_node *n = &m->node[node];
    if (n->stamp != m->taken)
        maxmin_take_link(m, n->link);
    n->taken += path->members;
    n->base -= maxmin_term(n->grid, path->counted, rate);
}

/* The same on all hops but the one that is at this node, if any. */
static inline void maxmin_take_path(struct maxmin *m, uint32_t group, uint32_t but, double rate)
{
    const struct maxmin_path *path = &m->path[group];
    for (uint32_t h = 0; h < path->hops; h++) {
        if (path->node[h] != but)
            maxmin_take_hop(m, path->node[h], path, rate);
    }
    const struct maxmin_group *g = &m->group[group];
    for (uint32_t h = 0; path->hops == 0 && h < g->hops; h++) {
        if (g->hop[h].node != but)
            maxmin_take_hop(m, g->hop[h].node, path, rate);
    }
}

/* A group is taken up: with what holds it or, where nothing does, by itself. */
static void maxmin_take(struct maxmin *m, uint32_t group)
{
    struct maxmin_group *g = &m->group[group];
    if (maxmin_is_taken(m, g))
        return;
    if (g->holder != MAXMIN_NONE) {
        maxmin_take_link(m, g->hop[g->holder].link);
        return;
    }
    maxmin_push(&m->loose, group);
    g->loose = true;
    g->mark = m->taken;
    maxmin_take_path(m, group, MAXMIN_NONE, g->rate);
}

/* Those whose bottleneck a link is, which has been taken up. */
static void maxmin_take_held(struct maxmin *m, const struct maxmin_link *l)
{
    uint32_t node = MAXMIN_NONE, taken = 0;
    double base = 0, rate = 0;
    for (uint32_t i = 0; i < l->held; i++) {
        struct maxmin_entry e = l->entry[i];
        const struct maxmin_path *path = &m->path[e.group];
        if (e.node != node) {
            if (node != MAXMIN_NONE) {
                m->node[node].taken += taken;
                m->node[node].base -= base;
            }
            node = e.node;
            rate = m->node[node].rate;
            taken = 0;
            base = 0;
        }
        double own = l->knots > 0 ? maxmin_rate(m, e.group) : rate;
        taken += path->members;
        base += maxmin_term(m->node[node].grid, path->counted, own);
        maxmin_take_path(m, e.group, node, own);
    }
    if (node != MAXMIN_NONE) {
        m->node[node].taken += taken;
        m->node[node].base -= base;
    }
}

/* The groups of the links taken up, the links of these, and so on. */
static void maxmin_spread(struct maxmin *m)
{
    for (; m->spread < m->links.count; m->spread++) {
        const struct maxmin_link *l = &m->link[m->links.item[m->spread]];
        maxmin_take_held(m, l);
        for (uint32_t i = l->held; i < l->count && l->knots > 0; i++) {
            if (m->group[l->entry[i].group].knot)
                maxmin_take(m, l->entry[i].group);
        }
    }
}

/* A group without members leaves its links, which are taken up. */
static void maxmin_take_empty(struct maxmin *m, uint32_t group)
{
    struct maxmin_group *g = &m->group[group];
    double rate = maxmin_rate(m, group);
    for (uint32_t h = 0; h < g->hops; h++) {
        struct maxmin_node *n = &m->node[g->hop[h].node];
        double term = maxmin_term(n->grid, m->path[group].counted, rate);
        n->base -= term;
        n->sum -= term;
        maxmin_take_link(m, n->link);
    }
    maxmin_drop(m, group);
}

/* A link of another capacity: what is counted on it has another unit from now on. Units are such
 * that the capacity is 2^51 of them at most. */
static void maxmin_take_capacity(struct maxmin *m, uint32_t link)
{
    struct maxmin_link *l = &m->link[link];
    int power;
    frexp(l->capacity, &power);
    l->grid = l->capacity > 0 ? ldexp(1.5, power + 1) : 0;
    l->dirty = false;
    l->fresh = true;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        uint32_t n = m->cell[(size_t)link * m->n_classes + c].node;
        for (; n != MAXMIN_NONE; n = m->node[n].chain)
            m->node[n].grid = l->grid;
    }
    maxmin_take_link(m, link);
}

/* Takes up what has changed since the last solve. */
static void maxmin_take_changes(struct maxmin *m)
{
    m->taken = ++m->tick;
    m->links.count = m->loose.count = m->changed.count = m->paced.count = 0;
    m->spread = 0;
    for (size_t i = 0; i < m->dirty.count; i++) {
        if (m->path[m->dirty.item[i]].members == 0)
            maxmin_take_empty(m, m->dirty.item[i]);
    }
    for (size_t i = 0; i < m->dirty_links.count; i++)
        maxmin_take_capacity(m, m->dirty_links.item[i]);
    for (size_t i = 0; i < m->dirty.count; i++) {
        if (m->path[m->dirty.item[i]].members > 0)
            maxmin_take(m, m->dirty.item[i]);
    }
    m->dirty_links.count = 0;
    maxmin_spread(m);
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

/* Takes up those on a link who have more there than they may now. The most that any has, as far
 * as is known, tells whether they need a look. */
static void maxmin_look(struct maxmin *m, uint32_t link)
{
    const struct maxmin_link *l = &m->link[link];
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    double rest = l->capacity;
    bool any = false;
    for (uint32_t level = 0; level < m->n_levels; level++)
        rest = maxmin_limit_level(m, link, level, rest);
    for (uint32_t c = 0; c < m->n_classes; c++) {
        for (uint32_t i = cell[c].active; i != MAXMIN_NONE; i = m->node[i].after) {
            struct maxmin_node *n = &m->node[i];
            n->beyond = n->members > n->taken && n->most > n->limit * (1 + MAXMIN_OVER);
            any = any || n->beyond;
            n->most = n->beyond ? 0 : n->most;
        }
    }
    for (uint32_t i = l->held; i < l->count && any; i++) {
        struct maxmin_node *n = &m->node[l->entry[i].node];
        double rate = maxmin_rate(m, l->entry[i].group);
        if (!n->beyond)
            continue;
        n->most = fmax(n->most, rate);
        if (rate > n->limit * (1 + MAXMIN_OVER) &&
            !maxmin_is_taken(m, &m->group[l->entry[i].group]))
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
    size_t links = m->links.count, loose = m->loose.count;
    for (size_t i = 0; i < links; i++) {
        const struct maxmin_link *l = &m->link[m->links.item[i]];
        maxmin_add_up(m, m->links.item[i]);
        if (l->others == 0)
            continue;
        if (m->knotted) {
            for (uint32_t k = 0; k < l->count; k++)
                maxmin_take(m, l->entry[k].group);
        } else {
            maxmin_look(m, m->links.item[i]);
        }
    }
    maxmin_spread(m);
    return m->links.count > links || m->loose.count > loose;
}

/* Rates as found; which of them are others than before. */
static void maxmin_keep_rates(struct maxmin *m, uint32_t link)
{
    const struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    for (uint32_t c = 0; c < m->n_classes; c++) {
        for (uint32_t i = cell[c].active; i != MAXMIN_NONE; i = m->node[i].after) {
            struct maxmin_node *n = &m->node[i];
            bool other = n->rate < n->old || n->rate > n->old;
            n->sum = n->closed;
            if (other && n->owner != MAXMIN_LOAD)
                maxmin_push(&m->paced, i);
        }
    }
}

/* Sums as found; which of them are others than before. */
static void maxmin_keep_sums(struct maxmin *m, uint32_t link)
{
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    for (uint32_t c = 0; c < m->n_classes; c++) {
        double load = cell[c].load != MAXMIN_NONE ? maxmin_rate(m, cell[c].load) : 0;
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

static void maxmin_keep(struct maxmin *m)
{
    m->n_touched = 0;
    for (size_t i = 0; i < m->links.count; i++) {
        maxmin_keep_rates(m, m->links.item[i]);
        maxmin_keep_sums(m, m->links.item[i]);
        m->link[m->links.item[i]].fresh = false;
    }
    for (size_t i = 0; i < m->loose.count; i++)
        m->group[m->loose.item[i]].loose = false;
    for (size_t i = 0; i < m->dirty.count; i++) {
        m->group[m->dirty.item[i]].dirty = false;
        m->path[m->dirty.item[i]].counted = m->path[m->dirty.item[i]].members;
    }
    m->dirty.count = 0;
    for (size_t i = 0; i < m->changed.count; i++)
        m->group[m->changed.item[i]].changed = false;
}

/* Room for all that a solve may write. */
static int maxmin_make_room(struct maxmin *m)
{
    void *touched = m->touched, *queue = m->queue;
    size_t cells = (size_t)m->n_links * m->n_classes;
    int status = maxmin_reserve(&m->loose, m->n_groups);
    if (status == PSN_OK)
        status = maxmin_reserve(&m->open, m->n_groups);
    if (status == PSN_OK)
        status = maxmin_reserve(&m->changed, m->n_groups);
    if (status == PSN_OK)
        status = maxmin_reserve(&m->paced, m->n_nodes);
    if (status == PSN_OK)
        status = array_reserve(&touched, &m->touched_room, cells, sizeof *m->touched);
    m->touched = touched;
    if (status == PSN_OK)
        status = array_reserve(&queue, &m->queue_room, m->n_links + m->n_entries, sizeof *m->queue);
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
    maxmin_keep(m);
    return PSN_OK;
}
