/* SPDX-License-Identifier: Apache-2.0
 * Whose jobs may come to a station: what is kept by station and partner is kept for these alone, so
 * that thousands of access links, which serve one partner each, take no more than that. */
#ifndef MODEL_OWNERS_H
#define MODEL_OWNERS_H

#include "model/recipe.h"

/* The partners from first to end - 1, of whom some may not come; none where first == end. */
struct owners {
    uint32_t first, end;
};

static inline uint32_t owners_count(const struct owners *o)
{
    return o->end - o->first;
}

/* The owners of every station (pools, arrays, then link directions: link x 2 + direction), by the
 * recipes of all sources and the routes that their messages may take at some time of the run
 * (ways_replay). Memory is the arena's; NULL where it ends. */
struct owners *owners_find(const struct description *d, const struct recipe *recipe,
                           const struct ways *ways, struct arena *memory);

#endif
