/* SPDX-License-Identifier: Apache-2.0
 * A scenario: its texts, read into one tree. From it a description is made for each design point.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "scenario/node.h"

struct description;

/* One text of a scenario. `name` is relative to the folder of the first text, whose own name is
 * that of its file: the same wherever the command was given. Diagnostics have the path that opens
 * instead. */
struct scenario_text {
    const char *name;
    const char *file; /* what stands in places: the path (or, from a result file, the name) */
    char *bytes;      /* the scenario's; a NUL follows */
    size_t size;
};

/* An override: a dotted path, or `arrangement` (use.arrangement) or `demand` (a factor on every
 * rate and number of users, 1 where not set). It acts as if the text said so, before `like` is
 * followed. */
struct setting {
    const char *path;
    struct node *value;
    psn_place place;
};

struct scenario {
    struct arena memory;
    struct scenario_text *text; /* in the order read; CSV tables and files of values included */
    size_t n_texts;
    struct node *tree; /* all texts merged, settings of the command line applied; `like` not yet */
    struct node *points; /* the rows of the table that `study.points` names; NULL: none */
    const char **set;    /* the command line's PATH=VALUE, as given */
    size_t n_sets;
    struct setting *member_set; /* those of them that may act on members of groups (setting.h) */
    size_t n_member_sets;
};

/* Where texts come from: fills *bytes (malloc'ed, owned by the caller then) and *size for the text
 * of this name; returns 0 or a PSN_E code with the mistake in `all` at `asked` (the place of the
 * include). */
typedef int (*scenario_fetch)(void *context, const char *name, psn_place asked, char **bytes,
                              size_t *size, psn_diagnostics *all);

/* Reads the scenario at `path` and what it includes (relative to the including file), and applies
 * `n_sets` texts PATH=VALUE. Returns 0 with *out to be freed by scenario_free, or a PSN_E code with
 * every mistake found so far in `all`, and *out NULL. */
int scenario_load(const char *path, const char *const *sets, size_t n_sets, struct scenario **out,
                  psn_diagnostics *all);

/* The same with texts from elsewhere (a result file). */
int scenario_load_from(scenario_fetch fetch, void *context, const char *name,
                       const char *const *sets, size_t n_sets, struct scenario **out,
                       psn_diagnostics *all);

void scenario_free(struct scenario *s);

/* SHA-256 over version, names, sizes and bytes of all texts and the settings, as 64 hex digits and
 * a NUL: equal for equal studies only. */
void scenario_hash(const struct scenario *s, char hex[65]);

/* The tree with `settings` applied and `like`, `none` and lists of one followed, checked against
 * the table of sections and keys (spec.h). `like` is gone from it; so are keys that were `none`,
 * but for the hosting of an arrangement, where `none` is a value (of a partner or a role). Entries
 * of included texts that nothing names are left out (rule 7). Groups of sites and links are there
 * as their members, entries named "schools/17". NULL with all mistakes told. Memory: `a`.
 * Thread-safe for one scenario as long as each caller has its own arena. */
struct node *scenario_expand(const struct scenario *s, const struct setting *settings, size_t n,
                             struct arena *a, psn_diagnostics *all);

/* The checked description of one design point: expands, reads and checks everything. The study's
 * factors are in that of the base case alone (n is 0). Returns 0 with
 * *out to be freed by description_free, or PSN_EINPUT with all mistakes in `all`. */
int scenario_describe(const struct scenario *s, const struct setting *settings, size_t n,
                      struct description **out, psn_diagnostics *all);

#endif
