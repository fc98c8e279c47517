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
#include "stats/tally.h"

/* Utilisation is counted in `busy` units: servers for a multi-server station, 2^-30 of the capacity
 * (METER_WHOLE) where capacity is divided. */
#define METER_WHOLE ((int64_t)1 << 30)

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
    struct tally wait;      /* ns beyond the own service demand; jobs that entered after warm-up */
    int64_t served;         /* departures after warm-up */
    int64_t served_in_time; /* those before the horizon; set when that is passed */
    exact_sum
        *served_work; /* by owner: service demand of departures after warm-up, ns; may be NULL */
    psn_time warmup, interval, horizon;
    int64_t capacity; /* busy units when full */
    uint32_t n_intervals, filled;
    double *series_utilisation, *series_present; /* n_intervals each; may be NULL */
};

/* Everything that the caller decides. series and served_work arrays are the caller's (zeroed);
 * interval > 0, horizon > 0, fewer than 2^32 intervals; the last interval may be shorter. Series
 * begin at time 0 and hold every interval, those of the warm-up too: each value is the average over
 * its whole interval. */
void meter_init(struct meter *m, psn_time warmup, psn_time interval, psn_time horizon,
                int64_t capacity, exact_sum *served_work, double *series_utilisation,
                double *series_present);

/* Rolls over one or more marks up to `now`: the slow path of meter_advance. What happens at exactly
 * a mark belongs after it, so an event at the horizon is beyond the run. */
void meter_roll(struct meter *m, psn_time now);

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

/* A job went that entered at `entered` with this service demand (ns) and owner. */
static inline void meter_depart(struct meter *m, psn_time now, psn_time entered, psn_time service,
                                uint32_t owner)
{
    m->present--;
    if (now >= m->warmup) {
        m->served++;
        if (m->served_work)
            m->served_work[owner] += service;
    }
    if (entered >= m->warmup)
        tally_add(&m->wait, now - entered - service);
}

/* Ends at the horizon: the last interval is closed. */
void meter_finish(struct meter *m);

/* After meter_finish: time averages from warm-up to horizon; NaN where warm-up leaves nothing.
 * Utilisation is of the capacity, 0 to 1; throughput is in departures a second. What comes or goes
 * later counts in none of them. */
double meter_utilisation(const struct meter *m);
double meter_present(const struct meter *m);
double meter_throughput(const struct meter *m);

#endif
