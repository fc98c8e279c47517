/* SPDX-License-Identifier: Apache-2.0
 * Operational laws: what utilisation the description implies before any simulation. Used by `check`
 * and to name unstable stations. Denning and Buzen, "The operational analysis of queueing network
 * models", ACM Computing Surveys 10(3), 1978; Lazowska et al., Quantitative System Performance
 * (1984), ch. 5. */
#ifndef MODEL_LAWS_H
#define MODEL_LAWS_H

#include "psnsim/diagnostics.h"
#include "scenario/description.h"

struct station_load {
    double open;    /* mean over the week of the work offered by open and scheduled workloads /
                       capacity */
    double busiest; /* utilisation at the busiest hour of the week: utilisation law; closed
                       workloads by their asymptotic bound N / (Z + D), at most 1 */
    uint32_t busiest_hour; /* hour of the week from Monday 00:00 */
    double saturates; /* the demand factor at which the busiest hour reaches the capacity; infinite
                         where demand does not scale what is served here */
    bool exists;
};

struct load_report {
    struct station_load *station; /* as in the outcome: pools, arrays, link directions */
    size_t n_stations;
    uint32_t bottleneck; /* the station busiest at its busiest hour; NO_INDEX where none is used */
    bool *stream_unstable; /* [service x partners + partner] */
};

/* Fills *report; end with laws_fini. Returns 0, PSN_EMEMORY, or PSN_EINPUT as model_check. */
int laws_report(const struct description *d, struct load_report *report, psn_diagnostics *all);
void laws_fini(struct load_report *report);

#define LAWS_HOURS 168 /* of a week, from Monday 00:00 */

/* What one source asks of the stations. */
struct source_load {
    uint32_t source;
    const double *demand; /* by station: ns of one server (of the direction) a request takes */
    double alone_ns;      /* mean response without queueing */
    double mean_per_s;    /* requests a second over the week; scheduled: over the horizon */
    const double *rate;   /* [LAWS_HOURS] requests a second; closed: at most; NULL: scheduled */
    uint32_t busiest_hour;
};

/* Calls `visit` for each source that takes part, in order. Returns 0, or as laws_report, or what
 * `visit` returned that is not 0. */
typedef int (*laws_visit)(void *context, const struct source_load *s);
int laws_sources(const struct description *d, laws_visit visit, void *context,
                 psn_diagnostics *all);

#endif
