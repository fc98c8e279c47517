/* SPDX-License-Identifier: Apache-2.0
 * The schema's rules about several keys of a record at once. They are apart from the keys' own
 * kinds because an entry that is `like` another may lack any key. */
#include "scenario/schema_json.h"

#include <string.h>

json_t *schema_present(const char *key)
{
    return json_pack("{s:[s], s:{s:{s:{s:s}}}}", "required", key, "properties", key, "not", "$ref",
                     "#/definitions/none");
}

json_t *schema_of_objects(json_t *rules)
{
    return json_pack("{s:{s:s}, s:o}", "if", "type", "object", "then", rules);
}

/* Any of these space-separated keys is present. */
static json_t *any_present(struct schema *s, const char *keys)
{
    json_t *any = json_array();
    char key[SCHEMA_NAME];
    while (*keys) {
        size_t n = strcspn(keys, " ");
        if (n < sizeof key) {
            memcpy(key, keys, n);
            key[n] = '\0';
            schema_add(s, any, schema_present(key));
        }
        s->failed |= n >= sizeof key;
        keys += n + strspn(keys + n, " ");
    }
    return json_pack("{s:o}", "anyOf", any);
}

/* Exactly one of the keys that exclude each other, of which this is the first, is present. */
static json_t *one_present(struct schema *s, const struct spec_key *first)
{
    json_t *one = json_array();
    for (const struct spec_key *k = first; k->name; k++)
        if (!k->later && k->one_of && strcmp(k->one_of, first->one_of) == 0)
            schema_add(s, one, schema_present(k->name));
    return json_pack("{s:o}", "oneOf", one);
}

static bool is_first_of(const struct spec_key *record, const struct spec_key *key)
{
    if (!key->one_of)
        return false;
    for (const struct spec_key *k = record; k < key; k++)
        if (!k->later && k->one_of && strcmp(k->one_of, key->one_of) == 0)
            return false;
    return true;
}

/* What a key says of others. */
static void add_relations(struct schema *s, const struct spec_key *record,
                          const struct spec_key *key, json_t *all)
{
    if (is_first_of(record, key))
        schema_add(s, all, one_present(s, key));
    if (key->with)
        schema_add(s, all,
                   json_pack("{s:o, s:o}", "if", schema_present(key->name), "then",
                             any_present(s, key->with)));
    if (key->without)
        schema_add(s, all,
                   json_pack("{s:{s:[o, o]}}", "not", "allOf", schema_present(key->name),
                             schema_present(key->without)));
}

/* The rules of the maps in a key's value; NULL where there are none. Lists have theirs in their
 * items, for `like` replaces a list as a whole. */
static json_t *rules_below(struct schema *s, const struct spec_key *key)
{
    if (!key->record || key->kind == SPEC_RECORDS)
        return NULL;
    bool values = strcmp(key->record->name, "*") == 0;
    json_t *below = values ? rules_below(s, key->record) : schema_rules(s, key->record);
    if (!below)
        return NULL;
    below = schema_of_objects(below);
    return key->kind == SPEC_MAP
               ? schema_of_objects(json_pack("{s:o}", "additionalProperties", below))
               : below;
}

json_t *schema_rules(struct schema *s, const struct spec_key *record)
{
    json_t *rules = json_object(), *required = json_array(), *all = json_array(),
           *below = json_object();
    for (const struct spec_key *k = record; k && k->name; k++) {
        if (k->later)
            continue;
        if (k->required)
            schema_add(s, required, json_string(k->name));
        add_relations(s, record, k, all);
        json_t *rules_of_value = rules_below(s, k);
        if (rules_of_value)
            schema_set(s, below, k->name, rules_of_value);
    }
    if (json_array_size(required))
        schema_set(s, rules, "required", json_incref(required));
    if (json_array_size(all))
        schema_set(s, rules, "allOf", json_incref(all));
    if (json_object_size(below))
        schema_set(s, rules, "properties", json_incref(below));
    s->failed |= !rules || !required || !all || !below;
    json_decref(required);
    json_decref(all);
    json_decref(below);
    if (json_object_size(rules))
        return rules;
    json_decref(rules);
    return NULL;
}
