/* SPDX-License-Identifier: Apache-2.0
 * Service hours: `Mon-Fri 08:00-18:00 not holidays + Sat 09:00-13:00` worked out into open spans
 * over the scenario's whole horizon. */
#ifndef SCENARIO_HOURS_H
#define SCENARIO_HOURS_H

#include <stdbool.h>
#include <stddef.h>

#include "psnsim/types.h"

/* [open, close) in ns from the scenario's start; spans are in order, apart, and may reach before 0
 * or beyond the horizon (a window that was open already, or ends later). */
struct span {
    psn_time open, close;
};

static inline bool span_has(const struct span *s, psn_time t)
{
    return s->open <= t && t < s->close;
}

/* What two spans have in common; empty (open >= close) where it is nothing. */
static inline struct span span_common(struct span a, struct span b)
{
    return (struct span){a.open > b.open ? a.open : b.open, a.close < b.close ? a.close : b.close};
}

struct hours {
    const char *name;
    struct span *span;
    size_t n_spans;
};

/* Is it open at t? By bisection. */
bool hours_open(const struct hours *h, psn_time t);

/* The span that holds t, or the first that opens after t; NULL where there is none. */
const struct span *hours_span(const struct hours *h, psn_time t);

#endif
