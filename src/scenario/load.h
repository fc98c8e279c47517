/* SPDX-License-Identifier: Apache-2.0
 * The texts of a scenario on their way into one tree; what scenario.c and merge.c share. */
#ifndef SCENARIO_LOAD_H
#define SCENARIO_LOAD_H

#include "scenario/scenario.h"

/* A member of the top level of some text, in the order of reading. */
struct piece {
    struct member member;
    bool first_text; /* of the scenario itself, not of an included text */
    size_t order;
};

/* Merges all pieces into one map: a section of names has the entries of all texts, everything else
 * is there once. What is there twice is told with both places and left out. The pieces are
 * reordered. NULL where memory ends. */
struct node *merge_pieces(struct arena *a, struct piece *pieces, size_t n, psn_place place,
                          psn_diagnostics *all);

#endif
