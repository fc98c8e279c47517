/* SPDX-License-Identifier: Apache-2.0
 * Overrides: PATH=VALUE of the command line and the settings of a study's points, applied to a
 * tree. */
#ifndef SCENARIO_SETTING_H
#define SCENARIO_SETTING_H

#include "scenario/scenario.h"

/* Reads PATH=VALUE; VALUE is a YAML text, and places in it have the file `--set PATH`. Memory is
 * `a`'s. Returns 0, or PSN_EINPUT or PSN_EMEMORY with the mistake told. */
int setting_read(struct arena *a, const char *text, struct setting *out, psn_diagnostics *all);

/* The tree with a setting applied: a copy of the maps on the path. `*` in a part of the path stands
 * for any part of a name. An override adds a key to an entry, never an entry. The tree itself where
 * the setting can act on nothing but members of groups, which are not made yet. NULL with the
 * mistake told. */
struct node *setting_apply(struct arena *a, struct node *tree, const struct setting *s,
                           psn_diagnostics *all);

/* May the setting act on single members of groups (groups.h)? Then members.c applies it to those
 * that it matches and whose group it does not: what acts on a whole group acts first. */
bool setting_of_members(const struct setting *s);

/* A member's map with the setting applied; NULL with the mistake told. */
struct node *setting_apply_member(struct arena *a, const struct node *member,
                                  const struct setting *s, psn_diagnostics *all);

/* Does a name match the first `length` bytes of a pattern with `*`? */
bool setting_matches(const char *pattern, size_t length, const char *name);

/* Does the pattern match the name, or that of the group whose member it is? */
bool setting_covers(const char *pattern, size_t length, const char *name);

#endif
