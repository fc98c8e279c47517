/* SPDX-License-Identifier: Apache-2.0
 * c servers, first come first served, that commit to a departure when the job arrives: where
 * nothing can revoke it (no breakdown, change of speed, patience or other queue), the moment at
 * which each server is free next tells it. One server: Lindley, "The theory of queues with a single
 * server", Mathematical Proceedings of the Cambridge Philosophical Society 48(2), 1952. Several:
 * Kiefer and Wolfowitz, "On the theory of queues with many servers", Transactions of the American
 * Mathematical Society 78(1), 1955. Used by compute pools and links. Knows no domain. Where the
 * servers or their speed may change, servers.h does the same event by event.
 *
 * It has no event of its own, and does not keep jobs: whoever sent one has it come out at the time
 * that it is told. Arrivals may run ahead of the simulation's clock, as long as they come in the
 * order of time. What is measured is what a station with departures as events measures, a departure
 * before an arrival at the same time. */
#ifndef STATIONS_FIFO_H
#define STATIONS_FIFO_H

#include "kernel/tree.h"
#include "stats/meter.h"

/* A job whose departure lies beyond the next mark of the meter: what is left to measure of it. */
struct fifo_commitment {
    psn_time arrives, starts, departs;
    uint32_t owner;
};

struct fifo {
    struct meter meter; /* up to date at marks only; present and busy stay 0: see the .c */
    /* What an arrival touches that departs before the next mark: these two cache lines, the ring's
       and its owner's work. */
    psn_time mark;                 /* the meter's next mark, or the end of the run */
    psn_time free;                 /* one server: when it is free */
    int64_t count;                 /* since the last mark: those who came and will be gone before
                                      the next one, ... */
    psn_time wait_max;             /* ... their longest wait, ... */
    exact_sum waited, worked;      /* ... and their waits and demands, ns */
    exact_sum *work_of;            /* of the meter, where that is measured */
    psn_time *start;               /* ring: when the last who came begin */
    uint64_t ring_mask;            /* its capacity - 1 */
    uint64_t arrivals;             /* so far: where the next one stands in it */
    uint64_t waiting_max;          /* most who waited at once, since the end of warm-up */
    int64_t servers, opened;       /* all; those that were ever busy at once since then */
    bool measured, watched;        /* is warm-up over; does anyone ask for single waits */
    psn_time ends;                 /* of the run */
    struct tree free_at;           /* several servers: when each opened one is free */
    struct fifo_commitment *later; /* ring, in the order of `starts`: who departs at `mark` or
                                      later; its capacity is a power of two */
    size_t later_head, later_count, later_capacity;
};

/* `servers` >= 1; the meter is initialised by the caller, before or after, with capacity = servers.
 * What departs at `ends` or later has not departed: not before the meter's horizon. 0 or
 * PSN_EMEMORY. */
int fifo_init(struct fifo *f, int64_t servers, psn_time ends);
void fifo_fini(struct fifo *f);

/* Takes in a job of demand `service` ns (>= 0) of an owner that arrives at `now`; arrivals come in
 * the order of time, before `ends`. *departs: when it will depart (PSN_NEVER: not before time
 * ends); service begins at *departs - service. 0 or PSN_EMEMORY (not taken in). Servers that are
 * busy at once are 2^24 at most: beyond, it is PSN_EMEMORY too. */
int fifo_arrive(struct fifo *f, psn_time service, uint32_t owner, psn_time now, psn_time *departs);

/* The same of n jobs of one owner that arrive at the times at[], in order: their departures replace
 * them there. */
int fifo_arrive_block(struct fifo *f, size_t n, const psn_time *service, uint32_t owner,
                      psn_time *at);

/* Ends at the horizon, as meter_finish, which must follow: whoever departs before `ends` has. No
 * arrival may come after. */
void fifo_finish(struct fifo *f);

#endif
