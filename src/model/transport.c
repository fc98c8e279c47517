/* SPDX-License-Identifier: Apache-2.0
 * Messages from end to end: sending, going on from link to link, arriving. */
#include "model/transport.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/passage.h"
#include "model/sender.h"
#include "model/transmitter.h"

/* A message leaves a committed link at `departs`. Is it the last link, and what follows goes ahead
 * of time (ahead.c)? Then it arrives now, in the process of the sending end, if before the horizon:
 * books and recorders are those of the process in which something is done. */
static inline bool arrive_ahead(struct transmitter *x, const struct route *r, struct job *job,
                                psn_time departs)
{
    struct transport *t = x->transport;
    psn_time arrives = law_later(departs, x->delay);
    if (job->hop + 1u < r->n_hops || !t->recipe[job->source].op[job->step].ahead ||
        arrives >= t->d->horizon)
        return false;
    messages_delivered(x->books, t->class[job->source], job, arrives);
    t->arrived(t->context, x->process, job, arrives);
    return true;
}

/* A message comes to a channel that commits to its departure. */
static inline void enter_first(struct transmitter *x, const struct route *r, struct job *job,
                               psn_time now)
{
    psn_time departs;
    if (!transmitter_commit_first(x, job, now, &departs))
        sender_drop(x, job, now);
    else if (!arrive_ahead(x, r, job, departs))
        transmitter_put_committed(x, departs, job);
}

/* A message comes to a link, or the front of one, or what is left of one. */
static inline void enter(struct transmitter *x, const struct route *r, struct job *job,
                         psn_time now)
{
    if (transport_is_long(r, job)) {
        passage_enter(x, r, job, now);
        return;
    }
    psn_time service = transmitter_time(x, job->size_bits);
    if (__builtin_expect(x->committed != NULL, 1)) {
        psn_time departs = transmitter_commit(x, service, job->owner, now);
        if (arrive_ahead(x, r, job, departs))
            return;
        if (!transmitter_leave(x, job, departs))
            sender_drop(x, job, departs);
        return;
    }
    job->service = service;
    job->last = 0;
    if (transmitter_may_commit(x, job))
        enter_first(x, r, job, now);
    else if (transmitter_may_promise(x))
        transmitter_put(x, transmitter_promised(x, job, now), job);
    else if (!transmitter_join(x, job, now))
        sender_drop(x, job, now);
}

/* What comes out of one line mostly goes on to one link: fetches what it touches there, while the
 * line is seen to. (Always inline: see fetch_next of kernel/process.c.) */
static inline __attribute__((always_inline)) void fetch_onward(const struct transmitter *x)
{
    const struct transmitter *next = x->onward;
    if (!next)
        return;
    const char *lines = (const char *)next->channel;
    __builtin_prefetch((const char *)next + 64);
    if (!lines)
        return;
    __builtin_prefetch(lines);
    __builtin_prefetch(lines + 64);
    __builtin_prefetch(next->channel->member);
}

static void deliver(void *owner, psn_time now)
{
    struct transmitter *x = owner;
    struct transport *t = x->transport;
    fetch_onward(x);
    struct job *job = line_take(&x->line);
    const struct route *r = transport_route(t, job);
    if (!(job->flags & JOB_HEAD))
        job->hop++;
    if (job->hop < r->n_hops) {
        struct transmitter *onward = &t->link[r->hop[job->hop]];
        if (x->onward != onward)
            x->onward = onward;
        enter(onward, r, job, now);
    } else if (job->flags & JOB_REMNANT) {
        process_release(x->line.home, job);
    } else {
        messages_delivered(x->books_there, t->class[job->source], job, now);
        t->arrived(t->context, x->line.home, job, now);
    }
}

void transport_fini(struct transport *t, size_t n_processes)
{
    for (size_t i = 0; t->books && i < n_processes; i++)
        messages_fini(&t->books[i]);
}

bool transport_is_flow(const struct transport *t, const struct job *job, const struct route *r)
{
    if (job->size_bits <= r->segment_bits)
        return false;
    uint32_t class = t->class[job->source];
    return (job->flags & JOB_BULK) || (class < t->d->n_classes && t->d->class[class].flows);
}

/* The choice of a route where there is one, or none, now and then, or several. */
static __attribute__((noinline)) bool choose_route(const struct transport *t, const struct op *op,
                                                   struct job *job, psn_time now)
{
    bool none;
    job->route =
        way_route(t->ways, op->way, now, ways_hash(t->ways, job->source, job->number), &none);
    if (!none)
        return true;
    job->route = op->route->index;
    return op->failed == NO_INDEX;
}

/* Sets the job's route of this time; most ways have one for ever. False where there is none: but
 * what must arrive then waits, or is dropped, on the one that there is without failures. */
static inline bool find_route(const struct transport *t, const struct op *op, struct job *job,
                              psn_time now)
{
    const struct way *way = op->way;
    if (__builtin_expect(way->n_versions > 1 || way->version->n != 1, 0))
        return choose_route(t, op, job, now);
    job->route = way->version->route[0];
    return true;
}

/* No route leads there. */
static void give_up(struct transport *t, const struct op *op, struct job *job, psn_time now)
{
    messages_unrouted(&t->books[t->process_of[op->place]], t->class[job->source], job, now);
    job->flags &= ~JOB_FLOW;
    job->flags |= JOB_UNROUTED;
}

/* From its sender's site, in whose process this is, by the job's route. */
static inline void set_out(struct transport *t, const struct route *r, struct job *job, bool flow,
                           psn_time now)
{
    job->hop = 0;
    if (__builtin_expect(flow, 0))
        t->flow(t->flow_context, &t->process[t->process_of[r->from]], job, r, now);
    else
        enter(&t->link[r->hop[0]], r, job, now);
}

bool transport_send(struct transport *t, struct job *job, psn_time now)
{
    const struct op *op = &t->recipe[job->source].op[job->step];
    bool found = find_route(t, op, job, now);
    const struct route *r = transport_route(t, job);
    bool flow = t->flow && transport_is_flow(t, job, r);
    job->sends = 0;
    if (flow)
        job->flags |= JOB_FLOW;
    messages_sent(&t->books[t->process_of[op->place]], t->class[job->source], job, now);
    if (__builtin_expect(found, 1))
        set_out(t, r, job, flow, now);
    else
        give_up(t, op, job, now);
    return found;
}

/* A message that was dropped is sent again, by the route of now. */
static void send_again(struct transport *t, struct process *p, struct job *job, psn_time now)
{
    const struct op *op = &t->recipe[job->source].op[job->step];
    if (find_route(t, op, job, now)) {
        const struct route *r = transport_route(t, job);
        set_out(t, r, job, t->flow && transport_is_flow(t, job, r), now);
        return;
    }
    give_up(t, op, job, now);
    t->failed(t->context, p, job, now);
}

int transport_init(struct transport *t, size_t n_processes, struct arena *memory)
{
    const struct description *d = t->d;
    uint32_t *class = arena_array(memory, d->n_sources + 1, sizeof *class);
    t->books = arena_array(memory, n_processes, sizeof *t->books);
    if (!class || !t->books)
        return PSN_EMEMORY;
    for (size_t i = 0; i < d->n_sources; i++)
        class[i] = description_class(d, d->workload[d->source[i].workload].service);
    t->class = class;
    t->deliver = deliver;
    t->front_out = passage_front;
    t->front_dropped = passage_dropped;
    t->take_back = passage_take_back;
    t->again = send_again;
    int code = 0;
    for (size_t i = 0; i < n_processes && !code; i++)
        code = messages_init(&t->books[i], d, t->recipe, &t->targets[i], &t->own[i]);
    return code;
}

/* Departures are promised where they can be taken back, as all stays in one process, and where all
 * of a message comes at once. 0 or PSN_EMEMORY. */
static int make_promises(struct transport *t, struct arena *memory)
{
    size_t n = 2 * t->d->n_links;
    bool *late = arena_array(memory, n + 1, sizeof *late);
    if (!late)
        return PSN_EMEMORY;
    for (size_t i = 0; i < t->ways->n_routes; i++)
        for (uint32_t h = 1; !t->whole[i] && h < t->ways->route[i]->n_hops; h++)
            late[t->ways->route[i]->hop[h]] = true;
    for (size_t i = 0; i < n; i++) {
        struct transmitter *x = &t->link[i];
        if (x->divided && !x->slowed && x->log_kept >= 0 && x->line.home == x->process && !late[i])
            transmitter_promise(x);
    }
    return 0;
}

int transport_let_commit(struct transport *t, const struct fluid_plan *plan, struct arena *memory)
{
    for (size_t i = 0; i < 2 * t->d->n_links; i++) {
        struct transmitter *x = &t->link[i];
        if (!x->channel || x->slowed || x->log_kept < 0)
            continue;
        size_t owners = owners_count(&t->owners[t->d->n_pools + t->d->n_arrays + i]);
        psn_time *work_of = arena_array(memory, owners + 1, sizeof *work_of);
        if (!work_of)
            return PSN_EMEMORY;
        channel_let_commit(x->channel, plan->direction[i] ? plan->class : NULL, work_of, owners);
    }
    return 0;
}

int transport_routes(struct transport *t, struct arena *memory)
{
    t->whole = arena_array(memory, t->ways->n_routes + 1, sizeof *t->whole);
    if (!t->whole)
        return PSN_EMEMORY;
    for (size_t i = 0; i < t->ways->n_routes; i++) {
        const struct route *r = t->ways->route[i];
        bool whole = true;
        for (uint32_t h = 0; h < r->n_hops; h++)
            whole = whole && t->link[r->hop[h]].committed && t->link[r->hop[h]].log_kept >= 0;
        t->whole[i] = whole;
    }
    return make_promises(t, memory);
}

/* The route that all messages of an operation take for ever; NULL: there is none such. */
static const struct route *only_route(const struct transport *t, const struct op *op)
{
    const struct way *way = op->way;
    if (op->kind != OP_SEND || way->n_versions != 1 || way->version->n != 1)
        return NULL;
    return route_at(t->ways, way->version->route[0]);
}

uint32_t transport_ahead(const struct transport *t, const struct op *op)
{
    const struct route *r = only_route(t, op);
    return r && t->whole[r->index] ? r->hop[0] : NO_INDEX;
}

bool transport_knows_arrival(const struct transport *t, uint32_t source, const struct op *op)
{
    const struct route *r = only_route(t, op);
    if (!r || t->whole[r->index])
        return r;
    const struct transmitter *last = &t->link[r->hop[r->n_hops - 1]];
    bool alike = op->amount == AMOUNT_DRAW && op->law.kind == LAW_CONST && op->growth == 0;
    const struct job message = {
        .source = source, .size_bits = op->mean, .service = transmitter_duration(last, op->mean)};
    return alike && !transport_is_long(r, &message) && transmitter_may_commit(last, &message);
}

void transport_land(struct transport *t, struct process *p, struct job *job, psn_time now)
{
    messages_delivered(&t->books[p - t->process], t->class[job->source], job, now);
    job->flags &= ~JOB_FLOW;
    t->arrived(t->context, p, job, now);
}

struct alive_context {
    const struct transport *transport;
    struct messages *books;
};

static void alive(void *context, struct job *job)
{
    struct alive_context *c = context;
    if ((job->flags & JOB_MESSAGE) && !(job->flags & JOB_SHADOW))
        messages_alive(c->books, c->transport->class[job->source], job);
}

int transport_finish(struct transport *t, size_t n_processes, struct outcome *o)
{
    struct alive_context c = {t, &t->books[0]};
    for (size_t i = 0; i < n_processes; i++)
        process_each_job(&t->process[i], alive, &c);
    int code = 0;
    for (size_t i = 1; i < n_processes && !code; i++)
        code = messages_merge(&t->books[0], &t->books[i]);
    if (code)
        return code;
    if (o->status == 0 && messages_check(&t->books[0], o->error, sizeof o->error))
        o->status = 1;
    for (size_t i = 0; o->shape.classes && i < 2 * t->d->n_links; i++)
        if (t->link[i].process)
            transmitter_finish(&t->link[i], o);
    return messages_finish(&t->books[0], o);
}
