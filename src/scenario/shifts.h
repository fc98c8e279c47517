/* SPDX-License-Identifier: Apache-2.0
 * What changes by hours: of pools and desks how many servers, of links how fast. For the
 * describe_*.c files and nobody else. */
#ifndef SCENARIO_SHIFTS_H
#define SCENARIO_SHIFTS_H

#include "scenario/describe.h"

/* What there is in some hours. */
struct shift {
    const struct hours *hours;
    int64_t servers;
    double speed;
    psn_place place;
};

struct shifts {
    struct shift *item;
    size_t n;
    bool add; /* servers of hours that overlap add up, and to those of no hours at all; else hours
                 must not overlap, and go before */
    const char *of, *name; /* whose they are, for mistakes: "pool", its name */
};

/* The hours that a key names, and its place, into a shift; false where they are unknown, which
 * spec_check tells. */
bool shifts_hours(struct reading *r, const struct member *m, struct shift *out);

/* All changes over the run, in the order of time, the first at 0, none like the one before it;
 * `otherwise` holds outside of all hours. In the description's memory; none (*n 0) where memory
 * ends, or with the mistake told where hours overlap that must not. */
struct capacity *shifts_capacity(struct reading *r, const struct shifts *shifts,
                                 struct capacity otherwise, size_t *n);

#endif
