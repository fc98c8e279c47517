/* SPDX-License-Identifier: Apache-2.0
 * Processor sharing on c servers: n jobs get min(1, c / n) of a server each. By virtual time (the
 * service that each job present has received), in fixed point; departures are rounded up to whole
 * ns, and virtual time is set to 0 when idle. Kleinrock, Queueing Systems II, section 4.4.
 * The fast path for what never changes: where the number of servers or their speed may change,
 * weighted.h with one group does the same. */
#ifndef STATIONS_SHARING_H
#define STATIONS_SHARING_H

#include "kernel/job.h"
#include "kernel/sorted.h"
#include "stats/meter.h"

struct sharing {
    struct meter meter;
    struct sorted tags; /* (virtual finish: whole ns, rest << 40 | arrival, job) */
    int64_t servers;
    int64_t virtual_now;   /* whole ns */
    uint32_t virtual_rest; /* and in 2^-24 ns; the .c says why this neither overflows nor drifts */
    uint32_t lost;         /* units that rounding may have kept from virtual time since idle */
    psn_time virtual_at;   /* when virtual time was brought up to date */
    uint64_t order;        /* arrivals since the station was idle: below 2^40 */
    uint64_t count;        /* jobs here: fewer than 2^40, for they fit in memory */
    uint64_t inverse;      /* (2^64 - 1) / count, rounded down, where that is above servers */
    psn_time next;         /* the next departure; PSN_NEVER where idle */
};

/* `servers` >= 1; the meter is initialised by the caller, before or after, with capacity = servers.
 * 0 or PSN_EMEMORY. */
int sharing_init(struct sharing *s, int64_t servers);
void sharing_fini(struct sharing *s);

/* A job of demand job->service (ns) arrives; sets job->entered. 0 or PSN_EMEMORY (not taken in).
 * Updates `next`. */
int sharing_arrive(struct sharing *s, struct job *job, psn_time now);

/* The job that departs at now == s->next; updates `next`. Where several are done at one time, they
 * come out one by one, in the order of their finish tags and then of arrival, and `next` stays. */
struct job *sharing_depart(struct sharing *s, psn_time now);

#endif
