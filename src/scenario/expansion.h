/* SPDX-License-Identifier: Apache-2.0
 * What the steps of scenario_expand share: the entries of all sections, looked up by name, and what
 * may still be copied. For expand.c, like.c and reach.c. */
#ifndef SCENARIO_EXPANSION_H
#define SCENARIO_EXPANSION_H

#include "scenario/scenario.h"
#include "scenario/spec.h"

/* Keys and values after `like`: a short text could otherwise ask for a great deal. */
#define EXPAND_NODES_MOST 2000000
/* How many entries may be like one another in a row. */
#define EXPAND_LIKE_MOST 64

enum entry_state { ENTRY_NEW, ENTRY_BUSY, ENTRY_DONE, ENTRY_FAILED };

struct entry {
    const struct member *member;
    struct node *done; /* expanded; NULL until then, and where that failed */
    enum entry_state state;
    bool reached; /* judged, and kept */
};

/* A section of names; entries in the order of names. */
struct entry_table {
    const struct spec_section *section;
    struct entry *entry;
    size_t n;
};

struct expansion {
    const struct scenario *scenario;
    struct arena *arena;
    psn_diagnostics *all;
    struct entry_table table[64];
    size_t n_tables;
    struct entry **queue; /* reached, their references not yet followed */
    struct entry_table **queue_table;
    size_t queued, taken;
    const struct setting **member_set; /* those that may act on members of groups, in their order */
    size_t n_member_sets;
    size_t nodes_left;
    bool exhausted; /* of memory or nodes: told once */
};

struct entry_table *expand_table(struct expansion *x, const char *section);
/* Puts the entries into the order of names, in which expand_find looks them up. */
void expand_sort(struct entry_table *t);
struct entry *expand_find(struct entry_table *t, const char *name);
/* The same, where the name of a member is that of its group. */
struct entry *expand_find_group(struct entry_table *t, const char *name);

/* Marks an entry as judged. */
void expand_reach(struct expansion *x, struct entry_table *t, struct entry *e);

/* Counts `n` nodes; false where they are too many (told). */
bool expand_count(struct expansion *x, size_t n, psn_place place);

/* Tells that memory is out; returns NULL. */
struct node *expand_out_of_memory(struct expansion *x);

#endif
