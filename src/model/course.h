/* SPDX-License-Identifier: Apache-2.0
 * How the level of demand goes over a span of the run: its mean, and its highest at each hour of
 * the week. Worked out once for all sources that are alike; used by the operational laws. */
#ifndef MODEL_COURSE_H
#define MODEL_COURSE_H

#include "scenario/description.h"

#define COURSE_HOURS 168

struct course {
    uint32_t shape; /* of the description, or NO_INDEX */
    double growth;  /* 1/s, see description_growth */
    struct span span;
    double mean; /* over the span; as description_level: not divided by the ordinary mean */
    double highest[COURSE_HOURS]; /* by hour of the week from Monday 00:00; 0 where the span has no
                                     such hour */
};

struct outline;

/* Those worked out so far. Zeroed but for `d` and `memory`, which the caller owns. */
struct courses {
    const struct description *d;
    struct arena *memory;
    struct outline *outline; /* a list: what growth does not change */
    struct course **course;
    size_t n, room;
};

/* Are all weeks of it alike? Then there is nothing to work out: it is the profile's own week. */
bool course_is_plain(const struct description *d, uint32_t shape, double growth);

/* The course of a shape that grows, over what the span has in common with the run (which must not
 * be nothing). Growths that differ by less than one part in a thousand million are one. NULL where
 * memory ends. */
const struct course *courses_find(struct courses *c, uint32_t shape, double growth,
                                  struct span span);

#endif
