/* SPDX-License-Identifier: Apache-2.0
 * c servers, first come first served. Used by compute pools. Since nothing revokes a departure once
 * service has begun, a job's departure is known then: one server needs one time, several a heap. */
#include "stations/fifo.h"

#include <string.h>

int fifo_init(struct fifo *f, int64_t servers)
{
    f->queue = (struct job_queue){0};
    f->serving = NULL;
    memset(&f->departures, 0, sizeof f->departures);
    f->servers = servers;
    f->busy = 0;
    f->order = 0;
    f->next = PSN_NEVER;
    return PSN_OK;
}

void fifo_fini(struct fifo *f)
{
    heap_fini(&f->departures);
}

/* When a service that begins now ends; beyond the end of time: never. */
static inline psn_time fifo_end(psn_time now, psn_time service)
{
    psn_time end;
    return __builtin_add_overflow(now, service, &end) ? PSN_NEVER : end;
}

static inline struct heap_entry fifo_entry(struct fifo *f, struct job *job, psn_time now)
{
    return (struct heap_entry){
        .key = fifo_end(now, job->service), .order = f->order++, .item = {.pointer = job}};
}

int fifo_arrive(struct fifo *f, struct job *job, psn_time now)
{
    if (f->busy < f->servers && f->servers > 1) {
        int status = heap_reserve(&f->departures, f->departures.count + 1);
        if (status != PSN_OK)
            return status;
    }
    meter_advance(&f->meter, now);
    meter_arrive(&f->meter);
    job->entered = now;
    if (f->busy == f->servers) {
        job_queue_push(&f->queue, job);
        return PSN_OK;
    }
    f->meter.busy = ++f->busy;
    if (f->servers == 1) {
        f->serving = job;
        f->next = fifo_end(now, job->service);
        return PSN_OK;
    }
    int status = heap_push(&f->departures, fifo_entry(f, job, now));
    f->next = heap_top(&f->departures)->key;
    return status;
}

/* The departure of several servers: the least of the heap makes room for the first who waits. */
static struct job *fifo_depart_several(struct fifo *f, psn_time now)
{
    struct job *job = heap_top(&f->departures)->item.pointer;
    struct job *first = job_queue_pop(&f->queue);
    if (first) {
        heap_replace(&f->departures, fifo_entry(f, first, now));
    } else {
        heap_pop(&f->departures);
        f->meter.busy = --f->busy;
    }
    const struct heap_entry *top = heap_top(&f->departures);
    f->next = top ? top->key : PSN_NEVER;
    return job;
}

struct job *fifo_depart(struct fifo *f, psn_time now)
{
    struct job *job;
    meter_advance(&f->meter, now);
    if (f->servers == 1) {
        job = f->serving;
        f->serving = job_queue_pop(&f->queue);
        if (f->serving) {
            f->next = fifo_end(now, f->serving->service);
        } else {
            f->meter.busy = f->busy = 0;
            f->next = PSN_NEVER;
        }
    } else {
        job = fifo_depart_several(f, now);
    }
    meter_depart(&f->meter, now, job->entered, job->service, job->owner);
    return job;
}
