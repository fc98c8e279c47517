/* SPDX-License-Identifier: Apache-2.0
 * Parts of an expanded scenario as YAML, each value with where it came from. Used by
 * `check --explain`. */
#ifndef SCENARIO_EXPLAIN_H
#define SCENARIO_EXPLAIN_H

#include "scenario/origin.h"

/* The part of a filled tree (standard_fill) that a path leads to: a section, an entry or a key,
 * with all that is on the way there. `*` stands for any part of a name; `arrangement` and `demand`
 * are short as in settings. `*` alone is the whole
 * scenario, without its `include`. The name of a group means all of its
 * members (`schools/17`). NULL with the mistake told (PSN_EINPUT,
 * with a near name where there is one), or where memory ends. */
struct node *explain_part(const struct scenario *s, const struct node *tree, const char *path,
                          struct arena *a, psn_diagnostics *all);

/* How many parts a path has: 1 a section, 2 an entry (of a section of names) or a key (of a single
 * section). */
size_t explain_depth(const char *path);

/* One value: a scalar or list at the end of a path through maps. */
struct explain_value {
    const struct node *node;
    const struct spec_key *key; /* NULL where the table has none (below a factor) */
    const char *path;           /* dotted, from the section on */
    struct origin origin;
};

/* Calls `visit` for each value of a part, in order. Returns 0, or PSN_EMEMORY, or what `visit`
 * returned that is not 0. */
typedef int (*explain_visit)(void *context, const struct explain_value *v);
int explain_values(const struct scenario *s, const struct node *part, struct arena *a,
                   explain_visit visit, void *context);

/* A line of YAML; `origin` is the text for a comment behind it, or NULL. */
struct explain_line {
    const char *text, *origin;
};

/* The part as YAML that reads as the same part: one value a line, maps of one origin in one line
 * where they are short. Returns 0 or PSN_EMEMORY. Memory: `a`. */
int explain_lines(const struct scenario *s, const struct node *part, struct arena *a,
                  struct explain_line **out, size_t *n);

#endif
