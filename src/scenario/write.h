/* SPDX-License-Identifier: Apache-2.0
 * Nodes back into YAML text. Used by explain.c, and wherever a value is shown as it is written. */
#ifndef SCENARIO_WRITE_H
#define SCENARIO_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include "scenario/node.h"

/* Writes a scalar so that it reads as itself: in double quotes where a plain one would not, or
 * where it was quoted. `flow`: within [ ] or { }, where commas and brackets count. */
void write_scalar(FILE *out, const struct node *n, bool flow);

/* The same of a key. */
void write_key(FILE *out, const char *key, bool flow);

/* A value in one line: `100 Mbit/s`, `[a, b]`, `{db: san}`. Defaults in maps within lists are left
 * out: a step is as long as it was written. A string in the arena; NULL where memory ends. */
const char *write_line(struct arena *a, const struct node *n);

/* The same of an item of a list. */
const char *write_item(struct arena *a, const struct node *n);

/* Either for people: of a group's many members in a row the first and the last,
 * `[schools/1, ..., schools/102]`. */
const char *write_brief(struct arena *a, const struct node *n, bool item);

#endif
