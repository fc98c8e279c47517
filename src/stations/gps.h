/* SPDX-License-Identifier: Apache-2.0
 * One server shared between queues: generalised processor sharing, with strict levels above each
 * other. Driven by its owner: jobs go in by arrive and come out by depart at the time that `next`
 * gives. Used by compute pools. Knows no domain.
 *
 * Each queue is first come first served. The queues with jobs of the first level that has any
 * (lower numbers first) divide the server by their weights; those below stand still, and go on with
 * what was done (Parekh and Gallager, IEEE/ACM Transactions on Networking 1(3), 1993, section II).
 *
 * By virtual time of the level, which grows at speed / (weights of the queues with jobs): a job's
 * finish tag is the tag of the job before it, or virtual time if it found its queue empty, plus
 * demand / weight. Only the first job of each queue stands in the heap of its level, so an arrival,
 * departure or change of speed takes O(levels + log Q). */
#ifndef STATIONS_GPS_H
#define STATIONS_GPS_H

#include "kernel/job.h"
#include "stations/pace.h"
#include "stats/meter.h"

/* What a station is. Arrays are copied. */
struct gps_config {
    uint32_t n_queues;     /* 1 or more: job->group is below it */
    const uint32_t *level; /* of each queue; NULL: all 0 */
    const double *weight;  /* of each queue, finite and above 0 */
};

struct gps_queue;
struct gps_level;

struct gps {
    struct meter meter;      /* busy: 1 while it works */
    uint64_t speed;          /* 2^-30 of full speed */
    psn_time at;             /* virtual times are as of here */
    struct gps_queue *queue; /* [n_queues] */
    struct gps_level *level; /* [n_levels] */
    uint32_t n_queues, n_levels;
    uint32_t active; /* the level that is served; n_levels where none */
    uint32_t first;  /* the level whose job departs at `next` */
    psn_time next;   /* the next departure; PSN_NEVER where none */
};

/* The meter is initialised by the caller, before or (where the struct is zeroed) after, with
 * capacity 1. 0 or PSN_EMEMORY. */
int gps_init(struct gps *g, const struct gps_config *config);
void gps_fini(struct gps *g);

/* A job of demand job->service (ns at full speed) and job->group arrives; sets job->entered.
 * Cannot fail; returns 0. Updates `next`. */
int gps_arrive(struct gps *g, struct job *job, psn_time now);

/* The job that departs at now == g->next; updates `next`. Where several are done at one time, they
 * come out one by one, by level, in the order of their finish tags and then of their queues, and
 * `next` stays. */
struct job *gps_depart(struct gps *g, psn_time now);

/* From now on: this speed in 2^-30 of full speed (0: stands still; PACE_FULL at most). Updates
 * `next`. */
void gps_set_speed(struct gps *g, uint64_t speed, psn_time now);

#endif
