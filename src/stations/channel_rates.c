/* SPDX-License-Identifier: Apache-2.0
 * How fast each queue of a channel is served, and what happens next.
 *
 * Exactness. Between two changes the line has one rate, a whole number of 2^-30 of its capacity,
 * and so has every background that is at its cap; what is left is divided by weights, so each
 * queue's rate is a fraction of whole numbers, and its group's virtual time grows by that fraction
 * (virtual.h). A change of rates takes effect at a whole ns. Virtual times are brought up only when
 * rates change (a queue gets its first job or loses its last, another level has the line, a
 * background, the speed, the shaper): so it does not matter when anyone looked. */
#include "stations/channel_parts.h"

void channel_settle(struct channel *c, psn_time now)
{
    psn_time dt = now - c->at;
    if (dt == 0)
        return;
    exact_sum sent = exact_product((int64_t)c->used, dt) << VIRTUAL_REST;
    for (uint32_t i = 0; i < c->n_groups; i++) {
        struct channel_group *g = &c->group[i];
        if (g->busy == 0 || g->rate.share == 0)
            continue;
        exact_sum before = g->virtual.at;
        virtual_advance(&g->virtual, &g->rate, dt);
        sent -= (g->virtual.at - before) * g->busy;
    }
    if (c->caps > 0 && c->packet > 0)
        c->sent = (c->sent + sent) % virtual_work(c->packet);
    if (c->contract > 0) {
        c->tokens += exact_product((int64_t)c->contract - (int64_t)c->used, dt);
        if (c->tokens > c->depth)
            c->tokens = c->depth;
    }
    if (c->holding)
        c->hold -= exact_product((int64_t)c->rate, dt);
    c->at = now;
}

void channel_schedule(const struct channel *c, struct channel_group *g)
{
    g->when =
        g->busy == 0
            ? PSN_NEVER
            : virtual_when(&g->rate, virtual_left(&g->virtual, channel_first(g)->finish), c->at);
}

void channel_pick(struct channel *c)
{
    c->next = PSN_NEVER;
    c->due = CHANNEL_NONE;
    for (uint32_t i = 0; i < c->n_groups; i++) {
        if (c->group[i].when < c->next) {
            c->next = c->group[i].when;
            c->due = i;
        }
    }
    psn_time other = c->hold_next < c->bucket_next ? c->hold_next : c->bucket_next;
    if (other < c->next) {
        c->next = other;
        c->due = CHANNEL_NONE;
    }
}

/* Have the groups of a level any jobs? */
static bool channel_has_jobs(const struct channel *c, uint32_t level)
{
    uint32_t to = level < c->n_strict ? level + 1 : c->n_groups;
    for (uint32_t i = level; i < to; i++) {
        if (c->group[i].busy > 0)
            return true;
    }
    return false;
}

/* Who has the line: the first level with jobs, but for a packet under way. */
static void channel_choose(struct channel *c)
{
    if (c->holding && c->hold > 0 && c->jobs > 0 &&
        (c->serving == CHANNEL_NONE || channel_has_jobs(c, c->serving)))
        return;
    c->holding = false;
    c->serving = CHANNEL_NONE;
    for (uint32_t level = 0; c->jobs > 0 && c->serving == CHANNEL_NONE; level++) {
        if (channel_has_jobs(c, level))
            c->serving = level;
    }
}

/* Would a weight's part of what is left be as much as its cap, or more? */
static inline bool channel_caps(uint64_t cap, exact_sum weights, uint32_t weight, exact_sum rest)
{
    return (exact_sum)cap * weights <= weight * rest;
}

/* A strict level with jobs gets `rest`: divides it between its queue and the backgrounds. */
static void channel_divide_level(struct channel *c, struct channel_group *g, uint64_t rest)
{
    uint64_t weights = 1;
    for (uint32_t i = g->from; i < g->to; i++) {
        struct channel_member *m = &c->member[c->order[i]];
        m->full = m->cap == 0;
        weights += m->full ? 0 : m->weight;
    }
    for (bool again = g->caps > 0; again;) {
        again = false;
        for (uint32_t i = g->from; i < g->to; i++) {
            struct channel_member *m = &c->member[c->order[i]];
            if (m->full || !channel_caps(m->cap, (exact_sum)weights, m->weight, rest))
                continue;
            m->full = again = true;
            rest -= m->cap;
            weights -= m->weight;
        }
    }
    g->rate = virtual_rate((int64_t)rest, (int64_t)weights);
}

/* A fair class with jobs gets weight / weights of `rest`: divides it between its queues and its
 * background. */
static void channel_divide_class(const struct channel *c, struct channel_group *g, uint64_t rest,
                                 uint64_t weights)
{
    const struct channel_member *m = &c->member[c->order[g->from]];
    int64_t part = (int64_t)(rest * g->weight), of = (int64_t)weights, queues = g->busy;
    if (weights == g->weight) {
        part = (int64_t)rest;
        of = 1;
    }
    if (m->cap > 0) {
        int64_t members = queues + m->weight;
        exact_sum cap = (exact_sum)m->cap * of;
        if (cap * members <= exact_product(part, m->weight))
            part -= (int64_t)cap;
        else
            queues = members;
    }
    g->rate = virtual_rate(part, of * queues);
}

/* The fair classes, some of which have jobs, get `rest`. */
static void channel_divide_fair(struct channel *c, uint64_t rest)
{
    uint64_t weights = 0;
    for (uint32_t i = c->n_strict; i < c->n_groups; i++) {
        struct channel_group *g = &c->group[i];
        g->full = g->busy == 0 && g->caps == 0;
        weights += g->full ? 0 : g->weight;
    }
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = c->n_strict; i < c->n_groups; i++) {
            struct channel_group *g = &c->group[i];
            if (g->full || g->busy > 0 ||
                !channel_caps(g->caps, (exact_sum)weights, g->weight, rest))
                continue;
            g->full = again = true;
            rest -= g->caps;
            weights -= g->weight;
        }
    }
    for (uint32_t i = c->n_strict; i < c->n_groups; i++) {
        if (c->group[i].busy > 0)
            channel_divide_class(c, &c->group[i], rest, weights);
    }
}

/* What is left of `rest` by the backgrounds of groups without jobs, or whose jobs stand still. */
static uint64_t channel_leave(const struct channel *c, uint32_t from, uint32_t to, uint64_t rest)
{
    for (uint32_t i = from; i < to; i++)
        rest -= c->group[i].caps < rest ? c->group[i].caps : rest;
    return rest;
}

/* All rates, from that of the line: its own, unless more is asked for in a ns than the contract
 * brings and the bucket has. So the ns in which the bucket runs dry has a rate of its own, and the
 * tokens are used to the last. */
static void channel_divide(struct channel *c)
{
    bool jobs = c->serving != CHANNEL_NONE;
    uint64_t asked = jobs ? c->speed : c->speed - channel_leave(c, 0, c->n_groups, c->speed);
    bool limited = c->contract > 0 && (exact_sum)asked > (exact_sum)c->contract + c->tokens;
    c->rate = limited ? c->contract + (uint64_t)c->tokens : c->speed;
    c->used = limited ? c->rate : asked;
    for (uint32_t i = 0; i < c->n_groups; i++)
        c->group[i].rate = virtual_rate(0, 1);
    if (!jobs)
        return;
    uint64_t rest = channel_leave(c, 0, c->serving, c->rate);
    if (c->serving < c->n_strict)
        channel_divide_level(c, &c->group[c->serving], rest);
    else
        channel_divide_fair(c, rest);
}

/* When the packet under way is over. */
static psn_time channel_packet_end(const struct channel *c)
{
    const struct pace pace = {.at = c->at, .speed = c->rate};
    return c->holding ? pace_when(&pace, c->hold) : PSN_NEVER;
}

/* When the shaper's tokens no longer last for a whole ns at the rate of now. */
static psn_time channel_dry(const struct channel *c)
{
    if (c->contract == 0 || c->used <= c->contract)
        return PSN_NEVER;
    exact_sum dt = c->tokens / (exact_sum)(c->used - c->contract);
    return dt < PSN_NEVER - c->at ? c->at + (psn_time)dt : PSN_NEVER;
}

/* What of the capacity is in use: of the contract, where that is less than the line can, so that
 * what a bucket lets through at once is more than all of it, and in the mean utilisation is the
 * load; else of the line's rate of now. */
static int64_t channel_busy(const struct channel *c)
{
    uint64_t of = c->contract > 0 && c->contract < c->speed ? c->contract : c->rate;
    return of == 0 ? 0 : (int64_t)((c->used * (uint64_t)METER_WHOLE + of / 2) / of);
}

void channel_refill(struct channel *c)
{
    channel_choose(c);
    channel_divide(c);
    c->meter.busy = channel_busy(c);
    c->hold_next = channel_packet_end(c);
    c->bucket_next = channel_dry(c);
    for (uint32_t i = 0; i < c->n_groups; i++)
        channel_schedule(c, &c->group[i]);
    channel_pick(c);
}

/* The group of the level that has the line whose job departs next. */
static uint32_t channel_next_group(const struct channel *c)
{
    uint32_t from = c->serving, to = from < c->n_strict ? from + 1 : c->n_groups, next = from;
    for (uint32_t i = from; i < to; i++) {
        if (c->group[i].busy > 0 &&
            (c->group[next].busy == 0 || c->group[i].when < c->group[next].when))
            next = i;
    }
    return next;
}

/* What the first job of a group has left of its packet, or of itself, in units of virtual time. */
static exact_sum channel_rest_of_job(const struct channel *c, const struct channel_group *g)
{
    const struct channel_queue *q = channel_first(g);
    const struct job *job = q->jobs.head;
    exact_sum left = virtual_left(&g->virtual, q->finish), packet = virtual_work(c->packet);
    if (left < 0)
        left = 0;
    if (job->last > 0 && !(job->flags & JOB_STAGED))
        left += virtual_work(job->last);
    exact_sum rest = packet - (virtual_work(job->service) - left) % packet;
    return rest < left ? rest : left;
}

/* What the backgrounds of the level that has the line get in a ns beside its jobs, in units of
 * virtual time. */
static exact_sum channel_beside(const struct channel *c)
{
    uint32_t from = c->serving, to = from < c->n_strict ? from + 1 : c->n_groups;
    exact_sum all = (exact_sum)channel_leave(c, 0, from, c->rate) << VIRTUAL_REST;
    for (uint32_t i = from; i < to; i++) {
        const struct channel_group *g = &c->group[i];
        bool exact;
        if (g->busy > 0 && g->rate.share > 0)
            all -= virtual_growth(&g->rate, 1, &exact) * g->busy;
    }
    return all;
}

/* The rest of the packet under way of the level that has the line, units of virtual time. */
static exact_sum channel_rest_of_level(const struct channel *c)
{
    const struct channel_group *g = &c->group[channel_next_group(c)];
    exact_sum rest = channel_rest_of_job(c, g), beside = c->caps > 0 ? channel_beside(c) : 0;
    exact_sum other = virtual_work(c->packet) - c->sent;
    if (beside == 0 || rest == 0)
        return rest;
    psn_time own_end = virtual_when(&g->rate, rest, 0);
    return (other + beside - 1) / beside < own_end ? other : rest;
}

/* Units of virtual time as 2^-30 ns, rounded up. */
static exact_sum channel_up(exact_sum work)
{
    return (work >> VIRTUAL_REST) + ((work & (((exact_sum)1 << VIRTUAL_REST) - 1)) != 0);
}

/* The rest of the packet under way where only backgrounds have the line, for a job of `level`, in
 * 2^-30 ns: if those below use a part of the line, each of their packets goes at its whole rate,
 * and a pause follows, for which this is 0 or less. `all_sent` is
 * channel.sent of now. */
static exact_sum channel_rest_of_backgrounds(const struct channel *c, uint32_t level,
                                             exact_sum all_sent)
{
    uint32_t below = level < c->n_strict ? level + 1 : c->n_groups;
    uint64_t from = channel_leave(c, 0, below, c->rate);
    uint64_t used = from - channel_leave(c, below, c->n_groups, from);
    exact_sum packet = pace_units(c->packet), sent = channel_up(all_sent) * c->rate;
    return used > 0 ? packet - (sent + used - 1) / used : 0;
}

void channel_hold(struct channel *c, uint32_t level)
{
    if (c->packet == 0)
        return;
    c->hold = c->serving == CHANNEL_NONE ? channel_rest_of_backgrounds(c, level, c->sent)
                                         : channel_up(channel_rest_of_level(c));
    c->holding = c->hold > 0;
}

/* What backgrounds have sent of their packet by now, where they alone have had the line since
 * c->at: as channel_settle brings c->sent up. */
static exact_sum channel_sent_alone(const struct channel *c, psn_time now)
{
    exact_sum more = exact_product((int64_t)c->used, now - c->at) << VIRTUAL_REST;
    return c->packet > 0 ? (c->sent + more) % virtual_work(c->packet) : 0;
}

psn_time channel_wait_of_first(const struct channel *c, psn_time now)
{
    const struct pace pace = {.at = now, .speed = c->rate};
    if (c->packet == 0)
        return 0;
    exact_sum hold = channel_rest_of_backgrounds(c, 0, channel_sent_alone(c, now));
    return pace_when(&pace, hold) - now;
}

void channel_go_past(struct channel *c, psn_time start, psn_time end)
{
    c->sent = channel_sent_alone(c, start);
    c->at = end;
}
