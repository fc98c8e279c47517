/* SPDX-License-Identifier: Apache-2.0
 * A virtual time: the work that each of several equals, present all along, has received from a
 * server that they share. It grows at an exact fraction of the server's full speed. Used by the
 * stations that share by weight (Parekh and Gallager, IEEE/ACM Transactions on Networking 1(3),
 * 1993, section III: so an arrival or departure need not touch those who wait).
 *
 * Units. 2^-62 ns of work at full speed: work is below 2^63 ns, so all stays below 2^125.
 *
 * Rounding. It is rounded down and so falls behind by less than a unit each time that it is brought
 * up; `lost` counts these roundings since it began, and what may have been reached counts as
 * reached. So it never says never, and what falls on a whole ns is found there. */
#ifndef STATIONS_VIRTUAL_H
#define STATIONS_VIRTUAL_H

#include <stdbool.h>

#include "base/exact.h"
#include "stations/pace.h"

#define VIRTUAL_BITS  62
#define VIRTUAL_REST  (VIRTUAL_BITS - PACE_BITS) /* bits beyond those of pace */
#define VIRTUAL_SLACK (1u << 22)                 /* most that `lost` counts, units */

/* A fraction of full speed: (share << shift) / of, in 2^-30. */
struct virtual_rate {
    int64_t share; /* odd, or 0: stands still */
    int64_t of;
    uint32_t shift;
};

/* Zero-initialise to begin. */
struct virtual_time {
    exact_sum at; /* units */
    uint32_t lost;
};

/* `share` (0 or more, below 2^62) of `of` (above 0), in 2^-30 of full speed; 1 at most. */
static inline struct virtual_rate virtual_rate(int64_t share, int64_t of)
{
    uint32_t shift = share > 0 ? (uint32_t)__builtin_ctzll((uint64_t)share) : 0;
    return (struct virtual_rate){.share = share >> shift, .of = of, .shift = shift};
}

/* Is it full speed? */
static inline bool virtual_is_whole(const struct virtual_rate *r)
{
    return r->shift == PACE_BITS && r->share == 1 && r->of == 1;
}

/* A demand in ns at full speed, in units. */
static inline exact_sum virtual_work(psn_time service)
{
    return (exact_sum)service << VIRTUAL_BITS;
}

/* What it grows by in `dt` ns, rounded down; *exact tells whether that is all. */
static inline exact_sum virtual_growth(const struct virtual_rate *r, psn_time dt, bool *exact)
{
    *exact = true;
    uint32_t shift = r->shift + VIRTUAL_REST;
    exact_sum part = exact_product(r->share, dt);
    if (r->of == 1)
        return part << shift;
    if (part >> (126 - shift) == 0) {
        part <<= shift;
        *exact = part % r->of == 0;
        return part / r->of;
    }
    part <<= r->shift; /* below 2^125 */
    exact_sum rest = part % r->of << VIRTUAL_REST;
    *exact = rest % r->of == 0;
    return (part / r->of << VIRTUAL_REST) + rest / r->of;
}

static inline void virtual_advance(struct virtual_time *v, const struct virtual_rate *r,
                                   psn_time dt)
{
    bool exact;
    v->at += virtual_growth(r, dt, &exact);
    if (!exact && v->lost < VIRTUAL_SLACK)
        v->lost++;
}

/* What is left up to a virtual time `tag`; 0 or less where it may have been reached. */
static inline exact_sum virtual_left(const struct virtual_time *v, exact_sum tag)
{
    return tag - v->at - v->lost;
}

/* The whole ns, rounded up, in which it grows by `left` (above 0), as divisions that cannot
 * overflow; below 0 for more than 2^95. For virtual_when. */
static inline exact_sum virtual_long(const struct virtual_rate *r, exact_sum left)
{
    int64_t share = r->share << r->shift;
    exact_sum most, rest = (left % share * r->of + share - 1) / share;
    if (__builtin_mul_overflow(left / share, r->of, &most) || !exact_add(&most, rest))
        return -1;
    return (most >> VIRTUAL_REST) + ((most & (((exact_sum)1 << VIRTUAL_REST) - 1)) != 0);
}

/* now + dt; PSN_NEVER beyond the end of time. */
static inline psn_time virtual_later(psn_time now, exact_sum dt)
{
    return dt < PSN_NEVER - now ? now + (psn_time)dt : PSN_NEVER;
}

/* virtual_when where the server is shared. */
static inline psn_time virtual_shared(const struct virtual_rate *r, exact_sum left, psn_time now)
{
    uint32_t shift = r->shift + VIRTUAL_REST;
    exact_sum dt = left;
    if (r->of != 1 && __builtin_mul_overflow(left, r->of, &dt)) {
        dt = virtual_long(r, left);
        return dt < 0 ? PSN_NEVER : virtual_later(now, dt);
    }
    exact_sum part = dt & (((exact_sum)1 << shift) - 1);
    dt = (dt >> shift) + (part != 0);
    if (r->share != 1 && dt >> 62 == 0)
        dt = (int64_t)(((uint64_t)dt + (uint64_t)r->share - 1) / (uint64_t)r->share);
    else if (r->share != 1)
        dt = (dt + r->share - 1) / r->share;
    return virtual_later(now, dt);
}

/* The first whole ns, from `now` on, at which it will have grown by `left`; PSN_NEVER beyond the
 * end of time. (Rounding up twice is rounding up once.) */
static inline psn_time virtual_when(const struct virtual_rate *r, exact_sum left, psn_time now)
{
    if (left <= 0)
        return now;
    if (virtual_is_whole(r))
        return virtual_later(now, (left + (((exact_sum)1 << VIRTUAL_BITS) - 1)) >> VIRTUAL_BITS);
    return r->share > 0 ? virtual_shared(r, left, now) : PSN_NEVER;
}

#endif
