/* SPDX-License-Identifier: Apache-2.0
 * Dropped messages on their way back, and until they are sent again.
 *
 * The sender learns of a drop no sooner than a packet could have come back, and sends the message
 * again, from the first link and by the route of that time, once its class's time-out has passed
 * since the drop. Each time-out is twice as long as the one before it (RFC 6298, section 5.5), up
 * to TRANSPORT_PATIENCE. */
#include "model/sender.h"

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

void sender_drop(struct transmitter *x, struct job *message, psn_time at)
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
        messages_lost(x->books, class, message, at);
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
    heap_pop(&s->waiting);
    await(s);
    messages_resent(&t->books[s->process - t->process], t->class[job->source], job);
    t->again(t, s->process, job, now);
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
