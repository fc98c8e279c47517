/* SPDX-License-Identifier: Apache-2.0
 * How much of each link direction its classes and partners used, interval by interval: messages as
 * transmitters tell of them, flows as the fluid layer does. One of these for each of both, merged
 * at the end: what transmitters tell of a direction comes from one process, and no two directions
 * share a number. All sums are whole ns of the line at its full rate, so that no order moves a bit.
 * Does nothing where the scenario has no classes. */
#ifndef MODEL_USAGE_H
#define MODEL_USAGE_H

#include "model/outcome.h"
#include "model/owners.h"

/* Above this a link counts as busy: outcome_channel.hours_above, outcome_direction.hours_above. */
#define USAGE_BUSY 0.8

struct usage {
    const struct description *d;
    const struct owners *owners;           /* by direction; the caller's */
    size_t classes, directions, intervals; /* classes 0: nothing is kept */
    size_t *first; /* by direction: where its owners begin in `by_owner`; owned, as all below */
    /* By [direction x classes + class] and by owner of every direction: ns by interval, then that
     * from warm-up to horizon; NULL where nothing was sent. */
    int64_t **by_class, **by_owner;
};

/* 0 or PSN_EMEMORY; fini in every case. */
int usage_init(struct usage *u, const struct description *d, const struct outcome_shape *s,
               const struct owners *owners);
void usage_fini(struct usage *u);

/* A class (n_classes: none) and a partner of the direction's owners have used a direction for
 * `work` ns of its full rate (the highest, where it changes), evenly from `from` to `until` (from
 * <= until; at that instant where they are one). What lies beyond the horizon does not count. 0 or
 * PSN_EMEMORY. Work that is done when the link is there no longer is left out. */
int usage_add(struct usage *u, uint32_t direction, uint32_t class, uint32_t partner, psn_time work,
              psn_time from, psn_time until);

/* Adds what another one was told. 0 or PSN_EMEMORY. */
int usage_merge(struct usage *into, const struct usage *from);

/* Fills of every direction: utilisation, p95, hours_above and bits of its channels, the direction
 * itself, the peak's shares, and the day. After the stations' series are in `o`; the shares by
 * class are of the full rate, those of the direction of what there was, as its station's. 0 or
 * PSN_EMEMORY. */
int usage_finish(const struct usage *u, struct outcome *o);

#endif
