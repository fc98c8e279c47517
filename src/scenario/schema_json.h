/* SPDX-License-Identifier: Apache-2.0
 * What the parts of the schema share: the definitions made so far, and putting JSON together so
 * that a lack of memory is never lost. For schema*.c. */
#ifndef SCENARIO_SCHEMA_JSON_H
#define SCENARIO_SCHEMA_JSON_H

#include <jansson.h>

#include "scenario/spec.h"

/* Records that have a definition; the language has some 40. */
#define SCHEMA_RECORDS 128
#define SCHEMA_NAME    96

struct schema {
    json_t *definitions;
    struct {
        const struct spec_key *record;
        char name[SCHEMA_NAME];
    } record[SCHEMA_RECORDS];
    size_t n_records;
    bool failed; /* memory ended, or the table holds what cannot be said */
};

/* A key of an object, an item of an array; the value is owned by it. NULL is a failure. */
void schema_set(struct schema *s, json_t *object, const char *key, json_t *value);
void schema_add(struct schema *s, json_t *array, json_t *value);

/* {"$ref": "#/definitions/NAME"} */
json_t *schema_ref(const char *name);

/* The definition of a key below a path: "PATH.NAME", blanks as hyphens. */
void schema_path(char out[SCHEMA_NAME], const char *path, const char *name);

/* A text of the table as YAML reads it: as JSON. NULL where it cannot be read. */
json_t *schema_yaml(const char *text);

/* What holds of several keys of a record together: those that are required, that exclude each
 * other or go together, also of the maps below it that `like` merges. NULL where there is nothing.
 */
json_t *schema_rules(struct schema *s, const struct spec_key *record);

/* Holds where the key stands, and is not dropped by `none`. */
json_t *schema_present(const char *key);

/* Holds for {"type": "object"} only where `rules` do; owns them. */
json_t *schema_of_objects(json_t *rules);

#endif
