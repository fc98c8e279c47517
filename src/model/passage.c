/* SPDX-License-Identifier: Apache-2.0
 * Long messages over several links.
 *
 * Such a message overlaps from hop to hop: at each link its front (a job marked JOB_HEAD) queues
 * for the whole transmission; once the first segment is sent, a copy of the front goes ahead to the
 * next link; the message itself follows with its last bit, and cannot leave a link before that bit
 * has come in and its own last segment is out. Alone this takes sum of delays + S / slowest + sum
 * over the other links of segment / rate.
 *
 * Where all links of a route are committed and lose nothing, front and last bit of a message are
 * known at each of them as soon as its front comes: the message itself goes with its front
 * (job->entered: when its last bit comes to the link), and there is one event a link. Where some
 * are, a front's end there is known as soon as it comes.
 *
 * What is dropped is the whole message. Where its front is dropped before the message has come, its
 * passage is kept to drop the message when it does. Where fronts are ahead of a message that is
 * dropped, what was sent of it is on its way behind them: a remnant (JOB_REMNANT) goes on in the
 * message's place, at the same times, closes every passage behind the fronts and ends where the
 * last of them was dropped, or at the end of the route. So every front has one that follows it,
 * message or remnant, and no passage is left open. */
#include "model/passage.h"

#include <math.h>

#include "model/sender.h"
#include "model/transmitter.h"

/* A long message on its way through a link. Both its front and the message itself must be through.
 */
struct passage {
    struct passage *before,
        *after;      /* in the order of the fronts; `after` also links the free ones */
    uint64_t number; /* which message: (source, number, step, visit), and which time it was sent */
    uint32_t source, step, visit;
    uint16_t sends;
    bool served; /* the front is through the transmitter, or it is known when it will be: */
    psn_time through;
    bool dropped;        /* the front was dropped here: the message will be */
    bool ahead;          /* the front has gone on to the next link */
    struct job *message; /* once its last bit is here */
    psn_time arrived;    /* when that was */
};

static double segment_of(const struct route *r, const struct job *job)
{
    return fmin(job->size_bits, r->segment_bits);
}

/* The same job with other marks; NULL where memory ends. */
static struct job *copy_of(struct process *p, const struct job *job, uint32_t flags)
{
    struct job *copy = process_job(p);
    if (copy) {
        *copy = *job;
        copy->flags = (job->flags & ~JOB_MESSAGE) | flags;
        copy->kept = NULL;
    }
    return copy;
}

/* The passage of a message, looked for from the newest: its last bit follows soon after its front.
 */
static struct passage *passage_of(const struct transmitter *x, const struct job *j)
{
    struct passage *q = x->last;
    while (q && !(q->number == j->number && q->source == j->source && q->step == j->step &&
                  q->visit == job_visit(j) && q->sends == j->sends))
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
                          .visit = job_visit(front),
                          .sends = front->sends};
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

/* The message of a passage, which has come, is dropped at `at`. The passage ends. */
static void drop_message(struct transmitter *x, struct passage *q, psn_time at)
{
    struct job *message = q->message, *rest = NULL;
    bool ahead = q->ahead;
    bool remnant = (message->flags & JOB_REMNANT) != 0;
    passage_remove(x, q);
    if (ahead)
        rest = remnant ? message : copy_of(x->process, message, JOB_REMNANT);
    if (rest)
        transmitter_put(x, at, rest);
    else if (remnant)
        process_release(x->process, message);
    if (!remnant)
        sender_drop(x, message, at);
}

/* Front and last bit are both through: the message leaves once its last segment is out. */
static void passage_end(struct transmitter *x, struct passage *q, psn_time now)
{
    struct job *message = q->message;
    const struct route *r = transport_route(x->transport, message);
    psn_time at = q->through > now ? q->through : now;
    psn_time left = q->arrived + transmitter_duration(x, segment_of(r, message)) - at;
    psn_time out = left > 0 ? transmitter_sent(x, at, left) : at;
    if (message->flags & JOB_REMNANT)
        transmitter_put(x, out, message);
    else if (!transmitter_leave(x, message, out)) {
        drop_message(x, q, out);
        return;
    }
    passage_remove(x, q);
}

/* When the first segment of what takes `service` ns and leaves at `departs` is out. */
static psn_time segment_out(const struct transmitter *x, const struct route *r,
                            const struct job *job, psn_time service, psn_time departs)
{
    if (departs == PSN_NEVER)
        return PSN_NEVER;
    return departs - service + transmitter_duration(x, segment_of(r, job));
}

/* The front goes ahead to the next link once its first segment is out. */
static void front_ahead(struct transmitter *x, struct passage *q, struct job *front, psn_time out)
{
    q->ahead = true;
    front->hop++;
    transmitter_put(x, out, front);
}

/* The front of a long message comes to a committed station, its message with it or later. */
static void commit_front(struct transmitter *x, const struct route *r, struct job *front,
                         psn_time now)
{
    struct passage *q = front->kept;
    psn_time service = transmitter_duration(x, front->size_bits);
    q->through = transmitter_commit(x, service, front->owner, now);
    q->served = true;
    if (front->hop + 1u < r->n_hops)
        front_ahead(x, q, front, segment_out(x, r, front, service, q->through));
    else
        process_release(x->process, front);
    if (q->message)
        passage_end(x, q, now);
}

/* Front and message come together to their first link, which promises when they depart. */
static void enter_promised(struct transmitter *x, const struct route *r, struct job *message,
                           psn_time now)
{
    struct job *front = copy_of(x->process, message, JOB_HEAD);
    if (!front)
        return;
    message->service = transmitter_duration(x, message->size_bits);
    message->last = message->service - transmitter_duration(x, segment_of(r, message));
    psn_time departs = transmitter_promised(x, message, now);
    front->hop++;
    transmitter_put(x, segment_out(x, r, message, message->service, departs), front);
    transmitter_put(x, departs, message);
}

/* The front of a long message queues for all of it. */
static void enter_front(struct transmitter *x, const struct route *r, struct job *front,
                        psn_time now)
{
    if (x->committed) {
        commit_front(x, r, front, now);
        return;
    }
    front->service = transmitter_duration(x, front->size_bits);
    front->last = 0;
    if (front->hop + 1u < r->n_hops) /* two stages: it goes ahead after the first segment */
        front->last = front->service - transmitter_duration(x, segment_of(r, front));
    if (!transmitter_join(x, front, now))
        passage_dropped(x, front, now);
}

/* A long message comes to a link of a route that is committed as a whole. */
static void enter_whole(struct transmitter *x, const struct route *r, struct job *message,
                        psn_time now)
{
    psn_time service = transmitter_duration(x, message->size_bits);
    psn_time departs = transmitter_commit(x, service, message->owner, now);
    psn_time last = law_later(message->hop > 0 ? message->entered : now,
                              transmitter_duration(x, segment_of(r, message)));
    psn_time out = departs > last ? departs : last;
    if (message->hop + 1u == r->n_hops) {
        transmitter_put(x, out, message);
        return;
    }
    message->entered = law_later(out, x->delay);
    transmitter_put(x, segment_out(x, r, message, service, departs), message);
}

void passage_enter(struct transmitter *x, const struct route *r, struct job *job, psn_time now)
{
    if (x->transport->whole[r->index]) {
        enter_whole(x, r, job, now);
        return;
    }
    if (job->flags & JOB_HEAD) {
        if (passage_add(x, job))
            enter_front(x, r, job, now);
        return;
    }
    struct passage *q = job->hop > 0 ? passage_of(x, job) : NULL;
    if (q) {
        q->message = job;
        q->arrived = now;
        if (q->dropped || x->down)
            drop_message(x, q, now);
        else if (q->served)
            passage_end(x, q, now);
        return;
    }
    /* The first link: front and message come together. */
    if (transmitter_may_promise(x)) {
        enter_promised(x, r, job, now);
        return;
    }
    struct job *front = copy_of(x->process, job, JOB_HEAD);
    q = front ? passage_add(x, front) : NULL;
    if (!q)
        return;
    q->message = job;
    q->arrived = now;
    enter_front(x, r, front, now);
}

/* Its first segment is out. */
static void go_ahead(struct transmitter *x, const struct job *front, psn_time now)
{
    struct job *ahead = copy_of(x->process, front, JOB_HEAD);
    if (!ahead)
        return;
    ahead->flags &= ~JOB_STAGED;
    front_ahead(x, front->kept, ahead, now);
}

void passage_front(struct transmitter *x, struct job *front, psn_time now)
{
    if (front->flags & JOB_STAGED) {
        go_ahead(x, front, now);
        return;
    }
    struct passage *q = front->kept;
    process_release(x->process, front);
    q->served = true;
    q->through = now;
    if (q->message)
        passage_end(x, q, now);
}

static bool is_job(const struct job *job, const void *what)
{
    return job == what;
}

/* Is it the front of a message? */
static bool is_front_of(const struct job *job, const void *what)
{
    const struct job *m = what;
    return (job->flags & JOB_HEAD) && job->number == m->number && job->source == m->source &&
           job->step == m->step && job_visit(job) == job_visit(m) && job->sends == m->sends;
}

struct job *passage_take_back(struct transmitter *x, struct job *message, bool staged)
{
    line_withdraw(&x->line, is_job, message);
    if (!transport_is_long(transport_route(x->transport, message), message))
        return message;
    struct job *front = staged ? copy_of(x->process, message, JOB_HEAD)
                               : line_withdraw(&x->line, is_front_of, message);
    struct passage *q = front ? passage_add(x, front) : NULL;
    if (!q)
        return NULL;
    front->hop = message->hop;
    q->message = message;
    q->arrived = message->entered;
    q->ahead = staged;
    return front;
}

void passage_dropped(struct transmitter *x, struct job *front, psn_time now)
{
    struct passage *q = front->kept;
    process_release(x->process, front);
    q->dropped = true;
    if (q->message)
        drop_message(x, q, now);
}
