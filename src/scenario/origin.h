/* SPDX-License-Identifier: Apache-2.0
 * Where a value of the expanded tree came from. Used by explain.c and explain_lines.c.
 */
#ifndef SCENARIO_ORIGIN_H
#define SCENARIO_ORIGIN_H

#include "scenario/scenario.h"
#include "scenario/spec.h"
#include "scenario/yaml.h"

enum origin_kind { ORIGIN_TEXT, ORIGIN_SET, ORIGIN_STANDARD };

/* Where a value came from. */
struct origin {
    enum origin_kind kind;
    const char *file; /* ORIGIN_TEXT: as in scenario_text.name */
    uint32_t line;
    const char *like; /* the entry that has it, where that is another; else NULL */
};

/* The keys on the way from an entry to a value. */
struct origin_path {
    const struct spec_section *section; /* NULL: `demand` */
    const char *entry;                  /* NULL where the section is single or a value */
    const char *key[YAML_DEPTH_MOST + 2];
    size_t n;
};

void origin_push(struct origin_path *p, const char *key);
void origin_pop(struct origin_path *p);

/* Where `n`, at the end of the path, came from. Of a list: the list. */
struct origin origin_of(const struct scenario *s, const struct origin_path *p,
                        const struct node *n);

/* "common.yaml:12", "--set", "default", each with ", like NAME". NULL where memory ends. */
const char *origin_text(struct arena *a, const struct origin *o);

#endif
