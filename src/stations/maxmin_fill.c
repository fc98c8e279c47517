/* SPDX-License-Identifier: Apache-2.0
 * Progressive filling for stations/maxmin (steps 1 to 3 in maxmin.h), over the groups and links
 * that a solve has taken up. What the groups that were not taken up have is exact (maxmin.h, sums),
 * and all else is added up anew, so rounding does not add up from solve to solve. */
#include <math.h>

#include "stations/maxmin_parts.h"

/* What those who were not taken up have on a link whose unit is new. */
static void maxmin_count_others(struct maxmin *m, const struct maxmin_link *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        const struct maxmin_group *g = &m->group[l->entry[i].group];
        struct maxmin_node *n = &m->node[l->entry[i].node];
        if (!maxmin_is_taken(m, g))
            n->closed += maxmin_term(n->grid, m->path[l->entry[i].group].counted,
                                     maxmin_rate(m, l->entry[i].group));
    }
}

/* What was closed and is open on a link before filling. */
static void maxmin_begin_link(struct maxmin *m, uint32_t link)
{
    struct maxmin_link *l = &m->link[link];
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    l->others = 0;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        cell[c].holds = false;
        for (uint32_t i = cell[c].active; i != MAXMIN_NONE; i = m->node[i].after) {
            struct maxmin_node *n = &m->node[i];
            n->open = n->taken;
            n->closed = l->fresh ? 0 : n->base;
            n->holds = false;
            l->others += n->members - n->taken;
        }
    }
    if (l->fresh && l->others > 0)
        maxmin_count_others(m, l);
}

/* The links with open groups of a level. */
static void maxmin_begin_level(struct maxmin *m, uint32_t level)
{
    m->busy.count = 0;
    for (size_t i = 0; i < m->links.count; i++) {
        struct maxmin_link *l = &m->link[m->links.item[i]];
        l->open = 0;
        l->stale = true;
        l->queued = false;
        for (uint32_t c = 0; c < m->n_classes; c++) {
            if (m->class[c].level != level)
                continue;
            uint32_t n = m->cell[(size_t)m->links.item[i] * m->n_classes + c].active;
            for (; n != MAXMIN_NONE; n = m->node[n].after)
                l->open += m->node[n].open;
        }
        if (l->open > 0)
            maxmin_push(&m->busy, m->links.item[i]);
    }
}

static void maxmin_list_open(struct maxmin *m, uint32_t group, uint32_t level)
{
    const struct maxmin_group *g = &m->group[group];
    if (maxmin_is_open(m, g) && m->class[g->class].level == level)
        maxmin_push(&m->open, group);
}

/* The open groups of a level, one by one: those that links held, and those that none did. */
static void maxmin_list_level(struct maxmin *m, uint32_t level)
{
    m->open.count = 0;
    for (size_t i = 0; i < m->busy.count; i++) {
        const struct maxmin_link *l = &m->link[m->busy.item[i]];
        for (uint32_t k = 0; k < l->held; k++)
            maxmin_list_open(m, l->entry[k].group, level);
    }
    for (size_t i = 0; i < m->loose.count; i++) {
        if (m->group[m->loose.item[i]].holder == MAXMIN_NONE)
            maxmin_list_open(m, m->loose.item[i], level);
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

/* The offers of one class, which has `share` of the link, to its open groups. How many there are.
 */
static uint32_t maxmin_offer_cell(struct maxmin *m, struct maxmin_link *l,
                                  const struct maxmin_cell *c, double share)
{
    uint32_t open;
    double closed;
    maxmin_total(m, c, &open, &closed);
    double part = fmax(share - closed, 0) / open;
    for (uint32_t i = c->active; i != MAXMIN_NONE; i = m->node[i].after) {
        struct maxmin_node *n = &m->node[i];
        if (n->open == 0)
            continue;
        n->offer = fmax(part - n->closed, 0) / n->open;
        l->budget = part;
        l->node = i;
    }
    return open;
}

/* The most that a class may have of a link. */
static double maxmin_most(const struct maxmin *m, uint32_t link, uint32_t class)
{
    const struct maxmin_link *l = &m->link[link];
    double limit = m->class[class].limit, whole = l->whole > 0 ? l->whole : l->capacity;
    double used = m->cell[(size_t)link * m->n_classes + class].used;
    return limit > 0 ? fmax(limit * whole - used, 0) : INFINITY;
}

/* What the open classes of a level would have of `rest`, per weight, were all of their flows
 * without limit; marks those whose own limit is less. That leaves more to the others, never less,
 * so who is limited stays so. */
static double maxmin_water(const struct maxmin *m, uint32_t link, uint32_t level, double rest)
{
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    for (;;) {
        double left = rest, weights = 0;
        for (uint32_t c = 0; c < m->n_classes; c++) {
            if (cell[c].limited)
                left -= maxmin_most(m, link, c);
            else if (cell[c].offered && m->class[c].level == level)
                weights += m->class[c].weight;
        }
        double water = weights > 0 ? fmax(left, 0) / weights : 0;
        bool more = false;
        for (uint32_t c = 0; c < m->n_classes; c++) {
            if (cell[c].limited || !cell[c].offered || m->class[c].level != level ||
                water * m->class[c].weight <= maxmin_most(m, link, c))
                continue;
            cell[c].limited = more = true;
        }
        if (!more)
            return water;
    }
}

/* What a link offers to its open groups of this level (step 1); those above have theirs. */
static void maxmin_offer(struct maxmin *m, uint32_t link, uint32_t level)
{
    struct maxmin_link *l = &m->link[link];
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    double rest = l->capacity, least = rest * MAXMIN_EQUAL;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        uint32_t open = 0;
        double closed;
        cell[c].offered = cell[c].limited = false;
        if (m->class[c].level > level || cell[c].active == MAXMIN_NONE)
            continue;
        double total = maxmin_total(m, &cell[c], &open, &closed);
        cell[c].offered = open > 0;
        if (open == 0)
            rest -= total;
    }
    double water = rest > least ? maxmin_water(m, link, level, rest) : 0;
    l->offers = 0;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        double share = cell[c].limited ? maxmin_most(m, link, c) : water * m->class[c].weight;
        if (m->class[c].level == level && cell[c].offered)
            l->offers += maxmin_offer_cell(m, l, &cell[c], share);
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

void maxmin_close(struct maxmin *m, uint32_t group, uint32_t hop, double rate)
{
    struct maxmin_group *g = &m->group[group];
    uint32_t members = m->path[group].members;
    g->mark = m->tick;
    for (uint32_t h = 0; h < g->hops; h++) {
        struct maxmin_node *n = &m->node[g->hop[h].node];
        n->open -= members;
        n->closed += maxmin_term(n->grid, members, rate);
        m->link[n->link].open -= members;
        m->link[n->link].stale = true;
        if (h != hop) {
            n->most = maxmin_max(n->most, rate);
            continue;
        }
        n->limit = n->holds ? maxmin_max(n->limit, rate) : rate;
        n->holds = true;
        n->rate = m->knotted ? n->rate : rate;
        m->cell[n->cell].holds = true;
    }
    maxmin_hold(m, group, hop, rate, m->knotted);
}

/* Which link, if any, has settled for a group: the hop of the first on its path that is not
 * blocked. */
static uint32_t maxmin_settled(const struct maxmin *m, const struct maxmin_group *g)
{
    for (uint32_t h = 0; h < g->hops; h++) {
        if (!m->link[g->hop[h].link].blocked)
            return h;
    }
    return MAXMIN_NONE;
}

/* Step 2. Did any settle? */
static bool maxmin_settle(struct maxmin *m)
{
    size_t left = 0;
    for (size_t i = 0; i < m->open.count; i++) {
        const struct maxmin_group *g = &m->group[m->open.item[i]];
        uint32_t hop = maxmin_settled(m, g);
        if (g->least >= g->cap)
            maxmin_close(m, m->open.item[i], MAXMIN_NONE, g->cap);
        else if (hop != MAXMIN_NONE)
            maxmin_close(m, m->open.item[i], hop, m->node[g->hop[hop].node].offer);
        else
            m->open.item[left++] = m->open.item[i];
    }
    bool any = left < m->open.count;
    m->open.count = left;
    return any;
}

/* What a link has for the open groups of a level. */
static double maxmin_rest(const struct maxmin *m, uint32_t link, uint32_t level)
{
    double rest = m->link[link].capacity;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        uint32_t open;
        double closed;
        if (m->class[c].level <= level)
            rest -= maxmin_total(m, &m->cell[(size_t)link * m->n_classes + c], &open, &closed);
    }
    return rest;
}

/* The links that still have open groups, with fresh offers. Does each make one offer only? */
static bool maxmin_offer_all(struct maxmin *m, uint32_t level)
{
    bool single = true;
    size_t left = 0;
    for (size_t i = 0; i < m->busy.count; i++) {
        struct maxmin_link *l = &m->link[m->busy.item[i]];
        if (l->open == 0)
            continue;
        if (l->stale)
            maxmin_offer(m, m->busy.item[i], level);
        l->stale = false;
        single = single && l->offers == 1;
        m->busy.item[left++] = m->busy.item[i];
    }
    m->busy.count = left;
    return single;
}

/* Step 3. */
static void maxmin_untie(struct maxmin *m, uint32_t level)
{
    m->knotted = true;
    for (size_t i = 0; i < m->busy.count; i++) {
        struct maxmin_link *l = &m->link[m->busy.item[i]];
        l->budget = maxmin_rest(m, m->busy.item[i], level);
        l->closed = l->wanted = 0;
    }
    for (size_t i = 0; i < m->open.count; i++) {
        const struct maxmin_group *g = &m->group[m->open.item[i]];
        for (uint32_t h = 0; h < g->hops; h++)
            m->link[g->hop[h].link].wanted += m->path[m->open.item[i]].members * g->least;
    }
    maxmin_fill_single(m, level);
}

static void maxmin_fill_level(struct maxmin *m, uint32_t level)
{
    maxmin_begin_level(m, level);
    bool knotted = m->knotted; /* by a level before */
    m->knotted = m->mixed = false;
    bool single = maxmin_offer_all(m, level);
    if (!single)
        maxmin_list_level(m, level);
    while (m->busy.count > 0) {
        if (single) {
            maxmin_fill_single(m, level);
        } else {
            maxmin_compare(m);
            m->mixed = true;
            if (!maxmin_settle(m))
                maxmin_untie(m, level);
        }
        single = maxmin_offer_all(m, level);
    }
    m->knotted = m->knotted || knotted;
}

void maxmin_fill(struct maxmin *m)
{
    m->tick++;
    m->knotted = false;
    for (size_t i = 0; i < m->links.count; i++)
        maxmin_begin_link(m, m->links.item[i]);
    for (uint32_t level = 0; level < m->n_levels; level++)
        maxmin_fill_level(m, level);
}
