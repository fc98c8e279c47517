/* SPDX-License-Identifier: Apache-2.0
 * What may go on ahead of time.
 *
 * A committed station knows of every departure when the job arrives, whenever that is, as long as
 * arrivals come in the order of time. What a job does next can be done then and there, at the time
 * of its departure, if nothing that happens before that time could see it or change it:
 *
 * - the end of a request for which nobody waits: its figures do not depend on the order in which
 *   they are recorded;
 * - the next station (a pool, or the first link of a message), where it commits, too, and jobs come
 *   to it from this one alone, which has one server, so that they come in order. That one goes
 *   ahead in its turn, so a row of stations is one event;
 * - the delivery of a message on its last link, where only the end follows, be it of a request or
 *   of a packet of a stream.
 *
 * And an open source of requests that is the only one to send jobs to the first station can itself
 * run ahead, many arrivals at a time.
 *
 * Only within a place: what happens at another one takes a delay, and belongs to its process. */
#include "model/ahead.h"

#include <string.h>

#include "model/transmitter.h"

/* Who sends jobs to a station: one station, or (n_stations + i) source i; or: */
#define NOBODY UINT32_MAX
#define MANY   (UINT32_MAX - 1) /* several, or in another order than that of their times */

struct plan {
    struct engine *e;
    uint32_t n_stations;
    uint32_t *feeder; /* by station */
    bool changed;
    /* What `following` works with and finds, of one recipe. */
    uint32_t *found, n_found;
    uint32_t *stack;
    uint32_t *seen, round; /* by operation: the last round that came there */
};

static uint32_t link_station(const struct engine *e, uint32_t direction)
{
    return (uint32_t)(e->d->n_pools + e->d->n_arrays) + direction;
}

/* The operations at which a job that is at operation k stays for a time, or ends, or parts: behind
 * all that takes none, whichever way it goes. */
static void following(struct plan *p, const struct recipe *r, uint32_t k)
{
    uint32_t n = 0;
    p->n_found = 0;
    p->round++;
    p->stack[n++] = k;
    p->seen[k] = p->round;
    while (n > 0) {
        const struct op *op = &r->op[p->stack[--n]];
        uint32_t pass[2] = {op->next, op->back};
        const uint32_t *to = pass;
        uint32_t n_to = 2;
        if (op->kind == OP_CHOICE) {
            to = op->branch;
            n_to = op->n_branches;
        } else if (op->kind != OP_REPEAT && op->kind != OP_AGAIN) {
            p->found[p->n_found++] = (uint32_t)(op - r->op);
            continue;
        }
        for (uint32_t i = 0; i < n_to; i++) {
            if (p->seen[to[i]] == p->round)
                continue;
            p->seen[to[i]] = p->round;
            p->stack[n++] = to[i];
        }
    }
}

/* --- who comes to which station --- */

static void fed_by(struct plan *p, uint32_t station, uint32_t feeder)
{
    uint32_t *known = &p->feeder[station];
    if (*known == feeder || *known == MANY)
        return;
    p->changed = true;
    *known = *known == NOBODY ? feeder : MANY;
}

/* Calls fed_by for the links of hop `from` to hop `until` - 1 of all routes of a message. */
static void feed_links(struct plan *p, const struct op *op, uint32_t from, uint32_t until,
                       uint32_t feeder)
{
    const struct way *way = op->way;
    for (size_t v = 0; v < way->n_versions; v++)
        for (uint32_t i = 0; i < way->version[v].n; i++) {
            const struct route *route = route_at(&p->e->ways, way->version[v].route[i]);
            for (uint32_t h = from; h < until && h < route->n_hops; h++)
                fed_by(p, link_station(p->e, route->hop[h]), feeder);
        }
    for (uint32_t h = from; h < until && h < op->route->n_hops; h++)
        fed_by(p, link_station(p->e, op->route->hop[h]), feeder);
}

/* A job comes to operation k from a feeder. */
static void feed(struct plan *p, const struct recipe *r, uint32_t k, uint32_t feeder)
{
    if (k == NO_INDEX)
        return;
    following(p, r, k);
    for (uint32_t i = 0; i < p->n_found; i++) {
        const struct op *op = &r->op[p->found[i]];
        if (op->kind == OP_COMPUTE)
            fed_by(p, op->station, feeder);
        else if (op->kind == OP_STORE)
            fed_by(p, (uint32_t)p->e->d->n_pools + op->station, feeder);
        else if (op->kind == OP_SEND)
            feed_links(p, op, 0, 1, feeder);
    }
}

/* What an operation sends on. From links, delays and joins jobs come as events, in the order of
 * time with all others: but beside those who run ahead nobody else may come. */
static void feed_from(struct plan *p, const struct recipe *r, const struct op *op)
{
    switch (op->kind) {
    case OP_COMPUTE:
        feed(p, r, op->next, pool_commits(&p->e->pool[op->station]) ? op->station : MANY);
        feed(p, r, op->failed, MANY);
        break;
    case OP_SEND:
        feed_links(p, op, 1, UINT32_MAX, MANY);
        feed(p, r, op->next, MANY);
        feed(p, r, op->failed, MANY);
        break;
    case OP_STREAM:
        feed(p, r, op->back, MANY);
        feed(p, r, op->next, MANY);
        break;
    case OP_FORK:
        for (uint32_t b = 0; b < op->n_branches; b++)
            feed(p, r, op->branch[b], MANY);
        feed(p, r, op->failed, MANY);
        feed(p, r, op->next, MANY);
        break;
    case OP_STORE:
    case OP_DELAY:
    case OP_LAN:
        feed(p, r, op->next, MANY);
        break;
    default:
        break;
    }
}

static void find_feeders(struct plan *p)
{
    const struct description *d = p->e->d;
    for (uint32_t i = 0; i < p->n_stations; i++)
        p->feeder[i] = NOBODY;
    for (uint32_t k = 0; p->e->drops && k < 2 * d->n_links; k++)
        p->feeder[link_station(p->e, k)] = MANY; /* what was dropped comes again */
    for (uint32_t i = 0; i < d->n_sources; i++) {
        const struct recipe *r = &p->e->recipe[i];
        if (r->n_ops == 0)
            continue;
        for (uint32_t k = 0; k < d->n_epochs; k++)
            feed(p, r, r->first[k], p->n_stations + i);
        for (uint32_t k = 0; k < r->n_ops; k++)
            feed_from(p, r, &r->op[k]);
    }
}

/* --- what goes ahead --- */

/* Does nobody wait for the end of the source's requests, or try again? */
static bool unattended(const struct demand *s)
{
    return s->kind == WORKLOAD_OPEN && s->attempts.timeout == 0 && s->retries == 0;
}

/* May a request end ahead of time? Who is elsewhere is told by a line, in the order of time. */
static bool may_end(const struct plan *p, uint32_t source, const struct op *op)
{
    return op->kind == OP_END && (op->told || unattended(&p->e->demand[source]));
}

/* May a job of a source come to an operation ahead of time, from a feeder at a place? */
static bool may_come(const struct plan *p, uint32_t source, const struct op *op, uint32_t feeder,
                     uint32_t place)
{
    const struct engine *e = p->e;
    if (op->kind == OP_COMPUTE)
        return p->feeder[op->station] == feeder && pool_commits(&e->pool[op->station]) &&
               op->place == place;
    if (op->kind == OP_SEND) {
        uint32_t first = transport_ahead(&e->transport, op);
        return first != NO_INDEX && p->feeder[link_station(e, first)] == feeder &&
               op->place == place;
    }
    return may_end(p, source, op);
}

/* May what follows an operation at a committed pool be done ahead of time? Where several servers
 * serve, departures are in no order, and only the end is left. */
static bool may_go(struct plan *p, uint32_t source, const struct op *op)
{
    const struct recipe *r = &p->e->recipe[source];
    uint32_t feeder = p->e->pool[op->station].station.fifo.servers == 1 ? op->station : NOBODY;
    following(p, r, op->next);
    for (uint32_t i = 0; i < p->n_found; i++)
        if (!may_come(p, source, &r->op[p->found[i]], feeder, op->place))
            return false;
    return true;
}

/* The same of a message: it is delivered when it is sent over its last link, if nothing but the end
 * follows. */
static bool may_deliver(struct plan *p, uint32_t source, const struct op *op)
{
    const struct recipe *r = &p->e->recipe[source];
    if (!transport_knows_arrival(&p->e->transport, source, op))
        return false;
    following(p, r, op->next);
    for (uint32_t i = 0; i < p->n_found; i++)
        if (r->op[p->found[i]].kind != OP_SINK && !may_end(p, source, &r->op[p->found[i]]))
            return false;
    return true;
}

/* Once an operation at a station does not go ahead, its jobs come to the next one at another time
 * of the clock than those that do: nobody may go ahead there. */
static void check_recipe(struct plan *p, uint32_t source)
{
    const struct recipe *r = &p->e->recipe[source];
    for (uint32_t k = 0; k < r->n_ops; k++) {
        struct op *op = &r->op[k];
        if (op->kind != OP_COMPUTE || !op->ahead || may_go(p, source, op))
            continue;
        op->ahead = false;
        p->changed = true;
        feed(p, r, op->next, MANY);
    }
}

/* May the source run ahead? */
static bool may_run(struct plan *p, uint32_t source)
{
    const struct description *d = p->e->d;
    const struct demand *s = &p->e->demand[source];
    const struct recipe *r = &p->e->recipe[source];
    if (!s->process || !unattended(s))
        return false;
    for (uint32_t k = 0; k < d->n_epochs; k++) {
        if (r->first[k] == NO_INDEX)
            continue;
        following(p, r, r->first[k]);
        for (uint32_t i = 0; i < p->n_found; i++)
            if (!may_come(p, source, &r->op[p->found[i]], p->n_stations + source, s->source->site))
                return false;
    }
    return true;
}

/* Where the requests of a source begin, if that is the same for ever; else NO_INDEX. */
static uint32_t beginning(const struct plan *p, uint32_t source)
{
    const struct recipe *r = &p->e->recipe[source];
    if (r->n_ops == 0)
        return NO_INDEX;
    for (uint32_t k = 1; k < p->e->d->n_epochs; k++)
        if (r->first[k] != r->first[0])
            return NO_INDEX;
    return r->first[0];
}

/* Do all requests of a source that runs ahead visit the same pools, with draws that do not change
 * with time, and then end? */
static bool is_straight(const struct plan *p, uint32_t source)
{
    uint32_t first = beginning(p, source);
    if (first == NO_INDEX)
        return false;
    const struct recipe *r = &p->e->recipe[source];
    const struct op *op = &r->op[first];
    while (op->kind == OP_COMPUTE && op->ahead && op->growth == 0)
        op = &r->op[op->next];
    return op->kind == OP_END && !op->told;
}

/* Are the requests of a source the only customers of a plain shared pool, and do they end after it?
 * Then nothing else in the model is before or behind that pool. */
static bool has_to_itself(const struct plan *p, uint32_t source)
{
    const struct demand *s = &p->e->demand[source];
    uint32_t first = s->process && unattended(s) ? beginning(p, source) : NO_INDEX;
    if (first == NO_INDEX)
        return false;
    const struct recipe *r = &p->e->recipe[source];
    const struct op *op = &r->op[first];
    return op->kind == OP_COMPUTE && op->growth == 0 && pool_shares(&p->e->pool[op->station]) &&
           op->place == s->source->site && p->feeder[op->station] == p->n_stations + source &&
           r->op[op->next].kind == OP_END && !r->op[op->next].told;
}

static void plan_source(struct plan *p, uint32_t source)
{
    struct demand *s = &p->e->demand[source];
    s->shares = has_to_itself(p, source);
    s->ahead = s->shares || may_run(p, source);
    s->straight = s->ahead && !s->shares && is_straight(p, source);
}

void ahead_clear(struct engine *e)
{
    for (size_t i = 0; i < e->d->n_sources; i++)
        for (uint32_t k = 0; k < e->recipe[i].n_ops; k++)
            e->recipe[i].op[k].ahead = false;
}

int ahead_plan(struct engine *e)
{
    const struct description *d = e->d;
    struct plan p = {.e = e, .n_stations = (uint32_t)(d->n_pools + d->n_arrays + 2 * d->n_links)};
    size_t most = 1;
    for (size_t i = 0; i < d->n_sources; i++)
        most = e->recipe[i].n_ops > most ? e->recipe[i].n_ops : most;
    p.feeder = arena_array(&e->memory, p.n_stations + 1, sizeof *p.feeder);
    p.found = arena_array(&e->memory, 3 * most, sizeof *p.found);
    if (!p.feeder || !p.found)
        return PSN_EMEMORY;
    p.stack = p.found + most;
    p.seen = p.stack + most;
    find_feeders(&p);
    for (uint32_t i = 0; i < d->n_sources; i++)
        for (uint32_t k = 0; k < e->recipe[i].n_ops; k++) {
            struct op *op = &e->recipe[i].op[k];
            op->ahead = op->kind == OP_COMPUTE ? pool_commits(&e->pool[op->station])
                                               : op->kind == OP_SEND && may_deliver(&p, i, op);
        }
    do {
        p.changed = false;
        for (uint32_t i = 0; i < d->n_sources; i++)
            check_recipe(&p, i);
    } while (p.changed);
    for (uint32_t i = 0; i < d->n_sources; i++)
        plan_source(&p, i);
    return 0;
}
