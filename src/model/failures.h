/* SPDX-License-Identifier: Apache-2.0
 * What the failure of each link and site would do to the network, by operational laws on the routes
 * that lead around it, without simulation: which ways are lost, and how busy links then are. Used
 * by `check`. */
#ifndef MODEL_FAILURES_H
#define MODEL_FAILURES_H

#include "model/ways.h"
#include "model/weak.h"

/* The busiest link direction at its busiest hour of the week. */
struct failures_peak {
    uint32_t direction; /* NO_INDEX: no link carries anything */
    uint32_t hour;      /* of the week from Monday 00:00 */
    double utilisation; /* of what contract and hours leave of the link; above 1: overloaded */
};

/* What one failure does. */
struct failure {
    bool site;
    uint32_t index;   /* of the site or link */
    size_t ways;      /* that lead over it, those of a site that begin or end there counted */
    size_t moved;     /* of these, that have another route then */
    size_t ended;     /* of a site: that begin or end there */
    size_t lost;      /* that have no route then, though both their ends still stand */
    struct way **cut; /* [lost] */
    struct failures_peak peak;
};

struct failures {
    struct arena memory;
    uint32_t epoch;
    size_t n_ways;               /* over which messages go */
    struct failures_peak normal; /* without a failure */
    struct weak weak;
    struct failure *item; /* of the links and then the sites that a way leads over, in the order of
                             names; NULL where they were not asked for */
    size_t n_items;
    struct ways ways;
};

/* Looks at the links, machines and demand of the epoch in which time `at` lies; with `each` at the
 * failure of every link and site alone, else only at what has no alternative (weak). Loads are
 * those of an hour of the week in which each source asks for most, by open and closed workloads;
 * scheduled jobs are left out, for they take what others leave. 0, PSN_EMEMORY, or PSN_EINPUT as
 * model_check. End with failures_fini in every case. */
int failures_make(const struct description *d, psn_time at, bool each, struct failures *out,
                  psn_diagnostics *all);
void failures_fini(struct failures *f);

#endif
