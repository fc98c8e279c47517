/* SPDX-License-Identifier: Apache-2.0
 * Where the transient of a run's beginning ends, by MSER-5 on the number of requests in progress.
 * Used by the study to check and to find automatic warm-ups. */
#ifndef STUDY_TRANSIENT_H
#define STUDY_TRANSIENT_H

#include "psnsim/diagnostics.h"
#include "scenario/description.h"

/* In place of an end: the run does not settle within the first half of its horizon. */
#define TRANSIENT_UNSETTLED ((psn_time)-2)

/* Can an end be found at all? Where the description asks for an automatic warm-up, its days must be
 * comparable: PSN_EINPUT with the mistake told where they are not, or PSN_EMEMORY. */
int transient_check(const struct description *d, psn_diagnostics *all);

/* The end of the transient in the number in progress, its mean by d's intervals: a multiple of the
 * interval, or, where demand follows profiles, of a day; at least one of them is left to the
 * horizon. TRANSIENT_UNSETTLED where there is none. Returns 0 or PSN_EMEMORY. */
int transient_end(const struct description *d, const double *in_progress, psn_time *end);

#endif
