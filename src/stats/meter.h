/* SPDX-License-Identifier: Apache-2.0
 * What is measured at a station: time averages (number present, utilisation) as exact integrals,
 * waiting times, throughput, the share of each partner; whole and by interval. Each station has one
 * and drives it; the run sets where warm-up and intervals end. */
#ifndef STATS_METER_H
#define STATS_METER_H

#include <stddef.h>
#include <stdint.h>

#include "base/exact.h"
#include "psnsim/types.h"
#include "stats/histogram.h"
#include "stats/tally.h"

/* Utilisation is counted in `busy` units: servers for a multi-server station, 2^-30 of the capacity
 * (METER_WHOLE) where capacity is divided. */
#define METER_WHOLE ((int64_t)1 << 30)

/* How many waited for `limit` at most. */
struct meter_limit {
    psn_time limit;
    int64_t within;
};

struct meter {
    psn_time last;                         /* integrals are complete up to here */
    psn_time mark;                         /* the next end of warm-up or interval */
    int64_t present;                       /* jobs here now */
    int64_t busy;                          /* units in use now */
    int64_t present_max;                   /* since the end of warm-up */
    exact_sum present_area;                /* of the current interval so far, job ns */
    exact_sum busy_area;                   /* of the current interval so far, unit ns */
    exact_sum present_before, busy_before; /* the part of these areas before the end of warm-up */
    exact_sum present_total, busy_total;   /* from the end of warm-up to the last interval's end */
    struct tally wait; /* ns beyond the own service demand, or until the job abandoned; jobs that
                          entered after warm-up */
    int64_t served;    /* departures of the served after warm-up */
    int64_t served_in_time; /* those before the horizon; set when that is passed */
    exact_sum *served_work; /* by owner, from first_owner on: service demand of departures after
                               warm-up, ns; may be NULL */
    uint32_t first_owner;   /* the least that comes; set after meter_init */
    psn_time warmup, interval, horizon;
    int64_t capacity; /* busy units when full, now */
    uint32_t n_intervals, filled;
    double *series_utilisation, *series_present; /* n_intervals each; may be NULL */
    /* n_intervals each, the caller's, as `waits`: of each interval the departures of the served,
       and how many waits ended in it, of so many ns together; NULL where not asked for */
    int64_t *series_left, *series_waits;
    exact_sum *series_waited;
    int64_t left_before, waits_before; /* those of the intervals before, after warm-up */
    exact_sum waited_before;
    struct histogram *waits; /* of the same waits as `wait`; the caller's, NULL where not asked for;
                                set after meter_init */
    struct meter_limit *limit; /* [n_limits]: the caller's, as `waits` */
    size_t n_limits;
    int64_t taken;     /* jobs that came after warm-up, and were taken in where others are not */
    int64_t refused;   /* jobs that came after warm-up and found no room */
    int64_t abandoned; /* jobs that entered after warm-up and left before service began */
    /* Where the capacity changes: its area up to the last change, unit ns, as the others. */
    psn_time capacity_since;
    exact_sum capacity_area, capacity_before, capacity_total;
};

/* Everything that the caller decides. series and served_work arrays are the caller's (zeroed);
 * interval > 0, horizon > 0, fewer than 2^32 intervals; the last interval may be shorter. Series
 * begin at time 0 and hold every interval, those of the warm-up too: each value is the average over
 * its whole interval (utilisation NaN where there was no capacity). */
void meter_init(struct meter *m, psn_time warmup, psn_time interval, psn_time horizon,
                int64_t capacity, exact_sum *served_work, double *series_utilisation,
                double *series_present);

/* Rolls over one or more marks up to `now`: the slow path of meter_advance. What happens at exactly
 * a mark belongs after it, so an event at the horizon is beyond the run. Kept out of its callers,
 * whose registers it would take. */
__attribute__((noinline, cold)) void meter_roll(struct meter *m, psn_time now);

/* Brings the integrals up to `now`, before present or busy change. */
static inline void meter_advance(struct meter *m, psn_time now)
{
    if (__builtin_expect(now >= m->mark, 0))
        meter_roll(m, now);
    psn_time dt = now - m->last;
    m->present_area += exact_product(m->present, dt);
    m->busy_area += exact_product(m->busy, dt);
    m->last = now;
}

/* A job came (call after meter_advance). */
static inline void meter_arrive(struct meter *m)
{
    if (++m->present > m->present_max)
        m->present_max = m->present;
}

/* The capacity is another one from now on (call after meter_advance). 0 is no capacity: utilisation
 * counts busy and present unit time, so it says nothing about a time in which nothing was there. */
void meter_set_capacity(struct meter *m, int64_t capacity);

/* What objectives ask of a wait: for meter_wait, and apart from it, as few stations have any. */
__attribute__((noinline)) void meter_watch(struct meter *m, psn_time wait);

/* A job that entered at `entered` has waited for `wait` ns in all, 0 or more. */
static inline void meter_wait(struct meter *m, psn_time entered, psn_time wait)
{
    if (entered < m->warmup)
        return;
    tally_add(&m->wait, wait);
    if (__builtin_expect(m->waits || m->n_limits, 0))
        meter_watch(m, wait);
}

/* A job was taken in by a station that may refuse others (call after meter_arrive). */
static inline void meter_take(struct meter *m, psn_time now)
{
    if (now >= m->warmup)
        m->taken++;
}

/* A job was not taken in (call after meter_advance). */
static inline void meter_refuse(struct meter *m, psn_time now)
{
    if (now >= m->warmup)
        m->refused++;
}

/* A job that entered at `entered` left unserved (call after meter_advance). */
static inline void meter_abandon(struct meter *m, psn_time now, psn_time entered)
{
    m->present--;
    if (entered >= m->warmup)
        m->abandoned++;
    meter_wait(m, entered, now - entered);
}

/* A job that entered at `entered` with this service demand (ns) and owner was served by `now`. */
static inline void meter_served(struct meter *m, psn_time now, psn_time entered, psn_time service,
                                uint32_t owner)
{
    if (now >= m->warmup) {
        m->served++;
        if (m->served_work)
            m->served_work[owner - m->first_owner] += service;
    }
    meter_wait(m, entered, now - entered - service);
}

/* The same, and it went (call after meter_advance). */
static inline void meter_depart(struct meter *m, psn_time now, psn_time entered, psn_time service,
                                uint32_t owner)
{
    m->present--;
    meter_served(m, now, entered, service, owner);
}

/* A job that went, served, at this moment is here yet (call after meter_depart); it has nowhere to
 * go. */
static inline void meter_stay(struct meter *m)
{
    m->present++;
}

/* One that stayed is gone (call after meter_advance). */
static inline void meter_go(struct meter *m)
{
    m->present--;
}

/* Ends at the horizon: the last interval is closed. */
void meter_finish(struct meter *m);

/* After meter_finish: time averages from warm-up to horizon; NaN where warm-up leaves nothing.
 * Utilisation is of the capacity that was there, 0 to 1, NaN where there was none; throughput is in
 * departures a second. What comes or goes later counts in none of them. */
double meter_utilisation(const struct meter *m);
double meter_present(const struct meter *m);
double meter_throughput(const struct meter *m);

#endif
