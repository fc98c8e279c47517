/* SPDX-License-Identifier: Apache-2.0
 * CSV tables (RFC 4180) into nodes: of partners and sites, where a row is an entry and a header a
 * dotted key; of design points, where a row is a point and a header a factor; and of one column. */
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

/* Reads a table of design points: its headers are factors, each row a point. *out is a list of
 * maps. Else as csv_read. */
int csv_points(struct arena *a, const char *file, const char *bytes, size_t size,
               size_t *cells_left, struct node **out, psn_diagnostics *all);

/* Reads a table of one column: *out is a list of its cells, the header first; with mistakes those
 * that are sound, or NULL. Else as csv_read. */
int csv_column(struct arena *a, const char *file, const char *bytes, size_t size,
               size_t *cells_left, struct node **out, psn_diagnostics *all);

#endif
