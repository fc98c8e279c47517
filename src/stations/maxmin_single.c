/* SPDX-License-Identifier: Apache-2.0
 * Filling for stations/maxmin where each link has one number for all its open groups. The least
 * number of all is the least for all groups of its link, too, so it settles, and no other group
 * needs a look. Numbers only rise, so one that has risen since it was queued is put back when it
 * comes first.
 *
 * Where nothing else has closed in this level, the open groups of a link are those that it held
 * before, but for the few that another held and that now come to it; the sums tell whether there
 * are any. A cap is looked at only where a link offers more than the least cap of those it holds;
 * then the caps of its groups go into the queue, too. */
#include <math.h>

#include "stations/maxmin_parts.h"

/* Which of two comes first: of equal numbers, links in their order, then groups. */
static inline bool maxmin_before(const struct maxmin_offer *a, const struct maxmin_offer *b)
{
    return a->offer < b->offer || (a->offer <= b->offer && a->item < b->item);
}

/* Puts an entry into the queue: a link or, from n_links on, a group with a cap. */
static void maxmin_queue(struct maxmin *m, double offer, uint32_t item)
{
    struct maxmin_offer one = {.offer = offer, .item = item};
    size_t i = m->n_queue++;
    while (i > 0 && maxmin_before(&one, &m->queue[(i - 1) / 2])) {
        m->queue[i] = m->queue[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    m->queue[i] = one;
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
        if (child + 1 < m->n_queue && maxmin_before(&m->queue[child + 1], &m->queue[child]))
            child++;
        if (maxmin_before(&first, &m->queue[child]))
            break;
        m->queue[i] = m->queue[child];
        i = child;
    }
    m->queue[i] = first;
}

/* The number of a link that has open groups. In a knot it is infinite where all least offers are
 * 0. */
static inline double maxmin_number(const struct maxmin *m, const struct maxmin_link *l)
{
    if (m->knotted)
        return l->wanted > 0 ? maxmin_max((l->budget - l->closed) / l->wanted, 1) : INFINITY;
    const struct maxmin_node *n = &m->node[l->node];
    return maxmin_max(l->budget - n->closed, 0) / n->open;
}

static inline bool maxmin_has_open(const struct maxmin *m, const struct maxmin_link *l)
{
    return m->knotted ? l->open > 0 : m->node[l->node].open > 0;
}

/* ---- offers ---- */

/* Do the caps of groups come before what their link offers? Then they go into the queue, once. */
static bool maxmin_queue_caps(struct maxmin *m, struct maxmin_link *l, double offer)
{
    double least = INFINITY, held = INFINITY;
    for (uint32_t i = 0; i < l->count; i++) {
        const struct maxmin_group *g = &m->group[l->entry[i].group];
        if (l->entry[i].node != l->node)
            continue;
        least = maxmin_is_open(m, g) ? fmin(least, g->cap) : least;
        held = i < l->held ? fmin(held, g->cap) : held;
    }
    m->node[l->node].least = held;
    if (least >= offer)
        return false;
    for (uint32_t i = 0; i < l->count; i++) {
        const struct maxmin_group *g = &m->group[l->entry[i].group];
        if (l->entry[i].node == l->node && maxmin_is_open(m, g) && g->cap < INFINITY)
            maxmin_queue(m, g->cap, m->n_links + l->entry[i].group);
    }
    l->queued = true;
    return true;
}

/* So many flows at a node that does not hold them get a rate. */
static inline void maxmin_close_hop(struct maxmin *m, uint32_t node, uint32_t members, double rate)
{
    struct maxmin_node *n = &m->node[node];
    n->open -= members;
    n->closed += maxmin_term(n->grid, members, rate);
    n->most = maxmin_max(n->most, rate);
}

/* A group gets a rate on all links but that which holds it. */
static inline void maxmin_close_path(struct maxmin *m, uint32_t group, uint32_t holder, double rate)
{
    const struct maxmin_path *path = &m->path[group];
    for (uint32_t h = 0; h < path->hops; h++) {
        if (path->node[h] != holder)
            maxmin_close_hop(m, path->node[h], path->members, rate);
    }
    const struct maxmin_group *g = &m->group[group];
    for (uint32_t h = 0; path->hops == 0 && h < g->hops; h++) {
        if (g->hop[h].node != holder)
            maxmin_close_hop(m, g->hop[h].node, path->members, rate);
    }
}

/* A link's open groups, all of which it held before, get its offer. */
static void maxmin_settle_held(struct maxmin *m, const struct maxmin_link *l, double offer)
{
    struct maxmin_node *own = &m->node[l->node];
    double closed = own->closed;
    for (uint32_t i = 0; i < l->held; i++) {
        struct maxmin_entry e = l->entry[i];
        if (e.node != l->node)
            continue;
        maxmin_close_path(m, e.group, e.node, offer);
        closed += maxmin_term(own->grid, m->path[e.group].members, offer);
        if (l->knots > 0 && m->group[e.group].knot)
            maxmin_hold(m, e.group, e.hop, offer, false);
    }
    own->open = 0;
    own->closed = closed;
    own->rate = own->limit = offer;
    own->holds = m->cell[own->cell].holds = true;
    own->settled = m->tick;
}

/* The same where it did not hold all of them. */
static void maxmin_settle_all(struct maxmin *m, struct maxmin_link *l, double offer)
{
    for (uint32_t i = 0; i < l->count && m->node[l->node].open > 0; i++) {
        struct maxmin_entry e = l->entry[i];
        if (e.node == l->node && maxmin_is_open(m, &m->group[e.group]))
            maxmin_close(m, e.group, e.hop, offer);
    }
}

/* All open groups of a link get what it offers, unless caps come first. Have they? */
static bool maxmin_settle_offer(struct maxmin *m, struct maxmin_link *l, double offer)
{
    const struct maxmin_node *n = &m->node[l->node];
    bool held = !m->mixed && n->open == n->held;
    if (!l->queued && !(held && offer <= n->least) && maxmin_queue_caps(m, l, offer))
        return false;
    if (held)
        maxmin_settle_held(m, l, offer);
    else
        maxmin_settle_all(m, l, offer);
    return true;
}

/* ---- knots ---- */

/* An open group gets its rate: what was wanted of links, and is closed there, changes. */
static void maxmin_close_knot(struct maxmin *m, uint32_t group, uint32_t hop, double rate)
{
    const struct maxmin_group *g = &m->group[group];
    uint32_t members = m->path[group].members;
    for (uint32_t h = 0; h < g->hops; h++) {
        m->link[g->hop[h].link].wanted -= members * g->least;
        m->link[g->hop[h].link].closed += members * rate;
    }
    maxmin_close(m, group, hop, rate);
}

/* All open groups of a link get their least offers so often. */
static void maxmin_settle_knot(struct maxmin *m, struct maxmin_link *l, double raise,
                               uint32_t level)
{
    for (uint32_t i = 0; i < l->count && l->open > 0; i++) {
        struct maxmin_entry e = l->entry[i];
        const struct maxmin_group *g = &m->group[e.group];
        if (maxmin_is_open(m, g) && m->class[g->class].level == level)
            maxmin_close_knot(m, e.group, e.hop,
                              fmin(raise < INFINITY ? g->least * raise : g->least, g->cap));
    }
}

/* ---- both ---- */

static void maxmin_settle_cap(struct maxmin *m, uint32_t group)
{
    if (!maxmin_is_open(m, &m->group[group]))
        return;
    if (m->knotted)
        maxmin_close_knot(m, group, MAXMIN_NONE, m->group[group].cap);
    else
        maxmin_close(m, group, MAXMIN_NONE, m->group[group].cap);
}

/* Would the first entry of the queue, with a number that has risen, still come first? */
static bool maxmin_still_first(const struct maxmin *m)
{
    for (size_t child = 1; child <= 2 && child < m->n_queue; child++) {
        if (maxmin_before(&m->queue[child], &m->queue[0]))
            return false;
    }
    return true;
}

/* Settles the link that comes first in the queue. Is it done with? Otherwise something else may
 * come first now. */
static bool maxmin_settle_first(struct maxmin *m, uint32_t level)
{
    struct maxmin_link *l = &m->link[m->queue[0].item];
    if (!maxmin_has_open(m, l))
        return true;
    double number = maxmin_max(maxmin_number(m, l), m->queue[0].offer);
    m->queue[0].offer = number;
    if (!maxmin_still_first(m)) {
        maxmin_requeue(m);
        return false;
    }
    if (!m->knotted)
        return maxmin_settle_offer(m, l, number);
    maxmin_settle_knot(m, l, number, level);
    return true;
}

/* The links' numbers and, in a knot, how far groups can be raised until they are at their caps. */
static void maxmin_queue_all(struct maxmin *m)
{
    m->n_queue = 0;
    for (size_t i = 0; i < m->busy.count; i++)
        maxmin_queue(m, maxmin_number(m, &m->link[m->busy.item[i]]), m->busy.item[i]);
    for (size_t i = 0; i < m->open.count && m->knotted; i++) {
        const struct maxmin_group *g = &m->group[m->open.item[i]];
        double cap = g->least > 0 ? g->cap / g->least : g->cap;
        if (cap < INFINITY)
            maxmin_queue(m, cap, m->n_links + m->open.item[i]);
    }
}

void maxmin_fill_single(struct maxmin *m, uint32_t level)
{
    maxmin_queue_all(m);
    while (m->n_queue > 0) {
        uint32_t item = m->queue[0].item;
        if (item >= m->n_links)
            maxmin_settle_cap(m, item - m->n_links);
        else if (!maxmin_settle_first(m, level))
            continue;
        m->queue[0] = m->queue[--m->n_queue];
        maxmin_requeue(m);
    }
    for (size_t i = 0; i < m->busy.count; i++)
        m->link[m->busy.item[i]].open = 0;
}
