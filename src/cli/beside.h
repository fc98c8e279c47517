/* SPDX-License-Identifier: Apache-2.0
 * What queueing theory says beside what was simulated, for one point of a result: worked out anew
 * from the scenario inside it. Used by run and show. */
#ifndef CLI_BESIDE_H
#define CLI_BESIDE_H

#include "cli/emit.h"

/* Prints a table of the figures of which theory says something; nothing where demand or machines
 * change over the run, for then no steady state is simulated. Where this version cannot read the
 * scenario inside, it says so. 0 or PSN_EMEMORY. */
int beside_print(struct result *r, size_t point, const struct view_page *page);

/* The same as a list, empty where there is nothing. NULL where memory ends. */
json_t *beside_json(struct result *r, size_t point);

#endif
