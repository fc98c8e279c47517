/* SPDX-License-Identifier: Apache-2.0
 * Pools and desks. */
#include "model/pools.h"

#include <stdlib.h>

/* --- the drivers --- */

/* The class of a job: that of the service which its user asked for; n_classes for none. */
static uint32_t class_of(const struct description *d, const struct job *job)
{
    uint32_t class = d->service[d->workload[d->source[job->source].workload].service].class;
    return class == NO_INDEX ? (uint32_t)d->n_classes : class;
}

static uint32_t level_of(const struct description *d, uint32_t class)
{
    return class < d->n_classes ? d->class[class].level : d->n_levels - 1;
}

static bool by_level(const struct pool *p)
{
    return p->discipline == DISCIPLINE_PRIORITY || p->discipline == DISCIPLINE_PREEMPTIVE;
}

static int servers_ready(struct pool_unit *u, const struct pool *p)
{
    u->next = &u->station.servers.next;
    return servers_init(
        &u->station.servers,
        &(struct servers_config){.servers = p->hosts * p->cores,
                                 .levels = by_level(p) ? u->d->n_levels : 1,
                                 .preemptive = p->discipline == DISCIPLINE_PREEMPTIVE,
                                 .room = p->room});
}

static int servers_in(struct pool_unit *u, struct job *job, psn_time now)
{
    job->level = by_level(u->pool) ? (uint16_t)level_of(u->d, class_of(u->d, job)) : 0;
    return servers_arrive(&u->station.servers, job, now);
}

static struct job *servers_out(struct pool_unit *u, psn_time now, bool *abandoned)
{
    enum servers_end how = SERVERS_SERVED;
    struct job *job = servers_depart(&u->station.servers, now, &how);
    *abandoned = how == SERVERS_ABANDONED;
    if (job && !*abandoned && job->last > 0 &&
        servers_hold(&u->station.servers, law_later(now, job->last), now))
        u->process->error = PSN_EMEMORY;
    return job;
}

static void servers_change(struct pool_unit *u, int64_t servers, uint64_t speed, psn_time now)
{
    servers_set(&u->station.servers, servers, speed, now);
}

static void servers_end(struct pool_unit *u)
{
    servers_fini(&u->station.servers);
}

/* The weights and levels of the classes, and last of what has none. */
struct class_table {
    uint32_t *level;
    double *weight;
    uint32_t n;
};

static int class_table_make(const struct description *d, struct class_table *t)
{
    t->n = (uint32_t)d->n_classes + 1;
    t->level = calloc(t->n, sizeof *t->level);
    t->weight = calloc(t->n, sizeof *t->weight);
    for (uint32_t i = 0; t->level && t->weight && i < t->n; i++) {
        t->level[i] = level_of(d, i);
        t->weight[i] = i < d->n_classes ? d->class[i].weight : 1;
    }
    return t->level && t->weight ? 0 : PSN_EMEMORY;
}

static void class_table_free(struct class_table *t)
{
    free(t->level);
    free(t->weight);
}

/* Plain sharing with hours or faults is one group. */
static int weighted_ready(struct pool_unit *u, const struct pool *p)
{
    const struct description *d = u->d;
    struct class_table classes = {0};
    const double one = 1;
    struct weighted_config config = {.servers = p->hosts * p->cores, .n_groups = 1, .weight = &one};
    int code = 0;
    u->next = &u->station.weighted.next;
    if (p->discipline == DISCIPLINE_FAIR) {
        config.n_groups = (uint32_t)d->n_partners;
        config.weight = p->weight;
        config.whole = true;
    } else if (p->discipline == DISCIPLINE_WEIGHTED) {
        code = class_table_make(d, &classes);
        config.n_groups = classes.n;
        config.level = classes.level;
        config.weight = classes.weight;
    }
    if (!code)
        code = weighted_init(&u->station.weighted, &config);
    class_table_free(&classes);
    return code;
}

static int weighted_in(struct pool_unit *u, struct job *job, psn_time now)
{
    job->group = u->discipline == DISCIPLINE_FAIR       ? job->owner
                 : u->discipline == DISCIPLINE_WEIGHTED ? class_of(u->d, job)
                                                        : 0;
    return weighted_arrive(&u->station.weighted, job, now);
}

static struct job *weighted_out(struct pool_unit *u, psn_time now, bool *abandoned)
{
    *abandoned = false;
    return weighted_depart(&u->station.weighted, now);
}

static void weighted_change(struct pool_unit *u, int64_t servers, uint64_t speed, psn_time now)
{
    weighted_set(&u->station.weighted, servers, speed, now);
}

static void weighted_end(struct pool_unit *u)
{
    weighted_fini(&u->station.weighted);
}

static int gps_ready(struct pool_unit *u, const struct pool *p)
{
    (void)p;
    struct class_table classes = {0};
    int code = class_table_make(u->d, &classes);
    u->next = &u->station.gps.next;
    if (!code)
        code = gps_init(&u->station.gps, &(struct gps_config){.n_queues = classes.n,
                                                              .level = classes.level,
                                                              .weight = classes.weight});
    class_table_free(&classes);
    return code;
}

static int gps_in(struct pool_unit *u, struct job *job, psn_time now)
{
    job->group = class_of(u->d, job);
    return gps_arrive(&u->station.gps, job, now);
}

static struct job *gps_out(struct pool_unit *u, psn_time now, bool *abandoned)
{
    *abandoned = false;
    return gps_depart(&u->station.gps, now);
}

static void gps_change(struct pool_unit *u, int64_t servers, uint64_t speed, psn_time now)
{
    gps_set_speed(&u->station.gps, servers > 0 ? speed : 0, now);
}

static void gps_end(struct pool_unit *u)
{
    gps_fini(&u->station.gps);
}

static int infinite_ready(struct pool_unit *u, const struct pool *p)
{
    (void)p;
    u->next = &u->station.infinite.next;
    return infinite_init(&u->station.infinite);
}

static int infinite_in(struct pool_unit *u, struct job *job, psn_time now)
{
    return infinite_arrive(&u->station.infinite, job, now);
}

static struct job *infinite_out(struct pool_unit *u, psn_time now, bool *abandoned)
{
    *abandoned = false;
    return infinite_depart(&u->station.infinite, now);
}

static void infinite_change(struct pool_unit *u, int64_t servers, uint64_t speed, psn_time now)
{
    (void)servers;
    infinite_set_speed(&u->station.infinite, speed, now);
}

static void infinite_end(struct pool_unit *u)
{
    infinite_fini(&u->station.infinite);
}

static const struct pool_driver by_servers = {servers_ready, servers_in, servers_out,
                                              servers_change, servers_end};
static const struct pool_driver by_weights = {weighted_ready, weighted_in, weighted_out,
                                              weighted_change, weighted_end};
static const struct pool_driver by_queues = {gps_ready, gps_in, gps_out, gps_change, gps_end};
static const struct pool_driver by_nobody = {infinite_ready, infinite_in, infinite_out,
                                             infinite_change, infinite_end};

static const struct pool_driver *const drivers[] = {
    [DISCIPLINE_FIFO] = &by_servers,       [DISCIPLINE_SHARING] = &by_weights,
    [DISCIPLINE_PRIORITY] = &by_servers,   [DISCIPLINE_PREEMPTIVE] = &by_servers,
    [DISCIPLINE_WEIGHTED] = &by_weights,   [DISCIPLINE_FAIR] = &by_weights,
    [DISCIPLINE_FAIR_QUEUES] = &by_queues, [DISCIPLINE_UNLIMITED] = &by_nobody,
};

/* --- what all pools have in common --- */

static void set_slot(struct pool_unit *u)
{
    tree_set(&u->process->tree, u->slot, *u->next);
}

static void take_in(struct pool_unit *u, struct job *job, psn_time now)
{
    int code = u->driver->arrive(u, job, now);
    if (code)
        u->process->error = code;
    set_slot(u);
}

/* Lets in who waits before the door, as far as there is room. Whoever held a server for one of them
 * has it back, and so may have room, too. Pools that hold back each other make no circle. */
static void let_in(struct pool_unit *u, psn_time now)
{
    while (u->door.head && !servers_full(&u->station.servers)) {
        struct job *job = job_queue_pop(&u->door);
        struct pool_unit *holds = job->kept;
        psn_time wrap_up = job->entered; /* there: wait_at_door */
        job->kept = NULL;
        take_in(u, job, now);
        if (!holds)
            continue;
        if (wrap_up == 0)
            servers_free(&holds->station.servers, now);
        else if (servers_hold_on(&holds->station.servers, PSN_NEVER, law_later(now, wrap_up), now))
            u->process->error = PSN_EMEMORY;
        set_slot(holds);
        let_in(holds, now);
    }
}

/* The pool is full: the job waits before its door, and keeps its server at the pool of the same
 * site from which it comes at this moment. */
static void wait_at_door(struct pool_unit *u, struct job *job, psn_time now)
{
    struct pool_yard *yard = u->yard;
    struct pool_unit *from = yard->leaving;
    bool comes = from && yard->number == job->number && yard->source == job->source;
    job->kept = NULL;
    if (comes && from->driver == &by_servers) {
        psn_time wrap_up = yard->wrap_up;
        struct servers *s = &from->station.servers;
        yard->leaving = NULL;
        if (wrap_up > 0 ? servers_hold_on(s, law_later(now, wrap_up), PSN_NEVER, now)
                        : servers_hold(s, PSN_NEVER, now))
            u->process->error = PSN_EMEMORY;
        set_slot(from);
        job->kept = from;
        job->entered = wrap_up; /* which begins once it has left */
    }
    job_queue_push(&u->door, job);
}

static __attribute__((noinline)) bool arrive_driven(struct pool_unit *u, struct job *job,
                                                    psn_time now)
{
    const struct pool *p = u->pool;
    if (u->yard->leaving == u && u->yard->wrap_up == 0)
        u->yard->leaving = NULL; /* its server may be another's by now */
    if (p->room > 0 && p->blocks && (u->door.head || servers_full(&u->station.servers))) {
        wait_at_door(u, job, now);
        return true;
    }
    int code = u->driver->arrive(u, job, now);
    if (code == SERVERS_FULL && p->room > 0)
        return false;
    if (code)
        u->process->error = code;
    set_slot(u);
    return true;
}

static void depart_driven(void *owner, psn_time now)
{
    struct pool_unit *u = owner;
    bool abandoned;
    struct job *job = u->driver->depart(u, now, &abandoned);
    set_slot(u);
    if (!job)
        return;
    if (abandoned) {
        u->abandoned(u->context, u->process, job, now);
    } else {
        *u->yard = (struct pool_yard){u, job->number, job->source, job->last};
        u->served(u->context, u->process, job, now);
        u->yard->leaving = NULL;
    }
    let_in(u, now);
}

/* Of a committed station: whoever departs at this time. */
static void depart_committed(void *owner, psn_time now)
{
    struct pool_unit *u = owner;
    struct job *job = line_take(&u->line);
    u->served(u->context, u->process, job, now);
}

static void depart_one_of(void *owner, psn_time now)
{
    struct pool_unit *u = owner;
    struct job *job = heap_top(&u->departures)->item.pointer;
    heap_pop(&u->departures);
    const struct heap_entry *top = heap_top(&u->departures);
    tree_set(&u->process->tree, u->slot, top ? top->key : PSN_NEVER);
    u->served(u->context, u->process, job, now);
}

static void depart_sharing(void *owner, psn_time now)
{
    struct pool_unit *u = owner;
    struct job *job = sharing_depart(&u->station.sharing, now);
    tree_set(&u->process->tree, u->slot, u->station.sharing.next);
    u->served(u->context, u->process, job, now);
}

static void change(void *owner, psn_time now)
{
    struct pool_unit *u = owner;
    struct changes *c = u->changes;
    changes_take(c, now);
    tree_set(&u->process->tree, u->change_slot, changes_next(c));
    u->driver->set(u, c->servers, c->speed, now);
    set_slot(u);
}

/* Can a pool of the same site hold back its jobs? */
static bool may_be_blocked(const struct description *d, uint32_t pool)
{
    for (size_t i = 0; i < d->n_pools; i++)
        if (d->pool[i].exists && d->pool[i].blocks && d->pool[i].site == d->pool[pool].site)
            return true;
    return false;
}

/* Does nothing happen to the pool that plain stations do without: levels, rooms, patience, hours,
 * faults, servers that are held? */
static bool is_plain(const struct pool_unit *u)
{
    const struct pool *p = u->pool;
    if (p->discipline == DISCIPLINE_SHARING)
        return !u->changes;
    return p->discipline == DISCIPLINE_FIFO && !p->desk && p->room == 0 && !u->impatient &&
           !u->changes && !may_be_blocked(u->d, (uint32_t)(p - u->d->pool));
}

static int init_plain(struct pool_unit *u, const struct pool *p)
{
    int64_t servers = p->hosts * p->cores;
    if (p->discipline == DISCIPLINE_SHARING) {
        process_bind(u->process, u->slot, depart_sharing, u);
        return sharing_init(&u->station.sharing, servers);
    }
    u->line.home = u->process;
    u->line.slot = u->slot;
    process_bind(u->process, u->slot, servers == 1 ? depart_committed : depart_one_of, u);
    return fifo_init(&u->station.fifo, servers, u->d->horizon);
}

static int init_driven(struct pool_unit *u, const struct pool *p)
{
    process_bind(u->process, u->slot, depart_driven, u);
    u->driver = drivers[p->discipline];
    int code = u->driver->init(u, p);
    if (code || !u->changes)
        return code;
    process_bind(u->process, u->change_slot, change, u);
    change(u, 0);
    return u->process->error;
}

int pool_init(struct pool_unit *u)
{
    const struct pool *p = u->pool;
    u->discipline = p->discipline;
    u->speed = changes_full_speed(p);
    return is_plain(u) ? init_plain(u, p) : init_driven(u, p);
}

void pool_fini(struct pool_unit *u)
{
    if (!u->process)
        return;
    if (u->driver)
        u->driver->fini(u);
    else if (pool_commits(u))
        fifo_fini(&u->station.fifo);
    else
        sharing_fini(&u->station.sharing);
    line_fini(&u->line);
    heap_fini(&u->departures);
}

struct meter *pool_meter(struct pool_unit *u)
{
    if (pool_commits(u))
        fifo_finish(&u->station.fifo);
    return &u->station.meter;
}

int64_t pool_capacity(const struct pool_unit *u)
{
    return u->pool->discipline == DISCIPLINE_UNLIMITED ? 0 : u->pool->hosts * u->pool->cores;
}

psn_time pool_commit(struct pool_unit *u, double work, uint32_t owner, psn_time now)
{
    psn_time departs;
    if (u->speed != 1) /* mostly it is, and a division is long */
        work /= u->speed;
    int code = fifo_arrive(&u->station.fifo, law_round_ns(work), owner, now, &departs);
    if (__builtin_expect(code != 0, 0)) {
        u->process->error = code;
        return PSN_NEVER;
    }
    return departs;
}

void pool_put(struct pool_unit *u, psn_time departs, struct job *job)
{
    if (u->station.fifo.servers == 1) {
        line_put(u->process, &u->line, departs, u->order++, job);
        return;
    }
    if (heap_push(&u->departures, (struct heap_entry){departs, u->order++, {.pointer = job}}))
        u->process->error = PSN_EMEMORY;
    tree_set(&u->process->tree, u->slot, heap_top(&u->departures)->key);
}

/* Not inlined: the passage of jobs, which calls it, keeps its own things in registers. */
__attribute__((noinline)) bool pool_arrive(struct pool_unit *u, struct job *job, double work,
                                           psn_time now)
{
    if (u->speed != 1)
        work /= u->speed;
    job->service = law_round_ns(work);
    if (__builtin_expect(u->driver != NULL, 0))
        return arrive_driven(u, job, now);
    job->last = 0;
    if (sharing_arrive(&u->station.sharing, job, now))
        u->process->error = PSN_EMEMORY;
    tree_set(&u->process->tree, u->slot, u->station.sharing.next);
    return true;
}
