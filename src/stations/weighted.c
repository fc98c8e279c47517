/* SPDX-License-Identifier: Apache-2.0
 * Processor sharing by groups with weights: a virtual time for each group. Used by compute pools.
 *
 * A group's virtual time V is the service that a job of it that was present all along has received
 * since the group was last empty, in units of 2^-24 ns; a job's finish tag is V at its arrival plus
 * its demand. While nothing changes, V grows at a fixed fraction (share / of) of one server's work,
 * and this fraction is exact: with C servers for groups of weights w that hold n jobs and are not
 * at their caps, C w / sum(n w) where weights are each job's, C w / (n sum(w)) where they are
 * whole.
 *
 * As in sharing.c V is rounded down, so it falls behind by less than a unit at each event; `lost`
 * counts the roundings since the group was empty, and a job counts as finished as soon as its tag
 * may have been reached, within WEIGHTED_SLACK, far below 1 ns. A departure that falls on a whole
 * ns comes out there; else at the next, and what the others received meanwhile is theirs. With one
 * group all figures are those of sharing.c.
 *
 * Weights add up to less than 2^32, servers are 2^31 at most and jobs fewer than 2^31, so both
 * parts of the fraction are below 2^63 and every product below fits 128 bits. */
#include "stations/weighted.h"

#include <stdlib.h>

#include "stations/weights.h"

#define WEIGHTED_BITS  24
#define WEIGHTED_SLACK (1u << 16)                  /* units: 2^-8 ns */
#define WEIGHTED_SHIFT (PACE_BITS - WEIGHTED_BITS) /* from units of pace */

/* The bits of a tag's `order` below the part of a ns: the number of the arrival since the group was
 * empty. */
#define WEIGHTED_ORDER_BITS 40

struct weighted_group {
    struct heap tags;  /* (virtual finish: whole ns, part of a ns << 40 | arrival, job) */
    exact_sum virtual; /* V, units */
    int64_t share, of; /* V grows by share / of of one server's work */
    uint64_t arrivals; /* since empty: below 2^40 */
    uint32_t lost;     /* units that rounding may have kept from V since empty */
    uint32_t level, weight;
};

static inline int64_t weighted_count(const struct weighted_group *g)
{
    return (int64_t)g->tags.count;
}

/* Groups in the order of levels, and of their numbers within a level. */
static void weighted_place(struct weighted *w, const struct weighted_config *c,
                           const uint32_t *weight)
{
    uint32_t placed = 0;
    for (uint64_t level = 0; placed < c->n_groups;) {
        uint64_t above = UINT64_MAX;
        for (uint32_t i = 0; i < c->n_groups; i++) {
            uint32_t own = c->level ? c->level[i] : 0;
            if (own == level) {
                w->group[placed] =
                    (struct weighted_group){.level = own, .weight = weight[i], .of = 1};
                w->place[i] = placed++;
            } else if (own > level && own < above) {
                above = own;
            }
        }
        level = above;
    }
}

int weighted_init(struct weighted *w, const struct weighted_config *config)
{
    uint32_t *weight = malloc(config->n_groups * sizeof *weight);
    w->n_groups = config->n_groups;
    w->group = malloc(config->n_groups * sizeof *w->group);
    w->place = malloc(config->n_groups * sizeof *w->place);
    w->servers = config->servers;
    w->present = 0;
    w->whole = config->whole;
    w->first = 0;
    w->next = PSN_NEVER;
    pace_init(&w->pace);
    if (!weight || !w->group || !w->place) {
        free(weight);
        free(w->group);
        free(w->place);
        w->group = NULL;
        w->place = NULL;
        return PSN_EMEMORY;
    }
    weights_whole(config->weight, config->n_groups, weight);
    weighted_place(w, config, weight);
    free(weight);
    return PSN_OK;
}

void weighted_fini(struct weighted *w)
{
    for (uint32_t i = 0; w->group && i < w->n_groups; i++)
        heap_fini(&w->group[i].tags);
    free(w->group);
    free(w->place);
    w->group = NULL;
    w->place = NULL;
}

/* Brings every V up to now. */
static void weighted_advance(struct weighted *w, psn_time now)
{
    exact_sum before = w->pace.work;
    pace_advance(&w->pace, now);
    exact_sum work = w->pace.work - before;
    if (work == 0)
        return;
    for (uint32_t i = 0; i < w->n_groups; i++) {
        struct weighted_group *g = &w->group[i];
        if (weighted_count(g) == 0 || g->share == 0)
            continue;
        exact_sum got = work;
        bool exact = true;
        if (g->share != g->of) {
            exact_sum over = work % g->of * g->share;
            got = work / g->of * g->share + over / g->of;
            exact = over % g->of == 0;
        }
        g->virtual += got >> WEIGHTED_SHIFT;
        exact = exact && (got & ((1 << WEIGHTED_SHIFT) - 1)) == 0;
        if (!exact && g->lost < WEIGHTED_SLACK)
            g->lost++;
    }
}

/* What a group counts for: its weight, or that of all its jobs. */
static int64_t weighted_part(const struct weighted *w, const struct weighted_group *g)
{
    return weighted_count(g) == 0 ? 0
           : w->whole             ? g->weight
                                  : (int64_t)g->weight * weighted_count(g);
}

/* Divides `servers` between the groups [from, to), whose jobs are more. A group whose jobs would
 * get a server each gets that, which leaves no less for a unit of the others' weight: so it does
 * not matter in which order they are found. */
static void weighted_divide(struct weighted *w, uint32_t from, uint32_t to, int64_t servers)
{
    int64_t weights = 0;
    for (uint32_t i = from; i < to; i++) {
        w->group[i].share = 0;
        weights += weighted_part(w, &w->group[i]);
    }
    for (bool again = servers > 0; again;) {
        again = false;
        for (uint32_t i = from; i < to; i++) {
            struct weighted_group *g = &w->group[i];
            int64_t part = weighted_part(w, g), n = weighted_count(g);
            if (n > 0 && g->share == 0 &&
                exact_product(servers, part) >= exact_product(weights, n)) {
                g->share = g->of = 1;
                servers -= n;
                weights -= part;
                again = servers > 0;
            }
        }
    }
    for (uint32_t i = from; i < to; i++) {
        struct weighted_group *g = &w->group[i];
        if (weighted_count(g) > 0 && g->share == 0) {
            g->share = servers * g->weight;
            g->of = w->whole ? weights * weighted_count(g) : weights;
        }
    }
}

/* After a change: what each group gets. */
static void weighted_allot(struct weighted *w)
{
    int64_t servers = w->servers;
    for (uint32_t from = 0, to; from < w->n_groups; from = to) {
        int64_t jobs = 0;
        for (to = from; to < w->n_groups && w->group[to].level == w->group[from].level; to++)
            jobs += weighted_count(&w->group[to]);
        if (jobs > servers) {
            weighted_divide(w, from, to, servers);
            servers = 0;
            continue;
        }
        for (uint32_t i = from; i < to; i++)
            w->group[i].share = w->group[i].of = 1;
        servers -= jobs;
    }
    w->meter.busy = w->pace.speed == 0 ? 0 : w->present < w->servers ? w->present : w->servers;
}

/* When the first job of a group has its demand, as work of pace; false for never. */
static bool weighted_end(const struct weighted *w, const struct weighted_group *g, exact_sum *end)
{
    const struct heap_entry *top = heap_top(&g->tags);
    exact_sum tag = exact_product(top->key, (int64_t)1 << WEIGHTED_BITS) +
                    (int64_t)(top->order >> WEIGHTED_ORDER_BITS);
    exact_sum left = tag - g->virtual - g->lost;
    *end = w->pace.work;
    if (left <= 0)
        return true;
    if (g->share == 0)
        return false;
    left <<= WEIGHTED_SHIFT;
    exact_sum over = left % g->share * g->of, work;
    if (__builtin_mul_overflow(left / g->share, g->of, &work))
        return false;
    return exact_add(&work, (over + g->share - 1) / g->share) && exact_add(end, work);
}

/* After weighted_allot: the next departure. */
static void weighted_schedule(struct weighted *w)
{
    w->next = PSN_NEVER;
    for (uint32_t i = 0; i < w->n_groups; i++) {
        exact_sum end;
        if (weighted_count(&w->group[i]) == 0 || !weighted_end(w, &w->group[i], &end))
            continue;
        psn_time when = pace_when(&w->pace, end);
        if (when < w->next) {
            w->next = when;
            w->first = i;
        }
    }
}

int weighted_arrive(struct weighted *w, struct job *job, psn_time now)
{
    struct weighted_group *g = &w->group[w->place[job->group]];
    int status = heap_reserve(&g->tags, g->tags.count + 1);
    if (status != PSN_OK)
        return status;
    meter_advance(&w->meter, now);
    meter_arrive(&w->meter);
    weighted_advance(w, now);
    job->entered = now;
    psn_time whole = (psn_time)(g->virtual >> WEIGHTED_BITS), tag;
    uint64_t part = (uint64_t)g->virtual & ((1u << WEIGHTED_BITS) - 1);
    if (__builtin_add_overflow(whole, job->service, &tag))
        tag = PSN_NEVER;
    status = heap_push(&g->tags,
                       (struct heap_entry){.key = tag,
                                           .order = part << WEIGHTED_ORDER_BITS | g->arrivals++,
                                           .item = {.pointer = job}});
    w->present++;
    weighted_allot(w);
    weighted_schedule(w);
    return status;
}

struct job *weighted_depart(struct weighted *w, psn_time now)
{
    meter_advance(&w->meter, now);
    weighted_advance(w, now);
    struct weighted_group *g = &w->group[w->first];
    struct job *job = heap_top(&g->tags)->item.pointer;
    heap_pop(&g->tags);
    if (weighted_count(g) == 0) {
        g->virtual = 0;
        g->lost = 0;
        g->arrivals = 0;
    }
    w->present--;
    weighted_allot(w);
    weighted_schedule(w);
    meter_depart(&w->meter, now, job->entered, job->service, job->owner);
    return job;
}

void weighted_set(struct weighted *w, int64_t servers, uint64_t speed, psn_time now)
{
    meter_advance(&w->meter, now);
    weighted_advance(w, now);
    w->servers = servers;
    w->pace.speed = speed;
    if (w->meter.capacity != servers)
        meter_set_capacity(&w->meter, servers);
    weighted_allot(w);
    weighted_schedule(w);
}
