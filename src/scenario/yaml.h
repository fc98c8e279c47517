/* SPDX-License-Identifier: Apache-2.0
 * YAML texts into nodes, by libfyaml's events: what the language refuses (aliases, tags, merge
 * keys, a second document, great depth) is refused as it comes by, so that memory stays bounded. */
#ifndef SCENARIO_YAML_H
#define SCENARIO_YAML_H

#include "scenario/node.h"

#define YAML_DEPTH_MOST 32
/* Keys and values of all texts together. */
#define YAML_NODES_MOST 300000

/* Reads one text. `file` stands in places and must live as long as the tree; *nodes_left is counted
 * down by every key and value. Returns
 *   0 with *out: the root, of kind NODE_NULL where the text is empty;
 *   PSN_EINPUT with *out: read, but mistakes were told (keys that stand twice, commas that begin a
 * key); a PSN_E code with *out NULL: the first syntax error alone was told, at its place. */
int yaml_read(struct arena *a, const char *file, const char *bytes, size_t size, size_t *nodes_left,
              struct node **out, psn_diagnostics *all);

/* A plain scalar as YAML reads it: empty, ~ and null are no value. */
struct node *yaml_plain(struct arena *a, psn_place place, const char *text, size_t length);

/* Removes members whose key stood before, and tells each at its place. Returns 0, PSN_EINPUT where
 * there were such, or PSN_EMEMORY. */
int yaml_unique(struct member *members, size_t *count, psn_diagnostics *all);

#endif
