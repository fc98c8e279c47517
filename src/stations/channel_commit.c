/* SPDX-License-Identifier: Apache-2.0
 * Departures that are known when a job comes. Used by links.
 *
 * A job that is committed has gone on, and another one stands for it in its queue: so the channel
 * goes through the same states at the same times as if it were there, only later. One that finds
 * nobody here (but backgrounds, perhaps, for whose packet under way it waits), and is gone before
 * anyone else comes, leaves the channel as it was, but for what backgrounds did not send meanwhile:
 * it is only noted, and joins its queue if it is still here when the next one comes. */
#include "stations/channel_parts.h"

void channel_let_commit(struct channel *c, const bool *background, psn_time *work_of, size_t owners)
{
    const struct channel_group *g = &c->group[0];
    bool can = (c->n_strict > 0 || c->n_groups == 1) && !g->by_owner && c->contract == 0;
    for (uint32_t i = g->from; background && i < g->to; i++)
        can = can && !background[c->order[i]];
    bool watched = c->meter.waits || c->meter.n_limits > 0; /* each wait is told, in order */
    if (!can)
        return;
    c->passing = (struct channel_passing){.class = c->order[g->from],
                                          .departs = watched ? PSN_NEVER : -1,
                                          .first_owner = c->meter.first_owner,
                                          .owners = (uint32_t)owners};
    c->passing.work_of = work_of;
}

/* ---- Who is alone ---- */

static inline psn_time channel_longer(psn_time a, psn_time b)
{
    return a > b ? a : b;
}

/* It passed beside backgrounds. */
static void channel_count_beside(struct channel *c)
{
    const struct channel_passing *p = &c->passing;
    struct channel_beside *b = &c->beside;
    b->waited += p->wait;
    b->longest_wait = channel_longer(b->longest_wait, p->wait);
    b->longest = channel_longer(b->longest, p->wait + p->service);
    b->spared += exact_product(c->meter.busy, p->service);
    channel_go_past(c, p->departs - p->service, p->departs);
}

/* The last one that passed has gone. */
static inline void channel_count_passed(struct channel *c)
{
    struct channel_passing *p = &c->passing;
    if (c->caps > 0)
        channel_count_beside(c);
    p->count++;
    p->work_of[p->owner - p->first_owner] += p->service;
    if (p->service > p->most)
        p->most = p->service;
    p->service = 0;
}

bool channel_pass(struct channel *c, const struct job *job, psn_time past, psn_time now,
                  psn_time *departs)
{
    struct channel_passing *p = &c->passing;
    if (p->departs > past || c->jobs > 0 || job->group != p->class)
        return false;
    if (p->service > 0)
        channel_count_passed(c);
    psn_time wait = c->caps > 0 ? channel_wait_of_first(c, now) : 0;
    psn_time end = virtual_later(now + wait, job->service);
    struct channel_member *m = &c->member[p->class];
    if (end >= c->meter.mark || c->meter.mark == PSN_NEVER ||
        (m->limit > 0 && !channel_conforms(m, job, now)))
        return false;
    p->wait = wait;
    p->service = job->service;
    p->owner = job->owner;
    *departs = p->departs = end;
    return true;
}

/* One that stands for a job; NULL where memory ends. */
static struct job *channel_stand_in(struct channel *c, psn_time service, uint32_t owner,
                                    uint32_t class)
{
    struct job *s = c->spare;
    if (s)
        c->spare = s->next;
    else if (!(s = arena_alloc(&c->memory, sizeof *s)))
        return NULL;
    s->service = service;
    s->owner = owner;
    s->group = class;
    s->flags = JOB_COMMITTED;
    return s;
}

const struct job *channel_settle_passing(struct channel *c, psn_time past)
{
    struct channel_passing *p = &c->passing;
    if (p->service == 0)
        return NULL;
    if (p->departs <= past) {
        channel_count_passed(c);
        return NULL;
    }
    /* Nobody else is here, so there is a spare one. */
    struct job *s = channel_stand_in(c, p->service, p->owner, p->class);
    psn_time entered = p->departs - p->service - p->wait;
    meter_advance(&c->meter, entered);
    meter_arrive(&c->meter);
    meter_take(&c->meter, entered);
    c->n_committed++;
    channel_join(c, &c->member[p->class], &c->group[0].queue[0], s, entered);
    p->service = 0;
    p->departs = -1;
    return s;
}

void channel_fold(struct channel *c)
{
    struct channel_passing *p = &c->passing;
    struct meter *m = &c->meter;
    /* All since the last mark: after the end of warm-up, or before it. */
    bool measured = m->mark > m->warmup;
    psn_time work = 0;
    if (p->count == 0)
        return;
    for (size_t i = 0; i < p->owners; i++) {
        work += p->work_of[i];
        if (measured && m->served_work)
            m->served_work[i] += p->work_of[i];
        p->work_of[i] = 0;
    }
    m->present_area += c->beside.waited + work;
    m->busy_area += exact_product(work, METER_WHOLE) - c->beside.spared;
    c->member[p->class].done += work;
    if (m->present_max == 0)
        m->present_max = 1;
    if (measured) {
        m->taken += p->count;
        m->served += p->count;
        tally_merge(&m->wait, &(struct tally){p->count, c->beside.waited, c->beside.longest_wait});
    }
    p->count = 0;
    p->most = 0;
    c->beside = (struct channel_beside){0};
}

/* ---- Who is not ---- */

enum channel_fate channel_commit(struct channel *c, const struct job *job, double chance,
                                 psn_time now, psn_time *departs)
{
    struct channel_member *m = &c->member[job->group];
    struct channel_queue *q = &c->group[0].queue[0];
    struct job *s = channel_stand_in(c, job->service, job->owner, job->group);
    if (!s)
        return CHANNEL_NO_MEMORY;
    enum channel_fate fate = channel_admit(c, m, q, job, chance, now);
    if (fate != CHANNEL_TAKEN) {
        channel_spare(c, s);
        return fate;
    }
    c->n_committed++;
    channel_join(c, m, q, s, now);
    *departs = c->free;
    return CHANNEL_TAKEN;
}
