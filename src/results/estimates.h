/* SPDX-License-Identifier: Apache-2.0
 * The estimates of /summary: which variables it has in a study, and a row for each point. Internal
 * to the results room; used when a result is written. */
#ifndef RESULTS_ESTIMATES_H
#define RESULTS_ESTIMATES_H

#include "results/table.h"
#include "study/summary.h"

#define ESTIMATES_MOST 10

struct estimates {
    struct column column[ESTIMATES_MOST]; /* sink NULL: not in this study */
};

/* Opens the columns in the table of /summary, whose dimensions stand. */
void estimates_open(const struct study *s, struct table *summary, struct estimates *e);

/* The next point: the value of each of n measures. */
void estimates_write(struct estimates *e, const struct summary_value *value, size_t n);

void estimates_close(struct estimates *e);

#endif
