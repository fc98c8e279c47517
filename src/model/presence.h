/* SPDX-License-Identifier: Apache-2.0
 * The number of requests in progress, over all services and partners, as exact means by interval.
 * Only a pilot run keeps it: a recorder without one pays a comparison a request. One a process, as
 * with recorders; what they hold adds up to the same bits however sites are dealt to processes. */
#ifndef MODEL_PRESENCE_H
#define MODEL_PRESENCE_H

#include <stddef.h>

#include "base/exact.h"
#include "psnsim/types.h"

/* What changed in each interval. A change of +1 or -1 at time t counts in its own interval from t
 * to the interval's end, and in all later ones whole: so changes may come in any order, and in any
 * process (a request may begin in one and end in another). */
struct presence {
    psn_time interval, horizon;
    size_t n;
    int64_t *change;   /* by interval: the sum of the changes in it */
    exact_sum *within; /* by interval: of changes x time from each to the interval's end, ns */
};

/* 0 or PSN_EMEMORY. Intervals as those of the series: the last ends at the horizon. */
int presence_init(struct presence *p, psn_time interval, psn_time horizon);
void presence_fini(struct presence *p);

/* A request begins (+1) or ends (-1) at `now`, before the horizon. */
void presence_add(struct presence *p, psn_time now, int64_t change);

/* Adds what another process saw. */
void presence_merge(struct presence *into, const struct presence *from);

/* The time average of the number in progress over each interval into mean[0..n). */
void presence_means(const struct presence *p, double *mean);

#endif
