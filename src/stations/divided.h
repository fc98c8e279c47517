/* SPDX-License-Identifier: Apache-2.0
 * One server whose capacity is divided between a first-come first-served queue and standing
 * backlogs (bulk jobs): the fluid limit of weighted fair queueing with equal weights for the two
 * classes (generalised processor sharing: Parekh and Gallager, IEEE/ACM ToN 1(3), 1993). While the
 * queue has work it gets all that bulk leaves, and bulk gets half at most; alone, each gets what it
 * can take. Within bulk, capacity is divided equally (max-min), where a job may have a highest
 * share of its own (job->share, in 2^-30 of the capacity). Links and storage arrays are of this
 * kind.
 *
 * As long as first-come jobs are alone here at full speed, the departure of each is known when it
 * comes (Lindley's recursion). An owner that can take a job back may ask for a promise of it
 * (divided_promise): then there is no event of its departure, and what comes in between revokes
 * what was promised. */
#ifndef STATIONS_DIVIDED_H
#define STATIONS_DIVIDED_H

#include <stdbool.h>

#include "base/exact.h"
#include "kernel/job.h"
#include "stats/meter.h"

/* A standing backlog. Rates are in units of the capacity (see the .c), work in unit ns. */
struct backlog {
    struct job *job;
    exact_sum left;    /* work to do as of divided.at */
    exact_sum tail;    /* once no more than this is left, the job's own limit falls away */
    int64_t limit;     /* the job's own limit until then */
    int64_t rate_idle; /* its rate while the queue is empty */
    int64_t rate_busy; /* its rate while the queue has work */
};

/* A job that was promised when it departs, until that time is passed. */
struct promise {
    struct job *job;
    psn_time entered, service, departs;
    int64_t last;
    uint32_t owner;
};

/* A promise is revoked, the last one first: the owner takes back what it has done about the job,
 * and gives the job that is in the station instead, which may be another one; `staged`: its first
 * stage is over. NULL where memory ends: then the owner sees to it. */
typedef struct job *(*divided_revoke)(void *owner, struct job *job, bool staged);

struct divided {
    struct meter meter;     /* capacity METER_WHOLE; busy: the share in use of the capacity that the
                               present speed leaves */
    struct job_queue queue; /* the first-come class, in service first */
    struct backlog *bulk;   /* standing backlogs, in order of arrival */
    size_t n_bulk, capacity;
    bool steady;           /* full speed, and neither backlogs nor a background */
    bool first_come;       /* bulk jobs are first-come, too; set after divided_init */
    int64_t background;    /* what a background takes of the capacity at most; 0: there is none */
    psn_time done;         /* demand of the first-come jobs that have left, ns */
    int64_t whole;         /* its rate in all: full capacity at the speed of now */
    int64_t queue_rate;    /* of the queue while it has work: what bulk leaves */
    exact_sum queue_over;  /* work by which the job in service is done before queue_next; less than
                              one ns at full capacity, below 0 where it is done beyond all time */
    int64_t busy_together; /* meter.busy while the queue has work */
    int64_t busy_alone;    /* meter.busy while the queue is empty */
    psn_time at;           /* bulk progress is accounted up to here */
    psn_time busy_time;    /* how long since `at` the queue had work, in spells that have ended */
    psn_time busy_from;    /* start of the present spell, or `at` if later */
    psn_time next;         /* the next thing to happen: a departure, or a look at the backlogs */
    psn_time queue_next;   /* departure of the job in service; PSN_NEVER where idle */
    psn_time bulk_next;    /* when a backlog may be done; PSN_NEVER where none */
    /* Promises; the queue is empty while there are any. */
    divided_revoke revoke; /* set after divided_init; NULL: none are made */
    void *owner;
    struct promise *promise; /* ring in the order of arrival; capacity is a power of two */
    size_t promise_head, n_promises, promise_capacity;
    psn_time free;  /* departure of the last of them */
    int64_t spared; /* departures and ends of first stages that came as they were promised */
};

/* The meter is initialised by the caller, before or after. 0 or PSN_EMEMORY. */
int divided_init(struct divided *d);
void divided_fini(struct divided *d);

/* A job arrives: demand job->service in ns at full capacity, first-come unless JOB_BULK (and not
 * first_come); sets job->entered. A bulk job is served at a share of at most job->share until
 * job->last ns (at full capacity) of its demand are left, then without that limit: so a flow
 * throttled by a slower link elsewhere still sends its last segment at this link's own rate. A
 * share of 0 counts as the least, 2^-30; one of METER_WHOLE or more is no limit. 0 or PSN_EMEMORY
 * (not taken in). Updates `next`.
 */
int divided_arrive(struct divided *d, struct job *job, psn_time now);

/* Can it be known when a first-come job will depart that comes now? */
static inline bool divided_may_promise(const struct divided *d)
{
    return d->revoke && d->steady && !d->queue.head;
}

/* Then: as divided_arrive, but *departs is when the job will depart (PSN_NEVER: not before time
 * ends), and it does not come out unless that is revoked before. */
int divided_promise(struct divided *d, struct job *job, psn_time now, psn_time *departs);

/* Before the meter and `spared` are read at `end`: whoever was promised to depart before has
 * departed. Nothing else may come after. */
void divided_finish(struct divided *d, psn_time end);

/* A first-come job with job->last > 0 is served in two stages, the second of job->last ns at full
 * capacity, one right behind the other: see divided_depart. */

/* At now == d->next: the job that departs, or NULL where nothing does yet (`next` has moved on).
 * Where several depart at one time, one comes out and `next` stays at now: the first-come job
 * first, then bulk in order of arrival. A job returned with JOB_STAGED set has only done its first
 * stage: it stays in service and comes out once more, with JOB_STAGED clear, when it departs. */
struct job *divided_depart(struct divided *d, psn_time now);

/* From now on: this speed in 2^-30 of full capacity (0: all stand still; METER_WHOLE at most). Jobs
 * keep what was done; limits of backlogs stay what they are of full capacity. Updates `next`. */
void divided_set_speed(struct divided *d, uint64_t speed, psn_time now);

/* From now on a background takes up to this share of full capacity, in 2^-30 (0: none), half of
 * what the speed leaves at most while the queue has work; bulk jobs share the rest. It is no job:
 * it counts in the meter's `busy` alone, as capacity in use. Updates `next`. */
void divided_set_background(struct divided *d, uint64_t cap, psn_time now);

/* Takes all jobs out, unserved, the first-come ones first: the first of them, the others follow
 * through `next`; NULL where there is none. A background stays. Updates `next`. */
struct job *divided_flush(struct divided *d, psn_time now);

/* The work in ns at full capacity that first-come jobs have had by now, whole ns, no earlier than
 * the last change; work of jobs that were flushed does not count. */
exact_sum divided_work(struct divided *d, psn_time now);

#endif
