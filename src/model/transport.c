/* SPDX-License-Identifier: Apache-2.0
 * Messages over links.
 *
 * A message of one segment at most, or over one link, is one job: it queues, is sent, and arrives
 * after the propagation delay. A longer one over several links overlaps from hop to hop: at each
 * link its front queues for the whole transmission; once the first segment is sent, a copy of the
 * front goes ahead to the next link; the message itself follows with its last bit, and cannot leave
 * a link before that bit has come in and its own last segment is out. Alone this takes sum of
 * delays + S / slowest + sum over the other links of segment / rate. */
#include "model/transport.h"

#include <math.h>
#include <string.h>

static void enter(struct transmitter *x, struct job *job, psn_time now);

int transmitter_init(struct transmitter *x, struct transport *t, uint32_t direction,
                     struct process *sender, uint32_t slot, struct process *receiver,
                     uint32_t line_slot)
{
    const struct link *l = &t->d->link[direction / 2];
    x->transport = t;
    x->process = sender;
    x->slot = slot;
    x->direction = direction;
    x->bandwidth_bps = l->bandwidth_bps;
    x->delay = l->delay;
    x->line.home = receiver;
    x->line.slot = line_slot;
    process_bind(sender, slot, transmitter_depart, x);
    process_bind(receiver, line_slot, transmitter_deliver, x);
    return divided_init(&x->station);
}

void transmitter_fini(struct transmitter *x)
{
    if (!x->process)
        return;
    divided_fini(&x->station);
    line_fini(&x->line);
    arena_fini(&x->passages);
}

static const struct route *route_of(const struct transport *t, const struct job *job)
{
    return route_at(t->ways, job->route);
}

static double segment_of(const struct route *r, const struct job *job)
{
    return fmin(job->size_bits, r->segment_bits);
}

/* Long: more than one segment, over more than one link. */
static bool is_long(const struct route *r, const struct job *job)
{
    return r->n_hops > 1 && job->size_bits > r->segment_bits;
}

static struct job *copy_of(struct process *p, const struct job *job)
{
    struct job *copy = process_job(p);
    if (copy) {
        *copy = *job;
        copy->flags |= JOB_HEAD;
        copy->kept = NULL;
    }
    return copy;
}

static void put(struct transmitter *x, psn_time at, struct job *job)
{
    line_put(x->process, &x->line, at, x->order++, job);
}

/* The front goes ahead to the next link. */
static void send_front(struct transmitter *x, const struct job *front, psn_time sent)
{
    struct job *ahead = copy_of(x->process, front);
    if (!ahead)
        return;
    ahead->hop++;
    ahead->flags &= ~JOB_STAGED;
    put(x, law_later(sent, x->delay), ahead);
}

/* The passage of a message, looked for from the newest: its last bit follows soon after its front.
 */
static struct passage *passage_of(const struct transmitter *x, const struct job *j)
{
    struct passage *q = x->last;
    while (q && !(q->number == j->number && q->source == j->source && q->step == j->step &&
                  q->visit == job_visit(j)))
        q = q->before;
    return q;
}

/* A new passage, which its front keeps. */
static struct passage *passage_add(struct transmitter *x, struct job *front)
{
    struct passage *q = x->free;
    if (q)
        x->free = q->after;
    else
        q = arena_alloc(&x->passages, sizeof *q);
    if (!q) {
        x->process->error = PSN_EMEMORY;
        return NULL;
    }
    *q = (struct passage){.before = x->last,
                          .number = front->number,
                          .source = front->source,
                          .step = front->step,
                          .visit = job_visit(front)};
    if (x->last)
        x->last->after = q;
    x->last = q;
    front->kept = q;
    return q;
}

static void passage_remove(struct transmitter *x, struct passage *q)
{
    if (q->before)
        q->before->after = q->after;
    if (q->after)
        q->after->before = q->before;
    else
        x->last = q->before;
    q->after = x->free;
    x->free = q;
}

/* When what takes so long at the link's own speed is out, where it begins now. */
static psn_time sent(const struct transmitter *x, psn_time now, psn_time duration)
{
    return x->slowed ? slowed_done(x->slowed, now, duration) : law_later(now, duration);
}

/* Front and last bit are both through: the message leaves once its last segment is out. */
static void passage_end(struct transmitter *x, struct passage *q, psn_time now)
{
    struct job *message = q->message;
    const struct route *r = route_of(x->transport, message);
    psn_time left =
        q->arrived + network_transmission(segment_of(r, message), x->bandwidth_bps) - now;
    passage_remove(x, q);
    put(x, law_later(left > 0 ? sent(x, now, left) : now, x->delay), message);
}

static void join(struct transmitter *x, struct job *job, psn_time now)
{
    if (divided_arrive(&x->station, job, now))
        x->process->error = PSN_EMEMORY;
    tree_set(&x->process->tree, x->slot, x->station.next);
}

/* A bulk flow takes no more of a link than the slowest link of its route can carry, but for its
 * last segment: as a window in flight throttles its sender. */
static void throttle(const struct transmitter *x, const struct route *r, struct job *job)
{
    double share = r->slowest_bps / x->bandwidth_bps;
    job->share =
        share < 1 ? (uint32_t)fmax(1, share * (double)METER_WHOLE + 0.5) : (uint32_t)METER_WHOLE;
    job->last = network_transmission(segment_of(r, job), x->bandwidth_bps);
}

/* When the first segment of a bulk flow that begins now is through: at its share of this moment. */
static psn_time bulk_first(const struct transmitter *x, const struct route *r,
                           const struct job *job, psn_time now)
{
    double flows = (double)(x->station.n_bulk + 1);
    double share = (x->station.queue.head ? 0.5 : 1.0) / flows;
    return sent(x, now, network_transmission(segment_of(r, job), x->bandwidth_bps * share));
}

/* The front of a long message queues for all of it. */
static void enter_front(struct transmitter *x, const struct route *r, struct job *front,
                        psn_time now)
{
    bool ends_here = front->hop + 1u == r->n_hops;
    front->service = network_transmission(front->size_bits, x->bandwidth_bps);
    front->last = 0;
    if (front->flags & JOB_BULK) {
        throttle(x, r, front);
        if (!ends_here)
            send_front(x, front, bulk_first(x, r, front, now));
    } else if (!ends_here) {
        /* Served in two stages, so that the front can go ahead after the first segment. */
        front->last = front->service - network_transmission(segment_of(r, front), x->bandwidth_bps);
    }
    join(x, front, now);
}

static void enter_long(struct transmitter *x, const struct route *r, struct job *job, psn_time now)
{
    if (job->flags & JOB_HEAD) {
        if (passage_add(x, job))
            enter_front(x, r, job, now);
        return;
    }
    struct passage *q = passage_of(x, job);
    if (!q) { /* the first link: front and message come together */
        struct job *front = copy_of(x->process, job);
        q = front ? passage_add(x, front) : NULL;
        if (!q)
            return;
        q->message = job;
        q->arrived = now;
        enter_front(x, r, front, now);
        return;
    }
    q->message = job;
    q->arrived = now;
    if (q->served)
        passage_end(x, q, now);
}

/* A job comes to a link. */
static void enter(struct transmitter *x, struct job *job, psn_time now)
{
    const struct route *r = route_of(x->transport, job);
    if (is_long(r, job)) {
        enter_long(x, r, job, now);
        return;
    }
    job->service = network_transmission(job->size_bits, x->bandwidth_bps);
    job->last = 0;
    if (job->flags & JOB_BULK)
        throttle(x, r, job);
    join(x, job, now);
}

/* Where there is no route, and nobody would learn of a failure, the message waits on the one that
 * there is without failures. */
bool transport_send(struct transport *t, struct job *job, psn_time now)
{
    const struct op *op = &t->recipe[job->source].op[job->step];
    bool none;
    job->route =
        way_route(t->ways, op->way, now, ways_hash(t->ways, job->source, job->number), &none);
    if (none && op->failed != NO_INDEX) {
        job->flags |= JOB_UNROUTED;
        return false;
    }
    if (none)
        job->route = op->route->index;
    job->hop = 0;
    enter(&t->link[route_of(t, job)->hop[0]], job, now);
    return true;
}

void transmitter_depart(void *owner, psn_time now)
{
    struct transmitter *x = owner;
    struct job *job = divided_depart(&x->station, now);
    tree_set(&x->process->tree, x->slot, x->station.next);
    if (!job)
        return;
    if (job->flags & JOB_STAGED) { /* the first segment is out; the rest goes on */
        send_front(x, job, now);
        return;
    }
    if (!(job->flags & JOB_HEAD)) {
        put(x, law_later(now, x->delay), job);
        return;
    }
    struct passage *q = job->kept;
    process_release(x->process, job);
    q->served = true;
    if (q->message)
        passage_end(x, q, now);
}

void transmitter_deliver(void *owner, psn_time now)
{
    struct transmitter *x = owner;
    struct transport *t = x->transport;
    struct process *p = x->line.home;
    struct job *job = line_take(&x->line);
    const struct route *r = route_of(t, job);
    if (!(job->flags & JOB_HEAD))
        job->hop++;
    if (job->hop < r->n_hops)
        enter(&t->link[r->hop[job->hop]], job, now);
    else
        t->arrived(t->context, p, job, now);
}
