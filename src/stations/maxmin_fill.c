/* SPDX-License-Identifier: Apache-2.0
 * Progressive filling for stations/maxmin (steps 1 to 3 in maxmin.h), over the groups and links
 * that a solve has taken up. Everything about a link is added up anew from its list, so rounding
 * does not add up from solve to solve. */
#include <math.h>

#include "stations/maxmin_parts.h"

/* What was closed and is open on a link before filling. */
static void maxmin_begin_link(struct maxmin *m, uint32_t link)
{
    struct maxmin_link *l = &m->link[link];
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    for (uint32_t c = 0; c < m->n_classes; c++) {
        cell[c].holds = false;
        for (uint32_t n = cell[c].active; n != MAXMIN_NONE; n = m->node[n].after) {
            m->node[n].open = 0;
            m->node[n].closed = 0;
            m->node[n].holds = false;
        }
    }
    l->others = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct maxmin_group *g = &m->group[l->entry[i].group];
        struct maxmin_node *n = &m->node[l->entry[i].node];
        if (g->taken) {
            n->open += g->members;
        } else {
            n->closed += g->members * g->rate;
            l->others++;
        }
    }
}

/* The open groups of a level, and their links. */
static void maxmin_begin_level(struct maxmin *m, uint32_t level)
{
    m->open.count = m->busy.count = 0;
    for (size_t i = 0; i < m->links.count; i++)
        m->link[m->links.item[i]].open = 0;
    for (size_t i = 0; i < m->taken.count; i++) {
        struct maxmin_group *g = &m->group[m->taken.item[i]];
        if (m->class[g->class].level != level)
            continue;
        g->open = true;
        g->knot = false;
        maxmin_push(&m->open, m->taken.item[i]);
        for (uint32_t h = 0; h < g->hops; h++) {
            if (m->link[g->hop[h].link].open++ == 0)
                maxmin_push(&m->busy, g->hop[h].link);
        }
    }
}

/* Adds up what all have in a cell; in *open how many of its nodes are open, in *closed what the
 * others have. */
static double maxmin_total(const struct maxmin *m, const struct maxmin_cell *c, uint32_t *open,
                           double *closed)
{
    double total = 0;
    *open = 0;
    *closed = 0;
    for (uint32_t n = c->active; n != MAXMIN_NONE; n = m->node[n].after) {
        total += m->node[n].closed;
        if (m->node[n].open > 0)
            ++*open;
        else
            *closed += m->node[n].closed;
    }
    return total;
}

/* The offers of one class, which has `share` of the link, to its open groups. */
static void maxmin_offer_cell(struct maxmin *m, const struct maxmin_cell *c, double share)
{
    uint32_t open;
    double closed;
    maxmin_total(m, c, &open, &closed);
    double part = fmax(share - closed, 0) / open;
    for (uint32_t i = c->active; i != MAXMIN_NONE; i = m->node[i].after) {
        struct maxmin_node *n = &m->node[i];
        if (n->open > 0)
            n->offer = fmax(part - n->closed, 0) / (double)n->open;
    }
}

/* What a link offers to its open groups of this level (step 1). Those above have theirs. */
static void maxmin_offer(struct maxmin *m, uint32_t link, uint32_t level)
{
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    double rest = m->link[link].capacity, least = rest * MAXMIN_EQUAL, weights = 0;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        uint32_t open = 0;
        double closed;
        if (m->class[c].level > level || cell[c].active == MAXMIN_NONE)
            continue;
        double total = maxmin_total(m, &cell[c], &open, &closed);
        if (open > 0)
            weights += m->class[c].weight;
        else
            rest -= total;
    }
    double water = rest > least ? rest / weights : 0;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        if (m->class[c].level == level && cell[c].active != MAXMIN_NONE)
            maxmin_offer_cell(m, &cell[c], water * m->class[c].weight);
    }
}

/* Each open group's least offer; links that offer more than another to one of them are blocked. */
static void maxmin_compare(struct maxmin *m)
{
    for (size_t i = 0; i < m->busy.count; i++)
        m->link[m->busy.item[i]].blocked = false;
    for (size_t i = 0; i < m->open.count; i++) {
        struct maxmin_group *g = &m->group[m->open.item[i]];
        double least = g->cap;
        for (uint32_t h = 0; h < g->hops; h++)
            least = fmin(least, m->node[g->hop[h].node].offer);
        g->least = least;
        double most = least * (1 + MAXMIN_EQUAL);
        for (uint32_t h = 0; h < g->hops; h++) {
            if (m->node[g->hop[h].node].offer > most)
                m->link[g->hop[h].link].blocked = true;
        }
    }
}

/* An open group gets `least`; at its cap, or held by a link. */
static void maxmin_close(struct maxmin *m, struct maxmin_group *g, uint32_t bottleneck)
{
    g->open = false;
    g->next_bottleneck = bottleneck;
    for (uint32_t h = 0; h < g->hops; h++) {
        struct maxmin_node *n = &m->node[g->hop[h].node];
        n->open -= g->members;
        n->closed += g->members * g->least;
        m->link[g->hop[h].link].open--;
        m->link[g->hop[h].link].stale = true;
        if (g->hop[h].link == bottleneck) {
            n->limit = n->holds ? fmax(n->limit, g->least) : g->least;
            n->holds = true;
            m->cell[n->cell].holds = true;
        }
    }
}

/* Which link, if any, has settled for a group: the first on its path that is not blocked. */
static uint32_t maxmin_settled(const struct maxmin *m, const struct maxmin_group *g)
{
    for (uint32_t h = 0; h < g->hops; h++) {
        if (!m->link[g->hop[h].link].blocked)
            return g->hop[h].link;
    }
    return MAXMIN_NONE;
}

/* Step 2. Did any settle? */
static bool maxmin_settle(struct maxmin *m)
{
    size_t left = 0;
    for (size_t i = 0; i < m->open.count; i++) {
        struct maxmin_group *g = &m->group[m->open.item[i]];
        uint32_t link = maxmin_settled(m, g);
        if (g->least >= g->cap || link != MAXMIN_NONE)
            maxmin_close(m, g, g->least >= g->cap ? MAXMIN_NONE : link);
        else
            m->open.item[left++] = m->open.item[i];
    }
    bool any = left < m->open.count;
    m->open.count = left;
    return any;
}

/* By how much the least offers of a link's open groups can be raised until it is full. */
static double maxmin_raise(const struct maxmin *m, uint32_t link, uint32_t level)
{
    const struct maxmin_link *l = &m->link[link];
    double rest = l->capacity;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        uint32_t open;
        double closed;
        if (m->class[c].level <= level)
            rest -= maxmin_total(m, &m->cell[(size_t)link * m->n_classes + c], &open, &closed);
    }
    return l->wanted > 0 ? fmax(rest / l->wanted, 1) : INFINITY;
}

/* Step 3: the first link is full, or the first cap reached; those there settle. Where rounding has
 * left nothing to raise, all do with their least offers. */
static void maxmin_untie(struct maxmin *m, uint32_t level)
{
    m->knotted = true;
    for (size_t i = 0; i < m->busy.count; i++)
        m->link[m->busy.item[i]].wanted = 0;
    double factor = INFINITY;
    for (size_t i = 0; i < m->open.count; i++) {
        const struct maxmin_group *g = &m->group[m->open.item[i]];
        for (uint32_t h = 0; h < g->hops; h++)
            m->link[g->hop[h].link].wanted += g->members * g->least;
        if (g->least > 0)
            factor = fmin(factor, g->cap / g->least);
    }
    for (size_t i = 0; i < m->busy.count; i++) {
        struct maxmin_link *l = &m->link[m->busy.item[i]];
        l->raise = maxmin_raise(m, m->busy.item[i], level);
        factor = fmin(factor, l->raise);
    }
    double most = factor * (1 + MAXMIN_OVER);
    for (size_t i = 0; i < m->busy.count; i++)
        m->link[m->busy.item[i]].blocked = m->link[m->busy.item[i]].raise > most;
    for (size_t i = 0; i < m->open.count; i++) {
        struct maxmin_group *g = &m->group[m->open.item[i]];
        if (factor < INFINITY)
            g->least = fmin(g->least * factor, g->cap);
        g->knot = true;
    }
    if (!maxmin_settle(m)) {
        for (size_t i = 0; i < m->busy.count; i++)
            m->link[m->busy.item[i]].blocked = false;
        maxmin_settle(m);
    }
    for (size_t i = 0; i < m->open.count; i++)
        m->group[m->open.item[i]].knot = false;
}

static void maxmin_fill_level(struct maxmin *m, uint32_t level)
{
    maxmin_begin_level(m, level);
    for (size_t i = 0; i < m->busy.count; i++)
        m->link[m->busy.item[i]].stale = true;
    while (m->open.count > 0) {
        size_t left = 0;
        for (size_t i = 0; i < m->busy.count; i++) {
            struct maxmin_link *l = &m->link[m->busy.item[i]];
            if (l->open > 0 && l->stale)
                maxmin_offer(m, m->busy.item[i], level);
            l->stale = false;
            if (l->open > 0)
                m->busy.item[left++] = m->busy.item[i];
        }
        m->busy.count = left;
        maxmin_compare(m);
        if (!maxmin_settle(m))
            maxmin_untie(m, level);
    }
}

void maxmin_fill(struct maxmin *m)
{
    m->knotted = false;
    for (size_t i = 0; i < m->links.count; i++)
        maxmin_begin_link(m, m->links.item[i]);
    for (uint32_t level = 0; level < m->n_levels; level++)
        maxmin_fill_level(m, level);
}
