/* SPDX-License-Identifier: Apache-2.0
 * A study from a scenario file to a result file, for programs that use psnsim as a library. */
#ifndef PSNSIM_STUDY_H
#define PSNSIM_STUDY_H

#include <stdbool.h>
#include <stddef.h>

#include "psnsim/diagnostics.h"

typedef struct psn_study psn_study;

/* Reads the scenario at `path`, applies `n_sets` texts PATH=VALUE and checks every design point.
 * `with_factors` false: the base case alone, one point. Returns 0 with *out to be freed by
 * psn_study_free; else a PSN_E code, *out NULL and every mistake in `all`. */
int psn_study_open(const char *path, const char *const *sets, size_t n_sets, bool with_factors,
                   psn_study **out, psn_diagnostics *all);
void psn_study_free(psn_study *s);

/* The title of the scenario; owned by the study. */
const char *psn_study_title(const psn_study *s);

/* Design points, and replications of each: the most, where they go on until a precision. */
size_t psn_study_points(const psn_study *s);
size_t psn_study_replications(const psn_study *s);

/* Simulates every run that is missing and writes the result file at `result`, on `threads` threads
 * (0: as many as OpenMP says). It keeps each run as it ends: what a signal, a full disk or a kill
 * ends goes on with the same call, and a study that has grown keeps what is done. Returns 0 (also
 * where the result stood there already); PSN_EINTERRUPTED after SIGINT or SIGTERM; PSN_EINPUT where
 * the path holds another study; PSN_EIO; PSN_ERUN where runs failed, with the result written. One
 * call at a time in a process. */
int psn_study_sweep(psn_study *s, const char *result, int threads, psn_diagnostics *all);

#endif
