/* SPDX-License-Identifier: Apache-2.0
 * Flows by the virtual time of their groups. Used by the model's fluid layer. */
#include "stations/flows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "psnsim/types.h"
#include "stations/flow_heap.h"
#include "stations/maxmin_parts.h"

#define FLOWS_MOST  ((exact_sum)1 << (70 + FLOWS_BITS))
#define FLOWS_UNIT  0x1p56             /* units in a bit */
#define FLOWS_PACE  (FLOWS_UNIT / 1e9) /* units/ns in a bit/s */
#define FLOWS_EXACT ((int64_t)1 << 50) /* ns: up to here a quotient of doubles is a good guess */

/* What the flows of a group have in common. */
struct flows_group {
    exact_sum virtual; /* V as of `at`, units */
    exact_sum rate;    /* units/ns */
    psn_time at;
    uint32_t heap; /* its flows by tag */
    uint32_t count;
};

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
    free(f->served);
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

/* Room for all groups and accounts that there are now. */
static int flows_make_room(struct flows *f)
{
    void *group = f->group, *served = f->served;
    size_t n_groups = f->maxmin.n_groups;
    int status = flows_widen(&group, &f->n_groups, &f->group_room, n_groups, sizeof *f->group);
    f->group = group;
    if (status == PSN_OK)
        status = flows_widen(&served, &f->n_served, &f->served_room, f->maxmin.n_nodes,
                             sizeof *f->served);
    f->served = served;
    return status == PSN_OK ? tags_reserve(&f->due, n_groups) : status;
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

/* What each of a group's flows has had since `at`. */
static exact_sum flows_progress(const struct flows_group *g, psn_time now)
{
    return g->rate * (now - g->at);
}

/* Adds n times so much to what has been served on a group's path. */
static void flows_count(struct flows *f, uint32_t group, exact_sum work)
{
    const struct maxmin_group *path = &f->maxmin.group[group];
    for (uint32_t h = 0; h < path->hops; h++)
        f->served[path->hop[h].account] += work;
}

/* Brings a group up to now. */
static void flows_advance(struct flows *f, uint32_t group, psn_time now)
{
    struct flows_group *g = &f->group[group];
    if (g->at == now)
        return;
    if (g->count > 0 && g->rate > 0) {
        exact_sum progress = flows_progress(g, now);
        g->virtual += progress;
        flows_count(f, group, progress * g->count);
    }
    g->at = now;
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

/* When a group's first flow ends, after any change to it, which has been brought up to now. */
static void flows_set_due(struct flows *f, uint32_t group)
{
    const struct flows_group *g = &f->group[group];
    exact_sum wait = PSN_NEVER;
    if (g->heap != 0) {
        exact_sum left = f->flow[g->heap].tag - g->virtual;
        if (left <= 0)
            wait = 0;
        else if (g->rate > 0)
            wait = flows_duration(left, g->rate);
    }
    if (wait < PSN_NEVER - g->at)
        tags_set(&f->due, (struct tag){.at = g->at + wait, .order = group, .item = group});
    else if (tags_find(&f->due, group))
        tags_remove(&f->due, group);
}

static void flows_set_rate(struct flows_group *g, double bps)
{
    double rate = bps * FLOWS_PACE + 0.5;
    g->rate = rate < 0x1p63 ? (int64_t)rate : (exact_sum)rate;
}

/* The next thing to happen: at once where something waits for it. */
static void flows_set_next(struct flows *f, psn_time now)
{
    const struct tag *top = tags_top(&f->due);
    f->next = top ? (psn_time)top->at : PSN_NEVER;
    if (f->done != 0 || maxmin_dirty(&f->maxmin))
        f->next = now;
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
    if (status != PSN_OK) {
        maxmin_leave(&f->maxmin, group);
        return status;
    }
    struct flows_group *g = &f->group[group];
    flows_advance(f, group, now);
    if (g->count == 0) {
        g->virtual = 0;
        flows_set_rate(g, maxmin_rate(&f->maxmin, group));
    }
    if (g->virtual + work >= FLOWS_MOST) {
        maxmin_leave(&f->maxmin, group);
        return PSN_ERUN;
    }
    flow->group = group;
    flow->tag = g->virtual + work;
    g->heap = flow_heap_push(f->flow, g->heap, one);
    g->count++;
    flows_set_due(f, group);
    return PSN_OK;
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
    flows_advance(f, group, now);
    exact_sum left = flow->tag - g->virtual;
    g->heap = flow_heap_remove(f->flow, g->heap, one);
    g->count--;
    flow->group = MAXMIN_NONE;
    flow->tag = left;
    if (left < 0)
        flows_count(f, group, left);
    flows_set_due(f, group);
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

double flows_stop(struct flows *f, struct job *job, psn_time now)
{
    uint32_t one = flows_number(job);
    double left = 0;
    if (f->flow[one].ended)
        f->done = flow_heap_remove(f->flow, f->done, one);
    else
        left = fmax((double)flows_leave(f, one, now), 0) / FLOWS_UNIT;
    flows_free(f, one);
    flows_set_next(f, now);
    return left;
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

/* Those who have all their work by now end. */
static void flows_collect(struct flows *f, psn_time now)
{
    const struct tag *top;
    while ((top = tags_top(&f->due)) != NULL && top->at <= now) {
        uint32_t one = f->group[top->item].heap;
        flows_leave(f, one, now);
        flows_end(f, one);
    }
}

/* New rates. */
static int flows_solve(struct flows *f, psn_time now)
{
    int status = maxmin_solve(&f->maxmin);
    if (status != PSN_OK)
        return status;
    for (size_t i = 0; i < f->maxmin.n_changed; i++) {
        uint32_t group = f->maxmin.changed[i];
        flows_advance(f, group, now);
        flows_set_rate(&f->group[group], maxmin_rate(&f->maxmin, group));
        flows_set_due(f, group);
    }
    f->solved = true;
    return PSN_OK;
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
        left -= g->virtual + flows_progress(g, now);
    }
    return left > 0 ? (double)left / FLOWS_UNIT : 0;
}

bool flows_capped(const struct flows *f, const struct job *job)
{
    uint32_t group = f->flow[flows_number(job)].group;
    return group != MAXMIN_NONE && maxmin_bottleneck(&f->maxmin, group) == MAXMIN_NONE;
}

double flows_served(const struct flows *f, uint32_t link, uint32_t class, uint32_t owner,
                    psn_time now)
{
    uint32_t account = maxmin_account(&f->maxmin, link, class, owner);
    if (account == MAXMIN_NONE || account >= f->n_served)
        return 0;
    exact_sum work = f->served[account];
    const struct maxmin_link *l = &f->maxmin.link[link];
    for (size_t i = 0; i < l->count; i++) {
        uint32_t group = l->entry[i].group;
        const struct maxmin_group *path = &f->maxmin.group[group];
        if (!path->load && f->group[group].count > 0 &&
            path->hop[l->entry[i].hop].account == account)
            work += flows_progress(&f->group[group], now) * f->group[group].count;
    }
    return (double)work / FLOWS_UNIT;
}
