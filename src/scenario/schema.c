/* SPDX-License-Identifier: Apache-2.0
 * The schema of a whole text: its sections, and what holds only of a text that says its own time.
 * Values are schema_value.c's, rules about several keys schema_rules.c's. */
#include "scenario/schema.h"

#include <string.h>

#include "scenario/schema_paths.h"
#include "scenario/schema_value.h"

static const char about[] =
    "A scenario of psnsim. It is generated from the table by which the program itself reads "
    "scenarios, and accepts what the program accepts. The program refuses more: names that nothing "
    "defines, shares that do not add up to 1, and what a text in words (hours, figures, days) "
    "means.";

/* The rules of an entry, which hold unless it is `like` another; NULL where there are none. */
static json_t *entry_rules(struct schema *s, const struct spec_section *section)
{
    json_t *rules = schema_rules(s, section->key);
    if (!rules)
        return NULL;
    return json_pack("{s:{s:o}, s:o}", "if", "not", schema_present("like"), "then", rules);
}

static json_t *section_names(struct schema *s, const struct spec_section *section)
{
    if (strcmp(section->key->name, "=") == 0)
        return schema_names(schema_value(s, section->key, section->name));
    json_t *entry = schema_record(s, section->key, section->name, true, false);
    json_t *rules = section->by_name ? NULL : entry_rules(s, section);
    if (rules)
        entry = json_pack("{s:[o, o]}", "allOf", entry, rules);
    return schema_names(entry);
}

/* The example of a section. That of a single one stands below the section's name. */
static json_t *section_example(const struct spec_section *section)
{
    json_t *example = schema_yaml(section->example);
    if (!section->single)
        return example;
    json_t *value = json_incref(json_object_get(example, section->name));
    json_decref(example);
    return value;
}

static json_t *section_schema(struct schema *s, const struct spec_section *section)
{
    if (section->scalar)
        return schema_value(s, section->key, section->name);
    json_t *value = json_pack("{s:s, s:[o]}", "description", section->meaning, "examples",
                              section_example(section));
    json_t *content = section->single
                          ? json_pack("{s:[o]}", "allOf",
                                      schema_record(s, section->key, section->name, false, true))
                          : section_names(s, section);
    s->failed |= json_object_update(value, content) != 0;
    json_decref(content);
    return value;
}

/* Sections of later versions that an included text may have. */
static json_t *silent_names(struct schema *s)
{
    json_t *names = json_array();
    for (const struct spec_section *section = spec_sections(); section->name; section++)
        if (section->later && section->silent)
            schema_add(s, names, json_string(section->name));
    return names;
}

/* A text with a time of its own is no mere library of entries for others to include: what it
 * defines is judged whether or not it is named, so entries must be whole, and it has no section of
 * later versions. */
static json_t *of_main_texts(struct schema *s)
{
    json_t *properties = json_object();
    for (const struct spec_section *section = spec_sections(); section->name; section++) {
        bool entries = section->by_name && !section->later && strcmp(section->key->name, "=") != 0;
        json_t *rules = entries ? entry_rules(s, section) : NULL;
        if (rules)
            schema_set(s, properties, section->name,
                       json_pack("{s:o}", "additionalProperties", schema_of_objects(rules)));
    }
    return json_pack("{s:{s:[s]}, s:{s:o, s:{s:{s:o}}}}", "if", "required", "time", "then",
                     "properties", properties, "propertyNames", "not", "enum", silent_names(s));
}

static void set_sections(struct schema *s, json_t *root)
{
    json_t *properties = json_object(), *required = json_array(), *silent = json_object();
    for (const struct spec_section *section = spec_sections(); section->name; section++) {
        if (section->silent) { /* accepted in a text to include, and not offered */
            char name[SCHEMA_NAME];
            snprintf(name, sizeof name, "^%s$", section->name);
            schema_set(s, silent, name, json_object());
        }
        if (section->later)
            continue;
        schema_set(s, properties, section->name, section_schema(s, section));
        if (section->scalar && section->key->required)
            schema_add(s, required, json_string(section->name));
    }
    schema_set(s, s->definitions, "factors", schema_factors(s));
    schema_set(s, root, "required", required);
    schema_set(s, root, "properties", properties);
    schema_set(s, root, "patternProperties", silent);
    schema_set(s, root, "additionalProperties", json_false());
    schema_set(s, root, "allOf", json_pack("[o]", of_main_texts(s)));
}

int scenario_schema(FILE *out)
{
    struct schema s = {.definitions = json_object()};
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "$schema", "http://json-schema.org/draft-07/schema#",
                  "$id", "urn:psnsim:scenario:1", "title", "psnsim scenario", "description", about,
                  "type", "object");
    schema_basics(&s);
    set_sections(&s, root);
    schema_set(&s, root, "definitions", s.definitions);
    int error = s.failed ? PSN_EMEMORY : 0;
    if (!error && json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)))
        error = PSN_EIO;
    json_decref(root);
    if (!error && (putc('\n', out) == EOF || ferror(out)))
        error = PSN_EIO;
    return error;
}
