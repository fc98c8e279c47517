/* SPDX-License-Identifier: Apache-2.0
 * c servers with all that fifo does without: levels of priority, a finite room, patience, a number
 * of servers and a speed that change, and servers that stay taken after service (wrap-up,
 * blocking). Driven by its owner: jobs go in by arrive and come out by depart at the time that
 * `next` gives. Used by compute pools and desks. Knows no domain.
 *
 * Who is served. Level 0 goes first, and within a level who arrived first. Without preemption a job
 * in service stays there. With it (preemptive-resume) a waiting job takes the server of the one in
 * service that stands last by (level, arrival), if that one's level is below its own; who loses a
 * server waits at its place by arrival and resumes with what is left of its demand.
 *
 * Number of servers. Where it goes down, servers finish what they do, and whoever is free first
 * leaves; a job begins or resumes only where fewer than c servers are taken, or by preemption where
 * fewer than c are taken by holds and by jobs of its own level or above. New servers begin at once.
 *
 * Speed. Jobs in service keep what was done; at speed 0 they stand still and none begins. What a
 * job leaves of the ns in which its service ends is its server's: who follows at once has it, so a
 * busy server does not drift.
 *
 * Patience is for service to begin: who has begun does not leave, even if it lost its server.
 *
 * One instant. Departures come first, by the time within the ns at which the service ended and then
 * by the start of service; then servers whose hold ends; then those whose patience ends, by
 * arrival. So a job whose patience ends as a server gets free is served. What the owner does at the
 * same instant (arrivals, changes) belongs after all that `next` still gives for it; if it does it
 * sooner, a job that has all its work is not preempted any more.
 *
 * Meter. Busy are the servers that are taken, held ones too, but none at speed 0; capacity counts
 * those who are to be there, and those who stay to finish. Each takes O(levels + log n). */
#ifndef STATIONS_SERVERS_H
#define STATIONS_SERVERS_H

#include <stdbool.h>

#include "kernel/heap.h"
#include "kernel/job.h"
#include "stations/pace.h"
#include "stations/seats.h"
#include "stations/tags.h"
#include "stats/meter.h"

/* What a station is. */
struct servers_config {
    int64_t servers; /* at first, 0 or more */
    uint32_t levels; /* 1 or more: job->level is below it */
    bool preemptive;
    int64_t room; /* jobs at most, those in service and those who hold a server until it is freed
                     counted; 0: no end */
};

/* How a job left. */
enum servers_end { SERVERS_SERVED, SERVERS_ABANDONED };

#define SERVERS_FULL 1 /* there was no room */

struct servers_seat;
struct servers_level;

struct servers {
    struct meter meter;
    struct pace pace;
    struct servers_level *level; /* [levels] */
    struct seats seats;
    struct servers_seat *seat; /* of every job here, by seat */
    size_t seat_room;
    struct tags ends;                        /* of service, as work of pace; by seat */
    struct tags patience;                    /* of those who have not begun; by seat */
    struct heap holds;                       /* servers that stay taken until a time */
    int64_t servers, serving, held, blocked; /* blocked: of the held, those until freed */
    int64_t room;
    uint64_t arrivals, begun; /* so far: for ties */
    uint32_t levels;
    uint32_t followed; /* the seat that began by the last departure, until the next call */
    bool preemptive;
    bool deferred; /* a job may begin, but not before the next call of depart, at the same time */
    psn_time next; /* the next departure, end of a hold or of patience; PSN_NEVER where none */
};

/* The meter is initialised by the caller, before or (where the struct is zeroed) after, with
 * capacity = servers. 0 or PSN_EMEMORY. */
int servers_init(struct servers *s, const struct servers_config *config);
void servers_fini(struct servers *s);

/* Is there no room for one more? */
bool servers_full(const struct servers *s);

/* A job of demand job->service (ns at full speed), job->level and job->patience arrives; sets
 * job->entered. 0; SERVERS_FULL: not taken in, counted as refused (who means to wait before the
 * door asks servers_full first); or PSN_EMEMORY: not taken in. Updates `next`. */
int servers_arrive(struct servers *s, struct job *job, psn_time now);

/* At now == s->next: the job that leaves, and how; NULL where none does yet (a hold was over, or
 * who may begin was looked for). Where several things happen at one time `next` stays at now. */
struct job *servers_depart(struct servers *s, psn_time now, enum servers_end *how);

/* Right after a SERVERS_SERVED departure, at the same time: its server stays taken until the time
 * `until`, whatever the speed, or with PSN_NEVER until servers_free (and then the job stays present
 * and keeps its place in the room). If another job began on it, it waits on as if it had not. 0 or
 * PSN_EMEMORY (not held). Updates `next`. */
int servers_hold(struct servers *s, psn_time until, psn_time now);

/* One of the servers held until freed is free. There must be one. Updates `next`. */
void servers_free(struct servers *s, psn_time now);

/* One of the servers held until `from` stays taken until `to` instead; either may be PSN_NEVER:
 * until freed. There must be one. 0 or PSN_EMEMORY (nothing changed). Updates `next`. */
int servers_hold_on(struct servers *s, psn_time from, psn_time to, psn_time now);

/* From now on: so many servers (0 or more), at this speed in 2^-30 of full speed (0: stands still;
 * PACE_FULL at most). Updates `next`. */
void servers_set(struct servers *s, int64_t servers, uint64_t speed, psn_time now);

#endif
