/* SPDX-License-Identifier: Apache-2.0
 * The schema of one key's value, by its kind. For schema.c. */
#ifndef SCENARIO_SCHEMA_VALUE_H
#define SCENARIO_SCHEMA_VALUE_H

#include "scenario/schema_json.h"

/* A reference to the schema of a key's value with its meaning, default and example, which is made
 * where it is new. `path` is the key's place in the language, and the definition's name. */
json_t *schema_value(struct schema *s, const struct spec_key *key, const char *path);

/* A reference to the definition of a record's keys, which is made where it is new. `common`: with
 * rule 3's keys as well; `rules`: with the rules of several keys at once. */
json_t *schema_record(struct schema *s, const struct spec_key *record, const char *path,
                      bool common, bool rules);

/* Definitions that stand by themselves: texts, names, references, dates, `none`. */
void schema_basics(struct schema *s);

/* An object with `values` under names; owns them. */
json_t *schema_names(json_t *values);

#endif
