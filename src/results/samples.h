/* SPDX-License-Identifier: Apache-2.0
 * What every single run of a result file says to each measure of its summary. Used by comparisons,
 * which pair runs. */
#ifndef RESULTS_SAMPLES_H
#define RESULTS_SAMPLES_H

#include "results/result.h"

struct samples {
    int64_t seed;
    double horizon_s, warmup_s;
    double *value; /* [measure x n_runs + run] in the measure's unit; NaN where there is none */
};

/* Reads the groups of runs of the file that `r` was read from. PSN_EIO with the mistake told; the
 * samples are the caller's, to be freed by samples_free. */
int samples_read(const char *path, const struct result *r, struct samples **out,
                 psn_diagnostics *all);
void samples_free(struct samples *s);

#endif
