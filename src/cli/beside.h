/* SPDX-License-Identifier: Apache-2.0
 * What queueing theory says beside what was simulated, for one point of a result: worked out from
 * the study that it is the result of. Used by run and show. */
#ifndef CLI_BESIDE_H
#define CLI_BESIDE_H

#include "cli/emit.h"
#include "study/study.h"

/* Prints a table of the figures of which theory says something; nothing where demand or machines
 * change over the run, for then no steady state is simulated. `study` is the result's; where it is
 * NULL the scenario inside is read again, and where this version cannot, it says so. 0 or
 * PSN_EMEMORY. */
int beside_print(struct result *r, struct study *study, size_t point, const struct view_page *page);

/* The same as a list, empty where there is nothing. NULL where memory ends. */
json_t *beside_json(struct result *r, struct study *study, size_t point);

#endif
