/* SPDX-License-Identifier: Apache-2.0
 * Flows by the virtual time of their clocks. Used by the model's fluid layer. */
#include "stations/flows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "psnsim/types.h"
#include "stations/flow_heap.h"

#define FLOWS_MOST  ((exact_sum)1 << (70 + FLOWS_BITS))
#define FLOWS_UNIT  0x1p56             /* units in a bit */
#define FLOWS_PACE  (FLOWS_UNIT / 1e9) /* units/ns in a bit/s */
#define FLOWS_EXACT ((int64_t)1 << 50) /* ns: up to here a quotient of doubles is a good guess */

/* What all flows of one rate have in common. */
struct flows_clock {
    exact_sum virtual; /* V as of `at`, units */
    exact_sum rate;    /* units/ns */
    psn_time at;
    uint32_t heap; /* its groups with flows, by their first tag */
    uint32_t groups;
};

/* The flows of a group. */
struct flows_group {
    exact_sum zero; /* V from which the tags of its flows are counted, units */
    uint32_t clock; /* below */
    uint32_t heap;  /* its flows by tag; 0: none, and it is under no clock */
    uint32_t place; /* in the heap of its clock; 0: none yet */
};

/* Clocks by number: 2 n that of node n, 2 g + 1 that of group g itself. */
static struct flows_clock *flows_clock(const struct flows *f, uint32_t clock)
{
    return clock % 2 == 0 ? &f->node[clock / 2] : &f->own[clock / 2];
}

/* By the last solve, that of a group. */
static uint32_t flows_clock_of(const struct flows *f, uint32_t group)
{
    uint32_t node = f->maxmin.group[group].node;
    return node != MAXMIN_NONE ? 2 * node : 2 * group + 1;
}

int flows_init(struct flows *f, uint32_t n_links, uint32_t n_classes,
               const struct maxmin_class *class)
{
    *f = (struct flows){.next = PSN_NEVER};
    return maxmin_init(&f->maxmin, n_links, n_classes, class);
}

void flows_fini(struct flows *f)
{
    maxmin_fini(&f->maxmin);
    tags_fini(&f->due);
    free(f->flow);
    free(f->group);
    free(f->own);
    free(f->node);
    *f = (struct flows){.next = PSN_NEVER};
}

/* Room in a list of zeros for at least `need` items. */
static int flows_widen(void **items, size_t *count, size_t *room, size_t need, size_t size)
{
    if (need <= *count)
        return PSN_OK;
    int status = array_reserve(items, room, need, size);
    if (status != PSN_OK)
        return status;
    memset((char *)*items + *count * size, 0, (*room - *count) * size);
    *count = *room;
    return PSN_OK;
}

/* Room for all groups and nodes that there are now. */
static int flows_make_room(struct flows *f)
{
    void *group = f->group, *own = f->own, *node = f->node;
    size_t groups = f->maxmin.n_groups, nodes = f->maxmin.n_nodes;
    int status = flows_widen(&group, &f->n_groups, &f->group_room, groups, sizeof *f->group);
    f->group = group;
    if (status == PSN_OK)
        status = flows_widen(&own, &f->n_own, &f->own_room, groups, sizeof *f->own);
    f->own = own;
    if (status == PSN_OK)
        status = flows_widen(&node, &f->n_nodes, &f->node_room, nodes, sizeof *f->node);
    f->node = node;
    return status == PSN_OK ? tags_reserve(&f->due, 2 * (groups > nodes ? groups : nodes)) : status;
}

/* The number of a flow, from the free ones or new; 0: out of memory. */
static uint32_t flows_new(struct flows *f)
{
    uint32_t one = f->free_flow;
    if (one != 0) {
        f->free_flow = f->flow[one].next;
        return one;
    }
    void *items = f->flow;
    size_t need = f->n_flows ? f->n_flows + 1 : 2;
    int status = array_reserve(&items, &f->flow_room, need, sizeof *f->flow);
    f->flow = items;
    if (status != PSN_OK)
        return 0;
    f->flow[0] = (struct flow){0};
    f->n_flows = need;
    return (uint32_t)need - 1;
}

static void flows_free(struct flows *f, uint32_t one)
{
    f->flow[one].job->kept = NULL;
    f->flow[one].job = NULL;
    f->flow[one].next = f->free_flow;
    f->free_flow = one;
    f->present--;
}

/* A job keeps the number of its flow. */
static void flows_keep(struct job *job, uint32_t one)
{
    uintptr_t number = one;
    memcpy(&job->kept, &number, sizeof number);
}

static uint32_t flows_number(const struct job *job)
{
    return (uint32_t)(uintptr_t)job->kept;
}

/* Work in units, rounded up. */
static exact_sum flows_work(double bits)
{
    return (exact_sum)ceil(bits * FLOWS_UNIT);
}

/* What each of a clock's flows has had since `at`. */
static exact_sum flows_progress(const struct flows_clock *c, psn_time now)
{
    return c->rate * (now - c->at);
}

/* Brings a clock up to now. */
static void flows_advance(struct flows_clock *c, psn_time now)
{
    if (c->at < now && c->groups > 0)
        c->virtual += flows_progress(c, now);
    c->at = now;
}

/* A number of units, 0 or more, as a double; what the compiler does itself costs as much as all
 * the rest of a new rate. */
static inline double flows_nearly(exact_sum x)
{
    return (double)(int64_t)(x >> 64) * 0x1p64 + (double)(uint64_t)x;
}

/* Whole ns that work takes at a rate, rounded up; PSN_NEVER or more: beyond all time. */
static exact_sum flows_duration(exact_sum work, exact_sum rate)
{
    double guess = flows_nearly(work) / flows_nearly(rate);
    if (guess >= (double)FLOWS_EXACT)
        return (work + rate - 1) / rate;
    /* Instead of a division of 128 bits: a guess that is right within a few ns. */
    exact_sum ns = (int64_t)guess;
    while (ns * rate < work)
        ns++;
    while ((ns - 1) * rate >= work)
        ns--;
    return ns;
}

/* When a clock's first flow ends, after any change to it; it has been brought up to now. */
static void flows_set_due(struct flows *f, uint32_t clock)
{
    const struct flows_clock *c = flows_clock(f, clock);
    exact_sum wait = PSN_NEVER;
    if (c->heap != 0) {
        exact_sum left = f->flow[c->heap].tag - c->virtual;
        if (left <= 0)
            wait = 0;
        else if (c->rate > 0)
            wait = flows_duration(left, c->rate);
    }
    if (wait < PSN_NEVER - c->at)
        tags_set(&f->due, (struct tag){.at = c->at + wait, .order = clock, .item = clock});
    else if (tags_find(&f->due, clock))
        tags_remove(&f->due, clock);
}

static void flows_set_rate(struct flows_clock *c, double bps)
{
    double rate = bps * FLOWS_PACE + 0.5;
    c->rate = rate < 0x1p63 ? (int64_t)rate : (exact_sum)rate;
}

/* A group with flows stands in its clock's heap by the first tag. Puts it there. */
static void flows_queue(struct flows *f, uint32_t group)
{
    const struct flows_group *g = &f->group[group];
    struct flows_clock *c = flows_clock(f, g->clock);
    f->flow[g->place].tag = g->zero + f->flow[g->heap].tag;
    c->heap = flow_heap_push(f->flow, c->heap, g->place);
}

/* Takes it out. */
static void flows_unqueue(struct flows *f, uint32_t group)
{
    const struct flows_group *g = &f->group[group];
    struct flows_clock *c = flows_clock(f, g->clock);
    c->heap = flow_heap_remove(f->flow, c->heap, g->place);
}

/* A group comes under a clock, at this count of its own. */
static void flows_come_under(struct flows *f, uint32_t group, uint32_t clock, exact_sum count,
                             psn_time now)
{
    struct flows_group *g = &f->group[group];
    struct flows_clock *c = flows_clock(f, clock);
    flows_advance(c, now);
    if (c->groups++ == 0)
        c->virtual = 0;
    if (clock % 2 == 1)
        flows_set_rate(c, maxmin_rate(&f->maxmin, group));
    g->clock = clock;
    g->zero = c->virtual - count;
}

/* A group whose rate is another clock's from now on. */
static void flows_move(struct flows *f, uint32_t group, uint32_t clock, psn_time now)
{
    struct flows_group *g = &f->group[group];
    uint32_t old = g->clock;
    struct flows_clock *c = flows_clock(f, old);
    flows_advance(c, now);
    flows_unqueue(f, group);
    c->groups--;
    flows_come_under(f, group, clock, c->virtual - g->zero, now);
    flows_queue(f, group);
    flows_set_due(f, old);
    flows_set_due(f, clock);
}

/* The next thing to happen: at once where something waits for it. */
static void flows_set_next(struct flows *f, psn_time now)
{
    const struct tag *top = tags_top(&f->due);
    f->next = top ? (psn_time)top->at : PSN_NEVER;
    if (f->done != 0 || maxmin_dirty(&f->maxmin))
        f->next = now;
}

/* Another flow comes first in a group, which is under a clock, than before; 0: none did, or does.
 */
static void flows_set_first(struct flows *f, uint32_t group, uint32_t before)
{
    struct flows_group *g = &f->group[group];
    if (g->heap == before)
        return;
    if (before != 0)
        flows_unqueue(f, group);
    if (g->heap != 0)
        flows_queue(f, group);
    else
        flows_clock(f, g->clock)->groups--;
    flows_set_due(f, g->clock);
}

/* Readies a group that has no flows for one. */
static int flows_open(struct flows *f, uint32_t group, psn_time now)
{
    struct flows_group *g = &f->group[group];
    if (g->place == 0) {
        g->place = flows_new(f);
        if (g->place == 0)
            return PSN_EMEMORY;
        f->flow[g->place] = (struct flow){.group = group};
    }
    flows_come_under(f, group, flows_clock_of(f, group), 0, now);
    return PSN_OK;
}

/* A flow comes into a group. */
static int flows_join(struct flows *f, uint32_t one, uint32_t group, exact_sum work, psn_time now)
{
    struct flows_group *g = &f->group[group];
    uint32_t first = g->heap;
    int status = first == 0 ? flows_open(f, group, now) : PSN_OK;
    if (status != PSN_OK)
        return status;
    struct flows_clock *c = flows_clock(f, g->clock);
    flows_advance(c, now);
    if (c->virtual + work >= FLOWS_MOST) {
        c->groups -= first == 0;
        return PSN_ERUN;
    }
    f->flow[one].group = group;
    f->flow[one].tag = c->virtual - g->zero + work;
    g->heap = flow_heap_push(f->flow, g->heap, one);
    flows_set_first(f, group, first);
    return PSN_OK;
}

/* A flow with this work goes into the group of its path, or stands still. */
static int flows_enter(struct flows *f, uint32_t one, const uint32_t *link, uint32_t n, double cap,
                       exact_sum work, psn_time now)
{
    struct flow *flow = &f->flow[one];
    uint32_t group;
    flow->group = MAXMIN_NONE;
    flow->tag = work;
    if (n == 0)
        return PSN_OK;
    int status = maxmin_join(&f->maxmin, link, n, flow->class, flow->job->owner, cap, &group);
    if (status != PSN_OK)
        return status;
    status = flows_make_room(f);
    if (status == PSN_OK)
        status = flows_join(f, one, group, work, now);
    if (status != PSN_OK)
        maxmin_leave(&f->maxmin, group);
    return status;
}

/* A flow leaves its group, if it is in one. Returns the work that it has left; below 0: by so much
 * it has had more, in the rest of its last ns. */
static exact_sum flows_leave(struct flows *f, uint32_t one, psn_time now)
{
    struct flow *flow = &f->flow[one];
    uint32_t group = flow->group;
    if (group == MAXMIN_NONE)
        return flow->tag;
    struct flows_group *g = &f->group[group];
    struct flows_clock *c = flows_clock(f, g->clock);
    uint32_t first = g->heap;
    flows_advance(c, now);
    exact_sum left = flow->tag - (c->virtual - g->zero);
    g->heap = flow_heap_remove(f->flow, g->heap, one);
    flow->group = MAXMIN_NONE;
    flow->tag = left;
    flows_set_first(f, group, first);
    maxmin_leave(&f->maxmin, group);
    return left;
}

/* A flow that is in no group has ended; it comes out by depart. */
static void flows_end(struct flows *f, uint32_t one)
{
    f->flow[one].tag = 0;
    f->flow[one].ended = true;
    f->done = flow_heap_push(f->flow, f->done, one);
}

int flows_start(struct flows *f, struct job *job, const uint32_t *link, uint32_t n, uint32_t class,
                double cap, psn_time now)
{
    uint32_t one = flows_new(f);
    if (one == 0)
        return PSN_EMEMORY;
    f->flow[one] = (struct flow){.job = job, .class = class, .group = MAXMIN_NONE};
    f->present++;
    int status = flows_enter(f, one, link, n, cap, flows_work(job->size_bits), now);
    if (status == PSN_OK) {
        job->entered = now;
        flows_keep(job, one);
    } else {
        flows_free(f, one);
    }
    flows_set_next(f, now);
    return status;
}

int flows_change(struct flows *f, struct job *job, const uint32_t *link, uint32_t n, double cap,
                 psn_time now)
{
    uint32_t one = flows_number(job);
    int status = PSN_OK;
    if (f->flow[one].ended)
        return PSN_OK;
    bool moving = f->flow[one].group != MAXMIN_NONE;
    exact_sum left = flows_leave(f, one, now);
    if (moving && left <= 0)
        flows_end(f, one);
    else
        status = flows_enter(f, one, link, n, cap, left, now);
    flows_set_next(f, now);
    return status;
}

void flows_set_capacity(struct flows *f, uint32_t link, double bps, psn_time now)
{
    maxmin_set_capacity(&f->maxmin, link, bps);
    flows_set_next(f, now);
}

int flows_set_load(struct flows *f, uint32_t link, uint32_t class, double bps, bool greedy,
                   psn_time now)
{
    int status = maxmin_set_load(&f->maxmin, link, class, bps, greedy);
    flows_set_next(f, now);
    return status;
}

void flows_set_used(struct flows *f, uint32_t link, uint32_t class, double bps, psn_time now)
{
    maxmin_set_used(&f->maxmin, link, class, bps);
    flows_set_next(f, now);
}

/* Those who have all their work by now end. */
static void flows_collect(struct flows *f, psn_time now)
{
    const struct tag *top;
    while ((top = tags_top(&f->due)) != NULL && top->at <= now) {
        uint32_t first = flows_clock(f, top->item)->heap;
        uint32_t one = f->group[f->flow[first].group].heap;
        flows_leave(f, one, now);
        flows_end(f, one);
    }
}

/* A clock has this rate from now on. */
static int flows_pace(struct flows *f, uint32_t clock, double bps, psn_time now)
{
    struct flows_clock *c = flows_clock(f, clock);
    flows_advance(c, now);
    flows_set_rate(c, bps);
    flows_set_due(f, clock);
    return c->virtual < FLOWS_MOST ? PSN_OK : PSN_ERUN;
}

/* New rates. */
static int flows_solve(struct flows *f, psn_time now)
{
    const struct maxmin *m = &f->maxmin;
    int status = maxmin_solve(&f->maxmin);
    for (size_t i = 0; i < m->paced.count && status == PSN_OK; i++) {
        uint32_t node = m->paced.item[i];
        status = flows_pace(f, 2 * node, maxmin_node_rate(m, node), now);
    }
    for (size_t i = 0; i < m->changed.count && status == PSN_OK; i++) {
        uint32_t group = m->changed.item[i], clock = flows_clock_of(f, group);
        if (clock != f->group[group].clock)
            flows_move(f, group, clock, now);
        if (clock % 2 == 1)
            status = flows_pace(f, clock, maxmin_rate(m, group), now);
    }
    f->solved = status == PSN_OK;
    return status;
}

int flows_depart(struct flows *f, psn_time now, struct job **job)
{
    int status = PSN_OK;
    *job = NULL;
    f->solved = false;
    flows_collect(f, now);
    if (f->done != 0) {
        uint32_t one = f->done;
        *job = f->flow[one].job;
        f->done = flow_heap_remove(f->flow, one, one);
        flows_free(f, one);
    } else if (maxmin_dirty(&f->maxmin)) {
        status = flows_solve(f, now);
    }
    flows_set_next(f, now);
    return status;
}

double flows_left(const struct flows *f, const struct job *job, psn_time now)
{
    const struct flow *flow = &f->flow[flows_number(job)];
    exact_sum left = flow->ended ? 0 : flow->tag;
    if (flow->group != MAXMIN_NONE) {
        const struct flows_group *g = &f->group[flow->group];
        const struct flows_clock *c = flows_clock(f, g->clock);
        left -= c->virtual + flows_progress(c, now) - g->zero;
    }
    return left > 0 ? (double)left / FLOWS_UNIT : 0;
}

bool flows_capped(const struct flows *f, const struct job *job)
{
    uint32_t group = f->flow[flows_number(job)].group;
    return group != MAXMIN_NONE && maxmin_bottleneck(&f->maxmin, group) == MAXMIN_NONE;
}
