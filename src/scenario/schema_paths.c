/* SPDX-License-Identifier: Apache-2.0
 * The schema of factors: for every path of the language a pattern, in which names are anything
 * without a dot. */
#include "scenario/schema_paths.h"

#include <stdio.h>
#include <string.h>

#include "scenario/schema_value.h"

#define ANY_NAME     "[^.]+"
#define PATTERN_MOST 160

/* Names without dots that are no paths: bundles. */
#define BUNDLE "^(?!(arrangement|demand|transition)$)[^.]+$"

/* Patterns of paths: with one value (a setting), and with several (a factor). */
struct paths {
    struct schema *schema;
    json_t *setting, *factor;
};

/* A value, or a list of values; of a quantity, a range as well. */
static json_t *several(json_t *value, const struct spec_key *key)
{
    json_t *all =
        json_pack("[O, {s:s, s:O, s:i}]", value, "type", "array", "items", value, "minItems", 1);
    if (key && (key->kind == SPEC_QUANTITY || key->kind == SPEC_RANDOM)) {
        json_array_append_new(all, schema_ref("range"));
        json_array_append_new(all, json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items",
                                             schema_ref("range"), "minItems", 1, "maxItems", 1));
    }
    return json_pack("{s:o}", "anyOf", all);
}

/* Adds a path, whose value's schema it owns; `key` is that of the value, NULL where it is none. */
static void add_path(struct paths *p, const char *pattern, json_t *value,
                     const struct spec_key *key)
{
    char whole[PATTERN_MOST + 8];
    snprintf(whole, sizeof whole, "^%s$", pattern);
    schema_set(p->schema, p->factor, whole, several(value, key));
    schema_set(p->schema, p->setting, whole, value);
}

/* The pattern of a path one part longer. */
static void lengthen(struct paths *p, char out[PATTERN_MOST], const char *pattern, const char *part)
{
    int n = snprintf(out, PATTERN_MOST, "%s\\.%s", pattern, part);
    p->schema->failed |= n < 0 || n >= PATTERN_MOST;
}

/* The keys of a record, and below them. `path` is the definitions' name, `pattern` what the paths
 * begin with. Nothing is below a list. */
static void add_record(struct paths *p, const struct spec_key *record, const char *path,
                       const char *pattern)
{
    for (const struct spec_key *k = record; k && k->name; k++) {
        char full[SCHEMA_NAME], key[PATTERN_MOST], name[PATTERN_MOST];
        if (k->later || strcmp(k->name, "=") == 0)
            continue;
        schema_path(full, path, k->name);
        lengthen(p, key, pattern, strcmp(k->name, "*") == 0 ? ANY_NAME : k->name);
        add_path(p, key, schema_value(p->schema, k, full), k);
        if (k->kind == SPEC_MAP && strcmp(k->record->name, "*") != 0) {
            lengthen(p, name, key, ANY_NAME);
            add_path(p, name, json_object(), NULL);
            add_record(p, k->record, full, name);
        } else if (k->kind != SPEC_RECORDS && k->record) {
            add_record(p, k->record, full, key);
        }
    }
}

/* All that a factor may vary: not the study's own frame (time, study, title), nor what judges it.
 */
static void add_sections(struct paths *p)
{
    for (const struct spec_section *s = spec_sections(); s->name; s++) {
        char pattern[PATTERN_MOST];
        if (s->later || s->scalar || strcmp(s->name, "time") == 0 ||
            strcmp(s->name, "study") == 0 || strcmp(s->name, "objectives") == 0)
            continue;
        snprintf(pattern, sizeof pattern, "%s%s", s->name, s->single ? "" : "\\." ANY_NAME);
        if (!s->single) {
            bool values = strcmp(s->key->name, "=") == 0;
            add_path(p, pattern, values ? schema_value(p->schema, s->key, s->name) : json_object(),
                     NULL);
            if (!values)
                add_record(p, spec_common(), "*", pattern);
        }
        add_record(p, s->key, s->name, pattern);
    }
}

json_t *schema_factors(struct schema *s)
{
    static const struct spec_key demand = {
        .kind = SPEC_QUANTITY,
        .dimension = DIMENSION_NUMBER,
        .bound = BOUND_POSITIVE,
        .required = true, /* `none` drops it from no map */
        .example = "1.3",
        .meaning = "A factor on every rate and number of users.",
    };
    struct paths p = {s, json_object(), json_object()};
    json_t *both[] = {p.setting, p.factor};
    add_sections(&p);
    add_path(&p, "demand", schema_value(s, &demand, "demand"), &demand);
    add_path(&p, "arrangement", schema_ref("use.arrangement"), NULL);
    json_t *point = json_deep_copy(p.setting);
    schema_set(s, point, BUNDLE, schema_ref("a-text"));
    schema_set(s, s->definitions, "point",
               json_pack("{s:s, s:o, s:b, s:i}", "type", "object", "patternProperties", point,
                         "additionalProperties", 0, "minProperties", 1));
    schema_set(
        s, s->definitions, "range",
        json_pack("{s:s, s:s}", "type", "string", "pattern", "^[^.]*(\\.[0-9]+[^.]*)?\\.\\."));
    for (size_t i = 0; i < 2; i++)
        both[i] = json_pack("{s:s, s:o, s:b}", "type", "object", "patternProperties", both[i],
                            "additionalProperties", 0);
    schema_set(s, s->definitions, "settings", both[0]);
    /* A name without dots stands for options, each of several settings. */
    schema_set(s, json_object_get(both[1], "patternProperties"), BUNDLE,
               json_pack("{s:s, s:o, s:i}", "type", "object", "additionalProperties",
                         schema_ref("settings"), "minProperties", 1));
    return both[1];
}
