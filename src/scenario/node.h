/* SPDX-License-Identifier: Apache-2.0
 * The scenario's text as a tree of maps, lists and scalars, each with its place: what the YAML and
 * CSV readers make, `like` and overrides rewrite, and the description is read from. All memory is
 * an arena's; a tree is never changed in place once shared (rewrites copy the path that they
 * change). */
#ifndef SCENARIO_NODE_H
#define SCENARIO_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "psnsim/diagnostics.h"

enum node_kind { NODE_NULL, NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node;
struct sample;

/* A key of a map with its value. */
struct member {
    const char *key;
    psn_place place; /* of the key */
    struct node *value;
};

struct node {
    enum node_kind kind;
    bool quoted;      /* a quoted scalar: never null, and taken as text */
    psn_place place;  /* of the value; of its key where the value is a block map or empty */
    const char *text; /* NODE_SCALAR */
    const struct sample *sample; /* NODE_SCALAR: the file of values that it names, or NULL */
    size_t count;                /* NODE_LIST, NODE_MAP */
    struct node **item;          /* NODE_LIST */
    struct member *member;       /* NODE_MAP: in the order of the text, keys unique */
};

/* The value of a key; NULL where the node is no map or has no such key. */
struct node *node_get(const struct node *map, const char *key);
const struct member *node_member(const struct node *map, const char *key);

/* The value at a dotted path below a map; NULL where there is none. */
struct node *node_at(const struct node *map, const char *path);

/* A copy of `map` in which the dotted path holds `value`; maps on the way are made where missing.
 * NULL where memory ends, or a step of the path meets a scalar or list (told in `all` at `place`).
 */
struct node *node_with(struct arena *a, const struct node *map, const char *path,
                       struct node *value, psn_place place, psn_diagnostics *all);

/* "Did you mean": of `n` names the nearest to `word` by edit distance (at most a third of its
 * length, capitals and small letters alike); NULL where none is near. */
const char *node_nearest(const char *word, const char *const *names, size_t n);

/* The word `none`, unquoted. NULL is no such word. */
bool node_is_none(const struct node *n);

/* What a node is, for messages: "a map", "a list", "a text", "no value". */
const char *node_kind_name(const struct node *n);

/* A new map, scalar or list in the arena; NULL where memory ends. */
struct node *node_new_map(struct arena *a, psn_place place, size_t count);
struct node *node_new_scalar(struct arena *a, psn_place place, const char *text);
struct node *node_new_list(struct arena *a, psn_place place, size_t count);

/* Is it a name: [a-z][a-z0-9-]*, neither `all` nor `none`? */
bool node_is_name(const char *text);

/* Room for a text in a message. */
#define NODE_QUOTE 128

/* The beginning of a user's text, fit for a message: at most 40 characters, control characters as
 * blanks, three dots where it goes on. Fills and returns `buffer`. */
const char *node_quote(const char *text, char buffer[NODE_QUOTE]);

#endif
