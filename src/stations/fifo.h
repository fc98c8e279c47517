/* SPDX-License-Identifier: Apache-2.0
 * c servers, first come first served. Driven by its owner: jobs go in by arrive and come out by
 * depart at the time that `next` gives. Used by compute pools. Knows no domain. The fast path for
 * what never changes: where the number of servers or their speed may change, servers.h does the
 * same. */
#ifndef STATIONS_FIFO_H
#define STATIONS_FIFO_H

#include "kernel/heap.h"
#include "kernel/job.h"
#include "stats/meter.h"

struct fifo {
    struct meter meter;
    struct job_queue queue; /* waiting */
    struct job *serving;    /* one server: the job in service */
    struct heap departures; /* several servers: (departure, order, job) */
    int64_t servers, busy;
    uint64_t order; /* ties of departures go by start of service */
    psn_time next;  /* the next departure; PSN_NEVER where idle */
};

/* `servers` >= 1; the meter is initialised by the caller, before or after, with capacity = servers.
 * 0 or PSN_EMEMORY. */
int fifo_init(struct fifo *f, int64_t servers);
void fifo_fini(struct fifo *f);

/* A job of demand job->service (ns) arrives; sets job->entered. 0 or PSN_EMEMORY (not taken in).
 * Updates `next`. */
int fifo_arrive(struct fifo *f, struct job *job, psn_time now);

/* The job that departs at now == f->next, out of the station; starts the next one; updates `next`.
 */
struct job *fifo_depart(struct fifo *f, psn_time now);

#endif
