/* SPDX-License-Identifier: Apache-2.0
 * How the points of a study ended, in the result file. Internal to the results room. */
#ifndef RESULTS_ENDS_H
#define RESULTS_ENDS_H

#include "results/layout.h"

/* The precision asked for, as attributes of the root; none where replications are fixed. */
void ends_root(const struct layout *l);

/* Replications, key and precision of each point, in the open group /design. */
void ends_design(const struct layout *l, struct table *t);

#endif
