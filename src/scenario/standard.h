/* SPDX-License-Identifier: Apache-2.0
 * The language's defaults written into an expanded tree, so that what a text leaves unsaid can be
 * shown and compared. Used by `check --explain` and `diff`. */
#ifndef SCENARIO_STANDARD_H
#define SCENARIO_STANDARD_H

#include "scenario/scenario.h"

/* The file in the place of a value that is a default. */
extern const char standard_file[];

/* Is the value a default that standard_fill wrote? */
bool standard_is(const struct node *n);

/* A copy of an expanded tree (scenario_expand) with a node for every key that has a default and is
 * not given and may stand there (spec_key.with, beside), in every entry, record and step;
 * `arrangement` (in use; NULL: unknown) for use.arrangement, and `demand`. Sections of names that
 * are not there stay away. Memory: `a`, which must not outlive the tree; NULL where memory ends. */
struct node *standard_fill(struct arena *a, const struct node *tree, const char *arrangement);

#endif
