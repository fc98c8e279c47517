/* SPDX-License-Identifier: Apache-2.0
 * How much a station can do in the mean: what operational laws divide the work by. Used by laws.c.
 */
#ifndef MODEL_SUPPLY_H
#define MODEL_SUPPLY_H

#include "base/arena.h"
#include "scenario/description.h"

#define SUPPLY_HOURS 168

struct supply {
    double mean;  /* servers at full speed (of an array 1, of a link the share of its bandwidth that
                     its contract and hours leave) while the station is there, less what random
                     faults take off it; infinite where servers are unlimited */
    double *hour; /* [SUPPLY_HOURS] the same by hour of the week from Monday 00:00; 0 where nobody
                     serves. NULL: the mean, always */
};

/* Memory is the arena's. 0 or PSN_EMEMORY. */
int supply_make(struct supply *s, const struct description *d, size_t station,
                struct arena *memory);

/* At an hour of the week. */
static inline double supply_at(const struct supply *s, uint32_t hour)
{
    return s->hour ? s->hour[hour] : s->mean;
}

#endif
