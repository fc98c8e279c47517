/* SPDX-License-Identifier: Apache-2.0
 * Infinite servers: nobody waits. Driven by its owner: jobs go in by arrive and come out by depart
 * at the time that `next` gives. Used by compute pools. Knows no domain.
 *
 * A job goes once its demand has been done at the station's speed; a change of speed takes effect
 * at once, and jobs keep what was done. Each takes O(log n), a change O(1). */
#ifndef STATIONS_INFINITE_H
#define STATIONS_INFINITE_H

#include "kernel/job.h"
#include "stations/pace.h"
#include "stations/seats.h"
#include "stations/tags.h"
#include "stats/meter.h"

struct infinite {
    struct meter meter; /* busy: jobs in service; utilisation has no meaning and is NaN */
    struct pace pace;
    struct seats seats;
    struct job **job; /* by seat */
    size_t job_room;
    struct tags ends; /* as work of pace */
    uint64_t arrivals;
    psn_time next; /* the next departure; PSN_NEVER where none */
};

/* The meter is initialised by the caller, before or (where the struct is zeroed) after, with
 * capacity 0. 0 or PSN_EMEMORY. */
int infinite_init(struct infinite *f);
void infinite_fini(struct infinite *f);

/* A job of demand job->service (ns at full speed) arrives; sets job->entered. 0 or PSN_EMEMORY
 * (not taken in). Updates `next`. */
int infinite_arrive(struct infinite *f, struct job *job, psn_time now);

/* The job that departs at now == f->next; updates `next`. Where several are done at one time, they
 * come out one by one, in the order of their ends and then of arrival, and `next` stays. */
struct job *infinite_depart(struct infinite *f, psn_time now);

/* From now on: this speed in 2^-30 of full speed (0: stands still; PACE_FULL at most). Updates
 * `next`. */
void infinite_set_speed(struct infinite *f, uint64_t speed, psn_time now);

#endif
