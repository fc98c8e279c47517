/* SPDX-License-Identifier: Apache-2.0
 * A line shared by classes of service: jobs in and out. Used by links. How fast they are served is
 * in channel_rates.c. What few arrivals and departures need is kept out of their functions, whose
 * registers it would take.
 *
 * Within a queue each job's finish tag is that of the job before it plus its demand, where it was
 * there when that one went, and virtual time plus its demand where it found the queue empty. A
 * departure comes out at the first whole ns at which the job is done; what its queue receives in
 * the rest of that ns goes to the next job in it, and a queue that is left empty counts as one with
 * jobs up to there. So a busy period does not drift, and no job departs before it has been here for
 * its demand. */
#include "stations/channel.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "stations/channel_parts.h"
#include "stations/weights.h"

/* ---- Set-up ---- */

static int channel_new_queue(struct channel_group *g, uint32_t owner)
{
    void *items = g->queue;
    int status = array_reserve(&items, &g->capacity, g->n_queues + 1, sizeof *g->queue);
    g->queue = items;
    if (status == PSN_OK && g->by_owner)
        status = tags_reserve(&g->heads, g->capacity);
    if (status == PSN_OK)
        g->queue[g->n_queues++] = (struct channel_queue){.owner = owner};
    return status;
}

/* Strict levels in order, one group each; returns how many. */
static uint32_t channel_place_strict(struct channel *c, const struct channel_config *config,
                                     uint32_t *placed)
{
    uint32_t n = 0;
    for (bool more = true; more; n += more) {
        more = false;
        uint32_t level = 0;
        for (uint32_t i = 0; i < config->n_classes; i++) {
            const struct channel_class *own = &config->class[i];
            if (own->weight > 0 || c->member[i].group != CHANNEL_NONE ||
                (more && own->level >= level))
                continue;
            level = own->level;
            more = true;
        }
        if (!more)
            break;
        c->group[n].from = *placed;
        for (uint32_t i = 0; i < config->n_classes; i++) {
            if (config->class[i].weight > 0 || config->class[i].level != level)
                continue;
            c->member[i].group = n;
            c->order[(*placed)++] = i;
        }
        c->group[n].to = *placed;
    }
    return n;
}

/* Fair classes, one group each. `weight` and `whole` have room for all classes. */
static void channel_place_fair(struct channel *c, const struct channel_config *config,
                               uint32_t placed, double *weight, uint32_t *whole)
{
    size_t n = 0;
    for (uint32_t i = 0; i < config->n_classes; i++) {
        const struct channel_class *own = &config->class[i];
        if (!(own->weight > 0))
            continue;
        struct channel_group *g = &c->group[c->n_groups++];
        g->from = placed;
        g->by_owner = own->by_owner;
        c->order[placed++] = i;
        g->to = placed;
        c->member[i].group = c->n_groups - 1;
        weight[n++] = own->weight;
    }
    weights_whole(weight, n, whole);
    for (size_t k = 0; k < n; k++)
        c->group[c->n_strict + k].weight = whole[k];
}

static void channel_set_class(struct channel_member *m, const struct channel_class *own)
{
    *m = (struct channel_member){.group = CHANNEL_NONE,
                                 .early = own->early,
                                 .early_from = own->early_from,
                                 .early_to = own->early_to,
                                 .early_most = own->early_most,
                                 .limit = own->limit,
                                 .depth = pace_units(own->burst),
                                 .tokens = pace_units(own->burst)};
}

static int channel_place(struct channel *c, const struct channel_config *config)
{
    uint32_t n = config->n_classes, placed = 0;
    double *weight = calloc(n, sizeof *weight);
    uint32_t *whole = calloc(n, sizeof *whole);
    c->n_classes = n;
    c->group = calloc(n, sizeof *c->group);
    c->member = array_lines(n * sizeof *c->member);
    c->order = malloc(n * sizeof *c->order);
    int status = weight && whole && c->group && c->member && c->order ? PSN_OK : PSN_EMEMORY;
    for (uint32_t i = 0; status == PSN_OK && i < n; i++)
        channel_set_class(&c->member[i], &config->class[i]);
    if (status == PSN_OK) {
        c->n_strict = c->n_groups = channel_place_strict(c, config, &placed);
        channel_place_fair(c, config, placed, weight, whole);
    }
    free(weight);
    free(whole);
    for (uint32_t i = 0; status == PSN_OK && i < c->n_groups; i++) {
        c->group[i].rate = virtual_rate(0, 1);
        c->group[i].when = PSN_NEVER;
        if (!c->group[i].by_owner)
            status = channel_new_queue(&c->group[i], 0);
    }
    return status;
}

/* Nothing is committed, and nothing may be yet. */
static void init_commitments(struct channel *c)
{
    c->passing = (struct channel_passing){.class = CHANNEL_NONE};
    c->beside = (struct channel_beside){0};
    c->free = 0;
    c->n_committed = 0;
    c->own = (struct job){0};
    c->spare = &c->own;
    c->memory = (struct arena){0};
}

int channel_init(struct channel *c, const struct channel_config *config)
{
    c->n_groups = c->n_strict = 0;
    c->packet = config->packet;
    c->buffer = config->buffer;
    c->speed = c->rate = PACE_FULL;
    c->used = 0;
    c->contract = config->contract;
    c->tokens = c->depth = pace_units(config->contract_burst);
    c->hold = c->sent = 0;
    c->caps = 0;
    c->holding = false;
    c->plain = config->contract == 0;
    c->serving = c->due = CHANNEL_NONE;
    c->jobs = 0;
    c->busy = 0;
    c->alone = virtual_rate(PACE_FULL, 1);
    c->at = 0;
    c->next = c->hold_next = c->bucket_next = PSN_NEVER;
    init_commitments(c);
    int status = channel_place(c, config);
    if (status != PSN_OK)
        channel_fini(c);
    return status;
}

bool channel_may_commit(const struct channel *c, uint32_t class)
{
    return c->passing.class != CHANNEL_NONE && c->member[class].group == 0;
}

void channel_fini(struct channel *c)
{
    for (uint32_t i = 0; c->group && i < c->n_groups; i++) {
        tags_fini(&c->group[i].heads);
        free(c->group[i].queue);
        free(c->group[i].of_owner);
    }
    free(c->group);
    free(c->member);
    free(c->order);
    arena_fini(&c->memory);
    c->group = NULL;
    c->member = NULL;
    c->order = NULL;
}

/* ---- Arrival ---- */

/* An owner's first job in a class. NULL: no memory. */
static __attribute__((noinline)) struct channel_queue *channel_make_queue(struct channel_group *g,
                                                                          uint32_t owner)
{
    void *items = g->of_owner;
    size_t room = g->owners;
    int status = array_reserve(&items, &room, (size_t)owner + 1, sizeof *g->of_owner);
    g->of_owner = items;
    if (room > g->owners)
        memset(g->of_owner + g->owners, 0, (room - g->owners) * sizeof *g->of_owner);
    g->owners = room;
    if (status != PSN_OK || channel_new_queue(g, owner) != PSN_OK)
        return NULL;
    g->of_owner[owner] = (uint32_t)g->n_queues;
    return &g->queue[g->n_queues - 1];
}

static inline struct channel_queue *channel_queue_of(struct channel_group *g, uint32_t owner)
{
    if (!g->by_owner)
        return &g->queue[0];
    if (owner < g->owners && g->of_owner[owner] > 0)
        return &g->queue[g->of_owner[owner] - 1];
    return channel_make_queue(g, owner);
}

bool channel_conforms(struct channel_member *m, const struct job *job, psn_time now)
{
    exact_sum tokens = m->tokens + exact_product((int64_t)m->limit, now - m->filled);
    if (tokens > m->depth)
        tokens = m->depth;
    exact_sum left = tokens - pace_units(job->service);
    m->filled = now;
    m->tokens = left >= 0 ? left : tokens;
    return left >= 0;
}

/* Is there room in a queue that has jobs? */
static __attribute__((noinline)) enum channel_fate
channel_room(const struct channel *c, const struct channel_member *m, const struct channel_queue *q,
             const struct job *job, double chance)
{
    if (job->service > c->buffer - q->backlog)
        return CHANNEL_FULL;
    if (!m->early)
        return CHANNEL_TAKEN;
    double share = (double)q->backlog / (double)c->buffer;
    if (share < m->early_from)
        return CHANNEL_TAKEN;
    double drop = share >= m->early_to
                      ? 1
                      : m->early_most * (share - m->early_from) / (m->early_to - m->early_from);
    return chance < drop ? CHANNEL_EARLY : CHANNEL_TAKEN;
}

/* The stage of a queue's first job that is under way. */
static inline psn_time channel_stage(const struct job *job)
{
    return job->flags & JOB_STAGED ? job->last : job->service - job->last;
}

/* The first job of a queue begins a stage at virtual time `from`. */
static inline void channel_begin(struct channel_group *g, struct channel_queue *q, exact_sum from)
{
    q->finish = from + virtual_work(channel_stage(q->jobs.head));
    if (g->by_owner)
        tags_push(
            &g->heads,
            (struct tag){.at = q->finish, .order = q->owner, .item = (uint32_t)(q - g->queue)});
}

/* The only job begins, where nothing but jobs has a say. */
static void channel_begin_alone(struct channel *c, uint32_t group, struct channel_queue *q,
                                psn_time now)
{
    struct channel_group *g = &c->group[group];
    c->at = now;
    c->serving = channel_level(c, group);
    c->used = c->rate = c->speed;
    c->meter.busy = c->speed > 0 ? METER_WHOLE : 0;
    g->busy = c->busy = 1;
    g->rate = c->alone;
    channel_begin(g, q, 0);
    if (virtual_is_whole(&g->rate))
        g->when = virtual_later(now, channel_stage(q->jobs.head));
    else
        channel_schedule(c, g);
    c->next = g->when;
    c->due = g->when < PSN_NEVER ? group : CHANNEL_NONE;
}

/* A queue that had no job has its first. */
static __attribute__((noinline)) void channel_begin_queue(struct channel *c, uint32_t group,
                                                          struct channel_queue *q, psn_time now)
{
    struct channel_group *g = &c->group[group];
    channel_settle(c, now);
    channel_begin(g, q, g->virtual.at);
    c->busy += g->busy++ == 0;
    if (!c->holding && channel_level(c, group) < c->serving)
        channel_hold(c, channel_level(c, group));
    channel_refill(c);
}

enum channel_fate channel_admit(struct channel *c, struct channel_member *m,
                                const struct channel_queue *q, const struct job *job, double chance,
                                psn_time now)
{
    enum channel_fate fate = CHANNEL_TAKEN;
    meter_advance(&c->meter, now);
    if (m->limit > 0 && !channel_conforms(m, job, now))
        fate = CHANNEL_POLICED;
    else if (c->buffer > 0 && q->jobs.head)
        fate = channel_room(c, m, q, job, chance);
    if (fate != CHANNEL_TAKEN) {
        meter_refuse(&c->meter, now);
        return fate;
    }
    meter_arrive(&c->meter);
    meter_take(&c->meter, now);
    return CHANNEL_TAKEN;
}

void channel_join(struct channel *c, struct channel_member *m, struct channel_queue *q,
                  struct job *job, psn_time now)
{
    job->entered = now;
    bool first = !q->jobs.head;
    job_queue_push(&q->jobs, job);
    if (c->buffer > 0)
        q->backlog += job->service;
    m->jobs++;
    if (++c->jobs == 1 && c->plain)
        channel_begin_alone(c, m->group, q, now);
    else if (first)
        channel_begin_queue(c, m->group, q, now);
    if (m->group == 0) {
        psn_time from = !first ? c->free : c->holding ? c->hold_next : now;
        c->free = virtual_later(from, job->service);
    }
}

enum channel_fate channel_arrive(struct channel *c, struct job *job, double chance, psn_time now)
{
    struct channel_member *m = &c->member[job->group];
    struct channel_queue *q = channel_queue_of(&c->group[m->group], job->owner);
    if (!q)
        return CHANNEL_NO_MEMORY;
    enum channel_fate fate = channel_admit(c, m, q, job, chance, now);
    if (fate == CHANNEL_TAKEN)
        channel_join(c, m, q, job, now);
    return fate;
}

/* ---- Departure ---- */

/* The last queue of a group has lost its last job. */
static void channel_end_group(struct channel *c, struct channel_group *g)
{
    g->busy = 0;
    g->virtual = (struct virtual_time){0};
    g->when = PSN_NEVER;
    c->busy--;
}

/* The last job is gone, where nothing but jobs has a say. */
static void channel_fall_idle(struct channel *c, struct channel_group *g)
{
    channel_end_group(c, g);
    c->serving = c->due = CHANNEL_NONE;
    c->holding = false;
    c->used = 0;
    c->meter.busy = 0;
    c->next = c->hold_next = PSN_NEVER;
}

/* A queue has lost its last job, or its next one came at this moment. */
static __attribute__((noinline)) void channel_turn(struct channel *c, struct channel_group *g,
                                                   struct channel_queue *q, psn_time now)
{
    channel_settle(c, now);
    if (q->jobs.head)
        channel_begin(g, q, g->virtual.at);
    else if (g->busy > 1)
        g->busy--;
    else
        channel_end_group(c, g);
    channel_refill(c);
}

/* The next job or stage of the queue that is due begins, at the tag where the one before it ended:
 * less than 1 ns ago. */
static inline void channel_go_on(struct channel *c, struct channel_group *g,
                                 struct channel_queue *q, psn_time now)
{
    channel_begin(g, q, q->finish);
    if (virtual_is_whole(&g->rate))
        g->when = virtual_later(now, channel_stage(q->jobs.head));
    else
        channel_schedule(c, g);
    if (c->busy == 1 && c->hold_next == PSN_NEVER && c->bucket_next == PSN_NEVER &&
        g->when < PSN_NEVER)
        c->next = g->when;
    else
        channel_pick(c);
}

struct job *channel_depart(struct channel *c, psn_time now)
{
    meter_advance(&c->meter, now);
    if (c->due == CHANNEL_NONE) {
        channel_settle(c, now);
        channel_refill(c);
        return NULL;
    }
    struct channel_group *g = &c->group[c->due];
    struct channel_queue *q = channel_first(g);
    struct job *job = q->jobs.head;
    if (g->by_owner)
        tags_remove(&g->heads, (uint32_t)(q - g->queue));
    if (job->last > 0 && !(job->flags & JOB_STAGED)) {
        job->flags |= JOB_STAGED;
        channel_go_on(c, g, q, now);
        return job;
    }
    job_queue_pop(&q->jobs);
    job->flags &= ~JOB_STAGED;
    if (job->flags & JOB_COMMITTED) {
        c->n_committed--;
        channel_spare(c, job);
    }
    struct channel_member *m = &c->member[job->group];
    m->done += job->service;
    m->jobs--;
    c->jobs--;
    if (c->buffer > 0)
        q->backlog -= job->service;
    meter_depart(&c->meter, now, job->entered, job->service, job->owner);
    if (q->jobs.head && q->jobs.head->entered < now)
        channel_go_on(c, g, q, now);
    else if (c->jobs == 0 && c->plain)
        channel_fall_idle(c, g);
    else
        channel_turn(c, g, q, now);
    return job;
}

/* ---- Changes ---- */

void channel_set_speed(struct channel *c, uint64_t speed, psn_time now)
{
    meter_advance(&c->meter, now);
    channel_settle(c, now);
    c->speed = speed;
    c->alone = virtual_rate((int64_t)speed, 1);
    channel_refill(c);
}

void channel_set_background(struct channel *c, uint32_t class, uint64_t cap, uint32_t weight,
                            psn_time now)
{
    struct channel_member *m = &c->member[class];
    struct channel_group *g = &c->group[m->group];
    if (m->cap == cap && (cap == 0 || m->weight == weight))
        return;
    meter_advance(&c->meter, now);
    channel_settle(c, now);
    g->caps += cap - m->cap;
    c->caps += cap - m->cap;
    m->cap = cap;
    m->weight = weight;
    c->plain = c->contract == 0 && c->caps == 0;
    channel_refill(c);
}

/* ---- Looks ---- */

/* What was done by now of a queue's first job, 2^-30 ns, rounded down. */
static exact_sum channel_part(const struct channel *c, const struct channel_group *g,
                              const struct channel_queue *q, psn_time now)
{
    bool exact;
    exact_sum growth = g->rate.share > 0 ? virtual_growth(&g->rate, now - c->at, &exact) : 0;
    exact_sum left = q->finish - g->virtual.at - growth;
    exact_sum stages = virtual_work(channel_stage(q->jobs.head));
    if (left < 0)
        left = 0;
    if (q->jobs.head->flags & JOB_STAGED)
        stages = virtual_work(q->jobs.head->service);
    return stages > left ? (stages - left) >> VIRTUAL_REST : 0;
}

exact_sum channel_class_work(const struct channel *c, uint32_t class, psn_time now)
{
    const struct channel_member *m = &c->member[class];
    const struct channel_group *g = &c->group[m->group];
    exact_sum work = m->lost;
    for (size_t i = 0; m->jobs > 0 && i < g->n_queues; i++) {
        const struct channel_queue *q = &g->queue[i];
        if (q->jobs.head && q->jobs.head->group == class)
            work += channel_part(c, g, q, now);
    }
    return m->done + (work >> PACE_BITS);
}

/* ---- Flush ---- */

/* All jobs of a queue to the end of a list. */
static void channel_empty(struct channel *c, struct channel_group *g, struct channel_queue *q,
                          struct job_queue *list, psn_time now)
{
    struct job *job = q->jobs.head;
    if (!job)
        return;
    c->member[job->group].lost += channel_part(c, g, q, now);
    while ((job = job_queue_pop(&q->jobs))) {
        job->flags &= ~JOB_STAGED;
        c->member[job->group].jobs--;
        meter_go(&c->meter);
        job_queue_push(list, job);
    }
    q->backlog = 0;
    if (g->by_owner)
        tags_remove(&g->heads, (uint32_t)(q - g->queue));
}

struct job *channel_flush(struct channel *c, psn_time now)
{
    struct job_queue list = {0};
    meter_advance(&c->meter, now);
    channel_settle(c, now);
    for (uint32_t i = 0; i < c->n_groups; i++) {
        struct channel_group *g = &c->group[i];
        for (size_t owner = 0; g->by_owner && owner < g->owners; owner++) {
            if (g->of_owner[owner] > 0)
                channel_empty(c, g, &g->queue[g->of_owner[owner] - 1], &list, now);
        }
        if (!g->by_owner)
            channel_empty(c, g, &g->queue[0], &list, now);
        g->busy = 0;
        g->virtual = (struct virtual_time){0};
    }
    c->jobs = 0;
    c->busy = 0;
    channel_refill(c);
    return list.head;
}
