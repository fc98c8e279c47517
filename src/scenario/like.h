/* SPDX-License-Identifier: Apache-2.0
 * `like`, `none` and lists of one (rules 2 and 3 of the grammar). For expand.c. */
#ifndef SCENARIO_LIKE_H
#define SCENARIO_LIKE_H

#include "scenario/expansion.h"

/* The entry with `like`, `none` and lists of one followed; NULL where that fails (told). */
struct node *like_expand(struct expansion *x, struct entry_table *t, struct entry *e);

/* `none` and lists of one in a map with the keys of `record`. NULL where memory ends (told). */
struct node *like_tidy(struct expansion *x, struct node *n, const struct spec_key *record,
                       bool common);

#endif
