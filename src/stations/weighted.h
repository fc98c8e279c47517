/* SPDX-License-Identifier: Apache-2.0
 * Processor sharing on c servers by groups with weights, under strict levels. Driven by its owner:
 * jobs go in by arrive and come out by depart at the time that `next` gives. Used by compute pools.
 * Knows no domain.
 *
 * A level gets what the levels above it (lower numbers) cannot take. Within a level the rate is
 * divided by weight, max-min, where no job gets more than one server: whoever's part would be more
 * gets one server, and the others divide the rest (progressive filling: Bertsekas and Gallager,
 * Data Networks, 2nd ed., section 6.5.2, with weights). A weight is of each job of the group
 * (discriminatory processor sharing: Kleinrock, Time-shared systems, JACM 14(2), 1967; Fayolle,
 * Mitrani and Iasnogorodski, JACM 27(3), 1980), or of the group as a whole, however many jobs it
 * has. Jobs of a group are served at the same rate. With one group it is egalitarian sharing, as in
 * sharing.h, whose servers and speed may change: a change takes effect at once, and at speed 0 or
 * without servers all stand still.
 *
 * An arrival, departure or change takes O(G + log n): each group with jobs has a virtual time of
 * its own. (Filling goes over a level's groups once for each time that some come to their cap: G
 * times at worst, on several servers only.) */
#ifndef STATIONS_WEIGHTED_H
#define STATIONS_WEIGHTED_H

#include <stdbool.h>

#include "kernel/heap.h"
#include "kernel/job.h"
#include "stations/pace.h"
#include "stats/meter.h"

/* What a station is. Arrays are copied. */
struct weighted_config {
    int64_t servers;       /* at first, 0 to 2^31 */
    uint32_t n_groups;     /* 1 or more: job->group is below it */
    const uint32_t *level; /* of each group; NULL: all 0 */
    const double *weight;  /* of each group, finite and above 0 */
    bool whole;            /* a weight is the group's as a whole; else each job's */
};

struct weighted_group;

struct weighted {
    struct meter meter; /* busy: servers at work */
    struct pace pace;
    struct weighted_group *group; /* by level, then as given */
    uint32_t *place;              /* of each group as given: where it stands in `group` */
    uint32_t n_groups;
    int64_t servers, present;
    bool whole;
    uint32_t first; /* the group whose job departs at `next` */
    psn_time next;  /* the next departure; PSN_NEVER where none */
};

/* The meter is initialised by the caller, before or (where the struct is zeroed) after, with
 * capacity = servers. 0 or PSN_EMEMORY. */
int weighted_init(struct weighted *w, const struct weighted_config *config);
void weighted_fini(struct weighted *w);

/* A job of demand job->service (ns at full speed) and job->group arrives; sets job->entered. 0 or
 * PSN_EMEMORY (not taken in). Updates `next`. */
int weighted_arrive(struct weighted *w, struct job *job, psn_time now);

/* The job that departs at now == w->next; updates `next`. Where several are done at one time, they
 * come out one by one, by level, group and then in the order of their ends, and `next` stays. */
struct job *weighted_depart(struct weighted *w, psn_time now);

/* From now on: so many servers (0 to 2^31), at this speed in 2^-30 of full speed (PACE_FULL at
 * most). Updates `next`. */
void weighted_set(struct weighted *w, int64_t servers, uint64_t speed, psn_time now);

#endif
