/* SPDX-License-Identifier: Apache-2.0
 * How much a station can do over a run: its calendar of servers and speed, and the failures and
 * repairs of what it stands on. Every process replays them by itself, for they are pure functions
 * of the description and the draws. Used by the engine's pools, arrays and links. */
#ifndef MODEL_CHANGES_H
#define MODEL_CHANGES_H

#include "base/arena.h"
#include "kernel/law.h"
#include "scenario/description.h"

/* The course of a fault over a run: the same for whoever follows it. */
struct outage {
    const struct fault *fault;
    struct stream failure, repair;
    uint64_t n;  /* of the failure under way or to come */
    bool down;   /* failed, and not repaired */
    psn_time at; /* of the next failure or repair; PSN_NEVER: none */
};

/* Before the first failure, and what comes next: a failure or repair at o->at. */
void outage_init(struct outage *o, const struct fault *f, const struct draws *draws);
void outage_take(struct outage *o);

struct changes {
    const struct capacity *calendar; /* NULL: it never changes */
    size_t n_calendar, passed;
    bool link;     /* a link direction, whose speed is 0 where the calendar has no server */
    psn_time open; /* when the station comes: before, it has no servers, where it has a calendar */
    struct outage *outage;
    size_t n_outages;
    double full; /* the highest speed of all: what speeds are parts of */
    /* As it is from `now` on: */
    psn_time now;
    int64_t servers;
    uint64_t speed; /* in 2^-30 of `full` */
    bool lost;      /* a link: it has failed, and what is there and comes is lost */
};

/* Is the station one of those that a fault concerns, in the arrangement in use? */
bool changes_touches(const struct fault *f, size_t station);

/* Does a station's capacity or speed change at all? Stations are numbered as in an outcome. */
bool changes_any(const struct description *d, size_t station);

/* Readies the changes of a station, as it is at time 0. Memory is the arena's. 0 or PSN_EMEMORY. */
int changes_init(struct changes *c, const struct description *d, size_t station,
                 const struct draws *draws, struct arena *memory);

/* When it changes next; PSN_NEVER: not any more. */
psn_time changes_next(const struct changes *c);

/* At that time: brings `servers` and `speed` up to date. */
void changes_take(struct changes *c, psn_time now);

/* The highest speed of a pool: what the demand of its jobs is counted at. */
double changes_full_speed(const struct pool *p);

#endif
