/* SPDX-License-Identifier: Apache-2.0
 * Messages from end to end: sending, arriving, and what becomes of those that a link drops.
 *
 * A dropped message goes back to the site that sent it: its sender learns of it no sooner than a
 * packet could have come back, and sends it again, from the first link and by the route of that
 * time, once its class's time-out has passed since the drop. Each time-out is twice as long as the
 * one before it (RFC 6298, section 5.5), up to TRANSPORT_PATIENCE. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/transmitter.h"

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
    int code = 0;
    for (size_t i = 0; i < n_processes && !code; i++)
        code = messages_init(&t->books[i], d, t->recipe, &t->targets[i]);
    return code;
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
        transmitter_enter(&t->link[r->hop[0]], r, job, now);
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

void transport_land(struct transport *t, struct process *p, struct job *job, psn_time now)
{
    messages_delivered(&t->books[p - t->process], t->class[job->source], job, now);
    job->flags &= ~JOB_FLOW;
    t->arrived(t->context, p, job, now);
}

/* After how long a message is sent again that was so many times before; 0: it is lost for good.
 * That a branch of a fork is over must be told: such a message is sent until it arrives. A packet
 * of a stream would come too late to be heard or seen. */
static psn_time time_out(const struct transport *t, const struct job *job)
{
    uint32_t class = t->class[job->source];
    psn_time first = class < t->d->n_classes ? t->d->class[class].resend : RESEND_STANDARD;
    bool must = t->recipe[job->source].op[job->step].failed == NO_INDEX;
    if (job->flags & JOB_PACKET)
        return 0;
    if (!must && (first == 0 || job->sends >= TRANSPORT_RESENDS))
        return 0;
    psn_time duration = first ? first : RESEND_STANDARD;
    for (uint16_t k = 0; k < job->sends && duration < TRANSPORT_PATIENCE; k++)
        duration *= 2;
    return duration < TRANSPORT_PATIENCE ? duration : TRANSPORT_PATIENCE;
}

void transport_drop(struct transmitter *x, struct job *message, psn_time at)
{
    struct transport *t = x->transport;
    uint32_t class = t->class[message->source];
    const struct route *r = transport_route(t, message);
    struct sender *s = &t->sender[r->from];
    psn_time back = 0, again = time_out(t, message);
    for (uint32_t h = 0; h < message->hop; h++)
        back += t->d->link[r->hop[h] / 2].delay;
    message->flags &= ~JOB_STAGED;
    messages_dropped(x->books, class, message);
    if (again == 0) {
        messages_lost(x->books, class, message, x->process->now);
        message->flags |= JOB_LOST;
    } else if (message->sends < TRANSPORT_RESENDS) {
        message->sends++;
    }
    message->entered = law_later(at, again > back ? again : back);
    line_put(x->process, &s->back, law_later(at, back), (uint64_t)x->direction << 40 | x->drops++,
             message);
}

static void await(struct sender *s)
{
    const struct heap_entry *top = heap_top(&s->waiting);
    tree_set(&s->process->tree, s->waiting_slot, top ? top->key : PSN_NEVER);
}

static void wait_until(struct sender *s, struct job *job, psn_time at)
{
    if (heap_push(&s->waiting, (struct heap_entry){at, s->order++, {.pointer = job}}))
        s->process->error = PSN_EMEMORY;
    await(s);
}

/* The sender learns what a link has dropped: it waits for the time-out, or gives up. */
static void sender_back(void *owner, psn_time now)
{
    struct sender *s = owner;
    struct job *job = line_take(&s->back);
    if (job->flags & JOB_MESSAGE)
        wait_until(s, job, job->entered);
    else
        s->transport->failed(s->transport->context, s->process, job, now);
}

static void sender_again(void *owner, psn_time now)
{
    struct sender *s = owner;
    struct transport *t = s->transport;
    struct job *job = heap_top(&s->waiting)->item.pointer;
    struct messages *books = &t->books[s->process - t->process];
    heap_pop(&s->waiting);
    await(s);
    messages_resent(books, t->class[job->source], job);
    const struct op *op = &t->recipe[job->source].op[job->step];
    if (find_route(t, op, job, now)) {
        const struct route *r = transport_route(t, job);
        set_out(t, r, job, t->flow && transport_is_flow(t, job, r), now);
        return;
    }
    give_up(t, op, job, now);
    t->failed(t->context, s->process, job, now);
}

void sender_init(struct sender *s, struct transport *t, struct process *process, uint32_t back_slot,
                 uint32_t waiting_slot)
{
    s->transport = t;
    s->process = s->back.home = process;
    s->back.slot = back_slot;
    s->waiting_slot = waiting_slot;
    process_bind(process, back_slot, sender_back, s);
    process_bind(process, waiting_slot, sender_again, s);
}

void sender_fini(struct sender *s)
{
    line_fini(&s->back);
    heap_fini(&s->waiting);
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
    for (size_t i = 1; i < n_processes; i++)
        messages_merge(&t->books[0], &t->books[i]);
    if (o->status == 0 && messages_check(&t->books[0], o->error, sizeof o->error))
        o->status = 1;
    for (size_t i = 0; o->shape.classes && i < 2 * t->d->n_links; i++)
        if (t->link[i].process)
            transmitter_finish(&t->link[i], o);
    return messages_finish(&t->books[0], o);
}
