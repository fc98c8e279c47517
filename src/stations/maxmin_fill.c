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

/* The offers of one class, which has `share` of the link, to its open groups. How many there are;
 * in *offer the last. */
static uint32_t maxmin_offer_cell(struct maxmin *m, const struct maxmin_cell *c, double share,
                                  double *offer)
{
    uint32_t open;
    double closed;
    maxmin_total(m, c, &open, &closed);
    double part = fmax(share - closed, 0) / open;
    for (uint32_t i = c->active; i != MAXMIN_NONE; i = m->node[i].after) {
        struct maxmin_node *n = &m->node[i];
        if (n->open > 0)
            *offer = n->offer = fmax(part - n->closed, 0) / (double)n->open;
    }
    return open;
}

/* The most that a class may have of a link. */
static double maxmin_most(const struct maxmin *m, uint32_t link, uint32_t class)
{
    const struct maxmin_link *l = &m->link[link];
    double limit = m->class[class].limit;
    return limit > 0 ? limit * (l->whole > 0 ? l->whole : l->capacity) : INFINITY;
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

/* What a link offers to its open groups of this level (step 1); those above have theirs. How many
 * offers there are; in *offer the last. */
static uint32_t maxmin_offer(struct maxmin *m, uint32_t link, uint32_t level, double *offer)
{
    struct maxmin_cell *cell = &m->cell[(size_t)link * m->n_classes];
    double rest = m->link[link].capacity, least = rest * MAXMIN_EQUAL;
    uint32_t offers = 0;
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
    for (uint32_t c = 0; c < m->n_classes; c++) {
        double share = cell[c].limited ? maxmin_most(m, link, c) : water * m->class[c].weight;
        if (m->class[c].level == level && cell[c].active != MAXMIN_NONE)
            offers += maxmin_offer_cell(m, &cell[c], share, offer);
    }
    return offers;
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
            l->offers = maxmin_offer(m, m->busy.item[i], level, &l->offer);
        l->stale = false;
        single = single && l->offers == 1;
        m->busy.item[left++] = m->busy.item[i];
    }
    m->busy.count = left;
    return single;
}

/* Puts an entry into the queue of next offers: a link or, from n_links on, a group with a cap. */
static void maxmin_queue(struct maxmin *m, double offer, uint32_t item)
{
    size_t i = m->n_queue++;
    while (i > 0 && m->queue[(i - 1) / 2].offer > offer) {
        m->queue[i] = m->queue[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    m->queue[i] = (struct maxmin_offer){.offer = offer, .item = item};
}

/* Puts the first entry of the queue, or what has come into its place, where it belongs. */
static void maxmin_requeue(struct maxmin *m)
{
    struct maxmin_offer first = m->queue[0];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= m->n_queue)
            break;
        if (child + 1 < m->n_queue && m->queue[child + 1].offer < m->queue[child].offer)
            child++;
        if (m->queue[child].offer >= first.offer)
            break;
        m->queue[i] = m->queue[child];
        i = child;
    }
    m->queue[i] = first;
}

/* All open groups of a link get its offer; in a knot their least offers so often. */
static void maxmin_settle_link(struct maxmin *m, uint32_t link, uint32_t level)
{
    const struct maxmin_link *l = &m->link[link];
    double raise = l->offer < INFINITY ? l->offer : 1; /* where all least offers are 0 */
    for (size_t i = 0; i < l->count && l->open > 0; i++) {
        struct maxmin_group *g = &m->group[l->entry[i].group];
        if (!g->open || m->class[g->class].level != level)
            continue;
        for (uint32_t h = 0; h < g->hops && m->knotted; h++)
            m->link[g->hop[h].link].wanted -= g->members * g->least;
        g->least = fmin(m->knotted ? g->least * raise : l->offer, g->cap);
        g->knot = m->knotted;
        maxmin_close(m, g, link);
    }
}

/* The same for a group whose cap comes first. */
static void maxmin_settle_cap(struct maxmin *m, struct maxmin_group *g)
{
    for (uint32_t h = 0; h < g->hops && m->knotted; h++)
        m->link[g->hop[h].link].wanted -= g->members * g->least;
    g->least = g->cap;
    g->knot = m->knotted;
    maxmin_close(m, g, MAXMIN_NONE);
}

/* Has the offer of the link that comes first in the queue risen since it was put there? */
static bool maxmin_risen(struct maxmin *m, uint32_t link, uint32_t level)
{
    struct maxmin_link *l = &m->link[link];
    if (!l->stale)
        return false;
    l->stale = false;
    if (m->knotted)
        l->offer = maxmin_raise(m, link, level);
    else
        maxmin_offer(m, link, level, &l->offer);
    return l->offer > m->queue[0].offer;
}

/* Filling where each link has one number for all its open groups: the same offer to each, or, in a
 * knot, how far their least offers can be raised. The least number of all is the least for all
 * groups of its link, too, so it settles, and no other group needs a look. Numbers only rise, so
 * one that has risen since it was queued is put back when it comes first. */
static void maxmin_fill_single(struct maxmin *m, uint32_t level)
{
    m->n_queue = 0;
    for (size_t i = 0; i < m->busy.count; i++)
        maxmin_queue(m, m->link[m->busy.item[i]].offer, m->busy.item[i]);
    for (size_t i = 0; i < m->open.count; i++) {
        const struct maxmin_group *g = &m->group[m->open.item[i]];
        double cap = m->knotted && g->least > 0 ? g->cap / g->least : g->cap;
        if (cap < INFINITY)
            maxmin_queue(m, cap, m->n_links + m->open.item[i]);
    }
    while (m->n_queue > 0) {
        uint32_t item = m->queue[0].item;
        bool link = item < m->n_links;
        if (link && m->link[item].open > 0 && maxmin_risen(m, item, level)) {
            m->queue[0].offer = m->link[item].offer;
            maxmin_requeue(m);
            continue;
        }
        if (link && m->link[item].open > 0)
            maxmin_settle_link(m, item, level);
        else if (!link && m->group[item - m->n_links].open)
            maxmin_settle_cap(m, &m->group[item - m->n_links]);
        m->queue[0] = m->queue[--m->n_queue];
        maxmin_requeue(m);
    }
    m->open.count = 0;
}

/* Step 3. */
static void maxmin_untie(struct maxmin *m, uint32_t level)
{
    m->knotted = true;
    for (size_t i = 0; i < m->busy.count; i++)
        m->link[m->busy.item[i]].wanted = 0;
    for (size_t i = 0; i < m->open.count; i++) {
        const struct maxmin_group *g = &m->group[m->open.item[i]];
        for (uint32_t h = 0; h < g->hops; h++)
            m->link[g->hop[h].link].wanted += g->members * g->least;
    }
    for (size_t i = 0; i < m->busy.count; i++) {
        struct maxmin_link *l = &m->link[m->busy.item[i]];
        l->offer = maxmin_raise(m, m->busy.item[i], level);
        l->stale = false;
    }
    maxmin_fill_single(m, level);
}

static void maxmin_fill_level(struct maxmin *m, uint32_t level)
{
    maxmin_begin_level(m, level);
    for (size_t i = 0; i < m->busy.count; i++)
        m->link[m->busy.item[i]].stale = true;
    bool knotted = m->knotted; /* by a level before */
    m->knotted = false;
    while (m->open.count > 0) {
        if (maxmin_offer_all(m, level)) {
            maxmin_fill_single(m, level);
        } else {
            maxmin_compare(m);
            if (!maxmin_settle(m))
                maxmin_untie(m, level);
        }
    }
    m->knotted = m->knotted || knotted;
}

void maxmin_fill(struct maxmin *m)
{
    m->knotted = false;
    for (size_t i = 0; i < m->links.count; i++)
        maxmin_begin_link(m, m->links.item[i]);
    for (uint32_t level = 0; level < m->n_levels; level++)
        maxmin_fill_level(m, level);
}
