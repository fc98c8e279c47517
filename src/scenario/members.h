/* SPDX-License-Identifier: Apache-2.0
 * Groups into their members: the last step of the expansion. For expand.c. */
#ifndef SCENARIO_MEMBERS_H
#define SCENARIO_MEMBERS_H

#include "scenario/expansion.h"
#include "scenario/groups.h"

/* Tells every setting of members that finds none. */
void members_find(struct expansion *x, const struct groups *g);

/* The sound tree with the members of each group in its place: entries of their own, named
 * "schools/17", with the settings of single members applied and checked; people of a group dealt
 * evenly over its members; lists that name a group naming its members. NULL with the mistakes told.
 */
struct node *members_make(struct expansion *x, struct node *tree, const struct groups *g);

#endif
