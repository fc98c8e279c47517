/* SPDX-License-Identifier: Apache-2.0
 * The schema of values: for each kind of the table what spec_check.c takes, as JSON sees it. A
 * plain scalar of YAML may be a string, a number or a boolean there. */
#include "scenario/schema_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/schema_pattern.h"

static json_t *pattern(const char *title, const char *expression, const char *expected)
{
    /* Editors show patternErrorMessage in place of the expression, which nobody can read. */
    return json_pack("{s:s, s:s, s:s, s:s+}", "title", title, "type", "string", "pattern",
                     expression, "patternErrorMessage", "expected ", expected);
}

void schema_basics(struct schema *s)
{
    json_t *d = s->definitions;
    schema_set(s, d, "none",
               json_pack("{s:s, s:s, s:s}", "title", "none: drops the key", "type", "string",
                         "pattern", "^none$"));
    schema_set(
        s, d, "a-text",
        json_pack("{s:s, s:[s, s, s]}", "title", "a text", "type", "string", "number", "boolean"));
    schema_set(s, d, "a-name",
               pattern("a name", SCHEMA_PATTERN_NAME,
                       "small letters, digits and hyphens, beginning with a letter, not all or "
                       "none"));
    schema_set(s, d, "a-reference",
               pattern("the name of an entry", SCHEMA_PATTERN_REFERENCE, "the name of an entry"));
    schema_set(s, d, "a-date",
               pattern("a date, or date and hour", SCHEMA_PATTERN_DATE,
                       "a date such as 2014-04-01 or 2014-04-01T06:00"));
}

/* The name of a quantity's definition, "a-time-above-0-or-law". */
static void quantity_name(const struct spec_key *k, char out[SCHEMA_NAME])
{
    static const char *const bounds[] = {
        [BOUND_ANY] = "-of-either-sign",
        [BOUND_NOT_NEGATIVE] = "",
        [BOUND_POSITIVE] = "-above-0",
        [BOUND_WHOLE_POSITIVE] = "-whole-from-1",
        [BOUND_WHOLE_NOT_NEGATIVE] = "-whole-from-0",
    };
    const char *expected = quantity_expected(k->dimension);
    int length = (int)(strstr(expected, " such") - expected);
    snprintf(out, SCHEMA_NAME, "%.*s%s%s%s", length, expected, bounds[k->bound],
             k->attributes ? "-or-tied" : "", k->kind == SPEC_RANDOM ? "-or-law" : "");
    for (char *c = out; *c; c++)
        if (*c == ' ')
            *c = '-';
}

/* What a quantity is, in words. */
static void quantity_title(const struct spec_key *k, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s",
             quantity_expected_within(k->dimension, k->bound, k->kind == SPEC_RANDOM),
             k->bound == BOUND_POSITIVE ? ", above 0" : "",
             k->attributes ? ", or tied to an attribute, as in `per 100 staff`" : "");
}

/* What JSON has as a number: a plain number where no unit is needed, else only 0. */
static json_t *quantity_number(const struct spec_key *k)
{
    bool plain = k->dimension == DIMENSION_NUMBER || k->dimension == DIMENSION_SHARE;
    bool whole = k->bound == BOUND_WHOLE_POSITIVE || k->bound == BOUND_WHOLE_NOT_NEGATIVE;
    double most = plain ? QUANTITY_MOST : 0;
    bool positive = k->bound == BOUND_POSITIVE || k->bound == BOUND_WHOLE_POSITIVE;
    return json_pack("{s:s, s:f, s:f}", "type", whole ? "integer" : "number",
                     positive ? "exclusiveMinimum" : "minimum", k->bound == BOUND_ANY ? -most : 0.0,
                     "maximum", most);
}

/* A reference to the definition of a quantity, which is made where it is new. */
static json_t *quantity(struct schema *s, const struct spec_key *k)
{
    char name[SCHEMA_NAME], title[256];
    quantity_name(k, name);
    if (json_object_get(s->definitions, name))
        return schema_ref(name);
    quantity_title(k, title, sizeof title);
    char *text = schema_pattern(k->dimension, k->bound, k->attributes, k->kind == SPEC_RANDOM);
    schema_set(s, s->definitions, name,
               json_pack("{s:s, s:[o, o]}", "title", title, "anyOf", quantity_number(k),
                         pattern(title, text ? text : "", title)));
    s->failed |= !text;
    free(text);
    return schema_ref(name);
}

/* Space-separated words as an enumeration; a number stands as one, too. */
static json_t *words(struct schema *s, const char *list)
{
    json_t *all = json_array();
    while (*list) {
        size_t n = strcspn(list, " ");
        char word[SCHEMA_NAME] = "";
        if (n < sizeof word)
            memcpy(word, list, n);
        schema_add(s, all, json_string(word));
        json_t *value = schema_yaml(word);
        if (value && !json_is_string(value))
            schema_add(s, all, json_incref(value));
        json_decref(value);
        list += n + strspn(list + n, " ");
    }
    return json_pack("{s:o}", "enum", all);
}

static json_t *list_of(json_t *items, int least)
{
    return json_pack("{s:s, s:o, s:i}", "type", "array", "items", items, "minItems", least);
}

json_t *schema_names(json_t *values)
{
    return json_pack("{s:s, s:{s:o}, s:b}", "type", "object", "patternProperties",
                     SCHEMA_PATTERN_NAME, values, "additionalProperties", 0);
}

/* A map of names of sections (and words), or of free names. */
static json_t *map(struct schema *s, const struct spec_key *k, const char *path)
{
    char below[SCHEMA_NAME];
    bool scalars = strcmp(k->record->name, "*") == 0;
    schema_path(below, path, "*");
    json_t *value =
        scalars ? schema_value(s, k->record, below)
                : json_pack("{s:[o, o]}", "anyOf", schema_record(s, k->record, path, false, false),
                            schema_ref("none"));
    if (!k->section)
        return schema_names(value);
    json_t *named = json_object();
    for (const char *w = k->words; w && *w;) {
        size_t n = strcspn(w, " ");
        char word[SCHEMA_NAME] = "";
        if (n < sizeof word)
            memcpy(word, w, n);
        schema_set(s, named, word, json_incref(value));
        w += n + strspn(w + n, " ");
    }
    return json_pack("{s:s, s:o, s:{s:o}, s:b}", "type", "object", "properties", named,
                     "patternProperties", SCHEMA_PATTERN_REFERENCE, value, "additionalProperties",
                     0);
}

/* What may stand for a scalar: a map of names that is not empty. */
static json_t *map_in_place(struct schema *s, const struct spec_key *k, const char *path)
{
    json_t *value = map(s, k, path);
    schema_set(s, value, "minProperties", json_integer(1));
    return value;
}

/* One name, several in order of preference, or several with their shares. */
static void add_choice(struct schema *s, json_t *any)
{
    static const struct spec_key share = {
        .kind = SPEC_QUANTITY, .dimension = DIMENSION_SHARE, .bound = BOUND_POSITIVE};
    schema_add(s, any, schema_ref("a-reference"));
    schema_add(s, any, list_of(schema_ref("a-reference"), 1));
    schema_add(s, any,
               json_pack("{s:s, s:{s:o}, s:b, s:i}", "type", "object", "patternProperties",
                         SCHEMA_PATTERN_REFERENCE, quantity(s, &share), "additionalProperties", 0,
                         "minProperties", 1));
}

/* A list of exactly so many numbers, or, where `one`, one number. */
static void add_numbers(struct schema *s, json_t *any, const struct spec_key *k, int count,
                        bool one)
{
    const struct spec_key number = {
        .kind = SPEC_QUANTITY, .dimension = DIMENSION_NUMBER, .bound = k->bound};
    if (one)
        schema_add(s, any, quantity(s, &number));
    schema_add(s, any,
               json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items", quantity(s, &number),
                         "minItems", count, "maxItems", count));
}

/* Names, one or several; texts where they are of no section. */
static void add_names(struct schema *s, json_t *any, const struct spec_key *k)
{
    const char *item = k->section ? "a-reference" : "a-text";
    if (k->words)
        schema_add(s, any, words(s, k->words));
    schema_add(s, any, schema_ref(item));
    schema_add(s, any, list_of(schema_ref(item), k->section != NULL));
}

static bool has_keys(const struct spec_key *record)
{
    for (; record && record->name; record++)
        if (!record->later)
            return true;
    return false;
}

static void add_quantity(struct schema *s, json_t *any, const struct spec_key *k, const char *path)
{
    if (k->words)
        schema_add(s, any, words(s, k->words));
    schema_add(s, any, quantity(s, k));
    if (k->section && k->record)
        schema_add(s, any, map_in_place(s, k, path));
    else if (has_keys(k->record))
        schema_add(s, any, schema_record(s, k->record, path, false, false));
}

/* How many, which table, or settings, in which names stand for bundles. */
static void add_points(struct schema *s, json_t *any)
{
    static const struct spec_key number = {
        .kind = SPEC_QUANTITY, .dimension = DIMENSION_NUMBER, .bound = BOUND_WHOLE_POSITIVE};
    schema_add(s, any, quantity(s, &number));
    schema_add(s, any, json_pack("{s:s, s:s}", "type", "string", "pattern", "\\.csv$"));
    schema_add(s, any, list_of(schema_ref("point"), 1));
}

static void add_text(struct schema *s, json_t *any, const struct spec_key *k, const char *path)
{
    schema_add(s, any, schema_ref("a-text"));
    if (k->record)
        schema_add(s, any, map_in_place(s, k, path));
}

static void add_pair(struct schema *s, json_t *any)
{
    schema_add(s, any,
               json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items",
                         schema_ref("a-reference"), "minItems", 2, "maxItems", 2));
}

/* A list of maps, or one of them. */
static void add_records(struct schema *s, json_t *any, const struct spec_key *k, const char *path)
{
    schema_add(s, any, list_of(schema_record(s, k->record, path, false, true), 1));
    schema_add(s, any, schema_record(s, k->record, path, false, true));
}

/* What the key's kind takes, as alternatives. A kind that is new to the table belongs here. */
static void add_kind(struct schema *s, json_t *any, const struct spec_key *k, const char *path)
{
    switch (k->kind) {
    case SPEC_TEXT:
        add_text(s, any, k, path);
        break;
    case SPEC_WORD:
        schema_add(s, any, words(s, k->words));
        break;
    case SPEC_BOOL:
        schema_add(s, any, words(s, "true false"));
        break;
    case SPEC_QUANTITY:
    case SPEC_RANDOM:
        add_quantity(s, any, k, path);
        if (k->words)
            schema_add(s, any, words(s, k->words));
        break;
    case SPEC_DATE:
        schema_add(s, any, schema_ref("a-date"));
        break;
    case SPEC_NAME:
        schema_add(s, any, schema_ref("a-name"));
        break;
    case SPEC_REFERENCE:
        schema_add(s, any, schema_ref("a-reference"));
        break;
    case SPEC_CHOICE:
        add_choice(s, any);
        break;
    case SPEC_NAMES:
        add_names(s, any, k);
        break;
    case SPEC_PAIR:
        add_pair(s, any);
        break;
    case SPEC_HOURLY:
        add_numbers(s, any, k, 24, true);
        break;
    case SPEC_MONTHLY:
        add_numbers(s, any, k, 12, false);
        break;
    case SPEC_RECORD:
        schema_add(s, any, schema_record(s, k->record, path, false, false));
        break;
    case SPEC_MAP:
        schema_add(s, any, map(s, k, path));
        break;
    case SPEC_RECORDS:
        add_records(s, any, k, path);
        break;
    case SPEC_POINTS:
        add_points(s, any);
        break;
    case SPEC_CUSTOM:
        schema_add(s, any, k->paths ? schema_ref("factors") : json_pack("{s:s}", "type", "object"));
        break;
    }
}

/* Is the key's standard a value that could be written? Else it is only said. */
static bool is_writable(const struct spec_key *k)
{
    return k->kind == SPEC_QUANTITY || k->kind == SPEC_RANDOM || k->kind == SPEC_WORD ||
           k->kind == SPEC_BOOL || k->kind == SPEC_NAMES || k->kind == SPEC_HOURLY;
}

json_t *schema_value(struct schema *s, const struct spec_key *k, const char *path)
{
    if (json_object_get(s->definitions, path))
        return schema_ref(path);
    json_t *value = json_object(), *any = json_array();
    schema_set(s, s->definitions, path, json_incref(value));
    add_kind(s, any, k, path);
    if (k->none)
        schema_add(s, any, words(s, "none"));
    else if (!k->required)
        schema_add(s, any, schema_ref("none"));
    schema_set(s, value, "description",
               k->standard ? json_pack("s+++", k->meaning, " Default: ", k->standard, ".")
                           : json_string(k->meaning));
    if (k->standard && is_writable(k))
        schema_set(s, value, "default", schema_yaml(k->standard));
    schema_set(s, value, "examples", json_pack("[o]", schema_yaml(k->example)));
    schema_set(s, value, "anyOf", any);
    json_decref(value);
    return schema_ref(path);
}

/* Later keys are not offered; `none` drops one that a `like` brings. */
static json_t *later_keys(struct schema *s, const struct spec_key *record,
                          const struct spec_key *common)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    const struct spec_key *const both[] = {record, common};
    const char *between = "^(";
    for (size_t i = 0; i < 2 && out; i++)
        for (const struct spec_key *k = both[i]; k && k->name; k++)
            if (k->later) {
                fprintf(out, "%s%s", between, k->name);
                between = "|";
            }
    if (out)
        fputs(")$", out);
    s->failed |= !out || ferror(out) || fclose(out);
    json_t *later =
        !s->failed && *text == '^' ? json_pack("{s:o}", text, schema_ref("none")) : NULL;
    free(text);
    return later;
}

static void set_keys(struct schema *s, json_t *properties, const struct spec_key *record,
                     const char *path)
{
    for (const struct spec_key *k = record; k && k->name; k++) {
        char full[SCHEMA_NAME];
        if (k->later || strcmp(k->name, "*") == 0 || json_object_get(properties, k->name))
            continue;
        schema_path(full, path, k->name);
        schema_set(s, properties, k->name, schema_value(s, k, full));
    }
}

json_t *schema_record(struct schema *s, const struct spec_key *record, const char *path,
                      bool common, bool rules)
{
    for (size_t i = 0; i < s->n_records; i++)
        if (s->record[i].record == record)
            return schema_ref(s->record[i].name);
    if (s->n_records == SCHEMA_RECORDS) {
        s->failed = true;
        return NULL;
    }
    char below[SCHEMA_NAME], *name = s->record[s->n_records].name;
    s->record[s->n_records++].record = record;
    snprintf(name, SCHEMA_NAME, "%s:keys", path);
    json_t *object = json_pack("{s:s}", "type", "object"), *properties = json_object();
    schema_set(s, s->definitions, name, json_incref(object));
    set_keys(s, properties, record, path);
    const struct spec_key *further = common ? spec_common() : NULL, *free_key = record;
    set_keys(s, properties, further, "*");
    schema_set(s, object, "properties", properties);
    json_t *later = later_keys(s, record, further);
    if (later)
        schema_set(s, object, "patternProperties", later);
    while (free_key->name && strcmp(free_key->name, "*") != 0)
        free_key++;
    schema_path(below, path, "*");
    schema_set(s, object, "additionalProperties",
               free_key->name ? schema_value(s, free_key, below) : json_false());
    json_t *whole = rules ? schema_rules(s, record) : NULL;
    if (whole)
        schema_set(s, object, "allOf", json_pack("[o]", whole));
    json_decref(object);
    return schema_ref(name);
}
