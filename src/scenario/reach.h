/* SPDX-License-Identifier: Apache-2.0
 * Which entries of included texts are used (rule 7 of the grammar). For expand.c. */
#ifndef SCENARIO_REACH_H
#define SCENARIO_REACH_H

#include "scenario/expansion.h"

/* Marks every entry that a map with the keys of `record` names. */
void reach_record(struct expansion *x, const struct node *n, const struct spec_key *record,
                  bool common);

/* Marks what the factors of a study name. */
void reach_factors(struct expansion *x, const struct node *factors);

#endif
