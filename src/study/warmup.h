/* SPDX-License-Identifier: Apache-2.0
 * `warmup: auto`: one pilot run a design point, MSER-5 on the number of requests in progress by
 * interval, and the longest cut for all points, since points are compared over the same time. A
 * pure function of the study. The threads are the sweep's. */
#ifndef STUDY_WARMUP_H
#define STUDY_WARMUP_H

#include "study/study.h"
#include "study/transient.h"

/* In place of a point's cut: it has a station that cannot carry its load, so that nothing settles.
 */
#define WARMUP_UNSTABLE ((psn_time)-1)

/* The pilot run of a point, and its cut: a time, WARMUP_UNSTABLE (then nothing is simulated) or
 * TRANSIENT_UNSETTLED. *requests is how many it simulated. Errors as those of
 * study_describe and model_run. Thread-safe. */
int warmup_pilot(const struct study *s, size_t point, const struct model_schedule *schedule,
                 const volatile int *stop, psn_time *cut, int64_t *requests, psn_diagnostics *all);

/* Settles the study's warm-up from the cuts of all its points: the longest of them. Unstable points
 * are left out and told (0 is returned all the same); where a point has not settled, or all are
 * unstable, PSN_EINPUT with each mistake told. */
int warmup_settle(struct study *s, const psn_time *cut, psn_diagnostics *all);

/* Gives the study the warm-up in seconds that its result states: what warmup_settle found.
 * PSN_EINPUT where that cannot be one. */
int warmup_adopt(struct study *s, double seconds, psn_diagnostics *all);

#endif
