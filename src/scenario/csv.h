/* SPDX-License-Identifier: Apache-2.0
 * CSV tables (RFC 4180) of partners and sites into nodes: a row is an entry, a header a dotted key.
 */
#ifndef SCENARIO_CSV_H
#define SCENARIO_CSV_H

#include "scenario/node.h"

/* Cells of all tables together. */
#define CSV_CELLS_MOST 500000

/* Reads one table. Its first header is the section (`partners` or `sites`), the cells below it the
 * entries' names; the other headers are dotted keys (`staff.town-hall`); an empty cell gives no
 * key; every other cell is a plain scalar. `file` must live as long as the tree; *cells_left is
 * counted down. *out is a map of the section. Returns as yaml_read does. */
int csv_read(struct arena *a, const char *file, const char *bytes, size_t size, size_t *cells_left,
             struct node **out, psn_diagnostics *all);

#endif
