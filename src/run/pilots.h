/* SPDX-License-Identifier: Apache-2.0
 * The pilot runs of an automatic warm-up, on the threads of the sweep that follows. */
#ifndef RUN_PILOTS_H
#define RUN_PILOTS_H

#include <stdbool.h>

#include "psnsim/diagnostics.h"
#include "run/threads.h"
#include "study/study.h"

/* Where the scenario asks for `warmup: auto` and the study's is not known yet: one pilot run of
 * each design point, on the threads of a sweep of so many runs, and the warm-up that they give,
 * into the study. Else nothing. On a terminal, unless `quiet`, with a progress line. Returns 0;
 * PSN_EINTERRUPTED after SIGINT or SIGTERM, at once, as a pilot run keeps nothing; otherwise as
 * warmup_pilot and warmup_settle. It handles both signals meanwhile. */
int pilots_run(struct study *s, const struct threads *threads,
               const struct model_schedule *schedule, bool quiet, psn_diagnostics *all);

#endif
