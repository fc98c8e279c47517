/* SPDX-License-Identifier: Apache-2.0
 * The sending end of a link direction. A message of one segment at most, or over one link, is one
 * job: it queues, is sent, and arrives after the propagation delay; passage.c has the longer ones.
 */
#include "model/transmitter.h"

#include <math.h>

#include "kernel/random.h"

/* At this place of all draws of one message at a link: whether it is dropped early, and lost on the
 * line. Apart for each time that it is sent. */
static void draw(const struct transmitter *x, const struct job *job, double u[2])
{
    const struct transport *t = x->transport;
    uint64_t source = random_hash(t->d->source[job->source].name);
    uint32_t step = t->recipe[job->source].op[job->step].step;
    uint32_t part = (uint32_t)(source >> 32) ^ (uint32_t)source;
    stream_uniform2(&x->luck, job->number, job_visit(job),
                    part + step * UINT32_C(2654435761) + job->sends, u);
}

psn_time transmitter_duration(const struct transmitter *x, double bits)
{
    return network_transmission(__builtin_expect(x->overhead, 0) ? network_wire_bits(x->link, bits)
                                                                 : bits,
                                x->bandwidth_bps);
}

psn_time transmitter_sent(const struct transmitter *x, psn_time now, psn_time duration)
{
    return x->slowed ? slowed_done(x->slowed, now, duration) : law_later(now, duration);
}

void transmitter_put(struct transmitter *x, psn_time at, struct job *job)
{
    line_put(x->process, &x->line, law_later(at, x->delay), x->order++, job);
}

/* A message of n packets is lost where one of them is: with probability 1 - (1 - p)^n. Kept apart,
 * as few lines lose any. */
static __attribute__((noinline)) bool line_loses(const struct transmitter *x,
                                                 const struct job *message)
{
    double u[2];
    draw(x, message, u);
    return u[1] >= random_exp(ceil(message->size_bits / PACKET_BITS) * x->log_kept);
}

bool transmitter_leave(struct transmitter *x, struct job *message, psn_time at)
{
    if (__builtin_expect(x->log_kept < 0, 0) && line_loses(x, message))
        return false;
    transmitter_put(x, at, message);
    return true;
}

static inline void set_next(struct transmitter *x)
{
    tree_set(&x->process->tree, x->slot, x->station.next);
}

bool transmitter_join(struct transmitter *x, struct job *job, psn_time now)
{
    if (__builtin_expect(x->down, 0)) {
        meter_advance(&x->station.meter, now);
        meter_refuse(&x->station.meter, now);
        return false;
    }
    if (divided_arrive(&x->station, job, now))
        x->process->error = PSN_EMEMORY;
    set_next(x);
    return true;
}

void transmitter_throttle(const struct transmitter *x, const struct route *r, struct job *job)
{
    double share = r->slowest_bps / x->bandwidth_bps;
    job->share =
        share < 1 ? (uint32_t)fmax(1, share * (double)METER_WHOLE + 0.5) : (uint32_t)METER_WHOLE;
    job->last = transmitter_duration(x, fmin(job->size_bits, r->segment_bits));
}

void transmitter_enter(struct transmitter *x, const struct route *r, struct job *job, psn_time now)
{
    if (transport_is_long(r, job)) {
        passage_enter(x, r, job, now);
        return;
    }
    job->service = transmitter_duration(x, job->size_bits);
    job->last = 0;
    if (job->flags & JOB_BULK)
        transmitter_throttle(x, r, job);
    if (!transmitter_join(x, job, now))
        transport_drop(x, job, now);
}

/* What it has taken of the line. */
static __attribute__((noinline)) void use(struct transmitter *x, const struct job *job,
                                          psn_time now)
{
    uint32_t class = x->transport->class[job->source];
    if (usage_add(x->usage, x->direction, class, job->owner, job->service, now - job->service, now))
        x->process->error = PSN_EMEMORY;
}

static void depart(void *owner, psn_time now)
{
    struct transmitter *x = owner;
    struct job *job = divided_depart(&x->station, now);
    set_next(x);
    if (!job)
        return;
    if (job->flags & JOB_STAGED) { /* the first segment is out; the rest goes on */
        passage_segment(x, job, now);
        return;
    }
    if (x->usage)
        use(x, job, now);
    if (job->flags & JOB_HEAD)
        passage_served(x, job, now);
    else if (!transmitter_leave(x, job, now))
        transport_drop(x, job, now);
}

static void deliver(void *owner, psn_time now)
{
    struct transmitter *x = owner;
    struct transport *t = x->transport;
    struct job *job = line_take(&x->line);
    const struct route *r = transport_route(t, job);
    if (!(job->flags & JOB_HEAD))
        job->hop++;
    if (job->hop < r->n_hops) {
        transmitter_enter(&t->link[r->hop[job->hop]], r, job, now);
    } else if (job->flags & JOB_REMNANT) {
        process_release(x->line.home, job);
    } else {
        messages_delivered(x->books_there, t->class[job->source], job, now);
        t->arrived(t->context, x->line.home, job, now);
    }
}

int transmitter_init(struct transmitter *x, struct transport *t, const struct draws *draws,
                     uint32_t direction, struct process *sender, uint32_t slot,
                     struct process *receiver, uint32_t line_slot)
{
    const struct link *l = &t->d->link[direction / 2];
    x->transport = t;
    x->link = l;
    x->process = sender;
    x->slot = slot;
    x->direction = direction;
    x->bandwidth_bps = l->bandwidth_bps;
    x->delay = l->delay;
    x->overhead = l->overhead_bits > 0 || l->overhead_share > 0;
    x->log_kept = l->loss > 0 ? random_log(1 - l->loss) : 0;
    x->books = &t->books[sender - t->process];
    x->books_there = &t->books[receiver - t->process];
    if (t->d->n_classes > 0)
        x->usage = &t->usage[sender - t->process];
    x->line.home = receiver;
    x->line.slot = line_slot;
    stream_key(&x->luck, draws, l->name, RANDOM_LOSS, direction & 1);
    process_bind(sender, slot, depart, x);
    process_bind(receiver, line_slot, deliver, x);
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

struct meter *transmitter_meter(struct transmitter *x)
{
    return &x->station.meter;
}

/* All that is here is dropped. */
static void flush(struct transmitter *x, psn_time now)
{
    struct job *next = divided_flush(&x->station, now);
    while (next) {
        struct job *job = next;
        next = job->next;
        if (job->flags & JOB_HEAD)
            passage_dropped(x, job, now);
        else
            transport_drop(x, job, now);
    }
}

void transmitter_change(void *owner, const struct changes *c, psn_time now)
{
    struct transmitter *x = owner;
    bool was_down = x->down;
    divided_set_speed(&x->station, c->speed, now);
    x->down = c->lost;
    if (x->down && !was_down)
        flush(x, now);
    set_next(x);
}

void transmitter_background(struct transmitter *x, uint32_t class, uint64_t cap, uint32_t weight,
                            psn_time now)
{
    (void)class; /* there is one, and its messages share one to one with all flows together */
    (void)weight;
    divided_set_background(&x->station, cap, now);
    set_next(x);
}

exact_sum transmitter_work(const struct transmitter *x, uint32_t class, psn_time now)
{
    (void)class;
    return divided_work(&x->station, now);
}

bool transmitter_waits(const struct transmitter *x, uint32_t class)
{
    (void)class;
    return divided_waits(&x->station);
}
