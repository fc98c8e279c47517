/* SPDX-License-Identifier: Apache-2.0
 * Demand: open arrivals, users who think, scheduled jobs; one struct a source of the description,
 * in the process of its site. Used by the engine. */
#ifndef MODEL_DEMAND_H
#define MODEL_DEMAND_H

#include "base/array.h"
#include "kernel/law.h"
#include "kernel/line.h"
#include "model/attempts.h"
#include "scenario/description.h"

struct demand;

/* What the engine is told: a request arrives (counts as offered), and a job is to begin its recipe.
 * A scheduled job arrives when it is released and begins when the one before it has ended. */
typedef void (*demand_offer)(void *context, struct demand *s, psn_time now);
typedef void (*demand_begin)(void *context, struct demand *s, struct job *job, psn_time now);

/* Of users with a timeout: a request that arrived at `born` is answered in time. Of those and of
 * users who try again: an attempt is over in vain, and the user tries again or no more; `why` is of
 * JOB_FAILED, or 0 where the time was over. */
typedef void (*demand_answered)(void *context, struct demand *s, psn_time born, psn_time now);
typedef void (*demand_given_up)(void *context, struct demand *s, psn_time born, uint32_t why,
                                bool again);

/* How many requests at most a source that runs ahead of the clock has arrive at a time. */
#define DEMAND_BLOCK STREAM_BLOCK

/* That n requests arrive, numbers `number` and on, at these times (rising, before the horizon),
 * which count as offered. True: that is all, and none of them is to begin. */
typedef bool (*demand_arrive_block)(void *context, struct demand *s, uint64_t number,
                                    const psn_time *at, size_t n);

struct open_demand {
    struct stream gap;    /* unit-rate Poisson process; its block is the caller's */
    struct stream level;  /* of days; law LAW_CONST where the profile does not vary */
    struct stream common; /* the day's common factor, where the workload loads on it */
    uint64_t n;           /* of the next arrival */
    psn_time hour;        /* start of the hour that the search has reached */
    double past;          /* ns of that hour that are used up */
    double per_ns;        /* arrival rate in it */
    double base_per_ns;   /* rate / mean of the profile */
};

struct closed_demand {
    struct stream think; /* its blocks are the caller's */
    double think_ns;
    struct tree thinking; /* by user: when it asks next; PSN_NEVER where it does not think */
    uint32_t *cycle;      /* by user: requests so far */
    uint8_t *state;       /* by user: USER_... */
    int64_t signed_on;    /* users 0 to signed_on - 1 are */
};

struct scheduled_demand {
    size_t released, begun; /* releases so far, and how many of them have begun */
    bool running;
};

/* A source owns up to four slots in its process: `change` (sign-on by the hour), `next` (arrival,
 * end of thinking, release), the line of news that its jobs have ended elsewhere, and the deadline
 * of its attempts. NO_INDEX where there is nothing of the kind. */
struct demand {
    ARRAY_APART const struct description *d;
    const struct source *source;
    enum workload_kind kind;
    uint32_t index, stream;
    struct process *process;
    uint32_t change_slot, next_slot;
    bool ahead;    /* open: it may run ahead of the clock: ahead.c */
    bool straight; /* and its requests go straight through stations to their end, */
    bool shares;   /* or through one shared station, which is theirs alone: block.c */
    uint32_t retries;
    struct line news;
    demand_offer offer;
    demand_begin begin;
    demand_arrive_block arrive_block;
    demand_answered answered;
    demand_given_up given_up;
    void *context;
    /* What changes with its requests: others look at `news`. */
    ARRAY_APART struct attempts attempts;
    union {
        struct open_demand open;
        struct closed_demand closed;
        struct scheduled_demand scheduled;
    } as;
};

/* Readies a source whose process, slots, index, stream, blocks and callbacks the caller has set,
 * and puts its first events into the tree. 0 or PSN_EMEMORY. */
int demand_init(struct demand *s, const struct description *d, const struct draws *draws);
void demand_fini(struct demand *s);

/* A job of the source, for a request that arrived at `born`; its step is yet to be set. NULL (and
 * the process's error set) where memory ends. */
struct job *demand_job(struct demand *s, uint64_t number, psn_time born);

/* A job of the source has ended or failed (JOB_FAILED), and the source knows it: a user thinks
 * again, or tries again at once, the next scheduled job begins. What comes after its timeout is of
 * no effect. */
void demand_ended(struct demand *s, const struct job *job, psn_time now);

/* Scheduled: calls `visit` for every job that was released but has not begun. */
void demand_each_waiting(const struct demand *s,
                         void (*visit)(void *context, const struct demand *s, uint64_t number),
                         void *context);

#endif
