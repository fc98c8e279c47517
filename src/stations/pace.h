/* SPDX-License-Identifier: Apache-2.0
 * The work that one server at work all the time would have done, under a speed that changes. Used
 * by the stations whose speed may change: a speed is a whole number of 2^-30 of full speed, so work
 * in units of 2^-30 ns is exact, and what is left of a job does not depend on when anyone looked.
 */
#ifndef STATIONS_PACE_H
#define STATIONS_PACE_H

#include "base/exact.h"
#include "psnsim/types.h"

#define PACE_BITS 30
#define PACE_FULL ((uint64_t)1 << PACE_BITS) /* full speed */

/* Work is below 2^63 x 2^30 units, and a sum of several such still fits. */
struct pace {
    exact_sum work; /* done up to `at`, in units of 2^-30 ns at full speed */
    psn_time at;
    uint64_t speed; /* 0 (stands still) to PACE_FULL */
};

/* Full speed from time 0. */
static inline void pace_init(struct pace *p)
{
    *p = (struct pace){.speed = PACE_FULL};
}

/* Brings the work up to `now`. */
static inline void pace_advance(struct pace *p, psn_time now)
{
    p->work += exact_product((int64_t)p->speed, now - p->at);
    p->at = now;
}

/* A demand in ns at full speed, in units. */
static inline exact_sum pace_units(psn_time service)
{
    return exact_product(service, (int64_t)PACE_FULL);
}

/* From `at` on: the first whole ns at which `work` will have been done; PSN_NEVER beyond the end of
 * time. */
static inline psn_time pace_when(const struct pace *p, exact_sum work)
{
    exact_sum left = work - p->work;
    if (left <= 0)
        return p->at;
    if (p->speed == 0)
        return PSN_NEVER;
    exact_sum dt = p->speed == PACE_FULL ? (left + (exact_sum)PACE_FULL - 1) >> PACE_BITS
                                         : (left + (exact_sum)p->speed - 1) / (exact_sum)p->speed;
    return dt < PSN_NEVER - p->at ? p->at + (psn_time)dt : PSN_NEVER;
}

#endif
