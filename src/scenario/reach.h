/* SPDX-License-Identifier: Apache-2.0
 * Which entries of included texts are used (rule 7 of the grammar). For expand.c. */
#ifndef SCENARIO_REACH_H
#define SCENARIO_REACH_H

#include "scenario/expansion.h"

/* Marks every entry that a map with the keys of `record` names. */
void reach_record(struct expansion *x, const struct node *n, const struct spec_key *record,
                  bool common);

/* Marks the entries that a setting's path leads to, and those that its value names. */
void reach_setting(struct expansion *x, const struct setting *s);

/* Marks what the factors of a study name, and its listed points. */
void reach_factors(struct expansion *x, const struct node *factors);
void reach_points(struct expansion *x, const struct node *points);

#endif
