/* SPDX-License-Identifier: Apache-2.0
 * Rule 7 of the grammar: which entries of included texts are used, found by following every name
 * that the judged entries give. */
#include <string.h>

#include "scenario/reach.h"
#include "scenario/setting.h"

/* Marks the entry of this name in each of the space-separated sections. */
static void reach_name(struct expansion *x, const char *sections, const char *name)
{
    while (*sections) {
        size_t length = strcspn(sections, " ");
        char section[32] = "";
        if (length < sizeof section)
            memcpy(section, sections, length);
        struct entry_table *t = expand_table(x, section);
        struct entry *e = t ? expand_find_group(t, name) : NULL;
        if (e)
            expand_reach(x, t, e);
        sections += length + strspn(sections + length, " ");
    }
}

/* Follows a value of this key. */
static void reach_value(struct expansion *x, const struct node *n, const struct spec_key *key)
{
    switch (n->kind) {
    case NODE_SCALAR:
        if (key->section && key->kind != SPEC_MAP)
            reach_name(x, key->section, n->text);
        break;
    case NODE_LIST:
        for (size_t i = 0; i < n->count; i++)
            reach_value(x, n->item[i], key);
        break;
    case NODE_MAP:
        if (key->section)
            for (size_t i = 0; i < n->count; i++)
                reach_name(x, key->section, n->member[i].key);
        reach_record(x, n, key->record, false);
        break;
    case NODE_NULL:
    default:
        break;
    }
}

void reach_record(struct expansion *x, const struct node *n, const struct spec_key *record,
                  bool common)
{
    if (n->kind != NODE_MAP)
        return;
    for (size_t i = 0; i < n->count; i++) {
        const struct spec_key *key = spec_key(record, n->member[i].key, common);
        if (key)
            reach_value(x, n->member[i].value, key);
    }
}

/* Marks the entries that a path leads to. Returns the key at its end; NULL where it has none. */
static const struct spec_key *reach_entries(struct expansion *x, const char *path)
{
    if (strcmp(path, "arrangement") == 0)
        path = "use.arrangement";
    size_t length = strcspn(path, ".");
    char section[32] = "";
    if (length < sizeof section)
        memcpy(section, path, length);
    const struct spec_section *s = spec_section(section);
    if (!s || path[length] == '\0')
        return NULL;
    const char *rest = path + length + 1;
    if (!s->single && !s->scalar) {
        struct entry_table *t = expand_table(x, section);
        size_t entry = strcspn(rest, "."), group = strcspn(rest, "./");
        for (size_t i = 0; t && i < t->n; i++)
            if (setting_matches(rest, group, t->entry[i].member->key))
                expand_reach(x, t, &t->entry[i]);
        if (rest[entry] == '\0')
            return NULL;
        rest += entry + 1;
    }
    return spec_key_at(s->key, rest, !s->single);
}

/* The same, and those that its values name. */
static void reach_path(struct expansion *x, const char *path, const struct node *values)
{
    const struct spec_key *key = reach_entries(x, path);
    if (key)
        reach_value(x, values, key);
}

void reach_setting(struct expansion *x, const struct setting *s)
{
    reach_path(x, s->path, s->value);
}

void reach_points(struct expansion *x, const struct node *points)
{
    /* All points have the paths of the first; of long tables only values that are names matter. */
    bool some = points->kind == NODE_LIST && points->count > 0;
    const struct node *first = some ? points->item[0] : NULL;
    for (size_t k = 0; first && first->kind == NODE_MAP && k < first->count; k++) {
        const char *path = first->member[k].key;
        const struct spec_key *key = reach_entries(x, path);
        for (size_t i = 0; key && (key->section || key->record) && i < points->count; i++) {
            const struct node *value = node_get(points->item[i], path);
            if (value)
                reach_value(x, value, key);
        }
    }
}

void reach_factors(struct expansion *x, const struct node *factors)
{
    if (factors->kind != NODE_MAP)
        return;
    for (size_t i = 0; i < factors->count; i++) {
        const struct member *factor = &factors->member[i];
        if (factor->value->kind != NODE_MAP) {
            reach_path(x, factor->key, factor->value);
            continue;
        }
        for (size_t j = 0; j < factor->value->count; j++) { /* options, each {path: value} */
            const struct node *option = factor->value->member[j].value;
            if (option->kind == NODE_MAP)
                for (size_t k = 0; k < option->count; k++)
                    reach_path(x, option->member[k].key, option->member[k].value);
        }
    }
}
