/* SPDX-License-Identifier: Apache-2.0
 * Compute pools and desks as stations of a running model: by their discipline, with their rooms,
 * doors, hours and faults. Used by the engine. */
#ifndef MODEL_POOLS_H
#define MODEL_POOLS_H

#include "base/array.h"
#include "kernel/heap.h"
#include "model/arrays.h"
#include "model/changes.h"
#include "stations/fifo.h"
#include "stations/gps.h"
#include "stations/infinite.h"
#include "stations/servers.h"
#include "stations/sharing.h"
#include "stations/weighted.h"

struct pool_unit;

/* What the engine is told when a job has run out of patience. */
typedef void (*pool_abandoned)(void *context, struct process *p, struct job *job, psn_time now);

/* The pools of a site, which can hold back each other's jobs: which of them a job leaves at this
 * moment (NULL: none), and of which request it is. */
struct pool_yard {
    ARRAY_APART struct pool_unit *leaving;
    uint64_t number;
    uint32_t source;
    psn_time wrap_up; /* for which its server stays busy, from this moment on */
};

/* How a pool is driven that is neither plain first-come nor plain sharing. */
struct pool_driver {
    int (*init)(struct pool_unit *u, const struct pool *p);
    int (*arrive)(struct pool_unit *u, struct job *job, psn_time now);
    struct job *(*depart)(struct pool_unit *u, psn_time now, bool *abandoned);
    void (*set)(struct pool_unit *u, int64_t servers, uint64_t speed, psn_time now);
    void (*fini)(struct pool_unit *u);
};

struct pool_unit {
    ARRAY_APART enum discipline discipline;
    uint32_t slot;
    const struct pool_driver *driver; /* NULL: plain fifo or sharing */
    struct process *process;
    double speed; /* full speed, at which demands are counted */
    machine_served served;
    void *context;
    const psn_time *next; /* of its station, where it has a driver */
    const struct pool *pool;
    union {
        struct meter meter; /* what every station begins with */
        struct fifo fifo;
        struct sharing sharing;
        struct servers servers;
        struct weighted weighted;
        struct gps gps;
        struct infinite infinite;
    } station;
    const struct description *d;
    struct pool_yard *yard;
    struct job_queue door;   /* who waits before it, first come first in */
    struct changes *changes; /* NULL: there are none */
    uint32_t change_slot;
    bool impatient; /* some job may run out of patience */
    pool_abandoned abandoned;
    struct line line;       /* plain first-come, one server: who is here, by departure; */
    struct heap departures; /* several: (departure, order, job) */
    uint64_t order; /* ties of departures go by start of service, which is that of arrival */
};

/* Readies a pool whose d, pool, yard, impatient, changes, process, slots, callbacks and meter the
 * caller has set, and its changes into the tree. 0 or PSN_EMEMORY. */
int pool_init(struct pool_unit *u);
void pool_fini(struct pool_unit *u);

/* Its meter at the horizon, complete but for meter_finish. */
struct meter *pool_meter(struct pool_unit *u);

/* The capacity that the pool's meter begins with: servers; 0 where they are unlimited. */
int64_t pool_capacity(const struct pool_unit *u);

/* Does it commit to departures when jobs arrive (stations/fifo.h)? */
static inline bool pool_commits(const struct pool_unit *u)
{
    return !u->driver && u->discipline == DISCIPLINE_FIFO;
}

/* Is it a plain shared one (stations/sharing.h)? */
static inline bool pool_shares(const struct pool_unit *u)
{
    return !u->driver && u->discipline == DISCIPLINE_SHARING;
}

/* When a job of `work` ns on a core of speed 1, of an owner, will depart that arrives at a pool
 * that commits, at `now`, which may be ahead of the clock. At the horizon or later (or memory has
 * ended): it will not. */
psn_time pool_commit(struct pool_unit *u, double work, uint32_t owner, psn_time now);

/* A job comes out there, as one that was served, at a time that pool_commit gave. */
void pool_put(struct pool_unit *u, psn_time departs, struct job *job);

/* The same at any other pool: it arrives; where the pool has a driver, with job->patience
 * and in job->last the time that its server stays busy after it. False where there is no room, and
 * it has to go. */
bool pool_arrive(struct pool_unit *u, struct job *job, double work, psn_time now);

#endif
