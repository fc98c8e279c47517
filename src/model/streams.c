/* SPDX-License-Identifier: Apache-2.0
 * Packets at a constant rate. While a job's stream lasts, job->entered is when its first packet
 * leaves, job->service how long the stream lasts from there (negative where it is over before), and
 * job->last how many packets have left: so that the times of packets do not drift. */
#include "model/streams.h"

static void await(struct emitter *x)
{
    const struct heap_entry *top = heap_top(&x->heap);
    tree_set(&x->process->tree, x->slot, top ? top->key : PSN_NEVER);
}

static const struct op *op_of(const struct emitter *x, const struct job *job)
{
    return &x->transport->recipe[job->source].op[job->step];
}

/* The next packet, or the end where that comes first. */
static struct heap_entry next_of(struct emitter *x, struct job *job)
{
    double since = (double)job->last * op_of(x, job)->interval;
    psn_time packet = law_later(job->entered, law_round_ns(since));
    psn_time end = job->entered + job->service;
    return (struct heap_entry){packet < end ? packet : end, x->order++, {.pointer = job}};
}

static void send_packet(struct emitter *x, const struct job *job, psn_time now)
{
    struct job *packet = process_copy(x->process, job);
    if (!packet)
        return;
    packet->flags = (job->flags & ~(JOB_BULK | JOB_FAILED)) | JOB_CHILD | JOB_PACKET;
    packet->ticket = (uint64_t)job->last;
    packet->parent = NULL;
    packet->step = op_of(x, job)->back;
    packet->size_bits = op_of(x, packet)->mean;
    if (!transport_send(x->transport, packet, now))
        process_release(x->process, packet);
}

static void emitter_next(void *owner, psn_time now)
{
    struct emitter *x = owner;
    struct job *job = heap_top(&x->heap)->item.pointer;
    if (now >= job->entered + job->service) {
        heap_pop(&x->heap);
        await(x);
        x->over(x->context, x->process, job, now);
        return;
    }
    job->last++;
    heap_replace(&x->heap, next_of(x, job));
    await(x);
    send_packet(x, job, now);
}

void emitter_init(struct emitter *x)
{
    process_bind(x->process, x->slot, emitter_next, x);
}

void emitter_fini(struct emitter *x)
{
    heap_fini(&x->heap);
}

void emitter_begin(struct emitter *x, struct job *job, psn_time duration, double first,
                   psn_time now)
{
    job->entered = law_later(now, law_round_ns(first));
    job->service = law_later(now, duration) - job->entered;
    job->last = 0;
    if (heap_push(&x->heap, next_of(x, job)))
        x->process->error = PSN_EMEMORY;
    await(x);
}
