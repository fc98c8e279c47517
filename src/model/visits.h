/* SPDX-License-Identifier: Apache-2.0
 * How often a request does each operation of its recipe in the mean, and how long it takes if each
 * takes so long. Used by the operational laws and the analysis. */
#ifndef MODEL_VISITS_H
#define MODEL_VISITS_H

#include "model/recipe.h"

/* How often a request that begins at operation `first` does each operation, into visits[n_ops];
 * those of all branches of a fork, and of the packets of streams. 0 or PSN_EMEMORY. */
int visits_count(const struct recipe *r, uint32_t first, double *visits);

/* What a fork counts for: its longest branch (of mean times: never more than the mean of the
 * longest), or all of them one after the other (never less). */
enum visits_fork { VISITS_LONGEST, VISITS_ALL };

/* The mean time from `first` to the end, where operation k takes own[k] each time that it is done.
 * The forks of `own` are overwritten. NaN where memory ends. */
double visits_time(const struct recipe *r, uint32_t first, enum visits_fork fork, double *own);

#endif
