/* SPDX-License-Identifier: Apache-2.0
 * Operational laws: what utilisation the description implies before any simulation. Used by `check`
 * and to name unstable stations. Denning and Buzen, "The operational analysis of queueing network
 * models", ACM Computing Surveys 10(3), 1978; Lazowska et al., Quantitative System Performance
 * (1984), ch. 5. */
#ifndef MODEL_LAWS_H
#define MODEL_LAWS_H

#include "model/course.h"
#include "psnsim/diagnostics.h"
#include "scenario/description.h"

struct recipe;
struct ways;

struct station_load {
    double open; /* NaN where servers are unlimited. Mean of the work offered by open and scheduled
                    workloads / capacity: over the week, or where weeks differ (days, months,
                    growth) over the horizon */
    double busiest;        /* utilisation at the busiest hour of the week: utilisation law; closed
                              workloads by their asymptotic bound N / (Z + D), at most 1. Where weeks
                              differ, of each workload the busiest such hour of the horizon: so an upper
                              bound where several of them have it in different weeks */
    uint32_t busiest_hour; /* hour of the week from Monday 00:00 */
    double saturates; /* the demand factor at which the busiest hour reaches the capacity; infinite
                         where demand does not scale what is served here */
    double supply, busiest_supply; /* capacity: servers at full speed (of an array 1, of a link the
                                      share of its bandwidth that its contract and hours leave), in
                                      the mean while it is there, and at the busiest hour; infinite
                                      where unlimited */
    bool unstable; /* of `open`, what surely comes and stays is 1 or more: rooms that refuse and
                      patience keep a station stable, and take work off those behind it; buffers
                      and policers keep a link stable */
    bool jobs[COURSE_HOURS]; /* by hour of the week: is there work of scheduled jobs to do? */
    bool no_mean; /* the wait of open requests has no finite mean: service times vary too much */
    bool exists;
};

struct load_report {
    struct station_load *station; /* as in the outcome: pools, arrays, link directions */
    size_t n_stations;
    uint32_t bottleneck; /* the station busiest at its busiest hour; NO_INDEX where none is used */
    bool weeks_differ;   /* days, months or growth are in the loads */
    bool *stream_unstable; /* [service x partners + partner] */
    bool *stream_no_mean;  /* the same: open requests that wait for ever at such a station */
};

/* Fills *report; end with laws_fini. Returns 0, PSN_EMEMORY, or PSN_EINPUT as model_check. */
int laws_report(const struct description *d, struct load_report *report, psn_diagnostics *all);
void laws_fini(struct load_report *report);

/* What one source asks of the stations. */
struct source_load {
    uint32_t source;
    const double *demand; /* by station: ns of one server (of the direction) that a request takes,
                             as it is in the first epoch in which the source asks, at the start */
    double alone_ns;      /* mean response of that without queueing */
    double mean_per_s;    /* requests a second while it asks: over the week, or where weeks differ
                             over the horizon; closed: at most, of the busiest week */
    const double *rate;   /* [COURSE_HOURS] requests a second at each hour of the week, the highest
                             over the horizon; closed: at most; NULL: scheduled */
    uint32_t busiest_hour;
    const struct recipe *recipe; /* its operations, of all epochs */
    const struct ways *ways;     /* and the routes of their messages */
};

/* Calls `visit` for each source that takes part, in order. Returns 0, or as laws_report, or what
 * `visit` returned that is not 0. */
typedef int (*laws_visit)(void *context, const struct source_load *s);
int laws_sources(const struct description *d, laws_visit visit, void *context,
                 psn_diagnostics *all);

#endif
