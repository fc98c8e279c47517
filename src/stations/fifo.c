/* SPDX-License-Identifier: Apache-2.0
 * Committed departures, first come first served, and how they are measured.
 *
 * Between two marks of the meter (ends of intervals and of warm-up) nothing reads it, so it is
 * enough that its integrals are right there. A job that comes and goes between two marks adds its
 * sojourn to the area of those present and its demand to that of the busy servers at once: a few
 * sums, wherever in the interval it lies. One that departs at the mark or later adds the part up to
 * the mark, and is kept until the mark is passed: then nobody comes any more who came before it, so
 * what is kept is settled for the whole time up to the next mark.
 *
 * The most who were present at once, without looking at departures: as long as a server was never
 * opened, nobody has waited, and a server is opened only where all others are busy; so it is the
 * number of servers opened. Once all are, it is their number and the most who waited at once; jobs
 * begin in the order in which they came, so more than w wait at an arrival if and only if the w-th
 * one before it has not begun: one comparison an arrival. */
#include "stations/fifo.h"

#include <stdlib.h>
#include <string.h>

#define RING_FIRST 8

int fifo_init(struct fifo *f, int64_t servers, psn_time ends)
{
    memset((char *)f + sizeof f->meter, 0, sizeof *f - sizeof f->meter);
    f->servers = servers;
    f->ends = ends;
    f->start = calloc(RING_FIRST, sizeof *f->start);
    if (!f->start)
        return PSN_EMEMORY;
    f->ring_mask = RING_FIRST - 1;
    return servers > 1 ? tree_init(&f->free_at, 4) : PSN_OK;
}

void fifo_fini(struct fifo *f)
{
    free(f->start);
    free(f->later);
    tree_fini(&f->free_at);
    f->start = NULL;
    f->later = NULL;
}

/* --- marks --- */

static inline struct fifo_commitment *later_at(struct fifo *f, size_t i)
{
    return &f->later[(f->later_head + i) & (f->later_capacity - 1)];
}

/* The sums since the last mark into the meter. */
static void fold(struct fifo *f)
{
    struct meter *m = &f->meter;
    m->present_area += f->waited + f->worked;
    m->busy_area += f->worked;
    if (f->measured) {
        m->served += f->count;
        m->wait.count += f->count;
        m->wait.sum += f->waited;
        if (f->wait_max > m->wait.max)
            m->wait.max = f->wait_max;
    }
    if (f->servers == 1 && (f->count > 0 || f->later_count > 0))
        f->opened = 1;
    m->present_max = f->opened + (int64_t)f->waiting_max;
    f->count = 0;
    f->wait_max = 0;
    f->waited = f->worked = 0;
}

/* At the end of warm-up: from here on only those servers are open whose job is present. */
static void forget_most(struct fifo *f, psn_time now)
{
    int64_t busy = 0, present = (int64_t)f->later_count;
    if (f->servers == 1) {
        busy = present > 0;
    } else {
        for (int64_t i = 0; i < f->opened; i++)
            if (f->free_at.when[i] >= now)
                f->free_at.when[busy++] = f->free_at.when[i];
        for (int64_t i = busy; i < f->opened; i++)
            f->free_at.when[i] = PSN_NEVER;
        tree_rebase(&f->free_at, now);
    }
    f->opened = busy;
    f->waiting_max = (uint64_t)(present - busy);
    f->meter.present_max = present;
}

/* What lies in [from, until) of one who departs at `from` or later. Has it departed by then? */
static bool settle(struct fifo *f, const struct fifo_commitment *c, psn_time from, psn_time until)
{
    struct meter *m = &f->meter;
    bool departs = c->departs < until;
    psn_time end = departs ? c->departs : until;
    m->present_area += end - from;
    m->busy_area += end - (c->starts > from ? c->starts : from);
    if (departs)
        meter_served(m, c->departs, c->arrives, c->departs - c->starts, c->owner);
    return departs;
}

/* All that came before `from`, where a mark is, in the time to the next one. Those who begin
 * before it are first in the ring; of them those who stay move up to those who wait. */
static void carry_on(struct fifo *f, psn_time from, psn_time until)
{
    size_t begun = 0;
    while (begun < f->later_count && later_at(f, begun)->starts < until) {
        struct fifo_commitment *c = later_at(f, begun++);
        if (settle(f, c, from, until))
            c->owner = UINT32_MAX; /* gone */
    }
    f->meter.present_area += exact_product((int64_t)(f->later_count - begun), until - from);
    size_t kept = begun;
    for (size_t i = begun; i-- > 0;)
        if (later_at(f, i)->owner != UINT32_MAX)
            *later_at(f, --kept) = *later_at(f, i);
    f->later_head = (f->later_head + kept) & (f->later_capacity - 1);
    f->later_count -= kept;
}

/* The mark after `from`. A station may end before warm-up does. */
static psn_time mark_after(const struct fifo *f, psn_time from)
{
    psn_time mark = f->meter.mark;
    if (mark == PSN_NEVER && from < f->meter.warmup)
        mark = f->meter.warmup;
    return mark < f->ends ? mark : f->ends;
}

/* Over the mark. */
static void pass(struct fifo *f)
{
    struct meter *m = &f->meter;
    psn_time from = f->mark;
    fold(f);
    if (from == m->mark) {
        int64_t most = m->present_max;
        meter_roll(m, from);
        m->present_max = most;
        if (from == m->warmup)
            forget_most(f, from);
    }
    f->mark = mark_after(f, from);
    f->measured = from >= m->warmup;
    f->watched = f->measured && (m->waits || m->n_limits);
    f->work_of = f->measured ? m->served_work : NULL;
    carry_on(f, from, f->mark);
}

static __attribute__((noinline, cold)) void pass_until(struct fifo *f, psn_time now)
{
    while (now >= f->mark && f->mark < f->ends)
        pass(f);
}

void fifo_finish(struct fifo *f)
{
    while (f->meter.mark != PSN_NEVER || f->mark < f->ends)
        pass(f);
    fold(f);
}

/* --- arrivals --- */

/* One more waits than ever before. False where memory ends. The ring holds one start more than
 * there were ever waiting. */
static __attribute__((noinline, cold)) bool crowd(struct fifo *f)
{
    if (f->waiting_max + 1 > f->ring_mask) {
        uint64_t mask = 2 * f->ring_mask + 1;
        psn_time *start = calloc(mask + 1, sizeof *start);
        if (!start)
            return false;
        for (uint64_t i = 0; i <= f->ring_mask; i++)
            start[(f->arrivals - i) & mask] = f->start[(f->arrivals - i) & f->ring_mask];
        free(f->start);
        f->start = start;
        f->ring_mask = mask;
    }
    f->waiting_max++;
    return true;
}

/* Makes room for one more who departs later. False where memory ends. */
static bool later_reserve(struct fifo *f)
{
    if (f->later_count < f->later_capacity)
        return true;
    size_t capacity = f->later_capacity ? 2 * f->later_capacity : RING_FIRST;
    struct fifo_commitment *later = malloc(capacity * sizeof *later);
    if (!later)
        return false;
    for (size_t i = 0; i < f->later_count; i++)
        later[i] = *later_at(f, i);
    free(f->later);
    f->later = later;
    f->later_head = 0;
    f->later_capacity = capacity;
    return true;
}

/* One who departs at the mark or later, for whom there is room: up to the mark. */
static void keep(struct fifo *f, const struct fifo_commitment *c)
{
    f->meter.present_area += f->mark - c->arrives;
    if (c->starts < f->mark)
        f->meter.busy_area += f->mark - c->starts;
    f->later_count++;
    *later_at(f, f->later_count - 1) = *c;
}

/* Room for one more server among those that were opened. False where memory ends. */
static bool open_server(struct fifo *f)
{
    struct tree *old = &f->free_at, more;
    if (f->opened < old->slots)
        return true;
    if (tree_init(&more, 4 * old->slots))
        return false;
    memcpy(more.when, old->when, old->slots * sizeof *old->when);
    tree_rebase(&more, old->base);
    tree_fini(old);
    *old = more;
    return true;
}

/* Which of several servers takes a job that comes now, and when it is free. False where memory
 * ends. Servers are alike, so it does not matter which of those that are free takes it. */
static inline bool find_server(struct fifo *f, psn_time now, uint32_t *server, psn_time *free)
{
    *free = tree_first(&f->free_at, server);
    if (*free <= now || f->opened == f->servers)
        return true;
    if (!open_server(f))
        return false;
    *server = (uint32_t)f->opened++;
    *free = now;
    return true;
}

int fifo_arrive(struct fifo *f, psn_time service, uint32_t owner, psn_time now, psn_time *departs)
{
    if (__builtin_expect(now >= f->mark, 0))
        pass_until(f, now);
    uint32_t server = 0;
    psn_time free = f->free;
    if (f->servers > 1 && !find_server(f, now, &server, &free))
        return PSN_EMEMORY;
    psn_time start = free > now ? free : now, end;
    if (__builtin_add_overflow(start, service, &end))
        end = PSN_NEVER;
    bool later = end >= f->mark;
    if (__builtin_expect(later, 0) && !later_reserve(f))
        return PSN_EMEMORY;
    f->start[f->arrivals & f->ring_mask] = start;
    if (__builtin_expect(f->start[(f->arrivals - f->waiting_max) & f->ring_mask] > now, 0) &&
        !crowd(f))
        return PSN_EMEMORY;
    f->arrivals++;
    if (f->servers == 1)
        f->free = end;
    else if (free != PSN_NEVER)
        tree_set(&f->free_at, server, end);
    *departs = end;
    if (__builtin_expect(later, 0)) {
        keep(f, &(struct fifo_commitment){now, start, end, owner});
        return PSN_OK;
    }
    psn_time wait = start - now;
    f->count++;
    f->waited += wait;
    f->worked += service;
    if (wait > f->wait_max)
        f->wait_max = wait;
    if (__builtin_expect(f->work_of != NULL, 1))
        f->work_of[owner - f->meter.first_owner] += service;
    if (__builtin_expect(f->watched, 0))
        meter_watch(&f->meter, wait);
    return PSN_OK;
}

/* One server, whose state stays in registers as long as jobs are gone before the next mark. Returns
 * how many of them it took: all, or those before one that needs more. */
static size_t arrive_briefly(struct fifo *f, size_t n, const psn_time *service, uint32_t owner,
                             psn_time *at)
{
    psn_time free = f->free, longest = f->wait_max, *ring = f->start;
    const uint64_t mask = f->ring_mask, most = f->waiting_max, arrivals = f->arrivals;
    exact_sum waited = 0, worked = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        psn_time now = at[i], start = free > now ? free : now, end;
        if (__builtin_add_overflow(start, service[i], &end) || end >= f->mark)
            break;
        ring[(arrivals + i) & mask] = start;
        if (__builtin_expect(ring[(arrivals + i - most) & mask] > now, 0))
            break;
        psn_time wait = start - now;
        waited += wait;
        worked += service[i];
        longest = wait > longest ? wait : longest;
        at[i] = free = end;
    }
    f->free = free;
    f->wait_max = longest;
    f->arrivals = arrivals + i;
    f->count += (int64_t)i;
    f->waited += waited;
    f->worked += worked;
    if (f->work_of)
        f->work_of[owner - f->meter.first_owner] += worked;
    return i;
}

int fifo_arrive_block(struct fifo *f, size_t n, const psn_time *service, uint32_t owner,
                      psn_time *at)
{
    for (size_t i = 0; i < n; i++) {
        if (f->servers == 1 && !f->watched && at[i] < f->mark)
            i += arrive_briefly(f, n - i, service + i, owner, at + i);
        if (i == n)
            break;
        psn_time now = at[i];
        int status = fifo_arrive(f, service[i], owner, now, &at[i]);
        if (status)
            return status;
    }
    return PSN_OK;
}
