/* SPDX-License-Identifier: Apache-2.0
 * What differs by meaning between two scenarios: the walk over both trees. When two single values
 * mean the same is in same.c. */
#include "scenario/meaning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "scenario/same.h"

struct comparison {
    struct arena *arena;
    struct differences *out; /* NULL: only count */
    const char *section;
    size_t found;
    bool failed; /* memory ended */
};

static void add(struct comparison *c, const char *path, const struct spec_key *key,
                const struct node *a, const struct node *b)
{
    c->found++;
    if (!c->out)
        return;
    void *room = c->out->item;
    if (!path || array_reserve(&room, &c->out->room, c->out->n + 1, sizeof *c->out->item)) {
        c->failed = true;
        return;
    }
    c->out->item = room;
    struct difference d = {.section = c->section,
                           .path = path,
                           .a = a,
                           .b = b,
                           .key = key,
                           .base_a = NAN,
                           .base_b = NAN,
                           .idle = key && key->idle};
    if (key && a && b) {
        d.base_a = same_base(c->arena, a, key);
        d.base_b = same_base(c->arena, b, key);
    }
    if (isnan(d.base_a) || isnan(d.base_b))
        d.base_a = d.base_b = NAN;
    c->out->item[c->out->n++] = d;
}

/* `demand`, of the scenario or a factor. */
static const struct spec_key demand_key = {.kind = SPEC_QUANTITY, .dimension = DIMENSION_NUMBER};

/* A path one step further down; only where it will be shown. */
static const char *step(struct comparison *c, const char *path, const char *key)
{
    return c->out ? arena_format(c->arena, "%s%s%s", path, *path ? "." : "", key) : "";
}

static void compare_values(struct comparison *c, const char *path, const struct spec_key *key,
                           const struct spec_key *record, const struct node *a,
                           const struct node *b);

/* The key of the table for a member; below factors the member's name is the path of one. */
static const struct spec_key *key_of(const struct spec_key *above, const char *name, bool common,
                                     const struct spec_key *record)
{
    if (spec_holds_records(above))
        return NULL; /* a free name */
    if (!above || above->kind != SPEC_CUSTOM)
        return spec_key(record, name, common);
    if (strcmp(name, "demand") == 0)
        return &demand_key;
    size_t length = strcspn(name, ".");
    char section[32] = "";
    if (length < sizeof section)
        memcpy(section, name, length);
    const struct spec_section *s = spec_section(section);
    if (!s || name[length] == '\0' || s->scalar)
        return above; /* an option: settings below */
    const char *rest = name + length + 1;
    if (!s->single) {
        rest += strcspn(rest, ".");
        return *rest ? spec_key_at(s->key, rest + 1, true) : s->key;
    }
    return spec_key_at(s->key, rest, false);
}

static void compare_member(struct comparison *c, const char *path, const struct spec_key *above,
                           const struct spec_key *record, bool common, const char *name,
                           const struct node *a, const struct node *b)
{
    const struct spec_key *key = key_of(above, name, common, record);
    const struct spec_key *below = key ? key->record : spec_holds_records(above) ? record : NULL;
    compare_values(c, step(c, path, name), key, below, a, b);
}

/* Two maps with the keys of `record`; `above`: the key whose values they are, or NULL for entries.
 */
static void compare_maps(struct comparison *c, const char *path, const struct spec_key *above,
                         const struct spec_key *record, bool common, const struct node *a,
                         const struct node *b)
{
    for (size_t i = 0; i < a->count; i++)
        compare_member(c, path, above, record, common, a->member[i].key, a->member[i].value,
                       node_get(b, a->member[i].key));
    for (size_t i = 0; i < b->count; i++)
        if (!node_member(a, b->member[i].key))
            compare_member(c, path, above, record, common, b->member[i].key, NULL,
                           b->member[i].value);
}

/* Do two records mean the same? */
static bool same_record(const struct comparison *c, const struct spec_key *key,
                        const struct node *a, const struct node *b)
{
    struct comparison quiet = {.arena = c->arena};
    if (a->kind == NODE_MAP && b->kind == NODE_MAP)
        compare_maps(&quiet, "", key, key->record, false, a, b);
    else
        quiet.found = !same_tree(a, b);
    return quiet.found == 0;
}

/* The first key of a step: its verb. */
static bool same_verb(const struct node *a, const struct node *b)
{
    return a->kind == NODE_MAP && b->kind == NODE_MAP && a->count && b->count &&
           strcmp(a->member[0].key, b->member[0].key) == 0;
}

/* Lists of records in their order: what is equal at the beginning and the end is left out, the rest
 * stands side by side. */
static void compare_lists(struct comparison *c, const char *path, const struct spec_key *key,
                          const struct node *a, const struct node *b)
{
    size_t first = 0, end_a = a->count, end_b = b->count;
    while (first < end_a && first < end_b && same_record(c, key, a->item[first], b->item[first]))
        first++;
    while (end_a > first && end_b > first &&
           same_record(c, key, a->item[end_a - 1], b->item[end_b - 1])) {
        end_a--;
        end_b--;
    }
    for (size_t i = first; i < end_a || i < end_b; i++) {
        const struct node *x = i < end_a ? a->item[i] : NULL, *y = i < end_b ? b->item[i] : NULL;
        const char *here = c->out ? arena_format(c->arena, "%s[%zu]", path, i + 1) : "";
        if (x && y && same_verb(x, y))
            compare_maps(c, here, key, key->record, false, x, y);
        else if (!x || !y || !same_record(c, key, x, y))
            add(c, here, NULL, x, y);
    }
}

/* Two values of `key`; maps among them have the keys of `record`. */
static void compare_values(struct comparison *c, const char *path, const struct spec_key *key,
                           const struct spec_key *record, const struct node *a,
                           const struct node *b)
{
    bool records = key && key->kind == SPEC_RECORDS;
    bool maps = !key || key->record || key->kind == SPEC_MAP || key->kind == SPEC_CUSTOM;
    if (!a || !b) {
        const struct node standard = {.kind = NODE_SCALAR, .text = key ? key->standard : NULL};
        if (!standard.text || !same_value(c->arena, a ? a : b, &standard, key))
            add(c, path, key, a, b);
    } else if (a->kind == NODE_MAP && b->kind == NODE_MAP && maps)
        compare_maps(c, path, key, record, false, a, b);
    else if (a->kind == NODE_LIST && b->kind == NODE_LIST && records)
        compare_lists(c, path, key, a, b);
    else if (!same_value(c->arena, a, b, key))
        add(c, path, key, a, b);
}

static void compare_section(struct comparison *c, const struct spec_section *s,
                            const struct node *a, const struct node *b)
{
    static const struct node nothing = {.kind = NODE_MAP};
    if (s->scalar) {
        compare_values(c, s->name, s->key, NULL, a, b);
        return;
    }
    a = a ? a : &nothing;
    b = b ? b : &nothing;
    if (s->single) {
        compare_maps(c, s->name, NULL, s->key, false, a, b);
        return;
    }
    bool values = strcmp(s->key->name, "=") == 0;
    for (int pass = 0; pass < 2; pass++) {
        const struct node *of = pass ? b : a, *other = pass ? a : b;
        for (size_t i = 0; i < of->count; i++) {
            const struct member *m = &of->member[i];
            const struct node *there = node_get(other, m->key);
            const char *path = step(c, s->name, m->key);
            if (pass && there)
                continue;
            if (!there)
                add(c, path, NULL, pass ? NULL : m->value, pass ? m->value : NULL);
            else if (values || m->value->kind != NODE_MAP || there->kind != NODE_MAP)
                compare_values(c, path, s->key, NULL, m->value, there);
            else
                compare_maps(c, path, NULL, s->key, true, m->value, there);
        }
    }
}

int meaning_compare(const struct node *a, const struct node *b, struct arena *arena,
                    struct differences *out)
{
    struct comparison c = {.arena = arena, .out = out};
    *out = (struct differences){0};
    for (const struct spec_section *s = spec_sections(); s->name; s++) {
        c.section = s->name;
        const struct node *x = node_get(a, s->name), *y = node_get(b, s->name);
        bool about_texts = strcmp(s->name, "psnsim") == 0 || strcmp(s->name, "include") == 0;
        if (!about_texts && (x || y))
            compare_section(&c, s, x, y);
    }
    c.section = "demand";
    const struct node *x = node_get(a, "demand"), *y = node_get(b, "demand");
    if (x || y)
        compare_values(&c, "demand", &demand_key, NULL, x, y);
    if (c.failed)
        differences_free(out);
    return c.failed ? PSN_EMEMORY : 0;
}

void differences_free(struct differences *d)
{
    free(d->item);
    *d = (struct differences){0};
}
