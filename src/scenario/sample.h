/* SPDX-License-Identifier: Apache-2.0
 * Files of values that empirical laws draw from: `empirical(FILE)` or `empirical(MEAN of FILE)` in
 * a tree, and the tables of one column that they name. Used by the reader of scenarios and by that
 * of laws. */
#ifndef SCENARIO_SAMPLE_H
#define SCENARIO_SAMPLE_H

#include "kernel/law.h"
#include "scenario/node.h"

/* The values of a file. The law is of mean 1; `mean` is that of the values as they stand. */
struct sample {
    struct law law;
    double mean;
    const char *file;  /* its name, for messages */
    const char *unit;  /* of the header `work [ms]`, without blanks; NULL: it has none */
    const char *wrong; /* why there are no values: to be told where the law is read; else NULL */
};

/* Does the text name a file of values? Then *file is where its name stands, `length` bytes long. */
bool sample_named(const char *text, const char **file, size_t *length);

/* Reads a table of one column: a header, with the unit of the values in brackets, then one value a
 * row, none of them negative. `file` is the name for places; *cells_left is counted down. Memory is
 * `a`'s. Returns 0, PSN_EMEMORY, or PSN_EINPUT with every mistake told. */
int sample_read(struct arena *a, const char *file, const char *bytes, size_t size,
                size_t *cells_left, struct sample **out, psn_diagnostics *all);

/* Calls `visit` for every scalar below a node that names a file of values, but for those that are
 * words for people (title, label, source). Ends at the first error, and returns it. */
int sample_each(struct node *n, int (*visit)(void *context, struct node *scalar), void *context);

#endif
